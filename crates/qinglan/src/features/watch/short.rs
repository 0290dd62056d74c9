//! What is missing under a unit, computed from the ledger: group by group, with the people and the days.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use desk::{actor::Scope, app::App, error::Result};
use federation::groups::{self, Group};
use figures::metrics;
use kernel::{GroupId, Period, PersonId, RecordId, UnitId, last_of_month};
use ledger::Filter;
use serde::Serialize;

use super::rules::{below, wanted_by};
use crate::features::activities::agenda;

/// Sessions of the month that a group is missing.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Sessions {
    pub(super) held: i64,
    pub(super) least: i64,
    /// Sessions announced for the rest of the month.
    pub(super) ahead: Vec<(i64, String, String)>,
}

/// A person who missed sessions: on which days, and of how many.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Missed {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) days: Vec<String>,
    pub(super) due: i64,
}

/// A rate of the year that is below its minimum.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Rate {
    pub(super) present: i64,
    pub(super) due: i64,
    pub(super) least: i64,
    pub(super) missed: Vec<Missed>,
}

/// A person who has fewer hours than the yearly rule requires by now.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Behind {
    pub(super) id: i64,
    pub(super) name: String,
    /// Tenths.
    pub(super) has: i64,
    /// Tenths.
    pub(super) wanted: i64,
}

/// A group and what it is missing.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Short {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) unit_id: i64,
    pub(super) sessions: Option<Sessions>,
    pub(super) rate: Option<Rate>,
    pub(super) least_hours: i64,
    pub(super) behind: Vec<Behind>,
}

impl Short {
    /// Whether something of a kind is missing: `sessions`, `rate`, `hours`, or anything.
    fn lacks(&self, kind: &str) -> bool {
        match kind {
            "sessions" => self.sessions.is_some(),
            "rate" => self.rate.is_some(),
            "hours" => !self.behind.is_empty(),
            _ => self.sessions.is_some() || self.rate.is_some() || !self.behind.is_empty(),
        }
    }

    /// Keeps only what is of a kind.
    fn only(mut self, kind: &str) -> Self {
        if !matches!(kind, "" | "sessions") {
            self.sessions = None;
        }
        if !matches!(kind, "" | "rate") {
            self.rate = None;
        }
        if !matches!(kind, "" | "hours") {
            self.behind.clear();
        }
        self
    }
}

/// A person's sessions of a year: due, present, and the days missed and not made up.
#[derive(Default)]
struct Year {
    due: i64,
    present: i64,
    missed: BTreeMap<RecordId, NaiveDate>,
    made_up: HashSet<RecordId>,
}

/// The attendance of everybody in this year, by person, and everybody's hours.
struct AttendanceOfYear {
    years: HashMap<PersonId, Year>,
    hours: HashMap<PersonId, i64>,
}

async fn attendance_of_year(app: &App, unit: UnitId, today: NaiveDate) -> Result<AttendanceOfYear> {
    let period = Period { from: today.with_ordinal(1).unwrap_or(today), to: today };
    let books = metrics::open(app, unit, period, None, None).await?;
    let every = Filter::default();
    let mut years: HashMap<PersonId, Year> = HashMap::new();
    for key in ["activities.due", "activities.made_up"] {
        let metric = app.metrics().get(key)?;
        let figure = books.figure(&metric, unit, period, &every)?;
        for line in figure.lines() {
            let Some(person) = line.person else { continue };
            let year = years.entry(person).or_default();
            match books.books.facets(line).and_then(|facets| facets.get("status")) {
                Some("made_up") => {
                    year.made_up.insert(line.record);
                }
                Some("on_time" | "late") => {
                    year.due += 1;
                    year.present += 1;
                }
                _ => {
                    year.due += 1;
                    year.missed.insert(line.record, line.day);
                }
            }
        }
    }
    let metric = app.metrics().get("learning.hours")?;
    let figure = books.figure(&metric, unit, period, &every)?;
    let mut hours: HashMap<PersonId, i64> = HashMap::new();
    for line in figure.lines() {
        if let Some(person) = line.person {
            *hours.entry(person).or_default() += line.quantity;
        }
    }
    Ok(AttendanceOfYear { years, hours })
}

/// The groups of a scope under a unit that are missing something of a kind, in the order of the tree.
pub(super) async fn under(app: &App, scope: &Scope, unit: UnitId, today: NaiveDate, kind: &str) -> Result<Vec<Short>> {
    let open = groups::store::open_under(&app.db, unit, today).await?;
    let open: Vec<Group> = open
        .into_iter()
        .filter(|(group, place)| scope.covers_record(Some(*place), Some(group.id)))
        .map(|(group, _)| group)
        .collect();
    let ids: Vec<GroupId> = open.iter().map(|group| group.id).collect();
    let held = groups::sessions::held_under(app, unit, today).await?;
    let ahead = agenda::ahead(&app.db, unit, (today, last_of_month(today))).await?;
    let attendance = attendance_of_year(app, unit, today).await?;
    let mut members: HashMap<GroupId, Vec<(PersonId, String, NaiveDate)>> = HashMap::new();
    for (group, person, name, since) in groups::store::members_of(&app.db, &ids, today).await? {
        members.entry(group).or_default().push((person, name, since));
    }
    let units: Vec<UnitId> = open.iter().map(|group| group.unit).collect();
    let named = federation::units::by_ids(&app.db, &units).await?;
    let nobody = Vec::new();
    let mut found = Vec::new();
    for group in open {
        let of_group = members.get(&group.id).unwrap_or(&nobody);
        let sessions = held.by_group.get(&group.id).copied().unwrap_or(0);
        let short = Short {
            id: group.id.0,
            unit: named.get(&group.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
            unit_id: group.unit.0,
            sessions: (sessions < group.least_sessions_month && !of_group.is_empty()).then(|| Sessions {
                held: sessions,
                least: group.least_sessions_month,
                ahead: ahead
                    .iter()
                    .filter(|one| match one.group_id {
                        Some(id) => id == group.id.0,
                        None => group.is_default && one.unit_id == group.unit.0,
                    })
                    .map(|one| (one.id, one.title.clone(), one.day.to_string()))
                    .collect(),
            }),
            rate: rate(&group, of_group, &attendance.years),
            least_hours: group.least_hours_year,
            behind: behind(&group, of_group, &attendance.hours, today),
            name: group.name,
        };
        if short.lacks(kind) {
            found.push(short.only(kind));
        }
    }
    Ok(found)
}

fn rate(group: &Group, members: &[(PersonId, String, NaiveDate)], years: &HashMap<PersonId, Year>) -> Option<Rate> {
    let each = || members.iter().filter_map(|(person, name, _)| Some((person, name, years.get(person)?)));
    let (present, due) = each().fold((0, 0), |(present, due), (.., year)| (present + year.present, due + year.due));
    if !below(present, due, group.least_rate) {
        return None;
    }
    let mut missed: Vec<Missed> = each()
        .map(|(person, name, year)| {
            let mut days: Vec<NaiveDate> =
                year.missed.iter().filter(|(record, _)| !year.made_up.contains(record)).map(|(_, day)| *day).collect();
            days.sort_unstable();
            let days = days.into_iter().map(|day| day.to_string()).collect();
            Missed { id: person.0, name: name.clone(), days, due: year.due }
        })
        .filter(|missed| !missed.days.is_empty())
        .collect();
    missed.sort_by(|one, other| other.days.len().cmp(&one.days.len()).then(one.name.cmp(&other.name)));
    Some(Rate { present, due, least: group.least_rate, missed })
}

fn behind(
    group: &Group,
    members: &[(PersonId, String, NaiveDate)],
    hours: &HashMap<PersonId, i64>,
    today: NaiveDate,
) -> Vec<Behind> {
    if group.least_hours_year == 0 {
        return Vec::new();
    }
    let each = members.iter().map(|(person, name, since)| Behind {
        id: person.0,
        name: name.clone(),
        has: hours.get(person).copied().unwrap_or(0),
        wanted: wanted_by(group.least_hours_year, today, *since),
    });
    let mut behind: Vec<Behind> = each.filter(|one| one.has < one.wanted).collect();
    behind.sort_by_key(|one| one.has - one.wanted);
    behind
}
