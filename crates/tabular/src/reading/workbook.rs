//! Reads the sheets of XLSX, XLS and ODS files.

use std::collections::HashMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Data, Dimensions, ExcelDateTime, Ods, OdsError, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsx, XlsxError,
    open_workbook_from_rs,
};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::{Grid, ReadError, Room, Stop, Told, go_on};
use crate::cell::{Cell, Merged, Sheet};

/// `room` is what is left beside the shared texts, which the reader holds too.
pub(super) fn xlsx(bytes: &[u8], room: &mut Room, stop: Stop<'_>) -> Result<Vec<Sheet>, ReadError> {
    guarded(|| {
        let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(|error| xlsx_error(&error))?;
        let mut sheets = Vec::new();
        for (name, hidden) in worksheets(&workbook) {
            // Cell by cell, since a whole range would be allocated from corner to corner.
            let mut cells = match workbook.worksheet_cells_reader(&name) {
                Ok(cells) => cells,
                Err(XlsxError::NotAWorksheet(_)) => continue,
                Err(error) => return Err(xlsx_error(&error)),
            };
            let mut rows = Grid::new(&name);
            while let Some(cell) = cells.next_cell().map_err(|error| xlsx_error(&error))? {
                go_on(stop)?;
                let value = cell_of(cell.get_value().clone().into());
                rows.set(position(cell.get_position()), value, room)?;
            }
            drop(cells);
            if room.merges {
                go_on(stop)?;
                let areas = workbook.merge_cells_by_sheet_name(&name).map_err(|error| xlsx_error(&error))?;
                merge(&mut rows, areas.iter().map(merged), room)?;
            }
            let told = room.told.remove(&name).unwrap_or_default();
            for place in told.uncalculated {
                rows.set(place, Cell::Error("=".to_owned()), room)?;
            }
            sheets.push(Sheet { hidden_rows: told.hidden_rows, ..rows.into_sheet(hidden) });
        }
        Ok(sheets)
    })
}

/// `hidden` are the hidden rows of each sheet, in the order of the sheets.
pub(super) fn xls(bytes: &[u8], hidden: Vec<Vec<usize>>, stop: Stop<'_>) -> Result<Vec<Sheet>, ReadError> {
    guarded(|| {
        let workbook: Xls<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(|error| match error {
            XlsError::Password => ReadError::Locked,
            error => ReadError::Broken(error.to_string()),
        })?;
        let names = workbook.sheets_metadata().iter().map(|sheet| sheet.name.clone());
        let mut told: HashMap<String, Told> =
            names.zip(hidden).map(|(name, hidden_rows)| (name, Told { hidden_rows, ..Told::default() })).collect();
        for (name, told) in &mut told {
            told.merged = workbook.merge_cells_by_sheet_name(name).unwrap_or_default().iter().map(merged).collect();
        }
        ranges(workbook, told, stop)
    })
}

/// `told` is what was noticed of each sheet before.
pub(super) fn ods(bytes: &[u8], told: HashMap<String, Told>, stop: Stop<'_>) -> Result<Vec<Sheet>, ReadError> {
    guarded(|| {
        let workbook: Ods<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(|error| match error {
            OdsError::Password => ReadError::Locked,
            error => ReadError::Broken(error.to_string()),
        })?;
        ranges(workbook, told, stop)
    })
}

fn merge(rows: &mut Grid, areas: impl IntoIterator<Item = Merged>, room: &mut Room) -> Result<(), ReadError> {
    for Merged { first, last, column } in areas {
        rows.merge((first, column), last, room)?;
    }
    Ok(())
}

fn merged(area: &Dimensions) -> Merged {
    let (first, column) = position(area.start);
    Merged { first, last: position(area.end).0, column }
}

/// A damaged file may make the reader panic; that is an error of the file, not of the program.
fn guarded<T>(read: impl FnOnce() -> Result<T, ReadError>) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(ReadError::Broken("reader panicked".to_owned())))
}

fn xlsx_error(error: &XlsxError) -> ReadError {
    match error {
        XlsxError::Password => ReadError::Locked,
        error => ReadError::Broken(error.to_string()),
    }
}

fn worksheets<'a, R: Reader<Cursor<&'a [u8]>>>(workbook: &R) -> Vec<(String, bool)> {
    let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    sheets.map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible)).collect()
}

/// What was laid out in full already, and measured before that.
fn ranges<'a, R: Reader<Cursor<&'a [u8]>>>(
    mut workbook: R,
    mut told: HashMap<String, Told>,
    stop: Stop<'_>,
) -> Result<Vec<Sheet>, ReadError> {
    let mut room = Room::default();
    let mut sheets = Vec::new();
    for (name, hidden) in worksheets(&workbook) {
        let range = workbook.worksheet_range(&name).map_err(|error| ReadError::Broken(format!("{error:?}")))?;
        let (top, start) = position(range.start().unwrap_or_default());
        let mut rows = Grid::new(&name);
        for (row, column, value) in range.used_cells() {
            go_on(stop)?;
            rows.set((top + row, start + column), cell_of(value.clone()), &mut room)?;
        }
        let Told { hidden_rows, merged, .. } = told.remove(&name).unwrap_or_default();
        merge(&mut rows, merged, &mut room)?;
        sheets.push(Sheet { hidden_rows, ..rows.into_sheet(hidden) });
    }
    Ok(sheets)
}

fn position((row, column): (u32, u32)) -> (usize, usize) {
    (usize::try_from(row).unwrap_or(usize::MAX), usize::try_from(column).unwrap_or(usize::MAX))
}

fn cell_of(value: Data) -> Cell {
    match value {
        Data::Empty => Cell::Empty,
        Data::Int(number) => Cell::Number(number as f64),
        Data::Float(number) => Cell::Number(number),
        Data::String(text) => Cell::from_text(text),
        Data::Bool(value) => Cell::Bool(value),
        Data::DateTime(at) => moment(&at).map_or(Cell::Number(at.as_f64()), Cell::Date),
        Data::DateTimeIso(text) => iso(&text).map_or_else(|| Cell::from_text(text), Cell::Date),
        Data::DurationIso(text) => clock(&text).map_or_else(|| Cell::from_text(text), Cell::Date),
        Data::Error(error) => Cell::Error(error.to_string()),
    }
}

fn moment(at: &ExcelDateTime) -> Option<NaiveDateTime> {
    // Up to the end of the year 9999; beyond it the conversion is undefined.
    if !(0.0..2_958_466.0).contains(&at.as_f64()) {
        return None;
    }
    if at.as_f64() < 1.0 {
        return before_dates(at.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())?.and_hms_opt(
        hour.into(),
        minute.into(),
        second.into(),
    )
}

/// A time alone is put on the day before dates begin.
fn before_dates(fraction: f64) -> Option<NaiveDateTime> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the caller gives a fraction of a day")]
    let seconds = (fraction * 86_400.0).round() as u32;
    Some(NaiveDate::from_ymd_opt(1899, 12, 31)?.and_time(NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0)?))
}

fn iso(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim_end_matches('Z');
    text.parse().ok().or_else(|| text.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN)))
}

/// A time of day as ODS writes it, `PT14H30M00S`.
fn clock(text: &str) -> Option<NaiveDateTime> {
    let (hours, rest) = text.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?.split('.').next()?;
    let time = NaiveTime::from_hms_opt(hours.parse().ok()?, minutes.parse().ok()?, seconds.parse().ok()?)?;
    Some(NaiveDate::from_ymd_opt(1899, 12, 31)?.and_time(time))
}
