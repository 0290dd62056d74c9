//! The standing of people on a day: the unit that they are counted for, and the facets for a fact about them.

use std::collections::HashMap;

use chrono::NaiveDate;
use kernel::{GroupId, PersonId, UnitId};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    model::{Facts, Posting, Span},
    rules, store,
};
use crate::{groups, units};

/// The standing of one person on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stood {
    /// The unit of the person's group, else the person's own unit.
    pub unit: UnitId,
    /// That unit's level.
    pub level: String,
    /// `yes`, `no`, `unknown`.
    pub party: &'static str,
    /// `yes`, `no`, `unknown`.
    pub youth: &'static str,
    /// `female`, `male`, `unknown`.
    pub sex: &'static str,
}

/// All data needed to compute the standing of some people, read in a few queries.
#[derive(Debug)]
pub struct Standings {
    spans: HashMap<PersonId, Vec<(GroupId, Span)>>,
    facts: HashMap<PersonId, Facts>,
    postings: HashMap<PersonId, Vec<Posting>>,
    levels: HashMap<UnitId, String>,
}

impl Standings {
    /// Reads the data about the people.
    pub async fn read(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Self, DbErr> {
        let mut postings: HashMap<PersonId, Vec<Posting>> = HashMap::new();
        let mut unit_ids = Vec::new();
        for posting in store::postings_of(conn, people).await? {
            unit_ids.push(posting.unit);
            postings.entry(posting.person).or_default().push(posting);
        }
        let units = units::by_ids(conn, &unit_ids).await?;
        let levels = units.into_iter().filter_map(|(id, unit)| Some((id, unit.level?))).collect();
        Ok(Self {
            spans: store::spans_of(conn, people).await?,
            facts: store::facts(conn, people).await?,
            postings,
            levels,
        })
    }

    /// Replaces the spans of a person.
    pub fn set_spans(&mut self, person: PersonId, spans: Vec<(GroupId, Span)>) {
        self.spans.insert(person, spans);
    }

    /// A person's standing on a day, or on the first day after it, up to `last`, for which something is known.
    pub fn on_or_first_until(&self, person: PersonId, day: NaiveDate, last: NaiveDate) -> Option<Stood> {
        if let Some(standing) = self.on(person, day, None) {
            return Some(standing);
        }
        let spans = self.spans.get(&person).into_iter().flatten().map(|(_, span)| span.days.from);
        let postings = self.postings.get(&person).into_iter().flatten().map(|posting| posting.days.from);
        let first = spans.chain(postings).filter(|from| *from > day && *from <= last).min()?;
        self.on(person, first, None)
    }

    /// A person's standing on a day, for a group if the person was its member then; `None` if nothing is known.
    pub fn on(&self, person: PersonId, day: NaiveDate, group: Option<GroupId>) -> Option<Stood> {
        let spans = self.spans.get(&person).map(Vec::as_slice).unwrap_or_default();
        let mut then = spans.iter().filter(|(_, span)| span.days.contains(day));
        let first = then.clone().next();
        let span = then.find(|(of, _)| Some(*of) == group).or(first).map(|(_, span)| span);
        if let Some(span) = span {
            let unit = span.unit;
            return Some(Stood {
                unit,
                level: span.level.clone(),
                party: span.party,
                youth: span.youth,
                sex: span.sex,
            });
        }
        let posting = self.postings.get(&person)?.iter().find(|posting| posting.days.contains(day))?;
        let facts = self.facts.get(&person)?.on(day);
        let (party, youth, sex) = rules::standing(&facts, groups::actions::AGE_LIMIT);
        let level = self.levels.get(&posting.unit).cloned().unwrap_or_else(|| "outside".to_owned());
        Some(Stood { unit: posting.unit, level, party, youth, sex })
    }
}
