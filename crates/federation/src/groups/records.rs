//! Study groups as records in lists, in the log and in the ledger.

use std::collections::HashMap;

use desk::{
    app::App,
    error::Result,
    feature::{Records, Title},
};
use kernel::{GroupId, RecordId};
use ledger::Desired;

use super::store;

/// Study groups.
pub(super) struct Groups;

#[async_trait::async_trait]
impl Records for Groups {
    fn name(&self) -> &'static str {
        "group"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/groups/{id}"))
    }

    async fn titles(&self, app: &App, records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        let ids: Vec<GroupId> = records.iter().map(|record| GroupId(record.0)).collect();
        let groups = store::by_ids(&app.db, &ids).await?;
        let titled = groups
            .into_iter()
            .map(|(id, group)| (id.into(), Title { text: group.name, href: self.href(id.0), ..Title::default() }));
        Ok(titled.collect())
    }

    async fn desired(&self, app: &App) -> Result<Vec<Desired>> {
        super::ledgered::all_desired(&app.db).await
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from study_group where void = false", "select unit_id from study_group_shared"]
    }
}
