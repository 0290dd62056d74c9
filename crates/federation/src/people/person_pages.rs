//! Pages: one person with the dependent records, the user's own page, and changes made there.

use axum::extract::{Path, State};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit, export::log_export, period::Chosen,
        phone::masked,
    },
};
use kernel::{DayRange, GroupId, PersonId, Refusal, UnitId};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    actions, hanging,
    lending::{self, Lent},
    list,
    model::{Appointment, Edit, Held, Party, Sex},
    rules, stays, store,
};
use crate::{
    groups, posts,
    scope::{self, must},
    units,
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/people/{id}", show),
        page("/people/{id}/edit", edit_form),
        act("/people/{id}/edit", edit),
        act("/people/{id}/transfer", transfer),
        act("/people/{id}/leave", leave),
        act("/people/{id}/party", party),
        act("/people/{id}/join", join),
        act("/people/{id}/absence", absence),
        page("/my", my),
        page("/my/export", my_export),
    ]
}

/// Cuts days to what the visitor's scope reaches; whether anything is left.
fn clip(reached: list::Reached, days: &mut DayRange) -> bool {
    reached.days(*days).inspect(|within| *days = *within).is_some()
}

async fn person_page(site: &Site, visit: &Visit, id: PersonId, state: &FormState, own: bool) -> Answer {
    let db = &site.app.db;
    let today = site.app.today();
    let unknown = || Refusal::unknown("person-unknown").with("name", id);
    let scope = visit.actor.scope(Action::People);
    let reached = list::reach(db, &scope, id, today).await?.ok_or_else(unknown)?;
    let person = store::by_ids(db, &[id]).await?.remove(&id).ok_or_else(unknown)?;
    let writes = actions::must_keep(db, &visit.actor, id, today).await.is_ok() && visit.may(Action::Write);
    let mut postings = store::postings_of(db, &[id]).await?;
    postings.retain_mut(|posting| clip(reached, &mut posting.days));
    let unit_ids: Vec<UnitId> = postings.iter().map(|posting| posting.unit).collect();
    let named = units::by_ids(db, &unit_ids).await?;
    let held: Vec<i64> = postings.iter().filter_map(|posting| posting.post).collect();
    let held = posts::store::names(db, &held).await?;
    let figures = scope::places::seen(db, &visit.actor.scope(Action::Figures), &unit_ids).await?;
    let postings: Vec<_> = postings
        .iter()
        .map(|posting| {
            context! {
                unit => named.get(&posting.unit).map(|unit| unit.name.clone()), unit_id => posting.unit.0, duty => posting.duty.clone(),
                rank => posting.rank.clone(), appointment => posting.appointment.map(Appointment::message),
                post => posting.post.and_then(|post| held.get(&post)), post_id => posting.post.filter(|_| figures.contains(&posting.unit)),
                from => posting.days.from.to_string(), to => posting.days.to.map(|to| to.to_string()),
                now => posting.days.contains(today),
            }
        })
        .collect();
    let mut memberships = store::memberships_of(db, &[id]).await?;
    memberships.retain_mut(|membership| clip(reached, &mut membership.days));
    let group_ids: Vec<GroupId> = memberships.iter().map(|membership| membership.group).collect();
    let of_groups = groups::store::by_ids(db, &group_ids).await?;
    let memberships: Vec<_> = memberships
        .iter()
        .filter(|membership| !membership.void)
        .map(|membership| {
            context! {
                id => membership.id.0,
                group => of_groups.get(&membership.group).map(|group| group.name.clone()), group_id => membership.group.0,
                from => membership.days.from.to_string(), to => membership.days.to.map(|to| to.to_string()),
            }
        })
        .collect();
    let mut states = stays::states_of(db, id).await?;
    states.retain_mut(|state| clip(reached, &mut state.days));
    let unit_ids: Vec<UnitId> = states.iter().flat_map(|state| state.home.into_iter().chain(state.unit)).collect();
    let named = units::by_ids(db, &unit_ids).await?;
    let unit_name = |unit: Option<UnitId>| unit.and_then(|unit| named.get(&unit)).map(|unit| unit.name.clone());
    let states: Vec<_> = states
        .iter()
        .map(|state| {
            context! {
                id => state.id, state => state.state.clone(), home => unit_name(state.home), unit => unit_name(state.unit),
                from => state.days.from.to_string(), to => state.days.to.map(|to| to.to_string()),
                now => state.days.contains(today),
            }
        })
        .collect();
    let lent = if writes { lending::of_person(db, id).await? } else { Vec::new() };
    let lent = lending::shown(db, &lent).await?;
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let period = Chosen::read(&query, "year", today, site.pages.words(visit.language))?;
    let party = store::party_now(db, &[id], reached.no_later(today)).await?.remove(&id);
    let form = state.form(site, visit);
    let hanging = hanging::page(
        site,
        visit,
        id,
        hanging::Part { period: reached.within(period.period), own, today: !reached.has_ended() },
    )
    .await?;
    let context = context! {
        id => id.0, name => person.name, own, writes, sex => person.sex.map(Sex::as_str),
        birth => person.birth_month.map(|month| format!("{}-{:02}", month / 100, month % 100)),
        staff_no => person.staff_no, party => party.map(Party::as_str), education => person.education, note => if writes { person.note } else { None },
        phone => person.phone.filter(|_| !reached.has_ended()).map(|phone| if writes || own { phone } else { masked(&phone) }),
        postings, memberships, lent => Serde(&lent), form => Serde(&form), today => today.to_string(), states, period => Serde(&period),
        path => if visit.uri.path() == "/my" { "/my".to_owned() } else { format!("/people/{id}") }, kept => "", ..hanging
    };
    visit.page_as(site, state.status(), "people/show.html", context)
}

async fn show(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    // The old address of a merged row redirects to the survivor, for those who may see that one.
    if let Some(survivor) = store::merged_into(&site.app.db, PersonId(id)).await? {
        if list::sees(&site.app.db, &visit.actor.scope(Action::People), survivor, site.app.today()).await? {
            return Ok(visit.go(&format!("/people/{survivor}")));
        }
        return Err(Refusal::unknown("person-unknown").with("name", id).into());
    }
    let own = visit.actor.person == Some(PersonId(id));
    person_page(&site, &visit, PersonId(id), &FormState::opened(), own).await
}

async fn my(State(site): State<Site>, visit: Visit) -> Answer {
    match visit.actor.person {
        Some(person) => person_page(&site, &visit, person, &FormState::opened(), true).await,
        None => visit.page(&site, "people/nobody.html", context! {}),
    }
}

/// All data stored about the person of the account.
async fn my_export(State(site): State<Site>, visit: Visit) -> Answer {
    let person = visit.actor.person.ok_or_else(|| Refusal::new("check-in-nobody"))?;
    let db = &site.app.db;
    let found = store::by_ids(db, &[person])
        .await?
        .remove(&person)
        .ok_or_else(|| Refusal::unknown("person-unknown").with("name", person))?;
    let postings = store::postings_of(db, &[person]).await?;
    let memberships = store::memberships_of(db, &[person]).await?;
    let states = stays::states_of(db, person).await?;
    let seconded = states.iter().flat_map(|state| state.home.into_iter().chain(state.unit));
    let unit_ids: Vec<UnitId> = postings.iter().map(|posting| posting.unit).chain(seconded).collect();
    let named = units::by_ids(db, &unit_ids).await?;
    let unit_name = |unit: Option<UnitId>| unit.and_then(|unit| named.get(&unit)).map(|unit| unit.name.clone());
    let group_ids: Vec<GroupId> = memberships.iter().map(|membership| membership.group).collect();
    let of_groups = groups::store::by_ids(db, &group_ids).await?;
    let held: Vec<i64> = postings.iter().filter_map(|posting| posting.post).collect();
    let held = posts::store::names(db, &held).await?;
    let postings = postings.into_iter().map(|posting| {
        serde_json::json!({
            "unit": posting.unit.0, "unit_name": unit_name(Some(posting.unit)), "duty": posting.duty,
            "rank": posting.rank, "appointment": posting.appointment.map(Appointment::as_str),
            "post": posting.post.and_then(|post| held.get(&post)),
            "from": posting.days.from, "to": posting.days.to,
        })
    });
    let memberships = memberships.into_iter().map(|membership| {
        serde_json::json!({
            "group": membership.group.0, "group_name": of_groups.get(&membership.group).map(|group| &group.name),
            "from": membership.days.from, "to": membership.days.to, "void": membership.void,
        })
    });
    let states = states.into_iter().map(|state| {
        serde_json::json!({
            "state": state.state, "home_unit": state.home.map(|unit| unit.0), "home_unit_name": unit_name(state.home),
            "unit": state.unit.map(|unit| unit.0), "unit_name": unit_name(state.unit),
            "from": state.days.from, "to": state.days.to,
        })
    });
    let party = store::facts(db, &[person]).await?.remove(&person).map(|facts| facts.party).unwrap_or_default();
    let party = party.into_iter().map(|(from, party)| serde_json::json!({ "status": party.as_str(), "from": from }));
    let mut file = hanging::own_file(&site.app, person).await?;
    let answer = serde_json::json!({
        "name": found.name, "staff_no": found.staff_no, "sex": found.sex.map(Sex::as_str), "birth_month": found.birth_month,
        "education": found.education, "phone": found.phone, "note": found.note,
        "party": party.collect::<Vec<_>>(), "postings": postings.collect::<Vec<_>>(),
        "memberships": memberships.collect::<Vec<_>>(), "states": states.collect::<Vec<_>>(),
    });
    if let serde_json::Value::Object(own) = answer {
        file.extend(own);
    }
    log_export(&site, &visit, "log-list-my", 1).await?;
    visit.file("my-record.json", "application/json", serde_json::to_vec_pretty(&file)?)
}

/// The refusals that are shown beside a field, with the field's name.
const PLACES: [(&str, &str); 15] = [
    ("unit-pick", "unit"),
    ("unit-unknown", "unit"),
    ("name-odd", "name"),
    ("staff-no-taken", "staff_no"),
    ("staff-no-long", "staff_no"),
    ("birth-month-odd", "birth_month"),
    ("education-long", "education"),
    ("phone-long", "phone"),
    ("duty-long", "duty"),
    ("rank-long", "rank"),
    ("post-elsewhere", "post"),
    ("post-not-there", "post"),
    ("post-none-there", "post"),
    ("post-closed-by-then", "post"),
    ("note-long", "note"),
];

/// What the page says after most changes.
const CHANGED: &str = "person-changed-done";

/// A dialog on a person's page: told there when it is done, or the page again with what was wrong told in the dialog.
async fn in_dialog(
    (site, visit, fields): (&Site, &Visit, &Fields),
    id: i64,
    action: impl AsyncFnOnce(PersonId) -> FormResult<&'static str>,
) -> Answer {
    let person = find_writable(site, visit, id).await?;
    let act = async |_| {
        let message = action(person).await?;
        Ok(Done::new(format!("/people/{id}"), message))
    };
    let send = Send::new(site, visit, fields).at(&PLACES);
    send.run(act, async |state| person_page(site, visit, person, &state, false).await).await
}

/// A person whom the visitor may change; one whom the visitor may not see is refused as unknown.
pub(super) async fn find_writable(site: &Site, visit: &Visit, id: i64) -> Result<PersonId> {
    let (person, today) = (PersonId(id), site.app.today());
    if !list::sees(&site.app.db, &visit.actor.scope(Action::People), person, today).await? {
        return Err(Refusal::unknown("person-unknown").with("name", id).into());
    }
    actions::must_keep(&site.app.db, &visit.actor, person, today).await?;
    Ok(person)
}

/// What somebody is at a unit, from a form of somebody who may write there.
pub(super) async fn held(site: &Site, fields: &Fields, unit: UnitId) -> Result<Held> {
    let appointment = Appointment::from_code(fields.text("appointment"));
    let post = posts::actions::in_field(&site.app.db, fields, unit).await?;
    Ok(Held { duty: fields.owned("duty"), rank: fields.owned("rank"), appointment, post })
}

async fn transfer(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |person| {
        let from = fields.day("from")?.unwrap_or_else(|| site.app.today());
        let unit = fields.key("unit_id").map(UnitId).ok_or_else(|| Refusal::new("unit-pick"))?;
        must(&site.app.db, &visit.actor, Action::Write, unit).await?;
        let held = held(&site, &fields, unit).await?;
        actions::transfer(&site.app, &visit.actor, person, unit, &held, from).await?;
        Ok(CHANGED)
    };
    in_dialog((&site, &visit, &fields), id, act).await
}

async fn leave(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |person| {
        let last = fields.day("last")?.unwrap_or_else(|| site.app.today());
        actions::leave(&site.app, &visit.actor, person, last).await?;
        Ok(CHANGED)
    };
    in_dialog((&site, &visit, &fields), id, act).await
}

async fn party(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |person| {
        let from = fields.day("from")?.unwrap_or_else(|| site.app.today());
        let party = Party::from_code(fields.text("party")).ok_or_else(|| Refusal::new("field-missing"))?;
        actions::set_party(&site.app, &visit.actor, person, party, from).await?;
        Ok(CHANGED)
    };
    in_dialog((&site, &visit, &fields), id, act).await
}

async fn join(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |person| {
        let from = fields.day("from")?.unwrap_or_else(|| site.app.today());
        let group = fields.key("group_id").map(GroupId).ok_or_else(|| Refusal::new("role-wants-group"))?;
        actions::join(&site.app, &visit.actor, person, group, from).await?;
        Ok(CHANGED)
    };
    in_dialog((&site, &visit, &fields), id, act).await
}

/// 借调 to another unit, or a leave of absence.
async fn absence(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |person| {
        let from = fields.day("from")?.unwrap_or_else(|| site.app.today());
        let days = DayRange { from, to: fields.day("to")? };
        let Some(unit) = fields.key("unit_id").map(UnitId) else {
            actions::leave_of_absence(&site.app, &visit.actor, person, days).await?;
            return Ok(CHANGED);
        };
        let postings = store::postings_of(&site.app.db, &[person]).await?;
        let home = postings.into_iter().find(|posting| posting.days.contains(from));
        let home = home.ok_or_else(|| Refusal::new("second-not-posted").with("day", from))?;
        Ok(match actions::second(&site.app, &visit.actor, person, home.unit, unit, days).await? {
            Lent::Entered => CHANGED,
            Lent::Offered => "lending-offered-done",
        })
    };
    in_dialog((&site, &visit, &fields), id, act).await
}

/// The fields of the form, filled with the current values.
fn fields_of(edit: &Edit) -> Vec<(&'static str, String)> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        ("name", edit.name.clone()),
        ("staff_no", text(&edit.staff_no)),
        ("sex", edit.sex.map(Sex::as_str).unwrap_or_default().to_owned()),
        ("birth_month", edit.birth_month.map(rules::shown_month).unwrap_or_default()),
        ("education", text(&edit.education)),
        ("phone", text(&edit.phone)),
        ("duty", text(&edit.held.duty)),
        ("rank", text(&edit.held.rank)),
        ("post_id", edit.held.post.map(|post| post.to_string()).unwrap_or_default()),
        ("appointment", edit.held.appointment.map(Appointment::as_str).unwrap_or_default().to_owned()),
        ("note", text(&edit.note)),
    ]
}

async fn edit_page(site: &Site, visit: &Visit, id: PersonId, state: &FormState) -> Answer {
    let stored = actions::edit_of(&site.app, id).await?;
    let held: Vec<i64> = stored.held.post.into_iter().collect();
    let held = posts::store::names(&site.app.db, &held).await?.into_values().next();
    let values = fields_of(&stored).into_iter().chain([("post", held.unwrap_or_default())]);
    let current = Fields::from_pairs(values);
    let words = site.pages.words(visit.language);
    let postings = store::postings_of(&site.app.db, &[id]).await?;
    let form = state.form_with(site, visit, (&current, stored.version), |name, value| match (name, value) {
        ("sex", "female") => words.message("sex-female", &[]),
        ("sex", _) => words.message("sex-male", &[]),
        ("appointment", code) => {
            Appointment::from_code(code).map_or_else(String::new, |how| words.message(how.message(), &[]))
        }
        _ => value.to_owned(),
    });
    let context = context! {
        form => Serde(&form), id => id.0, name => stored.name,
        posted => actions::present(&postings, site.app.today()).map(|posting| posting.unit.0),
    };
    visit.page_as(site, state.status(), "people/edit.html", context)
}

async fn edit_form(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let person = find_writable(&site, &visit, id).await?;
    edit_page(&site, &visit, person, &FormState::opened()).await
}

/// The facts in a form, with the version that it was opened with.
async fn read(site: &Site, person: PersonId, fields: &Fields, version: i64) -> FormResult<Edit> {
    let mut faults = Faults::new();
    let name = faults.need("name", Ok(fields.owned("name")));
    let month = fields.some("birth_month").map(|text| rules::birth_month(text, site.app.today()));
    let birth_month = faults.take("birth_month", month.transpose()).flatten();
    let Some(name) = name else { return Err(faults.into()) };
    faults.check()?;
    let postings = store::postings_of(&site.app.db, &[person]).await?;
    let held = match actions::present(&postings, site.app.today()) {
        Some(posting) => held(site, fields, posting.unit).await?,
        None => Held::default(),
    };
    Ok(Edit {
        version,
        name,
        staff_no: fields.owned("staff_no"),
        sex: Sex::from_code(fields.text("sex")),
        birth_month,
        education: fields.owned("education"),
        phone: fields.owned("phone"),
        held,
        note: fields.owned("note"),
    })
}

async fn edit(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let person = find_writable(&site, &visit, id).await?;
    let save = async |sent: Sent| {
        let edit = read(&site, person, &fields, sent.version()).await?;
        actions::edit(&site.app, &visit.actor, person, edit).await?;
        Ok(Done::new(format!("/people/{id}"), "person-changed-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&PLACES);
    send.run(save, async |state| edit_page(&site, &visit, person, &state).await).await
}
