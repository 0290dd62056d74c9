//! Pages: one duty with its answer, and what is done with it by the unit and by the sender.

use axum::{
    extract::{Path, Request, State as Extract},
    http::{HeaderMap, StatusCode},
};
use kernel::{RecordId, Refusal};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    KINDS_OF_FILE,
    answers::{self, Return, Ruling},
    board,
    form_pages::kind_word,
    model::{DutyState, Kind, State},
    pages::{duty_word, head_of},
    reach::{self, Reach, SeenDuty},
    store,
};
use crate::{
    actor::Action,
    error::{AppError, Result},
    features::{
        accounts::{actions::settle_once, pages::sent_before},
        files, plans, scope, units,
    },
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Faults, Visit, answer::unknown_page},
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/notices/duties/{duty}", show),
        page("/notices/duties/{duty}/file", file),
        act("/notices/duties/{duty}/answer", answer),
        act("/notices/duties/{duty}/activity", activity),
        act("/notices/duties/{duty}/plan", plan),
        act("/notices/duties/{duty}/ruling", ruling),
    ]
}

/// Where what is refused of a file stands in a form.
pub(super) const FILES: [(&str, &str); 7] = [
    ("file-nothing", "file"),
    ("file-over-limit", "file"),
    ("file-kind", "file"),
    ("file-kind-seen", "file"),
    ("file-lies", "file"),
    ("picture-unreadable", "file"),
    ("picture-too-large", "file"),
];

/// Sessions and plans that are offered.
const OFFERED: usize = 8;

/// A duty as pages show it: how it stands, its answer, and what can be done with it.
pub(super) async fn part(site: &Site, visit: &Visit, id: RecordId) -> Result<minijinja::Value> {
    let db = &site.app.db;
    let seen = reach::seen_duty(db, &visit.actor, id).await?;
    let duty = &seen.duty;
    let words = site.pages.words(visit.language);
    let reach = Reach::of(db, &visit.actor).await?;
    let wanted = board::Wanted { unit: Some(duty.unit.0), most: 100, ..board::Wanted::default() };
    let rows = board::rows(db, &reach, duty.notice, &wanted, site.app.today()).await?;
    let row = rows.into_iter().find(|row| row.id == id.0);
    let row = row.ok_or_else(|| Refusal::unknown("notice-duty-unknown").with("id", id))?;
    let today = site.app.today();
    let demand = answers::demand_of(&site.app.db, duty).await?;
    let lively = seen.notice.state == State::Sent && matches!(duty.state, DutyState::Open | DutyState::Done);
    let answers = seen.answers && lively;
    // A return can be changed until its last day; what only answers late can't be changed any more.
    let hands_in = duty.kind == Kind::Return && answers && (duty.state == DutyState::Open || today <= duty.due_on);
    let open = duty.state == DutyState::Open && lively;
    let leads = may_lead(site, visit, duty.unit).await?;
    let arranges = duty.kind == Kind::Activity && open && leads;
    let arrange = if arranges { Some(arranging(site, &seen, demand.type_code.as_deref()).await?) } else { None };
    let sessions =
        if arranges && answers { offered(site, &seen, demand.type_code.as_deref()).await? } else { Vec::new() };
    let plans =
        if duty.kind == Kind::PlanItem && open && answers { live_plans(site, visit, &seen).await? } else { Vec::new() };
    Ok(context! {
        id => id.0, unit => row.unit.clone(), closed_on => row.closed_on.map(|day| day.to_string()), number => demand.place,
        kind => demand.kind.as_str(), word => kind_word(words, demand.kind.as_str()), wanted => demand.wanted,
        needs_file => demand.needs_file, state => duty.state.as_str(), stands => duty_word(words, &row, today),
        late => duty.state == DutyState::Open && duty.due_on < today, done_late => duty.answered_on.is_some_and(|day| day > duty.due_on),
        answered_on => duty.answered_on.map(|day| day.to_string()), text => duty.text.clone(), file => row.file,
        activity_id => row.activity_id, activity => row.activity, plan_id => row.plan_id, plan => row.plan,
        seen_at => row.seen_at, reminded_at => row.reminded_at, version => duty.version, hands_in, arrange,
        sessions => Serde(&sessions), plans => Serde(&plans), answers, keeps => seen.keeps && seen.notice.state == State::Sent,
        plan_new => duty.kind == Kind::PlanItem && open && answers,
        accept => files::accept(KINDS_OF_FILE), once => web::Secret::of(rand::random()).0,
    })
}

async fn may_lead(site: &Site, visit: &Visit, unit: kernel::UnitId) -> Result<bool> {
    let scope = visit.actor.scope(Action::Lead);
    let place = scope::places::of(&site.app.db, unit).await?.map(|(place, _)| place);
    if scope.covers(place) {
        return Ok(true);
    }
    let groups = crate::features::groups::store::by_ids(&site.app.db, &scope.groups).await?;
    Ok(groups.into_values().any(|group| group.unit == unit))
}

/// The address of an activity's form, filled with what the notice says.
async fn arranging(site: &Site, seen: &SeenDuty, type_code: Option<&str>) -> Result<String> {
    let unit = units::by_ids(&site.app.db, &[seen.duty.unit]).await?.remove(&seen.duty.unit);
    let mut pairs = vec![
        ("title", seen.notice.title.clone()),
        ("notice_ref", seen.notice.reference().to_owned()),
        ("host", unit.map(|unit| unit.name).unwrap_or_default()),
        ("host_id", seen.duty.unit.to_string()),
    ];
    pairs.extend(type_code.map(|code| ("type", code.to_owned())));
    let fields = Fields::of(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)));
    Ok(format!("/activities/new?{}", fields.query_without(&[])))
}

/// Sessions of the unit since the notice came, the latest first, that could be what it asks for.
async fn offered(site: &Site, seen: &SeenDuty, type_code: Option<&str>) -> Result<Vec<(i64, String, String)>> {
    let from = seen.notice.sent_on.unwrap_or(site.app.today());
    Ok(store::offered(&site.app.db, &seen.duty, (from, type_code), OFFERED).await?)
}

/// The unit's plans that are not over.
async fn live_plans(site: &Site, visit: &Visit, seen: &SeenDuty) -> Result<Vec<(i64, String)>> {
    let found = plans::store::live_of_unit(&site.app.db, seen.duty.unit, site.app.today()).await?;
    let mut kept = Vec::new();
    for (id, title) in found.into_iter().take(OFFERED) {
        if plans::actions::kept(&site.app, &visit.actor, id).await.is_ok() {
            kept.push((id, title));
        }
    }
    Ok(kept)
}

async fn duty_page(
    site: &Site,
    visit: &Visit,
    status: StatusCode,
    id: RecordId,
    (fields, faults): (&Fields, &Faults),
) -> Answer {
    let seen = reach::seen_duty(&site.app.db, &visit.actor, id).await?;
    if seen.answers && seen.duty.seen_at.is_none() {
        super::see(site, &[id].into(), &visit.actor.at.0).await;
    }
    let form = visit.form(site, fields, faults);
    let context = context! {
        d => part(site, visit, id).await?, form => Serde(&form), typed => fields.some("text").is_some(),
        ..head_of(site, &seen.notice).await?
    };
    visit.page_as(site, status, "notices/duty.html", context)
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(duty): Path<i64>) -> Answer {
    duty_page(&site, &visit, StatusCode::OK, RecordId(duty), (&Fields::default(), &Faults::new())).await
}

async fn file(Extract(site): Extract<Site>, visit: Visit, Path(duty): Path<i64>, headers: HeaderMap) -> Answer {
    let seen = reach::seen_duty(&site.app.db, &visit.actor, RecordId(duty)).await?;
    let file = seen.duty.file.ok_or_else(unknown_page)?;
    let file = files::by_id(&site.app.db, file).await?.ok_or_else(unknown_page)?;
    files::serve(&site.app, &headers, &file, files::Way::Saved).await
}

fn status_of<T>(done: &Result<T>) -> StatusCode {
    match done {
        Err(AppError::Refused(refusal)) if refusal.is_conflict() => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// Goes on after something was done with a duty, or back to its page with what was wrong and what was typed.
async fn settled(
    site: &Site,
    visit: &Visit,
    id: RecordId,
    fields: &Fields,
    (done, told): (Result<()>, &str),
) -> Answer {
    let status = status_of(&done);
    let mut known = vec![
        ("notice-text-long:answer", "text"),
        ("notice-answer-empty", "text"),
        ("notice-answer-needs-file", "file"),
    ];
    known.extend(FILES);
    match Faults::of(done, &known)? {
        Ok(()) => {
            let notice = reach::seen_duty(&site.app.db, &visit.actor, id).await?.notice;
            visit.done(site, &format!("/notices/{}", notice.id), told, &[])
        }
        Err(faults) => duty_page(site, visit, status, id, (fields, &faults)).await,
    }
}

async fn answer(Extract(site): Extract<Site>, visit: Visit, Path(duty): Path<i64>, request: Request) -> Answer {
    let id = RecordId(duty);
    // Whether the visitor may hand anything in is asked before it is read.
    let seen = reach::answered(&site.app.db, &visit.actor, id).await?;
    let mut handed = files::receive(&site.app, request, KINDS_OF_FILE).await?;
    let fields = std::mem::take(&mut handed.fields);
    let token = fields.text("once");
    if let Some(answer) = sent_before(&site, &visit, token).await? {
        return Ok(answer);
    }
    let version = fields.key("version").unwrap_or(0);
    let handed = Return { text: fields.raw("text").to_owned(), file: handed.take("file") };
    let done = answers::hand_in(&site.app, &visit.actor, (id, version), handed).await;
    let here = format!("/notices/{}", seen.notice.id);
    settle_once(&site.app, token, done.as_ref().ok().map(|()| here.as_str())).await?;
    settled(&site, &visit, id, &fields, (done, "notice-answered-done")).await
}

async fn activity(Extract(site): Extract<Site>, visit: Visit, Path(duty): Path<i64>, fields: Fields) -> Answer {
    let id = RecordId(duty);
    let done = if let Some(activity) = fields.key("activity") {
        answers::name_activity(&site.app, &visit.actor, id, RecordId(activity)).await
    } else {
        reach::answered(&site.app.db, &visit.actor, id).await?;
        Err(Refusal::new("notice-activity-none").into())
    };
    settled(&site, &visit, id, &fields, (done, "notice-activity-done")).await
}

async fn plan(Extract(site): Extract<Site>, visit: Visit, Path(duty): Path<i64>, fields: Fields) -> Answer {
    let id = RecordId(duty);
    let done = if let Some(plan) = fields.key("plan") {
        answers::put_into_plan(&site.app, &visit.actor, id, plan).await
    } else {
        reach::answered(&site.app.db, &visit.actor, id).await?;
        Err(Refusal::new("notice-plan-none").into())
    };
    settled(&site, &visit, id, &fields, (done, "notice-plan-done")).await
}

async fn ruling(Extract(site): Extract<Site>, visit: Visit, Path(duty): Path<i64>, fields: Fields) -> Answer {
    let id = RecordId(duty);
    let (ruling, told) = match fields.text("as") {
        "owe" => (Ruling::Owe, "notice-owed-again-done"),
        "back" => (Ruling::SendBack, "notice-sent-back-done"),
        _ => (Ruling::Excuse, "notice-excused-done"),
    };
    let done = answers::rule(&site.app, &visit.actor, id, ruling).await;
    settled(&site, &visit, id, &fields, (done, told)).await
}
