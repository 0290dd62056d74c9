//! Builds registers: read in a few set-based queries, one row for each record, in the usual columns. Source: CONVENTIONS,
//! 'Registers'.

use std::collections::HashMap;

use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    ui::language::Words,
};
use document::{Cell, SheetOut};
use federation::{
    scope::{must, places},
    units,
};
use kernel::{Period, UnitId};

use super::{Makes, Register};
use crate::metrics;

/// The parameters of a register.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// The register.
    pub register: Register,
    /// The unit, with all under it.
    pub unit: UnitId,
    /// The period; for a roster its last day counts.
    pub period: Period,
    /// Whether phone numbers are written in full.
    pub phones: bool,
}

/// Builds a register. One that is longer than an export may be is refused before all of it is read.
pub async fn build(app: &App, actor: &Actor, order: Order, words: &Words) -> Result<SheetOut> {
    let facts = order.register.facts();
    // A roster and an attendance register name people.
    let action = if facts.of_people { Action::People } else { Action::Figures };
    must(&app.db, actor, action, order.unit).await?;
    let unit = places::name(&app.db, order.unit).await?.unwrap_or_default();
    let making = Makes {
        app,
        actor,
        unit: order.unit,
        period: order.period,
        words,
        phones: order.phones,
        names: metrics::actions::sees_people(app, actor, order.unit).await?,
        leads: must(&app.db, actor, Action::Lead, order.unit).await.is_ok(),
    };
    let mut rows = order.register.rows(&making).await?;
    let shown = |head: &str| making.names || !facts.naming.contains(&head);
    let columns: Vec<&str> = facts.heads.iter().copied().filter(|head| shown(head)).collect();
    if columns.len() < facts.heads.len() {
        for row in &mut rows {
            let mut heads = facts.heads.iter();
            row.retain(|_| heads.next().is_some_and(|head| shown(head)));
        }
    }
    let to = order.period.to.to_string();
    let period = if facts.of_a_day { to } else { format!("{} — {to}", order.period.from) };
    let title = words.message(facts.word, &[]);
    Ok(SheetOut {
        title: Some(words.message("register-title", &[("unit", &unit), ("title", &title), ("period", &period)])),
        name: title,
        // The headings are those that importers know, in whatever language the page is.
        columns: columns.into_iter().map(Into::into).collect(),
        rows,
    })
}

/// The names of units such that an import for the register's unit finds them: units with the same name include the names
/// above them.
pub async fn unit_names(making: &Makes<'_>, units: &[UnitId]) -> Result<HashMap<UnitId, String>> {
    let index = units::store::load_index(&making.app.db, making.unit, making.period.to, making.period.from).await?;
    let named = units::by_ids(&making.app.db, units).await?;
    let name = |unit: units::Unit| if index.unit(unit.id).is_some() { index.telling(unit.id) } else { unit.name };
    Ok(named.into_iter().map(|(id, unit)| (id, name(unit))).collect())
}

/// A cell with an optional text.
pub fn text(value: Option<&String>) -> Cell {
    value.map_or(Cell::Empty, |value| Cell::from(value.as_str()))
}
