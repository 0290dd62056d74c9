//! Pages: the list, one opening with those who came forward; closing, opening again, withdrawing.

use axum::extract::{Path, State as Extract};
use chrono::Months;
use desk::{
    actor::Action,
    error::Result,
    log::{self, Object},
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, FormState, Send, Sent, Visit,
        language::Words,
        list::{Asked, List, export, show as show_list},
        rows::Slice,
    },
};
use federation::{people::Standings, themes, units};
use kernel::{RecordId, Refusal, UnitId};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    actions,
    candidate_list::CandidateList,
    list::OpeningList,
    model::{Closing, Opening, State, Step},
    store,
};
use crate::features::stints::Part;

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/openings", show_list::<OpeningList>),
        page("/openings/export", export::<OpeningList>),
        page("/openings/{id}", show),
        act("/openings/{id}/close", close),
        act("/openings/{id}/reopen", reopen),
        act("/openings/{id}/withdraw", withdraw),
    ]
}

/// The parts as choices: code and name.
pub(super) fn parts(words: &Words) -> Vec<(&'static str, String)> {
    Part::ALL.iter().map(|part| (part.as_str(), words.message(part.word(), &[]))).collect()
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    opening_page(&site, &visit, id, &FormState::opened()).await
}

/// Whether the visitor's own person stands at or under the unit that asks.
async fn is_asked(site: &Site, visit: &Visit, opening: &Opening) -> Result<bool> {
    let Some(person) = visit.actor.person else { return Ok(false) };
    let db = &site.app.db;
    let standing = Standings::read(db, &[person]).await?.on(person, site.app.today(), None);
    Ok(match standing {
        Some(standing) => store::stands_under(db, standing.unit, opening.unit).await?,
        None => false,
    })
}

/// The page of an opening.
pub(super) async fn opening_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    /// Candidates shown; the list has the others.
    const SHOWN: u64 = 30;
    let opening = actions::seen(&site.app, &visit.actor, RecordId(id)).await?;
    let (db, today) = (&site.app.db, site.app.today());
    let words = site.pages.words(visit.language);
    let of = [Some(opening.unit), opening.place_unit];
    let units = units::by_ids(db, &of.into_iter().flatten().collect::<Vec<_>>()).await?;
    let unit_name = |unit: UnitId| units.get(&unit).map(|unit| unit.name.clone());
    let writes = actions::must_write(db, &visit.actor, &opening).await.is_ok();
    let own = match visit.actor.person {
        Some(person) => store::candidate_of(db, opening.id, person).await?,
        None => None,
    };
    let asked = is_asked(site, visit, &opening).await?;
    let of_opening = Fields::from_pairs([("opening_id", id.to_string()), ("order", "step".to_owned())]);
    let listed = Asked::new(site, visit, &of_opening);
    let slice = Slice::from_query(&of_opening, CandidateList::ORDERS, SHOWN);
    let candidates = CandidateList::find(&listed, &slice).await?.lines();
    let reasons: Vec<Option<String>> = candidates.iter().map(|line| line.reason_in(&listed)).collect();
    let steps = store::steps(db, opening.id).await?;
    let [waiting, selected, declined] =
        [Step::Waiting, Step::Selected, Step::Declined].map(|step| steps.get(&step).copied().unwrap_or(0));
    let theme = match &opening.theme {
        Some(code) => themes::store::by_code(db, code).await?,
        None => None,
    };
    let history = log::history(db, words, Object::new("opening", id)).await?;
    let form = state.form_of(site, visit, &Fields::default(), opening.version);
    let takes = opening.takes(today);
    let own_reason = own.as_ref().and_then(|own| own.reason.as_deref()).map(|reason| match reason {
        key @ (actions::WITHDRAWN | super::answers::MERGED) => words.message(key, &[]),
        typed => typed.to_owned(),
    });
    let next_month = today + Months::new(1);
    let again = opening.days.to.map_or(next_month, |to| to.min(next_month)).max(today);
    let context = context! {
        id, form => Serde(&form), title => opening.title, part => words.message(opening.part.word(), &[]),
        unit => unit_name(opening.unit), place => opening.place, place_unit => opening.place_unit.and_then(unit_name),
        places => opening.places, needs => opening.needs, from => opening.days.from.to_string(),
        to => opening.days.to.map(|day| day.to_string()), contact => opening.contact, closes => opening.closes.to_string(),
        theme => theme.map(|theme| context! { id => theme.id, name => theme.name }), reason => opening.reason,
        state => opening.state.as_str(), takes, is_open => opening.state == State::Open, waiting, selected, declined,
        came => waiting + selected + declined, full => selected >= opening.places,
        candidates => Serde(&candidates), reasons, history => Serde(&history), writes,
        leads => visit.may(Action::Lead),
        comes => takes && ((asked && own.is_none()) || visit.may(Action::Lead)), for_self => asked && own.is_none(),
        own => own.map(|own| context! { id => own.id.0, step => own.step.as_str(), reason => own_reason }),
        again => again.to_string(), today => today.to_string(),
    };
    visit.page_as(site, state.status(), "openings/show.html", context)
}

/// The refusals that are shown beside a field of a dialog.
pub(super) const PLACES: [(&str, &str); 9] = [
    ("opening-without-reason", "reason"),
    ("opening-unanswered", "declines"),
    ("opening-words-long", "words"),
    ("opening-closes-passed", "again"),
    ("opening-closes-late", "again"),
    ("theme-other-day", "again"),
    ("candidate-words", "words"),
    ("candidate-elsewhere", "person"),
    ("candidate-there-already", "person"),
];

/// A dialog on an opening's page.
async fn in_dialog(
    (site, visit, fields): (&Site, &Visit, &Fields),
    id: i64,
    message: &'static str,
    action: impl AsyncFnOnce((RecordId, i64)) -> Result<()>,
) -> Answer {
    let opening = actions::seen(&site.app, &visit.actor, RecordId(id)).await?;
    actions::must_write(&site.app.db, &visit.actor, &opening).await?;
    let act = async |sent: Sent| {
        action((RecordId(id), sent.version())).await?;
        Ok(Done::new(format!("/openings/{id}"), message))
    };
    let send = Send::new(site, visit, fields).at(&PLACES);
    send.run(act, async |state| opening_page(site, visit, id, &state).await).await
}

async fn close(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let closing = Closing { declines: fields.ticked("declines"), words: fields.owned("words") };
    let act = async |at| actions::close(&site.app, &visit.actor, at, closing).await;
    in_dialog((&site, &visit, &fields), id, "opening-closed-done", act).await
}

async fn reopen(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |at| {
        let missing = || Refusal::new("opening-closes-missing");
        let closes = fields.day("closes")?.ok_or_else(missing)?;
        actions::reopen(&site.app, &visit.actor, at, closes).await
    };
    in_dialog((&site, &visit, &fields), id, "opening-reopened-done", act).await
}

async fn withdraw(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |at| actions::withdraw(&site.app, &visit.actor, at, fields.text("reason")).await;
    in_dialog((&site, &visit, &fields), id, "opening-withdrawn-done", act).await
}
