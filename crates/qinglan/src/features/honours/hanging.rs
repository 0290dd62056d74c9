//! What happens to honours when people change.

use desk::{app::App, error::Result, serve::Site, ui::Visit};
use federation::people::{Change, Hanging, HangsOnPeople, Part, Span};
use kernel::{GroupId, PersonId};
use ledger::{Desired, Reason};
use minijinja::{Value, context};
use sea_orm::DatabaseTransaction;
use serde_json::{Map, Value as Json};

use super::{actions, person_page};

pub(super) static HANGING: Hanging = Hanging(&Honours);

/// Honours of people.
struct Honours;

#[async_trait::async_trait]
impl HangsOnPeople for Honours {
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
        actions::repoint(change, merged, survivor).await
    }

    async fn merge_preview(&self, app: &App, merged: PersonId, survivor: PersonId) -> Result<Map<String, Json>> {
        let (honours, doubled) = actions::doubles(&app.db, merged, survivor).await?;
        Ok(Map::from_iter([
            ("honours".to_owned(), honours.into()),
            ("doubled_honours".to_owned(), doubled.len().into()),
        ]))
    }

    async fn own_file(&self, app: &App, person: PersonId) -> Result<Vec<(&'static str, Json)>> {
        Ok(vec![("honours", person_page::held_on(app, person).await?.into())])
    }

    async fn page(&self, site: &Site, visit: &Visit, person: PersonId, part: Part) -> Result<Option<Value>> {
        Ok(Some(context! { honours => person_page::of_person(site, visit, person, part).await? }))
    }
}
