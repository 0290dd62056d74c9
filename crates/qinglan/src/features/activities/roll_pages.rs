//! Pages: the roll-call, where people can be added by typing and lists pasted from a chat.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
};
use chrono::{Datelike, NaiveDate};
use desk::{
    error::{AppError, Result},
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Faults, Visit, send::version_of},
};
use federation::people;
use kernel::{PersonId, Refusal};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    following, marks,
    model::{Activity, LeaveReason, State, Status},
    naming,
    pages::{facts, led, seen},
    roll::{self, Change, Confirming, Given},
};
use crate::features::offers;

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/activities/{id}/attendance", roll_page),
        act("/activities/{id}/attendance", mark),
        act("/activities/{id}/attendance/paste", paste),
    ]
}

/// What is shown above the roll.
#[derive(Default)]
struct Messages {
    /// How many have no mark: the user decides whether they are absent or goes back to the roll.
    open: usize,
    /// Pasted names that were not found, or match several people.
    unknown: Vec<String>,
    /// How many names were found.
    found: usize,
    faults: Faults,
    changed: bool,
    /// What was typed to add somebody who isn't on the roll yet.
    typed: Fields,
    /// Whether the box that counts the guests was unticked.
    without_guests: bool,
}

async fn roll_with(site: &Site, visit: &Visit, status: StatusCode, activity: &Activity, messages: Messages) -> Answer {
    let units = roll::roll(&site.app, &visit.actor, activity).await?;
    let rows = || units.iter().flat_map(|unit| &unit.rows);
    let tally = roll::tally(rows().map(|row| (row.status, row.missed)));
    let was: Vec<String> = rows().map(|row| format!("{}={}", row.person, row.was())).collect();
    let facts = facts(site, visit, activity).await?;
    let check_in = marks::check_in(&site.app.db, activity.id).await?;
    let now = site.app.clock.0.moment().0;
    let form = visit.form(site, &messages.typed, &messages.faults);
    let reasons: Vec<&str> = LeaveReason::ALL.into_iter().map(LeaveReason::as_str).collect();
    let context = context! {
        activity => facts, roll => Serde(&units), tally => Serde(&tally), form => Serde(&form), open => messages.open,
        strange => messages.unknown, found => messages.found, changed => messages.changed, was => was.join(" "), reasons,
        locked => matches!(activity.state, State::Closed | State::Void), held => activity.state == State::Held,
        ahead => activity.day > site.app.today(), version => activity.version,
        check_in_open => check_in.is_some_and(|check_in| check_in.closes_at > now),
        today => site.app.today().to_string(), count_guests => !messages.without_guests,
        uncounted => activity.audience.is_none(), ..following::roll(site, visit, activity).await?
    };
    visit.page_as(site, status, "activities/attendance.html", context)
}

async fn roll_page(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let activity = led(&site, &visit, id).await?;
    // The result of matching names that were submitted with a new activity.
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let found = query.key("found").and_then(|found| usize::try_from(found).ok()).unwrap_or(0);
    let unknown = query.text("strange").lines().map(str::to_owned).collect();
    roll_with(&site, &visit, StatusCode::OK, &activity, Messages { unknown, found, ..Messages::default() }).await
}

/// The content of a submitted form: the people it showed, and what was changed.
pub(crate) struct HandedIn {
    /// The people it showed.
    pub(crate) shown: BTreeSet<PersonId>,
    /// What was changed.
    pub(crate) changes: Vec<Change>,
}

/// Reads the form: a value that equals the one when the page was made is no change, whatever was marked since.
pub(crate) fn handed_in(fields: &Fields) -> std::result::Result<HandedIn, Refusal> {
    let was: BTreeMap<i64, &str> = fields
        .text("was")
        .split(' ')
        .filter_map(|one| one.split_once('='))
        .filter_map(|(person, was)| Some((person.parse().ok()?, was)))
        .collect();
    let mut changes = Vec::new();
    for (name, value) in fields.pairs() {
        let Some(person) = name.strip_prefix("status-").and_then(|id| id.parse::<i64>().ok()) else { continue };
        let made_up_on: Option<NaiveDate> = match value {
            "made_up" => fields.day(&format!("made_up-{person}"))?,
            _ => None,
        };
        // The field exists only if the reason is shown.
        let reason_field = format!("reason-{person}");
        let reason = fields.pairs().any(|(name, _)| name == reason_field).then(|| fields.text(&reason_field));
        let day = made_up_on.map(|day| day.to_string());
        let now = roll::mark_text(value, day.as_deref(), reason.filter(|reason| !reason.is_empty()));
        if was.get(&person).copied().unwrap_or_default() == now {
            continue;
        }
        let given = Given::from_form(value, made_up_on).ok_or_else(|| Refusal::new("request-odd"))?;
        let status_before = was.get(&person).map(|was| was.split_once('/').map_or(*was, |(status, _)| status));
        let reason = reason.map(LeaveReason::from_code);
        changes.push(Change { person: PersonId(person), given, reason, was: status_before.and_then(roll::word) });
    }
    Ok(HandedIn { shown: was.into_keys().map(PersonId).collect(), changes })
}

async fn mark(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let HandedIn { shown, mut changes } = handed_in(&fields)?;
    let here = format!("/activities/{id}/attendance");
    // A person added by typing is submitted with the rest of the form, so that no mark is lost.
    let added = match added(&site, &visit, &activity, &fields).await? {
        Ok(added) => added,
        Err(faults) => {
            roll::save(&site.app, &visit.actor, activity.id, &changes).await?;
            let messages = Messages { faults, typed: fields, ..Messages::default() };
            return roll_with(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &activity, messages).await;
        }
    };
    changes.extend(added.iter().map(|person| Change::plain(*person, Given::As(Status::OnTime))));
    let what = fields.text("do");
    if !matches!(what, "confirm" | "absent" | "without") {
        match Faults::from_result(roll::save(&site.app, &visit.actor, activity.id, &changes).await, &[])? {
            Ok(over) if !over.is_empty() => {
                let named = people::store::by_ids(&site.app.db, &over).await?;
                let names: Vec<&str> = named.values().map(|person| person.name.as_str()).collect();
                return visit.warned(&site, &here, "roll-saved-over", &[("names", &names.join("、"))]);
            }
            Ok(_) if added.is_empty() => return visit.done(&site, &here, "roll-saved", &[]),
            Ok(_) => return visit.done(&site, &here, "roll-person-added", &[]),
            Err(faults) => {
                let messages = Messages { faults, ..Messages::default() };
                return roll_with(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &activity, messages).await;
            }
        }
    }
    let confirming = Confirming {
        version: version_of(&fields),
        changes: changes.clone(),
        rest_absent: (what == "absent").then_some(shown),
        without: if what == "without" {
            offers::store::missing(&site.app.db, activity.id).await?
        } else {
            BTreeSet::new()
        },
        count_guests: fields.ticked("count_guests"),
        reason: fields.owned("reason"),
    };
    match roll::confirm(&site.app, &visit.actor, activity.id, confirming).await {
        Ok(present) => {
            let count = present.to_string();
            visit.done(&site, &format!("/activities/{id}"), "roll-confirmed-done", &[("count", &count)])
        }
        Err(AppError::Refused(refusal)) if !refusal.is_forbidden() => {
            let now = seen(&site, &visit, id).await?;
            // Nothing that was typed is lost: the marks are stored before the page asks.
            let saved = Faults::from_result(roll::save(&site.app, &visit.actor, activity.id, &changes).await, &[])?;
            let changed = refusal.is_conflict();
            let asks = refusal.code == "roll-open";
            let status = if changed { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            let without_guests = !fields.ticked("count_guests");
            let mut messages = Messages { changed, without_guests, ..Messages::default() };
            if asks {
                let units = roll::roll(&site.app, &visit.actor, &now).await?;
                messages.open = units.iter().flat_map(|unit| &unit.rows).filter(|row| row.status.is_empty()).count();
            } else if !changed {
                messages.faults.add("", refusal);
            } else if let Err(faults) = saved {
                messages.faults = faults;
            }
            roll_with(&site, &visit, status, &now, messages).await
        }
        Err(other) => Err(other),
    }
}

/// The person to be added: picked, typed by name, or new at the host.
async fn added(
    site: &Site,
    visit: &Visit,
    activity: &Activity,
    fields: &Fields,
) -> Result<std::result::Result<Vec<PersonId>, Faults>> {
    let mut faults = Faults::new();
    let mut added: Vec<PersonId> = fields.key("person_id").map(PersonId).into_iter().collect();
    if added.is_empty()
        && let Some(name) = fields.some("person")
    {
        match find_candidates(site, visit, activity, name).await?.as_slice() {
            [one] => added.push(*one),
            [] => faults.add("person", Refusal::new("roll-name-unknown").with("name", name)),
            _ => faults.add("person", Refusal::new("roll-name-several").with("name", name)),
        }
    }
    if let Some(text) = fields.some("new_name") {
        match tabular::person_name(text) {
            None => faults.add("new_name", Refusal::new("roll-name-odd").with("name", text)),
            Some(_) if !faults.is_empty() => {}
            // Somebody with that name exists: the form was sent twice, or the person was thought to be new. A namesake has
            // to be added on the page for new people.
            Some(name) => {
                let mut candidates = find_candidates(site, visit, activity, &name).await?;
                if candidates.is_empty() {
                    let new = roll::enter_new(&site.app, &visit.actor, activity.id, &name).await;
                    match Faults::from_result(new, &[("unit-closed-by-then", "new_name")])? {
                        Ok(entered) => candidates = entered,
                        Err(refused) => return Ok(Err(refused)),
                    }
                }
                match candidates.as_slice() {
                    [one] => added.push(*one),
                    _ => faults.add("new_name", Refusal::new("roll-name-several").with("name", name)),
                }
            }
        }
    }
    Ok(if faults.is_empty() { Ok(added) } else { Err(faults) })
}

/// The people whom a name may mean: those on the roll, else those of the units that take part.
async fn find_candidates(site: &Site, visit: &Visit, activity: &Activity, name: &str) -> Result<Vec<PersonId>> {
    let name = tabular::person_name(name).unwrap_or_else(|| name.to_owned());
    let mut by_name = roll::names(&roll::roll(&site.app, &visit.actor, activity).await?);
    if let Some(on_roll) = by_name.remove(&name) {
        return Ok(on_roll);
    }
    let found =
        naming::of_names(&site.app.db, &visit.actor, activity, std::slice::from_ref(&name)).await?.remove(&name);
    Ok(found.unwrap_or_default())
}

/// Marks the people in a text, read like a roll-call from a chat: names are searched on the roll first, then among the
/// people of the units that take part. Returns how many were found, and what was not.
pub(super) async fn names_onto(
    site: &Site,
    visit: &Visit,
    activity: &Activity,
    text: &str,
) -> Result<(usize, Vec<String>)> {
    let mut by_name: HashMap<String, Vec<PersonId>> =
        roll::names(&roll::roll(&site.app, &visit.actor, activity).await?);
    let on_roll: Vec<String> = by_name.keys().cloned().collect();
    let reading = super::chat::read(text, &on_roll, activity.day.year());
    let missing: Vec<String> =
        reading.people.iter().filter(|named| !named.known).map(|named| named.name.clone()).collect();
    by_name.extend(naming::of_names(&site.app.db, &visit.actor, activity, &missing).await?);
    let mut changes: Vec<Change> = Vec::new();
    let mut unknown = reading.left;
    for named in reading.people {
        let given = match named.says {
            super::chat::Says::As(status) => Given::As(status),
            super::chat::Says::MadeUp(day) => Given::MadeUp(day),
            super::chat::Says::Ask => {
                unknown.push(named.words);
                continue;
            }
        };
        match by_name.get(&named.name).map(Vec::as_slice) {
            Some([one]) => changes.push(Change::plain(*one, given)),
            Some(_) => {
                unknown.push(site.pages.words(visit.language).message("paste-several", &[("name", &named.name)]));
            }
            None => unknown.push(named.words),
        }
    }
    roll::save(&site.app, &visit.actor, activity.id, &changes).await?;
    Ok((changes.len(), unknown))
}

/// Stores a roll-call pasted from a chat.
async fn paste(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let activity = led(&site, &visit, id).await?;
    // The marks on the page are submitted too, so that nothing is lost.
    let HandedIn { changes, .. } = handed_in(&fields)?;
    if let Err(faults) = Faults::from_result(roll::save(&site.app, &visit.actor, activity.id, &changes).await, &[])? {
        let messages = Messages { faults, ..Messages::default() };
        return roll_with(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &activity, messages).await;
    }
    let (status, messages) =
        match Faults::from_result(names_onto(&site, &visit, &activity, fields.raw("paste")).await, &[])? {
            Ok((found, unknown)) => (StatusCode::OK, Messages { unknown, found, ..Messages::default() }),
            Err(faults) => (StatusCode::UNPROCESSABLE_ENTITY, Messages { faults, ..Messages::default() }),
        };
    roll_with(&site, &visit, status, &activity, messages).await
}
