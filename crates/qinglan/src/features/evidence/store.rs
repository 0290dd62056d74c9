//! The queries of evidence.

use chrono::NaiveDate;
use kernel::{FileId, RecordId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::Serialize;

/// One piece.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub(crate) struct Piece {
    pub(crate) id: i64,
    pub(crate) record_id: i64,
    pub(crate) file_id: i64,
    pub(crate) name: String,
    pub(crate) media: String,
    pub(crate) size: i64,
    /// Whether all who may see the record see it, and not only its maintainers.
    pub(crate) shown: bool,
    /// It is deleted after this day; `None` if it stays.
    pub(crate) kept_until: Option<NaiveDate>,
    pub(crate) account_id: i64,
}

const PIECE: &str = "select e.id, e.record_id, e.file_id, f.name, c.media, c.size, e.shown, e.kept_until, e.account_id \
     from evidence e join file f on f.id = e.file_id join file_content c on c.sha256 = f.sha256";

/// The pieces of a record, in the order in which they were added.
pub(super) async fn of_record(conn: &impl ConnectionTrait, record: RecordId) -> Result<Vec<Piece>, DbErr> {
    db::all(conn, &format!("{PIECE} where e.record_id = $1 order by e.id"), vec![record.0.into()]).await
}

/// One piece of a record.
pub(super) async fn by_id(conn: &impl ConnectionTrait, record: RecordId, id: i64) -> Result<Option<Piece>, DbErr> {
    db::one(conn, &format!("{PIECE} where e.record_id = $1 and e.id = $2"), vec![record.0.into(), id.into()]).await
}

/// At most `most` pieces whose time is over.
pub(super) async fn over(conn: &impl ConnectionTrait, today: NaiveDate, most: u64) -> Result<Vec<Piece>, DbErr> {
    let sql = format!("{PIECE} where e.kept_until is not null and e.kept_until < $1 order by e.id limit {most}");
    db::all(conn, &sql, vec![today.into()]).await
}

pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    record: RecordId,
    files: &[FileId],
    kept_until: Option<NaiveDate>,
    (at, account): (&str, i64),
) -> Result<(), DbErr> {
    let first = db::take_range(tx, "evidence", files.len()).await?;
    let columns = ["id", "record_id", "file_id", "shown", "kept_until", "at", "account_id"];
    let rows = files.iter().zip(first..).map(|(file, id)| {
        vec![id.into(), record.0.into(), file.0.into(), false.into(), kept_until.into(), at.into(), account.into()]
    });
    db::insert_many(tx, "evidence", &columns, rows.collect::<Vec<_>>()).await
}

pub(super) async fn set_shown(tx: &impl ConnectionTrait, id: i64, shown: bool) -> Result<(), DbErr> {
    db::execute(tx, "update evidence set shown = $1 where id = $2", vec![shown.into(), id.into()]).await?;
    Ok(())
}

/// Deletes a piece; returns how many rows were deleted.
pub(super) async fn delete(tx: &impl ConnectionTrait, id: i64) -> Result<u64, DbErr> {
    db::execute(tx, "delete from evidence where id = $1", vec![id.into()]).await
}
