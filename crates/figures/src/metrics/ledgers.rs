//! A cache of opened books and their figures in memory. What it contains was computed from entries at a position with the
//! kinds of a revision, so it never becomes stale: a later position or revision is another key.
//!
//! If several requests need the same books at the same moment, one opens them, and the others wait for it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::NaiveDate;
use desk::{
    app::App,
    error::{AppError, Result},
};
use kernel::{Period, UnitId};
use ledger::{Books, Figure, Filter, Metric, Place, Value};
use quick_cache::{Weighter, sync::Cache};

/// The parameters for opening books.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    units: Vec<UnitId>,
    period: Period,
    position: i64,
    tree_day: NaiveDate,
    /// The revision of the kinds: books that were opened before a kind was added lack it, or its new facet.
    revision: i64,
}

/// The parameters of a figure: metric and version, unit, period, conditions.
type Asked = (String, i64, Place, Period, String);

/// The most bytes of books in the cache: a city's year takes some ten million.
const KEPT: u64 = 256 * 1024 * 1024;

/// Roughly how many books that is. A cache of so few entries is not split into parts: each part would have only a share of
/// the space, and a city's books might fit into none.
const BOOKS: usize = 32;

/// The most figures in the cache for the same books.
const FIGURES: usize = 5_000;

/// Books with the figures that were computed from them.
#[derive(Debug)]
pub struct Opened {
    /// The books, with every kind.
    pub books: Books,
    figures: Mutex<HashMap<Asked, Shown>>,
    size: u64,
}

/// A figure without its rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown {
    /// The value.
    pub value: Value,
    /// Whether there is no data.
    pub no_data: bool,
    /// How many rows it has.
    pub row_count: usize,
}

/// The weight of books in the cache is the memory that they take.
#[derive(Clone, Debug)]
struct Size;

impl Weighter<Key, Arc<Opened>> for Size {
    fn weight(&self, _: &Key, opened: &Arc<Opened>) -> u64 {
        opened.size
    }
}

/// The cached books. Books that are larger than the whole cache are opened for those who wait for them, but not stored.
#[derive(Debug)]
pub struct Ledgers {
    kept: Cache<Key, Arc<Opened>, Size>,
    openings: AtomicU64,
}

impl Default for Ledgers {
    fn default() -> Self {
        Self { kept: Cache::with_weighter(BOOKS, KEPT, Size), openings: AtomicU64::new(0) }
    }
}

impl Ledgers {
    /// How often books were read from the database since the application was opened.
    pub fn openings(&self) -> u64 {
        self.openings.load(Ordering::Relaxed)
    }
}

/// The books of a unit and a period at a position, or at the current one if `None`. The caller checks the permission.
pub async fn open(
    app: &App,
    unit: UnitId,
    period: Period,
    position: Option<i64>,
    tree_day: Option<NaiveDate>,
) -> Result<Arc<Opened>> {
    open_at(app, vec![unit], period, position, tree_day).await
}

/// The books of several units, at least one, opened once for all of them; for a single unit they are those of [`open`].
pub async fn open_all(app: &App, units: &[UnitId], period: Period) -> Result<Arc<Opened>> {
    let mut units = units.to_vec();
    units.sort_unstable();
    units.dedup();
    open_at(app, units, period, None, None).await
}

async fn open_at(
    app: &App,
    units: Vec<UnitId>,
    period: Period,
    position: Option<i64>,
    tree_day: Option<NaiveDate>,
) -> Result<Arc<Opened>> {
    let position = match position {
        Some(position) => position,
        None => ledger::position(&app.db).await?,
    };
    let known = app.kinds();
    let key = Key { units, period, position, tree_day: tree_day.unwrap_or(period.to), revision: known.revision() };
    let ledgers = app.shared::<Ledgers>();
    let reading = async {
        ledgers.openings.fetch_add(1, Ordering::Relaxed);
        let at = Some(position);
        let books = Books::open_at(&app.db, &known, &known.names(), &key.units, period, at, tree_day).await?;
        let size = books.size() as u64;
        Ok::<_, AppError>(Arc::new(Opened { books, figures: Mutex::default(), size }))
    };
    // If reading fails or the visitor leaves, the next one who waits reads.
    ledgers.kept.get_or_insert_async(&key, reading).await
}

impl Opened {
    /// A figure with its rows.
    pub fn figure(&self, metric: &Metric, place: impl Into<Place>, period: Period, filter: &Filter) -> Result<Figure> {
        Ok(self.books.figure(metric, place, period, filter)?)
    }

    /// A figure without its rows; cached.
    pub fn value(&self, metric: &Metric, place: impl Into<Place>, period: Period, filter: &Filter) -> Result<Shown> {
        let place = place.into();
        let key = (metric.key.clone(), metric.version, place, period, super::conditions_of(filter));
        let known = self.figures.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        if let Some(shown) = known {
            return Ok(shown);
        }
        let figure = self.figure(metric, place, period, filter)?;
        let shown = Shown { value: figure.value, no_data: figure.no_data, row_count: figure.row_count };
        let mut figures = self.figures.lock().unwrap_or_else(PoisonError::into_inner);
        if figures.len() < FIGURES {
            figures.insert(key, shown);
        }
        Ok(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn books_have_all_of_the_room() {
        let ledgers = Ledgers::default();
        assert_eq!((ledgers.kept.num_shards(), ledgers.kept.capacity()), (1, KEPT));
    }
}
