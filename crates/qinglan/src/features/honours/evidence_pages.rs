//! Pages: the evidence of an honour, which its person or maintainer may change until the honour is checked or void.

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
        act("/honours/{id}/evidence", add),
        page("/honours/{id}/evidence/{piece}", show),
        act("/honours/{id}/evidence/{piece}/remove", remove),
    ]
}

/// Honours.
struct Honours;

#[async_trait::async_trait]
impl Bears for Honours {
    fn kind(&self) -> &'static str {
        "honour"
    }

    fn table(&self) -> &'static str {
        "honour"
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

/// An honour that the visitor may see, and whether its evidence may be changed.
async fn honour(site: &Site, visit: &Visit, id: i64) -> Result<(Beside, bool)> {
    let (honour, changes) = load_with_permission(site, visit, id).await?;
    Ok((Beside { record: honour.id, of: &Honours, unit: Some(honour.unit) }, changes))
}

/// An honour whose evidence the visitor may change.
async fn changed(site: &Site, visit: &Visit, id: i64) -> Result<Beside> {
    match honour(site, visit, id).await? {
        (beside, true) => Ok(beside),
        _ => Err(Refusal::forbidden().into()),
    }
}

async fn add(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, request: Request) -> Answer {
    let beside = changed(&site, &visit, id).await?;
    evidence::add(&site, &visit, beside, request, &format!("/honours/{id}")).await
}

async fn show(State(site): State<Site>, visit: Visit, Path((id, of)): Path<(i64, i64)>, headers: HeaderMap) -> Answer {
    let (beside, _) = honour(&site, &visit, id).await?;
    let piece = evidence::piece(&site, beside, of).await?;
    evidence::answer_with(&site, &headers, &piece).await
}

async fn remove(State(site): State<Site>, visit: Visit, Path((id, of)): Path<(i64, i64)>, fields: Fields) -> Answer {
    let beside = changed(&site, &visit, id).await?;
    evidence::remove(&site, &visit, beside, of, (&format!("/honours/{id}"), &fields)).await
}
