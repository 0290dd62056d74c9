//! Pages: the list, the calendar, one activity, its form, its notice and its sign-in sheet.

use axum::extract::{Path, State as Extract};
use chrono::{Datelike, Months, NaiveDate};
use document::{Cell, SheetOut};
use kernel::{RecordId, Refusal, UnitId, last_of_month};
use minijinja::{context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    actions, following,
    list::{self, By, Line, Wanted},
    model::{Activity, State},
    reach, roll, store,
};
use crate::{
    actor::Action,
    error::{AppError, Result},
    features::{groups, scope, settings, units},
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Faults, Order, Page, Visit,
        answer::unknown_page,
        export::{Format, export_file, export_list, log_export},
        language::Language,
        period::Chosen,
    },
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/activities", list),
        page("/activities/export", export),
        page("/activities/calendar", calendar),
        page("/activities/{id}", show),
        act("/activities/{id}/announce", announce),
        act("/activities/{id}/close", close),
        act("/activities/{id}/void", void),
        page("/activities/{id}/notice", notice),
        page("/activities/{id}/sheet/{format}", sheet),
    ]
}

/// Lines of a page.
const PAGE: usize = 20;

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    line: Line,
    /// `waiting` where the day of an announced one has passed.
    stands: &'static str,
    rate: Option<String>,
    kind: String,
}

fn stands(state: &str, day: NaiveDate, today: NaiveDate) -> &'static str {
    match state {
        "announced" if day < today => "waiting",
        "draft" => "draft",
        "announced" => "announced",
        "held" => "held",
        "closed" => "closed",
        _ => "void",
    }
}

fn shown(line: Line, today: NaiveDate, language: Language) -> Shown {
    let booked = matches!(line.state.as_str(), "held" | "closed");
    Shown {
        stands: stands(&line.state, line.day, today),
        rate: (booked && line.due > 0).then(|| format!("{:.1}%", line.present as f64 * 100.0 / line.due as f64)),
        kind: if language == Language::English { line.type_en.clone() } else { line.type_name.clone() },
        line,
    }
}

/// The order that a query asks for: of itself the latest first.
fn order_of(query: &Fields) -> Order {
    Order::read(query, &[("day", false), ("title", true), ("host", true), ("present", false)])
}

/// What a query narrows the list to; the period is `any` unless one is chosen.
async fn wanted<'q>(site: &Site, visit: &Visit, query: &'q Fields, most: u64) -> Result<(Wanted<'q>, Option<Chosen>)> {
    let words = site.pages.words(visit.language);
    let chosen = match query.text("period") {
        "" | "any" => None,
        _ => Some(Chosen::read(query, "year", site.app.today(), words)?),
    };
    let places = match query.key("unit_id") {
        Some(unit) => Some(scope::places::of(&site.app.db, UnitId(unit)).await?.unwrap_or((-1, -1))),
        None => None,
    };
    let order = order_of(query);
    let ids: Vec<i64> = query.every("chosen").filter_map(|id| id.parse().ok()).take(500).collect();
    let wanted = Wanted {
        text: query.text("q"),
        from: chosen.as_ref().map(|chosen| chosen.period.from),
        to: chosen.as_ref().map(|chosen| chosen.period.to),
        pillar: query.text("pillar"),
        kind: query.text("type"),
        state: query.text("state"),
        places,
        by: By::of(order.by),
        rising: order.rising,
        after: Order::after(query),
        ids,
        most,
    };
    Ok((wanted, chosen))
}

async fn list(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let (wanted, chosen) = wanted(&site, &visit, &query, PAGE as u64 + 1).await?;
    let today = site.app.today();
    let lines = list::list(&site.app.db, &visit.actor.scope(Action::Read), &wanted, today).await?;
    let page = Page::of(lines, PAGE, &query, &["after", "after_id"], |line| {
        vec![("after", wanted.by.key(line)), ("after_id", line.id.to_string())]
    });
    let rows: Vec<Shown> = page.rows.into_iter().map(|line| shown(line, today, visit.language)).collect();
    let settings = settings::store::read(&site.app.db).await?;
    let types = store::types(&site.app.db).await?;
    let english = visit.language == Language::English;
    let types: Vec<(String, String)> =
        types.into_iter().map(|kind| (kind.code, if english { kind.en } else { kind.name })).collect();
    let pillars: Vec<(&str, String)> =
        settings.pillars.into_iter().map(|pillar| (pillar.code, if english { pillar.en } else { pillar.zh })).collect();
    let unit_name = match query.key("unit_id").map(UnitId) {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let form = visit.form(&site, &query, &Faults::new());
    let filtered =
        ["q", "pillar", "type", "state", "unit_id"].iter().any(|name| query.some(name).is_some()) || chosen.is_some();
    let context = context! {
        form => Serde(&form), lines => Serde(&rows), next => page.next, query => page.query, first => page.first,
        filtered, types => Serde(&types), pillars => Serde(&pillars), unit_name,
        may_lead => visit.may(Action::Lead), order => Serde(&order_of(&query)),
    };
    visit.page(&site, "activities/list.html", context)
}

async fn export(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let (wanted, _) = wanted(&site, &visit, &query, site.app.to_export()).await?;
    let today = site.app.today();
    let words = site.pages.words(visit.language);
    let lines = list::list(&site.app.db, &visit.actor.scope(Action::Read), &wanted, today).await?;
    let heads =
        ["list-day", "list-title", "list-type", "list-host", "list-due", "list-present", "list-rate", "list-state"];
    let rows = lines.into_iter().map(|line| {
        let shown = shown(line, today, visit.language);
        let state = format!("state-{}", shown.stands);
        vec![
            Cell::from(format!("{} {}", shown.line.day, shown.line.time_from.clone().unwrap_or_default())),
            Cell::from(shown.line.title.as_str()),
            Cell::from(shown.kind.as_str()),
            Cell::from(shown.line.unit.as_str()),
            Cell::Whole(shown.line.due),
            Cell::Whole(shown.line.present),
            shown.rate.map_or(Cell::Empty, Cell::from),
            Cell::from(words.say(&state, &[])),
        ]
    });
    let sheet = SheetOut {
        name: words.say("nav-activities", &[]),
        title: Some(words.say("nav-activities", &[])),
        columns: heads.iter().map(|head| words.say(head, &[]).as_str().into()).collect(),
        rows: rows.collect(),
    };
    export_list(&site, &visit, "nav-activities", sheet).await
}

#[derive(Serialize)]
struct Day {
    #[serde(rename = "day")]
    date: Option<String>,
    number: u32,
    today: bool,
    lines: Vec<Shown>,
}

async fn calendar(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let today = site.app.today();
    let first = query
        .some("month")
        .and_then(|month| format!("{month}-01").parse::<NaiveDate>().ok())
        .unwrap_or(today)
        .with_day(1)
        .unwrap_or(today);
    let last = last_of_month(first);
    let places = match query.key("unit_id") {
        Some(unit) => Some(scope::places::of(&site.app.db, UnitId(unit)).await?.unwrap_or((-1, -1))),
        None => None,
    };
    /// Activities of a month at the most: a calendar of more is no calendar.
    const MOST: u64 = 500;
    let wanted =
        Wanted { from: Some(first), to: Some(last), places, rising: true, most: MOST + 1, ..Wanted::default() };
    let mut lines = list::list(&site.app.db, &visit.actor.scope(Action::Read), &wanted, today).await?;
    let more = lines.len() as u64 > MOST;
    lines.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let empty = || Day { date: None, number: 0, today: false, lines: Vec::new() };
    let mut days: Vec<Day> = (0..first.weekday().num_days_from_monday()).map(|_| empty()).collect();
    let mut lines = lines.into_iter().peekable();
    for day in first.iter_days().take_while(|day| *day <= last) {
        let mut of_day = Vec::new();
        while let Some(line) = lines.next_if(|line| line.day == day) {
            of_day.push(shown(line, today, visit.language));
        }
        of_day.sort_by(|a, b| a.line.time_from.cmp(&b.line.time_from));
        days.push(Day { date: Some(day.to_string()), number: day.day(), today: day == today, lines: of_day });
    }
    while !days.len().is_multiple_of(7) {
        days.push(empty());
    }
    let month = |day: NaiveDate| day.format("%Y-%m").to_string();
    let form = visit.form(&site, &query, &Faults::new());
    let context = context! {
        form => Serde(&form), days => Serde(&days), month => month(first), more, most => MOST as i64,
        before => month(first - Months::new(1)), after => month(first + Months::new(1)), this => month(today),
        kept => query.query_without(&["month"]), may_lead => visit.may(Action::Lead),
    };
    visit.page(&site, "activities/calendar.html", context)
}

/// An activity that the visitor sees; another is not known.
pub(crate) async fn seen(site: &Site, visit: &Visit, id: i64) -> Result<Activity> {
    let unknown = || AppError::from(Refusal::unknown("activity-unknown").with("id", id));
    if !reach::sees(&site.app.db, &visit.actor, RecordId(id)).await? {
        return Err(unknown());
    }
    store::by_ids(&site.app.db, &[RecordId(id)]).await?.pop().ok_or_else(unknown)
}

pub(crate) async fn leads(site: &Site, visit: &Visit, activity: &Activity) -> Result<bool> {
    match groups::must_lead(&site.app.db, &visit.actor, activity.host, activity.host_group).await {
        Ok(()) => Ok(true),
        Err(AppError::Refused(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

#[derive(Serialize)]
struct Part {
    name: String,
    people: usize,
    related: bool,
    outside: bool,
}

/// What an activity's page reads, whichever part of it is shown.
pub(crate) async fn facts(site: &Site, visit: &Visit, activity: &Activity) -> Result<minijinja::Value> {
    let today = site.app.today();
    let ids: Vec<UnitId> = activity.partners.iter().map(|partner| partner.unit).chain([activity.host]).collect();
    let named = units::by_ids(&site.app.db, &ids).await?;
    let name = |unit: UnitId| named.get(&unit).map_or_else(String::new, |unit| unit.name.clone());
    let position = ledger::position(&site.app.db).await?;
    let tree = ledger::Tree::upward(&site.app.db, &ids, activity.day, position).await?;
    let present = |unit: UnitId| {
        activity.attendance.iter().filter(|attended| attended.unit == unit && attended.status.present()).count()
    };
    let parts: Vec<Part> = activity
        .partners
        .iter()
        .map(|partner| Part {
            name: name(partner.unit),
            people: present(partner.unit),
            related: tree.under(partner.unit, activity.host) || tree.under(activity.host, partner.unit),
            outside: partner.level == "outside",
        })
        .collect();
    let group = match activity.host_group {
        Some(group) => groups::store::by_ids(&site.app.db, &[group]).await?.remove(&group),
        None => None,
    };
    let kinds = store::every_type(&site.app.db).await?;
    let kind = kinds.into_iter().find(|kind| kind.code == activity.type_code);
    let words = site.pages.words(visit.language);
    let english = visit.language == Language::English;
    let stand = activity.attendance.iter().map(|attended| (attended.status.as_str(), ""));
    let made_up = activity.attendance.iter().filter(|attended| attended.made_up_on.is_some()).count();
    Ok(context! {
        id => activity.id.0, title => activity.title.clone(), day => activity.day.to_string(),
        time => registers_time(activity, words), place => activity.place.clone(), host => name(activity.host),
        host_id => activity.host.0, group => group.map(|group| context! { id => group.id.0, name => group.name }),
        kind => kind.map(|kind| if english { kind.en } else { kind.name }), speakers => activity.speakers.clone(),
        topic => activity.topic.clone(), leaders => activity.leaders.clone(), chair => activity.chair.clone(),
        recorder => activity.recorder.clone(), minutes => activity.minutes.clone(),
        resolutions => activity.resolutions.clone(), notice_ref => activity.notice_ref.clone(), note => activity.note.clone(),
        audience => activity.audience, state => activity.state.as_str(),
        stands => stands(activity.state.as_str(), activity.day, today), linkage => activity.linkage.as_str(),
        levels => activity.levels, version => activity.version, parts => Serde(&parts), host_people => present(activity.host),
        tally => Serde(&roll::Tally { made_up, ..roll::tally(stand) }), leads => leads(site, visit, activity).await?,
        entries => super::rules::entries_of(activity).entries.len(),
        ahead => activity.day > today,
    })
}

fn registers_time(activity: &Activity, words: &crate::ui::language::Words) -> String {
    super::registers::time(activity, words)
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let activity = seen(&site, &visit, id).await?;
    let facts = facts(&site, &visit, &activity).await?;
    let leads = leads(&site, &visit, &activity).await?;
    let people = visit.may(Action::People) && leads;
    let roll = if people { roll::confirmed(&site.app, &visit.actor, &activity).await? } else { Vec::new() };
    let waits = leads && activity.state == State::Held && roll::waits(&site.app.db, activity.id).await?;
    let voided =
        store::void_reason(&site.app.db, activity.id).await?.filter(|_| leads && activity.state == State::Void);
    let context = context! {
        activity => facts, roll => Serde(&roll), people, waits,
        voided_why => voided.as_ref().map(|(why, ..)| why.clone()), voided_at => voided.map(|(_, at)| at),
        ..following::page(&site, &visit, &activity, leads).await?
    };
    visit.page(&site, "activities/show.html", context)
}

pub(crate) async fn led(site: &Site, visit: &Visit, id: i64) -> Result<Activity> {
    let activity = seen(site, visit, id).await?;
    groups::must_lead(&site.app.db, &visit.actor, activity.host, activity.host_group).await?;
    Ok(activity)
}

async fn announce(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    led(&site, &visit, id).await?;
    let mut draft = actions::draft_of(&site.app, RecordId(id)).await?;
    if draft.activity.state != State::Draft {
        let state = draft.activity.state.as_str();
        return Err(Refusal::new("activity-locked").with("title", &draft.activity.title).with("state", state).into());
    }
    draft.activity.state = State::Announced;
    actions::edit(&site.app, &visit.actor, draft, None).await?;
    visit.done(&site, &format!("/activities/{id}"), "activity-announced", &[])
}

async fn close(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    led(&site, &visit, id).await?;
    actions::close(&site.app, &visit.actor, RecordId(id)).await?;
    visit.done(&site, &format!("/activities/{id}"), "activity-closed-done", &[])
}

async fn void(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    led(&site, &visit, id).await?;
    actions::void(&site.app, &visit.actor, RecordId(id), fields.text("reason")).await?;
    visit.done(&site, &format!("/activities/{id}"), "activity-voided-done", &[])
}

async fn notice(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let activity = seen(&site, &visit, id).await?;
    let words = site.pages.words(visit.language);
    let ids: Vec<UnitId> = activity.partners.iter().map(|partner| partner.unit).chain([activity.host]).collect();
    let named = units::by_ids(&site.app.db, &ids).await?;
    let name = |unit: UnitId| named.get(&unit).map_or_else(String::new, |unit| unit.name.clone());
    let due = roll::due(&site.app.db, &activity).await?.len();
    let mut lines = vec![words.say("notice-title", &[("title", &activity.title)])];
    let when = crate::ui::pages::long_day(visit.language, activity.day);
    lines.push(words.say("notice-when", &[("value", format!("{when} {}", registers_time(&activity, words)).trim())]));
    let mut add = |key: &str, value: Option<&String>| {
        if let Some(value) = value {
            lines.push(words.say(key, &[("value", value)]));
        }
    };
    add("notice-where", activity.place.as_ref());
    add("notice-topic", activity.topic.as_ref());
    add("notice-speakers", activity.speakers.as_ref());
    add("notice-chair", activity.chair.as_ref());
    lines.push(words.say("notice-host", &[("value", &name(activity.host))]));
    let partners: Vec<String> =
        activity.partners.iter().filter(|partner| partner.named).map(|partner| name(partner.unit)).collect();
    if !partners.is_empty() {
        lines.push(words.say("notice-partners", &[("value", &words.list(&partners))]));
    }
    if due > 0 {
        lines.push(words.say("notice-due", &[("value", &due.to_string())]));
    }
    lines.push(words.say("notice-end", &[]));
    let context = context! { id, title => activity.title, text => lines.join("\n") };
    visit.page(&site, "activities/notice.html", context)
}

async fn sheet(Extract(site): Extract<Site>, visit: Visit, Path((id, format)): Path<(i64, String)>) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let words = site.pages.words(visit.language);
    let due = roll::due(&site.app.db, &activity).await?;
    let sort = Format::of(&format);
    if sort != Some(Format::Xlsx) && format != "pdf" {
        return Err(unknown_page());
    }
    let (document, table) = super::registers::sign_in_sheet(&site.app, &activity, &due, words).await?;
    let name = document.title.clone();
    if let Some(sort) = sort {
        let turn = site.exports.turn().await?;
        return export_file(&site, &visit, ("log-list-sheet", &name), sort, (turn, table)).await;
    }
    log_export(&site, &visit, "log-list-sheet", table.rows.len()).await?;
    visit.file(&format!("{name}.pdf"), "application/pdf", site.pdf(document).await?)
}
