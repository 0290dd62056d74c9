//! Reads a month, such as that of a birth or of a result, from a cell.

use chrono::Datelike;

use crate::cell::Cell;
use crate::date::{DateError, date_of, in_range, not_a_date, prepared, serial, whole, year_in};
use crate::numeral::with_arabic_digits;
use crate::scan::Scan;
use crate::text::fold;

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearMonth {
    /// The year.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u32,
}

/// Reads a month; a day after it is checked and dropped. `year` is used for spellings without one (`3月`).
///
/// A number cell 1990.1 is read as January, though 1990.10 typed into a number cell looks the same: see [`month_in_doubt`].
/// Years of two digits are refused.
pub fn month(cell: &Cell, year: Option<i32>) -> Result<YearMonth, DateError> {
    match cell {
        Cell::Empty => Err(DateError::Empty),
        Cell::Error(text) => Err(DateError::CellError { text: text.clone() }),
        Cell::Bool(_) => Err(not_a_date(&cell.shown())),
        Cell::Date(at) => checked(at.year(), at.month()),
        Cell::Number(number) => match (whole(*number), serial(*number)) {
            (None | Some(100_000..), None) => month_of_text(&cell.shown(), None),
            (_, Some(at)) => checked(at.year(), at.month()),
            _ => Err(not_a_date(&cell.shown())),
        },
        Cell::Text(text) => month_of_text(text, year),
    }
}

/// The month that a title or the name of a sheet says, if it is one: `2025年5月学习积分`, `五月`, `2025-05`. `year` is used if it says none.
///
/// `None` for several months (`1-3月`, `5月和6月`).
pub fn month_in(text: &str, year: Option<i32>) -> Option<YearMonth> {
    if let Ok(whole) = month_of_text(text, year) {
        return Some(whole);
    }
    let clean = with_arabic_digits(&fold(text), &['年', '月', '日', '号']);
    let year = year_in(&clean).or(year)?;
    let mut months = Vec::new();
    let parts: Vec<&str> = clean.split('月').collect();
    for before in &parts[..parts.len() - 1] {
        let digits = before.chars().rev().take_while(char::is_ascii_digit).count();
        let (before, number) = before.split_at(before.len() - digits);
        if !(1..=2).contains(&digits)
            || before.trim_end().ends_with(['-', '~', '—', '–', '至', '到', '、', ',', '和', '.', '/'])
        {
            return None;
        }
        months.push(number.parse().ok()?);
    }
    months.dedup();
    match months.as_slice() {
        [month] => checked(year, *month).ok(),
        _ => None,
    }
}

/// Whether [`month`] had to choose between January and October: a number cell such as 1990.1.
pub fn month_in_doubt(cell: &Cell) -> bool {
    matches!(cell, Cell::Number(_)) && cell.shown().strip_suffix(".1").is_some_and(|year| year.len() == 4)
}

pub(crate) fn checked(year: i32, month: u32) -> Result<YearMonth, DateError> {
    in_range(year)?;
    if (1..=12).contains(&month) { Ok(YearMonth { year, month }) } else { Err(DateError::NoSuchMonth { year, month }) }
}

fn month_of_text(text: &str, year: Option<i32>) -> Result<YearMonth, DateError> {
    let clean = prepared(text);
    if clean.is_empty() {
        return Err(DateError::Empty);
    }
    let wrong = || not_a_date(text.trim());
    let mut scan = Scan::new(&clean);
    let (found_year, month, day) = parts(&mut scan).ok_or_else(wrong)?;
    let _ = scan.word(&[("出生", ()), ("生", ())]);
    // A date exported with its time.
    let _ = scan.word(&[("00:00:00", ()), ("0:00:00", ()), ("0:00", ()), ("00:00", ())]);
    if !scan.is_done() {
        return Err(wrong());
    }
    let year = found_year.or(year).ok_or(DateError::NoYear { month, day })?;
    if let Some(day) = day {
        date_of(year, month, day)?;
    }
    checked(year, month)
}

fn parts(scan: &mut Scan) -> Option<(Option<i32>, u32, Option<u32>)> {
    let (first, length) = scan.digits()?;
    let year_of = |digits: u32| i32::try_from(digits).ok();
    match length {
        8 => Some((Some(year_of(first / 10_000)?), first / 100 % 100, Some(first % 100))),
        6 => Some((Some(year_of(first / 100)?), first % 100, None)),
        4 => {
            let mark = scan.eat(&['年', '.', '/', '-'])?;
            let month = scan.short()?;
            let day = if mark == '年' {
                let named = scan.eat(&['月']).is_some();
                let _ = scan.eat(&['份']);
                if named { day_after(scan) } else { None }
            } else if scan.eat(&[mark]).is_some() {
                Some(scan.short()?)
            } else {
                let _ = scan.eat(&['月']);
                None
            };
            Some((Some(year_of(first)?), month, day))
        }
        1 | 2 => {
            scan.eat(&['月'])?;
            let _ = scan.eat(&['份']);
            Some((None, first, day_after(scan)))
        }
        _ => None,
    }
}

fn day_after(scan: &mut Scan) -> Option<u32> {
    let day = scan.short()?;
    let _ = scan.eat(&['日', '号']);
    Some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn a_title_says_one_month_or_none() {
        for (title, month) in [
            ("2025年5月学习积分", Some((2025, 5))),
            ("上桥街道五月学习强国积分", Some((2024, 5))),
            ("二〇二五年十二月积分表（12月）", Some((2025, 12))),
            ("2025-05", Some((2025, 5))),
            ("5月", Some((2024, 5))),
            ("2025年1-3月积分", None),
            ("2025年5月和6月积分", None),
            ("2025年5月至2025年7月积分", None),
            ("2025年13月积分", None),
            ("学习月报", None),
            ("2025年积分", None),
        ] {
            let found = month_in(title, Some(2024)).map(|found| (found.year, found.month));
            assert_eq!(found, month, "{title}");
        }
        assert_eq!(month_in("五月学习", None), None, "no year");
    }

    #[test]
    fn every_spelling_of_a_month_is_read() {
        for (typed, year, month) in [
            ("2025.3", 2025, 3),
            ("2025年3月", 2025, 3),
            ("2025年3月份", 2025, 3),
            ("199003", 1990, 3),
            ("１９９０.１２", 1990, 12),
            ("２００１．０８", 2001, 8),
            ("1990-03-18", 1990, 3),
            ("1990-03-18 00:00:00", 1990, 3),
            ("19900318", 1990, 3),
            ("1990.3.18", 1990, 3),
            ("1987.10", 1987, 10),
            ("1990.1", 1990, 1),
            ("2025-06", 2025, 6),
            ("2025/6", 2025, 6),
            ("1990年3月18日", 1990, 3),
            ("1990年3月生", 1990, 3),
            ("一九九〇年十二月", 1990, 12),
            ("3月", 2025, 3),
            ("3月份", 2025, 3),
        ] {
            assert_eq!(super::month(&text(typed), Some(2025)), Ok(YearMonth { year, month }), "{typed}");
        }
    }

    #[test]
    fn what_is_no_month_says_why() {
        for (typed, expected) in [
            ("", DateError::Empty),
            ("生日不详", not_a_date("生日不详")),
            ("90年3月", not_a_date("90年3月")),
            ("1990", not_a_date("1990")),
            ("1990年", not_a_date("1990年")),
            ("1990.13", DateError::NoSuchMonth { year: 1990, month: 13 }),
            ("1990-02-30", DateError::NoSuchDay { year: 1990, month: 2, day: 30 }),
            ("2205年3月", DateError::OutOfRange { year: 2205 }),
            ("3月", DateError::NoYear { month: 3, day: None }),
        ] {
            assert_eq!(super::month(&text(typed), None), Err(expected), "{typed}");
        }
    }

    #[test]
    fn number_cells_are_months_in_four_ways() {
        for (number, expected) in [
            (199_003.0, Some((1990, 3))),
            (19_900_318.0, Some((1990, 3))),
            (32_950.0, Some((1990, 3))),
            (1990.12, Some((1990, 12))),
            (1990.1, Some((1990, 1))),
            (1990.0, None),
            (3.0, None),
            (0.5, None),
        ] {
            let found = super::month(&Cell::Number(number), Some(2025)).ok();
            assert_eq!(found.map(|m| (m.year, m.month)), expected, "{number}");
        }
        assert!(month_in_doubt(&Cell::Number(1990.1)));
        assert!(!month_in_doubt(&Cell::Number(1990.11)));
        assert!(!month_in_doubt(&text("1990.1")));
    }
}
