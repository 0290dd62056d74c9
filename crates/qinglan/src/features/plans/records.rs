//! Study plans and readings as records in lists, in the log and in the ledger.

use std::collections::HashMap;

use desk::{
    app::App,
    error::Result,
    feature::{Records, Title},
};
use kernel::RecordId;
use ledger::Desired;

use super::store;

/// Study plans.
pub(super) struct Plans;

#[async_trait::async_trait]
impl Records for Plans {
    fn name(&self) -> &'static str {
        "plan"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/plans/{id}"))
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from study_plan"]
    }
}

/// Readings: that somebody has finished an item. They have no page.
pub(super) struct Readings;

#[async_trait::async_trait]
impl Records for Readings {
    fn name(&self) -> &'static str {
        "reading"
    }

    async fn titles(&self, app: &App, records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        let titles = store::titles(&app.db, records).await?;
        Ok(titles.into_iter().map(|(id, text)| (id, Title { text, ..Title::default() })).collect())
    }

    async fn desired(&self, app: &App) -> Result<Vec<Desired>> {
        super::ticks::all_desired(&app.db).await
    }

    fn people(&self) -> &'static [&'static str] {
        &["select person_id from reading where void = false"]
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from reading where void = false"]
    }
}
