//! The page of labels and rules. The other tabs of the settings belong to the features that they concern.

use axum::extract::State;
use desk::{
    actor::{Action, must_all},
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Faults, FormState, Send, Sent, Visit},
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

async fn settings_page(site: &Site, visit: &Visit, state: &FormState) -> Answer {
    let settings = store::read(&site.app.db).await?;
    let codes: Vec<&str> = settings.pillars.iter().map(|pillar| pillar.code).collect();
    let form = state.form_of(site, visit, &Fields::from_pairs(settings.pairs()), settings.version());
    visit.page_as(site, state.status(), "settings/show.html", context! { form => Serde(&form), codes })
}

async fn show(State(site): State<Site>, visit: Visit) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    settings_page(&site, &visit, &FormState::opened()).await
}

async fn change(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let mut settings: Settings = store::read(&site.app.db).await?;
    for (name, value) in fields.pairs() {
        settings.set(name, value.trim());
    }
    let save = async |sent: Sent| {
        let mut faults = Faults::new();
        for name in NUMBERS {
            faults.need(name, fields.number(name));
        }
        faults.check()?;
        actions::change(&site.app, &visit.actor, &settings, sent.version()).await?;
        Ok(Done::new("/settings", "settings-saved"))
    };
    let send = Send::new(&site, &visit, &fields);
    send.run(save, async |state| settings_page(&site, &visit, &state).await).await
}
