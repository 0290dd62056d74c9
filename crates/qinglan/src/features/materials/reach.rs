//! Who may see and maintain which material: it is for the unit that published it and all under it; whoever may read records
//! there may see it too.

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor, Scope},
    error::Result,
};
use federation::{groups, scope};
use kernel::{Refusal, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, Value};

/// The part of the library that an actor may see.
#[derive(Clone, Debug)]
pub struct Reach {
    scope: Scope,
    /// The actor's places in the tree: materials published by units above are for them.
    places: Vec<i64>,
}

impl Reach {
    /// The reach of an actor on a day.
    pub async fn load(conn: &impl ConnectionTrait, actor: &Actor, today: NaiveDate) -> Result<Self, DbErr> {
        let scope = actor.scope(Action::Read);
        let mut places: Vec<i64> = scope.places.iter().map(|(first, _)| *first).collect();
        let mut values: Vec<Value> = Vec::new();
        let groups = scope.in_groups("g.id", &mut values);
        values.extend([actor.person.map(|person| person.0).into(), today.into()]);
        let (person, day) = (values.len() - 1, values.len());
        // The person's units, the units of the person's groups, and of the groups that the account leads.
        let sql = format!(
            "select q.place from unit_place q where q.unit_id in (select g.unit_id from study_group g where {groups} union \
             select o.unit_id from posting o where o.person_id = ${person} and o.void = false and o.from_day <= ${day} \
             and (o.to_day is null or o.to_day >= ${day}) union \
             select g.unit_id from membership m join study_group g on g.id = m.group_id where m.person_id = ${person} \
             and m.void = false and m.from_day <= ${day} and (m.to_day is null or m.to_day >= ${day}))"
        );
        places.extend(db::rows::<i64>(conn, &sql, values).await?);
        Ok(Self { scope, places })
    }

    /// The condition for materials of a unit: `unit` is a column with it, or null for everybody; `place` and `last` are
    /// columns with its places.
    pub fn within(&self, unit: &str, (place, last): (&str, &str), values: &mut Vec<Value>) -> String {
        let mut any = vec![format!("{unit} is null"), self.scope.within(place, values)];
        for own in &self.places {
            values.push((*own).into());
            any.push(format!("${} between {place} and {last}", values.len()));
        }
        format!("({})", any.join(" or "))
    }
}

/// Refuses an actor who may not publish for a unit: neither a secretary over it nor a leader of one of its groups.
/// Materials for everybody may be published by whoever may write everywhere.
pub async fn must_keep(conn: &impl ConnectionTrait, actor: &Actor, unit: Option<UnitId>) -> Result<()> {
    let scope = actor.scope(Action::Lead);
    if scope.all {
        return Ok(());
    }
    let Some(unit) = unit else { return Err(Refusal::forbidden().into()) };
    if scope.covers(scope::places::of_unit(conn, unit).await?.map(|(place, _)| place)) {
        return Ok(());
    }
    let of_unit = groups::store::of_unit(conn, unit).await?;
    if of_unit.iter().any(|group| group.unit == unit && scope.groups.contains(&group.id)) {
        return Ok(());
    }
    Err(Refusal::forbidden().into())
}
