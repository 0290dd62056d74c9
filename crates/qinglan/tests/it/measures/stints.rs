//! Stints in the model: entered, checked, finished, returned, edited, made void; their days are counted one by one.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use desk::actor::Actor;
use kernel::{Period, PersonId, RecordId};
use proptest::prelude::*;
use qinglan::features::stints::{Finish, Handed, Part, actions};

use super::{Answers, Model, World, days, index, on_day};

/// The parts of the model.
pub(super) const PARTS: [Part; 4] = [Part::Placed, Part::TaskForce, Part::Volunteer, Part::Other];

#[derive(Clone, Debug)]
pub(super) enum Op {
    Enter { person: usize, part: usize, day: u64, length: Option<u64>, forward: bool, own: bool, hours: Option<i64> },
    Check { which: usize },
    Finish { which: usize, length: Option<u64>, hours: Option<i64>, own: bool },
    GiveBack { which: usize },
    Edit { which: usize, part: usize, day: u64, length: Option<u64> },
    Void { which: usize },
}

pub(super) fn op() -> impl Strategy<Value = Op> {
    let length = || proptest::option::weighted(0.8, 0_u64..60);
    let hours = || proptest::option::of(0_i64..100);
    prop_oneof![
        6 => (index(), 0..PARTS.len(), days(), length(), any::<bool>(), any::<bool>(), hours()).prop_map(
            |(person, part, day, length, forward, own, hours)| Op::Enter { person, part, day, length, forward, own, hours }
        ),
        3 => index().prop_map(|which| Op::Check { which }),
        2 => (index(), length(), hours(), any::<bool>())
            .prop_map(|(which, length, hours, own)| Op::Finish { which, length, hours, own }),
        1 => index().prop_map(|which| Op::GiveBack { which }),
        1 => (index(), 0..PARTS.len(), days(), length())
            .prop_map(|(which, part, day, length)| Op::Edit { which, part, day, length }),
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
pub(super) struct Stint {
    id: RecordId,
    person: usize,
    part: usize,
    from: NaiveDate,
    to: Option<NaiveDate>,
    forward: bool,
    hours: i64,
    state: State,
}

impl Stint {
    /// One with which somebody began who was selected: checked, without an end.
    pub(super) fn begun(id: RecordId, person: usize, part: usize, from: NaiveDate) -> Self {
        Self { id, person, part, from, to: None, forward: true, hours: 0, state: State::Checked }
    }

    /// Whether it has this key and isn't void.
    pub(super) fn is_live(&self, id: RecordId) -> bool {
        self.id == id && self.state != State::Void
    }
}

impl Model {
    pub(super) fn stint_answers(&self, inside: &dyn Fn(usize) -> bool, period: Period, answers: &mut Answers) {
        let (mut stints, mut volunteers, mut placed, mut days, mut hours) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), 0);
        for stint in self.stints.iter().filter(|stint| stint.state == State::Checked) {
            if !inside(self.counted(stint.person, stint.from, None).unwrap()) {
                continue;
            }
            let mut day = period.from;
            while day <= period.to {
                if stint.from <= day && stint.to.is_none_or(|to| day <= to) {
                    stints.insert(stint.id);
                    days.insert((stint.person, day));
                    if stint.forward || PARTS[stint.part] == Part::Volunteer {
                        volunteers.insert(stint.person);
                    }
                    if matches!(PARTS[stint.part], Part::Placed | Part::TaskForce) {
                        placed.insert(stint.person);
                    }
                }
                day = day + Days::new(1);
            }
            if period.contains(stint.from) {
                hours += stint.hours;
            }
        }
        answers.insert("practice.stints", stints.len() as i64);
        answers.insert("practice.volunteers", volunteers.len() as i64);
        answers.insert("practice.placed", placed.len() as i64);
        answers.insert("practice.days", days.len() as i64);
        answers.insert("practice.hours", hours);
    }

    /// Two rows of one person are merged: of two stints of one part from one day a checked one stays, then that of the survivor,
    /// then the earlier one.
    pub(super) fn merge_stints(&mut self, loser: usize, survivor: usize) {
        let mut of_both: Vec<usize> = (0..self.stints.len())
            .filter(|place| {
                let stint = &self.stints[*place];
                stint.state != State::Void && [loser, survivor].contains(&stint.person)
            })
            .collect();
        of_both.sort_by_key(|place| {
            let stint = &self.stints[*place];
            (stint.state != State::Checked, stint.person != survivor, stint.id)
        });
        let mut known = BTreeSet::new();
        for place in of_both {
            if !known.insert((self.stints[place].part, self.stints[place].from)) {
                self.stints[place].state = State::Void;
            }
        }
        for stint in self.stints.iter_mut().filter(|stint| stint.person == loser) {
            stint.person = survivor;
        }
    }
}

fn handed(person: PersonId, part: usize, (from, to): (NaiveDate, Option<NaiveDate>)) -> Handed {
    Handed {
        person,
        part: PARTS[part],
        volunteered: false,
        task: "驻村".to_owned(),
        place: None,
        place_unit: None,
        from,
        to,
        hours: None,
        result: None,
        note: None,
        theme: None,
        overlapping: true,
    }
}

impl World {
    fn stint(&self, which: usize, states: &[State]) -> Option<usize> {
        let there: Vec<usize> =
            (0..self.model.stints.len()).filter(|place| states.contains(&self.model.stints[*place].state)).collect();
        (!there.is_empty()).then(|| there[which % there.len()])
    }

    pub(super) async fn run_stints(&mut self, op: &Op) {
        let app = self.app.clone();
        let actor = app.operator();
        let own_of = |person: PersonId| Actor { person: Some(person), ..app.operator() };
        match op {
            Op::Enter { person, part, day, length, forward, own, hours } => {
                let Some(person) = self.person(*person) else { return };
                let id = PersonId(self.model.people[person].id);
                let (from, to) = (on_day(*day), length.map(|length| on_day(*day) + Days::new(length)));
                let handed = Handed { volunteered: *forward, hours: *hours, ..handed(id, *part, (from, to)) };
                let by = if *own { own_of(id) } else { actor };
                let Ok(id) = actions::add(&app, &by, handed).await else { return };
                let state = if *own { State::Pending } else { State::Checked };
                let (part, forward, hours) = (*part, *forward, hours.unwrap_or(0));
                self.model.stints.push(Stint { id, person, part, from, to, forward, hours, state });
            }
            Op::Check { which } => {
                let Some(place) = self.stint(*which, &[State::Pending]) else { return };
                let id = self.model.stints[place].id;
                let version = self.version("stint", id.0).await;
                if actions::check(&app, &actor, id, version).await.is_ok() {
                    self.model.stints[place].state = State::Checked;
                }
            }
            Op::Finish { which, length, hours, own } => {
                let states = [State::Pending, State::Checked, State::Returned];
                let Some(place) = self.stint(*which, &states) else { return };
                let before = self.model.stints[place].clone();
                let to = length.map(|length| before.from + Days::new(length));
                let version = self.version("stint", before.id.0).await;
                let by = if *own { own_of(PersonId(self.model.people[before.person].id)) } else { actor };
                let finish = Finish { to, hours: *hours, result: None };
                // It may be refused: a placement is not prolonged into another one.
                if actions::finish(&app, &by, before.id, version, finish).await.is_ok() {
                    let state = if *own { State::Pending } else { before.state };
                    self.model.stints[place] = Stint { to, hours: hours.unwrap_or(0), state, ..before };
                }
            }
            Op::GiveBack { which } => {
                let Some(place) = self.stint(*which, &[State::Pending, State::Checked]) else { return };
                let id = self.model.stints[place].id;
                let version = self.version("stint", id.0).await;
                actions::give_back(&app, &actor, id, version, "重填").await.unwrap();
                self.model.stints[place].state = State::Returned;
            }
            Op::Edit { which, part, day, length } => {
                let Some(place) = self.stint(*which, &[State::Pending, State::Returned]) else { return };
                let before = self.model.stints[place].clone();
                let (from, to) = (on_day(*day), length.map(|length| on_day(*day) + Days::new(length)));
                let version = self.version("stint", before.id.0).await;
                // The person of a stint is not edited: whoever is handed in, it stays.
                let handed = handed(PersonId(0), *part, (from, to));
                if actions::edit(&app, &actor, before.id, version, handed).await.is_ok() {
                    let (part, state) = (*part, State::Pending);
                    self.model.stints[place] = Stint { part, from, to, forward: false, hours: 0, state, ..before };
                }
            }
            Op::Void { which } => {
                let states = [State::Pending, State::Checked, State::Returned];
                let Some(place) = self.stint(*which, &states) else { return };
                let id = self.model.stints[place].id;
                let version = self.version("stint", id.0).await;
                actions::void(&app, &actor, id, version, "重复").await.unwrap();
                self.model.stints[place].state = State::Void;
            }
        }
    }
}
