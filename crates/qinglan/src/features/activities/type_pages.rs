//! The page with the types of sessions, a tab of the settings.

use axum::extract::State;
use desk::{
    actor::{Action, must_all},
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, FormState, Send, Visit, language::Language},
};
use federation::settings;
use kernel::Refusal;
use minijinja::{context, value::Serde};
use web::Fields;

use super::{actions, store};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![page("/settings/types", types), act("/settings/types", set_type)]
}

async fn types_page(site: &Site, visit: &Visit, state: &FormState) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let settings = settings::store::read(&site.app.db).await?;
    let types = store::every_type(&site.app.db).await?;
    let types: Vec<_> = types
        .into_iter()
        .map(|kind| {
            context! { code => kind.code, name => kind.name, en => kind.en, pillar => kind.pillar, aliases => kind.aliases, learning => kind.learning,
                retired => kind.retired }
        })
        .collect();
    let form = state.form(site, visit);
    let context = context! {
        types, form => Serde(&form), pillars => Serde(&settings.pillars), english => visit.language == Language::English,
    };
    visit.page_as(site, state.status(), "activities/types.html", context)
}

async fn types(State(site): State<Site>, visit: Visit) -> Answer {
    types_page(&site, &visit, &FormState::opened()).await
}

/// The refusals that are shown beside a field, with the field's name.
const PLACES: [(&str, &str); 6] = [
    ("type-wants-pillar", "pillar"),
    ("type-word-taken", "aliases"),
    ("field-missing", "name"),
    ("text-too-long:title", "name"),
    ("text-too-long:en", "en"),
    ("text-too-long:aliases", "aliases"),
];

async fn set_type(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let set = async |_| {
        let name = fields.some("name").ok_or_else(|| Refusal::new("field-missing"))?;
        let aliases: Vec<String> = fields.text("aliases").split_whitespace().map(str::to_owned).collect();
        let said = actions::TypeSaid {
            name,
            en: fields.some("en"),
            pillar: fields.some("pillar"),
            aliases: &aliases,
            // A box that isn't ticked isn't submitted; only `learning_asked` shows that the form had it.
            learning: fields.ticked("learning_asked").then(|| fields.ticked("learning")),
            retired: fields.ticked("retired"),
        };
        actions::set_type(&site.app, &visit.actor, said).await?;
        Ok(Done::new("/settings/types", "type-saved").with("name", name))
    };
    let send = Send::new(&site, &visit, &fields).at(&PLACES);
    send.run(set, async |state| types_page(&site, &visit, &state).await).await
}
