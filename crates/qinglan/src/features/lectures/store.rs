//! All queries on the register of speakers for its pages, and on the sessions of a speaker.

use chrono::NaiveDate;
use desk::{
    actor::Scope,
    ui::rows::{By, Filters, Rows, Select, Slice},
};
use kernel::PersonId;
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;
use web::Fields;

use crate::features::activities::agenda::{Reach, in_scope};

/// A line in the register.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// Name.
    pub name: String,
    /// 领域.
    pub field: String,
    /// 层级.
    pub level: String,
    /// Where the speaker works.
    pub organisation: Option<String>,
    /// The unit that maintains the entry.
    pub unit: String,
    /// Whether the speaker is no longer invited.
    pub retired: bool,
    /// Number of sessions held.
    pub sessions: i64,
}

const SESSIONS: &str = "(select count(*) from activity_speaker x join activity a on a.id = x.activity_id \
     where x.speaker_id = s.id and a.state in ('held', 'closed'))";

/// The orders of the register.
pub const ORDERS: &[By] = &[By::text("name", "s.spelled"), By::number("sessions", SESSIONS).falling()];

/// The register of the whole federation, for everyone who maintains sessions.
pub async fn list(
    conn: &impl ConnectionTrait,
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Line>, DbErr> {
    let mut filters = Filters::new(query, today);
    filters.search_names("s.name", "s.forms", &["s.organisation"]);
    filters.text("field", "s.field = ?");
    filters.text("level", "s.level = ?");
    filters.one_of("state", &[("", "s.retired = false"), ("retired", "s.retired = true")]);
    let columns =
        format!("s.id, s.name, s.field, s.level, s.organisation, u.name as unit, s.retired, {SESSIONS} as sessions");
    let select = Select { table: "speaker s", id: "s.id", joins: "join unit u on u.id = s.unit_id", columns: &columns };
    filters.rows(conn, &select, slice).await
}

/// A past session of a speaker, with the head-count: the entered one, else the number of those present.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Past {
    /// Key.
    pub id: i64,
    /// Day.
    pub day: NaiveDate,
    /// Title.
    pub title: String,
    /// Place.
    pub place: Option<String>,
    /// Host.
    pub unit: String,
    /// Head-count.
    pub heads: i64,
}

/// Head-count of activity `a`: the entered one, else the number of those present.
pub(super) const HEADS: &str = "coalesce(a.audience, (select count(*) from attendance t where t.activity_id = a.id \
     and t.status in ('on_time', 'late')))";

/// The sessions held with a speaker that are within a scope, the latest first; at most `most`.
pub(super) async fn past(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    speaker: i64,
    most: u64,
) -> Result<Vec<Past>, DbErr> {
    if scope.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value> = vec![speaker.into()];
    let within = in_scope(scope, Reach::TakingPart, &mut values);
    let sql = format!(
        "select a.id, a.occurred_on as day, a.title, a.place, u.name as unit, {HEADS} as heads from activity_speaker x \
         join activity a on a.id = x.activity_id join unit u on u.id = a.host_unit_id \
         left join unit_place p on p.unit_id = a.host_unit_id \
         where x.speaker_id = $1 and a.state in ('held', 'closed') and {within} order by a.occurred_on desc, a.id desc limit {most}"
    );
    db::all(conn, &sql, values).await
}

/// How many sessions were held with a speaker, within the scope or not.
pub(super) async fn sessions(conn: &impl ConnectionTrait, speaker: i64) -> Result<i64, DbErr> {
    let sql = "select count(*) from activity_speaker x join activity a on a.id = x.activity_id \
         where x.speaker_id = $1 and a.state in ('held', 'closed')";
    Ok(db::scalar(conn, sql, vec![speaker.into()]).await?.unwrap_or(0))
}

/// Assigns the ratings of a merged person to the survivor; of two ratings of one session the survivor's stays.
pub(super) async fn repoint(tx: &impl ConnectionTrait, merged: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    let values = || -> Vec<Value> { vec![survivor.0.into(), merged.0.into()] };
    let doubled = "delete from speaker_rating where person_id = $2 and exists (select 1 from speaker_rating o where \
         o.activity_id = speaker_rating.activity_id and o.speaker_id = speaker_rating.speaker_id and o.person_id = $1)";
    db::execute(tx, doubled, values()).await?;
    db::execute(tx, "update speaker_rating set person_id = $1 where person_id = $2", values()).await?;
    Ok(())
}
