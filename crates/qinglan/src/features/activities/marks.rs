//! Queries on the marks of a roll-call and on its check-in. Marks book nothing.

use std::collections::HashMap;

use chrono::NaiveDate;
use desk::actor::Actor;
use kernel::{PersonId, RecordId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    model::{LeaveReason, SpokePart, Stands, Status},
    roll::{Mark, Parts},
};

/// A stored mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    /// The mark.
    pub(super) mark: Mark,
    /// Whether the person scanned the code.
    pub(super) scanned: bool,
}

/// The marks of an activity.
pub(super) async fn load(conn: &impl ConnectionTrait, id: RecordId) -> Result<HashMap<PersonId, Kept>, DbErr> {
    let sql = "select person_id, status, made_up_on, reason, by_scan from roll_mark where activity_id = $1";
    let rows: Vec<(PersonId, String, Option<NaiveDate>, Option<LeaveReason>, bool)> =
        db::rows(conn, sql, vec![id.0.into()]).await?;
    let each = rows.into_iter().map(|(person, status, made_up_on, reason, scanned)| {
        let mark = match status.as_str() {
            "asked" => Mark::Asked,
            "off" => Mark::Off,
            status => {
                let status = Status::from_code(status).ok_or_else(|| DbErr::Type(format!("mark holds {status}")))?;
                Mark::As(Stands { status, made_up_on, reason })
            }
        };
        Ok((person, Kept { mark, scanned }))
    });
    each.collect()
}

/// Sets marks; `None` deletes one.
pub(super) async fn set(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    id: RecordId,
    marks: &[(PersonId, Option<Kept>)],
) -> Result<(), DbErr> {
    let people: Vec<PersonId> = marks.iter().map(|(person, _)| *person).collect();
    clear_of(tx, id, &people).await?;
    let columns = ["activity_id", "person_id", "status", "made_up_on", "reason", "by_scan", "marked_at", "account_id"];
    let rows = marks.iter().filter_map(|(person, stored)| {
        let Kept { mark, scanned } = (*stored)?;
        let (status, made_up_on, reason) = match mark {
            Mark::As(stands) => (stands.status.as_str(), stands.made_up_on, stands.reason),
            Mark::Asked => ("asked", None, None),
            Mark::Off => ("off", None, None),
        };
        Some(vec![
            id.0.into(),
            person.0.into(),
            status.into(),
            made_up_on.into(),
            reason.map(LeaveReason::as_str).into(),
            scanned.into(),
            actor.at.0.as_str().into(),
            actor.account.0.into(),
        ])
    });
    db::insert_many(tx, "roll_mark", &columns, rows).await
}

/// Deletes all marks of an activity.
pub(super) async fn clear(tx: &impl ConnectionTrait, id: RecordId) -> Result<(), DbErr> {
    for table in ["roll_mark", "roll_part"] {
        db::execute(tx, &format!("delete from {table} where activity_id = $1"), vec![id.0.into()]).await?;
    }
    Ok(())
}

/// What was noted of who led, lectured and spoke, and is not confirmed yet; nobody noted with no part did nothing.
pub(super) async fn load_parts(conn: &impl ConnectionTrait, id: RecordId) -> Result<Parts, DbErr> {
    let sql = "select person_id, parts from roll_part where activity_id = $1";
    let rows: Vec<(PersonId, String)> = db::rows(conn, sql, vec![id.0.into()]).await?;
    Ok(rows
        .into_iter()
        .map(|(person, parts)| (person, parts.split(' ').filter_map(SpokePart::from_code).collect()))
        .collect())
}

/// Notes what people did.
pub(super) async fn set_parts(tx: &impl ConnectionTrait, id: RecordId, parts: &Parts) -> Result<(), DbErr> {
    let people: Vec<PersonId> = parts.keys().copied().collect();
    let sql = "delete from roll_part where activity_id = $1 and person_id in ($keys)";
    db::by_keys(sql, &people).with(vec![id.0.into()]).execute(tx).await?;
    let rows = parts.iter().map(|(person, parts)| {
        let parts: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
        vec![id.0.into(), person.0.into(), parts.join(" ").into()]
    });
    db::insert_many(tx, "roll_part", &["activity_id", "person_id", "parts"], rows.collect::<Vec<_>>()).await
}

/// Deletes the marks of some people of an activity.
pub(super) async fn clear_of(tx: &impl ConnectionTrait, id: RecordId, people: &[PersonId]) -> Result<(), DbErr> {
    let sql = "delete from roll_mark where activity_id = $1 and person_id in ($keys)";
    db::by_keys(sql, people).with(vec![id.0.into()]).execute(tx).await?;
    Ok(())
}

/// How many people have scanned.
pub(super) async fn scans(conn: &impl ConnectionTrait, id: RecordId) -> Result<i64, DbErr> {
    let sql = "select count(*) from roll_mark where activity_id = $1 and by_scan = true";
    Ok(db::scalar(conn, sql, vec![id.0.into()]).await?.unwrap_or(0))
}

/// Assigns a merged person's marks to the survivor; if both have one, the survivor's stays.
pub(super) async fn repoint(tx: &impl ConnectionTrait, loser: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    let values = || -> Vec<Value> { vec![survivor.0.into(), loser.0.into()] };
    for table in ["roll_mark", "roll_part"] {
        let doubled = format!(
            "delete from {table} where person_id = $2 and activity_id in \
             (select o.activity_id from {table} o where o.person_id = $1)"
        );
        db::execute(tx, &doubled, values()).await?;
        let sql = format!("update {table} set person_id = $1 where person_id = $2");
        db::execute(tx, &sql, values()).await?;
    }
    Ok(())
}

/// A check-in, for the board and the phones.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct CheckIn {
    /// The activity.
    pub activity_id: i64,
    /// The key for signing its codes.
    pub secret: String,
    /// Until when scans are accepted.
    pub closes_at: String,
    /// From when on a scan is late.
    pub late_from: String,
    /// Who opened it.
    pub organiser: String,
}

/// The check-in of an activity, if one was opened.
pub(super) async fn check_in(conn: &impl ConnectionTrait, id: RecordId) -> Result<Option<CheckIn>, DbErr> {
    let sql = "select c.activity_id, c.secret, c.closes_at, c.late_from, a.display as organiser from check_in c \
               join account a on a.id = c.account_id where c.activity_id = $1";
    db::one(conn, sql, vec![id.0.into()]).await
}

/// Opens a check-in, or sets new times for an existing one.
pub(super) async fn open_check_in(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    id: RecordId,
    closes_at: &str,
    late_from: &str,
) -> Result<(), DbErr> {
    let secret = web::Secret::from_bytes(rand::random()).0;
    let sql = "insert into check_in (activity_id, secret, opened_at, closes_at, late_from, account_id) \
         values ($1, $2, $3, $4, $5, $6) on conflict (activity_id) do update set closes_at = excluded.closes_at, \
         late_from = excluded.late_from, account_id = excluded.account_id";
    let at = actor.at.0.as_str();
    let values =
        vec![id.0.into(), secret.into(), at.into(), closes_at.into(), late_from.into(), actor.account.0.into()];
    db::execute(tx, sql, values).await?;
    Ok(())
}

/// Ends a check-in at a moment, if it is still open.
pub(super) async fn end_check_in(tx: &impl ConnectionTrait, id: RecordId, at: &str) -> Result<(), DbErr> {
    let sql = "update check_in set closes_at = $1 where activity_id = $2 and closes_at > $1";
    db::execute(tx, sql, vec![at.into(), id.0.into()]).await?;
    Ok(())
}
