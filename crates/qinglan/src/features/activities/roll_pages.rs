//! Pages: the roll-call with its pasted lists, the board with the rotating code, and checking in on a phone.

use std::collections::HashMap;

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
};
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, SecondsFormat, Utc};
use kernel::{PersonId, RecordId, Refusal};
use minijinja::{context, value::Serde};
use web::{Fields, Key};

use super::{
    model::{Activity, State},
    pages::{facts, seen},
    reach::must_lead,
    roll::{self, CheckIn, Mark, Marked, OfUnit, Scanned},
    store,
};
use crate::{
    error::Result,
    features::{accounts::Action, people, settings, units},
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Faults, Visit},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/activities/{id}/attendance", roll_page),
        act("/activities/{id}/attendance", mark),
        act("/activities/{id}/attendance/paste", paste),
        page("/activities/{id}/board", board),
        act("/activities/{id}/check-in", open_check_in),
        act("/activities/{id}/check-in/end", end_check_in),
        page("/check-in", check_in_home),
        page("/check-in/{code}", check_in_page).open(),
        act("/check-in/{code}", check_in),
    ]
}

async fn led(site: &Site, visit: &Visit, id: i64) -> Result<Activity> {
    let activity = seen(site, visit, id).await?;
    must_lead(&site.app.db, &visit.actor, activity.host, activity.host_group).await?;
    Ok(activity)
}

/// What is asked on top of the roll.
#[derive(Default)]
struct Told {
    /// So many are without a mark: absent, or back to the roll.
    open: usize,
    /// Names that were pasted and not found, or fit several.
    strange: Vec<String>,
    /// How many names were found.
    found: usize,
    faults: Faults,
    changed: bool,
}

async fn roll_with(
    site: &Site,
    visit: &Visit,
    status: StatusCode,
    activity: &Activity,
    mut units: Vec<OfUnit>,
    told: Told,
) -> Answer {
    for unit in &mut units {
        unit.rows.sort_by(|a, b| a.name.cmp(&b.name));
    }
    let tally = roll::tally(units.iter().flat_map(|unit| &unit.rows).map(|row| row.status));
    let facts = facts(site, visit, activity).await?;
    let check_in = roll::check_in_of(&site.app.db, activity.id).await?;
    let now = site.app.clock.0.moment().0;
    let form = visit.form(site, &Fields::default(), &told.faults);
    let context = context! {
        activity => facts, roll => Serde(&units), tally => Serde(&tally), form => Serde(&form), open => told.open,
        strange => told.strange, found => told.found, changed => told.changed,
        locked => matches!(activity.state, State::Closed | State::Void), held => activity.state == State::Held,
        ahead => activity.day > site.app.today(), version => activity.version,
        check_in_open => check_in.is_some_and(|check_in| check_in.closes_at > now),
        today => site.app.today().to_string(),
    };
    visit.page_as(site, status, "activities/attendance.html", context)
}

async fn roll_page(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let units = roll::roll(&site.app, &activity).await?;
    roll_with(&site, &visit, StatusCode::OK, &activity, units, Told::default()).await
}

/// What the form marks: a field for each person, and the day of 补学 beside it.
fn marked(fields: &Fields) -> std::result::Result<Vec<Marked>, Refusal> {
    let mut marked = Vec::new();
    for (name, value) in fields.pairs() {
        let Some(person) = name.strip_prefix("status-").and_then(|id| id.parse().ok()) else { continue };
        let day: Option<NaiveDate> = fields.day(&format!("made_up-{person}"))?;
        let mark = Mark::of(value).map(|mark| (mark, if mark == Mark::MadeUp { day } else { None }));
        marked.push((PersonId(person), mark));
    }
    Ok(marked)
}

/// The roll as it was handed in, for the page that asks about it.
fn as_marked(mut units: Vec<OfUnit>, marked: &[Marked]) -> Vec<OfUnit> {
    let by_person: HashMap<i64, &Option<(Mark, Option<NaiveDate>)>> =
        marked.iter().map(|(person, mark)| (person.0, mark)).collect();
    for row in units.iter_mut().flat_map(|unit| &mut unit.rows) {
        if let Some(mark) = by_person.get(&row.person) {
            row.status = mark.map_or("", |(mark, _)| mark.as_str());
            row.made_up_on = mark.and_then(|(_, day)| day).map(|day| day.to_string());
        }
    }
    units
}

async fn mark(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let mut marks = marked(&fields)?;
    let here = format!("/activities/{id}/attendance");
    // Somebody added while typing comes with the rest of the form, so that no mark is lost.
    if let Some(person) = fields.key("person_id") {
        marks.push((PersonId(person), Some((Mark::of("on_time").ok_or_else(odd)?, None))));
        roll::save(&site.app, &visit.actor, &activity, &marks).await?;
        return Ok(visit.go(&here));
    }
    if let Some(name) = fields.some("new_name") {
        let person = add_person(&site, &visit, &activity, name).await?;
        marks.push((person, Some((Mark::of("on_time").ok_or_else(odd)?, None))));
        roll::save(&site.app, &visit.actor, &activity, &marks).await?;
        return visit.done(&site, &here, "roll-person-added", &[]);
    }
    if fields.text("do") == "save" {
        roll::save(&site.app, &visit.actor, &activity, &marks).await?;
        return visit.done(&site, &here, "roll-saved", &[]);
    }
    let rest_absent = fields.text("do") == "absent";
    let version = fields.key("version").unwrap_or(activity.version);
    let done = roll::confirm(&site.app, &visit.actor, RecordId(id), version, marks.clone(), rest_absent).await;
    match Faults::of(done, &[])? {
        Ok(()) => {
            let present =
                marks.iter().filter(|(_, mark)| matches!(mark, Some((Mark::As(status), _)) if status.present()));
            let count = present.count().to_string();
            visit.done(&site, &format!("/activities/{id}"), "roll-confirmed-done", &[("count", &count)])
        }
        Err(faults) => {
            let now = seen(&site, &visit, id).await?;
            let changed = now.version != version;
            let open = if changed || rest_absent { 0 } else { marks.iter().filter(|(_, mark)| mark.is_none()).count() };
            let units = as_marked(roll::roll(&site.app, &now).await?, &marks);
            let status = if changed { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            // Nothing typed is lost: the marks are kept before the page asks.
            roll::save(&site.app, &visit.actor, &now, &marks).await?;
            let faults = if open > 0 { Faults::new() } else { faults };
            roll_with(&site, &visit, status, &now, units, Told { open, faults, changed, ..Told::default() }).await
        }
    }
}

fn odd() -> Refusal {
    Refusal::new("request-odd")
}

/// A new person at the host, from the activity's day on.
async fn add_person(site: &Site, visit: &Visit, activity: &Activity, name: &str) -> Result<PersonId> {
    let new = people::NewPerson {
        name: tabular::person_name(name).ok_or_else(|| Refusal::new("roll-name-odd").with("name", name))?,
        sex: None,
        birth_month: None,
        party: None,
        unit: activity.host,
        duty: None,
        education: None,
        phone: None,
        note: None,
    };
    people::actions::add(&site.app, &visit.actor, new, activity.day).await
}

/// A roll-call pasted from a chat: names are looked for on the roll first, then among the people of the units that take part.
async fn paste(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let units = roll::roll(&site.app, &activity).await?;
    let lines = super::chat::read(fields.raw("paste"));
    let mut by_name: HashMap<String, Vec<PersonId>> = HashMap::new();
    for row in units.iter().flat_map(|unit| &unit.rows) {
        by_name.entry(row.name.clone()).or_default().push(PersonId(row.person));
    }
    let missing: Vec<String> =
        lines.named.iter().map(|(name, _)| name.clone()).filter(|name| !by_name.contains_key(name)).collect();
    let mut reach = vec![activity.host];
    reach.extend(activity.partners.iter().filter(|partner| partner.named).map(|partner| partner.unit));
    let mut places = Vec::new();
    for unit in reach {
        places.extend(units::places::of(&site.app.db, unit).await?);
    }
    for (person, place) in people::store::named_at(&site.app.db, &missing, activity.day).await? {
        let within = places.iter().any(|(first, last)| place.is_some_and(|place| (*first..=*last).contains(&place)));
        if within {
            by_name.entry(person.name).or_default().push(person.id);
        }
    }
    let mut marks: Vec<Marked> = Vec::new();
    let mut strange = lines.strange;
    for (name, status) in lines.named {
        match by_name.get(&name).map(Vec::as_slice) {
            Some([one]) => marks.push((*one, Some((Mark::As(status), None)))),
            Some(_) => strange.push(site.pages.words(visit.language).say("paste-several", &[("name", &name)])),
            None => strange.push(name),
        }
    }
    roll::save(&site.app, &visit.actor, &activity, &marks).await?;
    let units = roll::roll(&site.app, &activity).await?;
    let told = Told { strange, found: marks.len(), ..Told::default() };
    roll_with(&site, &visit, StatusCode::OK, &activity, units, told).await
}

// The board and the codes.

/// The window that a moment lies in.
fn window(now: DateTime<Utc>, seconds: i64) -> i64 {
    now.timestamp().div_euclid(seconds.max(1))
}

fn key_of(check_in: &CheckIn) -> Key {
    let mut bytes = [0u8; 32];
    for (place, byte) in web::decode(&check_in.secret).unwrap_or_default().into_iter().take(32).enumerate() {
        bytes[place] = byte;
    }
    Key::new(bytes)
}

/// A code of a window: `12.345.AbC…`.
fn code(check_in: &CheckIn, window: i64) -> String {
    key_of(check_in).sign("check-in", &format!("{}.{window}", check_in.activity_id))
}

/// How old a claim may be: long enough to sign in first.
const CLAIM: Duration = Duration::minutes(10);

/// What a scanned code is worth at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Worth {
    /// Of this window or the one before: it is good.
    Good,
    /// Signed, and too old.
    Old,
    /// Not ours.
    Foreign,
}

fn worth(check_in: &CheckIn, text: &str, now: DateTime<Utc>, seconds: i64) -> Worth {
    let key = key_of(check_in);
    if let Some(signed) = key.open("check-in", text) {
        let of: Option<i64> = signed.split_once('.').and_then(|(_, window)| window.parse().ok());
        let at = window(now, seconds);
        return if of.is_some_and(|of| of == at || of == at - 1) { Worth::Good } else { Worth::Old };
    }
    match key.open("claim", text).and_then(|signed| signed.split_once('.')?.1.parse::<i64>().ok()) {
        Some(until) if until >= now.timestamp() => Worth::Good,
        Some(_) => Worth::Old,
        None => Worth::Foreign,
    }
}

/// A claim that a good code is changed into: it outlives the code while one signs in.
fn claim(check_in: &CheckIn, now: DateTime<Utc>) -> String {
    let until = (now + CLAIM).timestamp();
    key_of(check_in).sign("claim", &format!("{}.{until}", check_in.activity_id))
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

async fn board(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let seconds = settings::store::read(&site.app.db).await?.check_in_seconds;
    let now = site.app.clock.0.now();
    let check_in = roll::check_in_of(&site.app.db, activity.id).await?;
    let open = check_in.filter(|check_in| check_in.closes_at > moment(now));
    let words = site.pages.words(visit.language);
    let qr = match &open {
        Some(check_in) => {
            let query = Fields::parse(visit.uri.query().unwrap_or_default());
            let base = query.some("base").map_or_else(String::new, str::to_owned);
            let address = format!("{base}/check-in/{}", code(check_in, window(now, seconds)));
            document::qr_svg(&address, &words.say("check-in-code", &[("title", &activity.title)]))?
        }
        None => String::new(),
    };
    let left = seconds - now.timestamp().rem_euclid(seconds.max(1));
    let facts = facts(&site, &visit, &activity).await?;
    let scans = roll::scans(&site.app.db, activity.id).await?;
    let context = context! {
        activity => facts, qr => minijinja::Value::from_safe_string(qr), left, seconds, scans,
        closes_at => open.as_ref().map(|check_in| check_in.closes_at.clone()), open => open.is_some(),
        base => visit.origin.clone(), query => format!("base={}", visit.origin),
    };
    visit.page(&site, "activities/board.html", context)
}

async fn open_check_in(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let activity = led(&site, &visit, id).await?;
    let settings = settings::store::read(&site.app.db).await?;
    let now = site.app.clock.0.now();
    let begins = activity
        .time_from
        .as_deref()
        .and_then(|time| NaiveTime::parse_from_str(time, "%H:%M").ok())
        .map(|time| site.app.zone.instant(activity.day.and_time(time)));
    // Opened late, or without a time, it still stays open for as long as after a beginning.
    let late_from = begins.unwrap_or(now).max(now);
    let closes = late_from + Duration::minutes(settings.check_in_after.max(1));
    roll::open_check_in(&site.app, &visit.actor, &activity, &moment(closes), &moment(late_from)).await?;
    Ok(visit.go(&format!("/activities/{id}/board?base={}", visit.origin)))
}

async fn end_check_in(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let activity = led(&site, &visit, id).await?;
    roll::close_check_in(&site.app, &visit.actor, &activity).await?;
    visit.done(&site, &format!("/activities/{id}/attendance"), "check-in-ended", &[])
}

async fn check_in_home(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    let today = site.app.today();
    let own = super::agenda::upcoming(&site.app.db, &visit.actor.scope(Action::Read), today, 5).await?;
    let own: Vec<_> = own.into_iter().filter(|line| line.day == today).collect();
    let lead = super::agenda::upcoming(&site.app.db, &visit.actor.scope(Action::Lead), today, 5).await?;
    let lead: Vec<_> = lead.into_iter().filter(|line| line.day == today).collect();
    let context = context! { own => Serde(&own), lead => Serde(&lead), member => visit.actor.person.is_some() };
    visit.page(&site, "activities/check-in-home.html", context)
}

/// The activity and check-in that a code names.
async fn named(site: &Site, text: &str) -> Result<Option<(Activity, CheckIn)>> {
    let Some(id) = text.split('.').next().and_then(|id| id.parse().ok()).map(RecordId) else { return Ok(None) };
    let Some(check_in) = roll::check_in_of(&site.app.db, id).await? else { return Ok(None) };
    let activity = store::by_ids(&site.app.db, &[id]).await?.pop();
    Ok(activity.map(|activity| (activity, check_in)))
}

async fn told(site: &Site, visit: &Visit, what: &str, activity: Option<&Activity>, more: minijinja::Value) -> Answer {
    let host = match activity {
        Some(activity) => units::by_ids(&site.app.db, &[activity.host]).await?.remove(&activity.host),
        None => None,
    };
    let account = visit.signed_in.as_ref().map(|signed_in| signed_in.account.display.clone());
    let words = site.pages.words(visit.language);
    let context = context! {
        what, account, title => activity.map(|activity| activity.title.clone()), host => host.map(|host| host.name),
        day => activity.map(|activity| activity.day.to_string()), place => activity.and_then(|activity| activity.place.clone()),
        time => activity.map(|activity| crate::features::registers::actions::time(activity, words)), ..more
    };
    let status = if matches!(what, "in" | "again" | "ready" | "joined") {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    visit.page_as(site, status, "activities/check-in.html", context)
}

/// The page behind a scanned code: one button. Asking changes nothing, so that a preview of the address checks nobody in.
async fn check_in_page(Extract(site): Extract<Site>, visit: Visit, Path(text): Path<String>) -> Answer {
    let now = site.app.clock.0.now();
    let Some((activity, check_in)) = named(&site, &text).await? else {
        return told(&site, &visit, "foreign", None, context! {}).await;
    };
    let seconds = settings::store::read(&site.app.db).await?.check_in_seconds;
    match worth(&check_in, &text, now, seconds) {
        Worth::Foreign => told(&site, &visit, "foreign", None, context! {}).await,
        Worth::Old => told(&site, &visit, "old", Some(&activity), context! {}).await,
        Worth::Good => {
            let claim = claim(&check_in, now);
            if visit.signed_in.is_none() {
                let next = Fields::of([("next".to_owned(), format!("/check-in/{claim}"))]).query_without(&[]);
                return Ok(visit.go(&format!("/sign-in?{next}")));
            }
            if visit.actor.person.is_none() {
                return told(&site, &visit, "nobody", Some(&activity), context! {}).await;
            }
            if check_in.closes_at < moment(now) {
                let more = context! { organiser => check_in.organiser, closed => check_in.closes_at };
                return told(&site, &visit, "late", Some(&activity), more).await;
            }
            told(&site, &visit, "ready", Some(&activity), context! { claim }).await
        }
    }
}

async fn check_in(Extract(site): Extract<Site>, visit: Visit, Path(text): Path<String>, fields: Fields) -> Answer {
    let now = site.app.clock.0.now();
    let Some((activity, check_in)) = named(&site, &text).await? else {
        return told(&site, &visit, "foreign", None, context! {}).await;
    };
    let seconds = settings::store::read(&site.app.db).await?.check_in_seconds;
    match worth(&check_in, &text, now, seconds) {
        Worth::Foreign => return told(&site, &visit, "foreign", None, context! {}).await,
        Worth::Old => return told(&site, &visit, "old", Some(&activity), context! {}).await,
        Worth::Good => {}
    }
    let Some(person) = visit.actor.person else {
        return told(&site, &visit, "nobody", Some(&activity), context! {}).await;
    };
    let join = fields.ticked("join");
    match roll::scan(&site.app, &visit.actor, &activity, person, join).await? {
        Scanned::In { late, number } => {
            let at = visit.actor.at.0.clone();
            told(&site, &visit, if join { "joined" } else { "in" }, Some(&activity), context! { late, number, at })
                .await
        }
        Scanned::Again => told(&site, &visit, "again", Some(&activity), context! {}).await,
        Scanned::NotListed => told(&site, &visit, "not-listed", Some(&activity), context! { claim => text }).await,
        Scanned::Late(check_in) => {
            let more = context! { organiser => check_in.organiser, closed => check_in.closes_at };
            told(&site, &visit, "late", Some(&activity), more).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_in() -> CheckIn {
        CheckIn {
            activity_id: 12,
            secret: web::encode(&[7; 32]),
            closes_at: String::new(),
            late_from: String::new(),
            organiser: String::new(),
        }
    }

    #[test]
    fn a_code_holds_in_its_window_and_the_next_and_a_claim_for_ten_minutes() {
        let at = |second: i64| DateTime::from_timestamp(second, 0).expect("a moment");
        let check_in = check_in();
        let text = code(&check_in, window(at(1000), 20));
        for (second, expected) in
            [(1000, Worth::Good), (1019, Worth::Good), (1039, Worth::Good), (1040, Worth::Old), (900, Worth::Old)]
        {
            assert_eq!(worth(&check_in, &text, at(second), 20), expected, "{second}");
        }
        let other = CheckIn { secret: web::encode(&[8; 32]), ..check_in.clone() };
        assert_eq!(worth(&other, &text, at(1000), 20), Worth::Foreign);
        let claim = claim(&check_in, at(1000));
        assert_eq!(worth(&check_in, &claim, at(1600), 20), Worth::Good);
        assert_eq!(worth(&check_in, &claim, at(1601), 20), Worth::Old);
        assert_eq!(worth(&check_in, &claim.replace("12.", "13."), at(1000), 20), Worth::Foreign);
    }
}
