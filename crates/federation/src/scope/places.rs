//! Today's tree as numbers: every unit has a place in one depth-first walk; the units under it are between its place and
//! its last place.
//!
//! A cache of the edges for lists and permissions; figures read the dated edges themselves.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use desk::{
    actor::{Places, Scope},
    app::App,
    error::Result,
};
use kernel::UnitId;
use ledger::{Tree, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

/// The condition that a column with a unit's place is at or under the unit whose key is `?`.
pub fn under(column: &str) -> String {
    format!(
        "{column} between (select top.place from unit_place top where top.unit_id = ?) \
         and (select top.last from unit_place top where top.unit_id = ?)"
    )
}

/// The newest edge, and the edge and the day for which the places were computed.
async fn state(conn: &impl ConnectionTrait) -> Result<(i64, i64, NaiveDate), DbErr> {
    let newest: Option<i64> = db::scalar(conn, "select coalesce(max(seq), 0) from tree_edge", vec![]).await?;
    let row = db::row(conn, "select edge_seq, day from unit_place_state where id = 1", vec![]).await?;
    let (known, day) = row.ok_or_else(|| DbErr::RecordNotFound("unit_place_state".to_owned()))?;
    Ok((newest.unwrap_or(0), known, day))
}

/// Computes the places again if the edges or the day have changed.
pub async fn refresh(app: &App) -> Result<()> {
    let today = app.today();
    let (edge, known, day) = state(&app.db).await?;
    if (edge, today) == (known, day) {
        return Ok(());
    }
    let tx = db::begin(&app.db).await?;
    refresh_in(&tx, today).await?;
    tx.commit().await?;
    Ok(())
}

/// The same within a transaction that changes the tree, so that permissions change together with the tree.
pub async fn refresh_in(tx: &DatabaseTransaction, today: NaiveDate) -> Result<()> {
    // Another transaction that refreshes at the same moment waits here, and then finds nothing left to do.
    db::execute(tx, "update unit_place_state set day = day where id = 1", vec![]).await?;
    let (edge, known, day) = state(tx).await?;
    if (edge, today) == (known, day) {
        return Ok(());
    }
    let between = "select count(*) from tree_edge where valid_from > $1 and valid_from <= $2";
    let due: Option<i64> = db::scalar(tx, between, vec![day.min(today).into(), day.max(today).into()]).await?;
    if edge != known || due.unwrap_or(0) > 0 {
        let tree = Tree::load(tx, None, today, i64::MAX).await?;
        db::execute(tx, "delete from unit_place", vec![]).await?;
        let columns = ["unit_id", "place", "last", "depth", "parent_id"];
        let mut depths: HashMap<UnitId, i64> = HashMap::new();
        let rows = (0..).zip(tree.all()).map(|(place, unit): (i64, &UnitId)| {
            let parent = tree.parent(*unit);
            let depth = parent.and_then(|parent| depths.get(&parent)).map_or(0, |above| above + 1);
            depths.insert(*unit, depth);
            let last = place + tree.at_and_under(*unit).len() as i64 - 1;
            vec![unit.0.into(), place.into(), last.into(), depth.into(), parent.map(|parent| parent.0).into()]
        });
        db::insert_many(tx, "unit_place", &columns, rows.collect::<Vec<_>>()).await?;
    }
    let sql = "update unit_place_state set edge_seq = $1, day = $2 where id = 1";
    db::execute(tx, sql, vec![edge.into(), today.into()]).await?;
    Ok(())
}

/// The places of a unit and all under it today; `None` for a unit that is not in the tree.
pub async fn of_unit(conn: &impl ConnectionTrait, unit: UnitId) -> Result<Option<Places>, DbErr> {
    db::row(conn, "select place, last from unit_place where unit_id = $1", vec![unit.0.into()]).await
}

/// The places of units; those outside the tree have none.
pub async fn of_all(conn: &impl ConnectionTrait, units: &[UnitId]) -> Result<Vec<Places>, DbErr> {
    db::by_keys("select place, last from unit_place where unit_id in ($keys)", units).rows(conn).await
}

/// The place of each of some units.
pub async fn by_unit(conn: &impl ConnectionTrait, units: &[UnitId]) -> Result<HashMap<UnitId, i64>, DbErr> {
    db::by_keys("select unit_id, place from unit_place where unit_id in ($keys)", units).map(conn).await
}

/// The topmost unit above each of some units, or itself.
pub async fn tops_of(conn: &impl ConnectionTrait, units: &[UnitId]) -> Result<HashMap<UnitId, UnitId>, DbErr> {
    let sql = "select p.unit_id, top.unit_id from unit_place p join unit_place top on p.place between top.place and top.last \
         where top.parent_id is null and p.unit_id in ($keys)";
    db::by_keys(sql, units).map(conn).await
}

/// Those of some units that a scope covers.
pub async fn seen(conn: &impl ConnectionTrait, scope: &Scope, units: &[UnitId]) -> Result<HashSet<UnitId>, DbErr> {
    let sql = "select unit_id, place from unit_place where unit_id in ($keys)";
    let places: Vec<(UnitId, i64)> = db::by_keys(sql, units).rows(conn).await?;
    Ok(places.into_iter().filter(|(_, place)| scope.covers(Some(*place))).map(|(unit, _)| unit).collect())
}

/// The units above a unit today, highest first, and the unit itself.
pub async fn path(conn: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<(UnitId, String)>, DbErr> {
    let sql = "select a.unit_id, u.name from unit_place me join unit_place a on a.place <= me.place and a.last >= me.place \
         join unit u on u.id = a.unit_id where me.unit_id = $1 order by a.place";
    db::rows(conn, sql, vec![unit.0.into()]).await
}

/// The name of a unit.
pub async fn name(conn: &impl ConnectionTrait, unit: UnitId) -> Result<Option<String>, DbErr> {
    db::scalar(conn, "select name from unit where id = $1", vec![unit.0.into()]).await
}

/// The name of the unit in the field `unit_id` of an address.
pub async fn name_from_query(conn: &impl ConnectionTrait, query: &web::Fields) -> Result<Option<String>, DbErr> {
    match query.key("unit_id") {
        Some(unit) => name(conn, UnitId(unit)).await,
        None => Ok(None),
    }
}

/// The unit that a unit stands directly under today; none of a top, or of one that is not in the tree.
pub async fn parent(conn: &impl ConnectionTrait, unit: UnitId) -> Result<Option<UnitId>, DbErr> {
    let sql = "select parent_id from unit_place where unit_id = $1";
    let parent: Option<Option<i64>> = db::scalar(conn, sql, vec![unit.0.into()]).await?;
    Ok(parent.flatten().map(UnitId))
}

/// The open units directly under a unit today, in their order.
pub async fn children(conn: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<UnitId>, DbErr> {
    let sql = "select p.unit_id from unit_place p join unit u on u.id = p.unit_id \
         where p.parent_id = $1 and u.void = false and u.closed_on is null order by p.place";
    db::rows(conn, sql, vec![unit.0.into()]).await
}

/// The top units of the forest, in their order.
pub async fn tops(conn: &impl ConnectionTrait) -> Result<Vec<UnitId>, DbErr> {
    let sql = "select unit_id from unit_place where parent_id is null order by place";
    db::rows(conn, sql, vec![]).await
}
