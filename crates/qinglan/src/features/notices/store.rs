//! The queries of notices, demands and duties, but those of lists and of the board.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use kernel::{AccountId, FileId, RecordId, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use super::model::{Demand, Duty, DutyState, Kind, Notice, Recipients, State};
use crate::features::activities::Activity;

fn odd(what: &str) -> DbErr {
    DbErr::Type(format!("{what} of a notice"))
}

const NOTICE: &str = "select n.id, n.unit_id, n.number, n.title, n.text, n.due_on, n.recipients, n.state, n.sent_at, n.sent_on, \
     n.withdrawn_at, n.withdrawn_reason, n.copy_of, n.version from notice n";

async fn notice(conn: &impl ConnectionTrait, row: &QueryResult) -> Result<Notice, DbErr> {
    let id: i64 = row.try_get_by_index(0)?;
    let code: String = row.try_get_by_index(6)?;
    let state: String = row.try_get_by_index(7)?;
    let chosen = if code == "chosen" { recipients_named(conn, id).await? } else { Vec::new() };
    Ok(Notice {
        id,
        unit: UnitId(row.try_get_by_index(1)?),
        number: row.try_get_by_index(2)?,
        title: row.try_get_by_index(3)?,
        text: row.try_get_by_index(4)?,
        due_on: row.try_get_by_index(5)?,
        recipients: Recipients::of(&code, chosen).ok_or_else(|| odd("recipients"))?,
        state: State::of(&state).ok_or_else(|| odd("state"))?,
        sent_at: row.try_get_by_index(8)?,
        sent_on: row.try_get_by_index(9)?,
        withdrawn_at: row.try_get_by_index(10)?,
        withdrawn_reason: row.try_get_by_index(11)?,
        copy_of: row.try_get_by_index(12)?,
        version: row.try_get_by_index(13)?,
    })
}

async fn recipients_named(conn: &impl ConnectionTrait, id: i64) -> Result<Vec<UnitId>, DbErr> {
    let sql = "select unit_id from notice_recipient where notice_id = $1 order by unit_id";
    let rows = db::raw(conn, sql, vec![id.into()]).await?;
    rows.iter().map(|row| Ok(UnitId(row.try_get_by_index(0)?))).collect()
}

/// A notice.
pub async fn by_id(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Notice>, DbErr> {
    match db::raw(conn, &format!("{NOTICE} where n.id = $1"), vec![id.into()]).await?.first() {
        Some(row) => Ok(Some(notice(conn, row).await?)),
        None => Ok(None),
    }
}

/// A notice that meets a condition on `n` and on the sender's place `sp`.
pub(super) async fn by_id_where(
    conn: &impl ConnectionTrait,
    id: i64,
    condition: &str,
    values: Vec<Value>,
) -> Result<Option<Notice>, DbErr> {
    debug_assert_eq!(values.first(), Some(&Value::from(id)));
    let sql = format!("{NOTICE} left join unit_place sp on sp.unit_id = n.unit_id where n.id = $1 and {condition}");
    match db::raw(conn, &sql, values).await?.first() {
        Some(row) => Ok(Some(notice(conn, row).await?)),
        None => Ok(None),
    }
}

/// Holds a notice until the transaction ends.
pub(super) async fn hold(tx: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
    db::hold(tx, "select id from notice where id = $1", vec![id.into()]).await?;
    Ok(())
}

/// Another notice of the sender that has this number and is not withdrawn.
pub(super) async fn of_number(
    conn: &impl ConnectionTrait,
    unit: UnitId,
    number: &str,
    but: i64,
) -> Result<Option<String>, DbErr> {
    let sql =
        "select title from notice where unit_id = $1 and number = $2 and state <> 'withdrawn' and id <> $3 limit 1";
    db::scalar(conn, sql, vec![unit.0.into(), number.into(), but.into()]).await
}

pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    notice: &Notice,
    demands: &[Demand],
    (at, account): (&str, AccountId),
) -> Result<(), DbErr> {
    let columns = [
        "id",
        "unit_id",
        "number",
        "title",
        "reference",
        "text",
        "due_on",
        "recipients",
        "state",
        "made_at",
        "copy_of",
        "version",
        "account_id",
    ];
    let row = vec![
        notice.id.into(),
        notice.unit.0.into(),
        notice.number.as_deref().into(),
        notice.title.as_str().into(),
        notice.reference().into(),
        notice.text.as_str().into(),
        notice.due_on.into(),
        notice.recipients.code().into(),
        notice.state.as_str().into(),
        at.into(),
        notice.copy_of.into(),
        notice.version.into(),
        account.0.into(),
    ];
    db::insert_many(tx, "notice", &columns, [row]).await?;
    insert_parts(tx, notice, demands).await
}

async fn insert_parts(tx: &impl ConnectionTrait, notice: &Notice, demands: &[Demand]) -> Result<(), DbErr> {
    if let Recipients::Chosen(units) = &notice.recipients {
        let units: BTreeSet<UnitId> = units.iter().copied().collect();
        let rows = units.into_iter().map(|unit| vec![notice.id.into(), unit.0.into()]);
        db::insert_many(tx, "notice_recipient", &["notice_id", "unit_id"], rows.collect::<Vec<_>>()).await?;
    }
    let columns = ["id", "notice_id", "place", "kind", "wanted", "type_code", "material_id", "needs_file"];
    let rows = demands.iter().map(|demand| {
        vec![
            demand.id.into(),
            notice.id.into(),
            demand.place.into(),
            demand.kind.as_str().into(),
            demand.wanted.as_str().into(),
            demand.type_code.as_deref().into(),
            demand.material.into(),
            demand.needs_file.into(),
        ]
    });
    db::insert_many(tx, "notice_demand", &columns, rows.collect::<Vec<_>>()).await
}

async fn delete_parts(tx: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
    for table in ["notice_recipient", "notice_demand"] {
        db::execute(tx, &format!("delete from {table} where notice_id = $1"), vec![id.into()]).await?;
    }
    Ok(())
}

/// Writes a draft over the version that was read; answers how many rows were touched.
pub(super) async fn update_draft(tx: &impl ConnectionTrait, notice: &Notice, demands: &[Demand]) -> Result<u64, DbErr> {
    let sql = "update notice set number = $1, title = $2, reference = $3, text = $4, due_on = $5, recipients = $6, \
         version = version + 1 where id = $7 and version = $8 and state = 'draft'";
    let values = vec![
        notice.number.as_deref().into(),
        notice.title.as_str().into(),
        notice.reference().into(),
        notice.text.as_str().into(),
        notice.due_on.into(),
        notice.recipients.code().into(),
        notice.id.into(),
        notice.version.into(),
    ];
    let touched = db::execute(tx, sql, values).await?;
    if touched > 0 {
        delete_parts(tx, notice.id).await?;
        insert_parts(tx, notice, demands).await?;
    }
    Ok(touched)
}

/// Sends a draft of this version.
pub(super) async fn set_sent(
    tx: &impl ConnectionTrait,
    (id, version): (i64, i64),
    (at, day): (&str, NaiveDate),
) -> Result<u64, DbErr> {
    let sql = "update notice set state = 'sent', sent_at = $1, sent_on = $2, version = version + 1 \
         where id = $3 and version = $4 and state = 'draft'";
    db::execute(tx, sql, vec![at.into(), day.into(), id.into(), version.into()]).await
}

/// Withdraws a notice of this version that was sent; what is open lapses.
pub(super) async fn set_withdrawn(
    tx: &impl ConnectionTrait,
    (id, version): (i64, i64),
    (at, reason): (&str, &str),
) -> Result<u64, DbErr> {
    let sql = "update notice set state = 'withdrawn', withdrawn_at = $1, withdrawn_reason = $2, version = version + 1 \
         where id = $3 and version = $4 and state = 'sent'";
    let touched = db::execute(tx, sql, vec![at.into(), reason.into(), id.into(), version.into()]).await?;
    if touched > 0 {
        hold_duties_of(tx, id).await?;
        let sql =
            "update notice_duty set state = 'lapsed', version = version + 1 where notice_id = $1 and state = 'open'";
        db::execute(tx, sql, vec![id.into()]).await?;
    }
    Ok(touched)
}

/// Holds the duties of a notice in the order of their keys.
async fn hold_duties_of(tx: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
    db::hold(tx, "select id from notice_duty where notice_id = $1 order by id", vec![id.into()]).await?;
    Ok(())
}

/// Takes a draft away; answers how many rows were touched.
pub(super) async fn delete_draft(tx: &impl ConnectionTrait, (id, version): (i64, i64)) -> Result<u64, DbErr> {
    delete_parts(tx, id).await?;
    db::execute(tx, "delete from notice_file where notice_id = $1", vec![id.into()]).await?;
    let sql = "delete from notice where id = $1 and version = $2 and state = 'draft'";
    db::execute(tx, sql, vec![id.into(), version.into()]).await
}

/// What a notice asks, in its order.
pub async fn demands(conn: &impl ConnectionTrait, id: i64) -> Result<Vec<Demand>, DbErr> {
    let sql = "select id, place, kind, wanted, type_code, material_id, needs_file from notice_demand \
         where notice_id = $1 order by place";
    let rows = db::raw(conn, sql, vec![id.into()]).await?;
    let demand = |row: &QueryResult| {
        let kind: String = row.try_get_by_index(2)?;
        Ok(Demand {
            id: row.try_get_by_index(0)?,
            place: row.try_get_by_index(1)?,
            kind: Kind::of(&kind).ok_or_else(|| odd("kind"))?,
            wanted: row.try_get_by_index(3)?,
            type_code: row.try_get_by_index(4)?,
            material: row.try_get_by_index(5)?,
            needs_file: row.try_get_by_index(6)?,
        })
    };
    rows.iter().map(demand).collect()
}

/// The files of a notice, in the order in which they came.
pub(super) async fn files(conn: &impl ConnectionTrait, id: i64) -> Result<Vec<FileId>, DbErr> {
    let sql = "select file_id from notice_file where notice_id = $1 order by file_id";
    let rows = db::raw(conn, sql, vec![id.into()]).await?;
    rows.iter().map(|row| Ok(FileId(row.try_get_by_index(0)?))).collect()
}

pub(super) async fn attach(tx: &impl ConnectionTrait, id: i64, file: FileId) -> Result<(), DbErr> {
    let row = vec![id.into(), file.0.into()];
    db::insert_many(tx, "notice_file", &["notice_id", "file_id"], [row]).await
}

pub(super) async fn detach(tx: &impl ConnectionTrait, id: i64, file: FileId) -> Result<u64, DbErr> {
    let sql = "delete from notice_file where notice_id = $1 and file_id = $2";
    db::execute(tx, sql, vec![id.into(), file.0.into()]).await
}

/// A unit that a notice goes to.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Which.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Its level.
    pub level: String,
    /// Whether it is closed by the day asked.
    pub closed: bool,
}

/// The units under the sender that a notice goes to, in the order of the tree; closed ones among them. Those that were named
/// and stand elsewhere by now are not there.
pub(super) async fn recipients(
    conn: &impl ConnectionTrait,
    sender: UnitId,
    whom: &Recipients,
    today: NaiveDate,
) -> Result<Vec<Recipient>, DbErr> {
    let mut found = Vec::new();
    let everyone = [None];
    let chunks: Vec<Option<&[UnitId]>> = match whom {
        Recipients::Chosen(units) => db::chunks(units).map(Some).collect(),
        _ => everyone.to_vec(),
    };
    for chunk in chunks {
        let mut values: Vec<Value> = vec![sender.0.into(), today.into()];
        let which = match (whom, chunk) {
            (Recipients::Children, _) => "p.parent_id = $1".to_owned(),
            (Recipients::Level(level), _) => {
                values.push(level.as_str().into());
                "u.level = $3".to_owned()
            }
            (_, Some(chunk)) => {
                values.extend(chunk.iter().map(|unit| unit.0.into()));
                format!("u.id in ({})", db::places(3, chunk.len()))
            }
            _ => "1 = 1".to_owned(),
        };
        let sql = format!(
            "select u.id, u.name, coalesce(u.level, 'outside'), case when u.closed_on < $2 then 1 else 0 end, p.place \
             from unit_place top join unit_place p on p.place > top.place and p.place <= top.last \
             join unit u on u.id = p.unit_id where top.unit_id = $1 and u.void = false and {which} order by p.place"
        );
        for row in db::raw(conn, &sql, values).await? {
            let closed: i32 = row.try_get_by_index(3)?;
            let place: i64 = row.try_get_by_index(4)?;
            let unit = UnitId(row.try_get_by_index(0)?);
            let (name, level) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            found.push((place, Recipient { unit, name, level, closed: closed == 1 }));
        }
    }
    found.sort_by_key(|(place, _)| *place);
    Ok(found.into_iter().map(|(_, recipient)| recipient).collect())
}

const DUTY_COLUMNS: [&str; 18] = [
    "id",
    "notice_id",
    "demand_id",
    "unit_id",
    "level",
    "kind",
    "due_on",
    "state",
    "answered_on",
    "answered_at",
    "account_id",
    "text",
    "file_id",
    "activity_id",
    "item_id",
    "seen_at",
    "reminded_at",
    "version",
];

fn duty(row: &QueryResult) -> Result<Duty, DbErr> {
    let kind: String = row.try_get_by_index(5)?;
    let state: String = row.try_get_by_index(7)?;
    Ok(Duty {
        id: RecordId(row.try_get_by_index(0)?),
        notice: row.try_get_by_index(1)?,
        demand: row.try_get_by_index(2)?,
        unit: UnitId(row.try_get_by_index(3)?),
        level: row.try_get_by_index(4)?,
        kind: Kind::of(&kind).ok_or_else(|| odd("kind"))?,
        due_on: row.try_get_by_index(6)?,
        state: DutyState::of(&state).ok_or_else(|| odd("duty"))?,
        answered_on: row.try_get_by_index(8)?,
        answered_at: row.try_get_by_index(9)?,
        account: row.try_get_by_index::<Option<i64>>(10)?.map(AccountId),
        text: row.try_get_by_index(11)?,
        file: row.try_get_by_index::<Option<i64>>(12)?.map(FileId),
        activity: row.try_get_by_index::<Option<i64>>(13)?.map(RecordId),
        item: row.try_get_by_index(14)?,
        seen_at: row.try_get_by_index(15)?,
        reminded_at: row.try_get_by_index(16)?,
        version: row.try_get_by_index(17)?,
    })
}

pub(super) async fn insert_duties(tx: &impl ConnectionTrait, duties: &[Duty]) -> Result<(), DbErr> {
    let rows = duties.iter().map(|duty| {
        vec![
            duty.id.0.into(),
            duty.notice.into(),
            duty.demand.into(),
            duty.unit.0.into(),
            duty.level.as_str().into(),
            duty.kind.as_str().into(),
            duty.due_on.into(),
            duty.state.as_str().into(),
            duty.answered_on.into(),
            duty.answered_at.as_deref().into(),
            duty.account.map(|account| account.0).into(),
            duty.text.as_deref().into(),
            duty.file.map(|file| file.0).into(),
            duty.activity.map(|activity| activity.0).into(),
            duty.item.into(),
            duty.seen_at.as_deref().into(),
            duty.reminded_at.as_deref().into(),
            duty.version.into(),
        ]
    });
    db::insert_many(tx, "notice_duty", &DUTY_COLUMNS, rows.collect::<Vec<_>>()).await
}

/// Writes duties that the caller holds, each a version on. In place: who waits for one would not find a row put in anew.
pub(super) async fn replace_duties(tx: &impl ConnectionTrait, duties: &[Duty]) -> Result<(), DbErr> {
    let sql = "update notice_duty set state = $1, answered_on = $2, answered_at = $3, account_id = $4, text = $5, \
         file_id = $6, activity_id = $7, item_id = $8, version = version + 1 where id = $9";
    for duty in duties {
        let values = vec![
            duty.state.as_str().into(),
            duty.answered_on.into(),
            duty.answered_at.as_deref().into(),
            duty.account.map(|account| account.0).into(),
            duty.text.as_deref().into(),
            duty.file.map(|file| file.0).into(),
            duty.activity.map(|activity| activity.0).into(),
            duty.item.into(),
            duty.id.0.into(),
        ];
        db::execute(tx, sql, values).await?;
    }
    Ok(())
}

async fn duties_where(conn: &impl ConnectionTrait, condition: &str, values: Vec<Value>) -> Result<Vec<Duty>, DbErr> {
    let sql = format!("select {} from notice_duty where {condition} order by id", DUTY_COLUMNS.join(", "));
    db::raw(conn, &sql, values).await?.iter().map(duty).collect()
}

/// A duty.
pub async fn duty_by_id(conn: &impl ConnectionTrait, id: RecordId) -> Result<Option<Duty>, DbErr> {
    Ok(duties_where(conn, "id = $1", vec![id.0.into()]).await?.pop())
}

/// The duties of a notice.
pub async fn duties_of(conn: &impl ConnectionTrait, notice: i64) -> Result<Vec<Duty>, DbErr> {
    duties_where(conn, "notice_id = $1", vec![notice.into()]).await
}

/// Every duty, for `reconcile`.
pub(super) async fn all_duties(conn: &impl ConnectionTrait) -> Result<Vec<Duty>, DbErr> {
    duties_where(conn, "1 = 1", vec![]).await
}

/// Holds duties until the transaction ends, and answers them as they stand then.
pub(super) async fn hold_duties(tx: &impl ConnectionTrait, ids: &BTreeSet<RecordId>) -> Result<Vec<Duty>, DbErr> {
    let ids: Vec<RecordId> = ids.iter().copied().collect();
    let mut found = Vec::new();
    for chunk in db::chunks(&ids) {
        let sql = format!(
            "select {} from notice_duty where id in ({}) order by id",
            DUTY_COLUMNS.join(", "),
            db::places(1, chunk.len())
        );
        for row in db::hold(tx, &sql, chunk.iter().map(|id| id.0.into()).collect()).await? {
            found.push(duty(&row)?);
        }
    }
    Ok(found)
}

/// Keys of the duties that activities, or plan items, were linked to.
pub(super) async fn linked(
    conn: &impl ConnectionTrait,
    column: &'static str,
    ids: &[i64],
) -> Result<BTreeSet<RecordId>, DbErr> {
    let mut found = BTreeSet::new();
    for chunk in db::chunks(ids) {
        let sql = format!("select id from notice_duty where {column} in ({})", db::places(1, chunk.len()));
        for row in db::raw(conn, &sql, chunk.iter().map(|id| (*id).into()).collect()).await? {
            found.insert(RecordId(row.try_get_by_index(0)?));
        }
    }
    Ok(found)
}

/// Keys of the open duties to hold an activity, of notices that activities name by their 依据文号.
pub(super) async fn named_by(
    conn: &impl ConnectionTrait,
    activities: &[&Activity],
) -> Result<BTreeSet<RecordId>, DbErr> {
    let mut found = BTreeSet::new();
    let references: BTreeSet<&str> =
        activities.iter().filter_map(|one| one.notice_ref.as_deref()).map(str::trim).collect();
    let references: Vec<&str> = references.into_iter().filter(|text| !text.is_empty()).collect();
    let units: BTreeSet<UnitId> =
        activities.iter().flat_map(|one| one.partners.iter().map(|partner| partner.unit).chain([one.host])).collect();
    let units: Vec<UnitId> = units.into_iter().collect();
    for of in db::chunks(&references) {
        for at in db::chunks(&units) {
            let sql = format!(
                "select d.id from notice n join notice_duty d on d.notice_id = n.id where n.reference in ({}) \
                 and n.state = 'sent' and d.kind = 'activity' and d.state = 'open' and d.unit_id in ({})",
                db::places(1, of.len()),
                db::places(1 + of.len(), at.len())
            );
            let values = of.iter().map(|text| (*text).into()).chain(at.iter().map(|unit| unit.0.into()));
            for row in db::raw(conn, &sql, values.collect()).await? {
                found.insert(RecordId(row.try_get_by_index(0)?));
            }
        }
    }
    Ok(found)
}

/// Notices by their keys, without who was named.
pub(super) async fn heads(
    conn: &impl ConnectionTrait,
    ids: &[i64],
) -> Result<std::collections::HashMap<i64, (State, String, Option<NaiveDate>)>, DbErr> {
    let mut found = std::collections::HashMap::new();
    for chunk in db::chunks(ids) {
        let sql =
            format!("select id, state, reference, sent_on from notice where id in ({})", db::places(1, chunk.len()));
        for row in db::raw(conn, &sql, chunk.iter().map(|id| (*id).into()).collect()).await? {
            let state: String = row.try_get_by_index(1)?;
            let state = State::of(&state).ok_or_else(|| odd("state"))?;
            found.insert(row.try_get_by_index(0)?, (state, row.try_get_by_index(2)?, row.try_get_by_index(3)?));
        }
    }
    Ok(found)
}

/// The type that a demand wants of an activity, by the demands' keys.
pub(super) async fn types_wanted(
    conn: &impl ConnectionTrait,
    ids: &[i64],
) -> Result<std::collections::HashMap<i64, String>, DbErr> {
    let mut found = std::collections::HashMap::new();
    for chunk in db::chunks(ids) {
        let sql = format!(
            "select id, type_code from notice_demand where type_code is not null and id in ({})",
            db::places(1, chunk.len())
        );
        for row in db::raw(conn, &sql, chunk.iter().map(|id| (*id).into()).collect()).await? {
            found.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
    }
    Ok(found)
}

/// Whether an activity answers a duty of this unit for the same notice already.
pub(super) async fn answers_already(
    conn: &impl ConnectionTrait,
    duty: &Duty,
    activity: RecordId,
) -> Result<bool, DbErr> {
    let sql =
        "select id from notice_duty where notice_id = $1 and unit_id = $2 and activity_id = $3 and id <> $4 limit 1";
    let values = vec![duty.notice.into(), duty.unit.0.into(), activity.0.into(), duty.id.0.into()];
    Ok(db::scalar::<i64>(conn, sql, values).await?.is_some())
}

/// Notes that duties were seen; those that were seen before stay as they are.
pub(super) async fn set_seen(tx: &impl ConnectionTrait, ids: &BTreeSet<RecordId>, at: &str) -> Result<(), DbErr> {
    hold_duties(tx, ids).await?;
    let ids: Vec<RecordId> = ids.iter().copied().collect();
    for chunk in db::chunks(&ids) {
        let sql = format!(
            "update notice_duty set seen_at = $1 where seen_at is null and id in ({})",
            db::places(2, chunk.len())
        );
        let values = std::iter::once(at.into()).chain(chunk.iter().map(|id| id.0.into()));
        db::execute(tx, &sql, values.collect()).await?;
    }
    Ok(())
}

/// Reminds the units that have not answered; answers how many duties were open.
pub(super) async fn set_reminded(tx: &impl ConnectionTrait, notice: i64, at: &str) -> Result<u64, DbErr> {
    hold_duties_of(tx, notice).await?;
    let sql = "update notice_duty set reminded_at = $1 where notice_id = $2 and state = 'open'";
    db::execute(tx, sql, vec![at.into(), notice.into()]).await
}

/// The title of each duty among records: the notice's.
pub(crate) async fn titles(
    conn: &impl ConnectionTrait,
    records: &[RecordId],
) -> Result<std::collections::HashMap<RecordId, String>, DbErr> {
    let mut found = std::collections::HashMap::new();
    for chunk in db::chunks(records) {
        let sql = format!(
            "select d.id, n.title, m.wanted from notice_duty d join notice n on n.id = d.notice_id \
             join notice_demand m on m.id = d.demand_id where d.id in ({})",
            db::places(1, chunk.len())
        );
        for row in db::raw(conn, &sql, chunk.iter().map(|id| id.0.into()).collect()).await? {
            let (title, wanted): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            found.insert(RecordId(row.try_get_by_index(0)?), format!("{title} · {wanted}"));
        }
    }
    Ok(found)
}

/// Activities that a unit hosted or joined by name from a day on, the latest first, and which answer none of its duties for the
/// same notice: key, title, day.
pub(super) async fn offered(
    conn: &impl ConnectionTrait,
    duty: &Duty,
    (from, type_code): (NaiveDate, Option<&str>),
    most: usize,
) -> Result<Vec<(i64, String, String)>, DbErr> {
    let sql = format!(
        "select a.id, a.title, a.occurred_on from activity a where a.state in ('announced', 'held', 'closed') \
         and a.occurred_on >= $2 and ($3 = '' or a.type_code = $3) and (a.host_unit_id = $1 or exists (select 1 \
         from activity_unit w where w.activity_id = a.id and w.unit_id = $1 and w.named = true)) \
         and not exists (select 1 from notice_duty k where k.notice_id = $4 and k.unit_id = $1 and k.activity_id = a.id) \
         order by a.occurred_on desc, a.id desc limit {most}"
    );
    let values = vec![duty.unit.0.into(), from.into(), type_code.unwrap_or_default().into(), duty.notice.into()];
    let mut found = Vec::new();
    for row in db::raw(conn, &sql, values).await? {
        let day: NaiveDate = row.try_get_by_index(2)?;
        found.push((row.try_get_by_index(0)?, row.try_get_by_index(1)?, day.to_string()));
    }
    Ok(found)
}
