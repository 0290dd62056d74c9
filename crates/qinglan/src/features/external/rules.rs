//! Pure functions: the entries that a result should have, and how months, amounts and platforms are parsed.

use chrono::NaiveDate;
use federation::{
    imports::{Question, Unread},
    settings::choices::Choice,
    themes,
};
use kernel::{Refusal, month_of};
use ledger::{Desired, Entry, Facets};
use tabular::{Cell, CountError, DateError, Row};

use super::model::{Earned, Handed, State};
use crate::features::hours::{self, Learner};

/// A larger amount in a month is a typing error.
pub(super) const MOST: i64 = 1_000_000;
/// The most characters of a note or a reason.
pub(super) const NOTE: usize = 500;

/// The entries that a result should have: one for each amount, once it is attested.
pub(super) fn entries_of(earned: &Earned) -> Desired {
    let mut entries = Vec::new();
    if earned.state == State::Attested {
        for (measure, amount) in earned.amounts.each() {
            entries.extend(amount.map(|quantity| {
                Entry {
                    day: earned.day,
                    unit: earned.unit,
                    person: Some(earned.person),
                    kind: "external.earned".into(),
                    facets: themes::facet(Facets::none(), earned.theme.as_deref())
                        .with("platform", &earned.platform)
                        .with("measure", measure)
                        .with("level", &earned.level)
                        .with("party", &earned.party)
                        .with("youth", &earned.youth)
                        .with("sex", &earned.sex),
                    quantity,
                }
            }));
        }
        let learner = Learner {
            person: earned.person,
            unit: earned.unit,
            level: &earned.level,
            party: &earned.party,
            youth: &earned.youth,
            sex: &earned.sex,
        };
        // An hour on the platform has 60 minutes, so a tenth of it has six; at 100 per cent all of it counts.
        let tenths = (earned.amounts.minutes.unwrap_or(0) * earned.hour_percent + 300) / 600;
        entries.extend(hours::entry(learner, earned.day, "external", tenths));
    }
    Desired { record: earned.id, entries }
}

/// The first day of a month such as 202503.
pub(super) fn first_day(month: i64) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(month / 100).ok()?, u32::try_from(month % 100).ok()?, 1)
}

/// `2025-03`.
pub(super) fn shown_month(month: i64) -> String {
    format!("{}-{:02}", month / 100, month % 100)
}

/// A month in any spelling, not after this one; `year` is used if it has none.
pub(super) fn month(cell: &Cell, year: Option<i32>, today: NaiveDate) -> Result<i64, Refusal> {
    let read = tabular::month(cell, year).map_err(|fault| match fault {
        DateError::NoSuchMonth { .. } => Refusal::new("external-no-such-month").with("text", cell.shown()),
        DateError::Empty => Refusal::new("external-month-missing"),
        DateError::NoYear { .. } => Refusal::new("external-month-no-year").with("text", cell.shown()),
        DateError::NoSuchDay { .. } | DateError::OutOfRange { .. } | DateError::CellError { .. } => {
            federation::imports::cell_fault("月份", cell, &fault)
        }
        _ => Refusal::new("external-month-unreadable").with("text", cell.shown()),
    })?;
    not_ahead(i64::from(read.year) * 100 + i64::from(read.month), today)
}

/// Refuses a month that has not begun.
pub(super) fn not_ahead(month: i64, today: NaiveDate) -> Result<i64, Refusal> {
    if first_day(month).is_none() {
        return Err(Refusal::new("external-no-such-month").with("text", month));
    }
    if month > month_of(today) {
        return Err(Refusal::new("external-month-ahead").with("month", shown_month(month)));
    }
    Ok(month)
}

/// A whole amount in a cell: `1,203`, `１２０３`, `1203分`; `None` if the cell is empty.
pub(super) fn amount(heading: &str, cell: &Cell) -> Result<Option<i64>, Refusal> {
    let odd = |code: &str| Refusal::new(code).with("column", heading).with("text", cell.shown());
    match tabular::count(cell) {
        Ok(amount) => Ok(Some(i64::from(amount))),
        // An error value in the cell is reported elsewhere.
        Err(CountError::Empty | CountError::CellError { .. }) => Ok(None),
        Err(CountError::Negative { .. }) => Err(odd("external-below-zero")),
        Err(CountError::NotWhole { .. }) => Err(odd("external-not-whole")),
        Err(CountError::TooLarge { .. }) => Err(too_much(heading)),
        Err(_) => Err(odd("count-unreadable")),
    }
}

/// Hours of learning in minutes: `2`, `1.5学时`, `90分钟`; to the minute, with two decimals at most.
pub(super) fn minutes(heading: &str, cell: &Cell) -> Result<Option<i64>, Refusal> {
    let odd = |code: &str| Refusal::new(code).with("column", heading).with("text", cell.shown());
    let text: String = tabular::fold(&cell.shown()).chars().filter(|letter| !letter.is_whitespace()).collect();
    if let Some(minutes) = text.strip_suffix("分钟") {
        return amount(heading, &Cell::from_text(minutes.to_owned()));
    }
    match tabular::count(cell) {
        Ok(hours) => Ok(Some(i64::from(hours).saturating_mul(60))),
        Err(CountError::Empty | CountError::CellError { .. }) => Ok(None),
        Err(CountError::Negative { .. }) => Err(odd("external-below-zero")),
        Err(CountError::TooLarge { .. }) => Err(too_much(heading)),
        Err(CountError::NotWhole { .. }) => {
            let bare = ["学时", "课时", "小时", "个小时", "h"]
                .iter()
                .fold(text.as_str(), |text, unit| text.strip_suffix(unit).unwrap_or(text));
            hundredths(bare).map(|hundredths| Some((hundredths * 60 + 50) / 100)).ok_or_else(|| odd("hours-unreadable"))
        }
        Err(_) => Err(odd("hours-unreadable")),
    }
}

/// `1,203.25` as 120325; `None` if it has more than two decimals that are not zero.
fn hundredths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.')?;
    let fraction = fraction.trim_end_matches('0');
    let whole: String = whole.chars().filter(|letter| *letter != ',').collect();
    if fraction.len() > 2 || !fraction.chars().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction: i64 = format!("{fraction:0<2}").parse().ok()?;
    whole.checked_mul(100)?.checked_add(fraction)
}

/// Minutes as hours: `90` becomes `1.5`.
pub(super) fn hours(minutes: i64) -> String {
    let text = format!("{}.{:02}", minutes / 60, (minutes % 60 * 100 + 30) / 60);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub(super) fn too_much(heading: &str) -> Refusal {
    Refusal::new("external-too-much").with("column", heading).with("most", MOST)
}

/// The Chinese heading of a measure, by its facet value.
pub(super) fn heading(measure: &str) -> &'static str {
    match measure {
        "points" => "积分",
        "minutes" => "学时",
        _ => "课程",
    }
}

/// Refuses invalid results: no amount, below zero, too large, a future month, a long note.
pub(super) fn validate(handed: &Handed, today: NaiveDate) -> Result<(), Refusal> {
    not_ahead(handed.month, today)?;
    if handed.amounts.each().iter().all(|(_, amount)| amount.is_none()) {
        return Err(Refusal::new("external-nothing"));
    }
    for (measure, amount) in handed.amounts.each() {
        let Some(amount) = amount else { continue };
        if amount < 0 {
            return Err(Refusal::new("external-below-zero").with("column", heading(measure)).with("text", amount));
        }
        if amount > MOST {
            return Err(too_much(heading(measure)));
        }
    }
    if handed.note.as_ref().is_some_and(|note| note.chars().count() > NOTE) {
        return Err(Refusal::new("external-note-long").with("most", NOTE));
    }
    Ok(())
}

/// The platform of a file that names it above the table alone, once it was confirmed.
pub(super) fn asked_platform<'p>(
    platforms: &'p [Choice],
    row: &Row,
    chosen: &mut impl Iterator<Item = usize>,
) -> Result<&'p Choice, Unread> {
    let platforms: Vec<&Choice> = platforms.iter().filter(|platform| !platform.retired).collect();
    let named_in = |text: &str| -> Vec<&Choice> {
        let is_named = |platform: &&&Choice| {
            let words = std::iter::once(platform.name.as_str()).chain(platform.aliases.split(' '));
            words.filter(|word| !word.is_empty()).any(|word| text.contains(word))
        };
        platforms.iter().filter(is_named).copied().collect()
    };
    // The name of a sheet may be a platform's too.
    let title = row.origin.title.as_deref().filter(|title| !named_in(title).is_empty()).unwrap_or(&row.origin.sheet);
    let named = named_in(title);
    let title = if named.is_empty() { row.origin.title.as_deref().unwrap_or_default() } else { title };
    let offered = if named.is_empty() { platforms } else { named };
    if let Some(platform) = chosen.next().and_then(|choice| offered.get(choice)) {
        return Ok(platform);
    }
    let text = Refusal::new("external-platform-of-title").with("title", title);
    let choices = offered.iter().map(|platform| Refusal::new("choice-platform").with("name", &platform.name));
    Err(Unread::Asked(Question { text, choices: choices.collect() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> Cell {
        Cell::from_text(text)
    }

    #[test]
    fn hours_are_kept_to_the_minute_and_shown_as_they_were_typed() {
        for (typed, kept, shown) in [
            ("2", 120, "2"),
            ("1.5学时", 90, "1.5"),
            ("０．２５", 15, "0.25"),
            ("2.67", 160, "2.67"),
            ("90分钟", 90, "1.5"),
            ("3小时", 180, "3"),
            ("1,203.50", 72_210, "1203.5"),
        ] {
            assert_eq!(minutes("学时", &cell(typed)), Ok(Some(kept)), "{typed}");
            assert_eq!(hours(kept), shown);
        }
        for (typed, code) in [
            ("-1", "external-below-zero"),
            ("-0.5", "external-below-zero"),
            ("1.234", "hours-unreadable"),
            ("许多", "hours-unreadable"),
        ] {
            assert_eq!(minutes("学时", &cell(typed)).expect_err("refused").code, code, "{typed}");
        }
        assert_eq!(minutes("学时", &Cell::Empty), Ok(None));
    }

    #[test]
    fn points_are_whole_and_not_below_zero() {
        for (typed, points) in [("1,203", 1203), ("１２０３分", 1203), (" 0 ", 0)] {
            assert_eq!(amount("积分", &cell(typed)), Ok(Some(points)), "{typed}");
        }
        for (typed, code) in [
            ("-5", "external-below-zero"),
            ("12.5", "external-not-whole"),
            ("约1200", "count-unreadable"),
            ("99999999999", "external-too-much"),
        ] {
            assert_eq!(amount("积分", &cell(typed)).expect_err("refused").code, code, "{typed}");
        }
    }

    #[test]
    fn a_month_is_one_that_has_begun() {
        let today = NaiveDate::from_ymd_opt(2026, 1, 5).expect("a day");
        for (typed, read) in
            [("202501", 202_501), ("2025-10", 202_510), ("2025年9月", 202_509), ("3月", 202_503), ("2026.1", 202_601)]
        {
            assert_eq!(month(&cell(typed), Some(2025), today), Ok(read), "{typed}");
        }
        for (typed, code) in [
            ("2025-13", "external-no-such-month"),
            ("202500", "external-no-such-month"),
            ("2026-02", "external-month-ahead"),
            ("", "external-month-missing"),
            ("上个月", "external-month-unreadable"),
        ] {
            assert_eq!(month(&cell(typed), None, today).expect_err("refused").code, code, "{typed}");
        }
        assert_eq!(month(&cell("3月"), None, today).expect_err("refused").code, "external-month-no-year");
    }
}
