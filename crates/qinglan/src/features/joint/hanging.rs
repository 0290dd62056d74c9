//! What hangs on the people whom units send to a joint session.

use desk::{actor::Actor, app::App, error::Result};
use federation::people::{Hanging, HangsOnPeople};
use kernel::PersonId;
use sea_orm::DatabaseTransaction;
use serde_json::Value as Json;

use crate::features::offers::store;

pub(super) static HANGING: Hanging = Hanging(&Named);

/// Whom units named.
struct Named;

#[async_trait::async_trait]
impl HangsOnPeople for Named {
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
        Ok(vec![("named_for", store::held_on(&app.db, person).await?.into())])
    }
}
