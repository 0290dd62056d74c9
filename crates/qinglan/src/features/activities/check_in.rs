//! Check-in by a rotating code: opened and ended by the organiser, scanned by those who come. A scan is a mark and books
//! nothing.

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use desk::{
    actor::Actor,
    app::App,
    error::Result,
    log::{self, Object},
};
use kernel::{RecordId, Refusal};
use ledger::db;
use web::Key;

pub use super::marks::CheckIn;
use super::{
    actions,
    marks::{self, Kept},
    model::{Stands, State, Status},
    reach::must_lead_records,
    roll::{self, Mark},
};

/// Opens the check-in of an activity of today that isn't held yet, until a moment; opening it again sets the new times.
pub async fn open(app: &App, actor: &Actor, id: RecordId, closes_at: &str, late_from: &str) -> Result<()> {
    must_lead_records(&app.db, actor, &[id]).await?;
    let tx = db::begin(&app.db).await?;
    let activity = actions::held_led(&tx, actor, id).await?;
    if !matches!(activity.state, State::Announced | State::Draft) {
        let state = activity.state.as_str();
        return Err(Refusal::new("activity-locked").with("title", &activity.title).with("state", state).into());
    }
    if activity.day != app.today() {
        return Err(Refusal::new("check-in-other-day").with("day", activity.day).into());
    }
    marks::open_check_in(&tx, actor, id, closes_at, late_from).await?;
    let args = [("title", activity.title.as_str())];
    log::write(&tx, actor, "check-in-opened", Object::new("activity", id.0), Some(activity.host), &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends a check-in at once.
pub async fn end(app: &App, actor: &Actor, id: RecordId) -> Result<()> {
    must_lead_records(&app.db, actor, &[id]).await?;
    let tx = db::begin(&app.db).await?;
    actions::held_led(&tx, actor, id).await?;
    marks::end_check_in(&tx, id, &actor.at.0).await?;
    tx.commit().await?;
    Ok(())
}

/// The result of a scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanned {
    /// Checked in now.
    In {
        /// Late by the organiser's time.
        late: bool,
        /// How many have checked in, including this one.
        number: i64,
    },
    /// Had checked in before.
    Again,
    /// The organiser has marked the person already.
    Marked,
    /// Not among those who are due, and has not asked to join.
    NotListed,
    /// Has asked to join: the organiser decides.
    Asked,
    /// The check-in has ended, or the list is confirmed.
    Late(CheckIn),
}

/// Marks whoever scans: an account can check in its own person only. Repeated scans are harmless; an organiser's mark is
/// not changed.
pub async fn scan(app: &App, actor: &Actor, id: RecordId, join: bool) -> Result<Scanned> {
    let person = actor.person.ok_or_else(|| Refusal::new("check-in-nobody"))?;
    let tx = db::begin(&app.db).await?;
    // The row is locked: a confirmation in progress is waited for, a later one finds this scan.
    let activity = actions::held(&tx, &[id]).await?.pop();
    let (Some(activity), Some(check_in)) = (activity, marks::check_in(&tx, id).await?) else {
        return Err(Refusal::unknown("check-in-unknown").into());
    };
    match activity.state {
        State::Void => return Err(Refusal::unknown("check-in-unknown").into()),
        State::Held | State::Closed => {
            let present = activity.attendance.iter().any(|one| one.person == person && one.status.present());
            return Ok(if present { Scanned::Again } else { Scanned::Late(check_in) });
        }
        State::Draft | State::Announced => {}
    }
    if let Some(stored) = marks::load(&tx, id).await?.get(&person) {
        return Ok(match stored {
            Kept { mark: Mark::Asked, .. } => Scanned::Asked,
            Kept { scanned: true, .. } => Scanned::Again,
            Kept { .. } => Scanned::Marked,
        });
    }
    if actor.at.0 > check_in.closes_at {
        return Ok(Scanned::Late(check_in));
    }
    let listed = roll::due(&tx, &activity).await?.iter().any(|(member, _)| *member == person);
    if !listed && !join {
        return Ok(Scanned::NotListed);
    }
    let late = actor.at.0 > check_in.late_from;
    let status = if late { Status::Late } else { Status::OnTime };
    let mark = if listed { Mark::As(Stands::plain(status)) } else { Mark::Asked };
    marks::set(&tx, actor, id, &[(person, Some(Kept { mark, scanned: true }))]).await?;
    let number = marks::scans(&tx, id).await?;
    tx.commit().await?;
    Ok(if listed { Scanned::In { late, number } } else { Scanned::Asked })
}

// The codes.

/// The number of the time window that contains a moment.
fn window(now: DateTime<Utc>, seconds: i64) -> i64 {
    now.timestamp().div_euclid(seconds.max(1))
}

fn key_of(check_in: &CheckIn) -> Key {
    let mut bytes = [0u8; 32];
    for (place, byte) in web::decode(&check_in.secret).unwrap_or_default().into_iter().take(32).enumerate() {
        bytes[place] = byte;
    }
    Key::new(bytes)
}

/// The code at a moment: `12.345.AbC…`, a new one every `seconds`.
pub(super) fn code(check_in: &CheckIn, now: DateTime<Utc>, seconds: i64) -> String {
    key_of(check_in).sign("check-in", &format!("{}.{}", check_in.activity_id, window(now, seconds)))
}

/// The activity in a code or a claim; whether it is signed is checked elsewhere.
pub(super) fn activity_of(text: &str) -> Option<RecordId> {
    text.split('.').next().and_then(|id| id.parse().ok()).map(RecordId)
}

/// How long a claim is valid: long enough to sign in first.
const CLAIM: Duration = Duration::minutes(10);

/// What a scanned code is worth at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Worth {
    /// A code of this window or the one before, or a claim that is still valid: with the claim that replaces it. A claim is
    /// not replaced by a new one, so that it expires ten minutes after the scan however often it is opened.
    Good(String),
    /// Signed, but expired.
    Old,
    /// Not signed by this check-in.
    Foreign,
}

/// Checks a scanned text.
pub(super) fn worth(check_in: &CheckIn, text: &str, now: DateTime<Utc>, seconds: i64) -> Worth {
    let key = key_of(check_in);
    if let Some(signed) = key.open("check-in", text) {
        let of: Option<i64> = signed.split_once('.').and_then(|(_, window)| window.parse().ok());
        let at = window(now, seconds);
        if of.is_none_or(|of| of != at && of != at - 1) {
            return Worth::Old;
        }
        let until = (now + CLAIM).timestamp();
        return Worth::Good(key.sign("claim", &format!("{}.{until}", check_in.activity_id)));
    }
    match key.open("claim", text).and_then(|signed| signed.split_once('.')?.1.parse::<i64>().ok()) {
        Some(until) if until >= now.timestamp() => Worth::Good(text.to_owned()),
        Some(_) => Worth::Old,
        None => Worth::Foreign,
    }
}

/// A moment as it is stored.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_in() -> CheckIn {
        CheckIn {
            activity_id: 12,
            secret: web::encode(&[7; 32]),
            closes_at: String::new(),
            late_from: String::new(),
            organiser: String::new(),
        }
    }

    #[test]
    fn a_code_is_valid_in_its_window_and_the_next_and_its_claim_for_ten_minutes() {
        let at = |second: i64| DateTime::from_timestamp(second, 0).expect("a moment");
        let check_in = check_in();
        let text = code(&check_in, at(1000), 20);
        for (second, good) in [(1000, true), (1019, true), (1039, true), (1040, false), (900, false)] {
            let worth = worth(&check_in, &text, at(second), 20);
            assert_eq!(matches!(worth, Worth::Good(_)), good, "{second}");
            assert!(good || worth == Worth::Old, "{second}");
        }
        let other = CheckIn { secret: web::encode(&[8; 32]), ..check_in.clone() };
        assert_eq!(worth(&other, &text, at(1000), 20), Worth::Foreign);
        let Worth::Good(claim) = worth(&check_in, &text, at(1000), 20) else { panic!("a claim") };
        // Opening a claim again doesn't renew it.
        assert_eq!(worth(&check_in, &claim, at(1500), 20), Worth::Good(claim.clone()));
        assert_eq!(worth(&check_in, &claim, at(1600), 20), Worth::Good(claim.clone()));
        assert_eq!(worth(&check_in, &claim, at(1601), 20), Worth::Old);
        assert_eq!(worth(&check_in, &claim.replace("12.", "13."), at(1000), 20), Worth::Foreign);
        assert_eq!(activity_of(&claim), Some(RecordId(12)));
    }
}
