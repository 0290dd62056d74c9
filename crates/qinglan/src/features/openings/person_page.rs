//! What a person came forward for: on the person's page, and in the person's own export.

use desk::{
    app::App,
    error::Result,
    serve::Site,
    ui::{
        Visit,
        list::{Asked, List},
        rows::Slice,
    },
};
use federation::people::Part;
use kernel::{PersonId, RecordId};
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{candidate_list::CandidateList, store, visits};

/// The latest openings that a person came forward for, for the person's page.
pub(super) async fn of_person(site: &Site, visit: &Visit, person: PersonId, part: Part) -> Result<Value> {
    /// Lines shown.
    const SHOWN: u64 = 6;
    let filters = Fields::from_pairs([("person_id", &*person.to_string())]);
    let asked = Asked::new(site, visit, &filters);
    let lines = CandidateList::find(&asked, &Slice::first(CandidateList::ORDERS, SHOWN)).await?.lines();
    Ok(context! { lines => Serde(&lines), own => part.own })
}

/// All that a person came forward for, also what was withdrawn, for the person's own export.
pub(super) async fn held_on(app: &App, person: PersonId) -> Result<Vec<serde_json::Value>> {
    let mut candidates = store::of_person(&app.db, person).await?;
    candidates.sort_by_key(|(candidate, _)| candidate.id);
    let ids: Vec<RecordId> = candidates.iter().map(|(candidate, _)| candidate.id).collect();
    let (visits, said) = (visits::of_all(&app.db, &ids).await?, visits::said_of_all(&app.db, &ids).await?);
    let held = candidates.into_iter().map(|(candidate, title)| {
        let visits = visits
            .iter()
            .filter(|visit| visit.candidate == candidate.id)
            .map(|visit| serde_json::json!({ "day": visit.day, "who": visit.who, "words": visit.words }));
        let said = said.iter().filter(|said| said.candidate == candidate.id).map(
            |said| serde_json::json!({ "side": said.side.as_str(), "grade": said.grade.as_str(), "words": said.words }),
        );
        serde_json::json!({
            "opening": title, "part": candidate.part.as_str(), "words": candidate.words, "came_on": candidate.came,
            "step": candidate.step.as_str(), "reason": candidate.reason, "visits": visits.collect::<Vec<_>>(),
            "appraisals": said.collect::<Vec<_>>(),
        })
    });
    Ok(held.collect())
}
