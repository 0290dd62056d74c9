//! Honours: the list, checking, making void.

use desk::{app::App, error::Result};
use kernel::{RecordId, Refusal};
use serde_json::json;

use super::{
    arguments::Honours,
    lists::{Field, key_of_unit, list},
    out::Out,
};
use crate::features::honours::{
    actions,
    pages::{self, Shown},
    store,
};

/// The version in which an honour stands now: who commands names none.
async fn version(app: &App, id: i64) -> Result<i64> {
    let honour = store::by_ids(&app.db, &[RecordId(id)]).await?.pop();
    Ok(honour.ok_or_else(|| Refusal::unknown("honour-unknown").with("id", id))?.version)
}

pub(super) async fn run(app: &App, out: &Out<'_>, what: Honours) -> Result<()> {
    let actor = app.operator();
    match what {
        Honours::List { unit, state, level, search, page: shown } => {
            let unit = key_of_unit(app, unit.as_deref()).await?;
            let asked = [
                ("unit_id", unit.as_str()),
                ("state", state.as_deref().unwrap_or_default()),
                ("level", level.as_deref().unwrap_or_default()),
                ("q", search.as_deref().unwrap_or_default()),
            ];
            let fields: [Field<Shown>; 10] = [
                ("id", "col-id", |shown| json!(shown.line.id)),
                ("name", "honour-name", |shown| json!(shown.line.name)),
                ("unit", "col-unit", |shown| json!(shown.line.unit)),
                ("title", "honour-title-of", |shown| json!(shown.line.title)),
                ("group", "honour-group", |shown| json!(shown.line.title_group)),
                ("level", "honour-level", |shown| json!(shown.line.level)),
                ("conferrer", "honour-conferrer-of", |shown| json!(shown.line.conferrer)),
                ("day", "honour-day", |shown| json!(shown.line.day)),
                ("certificate", "honour-certificate", |shown| json!(shown.line.certificate)),
                ("state", "col-state", |shown| json!(shown.line.state)),
            ];
            list::<pages::Honours>(app, out, &asked, &fields, shown).await
        }
        Honours::Check { id } => {
            actions::check(app, &actor, RecordId(id), version(app, id).await?).await?;
            done(out, id, "checked")
        }
        Honours::Void { id, reason } => {
            actions::void(app, &actor, RecordId(id), version(app, id).await?, &reason).await?;
            done(out, id, "void")
        }
    }
}

fn done(out: &Out<'_>, id: i64, state: &str) -> Result<()> {
    if out.json {
        return out.json(&json!({ "id": id, "state": state }));
    }
    let message = if state == "checked" { "honour-checked-done" } else { "honour-voided-done" };
    out.print(message, &[]);
    Ok(())
}
