//! Honours as records in lists, in the log and in the ledger.

use std::collections::HashMap;

use desk::{
    app::App,
    error::Result,
    feature::{Records, Title},
};
use kernel::RecordId;
use ledger::Desired;

use super::store;

/// Honours.
pub(super) static HONOURS: Honours = Honours;

/// Honours of persons, groups and units.
pub(super) struct Honours;

#[async_trait::async_trait]
impl Records for Honours {
    fn name(&self) -> &'static str {
        "honour"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/honours/{id}"))
    }

    async fn titles(&self, app: &App, records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        let titles = store::titles(&app.db, records).await?;
        let titled = titles
            .into_iter()
            .map(|(id, text)| (id, Title { text, href: self.href(id.0), personal: true, ..Title::default() }));
        Ok(titled.collect())
    }

    async fn desired(&self, app: &App) -> Result<Vec<Desired>> {
        super::actions::all_desired(&app.db).await
    }

    fn people(&self) -> &'static [&'static str] {
        &["select person_id from honour where state <> 'void' and person_id is not null"]
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from honour where state <> 'void'"]
    }
}
