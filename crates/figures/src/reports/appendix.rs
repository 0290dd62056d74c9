//! The appendix: each figure by its number, with value, unit, period and number of rows, and the definitions.

use document::{Align, Block, Inline, Table};
use kernel::{Period, UnitId};

use super::{
    engine::written,
    model::Cell,
    wording::{self, Wording},
};
use crate::metrics::Word;

/// The appendix's title in the report's note of attachments.
pub(super) const TITLE: &str = "数据来源和统计口径";

/// The appendix of figures that are printed: every figure by its number, two on a line, and every definition once.
pub(super) fn appendix(cells: &[Cell], unit: UnitId, period: Period, position: i64, words: &[Word]) -> Vec<Block> {
    let mut definitions: Vec<&str> = Vec::new();
    let lines = cells.iter().zip(1..).map(|(cell, number)| {
        let definition = cell.metric.definition.zh.as_str();
        let place = definitions.iter().position(|known| *known == definition).unwrap_or_else(|| {
            definitions.push(definition);
            definitions.len() - 1
        });
        figure(cell, number, place + 1, (unit, period), words)
    });
    let lines: Vec<Vec<Vec<Inline>>> = lines.collect();
    let half = lines.len().div_ceil(2);
    // The first half of the figures on the left, the second on the right.
    let rows = (0..half).map(|row| {
        let right = lines.get(half + row).cloned().unwrap_or_else(|| vec![Vec::new(); HEAD.len()]);
        lines[row].iter().cloned().chain(right).collect()
    });
    let figures = Table {
        head: HEAD.iter().chain(&HEAD).map(|head| text(head)).collect(),
        rows: rows.collect(),
        align: [ALIGN, ALIGN].concat(),
        widths: Some([WIDTHS, WIDTHS].concat()),
        dense: true,
        caption: None,
    };
    let definitions = Table {
        head: vec![text("口径"), text("说明")],
        rows: definitions.iter().zip(1..).map(|(words, number)| vec![text(&number.to_string()), text(words)]).collect(),
        align: vec![Align::Center, Align::Left],
        widths: Some(vec![6, 94]),
        dense: true,
        caption: None,
    };
    let summary = format!(
        "报告期间为{}至{}，数据截至账本第{position}条。各数按期末当天的单位隶属关系，由明细逐条算出。单位、期间没有写的，同报告。",
        written(period.from),
        written(period.to)
    );
    vec![
        Block::Attachment { title: TITLE.to_owned() },
        Block::Note(text(&summary)),
        Block::Table(figures),
        Block::Table(definitions),
    ]
}

const HEAD: [&str; 5] = ["序号", "指标（单位、期间）", "数值", "明细", "口径"];
const ALIGN: [Align; 5] = [Align::Center, Align::Left, Align::Right, Align::Right, Align::Center];
const WIDTHS: [u32; 5] = [10, 46, 20, 12, 12];

fn text(text: &str) -> Vec<Inline> {
    vec![Inline::from(text)]
}

/// The cells of a figure: its number, its name with what distinguishes it, its value, its rows, the number of its definition.
fn figure(
    cell: &Cell,
    number: usize,
    definition: usize,
    (unit, period): (UnitId, Period),
    words: &[Word],
) -> Vec<Vec<Inline>> {
    let mut distinct = vec![conditions(cell, words)];
    if cell.ask.unit != unit || cell.ask.itself {
        distinct.push(cell.unit_name.clone());
    }
    if cell.period() != period {
        distinct.push(format!("{}至{}", written(cell.ask.from), written(cell.ask.to)));
    }
    distinct.retain(|part| !part.is_empty());
    let mut name = cell.metric.name.zh.clone();
    if !distinct.is_empty() {
        name.push_str(&format!("（{}）", distinct.join("，")));
    }
    let value = format!("{}{}", wording::text(cell.figure.value, Wording::Exact), measure(cell));
    let rows = cell.figure.row_count.to_string();
    [number.to_string(), name, value, rows, definition.to_string()].iter().map(|part| text(part)).collect()
}

/// The unit of measure after the number; the text of a rate has its per cent sign already.
fn measure(cell: &Cell) -> &str {
    if cell.metric.over.is_some() { "" } else { &cell.metric.unit.zh }
}

/// The filter in words: `集中学习、青年`.
pub(super) fn conditions(cell: &Cell, words: &[Word]) -> String {
    let word = |facet: &str, value: &str| {
        words
            .iter()
            .find(|[of, known, ..]| of == facet && known == value)
            .map_or_else(|| value.to_owned(), |[_, _, zh, ..]| zh.clone())
    };
    let each = cell
        .ask
        .filter
        .0
        .iter()
        .map(|(facet, values)| values.iter().map(|value| word(facet, value)).collect::<Vec<_>>().join("或"));
    each.collect::<Vec<_>>().join("、")
}
