//! Pages: people who may be the same person, and the merge of two rows, whose effects are shown in numbers before.

use axum::extract::{Path, State};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Faults, FormState, Page, Send, Sent, Visit, phone::masked},
};
use kernel::{PersonId, Refusal};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    actions,
    merging::{self, Double},
    model::{Party, Sex},
    person_pages::find_writable,
    rules, store,
};
use crate::units;

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![page("/people/doubles", doubles), page("/people/{id}/merge", merge_form), act("/people/{id}/merge", merge)]
}

/// Pairs on a page.
const PAGE: usize = 30;

async fn doubles(State(site): State<Site>, visit: Visit) -> Answer {
    let scope = visit.actor.scope(Action::Write);
    if scope.is_empty() {
        return Err(Refusal::forbidden().into());
    }
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let after = match (query.some("name"), query.key("one"), query.key("other")) {
        (Some(name), Some(one), Some(other)) => Some((name, one, other)),
        _ => None,
    };
    let found = merging::doubles(&site.app.db, &scope, after, PAGE as u64 + 1).await?;
    let page = Page::new(found, PAGE, &query, &["name", "one", "other"], |pair| {
        vec![("name", pair.name.clone()), ("one", pair.one.to_string()), ("other", pair.other.to_string())]
    });
    let hidden = |phone: Option<String>| phone.as_deref().map(masked);
    let pairs: Vec<Double> = page
        .rows
        .into_iter()
        .map(|pair| Double { one_phone: hidden(pair.one_phone), other_phone: hidden(pair.other_phone), ..pair })
        .collect();
    let context = context! { pairs => Serde(&pairs), next => page.next, query => page.query, first => page.first };
    visit.page(&site, "people/doubles.html", context)
}

/// One of the two people, for showing both side by side.
async fn side(site: &Site, id: PersonId) -> Result<minijinja::Value> {
    let db = &site.app.db;
    let today = site.app.today();
    let unknown = || Refusal::unknown("person-unknown").with("name", id);
    let person = store::by_ids(db, &[id]).await?.remove(&id).ok_or_else(unknown)?;
    let party = store::party_now(db, &[id], today).await?.remove(&id);
    let postings = store::postings_of(db, &[id]).await?;
    let unit_ids: Vec<_> = postings.iter().map(|posting| posting.unit).collect();
    let named = units::by_ids(db, &unit_ids).await?;
    let postings: Vec<_> = postings
        .iter()
        .map(|posting| {
            context! {
                unit => named.get(&posting.unit).map(|unit| unit.name.clone()), duty => posting.duty.clone(),
                from => posting.days.from.to_string(), to => posting.days.to.map(|to| to.to_string()),
            }
        })
        .collect();
    Ok(context! {
        id => id.0, name => person.name, staff_no => person.staff_no, sex => person.sex.map(Sex::as_str), version => person.version,
        birth => person.birth_month.map(rules::shown_month), party => party.map(Party::as_str),
        education => person.education, phone => person.phone.as_deref().map(masked), note => person.note, postings,
    })
}

async fn merge_page(site: &Site, visit: &Visit, survivor: PersonId, state: FormState) -> Answer {
    let fields = state.fields().clone();
    let other = match fields.key("other_id") {
        Some(other) => {
            let other = find_writable(site, visit, other).await?;
            Some(other).filter(|other| *other != survivor)
        }
        None => None,
    };
    let mut faults = Faults::new();
    if other.is_none() && (fields.some("other").is_some() || fields.some("other_id").is_some()) {
        let same = fields.key("other_id") == Some(survivor.0);
        faults.add("other", Refusal::new(if same { "merge-with-self" } else { "person-pick" }));
    }
    let status = state.status();
    let state = if faults.is_empty() { state } else { state.or_faults(faults) };
    let form = state.form(site, visit);
    let kept = side(site, survivor).await?;
    let (goes, told) = match other {
        Some(other) => (Some(side(site, other).await?), Some(merging::preview(&site.app, other, survivor).await?)),
        None => (None, None),
    };
    let refused = told.as_ref().and_then(|told| told.refused.as_ref());
    let refused = refused.map(|refused| site.pages.words(visit.language).refusal(refused));
    let context = context! { form => Serde(&form), kept, goes, told => Serde(&told), refused };
    visit.page_as(site, status, "people/merge.html", context)
}

async fn merge_form(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let survivor = find_writable(&site, &visit, id).await?;
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    merge_page(&site, &visit, survivor, FormState::filled(query)).await
}

async fn merge(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let survivor = find_writable(&site, &visit, id).await?;
    let merge = async |sent: Sent| {
        let mut faults = Faults::new();
        let other = faults.need("other", Ok(fields.key("other_id")));
        let Some(other) = other else { return Err(faults.into()) };
        let other_version = fields.key("other_version").unwrap_or(0);
        let other = find_writable(&site, &visit, other).await?;
        let versions = (other_version, sent.version());
        actions::merge_seen(&site.app, &visit.actor, other, survivor, versions).await?;
        Ok(Done::new(format!("/people/{id}"), "person-merged-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&[("merge-with-self", "other")]);
    send.run(merge, async |state| merge_page(&site, &visit, survivor, state).await).await
}
