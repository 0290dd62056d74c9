//! Pages: the list of matters, their board, one matter with its lists.

use std::collections::{BTreeSet, HashMap};

use axum::extract::{Path, State as Extract};
use desk::{
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, FormResult, FormState, Send, Sent, Visit,
        list::{Asked, List, export, show as show_list},
        rows::Slice,
    },
};
use federation::{
    duties::{self, Duty, Ruling, State as Stands, list::stands},
    themes, units,
};
use kernel::{PersonId, RecordId, UnitId};
use minijinja::{Value, context, value::Serde};
use sea_orm::ConnectionTrait;
use web::Fields;

use super::{
    METHODS,
    actions::{self, Seen},
    form_pages::names,
    list::{Matters, Shown},
    model::State,
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/matters", show_list::<Matters>),
        page("/matters/export", export::<Matters>),
        page("/matters/board", board),
        page("/matters/{id}", show),
        act("/matters/{id}/withdraw", withdraw),
        act("/matters/{id}/hand-in", hand_in),
        act("/matters/{id}/rule", rule),
    ]
}

/// How many matters a board shows; the list has all of them.
const ON_BOARD: u64 = 200;

/// The matters that go by a method, each in the list that it is in.
async fn board(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    let query = visit.query();
    let methods = METHODS.all(&site.app.db).await?;
    let chosen = methods.iter().find(|method| method.code == query.text("method")).or(methods.first());
    let code = chosen.map(|method| method.code.clone()).unwrap_or_default();
    let wanted = Fields::from_pairs([("method", code.as_str()), ("unit_id", query.text("unit_id"))]);
    let asked = Asked::new(&site, &visit, &wanted);
    let rows = Matters::find(&asked, &Slice::first(Matters::ORDERS, ON_BOARD)).await?;
    let total = rows.total;
    let lines: Vec<Shown> = rows.lines();
    let names: Vec<&str> = chosen.map(federation::settings::choices::Choice::parts).unwrap_or_default();
    // A matter keeps the names that its lists had when it was opened.
    let mut columns: Vec<(&str, Vec<&Shown>)> = names.iter().map(|name| (*name, Vec::new())).collect();
    for line in &lines {
        let name = line.line().step.as_str();
        match columns.iter_mut().find(|(of, _)| *of == name) {
            Some((_, lines)) => lines.push(line),
            None => columns.push((name, vec![line])),
        }
    }
    let named: Vec<(&str, &str)> =
        methods.iter().map(|method| (method.code.as_str(), method.name_in(visit.language))).collect();
    let beyond = total.is_some_and(|total| total > lines.len() as u64);
    let context = context! {
        methods => Serde(&named), method => code, columns => Serde(&columns), beyond, count => lines.len(),
        writes => visit.may(desk::actor::Action::Write),
    };
    visit.page(&site, "matters/board.html", context)
}

/// The units and the people of a matter's lists.
pub(super) async fn names_of(
    conn: &impl ConnectionTrait,
    seen: &Seen,
) -> Result<(HashMap<UnitId, units::Unit>, HashMap<PersonId, String>)> {
    let at: BTreeSet<UnitId> = seen.steps.iter().map(|step| step.unit).chain([seen.matter.unit]).collect();
    let units = units::by_ids(conn, &at.into_iter().collect::<Vec<_>>()).await?;
    let people: Vec<PersonId> = seen.steps.iter().filter_map(|step| step.person).collect();
    Ok((units, names(conn, &people).await?))
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    matter_page(&site, &visit, id, &FormState::opened()).await
}

async fn matter_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let (db, today) = (&site.app.db, site.app.today());
    let seen = actions::seen(db, &visit.actor, id).await?;
    let (units, people) = names_of(db, &seen).await?;
    let Seen { matter, steps, duties, keeps, answers } = &seen;
    if let Some(duty) = seen.current().filter(|duty| *answers && duty.seen_at.is_none()) {
        duties::actions::see(&site.app, &[duty.id].into(), &visit.actor).await;
    }
    let of = |place: i64| duties.iter().find(|duty| duty.part == place);
    let lines: Vec<Value> = steps
        .iter()
        .map(|step| {
            let duty = of(step.place);
            let begun = duty.filter(|duty| duty.state != Stands::Lapsed || matter.state == State::Open);
            let word = begun.map(|duty| stands(duty.state.as_str(), duty.due_on, duty.answered_on, today));
            context! {
                place => step.place, name => &step.name, unit => units.get(&step.unit).map(|unit| &unit.name),
                person => step.person.and_then(|person| people.get(&person)), due_on => step.due_on.to_string(),
                duty => duty.map(|duty| duty.id.0), state => begun.map(|duty| duty.state.as_str()), word,
                now => matter.state == State::Open && step.place == matter.current,
                waits => duty.is_none_or(|duty| duty.state == Stands::Lapsed),
                late => duty.is_some_and(|duty: &Duty| duty.state == Stands::Open && duty.due_on < today),
                answered_on => duty.and_then(|duty| duty.answered_on).map(|day| day.to_string()),
                text => duty.and_then(|duty| duty.text.clone()), reason => duty.and_then(|duty| duty.reason.clone()),
                reminded => duty.is_some_and(|duty| duty.reminded_at.is_some() && duty.state == Stands::Open),
            }
        })
        .collect();
    let theme = match &matter.theme {
        Some(code) => themes::store::by_code(db, code).await?,
        None => None,
    };
    let methods = METHODS.all(db).await?;
    let method = methods.iter().find(|method| method.code == matter.method);
    let now = steps.iter().find(|step| step.place == matter.current);
    let context = context! {
        id, form => Serde(&state.form_of(site, visit, &Fields::default(), matter.version)), title => &matter.title,
        about => &matter.about, unit => units.get(&matter.unit).map(|unit| &unit.name), state => matter.state.as_str(),
        reason => &matter.reason, lines, keeps, answers, step => now.map(|step| &step.name), opened => &matter.entered_at,
        theme => theme.map(|theme| context! { id => theme.id, name => theme.name }),
        method => method.map(|method| method.name_in(visit.language)),
    };
    visit.page_as(site, state.status(), "matters/show.html", context)
}

/// An action on a matter's page; a fault is shown over the page.
async fn on_page(
    (site, visit, fields): (&Site, &Visit, &Fields),
    id: i64,
    action: impl AsyncFnOnce(Sent) -> FormResult<Done>,
) -> Answer {
    actions::seen(&site.app.db, &visit.actor, id).await?;
    let places = [("matter-answer-empty", "text"), ("matter-answer-long", "text")];
    let send = Send::new(site, visit, fields).at(&places);
    send.run(action, async |state| matter_page(site, visit, id, &state).await).await
}

async fn hand_in(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |sent: Sent| {
        actions::hand_in(&site.app, &visit.actor, (id, sent.version()), fields.text("text")).await?;
        Ok(Done::new(format!("/matters/{id}"), "matter-handed-in-done"))
    };
    on_page((&site, &visit, &fields), id, act).await
}

async fn withdraw(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |sent: Sent| {
        actions::withdraw(&site.app, &visit.actor, (id, sent.version()), fields.text("reason")).await?;
        Ok(Done::new(format!("/matters/{id}"), "matter-withdrawn-done"))
    };
    on_page((&site, &visit, &fields), id, act).await
}

async fn rule(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let (ruling, done) = match fields.text("as") {
        "owe" => (Ruling::Owe, "duties-owed-again"),
        "back" => (Ruling::SendBack, "duties-sent-back"),
        _ => (Ruling::Excuse, "duties-excused"),
    };
    let act = async |_: Sent| {
        let seen = actions::seen(&site.app.db, &visit.actor, id).await?;
        let of = seen.duties.iter().filter(|duty| Some(duty.id) == fields.key("duty").map(RecordId));
        let chosen: BTreeSet<RecordId> = of.map(|duty| duty.id).collect();
        let count = duties::actions::rule(&site.app, &visit.actor, &chosen, ruling, fields.text("reason")).await?;
        Ok(Done::new(format!("/matters/{id}"), done).with("count", count))
    };
    on_page((&site, &visit, &fields), id, act).await
}
