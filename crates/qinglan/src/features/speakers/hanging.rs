//! What hangs on the people who speak, and on those who rate.

use kernel::PersonId;
use sea_orm::DatabaseTransaction;
use serde_json::Value as Json;

use super::{rating, store};
use crate::{
    actor::Actor,
    app::App,
    error::Result,
    features::people::{Hanging, HangsOnPeople},
};

pub(super) static HANGING: Hanging = Hanging(&Speaking);

/// Entries of the register of speakers, and ratings.
struct Speaking;

#[async_trait::async_trait]
impl HangsOnPeople for Speaking {
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
