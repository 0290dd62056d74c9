//! What hangs on people: the records of other features that name them. Those features bring it here, each in one [`Hanging`].

use desk::{actor::Actor, app::App, error::Result, serve::Site, ui::Visit};
use kernel::{GroupId, Period, PersonId};
use ledger::{Desired, Reason};
use minijinja::Value;
use sea_orm::DatabaseTransaction;
use serde_json::{Map, Value as Json};

use super::model::Span;

/// The extension point: a static of it among a feature's extensions.
pub struct Hanging(pub &'static dyn HangsOnPeople);

/// A change of people that records follow: its transaction, and who makes it.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The application.
    pub app: &'a App,
    /// The transaction, which holds the people.
    pub tx: &'a DatabaseTransaction,
    /// Who makes it.
    pub actor: &'a Actor,
}

/// Which part of what is held on a person a page shows.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The days.
    pub period: Period,
    /// Whether it is the person's own page.
    pub own: bool,
    /// Whether it shows how the person stands today: not to a unit that the person has left.
    pub today: bool,
}

/// What a feature does for the people whom its records name.
#[async_trait::async_trait]
pub trait HangsOnPeople: Send + Sync {
    /// Holds the records of people whom the caller holds, until the transaction ends and before anything is booked.
    async fn hold(&self, _tx: &DatabaseTransaction, _people: &[PersonId]) -> Result<()> {
        Ok(())
    }

    /// Confirms the records anew, as the people stand now, and books the difference.
    async fn confirm(&self, _change: Change<'_>, _people: &[PersonId], _reason: &Reason) -> Result<()> {
        Ok(())
    }

    /// What the records would have in the ledger if these were the spans of the person's memberships.
    async fn desired_with(&self, _app: &App, _person: PersonId, _spans: &[(GroupId, Span)]) -> Result<Vec<Desired>> {
        Ok(Vec::new())
    }

    /// Points the records of a merged person to the one who stays. Of two that can't stand side by side one is made void.
    async fn repoint(&self, _change: Change<'_>, _merged: PersonId, _survivor: PersonId) -> Result<()> {
        Ok(())
    }

    /// What a merge will do with the records, by the names that the page of the merge knows.
    async fn merge_preview(&self, _app: &App, _merged: PersonId, _survivor: PersonId) -> Result<Map<String, Json>> {
        Ok(Map::new())
    }

    /// What belongs in the person's own file, by its name there.
    async fn own_file(&self, _app: &App, _person: PersonId) -> Result<Vec<(&'static str, Json)>> {
        Ok(Vec::new())
    }

    /// How many sessions the person attended in a period.
    async fn sessions(&self, _app: &App, _person: PersonId, _period: Period) -> Result<usize> {
        Ok(0)
    }

    /// What the person's page shows of the records, by the names that its template knows.
    async fn page(&self, _site: &Site, _visit: &Visit, _person: PersonId, _part: Part) -> Result<Option<Value>> {
        Ok(None)
    }
}

/// All that hangs on people, in the order in which it is held.
fn all(app: &App) -> impl Iterator<Item = &'static dyn HangsOnPeople> + use<> {
    app.features.extensions::<Hanging>().map(|hanging| hanging.0)
}

/// Holds what hangs on people whom the caller holds, until the transaction ends and before anything is booked.
pub(super) async fn hold(app: &App, tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
    for hanging in all(app) {
        hanging.hold(tx, people).await?;
    }
    Ok(())
}

/// Confirms it anew, as they stand now.
pub(super) async fn confirm(change: Change<'_>, people: &[PersonId], reason: &Reason) -> Result<()> {
    for hanging in all(change.app) {
        hanging.confirm(change, people, reason).await?;
    }
    Ok(())
}

/// What it would have in the ledger if these were the spans of the person's memberships.
pub(super) async fn desired_with(app: &App, person: PersonId, spans: &[(GroupId, Span)]) -> Result<Vec<Desired>> {
    let mut desired = Vec::new();
    for hanging in all(app) {
        desired.extend(hanging.desired_with(app, person, spans).await?);
    }
    Ok(desired)
}

/// Points it to the one who stays when two are merged.
pub(super) async fn repoint(change: Change<'_>, merged: PersonId, survivor: PersonId) -> Result<()> {
    for hanging in all(change.app) {
        hanging.repoint(change, merged, survivor).await?;
    }
    Ok(())
}

/// What a merge will do with it.
pub(super) async fn merge_preview(app: &App, merged: PersonId, survivor: PersonId) -> Result<Map<String, Json>> {
    let mut preview = Map::new();
    for hanging in all(app) {
        preview.extend(hanging.merge_preview(app, merged, survivor).await?);
    }
    Ok(preview)
}

/// What of it belongs in the person's own file.
pub(super) async fn own_file(app: &App, person: PersonId) -> Result<Map<String, Json>> {
    let mut file = Map::new();
    for hanging in all(app) {
        file.extend(hanging.own_file(app, person).await?.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    Ok(file)
}

/// How many sessions the person attended in a period.
pub(super) async fn sessions(app: &App, person: PersonId, period: Period) -> Result<usize> {
    let mut count = 0;
    for hanging in all(app) {
        count += hanging.sessions(app, person, period).await?;
    }
    Ok(count)
}

/// What the person's page shows of it.
pub(super) async fn page(site: &Site, visit: &Visit, person: PersonId, part: Part) -> Result<Value> {
    let mut shown = Vec::new();
    for hanging in all(&site.app) {
        shown.extend(hanging.page(site, visit, person, part).await?);
    }
    Ok(minijinja::value::merge_maps(shown))
}
