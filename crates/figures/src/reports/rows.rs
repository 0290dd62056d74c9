//! The page of a figure: its definition, and exactly the rows that it was computed from.

use desk::{
    app::App,
    error::{AppError, Result},
};
use minijinja::{Environment, context};
use serde::Serialize;

use super::{
    appendix::conditions,
    model::{Built, Cell},
    wording::{self, Wording},
};
use crate::metrics::actions::{Amount, ShownRow, with_names};

#[derive(Serialize)]
struct List {
    caption: &'static str,
    persons: bool,
    sum: Option<String>,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    day: String,
    unit: String,
    person: String,
    title: String,
    quantity: Amount,
    entries: String,
}

impl Row {
    fn new(row: ShownRow) -> Self {
        const SHOWN: usize = 6;
        let mut entries: Vec<String> = row.entries.iter().take(SHOWN).map(i64::to_string).collect();
        if row.entries.len() > SHOWN {
            entries.push(format!("… 共 {} 条", row.entries.len()));
        }
        Self {
            day: row.day_text(),
            unit: row.unit,
            person: row.person.unwrap_or_default(),
            title: match row.records {
                0 | 1 => row.title,
                records => format!("{} 等 {records} 项", row.title),
            },
            quantity: row.quantity,
            entries: entries.join("、"),
        }
    }
}

/// Renders the page of a figure; `back` is the file name of the report.
pub async fn page(app: &App, built: &Built, cell: &Cell, back: &str) -> Result<String> {
    let shown = with_names(app, &cell.figure.rows(), cell.metric.per).await?;
    let mut lists = Vec::new();
    for (number, part) in cell.metric.parts().enumerate() {
        let rows: Vec<ShownRow> = shown.iter().filter(|row| row.part == number).cloned().collect();
        let sum = (part.measure.adds_up() && part.each.is_none()).then(|| {
            let small = rows.iter().map(|row| row.quantity.small).sum();
            Amount { small, per: if number == 0 { cell.metric.per } else { 1 } }.to_string()
        });
        lists.push(List {
            caption: match (cell.metric.over.is_some(), number) {
                (false, _) => "组成这个数的明细",
                (true, 0) => "分子的明细",
                (true, _) => "分母的明细",
            },
            persons: rows.iter().any(|row| row.person.is_some()),
            sum,
            rows: rows.into_iter().map(Row::new).collect(),
        });
    }
    let rate = match cell.figure.value {
        ledger::Value::Rate { part, whole } => format!("（{whole} 中 {part}）"),
        ledger::Value::Mean { sum, per, over } => {
            format!("{}（{} ÷ {over}）", cell.metric.unit.zh, Amount { small: sum, per })
        }
        ledger::Value::Whole(_) | ledger::Value::Parts { .. } => cell.metric.unit.zh.clone(),
    };
    let context = context! {
        id => cell.id.clone(),
        name => cell.metric.name.zh.clone(),
        value => wording::text(cell.figure.value, Wording::Exact),
        measure => rate,
        definition => cell.metric.definition.zh.clone(),
        conditions => conditions(cell, &built.frozen.words),
        from => cell.ask.from.to_string(),
        to => cell.ask.to.to_string(),
        unit => cell.unit_name.clone(),
        position => built.position,
        back => back,
        lists => minijinja::value::Serde(&lists),
    };
    let mut environment = Environment::new();
    environment
        .add_template("rows.html", include_str!("templates/rows.html"))
        .and_then(|()| environment.get_template("rows.html")?.render(context))
        .map_err(|fault| AppError::Unreadable { what: "rows.html", fault: fault.to_string() })
}
