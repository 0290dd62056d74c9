//! Pages: classes online by unit, with their rates; one class, its form, made void.

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
};
use document::{Cell, SheetOut};
use kernel::{RecordId, Refusal, UnitId};
use minijinja::{context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    classes::{self, By, Class, Line, Wanted},
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
        Answer, Faults, Order, Page, Visit, answer::status_of, export::export_list, language::Language, period::Chosen,
    },
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/external/classes", list_page),
        page("/external/classes/export", export),
        page("/external/classes/new", new),
        act("/external/classes", add),
        page("/external/classes/{id}", show),
        page("/external/classes/{id}/edit", edit_page),
        act("/external/classes/{id}", edit),
        act("/external/classes/{id}/void", void),
    ]
}

/// Lines of a page.
const PAGE: usize = 30;

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

fn order_of(query: &Fields) -> Order {
    Order::read(query, &[("day", false), ("unit", true), ("rate", false)])
}

async fn lines(site: &Site, visit: &Visit, query: &Fields, most: u64) -> Result<(Vec<Line>, By)> {
    let scope = visit.actor.scope(Action::Figures);
    if scope.is_empty() {
        return Err(Refusal::forbidden().into());
    }
    let chosen = match query.text("period") {
        "" | "any" => None,
        _ => Some(Chosen::read(query, "year", site.app.today(), site.pages.words(visit.language))?),
    };
    let places = match query.key("unit_id") {
        Some(unit) => Some(scope::places::of(&site.app.db, UnitId(unit)).await?.unwrap_or((-1, -1))),
        None => None,
    };
    let order = order_of(query);
    let wanted = Wanted {
        text: query.text("q"),
        platform: query.text("platform"),
        void: query.text("state") == "void",
        places,
        from: chosen.as_ref().map(|chosen| chosen.period.from),
        to: chosen.as_ref().map(|chosen| chosen.period.to),
        by: By::of(order.by),
        rising: order.rising,
        after: Order::after(query),
        most,
    };
    Ok((classes::list(&site.app.db, &scope, &wanted).await?, wanted.by))
}

async fn list_page(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let (lines, by) = lines(&site, &visit, &query, PAGE as u64 + 1).await?;
    let page = Page::of(lines, PAGE, &query, &["after", "after_id"], |line| {
        vec![("after", by.key(line)), ("after_id", line.id.to_string())]
    });
    let english = visit.language == Language::English;
    let rows: Vec<Shown> = page
        .rows
        .into_iter()
        .map(|line| Shown {
            platform_name: if english { line.platform_en.clone() } else { line.platform.clone() },
            rate_text: rate(line.participants, line.base),
            line,
        })
        .collect();
    let unit_name = match query.key("unit_id").map(UnitId) {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let form = visit.form(&site, &query, &Faults::new());
    let named = ["q", "platform", "state", "unit_id", "period"];
    let filtered = named.iter().any(|name| query.some(name).is_some());
    let context = context! {
        form => Serde(&form), lines => Serde(&rows), next => page.next, query => page.query, first => page.first, filtered,
        unit_name, leads => visit.may(Action::Lead), writes => visit.may(Action::Write),
        order => Serde(&order_of(&query)),
        platforms => Serde(&choices(&site, &visit, true).await?),
    };
    visit.page(&site, "external/classes.html", context)
}

async fn export(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let (lines, _) = lines(&site, &visit, &query, site.app.to_export()).await?;
    let words = site.pages.words(visit.language);
    let heads = ["序号", "单位", "平台", "季", "期", "开课日期", "参学人次", "应参学人次", "参学率"];
    let rows = lines.into_iter().enumerate().map(|(number, line)| {
        vec![
            Cell::Whole(number as i64 + 1),
            Cell::from(line.unit),
            Cell::from(line.platform),
            Cell::from(line.season),
            Cell::from(line.issue),
            Cell::from(line.day.to_string()),
            Cell::Whole(line.participants),
            Cell::Whole(line.base),
            rate(line.participants, line.base).map_or(Cell::Empty, Cell::from),
        ]
    });
    let sheet = SheetOut {
        name: words.say("external-classes", &[]),
        title: Some(words.say("external-classes", &[])),
        columns: heads.iter().map(|head| (*head).into()).collect(),
        rows: rows.collect(),
    };
    export_list(&site, &visit, "external-classes", sheet).await
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
    let platform = choices(site, visit, true).await?.into_iter().find(|(code, _)| *code == class.platform);
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
    let platforms = choices(site, visit, old.is_some()).await?;
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
