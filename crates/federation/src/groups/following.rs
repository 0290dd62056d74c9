//! What follows groups: a feature above brings here what happens beside when the rules of a group change.

use desk::{actor::Actor, app::App, error::Result};
use kernel::GroupId;
use sea_orm::DatabaseTransaction;

/// The extension point: a static of it among a feature's extensions.
pub struct Following(pub &'static dyn FollowsGroups);

/// What a feature does when something happens to a group.
#[async_trait::async_trait]
pub trait FollowsGroups: Send + Sync {
    /// The rules for its members have changed.
    async fn rules_changed(&self, app: &App, tx: &DatabaseTransaction, actor: &Actor, group: GroupId) -> Result<()>;
}

/// What follows the change of a group's rules.
pub(super) async fn rules_changed(app: &App, tx: &DatabaseTransaction, actor: &Actor, group: GroupId) -> Result<()> {
    for following in app.features.extensions::<Following>() {
        following.0.rules_changed(app, tx, actor, group).await?;
    }
    Ok(())
}
