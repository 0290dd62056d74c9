//! Pages: the form of a stint, new or existing.

use std::collections::BTreeSet;

use axum::extract::{Path, State as Extract};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit, rows::Slice},
};
use federation::{people, themes, units};
use kernel::{PersonId, Refusal};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    actions,
    model::{Handed, Part, State, Stint},
    pages::{load_with_permission, name_of, parts, seen},
    rules,
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![page("/stints/new", new), act("/stints", add), page("/stints/{id}/edit", edit_form), act("/stints/{id}", edit)]
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

/// The person in a form. Members enter their own stints; those who lead choose the person, or nobody for themselves. Without
/// JavaScript only the name is submitted.
pub(crate) async fn whose(site: &Site, visit: &Visit, fields: &Fields) -> Result<Option<PersonId>> {
    match (fields.key("person_id").map(PersonId), fields.some("person")) {
        (Some(person), _) => Ok(Some(person)),
        (None, Some(name)) if visit.may(Action::Lead) => find_person(site, visit, name).await,
        (None, _) => Ok(visit.actor.person),
    }
}

/// The stint in a form, with all faults.
async fn read(site: &Site, fields: &Fields, person: Option<PersonId>) -> FormResult<Handed> {
    let mut faults = Faults::new();
    if person.is_none() {
        faults.add("person", Refusal::new("stint-person-pick"));
    }
    let part = Part::from_code(fields.text("part")).ok_or_else(|| rules::unknown_part(fields.text("part")));
    let part = faults.take("part", part);
    let task = faults.need("task", Ok(fields.owned("task")));
    let from = faults.need("from", fields.day("from"));
    let to = faults.take("to", fields.day("to"));
    let hours = faults.take("hours", rules::hours(fields.text("hours")));
    let place_unit = faults.found("place_unit", units::in_field(&site.app.db, fields, "place_unit").await)?.flatten();
    let (Some(person), Some(part), Some(task), Some(from)) = (person, part, task, from) else {
        return Err(faults.into());
    };
    faults.check()?;
    Ok(Handed {
        person,
        part,
        volunteered: fields.ticked("volunteered"),
        task,
        place: fields.owned("place"),
        place_unit,
        from,
        to: to.flatten(),
        hours: hours.flatten(),
        result: fields.owned("result"),
        note: fields.owned("note"),
        theme: fields.owned("theme"),
        overlapping: fields.ticked("overlapping"),
    })
}

/// The refusals that are shown beside a field, with the field's name.
const FIELDS: [(&str, &str); 14] = [
    ("theme-elsewhere", "theme"),
    ("theme-other-day", "theme"),
    ("stint-task", "task"),
    ("stint-there-already", "task"),
    ("stint-overlaps", "overlapping"),
    ("stint-place-long", "place"),
    ("stint-note-long", "note"),
    ("stint-result-long", "result"),
    ("stint-hours", "hours"),
    ("stint-reversed", "to"),
    ("stint-ahead", "from"),
    ("stint-not-posted", "from"),
    ("person-unknown", "person"),
    ("unit-unknown", "place_unit"),
];

/// The page with the form of a new or existing stint.
async fn form_page(site: &Site, visit: &Visit, state: &FormState, old: Option<&Stint>) -> Answer {
    let words = site.pages.words(visit.language);
    let parts = parts(words);
    let name = match old {
        Some(old) => Some(name_of(site, old).await?),
        None => None,
    };
    let fields = state.fields();
    let person = old.map(|old| old.person).or_else(|| fields.key("person_id").map(PersonId));
    let old_theme = old.and_then(|old| old.theme.as_deref());
    let themes = themes::pages::choices_of_person(site, visit, person, old_theme).await?;
    let form = match old {
        None => state.form(site, visit),
        Some(old) => {
            state.form_with(site, visit, (&fields_of(site, old).await?, old.version), |name, value| match name {
                "part" => parts.iter().find(|(code, _)| *code == value).map_or(value, |(_, name)| name).to_owned(),
                "theme" => themes.iter().find(|(code, _)| code == value).map_or(value, |(_, name)| name).to_owned(),
                _ => value.to_owned(),
            })
        }
    };
    let context = context! {
        form => Serde(&form), parts => Serde(&parts), themes => Serde(&themes), id => old.map(|old| old.id.0), name,
        returned => old.filter(|old| old.state == State::Returned).and_then(|old| old.reason.clone()),
        leads => old.is_none() && visit.may(Action::Lead), own => visit.actor.person.is_some(),
    };
    visit.page_as(site, state.status(), "stints/form.html", context)
}

fn may_enter(visit: &Visit) -> Result<()> {
    if visit.actor.person.is_some() || visit.may(Action::Lead) {
        return Ok(());
    }
    Err(Refusal::forbidden().into())
}

async fn new(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    may_enter(&visit)?;
    form_page(&site, &visit, &FormState::filled(visit.query()), None).await
}

async fn add(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    may_enter(&visit)?;
    let add = async |_| {
        let handed = read(&site, &fields, whose(&site, &visit, &fields).await?).await?;
        let id = actions::add(&site.app, &visit.actor, handed).await?;
        Ok(Done::new(format!("/stints/{id}"), "stint-entered-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(add, async |state| form_page(&site, &visit, &state, None).await).await
}

/// The fields of a form.
async fn fields_of(site: &Site, stint: &Stint) -> Result<Fields> {
    let place = match stint.place_unit {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let pairs = [
        ("part", stint.part.as_str().to_owned()),
        ("volunteered", if stint.volunteered { "on" } else { "" }.to_owned()),
        ("task", stint.task.clone()),
        ("place", stint.place.clone().unwrap_or_default()),
        ("place_unit", place.unwrap_or_default()),
        ("place_unit_id", stint.place_unit.map(|unit| unit.to_string()).unwrap_or_default()),
        ("from", day(Some(stint.days.from))),
        ("to", day(stint.days.to)),
        ("hours", stint.hours.map(|hours| ledger::in_parts(hours, 10)).unwrap_or_default()),
        ("result", stint.result.clone().unwrap_or_default()),
        ("note", stint.note.clone().unwrap_or_default()),
        ("theme", stint.theme.clone().unwrap_or_default()),
    ];
    Ok(Fields::from_pairs(pairs))
}

/// A stint that the visitor may change.
async fn changeable(site: &Site, visit: &Visit, id: i64) -> Result<Stint> {
    let (stint, changes) = load_with_permission(site, visit, id).await?;
    if changes {
        return Ok(stint);
    }
    let own = super::pages::is_own(visit, &stint);
    if !own && !actions::keeps(&site.app, &site.app.db, &visit.actor, stint.id).await? {
        return Err(Refusal::forbidden().into());
    }
    Err(Refusal::new("stint-settled").with("task", &stint.task).into())
}

async fn edit_form(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let stint = changeable(&site, &visit, id).await?;
    form_page(&site, &visit, &FormState::opened(), Some(&stint)).await
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let stint = changeable(&site, &visit, id).await?;
    let save = async |sent: Sent| {
        let handed = read(&site, &fields, Some(stint.person)).await?;
        actions::edit(&site.app, &visit.actor, stint.id, sent.version(), handed).await?;
        Ok(Done::new(format!("/stints/{id}"), "stint-saved"))
    };
    let page = async |state: FormState| {
        let now = seen(&site, &visit, id).await?;
        form_page(&site, &visit, &state, Some(&now)).await
    };
    Send::new(&site, &visit, &fields).at(&FIELDS).run(save, page).await
}
