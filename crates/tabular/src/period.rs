//! Reads a period of days from a cell.

use chrono::{Datelike, Months, NaiveDate};

use crate::cell::Cell;
use crate::date::{DateError, FIRST_YEAR, LAST_YEAR, date_of, in_range, not_a_date, prepared, serial, whole};
use crate::month::checked;
use crate::scan::Scan;
use crate::text::compact;

/// Reads a period as its first and last day: `2025-06-01至2025-08-31`, `2025年1月至12月`, `2025.3-2025.9`, `3月至5月`.
///
/// A single day, month or year is a period as well. `year` is used for spellings without one.
pub fn period(cell: &Cell, year: Option<i32>) -> Result<(NaiveDate, NaiveDate), DateError> {
    let text = match cell {
        Cell::Empty => return Err(DateError::Empty),
        Cell::Error(text) => return Err(DateError::CellError { text: text.clone() }),
        Cell::Bool(_) => return Err(not_a_date(&cell.shown())),
        Cell::Date(at) => return date_of(at.year(), at.month(), at.day()).map(|day| (day, day)),
        Cell::Number(number) => match (whole(*number), serial(*number)) {
            (None | Some(100_000..), None) | (Some(1900..=2100), _) => cell.shown(),
            (_, Some(at)) => return date_of(at.year(), at.month(), at.day()).map(|day| (day, day)),
            _ => return Err(not_a_date(&cell.shown())),
        },
        Cell::Text(text) => text.clone(),
    };
    let clean = compact(&prepared(&text));
    if clean.is_empty() {
        return Err(DateError::Empty);
    }
    let known = Known { year, month: None };
    if let Some(point) = point(&clean, known) {
        return Ok((point.first()?, point.last()?));
    }
    let splits = splits(&clean);
    let found = splits.iter().find_map(|(left, right)| pair(left, right, known));
    match found.ok_or_else(|| not_a_date(text.trim()))? {
        (left, None) => Err(DateError::NoEnd { first: left.first()? }),
        (left, Some(right)) => {
            let (first, last) = (left.first()?, right.last()?);
            if first > last { Err(DateError::Reversed { first, last }) } else { Ok((first, last)) }
        }
    }
}

/// Whether a cell names its days: false for a month, several months or a year, of which no day is known.
///
/// The cell has to be a period, see [`period`].
pub fn names_its_days(cell: &Cell) -> bool {
    let text = match cell {
        Cell::Date(_) => return true,
        Cell::Number(number) => match (whole(*number), serial(*number)) {
            (Some(10_000_000..), _) => return true,
            (None | Some(100_000..), None) | (Some(1900..=2100), _) => return false,
            (_, at) => return at.is_some(),
        },
        other => other.shown(),
    };
    let clean = compact(&prepared(&text));
    // The year is of no matter here: any does.
    let known = Known { year: Some(2000), month: None };
    let of_days = |point: Point| matches!(point, Point::Day(..));
    match point(&clean, known) {
        Some(point) => of_days(point),
        None => splits(&clean)
            .iter()
            .find_map(|(left, right)| pair(left, right, known))
            .is_some_and(|(first, last)| of_days(first) && last.is_none_or(of_days)),
    }
}

/// Whether a cell says from when until when, in two places: `2025年3月至5月`, not `2025年3月`. A period that is still going on
/// does too.
pub fn has_two_ends(cell: &Cell) -> bool {
    let Cell::Text(text) = cell else { return false };
    let clean = compact(&prepared(text));
    // The year is of no matter here: any does.
    let known = Known { year: Some(2000), month: None };
    point(&clean, known).is_none() && splits(&clean).iter().any(|(left, right)| pair(left, right, known).is_some())
}

/// The ways to split a text in two, at unmistakable words before dashes.
fn splits(text: &str) -> Vec<(&str, &str)> {
    let words = ["至", "到", "——", "—", "–", "~", "～", "-"];
    let all = words
        .iter()
        .flat_map(|word| text.match_indices(word).map(|(at, word)| (&text[..at], &text[at + word.len()..])));
    all.filter(|(left, right)| !left.is_empty() && !right.is_empty()).collect()
}

/// Both ends; the second is `None` if the period is still going on.
fn pair(left: &str, right: &str, known: Known) -> Option<(Point, Option<Point>)> {
    let left = left.strip_suffix('起').unwrap_or(left);
    let right = right.strip_suffix('止').unwrap_or(right);
    if matches!(right, "今" | "现在" | "目前") {
        return Some((point(left, known)?, None));
    }
    // 3-5月 and 3月5-7日 give their unit only once.
    let unit = if right.contains('月') { "月" } else { "日" };
    let begin = point(left, known)
        .or_else(|| point(&format!("{left}{unit}"), known).filter(|_| left.ends_with(|c: char| c.is_ascii_digit())))?;
    let end = point(right, begin.known(known))?;
    Some((begin, Some(end)))
}

/// The year and month that an end without them takes from the one before.
#[derive(Clone, Copy)]
struct Known {
    year: Option<i32>,
    month: Option<u32>,
}

/// One end of a period, or the whole of it.
#[derive(Clone, Copy)]
enum Point {
    Year(i32),
    Month(Option<i32>, u32),
    Day(Option<i32>, u32, u32),
}

impl Point {
    fn known(self, before: Known) -> Known {
        match self {
            Self::Year(year) => Known { year: Some(year), month: None },
            Self::Month(year, month) | Self::Day(year, month, _) => {
                Known { year: year.or(before.year), month: Some(month) }
            }
        }
    }

    fn first(self) -> Result<NaiveDate, DateError> {
        match self {
            Self::Year(year) => date_of(year, 1, 1),
            Self::Month(year, month) => {
                let year = year.ok_or(DateError::NoYear { month, day: None })?;
                checked(year, month)?;
                date_of(year, month, 1)
            }
            Self::Day(year, month, day) => {
                date_of(year.ok_or(DateError::NoYear { month, day: Some(day) })?, month, day)
            }
        }
    }

    fn last(self) -> Result<NaiveDate, DateError> {
        let first = self.first()?;
        let months = match self {
            Self::Year(_) => 12,
            Self::Month(..) => 1,
            Self::Day(..) => return Ok(first),
        };
        let next = first.checked_add_months(Months::new(months)).and_then(|next| next.pred_opt());
        next.ok_or(DateError::OutOfRange { year: first.year() })
    }
}

/// Reads one end of a period, which must be the whole text.
fn point(text: &str, known: Known) -> Option<Point> {
    let mut scan = Scan::new(text);
    let (first, length) = scan.digits()?;
    let year_of = |digits: u32| i32::try_from(digits).ok();
    let found = match length {
        8 => Point::Day(Some(year_of(first / 10_000)?), first / 100 % 100, first % 100),
        6 => Point::Month(Some(year_of(first / 100)?), first % 100),
        4 => with_year(&mut scan, year_of(first)?)?,
        1 | 2 if scan.eat(&['月']).is_some() => month_or_day(&mut scan, known.year, first),
        1 | 2 if scan.eat(&['日', '号']).is_some() => Point::Day(known.year, known.month?, first),
        _ => return None,
    };
    scan.is_done().then_some(found)
}

fn with_year(scan: &mut Scan, year: i32) -> Option<Point> {
    let Some(mark) = scan.eat(&['年', '.', '/', '-']) else {
        // 2025 alone: any other number of four digits is no year.
        return (FIRST_YEAR..=LAST_YEAR).contains(&year).then_some(Point::Year(year));
    };
    if mark == '年' {
        let _ = scan.word(&[("度", ()), ("全年", ())]);
        let Some(month) = scan.short() else { return in_range(year).ok().map(Point::Year) };
        scan.eat(&['月'])?;
        return Some(month_or_day(scan, Some(year), month));
    }
    let month = scan.short()?;
    if scan.eat(&[mark]).is_none() {
        return Some(Point::Month(Some(year), month));
    }
    Some(Point::Day(Some(year), month, scan.short()?))
}

fn month_or_day(scan: &mut Scan, year: Option<i32>, month: u32) -> Point {
    let _ = scan.eat(&['份']);
    if let Some(day) = scan.short() {
        let _ = scan.eat(&['日', '号']);
        return Point::Day(year, month, day);
    }
    let _ = scan.eat(&['底', '末']);
    Point::Month(year, month)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str, year: Option<i32>) -> Result<(String, String), DateError> {
        period(&Cell::Text(typed.to_owned()), year).map(|(first, last)| (first.to_string(), last.to_string()))
    }

    #[test]
    fn every_spelling_of_a_period_is_read() {
        for (typed, first, last) in [
            ("2025-06-01至2025-08-31", "2025-06-01", "2025-08-31"),
            ("2025年1月至12月", "2025-01-01", "2025-12-31"),
            ("2025.3-2025.9", "2025-03-01", "2025-09-30"),
            ("2025.3-2025.6", "2025-03-01", "2025-06-30"),
            ("3月至5月", "2025-03-01", "2025-05-31"),
            ("3-5月", "2025-03-01", "2025-05-31"),
            ("2025年3-5月", "2025-03-01", "2025-05-31"),
            ("２０２５年３月—２０２５年５月", "2025-03-01", "2025-05-31"),
            ("2025-06-01-2025-08-31", "2025-06-01", "2025-08-31"),
            ("2025.6.1 - 2025.8.31", "2025-06-01", "2025-08-31"),
            ("2025年6月1日至8月31日", "2025-06-01", "2025-08-31"),
            ("2025年6月1日至7日", "2025-06-01", "2025-06-07"),
            ("6月1-7日", "2025-06-01", "2025-06-07"),
            ("20250601-20250831", "2025-06-01", "2025-08-31"),
            ("202506-202508", "2025-06-01", "2025-08-31"),
            ("2024年11月至2025年2月", "2024-11-01", "2025-02-28"),
            ("2025年6月起至8月止", "2025-06-01", "2025-08-31"),
            ("2025年", "2025-01-01", "2025-12-31"),
            ("2024-2025年", "2024-01-01", "2025-12-31"),
            ("2025年2月", "2025-02-01", "2025-02-28"),
            ("2025-06", "2025-06-01", "2025-06-30"),
            ("2025年3月5日", "2025-03-05", "2025-03-05"),
        ] {
            assert_eq!(read(typed, Some(2025)), Ok((first.to_owned(), last.to_owned())), "{typed}");
        }
    }

    #[test]
    fn what_is_no_period_says_why() {
        let on = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        for (typed, expected) in [
            ("", DateError::Empty),
            ("长期", not_a_date("长期")),
            ("2025.3-9", not_a_date("2025.3-9")),
            ("2025年3月至今", DateError::NoEnd { first: on(2025, 3, 1) }),
            ("2025年11月至2月", DateError::Reversed { first: on(2025, 11, 1), last: on(2025, 2, 28) }),
            ("2025-02-30至2025-03-31", DateError::NoSuchDay { year: 2025, month: 2, day: 30 }),
            ("2025年3月至13月", DateError::NoSuchMonth { year: 2025, month: 13 }),
            ("3月至5月", DateError::NoYear { month: 3, day: None }),
        ] {
            assert_eq!(read(typed, None), Err(expected), "{typed}");
        }
    }

    #[test]
    fn a_month_names_no_days() {
        for (cell, days) in [
            (Cell::Text("2025年3月".into()), false),
            (Cell::Text("2025年3月至5月".into()), false),
            (Cell::Text("2025年".into()), false),
            (Cell::Number(2025.1), false),
            (Cell::Number(2025.11), false),
            (Cell::Number(202_503.0), false),
            (Cell::Text("3月5日至7日".into()), true),
            (Cell::Text("2025.3.5-2025.3.7".into()), true),
            (Cell::Number(20_250_305.0), true),
            (Cell::Number(45_721.0), true),
        ] {
            assert_eq!(names_its_days(&cell), days, "{cell:?}");
        }
    }

    #[test]
    fn number_and_date_cells_are_periods() {
        let of = |cell| period(&cell, None).map(|(first, last)| format!("{first} {last}"));
        assert_eq!(of(Cell::Number(202_503.0)), Ok("2025-03-01 2025-03-31".to_owned()));
        assert_eq!(of(Cell::Number(2025.0)), Ok("2025-01-01 2025-12-31".to_owned()));
        assert_eq!(of(Cell::Number(45_721.0)), Ok("2025-03-05 2025-03-05".to_owned()));
        assert!(of(Cell::Number(7.0)).is_err());
    }
}
