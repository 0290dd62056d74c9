//! Pages: those who came forward, as a list; coming forward for an opening.

use axum::extract::{Path, State as Extract};
use desk::{
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, Send, Visit,
        list::{export, show as show_list},
    },
};
use kernel::{RecordId, Refusal};
use web::Fields;

use super::{
    actions, answers,
    candidate_list::CandidateList,
    pages::{PLACES, opening_page},
};
use crate::features::stints::form_pages::whose;

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/candidates", show_list::<CandidateList>),
        page("/candidates/export", export::<CandidateList>),
        act("/openings/{id}/candidates", come_forward),
    ]
}

async fn come_forward(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    actions::seen(&site.app, &visit.actor, RecordId(id)).await?;
    let act = async |_| {
        let nobody = || Faults::at(Refusal::new("stint-person-pick"), &[("stint-person-pick", "person")]);
        let person = whose(&site, &visit, &fields).await?.ok_or_else(nobody)?;
        answers::come_forward(&site.app, &visit.actor, RecordId(id), (person, fields.text("words"))).await?;
        Ok(Done::new(format!("/openings/{id}"), "candidate-came-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&PLACES);
    send.run(act, async |state| opening_page(&site, &visit, id, &state).await).await
}
