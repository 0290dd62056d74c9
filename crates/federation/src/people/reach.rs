//! Which of some people an actor may choose: for lists of people that are submitted by key.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use desk::actor::Scope;
use kernel::{PersonId, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, Value};

use super::list::in_scope;

/// Those of `people` who were posted at one of the units on a day, or whom the scope covers on that day.
pub async fn filter_reached(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    units: &[UnitId],
    people: &[PersonId],
    day: NaiveDate,
) -> Result<BTreeSet<PersonId>, DbErr> {
    let mut values: Vec<Value> = vec![day.into()];
    let mut any = vec![in_scope(scope, &mut values)];
    if !units.is_empty() {
        let first = values.len() + 1;
        values.extend(units.iter().map(|unit| Value::from(unit.0)));
        any.push(format!("o.unit_id in ({})", db::places(first, units.len())));
    }
    let sql = format!(
        "select distinct p.id from person p join posting o on o.person_id = p.id left join unit_place q \
         on q.unit_id = o.unit_id where p.void = false and p.merged_into is null and o.void = false \
         and o.from_day <= $1 and (o.to_day is null or o.to_day >= $1) and ({}) and p.id in ($keys)",
        any.join(" or ")
    );
    Ok(db::by_keys(&sql, people).with(values).rows(conn).await?.into_iter().collect())
}
