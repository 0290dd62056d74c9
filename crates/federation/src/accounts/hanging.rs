//! The accounts of people when people are merged.

use desk::{app::App, error::Result};
use kernel::PersonId;
use serde_json::{Map, Value as Json};

use super::actions;
use crate::people::{Change, Hanging, HangsOnPeople};

pub(super) static HANGING: Hanging = Hanging(&Owners);

/// The accounts of people.
struct Owners;

#[async_trait::async_trait]
impl HangsOnPeople for Owners {
    async fn repoint(&self, change: Change<'_>, merged: PersonId, survivor: PersonId) -> Result<()> {
        actions::hand_over(change.tx, merged, survivor).await
    }

    async fn merge_preview(&self, app: &App, merged: PersonId, survivor: PersonId) -> Result<Map<String, Json>> {
        let ties = actions::ties(&app.db, merged, survivor).await?;
        let kept = ties.kept.filter(|kept| kept.person == Some(merged)).map(|kept| kept.name);
        let untied = ties.untied.map(|untied| untied.name);
        Ok(Map::from_iter([("account".to_owned(), kept.into()), ("untied".to_owned(), untied.into())]))
    }
}
