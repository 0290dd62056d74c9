//! The page of labels and rules. The other tabs of the settings belong to the features that they concern.

use axum::extract::State;
use desk::{
    actor::{Action, must_all},
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Faults, FormState, Send, Visit},
};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{Settings, actions, store};

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

fn settings_page(site: &Site, visit: &Visit, settings: &Settings, state: &FormState) -> Answer {
    let codes: Vec<&str> = settings.pillars.iter().map(|pillar| pillar.code).collect();
    let form = state.form(site, visit);
    visit.page_as(site, state.status(), "settings/show.html", context! { form => Serde(&form), codes })
}

async fn show(State(site): State<Site>, visit: Visit) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let settings = store::read(&site.app.db).await?;
    let state = FormState::filled(Fields::from_pairs(settings.pairs()));
    settings_page(&site, &visit, &settings, &state)
}

async fn change(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let mut settings: Settings = store::read(&site.app.db).await?;
    for (name, value) in fields.pairs() {
        settings.set(name, value.trim());
    }
    let save = async |_| {
        let mut faults = Faults::new();
        for name in NUMBERS {
            faults.need(name, fields.number(name));
        }
        faults.check()?;
        actions::change(&site.app, &visit.actor, &settings).await?;
        Ok(Done::new("/settings", "settings-saved"))
    };
    let send = Send::new(&site, &visit, &fields);
    send.run(save, async |state| settings_page(&site, &visit, &settings, &state)).await
}
