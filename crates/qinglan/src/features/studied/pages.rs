//! Pages: adding materials to a session and removing them, on the session's page.

use axum::extract::{Path, State};
use desk::{
    router::{Route, act},
    serve::Site,
    ui::{Answer, Done, Send, Visit},
};
use kernel::{RecordId, Refusal};
use web::Fields;

use super::actions;
use crate::features::activities;

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![act("/activities/{id}/materials", add), act("/activities/{id}/materials/{material}/remove", remove)]
}

async fn add(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    activities::pages::led(&site, &visit, id).await?;
    let add = async |_| {
        let material = fields.key("material_id").ok_or_else(|| Refusal::new("plan-material-pick"))?;
        actions::add(&site.app, &visit.actor, RecordId(id), material).await?;
        Ok(Done::new(format!("/activities/{id}"), "studied-added"))
    };
    Send::new(&site, &visit, &fields).press(add).await
}

async fn remove(
    State(site): State<Site>,
    visit: Visit,
    Path((id, material)): Path<(i64, i64)>,
    fields: Fields,
) -> Answer {
    activities::pages::led(&site, &visit, id).await?;
    let remove = async |_| {
        actions::remove(&site.app, &visit.actor, RecordId(id), material).await?;
        Ok(Done::new(format!("/activities/{id}"), "studied-removed"))
    };
    Send::new(&site, &visit, &fields).press(remove).await
}
