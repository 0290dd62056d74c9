//! Computes a metric for a unit and a period, and the rows that it was computed from, with their names.

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    feature::Title,
};
use federation::{
    people,
    scope::{self, must},
    units,
};
use kernel::{DAY_ONE, Period, PersonId, RecordId, UnitId};
use ledger::{Books, Figure, FigureRow, Filter, Metric, Place, in_parts};
use serde::Serialize;

/// The parameters of a figure.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The unit, with or without what is under it.
    pub place: Place,
    /// Period.
    pub period: Period,
    /// Position; the current one if `None`.
    pub position: Option<i64>,
    /// The day of the tree, if not the period's last.
    pub tree_day: Option<NaiveDate>,
    /// Further filter.
    pub filter: Filter,
}

/// A figure, its position, and its rows with names.
#[derive(Debug)]
pub struct Shown {
    /// The figure.
    pub figure: Figure,
    /// The position that it was computed at.
    pub position: i64,
    /// Its rows.
    pub rows: Vec<ShownRow>,
}

/// The amount that a row adds to its figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// In the smallest unit.
    pub small: i64,
    /// How many of them make one unit of the figure.
    pub per: i64,
}

impl Amount {
    /// As a number in the figure's unit.
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

/// One row with names.
#[derive(Clone, Debug, Serialize)]
pub struct ShownRow {
    /// 0, or 1 for the rows that a rate divides by.
    pub part: usize,
    /// The day; for a person or unit the first one.
    pub day: NaiveDate,
    /// The unit that it is counted for.
    pub unit: String,
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The record's key.
    pub record: i64,
    /// The page of the record: `/activities/12`.
    #[serde(skip)]
    pub href: Option<String>,
    /// Whether that page is only for those who may see people.
    #[serde(skip)]
    pub personal: bool,
    /// The record's title; the first one's if there are several.
    pub title: String,
    /// How many records the row has.
    pub records: usize,
    /// What the row adds to the figure: 1, or its quantity in a sum.
    pub quantity: Amount,
    /// Positions of its entries.
    pub entries: Vec<i64>,
}

impl ShownRow {
    /// The day as pages and files show it: none for what has no first day, such as a unit that has always been there.
    pub fn day_text(&self) -> String {
        if self.day == DAY_ONE { "—".to_owned() } else { self.day.to_string() }
    }
}

/// Computes a figure; if `rows` is true, also its rows with names.
pub async fn show(app: &App, actor: &Actor, metric: &Metric, asked: &Asked, rows: bool) -> Result<Shown> {
    let unit = asked.place.unit();
    must(&app.db, actor, Action::Figures, unit).await?;
    let kinds: Vec<&str> = metric.kinds().collect();
    let books = Books::open(&app.db, &app.kinds(), &kinds, unit, asked.period, asked.position, asked.tree_day).await?;
    let figure = books.figure(metric, asked.place, asked.period, &asked.filter)?;
    let rows = if rows { with_names(app, &figure.rows(), metric.per).await? } else { Vec::new() };
    Ok(Shown { figure, position: books.position, rows })
}

/// The rows with the names of units, people and records, in a few set-based queries.
pub(crate) async fn with_names(app: &App, rows: &[FigureRow], per: i64) -> Result<Vec<ShownRow>> {
    let lines = || rows.iter().filter_map(|row| row.lines.first());
    let unit_ids: Vec<UnitId> = unique(lines().map(|line| line.unit));
    let person_ids: Vec<PersonId> = unique(lines().filter_map(|line| line.person));
    let record_ids: Vec<RecordId> = unique(lines().map(|line| line.record));
    let titles = app.titles(&record_ids).await?;
    let hosts = unique(titles.values().filter_map(|title| title.host).chain(unit_ids));
    let units = units::by_ids(&app.db, &hosts).await?;
    let people = people::store::by_ids(&app.db, &person_ids).await?;
    let shown = rows.iter().filter_map(|row| {
        let first = row.lines.first()?;
        let Title { text: title, host, href, personal } = titles.get(&first.record).cloned().unwrap_or_default();
        // A record that is about a person and has no page of its own links to the person.
        let href = href.or_else(|| first.person.filter(|_| personal).map(|person| format!("/people/{person}")));
        // A joint session is listed under its host, if the host is among the units that the figure counts.
        let unit = host.filter(|host| row.lines.iter().any(|line| line.unit == *host)).unwrap_or(first.unit);
        Some(ShownRow {
            part: row.part,
            day: first.day,
            unit: units.get(&unit).map_or_else(String::new, |unit| unit.name.clone()),
            person: first.person.map(|id| people.get(&id).map_or_else(String::new, |person| person.name.clone())),
            record: first.record.0,
            href,
            personal,
            title,
            records: unique(row.lines.iter().map(|line| line.record)).len(),
            quantity: Amount { small: row.counts, per },
            entries: row.lines.iter().map(|line| line.seq).collect(),
        })
    });
    Ok(shown.collect())
}

/// Hides the people in the rows from those who may see figures but not people: what is left is the unit, the day, and that
/// it is one person.
pub fn mask(rows: &mut [ShownRow], one_person: &str) {
    for row in rows {
        if let Some(person) = &mut row.person {
            one_person.clone_into(person);
            row.href = row.href.take().filter(|_| !row.personal);
            if row.personal {
                // Of a note the title, in which anybody may be named.
                row.title.clear();
            }
        }
    }
}

/// Whether the actor may see the people in the rows of a unit.
pub async fn sees_people(app: &App, actor: &Actor, unit: UnitId) -> Result<bool> {
    let scope = actor.scope(Action::People);
    Ok(scope.all || scope.covers(scope::places::of_unit(&app.db, unit).await?.map(|(place, _)| place)))
}

fn unique<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.collect::<std::collections::BTreeSet<T>>().into_iter().collect()
}
