//! All queries on openings and those who came forward, except those of the lists.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor, Scope},
    error::Result,
};
use kernel::{PersonId, RecordId, UnitId};
use ledger::{Record as _, Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;

use super::model::{Candidate, Opening, Step};

/// An opening by its key.
pub async fn by_id(conn: &impl ConnectionTrait, id: RecordId) -> Result<Option<Opening>, DbErr> {
    let sql = format!("select {} from opening o where o.id = $1", Opening::columns("o"));
    db::row(conn, &sql, vec![id.0.into()]).await
}

/// Every opening, for `reconcile`.
pub(super) async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Opening>, DbErr> {
    db::rows(conn, &format!("select {} from opening o order by o.id", Opening::columns("o")), vec![]).await
}

/// A select of candidates `c` that meet a condition, in the order of their keys.
fn candidates(condition: &str) -> String {
    format!("select {} from opening_candidate c where {condition} order by c.id", Candidate::columns("c"))
}

/// A candidate by its key.
pub async fn candidate(conn: &impl ConnectionTrait, id: RecordId) -> Result<Option<Candidate>, DbErr> {
    db::row(conn, &candidates("c.id = $1"), vec![id.0.into()]).await
}

/// Every candidate, for `reconcile`.
pub(super) async fn all_candidates(conn: &impl ConnectionTrait) -> Result<Vec<Candidate>, DbErr> {
    db::rows(conn, &candidates("1 = 1"), vec![]).await
}

/// All who came forward for an opening, also those who withdrew.
pub async fn candidates_of(conn: &impl ConnectionTrait, opening: RecordId) -> Result<Vec<Candidate>, DbErr> {
    db::rows(conn, &candidates("c.opening_id = $1"), vec![opening.0.into()]).await
}

/// For what people came forward and did not withdraw.
pub(super) async fn of_people(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Candidate>, DbErr> {
    db::by_keys(&candidates("c.step <> 'withdrawn' and c.person_id in ($keys)"), people).rows(conn).await
}

/// All that a person came forward for, also what was withdrawn, with the titles of the openings.
pub(super) async fn of_person(
    conn: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Vec<(Candidate, String)>, DbErr> {
    let sql = format!(
        "select {}, o.title from opening_candidate c join opening o on o.id = c.opening_id where c.person_id = $1",
        Candidate::columns("c")
    );
    db::rows(conn, &sql, vec![person.0.into()]).await
}

/// A person among those who came forward for an opening and did not withdraw.
pub async fn candidate_of(
    conn: &impl ConnectionTrait,
    opening: RecordId,
    person: PersonId,
) -> Result<Option<Candidate>, DbErr> {
    let sql = candidates("c.opening_id = $1 and c.person_id = $2 and c.step <> 'withdrawn'");
    db::row(conn, &sql, vec![opening.0.into(), person.0.into()]).await
}

/// How many came forward for an opening and are at a step.
pub(super) async fn count(conn: &impl ConnectionTrait, opening: RecordId, step: Step) -> Result<i64, DbErr> {
    let sql = "select count(*) from opening_candidate where opening_id = $1 and step = $2";
    Ok(db::scalar(conn, sql, vec![opening.0.into(), step.as_str().into()]).await?.unwrap_or(0))
}

/// How many of those who came forward for an opening are at each step.
pub(super) async fn steps(conn: &impl ConnectionTrait, opening: RecordId) -> Result<HashMap<Step, i64>, DbErr> {
    let sql = "select step, count(*) from opening_candidate where opening_id = $1 group by step";
    let steps: Vec<(Step, i64)> = db::rows(conn, sql, vec![opening.0.into()]).await?;
    Ok(steps.into_iter().collect())
}

/// What a person was selected for and has not begun: titles and days of other openings in which somebody is placed.
pub(super) async fn awaited(
    conn: &impl ConnectionTrait,
    person: PersonId,
    but: RecordId,
) -> Result<Vec<Opening>, DbErr> {
    let sql = format!(
        "select {} from opening o join opening_candidate c on c.opening_id = o.id \
         left join stint s on s.id = c.stint_id and s.state <> 'void' \
         where c.person_id = $1 and c.step = 'selected' and s.id is null and o.id <> $2 and o.state <> 'withdrawn' order by o.id",
        Opening::columns("o")
    );
    db::rows(conn, &sql, vec![person.0.into(), but.0.into()]).await
}

/// Locks an opening until the transaction ends.
pub(super) async fn lock(tx: &impl ConnectionTrait, id: RecordId) -> Result<(), DbErr> {
    db::lock(tx, Opening::TABLE, &[id]).await
}

/// Locks candidates until the transaction ends.
pub(super) async fn lock_candidates(tx: &impl ConnectionTrait, ids: &[RecordId]) -> Result<(), DbErr> {
    db::lock(tx, Candidate::TABLE, ids).await
}

/// Inserts an opening.
pub(super) async fn insert(tx: &impl ConnectionTrait, opening: &Opening) -> Result<(), DbErr> {
    db::insert(tx, std::slice::from_ref(opening)).await
}

/// Overwrites an opening if it has the version that was read, and raises the version by one.
pub(super) async fn update(tx: &impl ConnectionTrait, opening: &Opening) -> Result<()> {
    Ok(db::touched(db::update(tx, opening).await?, &opening.title)?)
}

/// Inserts a candidate.
pub(super) async fn insert_candidate(tx: &impl ConnectionTrait, candidate: &Candidate) -> Result<(), DbErr> {
    db::insert(tx, std::slice::from_ref(candidate)).await
}

/// Overwrites a candidate if it has the version that was read, and raises the version by one.
pub(super) async fn update_candidate(tx: &impl ConnectionTrait, candidate: &Candidate, title: &str) -> Result<()> {
    Ok(db::touched(db::update(tx, candidate).await?, title)?)
}

/// Stores the standing of people, which is what confirming again changes. The entered data doesn't change, so neither do the versions.
pub(super) async fn set_stood(tx: &impl ConnectionTrait, candidates: &[&Candidate]) -> Result<(), DbErr> {
    let mut alike: HashMap<(UnitId, [&str; 4]), Vec<RecordId>> = HashMap::new();
    for candidate in candidates {
        let facets = [candidate.level.as_str(), &candidate.party, &candidate.youth, &candidate.sex];
        alike.entry((candidate.unit, facets)).or_default().push(candidate.id);
    }
    for ((unit, facets), ids) in alike {
        let sql = "update opening_candidate set unit_id = $1, level = $2, party = $3, youth = $4, sex = $5 \
             where id in ($keys)";
        let mut values: Vec<Value> = vec![unit.0.into()];
        values.extend(facets.map(Value::from));
        db::by_keys(sql, &ids).with(values).execute(tx).await?;
    }
    Ok(())
}

/// Gives the candidates of an opening its part and its theme.
pub(super) async fn set_facets(tx: &impl ConnectionTrait, opening: &Opening) -> Result<(), DbErr> {
    let sql = "update opening_candidate set part = $1, theme = $2 where opening_id = $3";
    let values = vec![opening.part.as_str().into(), opening.theme.clone().into(), opening.id.0.into()];
    db::execute(tx, sql, values).await?;
    Ok(())
}

/// Tells those who wait for an opening that they were not selected.
pub(super) async fn decline_waiting(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    opening: RecordId,
    reason: Option<&str>,
) -> Result<(), DbErr> {
    let sql = "update opening_candidate set step = 'declined', reason = $1, decided_by = $2, decided_at = $3, \
         version = version + 1 where opening_id = $4 and step = 'waiting'";
    let at = actor.at.0.as_str();
    db::execute(tx, sql, vec![reason.into(), actor.account.0.into(), at.into(), opening.0.into()]).await?;
    Ok(())
}

/// Withdraws those of two merged people who are there twice.
pub(super) async fn set_withdrawn(tx: &impl ConnectionTrait, ids: &[RecordId], reason: &str) -> Result<(), DbErr> {
    let sql = "update opening_candidate set step = 'withdrawn', reason = $1, version = version + 1 where id in ($keys)";
    db::by_keys(sql, ids).with(vec![reason.into()]).execute(tx).await?;
    Ok(())
}

/// Gives a merged person's candidates to the survivor.
pub(super) async fn repoint(tx: &impl ConnectionTrait, loser: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    let sql = "update opening_candidate set person_id = $1 where person_id = $2";
    db::execute(tx, sql, vec![survivor.0.into(), loser.0.into()]).await?;
    Ok(())
}

/// The titles of openings among the rows of a figure.
pub(super) async fn titles(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<HashMap<RecordId, String>, DbErr> {
    db::by_keys("select o.id, o.title from opening o where o.id in ($keys)", ids).map(conn).await
}

/// The titles of the openings of candidates among the rows of a figure.
pub(super) async fn candidate_titles(
    conn: &impl ConnectionTrait,
    ids: &[RecordId],
) -> Result<HashMap<RecordId, String>, DbErr> {
    let sql =
        "select c.id, o.title from opening_candidate c join opening o on o.id = c.opening_id where c.id in ($keys)";
    db::by_keys(sql, ids).map(conn).await
}

/// The condition that candidate `c` is seen, whose unit has the place `q.place` and whose opening's unit has `top.place`: by whoever writes at the
/// unit that asks, by whoever sees the people of the candidate's unit or leads a group of the person today (`$1`) or then, by the person.
pub(super) fn in_scope(actor: &Actor, values: &mut Vec<Value>) -> String {
    let (people, writes) = (actor.scope(Action::People), actor.scope(Action::Write));
    if people.all || writes.all {
        return "1 = 1".to_owned();
    }
    let mut any = vec![people.within("q.place", values), writes.within("top.place", values)];
    if !people.groups.is_empty() {
        let groups = people.in_groups("m.group_id", values);
        any.push(format!(
            "exists (select 1 from membership m where m.person_id = c.person_id and m.void = false and {groups} and \
             (m.from_day <= $1 and (m.to_day is null or m.to_day >= $1) \
             or m.from_day <= c.came_on and (m.to_day is null or m.to_day >= c.came_on)))"
        ));
    }
    if let Some(person) = people.person {
        values.push(person.0.into());
        any.push(format!("c.person_id = ${}", values.len()));
    }
    format!("({})", any.join(" or "))
}

/// The joins of the places that [`in_scope`] asks for.
pub(super) const PLACES: &str = "join opening o on o.id = c.opening_id left join unit_place q on q.unit_id = c.unit_id \
     left join unit_place top on top.unit_id = o.unit_id";

/// Whether an actor sees a candidate.
pub(super) async fn is_seen(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    id: RecordId,
    today: NaiveDate,
) -> Result<bool, DbErr> {
    let mut values: Vec<Value> = vec![today.into()];
    let within = in_scope(actor, &mut values);
    let sql = format!("select c.id from opening_candidate c {PLACES} where $1 = $1 and {within} and c.id in ($keys)");
    Ok(!db::by_keys(&sql, &[id]).with(values).rows::<RecordId>(conn).await?.is_empty())
}

/// Whether a unit stands at or under another one today.
pub(super) async fn stands_under(conn: &impl ConnectionTrait, unit: UnitId, top: UnitId) -> Result<bool, DbErr> {
    let sql = "select u.unit_id from unit_place u join unit_place t on u.place between t.place and t.last \
         where u.unit_id = $1 and t.unit_id = $2";
    Ok(db::row::<UnitId>(conn, sql, vec![unit.0.into(), top.0.into()]).await?.is_some())
}

/// An opening on somebody's home page.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct HomeLine {
    /// Key.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// The unit that asks.
    pub unit: String,
    /// Where.
    pub place: Option<String>,
    /// The last day to come forward.
    pub closes_on: NaiveDate,
    /// How far the person has come, if the person came forward.
    pub step: Option<String>,
}

/// The openings for which a person, who stands at a unit, may come forward or has come forward and that are still open, those that close first
/// before the others.
pub async fn for_person(
    conn: &impl ConnectionTrait,
    (person, unit): (PersonId, Option<UnitId>),
    today: NaiveDate,
    most: u64,
) -> Result<Vec<HomeLine>, DbErr> {
    let sql = format!(
        "select o.id, o.title, u.name as unit, coalesce(o.place, w.name) as place, o.closes_on, c.step from opening o \
         join unit u on u.id = o.unit_id left join unit w on w.id = o.place_unit_id \
         left join opening_candidate c on c.opening_id = o.id and c.person_id = $1 and c.step <> 'withdrawn' \
         where o.state = 'open' and (c.id is not null or o.closes_on >= $2 and exists (select 1 from unit_place me \
         join unit_place top on me.place between top.place and top.last where me.unit_id = $3 and top.unit_id = o.unit_id)) \
         order by o.closes_on, o.id limit {most}"
    );
    let unit = unit.map(|unit| unit.0);
    db::all(conn, &sql, vec![person.0.into(), today.into(), unit.into()]).await
}

/// An opening whose unit has to select.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct ToSelect {
    /// Key.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// The last day to come forward.
    pub closes_on: NaiveDate,
    /// How many wait for an answer.
    pub waiting: i64,
}

/// The openings of a scope for which people wait for an answer.
pub async fn to_select(conn: &impl ConnectionTrait, scope: &Scope, most: u64) -> Result<Vec<ToSelect>, DbErr> {
    if !scope.all && scope.places.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = Vec::new();
    let within = scope.within("q.place", &mut values);
    let sql = format!(
        "select o.id, o.title, o.closes_on, w.waiting from opening o join unit_place q on q.unit_id = o.unit_id \
         join (select opening_id, count(*) as waiting from opening_candidate where step = 'waiting' group by opening_id) w \
         on w.opening_id = o.id where o.state = 'open' and {within} order by o.closes_on, o.id limit {most}"
    );
    db::all(conn, &sql, values).await
}

/// Which of these stints are there and not void.
pub(super) async fn live_stints(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<HashSet<RecordId>, DbErr> {
    let sql = "select s.id from stint s where s.state <> 'void' and s.id in ($keys)";
    Ok(db::by_keys(sql, ids).rows(conn).await?.into_iter().collect())
}
