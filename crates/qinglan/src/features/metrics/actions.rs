//! A metric for a unit and a period, and the rows that it was computed from, with their names.

use std::collections::HashMap;

use chrono::NaiveDate;
use kernel::{Period, PersonId, RecordId, UnitId};
use ledger::{Books, Figure, FigureRow, Filter, Metric, in_parts};
use sea_orm::ConnectionTrait;
use serde::Serialize;

use crate::{
    app::{Actor, App},
    error::Result,
    features::{
        accounts::{Action, must},
        activities, external, groups, notes, notices, people, plans, units,
    },
};

/// What is asked of a metric.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Unit, with all under it.
    pub unit: UnitId,
    /// Period.
    pub period: Period,
    /// Position; the present one if none.
    pub position: Option<i64>,
    /// The day of the tree, if not the period's last.
    pub tree_day: Option<NaiveDate>,
    /// Further filter.
    pub filter: Filter,
}

/// A figure, its position, and its rows by name.
#[derive(Debug)]
pub struct Shown {
    /// The figure.
    pub figure: Figure,
    /// The position that it holds at.
    pub position: i64,
    /// Its rows.
    pub rows: Vec<ShownRow>,
}

/// What a row adds to its figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// In the smallest unit.
    pub small: i64,
    /// So many of which are one of the figure's.
    pub per: i64,
}

impl Amount {
    /// As a number of the figure's unit.
    pub fn number(self) -> f64 {
        self.small as f64 / self.per as f64
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&in_parts(self.small, self.per))
    }
}

impl Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        if self.per == 1 { to.serialize_i64(self.small) } else { to.serialize_f64(self.number()) }
    }
}

/// One row by name.
#[derive(Clone, Debug, Serialize)]
pub struct ShownRow {
    /// 0, or 1 for the rows that a rate divides by.
    pub part: usize,
    /// The day; of a person or unit its first.
    pub day: NaiveDate,
    /// The unit it counts to.
    pub unit: String,
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The record's key.
    pub record: i64,
    /// Where the record is shown: `/activities/12`.
    #[serde(skip)]
    pub href: Option<String>,
    /// The record's title: of several, the first one's.
    pub title: String,
    /// How many records stand behind the row.
    pub records: usize,
    /// What the row adds to the figure: 1, of a sum its quantity.
    pub quantity: Amount,
    /// Positions of its entries.
    pub entries: Vec<i64>,
}

/// Computes a figure; with `rows`, names what stands behind it.
pub async fn show(app: &App, actor: &Actor, metric: &Metric, asked: &Asked, rows: bool) -> Result<Shown> {
    must(&app.db, actor, Action::Figures, asked.unit).await?;
    let kinds: Vec<&str> = metric.parts().flat_map(|part| &part.kinds).map(String::as_str).collect();
    let books =
        Books::open(&app.db, &app.kinds, &kinds, asked.unit, asked.period, asked.position, asked.tree_day).await?;
    let figure = books.figure(metric, asked.unit, asked.period, &asked.filter)?;
    let rows = if rows { named(&app.db, &figure.rows(), metric.per).await? } else { Vec::new() };
    Ok(Shown { figure, position: books.position, rows })
}

/// The rows with the names of units, people and records, in a few set-based queries.
pub(crate) async fn named(conn: &impl ConnectionTrait, rows: &[FigureRow], per: i64) -> Result<Vec<ShownRow>> {
    let lines = || rows.iter().filter_map(|row| row.lines.first());
    let unit_ids: Vec<UnitId> = unique(lines().map(|line| line.unit));
    let person_ids: Vec<PersonId> = unique(lines().filter_map(|line| line.person));
    let record_ids: Vec<RecordId> = unique(lines().map(|line| line.record));
    let titles = titles(conn, &record_ids).await?;
    let hosts = unique(titles.values().filter_map(|(_, host, _)| *host).chain(unit_ids));
    let units = units::by_ids(conn, &hosts).await?;
    let people = people::store::by_ids(conn, &person_ids).await?;
    let shown = rows.iter().filter_map(|row| {
        let first = row.lines.first()?;
        let (title, host, folder) = titles.get(&first.record).cloned().unwrap_or_default();
        let href = folder.map(|folder| match (folder, first.person) {
            ("people", Some(person)) => format!("/people/{person}"),
            _ => format!("/{folder}/{}", first.record),
        });
        // A joint session stands under its host, where the host is among the units that the figure counts.
        let unit = host.filter(|host| row.lines.iter().any(|line| line.unit == *host)).unwrap_or(first.unit);
        Some(ShownRow {
            part: row.part,
            day: first.day,
            unit: units.get(&unit).map_or_else(String::new, |unit| unit.name.clone()),
            person: first.person.map(|id| people.get(&id).map_or_else(String::new, |person| person.name.clone())),
            record: first.record.0,
            href,
            title,
            records: unique(row.lines.iter().map(|line| line.record)).len(),
            quantity: Amount { small: row.counts, per },
            entries: row.lines.iter().map(|line| line.seq).collect(),
        })
    });
    Ok(shown.collect())
}

/// A record's title, an activity's host, and the folder of pages that shows it.
type Titled = (String, Option<UnitId>, Option<&'static str>);

async fn titles(conn: &impl ConnectionTrait, records: &[RecordId]) -> Result<HashMap<RecordId, Titled>> {
    let held = activities::store::titles(conn, records).await?;
    let mut titles: HashMap<RecordId, Titled> =
        held.into_iter().map(|(record, (title, host))| (record, (title, Some(host), Some("activities")))).collect();
    let groups: Vec<kernel::GroupId> = records.iter().map(|record| kernel::GroupId(record.0)).collect();
    let groups = groups::store::by_ids(conn, &groups).await?;
    titles.extend(groups.into_iter().map(|(id, group)| (id.into(), (group.name, None, Some("groups")))));
    let members = people::store::group_names_of_memberships(conn, records).await?;
    titles.extend(members.into_iter().map(|(record, name)| (record, (name, None, Some("people")))));
    let results = external::store::titles(conn, records).await?;
    titles.extend(results.into_iter().map(|(record, (title, of_class))| {
        (record, (title, None, Some(if of_class { "external/classes" } else { "external" })))
    }));
    let notes = notes::store::titles(conn, records).await?;
    titles.extend(notes.into_iter().map(|(record, title)| (record, (title, None, Some("notes")))));
    let readings = plans::store::titles(conn, records).await?;
    titles.extend(readings.into_iter().map(|(record, title)| (record, (title, None, None))));
    let duties = notices::store::titles(conn, records).await?;
    titles.extend(duties.into_iter().map(|(record, title)| (record, (title, None, Some("notices/duties")))));
    Ok(titles)
}

/// The title of each record, and the page that shows it.
pub(crate) async fn titled(
    conn: &impl ConnectionTrait,
    records: &[RecordId],
) -> Result<HashMap<RecordId, (String, Option<String>)>> {
    let titles = titles(conn, &unique(records.iter().copied())).await?;
    let shown = titles.into_iter().map(|(record, (title, _, folder))| {
        let href = folder.filter(|folder| *folder != "people").map(|folder| format!("/{folder}/{record}"));
        (record, (title, href))
    });
    Ok(shown.collect())
}

/// Hides who the people behind rows are from those who may see figures and not people: unit, day, one person.
pub fn mask(rows: &mut [ShownRow], one_person: &str) {
    for row in rows {
        if let Some(person) = &mut row.person {
            one_person.clone_into(person);
            row.href = row
                .href
                .take()
                .filter(|href| !["/people/", "/external/", "/notes/"].iter().any(|of| href.starts_with(of)));
        }
    }
}

/// Whether the actor may see the people behind the rows of a unit.
pub async fn sees_people(app: &App, actor: &Actor, unit: UnitId) -> Result<bool> {
    let scope = actor.scope(Action::People);
    Ok(scope.all || scope.covers(units::places::of(&app.db, unit).await?.map(|(place, _)| place)))
}

fn unique<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.collect::<std::collections::BTreeSet<T>>().into_iter().collect()
}
