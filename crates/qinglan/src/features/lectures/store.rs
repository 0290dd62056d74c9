//! All queries on the register of speakers as its pages show it, and on the sessions in which somebody spoke.

use chrono::NaiveDate;
use kernel::PersonId;
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;

use crate::{
    actor::Scope,
    features::activities::agenda::{Reach, in_scope},
    pinyin::Typed,
};

/// A line of the register.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// Name.
    pub name: String,
    /// In pinyin, by which names are ordered.
    pub spelled: String,
    /// 领域.
    pub field: String,
    /// 层级.
    pub level: String,
    /// Where the speaker works.
    pub organisation: Option<String>,
    /// The unit that keeps the entry.
    pub unit: String,
    /// No longer asked.
    pub retired: bool,
    /// Sessions that were held.
    pub sessions: i64,
}

/// What the register is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'w> {
    /// Part of the name, also in pinyin, or of the organisation.
    pub text: &'w str,
    /// 领域.
    pub field: &'w str,
    /// 层级.
    pub level: &'w str,
    /// Those who are no longer asked.
    pub retired: bool,
    /// By the number of sessions instead of the name.
    pub by_sessions: bool,
    /// The least first.
    pub rising: bool,
    /// Behind the line with this key of the order and this key.
    pub after: Option<(String, i64)>,
    /// Lines at the most.
    pub most: u64,
}

const SESSIONS: &str = "(select count(*) from activity_speaker x join activity a on a.id = x.activity_id \
     where x.speaker_id = s.id and a.state in ('held', 'closed'))";

/// The register: the federation's, for everyone who keeps sessions.
pub async fn list(conn: &impl ConnectionTrait, wanted: &Wanted<'_>) -> Result<Vec<Line>, DbErr> {
    let mut conditions = db::Conditions::default();
    let typed = Typed::of(wanted.text);
    if !typed.is_empty() {
        conditions.and_of(|values| {
            let named = typed.within("s.name", "s.forms", values);
            let organisation = db::contains(&["s.organisation"], wanted.text, values);
            format!("({named} or {organisation})")
        });
    }
    for (column, value) in [("s.field", wanted.field), ("s.level", wanted.level)] {
        if !value.is_empty() {
            conditions.and(&format!("{column} = ?"), vec![value.into()]);
        }
    }
    conditions.and("s.retired = ?", vec![wanted.retired.into()]);
    let by = if wanted.by_sessions { SESSIONS } else { "s.spelled" };
    let order = if wanted.rising { "asc" } else { "desc" };
    if let Some((key, id)) = &wanted.after {
        let key = if wanted.by_sessions { key.parse::<i64>().ok().map(Value::from) } else { Some(key.as_str().into()) };
        if let Some(key) = key {
            conditions.and_behind(by, "s.id", wanted.rising, (key, *id));
        }
    }
    let (conditions, values) = conditions.done();
    let sql = format!(
        "select s.id, s.name, s.spelled, s.field, s.level, s.organisation, u.name as unit, s.retired, {SESSIONS} as sessions \
         from speaker s join unit u on u.id = s.unit_id where {conditions} order by {by} {order}, s.id {order} limit {}",
        wanted.most
    );
    db::all(conn, &sql, values).await
}

/// A session in which somebody spoke, with the head-count: what was entered, else those present.
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

/// Head-count of activity `a`: what was entered, else those present.
pub(super) const HEADS: &str = "coalesce(a.audience, (select count(*) from attendance t where t.activity_id = a.id \
     and t.status in ('on_time', 'late')))";

/// The sessions held with a speaker that a scope reaches, the latest first; at most `most`.
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

/// How many sessions were held with a speaker, seen or not.
pub(super) async fn sessions(conn: &impl ConnectionTrait, speaker: i64) -> Result<i64, DbErr> {
    let sql = "select count(*) from activity_speaker x join activity a on a.id = x.activity_id \
         where x.speaker_id = $1 and a.state in ('held', 'closed')";
    Ok(db::scalar(conn, sql, vec![speaker.into()]).await?.unwrap_or(0))
}

/// Points the ratings of a merged person to the survivor; of two ratings of one session the survivor's stays.
pub(super) async fn repoint(tx: &impl ConnectionTrait, merged: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    let values = || -> Vec<Value> { vec![survivor.0.into(), merged.0.into()] };
    let doubled = "delete from speaker_rating where person_id = $2 and exists (select 1 from speaker_rating o where \
         o.activity_id = speaker_rating.activity_id and o.speaker_id = speaker_rating.speaker_id and o.person_id = $1)";
    db::execute(tx, doubled, values()).await?;
    db::execute(tx, "update speaker_rating set person_id = $1 where person_id = $2", values()).await?;
    Ok(())
}
