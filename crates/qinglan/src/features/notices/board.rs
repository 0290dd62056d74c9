//! The board of one notice: who has answered, and whose duties are open or late, by the units directly under the sender.

use chrono::NaiveDate;
use ledger::db::{self, Conditions};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;

use federation::duties::Reach;

use super::model::Notice;

/// The numbers of duties by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult, Serialize)]
pub struct Counts {
    /// All duties.
    pub total: i64,
    /// Done.
    pub done: i64,
    /// Of these, done after the deadline.
    pub done_late: i64,
    /// Open.
    pub open: i64,
    /// Of these, seen by somebody who may answer.
    pub seen: i64,
    /// Excused.
    pub excused: i64,
    /// Lapsed.
    pub lapsed: i64,
    /// Number of units.
    pub units: i64,
    /// Number of units without open duties.
    pub units_done: i64,
}

const COUNTS: &str = "count(*) as total, count(case when d.state = 'done' then 1 end) as done, \
     count(case when d.state = 'done' and d.answered_on > d.due_on then 1 end) as done_late, \
     count(case when d.state = 'open' then 1 end) as open, \
     count(case when d.state = 'open' and d.seen_at is not null then 1 end) as seen, \
     count(case when d.state = 'excused' then 1 end) as excused, count(case when d.state = 'lapsed' then 1 end) as lapsed, \
     count(distinct d.unit_id) as units, \
     count(distinct d.unit_id) - count(distinct case when d.state = 'open' then d.unit_id end) as units_done";

/// The counts of a notice, limited to what an actor may see.
pub async fn counts(conn: &impl ConnectionTrait, reach: &Reach, notice: i64) -> Result<Counts, DbErr> {
    let mut values: Vec<Value> = vec![notice.into()];
    let within = reach.duties("p.place", "d.unit_id", &mut values);
    let sql = format!(
        "select {COUNTS} from duty d left join unit_place p on p.unit_id = d.unit_id \
         where d.opener = 'notice' and d.source = $1 and {within}"
    );
    Ok(db::one(conn, &sql, values).await?.unwrap_or_default())
}

/// A unit directly under the sender, with the counts of its part.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Part {
    /// Key.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Duties at and under it.
    pub total: i64,
    /// Done.
    pub done: i64,
    /// Open.
    pub open: i64,
}

/// The parts of a notice that goes further down than to the units directly under the sender.
pub async fn parts(conn: &impl ConnectionTrait, reach: &Reach, notice: &Notice) -> Result<Vec<Part>, DbErr> {
    let mut values: Vec<Value> = vec![notice.id.into(), notice.unit.0.into()];
    let within = reach.duties("p.place", "d.unit_id", &mut values);
    let sql = format!(
        "select c.unit_id as id, u.name, count(*) as total, count(case when d.state = 'done' then 1 end) as done, \
         count(case when d.state = 'open' then 1 end) as open from duty d \
         join unit_place p on p.unit_id = d.unit_id join unit_place c on c.parent_id = $2 \
         and p.place between c.place and c.last join unit u on u.id = c.unit_id \
         where d.opener = 'notice' and d.source = $1 and {within} and exists (select 1 from duty k join unit_place kp \
         on kp.unit_id = k.unit_id where k.opener = 'notice' and k.source = $1 and (kp.parent_id is null or kp.parent_id <> $2)) \
         group by c.unit_id, u.name, c.place order by c.place"
    );
    db::all(conn, &sql, values).await
}

/// A line of the board.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Row {
    /// The duty.
    pub id: i64,
    /// The unit that has the duty.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// The unit's parent.
    pub above: Option<String>,
    /// The unit's place.
    pub place: i64,
    /// The day it was closed.
    pub closed_on: Option<NaiveDate>,
    /// The demand's number.
    pub number: i64,
    /// `activity`, `plan_item`, `return`.
    pub kind: String,
    /// 办理要求.
    pub wanted: String,
    /// `open`, `done`, `excused`, `lapsed`.
    pub state: String,
    /// Why it was sent back or excused.
    pub reason: Option<String>,
    /// The deadline: the last day on time.
    pub due_on: NaiveDate,
    /// When it was answered.
    pub answered_on: Option<NaiveDate>,
    /// The text of a return.
    pub text: Option<String>,
    /// The name of its file.
    pub file: Option<String>,
    /// The session.
    pub activity_id: Option<i64>,
    /// Its title.
    pub activity: Option<String>,
    /// The plan.
    pub plan_id: Option<i64>,
    /// Its title.
    pub plan: Option<String>,
    /// When somebody who may answer first opened it.
    pub seen_at: Option<String>,
    /// When the sender last reminded.
    pub reminded_at: Option<String>,
}

/// The requested lines.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'w> {
    /// `open`, `late`, `done`, `done_late`, `excused`, `lapsed`.
    pub state: &'w str,
    /// A part of the unit's name.
    pub text: &'w str,
    /// At and under this unit.
    pub under: Option<i64>,
    /// Only of this unit.
    pub unit: Option<i64>,
    /// After this place and duty.
    pub after: Option<(i64, i64)>,
    /// At most so many.
    pub most: u64,
}

/// The lines of a notice, limited to what an actor may see, in the order of the tree.
pub async fn rows(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    notice: i64,
    wanted: &Wanted<'_>,
    today: NaiveDate,
) -> Result<Vec<Row>, DbErr> {
    let mut conditions = Conditions::beside(vec![notice.into(), today.into()]);
    conditions.and("d.opener = 'notice' and d.source = $1 and $2 = $2", []);
    // Somebody who may only read counts sees no lines.
    conditions.and_of(|values| reach.answers("p.place", "d.unit_id", values));
    match wanted.state {
        "open" => conditions.and("d.state = 'open'", []),
        "late" => conditions.and("d.state = 'open' and d.due_on < $2", []),
        "done" => conditions.and("d.state = 'done'", []),
        "done_late" => conditions.and("d.state = 'done' and d.answered_on > d.due_on", []),
        "excused" => conditions.and("d.state = 'excused'", []),
        "lapsed" => conditions.and("d.state = 'lapsed'", []),
        _ => {}
    }
    conditions.and_contains(&["u.name"], wanted.text);
    if let Some(under) = wanted.under {
        let sql =
            "exists (select 1 from unit_place top where top.unit_id = ? and p.place between top.place and top.last)";
        conditions.and(sql, [under.into()]);
    }
    if let Some(unit) = wanted.unit {
        conditions.and("d.unit_id = ?", [unit.into()]);
    }
    if let Some((place, id)) = wanted.after {
        conditions.and_behind("coalesce(p.place, 0)", "d.id", true, (place.into(), id));
    }
    let (all, values) = conditions.done();
    let sql = format!(
        "select d.id, d.unit_id, u.name as unit, w.name as above, coalesce(p.place, 0) as place, u.closed_on, \
         m.place as number, d.kind, m.wanted, d.state, d.reason, d.due_on, d.answered_on, d.text, f.name as file, d.record_id as activity_id, \
         a.title as activity, i.plan_id, l.title as plan, d.seen_at, d.reminded_at from duty d \
         join notice_demand m on m.id = d.part join unit u on u.id = d.unit_id \
         left join unit_place p on p.unit_id = d.unit_id left join unit w on w.id = p.parent_id \
         left join file f on f.id = d.file_id left join activity a on a.id = d.record_id \
         left join plan_item i on i.id = d.item_id left join study_plan l on l.id = i.plan_id \
         where {all} order by coalesce(p.place, 0), d.id limit {}",
        wanted.most
    );
    db::all(conn, &sql, values).await
}
