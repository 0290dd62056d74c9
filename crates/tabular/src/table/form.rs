//! Forms: labels with what they name beside or below them, one form to a sheet.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::heading::plain;
use super::{APART, Column, Dropped, Layout, Origin, Row, Table, chosen, title};
use crate::cell::{Cell, Sheet};
use crate::date::year_in;
use crate::text::{fold, tidy, tidy_lines};

/// The labels that a form may have.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    /// What is read, by its names.
    pub columns: &'a [Column],
    /// The keys of those that may fill several cells: lists of names, long texts.
    pub several: &'a [&'a str],
    /// Labels that are known and not read: what stands beside them belongs to nothing else.
    pub others: &'a [&'a str],
}

/// A form.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// The sheet.
    pub sheet: String,
    /// The row of its first label, counted from 1.
    pub row: usize,
    /// The title above it.
    pub title: Option<String>,
    /// What was read, by key.
    pub fields: Vec<(&'static str, Cell)>,
    /// Labels that were not read, and texts that belong to no label.
    pub unread: Vec<String>,
    /// Second values of labels whose first one was read; their labels are among the unread ones.
    pub second: Vec<(&'static str, Cell)>,
}

/// What a cell is.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    Blank,
    /// A label, with its key if it is read.
    Label(Option<&'static str>),
    /// Labels with their values in the same cell.
    Filled(Vec<(&'static str, String)>),
    Value,
}

/// Characters of a text without a label that is shown among what was not read.
const SHOWN: usize = 20;
/// Characters of a cell that is searched for several labels.
const MOST_LABELLED: usize = 300;

/// The sheets with at least one of these labels, visible ones or the chosen one, each read as a form.
pub fn find_forms(sheets: &[Sheet], labels: Labels<'_>, layout: &Layout) -> Vec<Form> {
    let hidden = |sheet: &Sheet| sheet.hidden && layout.sheet.is_none();
    chosen(sheets, layout).filter(|(_, sheet)| !hidden(sheet)).filter_map(|(_, sheet)| form(sheet, labels)).collect()
}

/// A form of a sheet, however few of its labels are known; `None` if no label is.
fn form(sheet: &Sheet, labels: Labels<'_>) -> Option<Form> {
    let parts: Vec<Vec<Part>> =
        sheet.rows.iter().map(|cells| cells.iter().map(|cell| labels.part(cell)).collect()).collect();
    let is_label = |part: &Part| matches!(part, Part::Label(_) | Part::Filled(_));
    let first = parts.iter().position(|row| row.iter().any(is_label))?;
    let above = sheet.rows.get(..first).unwrap_or_default();
    let (fields, unread, second, used) = (Vec::new(), Vec::new(), Vec::new(), BTreeSet::new());
    let is_text = parts.iter().all(|cells| cells.len() <= 1);
    let mut reading = Reading { sheet, parts: &parts, labels, is_text, fields, unread, second, used };
    let title = title(above);
    for (row, cells) in above.iter().enumerate() {
        let is_title = |cell: &Cell| title.as_ref().is_some_and(|title| *title == tidy(&cell.shown()));
        reading
            .used
            .extend(cells.iter().enumerate().filter(|(_, cell)| is_title(cell)).map(|(column, _)| (row, column)));
    }
    for (row, cells) in parts.iter().enumerate() {
        for (column, part) in cells.iter().enumerate() {
            match part {
                Part::Label(key) => reading.label(*key, (row, column)),
                Part::Filled(values) => {
                    reading.used.insert((row, column));
                    for (key, value) in values {
                        let further = reading.further_lines(key, row);
                        let value = if further.is_empty() { value.clone() } else { format!("{value}\n{further}") };
                        reading.add(key, labels.name(key), Cell::from_text(value));
                    }
                }
                Part::Value | Part::Blank => {}
            }
        }
    }
    reading.rest();
    let Reading { fields, unread, second, .. } = reading;
    Some(Form { sheet: sheet.name.clone(), row: first + 1, title, fields, unread, second })
}

impl<'a> Labels<'a> {
    /// What a label is called in messages.
    fn name(&self, key: &'a str) -> &'a str {
        let named = self.columns.iter().find(|column| column.key == key);
        named.and_then(|column| column.names.first()).copied().unwrap_or(key)
    }

    fn key(&self, text: &str) -> Option<&'static str> {
        let text = plain(text);
        let named = |column: &&Column| column.names.iter().any(|name| plain(name) == text);
        self.columns.iter().find(named).map(|column| column.key)
    }

    fn part(&self, cell: &Cell) -> Part {
        if cell.is_blank() {
            return Part::Blank;
        }
        let Cell::Text(text) = cell else { return Part::Value };
        if let Some(key) = self.key(text) {
            return Part::Label(Some(key));
        }
        let text_plain = plain(text);
        if self.others.iter().any(|other| plain(other) == text_plain) {
            return Part::Label(None);
        }
        let filled = self.filled(text);
        if filled.is_empty() { Part::Value } else { Part::Filled(filled) }
    }

    /// The labels of a cell with their values: `时间：2025年5月8日 地点：会议室`.
    fn filled(&self, text: &str) -> Vec<(&'static str, String)> {
        // A long text may stand in the cell of its label, below it.
        let below = || {
            let (label, rest) = text.trim_start().split_once('\n')?;
            let key = self.key(label).filter(|key| self.several.contains(key))?;
            Some(vec![(key, tidy_lines(rest))])
        };
        let beside = || {
            let (label, rest) = text.split_once([':', '：'])?;
            Some((self.key(label)?, rest))
        };
        let Some((first, rest)) = beside() else { return below().unwrap_or_default() };
        // A long text may have labels of its own.
        if self.several.contains(&first) || text.chars().count() > MOST_LABELLED {
            return vec![(first, tidy_lines(rest))];
        }
        let mut found: Vec<(&'static str, String)> = vec![(first, String::new())];
        let mut rest = rest;
        loop {
            // The next label: a word directly before a colon.
            let next =
                rest.char_indices().filter(|(_, letter)| [':', '：'].contains(letter)).find_map(|(colon, letter)| {
                    let before = &rest[..colon];
                    let start = before
                        .char_indices()
                        .rev()
                        .find(|(_, letter)| letter.is_whitespace() || ";；,，。".contains(*letter))
                        .map(|(at, letter)| at + letter.len_utf8())?;
                    Some((start, self.key(&before[start..])?, colon + letter.len_utf8()))
                });
            let value = next.map_or(rest, |(start, ..)| &rest[..start]);
            if let Some((_, last)) = found.last_mut() {
                value.trim_matches(|letter: char| letter.is_whitespace() || ";；,，".contains(letter)).clone_into(last);
            }
            let Some((_, key, after)) = next else { break };
            found.push((key, String::new()));
            rest = &rest[after..];
        }
        found
    }
}

struct Reading<'s> {
    sheet: &'s Sheet,
    parts: &'s [Vec<Part>],
    labels: Labels<'s>,
    /// Whether the sheet has a single column: then its rows are lines of a text.
    is_text: bool,
    fields: Vec<(&'static str, Cell)>,
    unread: Vec<String>,
    second: Vec<(&'static str, Cell)>,
    used: BTreeSet<(usize, usize)>,
}

impl Reading<'_> {
    fn part(&self, row: usize, column: usize) -> &Part {
        self.parts.get(row).and_then(|cells| cells.get(column)).unwrap_or(&Part::Blank)
    }

    fn has_label(&self, row: usize) -> bool {
        self.parts
            .get(row)
            .is_some_and(|cells| cells.iter().any(|part| matches!(part, Part::Label(_) | Part::Filled(_))))
    }

    fn is_blank(&self, row: usize) -> bool {
        self.parts.get(row).is_none_or(|cells| cells.iter().all(|part| *part == Part::Blank))
    }

    fn values(&self, row: usize, columns: std::ops::Range<usize>) -> Vec<(usize, usize)> {
        columns.filter(|column| *self.part(row, *column) == Part::Value).map(|column| (row, column)).collect()
    }

    /// Reads what a label names.
    fn label(&mut self, key: Option<&'static str>, (row, column): (usize, usize)) {
        self.used.insert((row, column));
        let several = key.is_none_or(|key| self.labels.several.contains(&key));
        let width = self.parts.get(row).map_or(0, Vec::len);
        let is_label = |column: &usize| matches!(self.part(row, *column), Part::Label(_) | Part::Filled(_));
        let end = (column + 1..width).find(is_label);
        let mut places = self.values(row, column + 1..end.unwrap_or(width));
        if places.is_empty() && *self.part(row + 1, column) == Part::Value && !self.has_label(row + 1) {
            places = self.below(row, column);
        } else if several {
            places.extend(self.further(row, column, end));
        }
        if !several {
            places.truncate(1);
        }
        self.used.extend(&places);
        let shown = self.sheet.rows.get(row).and_then(|cells| cells.get(column)).map(Cell::shown).unwrap_or_default();
        let label = tidy(shown.trim_end_matches([':', '：']));
        let Some(key) = key else {
            self.unread.push(label);
            return;
        };
        let cells: Vec<&Cell> =
            places.iter().filter_map(|(row, column)| self.sheet.rows.get(*row)?.get(*column)).collect();
        let value = match cells.as_slice() {
            [] => Cell::Empty,
            [one] => (*one).clone(),
            // Names beside each other are a list; of a long text each cell is a line.
            several => Cell::from_text(several.iter().map(|cell| cell.shown()).collect::<Vec<_>>().join("\n")),
        };
        self.add(key, &label, value);
    }

    /// Below a label without anything beside it: what stands in its column, or, if it is the only label of its row, all rows down to the
    /// next label.
    fn below(&self, row: usize, column: usize) -> Vec<(usize, usize)> {
        let others = self.parts.get(row).into_iter().flatten().filter(|part| **part != Part::Blank).count();
        if others > 1 {
            return vec![(row + 1, column)];
        }
        let rows = (row + 1..self.parts.len()).take_while(|row| !self.has_label(*row) && !self.is_blank(*row));
        rows.flat_map(|row| self.values(row, 0..self.parts.get(row).map_or(0, Vec::len))).collect()
    }

    /// Further rows of what stands beside a label: those that the merged label covers, or that begin behind its column.
    fn further(&self, row: usize, column: usize, end: Option<usize>) -> Vec<(usize, usize)> {
        let covers = |area: &&crate::cell::Merged| area.first == row && area.column == column;
        let covered = self.sheet.merged.iter().find(covers).map_or(row, |area| area.last);
        let mut places = Vec::new();
        for below in row + 1..self.parts.len() {
            let width = self.parts.get(below).map_or(0, Vec::len);
            let begins_behind = self.values(below, 0..column + 1).is_empty() && !self.is_blank(below);
            if self.has_label(below) || !(below <= covered || begins_behind) {
                break;
            }
            let of_row = self.values(below, column + 1..end.unwrap_or(width).max(column + 1));
            // The date of a signature below the text is none of it.
            if below > covered && of_row.iter().all(|place| self.is_signature(*place)) {
                break;
            }
            places.extend(of_row);
        }
        places
    }

    /// In a text, the lines that go on with what stands behind a label.
    fn further_lines(&mut self, key: &str, row: usize) -> String {
        if !self.is_text || !self.labels.several.contains(&key) {
            return String::new();
        }
        let goes_on = |row: &usize| *self.part(*row, 0) == Part::Value && !self.is_signature((*row, 0));
        let rows: Vec<usize> = (row + 1..self.parts.len()).take_while(goes_on).collect();
        self.used.extend(rows.iter().map(|row| (*row, 0)));
        let lines = rows.iter().filter_map(|row| Some(self.sheet.rows.get(*row)?.first()?.shown()));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn is_signature(&self, (row, column): (usize, usize)) -> bool {
        let Some(cell) = self.sheet.rows.get(row).and_then(|cells| cells.get(column)) else { return true };
        let text = fold(&cell.shown());
        let is_date = text.chars().all(|letter| letter.is_ascii_digit() || "年月日-./ ".contains(letter));
        matches!(cell, Cell::Date(_))
            || is_date
            || text.contains("盖章")
            || text.contains("签字")
            || text.contains("签名")
    }

    /// A second value for a key is not read, and named by its label.
    fn add(&mut self, key: &'static str, label: &str, value: Cell) {
        match self.fields.iter_mut().find(|(known, _)| *known == key) {
            None => self.fields.push((key, value)),
            Some((_, known)) if known.is_blank() => *known = value,
            Some(_) if value.is_blank() => {}
            Some(_) => {
                self.unread.push(label.to_owned());
                self.second.push((key, value));
            }
        }
    }

    /// Names what no label took: of a text with a colon, or with another beside it, the label.
    fn rest(&mut self) {
        for (row, cells) in self.sheet.rows.iter().enumerate() {
            let mut column = 0;
            while let Some(cell) = cells.get(column) {
                let is_open = |column: usize| {
                    !self.used.contains(&(row, column)) && cells.get(column).is_some_and(|cell| !cell.is_blank())
                };
                if is_open(column) {
                    let text = tidy(&cell.shown());
                    let label = text.split([':', '：']).next().unwrap_or_default();
                    let next =
                        (column + 1..cells.len()).find(|next| cells.get(*next).is_some_and(|cell| !cell.is_blank()));
                    let is_label = text.chars().count() <= 8 && next.is_some_and(is_open);
                    let shown: String = label.chars().take(SHOWN).collect();
                    self.unread.push(if shown.len() < label.len() { format!("{shown}…") } else { shown });
                    if let Some(next) = next.filter(|_| is_label) {
                        column = next;
                    }
                }
                column += 1;
            }
        }
    }
}

/// The forms as a table: each is a row, with the columns that it has.
pub fn forms_table(forms: Vec<Form>, sheets: &[Sheet], labels: Labels<'_>, layout: &Layout) -> Option<Table> {
    let first = forms.first()?;
    let (sheet, header_row, title) = (first.sheet.clone(), first.row, first.title.clone());
    let heading = |column: &Column| column.names.first().copied().unwrap_or(column.key).to_owned();
    let headings: Vec<String> = labels.columns.iter().map(heading).collect();
    let places: Vec<(&'static str, usize)> =
        labels.columns.iter().enumerate().map(|(place, column)| (column.key, place)).collect();
    let of_key = |key: &str| labels.columns.iter().find(|column| column.key == key).map(|column| column.key);
    let given: Vec<(&'static str, Cell)> =
        layout.given.iter().filter_map(|(key, text)| Some((of_key(key)?, Cell::from_text(text.as_str())))).collect();
    let mut unmapped: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    let read: Vec<String> = forms.iter().map(|form| form.sheet.clone()).collect();
    for (at, form) in forms.into_iter().enumerate() {
        unmapped.extend(form.unread.into_iter().filter(|label| !unmapped.contains(label)).collect::<Vec<_>>());
        let own = |key: &str| form.fields.iter().find(|(known, _)| *known == key).map(|(_, cell)| cell);
        let cells: Vec<Cell> =
            labels.columns.iter().map(|column| own(column.key).cloned().unwrap_or_default()).collect();
        let year = form.title.as_deref().and_then(year_in).or_else(|| year_in(&form.sheet));
        let origin = Origin {
            sheet: form.sheet.clone(),
            title: form.title.clone(),
            year,
            above: Vec::new(),
            headings: headings.clone(),
            places: places.iter().filter(|(key, _)| own(key).is_some_and(|cell| !cell.is_blank())).copied().collect(),
            given: given.clone(),
        };
        let cells = Arc::new(cells);
        rows.push(Row {
            number: form.row + APART * at,
            cells,
            origin: Arc::new(origin),
            lone: false,
            mended: Vec::new(),
        });
    }
    let other = |sheet: &&Sheet| !sheet.hidden && !sheet.rows.is_empty() && !read.contains(&sheet.name);
    Some(Table {
        other_sheets: sheets.iter().filter(other).map(|sheet| sheet.name.clone()).collect(),
        title_year: title.as_deref().and_then(year_in),
        sheet,
        sheets: read,
        title,
        years: Vec::new(),
        header_row,
        headings,
        unmapped,
        unnamed: Vec::new(),
        rows,
        dropped: Dropped::default(),
        left_out: Vec::new(),
        hidden: Vec::new(),
        places: places.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 7] = [
        Column { key: "date", names: &["时间", "会议时间"], required: false },
        Column { key: "title", names: &["主题", "会议主题"], required: false },
        Column { key: "place", names: &["地点"], required: false },
        Column { key: "chair", names: &["主持人"], required: false },
        Column { key: "names", names: &["参加人员"], required: false },
        Column { key: "absent", names: &["缺席人员及原因"], required: false },
        Column { key: "minutes", names: &["内容", "会议内容"], required: false },
    ];
    const LABELS: Labels<'static> =
        Labels { columns: &COLUMNS, several: &["names", "absent", "minutes"], others: &["应到人数", "审核人"] };

    fn read(rows: &[&str]) -> (Vec<String>, Vec<String>) {
        let rows = rows.iter().map(|row| row.split('|').map(Cell::from_text).collect()).collect();
        let sheet = Sheet { name: "一".to_owned(), rows, ..Sheet::default() };
        let form = find_forms(&[sheet], LABELS, &Layout::default()).remove(0);
        let fields = form.fields.iter().filter(|(_, cell)| !cell.is_blank());
        (fields.map(|(key, cell)| format!("{key}={}", cell.shown().replace('\n', "/"))).collect(), form.unread)
    }

    #[test]
    fn labels_have_their_values_beside_or_below() {
        for (rows, fields, unread) in [
            // Beside, two pairs on a row; a label that is not known; the last one with a text over several rows.
            (
                &[
                    "五月学习记录",
                    "时 间|2025年5月8日|地点|会议室",
                    "主题|学条例|天气|晴",
                    "参加人员|温以宁、骆青梧||",
                    "缺席人员及原因|||",
                    "内容|一、读条例。||",
                    "|二、谈体会。||",
                    "|||2025年5月9日",
                ][..],
                vec![
                    "date=2025年5月8日",
                    "place=会议室",
                    "title=学条例",
                    "names=温以宁、骆青梧",
                    "minutes=一、读条例。/二、谈体会。",
                ],
                vec!["天气", "2025年5月9日"],
            ),
            // In the same cell, several of them.
            (
                &[
                    "会议记录",
                    "时间：2025年5月8日 14:30 地点：会议室；主持人：苏沐言",
                    "主题：学条例",
                    "会议内容：时间：讨论",
                ],
                vec!["date=2025年5月8日 14:30", "place=会议室", "chair=苏沐言", "title=学条例", "minutes=时间：讨论"],
                vec![],
            ),
            // Below, side by side; and a label over the whole width.
            (
                &["时间|地点|主持人", "2025.5.8|会议室|苏沐言", "主题", "学条例", "会议内容", "一", "二"],
                vec!["date=2025.5.8", "place=会议室", "chair=苏沐言", "title=学条例", "minutes=一/二"],
                vec![],
            ),
            // Names in cells, in several rows; a label that is known and not read ends them.
            (
                &[
                    "时间|2025.5.8||||",
                    "主题|学条例||||",
                    "参加人员|温以宁|骆青梧||应到人数|4",
                    "|晏知秋|简书遥|||",
                    "审核人||||",
                ],
                vec!["date=2025.5.8", "title=学条例", "names=温以宁/骆青梧/晏知秋/简书遥"],
                vec!["应到人数", "审核人"],
            ),
            // In one column the rows are lines of a text; the date of a signature below it is none of it.
            (
                &[
                    "会议记录",
                    "时间：2025.5.8",
                    "参加人员：温以宁、",
                    "骆青梧",
                    "会议内容：一、读条例。",
                    "二、讨论。",
                    "2025年5月9日",
                ],
                vec!["date=2025.5.8", "names=温以宁、/骆青梧", "minutes=一、读条例。/二、讨论。"],
                vec!["2025年5月9日"],
            ),
            // A long text below its label, in the same cell.
            (
                &["时间|2025.5.8", "主题|学条例", "会议内容\n一、读条例。\n二、讨论。"],
                vec!["date=2025.5.8", "title=学条例", "minutes=一、读条例。/二、讨论。"],
                vec![],
            ),
            (
                &["时间：2025.5.8", "主题：学条例", "时间：2025.6.8"],
                vec!["date=2025.5.8", "title=学条例"],
                vec!["时间"],
            ),
            // Two values for one thing: the second is named.
            (
                &["时间|2025.5.8", "主题|学条例", "会议主题|学章程", "内容|无"],
                vec!["date=2025.5.8", "title=学条例", "minutes=无"],
                vec!["会议主题"],
            ),
        ] {
            let (of_form, rest) = read(rows);
            assert_eq!(of_form, fields, "{rows:?}");
            assert_eq!(rest, unread, "{rows:?}");
        }
    }

    #[test]
    fn merged_labels_cover_their_rows() {
        let rows = ["时间|2025.5.8", "参加人员|温以宁", "|", "|骆青梧", "主题|学条例"];
        let rows = rows.iter().map(|row| row.split('|').map(Cell::from_text).collect()).collect();
        let merged = vec![crate::cell::Merged { first: 1, last: 3, column: 0 }];
        let sheet = Sheet { name: "一".to_owned(), rows, merged, ..Sheet::default() };
        let form = find_forms(&[sheet], LABELS, &Layout::default()).remove(0);
        assert!(form.fields.contains(&("names", Cell::from_text("温以宁\n骆青梧"))), "{form:?}");
    }
}
