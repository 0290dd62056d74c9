//! Pages: one duty with its answer, and the actions of the unit and the sender.

use axum::{
    extract::{Path, Request, State as Extract},
    http::HeaderMap,
};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, FormResult, FormState, Send, Sent, Visit, answer::unknown_page},
};
use federation::{
    duties::{self, Kind, Reach, Ruling, State as DutyState},
    files, scope, units,
};
use kernel::{RecordId, Refusal};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    KINDS_OF_FILE,
    answers::{self, Return},
    board,
    form_pages::kind_word,
    model::State,
    pages::{duty_word, head_of},
    reach::{self, SeenDuty},
    store,
};
use crate::features::plans;

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
pub(super) const FILES: [(&str, &str); 8] = [
    ("file-nothing", "file"),
    ("file-over-limit", "file"),
    ("file-kind", "file"),
    ("file-kind-seen", "file"),
    ("file-lies", "file"),
    ("picture-unreadable", "file"),
    ("picture-too-large", "file"),
    ("decoding-too-long", "file"),
];

/// How many sessions and plans are offered.
const OFFERED: usize = 8;

/// A duty for a page: its state, its answer, and the possible actions.
pub(super) async fn part(site: &Site, visit: &Visit, id: RecordId) -> Result<minijinja::Value> {
    let db = &site.app.db;
    let seen = reach::seen_duty(db, &visit.actor, id).await?;
    let duty = &seen.duty;
    let words = site.pages.words(visit.language);
    let reach = Reach::load(db, &visit.actor).await?;
    let wanted = board::Wanted { unit: Some(duty.unit.0), most: 100, ..board::Wanted::default() };
    let rows = board::rows(db, &reach, duty.source, &wanted, site.app.today()).await?;
    let row = rows.into_iter().find(|row| row.id == id.0);
    let row = row.ok_or_else(|| Refusal::unknown("notice-duty-unknown").with("id", id))?;
    let today = site.app.today();
    let demand = answers::demand_of(&site.app.db, duty).await?;
    let lively = seen.notice.state == State::Sent && matches!(duty.state, DutyState::Open | DutyState::Done);
    let answers = seen.answers && lively;
    // A return can be changed until the deadline; one that was handed in late can't be changed any more.
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
        reason => row.reason, seen_at => row.seen_at, reminded_at => row.reminded_at, version => duty.version, hands_in, arrange,
        sessions => Serde(&sessions), plans => Serde(&plans), answers, keeps => seen.keeps && seen.notice.state == State::Sent,
        plan_new => duty.kind == Kind::PlanItem && open && answers,
        accept => files::accept(KINDS_OF_FILE),
    })
}

async fn may_lead(site: &Site, visit: &Visit, unit: kernel::UnitId) -> Result<bool> {
    let scope = visit.actor.scope(Action::Lead);
    let place = scope::places::of_unit(&site.app.db, unit).await?.map(|(place, _)| place);
    if scope.covers(place) {
        return Ok(true);
    }
    let groups = federation::groups::store::by_ids(&site.app.db, &scope.groups).await?;
    Ok(groups.into_values().any(|group| group.unit == unit))
}

/// The address of an activity's form, filled with the data of the notice.
async fn arranging(site: &Site, seen: &SeenDuty, type_code: Option<&str>) -> Result<String> {
    let unit = units::by_ids(&site.app.db, &[seen.duty.unit]).await?.remove(&seen.duty.unit);
    let mut pairs = vec![
        ("title", seen.notice.title.clone()),
        ("notice_ref", seen.notice.reference().to_owned()),
        ("host", unit.map(|unit| unit.name).unwrap_or_default()),
        ("host_id", seen.duty.unit.to_string()),
    ];
    pairs.extend(type_code.map(|code| ("type", code.to_owned())));
    let fields = Fields::from_pairs(pairs);
    Ok(format!("/activities/new?{}", fields.query_without(&[])))
}

/// Sessions of the unit since the notice was sent, the latest first, that could answer it.
async fn offered(site: &Site, seen: &SeenDuty, type_code: Option<&str>) -> Result<Vec<(i64, String, String)>> {
    let from = seen.notice.sent_on.unwrap_or(site.app.today());
    Ok(store::offered(&site.app.db, &seen.duty, (from, type_code), OFFERED).await?)
}

/// The unit's plans that are not over.
async fn live_plans(site: &Site, visit: &Visit, seen: &SeenDuty) -> Result<Vec<(i64, String)>> {
    let found = plans::store::live_of_unit(&site.app.db, seen.duty.unit, site.app.today()).await?;
    let mut writable = Vec::new();
    for (id, title) in found.into_iter().take(OFFERED) {
        if plans::actions::load_writable(&site.app, &visit.actor, id).await.is_ok() {
            writable.push((id, title));
        }
    }
    Ok(writable)
}

async fn duty_page(site: &Site, visit: &Visit, id: RecordId, state: &FormState) -> Answer {
    let seen = reach::seen_duty(&site.app.db, &visit.actor, id).await?;
    if seen.answers && seen.duty.seen_at.is_none() {
        duties::actions::see(&site.app, &[id].into(), &visit.actor).await;
    }
    let current = Fields::from_pairs([("text", seen.duty.text.clone().unwrap_or_default())]);
    let form = state.form_of(site, visit, &current, seen.duty.version);
    let context = context! {
        d => part(site, visit, id).await?, form => Serde(&form), refused => state.is_refused(), typed => state.fields().some("text").is_some(),
        ..head_of(site, &seen.notice).await?
    };
    visit.page_as(site, state.status(), "notices/duty.html", context)
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(duty): Path<i64>) -> Answer {
    duty_page(&site, &visit, RecordId(duty), &FormState::opened()).await
}

async fn file(Extract(site): Extract<Site>, visit: Visit, Path(duty): Path<i64>, headers: HeaderMap) -> Answer {
    let seen = reach::seen_duty(&site.app.db, &visit.actor, RecordId(duty)).await?;
    let file = seen.duty.file.ok_or_else(unknown_page)?;
    let file = files::by_id(&site.app.db, file).await?.ok_or_else(unknown_page)?;
    files::serve(&site.app, &headers, &file, files::Way::Saved).await
}

/// The refusals that are shown beside a field, with the field's name.
const PLACES: [(&str, &str); 11] = {
    let [a, b, c, d, e, f, g, h] = FILES;
    let text = ("notice-text-long:answer", "text");
    [text, ("notice-answer-empty", "text"), ("notice-answer-needs-file", "file"), a, b, c, d, e, f, g, h]
};

/// Handles a form on a duty's page: redirects to its notice with a message, or shows the page again with the faults and
/// what was typed.
async fn on_page(
    (site, visit, fields): (&Site, &Visit, &Fields),
    id: RecordId,
    message: &'static str,
    action: impl AsyncFnOnce(Sent) -> FormResult<()>,
) -> Answer {
    let act = async |sent| {
        action(sent).await?;
        let notice = reach::seen_duty(&site.app.db, &visit.actor, id).await?.notice;
        Ok(Done::new(format!("/notices/{}", notice.id), message))
    };
    let send = Send::new(site, visit, fields).at(&PLACES);
    send.run(act, async |state| duty_page(site, visit, id, &state).await).await
}

async fn answer(Extract(site): Extract<Site>, visit: Visit, Path(duty): Path<i64>, request: Request) -> Answer {
    let id = RecordId(duty);
    // Whether the visitor may upload anything is checked before it is read.
    reach::answerable(&site.app.db, &visit.actor, id).await?;
    let mut handed = files::receive(&site.app, request, KINDS_OF_FILE).await?;
    let fields = std::mem::take(&mut handed.fields);
    let act = async |sent: Sent| {
        let version = sent.version();
        let handed = Return { text: fields.raw("text").to_owned(), file: handed.take("file") };
        Ok(answers::hand_in(&site.app, &visit.actor, (id, version), handed).await?)
    };
    on_page((&site, &visit, &fields), id, "notice-answered-done", act).await
}

async fn activity(Extract(site): Extract<Site>, visit: Visit, Path(duty): Path<i64>, fields: Fields) -> Answer {
    let id = RecordId(duty);
    let act = async |_: Sent| {
        reach::answerable(&site.app.db, &visit.actor, id).await?;
        let activity = fields.key("activity").ok_or_else(|| Refusal::new("notice-activity-none"))?;
        Ok(answers::name_activity(&site.app, &visit.actor, id, RecordId(activity)).await?)
    };
    on_page((&site, &visit, &fields), id, "notice-activity-done", act).await
}

async fn plan(Extract(site): Extract<Site>, visit: Visit, Path(duty): Path<i64>, fields: Fields) -> Answer {
    let id = RecordId(duty);
    let act = async |_: Sent| {
        reach::answerable(&site.app.db, &visit.actor, id).await?;
        let plan = fields.key("plan").ok_or_else(|| Refusal::new("notice-plan-none"))?;
        Ok(answers::add_to_plan(&site.app, &visit.actor, id, plan).await?)
    };
    on_page((&site, &visit, &fields), id, "notice-plan-done", act).await
}

async fn ruling(Extract(site): Extract<Site>, visit: Visit, Path(duty): Path<i64>, fields: Fields) -> Answer {
    let id = RecordId(duty);
    let (ruling, message) = match fields.text("as") {
        "owe" => (Ruling::Owe, "notice-owed-again-done"),
        "back" => (Ruling::SendBack, "notice-sent-back-done"),
        _ => (Ruling::Excuse, "notice-excused-done"),
    };
    let act = async |_: Sent| Ok(answers::rule(&site.app, &visit.actor, id, ruling, fields.text("reason")).await?);
    on_page((&site, &visit, &fields), id, message, act).await
}
