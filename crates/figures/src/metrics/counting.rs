//! Figures for the pages of features that are below the metrics.

use desk::{
    app::App,
    counting::{Counted, Counting, Counts, Figure},
    error::Result,
};
use kernel::{Period, UnitId};
use ledger::Filter;

use super::{Address, open, open_all, pages::text};

pub(super) static COUNTING: Counting = Counting(&Ledger);

/// Counts from the ledger.
struct Ledger;

#[async_trait::async_trait]
impl Counts for Ledger {
    async fn figures(
        &self,
        app: &App,
        unit: UnitId,
        period: Period,
        metrics: &[&str],
        filter: &Filter,
    ) -> Result<Vec<Figure>> {
        let books = open(app, unit, period, None, None).await?;
        let mut figures = Vec::with_capacity(metrics.len());
        for key in metrics {
            let metric = app.metrics().get(key)?;
            let shown = books.value(&metric, unit, period, filter)?;
            let address =
                Address { key, place: unit.into(), period, filter, position: None, version: None, report: None };
            figures.push(Figure {
                text: text(&shown),
                href: address.href(),
                no_data: shown.no_data,
                count: shown.value.count(),
            });
        }
        Ok(figures)
    }

    async fn records(
        &self,
        app: &App,
        metric: &str,
        units: &[UnitId],
        period: Period,
        part: Period,
    ) -> Result<Vec<Counted>> {
        let opened = open_all(app, units, period).await?;
        let metric = app.metrics().get(metric)?;
        let figure = opened.books.figure_of_all(&metric, part, &Filter::default())?;
        Ok(figure.lines().map(|line| Counted { record: line.record, unit: line.unit, day: line.day }).collect())
    }
}
