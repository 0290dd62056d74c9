//! Upcoming and waiting activities of a scope, for the home page and a person's own page.

use chrono::NaiveDate;
use desk::actor::Scope;
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;

use crate::features::offers;

/// The condition that group `g` is the default group for a unit's people: its own, or one that it shares.
pub(crate) fn of_unit_by_default(unit: &str) -> String {
    format!(
        "(g.unit_id = {unit} and g.is_default = true or exists (select 1 from study_group_shared sg \
         where sg.group_id = g.id and sg.unit_id = {unit}))"
    )
}

/// Which activities a scope includes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those hosted by its units and groups, which it maintains.
    Hosted,
    /// Also those in which they take part by name, which it may see.
    TakingPart,
}

/// The condition that activity `a` is among those that [`in_scope`] may let through: all of them, and few others. A database finds
/// these by its indexes, and computes the conditions of [`in_scope`] for them only, not for every activity.
pub(crate) fn may_be_in_scope(scope: &Scope, values: &mut Vec<Value>) -> String {
    if scope.all {
        return "1 = 1".to_owned();
    }
    let mut any = vec!["select 0".to_owned()];
    if !scope.places.is_empty() {
        let hosted = scope.within("hp.place", values);
        let part = scope.within("wp.place", values);
        any.push(format!(
            "select h.id from activity h join unit_place hp on hp.unit_id = h.host_unit_id where {hosted} \
             union select w.activity_id from activity_unit w join unit_place wp on wp.unit_id = w.unit_id where {part}"
        ));
    }
    let mut groups = vec![format!("select g.id from study_group g where {}", scope.in_groups("g.id", values))];
    if let Some(person) = scope.person {
        values.push(person.0.into());
        let place = values.len();
        any.push(format!("select t.activity_id from attendance t where t.person_id = ${place}"));
        groups.push(format!("select m.group_id from membership m where m.person_id = ${place}"));
    }
    let groups = groups.join(" union ");
    let units = format!(
        "select g.unit_id from study_group g where g.id in ({groups}) \
         union select sg.unit_id from study_group_shared sg where sg.group_id in ({groups})"
    );
    any.push(format!(
        "select h.id from activity h where h.host_unit_id in ({units}) \
         union select h.id from activity h where h.host_group_id in ({groups}) \
         union select w.activity_id from activity_unit w where w.unit_id in ({units})"
    ));
    format!("a.id in ({})", any.join(" union "))
}

/// The condition that activity `a`, whose host has place `p`, is within a scope: hosted there or by one of the groups;
/// taking part there; or, for a person, attended or due on that day.
pub(crate) fn in_scope(scope: &Scope, reach: Reach, values: &mut Vec<Value>) -> String {
    if scope.all {
        return "1 = 1".to_owned();
    }
    let mut any = vec![scope.within("p.place", values)];
    if !scope.groups.is_empty() {
        let own = scope.in_groups("a.host_group_id", values);
        let of_unit = scope.in_groups("g.id", values);
        any.push(format!(
            "{own} or (a.host_group_id is null and exists (select 1 from study_group g where {} and {of_unit}))",
            of_unit_by_default("a.host_unit_id")
        ));
    }
    if reach == Reach::TakingPart && !scope.places.is_empty() {
        let within = scope.within("wp.place", values);
        any.push(format!(
            "(a.state <> 'draft' and exists (select 1 from activity_unit w join unit_place wp on wp.unit_id = w.unit_id \
             where w.activity_id = a.id and w.named = true and {within}))"
        ));
    }
    if reach == Reach::TakingPart && !scope.groups.is_empty() {
        let within = scope.in_groups("g.id", values);
        any.push(format!(
            "(a.state <> 'draft' and exists (select 1 from activity_unit w join study_group g on {} \
             where w.activity_id = a.id and w.named = true and {within}))",
            of_unit_by_default("w.unit_id")
        ));
    }
    if let Some(person) = scope.person {
        values.push(person.0.into());
        let place = values.len();
        any.push(format!(
            "exists (select 1 from attendance t where t.activity_id = a.id and t.person_id = ${place}) \
             or (a.state <> 'draft' and exists (select 1 from membership m join study_group g on g.id = m.group_id \
             where m.person_id = ${place} and m.void = false and m.from_day <= a.occurred_on \
             and (m.to_day is null or m.to_day >= a.occurred_on) and (g.id = a.host_group_id \
             or (a.host_group_id is null and {}) \
             or exists (select 1 from activity_unit w where w.activity_id = a.id and w.named = true and {} and {}))))",
            of_unit_by_default("a.host_unit_id"),
            of_unit_by_default("w.unit_id"),
            offers::store::comes("w", place)
        ));
    }
    format!("({})", any.join(" or "))
}

/// An upcoming or waiting activity.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Agenda {
    /// Key.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Day.
    pub day: NaiveDate,
    /// `09:00`.
    pub time_from: Option<String>,
    /// Place.
    pub place: Option<String>,
    /// Host.
    pub unit: String,
    /// Type.
    pub type_name: String,
    /// Type in English.
    pub type_en: String,
    /// `none`, `vertical`, `horizontal`, `both`.
    pub linkage: String,
    /// `draft`, `announced`.
    pub state: String,
}

/// Announced activities whose day has passed, the oldest first: their lists have to be confirmed. At most `most`.
pub async fn waiting(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    today: NaiveDate,
    most: u64,
) -> Result<Vec<Agenda>, DbErr> {
    read(
        conn,
        (scope, Reach::Hosted),
        "a.state = 'announced' and a.occurred_on < $1",
        today,
        "a.occurred_on, a.id",
        most,
    )
    .await
}

/// How many of them there are, counted up to `most`.
pub async fn waiting_count(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    today: NaiveDate,
    most: u64,
) -> Result<i64, DbErr> {
    let mut values: Vec<Value> = vec![today.into()];
    let within = in_scope(scope, Reach::Hosted, &mut values);
    let sql = format!(
        "select count(*) from (select a.id from activity a left join unit_place p on p.unit_id = a.host_unit_id \
         where a.state = 'announced' and a.occurred_on < $1 and {within} limit {most}) counted"
    );
    Ok(db::scalar(conn, &sql, values).await?.unwrap_or(0))
}

/// Announced activities from today on, the next first.
pub async fn upcoming(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    reach: Reach,
    today: NaiveDate,
    most: u64,
) -> Result<Vec<Agenda>, DbErr> {
    let order = "a.occurred_on, a.time_from, a.id";
    read(conn, (scope, reach), "a.state = 'announced' and a.occurred_on >= $1", today, order, most).await
}

/// Drafts, the last changed first.
pub async fn drafts(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    today: NaiveDate,
    most: u64,
) -> Result<Vec<Agenda>, DbErr> {
    read(conn, (scope, Reach::Hosted), "a.state = 'draft' and $1 = $1", today, "a.id desc", most).await
}

async fn read(
    conn: &impl ConnectionTrait,
    (scope, reach): (&Scope, Reach),
    condition: &str,
    today: NaiveDate,
    order: &str,
    most: u64,
) -> Result<Vec<Agenda>, DbErr> {
    if scope.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value> = vec![today.into()];
    let within = in_scope(scope, reach, &mut values);
    let sql = format!(
        "select a.id, a.title, a.occurred_on as day, a.time_from, a.place, u.name as unit, y.name as type_name, \
         y.en as type_en, a.linkage, a.state from activity a join unit u on u.id = a.host_unit_id \
         join activity_type y on y.code = a.type_code left join unit_place p on p.unit_id = a.host_unit_id \
         where {condition} and {within} order by {order} limit {most}"
    );
    db::all(conn, &sql, values).await
}

/// An announced activity.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub struct Ahead {
    /// Key.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Day.
    pub day: NaiveDate,
    /// The host.
    pub unit_id: i64,
    /// The group in whose name it is hosted.
    pub group_id: Option<i64>,
}

/// Activities announced at or under a unit between two days, by day.
pub async fn ahead(
    conn: &impl ConnectionTrait,
    unit: kernel::UnitId,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Ahead>, DbErr> {
    let sql = "select a.id, a.title, a.occurred_on as day, a.host_unit_id as unit_id, a.host_group_id as group_id \
         from unit_place top join unit_place p on p.place between top.place and top.last \
         join activity a on a.host_unit_id = p.unit_id where top.unit_id = $1 and a.state = 'announced' \
         and a.occurred_on between $2 and $3 order by a.occurred_on, a.id";
    db::all(conn, sql, vec![unit.0.into(), from.into(), to.into()]).await
}
