//! Pure functions: the entries that openings and those who came forward should have, and what may be handed in.

use chrono::NaiveDate;
use federation::themes;
use kernel::Refusal;
use ledger::{Desired, Entry, Facets};

use super::model::{Candidate, Handed, Opening, State, Step};

/// The most characters of a title or a place, of the needs, of a contact, of words and reasons; the most places.
const TITLE: usize = 200;
const NEEDS: usize = 1000;
const CONTACT: usize = 100;
const WORDS: usize = 500;
const PLACES: i64 = 999;

/// The entry that an opening should have: its places, on the day on which it was entered. A withdrawn one has none.
pub(super) fn entries_of(opening: &Opening) -> Desired {
    let entry = Entry {
        day: opening.opened_on,
        unit: opening.unit,
        person: None,
        kind: "openings.opened".into(),
        facets: themes::facet(Facets::none(), opening.theme.as_deref())
            .with("part", opening.part.as_str())
            .with("level", &opening.level),
        quantity: opening.places,
    };
    let entries = if opening.state == State::Withdrawn { Vec::new() } else { vec![entry] };
    Desired { record: opening.id, entries }
}

/// The entry that somebody who came forward should have, on that day, whether selected or not.
pub(super) fn entries_of_candidate(candidate: &Candidate) -> Desired {
    let entry = Entry {
        day: candidate.came,
        unit: candidate.unit,
        person: Some(candidate.person),
        kind: "openings.came_forward".into(),
        facets: themes::facet(Facets::none(), candidate.theme.as_deref())
            .with("part", candidate.part.as_str())
            .with("level", &candidate.level)
            .with("party", &candidate.party)
            .with("youth", &candidate.youth)
            .with("sex", &candidate.sex),
        quantity: 1,
    };
    let entries = if candidate.step == Step::Withdrawn { Vec::new() } else { vec![entry] };
    Desired { record: candidate.id, entries }
}

/// A text without white space around it; `None` if nothing is left.
fn trimmed(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Validates an opening before it is stored.
pub(super) fn validate(handed: Handed) -> Result<Handed, Refusal> {
    let title = handed.title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() {
        return Err(Refusal::new("opening-without-title"));
    }
    let [place, needs, contact] = [handed.place, handed.needs, handed.contact].map(trimmed);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Refusal::too_long("opening-title-long", &[("", &title, TITLE)])?;
    Refusal::too_long("opening-place-long", &[("", &text(&place), TITLE)])?;
    Refusal::too_long("opening-needs-long", &[("", &text(&needs), NEEDS)])?;
    Refusal::too_long("opening-contact-long", &[("", &text(&contact), CONTACT)])?;
    if !(1..=PLACES).contains(&handed.places) {
        return Err(Refusal::new("opening-places").with("places", handed.places).with("most", PLACES));
    }
    if let Some(to) = handed.to.filter(|to| *to < handed.from) {
        return Err(Refusal::new("opening-reversed").with("from", handed.from).with("to", to));
    }
    if let Some(to) = handed.to.filter(|to| *to < handed.closes) {
        return Err(Refusal::new("opening-closes-late").with("closes", handed.closes).with("to", to));
    }
    Ok(Handed { title, place, needs, contact, ..handed })
}

/// Refuses a last day to come forward that has passed.
pub(super) fn validate_closes(closes: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if closes < today { Err(Refusal::new("opening-closes-passed").with("closes", closes)) } else { Ok(()) }
}

/// Required words: why somebody comes forward, why one was selected, why an opening was withdrawn.
pub(super) fn required(words: &str, missing: &str) -> Result<String, Refusal> {
    let words = words.trim();
    if words.is_empty() {
        return Err(Refusal::new(missing));
    }
    Refusal::too_long("opening-words-long", &[("", words, WORDS)])?;
    Ok(words.to_owned())
}

/// Words that may be left out.
pub(super) fn optional(words: Option<String>) -> Result<Option<String>, Refusal> {
    let words = trimmed(words);
    Refusal::too_long("opening-words-long", &[("", words.as_deref().unwrap_or_default(), WORDS)])?;
    Ok(words)
}

#[cfg(test)]
mod tests {
    use kernel::{AccountId, DayRange, PersonId, RecordId, UnitId};

    use super::*;
    use crate::features::stints::Part;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn handed() -> Handed {
        Handed {
            part: Part::WorkTeam,
            title: " 驻村  工作队 ".to_owned(),
            place: Some("  ".to_owned()),
            place_unit: None,
            places: 2,
            needs: None,
            from: day("2025-03-01"),
            to: Some(day("2025-08-31")),
            contact: None,
            closes: day("2025-02-20"),
            theme: None,
        }
    }

    #[test]
    fn an_opening_has_a_title_places_and_days_in_their_order() {
        let sound = validate(handed()).expect("sound");
        assert_eq!((sound.title.as_str(), sound.place), ("驻村 工作队", None));
        let last = day("2025-08-31");
        let code = |change: fn(&mut Handed)| {
            let mut handed = handed();
            change(&mut handed);
            validate(handed).expect_err("a fault").code
        };
        assert_eq!(code(|handed| handed.title = " ".to_owned()), "opening-without-title");
        assert_eq!(code(|handed| handed.title = "长".repeat(201)), "opening-title-long");
        assert_eq!(code(|handed| handed.place = Some("长".repeat(201))), "opening-place-long");
        assert_eq!(code(|handed| handed.needs = Some("长".repeat(1001))), "opening-needs-long");
        assert_eq!(code(|handed| handed.contact = Some("长".repeat(101))), "opening-contact-long");
        assert_eq!(code(|handed| handed.places = 0), "opening-places");
        assert_eq!(code(|handed| handed.places = 1000), "opening-places");
        assert_eq!(code(|handed| handed.to = Some(day("2025-02-28"))), "opening-reversed");
        assert_eq!(code(|handed| handed.closes = day("2025-09-01")), "opening-closes-late");
        assert!(validate(Handed { closes: last, ..handed() }).is_ok(), "until the last day");
    }

    #[test]
    fn words_are_required_and_not_too_long() {
        assert_eq!(required(" 家在山里 ", "missing"), Ok("家在山里".to_owned()));
        assert_eq!(required("  ", "missing").expect_err("none").code, "missing");
        assert_eq!(required(&"长".repeat(501), "missing").expect_err("long").code, "opening-words-long");
        assert_eq!(optional(Some(" ".to_owned())), Ok(None));
    }

    #[test]
    fn who_came_forward_counts_whether_selected_or_not_and_not_once_withdrawn() {
        let candidate = |step| Candidate {
            id: RecordId(7),
            opening: RecordId(6),
            person: PersonId(5),
            words: "家在山里".to_owned(),
            came: day("2025-02-03"),
            step,
            reason: None,
            entered_by: AccountId(1),
            entered_at: String::new(),
            decided_by: None,
            decided_at: None,
            stint: None,
            part: Part::WorkTeam,
            theme: None,
            unit: UnitId(4),
            level: "street".to_owned(),
            party: "yes".to_owned(),
            youth: "yes".to_owned(),
            sex: "female".to_owned(),
            version: 1,
        };
        for (step, count) in [(Step::Waiting, 1), (Step::Selected, 1), (Step::Declined, 1), (Step::Withdrawn, 0)] {
            let desired = entries_of_candidate(&candidate(step));
            assert_eq!((desired.record, desired.entries.len()), (RecordId(7), count), "{step:?}");
        }
    }

    #[test]
    fn an_opening_counts_its_places_until_it_is_withdrawn() {
        let opening = |state| Opening {
            id: RecordId(6),
            unit: UnitId(4),
            level: "street".to_owned(),
            part: Part::WorkTeam,
            title: "驻村工作队".to_owned(),
            place: None,
            place_unit: None,
            places: 3,
            needs: None,
            days: DayRange { from: day("2025-03-01"), to: None },
            contact: None,
            closes: day("2025-02-20"),
            theme: None,
            state,
            reason: None,
            opened_on: day("2025-02-01"),
            opened_by: AccountId(1),
            version: 1,
        };
        let places = |state| entries_of(&opening(state)).entries.iter().map(|entry| entry.quantity).sum::<i64>();
        assert_eq!((places(State::Open), places(State::Closed), places(State::Withdrawn)), (3, 3, 0));
        assert!(opening(State::Open).takes(day("2025-02-20")) && !opening(State::Open).takes(day("2025-02-21")));
        assert!(!opening(State::Closed).takes(day("2025-02-20")));
    }
}
