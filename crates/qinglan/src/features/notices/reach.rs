//! Who sees what of which notice: the sender's own secretaries see all of it; those below see the duties of their units;
//! those who may only read figures see the counts. A draft is visible to those who may write at its sender.

use std::collections::HashSet;

use desk::{
    actor::{Action, Actor, Scope},
    error::Result,
};
use federation::{groups, scope};
use kernel::{RecordId, Refusal, UnitId};
use sea_orm::{ConnectionTrait, DbErr, Value};

use super::{
    model::{Duty, Notice},
    store,
};

/// What an actor may see of notices.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Where counts may be read.
    pub(super) read: Scope,
    /// Where answers may be read and given.
    pub(super) write: Scope,
    /// Units of groups that the actor leads: the actor may read their notices.
    led: HashSet<UnitId>,
}

impl Reach {
    /// The reach of an actor.
    pub async fn load(conn: &impl ConnectionTrait, actor: &Actor) -> Result<Self, DbErr> {
        let read = actor.scope(Action::Read);
        let led = groups::store::by_ids(conn, &read.groups).await?.into_values().map(|group| group.unit).collect();
        Ok(Self { read, write: actor.scope(Action::Write), led })
    }

    /// Whether there is nothing that the actor may see: members may not see notices.
    pub fn is_empty(&self) -> bool {
        !self.read.all && self.read.places.is_empty() && self.led.is_empty()
    }

    /// The condition that a unit's duties are counted: `place` and `unit` are columns.
    pub(super) fn duties(&self, place: &str, unit: &str, values: &mut Vec<Value>) -> String {
        let within = self.read.within(place, values);
        self.or_led(within, unit, values)
    }

    /// The condition that a unit's answers may be read.
    pub(super) fn answers(&self, place: &str, unit: &str, values: &mut Vec<Value>) -> String {
        let within = self.write.within(place, values);
        self.or_led(within, unit, values)
    }

    fn or_led(&self, within: String, unit: &str, values: &mut Vec<Value>) -> String {
        if self.led.is_empty() {
            return within;
        }
        let first = values.len() + 1;
        values.extend(self.led.iter().map(|unit| Value::from(unit.0)));
        format!("({within} or {unit} in ({}))", ledger::db::places(first, self.led.len()))
    }

    /// The condition that notice `n`, whose sender has the place `sp`, is visible.
    pub(super) fn notices(&self, values: &mut Vec<Value>) -> String {
        let (sent, drafted) = (self.read.within("sp.place", values), self.write.within("sp.place", values));
        let of_unit = self.duties("wp.place", "w.unit_id", values);
        format!(
            "((n.state <> 'draft' and {sent}) or {drafted} or (n.state <> 'draft' and exists (select 1 from notice_duty w \
             left join unit_place wp on wp.unit_id = w.unit_id where w.notice_id = n.id and {of_unit})))"
        )
    }

    /// Whether the answers of a unit may be read.
    pub(super) fn reads_answers(&self, place: Option<i64>, unit: UnitId) -> bool {
        self.write.covers(place) || self.led.contains(&unit)
    }

    /// Whether rows of units are shown, and not only counts.
    pub(super) fn sees_units(&self) -> bool {
        self.write.all || !self.write.places.is_empty() || !self.led.is_empty()
    }
}

/// A notice, and what the actor may do with it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The notice.
    pub notice: Notice,
    /// The actor's reach.
    pub reach: Reach,
    /// Whether the actor may send and withdraw it.
    pub keeps: bool,
}

fn unknown(id: i64) -> Refusal {
    Refusal::unknown("notice-unknown").with("id", id)
}

/// A notice that the actor may see.
pub async fn seen(conn: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Seen> {
    let reach = Reach::load(conn, actor).await?;
    let mut values: Vec<Value> = vec![id.into()];
    let condition = reach.notices(&mut values);
    let notice = store::by_id_where(conn, id, &condition, values).await?.ok_or_else(|| unknown(id))?;
    let place = scope::places::of_unit(conn, notice.unit).await?.map(|(place, _)| place);
    let keeps = reach.write.covers(place);
    Ok(Seen { notice, reach, keeps })
}

/// A notice that the actor sends or has sent.
pub async fn load_writable(conn: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Notice> {
    let seen = seen(conn, actor, id).await?;
    if seen.keeps { Ok(seen.notice) } else { Err(Refusal::forbidden().into()) }
}

/// A duty with its notice, and what the actor may do with it.
#[derive(Clone, Debug)]
pub struct SeenDuty {
    /// The duty.
    pub duty: Duty,
    /// Its notice.
    pub notice: Notice,
    /// Whether the actor may answer for the unit.
    pub answers: bool,
    /// Whether the actor may excuse it or send it back.
    pub keeps: bool,
}

/// A duty whose answer the actor may read.
pub async fn seen_duty(conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<SeenDuty> {
    let unknown = || Refusal::unknown("notice-duty-unknown").with("id", id);
    let duty = store::duty_by_id(conn, id).await?.ok_or_else(unknown)?;
    let reach = Reach::load(conn, actor).await?;
    let place = scope::places::of_unit(conn, duty.unit).await?.map(|(place, _)| place);
    if !reach.reads_answers(place, duty.unit) {
        return Err(unknown().into());
    }
    let notice = store::by_id(conn, duty.notice).await?.ok_or_else(unknown)?;
    let above = scope::places::of_unit(conn, notice.unit).await?.map(|(place, _)| place);
    Ok(SeenDuty { answers: reach.write.covers(place), keeps: reach.write.covers(above), duty, notice })
}

/// A duty that the actor may answer.
pub(super) async fn answered(conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<SeenDuty> {
    let seen = seen_duty(conn, actor, id).await?;
    if seen.answers { Ok(seen) } else { Err(Refusal::forbidden().into()) }
}
