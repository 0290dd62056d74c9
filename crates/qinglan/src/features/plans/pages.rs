//! Pages: the plans, one plan with its items, what is to be learned; ticks.

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
};
use kernel::{GroupId, Refusal, UnitId};
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{
    actions::{self, Said, Wanted as WantedItem},
    model::{Plan, State},
    store::{self, Line},
    ticks,
};
use crate::{
    actor::Action,
    error::Result,
    features::{
        accounts::{actions::settle_once, pages::sent_before},
        groups,
        materials::reach::{Reach, must_keep},
        units,
    },
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Faults, Visit,
        list::{self, Asked, Column, List},
        rows::{By, Rows, Slice},
    },
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/plans", list::show::<Plans>),
        page("/plans/export", list::export::<Plans>),
        page("/plans/new", new),
        act("/plans", begin),
        page("/plans/{id}", show),
        page("/plans/{id}/edit", edit),
        act("/plans/{id}", change),
        act("/plans/{id}/state", set_state),
        page("/plans/{id}/items/new", new_item),
        act("/plans/{id}/items", add_item),
        act("/plans/items/{item}/drop", drop_item),
        act("/plans/items/{item}/finished", finished),
    ]
}

/// Lines of what is to be learned on the list's page.
const TO_LEARN: u64 = 50;

struct Plans;

impl List for Plans {
    type Line = Line;
    const NAME: &'static str = "nav-plans";
    const TEMPLATE: &'static str = "plans/list.html";
    const ORDERS: &'static [By] = store::ORDERS;
    const COLUMNS: &'static [Column<Line>] = &[
        Column::number(),
        Column::new("名称", |line, _| (&line.title).into()),
        Column::new("单位", |line, _| (&line.unit).into()),
        Column::new("开始", |line, _| line.from_day.to_string().into()),
        Column::new("结束", |line, _| line.to_day.to_string().into()),
        Column::new("学习内容数", |line, _| line.items.into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Line>> {
        let (db, today) = (&asked.app.db, asked.today());
        let reach = Reach::of(db, asked.actor, today).await?;
        Ok(store::list(db, (&reach, &asked.scope(Action::Lead)), (asked.query, today), slice).await?)
    }

    async fn beside(asked: &Asked<'_>, _: &[Line]) -> Result<Value> {
        let own = match asked.actor.person {
            Some(person) => store::to_learn(&asked.app.db, person, asked.today(), TO_LEARN).await?,
            None => Vec::new(),
        };
        Ok(context! { keeps => asked.may(Action::Lead), own => Serde(&own), member => asked.actor.person.is_some() })
    }
}

async fn plan_page(site: &Site, visit: &Visit, status: StatusCode, id: i64, faults: &Faults) -> Answer {
    let plan = actions::seen(&site.app, &visit.actor, id).await?;
    let (db, today) = (&site.app.db, site.app.today());
    let items = store::items(db, id, visit.actor.person).await?;
    let unit = units::by_ids(db, &[plan.unit]).await?.remove(&plan.unit).map(|unit| unit.name);
    let keeps = must_keep(db, &visit.actor, Some(plan.unit)).await.is_ok();
    // What reaches the visitor can be ticked.
    let mut own = Vec::new();
    if let Some(person) = visit.actor.person {
        own = store::reaching_of(db, id, person, today).await?;
    }
    let items: Vec<_> = items.into_iter().map(|item| (own.contains(&item.id), item.due_on < today, item)).collect();
    let form = visit.form(site, &Fields::default(), faults);
    let context = context! {
        id, title => plan.title, unit, from => plan.from.to_string(), to => plan.to.to_string(),
        state => plan.state.as_str(), version => plan.version, items => Serde(&items), keeps, form => Serde(&form),
        leads => visit.may(Action::Lead), today => today.to_string(),
    };
    visit.page_as(site, status, "plans/show.html", context)
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    plan_page(&site, &visit, StatusCode::OK, id, &Faults::new()).await
}

fn form_page(
    site: &Site,
    visit: &Visit,
    status: StatusCode,
    (fields, faults): (&Fields, &Faults),
    old: Option<&Plan>,
) -> Answer {
    let form = visit.form(site, fields, faults);
    let context = context! {
        form => Serde(&form), id => old.map(|old| old.id), title => old.map(|old| old.title.clone()),
        version => fields.key("version").or(old.map(|old| old.version)),
    };
    visit.page_as(site, status, "plans/form.html", context)
}

fn must_lead(visit: &Visit) -> Result<()> {
    if visit.may(Action::Lead) { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

async fn new(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    must_lead(&visit)?;
    let scope = visit.actor.scope(Action::Lead);
    let of_group = match scope.groups.first() {
        Some(group) => groups::store::by_ids(&site.app.db, &[*group]).await?.remove(group).map(|group| group.unit),
        None => None,
    };
    let unit = scope.units.first().copied().or(of_group);
    let name = match unit {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let today = site.app.today();
    let values = [
        ("unit".to_owned(), name.unwrap_or_default()),
        ("unit_id".to_owned(), unit.map(|unit| unit.to_string()).unwrap_or_default()),
        ("from".to_owned(), today.to_string()),
        ("to".to_owned(), kernel::last_of_month(today).to_string()),
    ];
    form_page(&site, &visit, StatusCode::OK, (&Fields::of(values), &Faults::new()), None)
}

fn said_of(fields: &Fields, faults: &mut Faults) -> Option<Said> {
    let from = faults.need("from", fields.day("from"));
    let to = faults.need("to", fields.day("to"));
    Some(Said { title: fields.text("title").to_owned(), from: from?, to: to? })
}

/// Where what an action refuses stands in a form.
const FIELDS: [(&str, &str); 9] = [
    ("plan-without-title", "title"),
    ("plan-title-long", "title"),
    ("plan-days-reversed", "to"),
    ("unit-unknown", "unit"),
    ("plan-item-empty", "text"),
    ("plan-item-long", "text"),
    ("plan-item-day", "due_on"),
    ("material-unknown", "material"),
    ("plan-group-elsewhere", "group"),
];

async fn begin(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    must_lead(&visit)?;
    let mut faults = Faults::new();
    let said = said_of(&fields, &mut faults);
    let unit = faults.need("unit", Ok(fields.key("unit_id").map(UnitId)));
    if unit.is_some() {
        must_keep(&site.app.db, &visit.actor, unit).await?;
    }
    if let (Some(said), Some(unit)) = (said, unit) {
        let token = fields.text("once");
        if let Some(answer) = sent_before(&site, &visit, token).await? {
            return Ok(answer);
        }
        let done = actions::begin(&site.app, &visit.actor, unit, said).await;
        let location = done.as_ref().ok().map(|id| format!("/plans/{id}"));
        settle_once(&site.app, token, location.as_deref()).await?;
        match Faults::of(done, &FIELDS)? {
            Ok(id) => return visit.done(&site, &format!("/plans/{id}"), "plan-begun-done", &[]),
            Err(refused) => faults = refused,
        }
    }
    form_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, (&fields, &faults), None)
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let plan = actions::kept(&site.app, &visit.actor, id).await?;
    let values = [("title", plan.title.clone()), ("from", plan.from.to_string()), ("to", plan.to.to_string())];
    let fields = Fields::of(values.map(|(name, value)| (name.to_owned(), value)));
    form_page(&site, &visit, StatusCode::OK, (&fields, &Faults::new()), Some(&plan))
}

async fn change(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let plan = actions::kept(&site.app, &visit.actor, id).await?;
    let mut faults = Faults::new();
    if let Some(said) = said_of(&fields, &mut faults) {
        let version = fields.key("version").unwrap_or(0);
        match Faults::of(actions::change(&site.app, &visit.actor, (id, version), said).await, &FIELDS)? {
            Ok(()) => return visit.done(&site, &format!("/plans/{id}"), "plan-changed-done", &[]),
            Err(refused) => faults = refused,
        }
    }
    let status = if plan.version == fields.key("version").unwrap_or(0) {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::CONFLICT
    };
    // The next sending is of the present version: what stands now was told.
    let kept = fields.pairs().filter(|(name, _)| *name != "version" || status != StatusCode::CONFLICT);
    let fields = Fields::of(kept.map(|(name, value)| (name.to_owned(), value.to_owned())));
    form_page(&site, &visit, status, (&fields, &faults), Some(&plan))
}

async fn set_state(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let state = if fields.text("as") == "withdrawn" { State::Withdrawn } else { State::Published };
    let version = fields.key("version").unwrap_or(0);
    match Faults::of(actions::set_state(&site.app, &visit.actor, (id, version), state).await, &[])? {
        Ok(()) => {
            let told = if state == State::Published { "plan-published-done" } else { "plan-withdrawn-done" };
            visit.done(&site, &format!("/plans/{id}"), told, &[])
        }
        Err(faults) => plan_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, id, &faults).await,
    }
}

async fn item_page(
    site: &Site,
    visit: &Visit,
    status: StatusCode,
    id: i64,
    (fields, faults): (&Fields, &Faults),
) -> Answer {
    let plan = actions::kept(&site.app, &visit.actor, id).await?;
    let own = actions::own_groups(&site.app, &visit.actor, plan.unit).await?.is_some();
    let form = visit.form(site, fields, faults);
    let context = context! {
        id, title => plan.title, from => plan.from.to_string(), to => plan.to.to_string(), form => Serde(&form), own,
        published => plan.state == State::Published,
    };
    visit.page_as(site, status, "plans/item.html", context)
}

async fn new_item(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let plan = actions::kept(&site.app, &visit.actor, id).await?;
    let values = [("due_on", plan.to.to_string()), ("required", "on".to_owned())];
    let fields = Fields::of(values.map(|(name, value)| (name.to_owned(), value)));
    item_page(&site, &visit, StatusCode::OK, id, (&fields, &Faults::new())).await
}

async fn add_item(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    actions::kept(&site.app, &visit.actor, id).await?;
    let mut faults = Faults::new();
    let due_on = faults.need("due_on", fields.day("due_on"));
    let material = fields.key("material_id");
    if material.is_none() && fields.some("material").is_some() {
        faults.add("material", Refusal::new("plan-material-pick"));
    }
    let group = fields.key("group_id").map(GroupId);
    if group.is_none() && fields.some("group").is_some() {
        faults.add("group", Refusal::new("plan-group-pick"));
    }
    if let (Some(due_on), true) = (due_on, faults.is_empty()) {
        let token = fields.text("once");
        if let Some(answer) = sent_before(&site, &visit, token).await? {
            return Ok(answer);
        }
        let wanted = WantedItem {
            material,
            text: fields.owned("text"),
            required: fields.ticked("required"),
            due_on,
            party_only: fields.ticked("party_only"),
            groups: group.into_iter().collect(),
        };
        let done = actions::add_item(&site.app, &visit.actor, id, wanted).await;
        let location = format!("/plans/{id}");
        settle_once(&site.app, token, done.is_ok().then_some(location.as_str())).await?;
        match Faults::of(done, &FIELDS)? {
            Ok(_) => return visit.done(&site, &location, "plan-item-added-done", &[]),
            Err(refused) => faults = refused,
        }
    }
    item_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, id, (&fields, &faults)).await
}

async fn drop_item(Extract(site): Extract<Site>, visit: Visit, Path(item): Path<i64>) -> Answer {
    let plan = actions::drop_item(&site.app, &visit.actor, item).await?;
    visit.done(&site, &format!("/plans/{plan}"), "plan-item-dropped-done", &[])
}

async fn finished(Extract(site): Extract<Site>, visit: Visit, Path(item): Path<i64>, fields: Fields) -> Answer {
    let (plan, _) = actions::seen_item(&site.app, &visit.actor, item).await?;
    let to = if fields.text("next") == "/plans" { "/plans".to_owned() } else { format!("/plans/{}", plan.id) };
    if fields.text("as") == "not" {
        ticks::unfinish(&site.app, &visit.actor, item).await?;
        return visit.done(&site, &to, "plan-unfinished-done", &[]);
    }
    let day = fields.day("day")?.unwrap_or_else(|| site.app.today());
    ticks::finish(&site.app, &visit.actor, item, day).await?;
    visit.done(&site, &to, "plan-finished-done", &[])
}
