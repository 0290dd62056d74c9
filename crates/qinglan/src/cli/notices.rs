//! Notices: the list, and one with how its units stand.

use serde_json::json;

use super::{arguments::Notices, lists::page, out::Out};
use crate::{
    app::App,
    error::Result,
    features::notices::{
        board,
        list::{self, Wanted},
        reach::{self, Reach},
        store,
    },
};

pub(super) async fn run(app: &App, out: &Out<'_>, what: Notices) -> Result<()> {
    let (actor, today) = (app.operator(), app.today());
    match what {
        Notices::List { state, search, page: shown } => {
            let reach = Reach::of(&app.db, &actor).await?;
            let wanted = Wanted {
                both: true,
                text: search.as_deref().unwrap_or_default(),
                state: state.as_deref().unwrap_or_default(),
                most: 1_000_000,
                ..Wanted::default()
            };
            let lines = list::list(&app.db, &reach, &wanted, today).await?;
            let fields = [
                ("id", "col-id"),
                ("number", "col-number"),
                ("title", "col-title"),
                ("sender", "col-sender"),
                ("state", "col-state"),
                ("sent_on", "col-day"),
                ("due_on", "col-due"),
                ("total", "col-total"),
                ("done", "col-done"),
                ("open", "col-open"),
            ];
            let line = |line: list::Line| {
                vec![
                    json!(line.id),
                    json!(line.number),
                    json!(line.title),
                    json!(line.unit),
                    json!(line.state),
                    json!(line.sent_on),
                    json!(line.due_on),
                    json!(line.total),
                    json!(line.done),
                    json!(line.open),
                ]
            };
            page(out, &fields, lines.into_iter().map(line).collect(), shown)
        }
        Notices::Show { id, state, page: shown } => {
            let seen = reach::seen(&app.db, &actor, id).await?;
            let wanted = board::Wanted {
                state: state.as_deref().unwrap_or_default(),
                most: 1_000_000,
                ..board::Wanted::default()
            };
            let rows = board::rows(&app.db, &seen.reach, id, &wanted, today).await?;
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
