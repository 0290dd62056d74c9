//! All queries on what was studied in sessions.

use std::collections::HashMap;

use kernel::RecordId;
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::Serialize;

use super::Studied;

/// The links of sessions that were not removed.
pub(super) async fn of_sessions(conn: &impl ConnectionTrait, sessions: &[RecordId]) -> Result<Vec<Studied>, DbErr> {
    let columns = Studied::columns("s");
    let sql =
        format!("select {columns} from studied s where s.void = false and s.activity_id in ($keys) order by s.id");
    db::by_keys(&sql, sessions).rows(conn).await
}

/// Every link, removed ones too, for `reconcile`.
pub(super) async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Studied>, DbErr> {
    let sql = format!("select {} from studied s order by s.id", Studied::columns("s"));
    db::rows(conn, &sql, vec![]).await
}

pub(super) async fn insert(tx: &impl ConnectionTrait, studied: &Studied) -> Result<(), DbErr> {
    db::insert(tx, std::slice::from_ref(studied)).await
}

/// Stores the session's facts of a link, and whether it was removed.
pub(super) async fn update(tx: &impl ConnectionTrait, studied: &Studied) -> Result<(), DbErr> {
    let sql = "update studied set held = $1, day = $2, unit_id = $3, type_code = $4, pillar = $5, theme = $6, void = $7 \
         where id = $8";
    let values = vec![
        studied.held.into(),
        studied.day.into(),
        studied.unit.0.into(),
        studied.type_code.as_str().into(),
        studied.pillar.as_str().into(),
        studied.theme.clone().into(),
        studied.void.into(),
        studied.id.0.into(),
    ];
    db::execute(tx, sql, values).await?;
    Ok(())
}

/// A material on a session's page.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub(super) struct Line {
    pub(super) material_id: i64,
    pub(super) title: String,
    pub(super) kind: String,
}

/// The materials of a session, for its page.
pub(super) async fn lines(conn: &impl ConnectionTrait, session: RecordId) -> Result<Vec<Line>, DbErr> {
    let sql = "select s.material_id, m.title, s.material as kind from studied s join material m on m.id = s.material_id \
         where s.void = false and s.activity_id = $1 order by s.id";
    db::all(conn, sql, vec![session.0.into()]).await
}

/// Session and title of links among the rows of a figure.
pub(super) async fn titles(
    conn: &impl ConnectionTrait,
    ids: &[RecordId],
) -> Result<HashMap<RecordId, (RecordId, String)>, DbErr> {
    let sql = "select s.id, s.activity_id, m.title from studied s join material m on m.id = s.material_id \
         where s.id in ($keys)";
    let rows: Vec<(RecordId, RecordId, String)> = db::by_keys(sql, ids).rows(conn).await?;
    Ok(rows.into_iter().map(|(id, session, title)| (id, (session, title))).collect())
}
