//! Pages: labels and rules, names of levels, types of activities.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
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
    ui::{Answer, Faults, Visit, language::Language},
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

async fn levels_page(site: &Site, visit: &Visit, status: StatusCode, faults: &Faults) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let levels = units::levels(&site.app.db).await?;
    let levels: Vec<_> = levels
        .into_iter()
        .map(|level| context! { code => level.code, zh => level.zh, en => level.en, bare => level.bare })
        .collect();
    let form = visit.form(site, &Fields::default(), faults);
    visit.page_as(site, status, "settings/levels.html", context! { levels, form => Serde(&form) })
}

async fn levels(State(site): State<Site>, visit: Visit) -> Answer {
    levels_page(&site, &visit, StatusCode::OK, &Faults::new()).await
}

async fn set_level(State(site): State<Site>, visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let (zh, en, bare) = (fields.text("zh"), fields.text("en"), fields.text("bare"));
    let done = units::actions::set_level(&site.app, &visit.actor, &code, zh, en, bare).await;
    match Faults::of(done, &[])? {
        Ok(()) => visit.done(&site, "/settings/levels", "level-saved", &[("name", zh)]),
        Err(faults) => levels_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &faults).await,
    }
}

async fn types_page(site: &Site, visit: &Visit, status: StatusCode, form: crate::ui::Form) -> Answer {
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
    let context = context! {
        types, form => Serde(&form), pillars => Serde(&settings.pillars), english => visit.language == Language::English,
    };
    visit.page_as(site, status, "settings/types.html", context)
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
            let said = activities::actions::TypeSaid {
                name,
                en: fields.some("en"),
                pillar: fields.some("pillar"),
                aliases: &aliases,
                // A box that isn't ticked isn't sent; only the form that has it says so.
                learning: fields.ticked("learning_asked").then(|| fields.ticked("learning")),
                retired,
            };
            activities::actions::set_type(&site.app, &visit.actor, said).await
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
