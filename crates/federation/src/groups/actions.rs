//! Actions on groups: default ones are opened, names and rules changed, groups closed.

use std::collections::HashMap;

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    log::{self, Object},
};
use kernel::{GroupId, ImportId, Refusal, UnitId};
use ledger::{Desired, Reason, ReasonCode, book, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    following, ledgered,
    store::{self, Covered, Group},
};
use crate::{
    scope::{must, must_openly},
    settings,
    units::{self, Unit},
};

/// Up to this age somebody without a group counts as youth. Source: CONVENTIONS, 'Words with a definition'.
pub const AGE_LIMIT: i32 = 40;

/// The default groups of units; they are opened on `from` if they don't exist.
pub(crate) async fn default_groups(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    units: &HashMap<UnitId, Unit>,
    from: NaiveDate,
    import: Option<ImportId>,
) -> Result<HashMap<UnitId, Group>> {
    let ids: Vec<UnitId> = units.keys().copied().collect();
    // If two first members are added at once, only one group must be opened.
    units::lock(tx, &ids).await?;
    let mut groups = store::default_groups(tx, &ids).await?;
    // A group exists from its first member's first day on.
    let mut earlier = Vec::new();
    for group in groups.values_mut().filter(|group| group.opened_on > from) {
        group.opened_on = from;
        store::set_opened(tx, group.id, from).await?;
        group.version += 1;
        earlier.push(group.clone());
    }
    ledgered::book_groups(app, tx, actor, &earlier, Some(&Reason::new(ReasonCode::Correction))).await?;
    let rules = settings::store::read(tx).await?;
    let mut missing: Vec<&Unit> = units.values().filter(|unit| !groups.contains_key(&unit.id)).collect();
    missing.sort_by_key(|unit| unit.id);
    let mut opened = Vec::new();
    for (unit, record) in missing.iter().zip(store::new_records(tx, missing.len()).await?) {
        opened.push(Group {
            id: GroupId(record.0),
            unit: unit.id,
            level: unit.level.clone().unwrap_or_else(|| "outside".to_owned()),
            name: format!("{}青年理论学习小组", unit.name),
            brand: None,
            age_limit: i32::try_from(rules.age_limit).unwrap_or(AGE_LIMIT),
            least_sessions_month: rules.least_sessions_month,
            least_hours_year: rules.least_hours_year,
            least_rate: rules.least_rate,
            is_default: true,
            opened_on: from,
            closed_on: None,
            void: false,
            version: 1,
        });
    }
    store::insert(tx, &opened, import).await?;
    let covers = opened.iter().filter_map(|group| Some(covered(group.id, units.get(&group.unit)?)));
    store::cover(tx, &covers.collect::<Vec<_>>()).await?;
    ledgered::book_groups(app, tx, actor, &opened, None).await?;
    groups.extend(opened.into_iter().map(|group| (group.unit, group)));
    Ok(groups)
}

/// A unit that a group covers.
fn covered(group: GroupId, unit: &Unit) -> Covered {
    Covered {
        group,
        unit: unit.id,
        level: unit.level.clone().unwrap_or_else(|| "outside".to_owned()),
        opened_on: unit.opened_on,
        closed_on: unit.closed_on,
    }
}

/// A group to be opened in addition to a unit's default one, or shared by several units.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Its name.
    pub name: String,
    /// Brand name.
    pub brand: Option<String>,
    /// The unit that it belongs to, or that leads it.
    pub unit: UnitId,
    /// Units that share it: their people become members by default.
    pub shared_by: Vec<UnitId>,
    /// First day.
    pub from: NaiveDate,
}

/// Refuses an actor who may not write at the unit of a group and at each unit that shares it: their people become its members.
async fn must_open(conn: &impl ConnectionTrait, actor: &Actor, opening: &Opening) -> Result<()> {
    for unit in std::iter::once(&opening.unit).chain(&opening.shared_by) {
        must(conn, actor, Action::Write, *unit).await?;
    }
    Ok(())
}

/// Opens a group.
pub async fn open(app: &App, actor: &Actor, opening: Opening) -> Result<GroupId> {
    must_open(&app.db, actor, &opening).await?;
    refuse_names(Some(&opening.name), opening.brand.as_deref())?;
    let tx = db::begin(&app.db).await?;
    must_open(&tx, actor, &opening).await?;
    let ids: Vec<UnitId> = std::iter::once(&opening.unit).chain(&opening.shared_by).copied().collect();
    let covering = units::by_ids(&tx, &ids).await?;
    let unit =
        covering.get(&opening.unit).cloned().ok_or_else(|| Refusal::new("unit-unknown").with("name", opening.unit))?;
    if let Some(last) = unit.closed_on.filter(|last| *last < opening.from) {
        return Err(Refusal::new("unit-closed-by-then").with("name", &unit.name).with("last", last).into());
    }
    let id = GroupId(db::take_range(&tx, "record", 1).await?);
    let rules = settings::store::read(&tx).await?;
    let group = Group {
        id,
        unit: unit.id,
        level: unit.level.unwrap_or_else(|| "outside".to_owned()),
        name: opening.name.trim().to_owned(),
        brand: opening.brand,
        age_limit: i32::try_from(rules.age_limit).unwrap_or(AGE_LIMIT),
        least_sessions_month: rules.least_sessions_month,
        least_hours_year: rules.least_hours_year,
        least_rate: rules.least_rate,
        // A group shared by several units is also the default group of the leading unit, if that has none yet.
        is_default: !opening.shared_by.is_empty()
            && !store::default_groups(&tx, &[unit.id]).await?.contains_key(&unit.id),
        opened_on: opening.from,
        closed_on: None,
        void: false,
        version: 1,
    };
    store::insert(&tx, std::slice::from_ref(&group), None).await?;
    for unit in opening.shared_by {
        store::share(&tx, id, unit).await?;
    }
    store::cover(&tx, &covering.values().map(|unit| covered(id, unit)).collect::<Vec<_>>()).await?;
    ledgered::book_groups(app, &tx, actor, std::slice::from_ref(&group), None).await?;
    log::write(&tx, actor, "group-opened-by", Object::new("group", id.0), Some(group.unit), &[("name", &group.name)])
        .await?;
    tx.commit().await?;
    Ok(id)
}

/// Closes the groups of a unit that is closed; refused, with names, if they have members after that day.
pub(crate) async fn close_of_unit(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    unit: UnitId,
    last: NaiveDate,
) -> Result<()> {
    let groups = store::all(tx).await?.into_iter().filter(|group| group.unit == unit && group.closed_on.is_none());
    let mut closed = Vec::new();
    for mut group in groups {
        refuse_with_members(tx, &group, last).await?;
        group.closed_on = Some(last.max(group.opened_on));
        store::update(tx, &group).await?;
        closed.push(group);
    }
    ledgered::book_groups(app, tx, actor, &closed, Some(&Reason::new(ReasonCode::Edit))).await
}

async fn refuse_with_members(tx: &DatabaseTransaction, group: &Group, last: NaiveDate) -> Result<()> {
    let stay = store::members_after(tx, group.id, last).await?;
    if stay.is_empty() {
        return Ok(());
    }
    let names = stay.into_iter().map(|name| Refusal::new("person-listed").with("name", name));
    Err(Refusal::new("group-has-members").with("name", &group.name).because(names).into())
}

/// The changes to a group.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Name.
    pub name: Option<String>,
    /// Brand name; an empty one removes it.
    pub brand: Option<String>,
    /// Age limit in years.
    pub age_limit: Option<i32>,
    /// Fewest sessions a month.
    pub least_sessions_month: Option<i64>,
    /// Fewest learning hours a year for each member.
    pub least_hours_year: Option<i64>,
    /// Lowest attendance rate in per cent.
    pub least_rate: Option<i64>,
    /// Last day.
    pub closed_on: Option<NaiveDate>,
    /// The version that was read; the change is refused if the group has been changed since.
    pub version: Option<i64>,
}

/// The numbers of sessions a month that a rule may require.
const SESSIONS: std::ops::RangeInclusive<i64> = 0..=31;

/// The numbers of learning hours a year that a rule may require.
const HOURS: std::ops::RangeInclusive<i64> = 0..=1000;

/// Refuses values that a group must not have.
fn validate(change: &Change) -> Result<()> {
    if let Some(limit) = change.age_limit.filter(|limit| !(18..=65).contains(limit)) {
        return Err(Refusal::new("group-age-limit").with("limit", limit).into());
    }
    if let Some(least) = change.least_sessions_month.filter(|least| !SESSIONS.contains(least)) {
        return Err(Refusal::new("group-least").with("least", least).into());
    }
    if let Some(least) = change.least_hours_year.filter(|least| !HOURS.contains(least)) {
        return Err(Refusal::new("group-least-hours").with("least", least).with("most", HOURS.end()).into());
    }
    if let Some(least) = change.least_rate.filter(|least| !(0..=100).contains(least)) {
        return Err(Refusal::new("group-least-rate").with("least", least).into());
    }
    refuse_names(change.name.as_deref(), change.brand.as_deref())
}

/// Refuses a name that no group can have, or a brand that is too long; what isn't given isn't looked at.
fn refuse_names(name: Option<&str>, brand: Option<&str>) -> Result<()> {
    let long = |text: Option<&str>, most| text.is_some_and(|text| text.chars().count() > most);
    if name.is_some_and(|name| name.trim().is_empty()) {
        return Err(Refusal::new("group-without-name").into());
    }
    if long(name, 200) {
        return Err(Refusal::new("group-name-long").with("most", 200).into());
    }
    if long(brand, 100) {
        return Err(Refusal::new("group-brand-long").with("most", 100).into());
    }
    Ok(())
}

/// A group that the actor may change; one that the actor may not see is refused as unknown.
pub(super) async fn load_writable(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    id: GroupId,
    today: NaiveDate,
) -> Result<Group> {
    let unknown = || Refusal::unknown("group-unknown").with("id", id);
    if !store::sees(conn, &actor.scope(Action::Read), id, today).await? {
        return Err(unknown().into());
    }
    let group = store::by_ids(conn, &[id]).await?.remove(&id).filter(|group| !group.void).ok_or_else(unknown)?;
    must_openly(conn, actor, Action::Write, group.unit).await?;
    Ok(group)
}

/// Changes a group; with a new age limit its memberships are confirmed again.
pub async fn change(app: &App, actor: &Actor, id: GroupId, change: Change) -> Result<Group> {
    load_writable(&app.db, actor, id, app.today()).await?;
    validate(&change)?;
    let tx = db::begin(&app.db).await?;
    let mut group = load_writable(&tx, actor, id, app.today()).await?;
    if change.version.is_some_and(|version| version != group.version) {
        return Err(db::changed_meanwhile(&group.name).into());
    }
    let limit_before = group.age_limit;
    group.name = change.name.map_or(group.name, |name| name.trim().to_owned());
    group.brand = match change.brand {
        Some(brand) => Some(brand.trim().to_owned()).filter(|brand| !brand.is_empty()),
        None => group.brand,
    };
    group.age_limit = change.age_limit.unwrap_or(group.age_limit);
    group.least_sessions_month = change.least_sessions_month.unwrap_or(group.least_sessions_month);
    group.least_hours_year = change.least_hours_year.unwrap_or(group.least_hours_year);
    group.least_rate = change.least_rate.unwrap_or(group.least_rate);
    group.closed_on = change.closed_on.or(group.closed_on);
    if group.closed_on.is_some_and(|last| last < group.opened_on) {
        return Err(Refusal::new("group-closed-before-opened").with("day", group.opened_on).into());
    }
    if let Some(last) = change.closed_on {
        refuse_with_members(&tx, &group, last).await?;
    }
    db::touched(store::update(&tx, &group).await?, &group.name)?;
    group.version += 1;
    if group.age_limit != limit_before {
        following::rules_changed(app, &tx, actor, id).await?;
    }
    let reason = Reason::new(ReasonCode::Edit);
    ledgered::book_groups(app, &tx, actor, std::slice::from_ref(&group), Some(&reason)).await?;
    log::write(&tx, actor, "group-changed-by", Object::new("group", id.0), Some(group.unit), &[("name", &group.name)])
        .await?;
    tx.commit().await?;
    Ok(group)
}

/// Voids groups that were opened by an import which is being undone.
pub async fn void(app: &App, tx: &DatabaseTransaction, actor: &Actor, groups: &[Group]) -> Result<()> {
    let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
    store::set_void(tx, &ids).await?;
    let desired: Vec<Desired> = ids.iter().map(|id| Desired { record: (*id).into(), entries: Vec::new() }).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Undo))).await?;
    Ok(())
}
