//! Records of other features that depend on people. Those features add them here, each as one [`Hanging`].

use desk::{actor::Actor, app::App, error::Result, serve::Site, ui::Visit};
use kernel::{GroupId, Period, PersonId};
use ledger::{Desired, Reason};
use minijinja::Value;
use sea_orm::DatabaseTransaction;
use serde_json::{Map, Value as Json};

use super::model::Span;

/// The extension point: a static of it among a feature's extensions.
pub struct Hanging(pub &'static dyn HangsOnPeople);

/// A change of people that other records have to follow: its transaction, and the actor.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The application.
    pub app: &'a App,
    /// The transaction, in which the people are locked.
    pub tx: &'a DatabaseTransaction,
    /// Who makes the change.
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
    /// Locks the records of people whom the caller has locked, until the transaction ends and before anything is booked.
    async fn hold(&self, _tx: &DatabaseTransaction, _people: &[PersonId]) -> Result<()> {
        Ok(())
    }

    /// The same for records that are locked after those that answer them: a session is locked before the duties that it closes.
    async fn hold_last(&self, _tx: &DatabaseTransaction, _people: &[PersonId]) -> Result<()> {
        Ok(())
    }

    /// Confirms the records again with the current facts about the people, and books the difference.
    async fn confirm(&self, _change: Change<'_>, _people: &[PersonId], _reason: &Reason) -> Result<()> {
        Ok(())
    }

    /// The entries that the records would have if these were the spans of the person's memberships.
    async fn desired_with(&self, _app: &App, _person: PersonId, _spans: &[(GroupId, Span)]) -> Result<Vec<Desired>> {
        Ok(Vec::new())
    }

    /// Makes the records of a merged person those of the survivor. If two of them can't coexist, one is made void.
    async fn repoint(&self, _change: Change<'_>, _merged: PersonId, _survivor: PersonId) -> Result<()> {
        Ok(())
    }

    /// What a merge will do with the records, under the names that the merge page uses.
    async fn merge_preview(&self, _app: &App, _merged: PersonId, _survivor: PersonId) -> Result<Map<String, Json>> {
        Ok(Map::new())
    }

    /// The data for the person's own export, each with its name there.
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

/// All dependent records of people, in the order in which they are locked.
fn all(app: &App) -> impl Iterator<Item = &'static dyn HangsOnPeople> + use<> {
    app.features.extensions::<Hanging>().map(|hanging| hanging.0)
}

/// Locks the records of people whom the caller has locked, until the transaction ends and before anything is booked.
pub(super) async fn hold(app: &App, tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
    for hanging in all(app) {
        hanging.hold(tx, people).await?;
    }
    for hanging in all(app) {
        hanging.hold_last(tx, people).await?;
    }
    Ok(())
}

/// Confirms the records again with the current facts about the people.
pub(super) async fn confirm(change: Change<'_>, people: &[PersonId], reason: &Reason) -> Result<()> {
    for hanging in all(change.app) {
        hanging.confirm(change, people, reason).await?;
    }
    Ok(())
}

/// The entries that the records would have if these were the spans of the person's memberships.
pub(super) async fn desired_with(app: &App, person: PersonId, spans: &[(GroupId, Span)]) -> Result<Vec<Desired>> {
    let mut desired = Vec::new();
    for hanging in all(app) {
        desired.extend(hanging.desired_with(app, person, spans).await?);
    }
    Ok(desired)
}

/// Makes the records of a merged person those of the survivor.
pub(super) async fn repoint(change: Change<'_>, merged: PersonId, survivor: PersonId) -> Result<()> {
    for hanging in all(change.app) {
        hanging.repoint(change, merged, survivor).await?;
    }
    Ok(())
}

/// What a merge will do with the records.
pub(super) async fn merge_preview(app: &App, merged: PersonId, survivor: PersonId) -> Result<Map<String, Json>> {
    let mut preview = Map::new();
    for hanging in all(app) {
        preview.extend(hanging.merge_preview(app, merged, survivor).await?);
    }
    Ok(preview)
}

/// The data for the person's own export.
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
