//! Measures how far the cells of an ODS file spread before it is read, and notes what the reader doesn't tell: merged cells and hidden
//! rows.
//!
//! One element may stand for a million equal cells, and the reader allocates them all. The repeats are multiplied here
//! first, without allocating anything. Source: ODF 1.3 part 3, 9.1 (tables) 19.675 (repeats), 19.678 (spans),
//! 19.749 (visibility).

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::contents::Pieces;
use super::{CELL, MAX_CELLS, MAX_HELD, MAX_ROWS, ReadError, Room, Stop, TEXT, Told, go_on};
use crate::cell::Merged;

/// How many times a cell is held: by the reader with its formula as the file has it and laid out, and in its row.
const HELD: u64 = 5;

/// Refuses a content part whose tables spread over more than [`MAX_CELLS`] cells, or for whose cells and texts there is no room.
/// Returns what is noted, by the name of the sheet.
pub(super) fn check(content: impl BufRead, room: &Room, stop: Stop<'_>) -> Result<HashMap<String, Told>, ReadError> {
    let (source, piece) = Pieces::new(content);
    let mut reader = Reader::from_reader(source);
    // calamine reads on for ever in a table that isn't ended: each element has to be.
    reader.config_mut().check_end_names = true;
    let mut buffer = Vec::new();
    let mut spread = Spread::default();
    let mut open = 0_usize;
    loop {
        go_on(stop)?;
        piece.begin();
        match reader.read_event_into(&mut buffer).map_err(|error| piece.error(&error))? {
            Event::Eof if open > 0 => return Err(ReadError::Broken("content.xml ends within an element".to_owned())),
            Event::Eof => return Ok(spread.told),
            Event::Start(element) => {
                open += 1;
                spread.begin(&element);
            }
            Event::Empty(element) => {
                spread.begin(&element);
                spread.end(element.name().as_ref());
            }
            Event::End(element) => {
                // An end without a beginning is an error of the reader's.
                open = open.saturating_sub(1);
                spread.end(element.name().as_ref());
            }
            Event::Text(text) => spread.text(text.len() as u64),
            Event::CData(text) => spread.text(text.len() as u64),
            Event::GeneralRef(reference) => spread.text(reference.len() as u64),
            _ => {}
        }
        buffer.clear();
        let cells = spread.cells();
        if cells > MAX_CELLS as u64 {
            return Err(ReadError::TooManyCells { limit: MAX_CELLS });
        }
        // Texts are held as cells are, but for the formula.
        let bytes = cells.saturating_mul(CELL * HELD).saturating_add(spread.text.saturating_mul(3));
        if bytes > room.bytes {
            return Err(ReadError::TooFull { limit: MAX_HELD });
        }
    }
}

fn repeats(element: &BytesStart<'_>, name: &str) -> u64 {
    let found = element.attributes().flatten().find(|attribute| attribute.key.as_ref() == name);
    // An attribute that is no plain number counts as too many.
    found.map_or(1, |attribute| attribute.value.parse().unwrap_or(u64::MAX))
}

/// An attribute that says one of these words.
fn says(element: &BytesStart<'_>, name: &str, words: &[&str]) -> bool {
    let found = element.attributes().flatten().find(|attribute| attribute.key.as_ref() == name);
    found.is_some_and(|attribute| words.contains(&&*attribute.value))
}

/// What a merged area or a hidden row takes.
const NOTED: u64 = size_of::<Merged>() as u64 + TEXT;

/// The extent of the table so far, and the row and the cell being read.
#[derive(Default)]
struct Spread {
    /// The number of cells of the tables that are finished.
    through: u64,
    rows: u64,
    columns: u64,
    blank_rows: u64,
    row_repeats: u64,
    row_filled: u64,
    row_blank: u64,
    cell: Option<OpenCell>,
    text: u64,
    /// The name of the table.
    name: String,
    /// The index of the row, and of the cell in it.
    at: (u64, u64),
    row_hidden: bool,
    /// Groups of rows that are folded, one in another.
    folded: Vec<bool>,
    told: HashMap<String, Told>,
}

struct OpenCell {
    repeats: u64,
    filled: bool,
    /// How many rows it covers.
    rows: u64,
}

impl Spread {
    fn begin(&mut self, element: &BytesStart<'_>) {
        match element.name().as_ref() {
            "table:table" => {
                let name = element.attributes().flatten().find(|attribute| attribute.key.as_ref() == "table:name");
                self.name = name
                    .and_then(|name| quick_xml::escape::unescape(&name.value).ok().map(Cow::into_owned))
                    .unwrap_or_default();
                self.text = self.text.saturating_add(self.name.len() as u64 + NOTED);
            }
            "table:table-row-group" => {
                // Each is kept until its end.
                self.text = self.text.saturating_add(1);
                self.folded.push(says(element, "table:display", &["false"]));
            }
            "table:table-row" => {
                let repeats = repeats(element, "table:number-rows-repeated");
                (self.row_repeats, self.row_filled, self.row_blank) = (repeats, 0, 0);
                self.at.1 = 0;
                self.row_hidden =
                    self.folded.contains(&true) || says(element, "table:visibility", &["collapse", "filter"]);
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let holds =
                    |name: &str| ["office:", "calcext:", "table:formula"].iter().any(|with| name.starts_with(with));
                let filled = element.attributes().flatten().any(|attribute| holds(attribute.key.as_ref()));
                let rows = repeats(element, "table:number-rows-spanned");
                self.cell = Some(OpenCell { repeats: repeats(element, "table:number-columns-repeated"), filled, rows });
                if filled {
                    // A value or a formula may be a text.
                    self.text(element.len() as u64 + TEXT);
                }
            }
            // A paragraph or a drawing in a cell.
            name => {
                if let Some(cell) = &mut self.cell {
                    cell.filled = true;
                    // One element may stand for many spaces, any other for one line end.
                    let spaces = if name == "text:s" { repeats(element, "text:c") } else { 1 };
                    self.text(spaces);
                }
            }
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "table:table-cell" | "table:covered-table-cell" => self.end_cell(),
            "table:table-row" => self.end_row(),
            "table:table-row-group" => {
                self.folded.pop();
            }
            "table:table" => {
                let (through, told) = (self.cells(), std::mem::take(&mut self.told));
                *self = Self { through, text: self.text, told, ..Self::default() };
            }
            _ => {}
        }
    }

    fn text(&mut self, length: u64) {
        if let Some(cell) = &self.cell {
            let times = cell.repeats.saturating_mul(if cell.filled { self.row_repeats } else { 0 });
            self.text = self.text.saturating_add(length.saturating_mul(times));
        }
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        if cell.filled && cell.rows > 1 {
            self.note(|told, (row, column)| {
                let last = row.saturating_add(usize::try_from(cell.rows - 1).unwrap_or(usize::MAX));
                told.merged.push(Merged { first: row, last, column });
            });
        }
        self.at.1 = self.at.1.saturating_add(cell.repeats);
        if cell.filled {
            self.row_filled = self.row_filled.saturating_add(self.row_blank).saturating_add(cell.repeats);
            self.row_blank = 0;
            self.columns = self.columns.max(self.row_filled);
        } else {
            self.row_blank = self.row_blank.saturating_add(cell.repeats);
        }
    }

    /// Notes something of the sheet, at the row and cell being read.
    fn note(&mut self, note: impl FnOnce(&mut Told, (usize, usize))) {
        let (Ok(row), Ok(column)) = (usize::try_from(self.at.0), usize::try_from(self.at.1)) else { return };
        self.text = self.text.saturating_add(NOTED);
        note(self.told.entry(self.name.clone()).or_default(), (row, column));
    }

    fn end_row(&mut self) {
        // Blank rows are not read, however many there are.
        if self.row_hidden && self.row_filled > 0 && self.row_repeats <= MAX_ROWS as u64 {
            for _ in 0..self.row_repeats {
                self.note(|told, (row, _)| told.hidden_rows.push(row));
                self.at.0 = self.at.0.saturating_add(1);
            }
        } else {
            self.at.0 = self.at.0.saturating_add(self.row_repeats);
        }
        if self.row_filled == 0 {
            self.blank_rows = self.blank_rows.saturating_add(self.row_repeats);
        } else {
            self.rows = self.rows.saturating_add(self.blank_rows).saturating_add(self.row_repeats);
            self.blank_rows = 0;
        }
        self.row_filled = 0;
    }

    fn cells(&self) -> u64 {
        let open = if self.row_filled > 0 { self.blank_rows.saturating_add(self.row_repeats) } else { 0 };
        self.through.saturating_add(self.rows.saturating_add(open).saturating_mul(self.columns))
    }
}
