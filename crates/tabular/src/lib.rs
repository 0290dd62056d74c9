//! Reads the spreadsheets that offices use: common files into typed cells, a table by its headings, a cell by its spelling.
//!
//! The crate knows nothing of units, people or a database. It reports what a file contains and never guesses: what can be
//! read in two ways is returned as an error value, for which the caller finds the words.
//!
//! How to use it: [`read`] turns bytes into [`Sheet`]s, [`find_table`] finds the header row and the data rows under it,
//! and [`day`], [`month`], [`period`], [`count`], [`names`] and [`code`] read single cells.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod cell;
mod count;
mod date;
mod day;
mod id_number;
mod month;
mod month_day;
mod names;
mod numeral;
mod period;
mod reading;
mod records;
mod scan;
mod table;
mod text;

pub use cell::{Cell, Merged, Sheet, code, is_error_text};
pub use count::{CountError, count};
pub use date::{DateError, FIRST_YEAR, LAST_YEAR, year_in};
pub use day::{DayPart, DayTime, day};
pub use id_number::{IdFault, IdNumber, id_number, is_id_heading, mask_id_numbers, without_id_numbers};
pub use month::{YearMonth, month, month_in, month_in_doubt};
pub use month_day::{MonthDay, month_day};
pub use names::{Mark, NameList, names};
pub use numeral::chinese_number;
pub use period::{has_two_ends, names_its_days, period};
pub use reading::{
    MAX_BYTES, MAX_CELLS, MAX_COLUMNS, MAX_HELD, MAX_ROWS, MAX_UNPACKED, OtherKind, ReadError, Stop, held, is_workbook,
    plain_text, read, read_file, read_until,
};
pub use records::{Record, RecordError, Records, read_rows_csv};
pub use table::{
    Across, AcrossColumn, AcrossPerson, Column, Dropped, Form, Labels, Layout, Nested, NestedDoubt, Node, Origin,
    Outline, Row, Table, TableError, find_across, find_days_across, find_forms, find_nested, find_table, find_table_as,
    forms_table, letters, outline, row_in_sheet,
};
pub use text::{fold, person_name, tidy};
