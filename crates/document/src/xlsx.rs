//! A plain table as XLSX: lists and refused rows, which can be corrected and imported again.

use std::io::{Cursor, Seek, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet};
use serde::{Deserialize, Serialize};

use crate::error::DocumentError;
use crate::flow::{chars_wide, clean};

/// A sheet to be written: a title, a head, rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SheetOut {
    /// The name of the sheet; characters that Excel forbids are replaced.
    pub name: String,
    /// The title, across the whole width.
    pub title: Option<String>,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The rows. Cells beyond the columns are written too.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a sheet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Column {
    /// The column heading.
    pub head: String,
    /// The width in half-width characters; computed from the content if not given.
    pub width: Option<u16>,
}

impl From<&str> for Column {
    fn from(head: &str) -> Self {
        Self { head: head.to_owned(), width: None }
    }
}

/// A cell of a sheet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text, kept as text: phones, codes and what begins with `=` too.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// Excel stores whole numbers exactly up to here; larger ones are written as text.
const EXACT: u64 = 1 << 53;
/// The most UTF-16 units in a cell of Excel.
const CELL_UNITS: usize = 32_767;

/// The sheet as the bytes of an XLSX file. Equal sheets give equal bytes.
///
/// The title, if there is one, is row 1 and merged across the columns; then the heading row, frozen and with a filter; then
/// the rows. Texts longer than a cell of Excel allows are cut.
pub fn xlsx(sheet: &SheetOut) -> Result<Vec<u8>, DocumentError> {
    let mut bytes = Cursor::new(Vec::new());
    write_xlsx(sheet, &mut bytes)?;
    Ok(bytes.into_inner())
}

/// Writes the sheet as an XLSX file, the same as [`xlsx`]. Rows go to a temporary file as they are written, so that memory
/// holds only one row besides the sheet itself.
pub fn write_xlsx(sheet: &SheetOut, to: impl Write + Seek + Send) -> Result<(), DocumentError> {
    let mut workbook = Workbook::new();
    // A fixed moment: the library would write the current one.
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let worksheet = workbook.add_worksheet_with_constant_memory()?;
    worksheet.set_name(sheet_name(&sheet.name))?;
    let cells = Format::new()
        .set_font_name("宋体")
        .set_font_size(11)
        .set_align(FormatAlign::VerticalCenter)
        .set_border(FormatBorder::Thin);
    let head = cells.clone().set_bold().set_align(FormatAlign::Center).set_text_wrap();
    let columns = u16::try_from(sheet.columns.len()).unwrap_or(u16::MAX);
    let mut row = 0;
    if let Some(title) = &sheet.title {
        let format = Format::new()
            .set_font_name("黑体")
            .set_font_size(16)
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter);
        worksheet.set_row_height(row, 30)?;
        if columns > 1 {
            worksheet.merge_range(row, 0, row, columns - 1, &fitting(title), &format)?;
        } else {
            worksheet.write_string_with_format(row, 0, fitting(title), &format)?;
        }
        row += 1;
    }
    let head_row = row;
    for (number, column) in (0..).zip(&sheet.columns) {
        worksheet.write_string_with_format(row, number, fitting(&column.head), &head)?;
        worksheet.set_column_width(number, width_of(sheet, usize::from(number)))?;
    }
    let formats = Formats { number: cells.clone(), text: cells.set_num_format("@").set_text_wrap() };
    for cells in &sheet.rows {
        row += 1;
        for (column, cell) in (0..).zip(cells) {
            write_cell(worksheet, (row, column), cell, &formats)?;
        }
    }
    if columns > 0 {
        worksheet.set_freeze_panes(head_row + 1, 0)?;
        worksheet.set_repeat_rows(0, head_row)?;
        worksheet.autofilter(head_row, 0, row, columns - 1)?;
    }
    worksheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
    Ok(workbook.save_to_writer(to)?)
}

/// The sheet as CSV with a byte order mark, which spreadsheet programs need to read it as UTF-8. No title: the heading row
/// comes first.
///
/// What a spreadsheet program would run as a formula gets an apostrophe before it, and so does a telephone number with its `+`, which
/// it would read as a number and show without. Numbers below zero stay as they are.
pub fn csv(sheet: &SheetOut) -> Result<Vec<u8>, DocumentError> {
    let mut bytes = Vec::new();
    write_csv(sheet, &mut bytes)?;
    Ok(bytes)
}

/// Writes the sheet as CSV, the same as [`csv`], row by row.
pub fn write_csv(sheet: &SheetOut, mut to: impl Write) -> Result<(), DocumentError> {
    to.write_all("\u{feff}".as_bytes())?;
    let mut line = |cells: &mut dyn Iterator<Item = String>| {
        let fields: Vec<String> = cells.map(|cell| quoted(&cell)).collect();
        to.write_all(fields.join(",").as_bytes())?;
        to.write_all(b"\r\n")
    };
    line(&mut sheet.columns.iter().map(|column| column.head.clone()))?;
    for row in &sheet.rows {
        line(&mut row.iter().map(|cell| match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => harmless(text),
            Cell::Whole(number) => number.to_string(),
            Cell::Number(number) => number.to_string(),
        }))?;
    }
    Ok(())
}

fn harmless(text: &str) -> String {
    let below_zero = text.strip_prefix('-').is_some_and(|digits| {
        digits.starts_with(|letter: char| letter.is_ascii_digit()) && digits.parse::<f64>().is_ok()
    });
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !below_zero;
    if risky { format!("'{text}") } else { text.to_owned() }
}

fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

struct Formats {
    text: Format,
    number: Format,
}

fn write_cell(
    worksheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    formats: &Formats,
) -> Result<(), DocumentError> {
    match cell {
        Cell::Empty => worksheet.write_blank(row, column, &formats.text)?,
        Cell::Text(text) => worksheet.write_string_with_format(row, column, fitting(text), &formats.text)?,
        Cell::Whole(number) if number.unsigned_abs() > EXACT => {
            worksheet.write_string_with_format(row, column, number.to_string(), &formats.text)?
        }
        Cell::Whole(number) => worksheet.write_number_with_format(row, column, *number as f64, &formats.number)?,
        Cell::Number(number) if number.is_finite() => {
            worksheet.write_number_with_format(row, column, *number, &formats.number)?
        }
        Cell::Number(number) => worksheet.write_string_with_format(row, column, number.to_string(), &formats.text)?,
    };
    Ok(())
}

/// The text without control characters except line feeds, cut to what fits into a cell.
fn fitting(text: &str) -> String {
    let clean = text.split('\n').map(clean).collect::<Vec<_>>().join("\n");
    let mut units = 0;
    clean
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= CELL_UNITS
        })
        .collect()
}

/// A name that Excel accepts: no `[]:*?/\`, no apostrophe at its ends, 31 UTF-16 units at most, not empty.
fn sheet_name(name: &str) -> String {
    let mut units = 0;
    let named: String = clean(name)
        .chars()
        .map(|c| if "[]:*?/\\".contains(c) { ' ' } else { c })
        .take_while(|c| {
            units += c.len_utf16();
            units <= 31
        })
        .collect();
    let named = named.trim().trim_matches('\'');
    if named.is_empty() { "Sheet1".to_owned() } else { named.to_owned() }
}

/// The width of a column in half-width characters, by the content of its first rows.
fn width_of(sheet: &SheetOut, column: usize) -> f64 {
    const LOOKED_AT: usize = 200;
    let Some(Column { head, width }) = sheet.columns.get(column) else { return 10.0 };
    let content = sheet.rows.iter().take(LOOKED_AT).filter_map(|row| row.get(column)).map(|cell| match cell {
        Cell::Empty => 0.0,
        Cell::Text(text) => chars_wide(text) * 2.0,
        Cell::Whole(number) => number.to_string().len() as f64,
        Cell::Number(number) => number.to_string().len() as f64,
    });
    width.map_or_else(|| content.fold(chars_wide(head) * 2.0 + 2.0, f64::max).clamp(6.0, 48.0) + 2.0, f64::from)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn part(bytes: &[u8], name: &str) -> String {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
        let mut text = String::new();
        zip.by_name(name).expect("the part").read_to_string(&mut text).expect("text");
        text
    }

    fn sample() -> SheetOut {
        SheetOut {
            name: "拒绝/的行".into(),
            title: Some("花名册".into()),
            columns: vec!["姓名".into(), "联系电话".into(), "人数".into(), "原因".into()],
            rows: vec![
                vec!["张三".into(), "013800000000".into(), 12.into(), "=1+1".into()],
                vec![Cell::Empty, i64::MAX.into(), Cell::Number(f64::NAN)],
            ],
        }
    }

    #[test]
    fn phones_stay_text_and_numbers_numbers() {
        let bytes = xlsx(&sample()).expect("xlsx");
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        assert!(sheet.contains("<v>12</v>"), "{sheet}");
        for text in ["013800000000", "=1+1", "9223372036854775807", "NaN"] {
            assert!(sheet.contains(&format!("<is><t>{text}</t></is>")), "{text}");
        }
        assert!(!sheet.contains("<f>"), "nothing may become a formula");
    }

    #[test]
    fn csv_has_a_mark_and_no_formulas() {
        let text = String::from_utf8(csv(&sample()).expect("csv")).expect("text");
        assert!(text.starts_with("\u{feff}姓名,联系电话,人数,原因\r\n张三,013800000000,12,'=1+1\r\n"), "{text}");
        assert_eq!(
            (harmless("-12"), harmless("-a"), quoted("a\"b,c").as_str()),
            ("-12".into(), "'-a".into(), "\"a\"\"b,c\"")
        );
        for text in ["+8613800000000", "+86 138 0000 0000", "+1", "-1+2", "-inf", "=1", "@a", "-", "\ta"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["-0.5", "-1e3", "13800000000", "010-12345678", "无", ""] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn equal_sheets_give_equal_bytes() {
        assert_eq!(xlsx(&sample()).expect("xlsx"), xlsx(&sample()).expect("xlsx"));
    }

    #[test]
    fn names_and_texts_that_excel_refuses_are_made_to_fit() {
        assert_eq!(sheet_name("a/b:c'"), "a b c");
        assert_eq!(sheet_name("''"), "Sheet1");
        assert_eq!(fitting(&"字".repeat(40_000)).chars().count(), CELL_UNITS);
        let sheet = SheetOut { rows: vec![vec!["字\u{1}".repeat(40_000).into()]], ..SheetOut::default() };
        assert!(xlsx(&sheet).is_ok());
    }
}
