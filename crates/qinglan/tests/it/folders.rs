//! Data folders of earlier versions are opened, migrated and verified, and have the same figures as before.
//!
//! Their contents, and how one is made, are described in `fixtures/folders/README.md`.

use std::{collections::BTreeSet, fs::File, sync::Arc};

use chrono::DateTime;
use desk::config::Config;
use figures::{
    metrics,
    reports::{actions::rebuild, store},
};
use kernel::{FixedClock, Period, UnitId};
use ledger::{Filter, db};
use zip::ZipArchive;

use crate::{
    demo_figures::all_figures,
    support::{On, Place, file},
};

/// The periods of the list: the previous year, and the current one up to the day on which the folder was made.
const PERIODS: [(&str, &str); 2] = [("2025-01-01", "2025-12-31"), ("2026-01-01", "2026-11-29")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_folder_of_november_2026_is_opened_and_verified() {
    opened("2026-11", "2026-11-29T02:00:00Z").await;
}

async fn opened(name: &str, at: &str) {
    let place = Place::new(On::Sqlite).await;
    let packed = File::open(file(&format!("fixtures/folders/{name}.zip"))).unwrap();
    ZipArchive::new(packed).unwrap().extract(&place.folder).unwrap();
    let now = DateTime::parse_from_rfc3339(at).unwrap().to_utc();
    let config = Config::new(Some(place.folder.clone()), None, None);
    let app = qinglan::open(config, Arc::new(FixedClock(now))).await.unwrap();
    assert_eq!(app.metrics().get("own.shared").unwrap().name.zh, "联动活动", "its own metrics are read");
    let verdict = app.verify(|_, _| ()).await.unwrap();
    assert!(verdict.faults.is_empty(), "{:?}", verdict.faults);
    assert!(verdict.blocks > 1 && verdict.unsealed == 0, "{verdict:?}");
    let reconciled = app.reconcile().await.unwrap();
    assert!(reconciled.faults.is_empty(), "{:?}", reconciled.faults);
    let issued = store::all(&app.db).await.unwrap();
    assert!(!issued.is_empty());
    for report in issued {
        let rebuilt = rebuild(&app, &app.operator(), report.id, &|_| None).await.unwrap();
        assert!(rebuilt.faults.is_empty(), "{}: {:?}", report.title, rebuilt.faults);
    }
    // Figures that are new since then are not in the list; the others are unchanged.
    let found = all_figures(&app, &["city", "district"], PERIODS).await;
    let found: BTreeSet<&str> = found.lines().collect();
    let wanted = std::fs::read_to_string(file(&format!("fixtures/folders/{name}.txt"))).unwrap();
    let missing: Vec<&str> = wanted.lines().filter(|line| !found.contains(line)).collect();
    assert!(missing.is_empty(), "figures of {name} that are not there any more:\n{}", missing.join("\n"));
    // Sessions of before levels were counted by are of none.
    let period = Period::new("2025-01-01".parse().unwrap(), "2025-12-31".parse().unwrap()).unwrap();
    let top: i64 =
        db::scalar(&app.db, "select unit_id from unit_place where place = 1", vec![]).await.unwrap().unwrap();
    let books = metrics::open(&app, UnitId(top), period, None, None).await.unwrap();
    let held = app.metrics().get("activities.occasions").unwrap();
    let of = |filter| books.figure(&held, UnitId(top), period, &filter).unwrap().value.count();
    let (all, none) = (of(Filter::default()), of(Filter::default().with("level", &["unknown"])));
    assert!(all > 0 && all == none, "{none} of {all}");
    // The contents of files are where the database expects them.
    let sql = "select count(*) from file";
    let files: Option<i64> = ledger::db::scalar(&app.db, sql, vec![]).await.unwrap();
    assert!(files.is_some_and(|files| files > 2), "{files:?}");
}
