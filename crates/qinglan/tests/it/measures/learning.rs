//! Readings and notes in the model, and the value of learning time by the current settings.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use desk::{actor::Actor, app::App};
use federation::settings;
use kernel::{Period, PersonId, RecordId, UnitId};
use proptest::prelude::*;
use qinglan::features::{
    notes,
    plans::{self, actions::Wanted},
};

use super::{Answers, Model, World, day, days, index, on_day};

#[derive(Clone, Debug)]
pub(super) enum Op {
    Finish { person: usize, item: usize, day: u64, before: u64 },
    Unfinish { which: usize },
    HandIn { person: usize, day: u64 },
    TakeBack { which: usize },
    Recommend { which: usize, day: u64, yes: bool },
    Collect { which: usize, day: u64, yes: bool },
    Settings { session: i64, percent: i64, reading: i64, note: i64 },
}

pub(super) fn op() -> impl Strategy<Value = Op> {
    let minutes = || prop_oneof![Just(0_i64), Just(45), Just(50), Just(90)];
    prop_oneof![
        6 => (index(), index(), days(), 0_u64..20)
            .prop_map(|(person, item, day, before)| Op::Finish { person, item, day, before }),
        1 => index().prop_map(|which| Op::Unfinish { which }),
        5 => (index(), days()).prop_map(|(person, day)| Op::HandIn { person, day }),
        1 => index().prop_map(|which| Op::TakeBack { which }),
        2 => (index(), days(), any::<bool>()).prop_map(|(which, day, yes)| Op::Recommend { which, day, yes }),
        2 => (index(), days(), any::<bool>()).prop_map(|(which, day, yes)| Op::Collect { which, day, yes }),
        1 => (prop_oneof![Just(30_i64), Just(90)], 0_i64..150, minutes(), minutes())
            .prop_map(|(session, percent, reading, note)| Op::Settings { session, percent, reading, note }),
    ]
}

/// What learning is worth from now on; what was recorded before keeps its value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    session: i64,
    pub(super) percent: i64,
    reading: i64,
    note: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { session: 90, percent: 100, reading: 45, note: 45 }
    }
}

/// An hour has 45 minutes here; tenths of it, rounded.
fn tenths(minutes: i64) -> i64 {
    (minutes as f64 / 4.5 + 0.5).floor() as i64
}

impl Settings {
    pub(super) fn session_tenths(self) -> i64 {
        tenths(self.session)
    }
}

#[derive(Clone, Debug)]
struct Item {
    id: i64,
    due_on: NaiveDate,
    party_only: bool,
}

#[derive(Clone, Debug)]
struct Reading {
    item: usize,
    person: usize,
    group: usize,
    on: NaiveDate,
    /// The unit that it is counted for; if nothing is known of its day any more, the unit that it was counted for before.
    unit: usize,
    tenths: i64,
    void: bool,
}

#[derive(Clone, Debug)]
struct Note {
    id: RecordId,
    person: usize,
    handed_in: Option<NaiveDate>,
    recommended: Option<NaiveDate>,
    collected: Option<NaiveDate>,
    tenths: i64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Learning {
    items: Vec<Item>,
    readings: Vec<Reading>,
    notes: Vec<Note>,
}

impl Model {
    pub(super) fn learning_answers(&self, inside: &dyn Fn(usize) -> bool, period: Period, answers: &mut Answers) {
        let (mut readings, mut readers) = (0, BTreeSet::new());
        for reading in self.learning.readings.iter().filter(|reading| !reading.void) {
            if period.contains(reading.on) && inside(reading.unit) {
                readings += 1;
                readers.insert(reading.person);
                answers.learn(reading.person, reading.tenths);
            }
        }
        answers.insert("learning.readings", readings);
        answers.insert("learning.readers", readers.len() as i64);
        answers.insert("learning.coverage_rate", readers.len() as i64);
        let (mut handed_in, mut writers, mut recommended, mut collected) = (0, BTreeSet::new(), 0, 0);
        for note in &self.learning.notes {
            let Some(on) = note.handed_in else { continue };
            if !inside(self.counted(note.person, on, None).unwrap()) {
                continue;
            }
            if period.contains(on) {
                handed_in += 1;
                writers.insert(note.person);
                answers.learn(note.person, note.tenths);
            }
            recommended += i64::from(note.recommended.is_some_and(|day| period.contains(day)));
            collected += i64::from(note.collected.is_some_and(|day| period.contains(day)));
        }
        answers.insert("notes.handed_in", handed_in);
        answers.insert("notes.persons", writers.len() as i64);
        answers.insert("notes.recommended", recommended);
        answers.insert("notes.collected", collected);
    }

    /// A person's stays or secondments were changed: readings are counted for the person's current unit on their days.
    pub(super) fn confirm_readings(&mut self, person: usize) {
        for place in 0..self.learning.readings.len() {
            let reading = &self.learning.readings[place];
            if reading.person == person && !reading.void {
                let unit = self.counted(person, reading.on, Some(reading.group));
                self.learning.readings[place].unit = unit.unwrap_or(self.learning.readings[place].unit);
            }
        }
    }

    /// Two rows of one person are merged: what both have finished stays once.
    pub(super) fn merge_learning(&mut self, loser: usize, survivor: usize) {
        let live = self.learning.readings.iter().filter(|reading| !reading.void && reading.person == survivor);
        let finished: BTreeSet<usize> = live.map(|reading| reading.item).collect();
        for reading in self.learning.readings.iter_mut().filter(|reading| reading.person == loser) {
            reading.void |= finished.contains(&reading.item);
            reading.person = survivor;
        }
        for note in self.learning.notes.iter_mut().filter(|note| note.person == loser) {
            note.person = survivor;
        }
    }

    /// The group through which an item reaches a person on a day: the one that was opened first.
    fn reached(&self, person: usize, item: &Item, today: NaiveDate) -> Option<usize> {
        let decides = item.due_on.min(today);
        if item.party_only && !self.in_party(person, decides) {
            return None;
        }
        let stays = self.people[person].stays.iter().filter(|stay| super::covers(stay, decides));
        stays.map(|stay| stay.group).min_by_key(|group| self.groups[*group].id)
    }
}

impl World {
    /// A plan of the top unit for the year: an item for everybody, one with an early deadline, one for party members.
    pub(super) async fn begin_plan(&mut self) {
        let actor = self.app.operator();
        let said = plans::actions::Said {
            title: "全年计划".to_owned(),
            from: day("2025-01-01"),
            to: day("2025-12-31"),
            theme: None,
        };
        let plan = plans::actions::begin(&self.app, &actor, UnitId(self.model.units[0]), said).await.unwrap();
        for (due_on, required, party_only) in
            [(day("2025-12-31"), true, false), (day("2025-02-10"), true, false), (day("2025-12-31"), false, true)]
        {
            let text = Some(format!("第{}章", self.model.learning.items.len() + 1));
            let wanted = Wanted { material: None, text, required, due_on, party_only, groups: Vec::new() };
            let id = plans::actions::add_item(&self.app, &actor, plan, wanted).await.unwrap();
            self.model.learning.items.push(Item { id, due_on, party_only });
        }
        plans::actions::set_state(&self.app, &actor, (plan, 4), plans::State::Published).await.unwrap();
    }

    fn as_person(&self, app: &App, person: usize) -> Actor {
        Actor { person: Some(PersonId(self.model.people[person].id)), ..app.operator() }
    }

    fn note(&self, which: usize) -> Option<usize> {
        let notes = &self.model.learning.notes;
        let there: Vec<usize> = (0..notes.len()).filter(|place| notes[*place].handed_in.is_some()).collect();
        (!there.is_empty()).then(|| there[which % there.len()])
    }

    pub(super) async fn run_learning(&mut self, op: &Op) {
        match op {
            Op::Finish { person, item, day, before } => {
                let Some(person) = self.person(*person) else { return };
                let (item, today) = (item % self.model.learning.items.len(), on_day(*day));
                let on = today - Days::new(*before);
                let app = self.at(today).await;
                let actor = self.as_person(&app, person);
                let (id, reached) = {
                    let item = &self.model.learning.items[item];
                    (item.id, self.model.reached(person, item, today))
                };
                let standing =
                    self.model.counted(person, on, reached).or_else(|| self.model.counted(person, today, reached));
                let done = plans::finish(&app, &actor, id, on).await;
                let takes = reached.is_some() && standing.is_some() && on >= on_day(0);
                assert_eq!(done.is_ok(), takes, "{done:?} {op:?}");
                let readings = &self.model.learning.readings;
                let live = readings.iter().any(|one| !one.void && (one.person, one.item) == (person, item));
                let (Some(group), Some(unit), true, false) = (reached, standing, takes, live) else { return };
                let tenths = tenths(self.model.settings.reading);
                let reading = Reading { item, person, group, on, unit, tenths, void: false };
                self.model.learning.readings.push(reading);
            }
            Op::Unfinish { which } => {
                let readings = &self.model.learning.readings;
                let there: Vec<usize> = (0..readings.len()).filter(|place| !readings[*place].void).collect();
                let Some(place) = there.get(which % there.len().max(1)).copied() else { return };
                let (person, item) = (readings[place].person, self.model.learning.items[readings[place].item].id);
                plans::unfinish(&self.app, &self.as_person(&self.app, person), item).await.unwrap();
                self.model.learning.readings[place].void = true;
            }
            Op::HandIn { person, day } => {
                let Some(person) = self.person(*person) else { return };
                let today = on_day(*day);
                let app = self.at(today).await;
                let actor = self.as_person(&app, person);
                let said =
                    notes::Said {
                        title: "心得".to_owned(), body: "学有所得".to_owned(), ..notes::Said::default()
                    };
                let id = notes::actions::begin(&app, &actor, said).await.unwrap();
                let done = notes::actions::hand_in(&app, &actor, id, 1).await;
                assert_eq!(done.is_ok(), self.model.counted(person, today, None).is_some(), "{op:?}");
                if done.is_ok() {
                    let tenths = tenths(self.model.settings.note);
                    let (recommended, collected) = (None, None);
                    let handed_in = Some(today);
                    let note = Note { id, person, handed_in, recommended, collected, tenths };
                    self.model.learning.notes.push(note);
                }
            }
            Op::TakeBack { which } => {
                let Some(place) = self.note(*which) else { return };
                let note = self.model.learning.notes[place].clone();
                let version = self.version("study_note", note.id.0).await;
                let actor = self.as_person(&self.app, note.person);
                let done = notes::actions::take_back(&self.app, &actor, note.id, version).await;
                assert_eq!(done.is_ok(), note.recommended.is_none() && note.collected.is_none(), "{op:?}");
                if done.is_ok() {
                    self.model.learning.notes[place].handed_in = None;
                }
            }
            Op::Recommend { which, day, yes } => {
                let Some(place) = self.note(*which) else { return };
                let today = on_day(*day);
                let app = self.at(today).await;
                let id = self.model.learning.notes[place].id;
                let version = self.version("study_note", id.0).await;
                notes::actions::recommend(&app, &app.operator(), id, version, *yes).await.unwrap();
                let note = &mut self.model.learning.notes[place];
                note.recommended = yes.then(|| note.recommended.unwrap_or(today));
            }
            Op::Collect { which, day, yes } => {
                let Some(place) = self.note(*which) else { return };
                let today = on_day(*day);
                let app = self.at(today).await;
                let id = self.model.learning.notes[place].id;
                let version = self.version("study_note", id.0).await;
                let within = yes.then_some("心得汇编");
                notes::actions::collect(&app, &app.operator(), id, version, within).await.unwrap();
                let note = &mut self.model.learning.notes[place];
                note.collected = yes.then(|| note.collected.unwrap_or(today));
            }
            Op::Settings { session, percent, reading, note } => {
                let (app, actor) = (&self.app, self.app.operator());
                let mut now = settings::store::read(&app.db).await.unwrap();
                let seen = now.version();
                now.session_minutes = *session;
                now.external_percent = *percent;
                now.reading_minutes = *reading;
                now.note_minutes = *note;
                settings::actions::change(app, &actor, &now, seen).await.unwrap();
                let (session, percent, reading, note) = (*session, *percent, *reading, *note);
                self.model.settings = Settings { session, percent, reading, note };
            }
        }
    }
}
