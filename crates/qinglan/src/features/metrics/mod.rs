//! Metrics in the application: those that ship and the federation's own, shown with the rows behind them.

pub mod actions;
mod words;

use kernel::Refusal;
use ledger::{Kinds, Metrics};

use crate::error::Result;

pub use words::{Word, filter_of, label};
pub(crate) use words::{read as filter_in, words};

/// Words.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The metrics that ship.
pub(crate) fn shipped(kinds: &Kinds) -> Result<Metrics> {
    Ok(Metrics::parse(include_str!("../../../../../data/metrics.toml"), kinds)?)
}

/// The federation's own, from `metrics.toml` in the data folder; their keys lie under `own.`.
pub(crate) fn own(text: &str, kinds: &Kinds) -> Result<Metrics> {
    let metrics = Metrics::parse(text, kinds)?;
    if let Some(odd) = metrics.all().find(|metric| !metric.key.starts_with("own.")) {
        return Err(Refusal::new("metric-not-own").with("key", &odd.key).into());
    }
    Ok(metrics)
}
