//! Who fills a register in: whether a row's unit, group or person may, for many rows at once.

use std::collections::{BTreeSet, HashMap, HashSet};

use desk::error::Result;
use federation::{
    groups::{self, Group},
    people::Standings,
    units::{self, Unit},
};
use kernel::{GroupId, PersonId, Refusal, UnitId};
use sea_orm::ConnectionTrait;

use super::{
    model::{Definition, Entered, FilledBy, Register, Value},
    store,
};

/// What is known of the units, groups and people that some rows name.
pub(super) struct Fillers {
    units: HashMap<UnitId, Unit>,
    /// The units at and under the register's.
    under: HashSet<UnitId>,
    groups: HashMap<GroupId, Group>,
    standings: Standings,
}

impl Fillers {
    /// Loads what is known for some rows, in a few queries.
    pub(super) async fn load(conn: &impl ConnectionTrait, register: &Register, rows: &[&Entered]) -> Result<Self> {
        let mut unit_ids: BTreeSet<UnitId> = rows.iter().map(|row| row.unit).collect();
        let mut group_ids: BTreeSet<GroupId> = rows.iter().filter_map(|row| row.group).collect();
        for value in rows.iter().flat_map(|row| row.values.values()) {
            match value {
                Value::Unit(unit) => {
                    unit_ids.insert(*unit);
                }
                Value::Group(group) => {
                    group_ids.insert(*group);
                }
                _ => {}
            }
        }
        let unit_ids: Vec<UnitId> = unit_ids.into_iter().collect();
        let people: BTreeSet<PersonId> = rows.iter().filter_map(|row| row.person).collect();
        Ok(Self {
            units: units::by_ids(conn, &unit_ids).await?,
            under: store::under(conn, &unit_ids, register.stored.unit).await?,
            groups: groups::store::by_ids(conn, &group_ids.into_iter().collect::<Vec<_>>()).await?,
            standings: Standings::read(conn, &people.into_iter().collect::<Vec<_>>()).await?,
        })
    }

    /// Refuses a row whose unit, group or person can't fill the form in, or that refers to a unit or group that doesn't exist.
    /// Returns the unit's level. A row that was filled in by the same unit before keeps its right to be corrected: then its level
    /// isn't asked about again.
    pub(super) fn check(
        &self,
        definition: &Definition,
        entered: &Entered,
        before: Option<UnitId>,
    ) -> Result<String, Refusal> {
        let unknown = |unit: UnitId| Refusal::unknown("unit-unknown").with("name", unit);
        let unit = self.units.get(&entered.unit).ok_or_else(|| unknown(entered.unit))?;
        if !self.under.contains(&entered.unit) {
            return Err(Refusal::new("own-unit-outside").with("unit", &unit.name).with("name", &definition.name));
        }
        if unit.closed_on.is_some_and(|last| last < entered.day) {
            return Err(Refusal::new("own-unit-closed").with("unit", &unit.name));
        }
        let level = unit.level.clone().unwrap_or_default();
        let asked = definition.levels.is_empty() || definition.levels.contains(&level);
        if !asked && before != Some(entered.unit) {
            return Err(Refusal::new("own-level-other").with("unit", &unit.name).with("name", &definition.name));
        }
        match definition.filled_by {
            FilledBy::Units => {}
            FilledBy::Groups => {
                let group = entered.group.and_then(|group| self.groups.get(&group));
                if group.is_none_or(|group| group.unit != entered.unit) {
                    return Err(Refusal::new("own-group-missing"));
                }
            }
            FilledBy::Persons => {
                let person = entered.person.ok_or_else(|| Refusal::new("own-person-missing"))?;
                let stood = self.standings.on(person, entered.day, None);
                if stood.is_none_or(|stood| stood.unit != entered.unit) {
                    return Err(Refusal::new("own-person-elsewhere").with("day", entered.day));
                }
            }
        }
        for value in entered.values.values() {
            match value {
                Value::Unit(unit) if !self.units.contains_key(unit) => return Err(unknown(*unit)),
                Value::Group(group) if !self.groups.contains_key(group) => {
                    return Err(Refusal::new("own-group-unknown").with("text", group));
                }
                _ => {}
            }
        }
        Ok(level)
    }
}
