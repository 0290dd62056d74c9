//! What happens to growth records when people are merged, and what of them belongs in a person's own file.

use desk::{app::App, error::Result, serve::Site, ui::Visit};
use federation::people::{Change, Hanging, HangsOnPeople, Part};
use kernel::PersonId;
use minijinja::{Value, context};
use serde_json::Value as Json;

use super::store;

pub(super) static HANGING: Hanging = Hanging(&Growing);

/// What people wrote on their years.
struct Growing;

#[async_trait::async_trait]
impl HangsOnPeople for Growing {
    async fn repoint(&self, change: Change<'_>, merged: PersonId, survivor: PersonId) -> Result<()> {
        Ok(store::repoint(change.tx, merged, survivor).await?)
    }

    async fn own_file(&self, app: &App, person: PersonId) -> Result<Vec<(&'static str, Json)>> {
        Ok(vec![
            ("words_on_years", serde_json::to_value(store::words_of(&app.db, person).await?)?),
            ("looked_at_by", serde_json::to_value(store::looks(&app.db, person, app.most_exported).await?)?),
        ])
    }

    async fn page(&self, _site: &Site, _visit: &Visit, _person: PersonId, _part: Part) -> Result<Option<Value>> {
        Ok(Some(context! { growth => true }))
    }
}
