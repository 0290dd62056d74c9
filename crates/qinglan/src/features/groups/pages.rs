//! Pages: groups of a scope, one group with its members, rules and sessions; the picker.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use chrono::Datelike;
use kernel::{GroupId, Refusal, UnitId};
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{
    actions::{self, Change, Opening},
    sessions,
    store::{self, Line},
};
use crate::{
    actor::Action,
    error::{AppError, Result},
    features::{
        accounts::{actions::settle_once, pages::sent_before},
        scope::{self, must},
        units,
    },
    pinyin,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Faults, Visit,
        answer::Choice,
        list::{self, Asked, Column, List},
        phone::masked,
        rows::{By, Rows, Slice},
    },
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

struct Groups;

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
        if asked.query.text("state") != "short" {
            return Ok(store::list(&app.db, &scope, asked_for, slice).await?);
        }
        // What is short is known from the ledger: of the groups that the scope reaches, those are kept, then paged.
        let every = store::list(&app.db, &scope, asked_for, &slice.whole()).await?;
        // Sessions are counted over all that is listed, and over nothing that the visitor works for besides.
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
        Ok(every.keep(slice, |line| held.get(&GroupId(line.id)).copied().unwrap_or(0) < line.least))
    }

    async fn beside(asked: &Asked<'_>, _: &[Line]) -> Result<Value> {
        let unit_name = scope::places::name_asked(&asked.app.db, asked.query).await?;
        Ok(context! { unit_name, writes => asked.may(Action::Write) })
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

async fn group_page(
    site: &Site,
    visit: &Visit,
    status: StatusCode,
    id: GroupId,
    fields: Option<&Fields>,
    faults: &Faults,
) -> Answer {
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
    let place = scope::places::of(db, group.unit).await?.map(|(place, _)| place);
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
    let own: Vec<(String, String)> = vec![
        ("name".to_owned(), group.name.clone()),
        ("brand".to_owned(), group.brand.clone().unwrap_or_default()),
        ("age_limit".to_owned(), group.age_limit.to_string()),
        ("least_sessions_month".to_owned(), group.least_sessions_month.to_string()),
        ("least_hours_year".to_owned(), group.least_hours_year.to_string()),
        ("least_rate".to_owned(), group.least_rate.to_string()),
    ];
    let own = Fields::of(own);
    let mut form = visit.form(site, fields.unwrap_or(&own), faults);
    if status == StatusCode::CONFLICT {
        form = form.beside(&own, |_, value| value.to_owned());
    }
    // A form with faults keeps the version that it was opened with, one that came too late gets the present one.
    let typed = fields.and_then(|fields| fields.key("version"));
    let version = typed.filter(|_| status != StatusCode::CONFLICT).unwrap_or(group.version);
    let leads = visit.actor.scope(Action::Lead).covers_record(place, Some(id));
    let context = context! {
        id => id.0, name => group.name, brand => group.brand, unit => unit.map(|unit| unit.name), unit_id => group.unit.0,
        age_limit => group.age_limit, least => group.least_sessions_month, least_hours => group.least_hours_year, least_rate => group.least_rate, opened_on => group.opened_on.to_string(),
        closed_on => group.closed_on.map(|day| day.to_string()), members => shown, count, names, writes, leads,
        version, form => Serde(&form), today => today.to_string(), is_default => group.is_default,
        sharing => Serde(&sharing.into_iter().map(|(unit, name)| (unit.0, name)).collect::<Vec<_>>()),
        held => Serde(&held), missing, month_from => today.with_day(1).unwrap_or(today).to_string(),
    };
    visit.page_as(site, status, "groups/show.html", context)
}

async fn show(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    group_page(&site, &visit, StatusCode::OK, GroupId(id), None, &Faults::new()).await
}

async fn change(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let id = GroupId(id);
    actions::kept(&site.app.db, &visit.actor, id, site.app.today()).await?;
    let mut faults = Faults::new();
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let name = faults.need("name", Ok(fields.owned("name")));
    let age = faults.need("age_limit", fields.number("age_limit"));
    let least = faults.need("least_sessions_month", fields.number("least_sessions_month"));
    let least_hours = faults.take("least_hours_year", fields.number("least_hours_year")).flatten();
    let least_rate = faults.take("least_rate", fields.number("least_rate")).flatten();
    let closed_on = faults.take("closed_on", fields.day("closed_on")).flatten();
    if faults.is_empty() {
        let change = Change {
            name,
            brand: Some(fields.text("brand").to_owned()),
            age_limit: age.map(|age| i32::try_from(age).unwrap_or(i32::MAX)),
            least_sessions_month: least,
            least_hours_year: least_hours,
            least_rate,
            closed_on,
            version: Some(fields.key("version").unwrap_or(0)),
        };
        let named = [
            ("group-without-name", "name"),
            ("group-name-long", "name"),
            ("group-brand-long", "brand"),
            ("group-age-limit", "age_limit"),
            ("group-least", "least_sessions_month"),
            ("group-least-hours", "least_hours_year"),
            ("group-least-rate", "least_rate"),
            ("group-has-members", "closed_on"),
            ("group-closed-before-opened", "closed_on"),
        ];
        let done = actions::change(&site.app, &visit.actor, id, change).await;
        if matches!(&done, Err(AppError::Refused(refusal)) if refusal.is_conflict()) {
            status = StatusCode::CONFLICT;
        }
        match Faults::of(done, &named)? {
            Ok(_) => return visit.done(&site, &format!("/groups/{id}"), "group-saved", &[]),
            Err(refused) => faults = refused,
        }
    }
    group_page(&site, &visit, status, id, Some(&fields), &faults).await
}

fn new_page(site: &Site, visit: &Visit, status: StatusCode, fields: &Fields, faults: &Faults) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let form = visit.form(site, fields, faults);
    visit.page_as(site, status, "groups/new.html", context! { form => Serde(&form) })
}

async fn new(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let values = [("from".to_owned(), site.app.today().to_string())];
    let fields =
        Fields::of(values.into_iter().chain(query.pairs().map(|(name, value)| (name.to_owned(), value.to_owned()))));
    new_page(&site, &visit, StatusCode::OK, &fields, &Faults::new())
}

async fn open(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let mut faults = Faults::new();
    let unit = faults.need("unit", Ok(fields.key("unit_id").map(UnitId)));
    if let Some(unit) = unit {
        must(&site.app.db, &visit.actor, Action::Write, unit).await?;
    }
    let name = faults.need("name", Ok(fields.owned("name")));
    let from = faults.need("from", fields.day("from"));
    if let (Some(unit), Some(name), Some(from)) = (unit, name, from) {
        let token = fields.text("once");
        if let Some(answer) = sent_before(&site, &visit, token).await? {
            return Ok(answer);
        }
        let opening = Opening { name, brand: fields.owned("brand"), unit, shared_by: Vec::new(), from };
        let done = actions::open(&site.app, &visit.actor, opening).await;
        let location = done.as_ref().ok().map(|id| format!("/groups/{id}"));
        settle_once(&site.app, token, location.as_deref()).await?;
        match Faults::of(done, &[("unit-closed-by-then", "unit"), ("group-without-name", "name")])? {
            Ok(id) => return visit.done(&site, &format!("/groups/{id}"), "group-opened-done", &[]),
            Err(refused) => faults = refused,
        }
    }
    new_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &fields, &faults)
}
