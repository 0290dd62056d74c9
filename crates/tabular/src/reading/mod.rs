//! Turns the bytes of a spreadsheet, or of the tables of a document, into sheets of typed cells, whatever the file is called.

mod archive;
mod contents;
mod docx;
mod ole;
mod plain;
mod spread;
mod workbook;

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::cell::{Cell, Merged, Sheet, is_error_text};

pub(crate) use plain::detect;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 50 * 1024 * 1024;
/// The most that the parts of a packed file may unpack to, in bytes.
pub const MAX_UNPACKED: u64 = 256 * 1024 * 1024;
/// The last row, counted from 1, in which a sheet may hold a value.
pub const MAX_ROWS: usize = 200_000;
/// The last column, counted from 1, in which a sheet may hold a value.
pub const MAX_COLUMNS: usize = 1_000;
/// The most cells that all rows of a file may have, including empty ones to the left of a filled one.
pub const MAX_CELLS: usize = 5_000_000;
/// The bytes that the cells and texts of a file may take in memory, all sheets together, a text as often as it is held.
pub const MAX_HELD: u64 = 128 * 1024 * 1024;

/// What a text takes beside its letters.
const TEXT: u64 = 16;
/// What a cell takes beside its text.
const CELL: u64 = size_of::<Cell>() as u64;

/// Asked now and then while a file is read; once it says so, reading stops.
pub type Stop<'a> = &'a (dyn Fn() -> bool + Sync);

/// What a file is that is no spreadsheet, as far as its beginning shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherKind {
    /// A web page, alone or packed with its pictures (MHTML). Many systems write one and call it `.xls`.
    WebPage,
    /// A spreadsheet in the XML of 2003.
    Xml2003,
    /// A binary workbook, XLSB.
    Xlsb,
    /// A PDF.
    Pdf,
    /// A Word document of before DOCX: `.doc`, RTF or one of the two XML formats.
    OldWord,
    /// A DOCX without a table, whose paragraphs are no labels with values either.
    WordWithoutTable,
}

/// Why a file was not read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is not XLSX, XLS, ODS, DOCX or delimited text.
    #[error("not a spreadsheet")]
    NotASpreadsheet,
    /// It is text of another kind, whatever its name says.
    #[error("not a spreadsheet but {0:?}")]
    Other(OtherKind),
    /// It needs a password.
    #[error("locked by a password")]
    Locked,
    /// It is larger than `limit`, as it is or unpacked.
    #[error("{bytes} bytes exceed the limit of {limit}")]
    TooLarge {
        /// Its size in bytes, or the size at which reading stopped.
        bytes: u64,
        /// [`MAX_BYTES`] or [`MAX_UNPACKED`].
        limit: u64,
    },
    /// A sheet holds a value below row `limit`.
    #[error("sheet {sheet} exceeds {limit} rows")]
    TooManyRows {
        /// The sheet.
        sheet: String,
        /// [`MAX_ROWS`].
        limit: usize,
    },
    /// A sheet holds a value right of column `limit`.
    #[error("sheet {sheet} exceeds {limit} columns")]
    TooManyColumns {
        /// The sheet.
        sheet: String,
        /// [`MAX_COLUMNS`].
        limit: usize,
    },
    /// All sheets together exceed `limit` cells.
    #[error("file exceeds {limit} cells")]
    TooManyCells {
        /// [`MAX_CELLS`].
        limit: usize,
    },
    /// Its cells and texts take more than `limit` bytes in memory, or its parts hold what no office program writes that much of.
    #[error("cells and texts exceed {limit} bytes")]
    TooFull {
        /// [`MAX_HELD`].
        limit: u64,
    },
    /// Reading was told to stop.
    #[error("reading was stopped")]
    Stopped,
    /// A quotation mark opens a field of delimited text, and is never closed, or not at the field's end.
    #[error("a quotation mark in line {line} is not closed")]
    OpenQuote {
        /// The line, counted from 1.
        line: u64,
    },
    /// No sheet holds a value.
    #[error("empty file")]
    Empty,
    /// It is damaged; the text is for developers.
    #[error("damaged file: {0}")]
    Broken(String),
    /// The file could not be opened or read.
    #[error("cannot read file: {0}")]
    Io(String),
}

/// Reads XLSX, XLS, ODS, the tables of DOCX, or delimited text, detected by its content; `name` only names the sheet of a delimited text
/// or of a document's only table.
pub fn read(name: &str, bytes: &[u8]) -> Result<Vec<Sheet>, ReadError> {
    read_until(name, bytes, &|| false)
}

/// The same, until it is told to stop.
pub fn read_until(name: &str, bytes: &[u8], stop: Stop<'_>) -> Result<Vec<Sheet>, ReadError> {
    let size = bytes.len() as u64;
    if size > MAX_BYTES {
        return Err(ReadError::TooLarge { bytes: size, limit: MAX_BYTES });
    }
    go_on(stop)?;
    let mut room = Room::default();
    let sheets = if is_zip(bytes) {
        match archive::kind(bytes, &mut room, stop)? {
            archive::Kind::Xlsx => workbook::xlsx(bytes, &mut room, stop)?,
            archive::Kind::Ods => workbook::ods(bytes, room.told, stop)?,
            archive::Kind::Docx => docx::sheets(name, bytes, &mut room, stop)?,
        }
    } else if bytes.starts_with(&ole::SIGNATURE) {
        let hidden = ole::check(bytes, &mut room)?;
        go_on(stop)?;
        workbook::xls(bytes, hidden, stop)?
    } else {
        plain::sheets(name, bytes, stop)?
    };
    if sheets.iter().all(|sheet| sheet.rows.is_empty()) { Err(ReadError::Empty) } else { Ok(sheets) }
}

/// The bytes that sheets take in memory, as they count for [`MAX_HELD`].
pub fn held(sheets: &[Sheet]) -> u64 {
    let of_cell = |cell: &Cell| match cell {
        Cell::Text(text) | Cell::Error(text) => CELL + text.len() as u64 + TEXT,
        _ => CELL,
    };
    let of_row = |row: &Vec<Cell>| size_of::<Vec<Cell>>() as u64 + row.iter().map(of_cell).sum::<u64>();
    sheets.iter().flat_map(|sheet| &sheet.rows).map(of_row).sum()
}

fn go_on(stop: Stop<'_>) -> Result<(), ReadError> {
    if stop() { Err(ReadError::Stopped) } else { Ok(()) }
}

fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Whether the bytes begin like XLSX, ODS, DOCX or XLS; false for delimited text.
pub fn is_workbook(bytes: &[u8]) -> bool {
    is_zip(bytes) || bytes.starts_with(&ole::SIGNATURE)
}

/// The text of a file that is no workbook, in the encodings that office programs write; `None` if it is none.
pub fn plain_text(bytes: &[u8]) -> Option<String> {
    if is_workbook(bytes) { None } else { plain::decoded(bytes).map(plain::with_plain_ends) }
}

/// Reads a file from disk, refusing it by size before its content is read.
pub fn read_file(path: &Path) -> Result<Vec<Sheet>, ReadError> {
    let failed = |error: std::io::Error| ReadError::Io(error.to_string());
    let file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    if size > MAX_BYTES {
        return Err(ReadError::TooLarge { bytes: size, limit: MAX_BYTES });
    }
    let mut bytes = Vec::new();
    // One byte more than allowed, to notice a file that is growing or a pipe.
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    read(&name, &bytes)
}

/// What more a file may hold, over all of its sheets.
struct Room {
    cells: usize,
    bytes: u64,
    /// Whether any cells are merged: only then is it worth to look for them.
    merges: bool,
    /// What the reader doesn't tell, by the name of the sheet.
    told: HashMap<String, Told>,
}

/// What the reader doesn't tell of a sheet.
#[derive(Default)]
struct Told {
    /// The indexes of hidden rows.
    hidden_rows: Vec<usize>,
    /// Rows and columns of formulas without a value.
    uncalculated: Vec<(usize, usize)>,
    /// Merged cells, where they are noticed before the file is read.
    merged: Vec<Merged>,
}

impl Default for Room {
    fn default() -> Self {
        Self { cells: MAX_CELLS, bytes: MAX_HELD, merges: false, told: HashMap::new() }
    }
}

impl Room {
    fn take_cells(&mut self, cells: usize) -> Result<(), ReadError> {
        self.cells = self.cells.checked_sub(cells).ok_or(ReadError::TooManyCells { limit: MAX_CELLS })?;
        self.take_bytes((cells as u64).saturating_mul(CELL))
    }

    fn take_bytes(&mut self, bytes: u64) -> Result<(), ReadError> {
        self.bytes = self.bytes.checked_sub(bytes).ok_or(ReadError::TooFull { limit: MAX_HELD })?;
        Ok(())
    }
}

/// Puts cells into rows, and refuses what would take too much memory.
struct Grid {
    sheet: String,
    rows: Vec<Vec<Cell>>,
    merged: Vec<Merged>,
}

impl Grid {
    fn new(sheet: &str) -> Self {
        Self { sheet: sheet.to_owned(), rows: Vec::new(), merged: Vec::new() }
    }

    /// Sets a cell by row and column from 0 on; a blank one takes no place.
    fn set(&mut self, (row, column): (usize, usize), cell: Cell, room: &mut Room) -> Result<(), ReadError> {
        if cell.is_blank() {
            return Ok(());
        }
        if row >= MAX_ROWS {
            return Err(ReadError::TooManyRows { sheet: self.sheet.clone(), limit: MAX_ROWS });
        }
        if column >= MAX_COLUMNS {
            return Err(ReadError::TooManyColumns { sheet: self.sheet.clone(), limit: MAX_COLUMNS });
        }
        let cell = match cell {
            Cell::Text(text) if is_error_text(&text) => Cell::Error(text.trim().to_owned()),
            cell => cell,
        };
        if let Cell::Text(text) | Cell::Error(text) = &cell {
            room.take_bytes(text.len() as u64 + TEXT)?;
        }
        if self.rows.len() <= row {
            room.take_bytes((row + 1 - self.rows.len()) as u64 * size_of::<Vec<Cell>>() as u64)?;
            self.rows.resize_with(row + 1, Vec::new);
        }
        let Some(cells) = self.rows.get_mut(row) else { return Ok(()) };
        if cells.len() <= column {
            room.take_cells(column + 1 - cells.len())?;
            cells.resize(column + 1, Cell::Empty);
        }
        if let Some(place) = cells.get_mut(column) {
            *place = cell;
        }
        Ok(())
    }

    /// Notes merged cells from one corner to the other. Those that lie below what the sheet holds cover nothing.
    fn merge(&mut self, (first, column): (usize, usize), last: usize, room: &mut Room) -> Result<(), ReadError> {
        let last = last.min(self.rows.len().saturating_sub(1));
        if last > first && column < MAX_COLUMNS {
            // Each row may come to hold the value.
            room.take_cells(last - first)?;
            self.merged.push(Merged { first, last, column });
        }
        Ok(())
    }

    fn into_sheet(self, hidden: bool) -> Sheet {
        Sheet { name: self.sheet, hidden, rows: self.rows, merged: self.merged, ..Sheet::default() }
    }
}
