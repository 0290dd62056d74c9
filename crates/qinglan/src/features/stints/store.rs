//! All queries on stints, except those of the list.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use desk::{actor::Scope, error::Result};
use kernel::{AccountId, GroupId, ImportId, PersonId, RecordId, UnitId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, Value};

use super::model::{State, Stint};

/// A select of stints `r` that meet a condition, in the order of their keys.
fn stints(condition: &str) -> String {
    format!("select {} from stint r where {condition} order by r.id", Stint::columns("r"))
}

/// Every stint, for `reconcile`.
pub(super) async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Stint>, DbErr> {
    db::rows(conn, &stints("1 = 1"), vec![]).await
}

/// Stints by key.
pub async fn by_ids(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<Vec<Stint>, DbErr> {
    db::by_keys(&stints("r.id in ($keys)"), ids).rows(conn).await
}

/// All stints of people that are not void.
pub(super) async fn of_people(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Stint>, DbErr> {
    db::by_keys(&stints("r.state <> 'void' and r.person_id in ($keys)"), people).rows(conn).await
}

/// The stints of an import that are not void, or that another one stands for now: undoing its import would restore them.
pub(super) async fn of_import(conn: &impl ConnectionTrait, import: ImportId) -> Result<Vec<Stint>, DbErr> {
    let replaced = "exists (select 1 from stint s where s.replaces = r.id and s.state <> 'void')";
    let sql = stints(&format!("r.import_id = $1 and (r.state <> 'void' or {replaced})"));
    db::rows(conn, &sql, vec![import.0.into()]).await
}

/// Locks the rows of stints until the transaction ends.
pub(super) async fn lock(tx: &impl ConnectionTrait, ids: &[RecordId]) -> Result<(), DbErr> {
    db::lock(tx, "stint", ids).await
}

/// Inserts stints.
pub(super) async fn insert(tx: &impl ConnectionTrait, stints: &[Stint], import: Option<ImportId>) -> Result<(), DbErr> {
    db::insert_with(tx, stints, &[("import_id", import.map(|import| import.0).into())]).await
}

/// Overwrites a stint if it has the version that was read, and raises the version by one.
pub(super) async fn update(tx: &impl ConnectionTrait, stint: &Stint) -> Result<()> {
    Ok(db::touched(db::update(tx, stint).await?, &stint.task)?)
}

/// Makes stints void, all for the same reason.
pub(super) async fn set_void(tx: &impl ConnectionTrait, ids: &[RecordId], reason: &str) -> Result<(), DbErr> {
    let sql = "update stint set state = 'void', reason = $1, version = version + 1 where id in ($keys)";
    db::by_keys(sql, ids).with(vec![reason.into()]).execute(tx).await?;
    Ok(())
}

/// Marks a stint as checked.
pub(super) async fn set_checked(tx: &impl ConnectionTrait, id: RecordId, by: AccountId, at: &str) -> Result<(), DbErr> {
    let sql = "update stint set state = 'checked', checked_by = $1, checked_at = $2, reason = null, \
         version = version + 1 where id in ($keys)";
    db::by_keys(sql, &[id]).with(vec![by.0.into(), at.into()]).execute(tx).await?;
    Ok(())
}

/// Restores the state of stints that an import had replaced.
pub(super) async fn revive(tx: &impl ConnectionTrait, of: &[(RecordId, State)]) -> Result<(), DbErr> {
    for state in [State::Pending, State::Checked, State::Returned] {
        let ids: Vec<RecordId> = of.iter().filter(|(_, was)| *was == state).map(|(id, _)| *id).collect();
        let sql = "update stint set state = $1, reason = null, version = version + 1 \
             where state = 'void' and id in ($keys)";
        db::by_keys(sql, &ids).with(vec![state.as_str().into()]).execute(tx).await?;
    }
    Ok(())
}

/// Stores the standing of people, which is what confirming again changes. The entered data doesn't change, so neither do
/// the versions.
pub(super) async fn set_stood(tx: &impl ConnectionTrait, stints: &[&Stint]) -> Result<(), DbErr> {
    let mut alike: HashMap<(UnitId, [&str; 4]), Vec<RecordId>> = HashMap::new();
    for stint in stints {
        let facets = [stint.level.as_str(), &stint.party, &stint.youth, &stint.sex];
        alike.entry((stint.unit, facets)).or_default().push(stint.id);
    }
    for ((unit, facets), ids) in alike {
        let sql = "update stint set unit_id = $1, level = $2, party = $3, youth = $4, sex = $5 where id in ($keys)";
        let mut values: Vec<Value> = vec![unit.0.into()];
        values.extend(facets.map(Value::from));
        db::by_keys(sql, &ids).with(values).execute(tx).await?;
    }
    Ok(())
}

/// Assigns a merged person's stints to the survivor.
pub(super) async fn repoint(tx: &impl ConnectionTrait, loser: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    let sql = "update stint set person_id = $1 where person_id = $2";
    db::execute(tx, sql, vec![survivor.0.into(), loser.0.into()]).await?;
    Ok(())
}

/// The condition that stint `r`, whose unit has the place `q.place`, is within a scope: counted there; of
/// somebody who is a member of one of the groups today (`$1`) or was on the first day; or the person's own.
pub(super) fn in_scope(scope: &Scope, values: &mut Vec<Value>) -> String {
    if scope.all {
        return "1 = 1".to_owned();
    }
    let mut any = vec![scope.within("q.place", values)];
    if !scope.groups.is_empty() {
        let groups = scope.in_groups("m.group_id", values);
        any.push(format!(
            "exists (select 1 from membership m where m.person_id = r.person_id and m.void = false and {groups} and \
             (m.from_day <= $1 and (m.to_day is null or m.to_day >= $1) \
             or m.from_day <= r.from_day and (m.to_day is null or m.to_day >= r.from_day)))"
        ));
    }
    if let Some(person) = scope.person {
        values.push(person.0.into());
        any.push(format!("r.person_id = ${}", values.len()));
    }
    format!("({})", any.join(" or "))
}

/// Whether a stint is within a scope.
pub(super) async fn is_within(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    id: RecordId,
    today: NaiveDate,
) -> Result<bool, DbErr> {
    let mut values: Vec<Value> = vec![today.into()];
    let within = in_scope(scope, &mut values);
    let sql = format!(
        "select r.id from stint r left join unit_place q on q.unit_id = r.unit_id \
         where $1 = $1 and {within} and r.id in ($keys)"
    );
    Ok(!db::by_keys(&sql, &[id]).with(values).rows::<RecordId>(conn).await?.is_empty())
}

/// The titles of stints among the rows of a figure.
pub(super) async fn titles(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<HashMap<RecordId, String>, DbErr> {
    db::by_keys("select r.id, r.task from stint r where r.id in ($keys)", ids).map(conn).await
}

/// The people among some who are members of one of the groups on one of these days.
pub(super) async fn led(
    conn: &impl ConnectionTrait,
    groups: &[GroupId],
    days: [NaiveDate; 2],
) -> Result<HashSet<PersonId>, DbErr> {
    let mut members = HashSet::new();
    for day in days {
        let on = federation::groups::store::members_on(conn, groups, day).await?;
        members.extend(on.into_iter().map(|(member, _)| member));
    }
    Ok(members)
}
