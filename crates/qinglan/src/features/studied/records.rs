//! What was studied as records in the ledger.

use std::collections::HashMap;

use desk::{
    app::App,
    error::Result,
    feature::{Records, Title},
};
use kernel::RecordId;
use ledger::Desired;

use super::{entries_of, store};

/// Materials of sessions. They have no page but the session's.
pub(super) struct Links;

#[async_trait::async_trait]
impl Records for Links {
    fn name(&self) -> &'static str {
        "studied"
    }

    async fn titles(&self, app: &App, records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        let titles = store::titles(&app.db, records).await?;
        let titled = titles.into_iter().map(|(id, (session, text))| {
            (id, Title { text, href: Some(format!("/activities/{session}")), ..Title::default() })
        });
        Ok(titled.collect())
    }

    async fn desired(&self, app: &App) -> Result<Vec<Desired>> {
        Ok(store::all(&app.db).await?.iter().map(entries_of).collect())
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from studied where void = false"]
    }
}
