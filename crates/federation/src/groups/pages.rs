//! Pages: the groups of a scope, one group with its members, rules and sessions; the picker.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use chrono::Datelike;
use desk::{
    actor::Action,
    error::Result,
    pinyin,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit,
        answer::Choice,
        list::{self, Asked, Column, List},
        phone::masked,
        rows::{By, Rows, Slice},
    },
};
use kernel::{GroupId, Refusal, UnitId};
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{
    actions::{self, Change, Opening},
    sessions,
    store::{self, Line},
};
use crate::{
    scope::{self, must},
    units,
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/groups", list::show::<Groups>),
        page("/groups/export", list::export::<Groups>),
        page("/groups/pick", pick),
        page("/groups/new", new),
        act("/groups", open),
        page("/groups/{id}", show),
        act("/groups/{id}", change),
    ]
}

/// The list of groups.
#[derive(Debug)]
pub struct Groups;

impl List for Groups {
    type Line = Line;
    const NAME: &'static str = "nav-groups";
    const TITLE: &'static str = "groups-register";
    const TEMPLATE: &'static str = "groups/list.html";
    const ORDERS: &'static [By] = store::ORDERS;
    const COLUMNS: &'static [Column<Line>] = &[
        Column::number(),
        Column::new("单位", |line, _| (&line.unit).into()),
        Column::new("小组名称", |line, _| (&line.name).into()),
        Column::new("品牌", |line, _| line.brand.as_deref().into()),
        Column::new("组长", |line, _| line.leader.as_deref().into()),
        Column::new("人数", |line, _| line.members.into()),
        Column::new("党员", |line, _| line.party.into()),
        Column::new("年龄上限", |line, _| line.age_limit.into()),
        Column::new("每月最少场次", |line, _| line.least.into()),
        Column::new("最后一天", |line, _| line.closed_on.map(|day| day.to_string()).into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Line>> {
        let (app, scope, today) = (asked.app, asked.scope(Action::Read), asked.today());
        let asked_for = (asked.query, today);
        // Who leads a group, and how many of a few are party members, is shown to those who may see people there, and to its own members.
        let people = asked.scope(Action::People);
        let shows = |line: &Line| {
            let place = Some(line.place);
            people.covers_record(place, Some(GroupId(line.id))) || (people.person.is_some() && !scope.covers(place))
        };
        let named = |line: Line| {
            let shows = shows(&line);
            Line { leader: line.leader.filter(|_| shows), party: line.party.filter(|_| shows), ..line }
        };
        if asked.query.text("state") != "short" {
            return Ok(store::list(&app.db, &scope, asked_for, slice).await?.map(named));
        }
        // Which groups have too few sessions is only known from the ledger: the groups in scope are filtered first, then paged.
        let every = store::list(&app.db, &scope, asked_for, &slice.whole()).await?;
        // Sessions are counted for all units on the list, not only for the unit that the visitor is working for.
        let tops = match asked.query.key("unit_id").map(UnitId) {
            Some(unit) => vec![unit],
            None if scope.all => scope::places::tops(&app.db).await?,
            None => {
                let beside =
                    every.each().filter(|line| !scope.covers(Some(line.place))).map(|line| UnitId(line.unit_id));
                let tops: BTreeSet<UnitId> = scope.units.iter().copied().chain(beside).collect();
                tops.into_iter().collect()
            }
        };
        let held = sessions::held_under_any(app, &tops, today).await?.by_group;
        Ok(every.map(named).keep(slice, |line| held.get(&GroupId(line.id)).copied().unwrap_or(0) < line.least))
    }

    async fn beside(asked: &Asked<'_>, _: &[Line]) -> Result<Value> {
        let unit_name = scope::places::name_from_query(&asked.app.db, asked.query).await?;
        // Who may see people nowhere would find these columns empty.
        Ok(context! { unit_name, writes => asked.may(Action::Write), names => asked.may(Action::People) })
    }
}

async fn pick(State(site): State<Site>, visit: Visit) -> Answer {
    let wanted = Fields::from_pairs([("q", visit.query().text("q"))]);
    let (scope, first) = (visit.actor.scope(Action::Read), Slice::first(store::ORDERS, 12));
    let lines = store::list(&site.app.db, &scope, (&wanted, site.app.today()), &first).await?.lines();
    let choices: Vec<Choice> =
        lines.into_iter().map(|line| Choice { value: line.id, text: line.name, beside: line.unit }).collect();
    visit.choices(&site, &choices)
}

async fn group_page(site: &Site, visit: &Visit, id: GroupId, state: &FormState) -> Answer {
    let db = &site.app.db;
    let unknown = || Refusal::unknown("group-unknown").with("id", id);
    let today = site.app.today();
    if !store::sees(db, &visit.actor.scope(Action::Read), id, today).await? {
        return Err(unknown().into());
    }
    let group = store::by_ids(db, &[id]).await?.remove(&id).filter(|group| !group.void).ok_or_else(unknown)?;
    let unit = units::by_ids(db, &[group.unit]).await?.remove(&group.unit);
    let writes = must(db, &visit.actor, Action::Write, group.unit).await.is_ok();
    let people_scope = visit.actor.scope(Action::People);
    let place = scope::places::of_unit(db, group.unit).await?.map(|(place, _)| place);
    let names = people_scope.covers_record(place, Some(id));
    let mut members = store::members_with_phones(db, id, today).await?;
    let count = members.len();
    let shown: Vec<_> = if names {
        members.sort_by_cached_key(|(person, name, _)| (pinyin::of_person(name).order, *person));
        members
            .into_iter()
            .map(|(person, name, phone)| context! { id => person.0, name, phone => phone.as_deref().map(masked) })
            .collect()
    } else {
        Vec::new()
    };
    let sharing = store::sharing(db, id).await?;
    let held = sessions::of_month(&site.app, &group, today).await?;
    let missing = group.least_sessions_month.saturating_sub(held.len() as i64).max(0);
    let current = [
        ("name", group.name.clone()),
        ("brand", group.brand.clone().unwrap_or_default()),
        ("age_limit", group.age_limit.to_string()),
        ("least_sessions_month", group.least_sessions_month.to_string()),
        ("least_hours_year", group.least_hours_year.to_string()),
        ("least_rate", group.least_rate.to_string()),
        ("closed_on", group.closed_on.map(|day| day.to_string()).unwrap_or_default()),
    ];
    let current = Fields::from_pairs(current);
    let form = state.form_of(site, visit, &current, group.version);
    let leads = visit.actor.scope(Action::Lead).covers_record(place, Some(id));
    let context = context! {
        id => id.0, name => group.name, brand => group.brand, unit => unit.map(|unit| unit.name), unit_id => group.unit.0,
        age_limit => group.age_limit, least => group.least_sessions_month, least_hours => group.least_hours_year, least_rate => group.least_rate, opened_on => group.opened_on.to_string(),
        closed_on => group.closed_on.map(|day| day.to_string()), members => shown, count, names, writes, leads,
        form => Serde(&form), today => today.to_string(), is_default => group.is_default,
        sharing => Serde(&sharing.into_iter().map(|(unit, name)| (unit.0, name)).collect::<Vec<_>>()),
        held => Serde(&held), missing, month_from => today.with_day(1).unwrap_or(today).to_string(),
    };
    visit.page_as(site, state.status(), "groups/show.html", context)
}

async fn show(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    group_page(&site, &visit, GroupId(id), &FormState::opened()).await
}

/// The changes in a form, with the version that it was opened with.
fn change_of(fields: &Fields, version: i64) -> FormResult<Change> {
    let mut faults = Faults::new();
    let name = faults.need("name", Ok(fields.owned("name")));
    let age = faults.need("age_limit", fields.number("age_limit"));
    let least_sessions_month = faults.need("least_sessions_month", fields.number("least_sessions_month"));
    let least_hours_year = faults.take("least_hours_year", fields.number("least_hours_year")).flatten();
    let least_rate = faults.take("least_rate", fields.number("least_rate")).flatten();
    let closed_on = faults.take("closed_on", fields.day("closed_on")).flatten();
    faults.check()?;
    Ok(Change {
        name,
        brand: Some(fields.text("brand").to_owned()),
        age_limit: age.map(|age| i32::try_from(age).unwrap_or(i32::MAX)),
        least_sessions_month,
        least_hours_year,
        least_rate,
        closed_on,
        version: Some(version),
    })
}

/// The refusals that are shown beside a field, with the field's name.
const PLACES: [(&str, &str); 10] = [
    ("group-without-name", "name"),
    ("group-name-long", "name"),
    ("group-brand-long", "brand"),
    ("group-age-limit", "age_limit"),
    ("group-least", "least_sessions_month"),
    ("group-least-hours", "least_hours_year"),
    ("group-least-rate", "least_rate"),
    ("group-has-members", "closed_on"),
    ("group-closed-before-opened", "closed_on"),
    ("unit-closed-by-then", "unit"),
];

async fn change(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let id = GroupId(id);
    actions::load_writable(&site.app.db, &visit.actor, id, site.app.today()).await?;
    let save = async |sent: Sent| {
        actions::change(&site.app, &visit.actor, id, change_of(&fields, sent.version())?).await?;
        Ok(Done::new(format!("/groups/{id}"), "group-saved"))
    };
    let send = Send::new(&site, &visit, &fields).at(&PLACES);
    send.run(save, async |state| group_page(&site, &visit, id, &state).await).await
}

fn new_page(site: &Site, visit: &Visit, state: &FormState) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let form = state.form(site, visit);
    visit.page_as(site, state.status(), "groups/new.html", context! { form => Serde(&form) })
}

async fn new(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let values = [("from".to_owned(), site.app.today().to_string())];
    let fields = Fields::from_pairs(
        values.into_iter().chain(query.pairs().map(|(name, value)| (name.to_owned(), value.to_owned()))),
    );
    new_page(&site, &visit, &FormState::filled(fields))
}

async fn open(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let unit = fields.key("unit_id").map(UnitId);
    if let Some(unit) = unit {
        must(&site.app.db, &visit.actor, Action::Write, unit).await?;
    }
    let open = async |_| {
        let mut faults = Faults::new();
        let unit = faults.need("unit", Ok(unit));
        let name = faults.need("name", Ok(fields.owned("name")));
        let from = faults.need("from", fields.day("from"));
        let (Some(unit), Some(name), Some(from)) = (unit, name, from) else { return Err(faults.into()) };
        let opening = Opening { name, brand: fields.owned("brand"), unit, shared_by: Vec::new(), from };
        let id = actions::open(&site.app, &visit.actor, opening).await?;
        Ok(Done::new(format!("/groups/{id}"), "group-opened-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&PLACES);
    send.run(open, async |state| new_page(&site, &visit, &state)).await
}
