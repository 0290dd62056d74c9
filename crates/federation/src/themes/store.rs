//! All queries on themes.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use desk::{actor::Places, error::Result};
use kernel::{AccountId, Moment, UnitId};
use ledger::{Record as _, Row as _, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::model::{Theme, Themes};

/// A theme by its key; removed ones too.
pub async fn by_id(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Theme>, DbErr> {
    let sql = format!("select {} from theme t where t.id = $1", Theme::columns("t"));
    db::row(conn, &sql, vec![id.into()]).await
}

/// The theme with a code.
pub async fn by_code(conn: &impl ConnectionTrait, code: &str) -> Result<Option<Theme>, DbErr> {
    let sql = format!("select {} from theme t where t.code = $1 and t.void = false", Theme::columns("t"));
    db::row(conn, &sql, vec![code.into()]).await
}

/// The names of all themes by their codes.
pub async fn names(conn: &impl ConnectionTrait) -> Result<Vec<(String, String)>, DbErr> {
    db::rows(conn, "select code, name from theme where void = false order by from_day desc, id", vec![]).await
}

/// All themes, the latest first, with what decides which units may serve them.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Themes, DbErr> {
    let columns = Theme::columns("t");
    let sql = format!("select {columns} from theme t where t.void = false order by t.from_day desc, t.id");
    let all: Vec<Theme> = db::rows(conn, &sql, vec![]).await?;
    if all.is_empty() {
        return Ok(Themes::default());
    }
    let spans: Vec<(UnitId, i64, i64)> = db::rows(conn, "select unit_id, place, last from unit_place", vec![]).await?;
    let places = spans.iter().map(|(unit, place, _)| (*unit, *place)).collect();
    let spans: HashMap<UnitId, Places> = spans.into_iter().map(|(unit, place, last)| (unit, (place, last))).collect();
    let placed = all.into_iter().filter_map(|theme| Some((spans.get(&theme.unit).copied()?, theme)));
    Ok(Themes { all: placed.map(|(span, theme)| (theme, span)).collect(), places })
}

/// The themes that a unit may serve, those that the account has chosen last first.
pub async fn of_unit(conn: &impl ConnectionTrait, unit: UnitId, account: AccountId) -> Result<Vec<Theme>, DbErr> {
    let sql = format!(
        "select {} from theme t join unit_place top on top.unit_id = t.unit_id \
         join unit_place me on me.place between top.place and top.last \
         left join theme_use s on s.theme_id = t.id and s.account_id = $2 \
         where me.unit_id = $1 and t.void = false \
         order by case when s.used_at is null then 1 else 0 end, s.used_at desc, t.from_day desc, t.id",
        Theme::columns("t")
    );
    db::rows(conn, &sql, vec![unit.0.into(), account.0.into()]).await
}

/// The names of live themes above or under a unit, but for one theme.
pub(super) async fn names_around(
    tx: &DatabaseTransaction,
    unit: UnitId,
    but: Option<i64>,
) -> Result<Vec<String>, DbErr> {
    let sql = "select t.name from theme t join unit_place q on q.unit_id = t.unit_id \
         join unit_place me on me.unit_id = $1 \
         where t.void = false and t.id <> $2 \
         and (me.place between q.place and q.last or q.place between me.place and me.last)";
    db::rows(tx, sql, vec![unit.0.into(), but.unwrap_or(0).into()]).await
}

/// How many records serve a theme, by a query of the feature that has them.
pub(super) async fn count(conn: &impl ConnectionTrait, sql: &str, code: &str) -> Result<i64, DbErr> {
    Ok(db::scalar(conn, sql, vec![code.into()]).await?.unwrap_or(0))
}

/// The same for those that still wait for something after a day.
pub(super) async fn count_after(
    conn: &impl ConnectionTrait,
    sql: &str,
    code: &str,
    day: NaiveDate,
) -> Result<i64, DbErr> {
    Ok(db::scalar(conn, sql, vec![code.into(), day.into()]).await?.unwrap_or(0))
}

/// Locks themes until the transaction ends.
pub(super) async fn lock(tx: &DatabaseTransaction, ids: &[i64]) -> Result<(), DbErr> {
    db::lock(tx, Theme::TABLE, ids).await
}

/// Locks the themes with these codes until the transaction ends, in the order of their keys.
pub(super) async fn lock_by_codes(tx: &DatabaseTransaction, codes: &BTreeSet<&str>) -> Result<(), DbErr> {
    let mut ids = Vec::new();
    for code in codes {
        ids.extend(by_code(tx, code).await?.map(|theme| theme.id));
    }
    lock(tx, &ids).await
}

pub(super) async fn insert(tx: &DatabaseTransaction, theme: &Theme) -> Result<(), DbErr> {
    db::insert(tx, std::slice::from_ref(theme)).await
}

/// Overwrites a theme if it has the version that was read, and raises the version by one.
pub(super) async fn update(tx: &DatabaseTransaction, theme: &Theme) -> Result<()> {
    Ok(db::touched(db::update(tx, theme).await?, &theme.name)?)
}

/// Notes that an account has chosen a theme.
pub(super) async fn set_used(
    tx: &DatabaseTransaction,
    account: AccountId,
    code: &str,
    at: &Moment,
) -> Result<(), DbErr> {
    let values = || vec![account.0.into(), code.into()];
    let of_theme = "(select t.id from theme t where t.code = $2)";
    let sql = format!("delete from theme_use where account_id = $1 and theme_id = {of_theme}");
    db::execute(tx, &sql, values()).await?;
    let sql =
        "insert into theme_use (account_id, theme_id, used_at) select $1, t.id, $3 from theme t where t.code = $2";
    let values = [values(), vec![at.0.as_str().into()]].concat();
    db::execute(tx, sql, values).await?;
    Ok(())
}
