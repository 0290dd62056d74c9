//! Pages: a unit's own roll in a session hosted by another unit, saved and handed in.

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
};
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

use super::actions::{self, Known};
use crate::features::activities::{
    LeaveReason, State, Status, joining,
    pages::facts,
    roll::{self, Change, Confirming, Given},
    roll_pages::{HandedIn, handed_in},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![page("/joint/{id}/roll", roll_page), act("/joint/{id}/roll", hand_in)]
}

/// What is shown above the roll.
#[derive(Default)]
struct Messages {
    open: usize,
    changed: bool,
    faults: Faults,
    typed: Fields,
}

async fn roll_with(site: &Site, visit: &Visit, status: StatusCode, known: &Known, messages: Messages) -> Answer {
    let (activity, unit) = (&known.activity, known.unit.id);
    let of = joining::own_roll(&site.app, &visit.actor, activity, unit).await?;
    let rows = || of.own.iter().flat_map(|own| &own.rows);
    let tally = roll::tally(rows().map(|row| (row.status, row.missed)));
    let was: Vec<String> = rows().map(|row| format!("{}={}", row.person, row.was())).collect();
    let reasons: Vec<&str> = LeaveReason::ALL.into_iter().map(LeaveReason::as_str).collect();
    let form = visit.form(site, &messages.typed, &messages.faults);
    let own: Vec<&roll::Row> = rows().collect();
    let context = context! {
        id => known.offer.id, activity => facts(site, visit, activity).await?, unit => known.unit.name.clone(),
        rows => Serde(&own), others => Serde(&of.others), tally => Serde(&tally), was => was.join(" "), reasons,
        form => Serde(&form), open => messages.open, changed => messages.changed, version => activity.version,
        held => activity.state == State::Held, ahead => activity.day > site.app.today(),
        locked => matches!(activity.state, State::Closed | State::Void),
        handed_in_at => known.offer.handed_in_at.clone(), today => site.app.today().to_string(),
    };
    visit.page_as(site, status, "joint/roll.html", context)
}

/// An accepted offer to a unit whose roll the visitor maintains.
async fn load_writable(site: &Site, visit: &Visit, id: i64) -> Result<Known> {
    let known = actions::spoken(&site.app.db, &visit.actor, id).await?;
    if known.unit.outside {
        return Err(Refusal::forbidden().into());
    }
    if known.offer.said != crate::features::offers::Said::Yes {
        return Err(Refusal::new("joint-roll-first").with("unit", &known.unit.name).into());
    }
    Ok(known)
}

async fn roll_page(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let known = load_writable(&site, &visit, id).await?;
    roll_with(&site, &visit, StatusCode::OK, &known, Messages::default()).await
}

/// The person added in addition to the rows: somebody posted at the unit, by name.
async fn added(site: &Site, known: &Known, fields: &Fields) -> Result<std::result::Result<Option<PersonId>, Faults>> {
    let Some(text) = fields.some("person") else { return Ok(Ok(None)) };
    let name = tabular::person_name(text).unwrap_or_else(|| text.to_owned());
    let found = joining::find_own_by_name(&site.app.db, &known.activity, known.unit.id, &name).await?;
    let mut faults = Faults::new();
    match found.as_slice() {
        [one] => return Ok(Ok(Some(*one))),
        [] => faults.add("person", Refusal::new("joint-name-unknown").with("name", name)),
        _ => faults.add("person", Refusal::new("joint-name-several").with("name", name)),
    }
    Ok(Err(faults))
}

async fn hand_in(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let known = load_writable(&site, &visit, id).await?;
    let HandedIn { shown, mut changes, .. } = handed_in(&fields)?;
    let added = match added(&site, &known, &fields).await? {
        Ok(added) => added,
        Err(faults) => {
            // The marks are stored before the page asks.
            actions::save(&site.app, &visit.actor, id, &changes).await?;
            let messages = Messages { faults, typed: fields, ..Messages::default() };
            return roll_with(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &known, messages).await;
        }
    };
    changes.extend(added.map(|person| Change::plain(person, Given::As(Status::OnTime))));
    let what = fields.text("do");
    if !matches!(what, "hand_in" | "absent") {
        return match Faults::from_result(actions::save(&site.app, &visit.actor, id, &changes).await, &[])? {
            Ok(over) if !over.is_empty() => {
                let named = people::store::by_ids(&site.app.db, &over).await?;
                let names: Vec<&str> = named.values().map(|person| person.name.as_str()).collect();
                visit.warned(&site, &format!("/joint/{id}/roll"), "roll-saved-over", &[("names", &names.join("、"))])
            }
            Ok(_) => visit.done(&site, &format!("/joint/{id}/roll"), "roll-saved", &[]),
            Err(faults) => {
                let messages = Messages { faults, typed: fields, ..Messages::default() };
                roll_with(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &known, messages).await
            }
        };
    }
    let handed = Confirming {
        version: version_of(&fields),
        changes: changes.clone(),
        rest_absent: (what == "absent").then_some(shown),
        reason: fields.owned("reason"),
        ..Confirming::default()
    };
    match actions::hand_in(&site.app, &visit.actor, id, &handed).await {
        Ok(present) => {
            let count = present.to_string();
            visit.done(&site, &format!("/joint/{id}"), "joint-handed-in-done", &[("count", &count)])
        }
        Err(AppError::Refused(refusal)) if !refusal.is_forbidden() => {
            let known = load_writable(&site, &visit, id).await?;
            // No mark is lost: the marks are stored before the page asks.
            let saved = Faults::from_result(actions::save(&site.app, &visit.actor, id, &changes).await, &[])?;
            let changed = refusal.is_conflict();
            let mut messages = Messages { changed, typed: fields, ..Messages::default() };
            if refusal.code == "roll-open" {
                let of = joining::own_roll(&site.app, &visit.actor, &known.activity, known.unit.id).await?;
                let rows = of.own.iter().flat_map(|own| &own.rows);
                messages.open = rows.filter(|row| row.status.is_empty()).count();
            } else if !changed {
                messages.faults.add("", refusal);
            } else if let Err(faults) = saved {
                messages.faults = faults;
            }
            let status = if changed { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            roll_with(&site, &visit, status, &known, messages).await
        }
        Err(other) => Err(other),
    }
}
