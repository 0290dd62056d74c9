//! Imports that take long: their page shows the progress, they run once, others write meanwhile, and what an interrupted one
//! had imported is undone.

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use chrono::DateTime;
use desk::{app::App, error::AppError};
use federation::{
    imports::{Answers, Context, Kind, Source, Summary, actions},
    people,
    units::{self, actions::Addition},
};
use kernel::{FixedClock, ImportId, UnitId};
use ledger::db;

use crate::{
    browser::Browser,
    imports::{ROSTER, office, people as names, says, with_patience},
    support::{On, on_both},
    town::new_person,
};

on_both!(
    a_long_import_shows_its_progress_and_runs_once,
    an_interrupted_import_is_reported_and_can_be_repeated,
    others_write_while_an_import_is_going_on,
    what_was_changed_meanwhile_is_judged_again,
    rows_of_earlier_parts_are_rows_of_the_same_file,
    an_import_whose_process_ended_is_undone,
);

/// Requests the part of the page with the progress until it redirects; returns the location.
async fn watch(clerk: &mut Browser, work: &str) -> String {
    for _ in 0..100_000 {
        let part = clerk.part(work, "live").await;
        if let Some(to) = part.headers.get("hx-redirect") {
            return to.to_str().unwrap().to_owned();
        }
        assert!(part.text.contains("<progress") && !part.text.contains("<html"), "{}", part.text);
        tokio::task::yield_now().await;
    }
    panic!("no end in sight");
}

async fn imports(app: &App) -> i64 {
    ledger::db::scalar(&app.db, "select count(*) from import", vec![]).await.unwrap().unwrap()
}

async fn a_long_import_shows_its_progress_and_runs_once(on: On) {
    let mut office = office(on).await;
    // A server without patience shows the progress at once.
    office.clerk = with_patience(&office.app, Duration::ZERO).await;
    let rows: String = names(300).iter().map(|name| format!("{name},古沟街道\n")).collect();
    let work = office.hand_in("roster", "花名册.csv", format!("姓名,工作单位\n{rows}").as_bytes()).await;
    let page = office.clerk.get(&work).await;
    says(&page, "正在核对");
    says(&page, "<noscript><meta http-equiv=\"refresh\"");
    assert_eq!(watch(&mut office.clerk, &work).await, work);
    let page = office.clerk.get(&work).await;
    says(&page, "录入 300 行");
    let shown = page.value("shown");
    for _ in 0..2 {
        let pressed = office.clerk.post(&format!("{work}/take"), &[("shown", &shown)]).await;
        assert_eq!(pressed.location.as_deref(), Some(work.as_str()), "{}", pressed.text);
    }
    // While it runs nothing of it can be changed.
    office.clerk.post(&format!("{work}/layout"), &[("auto", "1")]).await;
    office.clerk.post(&format!("{work}/drop"), &[]).await;
    let import = watch(&mut office.clerk, &work).await;
    assert!(import.starts_with("/imports/") && !import.contains("work"), "{import}");
    let again = office.clerk.post(&format!("{work}/take"), &[("shown", &shown)]).await;
    assert_eq!(again.location.as_deref(), Some(import.as_str()));
    says(&office.clerk.get(&import).await, "300");
    assert_eq!(imports(&office.app).await, 1);
    // Two at once, with patience.
    let mut clerk = with_patience(&office.app, Duration::from_mins(2)).await;
    office.clerk = clerk.clone();
    let work = office.hand_in("roster", "又一个.csv", "姓名,工作单位\n何雨晴,古沟街道\n".as_bytes()).await;
    let shown = clerk.get(&work).await.value("shown");
    let (take, fields) = (format!("{work}/take"), [("shown", shown.as_str())]);
    let (one, other) = tokio::join!(clerk.post(&take, &fields), office.clerk.post(&take, &fields));
    assert_eq!((one.location, imports(&office.app).await), (other.location, 2));
}

async fn an_interrupted_import_is_reported_and_can_be_repeated(on: On) {
    let mut office = office(on).await;
    let work = office.hand_in("roster", "花名册.csv", ROSTER.as_bytes()).await;
    // What differs from what was shown is not imported, and the page still says so later.
    let other = office.clerk.post(&format!("{work}/take"), &[("shown", "other")]).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    for page in [other, office.clerk.get(&work).await] {
        says(&page, "没有录入任何内容");
        says(&page, "录入 1 行");
    }
    // A restart leaves the mark that the import had begun.
    ledger::db::execute(&office.app.db, "update import_work set state = 'taking'", vec![]).await.unwrap();
    let mut clerk = Browser::signed_in(&office.app, "admin").await;
    says(&clerk.get(&work).await, "上次录入被打断");
    assert_eq!(imports(&office.app).await, 0);
    let import = office.take(&work).await;
    assert_eq!(clerk.get(&work).await.location.as_deref(), Some(import.as_str()));
    assert_eq!(imports(&office.app).await, 1);
}

/// Rows of a roster: more than one part.
const ROWS: usize = 3500;

/// One of many different names.
fn name(number: usize) -> String {
    let letters: Vec<char> = "王李张刘陈杨赵黄周吴徐孙".chars().collect();
    [1728, 144, 12, 1].into_iter().map(|place| letters[number / place % letters.len()]).collect()
}

/// A roster of `ROWS` people of a street; the last is 何雨桐.
fn roster() -> String {
    let rows: String = (0..ROWS - 1).map(|number| format!("{},古沟街道\n", name(number))).collect();
    format!("姓名,工作单位\n{rows}何雨桐,古沟街道\n")
}

/// Imports a roster as soon as it was judged.
async fn import(app: App, city: UnitId, roster: String) -> Result<(ImportId, Summary), AppError> {
    import_as(app, city, people::import::KIND, roster, Answers::new()).await
}

/// Imports a text as soon as it was judged, with answers.
async fn import_as(
    app: App,
    city: UnitId,
    kind: Kind,
    text: String,
    answers: Answers,
) -> Result<(ImportId, Summary), AppError> {
    let source = Source::from_file("花名册.csv", text.into_bytes(), kind)?;
    let actor = app.operator();
    let context = Context {
        source: &source,
        unit: Some(city),
        year: Some(2025),
        answers: &answers,
        from: None,
        today: app.today(),
        only: None,
        progress: &|_, _| (),
    };
    let shown = actions::preview(&app, &actor, kind, &context).await?;
    actions::confirm(&app, &actor, kind, &context, &shown).await
}

fn code(refused: AppError) -> String {
    match refused {
        AppError::Refused(refusal) => refusal.code,
        other => panic!("{other}"),
    }
}

async fn count(app: &App, sql: &str) -> i64 {
    db::scalar(&app.db, sql, vec![]).await.unwrap().unwrap()
}

async fn posted(app: &App) -> i64 {
    count(app, "select count(*) from posting where not void").await
}

/// Whether an import has imported some of its rows and goes on.
async fn is_going_on(app: &App) -> bool {
    count(app, "select count(*) from import where state = 'taking'").await > 0
}

/// Waits for the first part of an import.
async fn first_part(app: &App) {
    while !is_going_on(app).await {
        tokio::task::yield_now().await;
    }
}

async fn reconciled(app: &App) {
    let faults = app.reconcile().await.unwrap().faults;
    assert!(faults.is_empty(), "{faults:?}");
}

async fn others_write_while_an_import_is_going_on(on: On) {
    let office = office(on).await;
    let app = &office.app;
    let taking = tokio::spawn(import(app.clone(), office.city, roster()));
    first_part(app).await;
    let mut between = 0;
    while !taking.is_finished() {
        add_unit(app, office.city, &format!("新设街道{between}")).await;
        between += usize::from(is_going_on(app).await);
    }
    assert!(between > 0, "nobody else could write");
    let (id, summary) = taking.await.unwrap().unwrap();
    assert_eq!((summary.taken, posted(app).await), (ROWS, ROWS as i64));
    reconciled(app).await;
    // It is one import, and is undone as one.
    assert_eq!((imports(app).await, count(app, "select count(*) from import where state = 'done'").await), (1, 1));
    actions::undo(app, &app.operator(), id).await.unwrap();
    assert_eq!(posted(app).await, 0);
    reconciled(app).await;
}

async fn what_was_changed_meanwhile_is_judged_again(on: On) {
    let office = office(on).await;
    let app = &office.app;
    let street = units::find_by_code_or_name(&app.db, "古沟街道").await.unwrap().id;
    // The street has a group already, so that nobody who is added joins one that the import has opened.
    people::actions::add(app, &app.operator(), new_person("何雨晴", street), app.today()).await.unwrap();
    let taking = tokio::spawn(import(app.clone(), office.city, roster()));
    first_part(app).await;
    // Somebody adds the last one of the file by hand.
    people::actions::add(app, &app.operator(), new_person("何雨桐", street), app.today()).await.unwrap();
    assert_eq!(code(taking.await.unwrap().unwrap_err()), "import-changed-meanwhile");
    assert_eq!(posted(app).await, 2, "nothing of the import is left");
    let undone = "select count(*) from import where state = 'broke_off' and undone_at is not null";
    assert_eq!(count(app, undone).await, 1);
    reconciled(app).await;
    let mut clerk = Browser::signed_in(app, "admin").await;
    says(&clerk.get("/imports").await, "已撤销");
    // Judged again, the row is repeated.
    let (_, summary) = import(app.clone(), office.city, roster()).await.unwrap();
    assert_eq!((summary.taken, summary.repeated, posted(app).await), (ROWS - 1, 1, ROWS as i64 + 1));
}

async fn rows_of_earlier_parts_are_rows_of_the_same_file(on: On) {
    let office = office(on).await;
    let app = &office.app;
    // Two of one name in one unit, told apart by a number that isn't stored; the second stands in another part.
    let filling: String = (0..ROWS).map(|number| format!("{},乙{number},古沟街道\n", name(number))).collect();
    let roster = format!("姓名,人员编号,工作单位\n何雨桐,甲1,古沟街道\n{filling}何雨桐,甲2,古沟街道\n");
    let answers = Answers::from([(ROWS + 3, vec![1])]);
    let taking = tokio::spawn(import_as(app.clone(), office.city, people::import::KIND, roster, answers));
    first_part(app).await;
    add_unit(app, office.city, "新设街道").await;
    let (_, summary) = taking.await.unwrap().unwrap();
    assert_eq!(summary.taken, ROWS + 2);
    assert_eq!(count(app, "select count(*) from person where name = '何雨桐' and not void").await, 2);
    // Two sessions of one name on one day, told apart by their times.
    let filling: String =
        (0..ROWS).map(|number| format!("学习{number},2025-03-04,09:00,集中学习,古沟街道\n")).collect();
    let (first, last) =
        ("同名学习,2025-03-05,09:00,集中学习,古沟街道\n", "同名学习,2025-03-05,14:00,集中学习,古沟街道\n");
    let register = format!("名称,日期,时间,类型,主办单位\n{first}{filling}{last}");
    let kind = qinglan::features::activities::import::KIND;
    let taking = tokio::spawn(import_as(app.clone(), office.city, kind, register, Answers::new()));
    first_part(app).await;
    add_unit(app, office.city, "又设街道").await;
    let (_, summary) = taking.await.unwrap().unwrap();
    assert_eq!((summary.taken, summary.judged.len()), (ROWS + 2, 0));
    assert_eq!(count(app, "select count(*) from activity where title = '同名学习' and state <> 'void'").await, 2);
    reconciled(app).await;
}

async fn add_unit(app: &App, parent: UnitId, name: &str) {
    let addition = Addition {
        name: name.to_owned(),
        level: Some("street".to_owned()),
        parent: Some(parent),
        code: None,
        outside: false,
        from: None,
    };
    units::actions::add(app, &app.operator(), addition).await.unwrap();
}

async fn an_import_whose_process_ended_is_undone(on: On) {
    let office = office(on).await;
    let app = &office.app;
    let taking = tokio::spawn(import(app.clone(), office.city, roster()));
    first_part(app).await;
    taking.abort();
    assert!(taking.await.unwrap_err().is_cancelled());
    let left = posted(app).await;
    assert!(0 < left && left < ROWS as i64, "{left}");
    let id = ImportId(count(app, "select id from import").await);
    let mut clerk = Browser::signed_in(app, "admin").await;
    says(&clerk.get(&format!("/imports/{id}")).await, "正在录入");
    assert_eq!(code(actions::undo(app, &app.operator(), id).await.unwrap_err()), "import-going-on");
    // Its rows would count as recorded already.
    assert_eq!(code(import(app.clone(), office.city, roster()).await.unwrap_err()), "import-other-going-on");
    let later = DateTime::parse_from_rfc3339("2026-01-05T02:03:00Z").unwrap().to_utc();
    let later = app.with_clock(Arc::new(FixedClock(later)));
    for feature in later.features.all() {
        if let Some(work) = feature.every_minute {
            work(&later).await.unwrap();
        }
    }
    assert_eq!(posted(app).await, 0);
    reconciled(app).await;
    says(&clerk.get(&format!("/imports/{id}")).await, "已撤销");
    import(later.clone(), office.city, roster()).await.unwrap();
    assert_eq!(posted(app).await, ROWS as i64);
    // Where something depends on what was imported, it stays, and is said.
    db::execute(&app.db, "update import set state = 'taking' where undone_at is null", vec![]).await.unwrap();
    let street = units::find_by_code_or_name(&app.db, "古沟街道").await.unwrap().id;
    people::actions::add(app, &app.operator(), new_person("何雨晴", street), app.today()).await.unwrap();
    let later = DateTime::parse_from_rfc3339("2026-01-05T02:09:00Z").unwrap().to_utc();
    let later = app.with_clock(Arc::new(FixedClock(later)));
    import(later.clone(), office.city, "姓名,工作单位\n何雨薇,古沟街道\n".to_owned()).await.unwrap();
    assert_eq!(posted(app).await, ROWS as i64 + 2);
    let id = count(app, "select id from import where state = 'broke_off' and undone_at is null").await;
    says(&clerk.get(&format!("/imports/{id}")).await, "没有录完");
}
