//! The base in the model: units that exist, those that groups cover, the staff posted to units, and who led and spoke.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use kernel::{Period, PersonId};
use qinglan::features::activities::{SpokePart, Status};

use super::{Answers, Model, World, covers};

/// A posting; void once it was merged into another one.
#[derive(Clone, Debug)]
pub(super) struct Posting {
    unit: usize,
    from: NaiveDate,
    to: Option<NaiveDate>,
    void: bool,
}

impl Posting {
    pub(super) fn new(unit: usize, from: NaiveDate) -> Self {
        Self { unit, from, to: None, void: false }
    }

    fn holds(&self, day: NaiveDate) -> bool {
        !self.void && self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

impl super::Human {
    /// Ends the open posting at a unit that holds on a day, the day before; whether there is one.
    pub(super) fn end_posting_at(&mut self, unit: usize, from: NaiveDate) -> bool {
        let open = |posting: &&mut Posting| posting.unit == unit && posting.to.is_none() && posting.holds(from);
        let ended = self.postings.iter_mut().find(open).map(|posting| posting.to = from.pred_opt());
        ended.is_some()
    }
}

/// Adds the postings of a merged row; of two at one unit, the one that is within the other is void.
pub(super) fn merge(own: &mut Vec<Posting>, lost: Vec<Posting>) {
    own.extend(lost);
    let end = |posting: &Posting| posting.to.unwrap_or(NaiveDate::MAX);
    for place in 0..own.len() {
        let inner = own[place].clone();
        own[place].void |= own.iter().enumerate().any(|(other, wide)| {
            other != place
                && !wide.void
                && wide.unit == inner.unit
                && wide.from <= inner.from
                && end(wide) >= end(&inner)
                // Of two that are the same, one stays.
                && ((wide.from, end(wide)) != (inner.from, end(&inner)) || other < place)
        });
    }
}

/// Of those present the first leads and lectures, and all others speak.
pub(super) fn spoke(list: &BTreeMap<usize, Status>) -> BTreeSet<(usize, &'static str)> {
    let present = list.iter().filter(|(_, status)| matches!(status, Status::OnTime | Status::Late));
    let mut spoke = BTreeSet::new();
    for (place, (person, _)) in present.enumerate() {
        spoke.extend(if place == 0 { vec![(*person, "led"), (*person, "lectured")] } else { vec![(*person, "spoke")] });
    }
    spoke
}

impl World {
    pub(super) fn spoke(&self, spoke: &BTreeSet<(usize, &str)>) -> Vec<(PersonId, SpokePart)> {
        let id = |person: usize| PersonId(self.model.people[person].id);
        spoke.iter().map(|(person, part)| (id(*person), SpokePart::from_code(part).unwrap())).collect()
    }
}

fn days(period: Period) -> impl Iterator<Item = NaiveDate> {
    period.from.iter_days().take_while(move |day| *day <= period.to)
}

impl Model {
    fn unit_exists(&self, unit: usize, day: NaiveDate) -> bool {
        self.merged.get(&unit).is_none_or(|from| day < *from)
    }

    pub(super) fn unit_answers(&self, inside: &dyn Fn(usize) -> bool, period: Period, answers: &mut Answers) {
        let here: Vec<usize> = (0..self.units.len()).filter(|unit| inside(*unit)).collect();
        let during = |is: &dyn Fn(usize, NaiveDate) -> bool| {
            here.iter().filter(|unit| days(period).any(|day| is(**unit, day))).count() as i64
        };
        let at_end =
            |is: &dyn Fn(usize, NaiveDate) -> bool| here.iter().filter(|unit| is(**unit, period.to)).count() as i64;
        let exists = |unit: usize, day: NaiveDate| self.unit_exists(unit, day);
        let covered = |unit: usize, day: NaiveDate| {
            self.unit_exists(unit, day) && self.groups.iter().any(|group| group.is_of(unit, day))
        };
        answers.insert("units.total", during(&exists));
        answers.insert("units.total_at", at_end(&exists));
        answers.insert("units.with_group", during(&covered));
        answers.insert("units.with_group_at", at_end(&covered));
    }

    pub(super) fn staff_answers(&self, inside: &dyn Fn(usize) -> bool, period: Period, answers: &mut Answers) {
        let (mut during, mut at_end, mut without) = (BTreeSet::new(), 0, 0);
        for day in days(period) {
            for (number, person) in self.people.iter().enumerate().filter(|(_, person)| !person.gone) {
                if !person.postings.iter().any(|posting| posting.holds(day) && inside(posting.unit)) {
                    continue;
                }
                during.insert(number);
                if day == period.to {
                    at_end += 1;
                    without += i64::from(!person.stays.iter().any(|stay| covers(stay, day)));
                }
            }
        }
        answers.insert("people.staff", during.len() as i64);
        answers.insert("people.staff_at", at_end);
        // All of them were born in 1990.
        answers.insert("people.young_staff", at_end);
        answers.insert("people.staff_without_group", without);
    }

    pub(super) fn spoke_answers(&self, inside: &dyn Fn(usize) -> bool, period: Period, answers: &mut Answers) {
        let (mut persons, mut led, mut lectured, mut times) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), 0);
        let sessions = self.sessions.iter().filter(|session| !session.void && period.contains(session.day));
        for session in sessions {
            for (person, part) in &session.spoke {
                let unit = self.counted(*person, session.day, self.default_group(session.host)).unwrap();
                if !inside(unit) {
                    continue;
                }
                persons.insert(*person);
                match *part {
                    "led" => drop(led.insert(*person)),
                    "lectured" => drop(lectured.insert(*person)),
                    _ => times += 1,
                }
            }
        }
        answers.insert("activities.spoke_persons", persons.len() as i64);
        answers.insert("activities.led_persons", led.len() as i64);
        answers.insert("activities.lectured_persons", lectured.len() as i64);
        answers.insert("activities.spoke_times", times);
    }

    pub(super) fn end_postings(&mut self, person: usize, last: NaiveDate) {
        for posting in &mut self.people[person].postings {
            if !posting.void && posting.from <= last && posting.to.is_none_or(|to| to > last) {
                posting.to = Some(last);
            }
        }
    }
}
