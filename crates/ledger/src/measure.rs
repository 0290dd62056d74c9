//! Measures: what is counted. Pure functions; every figure is computed here from exactly the rows that it shows.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use kernel::{Period, PersonId, RecordId, UnitId};
use serde::{Deserialize, Serialize};

/// An entry as a figure reads it: live at the figure's position, in its scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Position.
    pub seq: i64,
    /// The record it comes from.
    pub record: RecordId,
    /// For whom.
    pub person: Option<PersonId>,
    /// The unit it counts to.
    pub unit: UnitId,
    /// Number of the kind.
    pub kind: i64,
    /// Number of the facet set.
    pub facet_set: i64,
    /// Quantity.
    pub quantity: i64,
    /// The day it counts on.
    pub day: NaiveDate,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Records that happened; a joint one counts once.
    Occasions,
    /// Entries.
    PersonTimes,
    /// People, each once.
    Persons,
    /// Units, each once.
    Units,
    /// Quantities added up.
    Sum,
    /// People in the state on the period's last day.
    PersonsAt,
    /// People in the state on any day of the period.
    PersonsDuring,
    /// Records in the state on the period's last day.
    RecordsAt,
    /// Records in the state on any day of the period.
    RecordsDuring,
    /// Days of the period on which people are in the state, added up over people: a day on which a person is in it by several
    /// records counts once.
    PersonDays,
}

impl Measure {
    /// Whether it reads states, which begin before the period.
    pub fn of_state(self) -> bool {
        matches!(self, Self::PersonsAt | Self::PersonsDuring | Self::RecordsAt | Self::RecordsDuring | Self::PersonDays)
    }

    /// Whether a row may add another number than 1 to the figure.
    pub fn adds_up(self) -> bool {
        matches!(self, Self::Sum | Self::PersonDays)
    }
}

/// What one row of a figure groups: the entries of a record, of a person or of a unit, or a single entry.
fn key(measure: Measure, line: &Line) -> Option<i64> {
    match measure {
        Measure::Occasions | Measure::RecordsAt | Measure::RecordsDuring => Some(line.record.0),
        Measure::Persons | Measure::PersonsAt | Measure::PersonsDuring | Measure::PersonDays => {
            line.person.map(|person| person.0)
        }
        Measure::Units => Some(line.unit.0),
        Measure::PersonTimes | Measure::Sum => Some(line.seq),
    }
}

/// Those of the passing lines that the measure counts: for states, the opening entries of the stretches that hold in the
/// period; for days, all entries up to the period's end of the records with such a stretch.
pub(crate) fn counted(measure: Measure, lines: &[Line], passing: Vec<u32>, period: Period) -> Vec<u32> {
    match measure {
        Measure::PersonsAt | Measure::RecordsAt => openings(lines, &passing, Period { from: period.to, to: period.to }),
        Measure::PersonsDuring | Measure::RecordsDuring => openings(lines, &passing, period),
        Measure::PersonDays => {
            let states = passing.chunk_by(|one, other| is_same_state(lines, *one, *other));
            let held = states.filter(|state| !openings(lines, state, period).is_empty()).flatten();
            held.copied().filter(|place| lines[*place as usize].day <= period.to).collect()
        }
        _ => passing,
    }
}

/// How many rows the counted lines form.
pub(crate) fn row_count(measure: Measure, lines: &[Line], counted: &[u32]) -> usize {
    let mut keys: Vec<i64> = counted.iter().filter_map(|place| key(measure, &lines[*place as usize])).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.len()
}

/// What a row adds to the figure of a period.
pub(crate) fn weight(measure: Measure, row: &[Line], period: Period) -> i64 {
    match measure {
        Measure::Sum => row.iter().map(|line| line.quantity).fold(0, i64::saturating_add),
        Measure::PersonDays => days_within(row, period),
        _ => 1,
    }
}

/// The figure of a period, computed from the counted lines.
pub(crate) fn value(measure: Measure, lines: &[Line], counted: &[u32], period: Period) -> i64 {
    match measure {
        Measure::Sum => {
            let quantities = counted.iter().map(|place| lines[*place as usize].quantity);
            quantities.fold(0, i64::saturating_add)
        }
        Measure::PersonDays => rows(measure, lines, counted).iter().map(|row| weight(measure, row, period)).sum(),
        _ => row_count(measure, lines, counted) as i64,
    }
}

/// The counted lines row by row.
pub(crate) fn rows(measure: Measure, lines: &[Line], counted: &[u32]) -> Vec<Vec<Line>> {
    let mut rows: BTreeMap<i64, Vec<Line>> = BTreeMap::new();
    for line in counted.iter().map(|place| lines[*place as usize]) {
        if let Some(key) = key(measure, &line) {
            rows.entry(key).or_default().push(line);
        }
    }
    let in_order = |mut row: Vec<Line>| {
        row.sort_unstable_by_key(|line| (line.day, line.seq));
        row
    };
    rows.into_values().map(in_order).collect()
}

/// The days of a period on which the sum of the quantities up to that day is above zero; the lines are in the order of their
/// days.
fn days_within(row: &[Line], period: Period) -> i64 {
    let (mut net, mut days) = (0, 0);
    let mut steps = row.chunk_by(|one, other| one.day == other.day).peekable();
    while let Some(step) = steps.next() {
        net += step.iter().map(|line| line.quantity).sum::<i64>();
        let next = steps.peek().map(|next| next[0].day);
        let after = period.to.checked_add_days(Days::new(1)).unwrap_or(period.to);
        let end = next.map_or(after, |next| next.min(after));
        if net > 0 {
            days += (end - step[0].day.max(period.from)).num_days().max(0);
        }
    }
    days
}

/// Whether two lines are of the same record and person.
fn is_same_state(lines: &[Line], one: u32, other: u32) -> bool {
    let (one, other) = (&lines[one as usize], &lines[other as usize]);
    (one.record, one.person) == (other.record, other.person)
}

/// The order in which states are read: the lines of each record and person together, by day.
pub(crate) fn order_of_states(line: &Line) -> (RecordId, Option<PersonId>, NaiveDate, i64) {
    (line.record, line.person, line.day, line.seq)
}

/// The opening entries of the states that hold on any day of the period; `passing` is in the order of states.
///
/// States are netted for each record and person: their quantities are added up by day, and a stretch lasts while the sum is
/// above zero. A move within the scope books -1 and +1 on one day and so doesn't break a stretch.
fn openings(lines: &[Line], passing: &[u32], period: Period) -> Vec<u32> {
    let mut stand = Vec::new();
    for state in passing.chunk_by(|one, other| is_same_state(lines, *one, *other)) {
        let mut net = 0;
        let mut opening = None;
        let same_day = |one: &u32, other: &u32| lines[*one as usize].day == lines[*other as usize].day;
        let mut days = state.chunk_by(same_day).peekable();
        while let Some(day) = days.next() {
            if lines[day[0] as usize].day > period.to {
                break;
            }
            for place in day {
                let quantity = lines[*place as usize].quantity;
                net += quantity;
                if quantity > 0 {
                    opening = Some(*place);
                }
            }
            let reaches = days.peek().is_none_or(|next| lines[next[0] as usize].day > period.from);
            if net > 0 && reaches {
                stand.extend(opening);
            }
        }
    }
    stand
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::parse_day;

    fn line(seq: i64, record: i64, person: i64, day: &str, quantity: i64) -> Line {
        Line {
            seq,
            record: RecordId(record),
            person: Some(PersonId(person)),
            unit: UnitId(1),
            kind: 1,
            facet_set: 1,
            quantity,
            day: parse_day(day).expect("a day"),
        }
    }

    fn count(measure: Measure, lines: &[Line], from: &str, to: &str) -> i64 {
        let period = Period::new(parse_day(from).expect("a day"), parse_day(to).expect("a day")).expect("a period");
        let mut lines = lines.to_vec();
        lines.sort_by_key(order_of_states);
        let counted = counted(measure, &lines, (0..lines.len() as u32).collect(), period);
        assert_eq!(rows(measure, &lines, &counted).len(), row_count(measure, &lines, &counted));
        let weights = rows(measure, &lines, &counted).iter().map(|row| weight(measure, row, period)).sum::<i64>();
        let value = value(measure, &lines, &counted, period);
        assert_eq!(weights, value, "the rows add up to the figure");
        value
    }

    /// The days of a period on which each person is in a state, counted one by one.
    fn naive_days(lines: &[Line], from: &str, to: &str) -> i64 {
        let (from, to) = (parse_day(from).expect("a day"), parse_day(to).expect("a day"));
        let mut people: Vec<_> = lines.iter().map(|line| line.person).collect();
        people.sort_unstable();
        people.dedup();
        let is_in = |person: &&Option<PersonId>, day: NaiveDate| {
            let until = lines.iter().filter(|line| line.person == **person && line.day <= day);
            until.map(|line| line.quantity).sum::<i64>() > 0
        };
        let days = from.iter_days().take_while(|day| *day <= to);
        days.map(|day| people.iter().filter(|person| is_in(person, day)).count() as i64).sum()
    }

    #[test]
    fn a_day_of_several_records_counts_once_for_a_person() {
        let lines = [
            // One person with two records that overlap, and a third one that was over before.
            line(1, 7, 5, "2025-01-10", 1),
            line(2, 7, 5, "2025-02-01", -1),
            line(3, 8, 5, "2025-01-20", 1),
            line(4, 8, 5, "2025-03-01", -1),
            line(5, 9, 5, "2024-01-01", 1),
            line(6, 9, 5, "2024-02-01", -1),
            // Another person whose record is still open, and changed its facets on a day.
            line(7, 10, 6, "2025-02-20", 1),
            line(8, 10, 6, "2025-03-15", -1),
            line(9, 10, 6, "2025-03-15", 1),
        ];
        for (from, to, days) in [
            ("2025-01-01", "2025-12-31", 50 + 315),
            ("2025-01-15", "2025-01-25", 11),
            ("2025-02-01", "2025-02-28", 28 + 9),
            ("2025-02-28", "2025-03-01", 1 + 2),
            ("2024-01-31", "2024-02-01", 1),
            ("2023-01-01", "2023-12-31", 0),
        ] {
            assert_eq!(count(Measure::PersonDays, &lines, from, to), days, "{from} {to}");
            assert_eq!(naive_days(&lines, from, to), days, "{from} {to}");
        }
    }

    #[test]
    fn a_member_who_left_before_the_period_is_not_counted() {
        let lines = [line(1, 7, 5, "2025-01-01", 1), line(2, 7, 5, "2025-04-01", -1)];
        assert_eq!(count(Measure::PersonsDuring, &lines, "2025-03-31", "2025-12-31"), 1);
        assert_eq!(count(Measure::PersonsDuring, &lines, "2025-04-01", "2025-12-31"), 0);
        assert_eq!(count(Measure::PersonsAt, &lines, "2025-01-01", "2025-03-31"), 1);
        assert_eq!(count(Measure::PersonsAt, &lines, "2025-01-01", "2025-04-01"), 0);
    }

    #[test]
    fn a_member_of_two_groups_counts_once_and_stays_when_leaving_one() {
        let lines = [line(1, 7, 5, "2025-01-01", 1), line(2, 8, 5, "2025-01-01", 1), line(3, 7, 5, "2025-02-01", -1)];
        assert_eq!(count(Measure::PersonsAt, &lines, "2025-01-01", "2025-06-30"), 1);
        assert_eq!(count(Measure::RecordsDuring, &lines, "2025-01-01", "2025-06-30"), 2);
    }

    #[test]
    fn a_change_of_facets_on_one_day_does_not_break_a_stretch() {
        let lines = [line(1, 7, 5, "2025-01-01", 1), line(2, 7, 5, "2025-03-01", -1), line(3, 7, 5, "2025-03-01", 1)];
        assert_eq!(count(Measure::PersonsAt, &lines, "2025-01-01", "2025-03-01"), 1);
    }

    #[test]
    fn occasions_persons_and_person_times_are_three_figures() {
        let lines = [line(1, 7, 5, "2025-01-01", 1), line(2, 7, 6, "2025-01-01", 1), line(3, 8, 5, "2025-01-02", 1)];
        assert_eq!(count(Measure::Occasions, &lines, "2025-01-01", "2025-12-31"), 2);
        assert_eq!(count(Measure::PersonTimes, &lines, "2025-01-01", "2025-12-31"), 3);
        assert_eq!(count(Measure::Persons, &lines, "2025-01-01", "2025-12-31"), 2);
    }
}
