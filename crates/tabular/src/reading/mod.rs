//! Turns the bytes of a spreadsheet into sheets of typed cells, whatever the file is called.

mod archive;
mod ole;
mod plain;
mod spread;
mod workbook;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::cell::{Cell, Sheet};

pub(crate) use plain::detect;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 50 * 1024 * 1024;
/// The most that the parts of a packed file may unpack to, in bytes.
pub const MAX_UNPACKED: u64 = 500 * 1024 * 1024;
/// The last row, counted from 1, in which a sheet may hold a value.
pub const MAX_ROWS: usize = 200_000;
/// The last column, counted from 1, in which a sheet may hold a value.
pub const MAX_COLUMNS: usize = 1_000;
/// The most cells that all rows of a file may have, including empty ones to the left of a filled one.
pub const MAX_CELLS: usize = 5_000_000;

/// Why a file was not read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is not XLSX, XLS, ODS or delimited text.
    #[error("not a spreadsheet")]
    NotASpreadsheet,
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

/// Reads XLSX, XLS, ODS or delimited text, detected by its content; `name` only names the sheet of a delimited text.
pub fn read(name: &str, bytes: &[u8]) -> Result<Vec<Sheet>, ReadError> {
    let size = bytes.len() as u64;
    if size > MAX_BYTES {
        return Err(ReadError::TooLarge { bytes: size, limit: MAX_BYTES });
    }
    let sheets = if is_zip(bytes) {
        match archive::kind(bytes)? {
            archive::Kind::Xlsx => workbook::xlsx(bytes)?,
            archive::Kind::Ods => workbook::ods(bytes)?,
        }
    } else if bytes.starts_with(&ole::SIGNATURE) {
        ole::check(bytes)?;
        workbook::xls(bytes)?
    } else {
        plain::sheets(name, bytes)?
    };
    if sheets.iter().all(|sheet| sheet.rows.is_empty()) { Err(ReadError::Empty) } else { Ok(sheets) }
}

fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Whether the bytes begin like XLSX, ODS or XLS; false for delimited text.
pub fn is_workbook(bytes: &[u8]) -> bool {
    is_zip(bytes) || bytes.starts_with(&ole::SIGNATURE)
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

/// Collects cells into rows, and refuses what would take too much memory.
struct Grid {
    sheet: String,
    /// The length of all texts: one text may be shared by many cells.
    text: u64,
    rows: Vec<Vec<Cell>>,
}

impl Grid {
    fn new(sheet: &str) -> Self {
        Self { sheet: sheet.to_owned(), text: 0, rows: Vec::new() }
    }

    /// Sets a cell by row and column, counted from 0; a blank one takes no space. `left` is how many more cells the file
    /// may have.
    fn set(&mut self, (row, column): (usize, usize), cell: Cell, left: &mut usize) -> Result<(), ReadError> {
        if cell.is_blank() {
            return Ok(());
        }
        if let Cell::Text(text) = &cell {
            self.text += text.len() as u64;
            if self.text > MAX_UNPACKED {
                return Err(ReadError::TooLarge { bytes: self.text, limit: MAX_UNPACKED });
            }
        }
        if row >= MAX_ROWS {
            return Err(ReadError::TooManyRows { sheet: self.sheet.clone(), limit: MAX_ROWS });
        }
        if column >= MAX_COLUMNS {
            return Err(ReadError::TooManyColumns { sheet: self.sheet.clone(), limit: MAX_COLUMNS });
        }
        if self.rows.len() <= row {
            self.rows.resize_with(row + 1, Vec::new);
        }
        let Some(cells) = self.rows.get_mut(row) else { return Ok(()) };
        if cells.len() <= column {
            let more = column + 1 - cells.len();
            *left = left.checked_sub(more).ok_or(ReadError::TooManyCells { limit: MAX_CELLS })?;
            cells.resize(column + 1, Cell::Empty);
        }
        if let Some(place) = cells.get_mut(column) {
            *place = cell;
        }
        Ok(())
    }

    fn into_sheet(self, hidden: bool) -> Sheet {
        Sheet { name: self.sheet, hidden, rows: self.rows }
    }
}
