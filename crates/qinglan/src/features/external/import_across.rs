//! Points with a column a month: people down, months across. Each filled cell becomes a result.

use federation::imports::Context;
use tabular::{Across, Cell, Column, Layout, Table, find_across, fold, month};

/// The key of the text in which the platform may be named.
pub(super) const TITLE: &str = "platform_title";

/// Words for what is counted, by the column that it belongs to.
const MEASURES: [(&str, &str, &[&str]); 3] = [
    ("points", "积分", &["积分", "分数", "得分"]),
    ("hours", "学时", &["学时", "时长", "课时"]),
    ("classes", "课程数", &["课程", "期数", "门数"]),
];

/// The table of such a file; `None` if the file is none, or if neither title nor sheet say what is counted.
pub(super) fn table(context: &Context<'_>, columns: &[Column]) -> Option<Table> {
    let layout = Layout { year: context.year, ..context.source.layout.clone() };
    let is_month =
        |cell: &Cell, year: Option<i32>| !matches!(cell, Cell::Number(_)) && month(cell, year.or(context.year)).is_ok();
    let mut across = find_across(&context.source.sheets, columns, &layout, 2, is_month)?;
    let title = across.origin.title.clone().unwrap_or_default();
    let said = fold(&format!("{title} {}", across.origin.sheet));
    let named: Vec<_> = MEASURES.iter().filter(|(_, _, words)| words.iter().any(|word| said.contains(word))).collect();
    let [(measure, heading, _)] = named.as_slice() else { return None };
    let mut rows = Vec::new();
    for person in &across.people {
        for column in &across.columns {
            let amount = person.cell(column.place);
            if amount.is_blank() {
                continue;
            }
            let unit = Cell::from_text(person.unit.clone().unwrap_or_default());
            let cells = vec![
                Cell::from_text(&*person.name),
                unit,
                column.heading.clone(),
                amount.clone(),
                Cell::from_text(&*title),
            ];
            rows.push((Across::number(person.number, column.place), cells));
        }
    }
    // What stands in the column of names and is no name is refused like any name that isn't known.
    for (at, name) in std::mem::take(&mut across.odd).into_iter().enumerate() {
        let month = across.columns.first().map(|column| column.heading.clone()).unwrap_or_default();
        let number = Across::number(across.header_row, at + 1);
        rows.push((number, vec![Cell::from_text(name), Cell::Empty, month, Cell::Empty, Cell::from_text(&*title)]));
    }
    rows.sort_by_key(|(number, _)| *number);
    let keys = ["name", "unit", "month", measure, TITLE];
    Some(across.into_table(&keys, &["姓名", "单位", "月份", heading, "标题"], rows))
}
