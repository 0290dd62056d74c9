//! Pages: the form of a result, new or changed.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
};
use chrono::Months;
use kernel::{PersonId, Refusal, month_of};
use minijinja::{context, value::Serde};
use tabular::Cell;
use web::Fields;

use super::{
    actions,
    model::{Amounts, Earned, Handed, State},
    pages::{choices, seen},
    rules,
};
use crate::{
    actor::Action,
    error::{AppError, Result},
    features::{
        accounts::{actions::settle_once, pages::sent_before},
        people,
    },
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Faults, Visit, rows::Slice},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/external/new", new),
        act("/external", add),
        page("/external/{id}/edit", edit_page),
        act("/external/{id}", edit),
    ]
}

/// The person of a name that nobody else within reach bears.
async fn named(site: &Site, visit: &Visit, name: &str) -> Result<Option<PersonId>> {
    /// More of one name are not told apart by it.
    const MOST: u64 = 50;
    let wanted = Fields::from_pairs([("q", name), ("state", "any")]);
    let scope = visit.actor.scope(Action::People);
    let first = Slice::first(people::list::ORDERS, MOST);
    let lines = people::list::list(&site.app.db, &scope, (&wanted, site.app.today()), &first).await?.lines();
    let found: BTreeSet<i64> = lines.into_iter().filter(|line| line.name == name).map(|line| line.id).collect();
    Ok(found.first().copied().filter(|_| found.len() == 1).map(PersonId))
}

/// Whose result a form hands in. Members say what they earned themselves; who leads says whose it is, or nobody for oneself.
/// Without script the name alone is handed in.
async fn whose(site: &Site, visit: &Visit, fields: &Fields) -> Result<Option<PersonId>> {
    match (fields.key("person_id").map(PersonId), fields.some("person")) {
        (Some(person), _) => Ok(Some(person)),
        (None, Some(name)) if visit.may(Action::Lead) => named(site, visit, name).await,
        (None, _) => Ok(visit.actor.person),
    }
}

/// What a form hands in, with what is wrong with it.
fn read(site: &Site, fields: &Fields, person: Option<PersonId>) -> std::result::Result<Handed, Faults> {
    let mut faults = Faults::new();
    if person.is_none() {
        faults.add("person", Refusal::new("external-person-pick"));
    }
    let platform = faults.need("platform", Ok(fields.owned("platform")));
    let cell = Cell::from_text(fields.text("month"));
    let month = faults.take("month", rules::month(&cell, None, site.app.today()));
    let text = |name: &str| Cell::from_text(fields.text(name));
    let points = faults.take("points", rules::amount("积分", &text("points")));
    let minutes = faults.take("hours", rules::minutes("学时", &text("hours")));
    let classes = faults.take("classes", rules::amount("课程", &text("classes")));
    let (Some(person), Some(platform), Some(month)) = (person, platform, month) else { return Err(faults) };
    if !faults.is_empty() {
        return Err(faults);
    }
    let [points, minutes, classes] = [points, minutes, classes].map(Option::flatten);
    let amounts = Amounts { points, minutes, classes };
    Ok(Handed { person, platform, month, amounts, note: fields.owned("note") })
}

/// The refusals that a field is named for.
const FIELDS: [(&str, &str); 8] = [
    ("external-there-already", "month"),
    ("external-month-ahead", "month"),
    ("external-not-posted", "month"),
    ("external-nothing", "points"),
    ("external-too-much", "points"),
    ("external-note-long", "note"),
    ("platform-unknown", "platform"),
    ("person-unknown", "person"),
];

async fn form_page(
    site: &Site,
    visit: &Visit,
    status: StatusCode,
    fields: &Fields,
    faults: &Faults,
    old: Option<&Earned>,
) -> Answer {
    let platforms = choices(&site.app, visit.language, old.is_some()).await?;
    let mut form = visit.form(site, fields, faults);
    let name = match old {
        Some(old) => people::store::by_ids(&site.app.db, &[old.person]).await?.remove(&old.person),
        None => None,
    };
    if let Some(old) = old.filter(|_| status == StatusCode::CONFLICT) {
        form = form.beside(&fields_of(old), |name, value| match name {
            "platform" => platforms.iter().find(|(code, _)| code == value).map_or(value, |(_, name)| name).to_owned(),
            _ => value.to_owned(),
        });
    }
    // A form with other faults keeps the version that it was opened with.
    let typed = fields.key("version").filter(|_| status != StatusCode::CONFLICT);
    let context = context! {
        form => Serde(&form), platforms => Serde(&platforms), id => old.map(|old| old.id.0),
        version => typed.or(old.map(|old| old.version)).unwrap_or(0), name => name.map(|person| person.name),
        returned => old.filter(|old| old.state == State::Returned).and_then(|old| old.reason.clone()),
        leads => old.is_none() && visit.may(Action::Lead), own => visit.actor.person.is_some(),
    };
    visit.page_as(site, status, "external/form.html", context)
}

fn may_enter(visit: &Visit) -> Result<()> {
    if visit.actor.person.is_some() || visit.may(Action::Lead) {
        return Ok(());
    }
    Err(Refusal::forbidden().into())
}

/// Last month, and for oneself where one doesn't enter for others.
async fn new(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    may_enter(&visit)?;
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let today = site.app.today();
    let month = today.checked_sub_months(Months::new(1)).map_or_else(|| month_of(today), month_of);
    let mut values = vec![("month".to_owned(), rules::shown_month(month))];
    for (name, value) in query.pairs().filter(|(_, value)| !value.is_empty()) {
        values.retain(|(known, _)| known != name);
        values.push((name.to_owned(), value.to_owned()));
    }
    form_page(&site, &visit, StatusCode::OK, &Fields::of(values), &Faults::new(), None).await
}

async fn add(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    may_enter(&visit)?;
    let person = whose(&site, &visit, &fields).await?;
    let token = fields.text("once");
    if let Some(answer) = sent_before(&site, &visit, token).await? {
        return Ok(answer);
    }
    let done = match read(&site, &fields, person) {
        Ok(handed) => Faults::of(actions::add(&site.app, &visit.actor, handed).await, &FIELDS),
        Err(faults) => Ok(Err(faults)),
    };
    let location = match &done {
        Ok(Ok(id)) => Some(format!("/external/{id}")),
        _ => None,
    };
    settle_once(&site.app, token, location.as_deref()).await?;
    match (done?, location) {
        (Ok(_), Some(location)) => visit.done(&site, &location, "external-entered-done", &[]),
        (Ok(_), None) => Ok(visit.go("/external")),
        (Err(faults), _) => form_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &fields, &faults, None).await,
    }
}

/// The fields as a form has them.
fn fields_of(earned: &Earned) -> Fields {
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let pairs = [
        ("platform", earned.platform.clone()),
        ("month", rules::shown_month(earned.month)),
        ("points", number(earned.amounts.points)),
        ("hours", earned.amounts.minutes.map(rules::hours).unwrap_or_default()),
        ("classes", number(earned.amounts.classes)),
        ("note", earned.note.clone().unwrap_or_default()),
    ];
    Fields::of(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)))
}

/// A result that the visitor may change.
async fn changeable(site: &Site, visit: &Visit, id: i64) -> Result<Earned> {
    let earned = seen(site, visit, id).await?;
    let own = visit.actor.person == Some(earned.person);
    if !own && !actions::keeps(&site.app, &site.app.db, &visit.actor, earned.id).await? {
        return Err(Refusal::forbidden().into());
    }
    if !matches!(earned.state, State::HandedIn | State::Returned) {
        return Err(Refusal::new("external-settled").with("month", rules::shown_month(earned.month)).into());
    }
    Ok(earned)
}

async fn edit_page(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let earned = changeable(&site, &visit, id).await?;
    form_page(&site, &visit, StatusCode::OK, &fields_of(&earned), &Faults::new(), Some(&earned)).await
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let earned = changeable(&site, &visit, id).await?;
    let version = fields.key("version").unwrap_or(0);
    let done = match read(&site, &fields, Some(earned.person)) {
        Ok(handed) => actions::edit(&site.app, &visit.actor, earned.id, version, handed).await,
        Err(faults) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return form_page(&site, &visit, status, &fields, &faults, Some(&earned)).await;
        }
    };
    let conflict = matches!(&done, Err(AppError::Refused(refusal)) if refusal.is_conflict());
    match Faults::of(done, &FIELDS)? {
        Ok(()) => visit.done(&site, &format!("/external/{id}"), "external-saved", &[]),
        Err(faults) => {
            let status = if conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            let now = seen(&site, &visit, id).await?;
            form_page(&site, &visit, status, &fields, &faults, Some(&now)).await
        }
    }
}
