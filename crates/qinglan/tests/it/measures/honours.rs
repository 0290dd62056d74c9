//! Honours in the model: entered for persons, groups and units, checked, returned, edited, made void.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use desk::actor::Actor;
use kernel::{GroupId, Period, PersonId, RecordId, UnitId};
use proptest::prelude::*;
use qinglan::features::honours::{For, Handed, Level, actions};

use super::{Answers, Model, World, days, index, on_day};

const TITLES: [&str; 3] = ["优秀共产党员", "三八红旗手", "先进个人"];

#[derive(Clone, Copy, Debug)]
pub(super) enum Whose {
    Person(usize),
    Unit(usize),
    Group(usize),
}

#[derive(Clone, Debug)]
pub(super) enum Op {
    Award { whose: Whose, title: usize, day: u64, own: bool, another: bool },
    Check { which: usize },
    GiveBack { which: usize },
    Edit { which: usize, title: usize, day: u64 },
    Void { which: usize },
}

pub(super) fn op() -> impl Strategy<Value = Op> {
    let whose = prop_oneof![
        6 => index().prop_map(Whose::Person), 1 => index().prop_map(Whose::Unit), 1 => index().prop_map(Whose::Group)
    ];
    prop_oneof![
        6 => (whose, 0..TITLES.len(), days(), any::<bool>(), any::<bool>())
            .prop_map(|(whose, title, day, own, another)| Op::Award { whose, title, day, own, another }),
        3 => index().prop_map(|which| Op::Check { which }),
        1 => index().prop_map(|which| Op::GiveBack { which }),
        1 => (index(), 0..TITLES.len(), days()).prop_map(|(which, title, day)| Op::Edit { which, title, day }),
        1 => index().prop_map(|which| Op::Void { which }),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Pending,
    Checked,
    Returned,
    Void,
}

#[derive(Clone, Debug)]
pub(super) struct Honour {
    id: RecordId,
    person: Option<usize>,
    /// The unit of an honour that is no person's.
    unit: usize,
    title: usize,
    day: NaiveDate,
    state: State,
}

impl Model {
    pub(super) fn honour_answers(&self, inside: &dyn Fn(usize) -> bool, period: Period, answers: &mut Answers) {
        let (mut awarded, mut persons) = (0, BTreeSet::new());
        for honour in self.honours.iter().filter(|honour| honour.state == State::Checked) {
            let unit = match honour.person {
                Some(person) => self.counted(person, honour.day, None).unwrap(),
                None => honour.unit,
            };
            if period.contains(honour.day) && inside(unit) {
                awarded += 1;
                persons.extend(honour.person);
            }
        }
        answers.insert("honours.awarded", awarded);
        answers.insert("honours.persons", persons.len() as i64);
    }

    /// Two rows of one person are merged: the same title on the same day stays once, a checked one before others, then that
    /// of the survivor, then the earlier one.
    pub(super) fn merge_honours(&mut self, loser: usize, survivor: usize) {
        let mut of_both: Vec<usize> = (0..self.honours.len())
            .filter(|place| {
                let honour = &self.honours[*place];
                honour.state != State::Void && [Some(loser), Some(survivor)].contains(&honour.person)
            })
            .collect();
        of_both.sort_by_key(|place| {
            let honour = &self.honours[*place];
            (honour.state != State::Checked, honour.person != Some(survivor), honour.id)
        });
        let mut known = BTreeSet::new();
        for place in of_both {
            if !known.insert((self.honours[place].title, self.honours[place].day)) {
                self.honours[place].state = State::Void;
            }
        }
        for honour in self.honours.iter_mut().filter(|honour| honour.person == Some(loser)) {
            honour.person = Some(survivor);
        }
    }
}

fn handed(of: For, title: usize, day: NaiveDate, another: bool) -> Handed {
    Handed {
        of,
        title: TITLES[title].to_owned(),
        title_group: None,
        level: Level::Municipal,
        conferrer: "市委".to_owned(),
        day,
        certificate: None,
        note: None,
        another,
    }
}

impl World {
    fn honour(&self, which: usize, states: &[State]) -> Option<usize> {
        let there: Vec<usize> =
            (0..self.model.honours.len()).filter(|place| states.contains(&self.model.honours[*place].state)).collect();
        (!there.is_empty()).then(|| there[which % there.len()])
    }

    pub(super) async fn run_honours(&mut self, op: &Op) {
        let app = self.app.clone();
        let actor = app.operator();
        match op {
            Op::Award { whose, title, day, own, another } => {
                let day = on_day(*day);
                let (of, person, unit) = match whose {
                    Whose::Person(person) => {
                        let Some(person) = self.person(*person) else { return };
                        (For::Person(PersonId(self.model.people[person].id)), Some(person), 0)
                    }
                    Whose::Unit(unit) => {
                        let unit = unit % self.model.units.len();
                        (For::Unit(UnitId(self.model.units[unit])), None, unit)
                    }
                    Whose::Group(unit) => {
                        let unit = unit % self.model.units.len();
                        let sql =
                            "select id from study_group where unit_id = $1 and is_default = true order by id limit 1";
                        let values = vec![self.model.units[unit].into()];
                        let group: Option<i64> = ledger::db::scalar(&app.db, sql, values).await.unwrap();
                        let Some(group) = group else { return };
                        (For::Group(GroupId(group)), None, unit)
                    }
                };
                let handed = handed(of, *title, day, *another);
                let by = match of {
                    For::Person(person) if *own => Actor { person: Some(person), ..actor },
                    _ => actor,
                };
                let state = if by.person.is_some() { State::Pending } else { State::Checked };
                let Ok(id) = actions::add(&app, &by, handed).await else { return };
                self.model.honours.push(Honour { id, person, unit, title: *title, day, state });
            }
            Op::Check { which } => {
                let Some(place) = self.honour(*which, &[State::Pending]) else { return };
                let id = self.model.honours[place].id;
                let version = self.version("honour", id.0).await;
                if actions::check(&app, &actor, id, version).await.is_ok() {
                    self.model.honours[place].state = State::Checked;
                }
            }
            Op::GiveBack { which } => {
                let Some(place) = self.honour(*which, &[State::Pending, State::Checked]) else { return };
                let id = self.model.honours[place].id;
                let version = self.version("honour", id.0).await;
                actions::give_back(&app, &actor, id, version, "重填").await.unwrap();
                self.model.honours[place].state = State::Returned;
            }
            Op::Edit { which, title, day } => {
                let Some(place) = self.honour(*which, &[State::Pending, State::Returned]) else { return };
                let (before, day) = (self.model.honours[place].clone(), on_day(*day));
                let version = self.version("honour", before.id.0).await;
                // The recipient of an honour is not edited: whatever is handed in, it stays.
                let handed = handed(For::Person(PersonId(0)), *title, day, true);
                if actions::edit(&app, &actor, before.id, version, handed).await.is_ok() {
                    self.model.honours[place] = Honour { title: *title, day, state: State::Pending, ..before };
                }
            }
            Op::Void { which } => {
                let Some(place) = self.honour(*which, &[State::Pending, State::Checked, State::Returned]) else {
                    return;
                };
                let id = self.model.honours[place].id;
                let version = self.version("honour", id.0).await;
                actions::void(&app, &actor, id, version, "重复").await.unwrap();
                self.model.honours[place].state = State::Void;
            }
        }
    }
}
