//! All queries on posts.

use std::collections::HashMap;

use chrono::NaiveDate;
use desk::error::Result;
use kernel::{DayRange, PersonId, UnitId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::model::Post;

/// A post by its key; removed ones too.
pub async fn by_id(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Post>, DbErr> {
    let sql = format!("select {} from post p where p.id = $1", Post::columns("p"));
    db::row(conn, &sql, vec![id.into()]).await
}

/// Posts by their keys; removed ones too.
pub(super) async fn by_ids(conn: &impl ConnectionTrait, ids: &[i64]) -> Result<HashMap<i64, Post>, DbErr> {
    db::by_ids(conn, ids).await
}

/// The names of posts by their keys.
pub async fn names(conn: &impl ConnectionTrait, ids: &[i64]) -> Result<HashMap<i64, String>, DbErr> {
    db::by_keys("select id, name from post where id in ($keys)", ids).map(conn).await
}

/// The posts of a unit that are not removed.
pub async fn of_unit(conn: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<Post>, DbErr> {
    let sql =
        format!("select {} from post p where p.unit_id = $1 and p.void = false order by p.id", Post::columns("p"));
    db::rows(conn, &sql, vec![unit.0.into()]).await
}

/// Who holds a post, or has held it, the latest first.
pub(super) async fn holders(
    conn: &impl ConnectionTrait,
    post: i64,
) -> Result<Vec<(PersonId, String, DayRange)>, DbErr> {
    let sql = "select h.id, h.name, o.from_day, o.to_day from posting o join person h on h.id = o.person_id \
         where o.post_id = $1 and o.void = false and h.void = false order by o.from_day desc, o.id desc";
    db::rows(conn, sql, vec![post.into()]).await
}

/// How many people hold a post after a day.
pub(super) async fn count_holders_after(conn: &impl ConnectionTrait, post: i64, day: NaiveDate) -> Result<i64, DbErr> {
    let sql = "select count(distinct o.person_id) from posting o join person h on h.id = o.person_id where o.post_id = $1 \
         and o.void = false and h.void = false and (o.to_day is null or o.to_day > $2)";
    Ok(db::scalar(conn, sql, vec![post.into(), day.into()]).await?.unwrap_or(0))
}

/// How many postings hold a post or have held it.
pub(super) async fn count_postings(conn: &impl ConnectionTrait, post: i64) -> Result<i64, DbErr> {
    let sql = "select count(*) from posting where post_id = $1 and void = false";
    Ok(db::scalar(conn, sql, vec![post.into()]).await?.unwrap_or(0))
}

pub(super) async fn insert(tx: &DatabaseTransaction, post: &Post) -> Result<(), DbErr> {
    db::insert(tx, std::slice::from_ref(post)).await
}

/// Overwrites a post if it has the version that was read, and raises the version by one.
pub(super) async fn update(tx: &DatabaseTransaction, post: &Post) -> Result<()> {
    Ok(db::touched(db::update(tx, post).await?, &post.name)?)
}
