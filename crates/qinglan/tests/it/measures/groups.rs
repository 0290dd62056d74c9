//! Groups in the model: a unit's default group is opened with its first member; others are opened, joined and closed.

use chrono::NaiveDate;
use federation::{
    groups::{
        self,
        actions::{Change, Opening},
    },
    people,
};
use kernel::{GroupId, Period, PersonId, UnitId};
use proptest::prelude::*;

use super::{Answers, Model, Stay, World, days, index, on_day};

#[derive(Clone, Debug)]
pub(super) enum Op {
    Open { unit: usize, day: u64, brand: bool },
    Join { person: usize, group: usize, day: u64 },
    Close { group: usize, day: u64 },
}

pub(super) fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        2 => (index(), days(), any::<bool>()).prop_map(|(unit, day, brand)| Op::Open { unit, day, brand }),
        2 => (index(), index(), days()).prop_map(|(person, group, day)| Op::Join { person, group, day }),
        1 => (index(), days()).prop_map(|(group, day)| Op::Close { group, day }),
    ]
}

#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) id: GroupId,
    pub(super) unit: usize,
    is_default: bool,
    brand: bool,
    opened: NaiveDate,
    closed: Option<NaiveDate>,
}

impl Group {
    fn exists(&self, day: NaiveDate) -> bool {
        self.opened <= day && self.closed.is_none_or(|last| day <= last)
    }

    pub(super) fn is_of(&self, unit: usize, day: NaiveDate) -> bool {
        self.unit == unit && self.exists(day)
    }
}

impl Model {
    pub(super) fn default_group(&self, unit: usize) -> Option<usize> {
        self.groups.iter().position(|group| group.is_default && group.unit == unit)
    }

    pub(super) fn group_answers(&self, inside: &dyn Fn(usize) -> bool, period: Period, answers: &mut Answers) {
        let here = || self.groups.iter().filter(|group| inside(group.unit));
        let (mut during, mut brands) = (0, 0);
        for group in here() {
            let mut days = period.from.iter_days().take_while(|day| *day <= period.to);
            let exists = days.any(|day| group.exists(day));
            during += i64::from(exists);
            brands += i64::from(exists && group.brand);
        }
        answers.insert("groups.brands", brands);
        answers.insert("groups.open", during);
        answers.insert("groups.open_at", here().filter(|group| group.exists(period.to)).count() as i64);
    }
}

impl World {
    /// Somebody became a member of a unit's default group: it was opened for this, or exists at least from that day on.
    pub(super) async fn default_group(&mut self, unit: usize, from: NaiveDate) -> usize {
        if let Some(number) = self.model.default_group(unit) {
            let group = &mut self.model.groups[number];
            group.opened = group.opened.min(from);
            return number;
        }
        let key = UnitId(self.model.units[unit]);
        let id = groups::store::default_groups(&self.app.db, &[key]).await.unwrap()[&key].id;
        self.model.groups.push(Group { id, unit, is_default: true, brand: false, opened: from, closed: None });
        self.model.groups.len() - 1
    }

    pub(super) async fn run_groups(&mut self, op: &Op) {
        let app = self.app.clone();
        let actor = app.operator();
        match op {
            Op::Open { unit, day, brand } => {
                let (unit, from) = (unit % self.model.units.len(), on_day(*day));
                let opening = Opening {
                    name: format!("第{}组", self.model.groups.len()),
                    brand: brand.then(|| "青蓝读书会".to_owned()),
                    unit: UnitId(self.model.units[unit]),
                    shared_by: Vec::new(),
                    from,
                };
                let Ok(id) = groups::actions::open(&app, &actor, opening).await else { return };
                self.model.groups.push(Group {
                    id,
                    unit,
                    is_default: false,
                    brand: *brand,
                    opened: from,
                    closed: None,
                });
            }
            Op::Join { person, group, day } => {
                let Some(person) = self.person(*person) else { return };
                let (group, from) = (group % self.model.groups.len(), on_day(*day));
                let (id, unit) = (self.model.groups[group].id, self.model.groups[group].unit);
                let key = PersonId(self.model.people[person].id);
                if people::actions::join(&app, &actor, key, id, from).await.is_ok() {
                    let number = self.model.next_stay();
                    let stay = Stay { number, group, unit, from, to: None, void: false };
                    self.model.people[person].stays.push(stay);
                    self.confirm(person);
                }
            }
            Op::Close { group, day } => {
                let last = on_day(*day);
                let group = group % self.model.groups.len();
                // A default group is closed with its unit, and the unit's next member opens another one.
                if self.model.groups[group].is_default || self.model.groups[group].closed.is_some() {
                    return;
                }
                let change = Change { closed_on: Some(last), ..Change::default() };
                if groups::actions::change(&app, &actor, self.model.groups[group].id, change).await.is_ok() {
                    self.model.groups[group].closed = Some(last);
                }
            }
        }
    }
}
