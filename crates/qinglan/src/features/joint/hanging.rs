//! What happens to the people named for joint sessions when people change.

use desk::{app::App, error::Result};
use federation::people::{Change, Hanging, HangsOnPeople};
use kernel::PersonId;
use serde_json::Value as Json;

use crate::features::offers::store;

pub(super) static HANGING: Hanging = Hanging(&Named);

/// The people named by units.
struct Named;

#[async_trait::async_trait]
impl HangsOnPeople for Named {
    async fn repoint(&self, change: Change<'_>, merged: PersonId, survivor: PersonId) -> Result<()> {
        Ok(store::repoint(change.tx, merged, survivor).await?)
    }

    async fn own_file(&self, app: &App, person: PersonId) -> Result<Vec<(&'static str, Json)>> {
        Ok(vec![("named_for", store::held_on(&app.db, person).await?.into())])
    }
}
