//! Pages: the form of a result, new or existing.

use std::collections::BTreeSet;

use axum::extract::{Path, State as Extract};
use chrono::Months;
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit, rows::Slice},
};
use federation::{people, themes};
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

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/external/new", new),
        act("/external", add),
        page("/external/{id}/edit", edit_form),
        act("/external/{id}", edit),
    ]
}

/// The person with a name, if nobody else within reach has the same name.
async fn find_person(site: &Site, visit: &Visit, name: &str) -> Result<Option<PersonId>> {
    /// If there are more people with the name, it identifies nobody.
    const MOST: u64 = 50;
    let wanted = Fields::from_pairs([("q", name), ("state", "any")]);
    let scope = visit.actor.scope(Action::People);
    let first = Slice::first(people::list::ORDERS, MOST);
    let lines = people::list::list(&site.app.db, &scope, (&wanted, site.app.today()), &first).await?.lines();
    let found: BTreeSet<i64> = lines.into_iter().filter(|line| line.name == name).map(|line| line.id).collect();
    Ok(found.first().copied().filter(|_| found.len() == 1).map(PersonId))
}

/// The person in a form. Members enter their own results; those who lead choose the person, or nobody for themselves.
/// Without JavaScript only the name is submitted.
async fn whose(site: &Site, visit: &Visit, fields: &Fields) -> Result<Option<PersonId>> {
    match (fields.key("person_id").map(PersonId), fields.some("person")) {
        (Some(person), _) => Ok(Some(person)),
        (None, Some(name)) if visit.may(Action::Lead) => find_person(site, visit, name).await,
        (None, _) => Ok(visit.actor.person),
    }
}

/// The result in a form, with the faults.
fn read(site: &Site, fields: &Fields, person: Option<PersonId>) -> FormResult<Handed> {
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
    let (Some(person), Some(platform), Some(month)) = (person, platform, month) else { return Err(faults.into()) };
    faults.check()?;
    let [points, minutes, classes] = [points, minutes, classes].map(Option::flatten);
    let amounts = Amounts { points, minutes, classes };
    Ok(Handed { person, platform, month, amounts, note: fields.owned("note"), theme: fields.owned("theme") })
}

/// The refusals that are shown beside a field, with the field's name.
const FIELDS: [(&str, &str); 10] = [
    ("theme-elsewhere", "theme"),
    ("theme-other-day", "theme"),
    ("external-there-already", "month"),
    ("external-month-ahead", "month"),
    ("external-not-posted", "month"),
    ("external-nothing", "points"),
    ("external-too-much", "points"),
    ("external-note-long", "note"),
    ("platform-unknown", "platform"),
    ("person-unknown", "person"),
];

/// The page with the form of a new or existing result.
async fn form_page(site: &Site, visit: &Visit, state: &FormState, old: Option<&Earned>) -> Answer {
    let platforms = choices(&site.app, visit.language, old.is_some()).await?;
    let name = match old {
        Some(old) => people::store::by_ids(&site.app.db, &[old.person]).await?.remove(&old.person),
        None => None,
    };
    let fields = state.fields();
    let person = old.map(|old| old.person).or_else(|| fields.key("person_id").map(PersonId));
    let old_theme = old.and_then(|old| old.theme.as_deref());
    let themes = themes::pages::choices_of_person(site, visit, person, old_theme).await?;
    let form = match old {
        None => state.form(site, visit),
        Some(old) => state.form_with(site, visit, (&fields_of(old), old.version), |name, value| match name {
            "platform" => platforms.iter().find(|(code, _)| code == value).map_or(value, |(_, name)| name).to_owned(),
            "theme" => themes.iter().find(|(code, _)| code == value).map_or(value, |(_, name)| name).to_owned(),
            _ => value.to_owned(),
        }),
    };
    let context = context! {
        form => Serde(&form), platforms => Serde(&platforms), themes => Serde(&themes), id => old.map(|old| old.id.0),
        name => name.map(|person| person.name),
        returned => old.filter(|old| old.state == State::Returned).and_then(|old| old.reason.clone()),
        leads => old.is_none() && visit.may(Action::Lead), own => visit.actor.person.is_some(),
    };
    visit.page_as(site, state.status(), "external/form.html", context)
}

fn may_enter(visit: &Visit) -> Result<()> {
    if visit.actor.person.is_some() || visit.may(Action::Lead) {
        return Ok(());
    }
    Err(Refusal::forbidden().into())
}

/// By default it is for last month, and for the visitor's own person if the visitor may not enter for others.
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
    form_page(&site, &visit, &FormState::filled(Fields::from_pairs(values)), None).await
}

async fn add(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    may_enter(&visit)?;
    let add = async |_| {
        let handed = read(&site, &fields, whose(&site, &visit, &fields).await?)?;
        let id = actions::add(&site.app, &visit.actor, handed).await?;
        Ok(Done::new(format!("/external/{id}"), "external-entered-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(add, async |state| form_page(&site, &visit, &state, None).await).await
}

/// The fields of a form.
fn fields_of(earned: &Earned) -> Fields {
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let pairs = [
        ("platform", earned.platform.clone()),
        ("month", rules::shown_month(earned.month)),
        ("points", number(earned.amounts.points)),
        ("hours", earned.amounts.minutes.map(rules::hours).unwrap_or_default()),
        ("classes", number(earned.amounts.classes)),
        ("note", earned.note.clone().unwrap_or_default()),
        ("theme", earned.theme.clone().unwrap_or_default()),
    ];
    Fields::from_pairs(pairs)
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

async fn edit_form(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let earned = changeable(&site, &visit, id).await?;
    form_page(&site, &visit, &FormState::opened(), Some(&earned)).await
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let earned = changeable(&site, &visit, id).await?;
    let save = async |sent: Sent| {
        let handed = read(&site, &fields, Some(earned.person))?;
        actions::edit(&site.app, &visit.actor, earned.id, sent.version(), handed).await?;
        Ok(Done::new(format!("/external/{id}"), "external-saved"))
    };
    let page = async |state: FormState| {
        let now = seen(&site, &visit, id).await?;
        form_page(&site, &visit, &state, Some(&now)).await
    };
    Send::new(&site, &visit, &fields).at(&FIELDS).run(save, page).await
}
