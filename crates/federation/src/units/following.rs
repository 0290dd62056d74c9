//! The extension point for reactions to changes of units: what has to happen when a unit is closed, and what of higher
//! features its page shows.

use chrono::NaiveDate;
use desk::{actor::Actor, app::App, error::Result};
use kernel::UnitId;
use ledger::Reason;
use sea_orm::DatabaseTransaction;

/// The extension point: a static of it among a feature's extensions.
pub struct Following(pub &'static dyn FollowsUnits);

/// A key and a name.
pub type Link = (i64, String);

/// What a feature does when a unit changes.
#[async_trait::async_trait]
pub trait FollowsUnits: Send + Sync {
    /// The unit is closed after its last day. Refused if something of it goes on after that.
    async fn closed(
        &self,
        app: &App,
        tx: &DatabaseTransaction,
        actor: &Actor,
        unit: UnitId,
        last: NaiveDate,
    ) -> Result<()>;

    /// The unit exists up to a last day: it was closed, or merged into another one. Books what goes by that.
    async fn ended(
        &self,
        app: &App,
        tx: &DatabaseTransaction,
        actor: &Actor,
        unit: UnitId,
        last: NaiveDate,
        reason: &Reason,
    ) -> Result<()>;

    /// The groups of the unit.
    async fn groups(&self, app: &App, unit: UnitId) -> Result<Vec<Link>>;
}

fn all(app: &App) -> impl Iterator<Item = &'static dyn FollowsUnits> + use<> {
    app.features.extensions::<Following>().map(|following| following.0)
}

/// Runs the reactions to closing a unit.
pub(super) async fn closed(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    unit: UnitId,
    last: NaiveDate,
) -> Result<()> {
    for following in all(app) {
        following.closed(app, tx, actor, unit, last).await?;
    }
    Ok(())
}

/// Books what goes by the days of a unit that was closed or merged.
pub(super) async fn ended(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    unit: UnitId,
    last: NaiveDate,
    reason: &Reason,
) -> Result<()> {
    for following in all(app) {
        following.ended(app, tx, actor, unit, last, reason).await?;
    }
    Ok(())
}

/// The groups of a unit.
pub(super) async fn groups(app: &App, unit: UnitId) -> Result<Vec<Link>> {
    let mut groups = Vec::new();
    for following in all(app) {
        groups.extend(following.groups(app, unit).await?);
    }
    Ok(groups)
}
