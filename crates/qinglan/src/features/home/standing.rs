//! A unit's figures: the pillars with their months, and the groups that have too few sessions this month.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use desk::{
    app::App,
    error::{AppError, Result},
    ui::pages::grouped,
};
use federation::groups;
use figures::metrics::{self, Address, Opened, pages::text};
use kernel::{GroupId, Period, UnitId, last_of_month};
use ledger::Filter;
use quick_cache::sync::Cache;
use serde::Serialize;

/// A figure with the address of its rows.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Shown {
    text: String,
    href: String,
    none: bool,
}

/// A month of a sparkline: its height from 0 to 100 per cent of the highest month, and whether it is the current one.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Month {
    x: String,
    y: String,
    height: String,
    now: bool,
    zero: bool,
}

/// A pillar's figures.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Pillar {
    code: &'static str,
    number: usize,
    occasions: Shown,
    person_times: Shown,
    persons: Shown,
    last_year: String,
    months: Vec<Month>,
}

/// The pillars in their order.
const PILLARS: [&str; 4] = ["wheel", "station", "stage", "firewall"];

fn shown(app: &App, books: &Opened, key: &str, unit: UnitId, period: Period, filter: &Filter) -> Result<Shown> {
    let metric = app.metrics().get(key)?;
    let value = books.value(&metric, unit, period, filter)?;
    let address = Address { key, place: unit.into(), period, filter, position: None, version: None, report: None };
    Ok(Shown { text: text(&value), href: address.href(), none: value.no_data })
}

/// The figures of the four pillars from the year's beginning to today, with the same time of last year.
pub(super) async fn pillars(app: &App, unit: UnitId, today: NaiveDate) -> Result<Vec<Pillar>> {
    let year = Period { from: first_of_year(today), to: today };
    let books = metrics::open(app, unit, year, None, None).await?;
    let before = |day: NaiveDate| day.with_year(day.year() - 1).unwrap_or(day - chrono::Days::new(366));
    let last = Period { from: before(year.from), to: before(today) };
    let books_before = metrics::open(app, unit, last, None, None).await?;
    let occasions = app.metrics().get("activities.occasions")?;
    let mut pillars = Vec::new();
    for (number, code) in PILLARS.into_iter().enumerate() {
        let filter = Filter::default().with("pillar", &[code]);
        let mut counts = Vec::new();
        for month in 1..=today.month() {
            let from = year.from.with_month(month).unwrap_or(year.from);
            let period = Period { from, to: last_of_month(from).min(today) };
            counts.push(books.value(&occasions, unit, period, &filter)?.value.count());
        }
        let last_year = books_before.value(&occasions, unit, last, &filter)?;
        pillars.push(Pillar {
            code,
            number: number + 1,
            occasions: shown(app, &books, "activities.occasions", unit, year, &filter)?,
            person_times: shown(app, &books, "activities.person_times", unit, year, &filter)?,
            persons: shown(app, &books, "activities.persons", unit, year, &filter)?,
            last_year: if last_year.no_data { "—".to_owned() } else { grouped(last_year.value.count()) },
            months: spark(&counts),
        });
    }
    Ok(pillars)
}

fn first_of_year(day: NaiveDate) -> NaiveDate {
    day.with_ordinal(1).unwrap_or(day)
}

/// The bars of a picture 100 wide and 34 high.
fn spark(counts: &[i64]) -> Vec<Month> {
    const HEIGHT: f64 = 32.0;
    let highest = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let step = 100.0 / 12.0;
    let each = counts.iter().enumerate().map(|(place, count)| {
        let height = (*count as f64 / highest * HEIGHT).max(1.5);
        Month {
            x: format!("{:.2}", place as f64 * step + 0.8),
            y: format!("{:.2}", 34.0 - height),
            height: format!("{height:.2}"),
            now: place + 1 == counts.len(),
            zero: *count == 0,
        }
    });
    each.collect()
}

/// A group that has had fewer sessions this month than its rule requires.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Short {
    id: i64,
    name: String,
    least: i64,
    held: i64,
    /// The address of the figure's rows, if the unit's figure is the same as the group's; else the group's own page lists them.
    href: Option<String>,
}

/// A cache of groups with too few sessions, valid as long as nothing happens: no entry is booked, nothing is written to the
/// log. If several requests need the same at the same moment, one computes it, and the others wait.
#[derive(Debug)]
pub struct Shorts(Cache<Asked, Found>);

/// How many groups have too few, and some of them.
type Found = Arc<(usize, Vec<Short>)>;

/// The unit, the day, the ledger's position and the log's last line.
type Asked = (UnitId, NaiveDate, i64, i64);

/// The most results in the cache.
const KEPT: usize = 64;

impl Default for Shorts {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

impl Shorts {
    /// The groups under a unit with too few sessions this month, those missing most first: how many there are, and some of
    /// them.
    pub(super) async fn of_unit(&self, app: &App, unit: UnitId, today: NaiveDate) -> Result<Found> {
        let done: Option<i64> = ledger::db::scalar(&app.db, "select max(id) from log_entry", vec![]).await?;
        let key = (unit, today, ledger::position(&app.db).await?, done.unwrap_or(0));
        let looking = async { Ok::<_, AppError>(Arc::new(short(app, unit, today, SHOWN).await?)) };
        self.0.get_or_insert_async(&key, looking).await
    }
}

/// How many groups are named.
const SHOWN: usize = 6;

async fn short(app: &App, unit: UnitId, today: NaiveDate, most: usize) -> Result<(usize, Vec<Short>)> {
    let sessions = groups::sessions::held_under(app, unit, today).await?;
    let of = |group: &groups::store::Wants| sessions.by_group.get(&GroupId(group.id)).copied().unwrap_or(0);
    let mut short = groups::store::wanting_under(&app.db, unit, today).await?;
    short.retain(|group| of(group) < group.least);
    short.sort_by_key(|group| of(group) - group.least);
    let count = short.len();
    short.truncate(most);
    let month = Period { from: today.with_day(1).unwrap_or(today), to: today };
    let filter = Filter::default();
    let short = short.into_iter().map(|group| {
        let unit = UnitId(group.unit_id);
        let key = "activities.hosted";
        let address = Address {
            key,
            place: unit.into(),
            period: month,
            filter: &filter,
            position: None,
            version: None,
            report: None,
        };
        let whole = sessions.by_unit.get(&unit).copied().unwrap_or(0) == of(&group);
        Short {
            held: of(&group),
            href: whole.then(|| address.href()),
            id: group.id,
            name: group.name,
            least: group.least,
        }
    });
    Ok((count, short.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_month_fills_the_picture_and_an_empty_one_is_seen() {
        let months = spark(&[0, 5, 10]);
        assert_eq!((months[2].height.as_str(), months[1].height.as_str()), ("32.00", "16.00"));
        assert!(months[0].zero && months[0].height == "1.50" && months[2].now);
        assert_eq!(spark(&[]).len(), 0);
    }
}
