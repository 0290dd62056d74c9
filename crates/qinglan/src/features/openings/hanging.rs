//! What happens to those who came forward when people change.

use desk::{app::App, error::Result, serve::Site, ui::Visit};
use federation::people::{Change, Hanging, HangsOnPeople, Part, Span};
use kernel::{GroupId, PersonId};
use ledger::{Desired, Reason};
use minijinja::{Value, context};
use sea_orm::DatabaseTransaction;
use serde_json::{Map, Value as Json};

use super::{answers, person_page};

pub(super) static HANGING: Hanging = Hanging(&Candidates);

/// People who came forward for openings.
struct Candidates;

#[async_trait::async_trait]
impl HangsOnPeople for Candidates {
    async fn hold(&self, tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
        answers::hold_of_people(tx, people).await
    }

    async fn confirm(&self, change: Change<'_>, people: &[PersonId], reason: &Reason) -> Result<()> {
        answers::confirm_of_people(change, people, reason).await
    }

    async fn desired_with(&self, app: &App, person: PersonId, spans: &[(GroupId, Span)]) -> Result<Vec<Desired>> {
        answers::desired_with(&app.db, person, spans.to_vec()).await
    }

    async fn repoint(&self, change: Change<'_>, merged: PersonId, survivor: PersonId) -> Result<()> {
        answers::repoint(change, merged, survivor).await
    }

    async fn merge_preview(&self, app: &App, merged: PersonId, survivor: PersonId) -> Result<Map<String, Json>> {
        let (came, doubled) = answers::doubles(&app.db, merged, survivor).await?;
        let preview = [("candidates", came), ("doubled_candidates", doubled.len())];
        Ok(preview.into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect())
    }

    async fn own_file(&self, app: &App, person: PersonId) -> Result<Vec<(&'static str, Json)>> {
        Ok(vec![("openings", person_page::held_on(app, person).await?.into())])
    }

    async fn page(&self, site: &Site, visit: &Visit, person: PersonId, part: Part) -> Result<Option<Value>> {
        Ok(Some(context! { openings => person_page::of_person(site, visit, person, part).await? }))
    }
}
