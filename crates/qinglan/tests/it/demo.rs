//! The demo can be created on any day, has what its summary says, and passes the checks of every other federation.

use std::sync::Arc;

use chrono::DateTime;
use desk::config::Config;
use kernel::FixedClock;
use qinglan::demo::{Outcome, Wanted, fill};

use crate::support::{On, Place};

/// Days on which a month, a quarter or a year has just begun, is about to end, or is in progress.
const DAYS: [&str; 4] = ["2026-01-05", "2026-03-31", "2027-01-01", "2026-11-26"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_demo_is_made_whatever_the_day() {
    for day in DAYS {
        let place = Place::new(On::Sqlite).await;
        let now = DateTime::parse_from_rfc3339(&format!("{day}T02:00:00Z")).expect("a moment").to_utc();
        let config = Config::new(Some(place.folder.clone()), None, None);
        let app = qinglan::open(config, Arc::new(FixedClock(now))).await.expect("an open federation");
        let wanted = Wanted { seed: 1, small: true };
        let made = fill(&app, wanted, &|_, _| ()).await.unwrap_or_else(|fault| panic!("{day}: {fault}"));
        let Outcome::Made(summary, _) = made else { panic!("{day}: a demo was there") };
        let listed = "select count(*) from attendance t join activity a on a.id = t.activity_id \
             where a.state in ('held', 'closed')";
        let listed: Option<i64> = ledger::db::scalar(&app.db, listed, vec![]).await.expect("counted");
        assert_eq!(listed, Some(summary.attendances as i64), "{day}");
        assert!(app.reconcile().await.expect("reconciled").faults.is_empty(), "{day}");
        // Created again, it is not changed.
        assert!(matches!(fill(&app, wanted, &|_, _| ()).await.expect("kept"), Outcome::Kept(kept) if kept == summary));
    }
}
