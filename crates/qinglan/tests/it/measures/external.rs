//! Results of other platforms and classes in the model: submitted, attested, returned, edited, made void.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use desk::actor::Actor;
use kernel::{Period, PersonId, RecordId, UnitId, last_of_month};
use proptest::prelude::*;
use qinglan::features::external::{
    Amounts, Handed, actions,
    classes::{self, Class},
};

use super::{Answers, Model, World, days, index, on_day};

const PLATFORMS: [&str; 2] = ["dengta", "qiangguo"];
const ISSUES: [&str; 3] = ["第1期", "第2期", "第3期"];

#[derive(Clone, Debug)]
pub(super) enum Op {
    Earn { person: usize, platform: usize, month: i64, amounts: [Option<i64>; 3], own: bool },
    Attest { which: usize },
    GiveBack { which: usize },
    Edit { which: usize, month: i64, amounts: [Option<i64>; 3] },
    Void { which: usize },
    Enter { unit: usize, issue: usize, day: u64, participants: i64, more: i64 },
    Change { which: usize, unit: usize, day: u64, participants: i64, more: i64 },
    Cancel { which: usize },
}

pub(super) fn op() -> impl Strategy<Value = Op> {
    let amounts = || proptest::array::uniform3(proptest::option::weighted(0.6, 0_i64..200));
    let month = || 202_501_i64..202_505;
    let head = || (0_i64..50, 0_i64..30);
    prop_oneof![
        6 => (index(), index(), month(), amounts(), any::<bool>())
            .prop_map(|(person, platform, month, amounts, own)| Op::Earn { person, platform, month, amounts, own }),
        3 => index().prop_map(|which| Op::Attest { which }),
        1 => index().prop_map(|which| Op::GiveBack { which }),
        1 => (index(), month(), amounts()).prop_map(|(which, month, amounts)| Op::Edit { which, month, amounts }),
        1 => index().prop_map(|which| Op::Void { which }),
        2 => (index(), index(), days(), head())
            .prop_map(|(unit, issue, day, (participants, more))| Op::Enter { unit, issue, day, participants, more }),
        1 => (index(), index(), days(), head())
            .prop_map(|(which, unit, day, (participants, more))| Op::Change { which, unit, day, participants, more }),
        1 => index().prop_map(|which| Op::Cancel { which }),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waits,
    Attested,
    Returned,
    Void,
}

#[derive(Clone, Debug)]
pub(super) struct Earned {
    id: RecordId,
    person: usize,
    platform: usize,
    month: i64,
    amounts: [Option<i64>; 3],
    percent: i64,
    state: State,
}

#[derive(Clone, Debug)]
pub(super) struct Course {
    id: RecordId,
    unit: usize,
    issue: usize,
    day: NaiveDate,
    participants: i64,
    base: i64,
    void: bool,
}

fn first_day(month: i64) -> NaiveDate {
    kernel::parse_day(&format!("{}-{:02}-01", month / 100, month % 100)).unwrap()
}

impl Earned {
    /// Tenths of an hour: sixty minutes are one hour, of which the setting counts a part; halves are rounded up.
    fn tenths(&self) -> i64 {
        (self.amounts[1].unwrap_or(0) as f64 * self.percent as f64 / 600.0 + 0.5).floor() as i64
    }
}

impl Model {
    /// The unit of a month's result: that of the first day in the month on which the person was at any unit.
    fn earned_at(&self, person: usize, month: i64) -> Option<usize> {
        let first = first_day(month);
        let mut days = first.iter_days().take_while(|day| *day <= last_of_month(first));
        days.find_map(|day| self.counted(person, day, None))
    }

    pub(super) fn external_answers(&self, inside: &dyn Fn(usize) -> bool, period: Period, answers: &mut Answers) {
        let (mut sums, mut people, mut results) = ([0; 3], BTreeSet::new(), 0);
        for earned in self.results.iter().filter(|earned| earned.state == State::Attested) {
            let unit = self.earned_at(earned.person, earned.month).unwrap();
            let day = first_day(earned.month);
            if !period.contains(day) || !inside(unit) {
                continue;
            }
            for (sum, amount) in sums.iter_mut().zip(earned.amounts) {
                *sum += amount.unwrap_or(0);
            }
            people.insert(earned.person);
            results += 1;
            answers.learn(earned.person, earned.tenths());
        }
        for (key, sum) in ["external.points", "external.minutes", "external.classes"].into_iter().zip(sums) {
            answers.insert(key, sum);
        }
        answers.insert("external.persons", people.len() as i64);
        answers.insert("external.results", results);
        let classes = self.courses.iter().filter(|one| !one.void && period.contains(one.day) && inside(one.unit));
        let (participants, base) = classes.fold((0, 0), |(sum, base), one| (sum + one.participants, base + one.base));
        answers.insert("external.class_participants", participants);
        answers.insert("external.class_base", base);
        answers.insert("external.class_rate", participants);
    }

    /// Two rows of one person are merged: of two results for a platform and month the attested one stays, else the larger.
    pub(super) fn merge_results(&mut self, loser: usize, survivor: usize) {
        let rank = |earned: &Earned| (earned.state == State::Attested, earned.amounts, earned.person == survivor);
        let of_both: Vec<usize> = (0..self.results.len())
            .filter(|place| {
                let earned = &self.results[*place];
                earned.state != State::Void && [loser, survivor].contains(&earned.person)
            })
            .collect();
        for one in &of_both {
            let beaten = of_both.iter().any(|other| {
                let (one, other) = (&self.results[*one], &self.results[*other]);
                (one.platform, one.month) == (other.platform, other.month) && rank(other) > rank(one)
            });
            if beaten {
                self.results[*one].state = State::Void;
            }
        }
        for earned in self.results.iter_mut().filter(|earned| earned.person == loser) {
            earned.person = survivor;
        }
    }
}

impl World {
    fn result(&self, which: usize, states: &[State]) -> Option<usize> {
        let there: Vec<usize> =
            (0..self.model.results.len()).filter(|place| states.contains(&self.model.results[*place].state)).collect();
        (!there.is_empty()).then(|| there[which % there.len()])
    }

    fn course(&self, which: usize) -> Option<usize> {
        let there: Vec<usize> =
            (0..self.model.courses.len()).filter(|place| !self.model.courses[*place].void).collect();
        (!there.is_empty()).then(|| there[which % there.len()])
    }

    fn amounts_of(&self, person: usize, platform: usize, month: i64, amounts: [Option<i64>; 3]) -> Handed {
        Handed {
            person: PersonId(self.model.people[person].id),
            platform: PLATFORMS[platform].to_owned(),
            month,
            amounts: Amounts { points: amounts[0], minutes: amounts[1], classes: amounts[2] },
            note: None,
            theme: None,
        }
    }

    fn class(&self, course: &Course, version: i64) -> Class {
        Class {
            id: course.id,
            unit: UnitId(self.model.units[course.unit]),
            platform: PLATFORMS[0].to_owned(),
            season: "2025年第1季".to_owned(),
            issue: ISSUES[course.issue].to_owned(),
            opened_on: course.day,
            participants: course.participants,
            base: course.base,
            level: None,
            void: false,
            void_reason: None,
            replaces: None,
            version,
        }
    }

    pub(super) async fn run_external(&mut self, op: &Op) {
        let app = self.app.clone();
        let actor = app.operator();
        match op {
            Op::Earn { person, platform, month, amounts, own } => {
                let Some(person) = self.person(*person) else { return };
                let platform = platform % PLATFORMS.len();
                let handed = self.amounts_of(person, platform, *month, *amounts);
                let by = if *own { Actor { person: Some(handed.person), ..actor } } else { actor };
                let Ok(id) = actions::add(&app, &by, handed).await else { return };
                let state = if *own { State::Waits } else { State::Attested };
                let (month, amounts, percent) = (*month, *amounts, self.model.settings.percent);
                self.model.results.push(Earned { id, person, platform, month, amounts, percent, state });
            }
            Op::Attest { which } => {
                let Some(place) = self.result(*which, &[State::Waits]) else { return };
                let id = self.model.results[place].id;
                let version = self.version("external_result", id.0).await;
                if actions::attest(&app, &actor, &[(id, version)]).await.is_ok() {
                    self.model.results[place].state = State::Attested;
                }
            }
            Op::GiveBack { which } => {
                let Some(place) = self.result(*which, &[State::Waits, State::Attested]) else { return };
                let id = self.model.results[place].id;
                let version = self.version("external_result", id.0).await;
                actions::give_back(&app, &actor, id, version, "重填").await.unwrap();
                self.model.results[place].state = State::Returned;
            }
            Op::Edit { which, month, amounts } => {
                let Some(place) = self.result(*which, &[State::Waits, State::Returned]) else { return };
                let before = self.model.results[place].clone();
                let handed = self.amounts_of(before.person, before.platform, *month, *amounts);
                let version = self.version("external_result", before.id.0).await;
                if actions::edit(&app, &actor, before.id, version, handed).await.is_ok() {
                    self.model.results[place] =
                        Earned { month: *month, amounts: *amounts, state: State::Waits, ..before };
                }
            }
            Op::Void { which } => {
                let states = [State::Waits, State::Attested, State::Returned];
                let Some(place) = self.result(*which, &states) else { return };
                let id = self.model.results[place].id;
                let version = self.version("external_result", id.0).await;
                actions::void(&app, &actor, id, version, "重复").await.unwrap();
                self.model.results[place].state = State::Void;
            }
            Op::Enter { unit, issue, day, participants, more } => {
                let course = Course {
                    id: RecordId(0),
                    unit: unit % self.model.units.len(),
                    issue: issue % ISSUES.len(),
                    day: on_day(*day),
                    participants: *participants,
                    base: participants + more,
                    void: false,
                };
                let class = self.class(&course, 1);
                if let Ok(ids) = classes::add_all(&app, &actor, vec![class], false).await {
                    self.model.courses.push(Course { id: ids[0], ..course });
                }
            }
            Op::Change { which, unit, day, participants, more } => {
                let Some(place) = self.course(*which) else { return };
                let course = Course {
                    unit: unit % self.model.units.len(),
                    day: on_day(*day),
                    participants: *participants,
                    base: participants + more,
                    ..self.model.courses[place].clone()
                };
                let class = self.class(&course, self.version("class_result", course.id.0).await);
                if classes::edit(&app, &actor, class, false).await.is_ok() {
                    self.model.courses[place] = course;
                }
            }
            Op::Cancel { which } => {
                let Some(place) = self.course(*which) else { return };
                let id = self.model.courses[place].id.0;
                let version = self.version("class_result", id).await;
                classes::void(&app, &actor, id, version, "没有开课").await.unwrap();
                self.model.courses[place].void = true;
            }
        }
    }
}
