//! What all spellings of dates share: the error, the range of years, normalising before reading, serial numbers of
//! spreadsheets.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

use crate::numeral::with_arabic_digits;
use crate::text::fold;

/// The first year that is accepted.
pub const FIRST_YEAR: i32 = 1900;
/// The last year that is accepted.
pub const LAST_YEAR: i32 = 2100;

/// Why a cell is no day, month or period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// The cell is empty.
    #[error("empty cell")]
    Empty,
    /// It can't be read as a date of the requested kind.
    #[error("not a date: {text}")]
    NotADate {
        /// The text of the cell.
        text: String,
    },
    /// It is spelled as a day that no calendar has.
    #[error("no such day: {year}-{month}-{day}")]
    NoSuchDay {
        /// The year.
        year: i32,
        /// The month as typed.
        month: u32,
        /// The day as typed.
        day: u32,
    },
    /// It is spelled as a month that no calendar has.
    #[error("no such month: {year}-{month}")]
    NoSuchMonth {
        /// The year.
        year: i32,
        /// The month as typed.
        month: u32,
    },
    /// The year is before [`FIRST_YEAR`] or after [`LAST_YEAR`].
    #[error("year out of range: {year}")]
    OutOfRange {
        /// The year.
        year: i32,
    },
    /// It has no year, and the caller gave none.
    #[error("no year for month {month}")]
    NoYear {
        /// The month.
        month: u32,
        /// The day, if there is one.
        day: Option<u32>,
    },
    /// A period that begins after its end.
    #[error("period ends on {last}, before it begins on {first}")]
    Reversed {
        /// The first day.
        first: NaiveDate,
        /// The last day.
        last: NaiveDate,
    },
    /// A period that goes on (`至今`).
    #[error("period from {first} has no end")]
    NoEnd {
        /// The first day.
        first: NaiveDate,
    },
    /// The formula in the cell failed.
    #[error("cell error: {text}")]
    CellError {
        /// The error, as it is in the file.
        text: String,
    },
}

/// The year in a title, a sheet name or a line, if there is exactly one: `2025年度活动台账`, `二〇二五年`.
///
/// `None` if there are two different years.
pub fn year_in(text: &str) -> Option<i32> {
    let text = with_arabic_digits(&fold(text), &['年']);
    let mut years =
        text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 4).filter_map(|run| run.parse().ok());
    let mut years = years.by_ref().filter(|year| (FIRST_YEAR..=LAST_YEAR).contains(year));
    let first = years.next()?;
    years.all(|year| year == first).then_some(first)
}

pub(crate) fn not_a_date(text: &str) -> DateError {
    DateError::NotADate { text: text.to_owned() }
}

pub(crate) fn date_of(year: i32, month: u32, day: u32) -> Result<NaiveDate, DateError> {
    in_range(year)?;
    NaiveDate::from_ymd_opt(year, month, day).ok_or(DateError::NoSuchDay { year, month, day })
}

pub(crate) fn in_range(year: i32) -> Result<i32, DateError> {
    if (FIRST_YEAR..=LAST_YEAR).contains(&year) { Ok(year) } else { Err(DateError::OutOfRange { year }) }
}

/// Folds the text, removes the day of the week, and turns Chinese numerals into digits.
pub(crate) fn prepared(text: &str) -> String {
    with_arabic_digits(&without_weekday(&fold(text)), &['年', '月', '日', '号', '点', '时', '分'])
}

fn without_weekday(text: &str) -> String {
    let mut out = text.to_owned();
    for word in ["星期", "礼拜", "周"] {
        while let Some(at) = out.find(word) {
            let after = at + word.len();
            let Some(day) = out[after..].chars().next().filter(|c| "一二三四五六日天末1234567".contains(*c))
            else {
                break;
            };
            let (mut start, mut end) = (at, after + day.len_utf8());
            if out[..start].ends_with(['(', '[', '【']) && out[end..].starts_with([')', ']', '】']) {
                start -= out[..start].chars().next_back().map_or(0, char::len_utf8);
                end += out[end..].chars().next().map_or(0, char::len_utf8);
            }
            out.replace_range(start..end, " ");
        }
    }
    out
}

/// The last serial of the year 2100.
const LAST_SERIAL: f64 = 73_415.0;
/// Numbers that would be a day before 1920 are far likelier to be counts, years or months.
const FIRST_SERIAL: f64 = 7_306.0;

/// The moment of a spreadsheet's serial number, between 1920 and 2100, to the second.
pub(crate) fn serial(number: f64) -> Option<NaiveDateTime> {
    if !(FIRST_SERIAL..LAST_SERIAL + 1.0).contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked above")]
    let (days, seconds) = (number.trunc() as u64, (number.fract() * 86_400.0).round() as u32);
    let day = NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))?;
    match NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0) {
        Some(time) => Some(day.and_time(time)),
        None => Some(day.succ_opt()?.and_time(NaiveTime::MIN)),
    }
}

/// The whole number in a cell, if it has at most eight digits.
pub(crate) fn whole(number: f64) -> Option<u32> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked here")]
    ((0.0..100_000_000.0).contains(&number) && number.fract() == 0.0).then_some(number as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_names_one_year_or_none() {
        for (title, year) in [
            ("2025年度活动台账", Some(2025)),
            ("２０２５年度荣誉台账", Some(2025)),
            ("二〇二五年学习台账", Some(2025)),
            ("2024-2025年度台账", None),
            ("填报日期：2025年12月31日", Some(2025)),
            ("鲁妇字〔2025〕12号", Some(2025)),
            ("廉政风险点排查防控一览表", None),
            ("电话15640234045", None),
        ] {
            assert_eq!(year_in(title), year, "{title}");
        }
    }

    #[test]
    fn a_serial_is_a_moment() {
        let at = serial(45_721.604_166_666_664).unwrap();
        assert_eq!(at.to_string(), "2025-03-05 14:30:00");
        assert_eq!(serial(45_721.999_999_9).unwrap().to_string(), "2025-03-06 00:00:00");
        assert_eq!(serial(1990.1), None);
        assert_eq!(serial(f64::NAN), None);
    }
}
