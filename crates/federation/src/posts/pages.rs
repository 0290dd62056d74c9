//! Pages: the list of posts, one with who holds it, its form, the picker.

use axum::extract::{Path, State};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit,
        answer::Choice,
        list::{Asked, List, export, show as show_list},
        rows::Slice,
    },
};
use kernel::Refusal;
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{
    actions,
    list::PostList,
    model::{Handed, Post, Risk},
    store,
};
use crate::{
    scope::{must_openly, places},
    units,
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/posts", show_list::<PostList>),
        page("/posts/export", export::<PostList>),
        page("/posts/pick", pick),
        page("/posts/new", new),
        act("/posts", add),
        page("/posts/{id}", show),
        page("/posts/{id}/edit", edit_form),
        act("/posts/{id}", edit),
        act("/posts/{id}/close", close),
        act("/posts/{id}/remove", remove),
    ]
}

/// The refusals that are shown beside a field, with the field's name.
const FIELDS: [(&str, &str); 9] = [
    ("post-without-name", "name"),
    ("post-name-long", "name"),
    ("post-name-taken", "name"),
    ("post-many-needs", "needs"),
    ("post-need-long", "needs"),
    ("post-about-long", "about"),
    ("unit-unknown", "unit"),
    ("unit-closed-by-then", "unit"),
    ("post-held", "last"),
];

/// Posts for a picker, with their units.
async fn pick(State(site): State<Site>, visit: Visit) -> Answer {
    const CHOICES: u64 = 12;
    let typed = visit.query();
    let query = Fields::from_pairs([("q", typed.text("q")), ("unit_id", typed.text("unit_id"))]);
    let asked = Asked { query: &query, ..Asked::new(&site, &visit, &typed) };
    let lines = if visit.may(Action::Write) && typed.some("q").is_some() {
        PostList::find(&asked, &Slice::first(PostList::ORDERS, CHOICES)).await?.lines()
    } else {
        Vec::new()
    };
    let choice = |line: super::list::Line| Choice { value: line.id, text: line.name, beside: line.unit };
    let choices: Vec<Choice> = lines.into_iter().map(choice).collect();
    visit.choices(&site, &choices)
}

/// The post in a form, with all faults.
fn read(fields: &Fields) -> FormResult<Handed> {
    let mut faults = Faults::new();
    let name = faults.need("name", Ok(fields.owned("name")));
    let Some(name) = name else { return Err(faults.into()) };
    faults.check()?;
    let (needs, risk) = (fields.text("needs").to_owned(), Risk::from_code(fields.text("risk")));
    Ok(Handed { name, needs, risk, about: fields.owned("about") })
}

fn fields_of(post: &Post) -> Fields {
    Fields::from_pairs([
        ("name", post.name.clone()),
        ("needs", post.needs.clone()),
        ("risk", post.risk.map(Risk::as_str).unwrap_or_default().to_owned()),
        ("about", post.about.clone().unwrap_or_default()),
    ])
}

fn form_page(site: &Site, visit: &Visit, state: &FormState, old: Option<&Post>) -> Answer {
    let words = site.pages.words(visit.language);
    let form = match old {
        Some(old) => state.form_with(site, visit, (&fields_of(old), old.version), |name, value| match name {
            "risk" => Risk::from_code(value).map_or_else(String::new, |risk| words.message(risk.message(), &[])),
            _ => value.to_owned(),
        }),
        None => state.form(site, visit),
    };
    let context =
        context! { form => Serde(&form), id => old.map(|old| old.id), name => old.map(|old| old.name.clone()) };
    visit.page_as(site, state.status(), "posts/form.html", context)
}

async fn new(State(site): State<Site>, visit: Visit) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let unit = match visit.unit() {
        Some(unit) => places::name(&site.app.db, unit).await?,
        None => None,
    };
    let values = [
        ("unit", unit.unwrap_or_default()),
        ("unit_id", visit.unit().map(|unit| unit.to_string()).unwrap_or_default()),
    ];
    form_page(&site, &visit, &FormState::filled(Fields::from_pairs(values)), None)
}

async fn add(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let add = async |_| {
        let handed = read(&fields)?;
        let missing = || Faults::at(Refusal::new("field-missing"), &[("field-missing", "unit")]);
        let unit = units::in_field(&site.app.db, &fields, "unit").await?.ok_or_else(missing)?;
        let id = actions::add(&site.app, &visit.actor, unit, handed).await?;
        Ok(Done::new(format!("/posts/{id}"), "post-added-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(add, async |state| form_page(&site, &visit, &state, None)).await
}

async fn show(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    post_page(&site, &visit, id, &FormState::opened()).await
}

async fn post_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let (db, today) = (&site.app.db, site.app.today());
    let post = actions::seen(db, &visit.actor, id).await?;
    let unit = units::by_ids(db, &[post.unit]).await?.remove(&post.unit);
    let writes = must_openly(db, &visit.actor, Action::Write, post.unit).await.is_ok();
    // Who holds it is told to those who may see people there.
    let names = must_openly(db, &visit.actor, Action::People, post.unit).await.is_ok();
    let holders = if names { store::holders(db, id).await? } else { Vec::new() };
    let holders: Vec<Value> = holders
        .into_iter()
        .map(|(person, name, days)| {
            context! {
                id => person.0, name, from => days.from.to_string(), to => days.to.map(|day| day.to_string()),
                now => days.contains(today),
            }
        })
        .collect();
    let form = state.form_of(site, visit, &Fields::default(), post.version);
    let context = context! {
        id, form => Serde(&form), name => post.name, unit => unit.map(|unit| unit.name), unit_id => post.unit.0,
        needs => post.needs, risk => post.risk.map(Risk::message), about => post.about.filter(|_| names), names, holders, writes,
        closed_on => post.closed_on.map(|day| day.to_string()), ended => post.closed_on.is_some_and(|day| day < today),
        today => today.to_string(),
    };
    visit.page_as(site, state.status(), "posts/show.html", context)
}

/// A post that the visitor may change.
async fn changeable(site: &Site, visit: &Visit, id: i64) -> Result<Post> {
    let post = actions::seen(&site.app.db, &visit.actor, id).await?;
    must_openly(&site.app.db, &visit.actor, Action::Write, post.unit).await?;
    Ok(post)
}

async fn edit_form(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let post = changeable(&site, &visit, id).await?;
    form_page(&site, &visit, &FormState::opened(), Some(&post))
}

async fn edit(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    changeable(&site, &visit, id).await?;
    let save = async |sent: Sent| {
        let handed = read(&fields)?;
        actions::edit(&site.app, &visit.actor, (id, sent.version()), handed).await?;
        Ok(Done::new(format!("/posts/{id}"), "post-saved"))
    };
    let page = async |state: FormState| {
        let now = changeable(&site, &visit, id).await?;
        form_page(&site, &visit, &state, Some(&now))
    };
    Send::new(&site, &visit, &fields).at(&FIELDS).run(save, page).await
}

/// A dialog on a post's page.
async fn in_dialog(
    (site, visit, fields): (&Site, &Visit, &Fields),
    id: i64,
    action: impl AsyncFnOnce(Sent) -> FormResult<Done>,
) -> Answer {
    changeable(site, visit, id).await?;
    let send = Send::new(site, visit, fields).at(&FIELDS);
    send.run(action, async |state| post_page(site, visit, id, &state).await).await
}

async fn close(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |sent: Sent| {
        let last =
            if fields.ticked("open") { None } else { Some(fields.day("last")?.unwrap_or_else(|| site.app.today())) };
        actions::close(&site.app, &visit.actor, (id, sent.version()), last).await?;
        Ok(Done::new(format!("/posts/{id}"), "post-saved"))
    };
    in_dialog((&site, &visit, &fields), id, act).await
}

async fn remove(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |sent: Sent| {
        actions::remove(&site.app, &visit.actor, id, sent.version()).await?;
        Ok(Done::new("/posts", "post-removed-done"))
    };
    in_dialog((&site, &visit, &fields), id, act).await
}
