//! What happens to external results when people change.

use desk::{app::App, error::Result, serve::Site, ui::Visit};
use federation::people::{Change, Hanging, HangsOnPeople, Part, Span};
use kernel::{GroupId, PersonId};
use ledger::{Desired, Reason};
use minijinja::{Value, context};
use sea_orm::DatabaseTransaction;
use serde_json::{Map, Value as Json};

use super::{actions, goal_pages};

pub(super) static HANGING: Hanging = Hanging(&Earnings);

/// External results.
struct Earnings;

#[async_trait::async_trait]
impl HangsOnPeople for Earnings {
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
        let doubled = actions::repoint(change.tx, merged, survivor).await?;
        actions::take_back(change, &doubled).await
    }

    async fn merge_preview(&self, app: &App, merged: PersonId, survivor: PersonId) -> Result<Map<String, Json>> {
        let (results, doubled) = actions::doubles(&app.db, merged, survivor).await?;
        Ok(Map::from_iter([
            ("results".to_owned(), results.into()),
            ("doubled_results".to_owned(), doubled.len().into()),
        ]))
    }

    async fn own_file(&self, app: &App, person: PersonId) -> Result<Vec<(&'static str, Json)>> {
        Ok(vec![("external_results", goal_pages::held_on(app, person).await?.into())])
    }

    async fn page(&self, site: &Site, visit: &Visit, person: PersonId, part: Part) -> Result<Option<Value>> {
        Ok(Some(context! { external => goal_pages::of_person(site, visit, person, part.today).await? }))
    }
}
