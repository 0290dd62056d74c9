//! Books that were opened before: kept in memory while the ledger stands where they were opened, and their figures with
//! them. What is kept is computed from entries at a position, so that it never goes stale: a later position is another key.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::NaiveDate;
use kernel::{Period, UnitId};
use ledger::{Books, Figure, Filter, Metric, Value};

use crate::{app::App, error::Result};

/// What books are opened for.
type Key = (UnitId, Period, i64, NaiveDate);

/// What a figure is asked with: metric and version, unit, period, conditions.
type Asked = (String, i64, UnitId, Period, String);

/// Books at most that are kept: a city's year takes some ten megabytes.
const KEPT: usize = 12;

/// Books with the figures that were asked of them.
#[derive(Debug)]
pub struct Opened {
    /// The books, with every kind.
    pub books: Books,
    figures: Mutex<HashMap<Asked, Shown>>,
}

/// A figure without its rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown {
    /// The value.
    pub value: Value,
    /// Whether there is no data.
    pub no_data: bool,
    /// How many rows stand behind it.
    pub row_count: usize,
}

/// The books that are kept, the last used first.
#[derive(Debug, Default)]
pub struct Ledgers(Mutex<Vec<(Key, Arc<Opened>)>>);

impl Ledgers {
    fn kept(&self, key: &Key) -> Option<Arc<Opened>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(of, _)| of == key)?;
        let found = kept.remove(place);
        let opened = Arc::clone(&found.1);
        kept.insert(0, found);
        Some(opened)
    }

    fn keep(&self, key: Key, opened: &Arc<Opened>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(of, _)| *of != key);
        kept.insert(0, (key, Arc::clone(opened)));
        kept.truncate(KEPT);
    }
}

/// The books of a unit and a period at a position, the present one if none. Permission is the caller's to ask.
pub async fn open(
    app: &App,
    unit: UnitId,
    period: Period,
    position: Option<i64>,
    tree_day: Option<NaiveDate>,
) -> Result<Arc<Opened>> {
    let at = match position {
        Some(position) => position,
        None => ledger::position(&app.db).await?,
    };
    let key = (unit, period, at, tree_day.unwrap_or(period.to));
    if let Some(opened) = app.shared::<Ledgers>().kept(&key) {
        return Ok(opened);
    }
    let kinds: Vec<&str> = app.kinds.all().map(|kind| kind.name).collect();
    let books = Books::open(&app.db, &app.kinds, &kinds, unit, period, Some(at), tree_day).await?;
    let opened = Arc::new(Opened { books, figures: Mutex::default() });
    app.shared::<Ledgers>().keep(key, &opened);
    Ok(opened)
}

impl Opened {
    /// A figure with its rows.
    pub fn figure(&self, metric: &Metric, unit: UnitId, period: Period, filter: &Filter) -> Result<Figure> {
        Ok(self.books.figure(metric, unit, period, filter)?)
    }

    /// A figure without its rows; asked again it is at hand.
    pub fn value(&self, metric: &Metric, unit: UnitId, period: Period, filter: &Filter) -> Result<Shown> {
        let key = (metric.key.clone(), metric.version, unit, period, super::conditions_of(filter));
        let known = self.figures.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        if let Some(shown) = known {
            return Ok(shown);
        }
        let figure = self.figure(metric, unit, period, filter)?;
        let shown = Shown { value: figure.value, no_data: figure.no_data, row_count: figure.row_count };
        self.figures.lock().unwrap_or_else(PoisonError::into_inner).insert(key, shown);
        Ok(shown)
    }
}
