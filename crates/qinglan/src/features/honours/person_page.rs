//! The honours of a person: on the person's page, and in the person's own export.

use desk::{
    app::App,
    error::Result,
    serve::Site,
    ui::{Visit, language::Language, rows::Slice},
};
use federation::people::Part;
use kernel::PersonId;
use minijinja::{Value, context};
use web::Fields;

use super::list;

/// The latest honours of a person, for the person's page.
pub(super) async fn of_person(site: &Site, visit: &Visit, person: PersonId, part: Part) -> Result<Value> {
    /// Lines shown.
    const SHOWN: u64 = 6;
    let filters = Fields::from_pairs([("person_id", &*person.to_string())]);
    let scope = visit.actor.scope(desk::actor::Action::People);
    let first = Slice::first(list::ORDERS, SHOWN);
    let lines = list::list(&site.app.db, &scope, (&filters, site.app.today()), &first).await?.lines();
    let english = visit.language == Language::English;
    let lines: Vec<Value> = lines
        .into_iter()
        .map(|line| {
            context! {
                id => line.id, title => line.title, level => line.level, conferrer => line.conferrer,
                day => line.day.to_string(), state => line.state,
                group => if english { line.title_group_en } else { line.title_group },
            }
        })
        .collect();
    Ok(context! { lines, own => part.own })
}

/// All honours of a person, including void ones, for the person's own export.
pub(super) async fn held_on(app: &App, person: PersonId) -> Result<Vec<serde_json::Value>> {
    let own = desk::actor::Scope { person: Some(person), ..Default::default() };
    let mut all = Vec::new();
    for state in ["", "void"] {
        let filters = Fields::from_pairs([("state", state)]);
        let every = Slice::first(list::ORDERS, app.most_exported);
        let lines = list::list(&app.db, &own, (&filters, app.today()), &every).await?.whole(app)?;
        all.extend(lines.into_iter().map(|line| {
            serde_json::json!({
                "title": line.title, "title_group": line.title_group, "level": line.level, "conferrer": line.conferrer,
                "day": line.day, "certificate": line.certificate, "state": line.state, "unit_name": line.unit,
                "checked_by": line.checked_by,
            })
        }));
    }
    Ok(all)
}
