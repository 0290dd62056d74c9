//! Pages: labels and rules, names of levels, types of activities.

use axum::extract::{Path, State};
use kernel::Refusal;
use minijinja::{context, value::Serde};
use web::Fields;

use super::{Settings, actions, store};
use crate::{
    features::{
        accounts::{Action, must_all},
        activities, units,
    },
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Faults, FormState, Send, Visit, language::Language},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/settings", show),
        act("/settings", change),
        page("/settings/levels", levels),
        act("/settings/levels/{code}", set_level),
        page("/settings/types", types),
        act("/settings/types", set_type),
    ]
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
    let state = FormState::filled(Fields::of(settings.pairs()));
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

async fn levels_page(site: &Site, visit: &Visit, state: FormState) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let levels = units::levels(&site.app.db).await?;
    let levels: Vec<_> = levels
        .into_iter()
        .map(|level| context! { code => level.code, zh => level.zh, en => level.en, bare => level.bare })
        .collect();
    let form = state.form(site, visit);
    visit.page_as(site, state.status(), "settings/levels.html", context! { levels, form => Serde(&form) })
}

async fn levels(State(site): State<Site>, visit: Visit) -> Answer {
    levels_page(&site, &visit, FormState::opened()).await
}

async fn set_level(State(site): State<Site>, visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let set = async |_| {
        let (zh, en, bare) = (fields.text("zh"), fields.text("en"), fields.text("bare"));
        units::actions::set_level(&site.app, &visit.actor, &code, zh, en, bare).await?;
        Ok(Done::new("/settings/levels", "level-saved").with("name", zh))
    };
    let page = async |state: FormState| levels_page(&site, &visit, state.without_fields()).await;
    Send::new(&site, &visit, &fields).run(set, page).await
}

async fn types_page(site: &Site, visit: &Visit, state: &FormState) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let settings = store::read(&site.app.db).await?;
    let types = activities::store::every_type(&site.app.db).await?;
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
    visit.page_as(site, state.status(), "settings/types.html", context)
}

async fn types(State(site): State<Site>, visit: Visit) -> Answer {
    types_page(&site, &visit, &FormState::opened()).await
}

/// The refusals that a field is named for.
const TYPE_PLACES: [(&str, &str); 6] = [
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
        let said = activities::actions::TypeSaid {
            name,
            en: fields.some("en"),
            pillar: fields.some("pillar"),
            aliases: &aliases,
            // A box that isn't ticked isn't sent; only the form that has it says so.
            learning: fields.ticked("learning_asked").then(|| fields.ticked("learning")),
            retired: fields.ticked("retired"),
        };
        activities::actions::set_type(&site.app, &visit.actor, said).await?;
        Ok(Done::new("/settings/types", "type-saved").with("name", name))
    };
    let send = Send::new(&site, &visit, &fields).at(&TYPE_PLACES);
    send.run(set, async |state| types_page(&site, &visit, &state).await).await
}
