//! Small cells: figures about so few people that a condition on persons singles somebody out. They are withheld from those who may
//! not see people by name, and so is what would give them away by difference.

use chrono::NaiveDate;
use desk::{app::App, error::Result};
use federation::scope::places;
use kernel::{Period, UnitId};
use ledger::{Filter, Metric, Value};

use super::{Opened, open};

/// A figure of fewer people is withheld.
const LEAST: i64 = 3;
/// Facets that say something of a person, not of what was done.
const PERSONAL: [&str; 3] = ["sex", "party", "youth"];

/// When and under which tree a figure is computed.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) period: Period,
    pub(super) position: Option<i64>,
    pub(super) tree_day: Option<NaiveDate>,
}

fn without_personal(filter: &Filter) -> Filter {
    Filter(filter.0.iter().filter(|(facet, _)| !PERSONAL.contains(&facet.as_str())).map(clone).collect())
}

fn clone<K: Clone, V: Clone>((key, value): (&K, &V)) -> (K, V) {
    (key.clone(), value.clone())
}

/// Whether a figure has a condition on persons, its own or one that is asked for.
pub(super) fn is_personal(metric: &Metric, filter: &Filter) -> bool {
    let own = metric.parts().flat_map(|part| part.filter.0.keys());
    filter.0.keys().chain(own).any(|facet| PERSONAL.contains(&facet.as_str()))
}

/// Whether a count of people is so small that each of them may be known.
fn is_small(count: i64) -> bool {
    (1..LEAST).contains(&count)
}

/// A figure beside the same without conditions on persons.
struct Pair {
    value: Value,
    base: Value,
}

impl Pair {
    fn read(books: &Opened, metric: &Metric, unit: UnitId, period: Period, filter: &Filter) -> Result<Self> {
        let mut plain = metric.clone();
        // Values are kept by their metric's key.
        plain.key.push_str(" without conditions on persons");
        plain.count.filter = without_personal(&plain.count.filter);
        if let Some(over) = &mut plain.over {
            over.filter = without_personal(&over.filter);
        }
        let value = books.value(metric, unit, period, filter)?.value;
        let base = books.value(&plain, unit, period, &without_personal(filter))?.value;
        Ok(Self { value, base })
    }

    /// The count: of a rate what it divides by.
    fn count(&self) -> i64 {
        match self.value {
            Value::Whole(count) | Value::Rate { whole: count, .. } => count,
            Value::Parts { sum, .. } => sum,
        }
    }

    /// Whether it says something about one or two people, or about all but one or two.
    fn tells(&self) -> bool {
        let apart = |value: i64, base: i64| is_small(value) || is_small(base - value);
        match (&self.value, &self.base) {
            (Value::Rate { part, whole }, Value::Rate { part: of_part, whole: of_whole }) => {
                apart(*part, *of_part) || apart(*whole, *of_whole) || is_small(whole - part)
            }
            (Value::Whole(value), Value::Whole(base)) => apart(*value, *base),
            (Value::Parts { sum, .. }, Value::Parts { sum: base, .. }) => {
                *sum != 0 && sum != base && base - sum < LEAST
            }
            _ => true,
        }
    }
}

/// Whether a figure is withheld from those who may not see people by name.
///
/// Of the units beside each other under one parent, each whose figure tells something is withheld. If that is one alone, the parent's
/// figure less the others' would be it: the smallest of the others is withheld too.
pub(super) async fn is_withheld(app: &App, metric: &Metric, unit: UnitId, filter: &Filter, at: At) -> Result<bool> {
    if !is_personal(metric, filter) {
        return Ok(false);
    }
    let parent = places::parent(&app.db, unit).await?;
    let books = open(app, parent.unwrap_or(unit), at.period, at.position, at.tree_day).await?;
    if Pair::read(&books, metric, unit, at.period, filter)?.tells() {
        return Ok(true);
    }
    let Some(parent) = parent else { return Ok(false) };
    let mut telling = 0;
    let mut smallest: Option<(i64, UnitId)> = None;
    for sibling in places::children(&app.db, parent).await? {
        let pair = Pair::read(&books, metric, sibling, at.period, filter)?;
        if pair.tells() {
            telling += 1;
        } else if pair.count() > 0 {
            smallest = smallest.into_iter().chain([(pair.count(), sibling)]).min();
        }
    }
    Ok(telling == 1 && smallest.is_some_and(|(_, smallest)| smallest == unit))
}
