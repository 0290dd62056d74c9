//! Headings of days in two rows: the month in one, the days in that below it.

use chrono::Datelike;

use crate::cell::Cell;
use crate::date::{DateError, prepared};
use crate::day::day;
use crate::month_day::{MonthDay, leading_number, month_day};
use crate::text::tidy;

/// Any year, for days whose year is found later.
const SOME_YEAR: i32 = 2024;

/// A day that stands under its month.
struct Under {
    place: usize,
    /// The column in which the month stands.
    head: usize,
    day: u32,
    /// Whether a word says that it is a day: 5日.
    named: bool,
    /// The day with its month.
    text: String,
}

/// The cells of a row, those behind `name_at` with the month that stands above them, and the places of these. What isn't one day beyond
/// doubt comes back as both cells with a stroke between them, which nobody reads as a day. `plain` is as in [`month_day`].
pub(super) fn with_months(above: &[Cell], row: &[Cell], name_at: usize, plain: bool) -> (Vec<Cell>, Vec<usize>) {
    let mut cells = row.to_vec();
    let (mut days, mut places): (Vec<Under>, Vec<usize>) = (Vec::new(), Vec::new());
    for (place, own) in row.iter().enumerate().skip(name_at + 1).filter(|(_, cell)| !cell.is_blank()) {
        // A month over several days stands above the first of them.
        let filled = |left: &usize| row.get(*left).is_some_and(|cell| !cell.is_blank());
        let heads = |left: &usize| above.get(*left).is_some_and(|cell| !cell.is_blank());
        let Some(head) = (name_at + 1..=place).rev().take_while(filled).find(heads) else { continue };
        let Some(group) = above.get(head) else { continue };
        match (month_heading(group), day_alone(own)) {
            (Some((year, month)), Some((number, named, rest))) => {
                let year = year.map(|year| format!("{year}年")).unwrap_or_default();
                days.push(Under {
                    place, head, day: number, named, text: format!("{year}{month}月{number}日{rest}")
                });
            }
            (Some(group_says), None) => {
                if let (Some(joined), Some(cell)) =
                    (with_own_month(group, group_says, own, plain), cells.get_mut(place))
                {
                    *cell = joined;
                    places.push(place);
                }
            }
            // A day above a day: the upper one may be a month that is shown without its day.
            (None, Some(_)) if day(group, Some(SOME_YEAR)).is_ok() => {
                if let Some(cell) = cells.get_mut(place) {
                    *cell = apart(group, own);
                }
                places.push(place);
            }
            _ => {}
        }
    }
    // Numbers under months, one to each, may be amounts.
    let are_days = days.iter().any(|one| days.iter().any(|other| other.head == one.head && other.place != one.place));
    let mut last: Option<(usize, u32)> = None;
    for Under { place, head, day, named, text } in days {
        // A day before that on its left belongs to a month that isn't written.
        let falls = last.is_some_and(|(other, before)| other == head && day < before);
        last = Some((head, if falls { 31 } else { day }));
        let is_day = (named || are_days) && !falls;
        if let (Some(cell), Some(group), Some(own)) = (cells.get_mut(place), above.get(head), row.get(place)) {
            *cell = if is_day { Cell::Text(text) } else { apart(group, own) };
        }
        places.push(place);
    }
    places.sort_unstable();
    (cells, places)
}

fn apart(group: &Cell, own: &Cell) -> Cell {
    Cell::Text(format!("{} / {}", tidy(&group.shown()), tidy(&own.shown())))
}

/// The month that a heading says, with its year if it says one: `3月`, `三月份`, `2025年3月`.
pub(super) fn month_heading(cell: &Cell) -> Option<(Option<i32>, u32)> {
    let Cell::Text(text) = cell else { return None };
    let clean = prepared(text);
    let (year, rest) = match clean.split_once('年') {
        Some((year, rest)) if year.trim().len() == 4 => (Some(year.trim().parse().ok()?), rest.trim()),
        Some(_) => return None,
        None => (None, clean.as_str()),
    };
    let (number, rest) = leading_number(rest)?;
    let month = number.parse().ok().filter(|month| (1..=12).contains(month))?;
    matches!(rest.trim(), "月" | "月份").then_some((year, month))
}

/// A day without its month, `5日`, `5`: its number, whether a word says that it is a day, and what stands behind it.
fn day_alone(cell: &Cell) -> Option<(u32, bool, String)> {
    let shown = match cell {
        Cell::Text(text) => prepared(text),
        Cell::Number(_) => cell.shown(),
        _ => return None,
    };
    let (number, rest) = leading_number(&shown)?;
    let number = number.parse().ok().filter(|day| (1..=31).contains(day))?;
    let rest = rest.trim();
    let bare = rest.trim_start_matches(['日', '号']);
    let named = bare.len() < rest.len();
    if !named {
        return rest.is_empty().then_some((number, false, String::new()));
    }
    let read = day(&Cell::Text(format!("1月{number}日{bare}")), Some(SOME_YEAR));
    read.is_ok().then(|| (number, true, bare.to_owned()))
}

/// A day that says its month itself, under a month; both cells if the two don't agree, or it may be several days. `None` for no day.
fn with_own_month(group: &Cell, (year, month): (Option<i32>, u32), own: &Cell, plain: bool) -> Option<Cell> {
    let short = month_day(own, plain);
    // 3-5 under 3月 is the fifth, or from the third to the fifth.
    let may_be_several = short.is_some() && own.shown().contains(['-', '－']);
    let text = match short {
        Some(MonthDay::Day(text)) => text,
        // Which of the two it is is asked, in the year of the sheet.
        Some(MonthDay::Either([first, _])) => {
            let agrees = year.is_none() && first.starts_with(&format!("{month}月"));
            return Some(if agrees { own.clone() } else { apart(group, own) });
        }
        None => own.shown(),
    };
    match day(&Cell::Text(text.clone()), year.or(Some(SOME_YEAR))) {
        Ok(at) if at.date.month() == month && year.is_none_or(|year| at.date.year() == year) && !may_be_several => {
            let whole = year.map(|year| Cell::Text(format!("{year}年{text}")));
            Some(whole.filter(|cell| day(cell, None).is_ok()).unwrap_or_else(|| own.clone()))
        }
        Ok(_) | Err(DateError::NoSuchDay { .. }) => Some(apart(group, own)),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn cell(text: &str) -> Cell {
        match text.parse() {
            Ok(number) => Cell::Number(number),
            Err(_) => Cell::from_text(text),
        }
    }

    fn joined(above: &str, row: &str) -> String {
        let cells = |text: &str| -> Vec<Cell> { text.split('|').map(cell).collect() };
        let (cells, places) = with_months(&cells(above), &cells(row), 0, false);
        places.iter().map(|place| format!("{place}={}", cells[*place].shown())).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn days_get_the_month_above_them_or_say_what_stands_there() {
        for (above, row, expected) in [
            ("姓名|3月||4月", "|5日|12日|2日", "1=3月5日 2=3月12日 3=4月2日"),
            ("姓名|3月||4月", "|5|12|2", "1=3月5日 2=3月12日 3=4月2日"),
            ("姓名|三月份||2025年4月", "|5号|12日（周三）|2日上午", "1=3月5日 2=3月12日 3=2025年4月2日上午"),
            // Behind them, and under no month.
            ("姓名|3月|||备注", "|5日|12日|合计|", "1=3月5日 2=3月12日"),
            ("姓名|3月||次数", "|5|12|3", "1=3月5日 2=3月12日"),
            ("姓名|3月|", "||5", ""),
            ("姓名|五月学习|", "|5|12", ""),
            // A number to a month may be an amount; a word says that it is none.
            ("姓名|3月|4月", "|5|2", "1=3月 / 5 2=4月 / 2"),
            ("姓名|3月|4月", "|5日|2日", "1=3月5日 2=4月2日"),
            // A day that goes back is none of this month.
            ("姓名|3月||", "|19|26|2", "1=3月19日 2=3月26日 3=3月 / 2"),
            ("姓名|3月||", "|26日|2日|9日", "1=3月26日 2=3月 / 2日 3=3月 / 9日"),
            // Days that say their month themselves.
            ("姓名|3月||", "|3.5|3.12|3月19日", "1=3.5 2=3.12 3=3月19日"),
            ("姓名|2025年3月|", "|3.5|2025-03-12", "1=2025年3月5日 2=2025-03-12"),
            ("姓名|3月||", "|4.5|4月9日|3.1", "1=3月 / 4.5 2=3月 / 4月9日 3=3.1"),
            ("姓名|2025年3月|", "|2024-03-12|3.1", "1=2025年3月 / 2024-03-12 2=2025年3月 / 3.1"),
            ("姓名|3月|", "|3-5|12", "1=3月 / 3-5 2=3月 / 12"),
            ("姓名|13月|", "|5日|12日", ""),
        ] {
            assert_eq!(joined(above, row), expected, "{above} {row}");
        }
        // A month that is a date may be shown as one day or as a month.
        let first = NaiveDate::from_ymd_opt(2025, 3, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
        let (cells, places) = with_months(&[cell("姓名"), Cell::Date(first)], &[Cell::Empty, cell("5日")], 0, false);
        assert_eq!((cells[1].shown().as_str(), places), ("2025-03-01 / 5日", vec![1]));
    }
}
