//! Pages: the form of a matter, new or going on.

use axum::extract::{Path, State as Extract};
use chrono::Days;
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit},
};
use federation::{people, scope::places, settings::choices::Choice, themes, units};
use kernel::{PersonId, Refusal, UnitId};
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{
    METHODS,
    actions::{self, Seen},
    model::{Handed, State, Wanted},
    pages::names_of,
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/matters/new", new),
        act("/matters", open),
        page("/matters/{id}/edit", edit_form),
        act("/matters/{id}", edit),
    ]
}

/// The refusals that are shown beside a field, with the field's name.
const FIELDS: [(&str, &str); 10] = [
    ("matter-without-title", "title"),
    ("matter-title-long", "title"),
    ("matter-about-long", "about"),
    ("matter-steps-cross", "due_1"),
    ("matter-due-past", "due_1"),
    ("matter-unit-elsewhere", "unit_1"),
    ("matter-person-elsewhere", "person_1"),
    ("theme-elsewhere", "theme"),
    ("theme-other-day", "theme"),
    ("unit-unknown", "unit"),
];

/// Days from one list to the next, as a form proposes them.
const APART: u64 = 7;

/// A list in the form, by its number.
fn line(place: usize, name: &str, ended: bool) -> Value {
    context! { place, name, ended }
}

async fn must_have_method(site: &Site, code: &str) -> Result<(Vec<Choice>, Choice)> {
    let methods = METHODS.in_use(&site.app.db).await?;
    let chosen = methods.iter().find(|method| method.code == code).or(methods.first()).cloned();
    let chosen = chosen.ok_or_else(|| Refusal::new("method-unknown").with("text", code).with("known", ""))?;
    Ok((methods, chosen))
}

async fn new_page(site: &Site, visit: &Visit, state: &FormState) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let (methods, method) = must_have_method(site, state.fields().text("method")).await?;
    let unit = state.fields().key("unit_id").map(UnitId).or(visit.unit());
    let themes = themes::pages::choices(site, visit, unit, None).await?;
    let steps: Vec<Value> = (1..).zip(method.parts()).map(|(place, name)| line(place, name, false)).collect();
    let named: Vec<(&str, &str)> =
        methods.iter().map(|method| (method.code.as_str(), method.name_in(visit.language))).collect();
    let context = context! {
        form => Serde(&state.form(site, visit)), methods => Serde(&named), method => &method.code, steps,
        themes => Serde(&themes),
    };
    visit.page_as(site, state.status(), "matters/form.html", context)
}

async fn new(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    let query = visit.query();
    let (_, method) = must_have_method(&site, query.text("method")).await?;
    let unit = visit.unit();
    let name = match unit {
        Some(unit) => places::name(&site.app.db, unit).await?.unwrap_or_default(),
        None => String::new(),
    };
    let key = unit.map(|unit| unit.to_string()).unwrap_or_default();
    let mut values = vec![
        ("method".to_owned(), method.code.clone()),
        ("unit".to_owned(), name.clone()),
        ("unit_id".to_owned(), key.clone()),
    ];
    let mut due = site.app.today();
    for place in 1..=method.parts().len() {
        due = due.checked_add_days(Days::new(APART)).unwrap_or(due);
        values.extend([
            (format!("unit_{place}"), name.clone()),
            (format!("unit_{place}_id"), key.clone()),
            (format!("due_{place}"), due.to_string()),
        ]);
    }
    new_page(&site, &visit, &FormState::filled(Fields::from_pairs(values))).await
}

/// The names of the fields of each list: its unit, person and last day.
const OF_STEP: [(&str, &str, &str); 9] = [
    ("unit_1", "person_1", "due_1"),
    ("unit_2", "person_2", "due_2"),
    ("unit_3", "person_3", "due_3"),
    ("unit_4", "person_4", "due_4"),
    ("unit_5", "person_5", "due_5"),
    ("unit_6", "person_6", "due_6"),
    ("unit_7", "person_7", "due_7"),
    ("unit_8", "person_8", "due_8"),
    ("unit_9", "person_9", "due_9"),
];

/// The matter in a form with so many lists, with all faults. A list that is done is not in the form any more, and stays as it is.
async fn read(site: &Site, fields: &Fields, steps: usize, old: &[Wanted]) -> FormResult<Handed> {
    let mut faults = Faults::new();
    let mut wanted = Vec::new();
    let title = faults.need("title", Ok(fields.owned("title")));
    for (at, (unit, person, due)) in OF_STEP.into_iter().take(steps).enumerate() {
        if let Some(old) = old.get(at).filter(|_| fields.some(due).is_none() && fields.some(unit).is_none()) {
            wanted.push(old.clone());
            continue;
        }
        let found = faults.found(unit, units::in_field(&site.app.db, fields, unit).await)?.flatten();
        if found.is_none() && fields.some(unit).is_none() {
            faults.add(unit, Refusal::new("field-missing"));
        }
        let due_on = faults.need(due, fields.day(due));
        let key = fields.key(&format!("{person}_id")).map(PersonId);
        if key.is_none() && fields.some(person).is_some() {
            faults.add(person, Refusal::new("matter-person-pick"));
        }
        if let (Some(unit), Some(due_on)) = (found, due_on) {
            wanted.push(Wanted { unit, person: key.filter(|_| fields.some(person).is_some()), due_on });
        }
    }
    let Some(title) = title else { return Err(faults.into()) };
    faults.check()?;
    Ok(Handed { title, about: fields.owned("about"), theme: fields.owned("theme"), steps: wanted })
}

async fn open(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let open = async |_: Sent| {
        let (_, method) = must_have_method(&site, fields.text("method")).await?;
        let missing = || Faults::at(Refusal::new("field-missing"), &[("field-missing", "unit")]);
        let unit = units::in_field(&site.app.db, &fields, "unit").await?.ok_or_else(missing)?;
        let handed = read(&site, &fields, method.parts().len(), &[]).await?;
        let id = actions::open(&site.app, &visit.actor, unit, &method.code, handed).await?;
        Ok(Done::new(format!("/matters/{id}"), "matter-opened-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(open, async |state| new_page(&site, &visit, &state).await).await
}

/// A matter that goes on and that the visitor may change.
async fn changeable(site: &Site, visit: &Visit, id: i64) -> Result<Seen> {
    let seen = actions::seen(&site.app.db, &visit.actor, id).await?;
    if !seen.keeps {
        return Err(Refusal::forbidden().into());
    }
    if seen.matter.state != State::Open {
        return Err(Refusal::new("matter-done-by-now").with("title", &seen.matter.title).into());
    }
    Ok(seen)
}

fn wanted_of(seen: &Seen) -> Vec<Wanted> {
    let wanted = |step: &super::Step| Wanted { unit: step.unit, person: step.person, due_on: step.due_on };
    seen.steps.iter().map(wanted).collect()
}

async fn edit_page(site: &Site, visit: &Visit, seen: &Seen, state: &FormState) -> Answer {
    let db = &site.app.db;
    let (units, names) = names_of(db, seen).await?;
    let matter = &seen.matter;
    let themes = themes::pages::choices(site, visit, Some(matter.unit), matter.theme.as_deref()).await?;
    let mut stored = vec![
        ("title".to_owned(), matter.title.clone()),
        ("about".to_owned(), matter.about.clone().unwrap_or_default()),
        ("theme".to_owned(), matter.theme.clone().unwrap_or_default()),
    ];
    let mut steps = Vec::new();
    for (at, step) in (1..).zip(&seen.steps) {
        let ended = step.place < matter.current;
        steps.push(line(at, &step.name, ended));
        if ended {
            continue;
        }
        let person = step.person.and_then(|person| names.get(&person)).cloned().unwrap_or_default();
        stored.extend([
            (format!("unit_{at}"), units.get(&step.unit).map(|unit| unit.name.clone()).unwrap_or_default()),
            (format!("unit_{at}_id"), step.unit.to_string()),
            (format!("person_{at}"), person),
            (format!("person_{at}_id"), step.person.map(|person| person.to_string()).unwrap_or_default()),
            (format!("due_{at}"), step.due_on.to_string()),
        ]);
    }
    let label = |name: &str, value: &str| {
        let named = themes.iter().find(|(code, _)| name == "theme" && code == value);
        named.map_or(value, |(_, name)| name).to_owned()
    };
    let form = state.form_with(site, visit, (&Fields::from_pairs(stored), matter.version), label);
    let context = context! {
        form => Serde(&form), id => matter.id, title_now => &matter.title, steps, themes => Serde(&themes),
    };
    visit.page_as(site, state.status(), "matters/form.html", context)
}

async fn edit_form(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let seen = changeable(&site, &visit, id).await?;
    edit_page(&site, &visit, &seen, &FormState::opened()).await
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let seen = changeable(&site, &visit, id).await?;
    let save = async |sent: Sent| {
        let handed = read(&site, &fields, seen.steps.len(), &wanted_of(&seen)).await?;
        actions::edit(&site.app, &visit.actor, (id, sent.version()), handed).await?;
        Ok(Done::new(format!("/matters/{id}"), "matter-saved"))
    };
    let page = async |state: FormState| {
        let now = changeable(&site, &visit, id).await?;
        edit_page(&site, &visit, &now, &state).await
    };
    Send::new(&site, &visit, &fields).at(&FIELDS).run(save, page).await
}

/// The names of people by their keys.
pub(super) async fn names(
    conn: &impl sea_orm::ConnectionTrait,
    people: &[PersonId],
) -> Result<std::collections::HashMap<PersonId, String>> {
    let found = people::store::by_ids(conn, people).await?;
    Ok(found.into_iter().map(|(id, person)| (id, person.name)).collect())
}
