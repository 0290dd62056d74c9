//! A new federation for each test: a folder with SQLite, or a schema of the PostgreSQL server that `bin/test` starts.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    sync::atomic::{AtomicU32, Ordering},
};

use chrono::{DateTime, NaiveDate};
use desk::{app::App, config::Config};
use kernel::FixedClock;

/// The database on which a test runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Sqlite,
    Postgres,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The place of a federation; dropping it deletes its folder.
#[derive(Debug)]
pub struct Place {
    pub folder: PathBuf,
    pub url: Option<String>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Place {
    pub async fn new(on: On) -> Self {
        let name = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(format!("qinglan-test-{name}"));
        let _ = std::fs::remove_dir_all(&folder);
        let url = match on {
            On::Sqlite => None,
            On::Postgres => {
                let base = std::env::var("QINGLAN_TEST_POSTGRES")
                    .expect("QINGLAN_TEST_POSTGRES: run the tests with bin/test, which starts a server");
                let server = ledger::db::connect(&base).await.expect("the server");
                // An earlier process with the same number may have left one behind.
                let sql = format!("drop schema if exists {name} cascade");
                ledger::db::execute(&server, &sql, vec![]).await.expect("nothing of that name");
                ledger::db::execute(&server, &format!("create schema {name}"), vec![]).await.expect("a schema");
                server.close().await.expect("closed");
                Some(format!("{base}?options=-c%20search_path%3D{name}"))
            }
        };
        Self { folder, url }
    }

    pub async fn open(&self) -> App {
        let now = DateTime::parse_from_rfc3339("2026-01-05T02:00:00Z").expect("a moment").to_utc();
        let config = Config::new(Some(self.folder.clone()), self.url.clone(), None);
        qinglan::open(config, Arc::new(FixedClock(now))).await.expect("an open federation")
    }
}

/// Checks that every record has the entries that it should have.
pub async fn reconciled(app: &desk::app::App) {
    let found = app.reconcile().await.expect("a reconciliation");
    assert!(found.faults.is_empty(), "{:?}", found.faults);
}

pub fn day(text: &str) -> NaiveDate {
    kernel::parse_day(text).expect("a day")
}

/// A file of the repository.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

/// Makes two tests out of one function, one for each database.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                ledger::db::in_one_task(super::$name(crate::support::On::Sqlite)).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                ledger::db::in_one_task(super::$name(crate::support::On::Postgres)).await;
            }
        }
    )*};
}
pub(crate) use on_both;
