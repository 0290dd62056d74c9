//! The queries on duties, except those of lists.

use std::collections::BTreeSet;

use desk::error::Result;
use kernel::{PersonId, RecordId, UnitId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, Value};

use super::Duty;

async fn duties_where(conn: &impl ConnectionTrait, condition: &str, values: Vec<Value>) -> Result<Vec<Duty>, DbErr> {
    let sql = format!("select {} from duty d where {condition} order by d.id", Duty::columns("d"));
    db::rows(conn, &sql, values).await
}

/// A duty.
pub async fn by_id(conn: &impl ConnectionTrait, id: RecordId) -> Result<Option<Duty>, DbErr> {
    Ok(duties_where(conn, "d.id = $1", vec![id.0.into()]).await?.pop())
}

/// Duties by key.
pub async fn by_ids(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<Vec<Duty>, DbErr> {
    let sql = format!("select {} from duty d where d.id in ($keys) order by d.id", Duty::columns("d"));
    db::by_keys(&sql, ids).rows(conn).await
}

/// The duties that an opener has opened by one of its keys.
pub async fn of_source(conn: &impl ConnectionTrait, opener: &str, source: i64) -> Result<Vec<Duty>, DbErr> {
    duties_where(conn, "d.opener = $1 and d.source = $2", vec![opener.into(), source.into()]).await
}

/// The duties of people.
pub async fn of_people(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Duty>, DbErr> {
    let sql = format!("select {} from duty d where d.person_id in ($keys) order by d.id", Duty::columns("d"));
    db::by_keys(&sql, people).rows(conn).await
}

/// Those among people who are void.
pub(super) async fn void_among(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<PersonId>, DbErr> {
    db::by_keys("select id from person where void = true and id in ($keys)", people).rows(conn).await
}

/// Every duty, for `reconcile`.
pub(super) async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Duty>, DbErr> {
    duties_where(conn, "1 = 1", vec![]).await
}

/// Some of the duties of before duties were counted.
pub(super) async fn unbooked(conn: &impl ConnectionTrait, most: u64) -> Result<Vec<Duty>, DbErr> {
    let columns = Duty::columns("d");
    let sql = format!("select {columns} from duty d where d.booked = false order by d.id limit {most}");
    db::rows(conn, &sql, vec![]).await
}

/// Marks duties as counted.
pub(super) async fn set_booked(tx: &impl ConnectionTrait, ids: &[RecordId]) -> Result<(), DbErr> {
    db::by_keys("update duty set booked = true where id in ($keys)", ids).execute(tx).await?;
    Ok(())
}

/// Locks duties until the transaction ends, in the order of their keys, and returns them.
pub async fn hold(tx: &impl ConnectionTrait, ids: &BTreeSet<RecordId>) -> Result<Vec<Duty>, DbErr> {
    let ids: Vec<RecordId> = ids.iter().copied().collect();
    let sql = format!("select {} from duty d where d.id in ($keys) order by d.id", Duty::columns("d"));
    db::by_keys(&sql, &ids).hold(tx).await
}

/// Locks the duties of a source until the transaction ends, and returns them.
pub async fn hold_source(tx: &impl ConnectionTrait, opener: &str, source: i64) -> Result<Vec<Duty>, DbErr> {
    let ids = of_source(tx, opener, source).await?.into_iter().map(|duty| duty.id).collect();
    hold(tx, &ids).await
}

/// The parts of a source for which duties were opened.
pub async fn parts(conn: &impl ConnectionTrait, opener: &str, source: i64) -> Result<BTreeSet<i64>, DbErr> {
    let sql = "select distinct part from duty where opener = $1 and source = $2";
    Ok(db::rows(conn, sql, vec![opener.into(), source.into()]).await?.into_iter().collect())
}

/// Whether any duty of a source is open.
pub async fn is_any_open(conn: &impl ConnectionTrait, opener: &str, source: i64) -> Result<bool, DbErr> {
    let sql = "select id from duty where opener = $1 and source = $2 and state = 'open' limit 1";
    Ok(db::scalar::<i64>(conn, sql, vec![opener.into(), source.into()]).await?.is_some())
}

/// Locks the duties of a part of a source until the transaction ends, those of some units if they are given, and returns them.
pub async fn hold_part(
    tx: &impl ConnectionTrait,
    opener: &str,
    (source, part): (i64, i64),
    units: Option<&[UnitId]>,
) -> Result<Vec<Duty>, DbErr> {
    let mut of_part = duties_where(
        tx,
        "d.opener = $1 and d.source = $2 and d.part = $3",
        vec![opener.into(), source.into(), part.into()],
    )
    .await?;
    of_part.retain(|duty| units.is_none_or(|units| units.contains(&duty.unit)));
    hold(tx, &of_part.iter().map(|duty| duty.id).collect()).await
}

/// Keys of an opener's duties that are linked to records or to items of plans.
pub async fn linked(
    conn: &impl ConnectionTrait,
    opener: &str,
    column: &'static str,
    keys: &[i64],
) -> Result<BTreeSet<RecordId>, DbErr> {
    let sql = format!("select id from duty where opener = $1 and {column} in ($keys)");
    Ok(db::by_keys(&sql, keys).with(vec![opener.into()]).rows(conn).await?.into_iter().collect())
}

pub(super) async fn insert(tx: &impl ConnectionTrait, duties: &[Duty]) -> Result<(), DbErr> {
    db::insert_with(tx, duties, &[("booked", true.into())]).await
}

/// Overwrites duties that the caller has locked, each with a higher version. They are updated in place: a transaction that
/// waits for a row would not find a deleted and reinserted one.
pub(super) async fn replace(tx: &impl ConnectionTrait, duties: &[Duty]) -> Result<(), DbErr> {
    for duty in duties {
        if db::update(tx, duty).await? == 0 {
            return Err(DbErr::RecordNotUpdated);
        }
    }
    Ok(())
}

/// Records that duties were seen; those seen before stay unchanged.
pub(super) async fn set_seen(tx: &impl ConnectionTrait, ids: &BTreeSet<RecordId>, at: &str) -> Result<(), DbErr> {
    hold(tx, ids).await?;
    let ids: Vec<RecordId> = ids.iter().copied().collect();
    let sql = "update duty set seen_at = $1 where seen_at is null and id in ($keys)";
    db::by_keys(sql, &ids).with(vec![at.into()]).execute(tx).await?;
    Ok(())
}

/// Records that open duties, which the caller has locked, were reminded of.
pub(super) async fn set_reminded(tx: &impl ConnectionTrait, ids: &[RecordId], at: &str) -> Result<(), DbErr> {
    let sql = "update duty set reminded_at = $1 where state = 'open' and id in ($keys)";
    db::by_keys(sql, ids).with(vec![at.into()]).execute(tx).await?;
    Ok(())
}
