//! What happens to notes when people change.

use desk::{app::App, error::Result};
use federation::people::{Change, Hanging, HangsOnPeople, Span};
use kernel::{GroupId, PersonId};
use ledger::{Desired, Reason};
use sea_orm::DatabaseTransaction;
use serde_json::Value as Json;

use super::{actions, store};

pub(super) static HANGING: Hanging = Hanging(&Writers);

/// The notes of people.
struct Writers;

#[async_trait::async_trait]
impl HangsOnPeople for Writers {
    async fn hold(&self, tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
        actions::hold_of_people(tx, people).await
    }

    async fn confirm(&self, change: Change<'_>, people: &[PersonId], reason: &Reason) -> Result<()> {
        actions::confirm_of_people(change, people, reason).await
    }

    async fn desired_with(&self, app: &App, person: PersonId, spans: &[(GroupId, Span)]) -> Result<Vec<Desired>> {
        actions::desired_with(&app.db, person, spans.to_vec()).await
    }

    async fn repoint(&self, change: Change<'_>, merged: PersonId, survivor: PersonId) -> Result<()> {
        actions::repoint(change.tx, merged, survivor).await
    }

    async fn own_file(&self, app: &App, person: PersonId) -> Result<Vec<(&'static str, Json)>> {
        Ok(vec![("notes", store::held_on(&app.db, person).await?.into())])
    }
}
