//! The appendix: each figure with its definition, period, unit, position and number of rows.

use document::{Align, Block, Inline, Table};
use kernel::Period;

use super::{
    engine::written,
    model::Cell,
    wording::{self, Wording},
};
use crate::metrics::Word;

/// The appendix's title in the report's note of attachments.
pub(super) const TITLE: &str = "数据来源和统计口径";

/// The appendix of figures that are printed.
pub(super) fn appendix(cells: &[Cell], period: Period, position: i64, words: &[Word]) -> Vec<Block> {
    let text = |text: &str| vec![Inline::from(text)];
    let rows = cells
        .iter()
        .enumerate()
        .map(|(number, cell)| {
            let mut definition = cell.metric.definition.zh.clone();
            let conditions = conditions(cell, words);
            if !conditions.is_empty() {
                definition.push_str(&format!("（{conditions}）"));
            }
            let own_period = if cell.period() == period {
                "同报告".to_owned()
            } else {
                format!("{}至{}", written(cell.ask.from), written(cell.ask.to))
            };
            vec![
                text(&(number + 1).to_string()),
                text(&cell.metric.name.zh),
                text(&format!("{}{}", wording::text(cell.figure.value, Wording::Exact), measure(cell))),
                text(&definition),
                text(&cell.unit_name),
                text(&own_period),
                text(&cell.figure.row_count.to_string()),
            ]
        })
        .collect();
    let head = ["序号", "指标", "数值", "统计口径", "单位", "期间", "明细"].into_iter().map(text).collect();
    let align = vec![Align::Center, Align::Left, Align::Right, Align::Left, Align::Left, Align::Left, Align::Right];
    let summary = format!(
        "报告期间为{}至{}，数据截至账本第{position}条。各数按期末当天的单位隶属关系，由明细逐条算出。",
        written(period.from),
        written(period.to)
    );
    vec![
        Block::Attachment { title: TITLE.to_owned() },
        Block::Paragraph(text(&summary)),
        Block::Table(Table { caption: None, head, rows, align, widths: Some(vec![5, 13, 14, 36, 13, 11, 8]) }),
    ]
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
