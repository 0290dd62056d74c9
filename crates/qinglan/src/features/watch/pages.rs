//! Pages: what is missing by the groups' rules, by unit, with the people and the days.

use axum::extract::State;
use chrono::Datelike;
use desk::{
    actor::Action,
    error::Result,
    router::{Route, page},
    serve::Site,
    ui::{Answer, Faults, Page, Visit, export::export_list},
};
use document::{Cell, SheetOut};
use figures::metrics::pages::unit_of;
use kernel::{Refusal, last_of_month};
use ledger::db;
use minijinja::{context, value::Serde};
use web::Fields;

use super::short::{self, Short};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![page("/watch", list), page("/watch/export", export)]
}

/// Groups on a page.
const PAGE: usize = 20;
/// How many people of a group are named; a group's page lists the rest.
const NAMED: usize = 8;

/// The groups that a query requests, and the unit's name.
async fn groups(site: &Site, visit: &Visit, query: &Fields) -> Result<(Vec<Short>, String)> {
    let scope = visit.actor.scope(Action::Lead);
    if scope.is_empty() {
        return Err(Refusal::forbidden().into());
    }
    let (unit, unit_name) = unit_of(site, visit, query).await?;
    let mut found = short::under(&site.app, &scope, unit, site.app.today(), query.text("kind")).await?;
    let text = query.text("q");
    found.retain(|group| {
        text.is_empty() || db::text_contains(&group.name, text) || db::text_contains(&group.unit, text)
    });
    Ok((found, unit_name))
}

async fn list(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let (groups, unit_name) = groups(&site, &visit, &query).await?;
    let today = site.app.today();
    let last = last_of_month(today);
    let count = groups.len();
    let behind = query.key("after_id");
    let from = behind.and_then(|id| groups.iter().position(|group| group.id == id)).map_or(0, |place| place + 1);
    let rest = groups.into_iter().skip(from).take(PAGE + 1).collect();
    let page = Page::new(rest, PAGE, &query, &["after_id"], |group: &Short| vec![("after_id", group.id.to_string())]);
    let form = visit.form(&site, &query, &Faults::new());
    let context = context! {
        form => Serde(&form), groups => Serde(&page.rows), next => page.next, query => page.query, first => page.first,
        count, unit_name, named => NAMED, days_left => (last - today).num_days(), month => today.month(), year => today.year(),
        filtered => ["q", "kind", "unit_id"].iter().any(|name| query.some(name).is_some()),
    };
    visit.page(&site, "watch/list.html", context)
}

async fn export(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let (groups, unit_name) = groups(&site, &visit, &query).await?;
    let words = site.pages.words(visit.language);
    let headings =
        ["report-unit", "group-name", "watch-rule", "watch-wanted", "watch-has", "person-name", "watch-days"];
    let mut rows = Vec::new();
    for group in groups {
        let mut row = |rule: &str, wanted: Cell, has: Cell, who: &str, days: &str| {
            rows.push(vec![
                Cell::from(group.unit.as_str()),
                Cell::from(group.name.as_str()),
                Cell::from(words.message(rule, &[])),
                wanted,
                has,
                Cell::from(who),
                Cell::from(days),
            ]);
        };
        if let Some(sessions) = &group.sessions {
            let ahead: Vec<&str> = sessions.ahead.iter().map(|(_, _, day)| day.as_str()).collect();
            let (least, held) = (Cell::Whole(sessions.least), Cell::Whole(sessions.held));
            row("watch-sessions", least, held, "", &words.list(&ahead));
        }
        if let Some(rate) = &group.rate {
            let has = rate.present as f64 * 100.0 / rate.due as f64;
            let has = || Cell::from(format!("{has:.1}%"));
            let least = || Cell::from(format!("{}%", rate.least));
            if rate.missed.is_empty() {
                row("watch-rate", least(), has(), "", "");
            }
            for missed in &rate.missed {
                row("watch-rate", least(), has(), &missed.name, &words.list(&missed.days));
            }
        }
        for one in &group.behind {
            let hours = |tenths: i64| Cell::Number(tenths as f64 / 10.0);
            row("watch-hours", hours(one.wanted), hours(one.has), &one.name, "");
        }
    }
    let sheet = SheetOut {
        name: words.message("nav-watch", &[]),
        title: Some(format!("{unit_name}{} {}", words.message("nav-watch", &[]), site.app.today())),
        columns: headings.iter().map(|head| words.message(head, &[]).as_str().into()).collect(),
        rows,
    };
    export_list(&site, &visit, "nav-watch", sheet).await
}
