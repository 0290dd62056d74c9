//! Openings in the model: entered, changed, closed, withdrawn; people come forward, withdraw, are selected or not, begin.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use kernel::{Period, PersonId, RecordId, UnitId};
use proptest::prelude::*;
use qinglan::features::openings::{Closing, Handed, Selecting, actions, answers, store};

use super::{
    Answers, Model, World, days, index, on_day,
    stints::{PARTS, Stint},
};

#[derive(Clone, Debug)]
pub(super) enum Op {
    Open { unit: usize, part: usize, places: i64, day: u64 },
    Edit { which: usize, part: usize, places: i64 },
    Close { which: usize, declines: bool },
    Reopen { which: usize },
    WithdrawOpening { which: usize },
    ComeForward { person: usize, which: usize, later: u64 },
    Withdraw { which: usize },
    Select { which: usize, later: Option<u64> },
    Decline { which: usize },
    Reconsider { which: usize },
    Arrive { which: usize, later: u64 },
}

pub(super) fn op() -> impl Strategy<Value = Op> {
    // Mostly of the city, so that everybody may come forward.
    let unit = prop_oneof![3 => Just(0_usize), 1 => index()];
    prop_oneof![
        6 => (unit, 0..PARTS.len(), 1_i64..4, days())
            .prop_map(|(unit, part, places, day)| Op::Open { unit, part, places, day }),
        8 => (index(), index(), 0_u64..40).prop_map(|(person, which, later)| Op::ComeForward { person, which, later }),
        4 => (index(), proptest::option::weighted(0.7, 0_u64..40)).prop_map(|(which, later)| Op::Select { which, later }),
        1 => (index(), 0_u64..40).prop_map(|(which, later)| Op::Arrive { which, later }),
        1 => (index(), 0..PARTS.len(), 1_i64..4).prop_map(|(which, part, places)| Op::Edit { which, part, places }),
        1 => (index(), any::<bool>()).prop_map(|(which, declines)| Op::Close { which, declines }),
        1 => index().prop_map(|which| Op::Reopen { which }),
        1 => index().prop_map(|which| Op::WithdrawOpening { which }),
        1 => index().prop_map(|which| Op::Withdraw { which }),
        1 => index().prop_map(|which| Op::Decline { which }),
        1 => index().prop_map(|which| Op::Reconsider { which }),
    ]
}

#[derive(Clone, Debug)]
pub(super) struct Opening {
    id: RecordId,
    unit: usize,
    day: NaiveDate,
    part: usize,
    places: i64,
    withdrawn: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Selected,
    Waiting,
    Declined,
    Withdrawn,
}

#[derive(Clone, Debug)]
pub(super) struct Candidate {
    id: RecordId,
    opening: usize,
    person: usize,
    day: NaiveDate,
    step: Step,
    stint: Option<RecordId>,
}

impl Model {
    pub(super) fn opening_answers(&self, inside: &dyn Fn(usize) -> bool, period: Period, answers: &mut Answers) {
        let live = self.openings.iter().filter(|opening| !opening.withdrawn && period.contains(opening.day));
        let here: Vec<&Opening> = live.filter(|opening| inside(opening.unit)).collect();
        let mut came = BTreeSet::new();
        for candidate in self.candidates.iter().filter(|candidate| candidate.step != Step::Withdrawn) {
            let unit = self.counted(candidate.person, candidate.day, None).unwrap();
            if period.contains(candidate.day) && inside(unit) {
                came.insert(candidate.person);
            }
        }
        answers.insert("practice.openings", here.len() as i64);
        answers.insert("practice.opening_places", here.iter().map(|opening| opening.places).sum());
        answers.insert("practice.came_forward", came.len() as i64);
    }

    /// Two rows of one person are merged, after their stints: of two for one opening one who was selected stays, one who has begun before one
    /// who hasn't, then one who waits, then that of the survivor, then the earlier one.
    pub(super) fn merge_candidates(&mut self, loser: usize, survivor: usize) {
        let mut of_both: Vec<usize> = (0..self.candidates.len())
            .filter(|place| {
                let candidate = &self.candidates[*place];
                candidate.step != Step::Withdrawn && [loser, survivor].contains(&candidate.person)
            })
            .collect();
        of_both.sort_by_key(|place| {
            let candidate = &self.candidates[*place];
            let begun = candidate.stint.is_some_and(|stint| self.stands(stint));
            (candidate.step, !begun, candidate.person != survivor, candidate.id)
        });
        let mut known = BTreeSet::new();
        for place in of_both {
            if !known.insert(self.candidates[place].opening) {
                self.candidates[place].step = Step::Withdrawn;
            }
        }
        for candidate in self.candidates.iter_mut().filter(|candidate| candidate.person == loser) {
            candidate.person = survivor;
        }
    }

    fn stands(&self, stint: RecordId) -> bool {
        self.stints.iter().any(|known| known.is_live(stint))
    }
}

/// Every opening is called like every stint of the model, so that the model's stints are told apart alike.
fn handed((part, places): (usize, i64), day: NaiveDate) -> Handed {
    Handed {
        part: PARTS[part],
        title: "驻村".to_owned(),
        place: None,
        place_unit: None,
        places,
        needs: None,
        from: day + Days::new(10),
        to: None,
        contact: None,
        closes: day + Days::new(60),
        theme: None,
    }
}

impl World {
    fn opening(&self, which: usize) -> Option<usize> {
        let count = self.model.openings.len();
        (count > 0).then(|| which % count)
    }

    fn candidate(&self, which: usize, steps: &[Step]) -> Option<usize> {
        let all = &self.model.candidates;
        let there: Vec<usize> = (0..all.len()).filter(|place| steps.contains(&all[*place].step)).collect();
        (!there.is_empty()).then(|| there[which % there.len()])
    }

    async fn opening_at(&self, place: usize) -> (RecordId, i64) {
        let id = self.model.openings[place].id;
        (id, self.version("opening", id.0).await)
    }

    async fn candidate_at(&self, place: usize) -> (RecordId, i64) {
        let id = self.model.candidates[place].id;
        (id, self.version("opening_candidate", id.0).await)
    }

    /// Those who wait for an opening are told that they were not selected.
    fn decline_waiting(&mut self, opening: usize) {
        let of = |candidate: &&mut Candidate| candidate.opening == opening && candidate.step == Step::Waiting;
        for candidate in self.model.candidates.iter_mut().filter(of) {
            candidate.step = Step::Declined;
        }
    }

    /// What was selected or has begun, with the stint that came with it.
    async fn begun(&mut self, place: usize, from: NaiveDate) {
        let id = self.model.candidates[place].id;
        let stint = store::candidate(&self.app.db, id).await.unwrap().unwrap().stint;
        let candidate = &mut self.model.candidates[place];
        (candidate.step, candidate.stint) = (Step::Selected, stint);
        let (person, part) = (candidate.person, self.model.openings[candidate.opening].part);
        self.model.stints.extend(stint.map(|stint| Stint::begun(stint, person, part, from)));
    }

    pub(super) async fn run_openings(&mut self, op: &Op) {
        let app = self.app.clone();
        let actor = app.operator();
        match op {
            Op::Open { unit, part, places, day } => {
                let (unit, day) = (unit % self.model.units.len(), on_day(*day));
                let app = self.at(day).await;
                let key = UnitId(self.model.units[unit]);
                // It may be refused: of a unit that was merged.
                let Ok(id) = actions::add(&app, &actor, key, handed((*part, *places), day)).await else { return };
                let (part, places) = (*part, *places);
                self.model.openings.push(Opening { id, unit, day, part, places, withdrawn: false });
            }
            Op::Edit { which, part, places } => {
                let Some(place) = self.opening(*which) else { return };
                let (at, day) = (self.opening_at(place).await, self.model.openings[place].day);
                let app = self.at(day).await;
                if actions::edit(&app, &actor, at, handed((*part, *places), day)).await.is_ok() {
                    let opening = &mut self.model.openings[place];
                    (opening.part, opening.places) = (*part, *places);
                }
            }
            Op::Close { which, declines } => {
                let Some(place) = self.opening(*which) else { return };
                let (at, closing) = (self.opening_at(place).await, Closing { declines: *declines, words: None });
                if actions::close(&app, &actor, at, closing).await.is_ok() {
                    self.decline_waiting(place);
                }
            }
            Op::Reopen { which } => {
                let Some(place) = self.opening(*which) else { return };
                let at = self.opening_at(place).await;
                if actions::reopen(&app, &actor, at, app.today()).await.is_ok() {
                    self.model.openings[place].withdrawn = false;
                }
            }
            Op::WithdrawOpening { which } => {
                let Some(place) = self.opening(*which) else { return };
                let at = self.opening_at(place).await;
                if actions::withdraw(&app, &actor, at, "不办了").await.is_ok() {
                    self.model.openings[place].withdrawn = true;
                    self.decline_waiting(place);
                }
            }
            Op::ComeForward { person, which, later } => {
                let (Some(person), Some(opening)) = (self.person(*person), self.opening(*which)) else { return };
                let of = self.model.openings[opening].clone();
                let day = of.day + Days::new(*later);
                let (app, id) = (self.at(day).await, PersonId(self.model.people[person].id));
                // It may be refused: there already, posted elsewhere, not open any more.
                let done = answers::come_forward(&app, &actor, of.id, (id, "想去")).await;
                let Ok(id) = done else { return };
                self.model.candidates.push(Candidate { id, opening, person, day, step: Step::Waiting, stint: None });
            }
            Op::Withdraw { which } => {
                let Some(place) = self.candidate(*which, &[Step::Waiting]) else { return };
                answers::withdraw(&app, &actor, self.candidate_at(place).await).await.unwrap();
                self.model.candidates[place].step = Step::Withdrawn;
            }
            Op::Select { which, later } => {
                let Some(place) = self.candidate(*which, &[Step::Waiting, Step::Declined]) else { return };
                let from = later.map(|later| self.model.candidates[place].day + Days::new(later));
                let at = self.candidate_at(place).await;
                let selecting = Selecting { reason: "合适".to_owned(), from, overlapping: true };
                if answers::select(&app, &actor, at, selecting).await.is_ok() {
                    let planned = self.model.openings[self.model.candidates[place].opening].day + Days::new(10);
                    self.begun(place, from.unwrap_or(planned)).await;
                }
            }
            Op::Decline { which } => {
                let Some(place) = self.candidate(*which, &[Step::Waiting]) else { return };
                answers::decline(&app, &actor, self.candidate_at(place).await, None).await.unwrap();
                self.model.candidates[place].step = Step::Declined;
            }
            Op::Reconsider { which } => {
                let Some(place) = self.candidate(*which, &[Step::Selected, Step::Declined]) else { return };
                if answers::reconsider(&app, &actor, self.candidate_at(place).await).await.is_ok() {
                    let candidate = &mut self.model.candidates[place];
                    (candidate.step, candidate.stint) = (Step::Waiting, None);
                }
            }
            Op::Arrive { which, later } => {
                let Some(place) = self.candidate(*which, &[Step::Selected]) else { return };
                let from = self.model.candidates[place].day + Days::new(*later);
                if answers::arrive(&app, &actor, self.candidate_at(place).await, (from, true)).await.is_ok() {
                    self.begun(place, from).await;
                }
            }
        }
    }
}
