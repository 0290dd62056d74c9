//! What opens duties by the day looks again every minute, if anything was done since it looked last.

use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use desk::{app::App, error::Result};
use ledger::db;

/// A day, and the log's last line on it.
type Stand = (NaiveDate, i64);

/// Up to where duties of a kind are settled.
#[derive(Debug, Default)]
pub struct Settled(Mutex<Option<Stand>>);

impl Settled {
    /// Up to where they are to be settled; `None` if they are.
    pub async fn waits(&self, app: &App) -> Result<Option<Stand>> {
        let done: Option<i64> = db::scalar(&app.db, "select max(id) from log_entry", vec![]).await?;
        let now = (app.today(), done.unwrap_or(0));
        let before = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some(now).filter(|now| before != Some(*now)))
    }

    /// Stores that they are settled.
    pub fn set(&self, stand: Stand) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(stand);
    }
}
