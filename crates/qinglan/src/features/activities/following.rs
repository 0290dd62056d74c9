//! The extension point for reactions to changes of sessions: higher features add here what has to happen when a session is
//! entered, changed or made void, and what they show on its pages.

use desk::{actor::Actor, app::App, error::Result, serve::Site, ui::Visit};
use kernel::RecordId;
use ledger::Desired;
use minijinja::Value;
use sea_orm::DatabaseTransaction;

use super::{model::Activity, reach::Sees};

/// The extension point: a static of it among a feature's extensions.
pub struct Following(pub &'static dyn FollowsSessions);

/// What a feature does when sessions change. The caller has locked them.
#[async_trait::async_trait]
pub trait FollowsSessions: Send + Sync {
    /// Sessions were entered or changed. Returns the entries that the feature's own records should have now, to be booked
    /// with them.
    async fn changed(
        &self,
        _app: &App,
        _tx: &DatabaseTransaction,
        _actor: &Actor,
        _sessions: &[Activity],
    ) -> Result<Vec<Desired>> {
        Ok(Vec::new())
    }

    /// Sessions are made void. Returns the same.
    async fn voided(&self, _app: &App, _tx: &DatabaseTransaction, _sessions: &[RecordId]) -> Result<Vec<Desired>> {
        Ok(Vec::new())
    }

    /// What the page of a session shows of it, by the names that its template knows.
    async fn page(&self, _site: &Site, _visit: &Visit, _session: &Activity, _sees: Sees) -> Result<Option<Value>> {
        Ok(None)
    }

    /// The feature's data for the page of the roll-call.
    async fn roll(&self, _site: &Site, _visit: &Visit, _session: &Activity) -> Result<Option<Value>> {
        Ok(None)
    }
}

fn all(app: &App) -> impl Iterator<Item = &'static dyn FollowsSessions> + use<> {
    app.features.extensions::<Following>().map(|following| following.0)
}

/// Runs the reactions to sessions that were entered or changed.
pub(super) async fn changed(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    sessions: &[Activity],
) -> Result<Vec<Desired>> {
    let mut desired = Vec::new();
    for following in all(app) {
        desired.extend(following.changed(app, tx, actor, sessions).await?);
    }
    Ok(desired)
}

/// Runs the reactions to sessions that are made void.
pub(super) async fn voided(app: &App, tx: &DatabaseTransaction, sessions: &[RecordId]) -> Result<Vec<Desired>> {
    let mut desired = Vec::new();
    for following in all(app) {
        desired.extend(following.voided(app, tx, sessions).await?);
    }
    Ok(desired)
}

/// What the page of a session shows of it.
pub(super) async fn page(site: &Site, visit: &Visit, session: &Activity, sees: Sees) -> Result<Value> {
    let mut shown = Vec::new();
    for following in all(&site.app) {
        shown.extend(following.page(site, visit, session, sees).await?);
    }
    Ok(minijinja::value::merge_maps(shown))
}

/// The features' data for the page of the roll-call.
pub(super) async fn roll(site: &Site, visit: &Visit, session: &Activity) -> Result<Value> {
    let mut shown = Vec::new();
    for following in all(&site.app) {
        shown.extend(following.roll(site, visit, session).await?);
    }
    Ok(minijinja::value::merge_maps(shown))
}
