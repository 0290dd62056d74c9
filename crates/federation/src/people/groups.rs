//! What happens to people when a group of theirs changes.

use desk::{actor::Actor, app::App, error::Result};
use kernel::GroupId;
use sea_orm::DatabaseTransaction;

use super::actions;
use crate::groups::{Following, FollowsGroups};

pub(super) static FOLLOWING: Following = Following(&Members);

/// The members of a group.
struct Members;

#[async_trait::async_trait]
impl FollowsGroups for Members {
    async fn rules_changed(&self, app: &App, tx: &DatabaseTransaction, actor: &Actor, group: GroupId) -> Result<()> {
        actions::confirm_memberships_of_group(app, tx, actor, group).await
    }
}
