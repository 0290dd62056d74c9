//! The queries on notices, demands and what they ask of units, except those of lists and of the board.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use kernel::{AccountId, FileId, RecordId, UnitId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, Value};

use federation::duties::{self, Duty};

use super::{
    OPENER,
    model::{Demand, Notice, Recipients, State},
};
use crate::features::activities::Activity;

/// The selected notice, with the units that it names.
async fn notice(conn: &impl ConnectionTrait, rest: &str, values: Vec<Value>) -> Result<Option<Notice>, DbErr> {
    let sql = format!("select {} from notice n {rest}", Notice::columns("n"));
    let mut found: Option<Notice> = db::row(conn, &sql, values).await?;
    if let Some(Notice { id, recipients: Recipients::Chosen(units), .. }) = &mut found {
        let sql = "select unit_id from notice_recipient where notice_id = $1 order by unit_id";
        *units = db::rows(conn, sql, vec![(*id).into()]).await?;
    }
    Ok(found)
}

/// A notice.
pub async fn by_id(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Notice>, DbErr> {
    notice(conn, "where n.id = $1", vec![id.into()]).await
}

/// A notice that meets a condition on `n` and on the sender's place `sp`.
pub(super) async fn by_id_where(
    conn: &impl ConnectionTrait,
    id: i64,
    condition: &str,
    values: Vec<Value>,
) -> Result<Option<Notice>, DbErr> {
    debug_assert_eq!(values.first(), Some(&Value::from(id)));
    let rest = format!("left join unit_place sp on sp.unit_id = n.unit_id where n.id = $1 and {condition}");
    notice(conn, &rest, values).await
}

/// Locks a notice until the transaction ends.
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
    let with = [("reference", notice.reference().into()), ("made_at", at.into()), ("account_id", account.0.into())];
    db::insert_with(tx, std::slice::from_ref(notice), &with).await?;
    insert_parts(tx, notice, demands).await
}

async fn insert_parts(tx: &impl ConnectionTrait, notice: &Notice, demands: &[Demand]) -> Result<(), DbErr> {
    if let Recipients::Chosen(units) = &notice.recipients {
        let units: BTreeSet<UnitId> = units.iter().copied().collect();
        let rows = units.into_iter().map(|unit| vec![notice.id.into(), unit.0.into()]);
        db::insert_many(tx, "notice_recipient", &["notice_id", "unit_id"], rows.collect::<Vec<_>>()).await?;
    }
    db::insert_parts(tx, "notice_id", demands.iter().map(|demand| (notice.id, demand))).await
}

async fn delete_parts(tx: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
    for table in ["notice_recipient", "notice_demand"] {
        db::execute(tx, &format!("delete from {table} where notice_id = $1"), vec![id.into()]).await?;
    }
    Ok(())
}

/// Overwrites a draft if it has the version that was read; returns how many rows were affected.
pub(super) async fn update_draft(tx: &impl ConnectionTrait, notice: &Notice, demands: &[Demand]) -> Result<u64, DbErr> {
    let touched = db::update_with(tx, notice, &[("reference", notice.reference().into())]).await?;
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

/// Withdraws a notice of this version that was sent.
pub(super) async fn set_withdrawn(
    tx: &impl ConnectionTrait,
    (id, version): (i64, i64),
    (at, reason): (&str, &str),
) -> Result<u64, DbErr> {
    let sql = "update notice set state = 'withdrawn', withdrawn_at = $1, withdrawn_reason = $2, version = version + 1 \
         where id = $3 and version = $4 and state = 'sent'";
    db::execute(tx, sql, vec![at.into(), reason.into(), id.into(), version.into()]).await
}

/// Deletes a draft; returns how many rows were affected.
pub(super) async fn delete_draft(tx: &impl ConnectionTrait, (id, version): (i64, i64)) -> Result<u64, DbErr> {
    delete_parts(tx, id).await?;
    db::execute(tx, "delete from notice_file where notice_id = $1", vec![id.into()]).await?;
    let sql = "delete from notice where id = $1 and version = $2 and state = 'draft'";
    db::execute(tx, sql, vec![id.into(), version.into()]).await
}

/// The demands of a notice, in their order.
pub async fn demands(conn: &impl ConnectionTrait, id: i64) -> Result<Vec<Demand>, DbErr> {
    let columns = Demand::columns("m");
    let sql = format!("select {columns} from notice_demand m where m.notice_id = $1 order by m.place");
    db::rows(conn, &sql, vec![id.into()]).await
}

/// The files of a notice, in the order in which they were added.
pub(super) async fn files(conn: &impl ConnectionTrait, id: i64) -> Result<Vec<FileId>, DbErr> {
    let sql = "select file_id from notice_file where notice_id = $1 order by file_id";
    db::rows(conn, sql, vec![id.into()]).await
}

pub(super) async fn attach(tx: &impl ConnectionTrait, id: i64, file: FileId) -> Result<(), DbErr> {
    let row = vec![id.into(), file.0.into()];
    db::insert_many(tx, "notice_file", &["notice_id", "file_id"], [row]).await
}

pub(super) async fn detach(tx: &impl ConnectionTrait, id: i64, file: FileId) -> Result<u64, DbErr> {
    let sql = "delete from notice_file where notice_id = $1 and file_id = $2";
    db::execute(tx, sql, vec![id.into(), file.0.into()]).await
}

/// A recipient of a notice.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Its level.
    pub level: String,
    /// Whether it is closed by the given day.
    pub closed: bool,
}

/// The recipients of a notice under the sender, in the order of the tree, including closed units. Named units that are no
/// longer under the sender are left out.
pub(super) async fn recipients(
    conn: &impl ConnectionTrait,
    sender: UnitId,
    whom: &Recipients,
    today: NaiveDate,
) -> Result<Vec<Recipient>, DbErr> {
    let sql = |which: &str| {
        format!(
            "select p.place, u.id, u.name, coalesce(u.level, 'outside'), \
             cast(case when u.closed_on < $2 then 1 else 0 end as bigint) \
             from unit_place top join unit_place p on p.place > top.place and p.place <= top.last \
             join unit u on u.id = p.unit_id where top.unit_id = $1 and u.void = false and {which} order by p.place"
        )
    };
    let mut values: Vec<Value> = vec![sender.0.into(), today.into()];
    let mut found: Vec<(i64, UnitId, String, String, i64)> = match whom {
        Recipients::Children => db::rows(conn, &sql("p.parent_id = $1"), values).await?,
        Recipients::All => db::rows(conn, &sql("1 = 1"), values).await?,
        Recipients::Level(level) => {
            values.push(level.as_str().into());
            db::rows(conn, &sql("u.level = $3"), values).await?
        }
        Recipients::Chosen(units) => db::by_keys(&sql("u.id in ($keys)"), units).with(values).rows(conn).await?,
    };
    found.sort_by_key(|(place, ..)| *place);
    let each =
        found.into_iter().map(|(_, unit, name, level, closed)| Recipient { unit, name, level, closed: closed == 1 });
    Ok(each.collect())
}

/// Keys of the open duties to hold an activity, of notices that activities name with their 依据文号.
pub(super) async fn duties_referenced_by(
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
        let sql = format!(
            "select d.id from notice n join duty d on d.opener = 'notice' and d.source = n.id where n.reference in ({}) \
             and n.state = 'sent' and d.kind = 'activity' and d.state = 'open' and d.unit_id in ($keys)",
            db::places(1, of.len())
        );
        let values = of.iter().map(|text| (*text).into()).collect();
        found.extend(db::by_keys(&sql, &units).with(values).rows::<RecordId>(conn).await?);
    }
    Ok(found)
}

/// Notices by their keys, without the named units.
pub(super) async fn heads(
    conn: &impl ConnectionTrait,
    ids: &[i64],
) -> Result<HashMap<i64, (State, String, Option<NaiveDate>)>, DbErr> {
    db::by_keys("select id, state, reference, sent_on from notice where id in ($keys)", ids).map(conn).await
}

/// The type that a demand requires of an activity, by the demands' keys.
pub(super) async fn types_wanted(conn: &impl ConnectionTrait, ids: &[i64]) -> Result<HashMap<i64, String>, DbErr> {
    let sql = "select id, type_code from notice_demand where type_code is not null and id in ($keys)";
    db::by_keys(sql, ids).map(conn).await
}

/// Whether an activity answers a duty of this unit for the same notice already.
pub(super) async fn answers_already(
    conn: &impl ConnectionTrait,
    duty: &Duty,
    activity: RecordId,
) -> Result<bool, DbErr> {
    let sql = "select id from duty where opener = 'notice' and source = $1 and unit_id = $2 and record_id = $3 and id <> $4 limit 1";
    let values = vec![duty.source.into(), duty.unit.0.into(), activity.0.into(), duty.id.0.into()];
    Ok(db::scalar::<i64>(conn, sql, values).await?.is_some())
}

/// Activities that a unit hosted or joined by name from a day on, the latest first, which answer none of its duties for the
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
         and not exists (select 1 from duty k where k.opener = 'notice' and k.source = $4 and k.unit_id = $1 \
         and k.record_id = a.id) \
         order by a.occurred_on desc, a.id desc limit {most}"
    );
    let values = vec![duty.unit.0.into(), from.into(), type_code.unwrap_or_default().into(), duty.source.into()];
    let rows: Vec<(i64, String, NaiveDate)> = db::rows(conn, &sql, values).await?;
    Ok(rows.into_iter().map(|(id, title, day)| (id, title, day.to_string())).collect())
}

/// The duties of a notice.
pub async fn duties_of(conn: &impl ConnectionTrait, notice: i64) -> Result<Vec<Duty>, DbErr> {
    duties::store::of_source(conn, OPENER, notice).await
}
