//! Pure functions: the entries that a note should have, and the limits of its texts.

use federation::themes;
use kernel::Refusal;
use ledger::{Desired, Entry, Facets};

use super::model::{Note, Said};
use crate::features::hours::{self, Learner};

/// The most characters of a title.
pub(super) const TITLE: usize = 200;
/// The most characters of a text: some thirty printed pages.
pub(super) const BODY: usize = 20_000;
/// The most characters of a comment.
pub(super) const COMMENT: usize = 1_000;

/// The entries that a note should have: one for each step on its day, and what it is worth; none for a draft.
pub(super) fn entries_of(note: &Note) -> Desired {
    let mut entries = Vec::new();
    if let (Some(handed_in), Some(unit)) = (note.handed_in_on, note.unit) {
        let steps =
            [("handed_in", Some(handed_in)), ("recommended", note.recommended_on), ("collected", note.collected_on)];
        for (step, day) in steps {
            entries.extend(day.map(|day| {
                Entry {
                    day,
                    unit,
                    person: Some(note.person),
                    kind: super::NOTE.into(),
                    facets: themes::facet(Facets::none(), note.theme.as_deref())
                        .with("step", step)
                        .with("level", &note.level)
                        .with("party", &note.party)
                        .with("youth", &note.youth)
                        .with("sex", &note.sex),
                    quantity: 1,
                }
            }));
        }
        let learner = Learner {
            person: note.person,
            unit,
            level: &note.level,
            party: &note.party,
            youth: &note.youth,
            sex: &note.sex,
        };
        entries.extend(hours::entry(learner, handed_in, "note", note.tenths));
    }
    Desired { record: note.id, entries }
}

/// Refuses texts that are too long; a draft needs only a title.
pub(super) fn validate(said: &Said) -> Result<(), Refusal> {
    if said.title.trim().is_empty() {
        return Err(Refusal::new("note-without-title"));
    }
    for (code, text, most) in [("note-title-long", &said.title, TITLE), ("note-body-long", &said.body, BODY)] {
        let letters = text.chars().count();
        if letters > most {
            return Err(Refusal::new(code).with("length", letters).with("most", most));
        }
    }
    Ok(())
}

/// Number of characters of a text without white space, as offices count them.
pub(super) fn letters(body: &str) -> usize {
    body.chars().filter(|letter| !letter.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use kernel::{PersonId, RecordId, UnitId};

    use super::*;

    #[test]
    fn each_step_is_booked_on_its_day_and_a_draft_not_at_all() {
        let day = |text: &str| text.parse().ok();
        let draft = Note {
            id: RecordId(1),
            person: PersonId(2),
            title: "心得".to_owned(),
            body: String::new(),
            activity: None,
            material: None,
            theme: None,
            handed_in_on: None,
            recommended_on: None,
            collected_on: None,
            collected_in: None,
            unit: Some(UnitId(3)),
            level: "street".to_owned(),
            party: "no".to_owned(),
            youth: "yes".to_owned(),
            sex: "female".to_owned(),
            tenths: 10,
            version: 1,
        };
        assert!(entries_of(&draft).entries.is_empty());
        let read = Note { handed_in_on: day("2025-03-05"), recommended_on: day("2025-03-09"), ..draft };
        let entries = entries_of(&read).entries;
        let booked: Vec<(&str, Option<&str>, i64)> = entries
            .iter()
            .map(|entry| (&*entry.kind, entry.facets.get("step").or(entry.facets.get("source")), entry.quantity))
            .collect();
        let wanted = [
            ("learning.note", Some("handed_in"), 1),
            ("learning.note", Some("recommended"), 1),
            ("learning.time", Some("note"), 10),
        ];
        assert_eq!(booked, wanted);
    }

    #[test]
    fn what_is_too_long_is_refused_and_letters_are_counted_without_blanks() {
        let said =
            |title: usize, body: usize| Said {
                title: "题".repeat(title), body: "文".repeat(body), ..Said::default()
            };
        assert!(validate(&said(TITLE, BODY)).is_ok());
        for (said, code) in [
            (said(0, 1), "note-without-title"),
            (said(TITLE + 1, 1), "note-title-long"),
            (said(1, BODY + 1), "note-body-long"),
        ] {
            assert_eq!(validate(&said).map_err(|refusal| refusal.code), Err(code.to_owned()));
        }
        assert_eq!(letters("学 而\n时习之"), 5);
    }
}
