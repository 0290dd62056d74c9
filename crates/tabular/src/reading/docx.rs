//! Reads the tables of a Word document (DOCX) as sheets, with the paragraphs around them as rows of one cell.
//!
//! Each table is a sheet: the paragraphs above it are its first rows, and those below the last one stand under a blank row. Deleted
//! text, text that was moved away and the hints of fields that nobody filled in are left out, as they aren't shown either.
//! Source: ECMA-376 part 1, 17.3 (paragraphs), 17.4 (tables), 17.5.2 (content controls), 17.13.5 (tracked changes).

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::mem::take;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::contents::{ENTRY, MAX_PIECE, MAX_SHEETS, Pieces, attribute, too_full};
use super::{Grid, OtherKind, ReadError, Room, Stop, TEXT, archive, go_on};
use crate::cell::{Cell, Merged, Sheet};
use crate::table::is_ending;
use crate::text::fold;

/// Elements that may stand in each other; Word writes some twenty.
const MAX_DEPTH: usize = 500;
/// Elements whose text is not shown: deleted and moved away, a second form of a text box, the reading of a character.
const NOT_SHOWN: [&str; 4] = ["del", "moveFrom", "Fallback", "rt"];
/// How many labelled lines make a form of a document without a table.
const LEAST_LABELS: usize = 2;
/// The longest label, in characters.
const LONGEST_LABEL: usize = 12;

/// `name` is the sheet's, where there is only one.
pub(super) fn sheets(name: &str, bytes: &[u8], room: &mut Room, stop: Stop<'_>) -> Result<Vec<Sheet>, ReadError> {
    let broken = |error: zip::result::ZipError| ReadError::Broken(error.to_string());
    let mut archive = archive::open(bytes)?;
    let part = archive.file_names().find(|part| archive::is_document(part)).unwrap_or_default().to_owned();
    let document = BufReader::new(archive.by_name(&part).map_err(broken)?);
    let mut reading = Reading {
        room,
        sheets: Vec::new(),
        table: None,
        tables: 0,
        depth: 0,
        lines: Vec::new(),
        text: String::new(),
        in_text: false,
        runs: 0,
        controls: Vec::new(),
    };
    reading.walk(document, stop)?;
    reading.finish(name)
}

/// A table that stands in no other, until it is known what stands below it.
struct Table {
    grid: Grid,
    /// The row that is read, and the column behind its last cell.
    row: usize,
    column: usize,
    cell: OpenCell,
    /// Cells that are merged with those below them, by column: the first row and the last one so far.
    merging: BTreeMap<usize, (usize, usize)>,
    merged: Vec<Merged>,
}

/// The cell that is read.
#[derive(Default)]
struct OpenCell {
    /// How many columns it covers.
    span: usize,
    merge: Merge,
}

/// How a cell is merged with that above or below it.
#[derive(Default, PartialEq)]
enum Merge {
    #[default]
    None,
    Begins,
    GoesOn,
}

struct Reading<'r> {
    room: &'r mut Room,
    sheets: Vec<Sheet>,
    table: Option<Table>,
    /// How many tables were begun that stand in no other.
    tables: usize,
    /// Tables that are open, one in another.
    depth: usize,
    /// The paragraphs outside of tables since the last one.
    lines: Vec<String>,
    /// The text of the paragraph or the cell that is read.
    text: String,
    in_text: bool,
    /// Runs of text that are open: outside of them a tab is a stop of the ruler.
    runs: usize,
    /// Content controls that are open, and whether each shows its hint.
    controls: Vec<bool>,
}

impl Reading<'_> {
    fn walk(&mut self, document: impl BufRead, stop: Stop<'_>) -> Result<(), ReadError> {
        let (source, piece) = Pieces::new(document);
        let mut reader = Reader::from_reader(source);
        reader.config_mut().check_end_names = true;
        let mut buffer = Vec::new();
        let (mut open, mut not_shown) = (0_usize, 0_usize);
        loop {
            go_on(stop)?;
            piece.begin();
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(|error| piece.error(&error))? {
                Event::Eof if open > 0 => {
                    return Err(ReadError::Broken("document.xml ends within an element".to_owned()));
                }
                Event::Eof => return Ok(()),
                Event::Start(element) => {
                    open += 1;
                    if open > MAX_DEPTH {
                        return Err(too_full());
                    }
                    if not_shown > 0 || NOT_SHOWN.contains(&element.local_name().as_ref()) {
                        not_shown += 1;
                    } else {
                        self.begin(&element)?;
                    }
                }
                Event::Empty(element) if not_shown == 0 => {
                    self.begin(&element)?;
                    self.end(element.local_name().as_ref())?;
                }
                Event::End(element) => {
                    open = open.saturating_sub(1);
                    if not_shown > 0 {
                        not_shown -= 1;
                    } else {
                        self.end(element.local_name().as_ref())?;
                    }
                }
                _ if not_shown > 0 || !self.in_text => {}
                Event::Text(text) => self.words(text.as_ref())?,
                Event::CData(text) => self.words(text.as_ref())?,
                Event::GeneralRef(reference) => {
                    let letter = reference.resolve_char_ref().ok().flatten().map(String::from);
                    let named = || quick_xml::escape::resolve_predefined_entity(reference.as_ref()).map(str::to_owned);
                    self.words(&letter.or_else(named).unwrap_or_default())?;
                }
                _ => {}
            }
        }
    }

    fn begin(&mut self, element: &BytesStart<'_>) -> Result<(), ReadError> {
        // What is no plain number counts as too many.
        let number = || attribute(element, "val").map_or(1, |number| number.parse().unwrap_or(usize::MAX));
        match (element.local_name().as_ref(), self.depth) {
            ("tbl", _) => {
                self.depth += 1;
                if self.depth == 1 {
                    self.begin_table()?;
                }
            }
            ("p", _) => self.new_line(),
            ("t", _) => self.in_text = true,
            ("r", _) => self.runs += 1,
            ("tab" | "ptab", _) if self.runs > 0 => self.words(" ")?,
            ("br" | "cr", _) if self.runs > 0 => self.new_line(),
            ("noBreakHyphen", _) => self.words("-")?,
            // A letter of a font of symbols: what it looks like isn't known, and that something stands there is.
            ("sym", _) => {
                let code = attribute(element, "char").and_then(|code| u32::from_str_radix(&code, 16).ok());
                self.words(&code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER).to_string())?;
            }
            ("sdt", _) => self.controls.push(false),
            ("showingPlcHdr", _) => {
                let is_off = attribute(element, "val").is_some_and(|value| matches!(value.as_str(), "0" | "false"));
                if let Some(hint) = self.controls.last_mut() {
                    *hint = !is_off;
                }
            }
            (name, 1) => {
                let Some(table) = &mut self.table else { return Ok(()) };
                match name {
                    "tr" => table.column = 0,
                    "gridBefore" => table.column = table.column.saturating_add(number()),
                    "tc" => {
                        table.cell = OpenCell { span: 1, merge: Merge::None };
                        self.text.clear();
                    }
                    "gridSpan" => table.cell.span = number().max(1),
                    "vMerge" => {
                        let begins = attribute(element, "val").is_some_and(|value| value == "restart");
                        table.cell.merge = if begins { Merge::Begins } else { Merge::GoesOn };
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), ReadError> {
        match (name, self.depth) {
            ("p", depth) => {
                self.new_line();
                if depth == 0 {
                    self.end_lines()?;
                }
            }
            ("t", _) => self.in_text = false,
            ("r", _) => self.runs = self.runs.saturating_sub(1),
            ("sdt", _) => {
                self.controls.pop();
            }
            ("tc", 1) => self.end_cell()?,
            ("tr", 1) => {
                if let Some(table) = &mut self.table {
                    let row = table.row;
                    table.end_merged(|last| last < row);
                    table.row += 1;
                }
            }
            ("tbl", depth) => {
                self.depth = depth.saturating_sub(1);
                if let (Some(table), 1) = (&mut self.table, depth) {
                    table.end_merged(|_| true);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn words(&mut self, words: &str) -> Result<(), ReadError> {
        if !self.controls.contains(&true) {
            self.text.push_str(words);
        }
        if self.text.len() as u64 > MAX_PIECE { Err(too_full()) } else { Ok(()) }
    }

    fn new_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Keeps what was read outside of tables.
    fn end_lines(&mut self) -> Result<(), ReadError> {
        let text = take(&mut self.text);
        for line in text.split('\n').map(str::trim).filter(|line| !line.is_empty()) {
            self.room.take_bytes(line.len() as u64 + TEXT + ENTRY)?;
            self.lines.push(line.to_owned());
        }
        Ok(())
    }

    fn begin_table(&mut self) -> Result<(), ReadError> {
        self.end_lines()?;
        let lines = take(&mut self.lines);
        let mut above = lines;
        if let Some(table) = self.table.take() {
            // A title begins what belongs to the table below it; without one nobody knows which of the two labels belong to.
            let title = above.iter().position(|line| !is_labelled(line) && !is_end(line));
            let mut below = above;
            above = title.map(|at| below.split_off(at)).unwrap_or_default();
            let apart = title.is_none() && below.iter().any(|line| is_labelled(line));
            let between = if apart { take(&mut below) } else { Vec::new() };
            self.end_table(table, below)?;
            if !between.is_empty() {
                let mut grid = Grid::new(&format!("表{}与表{}之间", self.tables, self.tables + 1));
                put(&mut grid, 0, between, self.room)?;
                self.sheets.push(grid.into_sheet(false));
            }
        }
        self.tables += 1;
        if self.tables > MAX_SHEETS {
            return Err(too_full());
        }
        self.room.take_bytes(ENTRY)?;
        let mut grid = Grid::new(&format!("表{}", self.tables));
        let row = above.len();
        put(&mut grid, 0, above, self.room)?;
        let (cell, merging, merged) = (OpenCell::default(), BTreeMap::new(), Vec::new());
        self.table = Some(Table { grid, row, column: 0, cell, merging, merged });
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), ReadError> {
        let text = take(&mut self.text);
        let Some(table) = &mut self.table else { return Ok(()) };
        let OpenCell { span, merge } = take(&mut table.cell);
        let (row, column) = (table.row, table.column);
        table.grid.set((row, column), Cell::from_text(text.trim()), self.room)?;
        match (merge, table.merging.get_mut(&column)) {
            (Merge::GoesOn, Some((_, last))) => *last = row,
            (Merge::Begins, other) => {
                let before = other.map(|area| std::mem::replace(area, (row, row)));
                if let Some((first, last)) = before {
                    table.merged.push(Merged { first, last, column });
                } else {
                    self.room.take_bytes(ENTRY)?;
                    table.merging.insert(column, (row, row));
                }
            }
            _ => {}
        }
        table.column = column.saturating_add(span.max(1));
        Ok(())
    }

    /// Ends a table, with the paragraphs below it.
    fn end_table(&mut self, mut table: Table, below: Vec<String>) -> Result<(), ReadError> {
        for Merged { first, last, column } in take(&mut table.merged) {
            table.grid.merge((first, column), last, self.room)?;
        }
        // A blank row ends what stands below a label.
        put(&mut table.grid, table.row + 1, below, self.room)?;
        self.sheets.push(table.grid.into_sheet(false));
        Ok(())
    }

    fn finish(mut self, name: &str) -> Result<Vec<Sheet>, ReadError> {
        self.end_lines()?;
        let lines = take(&mut self.lines);
        match self.table.take() {
            Some(table) => self.end_table(table, lines)?,
            // Labels with their values in paragraphs.
            None if lines.iter().filter(|line| is_labelled(line)).count() >= LEAST_LABELS => {
                let mut grid = Grid::new(name);
                put(&mut grid, 0, lines, self.room)?;
                self.sheets.push(grid.into_sheet(false));
            }
            None => return Err(ReadError::Other(OtherKind::WordWithoutTable)),
        }
        if let [only] = self.sheets.as_mut_slice() {
            name.clone_into(&mut only.name);
        }
        Ok(self.sheets)
    }
}

impl Table {
    /// Ends the merged cells whose last row says so.
    fn end_merged(&mut self, ended: impl Fn(usize) -> bool) {
        let merged = &mut self.merged;
        self.merging.retain(|column, (first, last)| {
            let is_over = ended(*last);
            if is_over {
                merged.push(Merged { first: *first, last: *last, column: *column });
            }
            !is_over
        });
    }
}

/// Puts lines into the first column from a row on.
fn put(grid: &mut Grid, row: usize, lines: Vec<String>, room: &mut Room) -> Result<(), ReadError> {
    lines.into_iter().enumerate().try_for_each(|(at, line)| grid.set((row + at, 0), Cell::from_text(line), room))
}

/// Whether a line begins with a label and its colon: `会议时间：2025年3月4日`.
fn is_labelled(line: &str) -> bool {
    line.split_once([':', '：']).is_some_and(|(label, _)| {
        let letters = label.chars().filter(|letter| !letter.is_whitespace()).count();
        (1..=LONGEST_LABEL).contains(&letters) && !label.contains(['。', '，', ',', ';', '；'])
    })
}

/// Whether a line ends a page: a date alone, `（盖章）`, `第1页`.
fn is_end(line: &str) -> bool {
    let text = fold(line);
    is_ending(&text) || text.chars().all(|letter| letter.is_ascii_digit() || "年月日-./ ".contains(letter))
}
