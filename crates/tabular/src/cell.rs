//! Cells and sheets as they are in the file; renders a cell as text without exponents or trailing zeros.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};

use crate::text::{compact, fold, is_blank};

/// The content of one cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing, or white space only.
    #[default]
    Empty,
    /// Text as typed, widths and spaces included.
    Text(String),
    /// A number, or a date without a date format (days since 1899-12-30).
    Number(f64),
    /// A number with a date format. A time of day alone has a day before 1900-01-01.
    Date(NaiveDateTime),
    /// True or false.
    Bool(bool),
    /// The error a formula ended in, such as `#REF!`; `=` for a formula whose value the file doesn't hold.
    Error(String),
}

/// The empty cell, for places past the end of a row.
pub(crate) static EMPTY: Cell = Cell::Empty;

impl Cell {
    /// Text, or [`Cell::Empty`] where it is white space only.
    pub fn from_text(text: impl Into<String>) -> Self {
        let text = text.into();
        if is_blank(&text) { Self::Empty } else { Self::Text(text) }
    }

    /// Whether the cell is empty.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => is_blank(text),
            _ => false,
        }
    }

    /// The cell as a reader of the file sees it, not yet folded or trimmed; empty for [`Cell::Empty`].
    ///
    /// Whole numbers have no `.0` and no exponent, dates are `2025-03-05` or `2025-03-05 09:00`, times alone `09:00`.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Error(text) => text.clone(),
            Self::Number(number) => shown_number(*number),
            Self::Date(at) => shown_date(*at),
            Self::Bool(true) => "TRUE".to_owned(),
            Self::Bool(false) => "FALSE".to_owned(),
        }
    }
}

/// One sheet of a file. A delimited text file has one, named after the file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Whether the file hides it.
    pub hidden: bool,
    /// Whether it was delimited text, in which a number looks like a text.
    #[serde(default)]
    pub plain: bool,
    /// The rows from row 1 of the file on, each as long as its last filled cell. Of merged cells the first holds the value.
    pub rows: Vec<Vec<Cell>>,
    /// Its merged cells that cover several rows.
    pub merged: Vec<Merged>,
    /// The indexes of the rows that the file hides, in order.
    pub hidden_rows: Vec<usize>,
}

/// Merged cells that cover several rows. Of the columns that they cover the first counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// The index of the first row, which holds the value, counted from 0.
    pub first: usize,
    /// The index of the last row.
    pub last: usize,
    /// The index of the column.
    pub column: usize,
}

/// Whether a text is the error that a formula ends in: text files, and values pasted as text, hold nothing else of it.
pub fn is_error_text(text: &str) -> bool {
    const ERRORS: [&str; 7] = ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"];
    ERRORS.contains(&text.trim())
}

/// A code or telephone number as text: folded, without white space, a number without exponent.
///
/// Wrappings that keep a code from becoming a number (`="037"`, a leading `'`) are removed. A date, a truth value or an
/// error is no code.
pub fn code(cell: &Cell) -> Option<String> {
    let text = match cell {
        Cell::Text(text) => compact(&fold(text)),
        Cell::Number(number) => shown_number(*number),
        _ => return None,
    };
    let bare = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(&text);
    let bare = bare.strip_prefix('\'').unwrap_or(bare);
    (!bare.is_empty()).then(|| bare.to_owned())
}

/// At most 15 significant digits, as spreadsheets show them, so that 0.1 + 0.2 is 0.3.
fn shown_number(number: f64) -> String {
    if number.fract() == 0.0 || !number.is_finite() {
        // Minus zero reads as zero.
        return format!("{}", number + 0.0);
    }
    let whole_digits = format!("{:.0}", number.abs().trunc()).len();
    let shown = format!("{number:.*}", 15_usize.saturating_sub(whole_digits));
    if shown.contains('.') { shown.trim_end_matches('0').trim_end_matches('.').to_owned() } else { shown }
}

fn shown_date(at: NaiveDateTime) -> String {
    let time_only = NaiveDate::from_ymd_opt(1900, 1, 1).is_some_and(|first| at.date() < first);
    let time = if at.time().second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    if time_only {
        at.format(time).to_string()
    } else if at.time() == NaiveTime::MIN {
        at.format("%Y-%m-%d").to_string()
    } else {
        at.format(&format!("%Y-%m-%d {time}")).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_show_without_exponent_or_trailing_zeros() {
        for (number, shown) in [
            (15_694_810_961.0, "15694810961"),
            (370_102_199_003_180_000.0, "370102199003180000"),
            (12.0, "12"),
            (12.5, "12.5"),
            (0.1 + 0.2, "0.3"),
            (-0.0, "0"),
            (1990.1, "1990.1"),
        ] {
            assert_eq!(Cell::Number(number).shown(), shown);
        }
    }

    #[test]
    fn dates_show_their_time_where_they_have_one() {
        let at =
            |y, m, d, h, min| Cell::Date(NaiveDate::from_ymd_opt(y, m, d).unwrap().and_hms_opt(h, min, 0).unwrap());
        assert_eq!(at(2025, 3, 5, 0, 0).shown(), "2025-03-05");
        assert_eq!(at(2025, 3, 5, 9, 0).shown(), "2025-03-05 09:00");
        assert_eq!(at(1899, 12, 31, 14, 30).shown(), "14:30");
    }

    #[test]
    fn the_errors_of_formulas_are_known_as_text() {
        for text in ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", " #NAME? ", "#NULL!", "#NUM!"] {
            assert!(is_error_text(text), "{text}");
        }
        for text in ["", "#", "#1", "N/A", "#REF!街道", "见#REF!"] {
            assert!(!is_error_text(text), "{text}");
        }
    }

    #[test]
    fn a_code_is_the_same_from_text_and_from_a_number() {
        for (cell, expected) in [
            (Cell::Number(15_694_810_961.0), Some("15694810961")),
            (Cell::Text("１５６ 9481\u{3000}0961".into()), Some("15694810961")),
            (Cell::Text("=\"037010\"".into()), Some("037010")),
            (Cell::Text("'037010".into()), Some("037010")),
            (Cell::Empty, None),
            (Cell::Error("#N/A".into()), None),
        ] {
            assert_eq!(code(&cell).as_deref(), expected);
        }
    }
}
