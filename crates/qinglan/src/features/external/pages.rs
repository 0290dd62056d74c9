//! Pages: the list, one result with its history, several attested at once, returned, made void.

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
};
use document::{Cell, SheetOut};
use kernel::{PersonId, RecordId, Refusal, UnitId};
use minijinja::{context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    actions,
    list::{self, By, Line, Wanted},
    model::{Earned, State},
    rules, store,
};
use crate::{
    actor::Action,
    error::{AppError, Result},
    features::{evidence, people, scope, units},
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Faults, Order, Page, Visit,
        answer::status_of,
        export::export_list,
        language::{Language, Words},
    },
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/external", list),
        page("/external/export", export),
        act("/external/attest", attest_chosen),
        page("/external/{id}", show),
        act("/external/{id}/attest", attest),
        act("/external/{id}/return", give_back),
        act("/external/{id}/void", void),
    ]
}

/// Lines of a page.
const PAGE: usize = 30;

/// A line as its page shows it.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    line: Line,
    platform_name: String,
    month_text: String,
    hours: Option<String>,
    waits: bool,
}

fn shown(line: Line, language: Language, own: Option<PersonId>) -> Shown {
    Shown {
        platform_name: if language == Language::English { line.platform_en.clone() } else { line.platform.clone() },
        month_text: rules::shown_month(line.month),
        hours: line.minutes.map(rules::hours),
        // Nobody attests one's own.
        waits: line.state == State::HandedIn.as_str() && own.map(|own| own.0) != Some(line.person_id),
        line,
    }
}

fn order_of(query: &Fields) -> Order {
    Order::read(query, &[("month", false), ("name", true), ("unit", true), ("points", false)])
}

/// `2025-03` as 202503; nothing of what is no month.
fn month_of_query(query: &Fields, name: &str) -> Option<i64> {
    let (year, month) = query.some(name)?.split_once('-')?;
    let month = year.parse::<i64>().ok()?.checked_mul(100)?.checked_add(month.parse().ok()?)?;
    rules::first_day(month).map(|_| month)
}

async fn wanted<'q>(site: &Site, query: &'q Fields, most: u64) -> Result<Wanted<'q>> {
    let places = match query.key("unit_id") {
        Some(unit) => Some(scope::places::of(&site.app.db, UnitId(unit)).await?.unwrap_or((-1, -1))),
        None => None,
    };
    let order = order_of(query);
    Ok(Wanted {
        text: query.text("q"),
        person: query.key("person_id").map(PersonId),
        places,
        platform: query.text("platform"),
        from: month_of_query(query, "from_month"),
        to: month_of_query(query, "to_month"),
        state: query.text("state"),
        by: By::of(order.by),
        rising: order.rising,
        after: Order::after(query),
        most,
    })
}

/// Every platform as a choice: code and name.
pub(super) async fn choices(site: &Site, visit: &Visit, retired: bool) -> Result<Vec<(String, String)>> {
    let english = visit.language == Language::English;
    let known = store::every_platform(&site.app.db).await?.into_iter().filter(|platform| retired || !platform.retired);
    Ok(known.map(|platform| (platform.code, if english { platform.en } else { platform.name })).collect())
}

async fn list(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    list_page(&site, &visit, StatusCode::OK, &query, &Faults::new()).await
}

async fn list_page(site: &Site, visit: &Visit, status: StatusCode, query: &Fields, faults: &Faults) -> Answer {
    let wanted = wanted(site, query, PAGE as u64 + 1).await?;
    let lines = list::list(&site.app.db, &visit.actor.scope(Action::People), &wanted, site.app.today()).await?;
    let page = Page::of(lines, PAGE, query, &["after", "after_id"], |line| {
        vec![("after", wanted.by.key(line)), ("after_id", line.id.to_string())]
    });
    let rows: Vec<Shown> = page.rows.into_iter().map(|line| shown(line, visit.language, visit.actor.person)).collect();
    let attests = visit.may(Action::Lead);
    let unit_name = match query.key("unit_id").map(UnitId) {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let form = visit.form(site, query, faults);
    let named = ["q", "platform", "state", "unit_id", "from_month", "to_month", "person_id"];
    let filtered = named.iter().any(|name| query.some(name).is_some());
    let context = context! {
        form => Serde(&form), waiting => attests && rows.iter().any(|row| row.waits), lines => Serde(&rows),
        next => page.next, query => page.query, first => page.first, filtered, unit_name, attests,
        enters => attests || visit.actor.person.is_some(), writes => visit.may(Action::Write),
        figures => visit.may(Action::Figures), order => Serde(&order_of(query)),
        platforms => Serde(&choices(site, visit, true).await?),
    };
    visit.page_as(site, status, "external/list.html", context)
}

async fn export(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let wanted = wanted(&site, &query, site.app.to_export()).await?;
    let words = site.pages.words(visit.language);
    let lines = list::list(&site.app.db, &visit.actor.scope(Action::People), &wanted, site.app.today()).await?;
    let heads = list::REGISTER.iter().copied().chain(["状态"]);
    let rows = lines.into_iter().enumerate().map(|(number, line)| {
        let state = State::of(&line.state).map_or("", State::word);
        let mut cells = list::cells(number, line);
        cells.push(Cell::from(words.say(state, &[])));
        cells
    });
    let sheet = SheetOut {
        name: words.say("nav-external", &[]),
        title: Some(words.say("register-external", &[])),
        columns: heads.map(Into::into).collect(),
        rows: rows.collect(),
    };
    export_list(&site, &visit, "nav-external", sheet).await
}

/// A result that the visitor sees; another is not known.
pub(super) async fn seen(site: &Site, visit: &Visit, id: i64) -> Result<Earned> {
    let unknown = || AppError::from(Refusal::unknown("external-unknown").with("id", id));
    let id = RecordId(id);
    let scope = visit.actor.scope(Action::People);
    if scope.is_empty() || !store::within(&site.app.db, &scope, &[id], site.app.today()).await?.contains(&id) {
        return Err(unknown());
    }
    store::by_ids(&site.app.db, &[id]).await?.pop().ok_or_else(unknown)
}

/// A result that the visitor sees, and whether the visitor may change it still.
pub(crate) async fn kept(site: &Site, visit: &Visit, id: i64) -> Result<(Earned, bool)> {
    let earned = seen(site, visit, id).await?;
    let keeps = actions::keeps(&site.app, &site.app.db, &visit.actor, earned.id).await?;
    let open = matches!(earned.state, State::HandedIn | State::Returned);
    let changes = open && (keeps || visit.actor.person == Some(earned.person));
    Ok((earned, changes))
}

/// What was done, in words.
pub(super) fn told(words: &Words, done: Vec<list::Done>) -> Vec<minijinja::Value> {
    let each = done.into_iter().map(|line| {
        let args: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&line.args).unwrap_or_default();
        let args: Vec<(&str, &str)> =
            args.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default())).collect();
        context! { at => line.at, account => line.account, text => words.say(&format!("log-{}", line.what), &args) }
    });
    each.collect()
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    result_page(&site, &visit, StatusCode::OK, id, None).await
}

async fn result_page(site: &Site, visit: &Visit, status: StatusCode, id: i64, fault: Option<&Refusal>) -> Answer {
    let earned = seen(site, visit, id).await?;
    let db = &site.app.db;
    let words = site.pages.words(visit.language);
    let person = people::store::by_ids(db, &[earned.person]).await?.remove(&earned.person);
    let unit = units::by_ids(db, &[earned.unit]).await?.remove(&earned.unit);
    let platform = choices(site, visit, true).await?.into_iter().find(|(code, _)| *code == earned.platform);
    let own = visit.actor.person == Some(earned.person);
    let keeps = actions::keeps(&site.app, db, &visit.actor, earned.id).await?;
    let open = matches!(earned.state, State::HandedIn | State::Returned);
    // What the system itself said stands as the key of a message.
    let reason = earned.reason.as_deref().map(|reason| match reason {
        key @ (actions::REPLACED | actions::MERGED | actions::UNDONE) => words.say(key, &[]),
        said => said.to_owned(),
    });
    let history = told(words, list::done(db, "external", earned.id).await?);
    let proofs = proof_card(site, &earned, open && (own || keeps)).await?;
    let context = context! {
        id, version => earned.version, name => person.map(|person| person.name), person_id => earned.person.0,
        unit => unit.map(|unit| unit.name), platform => platform.map(|(_, name)| name),
        month => rules::shown_month(earned.month), points => earned.amounts.points,
        hours => earned.amounts.minutes.map(rules::hours), classes => earned.amounts.classes, note => earned.note,
        state => earned.state.as_str(), reason, handed_in_at => earned.handed_in_at, attested_at => earned.attested_at,
        history, own, keeps, edits => open && (own || keeps),
        attests => earned.state == State::HandedIn && keeps && !own,
        returns => matches!(earned.state, State::HandedIn | State::Attested) && keeps && !own,
        voids => earned.state != State::Void && (keeps || (own && open)),
        evidence => proofs,
        fault => fault.map(|fault| words.refusal(fault)),
    };
    visit.page_as(site, status, "external/show.html", context)
}

/// The proofs of a result: for its person and who keeps it, who are all that see it.
async fn proof_card(site: &Site, earned: &Earned, changes: bool) -> Result<minijinja::Value> {
    let path = format!("/external/{}", earned.id);
    let all = evidence::pages::card(&site.app.db, earned.id, &path, true, false).await?;
    Ok(context! { keeps => changes, ..all })
}

/// The answer to what was done with one result: told on its page, with what was refused.
async fn after(site: &Site, visit: &Visit, id: i64, done: Result<()>, key: &str) -> Answer {
    match done {
        Ok(()) => visit.done(site, &format!("/external/{id}"), key, &[]),
        Err(AppError::Refused(refusal)) if !refusal.is_forbidden() => {
            let status = status_of(&AppError::Refused(refusal.clone()));
            result_page(site, visit, status, id, Some(&refusal)).await
        }
        Err(other) => Err(other),
    }
}

/// The version that the form was opened at; a form without one changes nothing.
fn version(fields: &Fields) -> i64 {
    fields.key("version").unwrap_or(0)
}

async fn attest(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let earned = seen(&site, &visit, id).await?;
    let done = actions::attest(&site.app, &visit.actor, &[(earned.id, version(&fields))]).await;
    after(&site, &visit, id, done.map(|_| ()), "external-attested-done").await
}

/// Those ticked on the list, each as `12.3`: key and version.
async fn attest_chosen(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Lead) {
        return Err(Refusal::forbidden().into());
    }
    let chosen = fields.every("chosen").filter_map(|text| text.split_once('.'));
    let chosen = chosen.filter_map(|(id, version)| Some((RecordId(id.parse().ok()?), version.parse().ok()?)));
    let chosen: Vec<(RecordId, i64)> = chosen.take(500).collect();
    let query = Fields::parse(fields.raw("back"));
    match Faults::of(actions::attest(&site.app, &visit.actor, &chosen).await, &[])? {
        Ok(count) => {
            let to = format!("/external?{}", query.query_without(&["after", "after_id"]));
            visit.done(&site, &to, "external-attested-many", &[("count", &count.to_string())])
        }
        Err(faults) => list_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &query, &faults).await,
    }
}

async fn give_back(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let earned = seen(&site, &visit, id).await?;
    let reason = fields.text("reason");
    let done = actions::give_back(&site.app, &visit.actor, earned.id, version(&fields), reason).await;
    after(&site, &visit, id, done, "external-returned-done").await
}

async fn void(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let earned = seen(&site, &visit, id).await?;
    let reason = fields.text("reason");
    let done = actions::void(&site.app, &visit.actor, earned.id, version(&fields), reason).await;
    after(&site, &visit, id, done, "external-voided-done").await
}
