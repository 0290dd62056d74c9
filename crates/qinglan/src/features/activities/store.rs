//! All queries on activities and attendance.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use desk::error::Result;
use kernel::{ImportId, PersonId, RecordId, UnitId};
use ledger::{Columns, Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, Value};

use super::model::{Activity, ActivityType, Attendance, Partner, Spoke, State};

/// The types in their order, without retired ones.
pub async fn types(conn: &impl ConnectionTrait) -> Result<Vec<ActivityType>, DbErr> {
    Ok(every_type(conn).await?.into_iter().filter(|kind| !kind.retired).collect())
}

/// The types in their order, including retired ones.
pub async fn every_type(conn: &impl ConnectionTrait) -> Result<Vec<ActivityType>, DbErr> {
    let sql = format!("select {} from activity_type y order by y.place, y.code", ActivityType::columns("y"));
    db::rows(conn, &sql, vec![]).await
}

/// Inserts a type, or changes an existing one.
pub(super) async fn set_type(tx: &impl ConnectionTrait, kind: &ActivityType) -> Result<(), DbErr> {
    let last: Option<i64> = db::scalar(tx, "select coalesce(max(place), 0) from activity_type", vec![]).await?;
    db::upsert(tx, kind, "code", &[("place", (last.unwrap_or(0) + 1).into())]).await
}

/// Activities that meet a condition, with partners and attendance, ordered by day.
async fn read(conn: &impl ConnectionTrait, condition: &str, values: Vec<Value>) -> Result<Vec<Activity>, DbErr> {
    let columns = Activity::columns("a");
    let sql = format!("select {columns} from activity a where {condition} order by a.occurred_on, a.id");
    let mut found: Vec<Activity> = db::rows(conn, &sql, values.clone()).await?;
    let places: HashMap<RecordId, usize> =
        found.iter().enumerate().map(|(place, activity)| (activity.id, place)).collect();
    let columns = Partner::columns("u");
    let sql = format!(
        "select u.activity_id, {columns} from activity_unit u join activity a on a.id = u.activity_id \
         where {condition} order by u.unit_id"
    );
    for (id, partner) in db::rows::<(RecordId, Partner)>(conn, &sql, values.clone()).await? {
        if let Some(place) = places.get(&id) {
            found[*place].partners.push(partner);
        }
    }
    let columns = Attendance::columns("t");
    let sql = format!(
        "select t.activity_id, {columns} from attendance t join activity a on a.id = t.activity_id \
         where {condition} order by t.person_id"
    );
    for (id, attended) in db::rows::<(RecordId, Attendance)>(conn, &sql, values.clone()).await? {
        if let Some(place) = places.get(&id) {
            found[*place].attendance.push(attended);
        }
    }
    let columns = Spoke::columns("s");
    let sql = format!(
        "select s.activity_id, {columns} from activity_spoke s join activity a on a.id = s.activity_id \
         where {condition} order by s.person_id, s.part"
    );
    for (id, spoke) in db::rows::<(RecordId, Spoke)>(conn, &sql, values).await? {
        if let Some(place) = places.get(&id) {
            found[*place].spoke.push(spoke);
        }
    }
    Ok(found)
}

/// Every activity, for `reconcile`.
pub(crate) async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Activity>, DbErr> {
    read(conn, "1 = 1", vec![]).await
}

/// The condition that activities are held or closed, are within a period ($2, $3), and have a host at or under a unit ($1).
const HELD_UNDER: &str = "a.state in ('held', 'closed') and a.occurred_on between $2 and $3 and a.host_unit_id in \
     (select p.unit_id from unit_place p join unit_place top on top.unit_id = $1 where p.place between top.place and top.last)";

/// How many activities and attendances [`held_under`] would read, up to `most` of each.
pub async fn count_held_under(
    conn: &impl ConnectionTrait,
    unit: UnitId,
    period: kernel::Period,
    most: u64,
) -> Result<(usize, usize), DbErr> {
    let values: Vec<Value> = vec![unit.0.into(), period.from.into(), period.to.into()];
    let mut counts = [0, 0];
    for (count, joined) in counts.iter_mut().zip(["", "join attendance t on t.activity_id = a.id"]) {
        let sql = format!("select count(*) from (select 1 from activity a {joined} where {HELD_UNDER} limit {most}) x");
        let counted: i64 = db::scalar(conn, &sql, values.clone()).await?.unwrap_or_default();
        *count = usize::try_from(counted).unwrap_or_default();
    }
    Ok(counts.into())
}

/// Held and closed activities of a period whose host is at or under a unit today, ordered by day.
pub async fn held_under(
    conn: &impl ConnectionTrait,
    unit: UnitId,
    period: kernel::Period,
) -> Result<Vec<Activity>, DbErr> {
    let mut found = read(conn, HELD_UNDER, vec![unit.0.into(), period.from.into(), period.to.into()]).await?;
    found.sort_by_key(|activity| (activity.day, activity.id));
    Ok(found)
}

/// Activities that meet a condition with `in ($keys)`.
async fn read_by_keys<K: Columns>(
    conn: &impl ConnectionTrait,
    condition: &str,
    keys: &[K],
) -> Result<Vec<Activity>, DbErr> {
    let mut found = Vec::new();
    for (condition, values) in db::by_keys(condition, keys).runs() {
        found.extend(read(conn, &condition, values).await?);
    }
    Ok(found)
}

/// Activities by key.
pub async fn by_ids(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<Vec<Activity>, DbErr> {
    read_by_keys(conn, "a.id in ($keys)", ids).await
}

/// Locks the rows of activities until the transaction ends, so that what is read next is what is changed.
pub(super) async fn lock(tx: &impl ConnectionTrait, ids: &[RecordId]) -> Result<(), DbErr> {
    db::lock(tx, "activity", ids).await
}

/// Locks the rows of the activities that these people attended or spoke in.
pub(super) async fn lock_of_people(tx: &impl ConnectionTrait, people: &[PersonId]) -> Result<(), DbErr> {
    let sql = "select activity_id from attendance where person_id in ($keys) \
         union select activity_id from activity_spoke where person_id in ($keys)";
    let ids: BTreeSet<RecordId> = db::by_keys(sql, people).rows(tx).await?.into_iter().collect();
    lock(tx, &ids.into_iter().collect::<Vec<_>>()).await
}

/// Held and closed activities that these people attended or spoke in.
pub(super) async fn of_people(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Activity>, DbErr> {
    let condition = "a.state in ('held', 'closed') \
         and a.id in (select activity_id from attendance where person_id in ($keys) \
         union select activity_id from activity_spoke where person_id in ($keys))";
    let mut found = read_by_keys(conn, condition, people).await?;
    found.sort_by_key(|activity| (activity.day, activity.id));
    // Different runs of keys may have returned the same activity.
    found.dedup_by_key(|activity| activity.id);
    Ok(found)
}

/// Activities of these days that are not void, for matching.
pub(super) async fn on_days(conn: &impl ConnectionTrait, days: &[NaiveDate]) -> Result<Vec<Activity>, DbErr> {
    read_by_keys(conn, "a.state <> 'void' and a.occurred_on in ($keys)", days).await
}

/// Activities of an import that are not void.
pub(super) async fn of_import(conn: &impl ConnectionTrait, import: ImportId) -> Result<Vec<Activity>, DbErr> {
    read(conn, "a.import_id = $1 and a.state <> 'void'", vec![import.0.into()]).await
}

/// The activities of an import on some days.
pub(super) async fn ids_of_import(
    conn: &impl ConnectionTrait,
    import: ImportId,
    days: &[NaiveDate],
) -> Result<HashSet<RecordId>, DbErr> {
    let sql = "select id from activity where import_id = $1 and occurred_on in ($keys)";
    let ids: Vec<RecordId> = db::by_keys(sql, days).with(vec![import.0.into()]).rows(conn).await?;
    Ok(ids.into_iter().collect())
}

/// Titles and hosts of activities.
pub(crate) async fn titles(
    conn: &impl ConnectionTrait,
    ids: &[RecordId],
) -> Result<HashMap<RecordId, (String, UnitId)>, DbErr> {
    let sql = "select id, title, host_unit_id from activity where id in ($keys)";
    db::by_keys(sql, ids).map(conn).await
}

/// Inserts activities with partners and attendance.
pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    activities: &[Activity],
    import: Option<ImportId>,
) -> Result<(), DbErr> {
    db::insert_with(tx, activities, &[("import_id", import.map(|import| import.0).into())]).await?;
    insert_parts(tx, activities).await
}

async fn insert_parts(tx: &impl ConnectionTrait, activities: &[Activity]) -> Result<(), DbErr> {
    let partners = activities.iter().flat_map(|of| of.partners.iter().map(|partner| (of.id, partner)));
    db::insert_parts(tx, "activity_id", partners).await?;
    let attendance = activities.iter().flat_map(|of| of.attendance.iter().map(|attended| (of.id, attended)));
    db::insert_parts(tx, "activity_id", attendance).await?;
    let spoke = activities.iter().flat_map(|of| of.spoke.iter().map(|spoke| (of.id, spoke)));
    db::insert_parts(tx, "activity_id", spoke).await
}

/// Overwrites an activity if it has the version that was read, and raises the version by one.
pub(super) async fn update(tx: &impl ConnectionTrait, activity: &Activity) -> Result<()> {
    db::touched(db::update(tx, activity).await?, &activity.title)?;
    for table in ["activity_unit", "attendance", "activity_spoke"] {
        let sql = format!("delete from {table} where activity_id = $1");
        db::execute(tx, &sql, vec![activity.id.0.into()]).await?;
    }
    Ok(insert_parts(tx, std::slice::from_ref(activity)).await?)
}

/// Sets the state of activities and raises their versions.
pub(super) async fn set_state(tx: &impl ConnectionTrait, ids: &[RecordId], state: State) -> Result<(), DbErr> {
    let sql = "update activity set state = $1, version = version + 1 where id in ($keys)";
    db::by_keys(sql, ids).with(vec![state.as_str().into()]).execute(tx).await?;
    Ok(())
}

/// Stores why and when a void activity was made void, even if it had booked nothing.
pub(super) async fn set_void_reason(
    tx: &impl ConnectionTrait,
    id: RecordId,
    reason: &str,
    at: &str,
) -> Result<(), DbErr> {
    let sql = "update activity set void_reason = $1, voided_at = $2 where id = $3";
    db::execute(tx, sql, vec![reason.into(), at.into(), id.0.into()]).await?;
    Ok(())
}

/// Why and when an activity was made void by a user.
pub(super) async fn void_reason(conn: &impl ConnectionTrait, id: RecordId) -> Result<Option<(String, String)>, DbErr> {
    let sql = "select void_reason, voided_at from activity where id = $1 and void_reason is not null";
    db::row(conn, sql, vec![id.0.into()]).await
}

/// Assigns a merged person's attendance, and what the person did in sessions, to the survivor. If both attended one activity,
/// the better status stays.
pub(super) async fn repoint(tx: &impl ConnectionTrait, loser: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    let better =
        "case x.status when 'on_time' then 5 when 'late' then 4 when 'observer' then 3 when 'leave' then 2 else 1 end";
    let rank = |alias: &str| better.replace("x.", &format!("{alias}."));
    let values = || -> Vec<Value> { vec![survivor.0.into(), loser.0.into()] };
    let weaker = |one: &str, strictly: bool| {
        let other = if one == "$1" { "$2" } else { "$1" };
        let sign = if strictly { "<" } else { "<=" };
        format!(
            "delete from attendance where person_id = {one} and exists (select 1 from attendance o \
             where o.activity_id = attendance.activity_id and o.person_id = {other} and {} {sign} {})",
            rank("attendance"),
            rank("o")
        )
    };
    // What was made up, and the reason, is moved to the row that stays if that one was missed too.
    let missed = "('leave', 'absent')";
    let both = format!(
        "select o.COLUMN from attendance o where o.activity_id = attendance.activity_id and o.person_id <> attendance.person_id \
         and o.person_id in ($1, $2) and o.COLUMN is not null and o.status in {missed}"
    );
    for (column, statuses) in [("made_up_on", missed), ("reason", "('leave')")] {
        let of_other = both.replace("COLUMN", column);
        let sql = format!(
            "update attendance set {column} = ({of_other}) where person_id in ($1, $2) and {column} is null \
             and status in {statuses} and exists ({of_other})"
        );
        db::execute(tx, &sql, values()).await?;
    }
    db::execute(tx, &weaker("$1", true), values()).await?;
    db::execute(tx, &weaker("$2", false), values()).await?;
    db::execute(tx, "update attendance set person_id = $1 where person_id = $2", values()).await?;
    let both = "delete from activity_spoke where person_id = $2 and exists (select 1 from activity_spoke o \
         where o.activity_id = activity_spoke.activity_id and o.part = activity_spoke.part and o.person_id = $1)";
    db::execute(tx, both, values()).await?;
    db::execute(tx, "update activity_spoke set person_id = $1 where person_id = $2", values()).await?;
    Ok(())
}
