//! The extension point for reactions to changes of the settings: what goes by a setting is brought by the feature that
//! computes it.

use desk::{app::App, error::Result};
use sea_orm::DatabaseTransaction;

use super::Settings;

/// The extension point: a static of it among a feature's extensions.
pub struct Following(pub &'static dyn FollowsSettings);

/// What a feature does when the settings change.
#[async_trait::async_trait]
pub trait FollowsSettings: Send + Sync {
    /// The settings have changed, in this transaction: stores what has to follow.
    async fn changed(&self, tx: &DatabaseTransaction, before: &Settings, after: &Settings) -> Result<()>;

    /// The change is committed: does what has to follow.
    async fn settled(&self, app: &App) -> Result<()>;
}

/// Stores what has to follow a change of the settings.
pub(super) async fn changed(app: &App, tx: &DatabaseTransaction, before: &Settings, after: &Settings) -> Result<()> {
    for following in app.features.extensions::<Following>() {
        following.0.changed(tx, before, after).await?;
    }
    Ok(())
}

/// Does what has to follow a change that is committed.
pub(super) async fn settled(app: &App) -> Result<()> {
    for following in app.features.extensions::<Following>() {
        following.0.settled(app).await?;
    }
    Ok(())
}
