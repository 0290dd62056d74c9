//! The list of activities: narrowed, in the order of days, paged by key; the calendar reads it too.

use chrono::NaiveDate;
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;

use super::agenda::{Reach, in_scope};
use crate::features::{accounts::Scope, units::places::Places};

/// A line of the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
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
    /// Type.
    pub type_name: String,
    /// Type in English.
    pub type_en: String,
    /// Host.
    pub unit: String,
    /// `none`, `vertical`, `horizontal`, `both`.
    pub linkage: String,
    /// `draft`, `announced`, `held`, `closed`, `void`.
    pub state: String,
    /// 应到.
    pub due: i64,
    /// 实到.
    pub present: i64,
    /// Head-count.
    pub audience: Option<i64>,
}

/// What the list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'w> {
    /// Part of title, place, speakers or chair.
    pub text: &'w str,
    /// From this day on.
    pub from: Option<NaiveDate>,
    /// Up to this day.
    pub to: Option<NaiveDate>,
    /// On this pillar.
    pub pillar: &'w str,
    /// Of this type.
    pub kind: &'w str,
    /// In this state; `waiting` is announced with its day past.
    pub state: &'w str,
    /// Hosted at or under here.
    pub places: Option<Places>,
    /// The oldest first.
    pub rising: bool,
    /// Behind this day and key.
    pub after: Option<(NaiveDate, i64)>,
    /// Only these.
    pub ids: Vec<i64>,
    /// Lines at the most.
    pub most: u64,
}

/// The lines of a scope.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    wanted: &Wanted<'_>,
    today: NaiveDate,
) -> Result<Vec<Line>, DbErr> {
    if scope.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value> = Vec::new();
    let mut conditions = vec![in_scope(scope, Reach::TakingPart, &mut values)];
    let mut add = |condition: &str, given: Vec<Value>| {
        let mut text = condition.to_owned();
        for value in given {
            values.push(value);
            text = text.replacen('?', &format!("${}", values.len()), 1);
        }
        conditions.push(text);
    };
    if !wanted.text.is_empty() {
        let like: Value = format!("%{}%", wanted.text).into();
        add(
            "(a.title like ? or a.place like ? or a.speakers like ? or a.chair like ?)",
            vec![like.clone(), like.clone(), like.clone(), like],
        );
    }
    if let Some(from) = wanted.from {
        add("a.occurred_on >= ?", vec![from.into()]);
    }
    if let Some(to) = wanted.to {
        add("a.occurred_on <= ?", vec![to.into()]);
    }
    match wanted.state {
        "" => add("a.state <> 'void'", vec![]),
        "waiting" => add("a.state = 'announced' and a.occurred_on < ?", vec![today.into()]),
        state => add("a.state = ?", vec![state.into()]),
    }
    if !wanted.pillar.is_empty() {
        add("y.pillar = ?", vec![wanted.pillar.into()]);
    }
    if !wanted.kind.is_empty() {
        add("a.type_code = ?", vec![wanted.kind.into()]);
    }
    if let Some((place, last)) = wanted.places {
        add("p.place between ? and ?", vec![place.into(), last.into()]);
    }
    let (sign, order) = if wanted.rising { (">", "asc") } else { ("<", "desc") };
    if let Some((day, id)) = wanted.after {
        let condition = format!("(a.occurred_on {sign} ? or (a.occurred_on = ? and a.id {sign} ?))");
        add(&condition, vec![day.into(), day.into(), id.into()]);
    }
    if !wanted.ids.is_empty() {
        let first = values.len() + 1;
        values.extend(wanted.ids.iter().map(|id| Value::from(*id)));
        conditions.push(format!("a.id in ({})", db::places(first, wanted.ids.len())));
    }
    let sql = format!(
        "select a.id, a.title, a.occurred_on as day, a.time_from, a.place, y.name as type_name, y.en as type_en, \
         u.name as unit, a.linkage, a.state, a.audience, \
         (select count(*) from attendance t where t.activity_id = a.id and t.status <> 'observer') as due, \
         (select count(*) from attendance t where t.activity_id = a.id and t.status in ('on_time', 'late')) as present \
         from activity a join activity_type y on y.code = a.type_code join unit u on u.id = a.host_unit_id \
         left join unit_place p on p.unit_id = a.host_unit_id where {} \
         order by a.occurred_on {order}, a.id {order} limit {}",
        conditions.join(" and "),
        wanted.most
    );
    db::all(conn, &sql, values).await
}
