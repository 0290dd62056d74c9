//! Pure functions: the entries of a duty, and how it is answered and opened again.

use kernel::AccountId;
use ledger::{Entry, Facets};

use super::{Duty, State};

/// The entries that every duty should have: that it is due, and once it is done that it was answered.
pub(super) fn entries_of(duty: &Duty) -> Vec<Entry> {
    if matches!(duty.state, State::Excused | State::Lapsed) {
        return Vec::new();
    }
    let answered = duty.answered_on.filter(|_| duty.state == State::Done);
    let facets =
        Facets::none().with("opener", &duty.opener).with("owed", duty.kind.as_str()).with("level", &duty.level);
    let outcome = match answered {
        None => "open",
        Some(_) if duty.was_late() => "late",
        Some(_) => "in_time",
    };
    let entry = |day, kind: &'static str, facets: Facets| Entry {
        day,
        unit: duty.unit,
        person: None,
        kind: kind.into(),
        facets,
        quantity: 1,
    };
    let due = entry(duty.due_on, "duties.due", facets.clone().with("outcome", outcome));
    let in_time = if duty.was_late() { "no" } else { "yes" };
    let answered = answered.map(|day| entry(day, "duties.answered", facets.with("in_time", in_time)));
    std::iter::once(due).chain(answered).collect()
}

/// A duty that is answered on a day, by an account at a moment. One that was answered before keeps who did.
#[must_use]
pub fn answered(duty: Duty, day: chrono::NaiveDate, (at, account): (&str, AccountId)) -> Duty {
    let before = duty.state == State::Done;
    Duty {
        state: State::Done,
        reason: None,
        answered_on: Some(day),
        answered_at: duty.answered_at.filter(|_| before).or_else(|| Some(at.to_owned())),
        account: duty.account.filter(|_| before).or(Some(account)),
        ..duty
    }
}

/// A duty that is open again, or lapsed; what was handed in stays readable.
#[must_use]
pub fn reopened(duty: Duty, state: State) -> Duty {
    Duty { state, answered_on: None, answered_at: None, account: None, record: None, item: None, ..duty }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duties::Kind;
    use kernel::{RecordId, UnitId, parse_day};

    #[test]
    fn what_is_due_and_what_was_answered_is_booked_and_nothing_of_what_is_not_required() {
        let day = |text: &str| parse_day(text).expect("a day");
        for (state, answered, due, in_time) in [
            (State::Open, None, Some("open"), None),
            (State::Done, Some("2026-01-10"), Some("in_time"), Some("yes")),
            (State::Done, Some("2026-01-11"), Some("late"), Some("no")),
            (State::Excused, None, None, None),
            (State::Lapsed, Some("2026-01-09"), None, None),
        ] {
            let duty = Duty {
                id: RecordId(7),
                opener: "notice".to_owned(),
                source: 1,
                part: 1,
                asker: UnitId(1),
                kind: Kind::Activity,
                title: "通知".to_owned(),
                wanted: "开会".to_owned(),
                unit: UnitId(3),
                group: None,
                level: "street".to_owned(),
                due_on: day("2026-01-10"),
                state,
                reason: None,
                answered_on: answered.map(day),
                answered_at: None,
                account: None,
                text: None,
                file: None,
                record: None,
                item: None,
                seen_at: None,
                reminded_at: None,
                version: 1,
            };
            let entries = entries_of(&duty);
            let facet = |kind: &str, facet: &str| {
                let entry = entries.iter().find(|entry| entry.kind == kind);
                entry.map(|entry| entry.facets.get(facet).expect("a facet").to_owned())
            };
            assert_eq!(facet("duties.due", "outcome").as_deref(), due, "{state:?} {answered:?}");
            assert_eq!(facet("duties.answered", "in_time").as_deref(), in_time, "{state:?} {answered:?}");
            assert!(entries.iter().all(|entry| entry.unit == UnitId(3) && entry.quantity == 1));
        }
    }
}
