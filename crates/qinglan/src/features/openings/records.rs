//! Openings and those who came forward as records in lists, in the log and in the ledger.

use std::collections::HashMap;

use desk::{
    app::App,
    error::Result,
    feature::{Records, Title},
};
use kernel::RecordId;
use ledger::Desired;

use super::{actions, answers, store};

/// Openings.
pub(super) struct Openings;

#[async_trait::async_trait]
impl Records for Openings {
    fn name(&self) -> &'static str {
        "opening"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/openings/{id}"))
    }

    async fn titles(&self, app: &App, records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        let titles = store::titles(&app.db, records).await?;
        Ok(titles
            .into_iter()
            .map(|(id, text)| (id, Title { text, href: self.href(id.0), ..Title::default() }))
            .collect())
    }

    async fn desired(&self, app: &App) -> Result<Vec<Desired>> {
        actions::all_desired(&app.db).await
    }

    fn units(&self) -> &'static [&'static str] {
        &[
            "select unit_id from opening where state <> 'withdrawn'",
            "select place_unit_id from opening where state <> 'withdrawn' and place_unit_id is not null",
        ]
    }
}

/// Those who came forward for openings.
pub(super) struct Candidates;

#[async_trait::async_trait]
impl Records for Candidates {
    fn name(&self) -> &'static str {
        "candidate"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/candidates/{id}"))
    }

    async fn titles(&self, app: &App, records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        let titles = store::candidate_titles(&app.db, records).await?;
        let titled = titles
            .into_iter()
            .map(|(id, text)| (id, Title { text, href: self.href(id.0), personal: true, ..Title::default() }));
        Ok(titled.collect())
    }

    async fn desired(&self, app: &App) -> Result<Vec<Desired>> {
        answers::all_desired(&app.db).await
    }

    fn people(&self) -> &'static [&'static str] {
        &["select person_id from opening_candidate where step <> 'withdrawn'"]
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from opening_candidate where step <> 'withdrawn'"]
    }
}
