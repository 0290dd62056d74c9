//! Pages: the list, one stint with its history; checking, finishing, returning, making void.

use axum::extract::{Path, State as Extract};
use desk::{
    actor::Action,
    error::{AppError, Result},
    log::{self, Object},
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, FormState, Send, Sent, Visit,
        language::Words,
        list::{Asked, Column, List, export, show as show_list},
        rows::{By, Rows, Slice},
    },
};
use federation::{people, scope, themes, units};
use kernel::{RecordId, Refusal, UnitId};
use minijinja::{Value, context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    actions,
    list::{self, Line},
    model::{Finish, Part, State, Stint},
    rules, store,
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/stints", show_list::<Stints>),
        page("/stints/export", export::<Stints>),
        page("/stints/{id}", show),
        act("/stints/{id}/check", check),
        act("/stints/{id}/finish", finish),
        act("/stints/{id}/return", give_back),
        act("/stints/{id}/void", void),
    ]
}

/// A line for the page.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// The line.
    #[serde(flatten)]
    pub line: Line,
    /// The days.
    pub days_text: String,
    /// Hours with their decimal.
    pub hours_text: Option<String>,
}

/// The parts as choices: code and name.
pub(super) fn parts(words: &Words) -> Vec<(&'static str, String)> {
    Part::ALL.iter().map(|part| (part.as_str(), words.message(part.word(), &[]))).collect()
}

/// The list of stints.
#[derive(Debug)]
pub struct Stints;

impl List for Stints {
    type Line = Shown;
    const NAME: &'static str = "nav-stints";
    const TITLE: &'static str = "register-practice";
    const TEMPLATE: &'static str = "stints/list.html";
    const ORDERS: &'static [By] = list::ORDERS;
    const COLUMNS: &'static [Column<Shown>] = &[
        Column::number(),
        Column::new("姓名", |shown, _| (&shown.line.name).into()),
        Column::new("派出单位", |shown, _| (&shown.line.unit).into()),
        Column::new("类型", |shown, _| list::part_name(&shown.line.part).into()),
        Column::new("锻炼形式", |shown, _| (&shown.line.task).into()),
        Column::new("锻炼单位", |shown, _| shown.line.place.as_deref().into()),
        Column::new("开始日期", |shown, _| shown.line.from_day.to_string().into()),
        Column::new("结束日期", |shown, _| shown.line.to_day.map(|day| day.to_string()).into()),
        Column::new("主动请缨", |shown, _| if shown.line.volunteered { "是" } else { "否" }.into()),
        Column::new("时长", |shown, _| shown.hours_text.as_deref().into()),
        Column::new("评价", |shown, _| shown.line.result.as_deref().into()),
        Column::new("核实人", |shown, _| shown.line.checked_by.as_deref().into()),
        Column::new("状态", |shown, asked| {
            asked.message(State::from_code(&shown.line.state).map_or("", State::word)).into()
        }),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Shown>> {
        let scope = asked.scope(Action::People);
        let rows = list::list(&asked.app.db, &scope, (asked.query, asked.today()), slice).await?;
        Ok(rows.map(|line| Shown {
            days_text: list::days_text(&line),
            hours_text: line.hours.map(|hours| ledger::in_parts(hours, 10)),
            line,
        }))
    }

    async fn beside(asked: &Asked<'_>, _: &[Shown]) -> Result<Value> {
        Ok(context! {
            unit_name => scope::places::name_from_query(&asked.app.db, asked.query).await?,
            enters => asked.may(Action::Lead) || asked.actor.person.is_some(), writes => asked.may(Action::Write),
            parts => Serde(&parts(asked.words)), themes => Serde(&themes::list::choices(asked).await?),
        })
    }
}

/// A stint that the visitor may see; any other is refused as unknown.
pub(super) async fn seen(site: &Site, visit: &Visit, id: i64) -> Result<Stint> {
    let unknown = || AppError::from(Refusal::unknown("stint-unknown").with("id", id));
    let id = RecordId(id);
    let scope = visit.actor.scope(Action::People);
    if scope.is_empty() || !store::is_within(&site.app.db, &scope, id, site.app.today()).await? {
        return Err(unknown());
    }
    store::by_ids(&site.app.db, &[id]).await?.pop().ok_or_else(unknown)
}

/// A stint that the visitor may see, and whether the visitor may still change it.
pub(super) async fn load_with_permission(site: &Site, visit: &Visit, id: i64) -> Result<(Stint, bool)> {
    let stint = seen(site, visit, id).await?;
    let keeps = actions::keeps(&site.app, &site.app.db, &visit.actor, stint.id).await?;
    let changes = stint.state.is_open() && (keeps || is_own(visit, &stint));
    Ok((stint, changes))
}

/// Whether a stint is the visitor's own.
pub(super) fn is_own(visit: &Visit, stint: &Stint) -> bool {
    visit.actor.person == Some(stint.person)
}

/// The name of a stint's person.
pub(super) async fn name_of(site: &Site, stint: &Stint) -> Result<String> {
    let person = people::store::by_ids(&site.app.db, &[stint.person]).await?.remove(&stint.person);
    Ok(person.map(|person| person.name).unwrap_or_default())
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    stint_page(&site, &visit, id, &FormState::opened()).await
}

async fn stint_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let (stint, changes) = load_with_permission(site, visit, id).await?;
    let db = &site.app.db;
    let words = site.pages.words(visit.language);
    let name = name_of(site, &stint).await?;
    let of = [Some(stint.unit), stint.place_unit];
    let units = units::by_ids(db, &of.into_iter().flatten().collect::<Vec<_>>()).await?;
    let unit_name = |unit: UnitId| units.get(&unit).map(|unit| unit.name.clone());
    let own = is_own(visit, &stint);
    let keeps = actions::keeps(&site.app, db, &visit.actor, stint.id).await?;
    // A reason given by the system itself is stored as a message id.
    let reason = stint.reason.as_deref().map(|reason| match reason {
        key @ (actions::REPLACED | actions::MERGED | actions::UNDONE) => words.message(key, &[]),
        typed => typed.to_owned(),
    });
    let history = log::history(db, words, Object::new("stint", stint.id.0)).await?;
    let form = state.form_of(site, visit, &finish_fields(&stint), stint.version);
    let open = stint.state.is_open();
    let theme = match &stint.theme {
        Some(code) => themes::store::by_code(db, code).await?,
        None => None,
    };
    let context = context! {
        theme => theme.map(|theme| context! { id => theme.id, name => theme.name }),
        id, form => Serde(&form), name, person_id => stint.person.0, unit => unit_name(stint.unit), task => stint.task,
        part => words.message(stint.part.word(), &[]), volunteered => stint.volunteered,
        place => stint.place, place_unit => stint.place_unit.and_then(unit_name), from => stint.days.from.to_string(),
        to => stint.days.to.map(|day| day.to_string()), hours => stint.hours.map(|hours| ledger::in_parts(hours, 10)),
        result => stint.result, note => stint.note, state => stint.state.as_str(), reason, entered_at => stint.entered_at,
        checked_at => stint.checked_at, history => Serde(&history), edits => changes,
        finishes => stint.state != State::Void && (keeps || own), again => own || !keeps,
        checks => stint.state == State::Pending && keeps && !own,
        returns => matches!(stint.state, State::Pending | State::Checked) && keeps && !own,
        voids => stint.state != State::Void && (keeps || (own && open)),
    };
    visit.page_as(site, state.status(), "stints/show.html", context)
}

/// The refusals that are shown beside a field of a dialog.
const PLACES: [(&str, &str); 7] = [
    ("return-without-reason", "return_reason"),
    ("void-without-reason", "void_reason"),
    ("stint-reversed", "to"),
    ("stint-overlaps", "to"),
    ("stint-hours", "hours"),
    ("stint-result-long", "result"),
    ("date-unreadable", "to"),
];

/// The fields of the dialog that finishes a stint, as they are stored.
fn finish_fields(stint: &Stint) -> Fields {
    let day = stint.days.to.map(|day| day.to_string()).unwrap_or_default();
    let hours = stint.hours.map(|hours| ledger::in_parts(hours, 10)).unwrap_or_default();
    Fields::from_pairs([("to", day), ("hours", hours), ("result", stint.result.clone().unwrap_or_default())])
}

/// Handles a form on a stint's page: shows a message there when it is done, or the page again with the refusal.
async fn on_page(
    (site, visit, fields): (&Site, &Visit, &Fields),
    id: i64,
    message: &'static str,
    action: impl AsyncFnOnce(i64) -> Result<()>,
) -> Answer {
    let act = async |sent: Sent| {
        action(sent.version()).await?;
        Ok(Done::new(format!("/stints/{id}"), message))
    };
    let send = Send::new(site, visit, fields).at(&PLACES);
    send.run(act, async |state| stint_page(site, visit, id, &state).await).await
}

async fn check(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let stint = seen(&site, &visit, id).await?.id;
    let act = async |version| actions::check(&site.app, &visit.actor, stint, version).await;
    on_page((&site, &visit, &fields), id, "stint-checked-done", act).await
}

async fn finish(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let stint = seen(&site, &visit, id).await?.id;
    let act = async |version| {
        let finish = Finish {
            to: fields.day("to")?,
            hours: rules::hours(fields.text("hours"))?,
            result: fields.owned("result"),
        };
        actions::finish(&site.app, &visit.actor, stint, version, finish).await
    };
    on_page((&site, &visit, &fields), id, "stint-finished-done", act).await
}

async fn give_back(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let stint = seen(&site, &visit, id).await?.id;
    let act = async |version| actions::give_back(&site.app, &visit.actor, stint, version, fields.text("reason")).await;
    on_page((&site, &visit, &fields), id, "stint-returned-done", act).await
}

async fn void(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let stint = seen(&site, &visit, id).await?.id;
    let act = async |version| actions::void(&site.app, &visit.actor, stint, version, fields.text("reason")).await;
    on_page((&site, &visit, &fields), id, "stint-voided-done", act).await
}
