//! All queries on platforms and external results, but for the list.

use std::collections::{HashMap, HashSet};

use kernel::{AccountId, GroupId, ImportId, PersonId, RecordId, Refusal, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use super::model::{Amounts, Earned, Platform, State};
use crate::{error::Result, features::accounts::Scope};

/// The platforms in their order; retired ones are left out.
pub async fn platforms(conn: &impl ConnectionTrait) -> Result<Vec<Platform>, DbErr> {
    Ok(every_platform(conn).await?.into_iter().filter(|platform| !platform.retired).collect())
}

/// The platforms in their order, retired ones too.
pub async fn every_platform(conn: &impl ConnectionTrait) -> Result<Vec<Platform>, DbErr> {
    db::all(conn, "select code, name, en, aliases, retired from platform order by place, code", vec![]).await
}

/// Enters a platform, or changes one that is there.
pub(super) async fn set_platform(tx: &impl ConnectionTrait, platform: &Platform) -> Result<(), DbErr> {
    let sql = "insert into platform (code, name, en, aliases, place, retired) \
         values ($1, $2, $3, $4, 1 + (select coalesce(max(place), 0) from platform), $5) \
         on conflict (code) do update set name = excluded.name, en = excluded.en, aliases = excluded.aliases, \
         retired = excluded.retired";
    let text = |text: &str| -> Value { text.into() };
    let Platform { code, name, en, aliases, retired } = platform;
    db::execute(tx, sql, vec![text(code), text(name), text(en), text(aliases), (*retired).into()]).await?;
    Ok(())
}

const COLUMNS: [&str; 24] = [
    "id",
    "person_id",
    "platform_code",
    "month",
    "day",
    "points",
    "minutes",
    "classes",
    "note",
    "state",
    "reason",
    "handed_in_by",
    "handed_in_at",
    "attested_by",
    "attested_at",
    "unit_id",
    "level",
    "party",
    "youth",
    "sex",
    "replaces",
    "replaced_state",
    "hour_percent",
    "version",
];

fn values(earned: &Earned) -> Vec<Value> {
    vec![
        earned.id.0.into(),
        earned.person.0.into(),
        earned.platform.as_str().into(),
        earned.month.into(),
        earned.day.into(),
        earned.amounts.points.into(),
        earned.amounts.minutes.into(),
        earned.amounts.classes.into(),
        earned.note.as_deref().into(),
        earned.state.as_str().into(),
        earned.reason.as_deref().into(),
        earned.handed_in_by.0.into(),
        earned.handed_in_at.as_str().into(),
        earned.attested_by.map(|account| account.0).into(),
        earned.attested_at.as_deref().into(),
        earned.unit.0.into(),
        earned.level.as_str().into(),
        earned.party.as_str().into(),
        earned.youth.as_str().into(),
        earned.sex.as_str().into(),
        earned.replaces.map(|record| record.0).into(),
        earned.replaced_state.map(State::as_str).into(),
        earned.hour_percent.into(),
        earned.version.into(),
    ]
}

fn earned(row: &QueryResult) -> Result<Earned, DbErr> {
    let state = |text: &str| State::of(text).ok_or_else(|| DbErr::Type(format!("external_result holds {text}")));
    Ok(Earned {
        id: RecordId(row.try_get_by_index(0)?),
        person: PersonId(row.try_get_by_index(1)?),
        platform: row.try_get_by_index(2)?,
        month: row.try_get_by_index(3)?,
        day: row.try_get_by_index(4)?,
        amounts: Amounts {
            points: row.try_get_by_index(5)?,
            minutes: row.try_get_by_index(6)?,
            classes: row.try_get_by_index(7)?,
        },
        note: row.try_get_by_index(8)?,
        state: state(&row.try_get_by_index::<String>(9)?)?,
        reason: row.try_get_by_index(10)?,
        handed_in_by: AccountId(row.try_get_by_index(11)?),
        handed_in_at: row.try_get_by_index(12)?,
        attested_by: row.try_get_by_index::<Option<i64>>(13)?.map(AccountId),
        attested_at: row.try_get_by_index(14)?,
        unit: UnitId(row.try_get_by_index(15)?),
        level: row.try_get_by_index(16)?,
        party: row.try_get_by_index(17)?,
        youth: row.try_get_by_index(18)?,
        sex: row.try_get_by_index(19)?,
        replaces: row.try_get_by_index::<Option<i64>>(20)?.map(RecordId),
        replaced_state: row.try_get_by_index::<Option<String>>(21)?.as_deref().map(state).transpose()?,
        hour_percent: row.try_get_by_index(22)?,
        version: row.try_get_by_index(23)?,
    })
}

/// Results that meet a condition, in the order of their keys.
async fn read(conn: &impl ConnectionTrait, condition: &str, values: Vec<Value>) -> Result<Vec<Earned>, DbErr> {
    let columns = COLUMNS.map(|column| format!("r.{column}")).join(", ");
    let sql = format!("select {columns} from external_result r where {condition} order by r.id");
    db::raw(conn, &sql, values).await?.iter().map(earned).collect()
}

/// Every result, for `reconcile`.
pub(super) async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Earned>, DbErr> {
    read(conn, "1 = 1", vec![]).await
}

/// Results by key.
pub(crate) async fn by_ids(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<Vec<Earned>, DbErr> {
    let mut found = Vec::new();
    for chunk in db::chunks(ids) {
        let condition = format!("r.id in ({})", db::places(1, chunk.len()));
        found.extend(read(conn, &condition, chunk.iter().map(|id| id.0.into()).collect()).await?);
    }
    Ok(found)
}

/// Those of people in some months that are not void.
pub(super) async fn live_of(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
    (from, to): (i64, i64),
) -> Result<Vec<Earned>, DbErr> {
    let mut found = Vec::new();
    for chunk in db::chunks(people) {
        let condition = format!(
            "r.state <> 'void' and r.month between $1 and $2 and r.person_id in ({})",
            db::places(3, chunk.len())
        );
        let mut values: Vec<Value> = vec![from.into(), to.into()];
        values.extend(chunk.iter().map(|person| Value::from(person.0)));
        found.extend(read(conn, &condition, values).await?);
    }
    Ok(found)
}

/// Everything that is not void of people.
pub(super) async fn of_people(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Earned>, DbErr> {
    live_of(conn, people, (0, i64::MAX)).await
}

/// The results of an import that are not void.
pub(super) async fn of_import(conn: &impl ConnectionTrait, import: ImportId) -> Result<Vec<Earned>, DbErr> {
    read(conn, "r.import_id = $1 and r.state <> 'void'", vec![import.0.into()]).await
}

/// Holds the rows of results until the transaction ends.
pub(super) async fn lock(tx: &impl ConnectionTrait, ids: &[RecordId]) -> Result<(), DbErr> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    for chunk in db::chunks(&ids) {
        let sql = format!("select id from external_result where id in ({}) order by id", db::places(1, chunk.len()));
        db::hold(tx, &sql, chunk.iter().map(|id| id.0.into()).collect()).await?;
    }
    Ok(())
}

/// Inserts results.
pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    results: &[Earned],
    import: Option<ImportId>,
) -> Result<(), DbErr> {
    let mut columns = COLUMNS.to_vec();
    columns.push("import_id");
    let rows = results.iter().map(|earned| {
        let mut row = values(earned);
        row.push(import.map(|import| import.0).into());
        row
    });
    db::insert_many(tx, "external_result", &columns, rows).await
}

/// Writes a result over the version that was read; the version in the database becomes one higher.
pub(super) async fn update(tx: &impl ConnectionTrait, earned: &Earned) -> Result<()> {
    let last = COLUMNS.len();
    let sets: Vec<String> =
        COLUMNS[1..last - 1].iter().zip(2..).map(|(column, place)| format!("{column} = ${place}")).collect();
    let sql = format!(
        "update external_result set {}, version = version + 1 where id = $1 and version = ${last}",
        sets.join(", ")
    );
    if db::execute(tx, &sql, values(earned)).await? == 0 {
        return Err(Refusal::new("changed-meanwhile").with("what", super::rules::shown_month(earned.month)).into());
    }
    Ok(())
}

/// Makes many attested, as they stood then, in statements that each hold many.
pub(super) async fn set_attested(
    tx: &impl ConnectionTrait,
    ids: &[RecordId],
    by: AccountId,
    at: &str,
) -> Result<(), DbErr> {
    for chunk in db::chunks(ids) {
        let sql = format!(
            "update external_result set state = 'attested', attested_by = $1, attested_at = $2, reason = null, \
             version = version + 1 where id in ({})",
            db::places(3, chunk.len())
        );
        let mut values: Vec<Value> = vec![by.0.into(), at.into()];
        values.extend(chunk.iter().map(|id| Value::from(id.0)));
        db::execute(tx, &sql, values).await?;
    }
    Ok(())
}

/// Makes results void, all for one reason.
pub(super) async fn set_void(tx: &impl ConnectionTrait, ids: &[RecordId], reason: &str) -> Result<(), DbErr> {
    for chunk in db::chunks(ids) {
        let sql = format!(
            "update external_result set state = 'void', reason = $1, version = version + 1 where id in ({})",
            db::places(2, chunk.len())
        );
        let mut values: Vec<Value> = vec![reason.into()];
        values.extend(chunk.iter().map(|id| Value::from(id.0)));
        db::execute(tx, &sql, values).await?;
    }
    Ok(())
}

/// Gives results that an import took the place of their state back.
pub(super) async fn revive(tx: &impl ConnectionTrait, of: &[(RecordId, State)]) -> Result<(), DbErr> {
    for state in [State::HandedIn, State::Attested, State::Returned] {
        let ids: Vec<RecordId> = of.iter().filter(|(_, was)| *was == state).map(|(id, _)| *id).collect();
        for chunk in db::chunks(&ids) {
            let sql = format!(
                "update external_result set state = $1, reason = null, version = version + 1 \
                 where state = 'void' and id in ({})",
                db::places(2, chunk.len())
            );
            let mut values: Vec<Value> = vec![state.as_str().into()];
            values.extend(chunk.iter().map(|id| Value::from(id.0)));
            db::execute(tx, &sql, values).await?;
        }
    }
    Ok(())
}

/// Writes how people stood: what confirming anew changes. It is no change of what was said, so that versions stay.
pub(super) async fn set_stood(tx: &impl ConnectionTrait, results: &[&Earned]) -> Result<(), DbErr> {
    let mut alike: HashMap<[&str; 4], HashMap<UnitId, Vec<RecordId>>> = HashMap::new();
    for earned in results {
        let stood = [earned.level.as_str(), &earned.party, &earned.youth, &earned.sex];
        alike.entry(stood).or_default().entry(earned.unit).or_default().push(earned.id);
    }
    for (stood, by_unit) in alike {
        for (unit, ids) in by_unit {
            for chunk in db::chunks(&ids) {
                let sql = format!(
                    "update external_result set unit_id = $1, level = $2, party = $3, youth = $4, sex = $5 where id in ({})",
                    db::places(6, chunk.len())
                );
                let mut values: Vec<Value> = vec![unit.0.into()];
                values.extend(stood.map(Value::from));
                values.extend(chunk.iter().map(|id| Value::from(id.0)));
                db::execute(tx, &sql, values).await?;
            }
        }
    }
    Ok(())
}

/// Points a merged person's results to the survivor.
pub(super) async fn repoint(tx: &impl ConnectionTrait, loser: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    let sql = "update external_result set person_id = $1 where person_id = $2";
    db::execute(tx, sql, vec![survivor.0.into(), loser.0.into()]).await?;
    Ok(())
}

/// The condition that result `r`, whose unit stands at place `q.place`, lies within a scope: counted there; of somebody who is
/// a member of one of the groups today (`$1`) or was that day; or one's own.
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

/// Which of some results lie within a scope.
pub(super) async fn within(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[RecordId],
    today: chrono::NaiveDate,
) -> Result<HashSet<RecordId>, DbErr> {
    let mut found = HashSet::new();
    for chunk in db::chunks(ids) {
        let mut values: Vec<Value> = vec![today.into()];
        let within = in_scope(scope, &mut values);
        let first = values.len() + 1;
        values.extend(chunk.iter().map(|id| Value::from(id.0)));
        let sql = format!(
            "select r.id from external_result r left join unit_place q on q.unit_id = r.unit_id \
             where $1 = $1 and {within} and r.id in ({})",
            db::places(first, chunk.len())
        );
        for row in db::raw(conn, &sql, values).await? {
            found.insert(RecordId(row.try_get_by_index(0)?));
        }
    }
    Ok(found)
}

/// What a result is called where the rows of a figure are named, and the unit it counts to: `学习强国 2025-03`.
pub(crate) async fn titles(
    conn: &impl ConnectionTrait,
    ids: &[RecordId],
) -> Result<HashMap<RecordId, (String, bool)>, DbErr> {
    let mut titles = HashMap::new();
    for chunk in db::chunks(ids) {
        let list = db::places(1, chunk.len());
        let values = || chunk.iter().map(|id| id.0.into()).collect::<Vec<Value>>();
        let sql = format!(
            "select r.id, f.name, r.month from external_result r join platform f on f.code = r.platform_code \
             where r.id in ({list})"
        );
        for row in db::raw(conn, &sql, values()).await? {
            let (name, month): (String, i64) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            let title = format!("{name} {}", super::rules::shown_month(month));
            titles.insert(RecordId(row.try_get_by_index(0)?), (title, false));
        }
        let sql = format!(
            "select c.id, f.name, c.season, c.issue from class_result c join platform f on f.code = c.platform_code \
             where c.id in ({list})"
        );
        for row in db::raw(conn, &sql, values()).await? {
            let [name, season, issue]: [String; 3] =
                [row.try_get_by_index(1)?, row.try_get_by_index(2)?, row.try_get_by_index(3)?];
            titles.insert(RecordId(row.try_get_by_index(0)?), (format!("{name} {season} {issue}"), true));
        }
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
        let members = crate::features::people::store::members_on(conn, groups, day).await?;
        if members.iter().any(|(member, _)| *member == person) {
            return Ok(true);
        }
    }
    Ok(false)
}
