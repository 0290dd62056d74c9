//! All queries on files and contents.

use std::collections::HashMap;

use kernel::FileId;
use ledger::db;
use media::Media;
use sea_orm::{ConnectionTrait, DbErr};

/// A file as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its key.
    pub id: FileId,
    /// SHA-256 of its content.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// Its kind, detected by its content.
    pub media: Media,
    /// The name that it was uploaded with.
    pub name: String,
}

/// Files by their keys.
pub async fn by_ids(conn: &impl ConnectionTrait, ids: &[FileId]) -> Result<HashMap<FileId, Stored>, DbErr> {
    let sql = "select f.id, f.sha256, c.size, c.media, f.name from file f join file_content c on c.sha256 = f.sha256 \
         where f.id in ($keys)";
    let rows: Vec<(FileId, String, i64, String, String)> = db::by_keys(sql, ids).rows(conn).await?;
    let each = rows.into_iter().map(|(id, sha256, size, media, name)| {
        let media = Media::from_code(&media).ok_or_else(|| DbErr::Type(format!("kind of file {id}")))?;
        Ok((id, Stored { id, sha256, size: size.unsigned_abs(), media, name }))
    });
    each.collect()
}

/// A file.
pub async fn by_id(conn: &impl ConnectionTrait, id: FileId) -> Result<Option<Stored>, DbErr> {
    Ok(by_ids(conn, &[id]).await?.remove(&id))
}

/// Retains a content until a moment, whether it is new or exists already. A sweep at the same time and this wait for each
/// other.
pub(super) async fn hold(
    conn: &impl ConnectionTrait,
    sha256: &str,
    size: u64,
    media: Media,
    until: &str,
) -> Result<(), DbErr> {
    let sql = "insert into file_content (sha256, size, media, held_until) values ($1, $2, $3, $4) \
         on conflict (sha256) do update set held_until = case when file_content.held_until > excluded.held_until \
         then file_content.held_until else excluded.held_until end";
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    db::execute(conn, sql, vec![sha256.into(), size.into(), media.code().into(), until.into()]).await?;
    Ok(())
}

/// The value of `held_until` for a content that a file uses, until that is released.
const HELD: &str = "9999";

pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    sha256: &str,
    name: &str,
    (at, account): (&str, i64),
) -> Result<FileId, DbErr> {
    let id = db::take_range(tx, "file", 1).await?;
    let held = "update file_content set held_until = $2 where sha256 = $1";
    db::execute(tx, held, vec![sha256.into(), HELD.into()]).await?;
    let sql = "insert into file (id, sha256, name, stored_at, account_id) values ($1, $2, $3, $4, $5)";
    db::execute(tx, sql, vec![id.into(), sha256.into(), name.into(), at.into(), account.into()]).await?;
    Ok(FileId(id))
}

pub(super) async fn delete(tx: &impl ConnectionTrait, ids: &[FileId], at: &str) -> Result<(), DbErr> {
    let free = "update file_content set held_until = $1 where sha256 in (select sha256 from file where id in ($keys))";
    db::by_keys(free, ids).with(vec![at.into()]).execute(tx).await?;
    db::by_keys("delete from file where id in ($keys)", ids).execute(tx).await?;
    Ok(())
}

/// The condition that no file uses a content, and that it is not retained any longer.
const FREE: &str = "held_until < $1 and not exists (select 1 from file f where f.sha256 = file_content.sha256)";

/// Whether there is anything to sweep; a read, without waiting for the turn to write.
pub(super) async fn any_free(conn: &impl ConnectionTrait, now: &str) -> Result<bool, DbErr> {
    let sql = format!("select sha256 from file_content where {FREE} limit 1");
    Ok(db::scalar::<String>(conn, &sql, vec![now.into()]).await?.is_some())
}

/// Deletes the rows of unused contents and returns them. The rows stay locked until the end of the transaction.
pub(super) async fn take_free(tx: &impl ConnectionTrait, now: &str, most: u64) -> Result<Vec<String>, DbErr> {
    let sql = format!(
        "delete from file_content where sha256 in (select sha256 from file_content where {FREE} order by sha256 limit {most}) \
         and {FREE} returning sha256"
    );
    db::rows(tx, &sql, vec![now.into()]).await
}
