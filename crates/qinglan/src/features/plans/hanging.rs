//! What happens to readings when people change.

use desk::{app::App, error::Result};
use federation::people::{Change, Hanging, HangsOnPeople, Span};
use kernel::{GroupId, PersonId};
use ledger::{Desired, Reason};
use sea_orm::DatabaseTransaction;
use serde_json::Value as Json;

use super::{store, ticks};

pub(super) static HANGING: Hanging = Hanging(&Readers);

/// The readings of people.
struct Readers;

#[async_trait::async_trait]
impl HangsOnPeople for Readers {
    async fn hold(&self, tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
        ticks::hold_of_people(tx, people).await
    }

    async fn confirm(&self, change: Change<'_>, people: &[PersonId], reason: &Reason) -> Result<()> {
        ticks::confirm_of_people(change, people, reason).await
    }

    async fn desired_with(&self, app: &App, person: PersonId, spans: &[(GroupId, Span)]) -> Result<Vec<Desired>> {
        ticks::desired_with(&app.db, person, spans.to_vec()).await
    }

    async fn repoint(&self, change: Change<'_>, merged: PersonId, survivor: PersonId) -> Result<()> {
        ticks::repoint(change, merged, survivor).await
    }

    async fn own_file(&self, app: &App, person: PersonId) -> Result<Vec<(&'static str, Json)>> {
        Ok(vec![("finished", serde_json::to_value(store::finished_by(&app.db, person).await?)?)])
    }
}
