//! What an issued report doesn't show to somebody who may not see people by name: figures about one or two people.

use std::collections::BTreeSet;

use desk::{actor::Actor, app::App, error::Result, ui::language::Words};
use document::{Block, Document, Inline};
use kernel::{Period, UnitId};
use ledger::{Metrics, Place};

use super::{actions::Drift, appendix, model::StoredFigure, store::Issued};
use crate::metrics::{
    self,
    small_cells::{self, At},
};

/// The ids of the figures that are withheld from the actor.
pub(super) async fn find(
    app: &App,
    actor: &Actor,
    issued: &Issued,
    figures: &[StoredFigure],
) -> Result<BTreeSet<String>> {
    find_at(app, actor, issued, figures, Some(issued.position)).await
}

/// Leaves out what has changed of figures that are withheld from the actor, as they were issued or as they are now.
pub(super) async fn leave_out_drift(
    app: &App,
    actor: &Actor,
    issued: &Issued,
    figures: &[StoredFigure],
    found: &mut Vec<Drift>,
) -> Result<()> {
    let drifted: Vec<StoredFigure> =
        figures.iter().filter(|figure| found.iter().any(|drift| drift.id == figure.id)).cloned().collect();
    for position in [Some(issued.position), None] {
        let withheld = find_at(app, actor, issued, &drifted, position).await?;
        found.retain(|drift| !withheld.contains(&drift.id));
    }
    Ok(())
}

async fn find_at(
    app: &App,
    actor: &Actor,
    issued: &Issued,
    figures: &[StoredFigure],
    position: Option<i64>,
) -> Result<BTreeSet<String>> {
    let mut withheld = BTreeSet::new();
    if metrics::actions::sees_people(app, actor, UnitId(issued.unit_id)).await? {
        return Ok(withheld);
    }
    for figure in figures {
        let metric = Metrics::of_version(&app.db, &figure.key, figure.version).await?;
        let period = Period { from: figure.from, to: figure.to };
        let at = At { period, position, tree_day: None };
        let place = Place::new(UnitId(figure.unit_id), figure.itself);
        if small_cells::is_withheld(app, actor, (&metric, &figure.filter), place, at).await? {
            withheld.insert(figure.id.clone());
        }
    }
    Ok(withheld)
}

/// Takes these figures out of a document: their places say so, and the appendix, which lists every figure, is left out.
pub(super) fn take_out(document: &mut Document, withheld: &BTreeSet<String>, words: &Words) {
    if withheld.is_empty() {
        return;
    }
    let is_appendix = |block: &Block| matches!(block, Block::Attachment { title } if title == appendix::TITLE);
    if let Some(start) = document.blocks.iter().position(is_appendix) {
        document.blocks.truncate(start + 1);
        document.blocks.push(Block::Note(vec![Inline::from(words.message("report-appendix-withheld", &[]))]));
    }
    document.each_inline(|inline| {
        if let Inline::Figure { id, text, href, title, .. } = inline
            && withheld.contains(id)
        {
            *text = words.message("metric-withheld", &[]);
            (*href, *title) = (None, None);
        }
    });
}

/// A figure as JSON: of one that is withheld, what it is and not how much.
pub(super) fn as_json(figure: &StoredFigure, withheld: &BTreeSet<String>) -> serde_json::Result<serde_json::Value> {
    let mut shown = serde_json::to_value(figure)?;
    if withheld.contains(&figure.id)
        && let Some(fields) = shown.as_object_mut()
    {
        for amount in ["value", "part", "whole", "row_count", "no_data"] {
            fields.remove(amount);
        }
        fields.insert("withheld".to_owned(), true.into());
    }
    Ok(shown)
}
