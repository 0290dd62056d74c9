//! The queries on matters, except those of lists.

use desk::error::Result;
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr};

use super::model::{Matter, Step};

/// A matter.
pub async fn by_id(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Matter>, DbErr> {
    let sql = format!("select {} from matter m where m.id = $1", Matter::columns("m"));
    db::row(conn, &sql, vec![id.into()]).await
}

/// The lists of a matter, in their order.
pub async fn steps(conn: &impl ConnectionTrait, matter: i64) -> Result<Vec<Step>, DbErr> {
    let sql = format!("select {} from matter_step s where s.matter_id = $1 order by s.place", Step::columns("s"));
    db::rows(conn, &sql, vec![matter.into()]).await
}

pub(super) async fn insert(tx: &impl ConnectionTrait, matter: &Matter, steps: &[Step]) -> Result<(), DbErr> {
    db::insert(tx, std::slice::from_ref(matter)).await?;
    db::insert(tx, steps).await
}

/// Overwrites a matter if it has the version that was read, and raises the version by one.
pub(super) async fn update(tx: &impl ConnectionTrait, matter: &Matter) -> Result<()> {
    Ok(db::touched(db::update(tx, matter).await?, &matter.title)?)
}

/// Overwrites the lists of a matter.
pub(super) async fn set_steps(tx: &impl ConnectionTrait, matter: i64, steps: &[Step]) -> Result<(), DbErr> {
    db::execute(tx, "delete from matter_step where matter_id = $1", vec![matter.into()]).await?;
    db::insert(tx, steps).await
}
