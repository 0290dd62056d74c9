//! Units as records in lists, in the log and in the ledger.

use std::collections::HashMap;

use desk::{
    app::App,
    error::Result,
    feature::{Records, Title},
};
use kernel::RecordId;
use ledger::Desired;

use super::{ledgered, store};

/// Units.
pub(super) struct Units;

#[async_trait::async_trait]
impl Records for Units {
    fn name(&self) -> &'static str {
        "unit"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/units/{id}"))
    }

    async fn titles(&self, app: &App, records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        let units = store::of_records(&app.db, records).await?.into_iter();
        let titled =
            units.map(|(record, id, text)| (record, Title { text, href: self.href(id.0), ..Title::default() }));
        Ok(titled.collect())
    }

    async fn desired(&self, app: &App) -> Result<Vec<Desired>> {
        ledgered::all_desired(app).await
    }
}
