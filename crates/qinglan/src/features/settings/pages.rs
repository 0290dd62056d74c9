//! The page of labels and rules. Other tabs of the settings are pages of the features that they concern.

use axum::{extract::State, http::StatusCode};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{Settings, actions, store};
use crate::{
    actor::{Action, must_all},
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Faults, Visit},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![page("/settings", show), act("/settings", change)]
}

const NUMBERS: [&str; 13] = [
    "age_limit",
    "least_sessions_month",
    "least_hours_year",
    "least_rate",
    "hour_minutes",
    "session_minutes",
    "external_percent",
    "reading_minutes",
    "note_minutes",
    "evidence_days",
    "check_in_before",
    "check_in_after",
    "check_in_seconds",
];

async fn show(State(site): State<Site>, visit: Visit) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let settings = store::read(&site.app.db).await?;
    let pairs = settings.pairs();
    let form = visit.filled(&site, pairs.iter().map(|(name, value)| (name.as_str(), value.clone())));
    let codes: Vec<&str> = settings.pillars.iter().map(|pillar| pillar.code).collect();
    visit.page(&site, "settings/show.html", context! { form => Serde(&form), codes })
}

async fn change(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let mut settings: Settings = store::read(&site.app.db).await?;
    let mut faults = Faults::new();
    for (name, value) in fields.pairs() {
        settings.set(name, value.trim());
    }
    for name in NUMBERS {
        faults.need(name, fields.number(name));
    }
    if faults.is_empty() {
        match Faults::of(actions::change(&site.app, &visit.actor, &settings).await, &[])? {
            Ok(()) => return visit.done(&site, "/settings", "settings-saved", &[]),
            Err(refused) => faults = refused,
        }
    }
    let form = visit.form(&site, &fields, &faults);
    let codes: Vec<&str> = settings.pillars.iter().map(|pillar| pillar.code).collect();
    let context = context! { form => Serde(&form), codes };
    visit.page_as(&site, StatusCode::UNPROCESSABLE_ENTITY, "settings/show.html", context)
}
