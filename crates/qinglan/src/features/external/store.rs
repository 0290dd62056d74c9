//! All queries on external results, except those of the list.

use std::collections::{HashMap, HashSet};

use desk::{actor::Scope, error::Result};
use kernel::{AccountId, GroupId, ImportId, PersonId, RecordId, UnitId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, Value};

use super::model::{Earned, State};

/// A select of results `r` that meet a condition, in the order of their keys.
fn results(condition: &str) -> String {
    format!("select {} from external_result r where {condition} order by r.id", Earned::columns("r"))
}

/// Every result, for `reconcile`.
pub(super) async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Earned>, DbErr> {
    db::rows(conn, &results("1 = 1"), vec![]).await
}

/// Results by key.
pub(crate) async fn by_ids(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<Vec<Earned>, DbErr> {
    db::by_keys(&results("r.id in ($keys)"), ids).rows(conn).await
}

/// The results of people in some months that are not void.
pub(super) async fn live_of(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
    (from, to): (i64, i64),
) -> Result<Vec<Earned>, DbErr> {
    let sql = results("r.state <> 'void' and r.month between $1 and $2 and r.person_id in ($keys)");
    db::by_keys(&sql, people).with(vec![from.into(), to.into()]).rows(conn).await
}

/// All results of people that are not void.
pub(super) async fn of_people(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Earned>, DbErr> {
    live_of(conn, people, (0, i64::MAX)).await
}

/// The results of an import that are not void, or that another one stands for now: undoing its import would restore them.
pub(super) async fn of_import(conn: &impl ConnectionTrait, import: ImportId) -> Result<Vec<Earned>, DbErr> {
    let replaced = "exists (select 1 from external_result s where s.replaces = r.id and s.state <> 'void')";
    let sql = results(&format!("r.import_id = $1 and (r.state <> 'void' or {replaced})"));
    db::rows(conn, &sql, vec![import.0.into()]).await
}

/// Locks the rows of results until the transaction ends.
pub(super) async fn lock(tx: &impl ConnectionTrait, ids: &[RecordId]) -> Result<(), DbErr> {
    db::lock(tx, "external_result", ids).await
}

/// Inserts results.
pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    results: &[Earned],
    import: Option<ImportId>,
) -> Result<(), DbErr> {
    db::insert_with(tx, results, &[("import_id", import.map(|import| import.0).into())]).await
}

/// Overwrites a result if it has the version that was read, and raises the version by one.
pub(super) async fn update(tx: &impl ConnectionTrait, earned: &Earned) -> Result<()> {
    Ok(db::touched(db::update(tx, earned).await?, super::rules::shown_month(earned.month))?)
}

/// Marks many results as attested, with the standing of their people, in statements that each handle many.
pub(super) async fn set_attested(
    tx: &impl ConnectionTrait,
    ids: &[RecordId],
    by: AccountId,
    at: &str,
) -> Result<(), DbErr> {
    let sql = "update external_result set state = 'attested', attested_by = $1, attested_at = $2, reason = null, \
         version = version + 1 where id in ($keys)";
    db::by_keys(sql, ids).with(vec![by.0.into(), at.into()]).execute(tx).await?;
    Ok(())
}

/// Makes results void, all for the same reason.
pub(super) async fn set_void(tx: &impl ConnectionTrait, ids: &[RecordId], reason: &str) -> Result<(), DbErr> {
    let sql = "update external_result set state = 'void', reason = $1, version = version + 1 where id in ($keys)";
    db::by_keys(sql, ids).with(vec![reason.into()]).execute(tx).await?;
    Ok(())
}

/// Restores the state of results that an import had replaced.
pub(super) async fn revive(tx: &impl ConnectionTrait, of: &[(RecordId, State)]) -> Result<(), DbErr> {
    for state in [State::HandedIn, State::Attested, State::Returned] {
        let ids: Vec<RecordId> = of.iter().filter(|(_, was)| *was == state).map(|(id, _)| *id).collect();
        let sql = "update external_result set state = $1, reason = null, version = version + 1 \
             where state = 'void' and id in ($keys)";
        db::by_keys(sql, &ids).with(vec![state.as_str().into()]).execute(tx).await?;
    }
    Ok(())
}

/// Stores the standing of people, which is what confirming again changes. The entered data doesn't change, so neither do
/// the versions.
pub(super) async fn set_stood(tx: &impl ConnectionTrait, results: &[&Earned]) -> Result<(), DbErr> {
    let mut alike: HashMap<[&str; 4], HashMap<UnitId, Vec<RecordId>>> = HashMap::new();
    for earned in results {
        let facets = [earned.level.as_str(), &earned.party, &earned.youth, &earned.sex];
        alike.entry(facets).or_default().entry(earned.unit).or_default().push(earned.id);
    }
    for (facets, by_unit) in alike {
        for (unit, ids) in by_unit {
            let sql = "update external_result set unit_id = $1, level = $2, party = $3, youth = $4, sex = $5 where id in ($keys)";
            let mut values: Vec<Value> = vec![unit.0.into()];
            values.extend(facets.map(Value::from));
            db::by_keys(sql, &ids).with(values).execute(tx).await?;
        }
    }
    Ok(())
}

/// Assigns a merged person's results to the survivor.
pub(super) async fn repoint(tx: &impl ConnectionTrait, loser: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    let sql = "update external_result set person_id = $1 where person_id = $2";
    db::execute(tx, sql, vec![survivor.0.into(), loser.0.into()]).await?;
    Ok(())
}

/// The condition that result `r`, whose unit has the place `q.place`, is within a scope: counted there; of somebody who is
/// a member of one of the groups today (`$1`) or was on that day; or the person's own.
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
             or m.from_day <= r.day and (m.to_day is null or m.to_day >= r.day)))"
        ));
    }
    if let Some(person) = scope.person {
        values.push(person.0.into());
        any.push(format!("r.person_id = ${}", values.len()));
    }
    format!("({})", any.join(" or "))
}

/// Which of some results are within a scope.
pub(super) async fn within(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[RecordId],
    today: chrono::NaiveDate,
) -> Result<HashSet<RecordId>, DbErr> {
    let mut values: Vec<Value> = vec![today.into()];
    let within = in_scope(scope, &mut values);
    let sql = format!(
        "select r.id from external_result r left join unit_place q on q.unit_id = r.unit_id \
         where $1 = $1 and {within} and r.id in ($keys)"
    );
    Ok(db::by_keys(&sql, ids).with(values).rows(conn).await?.into_iter().collect())
}

/// The title of a result among the rows of a figure, and the unit it is counted for: `学习强国 2025-03`.
pub(crate) async fn titles(
    conn: &impl ConnectionTrait,
    ids: &[RecordId],
) -> Result<HashMap<RecordId, (String, bool)>, DbErr> {
    let mut titles = HashMap::new();
    let sql = "select r.id, f.name, r.month from external_result r join platform f on f.code = r.platform_code \
         where r.id in ($keys)";
    for (id, name, month) in db::by_keys(sql, ids).rows::<(RecordId, String, i64)>(conn).await? {
        titles.insert(id, (format!("{name} {}", super::rules::shown_month(month)), false));
    }
    let sql = "select c.id, f.name, c.season, c.issue from class_result c join platform f on f.code = c.platform_code \
         where c.id in ($keys)";
    for (id, name, season, issue) in db::by_keys(sql, ids).rows::<(RecordId, String, String, String)>(conn).await? {
        titles.insert(id, (format!("{name} {season} {issue}"), true));
    }
    Ok(titles)
}

/// Which of some people are members of one of the groups today or on another day.
pub(super) async fn led(
    conn: &impl ConnectionTrait,
    groups: &[GroupId],
    person: PersonId,
    days: [chrono::NaiveDate; 2],
) -> Result<bool, DbErr> {
    for day in days {
        let members = federation::groups::store::members_on(conn, groups, day).await?;
        if members.iter().any(|(member, _)| *member == person) {
            return Ok(true);
        }
    }
    Ok(false)
}
