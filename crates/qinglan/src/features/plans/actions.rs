//! Actions on plans: create, add items, publish, withdraw; and remind those who are behind.

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor},
    app::App,
    error::{AppError, Result},
    log::{self, Object},
};
use federation::{
    groups, scope,
    themes::{self, actions::Chosen},
};
use kernel::{GroupId, Period, PersonId, Refusal, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    model::{Item, Plan, State},
    store::{self, ItemLine},
    ticks,
};
use crate::features::materials::{self, reach::Reach};

/// The data of a plan.
#[derive(Clone, Debug)]
pub struct Said {
    /// 名称.
    pub title: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// The theme that it serves.
    pub theme: Option<String>,
}

fn validate(said: &Said) -> Result<()> {
    if said.title.trim().is_empty() {
        return Err(Refusal::new("plan-without-title").into());
    }
    if said.title.chars().count() > 200 {
        return Err(Refusal::new("plan-title-long").with("most", 200).into());
    }
    if said.to < said.from {
        return Err(Refusal::new("plan-days-reversed").with("from", said.from).into());
    }
    Ok(())
}

/// A plan that the actor may see.
pub async fn seen(app: &App, actor: &Actor, id: i64) -> Result<Plan> {
    seen_in(&app.db, actor, id, app.today()).await
}

async fn seen_in(conn: &impl ConnectionTrait, actor: &Actor, id: i64, today: NaiveDate) -> Result<Plan> {
    let reach = Reach::load(conn, actor, today).await?;
    let keeps = actor.scope(Action::Lead);
    let found = store::within(conn, (&reach, &keeps), id).await?;
    Ok(found.ok_or_else(|| Refusal::unknown("plan-unknown").with("id", id))?)
}

/// A plan that the actor maintains: as a secretary over its unit, or as the leader of one of its groups.
pub async fn load_writable(app: &App, actor: &Actor, id: i64) -> Result<Plan> {
    load_writable_in(&app.db, actor, id, app.today()).await
}

async fn load_writable_in(conn: &impl ConnectionTrait, actor: &Actor, id: i64, today: NaiveDate) -> Result<Plan> {
    let plan = seen_in(conn, actor, id, today).await?;
    materials::reach::must_keep(conn, actor, Some(plan.unit)).await?;
    Ok(plan)
}

/// The groups to which an actor's plan is limited: a leader's own groups; `None` for those who lead the whole unit.
pub(super) async fn own_groups(app: &App, actor: &Actor, unit: UnitId) -> Result<Option<Vec<GroupId>>> {
    let scope = actor.scope(Action::Lead);
    let place = scope::places::of_unit(&app.db, unit).await?.map(|(place, _)| place);
    if scope.covers(place) {
        return Ok(None);
    }
    let of_unit = groups::store::of_unit(&app.db, unit).await?;
    Ok(Some(of_unit.into_iter().map(|group| group.id).filter(|group| scope.groups.contains(group)).collect()))
}

/// Creates a plan as a draft, which reaches nobody yet.
pub async fn begin(app: &App, actor: &Actor, unit: UnitId, said: Said) -> Result<i64> {
    materials::reach::must_keep(&app.db, actor, Some(unit)).await?;
    validate(&said)?;
    let tx = db::begin(&app.db).await?;
    materials::reach::must_keep(&tx, actor, Some(unit)).await?;
    let id = db::take_range(&tx, "plan", 1).await?;
    let title = said.title.trim().to_owned();
    let (from, to) = (said.from, said.to);
    let plan = Plan { id, unit, title, from, to, theme: said.theme, state: State::Draft, version: 1 };
    serve_theme(&tx, actor, &plan, None).await?;
    store::insert(&tx, &plan).await?;
    log::write(&tx, actor, "plan-begun", Object::new("plan", id), Some(unit), &[("title", &plan.title)]).await?;
    tx.commit().await?;
    Ok(id)
}

/// Checks the theme that a plan is to serve; `old` is the one that it has.
async fn serve_theme(tx: &DatabaseTransaction, actor: &Actor, plan: &Plan, old: Option<&str>) -> Result<()> {
    let days = Period { from: plan.from, to: plan.to };
    let chosen = Chosen { code: plan.theme.as_deref(), old, unit: plan.unit, days };
    themes::actions::choose(tx, actor, &[chosen]).await
}

async fn write(app: &App, actor: &Actor, plan: &Plan, what: &'static str) -> Result<()> {
    let tx = db::begin(&app.db).await?;
    db::hold(&tx, "select id from study_plan where id = $1", vec![plan.id.into()]).await?;
    let old = load_writable_in(&tx, actor, plan.id, app.today()).await?;
    serve_theme(&tx, actor, plan, old.theme.as_deref()).await?;
    if old.theme != plan.theme {
        ticks::follow_theme(app, &tx, actor, plan.id, plan.theme.as_deref()).await?;
    }
    db::touched(store::update(&tx, plan).await?, &plan.title)?;
    let args = [("title", plan.title.as_str())];
    log::write(&tx, actor, what, Object::new("plan", plan.id), Some(plan.unit), &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes the data of a plan.
pub async fn change(app: &App, actor: &Actor, (id, version): (i64, i64), said: Said) -> Result<()> {
    let plan = load_writable(app, actor, id).await?;
    validate(&said)?;
    let title = said.title.trim().to_owned();
    let plan = Plan { title, from: said.from, to: said.to, theme: said.theme, version, ..plan };
    write(app, actor, &plan, "plan-changed").await
}

/// Publishes a plan, or withdraws it. Finished items stay booked.
pub async fn set_state(app: &App, actor: &Actor, (id, version): (i64, i64), state: State) -> Result<()> {
    let plan = load_writable(app, actor, id).await?;
    if state == State::Published && store::items(&app.db, id, None).await?.is_empty() {
        return Err(Refusal::new("plan-empty").with("title", &plan.title).into());
    }
    let what = if state == State::Published { "plan-published" } else { "plan-withdrawn" };
    write(app, actor, &Plan { state, version, ..plan }, what).await
}

/// The data of an item.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The material.
    pub material: Option<i64>,
    /// A chapter or pages of it, or a description of what is to be learned.
    pub text: Option<String>,
    /// Whether it has to be learned.
    pub required: bool,
    /// The deadline.
    pub due_on: NaiveDate,
    /// Only for party members.
    pub party_only: bool,
    /// The groups that it is for; none means all.
    pub groups: Vec<GroupId>,
}

/// Adds an item to a plan. In a published plan it reaches its people at once.
pub async fn add_item(app: &App, actor: &Actor, id: i64, wanted: Wanted) -> Result<i64> {
    let judged = judge_item(app, actor, id, wanted).await?;
    let tx = db::begin(&app.db).await?;
    let item = write_item(app, &tx, actor, judged).await?;
    tx.commit().await?;
    Ok(item)
}

/// A validated item with its plan; it has no key yet.
#[derive(Debug)]
pub(crate) struct Judged(Plan, Item);

/// Validates an item, for a transaction that goes on to [`write_item`].
pub(crate) async fn judge_item(app: &App, actor: &Actor, id: i64, wanted: Wanted) -> Result<Judged> {
    let plan = load_writable(app, actor, id).await?;
    let text = wanted.text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if wanted.material.is_none() && text.is_none() {
        return Err(Refusal::new("plan-item-empty").into());
    }
    if text.as_ref().is_some_and(|text| text.chars().count() > 300) {
        return Err(Refusal::new("plan-item-long").with("most", 300).into());
    }
    if wanted.due_on < plan.from || wanted.due_on > plan.to {
        return Err(Refusal::new("plan-item-day").with("from", plan.from).with("to", plan.to).into());
    }
    let (mut kind, mut section) = ("text", None);
    if let Some(material) = wanted.material {
        let material = materials::actions::seen(app, actor, material).await?;
        kind = material.kind.as_str();
        let chapters = materials::store::chapters(&app.db, material.id).await?;
        let named = chapters.into_iter().find(|chapter| chapter.title == text);
        section = named.map(|chapter| chapter.page.unwrap_or(chapter.place));
    }
    let mut groups = wanted.groups;
    if let Some(own) = own_groups(app, actor, plan.unit).await? {
        groups = if groups.is_empty() { own.clone() } else { groups };
        if groups.iter().any(|group| !own.contains(group)) {
            return Err(Refusal::forbidden().into());
        }
    }
    for group in groups::store::by_ids(&app.db, &groups).await?.into_values() {
        let places = scope::places::of_unit(&app.db, plan.unit).await?;
        let place = scope::places::of_unit(&app.db, group.unit).await?.map(|(place, _)| place);
        let under = places.zip(place).is_some_and(|((first, last), place)| (first..=last).contains(&place));
        if !under || group.void {
            return Err(Refusal::new("plan-group-elsewhere").with("group", &group.name).into());
        }
    }
    let item = Item {
        id: 0,
        plan: id,
        material: wanted.material,
        section,
        text,
        kind: kind.to_owned(),
        required: wanted.required,
        due_on: wanted.due_on,
        party_only: wanted.party_only,
        groups,
    };
    Ok(Judged(plan, item))
}

/// Stores a validated item in a plan that the actor still maintains.
pub(crate) async fn write_item(
    app: &App,
    tx: &sea_orm::DatabaseTransaction,
    actor: &Actor,
    Judged(plan, item): Judged,
) -> Result<i64> {
    store::touch(tx, plan.id).await?;
    load_writable_in(tx, actor, plan.id, app.today()).await?;
    let item = Item { id: db::take_range(tx, "plan_item", 1).await?, ..item };
    store::insert_item(tx, &item).await?;
    let args = [("title", plan.title.as_str())];
    log::write(tx, actor, "plan-item-added", Object::new("plan", plan.id), Some(plan.unit), &args).await?;
    Ok(item.id)
}

/// The plan of an item that the actor may see, and the item with what the actor has finished of it.
pub(super) async fn seen_item(app: &App, actor: &Actor, item: i64) -> Result<(Plan, ItemLine)> {
    let unknown = || Refusal::unknown("plan-item-unknown").with("id", item);
    let plan = store::plan_of(&app.db, item).await?.ok_or_else(unknown)?;
    // An item of a plan that the actor may not see is refused as unknown, with the same message as one that doesn't exist.
    let plan = match seen(app, actor, plan).await {
        Err(AppError::Refused(_)) => return Err(unknown().into()),
        answer => answer?,
    };
    let line = store::item(&app.db, item, actor.person).await?.ok_or_else(unknown)?;
    Ok((plan, line))
}

/// Removes an item from its plan; refused once somebody has finished it.
pub async fn drop_item(app: &App, actor: &Actor, item: i64) -> Result<i64> {
    let (plan, _) = seen_item(app, actor, item).await?;
    materials::reach::must_keep(&app.db, actor, Some(plan.unit)).await?;
    let tx = db::begin(&app.db).await?;
    store::touch(&tx, plan.id).await?;
    load_writable_in(&tx, actor, plan.id, app.today()).await?;
    if store::drop_item(&tx, item).await? == 0 {
        return Err(Refusal::new("plan-item-finished").into());
    }
    for following in app.features.extensions::<super::ItemFollowing>() {
        (following.0)(app, &tx, actor, item).await?;
    }
    let args = [("title", plan.title.as_str())];
    log::write(&tx, actor, "plan-item-dropped", Object::new("plan", plan.id), Some(plan.unit), &args).await?;
    tx.commit().await?;
    Ok(plan.id)
}

/// The most people that one request reminds.
const REMINDED: u64 = 5000;

/// Reminds people who haven't finished an item, of the groups that the actor leads: one person, all of them, or those of
/// one group. Returns how many. They see it on their page; nothing is sent.
pub async fn remind(
    app: &App,
    actor: &Actor,
    item: i64,
    (person, group): (Option<PersonId>, Option<GroupId>),
) -> Result<usize> {
    let (plan, _) = seen_item(app, actor, item).await?;
    let scope = actor.scope(Action::Lead);
    if scope.is_empty() {
        return Err(Refusal::forbidden().into());
    }
    let tx = db::begin(&app.db).await?;
    seen_in(&tx, actor, plan.id, app.today()).await?;
    let behind = store::behind(&tx, &scope, (item, app.today()), group, REMINDED).await?;
    let people: Vec<PersonId> = behind
        .into_iter()
        .map(|behind| PersonId(behind.person_id))
        .filter(|id| person.is_none_or(|person| person == *id))
        .collect();
    if people.is_empty() {
        return Ok(0);
    }
    store::remind(&tx, item, &people, (&actor.at.0, actor.account)).await?;
    let args = [("title", plan.title.as_str()), ("count", &people.len().to_string())];
    log::write(&tx, actor, "plan-reminded", Object::new("plan", plan.id), Some(plan.unit), &args).await?;
    tx.commit().await?;
    Ok(people.len())
}
