//! What happens to duties of people when these change.

use desk::{app::App, error::Result};
use kernel::PersonId;
use ledger::{Reason, book, db};
use sea_orm::DatabaseTransaction;
use serde_json::{Value as Json, json};

use super::{Duty, State, actions, store};
use crate::people::{Change, Hanging, HangsOnPeople};

pub(super) static HANGING: Hanging = Hanging(&Duties);

/// Duties of people.
struct Duties;

#[async_trait::async_trait]
impl HangsOnPeople for Duties {
    async fn hold_last(&self, tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
        let ids = store::of_people(tx, people).await?.into_iter().map(|duty| duty.id).collect();
        store::hold(tx, &ids).await?;
        Ok(())
    }

    /// Who is on no roster any more owes nothing.
    async fn confirm(&self, change: Change<'_>, people: &[PersonId], reason: &Reason) -> Result<()> {
        let Change { app, tx, actor } = change;
        let gone = store::void_among(tx, people).await?;
        let duties = store::of_people(tx, &gone).await?.into_iter();
        let lapsed: Vec<Duty> =
            duties.filter(|duty| duty.state == State::Open).map(|duty| Duty { state: State::Lapsed, ..duty }).collect();
        let desired = actions::replace(app, tx, &lapsed).await?;
        book(tx, &app.kinds(), actor.by(), &desired, Some(reason)).await?;
        Ok(())
    }

    /// The survivor owes what the merged person owed; what both owe, once.
    async fn repoint(&self, change: Change<'_>, merged: PersonId, survivor: PersonId) -> Result<()> {
        let Change { app, tx, actor } = change;
        let of_survivor = store::of_people(tx, &[survivor]).await?;
        let same = |duty: &Duty| {
            let key = |duty: &Duty| (duty.opener.clone(), duty.source, duty.part, duty.unit);
            of_survivor.iter().any(|other| key(other) == key(duty))
        };
        let moved: Vec<Duty> = store::of_people(tx, &[merged])
            .await?
            .into_iter()
            .map(|duty| {
                let twice = same(&duty);
                if twice { Duty { state: State::Lapsed, ..duty } } else { Duty { person: Some(survivor), ..duty } }
            })
            .collect();
        let desired = actions::replace(app, tx, &moved).await?;
        book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ledger::ReasonCode::Merge))).await?;
        Ok(())
    }

    async fn own_file(&self, app: &App, person: PersonId) -> Result<Vec<(&'static str, Json)>> {
        let sql = "select title, wanted, due_on, state, answered_on, reason from duty where person_id = $1 order by due_on, id";
        type Line = (String, String, chrono::NaiveDate, String, Option<chrono::NaiveDate>, Option<String>);
        let lines: Vec<Line> = db::rows(&app.db, sql, vec![person.0.into()]).await?;
        let lines = lines.into_iter().map(|(title, wanted, due_on, state, answered_on, reason)| {
            json!({
                "title": title, "wanted": wanted, "due_on": due_on, "state": state, "answered_on": answered_on,
                "reason": reason,
            })
        });
        Ok(vec![("duties", lines.collect())])
    }
}
