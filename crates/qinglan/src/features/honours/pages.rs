//! Pages: the list, one honour with its history; checking, returning, making void.

use axum::extract::{Path, State as Extract};
use desk::{
    actor::Action,
    app::App,
    error::{AppError, Result},
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, FormState, Send, Sent, Visit,
        language::{Language, Words},
        list::{Asked, Column, List, export, show as show_list},
        rows::{By, Rows, Slice},
    },
};
use federation::{groups, people, scope, units};
use kernel::{RecordId, Refusal};
use minijinja::{Value, context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    actions,
    list::{self, Line},
    model::{For, Honour, Level, State},
    store,
};
use crate::features::evidence;

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/honours", show_list::<Honours>),
        page("/honours/export", export::<Honours>),
        page("/honours/{id}", show),
        act("/honours/{id}/check", check),
        act("/honours/{id}/return", give_back),
        act("/honours/{id}/void", void),
    ]
}

/// A line for the page.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// The line.
    #[serde(flatten)]
    pub line: Line,
    /// The title group in the page's language.
    pub group_name: String,
    /// The day.
    pub day_text: String,
}

/// The title groups as choices: code and name.
pub(super) async fn choices(app: &App, language: Language, retired: bool) -> Result<Vec<(String, String)>> {
    let english = language == Language::English;
    let known = super::TITLE_GROUPS.all(&app.db).await?.into_iter().filter(|group| retired || !group.retired);
    Ok(known.map(|group| (group.code, if english { group.en } else { group.name })).collect())
}

/// The levels as choices: code and name.
pub(super) fn levels(words: &Words) -> Vec<(&'static str, String)> {
    Level::ALL.iter().map(|level| (level.as_str(), words.message(level.word(), &[]))).collect()
}

/// The list of honours.
#[derive(Debug)]
pub struct Honours;

impl List for Honours {
    type Line = Shown;
    const NAME: &'static str = "nav-honours";
    const TITLE: &'static str = "register-honours";
    const TEMPLATE: &'static str = "honours/list.html";
    const ORDERS: &'static [By] = list::ORDERS;
    const COLUMNS: &'static [Column<Shown>] = &[
        Column::number(),
        Column::new("姓名/集体", |shown, _| (&shown.line.name).into()),
        Column::new("单位", |shown, _| (&shown.line.unit).into()),
        Column::new("荣誉名称", |shown, _| (&shown.line.title).into()),
        Column::new("称号类别", |shown, _| (&shown.line.title_group).into()),
        Column::new("级别", |shown, _| list::level_name(&shown.line.level).into()),
        Column::new("授予单位", |shown, _| (&shown.line.conferrer).into()),
        Column::new("授予时间", |shown, _| (&shown.day_text).into()),
        Column::new("证书编号", |shown, _| shown.line.certificate.as_deref().into()),
        Column::new("核实人", |shown, _| shown.line.checked_by.as_deref().into()),
        Column::new("状态", |shown, asked| {
            asked.message(State::from_code(&shown.line.state).map_or("", State::word)).into()
        }),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Shown>> {
        let scope = asked.scope(Action::People);
        let rows = list::list(&asked.app.db, &scope, (asked.query, asked.today()), slice).await?;
        let english = asked.english();
        Ok(rows.map(|line| Shown {
            group_name: if english { line.title_group_en.clone() } else { line.title_group.clone() },
            day_text: line.day.to_string(),
            line,
        }))
    }

    async fn beside(asked: &Asked<'_>, _: &[Shown]) -> Result<Value> {
        Ok(context! {
            unit_name => scope::places::name_from_query(&asked.app.db, asked.query).await?,
            enters => asked.may(Action::Lead) || asked.actor.person.is_some(), writes => asked.may(Action::Write),
            groups => Serde(&choices(asked.app, asked.words.language, true).await?),
            levels => Serde(&levels(asked.words)),
        })
    }
}

/// An honour that the visitor may see; any other is refused as unknown.
pub(super) async fn seen(site: &Site, visit: &Visit, id: i64) -> Result<Honour> {
    let unknown = || AppError::from(Refusal::unknown("honour-unknown").with("id", id));
    let id = RecordId(id);
    let scope = visit.actor.scope(Action::People);
    if scope.is_empty() || !store::is_within(&site.app.db, &scope, id, site.app.today()).await? {
        return Err(unknown());
    }
    store::by_ids(&site.app.db, &[id]).await?.pop().ok_or_else(unknown)
}

/// An honour that the visitor may see, and whether the visitor may still change it.
pub(super) async fn load_with_permission(site: &Site, visit: &Visit, id: i64) -> Result<(Honour, bool)> {
    let honour = seen(site, visit, id).await?;
    let keeps = actions::keeps(&site.app, &site.app.db, &visit.actor, honour.id).await?;
    let changes = honour.state.is_open() && (keeps || is_own(visit, &honour));
    Ok((honour, changes))
}

/// Whether an honour is the visitor's own.
pub(super) fn is_own(visit: &Visit, honour: &Honour) -> bool {
    honour.person.is_some() && visit.actor.person == honour.person
}

/// The name of an honour's recipient.
pub(super) async fn name_of(site: &Site, honour: &Honour) -> Result<String> {
    let db = &site.app.db;
    let name = match honour.of() {
        For::Person(id) => people::store::by_ids(db, &[id]).await?.remove(&id).map(|person| person.name),
        For::Group(id) => groups::store::by_ids(db, &[id]).await?.remove(&id).map(|group| group.name),
        For::Unit(id) => units::by_ids(db, &[id]).await?.remove(&id).map(|unit| unit.name),
    };
    Ok(name.unwrap_or_default())
}

/// What was done, in words.
fn describe_log(words: &Words, done: Vec<store::Done>) -> Vec<Value> {
    let each = done.into_iter().map(|line| {
        let args: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&line.args).unwrap_or_default();
        let args: Vec<(&str, &str)> =
            args.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default())).collect();
        context! { at => line.at, account => line.account, text => words.message(&format!("log-{}", line.what), &args) }
    });
    each.collect()
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    honour_page(&site, &visit, id, &FormState::opened()).await
}

async fn honour_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let (honour, changes) = load_with_permission(site, visit, id).await?;
    let db = &site.app.db;
    let words = site.pages.words(visit.language);
    let name = name_of(site, &honour).await?;
    let unit = units::by_ids(db, &[honour.unit]).await?.remove(&honour.unit);
    let groups = choices(&site.app, visit.language, true).await?;
    let group = groups.into_iter().find(|(code, _)| *code == honour.title_group);
    let own = is_own(visit, &honour);
    let keeps = actions::keeps(&site.app, db, &visit.actor, honour.id).await?;
    // A reason given by the system itself is stored as a message id.
    let reason = honour.reason.as_deref().map(|reason| match reason {
        key @ (actions::REPLACED | actions::MERGED | actions::UNDONE) => words.message(key, &[]),
        typed => typed.to_owned(),
    });
    let history = describe_log(words, store::done(db, honour.id).await?);
    let form = state.form_of(site, visit, &Fields::default(), honour.version);
    let card = evidence::pages::card(db, honour.id, &format!("/honours/{id}"), true, false).await?;
    let open = honour.state.is_open();
    let context = context! {
        id, form => Serde(&form), name, person_id => honour.person.map(|person| person.0),
        group_id => honour.group.map(|group| group.0), unit => unit.map(|unit| unit.name), title => honour.title,
        group => group.map(|(_, name)| name), level => words.message(honour.level.word(), &[]),
        conferrer => honour.conferrer, day => honour.day.to_string(), certificate => honour.certificate,
        note => honour.note, state => honour.state.as_str(), reason, entered_at => honour.entered_at,
        checked_at => honour.checked_at, history, edits => changes,
        checks => honour.state == State::Pending && keeps && !own,
        returns => matches!(honour.state, State::Pending | State::Checked) && keeps && !own,
        voids => honour.state != State::Void && (keeps || (own && open)),
        evidence => context! { keeps => changes, ..card },
    };
    visit.page_as(site, state.status(), "honours/show.html", context)
}

/// Handles a form on an honour's page: shows a message there when it is done, or the page again with the refusal.
async fn on_page(
    (site, visit, fields): (&Site, &Visit, &Fields),
    id: i64,
    message: &'static str,
    action: impl AsyncFnOnce(i64) -> Result<()>,
) -> Answer {
    let act = async |sent: Sent| {
        action(sent.version()).await?;
        Ok(Done::new(format!("/honours/{id}"), message))
    };
    let send = Send::new(site, visit, fields)
        .at(&[("return-without-reason", "return_reason"), ("void-without-reason", "void_reason")]);
    send.run(act, async |state| honour_page(site, visit, id, &state).await).await
}

async fn check(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let honour = seen(&site, &visit, id).await?.id;
    let act = async |version| actions::check(&site.app, &visit.actor, honour, version).await;
    on_page((&site, &visit, &fields), id, "honour-checked-done", act).await
}

async fn give_back(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let honour = seen(&site, &visit, id).await?.id;
    let act = async |version| actions::give_back(&site.app, &visit.actor, honour, version, fields.text("reason")).await;
    on_page((&site, &visit, &fields), id, "honour-returned-done", act).await
}

async fn void(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let honour = seen(&site, &visit, id).await?.id;
    let act = async |version| actions::void(&site.app, &visit.actor, honour, version, fields.text("reason")).await;
    on_page((&site, &visit, &fields), id, "honour-voided-done", act).await
}
