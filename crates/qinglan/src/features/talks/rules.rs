//! Pure functions: which posting asks for a talk, and which session is it.

use chrono::{Days, NaiveDate};
use federation::{
    duties::{Duty, State, answered, reopened},
    people::{Appointment, Posting},
};
use kernel::{AccountId, RecordId};

/// A posting that began longer ago opens no duty: what is entered of the past is nothing to be done.
const LOOKS_BACK: u64 = 365;

/// A talk that was held up to so many days before the posting began is the talk on it: 任前.
const BEFORE: u64 = 60;

/// A talk in which a person took part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// The session.
    pub session: RecordId,
    /// Its day.
    pub day: NaiveDate,
}

/// Whether somebody in the posting still has to take part in a talk: she was promoted or moved, and hasn't gone on.
pub(super) fn asks(posting: &Posting) -> bool {
    matches!(posting.appointment, Some(Appointment::Promoted | Appointment::Reassigned)) && posting.days.to.is_none()
}

/// How somebody came to a posting, in words.
pub(super) fn word(posting: &Posting) -> &'static str {
    match posting.appointment {
        Some(Appointment::Promoted) => "提拔",
        Some(Appointment::Reassigned) => "调整",
        Some(Appointment::Appointed) | None => "任职",
    }
}

/// The first day of postings that are asked about on a day.
pub(super) fn first_day(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(LOOKS_BACK)).unwrap_or(today)
}

/// The last day in time for a posting that is entered on a day: nobody is late before the duty is known.
pub(super) fn due_on(posting: &Posting, today: NaiveDate, within: i64) -> NaiveDate {
    let from = posting.days.from.max(today);
    from.checked_add_days(Days::new(within.max(0).cast_unsigned())).unwrap_or(from)
}

/// The talk on a posting: the first that was held since shortly before it began.
pub(super) fn talk_on(posting: &Posting, held: &[Held]) -> Option<Held> {
    let since = posting.days.from.checked_sub_days(Days::new(BEFORE)).unwrap_or(posting.days.from);
    held.iter().filter(|held| held.day >= since).min_by_key(|held| (held.day, held.session)).copied()
}

/// A duty as it stands by its posting, if that still exists, and by the talks in which the person took part.
pub(super) fn as_it_stands(duty: Duty, posting: Option<&Posting>, held: &[Held], at: (&str, AccountId)) -> Duty {
    let Some(posting) = posting else {
        return match duty.state {
            State::Excused | State::Lapsed => duty,
            State::Open | State::Done => reopened(duty, State::Lapsed),
        };
    };
    match (duty.state, talk_on(posting, held)) {
        (State::Excused, _) => duty,
        // Who has gone on without a talk owes none, even if she takes part in one later.
        (State::Open | State::Lapsed, Some(_)) if !asks(posting) => Duty { state: State::Lapsed, ..duty },
        (_, Some(talk)) => Duty { record: Some(talk.session), ..answered(duty, talk.day, at) },
        (State::Open | State::Done, None) if !asks(posting) => reopened(duty, State::Lapsed),
        (State::Done | State::Lapsed, None) if asks(posting) => reopened(duty, State::Open),
        (_, None) => duty,
    }
}

#[cfg(test)]
mod tests {
    use federation::duties::Kind;
    use kernel::{DayRange, PersonId, UnitId, parse_day};

    use super::*;

    fn day(text: &str) -> NaiveDate {
        parse_day(text).expect("a day")
    }

    fn posting(appointment: Option<Appointment>, to: Option<&str>) -> Posting {
        Posting {
            id: 1,
            record: RecordId(1),
            person: PersonId(1),
            unit: UnitId(1),
            duty: None,
            rank: None,
            appointment,
            post: None,
            days: DayRange { from: day("2026-03-01"), to: to.map(day) },
        }
    }

    fn duty(state: State) -> Duty {
        let duty = Duty::new("talk", (1, 0), (Kind::Talk, UnitId(1)), (UnitId(1), "street"), day("2026-04-01"));
        Duty { state, ..duty }
    }

    #[test]
    fn promotions_and_moves_ask_for_a_talk_until_the_person_goes_on() {
        let promoted = Some(Appointment::Promoted);
        assert!(asks(&posting(promoted, None)) && asks(&posting(Some(Appointment::Reassigned), None)));
        assert!(!asks(&posting(Some(Appointment::Appointed), None)) && !asks(&posting(None, None)));
        assert!(!asks(&posting(promoted, Some("2026-05-01"))));
    }

    #[test]
    fn nobody_is_late_before_the_duty_is_known() {
        let posting = posting(None, None);
        for (today, due) in [("2026-02-01", "2026-03-31"), ("2026-03-10", "2026-04-09")] {
            assert_eq!(due_on(&posting, day(today), 30), day(due), "{today}");
        }
    }

    #[test]
    fn the_first_talk_since_shortly_before_the_posting_answers() {
        let held = |session: i64, on: &str| Held { session: RecordId(session), day: day(on) };
        let talks = [held(9, "2026-06-01"), held(8, "2026-02-20"), held(7, "2025-12-01")];
        let posting = posting(Some(Appointment::Promoted), None);
        assert_eq!(talk_on(&posting, &talks), Some(held(8, "2026-02-20")));
        assert_eq!(talk_on(&posting, &talks[2..]), None);
    }

    #[test]
    fn a_duty_follows_its_posting_and_its_talk() {
        let promoted = Some(Appointment::Promoted);
        let (here, gone) = (posting(promoted, None), posting(promoted, Some("2026-03-20")));
        let talk = [Held { session: RecordId(8), day: day("2026-03-10") }];
        let none: &[Held] = &[];
        for (state, posting, held, after) in [
            (State::Open, Some(&here), none, State::Open),
            (State::Open, Some(&here), &talk[..], State::Done),
            (State::Done, Some(&here), none, State::Open),
            (State::Done, Some(&gone), &talk[..], State::Done),
            (State::Open, Some(&gone), none, State::Lapsed),
            (State::Open, Some(&gone), &talk[..], State::Lapsed),
            (State::Lapsed, Some(&here), none, State::Open),
            (State::Excused, Some(&here), &talk[..], State::Excused),
            (State::Done, None, &talk[..], State::Lapsed),
        ] {
            let stands = as_it_stands(duty(state), posting, held, ("2026-03-10T02:00:00Z", AccountId(1)));
            assert_eq!(stands.state, after, "{state:?} {posting:?} {held:?}");
            assert_eq!(stands.answered_on.is_some(), after == State::Done);
        }
    }
}
