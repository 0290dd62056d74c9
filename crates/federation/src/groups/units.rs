//! What happens to groups when a unit is closed or merged, and which groups a unit's page shows.

use chrono::NaiveDate;
use desk::{actor::Actor, app::App, error::Result};
use kernel::UnitId;
use ledger::Reason;
use sea_orm::DatabaseTransaction;

use super::{actions, ledgered, store};
use crate::units::{Following, FollowsUnits, Link};

pub(super) static FOLLOWING: Following = Following(&OfUnits);

/// The groups of a unit.
struct OfUnits;

#[async_trait::async_trait]
impl FollowsUnits for OfUnits {
    async fn closed(
        &self,
        app: &App,
        tx: &DatabaseTransaction,
        actor: &Actor,
        unit: UnitId,
        last: NaiveDate,
    ) -> Result<()> {
        actions::close_of_unit(app, tx, actor, unit, last).await
    }

    async fn ended(
        &self,
        app: &App,
        tx: &DatabaseTransaction,
        actor: &Actor,
        unit: UnitId,
        last: NaiveDate,
        reason: &Reason,
    ) -> Result<()> {
        ledgered::unit_ended(app, tx, actor, unit, last, reason).await
    }

    async fn groups(&self, app: &App, unit: UnitId) -> Result<Vec<Link>> {
        let groups = store::of_unit(&app.db, unit).await?;
        Ok(groups.into_iter().map(|group| (group.id.0, group.name)).collect())
    }
}
