//! Actions on units: add, rename, move, close, merge. Each adds edges; none changes the tree of the past.

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor, must_all},
    app::App,
    error::Result,
    log::{self, Object},
};
use kernel::{DAY_ONE, Refusal, UnitId};
use ledger::{Edge, Reason, ReasonCode, Tree, db, plant};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    following, ledgered,
    model::Unit,
    store::{self, NewUnit},
};
use crate::scope::{must, must_openly, places};

/// A unit to be added by hand.
#[derive(Clone, Debug)]
pub struct Addition {
    /// Its name.
    pub name: String,
    /// Its level; `None` for an outside organisation.
    pub level: Option<String>,
    /// Its parent; `None` for a top unit or an outside organisation.
    pub parent: Option<UnitId>,
    /// Its code.
    pub code: Option<String>,
    /// Whether it is an outside organisation.
    pub outside: bool,
    /// From which day on it is there.
    pub from: Option<NaiveDate>,
}

/// Who may change the tree under a unit: whoever may write there; at the top and outside the tree, whoever may write
/// everywhere.
async fn must_keep(conn: &impl ConnectionTrait, actor: &Actor, parent: Option<UnitId>) -> Result<()> {
    match parent {
        Some(parent) => must_openly(conn, actor, Action::Write, parent).await,
        None => must_all(actor, Action::Write),
    }
}

/// The same for an existing unit: its parent of today decides, so that nobody changes the top unit of the own scope. A unit
/// that the actor may not see is refused as unknown.
async fn must_keep_unit(conn: &impl ConnectionTrait, actor: &Actor, unit: UnitId) -> Result<()> {
    if actor.scope(Action::Write).all {
        return Ok(());
    }
    must(conn, actor, Action::Figures, unit).await?;
    let path = places::path(conn, unit).await?;
    let parent = path.iter().rev().nth(1).map(|(parent, _)| *parent);
    must_keep(conn, actor, parent).await
}

/// Refuses a name that no unit can have: none, or one of more than 200 letters.
fn refuse_name(name: &str) -> Result<(), Refusal> {
    if (1..=200).contains(&name.chars().count()) { Ok(()) } else { Err(Refusal::new("unit-without-name")) }
}

/// Adds one unit, or an outside organisation.
pub async fn add(app: &App, actor: &Actor, addition: Addition) -> Result<UnitId> {
    must_keep(&app.db, actor, addition.parent).await?;
    let name = addition.name.trim();
    refuse_name(name)?;
    let levels = store::levels(&app.db).await?;
    match &addition.level {
        Some(level) if levels.iter().any(|known| known.code == *level) => {}
        None if addition.outside => {}
        other => {
            let known: Vec<&str> = levels.iter().map(|level| level.code.as_str()).collect();
            let level = other.as_deref().unwrap_or("");
            return Err(Refusal::new("level-unknown").with("level", level).with("known", known.join(" ")).into());
        }
    }
    if addition.outside && addition.parent.is_some() {
        return Err(Refusal::new("outside-with-parent").with("name", name).into());
    }
    let tx = db::begin(&app.db).await?;
    let id = UnitId(db::take_range(&tx, "unit", 1).await?);
    must_keep(&tx, actor, addition.parent).await?;
    if let Some(code) = &addition.code
        && store::coded(&tx).await?.contains_key(code)
    {
        return Err(Refusal::new("unit-code-taken").with("code", code).into());
    }
    if let Some(parent) = addition.parent {
        open_in_tree(&tx, parent, addition.from.unwrap_or_else(|| app.today())).await?;
    }
    let unit =
        NewUnit { id, name: name.to_owned(), level: addition.level, outside: addition.outside, code: addition.code };
    store::insert(&tx, &[unit], ("hand", None), addition.from, None).await?;
    if !addition.outside {
        let edge = Edge { unit: id, parent: addition.parent, from: addition.from.unwrap_or(DAY_ONE) };
        plant(&tx, actor.by(), &[edge]).await?;
    }
    ledgered::book_units(app, &tx, actor, &[id], None).await?;
    log::write(&tx, actor, "unit-entered", Object::new("unit", id.0), Some(id), &[("name", name)]).await?;
    places::refresh_in(&tx, app.today()).await?;
    tx.commit().await?;
    Ok(id)
}

/// The outside organisation with this name: the existing one, else a new one. Whoever maintains sessions may name the
/// guests' organisation; if a unit of the tree has the name, it is that unit. Part of the transaction that uses it.
pub async fn find_or_create_outside(tx: &DatabaseTransaction, actor: &Actor, name: &str) -> Result<UnitId> {
    /// The most characters of a name.
    const MOST: usize = 100;
    if actor.scope(Action::Lead).is_empty() {
        return Err(Refusal::forbidden().into());
    }
    let name: String = tabular::fold(name).split_whitespace().collect::<Vec<_>>().join(" ");
    if !(2..=MOST).contains(&name.chars().count()) {
        return Err(Refusal::new("outside-name-odd").with("name", &name).with("most", MOST).into());
    }
    // Those who enter the same name at once wait for each other here; a number is taken only if a new one has to be inserted.
    db::take_range(tx, "unit", 0).await?;
    if let Some(existing) = store::find_open_by_name(tx, &name).await? {
        return Ok(existing);
    }
    let id = UnitId(db::take_range(tx, "unit", 1).await?);
    let unit = NewUnit { id, name: name.clone(), level: None, outside: true, code: None };
    store::insert(tx, &[unit], ("hand", None), None, None).await?;
    log::write(tx, actor, "unit-entered", Object::new("unit", id.0), Some(id), &[("name", &name)]).await?;
    Ok(id)
}

/// Renames a level, if its names are still those of the version that was seen; `bare` are the words that stand for it
/// without a name.
pub async fn set_level(app: &App, actor: &Actor, code: &str, [zh, en, bare]: [&str; 3], seen: i64) -> Result<()> {
    must_all(actor, Action::Administer)?;
    if [zh, en].iter().any(|name| name.trim().is_empty() || name.chars().count() > 32) || bare.chars().count() > 64 {
        return Err(Refusal::new("level-label").into());
    }
    let tx = db::begin(&app.db).await?;
    // Whoever else changes levels waits here.
    db::take_range(&tx, "log", 0).await?;
    let levels = store::levels(&tx).await?;
    let level = levels.iter().find(|level| level.code == code);
    let level = level.ok_or_else(|| Refusal::unknown("level-unknown").with("level", code).with("known", ""))?;
    if level.version() != seen {
        return Err(db::changed_meanwhile(&level.zh).into());
    }
    store::set_level(&tx, code, zh, en, bare).await?;
    log::write(&tx, actor, "level-changed", Object::all("setting"), None, &[("name", zh)]).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives a unit a new name; the old one is stored with the last day of its use.
pub async fn rename(app: &App, actor: &Actor, unit: UnitId, name: &str) -> Result<()> {
    rename_at(app, actor, unit, name, None).await
}

/// The same, refused if the unit was changed since the given version.
pub async fn rename_seen(app: &App, actor: &Actor, unit: UnitId, name: &str, version: i64) -> Result<()> {
    rename_at(app, actor, unit, name, Some(version)).await
}

async fn rename_at(app: &App, actor: &Actor, unit: UnitId, name: &str, version: Option<i64>) -> Result<()> {
    must_keep_unit(&app.db, actor, unit).await?;
    let name = name.trim();
    refuse_name(name)?;
    let tx = db::begin(&app.db).await?;
    // Waits for those who move units, since a unit's parents decide who may change it.
    db::take_range(&tx, "unit", 0).await?;
    must_keep_unit(&tx, actor, unit).await?;
    let unit = load(&tx, unit).await?;
    if version.is_some_and(|version| version != unit.version) {
        return Err(Refusal::conflict("changed-meanwhile").with("what", &unit.name).into());
    }
    store::keep_name(&tx, &unit, app.today()).await?;
    store::set_name(&tx, &unit, name).await?;
    log::write(&tx, actor, "unit-renamed", Object::new("unit", unit.id.0), Some(unit.id), &[("name", &unit.name)])
        .await?;
    places::refresh_in(&tx, app.today()).await?;
    tx.commit().await?;
    Ok(())
}

/// Moves a unit under another one from a day on; figures of earlier periods are still computed on the old tree.
pub async fn move_under(app: &App, actor: &Actor, unit: UnitId, parent: Option<UnitId>, from: NaiveDate) -> Result<()> {
    must_keep_unit(&app.db, actor, unit).await?;
    must_keep(&app.db, actor, parent).await?;
    let tx = db::begin(&app.db).await?;
    // Only one move at a time, so that two moves can't close a loop together.
    db::take_range(&tx, "unit", 0).await?;
    must_keep_unit(&tx, actor, unit).await?;
    must_keep(&tx, actor, parent).await?;
    let unit = load(&tx, unit).await?;
    if let Some(parent) = parent {
        let parent = open_in_tree(&tx, parent, from).await?;
        refuse_loop(&tx, &unit, &parent, from).await?;
    }
    store::set(&tx, &unit, "name", unit.name.as_str().into()).await?;
    plant(&tx, actor.by(), &[Edge { unit: unit.id, parent, from }]).await?;
    log::write(&tx, actor, "unit-moved", Object::new("unit", unit.id.0), Some(unit.id), &[("name", &unit.name)])
        .await?;
    places::refresh_in(&tx, app.today()).await?;
    tx.commit().await?;
    Ok(())
}

/// Closes a unit: nothing new is recorded for it from the day after on. The units under it have to be moved first.
pub async fn close(app: &App, actor: &Actor, unit: UnitId, on: NaiveDate) -> Result<()> {
    must_keep_unit(&app.db, actor, unit).await?;
    let tx = db::begin(&app.db).await?;
    db::take_range(&tx, "unit", 0).await?;
    must_keep_unit(&tx, actor, unit).await?;
    let unit = load(&tx, unit).await?;
    let tree = Tree::load(&tx, Some(unit.id), on, ledger::position(&tx).await?).await?;
    let below = store::by_ids(&tx, &tree.children(unit.id)).await?;
    let open: Vec<&Unit> = below.values().filter(|child| child.closed_on.is_none()).collect();
    if !open.is_empty() {
        let names = open.iter().map(|child| {
            Refusal::new("unit-listed").with("name", &child.name).with("code", child.code.as_deref().unwrap_or("—"))
        });
        return Err(Refusal::new("unit-close-children").with("name", &unit.name).because(names).into());
    }
    following::closed(app, &tx, actor, unit.id, on).await?;
    store::set(&tx, &unit, "closed_on", on.into()).await?;
    ended(app, &tx, actor, unit.id, on, ReasonCode::Edit).await?;
    log::write(&tx, actor, "unit-closed", Object::new("unit", unit.id.0), Some(unit.id), &[("name", &unit.name)])
        .await?;
    places::refresh_in(&tx, app.today()).await?;
    tx.commit().await?;
    Ok(())
}

/// Merges a unit into its survivor from a day on: an edge leads to the survivor, entries stay where they were booked.
pub async fn merge(app: &App, actor: &Actor, unit: UnitId, survivor: UnitId, from: NaiveDate) -> Result<()> {
    must_keep_unit(&app.db, actor, unit).await?;
    must(&app.db, actor, Action::Write, survivor).await?;
    let tx = db::begin(&app.db).await?;
    db::take_range(&tx, "unit", 0).await?;
    must_keep_unit(&tx, actor, unit).await?;
    must(&tx, actor, Action::Write, survivor).await?;
    let unit = load(&tx, unit).await?;
    let survivor = open_in_tree(&tx, survivor, from).await?;
    if unit.closed_on.is_some() {
        return Err(Refusal::new("unit-closed-already").with("name", &unit.name).into());
    }
    refuse_loop(&tx, &unit, &survivor, from).await?;
    let tree = Tree::load(&tx, Some(unit.id), from, ledger::position(&tx).await?).await?;
    let mut edges = vec![Edge { unit: unit.id, parent: Some(survivor.id), from }];
    edges.extend(tree.children(unit.id).into_iter().map(|child| Edge { unit: child, parent: Some(survivor.id), from }));
    store::set(&tx, &unit, "merged_into", survivor.id.0.into()).await?;
    let merged = load(&tx, unit.id).await?;
    let last = from.pred_opt().unwrap_or(from);
    store::set(&tx, &merged, "closed_on", last.into()).await?;
    plant(&tx, actor.by(), &edges).await?;
    ended(app, &tx, actor, unit.id, last, ReasonCode::Merge).await?;
    log::write(&tx, actor, "unit-merged", Object::new("unit", unit.id.0), Some(unit.id), &[("name", &unit.name)])
        .await?;
    places::refresh_in(&tx, app.today()).await?;
    tx.commit().await?;
    Ok(())
}

/// Books a unit that has got a last day, and what of other features goes by the days on which the unit exists.
async fn ended(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    unit: UnitId,
    last: NaiveDate,
    reason: ReasonCode,
) -> Result<()> {
    let reason = Reason::new(reason);
    ledgered::book_units(app, tx, actor, &[unit], Some(&reason)).await?;
    following::ended(app, tx, actor, unit, last, &reason).await
}

async fn load(tx: &impl ConnectionTrait, id: UnitId) -> Result<Unit> {
    let unit = store::by_id(tx, id).await?;
    Ok(unit.ok_or_else(|| Refusal::unknown("unit-unknown").with("name", id))?)
}

/// A unit that others can be moved under on a day: in the tree, and not closed.
async fn open_in_tree(tx: &impl ConnectionTrait, id: UnitId, day: NaiveDate) -> Result<Unit> {
    let unit = load(tx, id).await?;
    if unit.outside || unit.void || unit.closed_on.is_some_and(|last| last < day) {
        return Err(Refusal::new("unit-no-parent").with("name", &unit.name).with("day", day).into());
    }
    Ok(unit)
}

/// The new parent must not be under the unit on any day from `from` on on which an edge begins.
pub(super) async fn refuse_loop(tx: &impl ConnectionTrait, unit: &Unit, parent: &Unit, from: NaiveDate) -> Result<()> {
    let position = ledger::position(tx).await?;
    let sql = "select distinct valid_from from tree_edge where valid_from > $1";
    let mut days: Vec<NaiveDate> = Vec::from([from]);
    days.extend(db::rows::<NaiveDate>(tx, sql, vec![from.into()]).await?);
    for day in days {
        let above = ledger::ancestors(tx, parent.id, day, position).await?;
        if parent.id == unit.id || above.contains(&unit.id) {
            return Err(Refusal::new("unit-loop")
                .with("name", &unit.name)
                .with("parent", &parent.name)
                .with("day", day)
                .into());
        }
    }
    Ok(())
}
