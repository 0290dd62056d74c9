//! Pages: the board with the rotating code, and checking in on a phone.

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
};
use chrono::{Duration, NaiveTime};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Send, Visit},
};
use federation::{settings, units};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    agenda::{self, Reach},
    check_in::{self, CheckIn, Scanned, Worth, moment},
    marks,
    model::Activity,
    pages::{facts, led},
    store,
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/activities/{id}/board", board),
        act("/activities/{id}/check-in", open),
        act("/activities/{id}/check-in/end", end),
        page("/check-in", home),
        page("/check-in/{code}", scanned_page).open(),
        act("/check-in/{code}", scanned),
    ]
}

async fn board(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let seconds = settings::store::read(&site.app.db).await?.check_in_seconds;
    let now = site.app.clock.0.now();
    let open = marks::check_in(&site.app.db, activity.id).await?.filter(|check_in| check_in.closes_at > moment(now));
    let words = site.pages.words(visit.language);
    let qr = match &open {
        Some(check_in) => {
            let address = format!("{}/check-in/{}", visit.origin, check_in::code(check_in, now, seconds));
            document::qr_svg(&address, &words.message("check-in-code", &[("title", &activity.title)]))?
        }
        None => String::new(),
    };
    let left = seconds - now.timestamp().rem_euclid(seconds.max(1));
    let facts = facts(&site, &visit, &activity).await?;
    let scans = marks::scans(&site.app.db, activity.id).await?;
    let context = context! {
        activity => facts, qr => minijinja::Value::from_safe_string(qr), left, seconds, scans,
        closes_at => open.as_ref().map(|check_in| check_in.closes_at.clone()), open => open.is_some(),
        is_today => activity.day == site.app.today(),
    };
    visit.page(&site, "activities/board.html", context)
}

async fn open(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let settings = settings::store::read(&site.app.db).await?;
    let now = site.app.clock.0.now();
    let begins = activity
        .time_from
        .as_deref()
        .and_then(|time| NaiveTime::parse_from_str(time, "%H:%M").ok())
        .map(|time| site.app.zone.instant(activity.day.and_time(time)));
    // If it is opened late, or has no time, it stays open for as long as after a beginning.
    let late_from = begins.unwrap_or(now).max(now);
    let closes = late_from + Duration::minutes(settings.check_in_after.max(1));
    let open = async |_| {
        check_in::open(&site.app, &visit.actor, activity.id, &moment(closes), &moment(late_from)).await?;
        Ok(Done::silent(format!("/activities/{id}/board")))
    };
    Send::new(&site, &visit, &fields).press(open).await
}

async fn end(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let end = async |_| {
        check_in::end(&site.app, &visit.actor, activity.id).await?;
        Ok(Done::new(format!("/activities/{id}/attendance"), "check-in-ended"))
    };
    Send::new(&site, &visit, &fields).press(end).await
}

async fn home(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    let today = site.app.today();
    let own = agenda::upcoming(&site.app.db, &visit.actor.scope(Action::Read), Reach::TakingPart, today, 5).await?;
    let own: Vec<_> = own.into_iter().filter(|line| line.day == today).collect();
    let lead = agenda::upcoming(&site.app.db, &visit.actor.scope(Action::Lead), Reach::Hosted, today, 5).await?;
    let lead: Vec<_> = lead.into_iter().filter(|line| line.day == today).collect();
    let context = context! { own => Serde(&own), lead => Serde(&lead), member => visit.actor.person.is_some() };
    visit.page(&site, "activities/check-in-home.html", context)
}

/// The activity and check-in of a code.
async fn find_check_in(site: &Site, text: &str) -> Result<Option<(Activity, CheckIn)>> {
    let Some(id) = check_in::activity_of(text) else { return Ok(None) };
    let Some(check_in) = marks::check_in(&site.app.db, id).await? else { return Ok(None) };
    let activity = store::by_ids(&site.app.db, &[id]).await?.pop();
    Ok(activity.map(|activity| (activity, check_in)))
}

/// The result of a scan; the facts of the activity only if the code was once valid.
async fn scan_page(
    site: &Site,
    visit: &Visit,
    what: &str,
    activity: Option<&Activity>,
    more: minijinja::Value,
) -> Answer {
    let host = match activity {
        Some(activity) => units::by_ids(&site.app.db, &[activity.host]).await?.remove(&activity.host),
        None => None,
    };
    let account = visit.signed_in.as_ref().map(|signed_in| signed_in.account.display.clone());
    let words = site.pages.words(visit.language);
    let context = context! {
        what, account, title => activity.map(|activity| activity.title.clone()), host => host.map(|host| host.name),
        day => activity.map(|activity| activity.day.to_string()), place => activity.and_then(|activity| activity.place.clone()),
        time => activity.map(|activity| super::registers::time(activity, words)), ..more
    };
    let status = if matches!(what, "in" | "again" | "marked" | "ready" | "asked") {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    visit.page_as(site, status, "activities/check-in.html", context)
}

/// The claim for this visitor; `Err` is the response if the code is not valid.
async fn judged(
    site: &Site,
    visit: &Visit,
    text: &str,
) -> Result<std::result::Result<(Activity, CheckIn, String), Answer>> {
    let now = site.app.clock.0.now();
    let Some((activity, check_in)) = find_check_in(site, text).await? else {
        return Ok(Err(scan_page(site, visit, "foreign", None, context! {}).await));
    };
    let seconds = settings::store::read(&site.app.db).await?.check_in_seconds;
    match check_in::worth(&check_in, text, now, seconds) {
        Worth::Foreign => Ok(Err(scan_page(site, visit, "foreign", None, context! {}).await)),
        Worth::Old => Ok(Err(scan_page(site, visit, "old", Some(&activity), context! {}).await)),
        Worth::Good(claim) => Ok(Ok((activity, check_in, claim))),
    }
}

/// The page of a scanned code, with one button. A GET request changes nothing, so a preview of the address checks nobody in.
async fn scanned_page(Extract(site): Extract<Site>, visit: Visit, Path(text): Path<String>) -> Answer {
    let (activity, check_in, claim) = match judged(&site, &visit, &text).await? {
        Ok(good) => good,
        Err(answer) => return answer,
    };
    if visit.signed_in.is_none() {
        let next = Fields::from_pairs([("next", format!("/check-in/{claim}"))]).query_without(&[]);
        return Ok(visit.go(&format!("/sign-in?{next}")));
    }
    if visit.actor.person.is_none() {
        return scan_page(&site, &visit, "nobody", Some(&activity), context! {}).await;
    }
    if check_in.closes_at < moment(site.app.clock.0.now()) {
        let more = context! { organiser => check_in.organiser, closed => check_in.closes_at };
        return scan_page(&site, &visit, "late", Some(&activity), more).await;
    }
    scan_page(&site, &visit, "ready", Some(&activity), context! { claim }).await
}

async fn scanned(Extract(site): Extract<Site>, visit: Visit, Path(text): Path<String>, fields: Fields) -> Answer {
    let (activity, _, claim) = match judged(&site, &visit, &text).await? {
        Ok(good) => good,
        Err(answer) => return answer,
    };
    if visit.actor.person.is_none() {
        return scan_page(&site, &visit, "nobody", Some(&activity), context! {}).await;
    }
    match check_in::scan(&site.app, &visit.actor, activity.id, fields.ticked("join")).await? {
        Scanned::In { late, number } => {
            let at = visit.actor.at.0.clone();
            scan_page(&site, &visit, "in", Some(&activity), context! { late, number, at }).await
        }
        Scanned::Again => scan_page(&site, &visit, "again", Some(&activity), context! {}).await,
        Scanned::Marked => scan_page(&site, &visit, "marked", Some(&activity), context! {}).await,
        Scanned::Asked => scan_page(&site, &visit, "asked", Some(&activity), context! {}).await,
        Scanned::NotListed => scan_page(&site, &visit, "not-listed", Some(&activity), context! { claim }).await,
        Scanned::Late(check_in) => {
            let more = context! { organiser => check_in.organiser, closed => check_in.closes_at };
            scan_page(&site, &visit, "late", Some(&activity), more).await
        }
    }
}
