//! Pages: online classes by unit, with their rates; one class, its form, and making it void.

use axum::extract::{Path, State as Extract};
use desk::{
    actor::Action,
    error::{AppError, Result},
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit,
        list::{Asked, Column, List, export, show as show_list},
        rows::{By, Rows, Slice},
    },
};
use federation::{scope, units};
use kernel::{RecordId, Refusal, UnitId};
use minijinja::{Value, context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    classes::{self, Class, Line},
    list,
    pages::{choices, describe_log},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/external/classes", show_list::<Classes>),
        page("/external/classes/export", export::<Classes>),
        page("/external/classes/new", new),
        act("/external/classes", add),
        page("/external/classes/{id}", show),
        page("/external/classes/{id}/edit", edit_form),
        act("/external/classes/{id}", edit),
        act("/external/classes/{id}/void", void),
    ]
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    line: Line,
    platform_name: String,
    rate_text: Option<String>,
}

fn rate(participants: i64, base: i64) -> Option<String> {
    (base > 0).then(|| format!("{:.1}%", participants as f64 * 100.0 / base as f64))
}

struct Classes;

impl List for Classes {
    type Line = Shown;
    const NAME: &'static str = "external-classes";
    const TEMPLATE: &'static str = "external/classes.html";
    const ORDERS: &'static [By] = classes::ORDERS;
    const COLUMNS: &'static [Column<Shown>] = &[
        Column::number(),
        Column::new("单位", |shown, _| (&shown.line.unit).into()),
        Column::new("平台", |shown, _| (&shown.line.platform).into()),
        Column::new("季", |shown, _| (&shown.line.season).into()),
        Column::new("期", |shown, _| (&shown.line.issue).into()),
        Column::new("开课日期", |shown, _| shown.line.day.to_string().into()),
        Column::new("参学人次", |shown, _| shown.line.participants.into()),
        Column::new("应参学人次", |shown, _| shown.line.base.into()),
        Column::new("参学率", |shown, _| shown.rate_text.as_deref().into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Shown>> {
        let scope = asked.scope(Action::Figures);
        if scope.is_empty() {
            return Err(Refusal::forbidden().into());
        }
        let rows = classes::list(&asked.app.db, &scope, (asked.query, asked.today()), slice).await?;
        let english = asked.english();
        Ok(rows.map(|line| Shown {
            platform_name: if english { line.platform_en.clone() } else { line.platform.clone() },
            rate_text: rate(line.participants, line.base),
            line,
        }))
    }

    async fn beside(asked: &Asked<'_>, _: &[Shown]) -> Result<Value> {
        Ok(context! {
            unit_name => scope::places::name_from_query(&asked.app.db, asked.query).await?,
            leads => asked.may(Action::Lead), writes => asked.may(Action::Write),
            platforms => Serde(&choices(asked.app, asked.words.language, true).await?),
        })
    }
}

/// A class of a unit whose figures the visitor may see; any other is refused as unknown.
async fn seen(site: &Site, visit: &Visit, id: i64) -> Result<Class> {
    let class = classes::by_id(&site.app.db, id).await?;
    let scope = visit.actor.scope(Action::Figures);
    let place = scope::places::of_unit(&site.app.db, class.unit).await?.map(|(place, _)| place);
    if scope.covers(place) { Ok(class) } else { Err(Refusal::unknown("class-unknown").with("id", id).into()) }
}

async fn keeps(site: &Site, visit: &Visit, unit: UnitId) -> Result<bool> {
    match classes::must_keep(&site.app.db, &visit.actor, unit).await {
        Ok(()) => Ok(true),
        Err(AppError::Refused(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

async fn class_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let class = seen(site, visit, id).await?;
    let words = site.pages.words(visit.language);
    let unit = units::by_ids(&site.app.db, &[class.unit]).await?.remove(&class.unit);
    let platform =
        choices(&site.app, visit.language, true).await?.into_iter().find(|(code, _)| *code == class.platform);
    // Who did what, and why, is for those who may see people by name.
    let names = figures::metrics::actions::sees_people(&site.app, &visit.actor, class.unit).await?;
    let history = if names { list::done(&site.app.db, "class", class.id).await? } else { Vec::new() };
    let history = describe_log(words, history);
    let form = state.form_of(site, visit, &Fields::default(), class.version);
    let void_reason = class.void_reason.map(|reason| match reason.as_str() {
        classes::WAS_REPLACED | classes::WAS_UNDONE => words.message(&reason, &[]),
        _ => reason,
    });
    let context = context! {
        id, form => Serde(&form), unit => unit.map(|unit| unit.name), platform => platform.map(|(_, name)| name),
        season => class.season, issue => class.issue, opened_on => class.opened_on.to_string(),
        participants => class.participants, base => class.base, rate => rate(class.participants, class.base),
        void => class.void, void_reason => void_reason.filter(|_| names), history,
        keeps => keeps(site, visit, class.unit).await? && !class.void,
    };
    visit.page_as(site, state.status(), "external/class.html", context)
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    class_page(&site, &visit, id, &FormState::opened()).await
}

/// The class in a form; `old` is the class that it changes, with the version it was opened with.
async fn read(site: &Site, visit: &Visit, fields: &Fields, old: Option<(&Class, i64)>) -> FormResult<Class> {
    let mut faults = Faults::new();
    let unit = faults.found("unit", units::in_field(&site.app.db, fields, "unit").await)?.flatten();
    let unit = unit.or_else(|| old.map(|(old, _)| old.unit)).or_else(|| visit.unit());
    let platform = faults.need("platform", Ok(fields.owned("platform")));
    let season = faults.need("season", Ok(fields.owned("season")));
    let issue = faults.need("issue", Ok(fields.owned("issue")));
    let opened_on = faults.need("opened_on", fields.day("opened_on"));
    let participants = faults.need("participants", fields.number("participants"));
    let base = faults.need("base", fields.number("base"));
    if unit.is_none() && faults.is_empty() {
        faults.add("unit", Refusal::new("unit-pick"));
    }
    let (Some(unit), Some(platform), Some(season), Some(issue), Some(opened_on), Some(participants), Some(base)) =
        (unit, platform, season, issue, opened_on, participants, base)
    else {
        return Err(faults.into());
    };
    faults.check()?;
    Ok(Class {
        id: old.map_or(RecordId(0), |(old, _)| old.id),
        unit,
        platform,
        season: tabular::tidy(&season),
        issue: tabular::tidy(&issue),
        opened_on,
        participants,
        base,
        level: None,
        void: false,
        void_reason: None,
        replaces: None,
        version: old.map_or(0, |(_, version)| version),
    })
}

/// The refusals that are shown beside a field, with the field's name.
const FIELDS: [(&str, &str); 7] = [
    ("class-more-than-base", "participants"),
    ("class-there-already", "issue"),
    ("class-wants-issue", "season"),
    ("class-ahead", "opened_on"),
    ("platform-unknown", "platform"),
    ("unit-unknown", "unit"),
    ("void-without-reason", "reason"),
];

async fn fields_of(site: &Site, class: &Class) -> Result<Fields> {
    let unit = units::by_ids(&site.app.db, &[class.unit]).await?.remove(&class.unit);
    let pairs = [
        ("unit", unit.map(|unit| unit.name).unwrap_or_default()),
        ("unit_id", class.unit.to_string()),
        ("platform", class.platform.clone()),
        ("season", class.season.clone()),
        ("issue", class.issue.clone()),
        ("opened_on", class.opened_on.to_string()),
        ("participants", class.participants.to_string()),
        ("base", class.base.to_string()),
    ];
    Ok(Fields::from_pairs(pairs))
}

/// The page with the form of a new or existing class; `current` are the stored values of an existing one.
async fn form_page(site: &Site, visit: &Visit, state: &FormState, current: Option<(&Class, &Fields)>) -> Answer {
    let platforms = choices(&site.app, visit.language, current.is_some()).await?;
    let form = match current {
        None => state.form(site, visit),
        Some((old, stored)) => state.form_with(site, visit, (stored, old.version), |name, value| match name {
            "platform" => platforms.iter().find(|(code, _)| code == value).map_or(value, |(_, name)| name).to_owned(),
            _ => value.to_owned(),
        }),
    };
    let fields = current.filter(|_| !state.is_refused()).map_or(state.fields(), |(_, stored)| stored);
    let number = |name| fields.number(name).ok().flatten().unwrap_or(0);
    let context = context! {
        form => Serde(&form), platforms => Serde(&platforms), id => current.map(|(old, _)| old.id.0),
        more => number("participants") > number("base"),
    };
    visit.page_as(site, state.status(), "external/class-form.html", context)
}

async fn new(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    if !visit.may(Action::Lead) {
        return Err(Refusal::forbidden().into());
    }
    let unit = visit.unit();
    let name = match unit {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let values = [
        ("unit", name.unwrap_or_default()),
        ("unit_id", unit.map(|unit| unit.to_string()).unwrap_or_default()),
        ("platform", "daxuexi".to_owned()),
        ("opened_on", site.app.today().to_string()),
    ];
    let fields = Fields::from_pairs(values);
    form_page(&site, &visit, &FormState::filled(fields), None).await
}

async fn add(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Lead) {
        return Err(Refusal::forbidden().into());
    }
    if let Some(unit) = fields.key("unit_id").map(UnitId) {
        classes::must_keep(&site.app.db, &visit.actor, unit).await?;
    }
    let add = async |_| {
        let class = read(&site, &visit, &fields, None).await?;
        let ids = classes::add_all(&site.app, &visit.actor, vec![class], fields.ticked("sure")).await?;
        let page = ids.first().map_or_else(|| "/external/classes".to_owned(), |id| format!("/external/classes/{id}"));
        Ok(Done::new(page, "class-entered-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(add, async |state| form_page(&site, &visit, &state, None).await).await
}

async fn changeable(site: &Site, visit: &Visit, id: i64) -> Result<Class> {
    let class = seen(site, visit, id).await?;
    classes::must_keep(&site.app.db, &visit.actor, class.unit).await?;
    if class.void { Err(Refusal::new("class-is-void").into()) } else { Ok(class) }
}

async fn edit_page(site: &Site, visit: &Visit, class: &Class, state: &FormState) -> Answer {
    let current = fields_of(site, class).await?;
    form_page(site, visit, state, Some((class, &current))).await
}

async fn edit_form(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let class = changeable(&site, &visit, id).await?;
    edit_page(&site, &visit, &class, &FormState::opened()).await
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let old = changeable(&site, &visit, id).await?;
    let save = async |sent: Sent| {
        let class = read(&site, &visit, &fields, Some((&old, sent.version()))).await?;
        classes::edit(&site.app, &visit.actor, class, fields.ticked("sure")).await?;
        Ok(Done::new(format!("/external/classes/{id}"), "class-saved"))
    };
    let page = async |state: FormState| {
        let now = seen(&site, &visit, id).await?;
        edit_page(&site, &visit, &now, &state).await
    };
    Send::new(&site, &visit, &fields).at(&FIELDS).run(save, page).await
}

async fn void(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    seen(&site, &visit, id).await?;
    let void = async |sent: Sent| {
        classes::void(&site.app, &visit.actor, id, sent.version(), fields.text("reason")).await?;
        Ok(Done::new(format!("/external/classes/{id}"), "class-voided-done"))
    };
    Send::new(&site, &visit, &fields)
        .at(&FIELDS)
        .run(void, async |state| class_page(&site, &visit, id, &state).await)
        .await
}
