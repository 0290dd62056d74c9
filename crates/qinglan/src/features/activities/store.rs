//! All queries on activities and attendance.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use kernel::{GroupId, ImportId, PersonId, RecordId, Refusal, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use super::model::{Activity, ActivityType, Attendance, LeaveReason, Linkage, Partner, State, Status};
use crate::{error::Result, features::hours::Conversion};

/// The types in their order; retired ones are left out.
pub async fn types(conn: &impl ConnectionTrait) -> Result<Vec<ActivityType>, DbErr> {
    Ok(every_type(conn).await?.into_iter().filter(|kind| !kind.retired).collect())
}

/// The types in their order, retired ones too.
pub async fn every_type(conn: &impl ConnectionTrait) -> Result<Vec<ActivityType>, DbErr> {
    let sql = "select code, name, en, pillar, aliases, retired, learning from activity_type order by place, code";
    db::all(conn, sql, vec![]).await
}

/// Enters a type, or changes one that is there.
pub(super) async fn set_type(tx: &impl ConnectionTrait, kind: &ActivityType) -> Result<(), DbErr> {
    let sql = "insert into activity_type (code, name, en, pillar, aliases, place, retired, learning) \
         values ($1, $2, $3, $4, $5, 1 + (select coalesce(max(place), 0) from activity_type), $6, $7) \
         on conflict (code) do update set name = excluded.name, en = excluded.en, pillar = excluded.pillar, \
         aliases = excluded.aliases, retired = excluded.retired, learning = excluded.learning";
    let text = |text: &str| -> Value { text.into() };
    let values = vec![
        text(&kind.code),
        text(&kind.name),
        text(&kind.en),
        text(&kind.pillar),
        text(&kind.aliases),
        kind.retired.into(),
        kind.learning.into(),
    ];
    db::execute(tx, sql, values).await?;
    Ok(())
}

const COLUMNS: [&str; 28] = [
    "id",
    "type_code",
    "title",
    "occurred_on",
    "time_from",
    "time_to",
    "day_part",
    "place",
    "host_unit_id",
    "host_group_id",
    "speakers",
    "topic",
    "leaders",
    "chair",
    "recorder",
    "minutes",
    "resolutions",
    "notice_ref",
    "note",
    "audience",
    "hours_said",
    "hour_minutes",
    "session_minutes",
    "state",
    "pillar",
    "linkage",
    "levels",
    "version",
];

fn values(activity: &Activity) -> Vec<Value> {
    let text = |text: &Option<String>| -> Value { text.as_deref().into() };
    vec![
        activity.id.0.into(),
        activity.type_code.as_str().into(),
        activity.title.as_str().into(),
        activity.day.into(),
        text(&activity.time_from),
        text(&activity.time_to),
        text(&activity.day_part),
        text(&activity.place),
        activity.host.0.into(),
        activity.host_group.map(|group| group.0).into(),
        text(&activity.speakers),
        text(&activity.topic),
        text(&activity.leaders),
        text(&activity.chair),
        text(&activity.recorder),
        text(&activity.minutes),
        text(&activity.resolutions),
        text(&activity.notice_ref),
        text(&activity.note),
        activity.audience.into(),
        activity.hours_said.into(),
        activity.conversion.map(|conversion| conversion.hour_minutes).into(),
        activity.conversion.map(|conversion| conversion.session_minutes).into(),
        activity.state.as_str().into(),
        activity.pillar.as_str().into(),
        activity.linkage.as_str().into(),
        activity.levels.into(),
        activity.version.into(),
    ]
}

fn activity(row: &QueryResult) -> Result<Activity, DbErr> {
    let state: String = row.try_get_by_index(23)?;
    let linkage: String = row.try_get_by_index(25)?;
    let odd = |text: &str| DbErr::Type(format!("activity holds {text}"));
    Ok(Activity {
        id: RecordId(row.try_get_by_index(0)?),
        type_code: row.try_get_by_index(1)?,
        title: row.try_get_by_index(2)?,
        day: row.try_get_by_index(3)?,
        time_from: row.try_get_by_index(4)?,
        time_to: row.try_get_by_index(5)?,
        day_part: row.try_get_by_index(6)?,
        place: row.try_get_by_index(7)?,
        host: UnitId(row.try_get_by_index(8)?),
        host_group: row.try_get_by_index::<Option<i64>>(9)?.map(GroupId),
        speakers: row.try_get_by_index(10)?,
        topic: row.try_get_by_index(11)?,
        leaders: row.try_get_by_index(12)?,
        chair: row.try_get_by_index(13)?,
        recorder: row.try_get_by_index(14)?,
        minutes: row.try_get_by_index(15)?,
        resolutions: row.try_get_by_index(16)?,
        notice_ref: row.try_get_by_index(17)?,
        note: row.try_get_by_index(18)?,
        audience: row.try_get_by_index(19)?,
        state: State::of(&state).ok_or_else(|| odd(&state))?,
        hours_said: row.try_get_by_index(20)?,
        conversion: row
            .try_get_by_index::<Option<i64>>(21)?
            .zip(row.try_get_by_index(22)?)
            .map(|(hour_minutes, session_minutes)| Conversion { hour_minutes, session_minutes }),
        pillar: row.try_get_by_index(24)?,
        linkage: Linkage::of(&linkage).ok_or_else(|| odd(&linkage))?,
        levels: row.try_get_by_index(26)?,
        version: row.try_get_by_index(27)?,
        partners: Vec::new(),
        attendance: Vec::new(),
    })
}

/// Activities that meet a condition, with partners and attendance, in the order of days.
async fn read(conn: &impl ConnectionTrait, condition: &str, values: Vec<Value>) -> Result<Vec<Activity>, DbErr> {
    let columns = COLUMNS.iter().map(|column| format!("a.{column}")).collect::<Vec<_>>().join(", ");
    let sql = format!("select {columns} from activity a where {condition} order by a.occurred_on, a.id");
    let mut found =
        db::raw(conn, &sql, values.clone()).await?.iter().map(activity).collect::<Result<Vec<_>, DbErr>>()?;
    let places: HashMap<RecordId, usize> =
        found.iter().enumerate().map(|(place, activity)| (activity.id, place)).collect();
    let sql = format!(
        "select u.activity_id, u.unit_id, u.level, u.named from activity_unit u join activity a on a.id = u.activity_id \
         where {condition} order by u.unit_id"
    );
    for row in db::raw(conn, &sql, values.clone()).await? {
        if let Some(place) = places.get(&RecordId(row.try_get_by_index(0)?)) {
            let unit = UnitId(row.try_get_by_index(1)?);
            let (level, named) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
            found[*place].partners.push(Partner { unit, level, named });
        }
    }
    let sql = format!(
        "select t.activity_id, t.person_id, t.status, t.made_up_on, t.unit_id, t.level, t.party, t.youth, t.sex, \
         t.reason from attendance t join activity a on a.id = t.activity_id where {condition} order by t.person_id"
    );
    for row in db::raw(conn, &sql, values).await? {
        if let Some(place) = places.get(&RecordId(row.try_get_by_index(0)?)) {
            let status: String = row.try_get_by_index(2)?;
            found[*place].attendance.push(Attendance {
                person: PersonId(row.try_get_by_index(1)?),
                status: Status::of(&status).ok_or_else(|| DbErr::Type(format!("attendance holds {status}")))?,
                made_up_on: row.try_get_by_index(3)?,
                unit: UnitId(row.try_get_by_index(4)?),
                level: row.try_get_by_index(5)?,
                party: row.try_get_by_index(6)?,
                youth: row.try_get_by_index(7)?,
                sex: row.try_get_by_index(8)?,
                reason: row.try_get_by_index::<Option<String>>(9)?.as_deref().and_then(LeaveReason::of),
            });
        }
    }
    Ok(found)
}

/// Every activity, for `reconcile`.
pub(crate) async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Activity>, DbErr> {
    read(conn, "1 = 1", vec![]).await
}

/// Held and closed activities of a period whose host stands at or under a unit today, in the order of their days.
pub async fn held_under(
    conn: &impl ConnectionTrait,
    unit: UnitId,
    period: kernel::Period,
) -> Result<Vec<Activity>, DbErr> {
    let condition = "a.state in ('held', 'closed') and a.occurred_on between $2 and $3 and a.host_unit_id in \
         (select p.unit_id from unit_place p join unit_place top on top.unit_id = $1 \
         where p.place between top.place and top.last)";
    let mut found = read(conn, condition, vec![unit.0.into(), period.from.into(), period.to.into()]).await?;
    found.sort_by_key(|activity| (activity.day, activity.id));
    Ok(found)
}

/// Activities by key.
pub async fn by_ids(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<Vec<Activity>, DbErr> {
    let mut found = Vec::new();
    for chunk in db::chunks(ids) {
        let condition = format!("a.id in ({})", db::places(1, chunk.len()));
        found.extend(read(conn, &condition, chunk.iter().map(|id| id.0.into()).collect()).await?);
    }
    Ok(found)
}

/// Holds the rows of activities until the transaction ends, so that what is read next is what is changed.
pub(super) async fn lock(tx: &impl ConnectionTrait, ids: &[RecordId]) -> Result<(), DbErr> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    for chunk in db::chunks(&ids) {
        let sql = format!("select id from activity where id in ({}) order by id", db::places(1, chunk.len()));
        db::hold(tx, &sql, chunk.iter().map(|id| id.0.into()).collect()).await?;
    }
    Ok(())
}

/// Holds the rows of the activities that these people attended.
pub(super) async fn lock_of_people(tx: &impl ConnectionTrait, people: &[PersonId]) -> Result<(), DbErr> {
    let mut ids: BTreeSet<RecordId> = BTreeSet::new();
    for chunk in db::chunks(people) {
        let sql =
            format!("select distinct activity_id from attendance where person_id in ({})", db::places(1, chunk.len()));
        for row in db::raw(tx, &sql, chunk.iter().map(|id| id.0.into()).collect()).await? {
            ids.insert(RecordId(row.try_get_by_index(0)?));
        }
    }
    lock(tx, &ids.into_iter().collect::<Vec<_>>()).await
}

/// Held and closed activities that these people attended.
pub(super) async fn of_people(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Activity>, DbErr> {
    let mut found: HashMap<RecordId, Activity> = HashMap::new();
    for chunk in db::chunks(people) {
        let condition = format!(
            "a.state in ('held', 'closed') and a.id in (select activity_id from attendance where person_id in ({}))",
            db::places(1, chunk.len())
        );
        let some = read(conn, &condition, chunk.iter().map(|id| id.0.into()).collect()).await?;
        found.extend(some.into_iter().map(|activity| (activity.id, activity)));
    }
    let mut found: Vec<Activity> = found.into_values().collect();
    found.sort_by_key(|activity| (activity.day, activity.id));
    Ok(found)
}

/// Activities of these days that are not void, for matching.
pub(super) async fn on_days(conn: &impl ConnectionTrait, days: &[NaiveDate]) -> Result<Vec<Activity>, DbErr> {
    let mut found = Vec::new();
    for chunk in db::chunks(days) {
        let condition = format!("a.state <> 'void' and a.occurred_on in ({})", db::places(1, chunk.len()));
        found.extend(read(conn, &condition, chunk.iter().map(|day| (*day).into()).collect()).await?);
    }
    Ok(found)
}

/// Activities of an import that are not void.
pub(super) async fn of_import(conn: &impl ConnectionTrait, import: ImportId) -> Result<Vec<Activity>, DbErr> {
    read(conn, "a.import_id = $1 and a.state <> 'void'", vec![import.0.into()]).await
}

/// Titles and hosts of activities.
pub(crate) async fn titles(
    conn: &impl ConnectionTrait,
    ids: &[RecordId],
) -> Result<HashMap<RecordId, (String, UnitId)>, DbErr> {
    let mut titles = HashMap::new();
    for chunk in db::chunks(ids) {
        let sql = format!("select id, title, host_unit_id from activity where id in ({})", db::places(1, chunk.len()));
        for row in db::raw(conn, &sql, chunk.iter().map(|id| id.0.into()).collect()).await? {
            let host = UnitId(row.try_get_by_index(2)?);
            titles.insert(RecordId(row.try_get_by_index(0)?), (row.try_get_by_index(1)?, host));
        }
    }
    Ok(titles)
}

/// A line of the list.
#[derive(Debug, sea_orm::FromQueryResult)]
pub struct Listed {
    /// Key.
    pub id: i64,
    /// Day.
    pub day: NaiveDate,
    /// Type.
    pub type_name: String,
    /// Title.
    pub title: String,
    /// Host.
    pub unit: String,
    /// Key of the host.
    pub unit_id: i64,
    /// Place.
    pub place: Option<String>,
    /// Present.
    pub present: i64,
    /// Head-count.
    pub audience: Option<i64>,
    /// Linkage.
    pub linkage: String,
    /// State.
    pub state: String,
}

/// The list, newest first.
pub async fn list(conn: &impl ConnectionTrait) -> Result<Vec<Listed>, DbErr> {
    let sql = "select a.id, a.occurred_on as day, y.name as type_name, a.title, u.name as unit, a.host_unit_id as unit_id, \
         a.place, (select count(*) from attendance t where t.activity_id = a.id and t.status in ('on_time', 'late')) \
         as present, a.audience, a.linkage, a.state from activity a join activity_type y on y.code = a.type_code \
         join unit u on u.id = a.host_unit_id order by a.occurred_on desc, a.id desc";
    db::all(conn, sql, vec![]).await
}

/// Inserts activities with partners and attendance.
pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    activities: &[Activity],
    import: Option<ImportId>,
) -> Result<(), DbErr> {
    let mut columns = COLUMNS.to_vec();
    columns.push("import_id");
    let rows = activities.iter().map(|activity| {
        let mut row = values(activity);
        row.push(import.map(|import| import.0).into());
        row
    });
    db::insert_many(tx, "activity", &columns, rows).await?;
    insert_parts(tx, activities).await
}

async fn insert_parts(tx: &impl ConnectionTrait, activities: &[Activity]) -> Result<(), DbErr> {
    let partners = activities.iter().flat_map(|activity| {
        let id = activity.id.0;
        activity.partners.iter().map(move |partner| {
            vec![id.into(), partner.unit.0.into(), partner.level.as_str().into(), partner.named.into()]
        })
    });
    db::insert_many(tx, "activity_unit", &["activity_id", "unit_id", "level", "named"], partners).await?;
    let columns =
        ["activity_id", "person_id", "status", "made_up_on", "unit_id", "level", "party", "youth", "sex", "reason"];
    let attendance = activities.iter().flat_map(|activity| {
        let id = activity.id.0;
        activity.attendance.iter().map(move |attended| {
            vec![
                id.into(),
                attended.person.0.into(),
                attended.status.as_str().into(),
                attended.made_up_on.into(),
                attended.unit.0.into(),
                attended.level.as_str().into(),
                attended.party.as_str().into(),
                attended.youth.as_str().into(),
                attended.sex.as_str().into(),
                attended.reason.map(LeaveReason::as_str).into(),
            ]
        })
    });
    db::insert_many(tx, "attendance", &columns, attendance).await
}

/// Writes an activity over the version that was read; the version in the database becomes one higher.
pub(super) async fn update(tx: &impl ConnectionTrait, activity: &Activity) -> Result<()> {
    let sets: Vec<String> =
        COLUMNS[1..27].iter().zip(2..).map(|(column, place)| format!("{column} = ${place}")).collect();
    let sql = format!("update activity set {}, version = version + 1 where id = $1 and version = $28", sets.join(", "));
    if db::execute(tx, &sql, values(activity)).await? == 0 {
        return Err(Refusal::new("changed-meanwhile").with("what", &activity.title).into());
    }
    for table in ["activity_unit", "attendance"] {
        let sql = format!("delete from {table} where activity_id = $1");
        db::execute(tx, &sql, vec![activity.id.0.into()]).await?;
    }
    Ok(insert_parts(tx, std::slice::from_ref(activity)).await?)
}

/// Sets the state of activities and raises their versions.
pub(super) async fn set_state(tx: &impl ConnectionTrait, ids: &[RecordId], state: State) -> Result<(), DbErr> {
    for chunk in db::chunks(ids) {
        let sql = format!(
            "update activity set state = $1, version = version + 1 where id in ({})",
            db::places(2, chunk.len())
        );
        let mut values: Vec<Value> = vec![state.as_str().into()];
        values.extend(chunk.iter().map(|id| id.0.into()));
        db::execute(tx, &sql, values).await?;
    }
    Ok(())
}

/// Keeps beside a void activity why and when it was made void: also of one that had booked nothing.
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

/// Why and when an activity was made void by hand.
pub(super) async fn void_reason(conn: &impl ConnectionTrait, id: RecordId) -> Result<Option<(String, String)>, DbErr> {
    let sql = "select void_reason, voided_at from activity where id = $1 and void_reason is not null";
    let rows = db::raw(conn, sql, vec![id.0.into()]).await?;
    rows.first().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).transpose()
}

/// Points a merged person's attendance to the survivor. Where both attended one activity the better status stays.
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
    // What was made up, and why, stays with the row that stays, where that one was missed too.
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
    Ok(())
}
