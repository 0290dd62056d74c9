//! The sessions that a group held, out of the ledger: those hosted in its name, and those its units hosted in no group's name.

use std::collections::HashMap;

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

/// The sessions of the month up to today, the newest first.
pub(super) async fn of_month(app: &App, group: &Group, sharing: &[UnitId], today: NaiveDate) -> Result<Vec<Session>> {
    let units: Vec<UnitId> = std::iter::once(group.unit).chain(sharing.iter().copied()).collect();
    let defaults = store::default_groups(&app.db, &units).await?;
    let year = Period { from: today.with_ordinal(1).unwrap_or(today), to: today };
    let month = Period { from: today.with_day(1).unwrap_or(today), to: today };
    let hosted = app.metrics.get("activities.hosted")?;
    let mut held: HashMap<RecordId, (UnitId, NaiveDate)> = HashMap::new();
    for unit in units {
        let books = metrics::open(app, unit, year, None, None).await?;
        let figure = books.figure(hosted, unit, month, &Filter::default())?;
        held.extend(figure.lines().filter(|line| line.unit == unit).map(|line| (line.record, (line.unit, line.day))));
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
