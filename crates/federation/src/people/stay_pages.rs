//! Pages: one membership or dated state of a person, which is ended or made void after the effects in numbers were shown.

use axum::extract::{Path, State as Extract};
use desk::{
    error::{AppError, Result},
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Faults, FormState, Send, Sent, Visit},
};
use kernel::{Period, PersonId, RecordId, Refusal, UnitId};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    actions, hanging,
    person_pages::find_writable,
    stays::{self, Amendment, Stay},
    store,
};
use crate::{groups, units};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/people/{id}/memberships/{stay}", membership_form),
        act("/people/{id}/memberships/{stay}", amend_membership),
        page("/people/{id}/states/{stay}", state_form),
        act("/people/{id}/states/{stay}", amend_state),
    ]
}

/// Its name on the page: `membership`, `seconded`, `on_leave`; and the place.
async fn describe(site: &Site, person: PersonId, stay: Stay) -> Result<(String, String)> {
    let db = &site.app.db;
    let unknown = || Refusal::unknown("stay-unknown");
    match stay {
        Stay::Membership(id) => {
            let of = store::memberships_of(db, &[person]).await?;
            let group = of.iter().find(|membership| membership.id == id).map(|membership| membership.group);
            let group = group.ok_or_else(unknown)?;
            let name = groups::store::by_ids(db, &[group]).await?.remove(&group).map(|group| group.name);
            Ok(("membership".to_owned(), name.unwrap_or_default()))
        }
        Stay::State(id) => {
            let state = stays::states_of(db, person).await?.into_iter().find(|state| state.id == id);
            let state = state.ok_or_else(unknown)?;
            let ids: Vec<UnitId> = state.home.into_iter().chain(state.unit).collect();
            let named = units::by_ids(db, &ids).await?;
            let names: Vec<String> = ids.iter().filter_map(|id| named.get(id)).map(|unit| unit.name.clone()).collect();
            Ok((state.state, names.join(" → ")))
        }
    }
}

/// The refusals that are shown beside a field, with the field's name.
const PLACES: [(&str, &str); 2] = [("period-reversed", "last"), ("stay-ended", "last")];

async fn stay_page(site: &Site, visit: &Visit, person: PersonId, stay: Stay, state: FormState) -> Answer {
    let (db, actor) = (&site.app.db, &visit.actor);
    actions::must_keep(db, actor, person, site.app.today()).await?;
    let mut faults = Faults::new();
    let days = stays::days_of(db, person, stay).await?;
    let (kind, place) = describe(site, person, stay).await?;
    let current = actions::edit_of(&site.app, person).await?;
    let last = faults.take("last", state.fields().day("last")).flatten();
    let mut ends = None;
    if let Some(last) = last {
        let counted = stays::entries_of_amendment(&site.app, actor, person, stay, Amendment::End(last)).await;
        match Faults::from_result(counted, &PLACES)? {
            Ok(count) => ends = Some(count),
            Err(refused) => faults = refused,
        }
    }
    // What can't be made void can still be ended.
    let counted = stays::entries_of_amendment(&site.app, actor, person, stay, Amendment::Void).await;
    let (voids, void_not) = match counted {
        Ok(count) => (Some(count), None),
        Err(AppError::Refused(refusal)) => (None, Some(site.pages.words(visit.language).refusal(&refusal))),
        Err(other) => return Err(other),
    };
    let through = Period { from: days.from, to: days.to.unwrap_or(kernel::LAST_DAY) };
    let attended = hanging::sessions(&site.app, person, through).await?;
    // A refusal of the day typed for the preview is shown, unless the form itself was refused.
    let state = if faults.is_empty() { state } else { state.or_faults(faults) };
    let form = state.form_of(site, visit, &Fields::default(), current.version);
    let path = match stay {
        Stay::Membership(id) => format!("/people/{person}/memberships/{id}"),
        Stay::State(id) => format!("/people/{person}/states/{id}"),
    };
    let context = context! {
        id => person.0, name => current.name, kind, place, path, form => Serde(&form),
        from => days.from.to_string(), to => days.to.map(|to| to.to_string()), ends, voids, void_not, attended,
        last => last.map(|last| last.to_string()),
    };
    visit.page_as(site, state.status(), "people/stay.html", context)
}

async fn form(site: &Site, visit: &Visit, id: i64, stay: Stay) -> Answer {
    let person = find_writable(site, visit, id).await?;
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    stay_page(site, visit, person, stay, FormState::filled(query)).await
}

async fn amend(site: &Site, visit: &Visit, id: i64, stay: Stay, fields: &Fields) -> Answer {
    let person = find_writable(site, visit, id).await?;
    let amend = async |sent: Sent| {
        let mut faults = Faults::new();
        let amendment = match fields.text("do") {
            "void" => Some(Amendment::Void),
            _ => faults.need("last", fields.day("last")).map(Amendment::End),
        };
        let Some(amendment) = amendment else { return Err(faults.into()) };
        stays::amend(&site.app, &visit.actor, person, stay, amendment, sent.version()).await?;
        Ok(Done::new(format!("/people/{id}"), "person-changed-done"))
    };
    let send = Send::new(site, visit, fields).at(&PLACES);
    send.run(amend, async |state| stay_page(site, visit, person, stay, state).await).await
}

async fn membership_form(Extract(site): Extract<Site>, visit: Visit, Path((id, stay)): Path<(i64, i64)>) -> Answer {
    form(&site, &visit, id, Stay::Membership(RecordId(stay))).await
}

async fn state_form(Extract(site): Extract<Site>, visit: Visit, Path((id, stay)): Path<(i64, i64)>) -> Answer {
    form(&site, &visit, id, Stay::State(stay)).await
}

async fn amend_membership(
    Extract(site): Extract<Site>,
    visit: Visit,
    Path((id, stay)): Path<(i64, i64)>,
    fields: Fields,
) -> Answer {
    amend(&site, &visit, id, Stay::Membership(RecordId(stay)), &fields).await
}

async fn amend_state(
    Extract(site): Extract<Site>,
    visit: Visit,
    Path((id, stay)): Path<(i64, i64)>,
    fields: Fields,
) -> Answer {
    amend(&site, &visit, id, Stay::State(stay), &fields).await
}
