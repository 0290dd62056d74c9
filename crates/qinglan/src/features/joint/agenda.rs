//! What offers require of somebody: an answer, or a list that isn't handed in yet. For the home page.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use desk::actor::Scope;
use kernel::RecordId;
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;

use crate::features::activities::agenda::of_unit_by_default;

/// A task.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Todo {
    /// Key of the offer.
    pub id: i64,
    /// Title of the session.
    pub title: String,
    /// Its day.
    pub day: NaiveDate,
    /// The unit to which it was offered.
    pub unit: String,
    /// The host.
    pub host: String,
    /// `answer` or `list`.
    pub what: String,
}

/// The condition that offer `o`, whose unit has place `q`, was made to a scope.
pub(super) fn to_scope(scope: &Scope, values: &mut Vec<Value>) -> String {
    if scope.all {
        return "1 = 1".to_owned();
    }
    let within = scope.within("q.place", values);
    let of_group = scope.in_groups("g.id", values);
    let group = of_unit_by_default("o.unit_id");
    format!("({within} or exists (select 1 from study_group g where {group} and {of_group}))")
}

/// How many days after a session the home page still asks for a list.
const ASKED: u64 = 60;

/// Offers that wait for an answer or a list, the next session first. At most `most`.
pub async fn todo(conn: &impl ConnectionTrait, scope: &Scope, today: NaiveDate, most: u64) -> Result<Vec<Todo>, DbErr> {
    if scope.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value> = vec![today.into(), (today - Days::new(ASKED)).into()];
    let within = to_scope(scope, &mut values);
    let sql = format!(
        "select o.id, a.title, a.occurred_on as day, u.name as unit, h.name as host, \
         case when o.state = 'offered' then 'answer' else 'list' end as what \
         from joint_offer o join activity a on a.id = o.activity_id join unit u on u.id = o.unit_id \
         join unit h on h.id = a.host_unit_id left join unit_place q on q.unit_id = o.unit_id \
         where u.outside = false and a.occurred_on >= $2 and ((o.state = 'offered' and a.state = 'announced') \
         or (o.state = 'accepted' and o.handed_in_at is null and a.state in ('announced', 'held') \
         and a.occurred_on <= $1)) and {within} order by a.occurred_on, o.id limit {most}"
    );
    db::all(conn, &sql, values).await
}

/// The offers of a session that were made to a scope.
pub(super) async fn own_of(conn: &impl ConnectionTrait, scope: &Scope, id: RecordId) -> Result<BTreeSet<i64>, DbErr> {
    let mut values: Vec<Value> = vec![id.0.into()];
    let within = to_scope(scope, &mut values);
    let sql = format!(
        "select o.id from joint_offer o join unit u on u.id = o.unit_id left join unit_place q on q.unit_id = o.unit_id \
         where o.activity_id = $1 and u.outside = false and {within}"
    );
    Ok(db::rows(conn, &sql, values).await?.into_iter().collect())
}
