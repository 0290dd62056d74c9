//! Collective talks after appointments: opened for whoever is promoted or moved, by a roster too; one session answers for all who were there.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::{DateTime, Days};
use desk::{
    app::App,
    error::{AppError, Result},
};
use federation::{
    duties::{self, Duty, Ruling, State},
    imports::{Answers, Context, Source, actions as imports},
    people::{self, Appointment, Held, NewPerson},
};
use figures::metrics;
use kernel::{FixedClock, ImportId, Period, PersonId, RecordId, UnitId};
use ledger::{Filter, db};
use qinglan::features::{
    activities::{self, Status, actions::Handed},
    talks::{self, actions::Said},
};

use crate::{
    browser::{Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, new_person, town},
};

on_both!(
    a_roster_that_promotes_twelve_opens_twelve_duties_and_a_session_with_ten_closes_ten,
    what_is_owed_follows_the_posting_and_the_session,
    a_roster_says_changes_of_people_who_are_there_and_is_undone,
    who_owes_a_talk_sees_it_and_so_does_her_unit,
);

/// What runs in the background every minute.
async fn a_minute_later(app: &App) {
    talks::open_all(app).await.unwrap();
}

/// The application some days later.
fn later(app: &App, days: u64) -> App {
    let now = DateTime::parse_from_rfc3339("2026-01-05T02:00:00Z").unwrap().to_utc() + Days::new(days);
    app.with_clock(std::sync::Arc::new(FixedClock(now)))
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(AppError::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

/// Imports a roster of the city, with this answer to all questions; returns the import, the codes of what is asked then, and of what is
/// refused.
async fn import(town: &Town, text: &str, answer: Option<usize>) -> (Option<ImportId>, Vec<String>, Vec<String>) {
    let source = Source::from_file("花名册.csv", text.as_bytes().to_vec(), people::import::KIND).unwrap();
    let operator = town.app.operator();
    let mut answers = Answers::new();
    loop {
        let context = Context {
            source: &source,
            unit: Some(town.city),
            year: None,
            answers: &answers,
            from: None,
            today: town.app.today(),
            only: None,
            progress: &|_, _| (),
        };
        let shown = imports::preview(&town.app, &operator, people::import::KIND, &context).await.unwrap();
        let asked: Vec<(usize, String)> =
            shown.questions().map(|(judged, question)| (judged.row, question.text.code.clone())).collect();
        if let Some(answer) = answer.filter(|_| !asked.is_empty()) {
            answers.extend(asked.into_iter().map(|(row, _)| (row, vec![answer])));
            continue;
        }
        let refused =
            shown.refused().into_iter().flat_map(|(_, reasons)| reasons.into_iter().map(|reason| reason.code));
        let refused = refused.filter(|code| code != "row-unanswered").collect();
        let taken = imports::confirm(&town.app, &operator, people::import::KIND, &context, &shown).await;
        return (taken.ok().map(|(import, _)| import), asked.into_iter().map(|(_, code)| code).collect(), refused);
    }
}

/// The duties of talks, by person.
async fn owed(app: &App) -> Vec<Duty> {
    let ids: Vec<RecordId> =
        db::rows(&app.db, "select id from duty where opener = 'talk' order by id", vec![]).await.unwrap();
    duties::store::by_ids(&app.db, &ids).await.unwrap()
}

async fn states(app: &App, state: State) -> usize {
    owed(app).await.iter().filter(|duty| duty.state == state).count()
}

/// Due, and answered, in the first quarter.
async fn counts(app: &App, unit: UnitId) -> [i64; 2] {
    let period = Period::new(day("2026-01-01"), day("2026-03-31")).unwrap();
    let books = metrics::open(app, unit, period, None, None).await.unwrap();
    ["duties.due", "duties.answered"].map(|key| {
        let metric = app.metrics().get(key).unwrap();
        books.figure(&metric, unit, period, &Filter::default()).unwrap().value.count()
    })
}

fn promoted(name: &str, unit: UnitId) -> NewPerson {
    let held = Held { appointment: Some(Appointment::Promoted), ..Held::duty("副主任") };
    NewPerson { held, ..new_person(name, unit) }
}

const NAMES: [&str; 12] = [
    "孟晓宁",
    "王一诺",
    "郑梦曦",
    "何诺芳",
    "苏念安",
    "陆清越",
    "沈知微",
    "许南乔",
    "顾若溪",
    "林听雨",
    "周语冰",
    "方映雪",
];

async fn a_roster_that_promotes_twelve_opens_twelve_duties_and_a_session_with_ten_closes_ten(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let line = |name: &str| format!("{name},古沟街道,副主任,提拔\n");
    let roster = format!("2026年人员花名册\n姓名,单位,职务,变动类型\n{}", NAMES.map(line).concat());
    import(&town, &roster, None).await;
    a_minute_later(app).await;
    a_minute_later(app).await;
    let opened = owed(app).await;
    assert_eq!((opened.len(), states(app, State::Open).await), (12, 12));
    assert!(opened.iter().all(|duty| duty.unit == town.street && duty.asker == town.city));
    assert!(opened.iter().all(|duty| duty.due_on == day("2026-02-04")), "thirty days from the day of the roster");
    assert_eq!(counts(app, town.city).await, [12, 0]);
    let ten: BTreeSet<RecordId> = opened.iter().take(10).map(|duty| duty.id).collect();
    let said =
        Said { duties: ten, host: Some(town.street), day: day("2026-01-05"), speakers: Some("陈书记".to_owned()) };
    let session = talks::actions::hold(app, &operator, said).await.unwrap();
    assert_eq!((states(app, State::Done).await, states(app, State::Open).await), (10, 2));
    assert_eq!((counts(app, town.city).await, counts(app, town.street).await), ([12, 10], [12, 10]));
    let stored = activities::store::by_ids(&app.db, &[session]).await.unwrap().pop().unwrap();
    assert_eq!((stored.attendance.len(), stored.type_code.as_str()), (10, "integrity_talk"));
    // One who wasn't there after all is taken off the list, and the session made void.
    let mut draft = activities::actions::draft_of(app, session).await.unwrap();
    draft.attendance.pop();
    activities::actions::edit(app, &operator, draft, None).await.unwrap();
    assert_eq!((states(app, State::Done).await, states(app, State::Open).await), (9, 3));
    activities::actions::void(app, &operator, session, "登记错了").await.unwrap();
    assert_eq!((states(app, State::Done).await, states(app, State::Open).await), (0, 12));
    assert_eq!(counts(app, town.city).await, [12, 0]);
    let nobody = Said { duties: BTreeSet::new(), host: None, day: day("2026-01-05"), speakers: None };
    assert_eq!(code(talks::actions::hold(app, &operator, nobody).await), "talk-nobody-chosen");
    town.reconciled().await;
}

async fn what_is_owed_follows_the_posting_and_the_session(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let person = town.person("孟晓宁", town.street, None).await;
    a_minute_later(app).await;
    assert!(owed(app).await.is_empty(), "who is just there owes nothing");
    let held = Held { appointment: Some(Appointment::Reassigned), ..Held::duty("主任") };
    people::actions::transfer(app, &operator, person, town.other, &held, day("2026-01-04")).await.unwrap();
    a_minute_later(app).await;
    let duty = owed(app).await.pop().unwrap();
    assert_eq!((duty.unit, duty.person, duty.state), (town.other, Some(person), State::Open));
    // Being on leave is no taking part; a roll-call that says so later closes it.
    let mut draft = activities::actions::Draft::new("integrity_talk", "集体廉政谈话", day("2026-01-05"), town.other);
    draft.attendance = vec![Handed::plain(person, Status::Leave)];
    let session = activities::actions::add(app, &operator, draft).await.unwrap();
    assert_eq!(states(app, State::Open).await, 1);
    let mut draft = activities::actions::draft_of(app, session).await.unwrap();
    draft.attendance = vec![Handed::plain(person, Status::Late)];
    activities::actions::edit(app, &operator, draft, None).await.unwrap();
    assert_eq!(owed(app).await[0].record, Some(session));
    // Another session of another type changes nothing; excused, it stays so.
    activities::actions::void(app, &operator, session, "登记错了").await.unwrap();
    let rule = async |ruling| duties::actions::rule(app, &operator, &[duty.id].into(), ruling, "已谈过").await;
    assert_eq!(rule(Ruling::Excuse).await.unwrap(), 1);
    assert_eq!(counts(app, town.city).await, [0, 0]);
    assert_eq!(code(rule(Ruling::SendBack).await), "duty-not-handed-in");
    assert_eq!(rule(Ruling::Owe).await.unwrap(), 1);
    assert_eq!(counts(app, town.city).await, [1, 0]);
    // Whoever goes on without it owes it no more, and begins anew.
    let on = later(app, 20);
    let next = Held { appointment: Some(Appointment::Promoted), ..Held::duty("副书记") };
    people::actions::transfer(&on, &operator, person, town.street, &next, day("2026-01-25")).await.unwrap();
    assert_eq!(states(app, State::Lapsed).await, 1);
    a_minute_later(&on).await;
    assert_eq!((states(app, State::Open).await, counts(app, town.city).await), (1, [1, 0]));
    // The two rows of one person owe once.
    let double =
        people::actions::add(&on, &operator, promoted("孟晓宁", town.street), day("2026-01-25")).await.unwrap();
    a_minute_later(&on).await;
    assert_eq!(states(app, State::Open).await, 2);
    people::actions::merge(&on, &operator, double, person).await.unwrap();
    assert_eq!((states(app, State::Open).await, counts(app, town.city).await), (1, [1, 0]));
    people::actions::leave(&on, &operator, person, day("2026-01-25")).await.unwrap();
    assert_eq!(states(app, State::Open).await, 0);
    // What lies far back, and what is entered while nobody is asked, opens nothing.
    people::actions::add(&on, &operator, promoted("王一诺", town.street), day("2024-03-01")).await.unwrap();
    a_minute_later(&on).await;
    assert_eq!(states(app, State::Open).await, 0);
    town.reconciled().await;
}

async fn a_roster_says_changes_of_people_who_are_there_and_is_undone(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let first = "2025年人员花名册\n姓名,单位,职务\n孟晓宁,古沟街道,干事\n王一诺,古沟街道,干事\n郑梦曦,红埠街道,主任\n";
    import(&town, first, None).await;
    let header = "2026年人员花名册\n姓名,单位,职务,变动类型,变动时间\n";
    let text = format!(
        "{header}孟晓宁,古沟街道,副主任,提拔,2026-01-03\n王一诺,古沟街道,主任,提拔,\n郑梦曦,红埠街道,主任,退休,2026-01-04\n\
         苏念安,古沟街道,科员,提拔,2026-01-02\n何诺芳,古沟街道,干事,,2026-01-02\n"
    );
    let (none, asked, refused) = import(&town, &text, None).await;
    assert_eq!(asked, ["roster-appointed", "roster-appointed", "roster-left"]);
    assert_eq!((none.is_some(), refused.as_slice()), (true, ["appointment-missing".to_owned()].as_slice()));
    let postings = async |name: &str| {
        let known = people::store::list_by_names(&app.db, &[name.to_owned()]).await.unwrap();
        let days = known.iter().map(|(_, posting)| (posting.duty.clone().unwrap_or_default(), posting.days));
        days.map(|(duty, days)| (duty, days.from.to_string(), days.to.map(|last| last.to_string()))).collect::<Vec<_>>()
    };
    let line = |duty: &str, from: &str, to: Option<&str>| (duty.to_owned(), from.to_owned(), to.map(str::to_owned));
    // Somebody new was promoted after the day of the roster.
    assert_eq!(
        postings("苏念安").await,
        [line("", "2026-01-01", Some("2026-01-01")), line("科员", "2026-01-02", None)]
    );
    assert_eq!(postings("孟晓宁").await, [line("干事", "2025-01-01", None)], "not without an answer");
    // Answered: two are promoted, one has left.
    let rows = text.lines().take(5).map(|line| format!("{line}\n")).collect::<String>();
    let (taken, asked, _) = import(&town, &rows, Some(0)).await;
    assert!(asked.is_empty(), "{asked:?}");
    assert_eq!(
        postings("孟晓宁").await,
        [line("干事", "2025-01-01", Some("2026-01-02")), line("副主任", "2026-01-03", None)]
    );
    assert_eq!(postings("王一诺").await[1], line("主任", "2026-01-01", None));
    assert_eq!(postings("郑梦曦").await, [line("主任", "2025-01-01", Some("2026-01-04"))]);
    a_minute_later(app).await;
    assert_eq!(states(app, State::Open).await, 3);
    town.reconciled().await;
    // The same again says nothing new; a day before the posting is refused.
    let (_, asked, refused) = import(&town, &rows.replace("郑梦曦,红埠街道,主任,退休,2026-01-04\n", ""), None).await;
    assert_eq!((asked.len(), refused.len()), (0, 0), "{asked:?} {refused:?}");
    let early = format!("{header}孟晓宁,古沟街道,主任,调整,2026-01-03\n郑梦曦,红埠街道,主任,离任,\n");
    let (_, asked, refused) = import(&town, &early, None).await;
    assert_eq!(
        (asked.len(), refused),
        (0, vec!["roster-appointed-before".to_owned(), "appointment-leaves".to_owned()])
    );
    // Undone, everybody is what she was, and owes nothing.
    let import_id = taken.unwrap();
    imports::undo(app, &operator, import_id).await.unwrap();
    assert_eq!(postings("孟晓宁").await, [line("干事", "2025-01-01", None)]);
    assert_eq!(postings("郑梦曦").await, [line("主任", "2025-01-01", None)]);
    a_minute_later(app).await;
    assert_eq!((states(app, State::Open).await, states(app, State::Lapsed).await), (1, 2));
    town.reconciled().await;
}

async fn who_owes_a_talk_sees_it_and_so_does_her_unit(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let person =
        people::actions::add(app, &operator, promoted("孟晓宁", town.street), day("2026-01-02")).await.unwrap();
    people::actions::add(app, &operator, promoted("王一诺", town.other), day("2026-01-02")).await.unwrap();
    a_minute_later(app).await;
    account(app, "meng", None, Some(person)).await;
    let mut meng = Browser::signed_in(app, "meng").await;
    let mut secretary = town.secretary("secretary", town.street).await;
    let mut city = town.secretary("chief", town.city).await;
    let own = meng.get("/duties").await.text;
    assert!(own.contains("集体廉政谈话") && own.contains("孟晓宁") && !own.contains("王一诺"), "{own}");
    assert!(meng.get("/").await.text.contains("集体廉政谈话"));
    assert_eq!(meng.get("/talks").await.status, StatusCode::FORBIDDEN);
    let here = secretary.get("/talks").await.text;
    assert!(here.contains("孟晓宁") && !here.contains("王一诺"), "{here}");
    let all = city.get("/talks").await.text;
    assert!(all.contains("孟晓宁") && all.contains("王一诺"), "{all}");
    assert!(city.get("/duties/asked?kind=talk").await.text.contains("王一诺"));
    assert_eq!(city.get("/talks/export").await.status, StatusCode::OK);
    // The secretary of the street records a talk with her own people alone.
    let of = async |who: PersonId| duties::store::of_people(&app.db, &[who]).await.unwrap().pop().unwrap();
    let mine = of(person).await;
    let others = owed(app).await.into_iter().find(|duty| duty.id != mine.id).unwrap();
    let (mine, others) = (mine.id.to_string(), others.id.to_string());
    let refused = secretary.post("/talks/hold", &[("chosen", &others), ("day", "2026-01-05")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    let without = secretary.post("/talks/hold", &[("chosen", &mine), ("day", "昨天")]).await;
    assert!(without.text.contains("谈话日期不对"), "{}", without.text);
    let held = secretary.post("/talks/hold", &[("chosen", &mine), ("day", "2026-01-05")]).await;
    assert!(held.location.as_deref().unwrap_or_default().starts_with("/activities/"), "{}", held.text);
    assert_eq!(of(person).await.state, State::Done);
    assert!(meng.get("/duties").await.text.contains("没有要办的事"));
}
