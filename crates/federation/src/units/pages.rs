//! Pages: the tree with a unit's details beside it, the picker for units, the unit that the account is working for; adding,
//! renaming, moving, merging, closing.

use axum::extract::{Path, State};
use chrono::Datelike;
use desk::{
    actor::Action,
    counting::counts,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit, answer::Choice, export::export_list,
        language::Language,
    },
};
use document::{Cell, SheetOut};
use kernel::{Period, UnitId};
use ledger::Filter;
use minijinja::{context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    actions::{self, Addition},
    following, history,
    store::{self, Node},
};
use crate::scope::{must, places};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/units", top),
        page("/units/pick", pick),
        page("/units/choose", choose),
        page("/units/export", export),
        page("/units/{id}", show),
        page("/units/{id}/children", children),
        act("/units/{id}/units", add),
        act("/units/{id}/rename", rename),
        act("/units/{id}/move", move_under),
        act("/units/{id}/merge", merge),
        act("/units/{id}/close", close),
    ]
}

/// How many nodes of one level are shown at once.
const NODES: u64 = 200;
/// The most results of a search.
const HITS: u64 = 50;

/// Refuses as unknown a unit whose figures the visitor may not see.
async fn visible(site: &Site, visit: &Visit, unit: UnitId) -> Result<()> {
    must(&site.app.db, &visit.actor, Action::Figures, unit).await
}

async fn roots(site: &Site, visit: &Visit) -> Result<Vec<UnitId>> {
    let scope = visit.actor.scope(Action::Figures);
    if scope.is_empty() {
        return Err(kernel::Refusal::forbidden().into());
    }
    if scope.all { Ok(places::tops(&site.app.db).await?) } else { Ok(scope.units) }
}

async fn top(State(site): State<Site>, visit: Visit) -> Answer {
    let roots = roots(&site, &visit).await?;
    let first = visit.unit().filter(|unit| !roots.is_empty() && *unit != UnitId(0)).or_else(|| roots.first().copied());
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    // A unit that was chosen from the list under the search, with the keyboard or without.
    if let Some(chosen) = query.key("q_id") {
        return Ok(visit.go(&format!("/units/{chosen}")));
    }
    let searched = query.some("q").is_some();
    unit_page(&site, &visit, first, &FormState::filled(query), searched).await
}

async fn show(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    visible(&site, &visit, UnitId(id)).await?;
    // Those who may see every unit may request one that doesn't exist.
    if store::by_ids(&site.app.db, &[UnitId(id)]).await?.is_empty() {
        return Err(kernel::Refusal::unknown("unit-unknown").with("name", id).into());
    }
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    unit_page(&site, &visit, Some(UnitId(id)), &FormState::filled(query), true).await
}

/// The figures of a unit's year: label and metric.
const FIGURES: [(&str, &str); 5] = [
    ("metric-members", "people.members_at"),
    ("metric-groups", "groups.open_at"),
    ("metric-occasions", "activities.occasions"),
    ("metric-person-times", "activities.person_times"),
    ("metric-coverage", "activities.coverage_rate"),
];

#[derive(Serialize)]
struct Shown {
    label: &'static str,
    text: String,
    href: String,
    none: bool,
}

async fn unit_page(site: &Site, visit: &Visit, unit: Option<UnitId>, state: &FormState, chosen: bool) -> Answer {
    let query = state.fields();
    let db = &site.app.db;
    let roots = roots(site, visit).await?;
    let today = site.app.today();
    let path = match unit {
        Some(unit) => places::path(db, unit).await?,
        None => Vec::new(),
    };
    // The tree is opened along the path to the chosen unit, level by level, from the root that the visitor may see.
    let mut tree: Vec<(i64, Vec<Node>)> = vec![(0, store::nodes(db, &roots).await?)];
    for (open, _) in path.iter().skip_while(|(unit, _)| !roots.contains(unit)) {
        tree.push((open.0, store::children(db, *open, NODES).await?));
    }
    let hits = match query.some("q") {
        Some(text) => store::search(db, &visit.actor.scope(Action::Figures), text, HITS).await?,
        None => Vec::new(),
    };
    let words = site.pages.words(visit.language);
    let english = visit.language == Language::English;
    let levels: Vec<(String, String)> = store::levels(db)
        .await?
        .into_iter()
        .map(|level| (level.code, if english { level.en } else { level.zh }))
        .collect();
    let mut facts = minijinja::Value::UNDEFINED;
    let mut form = state.form(site, visit);
    let mut below: Vec<(String, String)> = Vec::new();
    if let Some(unit) = unit
        && let Some(found) = store::by_ids(db, &[unit]).await?.remove(&unit)
    {
        form = state.form_of(site, visit, &Fields::from_pairs([("name", found.name.clone())]), found.version);
        // New units under a unit have a lower level; under the lowest level there is only the lowest.
        let of_unit = levels.iter().position(|(code, _)| Some(code) == found.level.as_ref());
        below = levels[of_unit.map_or(0, |place| (place + 1).min(levels.len() - 1))..].to_vec();
        let year = Period { from: today.with_ordinal(1).unwrap_or(today), to: today };
        let keys = FIGURES.map(|(_, key)| key);
        let figures = counts(&site.app)?.figures(&site.app, unit, year, &keys, &Filter::default()).await?;
        // What is affected by a move, a merger or a closing is shown before it is done.
        let count = |of: &str| keys.iter().zip(&figures).find(|(key, _)| **key == of).map_or(0, |(_, one)| one.count);
        let (members, open_groups) = (count("people.members_at"), count("groups.open_at"));
        let labelled = FIGURES.iter().zip(figures);
        let figures: Vec<Shown> = labelled
            .map(|((label, _), one)| Shown { label, text: one.text, href: one.href, none: one.no_data })
            .collect();
        let below = store::children(db, unit, NODES + 1).await?;
        let of_unit = following::groups(&site.app, unit).await?;
        let writes = must(db, &visit.actor, Action::Write, unit).await.is_ok();
        let parent = path.iter().rev().nth(1).map(|(parent, _)| *parent);
        let keeps = match parent {
            Some(parent) => must(db, &visit.actor, Action::Write, parent).await.is_ok(),
            None => visit.actor.scope(Action::Write).all,
        };
        let under = places::of_unit(db, unit).await?.map_or(0, |(place, last)| last - place);
        let history = history::load(db, &found).await?;
        facts = context! {
            id => unit.0, name => found.name, code => found.code, closed_on => found.closed_on.map(|day| day.to_string()),
            level => found.level.as_ref().and_then(|level| levels.iter().find(|(code, _)| code == level)).map(|(_, name)| name.clone()),
            figures => Serde(&figures), groups => Serde(&of_unit), below => Serde(&below), under, writes, keeps,
            history => Serde(&history), outside => found.outside, members, open_groups,
            open_below => store::count_open_children(db, unit).await?,
        };
    }
    let crumbs: Vec<(i64, String)> =
        path.iter().skip_while(|(of, _)| !roots.contains(of)).map(|(of, name)| (of.0, name.clone())).collect();
    let open: Vec<i64> = crumbs.iter().map(|(of, _)| *of).collect();
    let count = store::count(db, &visit.actor.scope(Action::Figures)).await?;
    let context = context! {
        form => Serde(&form), tree => Serde(&tree), path => Serde(&crumbs), open, hits => Serde(&hits), unit => facts,
        levels => Serde(&below), count, chosen, may_people => visit.may(Action::Lead), today => today.to_string(), words => words.language.tag(),
        searched => query.some("q").map(str::to_owned),
    };
    visit.page_as(site, state.status(), "units/units.html", context)
}

async fn children(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    visible(&site, &visit, UnitId(id)).await?;
    let nodes = store::children(&site.app.db, UnitId(id), NODES).await?;
    visit.page(&site, "units/children.html", context! { nodes => Serde(&nodes) })
}

/// Units for a picker: within the scope, or all of the federation for the partners of a joint session.
async fn pick(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let scope = visit.actor.scope(if visit.may(Action::Figures) { Action::Figures } else { Action::Lead });
    let any = query.ticked("any") && visit.may(Action::Lead);
    const CHOICES: u64 = 12;
    let hits = if any {
        store::search_any(&site.app.db, query.text("q"), CHOICES).await?
    } else {
        store::search(&site.app.db, &scope, query.text("q"), CHOICES).await?
    };
    let choices: Vec<Choice> = hits
        .into_iter()
        .map(|hit| Choice { value: hit.id, text: hit.name, beside: hit.above.unwrap_or_default() })
        .collect();
    visit.choices(&site, &choices)
}

async fn choose(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let roots = roots(&site, &visit).await?;
    let nodes = store::nodes(&site.app.db, &roots).await?;
    let form = visit.form(&site, &query, &Faults::new());
    let context = context! { form => Serde(&form), nodes => Serde(&nodes), next => query.raw("next") };
    visit.page(&site, "units/choose.html", context)
}

async fn export(State(site): State<Site>, visit: Visit) -> Answer {
    let words = site.pages.words(visit.language);
    let lines = store::under(&site.app.db, &visit.actor.scope(Action::Figures)).await?;
    let rows = lines.into_iter().map(|line| {
        let cell = |text: Option<String>| text.map_or(Cell::Empty, Cell::from);
        vec![cell(line.code), Cell::from(line.name), cell(line.level), cell(line.parent_code), cell(line.parent)]
    });
    let sheet = SheetOut {
        name: words.message("nav-units", &[]),
        title: None,
        // The headings that the import of a tree understands.
        columns: ["code", "name", "level", "parent_code", "parent"].iter().map(|head| (*head).into()).collect(),
        rows: rows.collect(),
    };
    export_list(&site, &visit, "nav-units", sheet).await
}

/// The refusals that are shown beside a field, with the field's name.
const PLACES: [(&str, &str); 3] =
    [("unit-without-name", "name"), ("unit-code-taken", "code"), ("level-unknown", "level")];

/// Handles a dialog of a unit's page: redirects to a unit with a message, or shows the page again with the faults in the
/// dialog.
async fn in_dialog(
    (site, visit, fields): (&Site, &Visit, &Fields),
    unit: UnitId,
    message: &'static str,
    action: impl AsyncFnOnce(Sent) -> FormResult<UnitId>,
) -> Answer {
    visible(site, visit, unit).await?;
    let act = async |sent| {
        let unit = action(sent).await?;
        Ok(Done::new(format!("/units/{unit}"), message))
    };
    let send = Send::new(site, visit, fields).at(&PLACES);
    send.run(act, async |state| unit_page(site, visit, Some(unit), &state, true).await).await
}

async fn add(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let act = async |_: Sent| {
        let addition = Addition {
            name: fields.text("name").to_owned(),
            level: fields.owned("level"),
            parent: Some(UnitId(id)),
            code: fields.owned("code"),
            outside: false,
            from: Some(site.app.today()),
        };
        Ok(actions::add(&site.app, &visit.actor, addition).await?)
    };
    in_dialog((&site, &visit, &fields), UnitId(id), "unit-entered-done", act).await
}

async fn rename(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let unit = UnitId(id);
    let act = async |sent: Sent| {
        actions::rename_seen(&site.app, &visit.actor, unit, fields.text("name"), sent.version()).await?;
        Ok(unit)
    };
    in_dialog((&site, &visit, &fields), unit, "unit-renamed-done", act).await
}

async fn move_under(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let unit = UnitId(id);
    let act = async |_: Sent| {
        let from = fields.day("from")?.unwrap_or_else(|| site.app.today());
        let parent = fields.key("parent_id").map(UnitId).ok_or_else(|| kernel::Refusal::new("unit-pick"))?;
        actions::move_under(&site.app, &visit.actor, unit, Some(parent), from).await?;
        Ok(unit)
    };
    in_dialog((&site, &visit, &fields), unit, "unit-moved-done", act).await
}

async fn merge(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let unit = UnitId(id);
    let act = async |_: Sent| {
        let from = fields.day("from")?.unwrap_or_else(|| site.app.today());
        let survivor = fields.key("survivor_id").map(UnitId).ok_or_else(|| kernel::Refusal::new("unit-pick"))?;
        actions::merge(&site.app, &visit.actor, unit, survivor, from).await?;
        Ok(unit)
    };
    in_dialog((&site, &visit, &fields), unit, "unit-merged-done", act).await
}

async fn close(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let unit = UnitId(id);
    let act = async |_: Sent| {
        let on = fields.day("on")?.unwrap_or_else(|| site.app.today());
        actions::close(&site.app, &visit.actor, unit, on).await?;
        Ok(unit)
    };
    in_dialog((&site, &visit, &fields), unit, "unit-closed-done", act).await
}
