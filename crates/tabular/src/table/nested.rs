//! Trees without codes: a column for each level, names indented by spaces, or names with numbers such as 1.1.2.

use std::{collections::HashMap, sync::Arc};

use super::heading::plain;
use super::surplus::{Kind, Surplus};
use super::{APART, Covered, Dropped, Layout, Origin, Row, Table, title};
use crate::cell::{Cell, Sheet};
use crate::date::year_in;
use crate::text::{fold, tidy};

/// How many rows are searched for the header.
const ROWS_LOOKED_AT: usize = 40;
/// More levels are no tree of offices.
const MOST_LEVELS: usize = 12;
/// Headings over a column of names, in the order of a list.
const NAMES: [&str; 9] =
    ["名称", "单位名称", "单位", "组织名称", "组织机构", "机构名称", "组织架构", "单位(组织)名称", "name"];
/// Headings over a column of numbers such as 1.1.2.
const NUMBERS: [&str; 6] = ["序号", "编号", "序", "层级编号", "层次", "no."];

/// A tree as it is laid out in a sheet.
#[derive(Clone, Debug)]
pub struct Nested {
    /// Where it stands.
    pub origin: Origin,
    /// The row in which its header ends, counted from 1; 0 without one.
    pub header_row: usize,
    /// The headings of the levels from the top on; empty texts without a header.
    pub levels: Vec<String>,
    /// The units, each behind the one above it.
    pub nodes: Vec<Node>,
    /// The headings of columns that are not read.
    pub unread: Vec<String>,
    /// The numbers of the rows that are no units.
    pub left_out: Vec<usize>,
    /// The numbers of hidden rows with units.
    pub hidden: Vec<usize>,
    /// Other visible sheets with rows.
    pub other_sheets: Vec<String>,
}

/// A unit of such a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its number in the table; [`row_in_sheet`](super::row_in_sheet) tells the row in which it stands first.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// 0 at the top.
    pub depth: usize,
    /// The index of the unit above it.
    pub above: Option<usize>,
    /// What can't be read in one way.
    pub doubt: Option<NestedDoubt>,
}

/// What of a unit can't be read in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NestedDoubt {
    /// Its row names the levels above it anew and leaves one blank: it stands directly under the one above, or under this unit, the
    /// one that was named last in the blank column.
    Blank(usize),
    /// It is indented less than the row above it, and as no row before.
    Indent,
    /// No row has the number that comes above this one.
    NoNumber(String),
    /// An earlier row has its number.
    NumberTwice(String),
    /// What stands in place of its name is no text: a number, a date, the error of a formula.
    NoText(String),
}

/// Finds such a tree. `is_level` says of a heading whether it is a word for a level, `is_unit` of a text whether it looks like a unit.
pub fn find_nested(
    sheets: &[Sheet],
    layout: &Layout,
    is_level: impl Fn(&str) -> bool,
    is_unit: impl Fn(&str) -> bool,
) -> Option<Nested> {
    let candidates = super::chosen(sheets, layout).map(|(_, sheet)| sheet).filter(|sheet| !sheet.rows.is_empty());
    let found = candidates.filter_map(|sheet| {
        let nested = with_header(sheet, &is_level)
            .or_else(|| in_one_column(sheet, &is_unit))
            .or_else(|| without_header(sheet, &is_unit))?;
        Some(((!sheet.hidden, nested.nodes.len()), nested))
    });
    let (_, mut best) = found.max_by_key(|(rank, _)| *rank)?;
    let others =
        sheets.iter().filter(|sheet| !sheet.hidden && !sheet.rows.is_empty() && sheet.name != best.origin.sheet);
    best.other_sheets = others.map(|sheet| sheet.name.clone()).collect();
    Some(best)
}

/// The text of a cell, without the spaces around it.
fn text_of(cell: Option<&Cell>) -> Option<String> {
    match cell? {
        Cell::Text(text) => Some(tidy(text)).filter(|text| !text.is_empty()),
        _ => None,
    }
}

/// What a cell that isn't blank says in place of a unit's name, and the doubt if it is no text.
fn name_of(cell: Option<&Cell>) -> Option<(String, Option<NestedDoubt>)> {
    let cell = cell.filter(|cell| !cell.is_blank())?;
    let shown = tidy(&cell.shown());
    let doubt = (!matches!(cell, Cell::Text(_))).then(|| NestedDoubt::NoText(shown.clone()));
    Some((shown, doubt))
}

fn nested(sheet: &Sheet, header: Option<usize>, levels: Vec<String>) -> Nested {
    let above = sheet.rows.get(..header.unwrap_or(0)).unwrap_or_default();
    let title = title(above);
    let year = title.as_deref().and_then(year_in).or_else(|| year_in(&sheet.name));
    Nested {
        origin: Origin { sheet: sheet.name.clone(), title, year, ..Origin::default() },
        header_row: header.map_or(0, |row| row + 1),
        levels,
        nodes: Vec::new(),
        unread: Vec::new(),
        left_out: Vec::new(),
        hidden: Vec::new(),
        other_sheets: Vec::new(),
    }
}

/// A column for each level, under headings that name the levels.
fn with_header(sheet: &Sheet, is_level: impl Fn(&str) -> bool) -> Option<Nested> {
    let header = sheet
        .rows
        .iter()
        .take(ROWS_LOOKED_AT)
        .position(|cells| cells.iter().filter(|cell| is_level(&fold(&cell.shown()))).count() >= 2)?;
    let cells = sheet.rows.get(header)?;
    let headings: Vec<String> = cells.iter().map(|cell| tidy(&cell.shown())).collect();
    let places: Vec<usize> =
        headings.iter().enumerate().filter(|(_, text)| is_level(&fold(text))).map(|(place, _)| place).collect();
    let mut found = nested(sheet, Some(header), places.iter().map(|place| headings[*place].clone()).collect());
    let others = headings.iter().enumerate().filter(|(place, text)| !places.contains(place) && !text.is_empty());
    found.unread = others
        .map(|(_, text)| text.clone())
        .filter(|text| !matches!(plain(text).as_str(), "序号" | "序" | "no."))
        .collect();
    found.read_columns(sheet, header + 1, &places, &headings);
    (!found.nodes.is_empty()).then_some(found)
}

/// The same without headings: every text is a unit's name, and each level has a column.
fn without_header(sheet: &Sheet, is_unit: impl Fn(&str) -> bool) -> Option<Nested> {
    let first = sheet
        .rows
        .iter()
        .take(ROWS_LOOKED_AT)
        .position(|cells| cells.iter().any(|cell| text_of(Some(cell)).is_some_and(|text| is_unit(&text))))?;
    let texts = sheet.rows.iter().skip(first).flat_map(|cells| cells.iter().enumerate());
    let mut filled: Vec<(usize, bool)> = Vec::new();
    for (place, cell) in texts.filter(|(_, cell)| !cell.is_blank()) {
        filled.push((place, text_of(Some(cell)).is_some_and(|text| is_unit(&text))));
    }
    let mut places: Vec<usize> = filled.iter().map(|(place, _)| *place).collect();
    places.sort_unstable();
    places.dedup();
    // A column in which most texts are no units is none of the tree, and then nobody knows what the others are.
    let is_tree = |place: &usize| {
        let of: Vec<bool> = filled.iter().filter(|(at, _)| at == place).map(|(_, is_unit)| *is_unit).collect();
        of.iter().filter(|is_unit| **is_unit).count() * 2 >= of.len()
    };
    if !(2..=MOST_LEVELS).contains(&places.len()) || !places.iter().all(is_tree) {
        return None;
    }
    let mut found = nested(sheet, first.checked_sub(1), vec![String::new(); places.len()]);
    found.left_out = above(sheet, first);
    found.read_columns(sheet, first, &places, &[]);
    (found.nodes.len() > 1 && found.nodes.iter().any(|node| node.depth > 0)).then_some(found)
}

/// The numbers of the filled rows above the first one.
fn above(sheet: &Sheet, first: usize) -> Vec<usize> {
    let filled =
        sheet.rows.iter().enumerate().take(first).filter(|(_, cells)| cells.iter().any(|cell| !cell.is_blank()));
    filled.map(|(row, _)| row + 1).collect()
}

/// A row of a list that is indented or numbered.
struct Item {
    row: usize,
    name: String,
    number: Option<Vec<u32>>,
    indent: usize,
    /// Whether its name is no text.
    doubt: Option<NestedDoubt>,
}

/// Names one below another, indented or numbered; numbers may stand in a column of their own.
fn in_one_column(sheet: &Sheet, is_unit: impl Fn(&str) -> bool) -> Option<Nested> {
    let is_heading = |cell: &Cell| {
        let text = plain(&cell.shown());
        NAMES.contains(&text.as_str()) || NUMBERS.contains(&text.as_str())
    };
    let header = sheet.rows.iter().take(ROWS_LOOKED_AT).position(|cells| {
        cells.iter().any(|cell| NAMES.contains(&plain(&cell.shown()).as_str()))
            && cells.iter().filter(|cell| !cell.is_blank()).all(&is_heading)
    });
    let first = header.map_or(0, |row| row + 1);
    let surplus = Surplus { headings: &[], title: None, required: &[], dated: Vec::new() };
    let (mut items, mut left_out, mut odd) = (Vec::new(), Vec::new(), 0);
    for (row, cells) in sheet.rows.iter().enumerate().skip(first) {
        match surplus.kind(cells) {
            Some(Kind::Blank) => continue,
            Some(_) => {
                left_out.push(row + 1);
                continue;
            }
            None => {}
        }
        match item(row, cells) {
            Some(item) => items.push(item),
            // A title above the list.
            None if items.is_empty() && header.is_none() => left_out.push(row + 1),
            None => odd += 1,
        }
    }
    // What stands above the first numbered row is a title; without numbers the first row that looks like a unit begins the list.
    let begins = if items.iter().any(|item| item.number.is_some()) {
        items.iter().position(|item| item.number.is_some())
    } else {
        items.iter().position(|item| is_unit(&item.name))
    };
    let items_above = items.drain(..begins?);
    left_out.extend(items_above.map(|item| item.row + 1));
    left_out.sort_unstable();
    let numbered = items.iter().filter(|item| item.number.is_some()).count();
    let is_numbered =
        numbered == items.len() && items.iter().any(|item| item.number.as_ref().is_some_and(|n| n.len() > 1));
    let is_indented = numbered == 0
        && items.iter().any(|item| item.indent > items.first().map_or(0, |first| first.indent))
        && items.iter().filter(|item| is_unit(&item.name)).count() * 2 >= items.len();
    let texts = items.iter().filter(|item| item.doubt.is_none()).count();
    if odd > 0 || items.len() < 2 || texts * 2 < items.len() || !(is_numbered || is_indented) {
        return None;
    }
    let mut found = nested(sheet, first.checked_sub(1), Vec::new());
    found.left_out = left_out;
    found.hidden =
        items.iter().map(|item| item.row).filter(|row| sheet.hidden_rows.binary_search(row).is_ok()).collect();
    found.hidden.iter_mut().for_each(|row| *row += 1);
    if is_numbered {
        found.read_numbers(&items);
    } else {
        found.read_indents(&items);
    }
    let deepest = found.nodes.iter().map(|node| node.depth).max().unwrap_or(0);
    found.levels = vec![String::new(); deepest + 1];
    (deepest < MOST_LEVELS).then_some(found)
}

/// The name of a row with its number and its indentation; `None` for a row with other cells.
fn item(row: usize, cells: &[Cell]) -> Option<Item> {
    let mut filled = cells.iter().filter(|cell| !cell.is_blank());
    match (filled.next(), filled.next(), filled.next()) {
        (Some(Cell::Text(text)), None, None) => {
            let indent = text.chars().take_while(|letter| letter.is_whitespace()).map(width).sum();
            let name = tidy(text);
            let (number, name) = match split_number(&name) {
                Some((number, rest)) => (Some(number), rest),
                None => (None, name),
            };
            Some(Item { row, name, number, indent, doubt: None })
        }
        (cell, None, None) => {
            let (name, doubt) = name_of(cell)?;
            Some(Item { row, name, number: None, indent: 0, doubt })
        }
        (Some(number), cell, None) => {
            let (number, rest) = split_number(&format!("{} ", number.shown().trim()))?;
            let (name, doubt) = name_of(cell)?;
            rest.is_empty().then_some(Item { row, name, number: Some(number), indent: 0, doubt })
        }
        _ => None,
    }
}

/// A wide space takes as much room as two narrow ones, a tab as much as four.
fn width(letter: char) -> usize {
    match letter {
        '\u{3000}' => 2,
        '\t' => 4,
        _ => 1,
    }
}

/// `1.1.2 渡口街道` as its number and its name.
fn split_number(text: &str) -> Option<(Vec<u32>, String)> {
    let text = fold(text);
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let rest = rest.trim_start_matches(['、', ')', ' ', '\t', ':', ',']);
    let parts: Option<Vec<u32>> = number.trim_end_matches('.').split('.').map(|part| part.parse().ok()).collect();
    Some((parts?, rest.trim().to_owned()))
}

fn shown(number: &[u32]) -> String {
    number.iter().map(ToString::to_string).collect::<Vec<_>>().join(".")
}

impl Nested {
    /// Adds a unit, or finds the one with its name under the same unit; returns its index.
    fn add(&mut self, known: &mut HashMap<(Option<usize>, String), usize>, node: Node) -> usize {
        *known.entry((node.above, node.name.clone())).or_insert_with(|| {
            self.nodes.push(node);
            self.nodes.len() - 1
        })
    }

    fn read_columns(&mut self, sheet: &Sheet, first: usize, places: &[usize], headings: &[String]) {
        let merged = Covered::new(sheet, first);
        let title = self.origin.title.clone();
        let surplus = Surplus { headings, title: title.as_deref(), required: &[], dated: Vec::new() };
        let mut known = HashMap::new();
        // The unit of each level that was named last.
        let mut path: Vec<Option<usize>> = vec![None; places.len()];
        for (row, cells) in sheet.rows.iter().enumerate().skip(first) {
            match surplus.kind(cells) {
                Some(Kind::Blank) => continue,
                Some(_) => {
                    self.left_out.push(row + 1);
                    continue;
                }
                None => {}
            }
            let filled = merged.fill(row, cells);
            let is_own = |place: usize| cells.get(place).is_some_and(|cell| !cell.is_blank());
            let mut begun = false;
            let mut named_anew = false;
            let mut blank = None;
            for (depth, place) in places.iter().enumerate() {
                let above = path.iter().take(depth).rev().flatten().next().copied();
                let Some((name, no_text)) = name_of(filled.get(*place)) else {
                    if begun {
                        path[depth] = None;
                    } else if named_anew && let Some(last) = path[depth].take() {
                        blank = Some(last);
                    }
                    continue;
                };
                let number = row + 1 + APART * depth;
                // Two cells that are no text may mean two units.
                let is_another = no_text.is_some() && is_own(*place);
                let same = path[depth].filter(|at| !begun && !is_another && self.nodes[*at].name == name);
                named_anew |= is_own(*place);
                let doubt = no_text.or(blank.take().filter(|_| same.is_none()).map(NestedDoubt::Blank));
                let node = Node { number, name, depth, above, doubt };
                let at = match same {
                    Some(at) => at,
                    None if is_another => {
                        self.nodes.push(node);
                        self.nodes.len() - 1
                    }
                    None => self.add(&mut known, node),
                };
                begun |= same.is_none();
                path[depth] = Some(at);
            }
            if sheet.hidden_rows.binary_search(&row).is_ok() {
                self.hidden.push(row + 1);
            }
        }
    }

    fn read_numbers(&mut self, items: &[Item]) {
        let mut by_number: HashMap<&[u32], usize> = HashMap::new();
        for item in items {
            let number = item.number.as_deref().unwrap_or_default();
            let above = number.split_last().map(|(_, above)| above).unwrap_or_default();
            let parent = by_number.get(above).copied();
            let doubt = if item.doubt.is_some() {
                item.doubt.clone()
            } else if by_number.contains_key(number) {
                Some(NestedDoubt::NumberTwice(shown(number)))
            } else if !above.is_empty() && parent.is_none() {
                Some(NestedDoubt::NoNumber(shown(above)))
            } else {
                None
            };
            let at = self.nodes.len();
            by_number.entry(number).or_insert(at);
            let depth = number.len().saturating_sub(1);
            self.nodes.push(Node { number: item.row + 1, name: item.name.clone(), depth, above: parent, doubt });
        }
    }

    fn read_indents(&mut self, items: &[Item]) {
        // The indentation and the index of the units above.
        let mut path: Vec<(usize, usize)> = Vec::new();
        for item in items {
            let mut left = None;
            while path.last().is_some_and(|(indent, _)| *indent >= item.indent) {
                left = path.pop();
            }
            // Less than the unit left last, though it stood directly in this one: nobody knows which of them it stands beside.
            let doubt = left.filter(|(indent, _)| *indent > item.indent).map(|_| NestedDoubt::Indent);
            let doubt = item.doubt.clone().or(doubt);
            let at = self.nodes.len();
            let above = path.last().map(|(_, at)| *at);
            self.nodes.push(Node { number: item.row + 1, name: item.name.clone(), depth: path.len(), above, doubt });
            path.push((item.indent, at));
        }
    }

    /// The names from the top down to a unit, its own last.
    pub fn path(&self, at: usize) -> Vec<&str> {
        let mut names = Vec::new();
        let mut next = self.nodes.get(at);
        while let Some(node) = next {
            names.push(node.name.as_str());
            next = node.above.and_then(|above| self.nodes.get(above));
        }
        names.reverse();
        names
    }

    /// A table with a unit to a row, and the names of the levels above it in the columns before.
    pub fn as_table(&self) -> Table {
        let headings: Vec<String> = self
            .levels
            .iter()
            .enumerate()
            .map(|(depth, heading)| if heading.is_empty() { format!("第{}级", depth + 1) } else { heading.clone() })
            .collect();
        let origin = Arc::new(Origin { headings: headings.clone(), ..self.origin.clone() });
        let rows: Vec<Row> = self
            .nodes
            .iter()
            .enumerate()
            .map(|(at, node)| {
                let mut cells = vec![Cell::Empty; headings.len()];
                let mut next = Some(at);
                while let Some(node) = next.and_then(|at| self.nodes.get(at)) {
                    if let Some(cell) = cells.get_mut(node.depth) {
                        *cell = Cell::from_text(node.name.clone());
                    }
                    next = node.above;
                }
                Row {
                    number: node.number,
                    cells: Arc::new(cells),
                    origin: Arc::clone(&origin),
                    lone: false,
                    mended: Vec::new(),
                }
            })
            .collect();
        Table {
            sheet: origin.sheet.clone(),
            sheets: vec![origin.sheet.clone()],
            other_sheets: self.other_sheets.clone(),
            title: origin.title.clone(),
            title_year: origin.year,
            years: Vec::new(),
            header_row: self.header_row,
            headings,
            unmapped: self.unread.clone(),
            unnamed: Vec::new(),
            rows,
            dropped: Dropped { footers: self.left_out.len(), ..Dropped::default() },
            left_out: self.left_out.clone(),
            hidden: self.hidden.clone(),
            places: Vec::new().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Merged;

    fn sheet(rows: &[&[&str]]) -> Sheet {
        let rows = rows.iter().map(|cells| cells.iter().map(|text| Cell::from_text(*text)).collect()).collect();
        Sheet { name: "表".to_owned(), rows, ..Sheet::default() }
    }

    fn found(sheet: &Sheet) -> Option<Nested> {
        let is_level = |text: &str| ["市", "区县", "街道(镇)", "社区(村)"].contains(&text);
        let is_unit = |text: &str| ["市", "区", "街道", "镇", "社区", "村"].iter().any(|end| text.ends_with(end));
        find_nested(std::slice::from_ref(sheet), &Layout::default(), is_level, is_unit)
    }

    /// Depth and path of every unit.
    fn tree(sheet: &Sheet) -> Vec<String> {
        let nested = found(sheet).unwrap();
        let path = |(at, node): (usize, &Node)| {
            format!("{}{} {}", nested.path(at).join("/"), if node.doubt.is_some() { "?" } else { "" }, node.depth)
        };
        nested.nodes.iter().enumerate().map(path).collect()
    }

    const TREE: [&str; 7] = [
        "云栖市 0",
        "云栖市/听澜区 1",
        "云栖市/听澜区/渡口街道 2",
        "云栖市/听澜区/渡口街道/渡口社区 3",
        "云栖市/听澜区/渡口街道/石桥社区 3",
        "云栖市/听澜区/柳岸镇 2",
        "云栖市/听澜区/柳岸镇/柳岸村 3",
    ];

    #[test]
    fn columns_by_level_are_a_tree_with_headings_and_without() {
        let head: &[&str] = &["市", "区县", "街道（镇）", "社区（村）"];
        let rows: [&[&str]; 3] =
            [&["云栖市", "听澜区", "渡口街道", "渡口社区"], &["", "", "", "石桥社区"], &["", "", "柳岸镇", "柳岸村"]];
        let mut merged = sheet(&[&["市妇联组织架构"], head, rows[0], rows[1], rows[2]]);
        merged.merged = vec![Merged { first: 2, last: 4, column: 0 }, Merged { first: 2, last: 3, column: 2 }];
        assert_eq!(tree(&merged), TREE);
        assert_eq!(found(&merged).unwrap().levels, ["市", "区县", "街道（镇）", "社区（村）"]);
        assert_eq!(tree(&sheet(&[head, rows[0], rows[1], rows[2]])), TREE, "blank below what holds");
        let full: [&[&str]; 4] =
            [head, rows[0], &["云栖市", "听澜区", "渡口街道", "石桥社区"], &["云栖市", "听澜区", "柳岸镇", "柳岸村"]];
        assert_eq!(tree(&sheet(&full)), TREE, "named anew in every row");
        assert_eq!(tree(&sheet(&full[1..])), TREE, "without headings");
        assert_eq!(
            tree(&sheet(&[
                &["组织架构图"],
                &["云栖市"],
                &["", "听澜区"],
                &["", "", "渡口街道"],
                &["", "", "", "渡口社区"],
                &["", "", "", "石桥社区"],
                &["", "", "柳岸镇"],
                &["", "", "", "柳岸村"],
                &["填表人：温以宁"],
            ])),
            TREE,
            "a stair"
        );
    }

    #[test]
    fn a_level_that_is_left_blank_where_those_above_are_named_is_in_doubt() {
        let rows = sheet(&[
            &["市", "区县", "街道（镇）", "社区（村）"],
            &["云栖市", "听澜区", "渡口街道", "渡口社区"],
            &["云栖市", "听澜区", "", "石桥社区"],
            &["云栖市", "望江区", "", "江口社区"],
        ]);
        let nested = found(&rows).unwrap();
        let doubts: Vec<_> = nested.nodes.iter().map(|node| (node.name.as_str(), node.doubt.clone())).collect();
        assert_eq!(doubts[4], ("石桥社区", Some(NestedDoubt::Blank(2))));
        assert_eq!(doubts[6], ("江口社区", None), "nothing stands in its blank column yet");
        assert_eq!(nested.nodes[6].above, Some(5));
    }

    #[test]
    fn a_name_that_is_no_text_is_in_doubt() {
        let doubts = |sheet: &Sheet| -> Vec<String> {
            let nested = found(sheet).unwrap();
            let path = |at: usize| nested.path(at).join("/");
            let doubtful = nested.nodes.iter().enumerate().filter_map(|(at, node)| match &node.doubt {
                Some(NestedDoubt::NoText(text)) => Some(format!("{} {text}", path(at))),
                _ => None,
            });
            doubtful.collect()
        };
        let broken = || Cell::Error("#REF!".to_owned());
        let mut rows = sheet(&[
            &["市", "区县", "街道（镇）", "社区（村）"],
            &["云栖市", "听澜区", "渡口街道", "渡口社区"],
            &["", "", "", "?"],
            &["", "", "", "?"],
            &["", "", "?", "石桥社区"],
            &["", "", "柳岸镇", "?"],
        ]);
        rows.rows[2][3] = broken();
        rows.rows[3][3] = broken();
        rows.rows[4][2] = broken();
        rows.rows[5][3] = Cell::Number(12.0);
        let street = "云栖市/听澜区/渡口街道/#REF! #REF!";
        assert_eq!(
            doubts(&rows),
            [street, street, "云栖市/听澜区/#REF! #REF!", "云栖市/听澜区/柳岸镇/12 12"],
            "by level"
        );
        assert_eq!(tree(&rows)[7], "云栖市/听澜区/#REF!/石桥社区 3", "under the one that is in doubt");
        rows.rows.remove(0);
        rows.rows[1][3] = Cell::from_text("江口社区");
        rows.rows[2][3] = Cell::from_text("石门社区");
        assert_eq!(doubts(&rows).len(), 2, "without headings");
        let mut indented = sheet(&[&["云栖市"], &["  听澜区"], &["?"], &["    渡口街道"]]);
        indented.rows[2][0] = broken();
        assert_eq!(doubts(&indented), ["#REF! #REF!"], "indented");
        let mut numbered = sheet(&[&["1", "云栖市"], &["1.1", "?"], &["1.1.1", "渡口街道"]]);
        numbered.rows[1][1] = broken();
        assert_eq!(doubts(&numbered), ["云栖市/#REF! #REF!"], "numbered");
    }

    #[test]
    fn indented_and_numbered_names_are_a_tree() {
        let indented = sheet(&[
            &["市妇联组织架构一览"],
            &["单位名称"],
            &["云栖市"],
            &["  听澜区"],
            &["    渡口街道"],
            &["      渡口社区"],
            &["      石桥社区"],
            &["\u{3000}\u{3000}柳岸镇"],
            &["\u{3000}\u{3000}\u{3000}柳岸村"],
            &["以下空白"],
        ]);
        assert_eq!(tree(&indented), TREE);
        assert_eq!(found(&indented).unwrap().left_out, [10]);
        let numbers = ["1", "1.1", "1.1.1", "1.1.1.1", "1.1.1.2", "1.1.2", "1.1.2.1"];
        let names = ["云栖市", "听澜区", "渡口街道", "渡口社区", "石桥社区", "柳岸镇", "柳岸村"];
        let in_one: Vec<String> = numbers.iter().zip(names).map(|(number, name)| format!("{number}、{name}")).collect();
        let rows: Vec<[&str; 1]> = in_one.iter().map(|text| [text.as_str()]).collect();
        assert_eq!(tree(&sheet(&rows.iter().map(<[&str; 1]>::as_slice).collect::<Vec<_>>())), TREE);
        let rows: Vec<[&str; 2]> = numbers.into_iter().zip(names).map(<[&str; 2]>::from).collect();
        let mut rows: Vec<&[&str]> = rows.iter().map(<[&str; 2]>::as_slice).collect();
        rows.insert(0, &["序号", "单位名称"]);
        assert_eq!(tree(&sheet(&rows)), TREE);
    }

    #[test]
    fn what_is_out_of_order_is_in_doubt_and_what_is_no_tree_is_none() {
        let indented = sheet(&[&["云栖市"], &["    听澜区"], &["  渡口街道"]]);
        assert_eq!(tree(&indented), ["云栖市 0", "云栖市/听澜区 1", "云栖市/渡口街道? 1"]);
        let numbered = sheet(&[&["1 云栖市"], &["1.1 听澜区"], &["1.1 望江区"], &["1.2.1 渡口街道"]]);
        let doubts: Vec<_> = found(&numbered).unwrap().nodes.into_iter().map(|node| node.doubt).collect();
        let of = |text: &str| text.to_owned();
        assert_eq!(
            doubts,
            [None, None, Some(NestedDoubt::NumberTwice(of("1.1"))), Some(NestedDoubt::NoNumber(of("1.2")))]
        );
        for rows in [
            [["渡口街道"], ["柳岸镇"]].as_slice(),
            [["1 渡口街道"], ["2 柳岸镇"]].as_slice(),
            [["温以宁"], ["  骆青梧"]].as_slice(),
        ] {
            let rows: Vec<&[&str]> = rows.iter().map(<[&str; 1]>::as_slice).collect();
            assert!(found(&sheet(&rows)).is_none(), "{rows:?}");
        }
        assert!(found(&sheet(&[&["温以宁", "女", "上桥街道"], &["骆青梧", "女", "上桥街道"]])).is_none());
    }
}
