//! Measures: what is counted. Pure functions; every figure is computed here from exactly the rows that it shows.

use std::collections::BTreeMap;

use chrono::NaiveDate;
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
    /// Units in which something is in the state on the period's last day.
    UnitsAt,
    /// Units in which something is in the state on any day of the period.
    UnitsDuring,
}

impl Measure {
    /// Whether it reads states, which begin before the period.
    pub fn of_state(self) -> bool {
        matches!(
            self,
            Self::PersonsAt
                | Self::PersonsDuring
                | Self::RecordsAt
                | Self::RecordsDuring
                | Self::UnitsAt
                | Self::UnitsDuring
        )
    }
}

/// What one row of a figure groups: the entries of a record, of a person or of a unit, or a single entry.
fn key(measure: Measure, line: &Line) -> Option<i64> {
    match measure {
        Measure::Occasions | Measure::RecordsAt | Measure::RecordsDuring => Some(line.record.0),
        Measure::Persons | Measure::PersonsAt | Measure::PersonsDuring => line.person.map(|person| person.0),
        Measure::Units | Measure::UnitsAt | Measure::UnitsDuring => Some(line.unit.0),
        Measure::PersonTimes | Measure::Sum => Some(line.seq),
    }
}

/// Those of the passing lines that the measure counts: for states, the opening entries of the stretches that hold in the
/// period.
pub(crate) fn counted(measure: Measure, lines: &[Line], passing: Vec<u32>, period: Period) -> Vec<u32> {
    let at_end = Period { from: period.to, to: period.to };
    match measure {
        Measure::PersonsAt | Measure::RecordsAt => openings(lines, &passing, at_end, of_person),
        Measure::PersonsDuring | Measure::RecordsDuring => openings(lines, &passing, period, of_person),
        Measure::UnitsAt => openings(lines, &by_unit(lines, passing), at_end, of_unit),
        Measure::UnitsDuring => openings(lines, &by_unit(lines, passing), period, of_unit),
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

/// The figure computed from the counted lines.
pub(crate) fn value(measure: Measure, lines: &[Line], counted: &[u32]) -> i64 {
    match measure {
        Measure::Sum => {
            let quantities = counted.iter().map(|place| lines[*place as usize].quantity);
            quantities.fold(0, i64::saturating_add)
        }
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

/// The order in which states are read: the lines of each record and person together, by day.
pub(crate) fn order_of_states(line: &Line) -> (RecordId, Option<PersonId>, NaiveDate, i64) {
    (line.record, line.person, line.day, line.seq)
}

/// Whose state a line belongs to when it is netted: a record and a person, and where units are counted the unit.
type Holder = (RecordId, Option<PersonId>, Option<UnitId>);

fn of_person(line: &Line) -> Holder {
    (line.record, line.person, None)
}

fn of_unit(line: &Line) -> Holder {
    (line.record, line.person, Some(line.unit))
}

/// The lines in the order in which the states of each unit are netted.
fn by_unit(lines: &[Line], mut passing: Vec<u32>) -> Vec<u32> {
    passing.sort_unstable_by_key(|place| {
        let line = &lines[*place as usize];
        (of_unit(line), line.day, line.seq)
    });
    passing
}

/// The opening entries of the states that hold on any day of the period; in `passing` the lines of each holder are together,
/// by day.
///
/// States are netted for each holder: their quantities are added up by day, and a stretch lasts while the sum is above zero.
/// A move within the scope books -1 and +1 on one day and so doesn't break a person's stretch; where units are counted, it
/// ends the stretch of one unit and begins that of another.
fn openings(lines: &[Line], passing: &[u32], period: Period, holder: fn(&Line) -> Holder) -> Vec<u32> {
    let mut stand = Vec::new();
    let same = |one: &u32, other: &u32| holder(&lines[*one as usize]) == holder(&lines[*other as usize]);
    for state in passing.chunk_by(same) {
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
        value(measure, &lines, &counted)
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
    fn units_of_a_state_are_counted_while_something_is_in_it() {
        let at = |line: Line, unit: i64| Line { unit: UnitId(unit), ..line };
        let lines = [
            at(line(1, 7, 5, "2025-01-01", 1), 1),
            at(line(2, 7, 5, "2025-03-01", -1), 1),
            at(line(3, 7, 5, "2025-03-01", 1), 2),
            at(line(4, 8, 6, "2025-02-01", 1), 2),
        ];
        assert_eq!(count(Measure::UnitsAt, &lines, "2025-01-01", "2025-02-28"), 2);
        assert_eq!(count(Measure::UnitsAt, &lines, "2025-01-01", "2025-03-01"), 1);
        assert_eq!(count(Measure::UnitsDuring, &lines, "2025-01-01", "2025-03-01"), 2);
        assert_eq!(count(Measure::UnitsDuring, &lines, "2025-03-01", "2025-03-31"), 1);
        assert_eq!(count(Measure::UnitsDuring, &lines, "2025-01-01", "2025-01-31"), 1);
    }

    #[test]
    fn occasions_persons_and_person_times_are_three_figures() {
        let lines = [line(1, 7, 5, "2025-01-01", 1), line(2, 7, 6, "2025-01-01", 1), line(3, 8, 5, "2025-01-02", 1)];
        assert_eq!(count(Measure::Occasions, &lines, "2025-01-01", "2025-12-31"), 2);
        assert_eq!(count(Measure::PersonTimes, &lines, "2025-01-01", "2025-12-31"), 3);
        assert_eq!(count(Measure::Persons, &lines, "2025-01-01", "2025-12-31"), 2);
    }
}
