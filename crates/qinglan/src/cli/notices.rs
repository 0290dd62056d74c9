//! Notices: the list, and one notice with the state of its units' duties.

use desk::{app::App, error::Result, ui::export::must_fit};
use serde_json::json;

use super::{
    arguments::Notices,
    lists::{Field, list, page},
    out::Out,
};
use crate::features::notices::{
    board,
    pages::{self, Shown},
    reach, store,
};

pub(super) async fn run(app: &App, out: &Out<'_>, what: Notices) -> Result<()> {
    match what {
        Notices::List { state, search, page: shown } => {
            let asked = [
                ("box", "both"),
                ("q", search.as_deref().unwrap_or_default()),
                ("state", state.as_deref().unwrap_or_default()),
            ];
            let fields: [Field<Shown>; 10] = [
                ("id", "col-id", |shown| json!(shown.line.id)),
                ("number", "col-number", |shown| json!(shown.line.number)),
                ("title", "col-title", |shown| json!(shown.line.title)),
                ("sender", "col-sender", |shown| json!(shown.line.unit)),
                ("state", "col-state", |shown| json!(shown.line.state)),
                ("sent_on", "col-day", |shown| json!(shown.line.sent_on)),
                ("due_on", "col-due", |shown| json!(shown.line.due_on)),
                ("total", "col-total", |shown| json!(shown.line.total)),
                ("done", "col-done", |shown| json!(shown.line.done)),
                ("open", "col-open", |shown| json!(shown.line.open)),
            ];
            list::<pages::Notices>(app, out, &asked, &fields, shown).await
        }
        Notices::Show { id, state, page: shown } => {
            let seen = reach::seen(&app.db, &app.operator(), id).await?;
            let wanted = board::Wanted {
                state: state.as_deref().unwrap_or_default(),
                most: app.to_export(),
                ..board::Wanted::default()
            };
            let rows = board::rows(&app.db, &seen.reach, id, &wanted, app.today()).await?;
            must_fit(app, rows.len())?;
            if out.json {
                let notice = seen.notice;
                let demands: Vec<_> = store::demands(&app.db, id)
                    .await?
                    .into_iter()
                    .map(|demand| json!({ "number": demand.place, "kind": demand.kind.as_str(), "wanted": demand.wanted }))
                    .collect();
                return out.json(&json!({
                    "id": notice.id, "number": notice.number, "title": notice.title, "text": notice.text,
                    "state": notice.state.as_str(), "sent_on": notice.sent_on, "due_on": notice.due_on,
                    "withdrawn_reason": notice.withdrawn_reason, "demands": demands,
                    "counts": board::counts(&app.db, &seen.reach, id).await?, "duties": rows,
                }));
            }
            let fields = [
                ("unit", "col-unit"),
                ("number", "col-id"),
                ("wanted", "col-wanted"),
                ("state", "col-state"),
                ("answered_on", "col-answered"),
            ];
            let line = |row: board::Row| {
                vec![json!(row.unit), json!(row.number), json!(row.wanted), json!(row.state), json!(row.answered_on)]
            };
            page(out, &fields, rows.into_iter().map(line).collect(), shown)
        }
    }
}
