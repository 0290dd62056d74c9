//! The extension point for reactions to changes of groups: a higher feature adds here what has to happen when a group's
//! rules change.

use desk::{actor::Actor, app::App, error::Result};
use kernel::GroupId;
use sea_orm::DatabaseTransaction;

/// The extension point: a static of it among a feature's extensions.
pub struct Following(pub &'static dyn FollowsGroups);

/// What a feature does when a group changes.
#[async_trait::async_trait]
pub trait FollowsGroups: Send + Sync {
    /// The rules for its members have changed.
    async fn rules_changed(&self, app: &App, tx: &DatabaseTransaction, actor: &Actor, group: GroupId) -> Result<()>;
}

/// Runs the reactions to a change of a group's rules.
pub(super) async fn rules_changed(app: &App, tx: &DatabaseTransaction, actor: &Actor, group: GroupId) -> Result<()> {
    for following in app.features.extensions::<Following>() {
        following.0.rules_changed(app, tx, actor, group).await?;
    }
    Ok(())
}
