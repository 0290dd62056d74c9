//! Pages: visits to somebody who is placed, and what both sides say at the end.

use axum::extract::{Path, State as Extract};
use desk::{
    error::Result,
    router::{Route, act},
    serve::Site,
    ui::{Answer, Done, Send, Sent, Visit},
};
use kernel::{RecordId, Refusal};
use web::Fields;

use super::{
    answer_pages::candidate_page,
    answers,
    visits::{self, Grade, Side},
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        act("/candidates/{id}/visits", visit),
        act("/candidates/{id}/visits/{visit}/remove", remove),
        act("/candidates/{id}/appraise", appraise),
    ]
}

/// The refusals that are shown beside a field of a dialog.
const FIELDS: [(&str, &str); 5] = [
    ("visit-day", "day"),
    ("visit-who", "who"),
    ("visit-who-long", "who"),
    ("visit-words", "visit_words"),
    ("appraisal-grade", "grade"),
];

/// Handles a form on the page of somebody who came forward.
async fn on_page(
    (site, visit, fields): (&Site, &Visit, &Fields),
    id: i64,
    message: &'static str,
    action: impl AsyncFnOnce(i64) -> Result<()>,
) -> Answer {
    answers::seen(&site.app, &site.app.db, &visit.actor, RecordId(id)).await?;
    let act = async |sent: Sent| {
        action(sent.version()).await?;
        Ok(Done::new(format!("/candidates/{id}"), message))
    };
    let send = Send::new(site, visit, fields).at(&FIELDS);
    send.run(act, async |state| candidate_page(site, visit, id, &state).await).await
}

async fn visit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |_| {
        let day = fields.day("day")?.unwrap_or_else(|| site.app.today());
        let said = (day, fields.text("who"), fields.text("words"));
        visits::visit(&site.app, &visit.actor, RecordId(id), said).await?;
        Ok(())
    };
    on_page((&site, &visit, &fields), id, "visit-done", act).await
}

async fn remove(
    Extract(site): Extract<Site>,
    visit: Visit,
    Path((id, of)): Path<(i64, i64)>,
    fields: Fields,
) -> Answer {
    let act = async |version| visits::remove_visit(&site.app, &visit.actor, RecordId(id), (of, version)).await;
    on_page((&site, &visit, &fields), id, "visit-removed-done", act).await
}

async fn appraise(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |version| {
        let side = Side::from_code(fields.text("side")).ok_or_else(|| Refusal::new("request-odd"))?;
        let grade = Grade::from_code(fields.text("grade")).ok_or_else(|| Refusal::new("appraisal-grade"))?;
        let said = (side, grade, fields.owned("words"));
        visits::appraise(&site.app, &visit.actor, (RecordId(id), version), said).await
    };
    on_page((&site, &visit, &fields), id, "appraisal-done", act).await
}
