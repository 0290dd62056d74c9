//! The page of the types of sessions, among the settings.

use axum::{extract::State, http::StatusCode};
use kernel::Refusal;
use minijinja::{context, value::Serde};
use web::Fields;

use super::{actions, store};
use crate::{
    actor::{Action, must_all},
    features::settings,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Faults, Visit, language::Language},
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![page("/settings/types", types), act("/settings/types", set_type)]
}

async fn types_page(site: &Site, visit: &Visit, status: StatusCode, form: crate::ui::Form) -> Answer {
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
    let context = context! {
        types, form => Serde(&form), pillars => Serde(&settings.pillars), english => visit.language == Language::English,
    };
    visit.page_as(site, status, "activities/types.html", context)
}

async fn types(State(site): State<Site>, visit: Visit) -> Answer {
    let form = visit.form(&site, &Fields::default(), &Faults::new());
    types_page(&site, &visit, StatusCode::OK, form).await
}

async fn set_type(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let name = fields.text("name");
    let aliases: Vec<String> = fields.text("aliases").split_whitespace().map(str::to_owned).collect();
    let retired = fields.ticked("retired");
    let done = match fields.some("name") {
        Some(_) => {
            let said = actions::TypeSaid {
                name,
                en: fields.some("en"),
                pillar: fields.some("pillar"),
                aliases: &aliases,
                // A box that isn't ticked isn't sent; only the form that has it says so.
                learning: fields.ticked("learning_asked").then(|| fields.ticked("learning")),
                retired,
            };
            actions::set_type(&site.app, &visit.actor, said).await
        }
        None => Err(Refusal::new("field-missing").into()),
    };
    match Faults::of(
        done,
        &[
            ("type-wants-pillar", "pillar"),
            ("type-word-taken", "aliases"),
            ("field-missing", "name"),
            ("text-too-long:title", "name"),
            ("text-too-long:en", "en"),
            ("text-too-long:aliases", "aliases"),
        ],
    )? {
        Ok(_) => visit.done(&site, "/settings/types", "type-saved", &[("name", name)]),
        Err(faults) => {
            let form = visit.form(&site, &fields, &faults);
            types_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
    }
}
