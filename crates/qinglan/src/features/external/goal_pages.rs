//! Pages: goals of a scope's units; a group's people and what they are missing; the part on a person's own page.

use std::collections::BTreeMap;

use axum::extract::{Path, State as Extract};
use desk::{
    actor::Action,
    app::App,
    error::Result,
    pinyin,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit, language::Language, rows::Slice},
};
use federation::{
    groups, people,
    scope::{self, must},
    units,
};
use kernel::{GroupId, PersonId, Refusal, UnitId, month_of};
use minijinja::{context, value::Serde};
use serde::Serialize;
use tabular::Cell;
use web::Fields;

use super::{
    goals::{self, Goal, Progress},
    list,
    pages::choices,
    rules,
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/external/goals", goals_page),
        act("/external/goals", add),
        act("/external/goals/{id}/end", end),
        page("/external/groups/{id}", group_page),
    ]
}

#[derive(Serialize)]
struct Shown {
    id: i64,
    unit: String,
    platform: Option<String>,
    measure: String,
    per: String,
    amount: String,
    from: String,
    to: Option<String>,
    over: bool,
    version: i64,
}

async fn page_of(site: &Site, visit: &Visit, state: &FormState) -> Answer {
    let scope = visit.actor.scope(Action::Write);
    if scope.is_empty() {
        return Err(Refusal::forbidden().into());
    }
    let goals = goals::list(&site.app.db, &scope).await?;
    let named = goals::unit_names(&site.app.db, &goals).await?;
    let platforms = choices(&site.app, visit.language, true).await?;
    let this = month_of(site.app.today());
    let shown: Vec<Shown> = goals
        .into_iter()
        .map(|goal| Shown {
            id: goal.id,
            unit: named.get(&goal.unit).cloned().unwrap_or_default(),
            platform: goal
                .platform
                .and_then(|code| platforms.iter().find(|(of, _)| *of == code).cloned())
                .map(|(_, name)| name),
            amount: if goal.measure == "minutes" {
                rules::hours(goal.amount)
            } else {
                desk::ui::pages::grouped(goal.amount)
            },
            measure: goal.measure,
            per: goal.per,
            from: rules::shown_month(goal.from_month),
            to: goal.to_month.map(rules::shown_month),
            over: goal.to_month.is_some_and(|last| last < this),
            version: goal.version,
        })
        .collect();
    let form = state.form(site, visit);
    let in_use = choices(&site.app, visit.language, false).await?;
    let context = context! {
        goals => Serde(&shown), form => Serde(&form), platforms => Serde(&in_use), this => rules::shown_month(this),
    };
    visit.page_as(site, state.status(), "external/goals.html", context)
}

async fn goals_page(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    let unit = visit.unit();
    let name = match unit {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let values = [
        ("unit", name.unwrap_or_default()),
        ("unit_id", unit.map(|unit| unit.to_string()).unwrap_or_default()),
        ("measure", "points".to_owned()),
        ("per", "month".to_owned()),
        ("from_month", rules::shown_month(month_of(site.app.today()))),
    ];
    let fields = Fields::from_pairs(values);
    page_of(&site, &visit, &FormState::filled(fields)).await
}

/// A month of a goal, which may be in the future.
fn month(fields: &Fields, name: &str) -> std::result::Result<Option<i64>, Refusal> {
    let Some(text) = fields.some(name) else { return Ok(None) };
    let odd = |_| Refusal::new("external-month-unreadable").with("text", text);
    let month = tabular::month(&Cell::from_text(text), None).map_err(odd)?;
    Ok(Some(i64::from(month.year) * 100 + i64::from(month.month)))
}

fn read(fields: &Fields) -> FormResult<Goal> {
    let mut faults = Faults::new();
    let unit = fields.key("unit_id").map(UnitId);
    if unit.is_none() {
        faults.add("unit", Refusal::new("unit-pick"));
    }
    let measure = fields.text("measure").to_owned();
    let cell = Cell::from_text(fields.text("amount"));
    let amount = if measure == "minutes" { rules::minutes("学时", &cell) } else { rules::amount("目标", &cell) };
    let amount = faults.need("amount", amount);
    let from = faults.need("from_month", month(fields, "from_month"));
    let to_month = faults.take("to_month", month(fields, "to_month")).flatten();
    match (unit, amount, from) {
        (Some(unit), Some(amount), Some(from_month)) if faults.is_empty() => Ok(Goal {
            id: 0,
            unit,
            platform: fields.owned("platform"),
            measure,
            per: fields.text("per").to_owned(),
            amount,
            from_month,
            to_month,
            version: 1,
        }),
        _ => Err(faults.into()),
    }
}

/// The refusals that are shown beside a field, with the field's name.
const PLACES: [(&str, &str); 4] = [
    ("goal-amount", "amount"),
    ("goal-months", "to_month"),
    ("platform-unknown", "platform"),
    ("unit-unknown", "unit"),
];

async fn add(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    if let Some(unit) = fields.key("unit_id").map(UnitId) {
        must(&site.app.db, &visit.actor, Action::Write, unit).await?;
    }
    let add = async |_| {
        goals::add(&site.app, &visit.actor, read(&fields)?).await?;
        Ok(Done::new("/external/goals", "goal-set-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&PLACES);
    send.run(add, async |state| page_of(&site, &visit, &state).await).await
}

/// Ends a goal with last month: it no longer applies from this month on.
async fn end(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let this = month_of(site.app.today());
    let last = if this % 100 == 1 { this - 89 } else { this - 1 };
    let end = async |sent: Sent| {
        goals::end(&site.app, &visit.actor, id, sent.version(), last).await?;
        Ok(Done::new("/external/goals", "goal-ended-done"))
    };
    Send::new(&site, &visit, &fields).press(end).await
}

#[derive(Serialize)]
struct Member {
    id: i64,
    name: String,
    order: String,
    goals: Vec<Progress>,
    short: bool,
}

/// A group's people, each with what is earned and required; those who are missing something first.
async fn group_page(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let db = &site.app.db;
    let today = site.app.today();
    let unknown = || Refusal::unknown("group-unknown").with("id", id);
    let group = groups::store::by_ids(db, &[GroupId(id)]).await?.remove(&GroupId(id)).filter(|group| !group.void);
    let group = group.ok_or_else(unknown)?;
    let scope = visit.actor.scope(Action::Lead);
    let place = scope::places::of_unit(db, group.unit).await?.map(|(place, _)| place);
    if !scope.covers_record(place, Some(group.id)) {
        let sees = groups::store::sees(db, &visit.actor.scope(Action::Read), group.id, today).await?;
        return Err(if sees { Refusal::forbidden() } else { unknown() }.into());
    }
    let members = groups::store::members_on(db, &[group.id], today).await?;
    let ids: Vec<PersonId> = members.into_iter().map(|(person, _)| person).collect();
    let named = people::store::by_ids(db, &ids).await?;
    let mut progress: BTreeMap<PersonId, Vec<Progress>> =
        goals::progress(&site.app, &ids, visit.language == Language::English).await?;
    let mut rows: Vec<Member> = named
        .into_values()
        .map(|person| {
            let goals = progress.remove(&person.id).unwrap_or_default();
            Member {
                id: person.id.0,
                order: pinyin::of_person(&person.name).order,
                name: person.name,
                short: goals.iter().any(|goal| !goal.missing.is_empty()),
                goals,
            }
        })
        .collect();
    rows.sort_by(|a, b| (!a.short, &a.order, a.id).cmp(&(!b.short, &b.order, b.id)));
    let short = rows.iter().filter(|row| row.short).count();
    let any = rows.iter().any(|row| !row.goals.is_empty());
    let context = context! {
        id, name => group.name, rows => Serde(&rows), short, any, month => rules::shown_month(month_of(today)),
        writes => visit.may(Action::Write),
    };
    visit.page(&site, "external/group.html", context)
}

/// The latest results of a person, and how far the person is: what the person's page shows.
pub(crate) async fn of_person(site: &Site, visit: &Visit, person: PersonId, today: bool) -> Result<minijinja::Value> {
    /// Lines shown.
    const SHOWN: u64 = 6;
    let filters = Fields::from_pairs([("person_id", &*person.to_string())]);
    let (scope, first) = (visit.actor.scope(Action::People), Slice::first(list::ORDERS, SHOWN));
    let lines = list::list(&site.app.db, &scope, (&filters, site.app.today()), &first).await?.lines();
    let english = visit.language == Language::English;
    // How far the person is with the goals of today.
    let progress = if today {
        goals::progress(&site.app, &[person], english).await?.remove(&person).unwrap_or_default()
    } else {
        Vec::new()
    };
    let lines: Vec<_> = lines
        .into_iter()
        .map(|line| {
            context! {
                id => line.id, platform => if english { line.platform_en } else { line.platform },
                month => rules::shown_month(line.month), points => line.points, hours => line.minutes.map(rules::hours),
                classes => line.classes, state => line.state,
            }
        })
        .collect();
    Ok(context! { lines, goals => Serde(&progress) })
}

/// All results of a person, including void ones, for the person's own export.
pub(super) async fn held_on(app: &App, person: PersonId) -> Result<Vec<serde_json::Value>> {
    let own = desk::actor::Scope { person: Some(person), ..Default::default() };
    let mut all = Vec::new();
    for state in ["", "void"] {
        let filters = Fields::from_pairs([("state", state)]);
        let every = Slice::first(list::ORDERS, app.most_exported);
        let lines = list::list(&app.db, &own, (&filters, app.today()), &every).await?.whole(app)?;
        all.extend(lines.into_iter().map(|line| {
            serde_json::json!({
                "platform": line.platform, "month": rules::shown_month(line.month), "points": line.points,
                "minutes": line.minutes, "classes": line.classes, "state": line.state, "unit_name": line.unit,
                "attested_by": line.attested_by,
            })
        }));
    }
    Ok(all)
}
