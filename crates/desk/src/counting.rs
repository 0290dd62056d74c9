//! Figures for pages of features that are below the metrics, such as the page of a unit. The feature `metrics` provides
//! them, with one [`Counting`] among its extensions.

use chrono::NaiveDate;
use kernel::{Period, RecordId, UnitId};
use ledger::Filter;

use crate::{
    app::App,
    error::{AppError, Result},
};

/// The extension point: a feature provides it as a static among its extensions.
pub struct Counting(pub &'static dyn Counts);

/// A figure on a page.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The formatted value.
    pub text: String,
    /// The page that shows its records.
    pub href: String,
    /// Whether there is no data that it could be counted from.
    pub no_data: bool,
    /// The value, if the metric is a count.
    pub count: i64,
}

/// A record that a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The record.
    pub record: RecordId,
    /// The unit that it counts to.
    pub unit: UnitId,
    /// The day that it counts on.
    pub day: NaiveDate,
}

/// Counts metrics from the ledger.
#[async_trait::async_trait]
pub trait Counts: Send + Sync {
    /// The figures of some metrics, in their order, for a unit and all under it in a period, limited by a filter.
    async fn figures(
        &self,
        app: &App,
        unit: UnitId,
        period: Period,
        metrics: &[&str],
        filter: &Filter,
    ) -> Result<Vec<Figure>>;

    /// The records that a metric counts in a part of a period, for several units and all under them: each once. The books
    /// are opened for the whole period, which pays off if other figures of the same page are counted in it.
    async fn records(
        &self,
        app: &App,
        metric: &str,
        units: &[UnitId],
        period: Period,
        part: Period,
    ) -> Result<Vec<Counted>>;
}

/// The implementation that counts metrics in this application.
pub fn counts(app: &App) -> Result<&'static dyn Counts> {
    let counting = app.features.extensions::<Counting>().next();
    let missing = || AppError::Unreadable { what: "list of features", fault: "nothing counts metrics".to_owned() };
    counting.map(|counting| counting.0).ok_or_else(missing)
}
