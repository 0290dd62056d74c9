//! Pages: the form of an honour, new or existing.

use std::collections::BTreeSet;

use axum::extract::{Path, State as Extract};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit, rows::Slice},
};
use federation::{groups, people, units};
use kernel::{GroupId, PersonId, Refusal};
use minijinja::{context, value::Serde};
use tabular::Cell;
use web::Fields;

use super::{
    actions,
    model::{For, Handed, Honour, Level, State},
    pages::{choices, levels, load_with_permission, name_of, seen},
    rules::{self, When},
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/honours/new", new),
        act("/honours", add),
        page("/honours/{id}/edit", edit_form),
        act("/honours/{id}", edit),
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

/// The group with a name, if no other one within reach has the same name.
async fn find_group(site: &Site, visit: &Visit, name: &str) -> Result<Option<GroupId>> {
    const MOST: u64 = 50;
    let wanted = Fields::from_pairs([("q", name)]);
    let scope = visit.actor.scope(Action::Read);
    let first = Slice::first(groups::store::ORDERS, MOST);
    let lines = groups::store::list(&site.app.db, &scope, (&wanted, site.app.today()), &first).await?.lines();
    let found: BTreeSet<i64> = lines.into_iter().filter(|line| line.name == name).map(|line| line.id).collect();
    Ok(found.first().copied().filter(|_| found.len() == 1).map(GroupId))
}

/// The recipient in a form: one of person, group and unit. Members enter their own honours; those who lead choose, or leave all
/// empty for themselves. Without JavaScript only the names are submitted.
async fn recipient(site: &Site, visit: &Visit, fields: &Fields, faults: &mut Faults) -> Result<Option<For>> {
    if !visit.may(Action::Lead) {
        return Ok(fields.key("person_id").map(PersonId).or(visit.actor.person).map(For::Person));
    }
    let mut found = Vec::new();
    let pick = || Refusal::new("honour-recipient-pick");
    match (fields.key("person_id"), fields.some("person")) {
        (Some(id), _) => found.push(For::Person(PersonId(id))),
        (None, Some(name)) => match find_person(site, visit, name).await? {
            Some(id) => found.push(For::Person(id)),
            None => faults.add("person", pick()),
        },
        (None, None) => {}
    }
    match (fields.key("group_id"), fields.some("group")) {
        (Some(id), _) => found.push(For::Group(GroupId(id))),
        (None, Some(name)) => match find_group(site, visit, name).await? {
            Some(id) => found.push(For::Group(id)),
            None => faults.add("group", pick()),
        },
        (None, None) => {}
    }
    let unit = faults.found("unit", units::in_field(&site.app.db, fields, "unit").await)?.flatten();
    found.extend(unit.map(For::Unit));
    match (found.as_slice(), visit.actor.person) {
        ([one], _) => return Ok(Some(*one)),
        ([], Some(own)) if faults.is_empty() => return Ok(Some(For::Person(own))),
        ([], _) if faults.is_empty() => faults.add("person", pick()),
        ([], _) => {}
        _ => faults.add("person", Refusal::new("honour-recipient-one")),
    }
    Ok(None)
}

/// The day in a form; a month alone is not enough.
fn day(fields: &Fields) -> Result<chrono::NaiveDate, Refusal> {
    match rules::when(&Cell::from_text(fields.text("day")), None)? {
        When::Day(day) => Ok(day),
        When::Within(..) => Err(Refusal::new("honour-day-whole").with("text", fields.text("day"))),
    }
}

/// The honour in a form, with all faults.
async fn read(site: &Site, visit: &Visit, fields: &Fields, old: Option<For>) -> FormResult<Handed> {
    let mut faults = Faults::new();
    let of = match old {
        Some(of) => Some(of),
        None => recipient(site, visit, fields, &mut faults).await?,
    };
    let title = faults.need("title", Ok(fields.owned("title")));
    let conferrer = faults.need("conferrer", Ok(fields.owned("conferrer")));
    let level = Level::from_code(fields.text("level")).ok_or_else(|| rules::unknown_level(fields.text("level")));
    let level = faults.take("level", level);
    let day = faults.take("day", day(fields));
    let (Some(of), Some(title), Some(conferrer), Some(level), Some(day)) = (of, title, conferrer, level, day) else {
        return Err(faults.into());
    };
    faults.check()?;
    Ok(Handed {
        of,
        title,
        title_group: fields.owned("title_group"),
        level,
        conferrer,
        day,
        certificate: fields.owned("certificate"),
        note: fields.owned("note"),
        another: fields.ticked("another"),
    })
}

/// The refusals that are shown beside a field, with the field's name.
const FIELDS: [(&str, &str); 13] = [
    ("honour-title", "title"),
    ("honour-there-already", "title"),
    ("honour-there-alike", "another"),
    ("honour-conferrer", "conferrer"),
    ("honour-group-unknown", "title_group"),
    ("honour-certificate-long", "certificate"),
    ("honour-note-long", "note"),
    ("honour-day-ahead", "day"),
    ("honour-not-posted", "day"),
    ("honour-closed", "day"),
    ("person-unknown", "person"),
    ("group-unknown", "group"),
    ("unit-unknown", "unit"),
];

/// The page with the form of a new or existing honour.
async fn form_page(site: &Site, visit: &Visit, state: &FormState, old: Option<&Honour>) -> Answer {
    let words = site.pages.words(visit.language);
    let (groups, levels) = (choices(&site.app, visit.language, old.is_some()).await?, levels(words));
    let name = match old {
        Some(old) => Some(name_of(site, old).await?),
        None => None,
    };
    let form = match old {
        None => state.form(site, visit),
        Some(old) => state.form_with(site, visit, (&fields_of(old), old.version), |name, value| match name {
            "title_group" => groups.iter().find(|(code, _)| code == value).map_or(value, |(_, name)| name).to_owned(),
            "level" => levels.iter().find(|(code, _)| *code == value).map_or(value, |(_, name)| name).to_owned(),
            _ => value.to_owned(),
        }),
    };
    let context = context! {
        form => Serde(&form), groups => Serde(&groups), levels => Serde(&levels), id => old.map(|old| old.id.0), name,
        returned => old.filter(|old| old.state == State::Returned).and_then(|old| old.reason.clone()),
        leads => old.is_none() && visit.may(Action::Lead), own => visit.actor.person.is_some(),
    };
    visit.page_as(site, state.status(), "honours/form.html", context)
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
        let handed = read(&site, &visit, &fields, None).await?;
        let id = actions::add(&site.app, &visit.actor, handed).await?;
        Ok(Done::new(format!("/honours/{id}"), "honour-entered-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(add, async |state| form_page(&site, &visit, &state, None).await).await
}

/// The fields of a form.
fn fields_of(honour: &Honour) -> Fields {
    let pairs = [
        ("title", honour.title.clone()),
        ("title_group", honour.title_group.clone()),
        ("level", honour.level.as_str().to_owned()),
        ("conferrer", honour.conferrer.clone()),
        ("day", honour.day.to_string()),
        ("certificate", honour.certificate.clone().unwrap_or_default()),
        ("note", honour.note.clone().unwrap_or_default()),
    ];
    Fields::from_pairs(pairs)
}

/// An honour that the visitor may change.
async fn changeable(site: &Site, visit: &Visit, id: i64) -> Result<Honour> {
    let (honour, changes) = load_with_permission(site, visit, id).await?;
    if changes {
        return Ok(honour);
    }
    let own = super::pages::is_own(visit, &honour);
    if !own && !actions::keeps(&site.app, &site.app.db, &visit.actor, honour.id).await? {
        return Err(Refusal::forbidden().into());
    }
    Err(Refusal::new("honour-settled").with("title", &honour.title).into())
}

async fn edit_form(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let honour = changeable(&site, &visit, id).await?;
    form_page(&site, &visit, &FormState::opened(), Some(&honour)).await
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let honour = changeable(&site, &visit, id).await?;
    let save = async |sent: Sent| {
        let handed = read(&site, &visit, &fields, Some(honour.of())).await?;
        actions::edit(&site.app, &visit.actor, honour.id, sent.version(), handed).await?;
        Ok(Done::new(format!("/honours/{id}"), "honour-saved"))
    };
    let page = async |state: FormState| {
        let now = seen(&site, &visit, id).await?;
        form_page(&site, &visit, &state, Some(&now)).await
    };
    Send::new(&site, &visit, &fields).at(&FIELDS).run(save, page).await
}
