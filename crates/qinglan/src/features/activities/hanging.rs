//! What happens to attendance when people change.

use desk::{app::App, error::Result, serve::Site, ui::Visit};
use federation::people::{Change, Hanging, HangsOnPeople, Part, Span};
use kernel::{GroupId, Period, PersonId};
use ledger::{Desired, Reason};
use minijinja::{Value, context, value::Serde};
use sea_orm::DatabaseTransaction;
use serde_json::{Map, Value as Json};

use super::{actions, agenda, attended, nicknames, roll};

pub(super) static HANGING: Hanging = Hanging(&Attendances);

/// Attendances and marks.
struct Attendances;

#[async_trait::async_trait]
impl HangsOnPeople for Attendances {
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
        nicknames::repoint(change.tx, merged, survivor).await?;
        actions::repoint(change.tx, merged, survivor).await
    }

    async fn merge_preview(&self, app: &App, merged: PersonId, survivor: PersonId) -> Result<Map<String, Json>> {
        let (attendances, both) = attended::merging(&app.db, merged, survivor).await?;
        Ok(Map::from_iter([
            ("attendances".to_owned(), attendances.into()),
            ("both".to_owned(), serde_json::to_value(both)?),
        ]))
    }

    async fn own_file(&self, app: &App, person: PersonId) -> Result<Vec<(&'static str, Json)>> {
        let all = Period { from: kernel::DAY_ONE, to: kernel::LAST_DAY };
        let attendance = attended::attended(&app.db, person, all).await?;
        let marks = attended::marked(&app.db, person).await?;
        let spoke = attended::spoke(&app.db, person).await?;
        Ok(vec![
            ("attendance", serde_json::to_value(attendance)?),
            ("spoke", serde_json::to_value(spoke)?),
            ("marks", serde_json::to_value(marks)?),
            ("nicknames", serde_json::to_value(nicknames::of_person(&app.db, person).await?)?),
        ])
    }

    async fn sessions(&self, app: &App, person: PersonId, period: Period) -> Result<usize> {
        Ok(attended::attended(&app.db, person, period).await?.len())
    }

    async fn page(&self, site: &Site, _visit: &Visit, person: PersonId, part: Part) -> Result<Option<Value>> {
        let db = &site.app.db;
        let attended = attended::attended(db, person, part.period).await?;
        let tally = roll::tally(attended.iter().map(|line| (line.status.as_str(), line.missed.as_str())));
        // Upcoming activities of the person, whatever else the account may see.
        let scope = desk::actor::Scope { person: Some(person), ..Default::default() };
        let upcoming = if part.own {
            agenda::upcoming(db, &scope, agenda::Reach::TakingPart, site.app.today(), 6).await?
        } else {
            Vec::new()
        };
        // Where the person stands today; a unit that the person has left doesn't see them.
        let nicknames = if part.today || part.own { nicknames::of_person(db, person).await? } else { Vec::new() };
        let nicknames: Vec<String> = nicknames.into_iter().map(|given| given.nickname).collect();
        Ok(Some(context! {
            attended => Serde(&attended), tally => Serde(&tally), upcoming => Serde(&upcoming), nicknames,
        }))
    }
}
