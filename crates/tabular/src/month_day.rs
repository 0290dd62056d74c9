//! Reads a day that a heading writes as month and day alone: `5.8`, `5.8日`, `5-8`.

use chrono::NaiveDate;

use crate::cell::Cell;
use crate::date::{DateError, prepared};
use crate::day::day;
use crate::text::fold;

/// A year with every day that a month may have.
const LEAP: i32 = 2024;

/// A day written as month and day alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MonthDay {
    /// The day with its words, and what stands behind it: `5月8日上午`.
    Day(String),
    /// A numeral may have lost a nought: 5.1 was typed as 5.1 or as 5.10. Both days with their words.
    Either([String; 2]),
}

/// Reads such a day; `None` for anything else. A number never keeps the noughts at its end; `plain` says that a text may have been a
/// number, as in delimited text.
pub fn month_day(cell: &Cell, plain: bool) -> Option<MonthDay> {
    let shown = match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(_) => cell.shown(),
        _ => return None,
    };
    let clean = prepared(&shown);
    let (month, rest) = leading_number(&clean)?;
    let mark = rest.chars().next().filter(|mark| ['.', '-'].contains(mark))?;
    let (number, rest) = leading_number(&rest[mark.len_utf8()..])?;
    let (month_number, day_number): (u32, u32) = (month.parse().ok()?, number.parse().ok()?);
    let bare = rest.trim_start_matches(['日', '号']).trim_end();
    // 5-8日 is from the fifth to the eighth.
    if !(1..=12).contains(&month_number)
        || !(1..=31).contains(&day_number)
        || (mark == '-' && bare.len() < rest.trim_end().len())
    {
        return None;
    }
    let written = |number: u32| format!("{month_number}月{number}日{bare}");
    match day(&Cell::Text(written(day_number)), Some(LEAP)) {
        Ok(_) | Err(DateError::NoSuchDay { .. }) => {}
        Err(_) => return None,
    }
    let is_numeral = matches!(cell, Cell::Number(_)) || (plain && fold(&shown).parse::<f64>().is_ok());
    let longer =
        NaiveDate::from_ymd_opt(LEAP, month_number, day_number * 10).filter(|_| number.len() == 1 && is_numeral);
    Some(match longer {
        Some(_) => MonthDay::Either([written(day_number), written(day_number * 10)]),
        None => MonthDay::Day(written(day_number)),
    })
}

/// The one or two digits that a text begins with, and the rest of it.
pub(crate) fn leading_number(text: &str) -> Option<(&str, &str)> {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    (1..=2).contains(&digits).then(|| text.split_at(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_and_a_day_alone_are_a_day() {
        let text = |text: &str| Cell::Text(text.to_owned());
        for (cell, expected) in [
            (text("5.8"), "5月8日"),
            (text("５．８日"), "5月8日"),
            (text("05.08"), "5月8日"),
            (text("5-8"), "5月8日"),
            (text("12.25号"), "12月25日"),
            (text("5.8（周四）"), "5月8日"),
            (text("5.8上午"), "5月8日上午"),
            (text("5.8 14:30"), "5月8日 14:30"),
            (text("4.31"), "4月31日"),
            (Cell::Number(5.8), "5月8日"),
            (Cell::Number(5.08), "5月8日"),
            (Cell::Number(12.25), "12月25日"),
            // As typed, or with a day that no other could have been.
            (text("5.1"), "5月1日"),
            (text("5.10"), "5月10日"),
            (Cell::Number(2.3), "2月3日"),
            (Cell::Number(5.4), "5月4日"),
        ] {
            assert_eq!(month_day(&cell, false), Some(MonthDay::Day(expected.to_owned())), "{cell:?}");
        }
        for text in [
            "5",
            "5月8日",
            "5-8日",
            "5.8-5.9",
            "5.8.3",
            "2025.5",
            "13.5",
            "5.0",
            "5.32",
            "0.5",
            "1.5小时",
            "5.8%",
            "5/8",
            "",
        ] {
            assert_eq!(month_day(&Cell::Text(text.to_owned()), true), None, "{text}");
        }
        assert_eq!(month_day(&Cell::Number(5.0), false), None);
    }

    #[test]
    fn a_nought_that_a_numeral_may_have_lost_is_never_guessed() {
        let either =
            |month: u32, day: u32| Some(MonthDay::Either([day, day * 10].map(|day| format!("{month}月{day}日"))));
        for (number, month, day) in [(5.1, 5, 1), (5.2, 5, 2), (5.3, 5, 3), (2.2, 2, 2), (12.1, 12, 1)] {
            assert_eq!(month_day(&Cell::Number(number), false), either(month, day), "{number}");
            // A text file doesn't say whether it was a number.
            assert_eq!(month_day(&Cell::Text(number.to_string()), true), either(month, day), "{number}");
        }
        for text in ["5.1日", "5.1上午", "5-1", "5.01", "5.10"] {
            assert!(matches!(month_day(&Cell::Text(text.to_owned()), true), Some(MonthDay::Day(_))), "{text}");
        }
    }
}
