//! Which rows of a roster are people who are there already, in the database or in an earlier row: by their numbers first, else by name
//! and unit.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use desk::error::Result;
use kernel::{ImportId, PersonId, Refusal, UnitId};
use sea_orm::ConnectionTrait;
use tabular::{IdNumber, Row, tidy};

use super::{
    model::{NewPerson, Party, Person, Posting},
    store,
};
use crate::{imports::Question, units::Index};

/// What becomes of a row that was read.
#[derive(Debug)]
pub(super) enum Judgement {
    /// Somebody new.
    New,
    /// Somebody who is there without a staff number, and is given the row's.
    Number(PersonId),
    /// Somebody who is there.
    Repeated,
    /// Somebody who is there, and is something else from a day on.
    Appointed(PersonId, NaiveDate),
    /// Somebody who is there, and has left on a day.
    Left(PersonId, NaiveDate),
    /// Nobody knows.
    Ask(Question),
    /// It can't be imported.
    Refused(Refusal),
}

/// What a row says of a change beside what the person is.
#[derive(Clone, Debug, Default)]
pub(super) struct Changed {
    /// 变动时间.
    pub(super) since: Option<NaiveDate>,
    /// 离任 and the like: the refusal of one who isn't there.
    pub(super) left: Option<Refusal>,
}

/// A row that was read.
#[derive(Debug)]
pub(super) struct Seen {
    /// Its number in the file.
    pub(super) row: usize,
    /// Its person.
    pub(super) person: NewPerson,
    /// The identity number, which tells people apart and is not stored.
    pub(super) id: Option<IdNumber>,
    /// The change that it says.
    pub(super) changed: Changed,
    /// What it has beside that, heading and text.
    pub(super) unread: Vec<(String, String)>,
    /// Whether it is read from the database, an earlier row of a file that is being imported: what it had beside the person is not known
    /// any more, so it says the same as no row.
    pub(super) stored: bool,
}

impl Seen {
    /// What a row says, read for no column or for one that is not stored.
    pub(super) fn unread(row: &Row) -> Vec<(String, String)> {
        let others = row.unread().map(|(heading, cell)| (tidy(heading), tidy(&cell.shown())));
        others.filter(|(heading, _)| !matches!(heading.as_str(), "序号" | "序" | "")).collect()
    }

    /// An earlier row of the file that is imported already.
    fn of_stored(person: &Person, posting: &Posting) -> Self {
        let person = NewPerson {
            name: person.name.clone(),
            sex: person.sex,
            birth_month: person.birth_month,
            party: None,
            unit: posting.unit,
            held: posting.held(),
            education: person.education.clone(),
            phone: person.phone.clone(),
            note: person.note.clone(),
            staff_no: person.staff_no.clone(),
        };
        Self { row: 0, person, id: None, changed: Changed::default(), unread: Vec::new(), stored: true }
    }

    fn says_the_same(&self, other: &Self) -> bool {
        !self.stored
            && !other.stored
            && (&self.person, &self.id, &self.unread) == (&other.person, &other.id, &other.unread)
    }

    /// Whether neither month of birth nor a number says that it is somebody else.
    fn may_be(&self, birth_month: Option<i64>, staff_no: Option<&str>, id: Option<&IdNumber>) -> bool {
        let agree = |differ: Option<bool>| differ != Some(true);
        agree(self.person.birth_month.zip(birth_month).map(|(here, there)| here != there))
            && agree(self.person.staff_no.as_deref().zip(staff_no).map(|(here, there)| here != there))
            && agree(self.id.as_ref().zip(id).map(|(here, there)| here != there))
    }
}

/// The people who are there.
#[derive(Debug)]
pub(super) struct Namesakes<'a> {
    index: &'a Index,
    from: NaiveDate,
    known: HashMap<(String, UnitId), Vec<(Person, Posting)>>,
    numbered: HashMap<String, (Person, Vec<Posting>)>,
    party: HashMap<PersonId, Party>,
    /// Who of those is meant by an earlier row, with its unit: somebody with several postings may have a row for each.
    met: HashSet<(PersonId, UnitId)>,
    /// Who is given the number of an earlier row.
    given: HashSet<PersonId>,
    seen: Vec<Seen>,
    by_name: HashMap<(String, UnitId), Vec<usize>>,
    by_number: HashMap<String, usize>,
    by_id: HashMap<IdNumber, usize>,
}

impl<'a> Namesakes<'a> {
    /// Loads the people with these names and staff numbers. Those whom this import (`own`) has stored are earlier rows of the file.
    pub(super) async fn load(
        conn: &impl ConnectionTrait,
        index: &'a Index,
        from: NaiveDate,
        (names, numbers): (&[String], &[String]),
        own: Option<ImportId>,
    ) -> Result<Self> {
        let named = store::list_by_names(conn, names).await?;
        let with_number = store::list_by_numbers(conn, numbers).await?;
        let ids: Vec<PersonId> = named.iter().chain(&with_number).map(|(person, _)| person.id).collect();
        let party = store::party_now(conn, &ids, from).await?;
        let own = match own {
            Some(import) => store::of_import(conn, import, &ids).await?,
            None => HashSet::new(),
        };
        let (by_name, by_number, by_id) = (HashMap::new(), HashMap::new(), HashMap::new());
        let (known, numbered, seen) = (HashMap::new(), HashMap::new(), Vec::new());
        let (met, given) = (HashSet::new(), HashSet::new());
        let mut namesakes = Self { index, from, known, numbered, party, met, given, seen, by_name, by_number, by_id };
        for (person, posting) in named {
            if own.contains(&person.id) {
                namesakes.add(Seen::of_stored(&person, &posting));
            } else {
                let of_name = namesakes.known.entry((person.name.clone(), posting.unit)).or_default();
                match of_name.iter_mut().find(|(other, _)| other.id == person.id) {
                    // Of somebody's stays at a unit the last one counts: they are no two people.
                    Some((_, other)) if other.days.from < posting.days.from => *other = posting,
                    Some(_) => {}
                    None => of_name.push((person, posting)),
                }
            }
        }
        for (person, posting) in with_number.into_iter().filter(|(person, _)| !own.contains(&person.id)) {
            if let Some(number) = person.staff_no.clone() {
                namesakes.numbered.entry(number).or_insert_with(|| (person, Vec::new())).1.push(posting);
            }
        }
        Ok(namesakes)
    }

    /// Adds a row to those that are there.
    fn add(&mut self, row: Seen) {
        let at = self.seen.len();
        self.by_name.entry((row.person.name.clone(), row.person.unit)).or_default().push(at);
        if let Some(number) = row.person.staff_no.clone() {
            self.by_number.insert(number, at);
        }
        if let Some(id) = row.id.clone() {
            self.by_id.insert(id, at);
        }
        self.seen.push(row);
    }

    /// Judges a row, which counts from then on if it is imported, or is one of those who are there.
    pub(super) fn judge(&mut self, here: Seen, chosen: &mut impl Iterator<Item = usize>) -> Judgement {
        if let Some(judgement) = self.changes(&here, chosen) {
            return judgement;
        }
        let judgement = match self.by_numbers(&here, chosen) {
            Some(judgement) => return judgement,
            None => self.by_name(&here, chosen),
        };
        let counts = match judgement {
            Judgement::New | Judgement::Number(_) => true,
            // As many rows as there are people of a name are those people.
            Judgement::Repeated => !self.earlier(&here).any(|other| other.says_the_same(&here)),
            Judgement::Ask(_) | Judgement::Refused(_) | Judgement::Appointed(..) | Judgement::Left(..) => false,
        };
        if counts {
            self.add(here);
        }
        judgement
    }

    /// What a row with a kind of change says of somebody who is there; `None` if it says nothing new.
    fn changes(&mut self, here: &Seen, chosen: &mut impl Iterator<Item = usize>) -> Option<Judgement> {
        let held = &here.person.held;
        let refuse = |refusal: Refusal| Some(Judgement::Refused(refusal.with("name", &here.person.name)));
        if held.appointment.is_none() && here.changed.left.is_none() {
            return None;
        }
        let Some((person, posting, by_number)) = self.who_is(here) else {
            return here.changed.left.clone().map(Judgement::Refused);
        };
        let stored = posting.held();
        let said = |said: &Option<String>, stored: &Option<String>| said.is_none() || said == stored;
        let is_stored = posting.unit == here.person.unit
            && held.appointment == stored.appointment
            && said(&held.duty, &stored.duty)
            && said(&held.rank, &stored.rank);
        let (text, choice, judgement) = match (&here.changed.left, here.changed.since) {
            (None, _) if is_stored => return None,
            (Some(_), None) => return refuse(Refusal::new("roster-left-without-day")),
            (Some(_), Some(day)) if day < posting.days.from => {
                return refuse(Refusal::new("roster-left-before").with("day", day).with("posted", posting.days.from));
            }
            (Some(_), Some(day)) => ("roster-left", "roster-left-on", Judgement::Left(person, day)),
            (None, since) => {
                let day = since.unwrap_or(self.from);
                if day <= posting.days.from {
                    let refusal = Refusal::new("roster-appointed-before").with("day", day);
                    return refuse(refusal.with("posted", posting.days.from));
                }
                ("roster-appointed", "roster-appointed-on", Judgement::Appointed(person, day))
            }
        };
        let day = match judgement {
            Judgement::Appointed(_, day) | Judgement::Left(_, day) => day,
            _ => self.from,
        };
        let mut choices = vec![Refusal::new(choice).with("day", day), Refusal::new("keep-as-is")];
        if !by_number && here.changed.left.is_none() {
            choices.push(Refusal::new("roster-another-person"));
        }
        let judgement = match chosen.next() {
            Some(0) => judgement,
            Some(1) => Judgement::Repeated,
            Some(2) if choices.len() > 2 => Judgement::New,
            _ => return Some(Judgement::Ask(Question { text: Refusal::new(text), choices })),
        };
        if !matches!(judgement, Judgement::New) {
            self.met.insert((person, here.person.unit));
        }
        Some(judgement)
    }

    /// The one person who is meant by a row, with the posting that she holds, and whether a staff number says so.
    fn who_is(&self, here: &Seen) -> Option<(PersonId, Posting, bool)> {
        let goes_on = |posting: &&Posting| posting.days.to.is_none() && self.index.tree.holds(posting.unit);
        if let Some((person, postings)) = here.person.staff_no.as_ref().and_then(|number| self.numbered.get(number)) {
            let here_first = |posting: &&Posting| (posting.unit == here.person.unit, posting.days.from, posting.id);
            let posting = postings.iter().filter(goes_on).max_by_key(here_first)?;
            return Some((person.id, posting.clone(), true)).filter(|_| person.name == here.person.name);
        }
        let known = self.known.get(&(here.person.name.clone(), here.person.unit))?;
        let mut same = known.iter().filter(|(other, posting)| {
            here.may_be(other.birth_month, other.staff_no.as_deref(), None)
                && posting.days.to.is_none()
                && !self.met.contains(&(other.id, here.person.unit))
        });
        let (person, posting) = same.next()?;
        if same.next().is_some() {
            return None;
        }
        Some((person.id, posting.clone(), false))
    }

    /// By the numbers alone: the same number is the same person, however the rest is written.
    fn by_numbers(&mut self, here: &Seen, chosen: &mut impl Iterator<Item = usize>) -> Option<Judgement> {
        let as_is = || vec![Refusal::new("keep-as-is")];
        let of_number = here.person.staff_no.as_ref().and_then(|number| self.by_number.get(number));
        let of_id = here.id.as_ref().and_then(|id| self.by_id.get(id));
        for (at, code) in [(of_number, "roster-number-twice"), (of_id, "roster-id-twice")] {
            let Some(earlier) = at.and_then(|at| self.seen.get(*at)) else { continue };
            if earlier.says_the_same(here) || chosen.next() == Some(0) {
                return Some(Judgement::Repeated);
            }
            let text = Refusal::new(code).with("row", tabular::row_in_sheet(earlier.row));
            let text = text.with("name", &earlier.person.name);
            return Some(Judgement::Ask(Question { text, choices: as_is() }));
        }
        let number = here.person.staff_no.as_ref()?;
        let (person, postings) = self.numbered.get(number)?;
        let met = (person.id, here.person.unit);
        let is_here = |posting: &&Posting| posting.unit == here.person.unit;
        let alike = |posting: &Posting| person.name == here.person.name && !self.differs(&here.person, person, posting);
        if postings.iter().filter(is_here).any(alike) {
            self.met.insert(met);
            return Some(Judgement::Repeated);
        }
        // Of people elsewhere in the federation nothing is said.
        let Some(posting) = postings.iter().rev().find(|posting| self.index.tree.holds(posting.unit)) else {
            return Some(Judgement::Refused(Refusal::new("staff-no-taken").with("number", number)));
        };
        if chosen.next() == Some(0) {
            self.met.insert(met);
            return Some(Judgement::Repeated);
        }
        let text = Refusal::new("roster-number-known").with("number", number).with("name", &person.name);
        let text = text.with("unit", self.index.path(posting.unit));
        Some(Judgement::Ask(Question { text, choices: as_is() }))
    }

    fn earlier<'s>(&'s self, here: &'s Seen) -> impl Iterator<Item = &'s Seen> {
        let at = self.by_name.get(&(here.person.name.clone(), here.person.unit)).map(Vec::as_slice).unwrap_or_default();
        let earlier = at.iter().filter_map(|at| self.seen.get(*at));
        earlier
            .filter(|other| here.may_be(other.person.birth_month, other.person.staff_no.as_deref(), other.id.as_ref()))
    }

    /// By name and unit: if one side has no month of birth, it may be the same person, which is a question. Nobody is two rows of a unit,
    /// or is given two numbers, unless the user says so.
    fn by_name(&mut self, here: &Seen, chosen: &mut impl Iterator<Item = usize>) -> Judgement {
        let unit = here.person.unit;
        let known = self.known.get(&(here.person.name.clone(), unit)).map(Vec::as_slice).unwrap_or_default();
        let same = known.iter().filter(|(other, _)| here.may_be(other.birth_month, other.staff_no.as_deref(), None));
        let same: Vec<&(Person, Posting)> = same.collect();
        let earlier: Vec<&Seen> = self.earlier(here).collect();
        if earlier.iter().any(|other| other.says_the_same(here)) {
            return Judgement::Repeated;
        }
        if same.is_empty() && earlier.is_empty() {
            return Judgement::New;
        }
        let differs = |(other, posting): &(Person, Posting)| self.differs(&here.person, other, posting);
        let left: Vec<&(Person, Posting)> =
            same.iter().filter(|(other, _)| !self.met.contains(&(other.id, unit))).copied().collect();
        let met = left.iter().find(|other| !differs(other)).or(left.first()).map(|(person, _)| person.id);
        let same_or_new = |answer: Option<usize>| match answer {
            Some(0) => Judgement::Repeated,
            Some(1) => Judgement::New,
            _ => Judgement::Ask(self.same_key(here, &earlier)),
        };
        let judgement = if same.iter().all(|other| differs(other)) || earlier.len() >= same.len() {
            same_or_new(chosen.next())
        } else {
            match same.as_slice() {
                // Asked whatever the earlier rows are, since the first answer is to this question.
                [(person, _)] if here.person.staff_no.is_some() && person.staff_no.is_none() => match chosen.next() {
                    Some(0) if met.is_none() || self.given.contains(&person.id) => same_or_new(chosen.next()),
                    Some(0) => Judgement::Number(person.id),
                    Some(1) => Judgement::Repeated,
                    Some(2) => Judgement::New,
                    _ => {
                        let choices = ["roster-number-store", "keep-as-is", "roster-another-person"].map(Refusal::new);
                        // The same text in every row, so that one answer serves for all of them.
                        Judgement::Ask(Question { text: Refusal::new("roster-number-new"), choices: choices.into() })
                    }
                },
                [_, _, ..] if here.person.staff_no.is_some() => same_or_new(chosen.next()),
                _ if met.is_none() => same_or_new(chosen.next()),
                _ => Judgement::Repeated,
            }
        };
        if matches!(judgement, Judgement::Repeated | Judgement::Number(_)) {
            self.met.extend(met.map(|person| (person, unit)));
        }
        if let Judgement::Number(person) = judgement {
            self.given.insert(person);
        }
        judgement
    }

    fn same_key(&self, here: &Seen, earlier: &[&Seen]) -> Question {
        let unit = self.index.unit(here.person.unit).map_or_else(String::new, |unit| unit.name.clone());
        let name = &here.person.name;
        let choices = vec![Refusal::new("keep-as-is"), Refusal::new("roster-another-person")];
        let namesake = earlier.iter().find(|other| other.person == here.person).and_then(|other| {
            let differing = |one: &Seen, other: &Seen| {
                one.unread.iter().find(|pair| !other.unread.contains(pair)).map(|(heading, _)| heading.clone())
            };
            let of_id = || (here.id != other.id).then(|| "身份证号".to_owned());
            differing(here, other).or_else(|| differing(other, here)).or_else(of_id)
        });
        let text = match namesake {
            Some(column) => Refusal::new("roster-namesake").with("name", name).with("column", column),
            None => Refusal::new("roster-same-key").with("name", name).with("unit", unit),
        };
        Question { text, choices }
    }

    /// Whether a row differs from the data of an existing person, the staff number aside; a person who has left since is a question as
    /// well.
    fn differs(&self, new: &NewPerson, old: &Person, posting: &Posting) -> bool {
        let other = |new: &Option<String>, old: &Option<String>| new.is_some() && new != old;
        posting.days.to.is_some_and(|last| last < self.from)
            || new.birth_month != old.birth_month
            || (new.party.is_some() && new.party != self.party.get(&old.id).copied())
            || (new.sex.is_some() && new.sex != old.sex)
            || other(&new.education, &old.education)
            || other(&new.phone, &old.phone)
            || other(&new.held.duty, &posting.duty)
            || other(&new.held.rank, &posting.rank)
            || (new.held.appointment.is_some() && new.held.appointment != posting.appointment)
    }
}
