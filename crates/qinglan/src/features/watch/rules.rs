//! Pure functions: what a yearly rule requires by now, and whether a rate is below its minimum.

use chrono::{Datelike, NaiveDate};

/// Tenths of hours that a yearly minimum requires by the end of a day's month: a twelfth for each month since the year or
/// the membership began, rounded down.
pub(crate) fn wanted_by(least_hours: i64, today: NaiveDate, since: NaiveDate) -> i64 {
    let first = if since.year() < today.year() { 1 } else { i64::from(since.month()) };
    let months = (i64::from(today.month()) - first + 1).clamp(0, 12);
    least_hours * 10 * months / 12
}

/// Whether fewer people were present than a minimum rate in per cent requires; false if nobody was due.
pub(super) fn below(present: i64, due: i64, least_rate: i64) -> bool {
    due > 0 && present * 100 < least_rate * due
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yearly_minimum_is_required_month_by_month() {
        let day = |text: &str| text.parse().expect("a day");
        for (today, since, wanted) in [
            ("2026-03-02", "2020-01-01", 100),
            ("2026-12-31", "2020-01-01", 400),
            ("2026-01-01", "2026-01-01", 33),
            ("2026-11-26", "2026-11-01", 33),
            ("2026-11-26", "2026-12-01", 0),
        ] {
            assert_eq!(wanted_by(40, day(today), day(since)), wanted, "{today} since {since}");
        }
    }

    #[test]
    fn a_rate_is_compared_exactly_with_its_minimum() {
        assert!(below(79, 100, 80) && !below(80, 100, 80) && !below(0, 0, 80) && !below(0, 5, 0));
    }
}
