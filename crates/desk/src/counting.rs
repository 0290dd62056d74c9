//! Figures for pages of features that stand below the metrics, such as a unit's own. The feature of the metrics brings them, in one
//! [`Counting`] among its extensions.

use chrono::NaiveDate;
use kernel::{Period, RecordId, UnitId};

use crate::{
    app::App,
    error::{AppError, Result},
};

/// The extension point: a static of it among a feature's extensions.
pub struct Counting(pub &'static dyn Counts);

/// A figure as a page shows it.
#[derive(Clone, Debug)]
pub struct Figure {
    /// As it is written.
    pub text: String,
    /// The page that opens it onto its records.
    pub href: String,
    /// Whether nothing is known that it could be counted from.
    pub no_data: bool,
    /// The value, of a metric that counts.
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

/// What counts metrics from the ledger.
#[async_trait::async_trait]
pub trait Counts: Send + Sync {
    /// The figures of metrics, in their order, of a unit with all under it in a period.
    async fn figures(&self, app: &App, unit: UnitId, period: Period, metrics: &[&str]) -> Result<Vec<Figure>>;

    /// The records that a metric counts in a part of a period, of several units with all under them: each once. The books are
    /// opened for the whole period, which is worth it where other figures of the same page are counted in it.
    async fn records(
        &self,
        app: &App,
        metric: &str,
        units: &[UnitId],
        period: Period,
        part: Period,
    ) -> Result<Vec<Counted>>;
}

/// What counts metrics in this application.
pub fn counts(app: &App) -> Result<&'static dyn Counts> {
    let counting = app.features.extensions::<Counting>().next();
    let missing = || AppError::Unreadable { what: "list of features", fault: "nothing counts metrics".to_owned() };
    counting.map(|counting| counting.0).ok_or_else(missing)
}
