//! Pages: somebody who came forward; withdrawing, selecting, telling who was not selected, arriving.

use axum::extract::{Path, State as Extract};
use desk::{
    error::Result,
    log::{self, Object},
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, FormState, Send, Sent, Visit},
};
use federation::{people, units};
use kernel::{RecordId, Refusal};
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{
    actions::WITHDRAWN,
    answers::{self, MERGED},
    model::{Selecting, State, Step},
    visits::{self, Grade, Side},
};
use crate::features::stints;

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/candidates/{id}", show),
        act("/candidates/{id}/withdraw", withdraw),
        act("/candidates/{id}/select", select),
        act("/candidates/{id}/decline", decline),
        act("/candidates/{id}/reconsider", reconsider),
        act("/candidates/{id}/arrive", arrive),
    ]
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    candidate_page(&site, &visit, id, &FormState::opened()).await
}

/// The page of somebody who came forward.
pub(super) async fn candidate_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let (db, today) = (&site.app.db, site.app.today());
    let (candidate, opening, relation) = answers::seen(&site.app, db, &visit.actor, RecordId(id)).await?;
    let words = site.pages.words(visit.language);
    let person = people::store::by_ids(db, &[candidate.person]).await?.remove(&candidate.person);
    let units = units::by_ids(db, &[candidate.unit, opening.unit]).await?;
    let stints: Vec<RecordId> = candidate.stint.into_iter().collect();
    let stint = stints::store::by_ids(db, &stints).await?.pop().filter(|stint| stint.state != stints::State::Void);
    let reason = candidate.reason.as_deref().map(|reason| match reason {
        key @ (WITHDRAWN | MERGED) => words.message(key, &[]),
        typed => typed.to_owned(),
    });
    // Who begins later than the opening does has no earlier day.
    let from = if opening.days.from > today { opening.days.from } else { today };
    let fields = Fields::from_pairs([("from", from.to_string())]);
    let form = state.form_of(site, visit, &fields, candidate.version);
    let is_open = opening.state == State::Open;
    let step = candidate.step;
    let visits: Vec<Value> = visits::of_candidate(db, candidate.id)
        .await?
        .into_iter()
        .map(|visit| {
            context! {
                id => visit.id, day => visit.day.to_string(), who => visit.who, words => visit.words, version => visit.version,
            }
        })
        .collect();
    let appraisals = visits::appraisals(db, candidate.id).await?;
    let over = stint.as_ref().is_some_and(|stint| stint.days.to.is_some_and(|to| to <= today));
    let side = |side: Side, may: bool| {
        let said = appraisals.iter().find(|said| said.side == side);
        context! {
            code => side.as_str(), appraises => may && over && !relation.own,
            version => said.map_or(0, |said| said.version), code_of_grade => said.map(|said| said.grade.as_str()),
            grade => said.map(|said| words.message(said.grade.word(), &[])),
            words => said.and_then(|said| said.words.as_deref()),
        }
    };
    let grades: Vec<(&str, String)> =
        Grade::ALL.into_iter().map(|grade| (grade.as_str(), words.message(grade.word(), &[]))).collect();
    let history = log::history(db, words, Object::new("candidate", id)).await?;
    let context = context! {
        id, form => Serde(&form), name => person.map(|person| person.name), person_id => candidate.person.0,
        unit => units.get(&candidate.unit).map(|unit| unit.name.clone()), words => candidate.words,
        came => candidate.came.to_string(), step => step.as_str(), reason, decided_at => candidate.decided_at,
        opening_id => opening.id.0, title => opening.title, part => words.message(opening.part.word(), &[]),
        asker => units.get(&opening.unit).map(|unit| unit.name.clone()), history => Serde(&history),
        days => context! { from => opening.days.from.to_string(), to => opening.days.to.map(|day| day.to_string()) },
        stint => stint.as_ref().map(|stint| context! {
            id => stint.id.0, from => stint.days.from.to_string(), to => stint.days.to.map(|day| day.to_string()),
            state => stint.state.as_str(), over => stint.days.to.is_some_and(|to| to < today), result => &stint.result,
        }),
        visits, visits_may => stint.is_some() && (relation.keeps || relation.writes),
        asking => side(Side::Asking, relation.writes), sending => side(Side::Sending, relation.keeps), over,
        grades => Serde(&grades), today => today.to_string(),
        withdraws => step == Step::Waiting && (relation.own || relation.keeps),
        selects => is_open && relation.writes && matches!(step, Step::Waiting | Step::Declined),
        declines => relation.writes && step == Step::Waiting,
        reconsiders => is_open && relation.writes && stint.is_none() && matches!(step, Step::Selected | Step::Declined),
        arrives => relation.writes && step == Step::Selected && stint.is_none(), own => relation.own,
    };
    visit.page_as(site, state.status(), "openings/candidate.html", context)
}

/// The refusals that are shown beside a field of a dialog.
const FIELDS: [(&str, &str); 8] = [
    ("candidate-without-reason", "reason"),
    ("opening-words-long", "reason"),
    ("stint-overlaps", "overlapping"),
    ("candidate-overlaps", "overlapping"),
    ("stint-ahead", "from"),
    ("stint-reversed", "from"),
    ("stint-not-posted", "from"),
    ("stint-there-already", "from"),
];

/// Handles a form on the page of somebody who came forward.
async fn on_page(
    (site, visit, fields): (&Site, &Visit, &Fields),
    id: i64,
    message: &'static str,
    action: impl AsyncFnOnce((RecordId, i64)) -> Result<()>,
) -> Answer {
    answers::seen(&site.app, &site.app.db, &visit.actor, RecordId(id)).await?;
    let act = async |sent: Sent| {
        action((RecordId(id), sent.version())).await?;
        Ok(Done::new(format!("/candidates/{id}"), message))
    };
    let send = Send::new(site, visit, fields).at(&FIELDS);
    send.run(act, async |state| candidate_page(site, visit, id, &state).await).await
}

async fn withdraw(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |at| answers::withdraw(&site.app, &visit.actor, at).await;
    on_page((&site, &visit, &fields), id, "candidate-withdrew-done", act).await
}

async fn select(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |at| {
        let selecting = Selecting {
            reason: fields.text("reason").to_owned(),
            from: fields.day("from")?,
            overlapping: fields.ticked("overlapping"),
        };
        answers::select(&site.app, &visit.actor, at, selecting).await
    };
    on_page((&site, &visit, &fields), id, "candidate-selected-done", act).await
}

async fn decline(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |at| answers::decline(&site.app, &visit.actor, at, fields.owned("words")).await;
    on_page((&site, &visit, &fields), id, "candidate-declined-done", act).await
}

async fn reconsider(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |at| answers::reconsider(&site.app, &visit.actor, at).await;
    on_page((&site, &visit, &fields), id, "candidate-reconsidered-done", act).await
}

async fn arrive(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |at| {
        let from = fields.day("from")?.ok_or_else(|| Refusal::new("candidate-from-missing"))?;
        answers::arrive(&site.app, &visit.actor, at, (from, fields.ticked("overlapping"))).await
    };
    on_page((&site, &visit, &fields), id, "candidate-arrived-done", act).await
}
