//! Pages: home by role, and the search over activities, people and units.

use std::collections::BTreeMap;

use axum::extract::State;
use chrono::{Datelike, NaiveDate};
use desk::{
    actor::Action,
    router::{Route, page},
    serve::Site,
    ui::{Answer, Faults, Visit, language::Language, rows::Slice},
};
use federation::{duties, people, scope, settings, units};
use kernel::{UnitId, last_of_month};
use minijinja::{context, value::Serde};
use web::Fields;

use super::standing;
use crate::features::{
    activities::{self, agenda},
    joint, openings, plans,
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![page("/", home), page("/search", search)]
}

/// How many lines of tasks and upcoming sessions are shown.
const LINES: u64 = 6;
/// Tasks are counted up to this number.
const COUNTED: u64 = 100;

async fn home(State(site): State<Site>, visit: Visit) -> Answer {
    let (app, today) = (&site.app, site.app.today());
    let lead = visit.actor.scope(Action::Lead);
    let read = visit.actor.scope(Action::Read);
    let waiting = agenda::waiting(&app.db, &lead, today, LINES).await?;
    let count = if waiting.len() as u64 == LINES {
        agenda::waiting_count(&app.db, &lead, today, COUNTED).await?
    } else {
        waiting.len() as i64
    };
    let drafts = agenda::drafts(&app.db, &lead, today, 3).await?;
    let joint = joint::agenda::todo(&app.db, &lead, today, LINES).await?;
    let owed =
        duties::list::owed(&app.db, &visit.actor.scope(Action::Write), visit.actor.person, (today, LINES)).await?;
    let owed: Vec<_> = owed.iter().map(|line| (line, duties::list::href_of_source(app, line))).collect();
    let upcoming = agenda::upcoming(&app.db, &read, agenda::Reach::TakingPart, today, LINES).await?;
    let figures = visit.actor.scope(Action::Figures);
    let mut unit = visit.unit();
    if unit.is_none() && figures.all {
        unit = scope::places::tops(&app.db).await?.first().copied();
    }
    let (mut pillars, mut short, mut unit_name, mut below) = (Vec::new(), std::sync::Arc::default(), None, 0);
    if let Some(unit) = unit {
        pillars = standing::pillars(app, unit, today).await?;
        short = site.app.shared::<super::Shorts>().of_unit(app, unit, today).await?;
        unit_name = units::by_ids(&app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name);
        below = below_of(&site, unit).await?;
    }
    let words = site.pages.words(visit.language);
    let settings = settings::store::read(&app.db).await?;
    let labels: BTreeMap<&str, String> = settings
        .pillars
        .iter()
        .map(|pillar| {
            let label = match words.language {
                Language::Chinese => format!("{} · {}", pillar.nickname, pillar.zh),
                Language::English => format!("{} · {}", pillar.nickname_en, pillar.en),
            };
            (pillar.code, label)
        })
        .collect();
    let to_learn = match visit.actor.person {
        Some(person) => plans::store::to_learn(&app.db, person, today, LINES).await?,
        None => Vec::new(),
    };
    let for_me = match visit.actor.person {
        Some(person) => {
            let standing = people::Standings::read(&app.db, &[person]).await?.on(person, today, None);
            let at = (person, standing.map(|standing| standing.unit));
            openings::store::for_person(&app.db, at, today, LINES).await?
        }
        None => Vec::new(),
    };
    let to_select = openings::store::to_select(&app.db, &visit.actor.scope(Action::Write), LINES).await?;
    let waits: Vec<_> = waiting.iter().map(|line| (line, (today - line.day).num_days())).collect();
    let context = context! {
        to_learn => Serde(&to_learn), waits => Serde(&waits), waiting_count => count, more_than => COUNTED as i64, drafts => Serde(&drafts),
        joint => Serde(&joint),
        owed => Serde(&owed), openings => Serde(&for_me), to_select => Serde(&to_select),
        upcoming => Serde(&upcoming), pillars => Serde(&pillars), short_count => short.0, short => Serde(&short.1),
        unit_id => unit.map(|unit| unit.0), unit_name, below, today => today.to_string(),
        year_from => format!("{}-01-01", today.year()), days_left => days_left(today),
        month_end => last_of_month(today).to_string(),
        may_lead => visit.may(Action::Lead), may_write => visit.may(Action::Write), member => visit.actor.person.is_some(),
        english => words.language == Language::English, labels => Serde(&labels),
        no_units => figures.all && unit.is_none(), administers => visit.may(Action::Administer),
    };
    visit.page(&site, "home/home.html", context)
}

fn days_left(today: NaiveDate) -> i64 {
    (last_of_month(today) - today).num_days()
}

async fn below_of(site: &Site, unit: UnitId) -> desk::error::Result<i64> {
    let places = scope::places::of_unit(&site.app.db, unit).await?;
    Ok(places.map_or(0, |(place, last)| last - place))
}

/// The most results of each kind; the lists show the rest.
const FOUND: u64 = 6;

async fn search(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let form = visit.form(&site, &query, &Faults::new());
    let text = query.text("q");
    let (mut found, mut staff, mut places) = (Vec::new(), Vec::new(), Vec::new());
    let (people_too, units_too) = (visit.may(Action::Lead), visit.may(Action::Figures));
    if !text.is_empty() {
        let (db, today) = (&site.app.db, site.app.today());
        let wanted = Fields::from_pairs([("q", text)]);
        let (scope, first) = (visit.actor.scope(Action::Read), Slice::first(activities::list::ORDERS, FOUND));
        found = activities::list::list(db, (&scope, &visit.actor.scope(Action::People)), (&wanted, today), &first)
            .await?
            .lines();
        if people_too {
            let (scope, first) = (visit.actor.scope(Action::People), Slice::first(people::list::ORDERS, FOUND));
            staff = people::list::list(db, &scope, (&wanted, today), &first).await?.lines();
        }
        if units_too {
            places = units::store::search(db, &visit.actor.scope(Action::Figures), text, FOUND).await?;
        }
    }
    let staff: Vec<_> = staff.iter().map(|line| (line.id, &line.name, &line.unit)).collect();
    let places: Vec<_> = places.iter().map(|node| (node.id, &node.name, &node.above)).collect();
    let context = context! {
        form => Serde(&form), text, found => Serde(&found), staff => Serde(&staff), places => Serde(&places), people_too, units_too,
    };
    visit.page(&site, "home/search.html", context)
}
