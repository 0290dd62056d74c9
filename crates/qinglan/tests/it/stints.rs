//! Stints: the sample register's known counts; what is asked and refused; who checks; days netted over overlaps.

use axum::http::StatusCode;
use desk::{
    actor::{Actor, Role},
    app::App,
    error::{AppError, Result},
};
use federation::{
    groups,
    imports::{Answers, Context, Source, Summary, actions as imports},
    people,
};
use kernel::{ImportId, Period, PersonId, RecordId, UnitId};
use qinglan::features::stints::{Finish, Handed, Part, actions, import::KIND, store};
use serde_json::Value as Json;

use crate::{
    browser::{Browser, account},
    sample::{CITY, ROSTER, figure, import},
    support::{On, Place, day, file, on_both},
    town::{Town, town},
};

on_both!(
    the_sample_register_gives_the_true_counts,
    odd_rows_are_answered_one_by_one,
    a_differing_row_and_a_second_placement_are_questions,
    a_member_hands_in_and_the_leader_checks,
    bad_input_is_refused_in_words,
    a_day_counts_once_for_a_person_and_an_end_is_recorded_later,
    of_merged_people_the_same_stint_stays_once,
);

const PRACTICE: &str = "fixtures/ledgers-sample/07-practice.xlsx";

async fn the_sample_register_gives_the_true_counts(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let text = std::fs::read(file("fixtures/ledgers-sample/truth.json")).unwrap();
    let truth = serde_json::from_slice::<Json>(&text).unwrap()["practice"].clone();
    for (kind, name) in [(federation::units::import::KIND, CITY), (federation::people::import::KIND, ROSTER)] {
        import(&app, kind, name, &Answers::new()).await;
    }
    let (id, summary) = import(&app, KIND, PRACTICE, &Answers::new()).await;
    assert_eq!(summary.refused(), [], "every row is taken");
    assert_eq!(summary.taken as u64, truth.as_u64().unwrap());
    assert_eq!(figure(&app, "practice.stints", &[]).await, truth);
    for (key, condition, known) in [
        ("practice.volunteers", None, 10),
        ("practice.placed", None, 36),
        ("practice.stints", Some(("part", "专班")), 16),
        ("practice.stints", Some(("part", "第一书记")), 5),
        // 19 times 92 days, 17 times 365, 10 times 214: nobody has two.
        ("practice.days", None, 10_093),
    ] {
        let conditions: Vec<(&str, &str)> = condition.into_iter().collect();
        assert_eq!(figure(&app, key, &conditions).await, known, "{key} {condition:?}");
    }
    let before = ledger::position(&app.db).await.unwrap();
    let (_, again) = import(&app, KIND, PRACTICE, &Answers::new()).await;
    assert_eq!((again.taken, again.repeated), (0, 46), "nothing is doubled");
    assert_eq!(ledger::position(&app.db).await.unwrap(), before);
    assert!(app.reconcile().await.unwrap().faults.is_empty());
    imports::undo(&app, &app.operator(), id).await.unwrap();
    assert_eq!(figure(&app, "practice.stints", &[]).await, 0);
    assert!(app.reconcile().await.unwrap().faults.is_empty());
    let (_, summary) = import(&app, KIND, PRACTICE, &Answers::new()).await;
    assert_eq!(summary.taken, 46, "what an undone import left behind is no match");
}

/// The verdicts on the rows of a file that is written here.
async fn judge(app: &App, unit: UnitId, text: &str, answers: &Answers, take: bool) -> (i64, Summary) {
    let source = Source::from_file("实践.csv", text.as_bytes().to_vec(), KIND).unwrap();
    let context = Context {
        source: &source,
        unit: Some(unit),
        year: Some(2025),
        answers,
        from: None,
        today: app.today(),
        only: None,
        progress: &|_, _| (),
    };
    let shown = imports::preview(app, &app.operator(), KIND, &context).await.unwrap();
    if !take {
        return (0, shown);
    }
    let (id, summary) = imports::confirm(app, &app.operator(), KIND, &context, &shown).await.unwrap();
    (id.0, summary)
}

async fn odd_rows_are_answered_one_by_one(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    town.person("何雨桐", town.street, None).await;
    let odd = [
        (",古沟街道,专班,2025-03-01至2025-03-31,", "name-missing"),
        ("何雨桐,古沟街道,,2025-03-01至2025-03-31,", "stint-task"),
        ("何雨桐,古沟街道,轮岗,2025-03-01至2025-03-31,", "stint-part-unknown"),
        ("何雨桐,古沟街道,到村挂职或任第一书记,2025-03-01至2025-03-31,", "stint-part-unknown"),
        ("何雨桐,古沟街道,专班,,", "date-missing"),
        ("何雨桐,古沟街道,专班,去年,", "date-unreadable"),
        ("何雨桐,古沟街道,专班,2025-03-31至2025-03-01,", "stint-reversed"),
        ("何雨桐,古沟街道,专班,2025-02-30至2025-03-01,", "date-no-such-day"),
        ("何雨桐,古沟街道,专班,2026-02-01至2026-03-01,", "stint-ahead"),
        ("何雨桐,古沟街道,专班,2025-03-01至2025-03-31,也许", "stint-volunteered-unknown"),
        ("何雨桐,天上街道,专班,2025-03-01至2025-03-31,", "unit-not-under"),
        ("查无此人,古沟街道,专班,2025-03-01至2025-03-31,", "stint-nobody"),
        ("何雨桐,古沟街道,专班,2024-03-01至2025-03-31,", "stint-nobody"),
    ];
    let good = ["何　雨桐,,大会筹备专班,３月至今,是", "何雨桐,古沟街道,一线志愿服务,2025.5-2025.6,"];
    let rows: Vec<&str> = odd.iter().map(|(row, _)| *row).chain(good).collect();
    let text = format!("姓名,派出单位,锻炼形式,起止时间,主动请缨\n{}\n", rows.join("\n"));
    let (_, summary) = judge(&town.app, town.city, &text, &Answers::new(), true).await;
    let refused = summary.refused();
    let codes: Vec<&str> = refused.iter().map(|(_, reasons)| reasons[0].code.as_str()).collect();
    assert_eq!(codes, odd.map(|(_, code)| code));
    assert_eq!(summary.taken, good.len(), "nothing of the good rows is lost");
    let two = "姓名,锻炼形式,开始时间,结束时间,时长\n何雨桐,跟班学习,2025年7月,2025年8月,40.5小时\n";
    assert_eq!(judge(&town.app, town.city, two, &Answers::new(), true).await.1.taken, 1);
    // Both ends in the column of the first, and days given twice.
    let whole = "姓名,锻炼形式,开始时间,结束时间\n何雨桐,工作队,2025年9月至10月,\n";
    assert_eq!(judge(&town.app, town.city, whole, &Answers::new(), true).await.1.taken, 1);
    let twice = "姓名,锻炼形式,起止时间,开始时间,结束时间\n何雨桐,工作队,2025年11月,2025-11-01,2025-11-20\n";
    let (_, summary) = judge(&town.app, town.city, twice, &Answers::new(), true).await;
    assert_eq!(summary.refused()[0].1[0].code, "stint-days-differ");
    let mut admin = town.admin.clone();
    assert_eq!(admin.get("/imports/template/practice").await.status, StatusCode::OK);
    assert!(admin.get("/imports/new?kind=practice").await.text.contains("value=\"practice\" selected"));
    let page = admin.get("/stints?going=yes").await.text;
    assert!(page.contains("大会筹备专班") && !page.contains("一线志愿服务") && !page.contains("工作队</td>"), "{page}");
    let page = admin.get("/stints?part=seconded").await.text;
    assert!(page.contains("2025-07-01") && page.contains("2025-08-31") && !page.contains("专班</td>"), "{page}");
    let period = admin.get("/stints?period=own&from=2025-06-30&to=2025-06-30").await.text;
    assert!(period.contains("一线志愿服务") && !period.contains("跟班学习</td>"), "{period}");
    town.reconciled().await;
}

async fn a_differing_row_and_a_second_placement_are_questions(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    town.person("何雨桐", town.street, None).await;
    let file = |rows: &[&str]| {
        let rows: Vec<String> = rows.iter().map(|row| format!("何雨桐,{row}\n")).collect();
        format!("姓名,锻炼形式,起止时间,评价\n{}", rows.concat())
    };
    judge(app, town.city, &file(&["到村挂职,2025-03-01至2025-06-30,良好"]), &Answers::new(), true).await;
    let other = file(&["到村挂职,2025-03-01至2025-07-31,优秀"]);
    let (_, asked) = judge(app, town.city, &other, &Answers::new(), false).await;
    assert_eq!(asked.questions().next().unwrap().1.text.code, "stint-same-key");
    let (id, taken) = judge(app, town.city, &other, &Answers::from([(2, vec![1])]), true).await;
    assert_eq!((taken.taken, figure_of(&town, "practice.days").await), (1, 153));
    imports::undo(app, &app.operator(), ImportId(id)).await.unwrap();
    assert_eq!(figure_of(&town, "practice.days").await, 122, "what it took the place of stands again");
    let second = file(&["驻村第一书记,2025-06-30至2025-12-31,"]);
    let (_, asked) = judge(app, town.city, &second, &Answers::new(), false).await;
    assert_eq!(asked.questions().next().unwrap().1.text.code, "stint-overlap-ask");
    let (_, left) = judge(app, town.city, &second, &Answers::from([(2, vec![0])]), false).await;
    assert_eq!((left.taken, left.repeated), (0, 1));
    let (_, taken) = judge(app, town.city, &second, &Answers::from([(2, vec![1])]), true).await;
    assert_eq!((taken.taken, figure_of(&town, "practice.days").await), (1, 306), "the day of both counts once");
    // A task force beside a placement is nothing to ask about; two placements in one file are.
    let (_, beside) =
        judge(app, town.city, &file(&["大会筹备专班,2025-05-01至2025-05-31,"]), &Answers::new(), false).await;
    assert_eq!((beside.taken, beside.questions().count()), (1, 0));
    let two = file(&["乡村振兴工作队,2026-01-01至2026-01-03,", "到村挂职,2026-01-03至2026-01-04,"]);
    let (_, asked) = judge(app, town.city, &two, &Answers::new(), false).await;
    assert_eq!((asked.taken, asked.questions().count()), (1, 1));
    let last: i64 = ledger::db::scalar(&app.db, "select max(id) from import", vec![]).await.unwrap().unwrap();
    let id = ids(app).await.pop().unwrap();
    actions::give_back(app, &app.operator(), id, 1, "核对").await.unwrap();
    let refused = imports::undo(app, &app.operator(), ImportId(last)).await.unwrap_err();
    assert!(matches!(refused, AppError::Refused(refusal) if refusal.details[0].code == "stint-listed"));
    town.reconciled().await;
}

/// The keys of all stints.
async fn ids(app: &App) -> Vec<RecordId> {
    ledger::db::rows(&app.db, "select id from stint order by id", vec![]).await.unwrap()
}

async fn figure_in(town: &Town, key: &str, from: &str, to: &str) -> i64 {
    let app = &town.app;
    let asked = figures::metrics::actions::Asked {
        place: town.city.into(),
        period: Period::new(day(from), day(to)).unwrap(),
        position: None,
        tree_day: None,
        filter: ledger::Filter::default(),
    };
    let metric = app.metrics().get(key).unwrap();
    let shown = figures::metrics::actions::show(app, &app.operator(), &metric, &asked, true).await.unwrap();
    let rows: i64 = shown.figure.rows().iter().map(|row| row.counts).sum();
    assert_eq!(rows, shown.figure.value.count(), "{key}: the rows add up to the figure");
    rows
}

/// A figure of the city in 2025.
async fn figure_of(town: &Town, key: &str) -> i64 {
    figure_in(town, key, "2025-01-01", "2025-12-31").await
}

fn stint(person: PersonId, part: Part, from: &str, to: Option<&str>) -> Handed {
    Handed {
        person,
        part,
        volunteered: false,
        task: "到村挂职".to_owned(),
        place: Some("何家寨村".to_owned()),
        place_unit: None,
        from: day(from),
        to: to.map(day),
        hours: None,
        result: None,
        note: None,
        theme: None,
        overlapping: false,
    }
}

async fn a_member_hands_in_and_the_leader_checks(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let app = &town.app;
    let person = town.person("何雨桐", town.street, None).await;
    let leads = town.person("郑梦曦", town.street, None).await;
    let group = groups::store::default_groups(&app.db, &[town.street]).await.unwrap()[&town.street].id;
    account(app, "member", None, Some(person)).await;
    account(app, "leader", Some((Role::Leader, None, Some(group))), Some(leads)).await;
    let mut member = Browser::signed_in(app, "member").await;
    let mut leader = Browser::signed_in(app, "leader").await;
    let form = member.get("/stints/new").await;
    assert!(!form.text.contains("name=\"person\""), "members enter for themselves");
    let odd = [("part", "nothing"), ("task", "防汛专班"), ("from", "2025-13-01"), ("hours", "许多")];
    let odd = member.post("/stints", &odd).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    for told in ["nothing", "防汛专班", "2025-13-01", "许多"] {
        assert!(odd.text.contains(told), "{told}");
    }
    let good = [
        ("part", "volunteer"),
        ("task", "一线志愿服务"),
        ("from", "2025-06-01"),
        ("to", "2025-06-30"),
        ("hours", "12.5"),
    ];
    let at = member.post("/stints", &good).await.location.expect("on to the stint");
    assert_eq!((figure_of(&town, "practice.stints").await, figure_of(&town, "practice.hours").await), (0, 0));
    assert!(member.post("/stints", &good).await.text.contains("已经登记过"));
    let shown = member.get(&at).await.text;
    assert!(shown.contains("待核实") && !shown.contains(&format!("{at}/check")));
    assert_eq!(member.post(&format!("{at}/check"), &[("version", "1")]).await.status, StatusCode::FORBIDDEN);
    leader.post(&format!("{at}/return"), &[("version", "1"), ("reason", "时长写错")]).await;
    assert!(member.get(&at).await.text.contains("时长写错"));
    let form = member.get(&format!("{at}/edit")).await;
    assert_eq!((form.value("task"), form.value("hours")), ("一线志愿服务".to_owned(), "12.5".to_owned()));
    let version = form.value("version");
    let mend = [&good[..4], &[("hours", "10.5"), ("version", &version)]].concat();
    assert!(member.post(&at, &mend).await.location.is_some());
    assert_eq!(member.post(&at, &mend).await.status, StatusCode::CONFLICT);
    let version = leader.get(&at).await.value("version");
    leader.post(&format!("{at}/check"), &[("version", &version)]).await;
    assert_eq!((figure_of(&town, "practice.volunteers").await, figure_of(&town, "practice.placed").await), (1, 0));
    assert_eq!((figure_of(&town, "practice.days").await, figure_of(&town, "practice.hours").await), (30, 105));
    // The person's own hours count only once somebody else has checked them.
    let version = member.get(&at).await.value("version");
    member.post(&format!("{at}/finish"), &[("version", &version), ("to", "2025-06-30"), ("hours", "99")]).await;
    assert_eq!(figure_of(&town, "practice.hours").await, 0);
    let version = leader.get(&at).await.value("version");
    leader.post(&format!("{at}/check"), &[("version", &version)]).await;
    assert_eq!(figure_of(&town, "practice.hours").await, 990);
    let version = leader.get(&at).await.value("version");
    let odd = [("version", &*version), ("to", "2025-05-31"), ("hours", "8")];
    assert_eq!(leader.post(&format!("{at}/finish"), &odd).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    leader.post(&format!("{at}/finish"), &[("version", &version), ("to", "2025-06-10"), ("hours", "8")]).await;
    assert_eq!((figure_of(&town, "practice.days").await, figure_of(&town, "practice.hours").await), (10, 80));
    assert!(member.get("/my").await.text.contains("一线志愿服务"));
    assert!(member.get("/my/export").await.text.contains("\"task\": \"一线志愿服务\""));
    let by = Actor { person: Some(leads), ..app.operator() };
    let own = actions::add(app, &by, stint(leads, Part::Placed, "2025-03-01", None)).await.unwrap();
    assert_eq!(code(actions::check(app, &by, own, 1).await), "stint-own");
    town.reconciled().await;
}

/// The code of a refusal.
fn code<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "done".to_owned(),
        Err(AppError::Refused(refusal)) => refusal.code,
        Err(other) => panic!("{other}"),
    }
}

async fn bad_input_is_refused_in_words(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let person = town.person("何雨桐", town.street, None).await;
    let good = || stint(person, Part::Placed, "2025-03-01", Some("2025-06-30"));
    let later = || stint(person, Part::FirstSecretary, "2025-06-30", None);
    let long = |length: usize| Some("长".repeat(length));
    let cases = [
        (Handed { task: " ".to_owned(), ..good() }, "stint-task"),
        (Handed { place: long(201), ..good() }, "stint-place-long"),
        (Handed { result: long(201), ..good() }, "stint-result-long"),
        (Handed { note: long(501), ..good() }, "stint-note-long"),
        (Handed { hours: Some(-1), ..good() }, "stint-hours"),
        (Handed { to: Some(day("2025-02-28")), ..good() }, "stint-reversed"),
        (Handed { from: day("2026-01-06"), to: None, ..good() }, "stint-ahead"),
        (Handed { from: day("2024-12-31"), ..good() }, "stint-not-posted"),
        (Handed { person: PersonId(999_999), ..good() }, "person-unknown"),
        (Handed { place_unit: Some(UnitId(999_999)), ..good() }, "unit-unknown"),
        (good(), "done"),
        (good(), "stint-there-already"),
        (later(), "stint-overlaps"),
        (Handed { overlapping: true, ..later() }, "done"),
        (stint(person, Part::TaskForce, "2025-04-01", None), "done"),
    ];
    for (handed, expected) in cases {
        assert_eq!(code(actions::add(app, &operator, handed.clone()).await), expected, "{handed:?}");
    }
    let id = ids(app).await[0];
    assert_eq!(code(actions::check(app, &operator, id, 1).await), "stint-not-pending");
    assert_eq!(code(actions::edit(app, &operator, id, 1, good()).await), "stint-settled");
    assert_eq!(code(actions::void(app, &operator, id, 9, "重复").await), "changed-meanwhile");
    assert_eq!(code(actions::void(app, &operator, id, 1, " ").await), "void-without-reason");
    assert_eq!(figure_of(&town, "practice.stints").await, 3, "nothing was lost");
    town.reconciled().await;
}

async fn a_day_counts_once_for_a_person_and_an_end_is_recorded_later(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let person = town.person("何雨桐", town.street, None).await;
    let second = town.person("郑梦曦", town.street, None).await;
    let first = actions::add(app, &operator, stint(person, Part::Placed, "2025-03-01", None)).await.unwrap();
    actions::add(app, &operator, stint(person, Part::TaskForce, "2025-02-20", Some("2025-03-10"))).await.unwrap();
    actions::add(app, &operator, stint(second, Part::Volunteer, "2025-03-10", Some("2025-03-11"))).await.unwrap();
    assert_eq!(figure_in(&town, "practice.days", "2025-03-01", "2025-03-31").await, 31 + 2);
    assert_eq!(figure_in(&town, "practice.days", "2025-02-01", "2025-03-05").await, 9 + 5);
    let finish = Finish { to: Some(day("2025-03-05")), hours: None, result: Some("优秀".to_owned()) };
    actions::finish(app, &operator, first, 1, finish).await.unwrap();
    assert_eq!(figure_in(&town, "practice.days", "2025-03-01", "2025-03-31").await, 10 + 2, "the task force goes on");
    assert_eq!(store::by_ids(&app.db, &[first]).await.unwrap()[0].state.as_str(), "checked");
    // A transfer changes no past figure; a placement is not prolonged into another one.
    people::actions::transfer(app, &operator, person, town.city, &people::Held::default(), day("2025-03-04"))
        .await
        .unwrap();
    assert_eq!(figure_in(&town, "practice.days", "2025-03-01", "2025-03-31").await, 12);
    actions::add(app, &operator, stint(person, Part::WorkTeam, "2025-05-01", None)).await.unwrap();
    let longer = Finish { to: None, hours: None, result: None };
    assert_eq!(code(actions::finish(app, &operator, first, 2, longer).await), "stint-overlaps");
    town.reconciled().await;
}

async fn of_merged_people_the_same_stint_stays_once(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let (app, operator) = (&town.app, town.app.operator());
    let kept = town.person("何雨桐", town.street, None).await;
    let gone = town.person("何雨彤", town.street, None).await;
    for (person, from) in [(kept, "2025-03-01"), (gone, "2025-03-01"), (gone, "2025-09-01")] {
        actions::add(app, &operator, stint(person, Part::Volunteer, from, Some("2025-12-31"))).await.unwrap();
    }
    people::actions::merge(app, &operator, gone, kept).await.unwrap();
    assert_eq!((figure_of(&town, "practice.stints").await, figure_of(&town, "practice.volunteers").await), (2, 1));
    assert_eq!(figure_of(&town, "practice.days").await, 306);
    town.reconciled().await;
}
