//! Pages: choosing a register, unit and period, and downloading it as XLSX or CSV.

use axum::extract::{Path, State};
use desk::{
    actor::Action,
    router::{Route, page},
    serve::Site,
    ui::{
        Answer, Faults, Visit,
        answer::unknown_page,
        export::{Format, export_file},
        period::Chosen,
    },
};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{Register, actions};
use crate::metrics::{self, pages::unit_of};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![page("/registers", list), page("/registers/{register}/{format}", download)]
}

async fn list(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let words = site.pages.words(visit.language);
    let (unit, unit_name) = unit_of(&site, &visit, &query).await?;
    let chosen = Chosen::read(&query, "year", site.app.today(), words)?;
    let sees = metrics::actions::sees_people(&site.app, &visit.actor, unit).await?;
    let form = visit.form(&site, &query, &Faults::new());
    let to = chosen.period.to.to_string();
    let registers: Vec<_> = Register::all(site.app.features)
        .into_iter()
        .map(Register::facts)
        .filter(|register| sees || !register.of_people)
        .map(|register| {
            let text = words.message(register.text, &[("day", &to)]);
            context! { key => register.name, name => words.message(register.word, &[]), text, phones => register.phones }
        })
        .collect();
    let context = context! {
        registers, form => Serde(&form), unit_id => unit.0, unit_name, period => Serde(&chosen), sees,
        writes => visit.actor.scope(Action::Write).all || !visit.actor.scope(Action::Write).places.is_empty(),
        from => chosen.period.from.to_string(), to => chosen.period.to.to_string(),
        kept => query.query_without(&["period", "from", "to"]),
        query => format!("unit_id={unit}&{}", chosen.query()),
    };
    visit.page(&site, "registers/list.html", context)
}

async fn download(State(site): State<Site>, visit: Visit, Path((register, format)): Path<(String, String)>) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let words = site.pages.words(visit.language);
    let register = Register::by_name(site.app.features, &register).ok_or_else(unknown_page)?;
    let format = Format::from_extension(&format).ok_or_else(unknown_page)?;
    let (unit, _) = unit_of(&site, &visit, &query).await?;
    let chosen = Chosen::read(&query, "year", site.app.today(), words)?;
    let phones = query.ticked("phones")
        && federation::scope::must(&site.app.db, &visit.actor, Action::Write, unit).await.is_ok();
    let order = actions::Order { register, unit, period: chosen.period, phones };
    // It has many rows, which stay in memory until they are written: no more registers are read at a time than are written.
    let turn = site.exports.turn().await?;
    let sheet = actions::build(&site.app, &visit.actor, order, words).await?;
    let name = sheet.title.clone().unwrap_or_default().replace(" — ", "至").replace(' ', "");
    export_file(&site, &visit, (register.facts().word, &name), format, (turn, sheet)).await
}
