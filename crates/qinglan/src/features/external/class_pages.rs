//! Pages: classes online by unit, with their rates; one class, its form, made void.

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
};
use kernel::{RecordId, Refusal, UnitId};
use minijinja::{Value, context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    classes::{self, Class, Line},
    list,
    pages::{choices, told},
};
use crate::{
    actor::Action,
    error::{AppError, Result},
    features::{
        accounts::{actions::settle_once, pages::sent_before},
        scope, units,
    },
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Faults, Visit,
        answer::status_of,
        list::{Asked, Column, List, export, show as show_list},
        rows::{By, Rows, Slice},
    },
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/external/classes", show_list::<Classes>),
        page("/external/classes/export", export::<Classes>),
        page("/external/classes/new", new),
        act("/external/classes", add),
        page("/external/classes/{id}", show),
        page("/external/classes/{id}/edit", edit_page),
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
            unit_name => scope::places::name_asked(&asked.app.db, asked.query).await?,
            leads => asked.may(Action::Lead), writes => asked.may(Action::Write),
            platforms => Serde(&choices(asked.app, asked.words.language, true).await?),
        })
    }
}

/// A class of a unit whose figures the visitor sees; another is not known.
async fn seen(site: &Site, visit: &Visit, id: i64) -> Result<Class> {
    let class = classes::by_id(&site.app.db, id).await?;
    let scope = visit.actor.scope(Action::Figures);
    let place = scope::places::of(&site.app.db, class.unit).await?.map(|(place, _)| place);
    if scope.covers(place) { Ok(class) } else { Err(Refusal::unknown("class-unknown").with("id", id).into()) }
}

async fn keeps(site: &Site, visit: &Visit, unit: UnitId) -> Result<bool> {
    match classes::must_keep(&site.app.db, &visit.actor, unit).await {
        Ok(()) => Ok(true),
        Err(AppError::Refused(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

async fn class_page(site: &Site, visit: &Visit, status: StatusCode, id: i64, fault: Option<&Refusal>) -> Answer {
    let class = seen(site, visit, id).await?;
    let words = site.pages.words(visit.language);
    let unit = units::by_ids(&site.app.db, &[class.unit]).await?.remove(&class.unit);
    let platform =
        choices(&site.app, visit.language, true).await?.into_iter().find(|(code, _)| *code == class.platform);
    let history = told(words, list::done(&site.app.db, "class", class.id).await?);
    let context = context! {
        id, version => class.version, unit => unit.map(|unit| unit.name), platform => platform.map(|(_, name)| name),
        season => class.season, issue => class.issue, opened_on => class.opened_on.to_string(),
        participants => class.participants, base => class.base, rate => rate(class.participants, class.base),
        void => class.void, void_reason => class.void_reason, history,
        keeps => keeps(site, visit, class.unit).await? && !class.void, fault => fault.map(|fault| words.refusal(fault)),
    };
    visit.page_as(site, status, "external/class.html", context)
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    class_page(&site, &visit, StatusCode::OK, id, None).await
}

/// What a form hands in; key and version as they stand.
async fn read(
    site: &Site,
    visit: &Visit,
    fields: &Fields,
    old: Option<&Class>,
) -> Result<std::result::Result<Class, Faults>> {
    let mut faults = Faults::new();
    let unit = match (fields.key("unit_id").map(UnitId), fields.some("unit")) {
        (Some(unit), _) => Some(unit),
        // Without script the name alone is handed in.
        (None, Some(name)) => match units::unit_named(&site.app.db, name).await {
            Ok(unit) => Some(unit.id),
            Err(AppError::Refused(refusal)) => {
                faults.add("unit", refusal);
                None
            }
            Err(other) => return Err(other),
        },
        (None, None) => old.map(|old| old.unit).or_else(|| visit.unit()),
    };
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
        return Ok(Err(faults));
    };
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    Ok(Ok(Class {
        id: old.map_or(RecordId(0), |old| old.id),
        unit,
        platform,
        season: tabular::tidy(&season),
        issue: tabular::tidy(&issue),
        opened_on,
        participants,
        base,
        void: false,
        void_reason: None,
        version: fields.key("version").unwrap_or(0),
    }))
}

const FIELDS: [(&str, &str); 6] = [
    ("class-more-than-base", "participants"),
    ("class-there-already", "issue"),
    ("class-wants-issue", "season"),
    ("class-ahead", "opened_on"),
    ("platform-unknown", "platform"),
    ("unit-unknown", "unit"),
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
    Ok(Fields::of(pairs.into_iter().map(|(name, value)| (name.to_owned(), value))))
}

async fn form_page(
    site: &Site,
    visit: &Visit,
    status: StatusCode,
    fields: &Fields,
    faults: &Faults,
    old: Option<&Class>,
) -> Answer {
    let platforms = choices(&site.app, visit.language, old.is_some()).await?;
    let mut form = visit.form(site, fields, faults);
    if let Some(old) = old.filter(|_| status == StatusCode::CONFLICT) {
        let stands = fields_of(site, old).await?;
        let stands = stands.pairs().filter(|(name, _)| *name != "unit_id");
        let stands = Fields::of(stands.map(|(name, value)| (name.to_owned(), value.to_owned())));
        form = form.beside(&stands, |name, value| match name {
            "platform" => platforms.iter().find(|(code, _)| code == value).map_or(value, |(_, name)| name).to_owned(),
            _ => value.to_owned(),
        });
    }
    let number = |name| fields.number(name).ok().flatten().unwrap_or(0);
    let typed = fields.key("version").filter(|_| status != StatusCode::CONFLICT);
    let context = context! {
        form => Serde(&form), platforms => Serde(&platforms), id => old.map(|old| old.id.0),
        version => typed.or(old.map(|old| old.version)).unwrap_or(0),
        more => number("participants") > number("base"),
    };
    visit.page_as(site, status, "external/class-form.html", context)
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
    let fields = Fields::of(values.into_iter().map(|(name, value)| (name.to_owned(), value)));
    form_page(&site, &visit, StatusCode::OK, &fields, &Faults::new(), None).await
}

async fn add(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Lead) {
        return Err(Refusal::forbidden().into());
    }
    if let Some(unit) = fields.key("unit_id").map(UnitId) {
        classes::must_keep(&site.app.db, &visit.actor, unit).await?;
    }
    let token = fields.text("once");
    if let Some(answer) = sent_before(&site, &visit, token).await? {
        return Ok(answer);
    }
    let done = match read(&site, &visit, &fields, None).await {
        Ok(Ok(class)) => {
            let added = classes::add_all(&site.app, &visit.actor, vec![class], fields.ticked("sure")).await;
            Faults::of(added, &FIELDS)
        }
        Ok(Err(faults)) => Ok(Err(faults)),
        Err(other) => Err(other),
    };
    let location = match &done {
        Ok(Ok(ids)) => ids.first().map(|id| format!("/external/classes/{id}")),
        _ => None,
    };
    settle_once(&site.app, token, location.as_deref()).await?;
    match (done?, location) {
        (Ok(_), location) => {
            visit.done(&site, location.as_deref().unwrap_or("/external/classes"), "class-entered-done", &[])
        }
        (Err(faults), _) => form_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &fields, &faults, None).await,
    }
}

async fn changeable(site: &Site, visit: &Visit, id: i64) -> Result<Class> {
    let class = seen(site, visit, id).await?;
    classes::must_keep(&site.app.db, &visit.actor, class.unit).await?;
    if class.void { Err(Refusal::new("class-is-void").into()) } else { Ok(class) }
}

async fn edit_page(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let class = changeable(&site, &visit, id).await?;
    let fields = fields_of(&site, &class).await?;
    form_page(&site, &visit, StatusCode::OK, &fields, &Faults::new(), Some(&class)).await
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let old = changeable(&site, &visit, id).await?;
    let class = match read(&site, &visit, &fields, Some(&old)).await? {
        Ok(class) => class,
        Err(faults) => {
            return form_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &fields, &faults, Some(&old)).await;
        }
    };
    let done = classes::edit(&site.app, &visit.actor, class, fields.ticked("sure")).await;
    let conflict = matches!(&done, Err(AppError::Refused(refusal)) if refusal.is_conflict());
    match Faults::of(done, &FIELDS)? {
        Ok(()) => visit.done(&site, &format!("/external/classes/{id}"), "class-saved", &[]),
        Err(faults) => {
            let status = if conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            let now = seen(&site, &visit, id).await?;
            form_page(&site, &visit, status, &fields, &faults, Some(&now)).await
        }
    }
}

async fn void(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    seen(&site, &visit, id).await?;
    let version = fields.key("version").unwrap_or(0);
    match classes::void(&site.app, &visit.actor, id, version, fields.text("reason")).await {
        Ok(()) => visit.done(&site, &format!("/external/classes/{id}"), "class-voided-done", &[]),
        Err(AppError::Refused(refusal)) if !refusal.is_forbidden() => {
            let status = status_of(&AppError::Refused(refusal.clone()));
            class_page(&site, &visit, status, id, Some(&refusal)).await
        }
        Err(other) => Err(other),
    }
}
