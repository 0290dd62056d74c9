//! The page with the levels of units and their names, a tab of the settings.

use axum::extract::{Path, State};
use desk::{
    actor::{Action, must_all},
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, FormState, Send, Sent, Visit},
};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{actions, store};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![page("/settings/levels", levels), act("/settings/levels/{code}", set_level)]
}

/// The forms of all levels. The one that was sent, if one was, shows what was typed.
async fn levels_page(site: &Site, visit: &Visit, sent: Option<(&str, &FormState)>) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let levels = store::levels(&site.app.db).await?;
    let opened = FormState::opened();
    let state = |code: &str| sent.filter(|(sent, _)| *sent == code).map_or(&opened, |(_, state)| state);
    let forms: Vec<_> = levels
        .iter()
        .map(|level| {
            let stored = [("zh", &level.zh), ("en", &level.en), ("bare", &level.bare)];
            let stored = Fields::from_pairs(stored.map(|(name, value)| (name, value.clone())));
            let form = state(&level.code).form_of(site, visit, &stored, level.version());
            context! { code => &level.code, zh => &level.zh, form => Serde(&form) }
        })
        .collect();
    let status = sent.map_or(&opened, |(_, state)| state).status();
    visit.page_as(site, status, "units/levels.html", context! { levels => forms })
}

async fn levels(State(site): State<Site>, visit: Visit) -> Answer {
    levels_page(&site, &visit, None).await
}

async fn set_level(State(site): State<Site>, visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let set = async |sent: Sent| {
        let names = ["zh", "en", "bare"].map(|name| fields.text(name));
        actions::set_level(&site.app, &visit.actor, &code, names, sent.version()).await?;
        Ok(Done::new("/settings/levels", "level-saved").with("name", names[0]))
    };
    let page = async |state: FormState| levels_page(&site, &visit, Some((&code, &state))).await;
    Send::new(&site, &visit, &fields).run(set, page).await
}
