//! What hangs on the people who rate speakers.

use desk::{actor::Actor, app::App, error::Result};
use federation::people::{Hanging, HangsOnPeople};
use kernel::PersonId;
use sea_orm::DatabaseTransaction;
use serde_json::Value as Json;

use super::{rating, store};

pub(super) static HANGING: Hanging = Hanging(&Ratings);

/// Ratings.
struct Ratings;

#[async_trait::async_trait]
impl HangsOnPeople for Ratings {
    async fn repoint(
        &self,
        _app: &App,
        tx: &DatabaseTransaction,
        _actor: &Actor,
        merged: PersonId,
        survivor: PersonId,
    ) -> Result<()> {
        Ok(store::repoint(tx, merged, survivor).await?)
    }

    async fn own_file(&self, app: &App, person: PersonId) -> Result<Vec<(&'static str, Json)>> {
        Ok(vec![("speaker", rating::held_on(&app.db, person).await?)])
    }
}
