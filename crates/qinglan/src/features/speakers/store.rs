//! All queries on speakers, and on who speaks in which session.

use std::collections::HashMap;

use desk::pinyin;
use kernel::{PersonId, RecordId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr};

use super::model::Speaker;

/// Speakers by key.
pub async fn by_ids(conn: &impl ConnectionTrait, ids: &[i64]) -> Result<HashMap<i64, Speaker>, DbErr> {
    db::by_ids(conn, ids).await
}

/// Those who spoke in a session, in the order of their keys.
pub(crate) async fn of_activity(conn: &impl ConnectionTrait, id: RecordId) -> Result<Vec<Speaker>, DbErr> {
    let sql = format!(
        "select {} from speaker s join activity_speaker x on x.speaker_id = s.id where x.activity_id = $1 order by s.id",
        Speaker::columns("s")
    );
    db::rows(conn, &sql, vec![id.0.into()]).await
}

/// Sets which speakers of the register speak in a session.
pub(crate) async fn set_links(tx: &impl ConnectionTrait, id: RecordId, speakers: &[i64]) -> Result<(), DbErr> {
    db::execute(tx, "delete from activity_speaker where activity_id = $1", vec![id.0.into()]).await?;
    let rows = speakers.iter().map(|speaker| vec![id.0.into(), (*speaker).into()]);
    db::insert_many(tx, "activity_speaker", &["activity_id", "speaker_id"], rows).await
}

/// Inserts a speaker, or overwrites one with the version that was read; returns how many rows were affected.
pub(super) async fn set(tx: &impl ConnectionTrait, speaker: &Speaker) -> Result<u64, DbErr> {
    let spelled = pinyin::of_person(&speaker.name);
    let with = [("spelled", spelled.order.into()), ("forms", spelled.forms.into())];
    if db::row::<i64>(tx, "select id from speaker where id = $1", vec![speaker.id.into()]).await?.is_none() {
        db::insert_with(tx, std::slice::from_ref(speaker), &with).await?;
        return Ok(1);
    }
    db::update_with(tx, speaker, &with).await
}

/// Assigns the data of a merged person to the survivor.
pub(super) async fn repoint(tx: &impl ConnectionTrait, merged: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    let sql = "update speaker set person_id = $1 where person_id = $2";
    db::execute(tx, sql, vec![survivor.0.into(), merged.0.into()]).await?;
    Ok(())
}
