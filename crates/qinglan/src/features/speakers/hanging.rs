//! What hangs on the people who speak.

use desk::{actor::Actor, app::App, error::Result};
use federation::people::{Hanging, HangsOnPeople};
use kernel::PersonId;
use sea_orm::DatabaseTransaction;

use super::store;

pub(super) static HANGING: Hanging = Hanging(&Speaking);

/// Entries of the register of speakers.
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
}
