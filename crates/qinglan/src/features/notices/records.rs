//! Notices and their duties as records in lists, in the log and in the ledger.

use std::collections::HashMap;

use desk::{
    app::App,
    error::Result,
    feature::{Records, Title},
};
use kernel::RecordId;
use ledger::Desired;

use super::store;

/// Notices.
pub(super) struct Notices;

#[async_trait::async_trait]
impl Records for Notices {
    fn name(&self) -> &'static str {
        "notice"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/notices/{id}"))
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from notice", "select unit_id from notice_recipient"]
    }
}

/// Duties: what a notice requires of one unit.
pub(super) struct Duties;

#[async_trait::async_trait]
impl Records for Duties {
    fn name(&self) -> &'static str {
        "notice_duty"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/notices/duties/{id}"))
    }

    async fn titles(&self, app: &App, records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        let titles = store::titles(&app.db, records).await?;
        let titled =
            titles.into_iter().map(|(id, text)| (id, Title { text, href: self.href(id.0), ..Title::default() }));
        Ok(titled.collect())
    }

    async fn desired(&self, app: &App) -> Result<Vec<Desired>> {
        super::all_desired(&app.db).await
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from notice_duty"]
    }
}
