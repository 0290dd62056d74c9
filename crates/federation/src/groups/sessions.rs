//! The sessions that groups held, read from the ledger: those hosted in a group's name, and those hosted by its units in no
//! group's name.

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike, NaiveDate};
use desk::{app::App, counting::counts, error::Result};
use kernel::{GroupId, Period, RecordId, UnitId};
use serde::Serialize;

use super::store::{self, Group};

/// One session.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Session {
    id: i64,
    title: String,
    day: NaiveDate,
}

/// Sessions, each with its hosting unit and its day.
type Hosted = HashMap<RecordId, (UnitId, NaiveDate)>;

/// Sessions of the month up to today that were hosted at or under units, each once. The books are opened once for all of
/// the units; for a single unit they are the books of the year, which other figures of the same page use as well.
async fn hosted(app: &App, units: &[UnitId], today: NaiveDate) -> Result<Hosted> {
    if units.is_empty() {
        return Ok(Hosted::new());
    }
    let year = Period { from: today.with_ordinal(1).unwrap_or(today), to: today };
    let month = Period { from: today.with_day(1).unwrap_or(today), to: today };
    let counted = counts(app)?.records(app, "activities.hosted", units, year, month).await?;
    Ok(counted.into_iter().map(|counted| (counted.record, (counted.unit, counted.day))).collect())
}

/// Sessions by the group that held them: the one in whose name it was hosted, else the default group of the hosting unit.
async fn by_group(app: &App, hosted: &Hosted) -> Result<HashMap<GroupId, Vec<RecordId>>> {
    let records: Vec<RecordId> = hosted.keys().copied().collect();
    let in_name_of = store::hosts(&app.db, &records).await?;
    let units: BTreeSet<UnitId> = hosted.values().map(|(unit, _)| *unit).collect();
    let defaults = store::default_groups(&app.db, &units.into_iter().collect::<Vec<_>>()).await?;
    let mut held: HashMap<GroupId, Vec<RecordId>> = HashMap::new();
    for (record, (unit, _)) in hosted {
        let default = || defaults.get(unit).map(|group| group.id);
        if let Some(group) = in_name_of.get(record).copied().or_else(default) {
            held.entry(group).or_default().push(*record);
        }
    }
    Ok(held)
}

/// How many sessions of the month each group held and each unit hosted.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// By group.
    pub by_group: HashMap<GroupId, i64>,
    /// By unit, whichever group's name they were hosted in.
    pub by_unit: HashMap<UnitId, i64>,
}

/// The sessions of the month up to today of the groups under a unit.
pub async fn held_under(app: &App, unit: UnitId, today: NaiveDate) -> Result<Held> {
    held_under_any(app, &[unit], today).await
}

/// The same for several units, one of which may be under another. Sessions hosted by units elsewhere that share the groups
/// are counted for the groups, not for the units.
pub(super) async fn held_under_any(app: &App, units: &[UnitId], today: NaiveDate) -> Result<Held> {
    let mut sessions = hosted(app, units, today).await?;
    let mut by_unit: HashMap<UnitId, i64> = HashMap::new();
    for (unit, _) in sessions.values() {
        *by_unit.entry(*unit).or_default() += 1;
    }
    let sharing = store::sharing_under(&app.db, units).await?;
    sessions.extend(hosted(app, &sharing, today).await?);
    let by_group = by_group(app, &sessions).await?;
    Ok(Held { by_group: by_group.into_iter().map(|(group, held)| (group, held.len() as i64)).collect(), by_unit })
}

/// The sessions of the month up to today, the newest first.
pub(super) async fn of_month(app: &App, group: &Group, today: NaiveDate) -> Result<Vec<Session>> {
    let hosted = hosted(app, &store::units_of(&app.db, group).await?, today).await?;
    let held = by_group(app, &hosted).await?.remove(&group.id).unwrap_or_default();
    let mut titles = app.titles(&held).await?;
    let sessions = held.into_iter().filter_map(|record| {
        let (_, day) = *hosted.get(&record)?;
        let title = titles.remove(&record).map(|title| title.text).unwrap_or_default();
        Some(Session { id: record.0, title, day })
    });
    let mut sessions: Vec<Session> = sessions.collect();
    sessions.sort_by_key(|session| std::cmp::Reverse((session.day, session.id)));
    Ok(sessions)
}
