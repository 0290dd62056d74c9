//! Measures: what is counted. Pure functions; every figure is computed here from exactly the rows that it shows.

use std::collections::{BTreeMap, BTreeSet};

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
    /// Units with something in the state on the period's last day, each once.
    UnitsAt,
    /// Units with something in the state on any day of the period, each once.
    UnitsDuring,
    /// Days of the period on which people are in the state, added up over people: a day on which a person is in it by several
    /// records counts once.
    PersonDays,
}

/// What a row of a figure stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOf {
    /// A record.
    Record,
    /// A person.
    Person,
    /// A unit.
    Unit,
    /// A single entry.
    Entry,
}

/// By what entries are grouped where a figure asks for at least so much of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Each {
    /// By the unit that they count to.
    Unit,
    /// By person.
    Person,
}

impl Each {
    /// What the rows are.
    pub fn row(self) -> RowOf {
        match self {
            Self::Unit => RowOf::Unit,
            Self::Person => RowOf::Person,
        }
    }
}

/// Counts those units or people that have at least so much of something: units with at least 12 sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// Of what at least so much is asked.
    pub of: Each,
    /// How much, in the measure's smallest unit; at least 1.
    pub at_least: i64,
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
                | Self::PersonDays
        )
    }

    /// Whether a row may add another number than 1 to the figure.
    pub fn adds_up(self) -> bool {
        matches!(self, Self::Sum | Self::PersonDays)
    }

    /// What its rows are.
    pub fn row(self) -> RowOf {
        match self {
            Self::Occasions | Self::RecordsAt | Self::RecordsDuring => RowOf::Record,
            Self::Persons | Self::PersonsAt | Self::PersonsDuring | Self::PersonDays => RowOf::Person,
            Self::Units | Self::UnitsAt | Self::UnitsDuring => RowOf::Unit,
            Self::PersonTimes | Self::Sum => RowOf::Entry,
        }
    }
}

impl RowOf {
    /// The key of the row that a line belongs to; none for a line without a person in a figure of people.
    fn key(self, line: &Line) -> Option<i64> {
        match self {
            Self::Record => Some(line.record.0),
            Self::Person => line.person.map(|person| person.0),
            Self::Unit => Some(line.unit.0),
            Self::Entry => Some(line.seq),
        }
    }
}

/// The lines that one part of a figure counts.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    places: Vec<u32>,
    row: RowOf,
    weight: Weight,
}

/// What a row adds to its figure.
#[derive(Clone, Copy, Debug)]
enum Weight {
    /// One.
    One,
    /// Its quantities.
    Quantities,
    /// The days of a period on which its quantities up to that day are above zero.
    DaysOf(Period),
}

impl Weight {
    fn of(self, row: &[Line]) -> i64 {
        match self {
            Self::One => 1,
            Self::Quantities => row.iter().map(|line| line.quantity).fold(0, i64::saturating_add),
            Self::DaysOf(period) => days_within(row, period),
        }
    }
}

impl Counted {
    /// Those of the passing lines that a measure counts: for states, the opening entries of the stretches that hold in the
    /// period; for days, all entries up to the period's end of the states with such a stretch.
    pub(crate) fn new(measure: Measure, lines: &[Line], mut passing: Vec<u32>, period: Period) -> Self {
        let last_day = Period { from: period.to, to: period.to };
        let places = match measure {
            Measure::PersonsAt | Measure::RecordsAt => openings(lines, &passing, last_day, same_state),
            Measure::PersonsDuring | Measure::RecordsDuring => openings(lines, &passing, period, same_state),
            Measure::UnitsAt | Measure::UnitsDuring => {
                // A state that moved to another unit holds there, and no longer in the unit that it left.
                let order = |place: &u32| {
                    let line = &lines[*place as usize];
                    (line.record, line.person, line.unit, line.day, line.seq)
                };
                passing.sort_unstable_by_key(order);
                let during = if measure == Measure::UnitsAt { last_day } else { period };
                openings(lines, &passing, during, |one, other| same_state(one, other) && one.unit == other.unit)
            }
            Measure::PersonDays => {
                let same = |one: &u32, other: &u32| same_state(&lines[*one as usize], &lines[*other as usize]);
                let states = passing.chunk_by(same);
                let held = states.filter(|state| !openings(lines, state, period, same_state).is_empty()).flatten();
                held.copied().filter(|place| lines[*place as usize].day <= period.to).collect()
            }
            Measure::Occasions | Measure::PersonTimes | Measure::Persons | Measure::Units | Measure::Sum => passing,
        };
        let weight = match measure {
            Measure::Sum => Weight::Quantities,
            Measure::PersonDays => Weight::DaysOf(period),
            _ => Weight::One,
        };
        Self { places, row: measure.row(), weight }
    }

    /// Of these lines those of the units or people that reach the threshold. The rows are then units or people.
    #[must_use]
    pub(crate) fn reaching(self, threshold: Threshold, lines: &[Line]) -> Self {
        let row = threshold.of.row();
        let mut groups: BTreeMap<i64, Vec<u32>> = BTreeMap::new();
        for place in &self.places {
            if let Some(key) = row.key(&lines[*place as usize]) {
                groups.entry(key).or_default().push(*place);
            }
        }
        let reach = |places: &Vec<u32>| {
            let group = Self { places: places.clone(), ..self };
            group.value(lines) >= threshold.at_least
        };
        Self { places: groups.into_values().filter(reach).flatten().collect(), row, weight: Weight::One }
    }

    /// Without the rows that the other part has too. Both have rows of the same sort.
    #[must_use]
    pub(crate) fn without(self, other: &Counted, lines: &[Line]) -> Self {
        let others: BTreeSet<i64> = other.keys(lines).collect();
        let lacks = |place: &u32| self.row.key(&lines[*place as usize]).is_some_and(|key| !others.contains(&key));
        Self { places: self.places.iter().copied().filter(lacks).collect(), ..self }
    }

    fn keys<'a>(&'a self, lines: &'a [Line]) -> impl Iterator<Item = i64> + 'a {
        self.places.iter().filter_map(|place| self.row.key(&lines[*place as usize]))
    }

    /// The places of the lines.
    pub(crate) fn places(&self) -> &[u32] {
        &self.places
    }

    /// How many rows the lines form.
    pub(crate) fn row_count(&self, lines: &[Line]) -> usize {
        let mut keys: Vec<i64> = self.keys(lines).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.len()
    }

    /// The figure.
    pub(crate) fn value(&self, lines: &[Line]) -> i64 {
        match self.weight {
            Weight::One => self.row_count(lines) as i64,
            Weight::Quantities => {
                let quantities = self.places.iter().map(|place| lines[*place as usize].quantity);
                quantities.fold(0, i64::saturating_add)
            }
            Weight::DaysOf(_) => self.rows(lines).iter().map(|(adds, _)| adds).sum(),
        }
    }

    /// The lines row by row, and what each row adds to the figure.
    pub(crate) fn rows(&self, lines: &[Line]) -> Vec<(i64, Vec<Line>)> {
        let mut rows: BTreeMap<i64, Vec<Line>> = BTreeMap::new();
        for line in self.places.iter().map(|place| lines[*place as usize]) {
            if let Some(key) = self.row.key(&line) {
                rows.entry(key).or_default().push(line);
            }
        }
        let in_order = |mut row: Vec<Line>| {
            row.sort_unstable_by_key(|line| (line.day, line.seq));
            (self.weight.of(&row), row)
        };
        rows.into_values().map(in_order).collect()
    }
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

/// The order in which states are read: the lines of each record and person together, by day.
pub(crate) fn order_of_states(line: &Line) -> (RecordId, Option<PersonId>, NaiveDate, i64) {
    (line.record, line.person, line.day, line.seq)
}

/// Whether two lines are about the same state: one record's, of one person.
fn same_state(one: &Line, other: &Line) -> bool {
    (one.record, one.person) == (other.record, other.person)
}

/// The opening entries of the states that hold on any day of the period; lines of the same state stand together in `passing`, by
/// day.
///
/// States are netted one by one, by default for each record and person: their quantities are added up by day, and a stretch lasts while the sum is
/// above zero. A move within the scope books -1 and +1 on one day and so doesn't break a stretch.
fn openings(lines: &[Line], passing: &[u32], period: Period, same: impl Fn(&Line, &Line) -> bool) -> Vec<u32> {
    let mut stand = Vec::new();
    let same = |one: &u32, other: &u32| same(&lines[*one as usize], &lines[*other as usize]);
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
        let counted = Counted::new(measure, &lines, (0..lines.len() as u32).collect(), period);
        assert_eq!(counted.rows(&lines).len(), counted.row_count(&lines));
        let adds: i64 = counted.rows(&lines).iter().map(|(adds, _)| adds).sum();
        assert_eq!(adds, counted.value(&lines), "the rows add up to the figure");
        adds
    }

    fn at(line: Line, unit: i64) -> Line {
        Line { unit: UnitId(unit), ..line }
    }

    #[test]
    fn a_state_that_moved_holds_in_the_unit_that_it_moved_to() {
        let moved = [
            at(line(1, 7, 5, "2025-01-01", 1), 1),
            at(line(2, 7, 5, "2025-04-01", -1), 1),
            at(line(3, 7, 5, "2025-04-01", 1), 2),
            at(line(4, 8, 6, "2025-02-01", 1), 2),
        ];
        assert_eq!(count(Measure::UnitsAt, &moved, "2025-01-01", "2025-01-31"), 1);
        assert_eq!(count(Measure::UnitsAt, &moved, "2025-01-01", "2025-03-31"), 2);
        assert_eq!(count(Measure::UnitsAt, &moved, "2025-01-01", "2025-04-01"), 1);
        assert_eq!(count(Measure::UnitsDuring, &moved, "2025-01-01", "2025-12-31"), 2);
        assert_eq!(count(Measure::UnitsDuring, &moved, "2025-04-01", "2025-12-31"), 1);
    }

    #[test]
    fn units_and_people_that_reach_a_threshold_and_those_that_do_not() {
        let period = Period::year(2025).expect("a year");
        let lines = [
            at(line(1, 7, 5, "2025-01-01", 30), 1),
            at(line(2, 7, 6, "2025-01-01", 20), 1),
            at(line(3, 8, 5, "2025-01-02", 5), 1),
            at(line(4, 9, 5, "2025-01-03", 5), 2),
            at(line(5, 9, 8, "2025-01-03", 5), 3),
        ];
        let counted = |measure| Counted::new(measure, &lines, (0..5).collect(), period);
        let cases = [
            (Measure::Occasions, Each::Unit, 2, vec![vec![1, 2, 3]]),
            (Measure::Occasions, Each::Unit, 1, vec![vec![1, 2, 3], vec![4], vec![5]]),
            (Measure::PersonTimes, Each::Unit, 3, vec![vec![1, 2, 3]]),
            (Measure::PersonTimes, Each::Person, 2, vec![vec![1, 3, 4]]),
            (Measure::Sum, Each::Person, 20, vec![vec![1, 3, 4], vec![2]]),
            (Measure::Sum, Each::Person, 41, vec![]),
        ];
        for (measure, of, at_least, wanted) in cases {
            let reaching = counted(measure).reaching(Threshold { of, at_least }, &lines);
            let rows = reaching.rows(&lines);
            assert!(rows.iter().all(|(adds, _)| *adds == 1));
            let seqs: Vec<Vec<i64>> = rows.iter().map(|(_, row)| row.iter().map(|line| line.seq).collect()).collect();
            assert_eq!(seqs, wanted, "{measure:?} {of:?} {at_least}");
            assert_eq!(reaching.value(&lines), wanted.len() as i64);
        }
        let busy = counted(Measure::Occasions).reaching(Threshold { of: Each::Unit, at_least: 2 }, &lines);
        assert_eq!(counted(Measure::Units).without(&busy, &lines).value(&lines), 2);
        assert_eq!(busy.clone().without(&busy, &lines).value(&lines), 0);
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
