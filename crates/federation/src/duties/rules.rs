//! Pure functions: the entries of a duty, and how it is answered and opened again.

use kernel::{AccountId, Refusal};
use ledger::{Entry, Facets};

use super::{Duty, Ruling, State};

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

/// A duty after a ruling of those who asked; `None` if it is so already. `sends_back` is whether its answer can be sent back.
pub(super) fn ruled(
    duty: &Duty,
    ruling: Ruling,
    reason: Option<String>,
    sends_back: bool,
) -> Result<Option<Duty>, Refusal> {
    let odd = |code| Err(Refusal::new(code).with("title", format!("{} · {}", duty.title, duty.wanted)));
    match (ruling, duty.state) {
        (Ruling::Excuse, State::Excused) | (Ruling::Owe | Ruling::SendBack, State::Open) => Ok(None),
        (Ruling::Excuse, State::Open) => Ok(Some(Duty { state: State::Excused, reason, record: None, ..duty.clone() })),
        (Ruling::Owe, State::Excused) => Ok(Some(Duty { state: State::Open, reason: None, ..duty.clone() })),
        (Ruling::SendBack, State::Done) if sends_back => {
            Ok(Some(Duty { reason, ..reopened(duty.clone(), State::Open) }))
        }
        (Ruling::SendBack, State::Done) => odd("duty-answer-stands"),
        (_, State::Lapsed) => odd("duty-lapsed-by-now"),
        (Ruling::SendBack, State::Excused) => odd("duty-not-handed-in"),
        (Ruling::Excuse | Ruling::Owe, State::Done) => odd("duty-done-by-now"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duties::Kind;
    use kernel::{UnitId, parse_day};

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
            let of = (Kind::Activity, UnitId(1));
            let duty = Duty::new("notice", (1, 1), of, (UnitId(3), "street"), day("2026-01-10"));
            let duty = Duty { state, answered_on: answered.map(day), ..duty };
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

    #[test]
    fn a_ruling_changes_what_it_can_and_says_why_it_cannot() {
        let due = parse_day("2026-01-10").expect("a day");
        let duty = |state| Duty {
            state,
            ..Duty::new("notice", (1, 1), (Kind::Return, UnitId(1)), (UnitId(3), "street"), due)
        };
        let why = Some("因为".to_owned());
        for (ruling, state, after) in [
            (Ruling::Excuse, State::Open, Ok(Some(State::Excused))),
            (Ruling::Excuse, State::Excused, Ok(None)),
            (Ruling::Excuse, State::Done, Err("duty-done-by-now")),
            (Ruling::Owe, State::Excused, Ok(Some(State::Open))),
            (Ruling::Owe, State::Open, Ok(None)),
            (Ruling::SendBack, State::Done, Ok(Some(State::Open))),
            (Ruling::SendBack, State::Excused, Err("duty-not-handed-in")),
            (Ruling::SendBack, State::Lapsed, Err("duty-lapsed-by-now")),
        ] {
            let ruled = ruled(&duty(state), ruling, why.clone(), true);
            let ruled = ruled.map(|duty| duty.map(|duty| duty.state)).map_err(|refusal| refusal.code);
            assert_eq!(ruled, after.map_err(str::to_owned), "{ruling:?} {state:?}");
        }
        let stands = ruled(&duty(State::Done), Ruling::SendBack, why, false);
        assert_eq!(stands.expect_err("a refusal").code, "duty-answer-stands");
    }
}
