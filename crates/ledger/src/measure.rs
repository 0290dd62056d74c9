//! Measures: what is counted of the rows. Pure; every figure is computed here from the very rows that it opens onto.

use std::collections::{BTreeMap, BTreeSet};

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
}

impl Measure {
    /// Whether it reads states, which begin before the period.
    pub fn of_state(self) -> bool {
        matches!(
            self,
            Self::PersonsAt | Self::PersonsDuring | Self::RecordsAt | Self::RecordsDuring
        )
    }
}

/// What one row of a figure is: the entries of a record, of a person, of a unit, or a single entry.
pub(crate) fn rows(measure: Measure, lines: &[Line], period: Period) -> Vec<Vec<Line>> {
    match measure {
        Measure::Occasions => by(lines, |line| Some(line.record.0)),
        Measure::Persons => by(lines, |line| line.person.map(|person| person.0)),
        Measure::Units => by(lines, |line| Some(line.unit.0)),
        Measure::PersonTimes | Measure::Sum => lines.iter().map(|line| vec![*line]).collect(),
        Measure::PersonsAt => by(&standing(lines, at_end(period)), |line| line.person.map(|person| person.0)),
        Measure::PersonsDuring => by(&standing(lines, period), |line| line.person.map(|person| person.0)),
        Measure::RecordsAt => by(&standing(lines, at_end(period)), |line| Some(line.record.0)),
        Measure::RecordsDuring => by(&standing(lines, period), |line| Some(line.record.0)),
    }
}

/// The figure that the rows make.
pub(crate) fn value(measure: Measure, rows: &[Vec<Line>]) -> i64 {
    match measure {
        Measure::Sum => rows.iter().flatten().map(|line| line.quantity).sum(),
        _ => rows.len() as i64,
    }
}

fn at_end(period: Period) -> Period {
    Period { from: period.to, to: period.to }
}

fn by(lines: &[Line], key: impl Fn(&Line) -> Option<i64>) -> Vec<Vec<Line>> {
    let mut groups: BTreeMap<i64, Vec<Line>> = BTreeMap::new();
    for line in lines {
        if let Some(key) = key(line) {
            groups.entry(key).or_default().push(*line);
        }
    }
    groups.into_values().collect()
}

/// The opening entries of the states that stand on any day of the period.
///
/// States are netted for each record and person: their quantities are added up day by day, and a stretch stands while
/// the sum is above zero. A move within the scope books -1 and +1 on one day and so doesn't break a stretch.
fn standing(lines: &[Line], period: Period) -> Vec<Line> {
    let mut states: BTreeMap<(RecordId, Option<PersonId>), Vec<&Line>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.day <= period.to) {
        states.entry((line.record, line.person)).or_default().push(line);
    }
    let mut stand = Vec::new();
    for mut state in states.into_values() {
        state.sort_by_key(|line| (line.day, line.seq));
        let days: BTreeSet<NaiveDate> = state.iter().map(|line| line.day).collect();
        let mut days = days.into_iter().peekable();
        let mut net = 0;
        let mut opening = None;
        while let Some(day) = days.next() {
            for line in state.iter().filter(|line| line.day == day) {
                net += line.quantity;
                if line.quantity > 0 {
                    opening = Some(**line);
                }
            }
            let reaches = days.peek().is_none_or(|next| *next > period.from);
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
        value(measure, &rows(measure, lines, period))
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
        let lines = [
            line(1, 7, 5, "2025-01-01", 1),
            line(2, 8, 5, "2025-01-01", 1),
            line(3, 7, 5, "2025-02-01", -1),
        ];
        assert_eq!(count(Measure::PersonsAt, &lines, "2025-01-01", "2025-06-30"), 1);
        assert_eq!(count(Measure::RecordsDuring, &lines, "2025-01-01", "2025-06-30"), 2);
    }

    #[test]
    fn a_change_of_facets_on_one_day_does_not_break_a_stretch() {
        let lines = [
            line(1, 7, 5, "2025-01-01", 1),
            line(2, 7, 5, "2025-03-01", -1),
            line(3, 7, 5, "2025-03-01", 1),
        ];
        assert_eq!(count(Measure::PersonsAt, &lines, "2025-01-01", "2025-03-01"), 1);
    }

    #[test]
    fn occasions_persons_and_person_times_are_three_figures() {
        let lines = [
            line(1, 7, 5, "2025-01-01", 1),
            line(2, 7, 6, "2025-01-01", 1),
            line(3, 8, 5, "2025-01-02", 1),
        ];
        assert_eq!(count(Measure::Occasions, &lines, "2025-01-01", "2025-12-31"), 2);
        assert_eq!(count(Measure::PersonTimes, &lines, "2025-01-01", "2025-12-31"), 3);
        assert_eq!(count(Measure::Persons, &lines, "2025-01-01", "2025-12-31"), 2);
    }
}
