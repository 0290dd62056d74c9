//! The page with the levels of units and their names, a tab of the settings.

use axum::extract::{Path, State};
use desk::{
    actor::{Action, must_all},
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, FormState, Send, Visit},
};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{actions, store};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![page("/settings/levels", levels), act("/settings/levels/{code}", set_level)]
}

async fn levels_page(site: &Site, visit: &Visit, state: FormState) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let levels = store::levels(&site.app.db).await?;
    let levels: Vec<_> = levels
        .into_iter()
        .map(|level| context! { code => level.code, zh => level.zh, en => level.en, bare => level.bare })
        .collect();
    let form = state.form(site, visit);
    visit.page_as(site, state.status(), "units/levels.html", context! { levels, form => Serde(&form) })
}

async fn levels(State(site): State<Site>, visit: Visit) -> Answer {
    levels_page(&site, &visit, FormState::opened()).await
}

async fn set_level(State(site): State<Site>, visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let set = async |_| {
        let (zh, en, bare) = (fields.text("zh"), fields.text("en"), fields.text("bare"));
        actions::set_level(&site.app, &visit.actor, &code, zh, en, bare).await?;
        Ok(Done::new("/settings/levels", "level-saved").with("name", zh))
    };
    let page = async |state: FormState| levels_page(&site, &visit, state.without_fields()).await;
    Send::new(&site, &visit, &fields).run(set, page).await
}
