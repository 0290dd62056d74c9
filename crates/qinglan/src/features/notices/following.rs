//! What happens to duties when a session changes.

use desk::{actor::Actor, app::App, error::Result};
use kernel::RecordId;
use ledger::Desired;
use sea_orm::DatabaseTransaction;

use super::follow;
use crate::features::{
    activities::{Activity, Following, FollowsSessions},
    plans::ItemFollowing,
};

pub(super) static FOLLOWING: Following = Following(&Answering);

struct Answering;

#[async_trait::async_trait]
impl FollowsSessions for Answering {
    async fn changed(
        &self,
        app: &App,
        tx: &DatabaseTransaction,
        actor: &Actor,
        sessions: &[Activity],
    ) -> Result<Vec<Desired>> {
        follow::follow(app, tx, actor, sessions).await
    }

    async fn voided(&self, app: &App, tx: &DatabaseTransaction, sessions: &[RecordId]) -> Result<Vec<Desired>> {
        follow::voided(app, tx, sessions).await
    }
}

/// What happens when an item is removed from its plan: the duty that it answered is open again.
pub(super) static ITEMS: ItemFollowing =
    ItemFollowing(|app, tx, actor, item| Box::pin(follow::item_dropped(app, tx, actor, item)));
