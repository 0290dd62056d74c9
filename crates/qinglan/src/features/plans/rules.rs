//! Pure functions: the entries that a reading should have.

use federation::themes;
use ledger::{Desired, Entry, Facets};

use super::model::Reading;
use crate::features::hours::{self, Learner};

/// An entry on the day on which it was finished, and its learning hours; none once it was taken back.
pub(super) fn entries_of(reading: &Reading) -> Desired {
    let facets = themes::facet(Facets::none(), reading.theme.as_deref())
        .with("material", &reading.kind)
        .with("required", if reading.required { "yes" } else { "no" })
        .with("level", &reading.level)
        .with("party", &reading.party)
        .with("youth", &reading.youth)
        .with("sex", &reading.sex);
    let entry = Entry {
        day: reading.done_on,
        unit: reading.unit,
        person: Some(reading.person),
        kind: "learning.read".into(),
        facets,
        quantity: 1,
    };
    let learner = Learner {
        person: reading.person,
        unit: reading.unit,
        level: &reading.level,
        party: &reading.party,
        youth: &reading.youth,
        sex: &reading.sex,
    };
    let hours = hours::entry(learner, reading.done_on, "reading", reading.tenths);
    let entries = if reading.void { Vec::new() } else { std::iter::once(entry).chain(hours).collect() };
    Desired { record: reading.id, entries }
}

#[cfg(test)]
mod tests {
    use kernel::{GroupId, PersonId, RecordId, UnitId};

    use super::*;

    #[test]
    fn only_what_is_finished_is_booked() {
        let reading = Reading {
            id: RecordId(1),
            item: 2,
            person: PersonId(3),
            group: GroupId(4),
            done_on: kernel::DAY_ONE,
            kind: "law".to_owned(),
            required: true,
            unit: UnitId(5),
            level: "street".to_owned(),
            party: "yes".to_owned(),
            youth: "unknown".to_owned(),
            sex: "female".to_owned(),
            tenths: 0,
            theme: None,
            void: false,
        };
        let booked = entries_of(&reading);
        assert_eq!((booked.record, booked.entries.len()), (RecordId(1), 1));
        let entry = &booked.entries[0];
        assert_eq!((entry.unit, entry.person, entry.quantity), (UnitId(5), Some(PersonId(3)), 1));
        assert!(entries_of(&Reading { void: true, ..reading }).entries.is_empty());
    }
}
