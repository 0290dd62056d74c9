//! What happens to offers when a session changes, and what its page shows of them.

use desk::{actor::Actor, app::App, error::Result, serve::Site, ui::Visit};
use kernel::RecordId;
use ledger::Desired;
use minijinja::{Value, context};
use sea_orm::DatabaseTransaction;

use super::pages;
use crate::features::{
    activities::{Activity, Following, FollowsSessions, reach::Sees},
    offers::store,
};

pub(super) static FOLLOWING: Following = Following(&Offering);

struct Offering;

#[async_trait::async_trait]
impl FollowsSessions for Offering {
    async fn changed(
        &self,
        _app: &App,
        tx: &DatabaseTransaction,
        actor: &Actor,
        sessions: &[Activity],
    ) -> Result<Vec<Desired>> {
        let ids: Vec<RecordId> = sessions.iter().map(|session| session.id).collect();
        store::settle(tx, actor, &ids).await?;
        Ok(Vec::new())
    }

    async fn page(&self, site: &Site, visit: &Visit, session: &Activity, sees: Sees) -> Result<Option<Value>> {
        Ok(Some(context! { joint => pages::of_activity(site, visit, session, sees.leads).await? }))
    }

    async fn roll(&self, site: &Site, visit: &Visit, session: &Activity) -> Result<Option<Value>> {
        Ok(Some(context! { joint => pages::of_activity(site, visit, session, true).await? }))
    }
}
