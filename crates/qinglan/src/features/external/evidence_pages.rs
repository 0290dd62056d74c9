//! Pages: the evidence of a result, which its person or maintainer may change until the result is attested or void.

use axum::{
    extract::{Path, Request, State},
    http::HeaderMap,
};
use desk::{
    actor::Actor,
    app::App,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Visit},
};
use kernel::{RecordId, Refusal};
use sea_orm::DatabaseTransaction;
use web::Fields;

use super::{actions, pages::load_with_permission};
use crate::features::evidence::{Bears, Beside, pages as evidence};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        act("/external/{id}/evidence", add),
        page("/external/{id}/evidence/{piece}", show),
        act("/external/{id}/evidence/{piece}/remove", remove),
    ]
}

/// Results.
struct Results;

#[async_trait::async_trait]
impl Bears for Results {
    fn kind(&self) -> &'static str {
        "external"
    }

    fn table(&self) -> &'static str {
        "external_result"
    }

    async fn must_change(
        &self,
        app: &App,
        tx: Option<&DatabaseTransaction>,
        actor: &Actor,
        record: RecordId,
    ) -> Result<()> {
        match tx {
            Some(tx) => actions::must_change(app, tx, actor, record).await,
            None => actions::must_change(app, &app.db, actor, record).await,
        }
    }
}

/// A result that the visitor may see, and whether its evidence may be changed.
async fn result(site: &Site, visit: &Visit, id: i64) -> Result<(Beside, bool)> {
    let (earned, changes) = load_with_permission(site, visit, id).await?;
    Ok((Beside { record: earned.id, of: &Results, unit: Some(earned.unit) }, changes))
}

/// A result whose evidence the visitor may change.
async fn changed(site: &Site, visit: &Visit, id: i64) -> Result<Beside> {
    match result(site, visit, id).await? {
        (beside, true) => Ok(beside),
        _ => Err(Refusal::forbidden().into()),
    }
}

async fn add(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, request: Request) -> Answer {
    let beside = changed(&site, &visit, id).await?;
    evidence::add(&site, &visit, beside, request, &format!("/external/{id}")).await
}

async fn show(State(site): State<Site>, visit: Visit, Path((id, of)): Path<(i64, i64)>, headers: HeaderMap) -> Answer {
    let (beside, _) = result(&site, &visit, id).await?;
    let piece = evidence::piece(&site, beside, of).await?;
    evidence::answer_with(&site, &headers, &piece).await
}

async fn remove(State(site): State<Site>, visit: Visit, Path((id, of)): Path<(i64, i64)>, fields: Fields) -> Answer {
    let beside = changed(&site, &visit, id).await?;
    evidence::remove(&site, &visit, beside, of, (&format!("/external/{id}"), &fields)).await
}
