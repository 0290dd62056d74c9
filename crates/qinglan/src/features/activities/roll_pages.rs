//! Pages: the roll-call, where people can be added by typing.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
};
use chrono::NaiveDate;
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
    roll::{self, Change, Confirming, Given, Parts},
};
use crate::features::offers;

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![page("/activities/{id}/attendance", roll_page), act("/activities/{id}/attendance", mark)]
}

/// What is shown above the roll.
#[derive(Default)]
struct Messages {
    /// How many have no mark: the user decides whether they are absent or goes back to the roll.
    open: usize,
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
    let was_parts = rows().filter(|row| !row.parts.is_empty());
    let was_parts: Vec<String> = was_parts.map(|row| format!("{}={}", row.person, row.parts.join("+"))).collect();
    let facts = facts(site, visit, activity).await?;
    let check_in = marks::check_in(&site.app.db, activity.id).await?;
    let now = site.app.clock.0.moment().0;
    let form = visit.form(site, &messages.typed, &messages.faults);
    let reasons: Vec<&str> = LeaveReason::ALL.into_iter().map(LeaveReason::as_str).collect();
    let context = context! {
        activity => facts, roll => Serde(&units), tally => Serde(&tally), form => Serde(&form), open => messages.open,
        changed => messages.changed, was => was.join(" "), was_parts => was_parts.join(" "), with_parts => true, reasons,
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
    roll_with(&site, &visit, StatusCode::OK, &activity, Messages::default()).await
}

/// The roll with what was wrong with a form.
pub(super) async fn roll_faults(site: &Site, visit: &Visit, activity: &Activity, faults: Faults) -> Answer {
    let messages = Messages { faults, ..Messages::default() };
    roll_with(site, visit, StatusCode::UNPROCESSABLE_ENTITY, activity, messages).await
}

/// The content of a submitted form: the people it showed, and what was changed.
pub(crate) struct HandedIn {
    /// The people it showed.
    pub(crate) shown: BTreeSet<PersonId>,
    /// What was changed.
    pub(crate) changes: Vec<Change>,
    /// What was changed of who led, lectured and spoke.
    pub(crate) parts: Parts,
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
    Ok(HandedIn { shown: was.into_keys().map(PersonId).collect(), changes, parts: parts_in(fields)? })
}

/// What was changed of who led, lectured and spoke: `part-9=led` where the page was made with another value.
fn parts_in(fields: &Fields) -> std::result::Result<Parts, Refusal> {
    let was = fields.text("was_parts");
    let was: BTreeMap<i64, &str> = was
        .split(' ')
        .filter_map(|one| one.split_once('='))
        .filter_map(|(person, was)| Some((person.parse().ok()?, was)))
        .collect();
    let mut parts = Parts::new();
    for (name, value) in fields.pairs() {
        let Some(person) = name.strip_prefix("part-").and_then(|id| id.parse::<i64>().ok()) else { continue };
        if was.get(&person).copied().unwrap_or_default() != value {
            let given = roll::parts_from_form(value).ok_or_else(|| Refusal::new("request-odd"))?;
            parts.insert(PersonId(person), given);
        }
    }
    Ok(parts)
}

async fn mark(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let HandedIn { shown, mut changes, parts } = handed_in(&fields)?;
    let here = format!("/activities/{id}/attendance");
    // A person added by typing is submitted with the rest of the form, so that no mark is lost.
    let added = match added(&site, &visit, &activity, &fields).await? {
        Ok(added) => added,
        Err(faults) => {
            roll::save(&site.app, &visit.actor, activity.id, &changes, &parts).await?;
            let messages = Messages { faults, typed: fields, ..Messages::default() };
            return roll_with(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &activity, messages).await;
        }
    };
    changes.extend(added.iter().map(|person| Change::plain(*person, Given::As(Status::OnTime))));
    let what = fields.text("do");
    if !matches!(what, "confirm" | "absent" | "without") {
        match Faults::from_result(roll::save(&site.app, &visit.actor, activity.id, &changes, &parts).await, &[])? {
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
        parts: parts.clone(),
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
            let saved = roll::save(&site.app, &visit.actor, activity.id, &changes, &parts).await;
            let saved = Faults::from_result(saved, &[])?;
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
