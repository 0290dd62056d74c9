//! Matters that pass through lists: each list is a duty, the next begins once it is done; sent back, excused, handed to others, withdrawn.

use axum::http::StatusCode;
use chrono::{DateTime, Days};
use desk::{
    app::App,
    error::{AppError, Result},
};
use federation::{
    duties::{self, Duty, Ruling, State as Stands},
    people,
    settings::choices,
};
use figures::metrics;
use kernel::{FixedClock, Period, UnitId};
use ledger::Filter;
use qinglan::features::matters::{self, Handed, METHODS, State, Wanted, actions};

use crate::{
    browser::{Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, town, unit},
};

on_both!(
    a_matter_goes_from_list_to_list,
    what_is_sent_back_waits_for_the_list_before,
    a_matter_is_changed_and_withdrawn,
    owners_stand_under_the_unit_and_are_there,
    whoever_owes_a_list_does_it_on_a_page,
    methods_are_named_lists_in_order,
    two_who_hand_in_the_same_list_do_it_once,
    a_theme_ends_once_its_matters_are_done,
);

fn code<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(AppError::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

/// The application some days later.
fn later(app: &App, days: u64) -> App {
    let now = DateTime::parse_from_rfc3339("2026-01-05T02:00:00Z").unwrap().to_utc() + Days::new(days);
    app.with_clock(std::sync::Arc::new(FixedClock(now)))
}

/// A matter whose lists are each due three days after the one before, done by these units.
fn handed(title: &str, owners: &[UnitId]) -> Handed {
    let step = |(place, unit): (u64, &UnitId)| Wanted {
        unit: *unit,
        person: None,
        due_on: day("2026-01-05") + Days::new(place * 3),
    };
    Handed {
        title: title.to_owned(),
        about: Some("三个社区提出".to_owned()),
        theme: None,
        steps: (1..).zip(owners).map(step).collect(),
    }
}

async fn opened(town: &Town) -> i64 {
    let owners = [town.city, town.city, town.street, town.city];
    let handed = handed("法律咨询进社区", &owners);
    actions::open(&town.app, &town.app.operator(), town.city, "four_lists", handed).await.unwrap()
}

async fn version(app: &App, id: i64) -> i64 {
    matters::store::by_id(&app.db, id).await.unwrap().unwrap().version
}

async fn hand_in(app: &App, id: i64, text: &str) -> Result<()> {
    actions::hand_in(app, &app.operator(), (id, version(app, id).await), text).await
}

async fn duties_of(app: &App, id: i64) -> Vec<Duty> {
    let mut duties = duties::store::of_source(&app.db, "matter", id).await.unwrap();
    duties.sort_by_key(|duty| duty.part);
    duties
}

async fn stands(app: &App, id: i64) -> (State, i64, Vec<Stands>) {
    let matter = matters::store::by_id(&app.db, id).await.unwrap().unwrap();
    (matter.state, matter.current, duties_of(app, id).await.into_iter().map(|duty| duty.state).collect())
}

async fn rule(app: &App, id: i64, part: usize, ruling: Ruling, reason: &str) -> Result<usize> {
    let duty = duties_of(app, id).await[part - 1].id;
    duties::actions::rule(app, &app.operator(), &[duty].into(), ruling, reason).await
}

/// Due, of these answered in time, and answered, in a month.
async fn counts(app: &App, unit: UnitId) -> [i64; 3] {
    let period = Period::new(day("2026-01-01"), day("2026-01-31")).unwrap();
    let books = metrics::open(app, unit, period, None, None).await.unwrap();
    ["duties.due", "duties.in_time_rate", "duties.answered"].map(|key| {
        let metric = app.metrics().get(key).unwrap();
        books.figure(&metric, unit, period, &Filter::default()).unwrap().value.count()
    })
}

async fn a_matter_goes_from_list_to_list(on: On) {
    use Stands::{Done, Open};
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    let id = opened(&town).await;
    assert_eq!(stands(app, id).await, (State::Open, 1, vec![Open]));
    let first = duties_of(app, id).await.remove(0);
    assert_eq!((first.wanted.as_str(), first.unit, first.due_on), ("点单", town.city, day("2026-01-08")));
    assert_eq!(counts(app, town.city).await, [1, 0, 0], "lists that have not begun are not due");
    assert_eq!(code(hand_in(app, id, "  ").await), "matter-answer-empty");
    hand_in(app, id, "收集到三个社区的需求").await.unwrap();
    assert_eq!(stands(app, id).await, (State::Open, 2, vec![Done, Open]));
    hand_in(app, id, "派给古沟街道").await.unwrap();
    // Late, on the day after its last one.
    hand_in(&later(app, 10), id, "已开展两场").await.unwrap();
    assert_eq!(counts(app, town.street).await, [1, 0, 1]);
    hand_in(&later(app, 11), id, "群众满意").await.unwrap();
    assert_eq!(stands(app, id).await, (State::Done, 4, vec![Done; 4]));
    assert_eq!(counts(app, town.city).await, [4, 3, 4]);
    assert_eq!(duties_of(app, id).await[2].text.as_deref(), Some("已开展两场"));
    assert_eq!(code(hand_in(app, id, "再办一次").await), "matter-done-by-now");
    town.reconciled().await;
}

async fn what_is_sent_back_waits_for_the_list_before(on: On) {
    use Stands::{Done, Excused, Lapsed, Open};
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    let id = opened(&town).await;
    hand_in(app, id, "需求").await.unwrap();
    hand_in(app, id, "派单").await.unwrap();
    assert_eq!(code(rule(app, id, 1, Ruling::SendBack, " ").await), "duty-back-without-reason");
    assert_eq!(rule(app, id, 1, Ruling::SendBack, "补上第四个社区").await.unwrap(), 1);
    assert_eq!(stands(app, id).await, (State::Open, 1, vec![Open, Done, Lapsed]));
    assert_eq!(counts(app, town.city).await, [2, 1, 1], "the third list waits");
    hand_in(app, id, "四个社区的需求").await.unwrap();
    assert_eq!(stands(app, id).await, (State::Open, 3, vec![Done, Done, Open]));
    // Excused, it goes on; demanded after all, what follows waits again.
    assert_eq!(rule(app, id, 3, Ruling::Excuse, "合并办理").await.unwrap(), 1);
    assert_eq!(stands(app, id).await, (State::Open, 4, vec![Done, Done, Excused, Open]));
    assert_eq!(rule(app, id, 3, Ruling::Owe, "").await.unwrap(), 1);
    assert_eq!(stands(app, id).await, (State::Open, 3, vec![Done, Done, Open, Lapsed]));
    // Two at once: the first is what is to be done.
    let both = duties_of(app, id).await[..2].iter().map(|duty| duty.id).collect();
    let ruled = duties::actions::rule(app, &app.operator(), &both, Ruling::SendBack, "都重办").await.unwrap();
    assert_eq!((ruled, stands(app, id).await), (2, (State::Open, 1, vec![Open, Lapsed, Lapsed, Lapsed])));
    for text in ["需求", "派单", "接单", "评单"] {
        hand_in(app, id, text).await.unwrap();
    }
    assert_eq!(stands(app, id).await.0, State::Done);
    // What is done is taken up again.
    rule(app, id, 4, Ruling::SendBack, "没有评价").await.unwrap();
    assert_eq!(stands(app, id).await, (State::Open, 4, vec![Done, Done, Done, Open]));
    town.reconciled().await;
}

async fn a_matter_is_changed_and_withdrawn(on: On) {
    use Stands::{Done, Lapsed};
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let id = opened(&town).await;
    hand_in(app, id, "需求").await.unwrap();
    let before = version(app, id).await;
    let owners = [town.street, town.other, town.street, town.city];
    actions::edit(app, &operator, (id, before), handed("法律咨询进社区（二期）", &owners)).await.unwrap();
    let now = duties_of(app, id).await;
    assert_eq!((now[0].unit, now[1].unit), (town.city, town.other), "what is done stays as it was");
    assert_eq!(now[1].title, "法律咨询进社区（二期）");
    assert_eq!(counts(app, town.other).await, [1, 0, 0]);
    let stale = actions::edit(app, &operator, (id, before), handed("别的", &owners)).await;
    assert_eq!(code(stale), "changed-meanwhile");
    assert_eq!(code(actions::hand_in(app, &operator, (id, before), "晚了").await), "changed-meanwhile");
    let at = version(app, id).await;
    assert_eq!(code(actions::withdraw(app, &operator, (id, at), " ").await), "matter-withdrawn-without-reason");
    actions::withdraw(app, &operator, (id, at), "不办了").await.unwrap();
    assert_eq!(stands(app, id).await, (State::Withdrawn, 2, vec![Done, Lapsed]));
    assert_eq!(counts(app, town.city).await, [1, 1, 1]);
    assert_eq!(code(hand_in(app, id, "派单").await), "matter-withdrawn-by-now");
    assert_eq!(code(rule(app, id, 1, Ruling::SendBack, "重办").await), "matter-withdrawn-by-now");
    town.reconciled().await;
}

async fn owners_stand_under_the_unit_and_are_there(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let open = async |unit: UnitId, handed: Handed| actions::open(app, &operator, unit, "four_lists", handed).await;
    let with = |unit: UnitId| handed("走访", &[town.street, town.street, town.street, unit]);
    assert_eq!(code(open(town.street, with(town.other)).await), "matter-unit-elsewhere");
    let closed = unit(app, "旧社区", "community", Some(town.street)).await;
    federation::units::actions::close(app, &operator, closed, day("2026-01-10")).await.unwrap();
    assert_eq!(code(open(town.street, with(closed)).await), "unit-closed-by-then");
    let person = town.person("孟晓宁", town.other, None).await;
    let mut of_another = with(town.street);
    of_another.steps[1].person = Some(person);
    assert_eq!(code(open(town.street, of_another).await), "matter-person-elsewhere");
    let mut crossed = with(town.street);
    crossed.steps[1].due_on = day("2026-01-06");
    assert_eq!(code(open(town.street, crossed).await), "matter-steps-cross");
    let mut past = with(town.street);
    past.steps[0].due_on = day("2026-01-04");
    assert_eq!(code(open(town.street, past).await), "matter-due-past");
    assert_eq!(code(actions::open(app, &operator, town.street, "none", with(town.street)).await), "method-unknown");
    // A person's lists become the survivor's, and with the person the duty of the list that is open.
    let double = town.person("孟晓宁", town.street, None).await;
    let mut of_person = with(town.street);
    of_person.steps[0].person = Some(double);
    of_person.steps[3].person = Some(double);
    let id = open(town.street, of_person).await.unwrap();
    people::actions::merge(app, &operator, double, person).await.unwrap();
    assert_eq!(duties_of(app, id).await[0].person, Some(person));
    let steps = matters::store::steps(&app.db, id).await.unwrap();
    assert_eq!((steps[0].person, steps[3].person), (Some(person), Some(person)));
    town.reconciled().await;
}

async fn whoever_owes_a_list_does_it_on_a_page(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    let person = town.person("孟晓宁", town.street, None).await;
    account(app, "meng", None, Some(person)).await;
    let mut meng = Browser::signed_in(app, "meng").await;
    let (mut city, mut street) =
        (town.secretary("chief", town.city).await, town.secretary("secretary", town.street).await);
    let mut other = town.secretary("elsewhere", town.other).await;
    assert!(city.get("/matters").await.text.contains("还没有事项"));
    // The form is filled but for the title; the first list is given to a person of the street.
    let form = city.get("/matters/new").await.form("/matters");
    let form =
        form.with("title", "妇女微家走访").with("unit_1", "古沟街道").with("unit_1_id", &town.street.to_string());
    let form = form.with("person_1", "孟晓宁").with("person_1_id", &person.to_string());
    let sent = city.post("/matters", &form.fields()).await;
    let address = sent.location.clone().unwrap_or_else(|| panic!("{}", sent.text));
    let mine = meng.get("/duties").await.text;
    assert!(mine.contains("妇女微家走访") && mine.contains(&address), "{mine}");
    assert!(meng.get("/").await.text.contains("妇女微家走访"));
    let shown = meng.get(&address).await;
    assert!(shown.text.contains("办结“点单”") && !shown.text.contains("撤回</button>"), "{}", shown.text);
    assert_eq!(other.get(&address).await.status, StatusCode::NOT_FOUND);
    assert!(street.get(&address).await.text.contains("办结“点单”"));
    let form = shown.form(&format!("{address}/hand-in"));
    let empty = meng.post(&format!("{address}/hand-in"), &form.with("text", " ").fields()).await;
    assert!(empty.text.contains("没有写办理结果"), "{}", empty.text);
    let done = meng.post(&format!("{address}/hand-in"), &form.with("text", "走访了八户").fields()).await;
    assert_eq!(done.location.as_deref(), Some(address.as_str()), "{}", done.text);
    // The next one is the city's: she reads what was done, and no more.
    assert!(!meng.get(&address).await.text.contains("办结“制单”"));
    let board = city.get("/matters/board").await.text;
    assert!(board.contains("妇女微家走访") && board.contains("评单"), "{board}");
    let back = [("duty", duties_of(app, 1).await[0].id.to_string()), ("as", "back".to_owned())];
    let back: Vec<(&str, &str)> = back.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let without = city.post(&format!("{address}/rule"), &back).await;
    assert!(without.text.contains("没有写退回的原因"), "{}", without.text);
    let with: Vec<(&str, &str)> = back.into_iter().chain([("reason", "补两户")]).collect();
    assert!(city.post(&format!("{address}/rule"), &with).await.location.is_some());
    assert!(meng.get(&address).await.text.contains("退回：补两户"));
    assert_eq!(city.get("/matters/export").await.status, StatusCode::OK);
    for filter in ["step=点单", "method=five_lists", "state=any", "q=微家"] {
        assert!(city.get(&format!("/matters?{filter}")).await.text.contains("妇女微家走访"), "{filter}");
    }
    assert!(!city.get("/matters?step=评单").await.text.contains("妇女微家走访"));
}

async fn methods_are_named_lists_in_order(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let said = |name: &str, parts: &[&str]| choices::Handed {
        name: name.to_owned(),
        aliases: parts.iter().map(|part| (*part).to_owned()).collect(),
        ..choices::Handed::default()
    };
    for (name, parts) in
        [("一单", &["点单"][..]), ("十单", &["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"])]
    {
        assert_eq!(code(METHODS.change(app, &operator, said(name, parts), 0).await), "choice-parts", "{name}");
    }
    // Two methods may have lists of the same name, but not the same name themselves.
    assert_eq!(code(METHODS.change(app, &operator, said("五单工作法", &["点单", "评单"]), 0).await), "choice-taken");
    let own = METHODS.change(app, &operator, said("三单", &["点单", "接单", "评单"]), 0).await.unwrap();
    let handed = handed("走访", &[town.city, town.city, town.city]);
    let id = actions::open(app, &operator, town.city, &own, handed).await.unwrap();
    let names: Vec<String> =
        matters::store::steps(&app.db, id).await.unwrap().into_iter().map(|step| step.name).collect();
    assert_eq!(names, ["点单", "接单", "评单"]);
    let mut admin = town.admin.clone();
    assert!(admin.get("/settings/methods").await.text.contains("点单 制单 派单 接单 评单"));
    assert!(admin.get(&format!("/matters/new?method={own}")).await.text.contains("3 · 评单"));
}

async fn two_who_hand_in_the_same_list_do_it_once(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let id = opened(&town).await;
    let at = version(app, id).await;
    let both = ["甲", "乙"].map(|text| {
        let (app, operator) = (app.clone(), operator.clone());
        tokio::spawn(async move { actions::hand_in(&app, &operator, (id, at), text).await })
    });
    let [one, two] = both;
    let (one, two) = (one.await.unwrap(), two.await.unwrap());
    assert_eq!([&one, &two].iter().filter(|done| done.is_ok()).count(), 1, "{one:?} {two:?}");
    assert_eq!(stands(app, id).await, (State::Open, 2, vec![Stands::Done, Stands::Open]));
    town.reconciled().await;
}

async fn a_theme_ends_once_its_matters_are_done(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let theme = |until: Option<&str>| federation::themes::Handed {
        name: "清风徐来".to_owned(),
        from: day("2026-01-01"),
        until: until.map(day),
        about: None,
    };
    let id = federation::themes::actions::add(app, &operator, town.city, theme(None)).await.unwrap();
    let mut of_theme = handed("走访", &[town.city; 4]);
    of_theme.theme = Some(format!("t{id}"));
    let matter = actions::open(app, &operator, town.city, "four_lists", of_theme).await.unwrap();
    let end = async |until| federation::themes::actions::edit(app, &operator, id, 1, theme(Some(until))).await;
    assert_eq!(code(end("2026-01-10").await), "theme-unfinished");
    actions::withdraw(app, &operator, (matter, version(app, matter).await), "不办了").await.unwrap();
    end("2026-01-10").await.unwrap();
}
