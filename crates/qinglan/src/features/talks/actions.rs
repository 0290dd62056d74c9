//! Recording a collective talk with those who owe one.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
};
use federation::{
    duties::{self, Reach},
    scope::places,
};
use kernel::{RecordId, Refusal, UnitId};

use super::{OPENER, TYPE};
use crate::features::activities::{
    self, Status,
    actions::{Draft, Handed},
};

/// A talk as submitted.
#[derive(Clone, Debug)]
pub struct Said {
    /// The duties of those who took part.
    pub duties: BTreeSet<RecordId>,
    /// The unit that held it; without one, the one that asks for the talks.
    pub host: Option<UnitId>,
    /// Its day.
    pub day: NaiveDate,
    /// Who talked with them.
    pub speakers: Option<String>,
}

/// Records a talk in which those who owe the duties took part; it answers them. Returns the session.
pub async fn hold(app: &App, actor: &Actor, said: Said) -> Result<RecordId> {
    if actor.scope(Action::Lead).is_empty() {
        return Err(Refusal::forbidden().into());
    }
    if said.duties.is_empty() {
        return Err(Refusal::new("talk-nobody-chosen").into());
    }
    let reach = Reach::load(&app.db, actor).await?;
    let ids: Vec<RecordId> = said.duties.iter().copied().collect();
    let owed = duties::store::by_ids(&app.db, &ids).await?;
    let units: Vec<UnitId> = owed.iter().map(|duty| duty.unit).collect();
    let placed = places::by_unit(&app.db, &units).await?;
    let seen = |id: &RecordId| {
        owed.iter().find(|duty| {
            let place = placed.get(&duty.unit).copied();
            duty.id == *id && duty.opener == OPENER && reach.reads_answers(place, duty.unit)
        })
    };
    let mut people = BTreeSet::new();
    for id in &said.duties {
        let duty = seen(id).ok_or_else(|| Refusal::unknown("duty-unknown").with("id", id))?;
        people.extend(duty.person);
    }
    let first = owed.first().ok_or_else(|| Refusal::new("talk-nobody-chosen"))?;
    let mut draft = Draft::new(TYPE, &first.title, said.day, said.host.unwrap_or(first.asker));
    draft.activity.speakers = said.speakers;
    draft.attendance = people.into_iter().map(|person| Handed::plain(person, Status::OnTime)).collect();
    activities::actions::add(app, actor, draft).await
}
