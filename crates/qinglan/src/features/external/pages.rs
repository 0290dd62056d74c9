//! Pages: the list, one result with its history; attesting several at once, returning, making void.

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
        list::{Asked, Column, List, export, page as list_page, show as show_list},
        rows::{By, Rows, Slice},
    },
};
use federation::{people, scope, themes, units};
use kernel::{PersonId, RecordId, Refusal};
use minijinja::{Value, context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    actions,
    list::{self, Line},
    model::{Earned, State},
    rules, store,
};
use crate::features::evidence;

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/external", show_list::<Results>),
        page("/external/export", export::<Results>),
        act("/external/attest", attest_chosen),
        page("/external/{id}", show),
        act("/external/{id}/attest", attest),
        act("/external/{id}/return", give_back),
        act("/external/{id}/void", void),
    ]
}

/// A line for the page.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    line: Line,
    platform_name: String,
    month_text: String,
    hours: Option<String>,
    waits: bool,
}

fn shown(line: Line, language: Language, own: Option<PersonId>) -> Shown {
    Shown {
        platform_name: if language == Language::English { line.platform_en.clone() } else { line.platform.clone() },
        month_text: rules::shown_month(line.month),
        hours: line.minutes.map(rules::hours),
        // Nobody attests their own results.
        waits: line.state == State::HandedIn.as_str() && own.map(|own| own.0) != Some(line.person_id),
        line,
    }
}

/// The platforms as choices: code and name.
pub(super) async fn choices(app: &App, language: Language, retired: bool) -> Result<Vec<(String, String)>> {
    let english = language == Language::English;
    let known = super::PLATFORMS.all(&app.db).await?.into_iter().filter(|platform| retired || !platform.retired);
    Ok(known.map(|platform| (platform.code, if english { platform.en } else { platform.name })).collect())
}

struct Results;

impl List for Results {
    type Line = Shown;
    const NAME: &'static str = "nav-external";
    const TITLE: &'static str = "register-external";
    const TEMPLATE: &'static str = "external/list.html";
    const ORDERS: &'static [By] = list::ORDERS;
    const COLUMNS: &'static [Column<Shown>] = &[
        Column::number(),
        Column::new("姓名", |shown, _| (&shown.line.name).into()),
        Column::new("单位", |shown, _| (&shown.line.unit).into()),
        Column::new("平台", |shown, _| (&shown.line.platform).into()),
        Column::new("月份", |shown, _| (&shown.month_text).into()),
        Column::new("积分", |shown, _| shown.line.points.into()),
        Column::new("学时", |shown, _| shown.hours.as_deref().into()),
        Column::new("课程", |shown, _| shown.line.classes.into()),
        Column::new("证明人", |shown, _| shown.line.attested_by.as_deref().into()),
        Column::new("状态", |shown, asked| {
            asked.message(State::from_code(&shown.line.state).map_or("", State::word)).into()
        }),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Shown>> {
        let scope = asked.scope(Action::People);
        let rows = list::list(&asked.app.db, &scope, (asked.query, asked.today()), slice).await?;
        Ok(rows.map(|line| shown(line, asked.words.language, asked.actor.person)))
    }

    async fn beside(asked: &Asked<'_>, lines: &[Shown]) -> Result<Value> {
        let attests = asked.may(Action::Lead);
        Ok(context! {
            waiting => attests && lines.iter().any(|line| line.waits), attests,
            unit_name => scope::places::name_from_query(&asked.app.db, asked.query).await?,
            enters => attests || asked.actor.person.is_some(), writes => asked.may(Action::Write),
            figures => asked.may(Action::Figures),
            platforms => Serde(&choices(asked.app, asked.words.language, true).await?),
            themes => Serde(&themes::list::choices(asked).await?),
        })
    }
}

/// A result that the visitor may see; any other is refused as unknown.
pub(super) async fn seen(site: &Site, visit: &Visit, id: i64) -> Result<Earned> {
    let unknown = || AppError::from(Refusal::unknown("external-unknown").with("id", id));
    let id = RecordId(id);
    let scope = visit.actor.scope(Action::People);
    if scope.is_empty() || !store::within(&site.app.db, &scope, &[id], site.app.today()).await?.contains(&id) {
        return Err(unknown());
    }
    store::by_ids(&site.app.db, &[id]).await?.pop().ok_or_else(unknown)
}

/// A result that the visitor may see, and whether the visitor may still change it.
pub(crate) async fn load_with_permission(site: &Site, visit: &Visit, id: i64) -> Result<(Earned, bool)> {
    let earned = seen(site, visit, id).await?;
    let keeps = actions::keeps(&site.app, &site.app.db, &visit.actor, earned.id).await?;
    let open = matches!(earned.state, State::HandedIn | State::Returned);
    let changes = open && (keeps || visit.actor.person == Some(earned.person));
    Ok((earned, changes))
}

/// What was done, in words.
pub(super) fn describe_log(words: &Words, done: Vec<list::Done>) -> Vec<minijinja::Value> {
    let each = done.into_iter().map(|line| {
        let args: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&line.args).unwrap_or_default();
        let args: Vec<(&str, &str)> =
            args.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default())).collect();
        context! { at => line.at, account => line.account, text => words.message(&format!("log-{}", line.what), &args) }
    });
    each.collect()
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    result_page(&site, &visit, id, &FormState::opened()).await
}

async fn result_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let earned = seen(site, visit, id).await?;
    let db = &site.app.db;
    let words = site.pages.words(visit.language);
    let person = people::store::by_ids(db, &[earned.person]).await?.remove(&earned.person);
    let unit = units::by_ids(db, &[earned.unit]).await?.remove(&earned.unit);
    let platform =
        choices(&site.app, visit.language, true).await?.into_iter().find(|(code, _)| *code == earned.platform);
    let own = visit.actor.person == Some(earned.person);
    let keeps = actions::keeps(&site.app, db, &visit.actor, earned.id).await?;
    let open = matches!(earned.state, State::HandedIn | State::Returned);
    // A reason given by the system itself is stored as a message id.
    let reason = earned.reason.as_deref().map(|reason| match reason {
        key @ (actions::REPLACED | actions::MERGED | actions::UNDONE) => words.message(key, &[]),
        said => said.to_owned(),
    });
    let history = describe_log(words, list::done(db, "external", earned.id).await?);
    let form = state.form_of(site, visit, &Fields::default(), earned.version);
    let proofs = proof_card(site, &earned, open && (own || keeps)).await?;
    let context = context! {
        id, form => Serde(&form), name => person.map(|person| person.name), person_id => earned.person.0,
        unit => unit.map(|unit| unit.name), platform => platform.map(|(_, name)| name),
        month => rules::shown_month(earned.month), points => earned.amounts.points,
        hours => earned.amounts.minutes.map(rules::hours), classes => earned.amounts.classes, note => earned.note,
        state => earned.state.as_str(), reason, handed_in_at => earned.handed_in_at, attested_at => earned.attested_at,
        history, own, keeps, edits => open && (own || keeps),
        attests => earned.state == State::HandedIn && keeps && !own,
        returns => matches!(earned.state, State::HandedIn | State::Attested) && keeps && !own,
        voids => earned.state != State::Void && (keeps || (own && open)),
        evidence => proofs,
    };
    visit.page_as(site, state.status(), "external/show.html", context)
}

/// The proofs of a result, for its person and its maintainers: nobody else may see the result.
async fn proof_card(site: &Site, earned: &Earned, changes: bool) -> Result<minijinja::Value> {
    let path = format!("/external/{}", earned.id);
    let all = evidence::pages::card(&site.app.db, earned.id, &path, true, false).await?;
    Ok(context! { keeps => changes, ..all })
}

/// Handles a form on a result's page: shows a message there when it is done, or the page again with the refusal.
async fn on_page(
    (site, visit, fields): (&Site, &Visit, &Fields),
    id: i64,
    message: &'static str,
    action: impl AsyncFnOnce(i64) -> Result<()>,
) -> Answer {
    let act = async |sent: Sent| {
        action(sent.version()).await?;
        Ok(Done::new(format!("/external/{id}"), message))
    };
    let send = Send::new(site, visit, fields)
        .at(&[("return-without-reason", "return_reason"), ("void-without-reason", "void_reason")]);
    send.run(act, async |state| result_page(site, visit, id, &state).await).await
}

async fn attest(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let earned = seen(&site, &visit, id).await?.id;
    let act = async |version| actions::attest(&site.app, &visit.actor, &[(earned, version)]).await.map(|_| ());
    on_page((&site, &visit, &fields), id, "external-attested-done", act).await
}

/// Attests those ticked on the list, each as `12.3`: key and version.
async fn attest_chosen(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Lead) {
        return Err(Refusal::forbidden().into());
    }
    let chosen = fields.every("chosen").filter_map(|text| text.split_once('.'));
    let chosen = chosen.filter_map(|(id, version)| Some((RecordId(id.parse().ok()?), version.parse().ok()?)));
    let chosen: Vec<(RecordId, i64)> = chosen.take(500).collect();
    let query = Fields::parse(fields.raw("back"));
    let attest = async |_| {
        let count = actions::attest(&site.app, &visit.actor, &chosen).await?;
        let to = format!("/external?{}", query.query_without(&["after", "after_id"]));
        Ok(Done::new(to, "external-attested-many").with("count", count))
    };
    let page = async |state: FormState| list_page::<Results>(&site, &visit, &query, state).await;
    Send::new(&site, &visit, &fields).run(attest, page).await
}

async fn give_back(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let earned = seen(&site, &visit, id).await?.id;
    let act = async |version| actions::give_back(&site.app, &visit.actor, earned, version, fields.text("reason")).await;
    on_page((&site, &visit, &fields), id, "external-returned-done", act).await
}

async fn void(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let earned = seen(&site, &visit, id).await?.id;
    let act = async |version| actions::void(&site.app, &visit.actor, earned, version, fields.text("reason")).await;
    on_page((&site, &visit, &fields), id, "external-voided-done", act).await
}
