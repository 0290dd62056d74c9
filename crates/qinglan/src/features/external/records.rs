//! Results of other platforms, classes and goals as records in lists, in the log and in the ledger.

use std::collections::HashMap;

use desk::{
    app::App,
    error::Result,
    feature::{Records, Title},
};
use kernel::RecordId;
use ledger::Desired;

use super::store;

/// Results of other platforms.
pub(super) struct Results;

#[async_trait::async_trait]
impl Records for Results {
    fn name(&self) -> &'static str {
        "external"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/external/{id}"))
    }

    async fn titles(&self, app: &App, records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        let titles = store::titles(&app.db, records).await?;
        let titled = titles.into_iter().map(|(id, (text, of_class))| {
            let href = if of_class { Classes.href(id.0) } else { self.href(id.0) };
            (id, Title { text, href, personal: !of_class, ..Title::default() })
        });
        Ok(titled.collect())
    }

    async fn desired(&self, app: &App) -> Result<Vec<Desired>> {
        super::actions::all_desired(&app.db).await
    }

    fn people(&self) -> &'static [&'static str] {
        &["select person_id from external_result where state <> 'void'"]
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from external_result where state <> 'void'"]
    }
}

/// Classes of units; their titles and entries are provided together with those of the results.
pub(super) struct Classes;

#[async_trait::async_trait]
impl Records for Classes {
    fn name(&self) -> &'static str {
        "class"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/external/classes/{id}"))
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from class_result where void = false"]
    }
}

/// Goals of units: all are on one page.
pub(super) struct Goals;

#[async_trait::async_trait]
impl Records for Goals {
    fn name(&self) -> &'static str {
        "goal"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/external/goals?goal={id}"))
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from external_goal where void = false"]
    }
}
