//! All queries on imports.

use kernel::{ImportId, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use super::{Kind, Source};
use crate::app::Actor;

/// An import as it is kept.
#[derive(Clone, Debug, FromQueryResult, serde::Serialize)]
pub struct Import {
    /// Key.
    pub id: i64,
    /// What it held.
    pub kind: String,
    /// The file's name.
    pub file_name: String,
    /// Rows taken.
    pub taken: i64,
    /// Rows repeated.
    pub repeated: i64,
    /// Rows refused.
    pub refused: i64,
    /// When.
    pub recorded_at: String,
    /// When it was undone.
    pub undone_at: Option<String>,
}

pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    id: ImportId,
    kind: Kind,
    source: &Source,
    place: (Option<UnitId>, Option<i32>),
    counts: [usize; 3],
    actor: &Actor,
) -> Result<(), DbErr> {
    let columns = [
        "id",
        "kind",
        "file_name",
        "sha256",
        "unit_id",
        "year",
        "taken",
        "repeated",
        "refused",
        "recorded_at",
        "account_id",
    ];
    let [taken, repeated, refused] = counts.map(|count| count as i64);
    let row = vec![
        id.0.into(),
        kind.as_str().into(),
        source.name.as_str().into(),
        source.sha256.as_str().into(),
        place.0.map(|unit| unit.0).into(),
        place.1.map(i64::from).into(),
        taken.into(),
        repeated.into(),
        refused.into(),
        actor.at.0.as_str().into(),
        actor.account.0.into(),
    ];
    db::insert_many(tx, "import", &columns, [row]).await
}

pub(super) async fn insert_refusals(
    tx: &impl ConnectionTrait,
    id: ImportId,
    refusals: &[(usize, Vec<kernel::Refusal>)],
) -> Result<(), DbErr> {
    let rows = refusals.iter().map(|(row, reasons)| {
        let reasons = serde_json::to_string(reasons).unwrap_or_default();
        vec![id.0.into(), (*row as i64).into(), reasons.into()]
    });
    db::insert_many(tx, "import_refusal", &["import_id", "row_number", "reason"], rows).await
}

const IMPORT: &str = "select id, kind, file_name, taken, repeated, refused, recorded_at, undone_at from import";

/// An import by its key.
pub async fn by_id(conn: &impl ConnectionTrait, id: ImportId) -> Result<Option<Import>, DbErr> {
    db::one(conn, &format!("{IMPORT} where id = $1"), vec![id.0.into()]).await
}

/// Every import, newest first.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Import>, DbErr> {
    db::all(conn, &format!("{IMPORT} order by id desc"), vec![]).await
}

/// Marks an import as undone; 0 if it was undone meanwhile.
pub(super) async fn set_undone(tx: &impl ConnectionTrait, id: ImportId, actor: &Actor) -> Result<u64, DbErr> {
    let sql = "update import set undone_at = $1, undone_by = $2 where id = $3 and undone_at is null";
    db::execute(tx, sql, vec![actor.at.0.as_str().into(), actor.account.0.into(), id.0.into()]).await
}
