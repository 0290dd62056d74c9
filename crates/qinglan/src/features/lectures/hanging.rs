//! What happens to ratings when people change.

use desk::{app::App, error::Result};
use federation::people::{Change, Hanging, HangsOnPeople};
use kernel::PersonId;
use serde_json::Value as Json;

use super::{rating, store};

pub(super) static HANGING: Hanging = Hanging(&Ratings);

/// Ratings.
struct Ratings;

#[async_trait::async_trait]
impl HangsOnPeople for Ratings {
    async fn repoint(&self, change: Change<'_>, merged: PersonId, survivor: PersonId) -> Result<()> {
        Ok(store::repoint(change.tx, merged, survivor).await?)
    }

    async fn own_file(&self, app: &App, person: PersonId) -> Result<Vec<(&'static str, Json)>> {
        Ok(vec![("speaker", rating::held_on(&app.db, person).await?)])
    }
}
