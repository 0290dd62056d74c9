//! Pure functions: the entries of a duty, how a duty changes with its activity, what a notice must contain.

use chrono::NaiveDate;
use federation::duties::{Duty, Kind, State as DutyState, answered, reopened};
use kernel::Refusal;
use ledger::{Entry, Facets};

use super::{
    actions::Said,
    model::{Recipients, State},
};
use crate::features::activities;

/// What a duty books beside the entries of every duty: one once it is done.
pub(super) fn entries_of(duty: &Duty) -> Vec<Entry> {
    let entry = |day| Entry {
        day,
        unit: duty.unit,
        person: None,
        kind: "notices.answered".into(),
        facets: Facets::none()
            .with("demand", duty.kind.as_str())
            .with("in_time", if day <= duty.due_on { "yes" } else { "no" })
            .with("level", &duty.level),
        quantity: 1,
    };
    let done = duty.answered_on.filter(|_| duty.state == DutyState::Done);
    done.map(entry).into_iter().collect()
}

/// A duty after a change of the activity arranged for it: done once the activity is held, open while it is not, open again
/// (lapsed, if the notice is withdrawn) if it is void.
pub(super) fn followed(duty: Duty, activity: &activities::Activity, of: State, at: (&str, kernel::AccountId)) -> Duty {
    use activities::State as S;
    let undone = if of == State::Withdrawn { DutyState::Lapsed } else { DutyState::Open };
    match activity.state {
        S::Held | S::Closed => {
            let before = duty.record == Some(activity.id);
            let duty = if before { duty } else { reopened(duty, DutyState::Open) };
            Duty { record: Some(activity.id), ..answered(duty, activity.day, at) }
        }
        S::Draft | S::Announced => Duty { record: Some(activity.id), ..reopened(duty, undone) },
        S::Void => reopened(duty, undone),
    }
}

/// Whether an activity counts as taking part for a unit: hosted by it, or joined by name.
pub(super) fn took_part(activity: &activities::Activity, unit: kernel::UnitId) -> bool {
    activity.host == unit || activity.partners.iter().any(|partner| partner.named && partner.unit == unit)
}

/// The most demands of one notice.
pub(super) const DEMANDS: usize = 4;
/// The most characters of an answer.
pub(super) const ANSWER: usize = 4000;
/// The most characters of a notice's text.
const TEXT: usize = 20_000;
/// The most units that can be named one by one.
const CHOSEN: usize = 500;

/// Refuses invalid data of a notice.
pub(super) fn validate(said: &Said, today: NaiveDate) -> Result<(), Refusal> {
    if said.title.trim().is_empty() {
        return Err(Refusal::new("notice-without-title"));
    }
    let long = [
        ("title", said.title.as_str(), 200),
        ("number", said.number.as_deref().unwrap_or_default(), 100),
        ("text", said.text.as_str(), TEXT),
    ];
    Refusal::too_long("notice-text-long", &long)?;
    if said.due_on < today {
        return Err(Refusal::new("notice-due-past").with("today", today));
    }
    match &said.recipients {
        Recipients::Chosen(units) if units.is_empty() => return Err(Refusal::new("notice-nobody-chosen")),
        Recipients::Chosen(units) if units.len() > CHOSEN => {
            return Err(Refusal::new("notice-many-chosen").with("most", CHOSEN));
        }
        _ => {}
    }
    if said.demands.is_empty() {
        return Err(Refusal::new("notice-without-demand"));
    }
    if said.demands.len() > DEMANDS {
        return Err(Refusal::new("notice-many-demands").with("most", DEMANDS));
    }
    for (number, demand) in said.demands.iter().enumerate() {
        if demand.wanted.trim().is_empty() {
            return Err(Refusal::new("notice-demand-empty").with("number", number + 1));
        }
        // The text of a plan item is limited to what an item can store.
        let most = if demand.kind == Kind::PlanItem { 300 } else { 500 };
        if demand.wanted.chars().count() > most {
            return Err(Refusal::new("notice-demand-long").with("number", number + 1).with("most", most));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use kernel::{AccountId, RecordId, UnitId};

    use super::*;
    use crate::features::activities::actions::Draft;

    fn day(text: &str) -> NaiveDate {
        kernel::parse_day(text).expect("a day")
    }

    fn duty(state: DutyState, answered: Option<&str>) -> Duty {
        let of = (Kind::Activity, UnitId(1));
        let duty = Duty::new("notice", (1, 1), of, (UnitId(3), "street"), day("2026-01-10"));
        Duty { state, answered_on: answered.map(day), ..duty }
    }

    #[test]
    fn only_what_is_done_is_booked_and_the_last_day_is_in_time() {
        for (state, answered, in_time) in [
            (DutyState::Done, Some("2026-01-10"), Some("yes")),
            (DutyState::Done, Some("2026-01-11"), Some("no")),
            (DutyState::Open, None, None),
            (DutyState::Excused, None, None),
            (DutyState::Lapsed, Some("2026-01-09"), None),
        ] {
            let entries = entries_of(&duty(state, answered));
            let wanted = in_time.map(|in_time| {
                Facets::none().with("demand", "activity").with("in_time", in_time).with("level", "street")
            });
            assert_eq!(entries.first().map(|entry| entry.facets.clone()), wanted, "{state:?} {answered:?}");
            assert!(entries.iter().all(|entry| entry.quantity == 1 && entry.unit == UnitId(3)));
        }
    }

    #[test]
    fn a_duty_follows_its_activity() {
        use activities::State as S;
        let mut activity = Draft::new("study", "学习", day("2026-01-08"), UnitId(3)).activity;
        activity.id = RecordId(9);
        let at = ("2026-01-09T00:00:00Z", AccountId(2));
        for (state, of, before, after, linked) in [
            (S::Held, State::Sent, DutyState::Open, DutyState::Done, true),
            (S::Closed, State::Sent, DutyState::Done, DutyState::Done, true),
            (S::Announced, State::Sent, DutyState::Open, DutyState::Open, true),
            (S::Announced, State::Sent, DutyState::Done, DutyState::Open, true),
            (S::Void, State::Sent, DutyState::Done, DutyState::Open, false),
            (S::Void, State::Withdrawn, DutyState::Done, DutyState::Lapsed, false),
        ] {
            activity.state = state;
            let followed = followed(duty(before, Some("2026-01-08")), &activity, of, at);
            assert_eq!((followed.state, followed.record.is_some()), (after, linked), "{state:?} {before:?}");
            assert_eq!(followed.answered_on.is_some(), after == DutyState::Done, "{state:?} {before:?}");
        }
    }
}
