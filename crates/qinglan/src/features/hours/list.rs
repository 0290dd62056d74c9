//! What people under a unit learned, read from the ledger: hours by source, including people without any.

use std::collections::HashMap;

use desk::{app::App, error::Result};
use federation::{people, units};
use figures::metrics;
use kernel::{Period, PersonId, UnitId};
use ledger::Filter;
use serde::Serialize;

/// A person's hours of a period, in tenths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The person.
    pub id: i64,
    /// Name.
    pub name: String,
    /// The unit for which the latest entry is counted.
    pub unit: String,
    /// The total.
    pub total: i64,
    /// At sessions.
    pub session: i64,
    /// On other platforms.
    pub external: i64,
    /// From materials.
    pub reading: i64,
    /// For notes.
    pub note: i64,
    /// The unit's key.
    #[serde(skip)]
    pub at: UnitId,
}

impl Line {
    fn add(&mut self, source: &str, tenths: i64) {
        self.total += tenths;
        match source {
            "session" => self.session += tenths,
            "external" => self.external += tenths,
            "reading" => self.reading += tenths,
            _ => self.note += tenths,
        }
    }
}

/// The hours of everybody who was a member under a unit in a period or learned something that counts there; without names.
pub async fn under(app: &App, unit: UnitId, period: Period) -> Result<Vec<Line>> {
    let books = metrics::open(app, unit, period, None, None).await?;
    let every = Filter::default();
    let (hours, members) = (app.metrics().get("learning.hours")?, app.metrics().get("people.members")?);
    let hours = books.figure(&hours, unit, period, &every)?;
    let members = books.figure(&members, unit, period, &every)?;
    let mut found: HashMap<PersonId, (Line, UnitId, chrono::NaiveDate)> = HashMap::new();
    let mut meet = |person: PersonId, at: UnitId, day| {
        let nothing = Line {
            id: person.0,
            name: String::new(),
            unit: String::new(),
            total: 0,
            session: 0,
            external: 0,
            reading: 0,
            note: 0,
            at,
        };
        let met = found.entry(person).or_insert((nothing, at, day));
        if day >= met.2 {
            (met.1, met.2) = (at, day);
        }
        met.0.id
    };
    for line in members.lines().chain(hours.lines()) {
        if let Some(person) = line.person {
            meet(person, line.unit, line.day);
        }
    }
    for line in hours.lines() {
        let source = books.books.facets(line).and_then(|facets| facets.get("source")).unwrap_or_default().to_owned();
        if let Some((known, ..)) = line.person.and_then(|person| found.get_mut(&person)) {
            known.add(&source, line.quantity);
        }
    }
    Ok(found.into_values().map(|(line, at, _)| Line { at, ..line }).collect())
}

/// Adds the names of people and units to lines.
pub async fn name(app: &App, lines: &mut [Line]) -> Result<()> {
    let ids: Vec<PersonId> = lines.iter().map(|line| PersonId(line.id)).collect();
    let mut names = people::store::by_ids(&app.db, &ids).await?;
    let at: Vec<UnitId> = lines.iter().map(|line| line.at).collect();
    let named = units::by_ids(&app.db, &at).await?;
    for line in lines {
        line.name = names.remove(&PersonId(line.id)).map(|person| person.name).unwrap_or_default();
        line.unit = named.get(&line.at).map(|unit| unit.name.clone()).unwrap_or_default();
    }
    Ok(())
}

/// Sorts a list of hours.
pub fn sort(lines: &mut [Line], by: &str, rising: bool) {
    lines.sort_by(|one, other| {
        let order = match by {
            "name" => one.name.cmp(&other.name),
            "unit" => one.unit.cmp(&other.unit),
            _ => one.total.cmp(&other.total),
        };
        let order = order.then(one.id.cmp(&other.id));
        if rising { order } else { order.reverse() }
    });
}
