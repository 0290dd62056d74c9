//! Pages: the plans, one plan with its items, what has to be learned; ticks.

use axum::extract::{Path, State as Extract};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit,
        list::{self, Asked, Column, List},
        rows::{By, Rows, Slice},
    },
};
use federation::{groups, themes, units};
use kernel::{GroupId, Refusal, UnitId};
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{
    actions::{self, Said, Wanted as WantedItem},
    model::{Plan, State},
    store::{self, Line},
    ticks,
};
use crate::features::materials::reach::{Reach, must_keep};

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

/// How many items to be learned are shown on the list's page.
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
        let reach = Reach::load(db, asked.actor, today).await?;
        Ok(store::list(db, (&reach, &asked.scope(Action::Lead)), (asked.query, today), slice).await?)
    }

    async fn beside(asked: &Asked<'_>, _: &[Line]) -> Result<Value> {
        let own = match asked.actor.person {
            Some(person) => store::to_learn(&asked.app.db, person, asked.today(), TO_LEARN).await?,
            None => Vec::new(),
        };
        let themes = themes::list::choices(asked).await?;
        Ok(
            context! { themes => Serde(&themes), keeps => asked.may(Action::Lead), own => Serde(&own), member => asked.actor.person.is_some() },
        )
    }
}

async fn plan_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let plan = actions::seen(&site.app, &visit.actor, id).await?;
    let (db, today) = (&site.app.db, site.app.today());
    let items = store::items(db, id, visit.actor.person).await?;
    let unit = units::by_ids(db, &[plan.unit]).await?.remove(&plan.unit).map(|unit| unit.name);
    let keeps = must_keep(db, &visit.actor, Some(plan.unit)).await.is_ok();
    // Items that reach the visitor can be ticked.
    let mut own = Vec::new();
    if let Some(person) = visit.actor.person {
        own = store::reaching_of(db, id, person, today).await?;
    }
    let items: Vec<_> = items.into_iter().map(|item| (own.contains(&item.id), item.due_on < today, item)).collect();
    let form = state.form_of(site, visit, &Fields::default(), plan.version);
    let theme = match &plan.theme {
        Some(code) => themes::store::by_code(db, code).await?,
        None => None,
    };
    let context = context! {
        theme => theme.map(|theme| context! { id => theme.id, name => theme.name }),
        id, title => plan.title, unit, from => plan.from.to_string(), to => plan.to.to_string(),
        state => plan.state.as_str(), items => Serde(&items), keeps, form => Serde(&form),
        leads => visit.may(Action::Lead), today => today.to_string(),
    };
    visit.page_as(site, state.status(), "plans/show.html", context)
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    plan_page(&site, &visit, id, &FormState::opened()).await
}

async fn form_page(site: &Site, visit: &Visit, state: &FormState, old: Option<&Plan>) -> Answer {
    let fields = state.fields();
    let unit = old.map(|old| old.unit).or_else(|| fields.key("unit_id").map(UnitId)).or_else(|| visit.unit());
    let old_theme = old.and_then(|old| old.theme.as_deref());
    let themes = themes::pages::choices(site, visit, unit, old_theme).await?;
    let form = match old {
        None => state.form(site, visit),
        Some(old) => {
            let current = [
                ("title", old.title.clone()),
                ("from", old.from.to_string()),
                ("to", old.to.to_string()),
                ("theme", old.theme.clone().unwrap_or_default()),
            ];
            let label = |name: &str, value: &str| {
                let named = themes.iter().find(|(code, _)| name == "theme" && code == value);
                named.map_or(value, |(_, name)| name).to_owned()
            };
            state.form_with(site, visit, (&Fields::from_pairs(current), old.version), label)
        }
    };
    let context = context! {
        form => Serde(&form), id => old.map(|old| old.id), title => old.map(|old| old.title.clone()),
        themes => Serde(&themes),
    };
    visit.page_as(site, state.status(), "plans/form.html", context)
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
        ("unit", name.unwrap_or_default()),
        ("unit_id", unit.map(|unit| unit.to_string()).unwrap_or_default()),
        ("from", today.to_string()),
        ("to", kernel::last_of_month(today).to_string()),
    ];
    form_page(&site, &visit, &FormState::filled(Fields::from_pairs(values)), None).await
}

fn read_form(fields: &Fields, faults: &mut Faults) -> Option<Said> {
    let from = faults.need("from", fields.day("from"));
    let to = faults.need("to", fields.day("to"));
    let theme = fields.owned("theme");
    Some(Said { title: fields.text("title").to_owned(), from: from?, to: to?, theme })
}

/// The refusals that are shown beside a field, with the field's name.
const FIELDS: [(&str, &str); 11] = [
    ("theme-elsewhere", "theme"),
    ("theme-other-day", "theme"),
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
    let begin = async |_| {
        let mut faults = Faults::new();
        let said = read_form(&fields, &mut faults);
        let unit = faults.need("unit", Ok(fields.key("unit_id").map(UnitId)));
        if unit.is_some() {
            must_keep(&site.app.db, &visit.actor, unit).await?;
        }
        let (Some(said), Some(unit)) = (said, unit) else { return Err(faults.into()) };
        let id = actions::begin(&site.app, &visit.actor, unit, said).await?;
        Ok(Done::new(format!("/plans/{id}"), "plan-begun-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(begin, async |state| form_page(&site, &visit, &state, None).await).await
}

async fn edit_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let plan = actions::load_writable(&site.app, &visit.actor, id).await?;
    form_page(site, visit, state, Some(&plan)).await
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    edit_page(&site, &visit, id, &FormState::opened()).await
}

async fn change(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    actions::load_writable(&site.app, &visit.actor, id).await?;
    let save = async |sent: Sent| {
        let mut faults = Faults::new();
        let Some(said) = read_form(&fields, &mut faults) else { return Err(faults.into()) };
        actions::change(&site.app, &visit.actor, (id, sent.version()), said).await?;
        Ok(Done::new(format!("/plans/{id}"), "plan-changed-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(save, async |state| edit_page(&site, &visit, id, &state).await).await
}

async fn set_state(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let state = if fields.text("as") == "withdrawn" { State::Withdrawn } else { State::Published };
    let set = async |sent: Sent| {
        actions::set_state(&site.app, &visit.actor, (id, sent.version()), state).await?;
        let message = if state == State::Published { "plan-published-done" } else { "plan-withdrawn-done" };
        Ok(Done::new(format!("/plans/{id}"), message))
    };
    Send::new(&site, &visit, &fields).run(set, async |state| plan_page(&site, &visit, id, &state).await).await
}

async fn item_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let plan = actions::load_writable(&site.app, &visit.actor, id).await?;
    let own = actions::own_groups(&site.app, &visit.actor, plan.unit).await?.is_some();
    let form = state.form(site, visit);
    let context = context! {
        id, title => plan.title, from => plan.from.to_string(), to => plan.to.to_string(), form => Serde(&form), own,
        published => plan.state == State::Published,
    };
    visit.page_as(site, state.status(), "plans/item.html", context)
}

async fn new_item(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let plan = actions::load_writable(&site.app, &visit.actor, id).await?;
    let values = [("due_on", plan.to.to_string()), ("required", "on".to_owned())];
    let fields = Fields::from_pairs(values);
    item_page(&site, &visit, id, &FormState::filled(fields)).await
}

/// The item in a form.
fn item_of(fields: &Fields) -> FormResult<WantedItem> {
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
    let Some(due_on) = due_on else { return Err(faults.into()) };
    faults.check()?;
    Ok(WantedItem {
        material,
        text: fields.owned("text"),
        required: fields.ticked("required"),
        due_on,
        party_only: fields.ticked("party_only"),
        groups: group.into_iter().collect(),
    })
}

async fn add_item(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    actions::load_writable(&site.app, &visit.actor, id).await?;
    let add = async |_| {
        actions::add_item(&site.app, &visit.actor, id, item_of(&fields)?).await?;
        Ok(Done::new(format!("/plans/{id}"), "plan-item-added-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(add, async |state| item_page(&site, &visit, id, &state).await).await
}

async fn drop_item(Extract(site): Extract<Site>, visit: Visit, Path(item): Path<i64>, fields: Fields) -> Answer {
    let drop = async |_| {
        let plan = actions::drop_item(&site.app, &visit.actor, item).await?;
        Ok(Done::new(format!("/plans/{plan}"), "plan-item-dropped-done"))
    };
    Send::new(&site, &visit, &fields).press(drop).await
}

async fn finished(Extract(site): Extract<Site>, visit: Visit, Path(item): Path<i64>, fields: Fields) -> Answer {
    let (plan, _) = actions::seen_item(&site.app, &visit.actor, item).await?;
    let to = if fields.text("next") == "/plans" { "/plans".to_owned() } else { format!("/plans/{}", plan.id) };
    let tick = async |_| {
        if fields.text("as") == "not" {
            ticks::unfinish(&site.app, &visit.actor, item).await?;
            return Ok(Done::new(to, "plan-unfinished-done"));
        }
        let day = fields.day("day")?.unwrap_or_else(|| site.app.today());
        ticks::finish(&site.app, &visit.actor, item, day).await?;
        Ok(Done::new(to, "plan-finished-done"))
    };
    Send::new(&site, &visit, &fields).press(tick).await
}
