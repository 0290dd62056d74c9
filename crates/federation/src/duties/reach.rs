//! Who sees whose duties: those who may write at a unit answer for it and those under it; who leads a group reads what the group's unit
//! owes; who may read figures sees how many there are; and everybody sees what she owes herself, or by the post that she holds.

use std::collections::HashSet;

use chrono::NaiveDate;
use desk::actor::{Action, Actor, Scope};
use kernel::{PersonId, UnitId};
use sea_orm::{ConnectionTrait, DbErr, Value};

use crate::groups;

/// What an actor may see of duties.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Where duties are counted.
    pub read: Scope,
    /// Where answers may be read and given.
    pub write: Scope,
    /// Units of groups that the actor leads: the actor may read what they owe.
    led: HashSet<UnitId>,
    /// The actor's own person.
    own: Option<PersonId>,
}

impl Reach {
    /// The reach of an actor.
    pub async fn load(conn: &impl ConnectionTrait, actor: &Actor) -> Result<Self, DbErr> {
        let read = actor.scope(Action::Read);
        let led = groups::store::by_ids(conn, &read.groups).await?.into_values().map(|group| group.unit).collect();
        Ok(Self { read, write: actor.scope(Action::Write), led, own: actor.person })
    }

    /// The condition that a duty `d` is owed by the actor: in person or by the post that she holds on a day.
    pub fn in_person(&self, today: NaiveDate, values: &mut Vec<Value>) -> String {
        in_person(self.own, today, values)
    }

    /// Whether there is nothing that the actor may see: members may not see what their unit owes.
    pub fn is_empty(&self) -> bool {
        !self.read.all && self.read.places.is_empty() && self.led.is_empty()
    }

    /// The condition that a unit's duties are counted: `place` and `unit` are columns.
    pub fn duties(&self, place: &str, unit: &str, values: &mut Vec<Value>) -> String {
        let within = self.read.within(place, values);
        self.or_led(within, unit, values)
    }

    /// The condition that a unit's answers may be read.
    pub fn answers(&self, place: &str, unit: &str, values: &mut Vec<Value>) -> String {
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

    /// Whether the answers of a unit may be read.
    pub fn reads_answers(&self, place: Option<i64>, unit: UnitId) -> bool {
        self.write.covers(place) || self.led.contains(&unit)
    }

    /// Whether rows of units are shown, and not only counts.
    pub fn sees_units(&self) -> bool {
        self.write.all || !self.write.places.is_empty() || !self.led.is_empty()
    }
}

/// The condition that a duty `d` is owed by a person, or by the post that she holds on a day.
pub(super) fn in_person(person: Option<PersonId>, today: NaiveDate, values: &mut Vec<Value>) -> String {
    let Some(person) = person else { return "1 = 0".to_owned() };
    let first = values.len() + 1;
    values.extend([Value::from(person.0), Value::from(today)]);
    let (person, today) = (first, first + 1);
    format!(
        "(d.person_id = ${person} or d.post_id in (select o.post_id from posting o where o.person_id = ${person} \
         and o.void = false and o.from_day <= ${today} and (o.to_day is null or o.to_day >= ${today})))"
    )
}
