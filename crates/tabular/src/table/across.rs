//! Tables with people down and days, months or nothing but marks across: attendance, points by month, sign-in sheets.

use std::sync::Arc;

use super::heading::{Header, Wanted, plain};
use super::months::{month_heading, with_months};
use super::{APART, Column, Covered, Dropped, Layout, Origin, Row, Table, origin, says_year, surplus};
use crate::cell::{Cell, EMPTY, Sheet};
use crate::day::day;
use crate::month_day::month_day;
use crate::names::names;
use crate::text::{fold, tidy};

/// How many rows are searched for the header.
const ROWS_LOOKED_AT: usize = 40;
/// Headings over names.
const NAMES: [&str; 6] = ["姓名", "名字", "成员", "组员", "人员姓名", "成员姓名"];
const UNITS: [&str; 5] = ["单位", "工作单位", "所在单位", "所属单位", "部门"];
const COUNTS: [&str; 3] = ["序号", "序", "编号"];

/// A table with a person to a row.
#[derive(Clone, Debug)]
pub struct Across {
    /// Where it stands.
    pub origin: Origin,
    /// Whether it was delimited text, in which a number looks like a text.
    pub plain: bool,
    /// The row in which its header ends, counted from 1.
    pub header_row: usize,
    /// The columns that were looked for, from left to right.
    pub columns: Vec<AcrossColumn>,
    /// The other columns beside name, unit and running number: the index and the heading.
    pub others: Vec<(usize, String)>,
    /// The column of units, likewise.
    pub unit: Option<(usize, String)>,
    /// The indices of columns with values and without a heading.
    pub unnamed: Vec<usize>,
    /// The people, in their order.
    pub people: Vec<AcrossPerson>,
    /// Rows with several cells whose name isn't one person's.
    pub odd: Vec<String>,
    /// The texts of lines above and below the table, such as a legend.
    pub lines: Vec<String>,
    /// The numbers of the rows that are no people's.
    pub left_out: Vec<usize>,
    /// The numbers of hidden rows of people.
    pub hidden: Vec<usize>,
    /// Other visible sheets with rows.
    pub other_sheets: Vec<String>,
}

/// A column that was looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct AcrossColumn {
    /// Its index, counted from 0.
    pub place: usize,
    /// The cell by which it was found; a day with the month that stands above it.
    pub heading: Cell,
    /// What stands above or below that in the header.
    pub topic: Option<String>,
}

/// The row of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct AcrossPerson {
    /// Its number in the sheet, counted from 1.
    pub number: usize,
    /// The name.
    pub name: String,
    /// The unit, if there is a column for it.
    pub unit: Option<String>,
    /// All cells.
    pub cells: Vec<Cell>,
}

impl AcrossPerson {
    /// The cell of a column.
    pub fn cell(&self, place: usize) -> &Cell {
        self.cells.get(place).unwrap_or(&EMPTY)
    }
}

/// Finds a header with names and at least `least` columns of the kind that is looked for. `is_heading` is given a cell of the header
/// and the year of the title.
pub fn find_across(
    sheets: &[Sheet],
    columns: &[Column],
    layout: &Layout,
    least: usize,
    is_heading: impl Fn(&Cell, Option<i32>) -> bool,
) -> Option<Across> {
    find(sheets, columns, layout, Sought { least, months: false, is_heading: &is_heading })
}

/// Finds a header with names and days: with their month, or below it in a row of its own. The days of [`month_day`] are among them, and
/// two cells that are no day beyond doubt.
pub fn find_days_across(sheets: &[Sheet], columns: &[Column], layout: &Layout) -> Option<Across> {
    let is_day = |cell: &Cell, year: Option<i32>| {
        let is_whole = || !matches!(cell, Cell::Number(_)) && day(cell, year.or(layout.year)).is_ok();
        is_whole() || month_day(cell, false).is_some()
    };
    find(sheets, columns, layout, Sought { least: 1, months: true, is_heading: &is_day })
}

/// The columns that are looked for.
#[derive(Clone, Copy)]
struct Sought<'s> {
    /// How many there have to be.
    least: usize,
    /// Whether a month may stand above them.
    months: bool,
    is_heading: &'s dyn Fn(&Cell, Option<i32>) -> bool,
}

impl Sought<'_> {
    /// The cells of a row with the months above them, if there may be any, and the places of these.
    fn under(self, above: &[Cell], row: &[Cell], name_at: usize, plain: bool) -> (Vec<Cell>, Vec<usize>) {
        if self.months { with_months(above, row, name_at, plain) } else { (row.to_vec(), Vec::new()) }
    }
}

fn find(sheets: &[Sheet], columns: &[Column], layout: &Layout, sought: Sought<'_>) -> Option<Across> {
    let wanted = Wanted { columns, named: &[], given: &layout.given };
    let candidates = super::chosen(sheets, layout).map(|(_, sheet)| sheet).filter(|sheet| !sheet.rows.is_empty());
    let found = candidates.filter_map(|sheet| {
        let (header, across) = in_sheet(sheet, wanted, sought)?;
        Some(((!sheet.hidden, says_year(sheet, &header, layout.year), across.people.len()), across))
    });
    let (_, mut best) = found.max_by_key(|(rank, _)| *rank)?;
    let others =
        sheets.iter().filter(|sheet| !sheet.hidden && !sheet.rows.is_empty() && sheet.name != best.origin.sheet);
    best.other_sheets = others.map(|sheet| sheet.name.clone()).collect();
    Some(best)
}

fn in_sheet(sheet: &Sheet, wanted: Wanted<'_>, sought: Sought<'_>) -> Option<(Header, Across)> {
    for (at, upper) in sheet.rows.iter().enumerate().take(ROWS_LOOKED_AT) {
        let heads = |cell: &Cell, words: &[&str]| words.contains(&plain(&cell.shown()).as_str());
        let Some(name_at) = upper.iter().position(|cell| heads(cell, &NAMES)) else { continue };
        // Two lists beside each other: half of the people would be lost.
        if upper.iter().filter(|cell| heads(cell, &NAMES)).count() > 1 {
            return None;
        }
        let none = Vec::new();
        let below = sheet.rows.get(at + 1).unwrap_or(&none);
        let above = at.checked_sub(1).and_then(|above| sheet.rows.get(above)).unwrap_or(&none);
        let (upper_cells, upper_days) = sought.under(above, upper, name_at, sheet.plain);
        // What stands under 序号 says that the row is no heading.
        let is_heading_row = below.iter().take(name_at + 1).all(Cell::is_blank);
        let (lower_cells, lower_days) =
            sought.under(if is_heading_row { upper } else { &none }, below, name_at, sheet.plain);
        let mut header = Header {
            first: if upper_days.is_empty() { at } else { at - 1 },
            after: at + 1,
            texts: upper.iter().map(|cell| tidy(&cell.shown())).collect(),
            places: Vec::new(),
            missing: Vec::new(),
            duplicate: None,
        };
        let year = origin(sheet, &header, wanted).year;
        let of_row = |cells: &[Cell], days: &[usize]| -> Vec<usize> {
            let is_sought = |place: usize, cell: &Cell| days.contains(&place) || (sought.is_heading)(cell, year);
            cells.iter().enumerate().filter(|(place, cell)| is_sought(*place, cell)).map(|(place, _)| place).collect()
        };
        let (in_upper, in_lower) = (of_row(&upper_cells, &upper_days), of_row(&lower_cells, &lower_days));
        let name_below = below.get(name_at).is_none_or(Cell::is_blank);
        // A second row of the header has no name in it.
        let is_lower = name_below && in_lower.len() > in_upper.len();
        let places = if is_lower { in_lower } else { in_upper };
        if places.len() < sought.least {
            continue;
        }
        let text =
            |cells: &[Cell], place: usize| Some(tidy(&cells.get(place)?.shown())).filter(|text| !text.is_empty());
        let has_lower =
            is_lower || (name_below && !places.is_empty() && places.iter().any(|place| text(below, *place).is_some()));
        header.after = if has_lower { at + 2 } else { at + 1 };
        let topic = |place: usize| match (is_lower, has_lower) {
            // A heading over several columns stands in the first of them; one over another column is none of theirs.
            (true, _) => (name_at + 1..=place)
                .rev()
                .take_while(|left| places.contains(left))
                .find_map(|left| text(upper, left).map(|text| (left, text)))
                // A month is a part of the day.
                .filter(|(left, _)| !lower_days.contains(&place) || upper.get(*left).and_then(month_heading).is_none())
                .map(|(_, text)| text),
            (false, true) => text(below, place),
            (false, false) => None,
        };
        let cells = if is_lower { &lower_cells } else { &upper_cells };
        let columns = places.iter().filter_map(|place| {
            Some(AcrossColumn { place: *place, heading: cells.get(*place)?.clone(), topic: topic(*place) })
        });
        let columns: Vec<AcrossColumn> = columns.collect();
        let unit_at = upper.iter().position(|cell| heads(cell, &UNITS));
        // The heading of any column, from either row of the header.
        let heading = |place: usize| {
            let lower = || if has_lower { text(below, place) } else { None };
            text(upper, place).or_else(lower).unwrap_or_default()
        };
        let width = upper.len().max(if has_lower { below.len() } else { 0 });
        let is_other = |place: &usize| {
            let is_known = *place == name_at || Some(*place) == unit_at;
            !is_known && columns.iter().all(|column| column.place != *place)
        };
        let others = (0..width).filter(is_other).map(|place| (place, heading(place)));
        let others = others.filter(|(_, text)| !text.is_empty() && !COUNTS.contains(&plain(text).as_str())).collect();
        let mut across = Across {
            origin: origin(sheet, &header, wanted),
            plain: sheet.plain,
            header_row: header.after,
            unit: unit_at.map(|place| (place, heading(place))),
            unnamed: Vec::new(),
            columns,
            others,
            people: Vec::new(),
            odd: Vec::new(),
            lines: Vec::new(),
            left_out: Vec::new(),
            hidden: Vec::new(),
            other_sheets: Vec::new(),
        };
        across.lines = across.origin.above.iter().map(|line| line.join(" ")).collect();
        let merged = Covered::new(sheet, header.after);
        for (row, cells) in sheet.rows.iter().enumerate().skip(header.after) {
            across.add(sheet, row, &merged.fill(row, cells), (name_at, unit_at));
        }
        let widest = across.people.iter().map(|person| person.cells.len()).max().unwrap_or_default();
        let is_filled = |place: usize| across.people.iter().any(|person| !person.cell(place).is_blank());
        let is_unnamed = |place: &usize| {
            *place != name_at
                && Some(*place) != unit_at
                && heading(*place).is_empty()
                && across.columns.iter().all(|column| column.place != *place)
                && is_filled(*place)
        };
        across.unnamed = (0..widest).filter(is_unnamed).collect();
        return (!across.people.is_empty()).then_some((header, across));
    }
    None
}

impl Across {
    fn add(&mut self, sheet: &Sheet, row: usize, cells: &[Cell], (name_at, unit_at): (usize, Option<usize>)) {
        const TOTALS: [&str; 12] = [
            "合计",
            "总计",
            "小计",
            "人数",
            "出勤人数",
            "实到人数",
            "应到人数",
            "请假人数",
            "缺勤人数",
            "迟到人数",
            "出勤率",
            "到会率",
        ];
        let filled = cells.iter().filter(|cell| !cell.is_blank()).count();
        if filled == 0 {
            return;
        }
        let name = cells.get(name_at).map(|cell| tidy(&cell.shown())).unwrap_or_default();
        let is_total = cells.iter().take(name_at + 1).any(|cell| TOTALS.contains(&tidy(&cell.shown()).as_str()));
        // 记录人：梁见微 is a label with a name, nobody on the list.
        // 以下空白 stands where a name would.
        let is_ending = filled == 1
            && cells.iter().any(|cell| !cell.is_blank() && surplus::is_ending(fold(&tidy(&cell.shown())).trim()));
        let is_line = is_total || is_ending || name.contains(['：', ':']);
        let list = names(&name);
        match list.present.as_slice() {
            [one]
                if !is_line
                    && list.unreadable.is_empty()
                    && list.marked.is_empty()
                    && !NAMES.contains(&name.as_str()) =>
            {
                if sheet.hidden_rows.binary_search(&row).is_ok() {
                    self.hidden.push(row + 1);
                }
                let unit = unit_at.and_then(|place| cells.get(place)).map(|cell| tidy(&cell.shown()));
                self.people.push(AcrossPerson {
                    number: row + 1,
                    name: one.clone(),
                    unit: unit.filter(|unit| !unit.is_empty()),
                    cells: cells.to_vec(),
                });
            }
            _ => {
                if is_line || filled == 1 || name.is_empty() {
                    self.left_out.push(row + 1);
                    self.lines.extend(cells.iter().filter(|cell| !cell.is_blank()).map(|cell| tidy(&cell.shown())));
                } else {
                    self.odd.push(name);
                }
            }
        }
    }

    /// The number of a row made of a column: of the header, or of a person's row.
    pub fn number(row: usize, place: usize) -> usize {
        row + APART * place
    }

    /// A table with these columns and rows, made of what was found; each row has its number and the cells of the columns.
    pub fn into_table(self, keys: &[&'static str], headings: &[&str], rows: Vec<(usize, Vec<Cell>)>) -> Table {
        let places: Vec<(&'static str, usize)> = keys.iter().enumerate().map(|(place, key)| (*key, place)).collect();
        let headings: Vec<String> = headings.iter().map(ToString::to_string).collect();
        let origin = Arc::new(Origin { headings: headings.clone(), places: places.clone(), ..self.origin });
        Table {
            sheet: origin.sheet.clone(),
            sheets: vec![origin.sheet.clone()],
            other_sheets: self.other_sheets,
            title: origin.title.clone(),
            title_year: origin.year,
            years: Vec::new(),
            header_row: self.header_row,
            headings,
            unmapped: self.others.into_iter().map(|(_, heading)| heading).collect(),
            unnamed: self.unnamed,
            rows: rows
                .into_iter()
                .map(|(number, cells)| Row {
                    number,
                    cells: Arc::new(cells),
                    origin: Arc::clone(&origin),
                    lone: false,
                    mended: Vec::new(),
                })
                .collect(),
            dropped: Dropped { footers: self.left_out.len(), ..Dropped::default() },
            left_out: self.left_out,
            hidden: self.hidden,
            places: places.into(),
        }
    }
}
