//! The page of the levels of units and their names, among the settings.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{actions, store};
use crate::{
    actor::{Action, must_all},
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Faults, Visit},
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![page("/settings/levels", levels), act("/settings/levels/{code}", set_level)]
}

async fn levels_page(site: &Site, visit: &Visit, status: StatusCode, faults: &Faults) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let levels = store::levels(&site.app.db).await?;
    let levels: Vec<_> = levels
        .into_iter()
        .map(|level| context! { code => level.code, zh => level.zh, en => level.en, bare => level.bare })
        .collect();
    let form = visit.form(site, &Fields::default(), faults);
    visit.page_as(site, status, "units/levels.html", context! { levels, form => Serde(&form) })
}

async fn levels(State(site): State<Site>, visit: Visit) -> Answer {
    levels_page(&site, &visit, StatusCode::OK, &Faults::new()).await
}

async fn set_level(State(site): State<Site>, visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let (zh, en, bare) = (fields.text("zh"), fields.text("en"), fields.text("bare"));
    let done = actions::set_level(&site.app, &visit.actor, &code, zh, en, bare).await;
    match Faults::of(done, &[])? {
        Ok(()) => visit.done(&site, "/settings/levels", "level-saved", &[("name", zh)]),
        Err(faults) => levels_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &faults).await,
    }
}
