//! Imports that take long: their page shows the progress, they run once, and interrupted ones are recognised.

use std::time::Duration;

use axum::http::StatusCode;
use desk::app::App;

use crate::{
    browser::Browser,
    imports::{ROSTER, office, people, says, with_patience},
    support::{On, on_both},
};

on_both!(a_long_import_shows_its_progress_and_runs_once, an_interrupted_import_is_reported_and_can_be_repeated);

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
    let rows: String = people(300).iter().map(|name| format!("{name},古沟街道\n")).collect();
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
