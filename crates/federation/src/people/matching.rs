//! Finds the person that a list of names means: in the row's unit, else further away, ancestor by ancestor.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use kernel::{PersonId, Refusal, UnitId};
use ledger::Tree;

use super::model::{Person, Posting};

/// The result of searching for a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met {
    /// This person.
    One(PersonId),
    /// Nobody.
    Nobody,
    /// Several at the same distance, with the units they are in: the user is asked.
    Several(Vec<(PersonId, UnitId)>),
}

/// People by name, with their postings.
#[derive(Clone, Debug, Default)]
pub struct People {
    by_name: HashMap<String, Vec<Posting>>,
    /// Name and posting of people by their staff numbers.
    by_number: HashMap<String, Vec<(String, Posting)>>,
    numbers: HashMap<PersonId, String>,
}

impl People {
    /// Builds the index from names with their postings.
    pub fn new(postings: impl IntoIterator<Item = (String, Posting)>) -> Self {
        let mut people = Self::default();
        for (name, posting) in postings {
            people.by_name.entry(name).or_default().push(posting);
        }
        people
    }

    /// The same from people, who are found by their staff numbers too.
    pub fn with_numbers(named: &[(Person, Posting)]) -> Self {
        let mut people = Self::new(named.iter().map(|(person, posting)| (person.name.clone(), posting.clone())));
        for (person, posting) in named {
            if let Some(number) = &person.staff_no {
                people.numbers.insert(person.id, number.clone());
                people.by_number.entry(number.clone()).or_default().push((person.name.clone(), posting.clone()));
            }
        }
        people
    }

    /// The postings of the person with a staff number, each with the name; none if nobody has it.
    pub fn with_number(&self, number: &str) -> &[(String, Posting)] {
        self.by_number.get(number).map(Vec::as_slice).unwrap_or_default()
    }

    /// The staff number of a person.
    pub fn number_of(&self, person: PersonId) -> Option<&str> {
        self.numbers.get(&person).map(String::as_str)
    }

    /// The unit that a person with this name is in on a day.
    pub fn unit_of(&self, name: &str, person: PersonId, day: NaiveDate) -> Option<UnitId> {
        let postings = self.by_name.get(name)?;
        postings
            .iter()
            .find(|posting| posting.person == person && posting.days.contains(day))
            .map(|posting| posting.unit)
    }

    /// The person with this name who is nearest to a unit on a day, within the tree of the unit that the import is for.
    pub fn nearest(&self, name: &str, unit: UnitId, day: NaiveDate, tree: &Tree) -> Met {
        let candidates: Vec<&Posting> = self
            .by_name
            .get(name)
            .into_iter()
            .flatten()
            .filter(|posting| posting.days.contains(day) && tree.holds(posting.unit))
            .collect();
        if candidates.is_empty() {
            return Met::Nobody;
        }
        let own: Vec<&&Posting> = candidates.iter().filter(|posting| posting.unit == unit).collect();
        if !own.is_empty() {
            return met(own.into_iter().copied());
        }
        for above in tree.upwards(unit) {
            let nearest: Vec<&&Posting> = candidates.iter().filter(|posting| tree.under(posting.unit, above)).collect();
            if !nearest.is_empty() {
                return met(nearest.into_iter().copied());
            }
        }
        // The row's unit is outside the import's tree (a higher office was named): then everybody in the tree is equally near.
        met(candidates.into_iter())
    }

    /// Why names are nobody's on a day, if people of these names are there from a later day on.
    pub fn not_yet<'n>(
        &self,
        names: impl IntoIterator<Item = &'n str>,
        day: NaiveDate,
        tree: &Tree,
    ) -> Option<Refusal> {
        let first = |name: &str| {
            let postings = self.by_name.get(name)?.iter();
            let later = postings.filter(|posting| posting.days.from > day && tree.holds(posting.unit));
            later.map(|posting| posting.days.from).min()
        };
        let later: Vec<(&str, NaiveDate)> = names.into_iter().filter_map(|name| Some((name, first(name)?))).collect();
        let from = later.iter().map(|(_, from)| *from).min()?;
        let names: Vec<&str> = later.into_iter().map(|(name, _)| name).collect();
        Some(Refusal::new("people-not-yet").with("names", names.join("、")).with("from", from))
    }
}

fn met<'a>(postings: impl Iterator<Item = &'a Posting>) -> Met {
    let people: BTreeSet<(PersonId, UnitId)> = postings.map(|posting| (posting.person, posting.unit)).collect();
    let ids: BTreeSet<PersonId> = people.iter().map(|(person, _)| *person).collect();
    match (ids.len(), ids.first()) {
        (1, Some(person)) => Met::One(*person),
        (0, _) => Met::Nobody,
        _ => Met::Several(people.into_iter().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{DayRange, RecordId, parse_day};

    #[test]
    fn the_nearest_person_with_a_name_is_found_and_two_equally_near_are_a_question() {
        let tree = Tree::from_edges(
            &[(1, None), (2, Some(1)), (3, Some(2)), (4, Some(2)), (5, Some(1))]
                .map(|(unit, parent): (i64, Option<i64>)| (UnitId(unit), parent.map(UnitId))),
        );
        let from = parse_day("2025-01-01").expect("a day");
        let at = |person, unit| {
            let days = DayRange { from, to: None };
            (
                "郑梦曦".to_owned(),
                Posting {
                    id: person,
                    record: RecordId(person),
                    person: PersonId(person),
                    unit: UnitId(unit),
                    duty: None,
                    rank: None,
                    appointment: None,
                    post: None,
                    days,
                },
            )
        };
        let day = parse_day("2025-06-01").expect("a day");
        let people = People::new([at(10, 3), at(11, 5)]);
        assert_eq!(people.nearest("郑梦曦", UnitId(3), day, &tree), Met::One(PersonId(10)));
        assert_eq!(people.nearest("郑梦曦", UnitId(4), day, &tree), Met::One(PersonId(10)));
        assert_eq!(people.nearest("郑梦曦", UnitId(2), day, &tree), Met::One(PersonId(10)));
        assert!(matches!(people.nearest("郑梦曦", UnitId(1), day, &tree), Met::Several(_)));
        assert_eq!(people.nearest("查无此", UnitId(1), day, &tree), Met::Nobody);
        let before = parse_day("2024-12-31").expect("a day");
        assert_eq!(people.nearest("郑梦曦", UnitId(3), before, &tree), Met::Nobody);
        let cause = people.not_yet(["郑梦曦", "查无此"], before, &tree).expect("later");
        assert_eq!(cause.args[0].1, "郑梦曦");
        assert_eq!(cause.args[1].1, "2025-01-01");
        assert_eq!(people.not_yet(["郑梦曦", "查无此"], day, &tree), None);
    }
}
