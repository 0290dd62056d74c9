//! The sessions that a group held, out of the ledger: those hosted in its name, and those its units hosted in no group's name.

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike, NaiveDate};
use kernel::{GroupId, Period, RecordId, UnitId};
use ledger::Filter;
use serde::Serialize;

use super::store::{self, Group};
use crate::{
    app::App,
    error::Result,
    features::{activities, metrics},
};

/// One session.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Session {
    id: i64,
    title: String,
    day: NaiveDate,
}

/// Sessions of the month up to today that were hosted at or under a unit, each with the unit that hosted it and its day.
async fn hosted(app: &App, unit: UnitId, today: NaiveDate) -> Result<HashMap<RecordId, (UnitId, NaiveDate)>> {
    let year = Period { from: today.with_ordinal(1).unwrap_or(today), to: today };
    let month = Period { from: today.with_day(1).unwrap_or(today), to: today };
    let books = metrics::open(app, unit, year, None, None).await?;
    let figure = books.figure(app.metrics.get("activities.hosted")?, unit, month, &Filter::default())?;
    Ok(figure.lines().map(|line| (line.record, (line.unit, line.day))).collect())
}

/// How many sessions of the month each group held, and each unit hosted.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// By group.
    pub by_group: HashMap<GroupId, i64>,
    /// By unit, in whatever group's name.
    pub by_unit: HashMap<UnitId, i64>,
}

/// The sessions of the month up to today under a unit, by group: in its name, or in no group's name at its unit.
pub async fn held_under(app: &App, unit: UnitId, today: NaiveDate) -> Result<Held> {
    let hosted = hosted(app, unit, today).await?;
    let records: Vec<RecordId> = hosted.keys().copied().collect();
    let in_name_of = store::hosts(&app.db, &records).await?;
    let units: BTreeSet<UnitId> = hosted.values().map(|(unit, _)| *unit).collect();
    let defaults = store::default_groups(&app.db, &units.into_iter().collect::<Vec<_>>()).await?;
    let mut held = Held::default();
    for (record, (unit, _)) in hosted {
        *held.by_unit.entry(unit).or_default() += 1;
        let default = || defaults.get(&unit).map(|group| group.id);
        if let Some(group) = in_name_of.get(&record).copied().or_else(default) {
            *held.by_group.entry(group).or_default() += 1;
        }
    }
    Ok(held)
}

/// The sessions of the month up to today, the newest first.
pub(super) async fn of_month(app: &App, group: &Group, sharing: &[UnitId], today: NaiveDate) -> Result<Vec<Session>> {
    let units: Vec<UnitId> = std::iter::once(group.unit).chain(sharing.iter().copied()).collect();
    let defaults = store::default_groups(&app.db, &units).await?;
    let mut held: HashMap<RecordId, (UnitId, NaiveDate)> = HashMap::new();
    for unit in units {
        held.extend(hosted(app, unit, today).await?.into_iter().filter(|(_, (of, _))| *of == unit));
    }
    let records: Vec<RecordId> = held.keys().copied().collect();
    let in_name_of = store::hosts(&app.db, &records).await?;
    let mut titles = activities::store::titles(&app.db, &records).await?;
    let mut sessions = Vec::new();
    for (record, (unit, day)) in held {
        let of: Option<GroupId> = in_name_of.get(&record).copied();
        let of = of.or_else(|| defaults.get(&unit).map(|default| default.id));
        if of == Some(group.id) {
            let title = titles.remove(&record).map(|(title, _)| title).unwrap_or_default();
            sessions.push(Session { id: record.0, title, day });
        }
    }
    sessions.sort_by_key(|session| std::cmp::Reverse((session.day, session.id)));
    Ok(sessions)
}
