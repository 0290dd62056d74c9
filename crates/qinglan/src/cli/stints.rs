//! Stints: the list, checking, making void.

use desk::{app::App, error::Result};
use kernel::{RecordId, Refusal};
use serde_json::json;

use super::{
    arguments::Stints,
    lists::{Field, key_of_unit, list},
    out::Out,
};
use crate::features::stints::{
    actions,
    pages::{self, Shown},
    store,
};

/// The version in which a stint stands now: who commands names none.
async fn version(app: &App, id: i64) -> Result<i64> {
    let stint = store::by_ids(&app.db, &[RecordId(id)]).await?.pop();
    Ok(stint.ok_or_else(|| Refusal::unknown("stint-unknown").with("id", id))?.version)
}

pub(super) async fn run(app: &App, out: &Out<'_>, what: Stints) -> Result<()> {
    let actor = app.operator();
    match what {
        Stints::List { unit, state, part, search, page: shown } => {
            let unit = key_of_unit(app, unit.as_deref()).await?;
            let asked = [
                ("unit_id", unit.as_str()),
                ("state", state.as_deref().unwrap_or_default()),
                ("part", part.as_deref().unwrap_or_default()),
                ("q", search.as_deref().unwrap_or_default()),
            ];
            let fields: [Field<Shown>; 12] = [
                ("id", "col-id", |shown| json!(shown.line.id)),
                ("person", "col-person", |shown| json!(shown.line.name)),
                ("unit", "col-unit", |shown| json!(shown.line.unit)),
                ("part", "stint-part", |shown| json!(shown.line.part)),
                ("task", "stint-task-of", |shown| json!(shown.line.task)),
                ("place", "stint-place", |shown| json!(shown.line.place)),
                ("from", "col-from", |shown| json!(shown.line.from_day)),
                ("to", "col-to", |shown| json!(shown.line.to_day)),
                ("volunteered", "stint-volunteered", |shown| json!(shown.line.volunteered)),
                ("hours", "stint-hours-of", |shown| json!(shown.hours_text)),
                ("result", "stint-result", |shown| json!(shown.line.result)),
                ("state", "col-state", |shown| json!(shown.line.state)),
            ];
            list::<pages::Stints>(app, out, &asked, &fields, shown).await
        }
        Stints::Check { id } => {
            actions::check(app, &actor, RecordId(id), version(app, id).await?).await?;
            done(out, id, "checked")
        }
        Stints::Void { id, reason } => {
            actions::void(app, &actor, RecordId(id), version(app, id).await?, &reason).await?;
            done(out, id, "void")
        }
    }
}

fn done(out: &Out<'_>, id: i64, state: &str) -> Result<()> {
    if out.json {
        return out.json(&json!({ "id": id, "state": state }));
    }
    let message = if state == "checked" { "stint-checked-done" } else { "stint-voided-done" };
    out.print(message, &[]);
    Ok(())
}
