//! Exports contain everything or are refused with a message; they are never cut.

use axum::http::{Method, StatusCode, header};
use desk::{app::App, ui::language::Language};
use figures::registers::{ROSTER, Register, actions};
use kernel::UnitId;
use qinglan::features::external::register::RESULTS;

use crate::{
    browser::Browser,
    support::{On, Place, on_both},
    sweep::federation::Federation,
};

/// Exports that have no row in this federation; the administrator owes nobody anything.
const EMPTY: [&str; 2] = ["/watch/export", "/duties/export"];

/// One of everything, with its external result attested and its honour checked, as the registers need it.
async fn recorded(app: &App) -> Federation {
    let federation = Federation::new(app.clone()).await;
    for sql in [
        "update external_result set state = 'attested'",
        "update honour set state = 'checked'",
        "update stint set state = 'checked'",
    ] {
        ledger::db::execute(&app.db, sql, vec![]).await.expect("attested");
    }
    federation
}

/// Every address that responds with a table.
fn exports(federation: &Federation) -> Vec<String> {
    let routes =
        desk::router::routes(qinglan::features::FEATURES).into_iter().filter(|route| route.method == Method::GET);
    let lists = routes.map(|route| route.path).filter(|path| path.ends_with("/export") && !path.starts_with("/my/"));
    let mut paths: Vec<String> = lists.filter(|path| !EMPTY.contains(path)).map(|path| federation.page(path)).collect();
    for register in Register::all(qinglan::features::FEATURES) {
        for format in ["xlsx", "csv"] {
            let path = federation.page("/registers/{register}/{format}");
            let of = format!("/{}/{format}?", register.facts().name);
            // The notice was sent in 2026.
            paths.push(path.replace("/roster/xlsx?", &of).replace("to=2025-12-31", "to=2026-12-31"));
        }
    }
    paths.push(federation.page("/activities/{id}/sheet/{format}"));
    // The log, and who came forward, are from the day of the test.
    let of_the_day = |path: String| match path.split('/').nth(1) {
        Some("log") => "/log/export".to_owned(),
        Some("candidates") => path.replace("to=2025-12-31", "to=2026-12-31"),
        _ => path,
    };
    paths.into_iter().map(of_the_day).collect()
}

fn limited(app: &App, most_exported: u64) -> App {
    app.exporting_at_most(most_exported)
}

async fn an_export_that_is_too_long_is_refused_in_words(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let federation = recorded(&app).await;
    let mut without_rows = Browser::signed_in(&limited(&app, 0), "admin").await;
    let mut plenty = Browser::signed_in(&app, "admin").await;
    let logged = "select count(*) from log_entry where what = 'exported'";
    let mut faults = Vec::new();
    for path in exports(&federation) {
        let before: Option<i64> = ledger::db::scalar(&app.db, logged, vec![]).await.expect("a count");
        let refused = without_rows.get(&path).await;
        let after: Option<i64> = ledger::db::scalar(&app.db, logged, vec![]).await.expect("a count");
        let whole = plenty.get(&path).await;
        assert_eq!(whole.status, StatusCode::OK, "{path}: {}", whole.text);
        let length = whole.headers[header::CONTENT_LENGTH].to_str().expect("text");
        assert_eq!(length, whole.bytes.len().to_string(), "{path}");
        let worded = refused.text.contains("export-too-long") && refused.text.contains("超过 0 行");
        if refused.status != StatusCode::UNPROCESSABLE_ENTITY || !worded || before != after {
            faults.push(format!("{path}: {}", refused.status));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

async fn a_register_fits_up_to_its_last_row(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let federation = recorded(&app).await;
    let words = qinglan::words(Language::English);
    let period = kernel::Period::new("2025-01-01".parse().expect("a day"), "2026-12-31".parse().expect("a day"))
        .expect("a period");
    for register in [ROSTER, RESULTS] {
        let order = actions::Order { register, unit: UnitId(federation.key("street")), period, phones: false };
        let rows = actions::build(&app, &app.operator(), order, &words).await.expect("a register").rows.len() as u64;
        assert!(rows > 0, "{register:?}");
        let fits = actions::build(&limited(&app, rows), &app.operator(), order, &words).await;
        assert_eq!(fits.expect("it fits").rows.len() as u64, rows, "{register:?}");
        let refused = actions::build(&limited(&app, rows - 1), &app.operator(), order, &words).await;
        assert!(refused.is_err_and(|fault| fault.to_string().contains("export-too-long")), "{register:?}");
    }
}

on_both!(an_export_that_is_too_long_is_refused_in_words, a_register_fits_up_to_its_last_row);
