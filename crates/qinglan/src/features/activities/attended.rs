//! What a person attended: for the person's page and own export, and for a merge of two people.

use chrono::NaiveDate;
use kernel::PersonId;
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;

/// A session that a person attended.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Attended {
    /// Key of the activity.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its day.
    pub day: NaiveDate,
    /// Its pillar.
    pub pillar: String,
    /// A status, or `made_up`.
    pub status: String,
    /// The status, even if it was made up.
    pub missed: String,
    /// The day of 补学.
    pub made_up_on: Option<NaiveDate>,
    /// The reason of a leave: shown to the person only.
    pub reason: Option<String>,
}

/// Something that a person did in a session.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub(super) struct SpokeIn {
    /// Key of the activity.
    id: i64,
    /// Its title.
    title: String,
    /// Its day.
    day: NaiveDate,
    /// `led`, `lectured`, `spoke`.
    part: String,
}

/// What a person did in sessions, newest first: only held and closed activities.
pub(super) async fn spoke(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<SpokeIn>, DbErr> {
    let sql = "select a.id, a.title, a.occurred_on as day, s.part from activity_spoke s \
         join activity a on a.id = s.activity_id where s.person_id = $1 and a.state in ('held', 'closed') \
         order by a.occurred_on desc, a.id desc, s.part";
    db::all(conn, sql, vec![person.0.into()]).await
}

/// A mark in a roll-call that is not confirmed yet.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub(super) struct Marked {
    /// Key of the activity.
    id: i64,
    /// Its title.
    title: String,
    /// Its day.
    day: NaiveDate,
    /// A status, `asked`, `off`.
    status: String,
    /// The day of 补学.
    made_up_on: Option<NaiveDate>,
    /// The reason of a leave.
    reason: Option<String>,
    /// Whether the person scanned the code.
    scanned: bool,
    /// When.
    at: String,
}

/// The marks of a person that are not confirmed yet, newest first.
pub(super) async fn marked(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<Marked>, DbErr> {
    let sql = "select a.id, a.title, a.occurred_on as day, k.status, k.made_up_on, k.reason, k.by_scan as scanned, \
         k.marked_at as at from roll_mark k join activity a on a.id = k.activity_id where k.person_id = $1 \
         and a.state <> 'void' order by a.occurred_on desc, a.id desc";
    db::all(conn, sql, vec![person.0.into()]).await
}

/// What a person attended in a period, newest first: only held and closed activities.
pub async fn attended(
    conn: &impl ConnectionTrait,
    person: PersonId,
    period: kernel::Period,
) -> Result<Vec<Attended>, DbErr> {
    let sql = "select a.id, a.title, a.occurred_on as day, a.pillar, \
         case when t.made_up_on is not null then 'made_up' else t.status end as status, t.status as missed, \
         t.made_up_on, t.reason \
         from attendance t join activity a on a.id = t.activity_id where t.person_id = $1 \
         and a.state in ('held', 'closed') and a.occurred_on between $2 and $3 order by a.occurred_on desc, a.id desc";
    db::all(conn, sql, vec![person.0.into(), period.from.into(), period.to.into()]).await
}

/// A session with both people on its list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub(super) struct Both {
    /// Key of the activity.
    pub(super) id: i64,
    /// Its title.
    pub(super) title: String,
    /// Its day.
    pub(super) day: NaiveDate,
    /// The survivor's status.
    pub(super) kept: String,
    /// The other's status.
    pub(super) other: String,
}

/// What a merge will do with attendances: how many are moved, and the sessions with both people on the list, of which one
/// attendance stays.
pub(super) async fn merging(
    conn: &impl ConnectionTrait,
    merged: PersonId,
    survivor: PersonId,
) -> Result<(i64, Vec<Both>), DbErr> {
    let values = || -> Vec<Value> { vec![merged.0.into(), survivor.0.into()] };
    let sql = "select count(*) from attendance t join activity a on a.id = t.activity_id where t.person_id = $1 \
               and a.state <> 'void' and not exists (select 1 from attendance o \
               where o.activity_id = t.activity_id and o.person_id = $2)";
    let attendances = db::scalar(conn, sql, values()).await?.unwrap_or(0);
    let sql = "select a.id, a.title, a.occurred_on as day, \
         case when o.made_up_on is not null then 'made_up' else o.status end as kept, \
         case when t.made_up_on is not null then 'made_up' else t.status end as other \
         from attendance t join activity a on a.id = t.activity_id \
         join attendance o on o.activity_id = t.activity_id and o.person_id = $2 \
         where t.person_id = $1 and a.state <> 'void' order by a.occurred_on desc, a.id desc";
    Ok((attendances, db::all(conn, sql, values()).await?))
}
