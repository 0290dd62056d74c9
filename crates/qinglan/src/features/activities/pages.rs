//! Pages: the list, the calendar, one activity, its form, its notice and its sign-in sheet.

use axum::extract::{Path, State as Extract};
use chrono::{Datelike, Months, NaiveDate};
use desk::{
    actor::Action,
    error::{AppError, Result},
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormState, Send, Sent, Visit,
        answer::{Choice, unknown_page},
        export::{Format, export_file, log_export},
        language::Language,
        list::{Asked, Column, List, export, show as show_list},
        rows::{By, Rows, Slice},
    },
};
use federation::{
    groups, scope, settings, themes,
    training_fields::{self, FIELDS},
    units,
};
use kernel::{RecordId, Refusal, UnitId, last_of_month};
use minijinja::{Value, context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    actions, following,
    list::{self, Line},
    model::{Activity, State},
    reach::{self, Sees},
    roll, store,
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/activities", show_list::<Activities>),
        page("/activities/export", export::<Activities>),
        page("/activities/pick", pick),
        page("/activities/calendar", calendar),
        page("/activities/{id}", show),
        act("/activities/{id}/announce", announce),
        act("/activities/{id}/close", close),
        act("/activities/{id}/void", void),
        page("/activities/{id}/notice", notice),
        page("/activities/{id}/sheet/{format}", sheet),
    ]
}

#[derive(Serialize)]
pub(crate) struct Shown {
    #[serde(flatten)]
    pub(crate) line: Line,
    /// `waiting` if it is announced and its day has passed.
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

pub(crate) struct Activities;

impl List for Activities {
    type Line = Shown;
    const NAME: &'static str = "nav-activities";
    const TEMPLATE: &'static str = "activities/list.html";
    const LINES: u64 = 20;
    const ORDERS: &'static [By] = list::ORDERS;
    const COLUMNS: &'static [Column<Shown>] = &[
        Column::new("list-day", |shown, _| {
            format!("{} {}", shown.line.day, shown.line.time_from.as_deref().unwrap_or_default()).into()
        }),
        Column::new("list-title", |shown, _| (&shown.line.title).into()),
        Column::new("list-type", |shown, _| (&shown.kind).into()),
        Column::new("list-host", |shown, _| (&shown.line.unit).into()),
        Column::new("list-due", |shown, _| shown.line.due.into()),
        Column::new("list-present", |shown, _| shown.line.present.into()),
        Column::new("list-rate", |shown, _| shown.rate.as_deref().into()),
        Column::new("list-state", |shown, asked| asked.message(&format!("state-{}", shown.stands)).into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Shown>> {
        let (scope, today) = (asked.scope(Action::Read), asked.today());
        let rows =
            list::list(&asked.app.db, (&scope, &asked.scope(Action::People)), (asked.query, today), slice).await?;
        Ok(rows.map(|line| shown(line, today, asked.words.language)))
    }

    async fn beside(asked: &Asked<'_>, _: &[Shown]) -> Result<Value> {
        let (db, english) = (&asked.app.db, asked.english());
        let types = store::types(db).await?.into_iter();
        let types: Vec<_> = types.map(|kind| (kind.code, if english { kind.en } else { kind.name })).collect();
        let pillars = settings::store::read(db).await?.pillars.into_iter();
        let pillars: Vec<_> =
            pillars.map(|pillar| (pillar.code, if english { pillar.en } else { pillar.zh })).collect();
        let unit_name = scope::places::name_from_query(db, asked.query).await?;
        let themes = themes::list::choices(asked).await?;
        let training_fields = training_fields::options(db, asked.words.language, asked.query.some("field")).await?;
        Ok(context! {
            themes => Serde(&themes), training_fields => Serde(&training_fields), types => Serde(&types), pillars => Serde(&pillars), unit_name, may_lead => asked.may(Action::Lead),
        })
    }
}

/// The activities to be picked: those whose title or place has the text, the latest first.
async fn pick(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    let wanted = Fields::from_pairs([("q", visit.query().text("q"))]);
    let (scope, people) = (visit.actor.scope(Action::Read), visit.actor.scope(Action::People));
    let first = Slice::first(list::ORDERS, 12);
    let lines = list::list(&site.app.db, (&scope, &people), (&wanted, site.app.today()), &first).await?.lines();
    let each = lines.into_iter().map(|line| Choice {
        value: line.id,
        text: format!("{} {}", line.day, line.title),
        beside: line.unit,
    });
    visit.choices(&site, &each.collect::<Vec<_>>())
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
    /// The most activities of a month: a calendar with more is not readable.
    const MOST: u64 = 500;
    let (from, to) = (first.to_string(), last.to_string());
    let filters =
        [("period", "own"), ("from", &from), ("to", &to), ("unit_id", query.text("unit_id")), ("order", "day")];
    let filters = Fields::from_pairs(filters);
    let slice = Slice::from_query(&filters, list::ORDERS, MOST);
    let scopes = (&visit.actor.scope(Action::Read), &visit.actor.scope(Action::People));
    let rows = list::list(&site.app.db, scopes, (&filters, today), &slice).await?;
    let more = rows.more();
    let lines = rows.lines();
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

/// An activity that the visitor sees, with as much of it as the visitor may see; another is not known.
pub(crate) async fn seen(site: &Site, visit: &Visit, id: i64) -> Result<Activity> {
    let unknown = || AppError::from(Refusal::unknown("activity-unknown").with("id", id));
    if !reach::sees(&site.app.db, &visit.actor, RecordId(id)).await? {
        return Err(unknown());
    }
    let activity = store::by_ids(&site.app.db, &[RecordId(id)]).await?.pop().ok_or_else(unknown)?;
    let names = reach::sees_names(&site.app.db, &visit.actor, activity.id).await?;
    Ok(if names { activity } else { activity.without_names() })
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

/// The data for an activity's page, whichever part of it is shown.
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
    let theme = match &activity.theme {
        Some(code) => themes::store::by_code(&site.app.db, code).await?,
        None => None,
    };
    let field = match &activity.field {
        Some(code) => FIELDS.all(&site.app.db).await?.into_iter().find(|field| field.code == *code),
        None => None,
    };
    let words = site.pages.words(visit.language);
    let english = visit.language == Language::English;
    let [lectured, led, spoke] = super::form_pages::spoke_names(&site.app, activity).await?;
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
        lectured, led, spoke, theme => theme.map(|theme| context! { id => theme.id, name => theme.name }),
        field => field.map(|field| field.name_in(visit.language).to_owned()),
        audience => activity.audience, state => activity.state.as_str(),
        stands => stands(activity.state.as_str(), activity.day, today), linkage => activity.linkage.as_str(),
        levels => activity.levels, version => activity.version, parts => Serde(&parts), host_people => present(activity.host),
        tally => Serde(&roll::Tally { made_up, ..roll::tally(stand) }), leads => leads(site, visit, activity).await?,
        entries => super::rules::entries_of(activity).entries.len(),
        ahead => activity.day > today,
    })
}

fn registers_time(activity: &Activity, words: &desk::ui::language::Words) -> String {
    super::registers::time(activity, words)
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    activity_page(&site, &visit, id, &FormState::opened()).await
}

async fn activity_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let activity = seen(site, visit, id).await?;
    let form = state.form_of(site, visit, &Fields::default(), activity.version);
    let facts = facts(site, visit, &activity).await?;
    let leads = leads(site, visit, &activity).await?;
    let names = reach::sees_names(&site.app.db, &visit.actor, activity.id).await?;
    let people = names && leads;
    let roll = if people { roll::confirmed(&site.app, &visit.actor, &activity).await? } else { Vec::new() };
    let waits = leads && activity.state == State::Held && roll::waits(&site.app.db, activity.id).await?;
    let voided =
        store::void_reason(&site.app.db, activity.id).await?.filter(|_| leads && activity.state == State::Void);
    let context = context! {
        activity => facts, roll => Serde(&roll), people, names, waits, form => Serde(&form),
        voided_why => voided.as_ref().map(|(why, ..)| why.clone()), voided_at => voided.map(|(_, at)| at),
        ..following::page(site, visit, &activity, Sees { leads, names }).await?
    };
    visit.page_as(site, state.status(), "activities/show.html", context)
}

pub(crate) async fn led(site: &Site, visit: &Visit, id: i64) -> Result<Activity> {
    let activity = seen(site, visit, id).await?;
    groups::must_lead(&site.app.db, &visit.actor, activity.host, activity.host_group).await?;
    Ok(activity)
}

async fn announce(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    led(&site, &visit, id).await?;
    let announce = async |sent: Sent| {
        let mut draft = actions::draft_of(&site.app, RecordId(id)).await?;
        if draft.activity.state != State::Draft {
            let state = draft.activity.state.as_str();
            let locked = Refusal::new("activity-locked").with("title", &draft.activity.title).with("state", state);
            return Err(locked.into());
        }
        draft.activity.state = State::Announced;
        draft.activity.version = sent.version();
        actions::edit(&site.app, &visit.actor, draft, None).await?;
        Ok(Done::new(format!("/activities/{id}"), "activity-announced"))
    };
    Send::new(&site, &visit, &fields).press(announce).await
}

async fn close(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    led(&site, &visit, id).await?;
    let close = async |_| {
        actions::close(&site.app, &visit.actor, RecordId(id)).await?;
        Ok(Done::new(format!("/activities/{id}"), "activity-closed-done"))
    };
    Send::new(&site, &visit, &fields).press(close).await
}

async fn void(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    led(&site, &visit, id).await?;
    let void = async |_| {
        actions::void(&site.app, &visit.actor, RecordId(id), fields.text("reason")).await?;
        Ok(Done::new(format!("/activities/{id}"), "activity-voided-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&[("void-without-reason", "reason")]);
    send.run(void, async |state| activity_page(&site, &visit, id, &state).await).await
}

async fn notice(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let activity = seen(&site, &visit, id).await?;
    let words = site.pages.words(visit.language);
    let ids: Vec<UnitId> = activity.partners.iter().map(|partner| partner.unit).chain([activity.host]).collect();
    let named = units::by_ids(&site.app.db, &ids).await?;
    let name = |unit: UnitId| named.get(&unit).map_or_else(String::new, |unit| unit.name.clone());
    let due = roll::due(&site.app.db, &activity).await?.len();
    let mut lines = vec![words.message("notice-title", &[("title", &activity.title)])];
    let when = desk::ui::pages::long_day(visit.language, activity.day);
    lines.push(
        words.message("notice-when", &[("value", format!("{when} {}", registers_time(&activity, words)).trim())]),
    );
    let mut add = |key: &str, value: Option<&String>| {
        if let Some(value) = value {
            lines.push(words.message(key, &[("value", value)]));
        }
    };
    add("notice-where", activity.place.as_ref());
    add("notice-topic", activity.topic.as_ref());
    add("notice-speakers", activity.speakers.as_ref());
    add("notice-chair", activity.chair.as_ref());
    lines.push(words.message("notice-host", &[("value", &name(activity.host))]));
    let partners: Vec<String> =
        activity.partners.iter().filter(|partner| partner.named).map(|partner| name(partner.unit)).collect();
    if !partners.is_empty() {
        lines.push(words.message("notice-partners", &[("value", &words.list(&partners))]));
    }
    if due > 0 {
        lines.push(words.message("notice-due", &[("value", &due.to_string())]));
    }
    lines.push(words.message("notice-end", &[]));
    let context = context! { id, title => activity.title, text => lines.join("\n") };
    visit.page(&site, "activities/notice.html", context)
}

async fn sheet(Extract(site): Extract<Site>, visit: Visit, Path((id, format)): Path<(i64, String)>) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let words = site.pages.words(visit.language);
    let due = roll::due(&site.app.db, &activity).await?;
    let sort = Format::from_extension(&format);
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
