//! The types for a template, a figure's cell and a built report.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use document::Document;
use kernel::{Period, UnitId};
use ledger::{Figure, Filter, Metric, Place, Value};
use serde::{Deserialize, Serialize};

use crate::metrics::Word;

/// A report's template: Markdown with figures.
#[derive(Clone, Debug)]
pub struct Template {
    /// `annual`, `monthly`, or a file's name.
    pub key: String,
    /// Its text.
    pub text: String,
}

/// What the report uses and could change later: stored with an issued report, so that it can be computed again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The day of building.
    pub today: Option<NaiveDate>,
    /// Names of units that were printed.
    pub names: BTreeMap<i64, String>,
    /// The version of each metric.
    pub versions: BTreeMap<String, i64>,
    /// The names of facet values.
    pub words: Vec<Word>,
    /// Why it was issued before its period had ended; printed at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early: Option<String>,
}

/// The parameters that identify a figure of a report.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ask {
    /// The metric.
    pub key: String,
    /// Further filter.
    pub filter: Filter,
    /// The unit.
    pub unit: UnitId,
    /// Whether what is under the unit is left out.
    pub itself: bool,
    /// First and last day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

impl Ask {
    /// The units that it counts.
    pub fn place(&self) -> Place {
        Place::new(self.unit, self.itself)
    }
}

/// A figure of a report with all that proves it.
#[derive(Clone, Debug)]
pub struct Cell {
    /// `f1`, in the order of appearance.
    pub id: String,
    /// Its parameters.
    pub ask: Ask,
    /// The unit's printed name.
    pub unit_name: String,
    /// The metric in its version.
    pub metric: std::sync::Arc<Metric>,
    /// The figure and its rows.
    pub figure: Figure,
    /// Whether it is printed; others were only used in a condition.
    pub printed: bool,
}

impl Cell {
    /// Its period.
    pub fn period(&self) -> Period {
        Period { from: self.ask.from, to: self.ask.to }
    }

    /// Whether there is no figure: nothing was ever booked, or it is a share of nothing.
    pub fn missing(&self) -> bool {
        self.figure.no_data || self.figure.value.number().is_none()
    }
}

/// A figure as it is stored with an issued report and returned as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredFigure {
    /// `f1`.
    pub id: String,
    /// The metric's key.
    pub key: String,
    /// The metric's version.
    pub version: i64,
    /// The metric's name.
    pub name: String,
    /// The value: a number, whole if the measure is whole; `None` if there is no data.
    pub value: Option<serde_json::Number>,
    /// For a rate, the part; for a mean, the sum in small units.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub part: Option<i64>,
    /// For a rate, the whole; for a mean, by how many it is divided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub whole: Option<i64>,
    /// How many rows it has.
    pub row_count: usize,
    /// Unit of measure.
    pub unit: String,
    /// 统计口径.
    pub definition: String,
    /// The filter.
    #[serde(rename = "where")]
    pub filter: Filter,
    /// Key of the unit.
    pub unit_id: i64,
    /// Name of the unit.
    pub of_unit: String,
    /// Whether what is under the unit is left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub itself: bool,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Whether its kinds were never booked in the scope.
    pub no_data: bool,
}

impl From<&Cell> for StoredFigure {
    fn from(cell: &Cell) -> Self {
        let (value, part, whole) = match cell.figure.value {
            Value::Whole(count) => (Some(count.into()), None, None),
            parts @ Value::Parts { .. } => (parts.number().and_then(serde_json::Number::from_f64), None, None),
            half @ (Value::Rate { part, whole } | Value::Mean { sum: part, over: whole, .. }) => {
                (half.number().and_then(serde_json::Number::from_f64), Some(part), Some(whole))
            }
        };
        Self {
            id: cell.id.clone(),
            key: cell.ask.key.clone(),
            version: cell.metric.version,
            name: cell.metric.name.zh.clone(),
            value: if cell.figure.no_data { None } else { value },
            part,
            whole,
            row_count: cell.figure.row_count,
            unit: cell.metric.unit.zh.clone(),
            definition: cell.metric.definition.zh.clone(),
            filter: cell.ask.filter.clone(),
            unit_id: cell.ask.unit.0,
            of_unit: cell.unit_name.clone(),
            itself: cell.ask.itself,
            from: cell.ask.from,
            to: cell.ask.to,
            no_data: cell.figure.no_data,
        }
    }
}

/// A report that was built.
#[derive(Debug)]
pub struct Built {
    /// The template.
    pub template: Template,
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// The period.
    pub period: Period,
    /// The position.
    pub position: i64,
    /// What could change later.
    pub frozen: Frozen,
    /// The figures that are printed, in the order of appearance.
    pub figures: Vec<Cell>,
    /// The document, appendix included.
    pub document: Document,
    /// What prevents issuing: figures without data and leftover `XX`, each with its place.
    pub hindrances: Vec<kernel::Refusal>,
}
