//! Who sees whose duties: those who may write at a unit answer for it and those under it; who leads a group reads what the group's unit
//! owes; who may read figures sees how many there are.

use std::collections::HashSet;

use desk::actor::{Action, Actor, Scope};
use kernel::UnitId;
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
}

impl Reach {
    /// The reach of an actor.
    pub async fn load(conn: &impl ConnectionTrait, actor: &Actor) -> Result<Self, DbErr> {
        let read = actor.scope(Action::Read);
        let led = groups::store::by_ids(conn, &read.groups).await?.into_values().map(|group| group.unit).collect();
        Ok(Self { read, write: actor.scope(Action::Write), led })
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
