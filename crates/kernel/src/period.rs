//! Days and periods. A period includes both ends.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::Refusal;

/// The lower bound for what has no date: an imported tree, a state that always held.
pub const DAY_ONE: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("the first day exists");

/// The upper bound of days that are stored and compared: a later year has five digits and would not sort as text.
pub const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("the last day exists");

/// From the first to the last day, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

impl Period {
    /// A period whose end is not before its beginning.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, Refusal> {
        if to < from {
            return Err(Refusal::new("period-reversed").with("from", from).with("to", to));
        }
        Ok(Self { from, to })
    }

    /// The whole of a year.
    pub fn year(year: i32) -> Option<Self> {
        Some(Self { from: NaiveDate::from_ymd_opt(year, 1, 1)?, to: NaiveDate::from_ymd_opt(year, 12, 31)? })
    }

    /// Whether the day lies in it.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// The period before: for whole months as many months, so that a year follows a year; otherwise as many days. `None` where
    /// the calendar ends.
    pub fn before(&self) -> Option<Self> {
        let to = self.from.pred_opt()?;
        let whole_months = self.from.day() == 1 && self.to == last_of_month(self.to);
        let from = if whole_months {
            self.from.checked_sub_months(Months::new(u32::try_from(self.months().len()).ok()?))?
        } else {
            to.checked_sub_days(Days::new(u64::try_from((self.to - self.from).num_days()).ok()?))?
        };
        (from >= DAY_ONE).then_some(Self { from, to })
    }

    /// The calendar months it touches, each cut to the period.
    pub fn months(&self) -> Vec<Period> {
        let mut months = Vec::new();
        let mut from = self.from;
        while from <= self.to {
            let to = last_of_month(from).min(self.to);
            months.push(Period { from, to });
            match to.succ_opt() {
                Some(next) => from = next,
                None => break,
            }
        }
        months
    }
}

/// A dated state: from a day, to a day or open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayRange {
    /// First day.
    pub from: NaiveDate,
    /// Last day; `None` while it lasts.
    pub to: Option<NaiveDate>,
}

impl DayRange {
    /// Whether the day lies in it.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// `202503` for any day of March 2025.
pub fn month_of(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 100 + i64::from(day.month())
}

/// The last day of the day's month.
pub fn last_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1)
        .and_then(|first| first.checked_add_months(Months::new(1)))
        .and_then(|next| next.checked_sub_days(Days::new(1)))
        .unwrap_or(day)
}

/// Whole years between a birthday and a day.
pub fn age_on(birth: NaiveDate, day: NaiveDate) -> i32 {
    let had = (day.month(), day.day()) >= (birth.month(), birth.day());
    day.year() - birth.year() - i32::from(!had)
}

/// Reads `2025-12-31`, as the command line takes it.
pub fn parse_day(text: &str) -> Result<NaiveDate, Refusal> {
    match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(day) if (1900..=2100).contains(&day.year()) => Ok(day),
        _ => Err(Refusal::new("day-unreadable").with("text", text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        parse_day(text).expect("a day")
    }

    #[test]
    fn a_year_has_twelve_months_and_a_part_of_a_month_is_cut() {
        let year = Period::year(2024).expect("a year");
        assert_eq!(year.months().len(), 12);
        assert_eq!(year.months()[1].to, day("2024-02-29"));
        let part = Period::new(day("2025-01-15"), day("2025-02-03")).expect("a period");
        assert_eq!(part.months().len(), 2);
        assert_eq!(part.months()[0].from, day("2025-01-15"));
        assert_eq!(part.months()[1].to, day("2025-02-03"));
    }

    #[test]
    fn a_period_follows_one_of_its_kind() {
        let cases = [
            ("2025-01-01", "2025-12-31", "2024-01-01", "2024-12-31"),
            ("2025-03-01", "2025-03-31", "2025-02-01", "2025-02-28"),
            ("2025-04-01", "2025-06-30", "2025-01-01", "2025-03-31"),
            ("2024-03-01", "2024-03-01", "2024-02-29", "2024-02-29"),
            ("2025-01-01", "2025-11-29", "2024-02-03", "2024-12-31"),
        ];
        for (from, to, earlier, last) in cases {
            let before = Period::new(day(from), day(to)).expect("a period").before();
            assert_eq!(before, Some(Period { from: day(earlier), to: day(last) }), "{from} {to}");
        }
        assert_eq!(Period { from: DAY_ONE, to: day("2025-12-31") }.before(), None);
    }

    #[test]
    fn a_period_that_ends_before_it_begins_is_refused() {
        assert!(Period::new(day("2025-02-01"), day("2025-01-31")).is_err());
    }

    #[test]
    fn age_changes_on_the_birthday() {
        let birth = day("1985-03-10");
        assert_eq!(age_on(birth, day("2025-03-09")), 39);
        assert_eq!(age_on(birth, day("2025-03-10")), 40);
    }

    #[test]
    fn a_day_out_of_range_is_refused() {
        assert!(parse_day("2205-01-01").is_err());
        assert!(parse_day("2025-13-40").is_err());
    }
}
