//! All queries on honours, except those of the list.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use desk::{actor::Scope, error::Result};
use kernel::{AccountId, GroupId, ImportId, PersonId, RecordId, UnitId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::model::{For, Honour, State};

/// A select of honours `r` that meet a condition, in the order of their keys.
fn honours(condition: &str) -> String {
    format!("select {} from honour r where {condition} order by r.id", Honour::columns("r"))
}

/// Every honour, for `reconcile`.
pub(super) async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Honour>, DbErr> {
    db::rows(conn, &honours("1 = 1"), vec![]).await
}

/// Honours by key.
pub async fn by_ids(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<Vec<Honour>, DbErr> {
    db::by_keys(&honours("r.id in ($keys)"), ids).rows(conn).await
}

/// All honours of people that are not void.
pub(super) async fn of_people(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Honour>, DbErr> {
    db::by_keys(&honours("r.state <> 'void' and r.person_id in ($keys)"), people).rows(conn).await
}

/// The honours of these recipients that are not void.
pub(super) async fn live_of(conn: &impl ConnectionTrait, of: &[For]) -> Result<Vec<Honour>, DbErr> {
    let (mut people, mut groups, mut units) = (Vec::new(), Vec::new(), Vec::new());
    for one in of {
        match one {
            For::Person(person) => people.push(*person),
            For::Group(group) => groups.push(*group),
            For::Unit(unit) => units.push(*unit),
        }
    }
    let mut live = of_people(conn, &people).await?;
    let of_groups = honours("r.state <> 'void' and r.recipient = 'group' and r.group_id in ($keys)");
    live.extend(db::by_keys(&of_groups, &groups).rows::<Honour>(conn).await?);
    let of_units = honours("r.state <> 'void' and r.recipient = 'unit' and r.unit_id in ($keys)");
    live.extend(db::by_keys(&of_units, &units).rows::<Honour>(conn).await?);
    Ok(live)
}

/// The honours of an import that are not void, or that another one stands for now: undoing its import would restore them.
pub(super) async fn of_import(conn: &impl ConnectionTrait, import: ImportId) -> Result<Vec<Honour>, DbErr> {
    let replaced = "exists (select 1 from honour s where s.replaces = r.id and s.state <> 'void')";
    let sql = honours(&format!("r.import_id = $1 and (r.state <> 'void' or {replaced})"));
    db::rows(conn, &sql, vec![import.0.into()]).await
}

/// Locks the rows of honours until the transaction ends.
pub(super) async fn lock(tx: &impl ConnectionTrait, ids: &[RecordId]) -> Result<(), DbErr> {
    db::lock(tx, "honour", ids).await
}

/// Inserts honours.
pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    honours: &[Honour],
    import: Option<ImportId>,
) -> Result<(), DbErr> {
    db::insert_with(tx, honours, &[("import_id", import.map(|import| import.0).into())]).await
}

/// Overwrites an honour if it has the version that was read, and raises the version by one.
pub(super) async fn update(tx: &impl ConnectionTrait, honour: &Honour) -> Result<()> {
    Ok(db::touched(db::update(tx, honour).await?, &honour.title)?)
}

/// Makes honours void, all for the same reason.
pub(super) async fn set_void(tx: &impl ConnectionTrait, ids: &[RecordId], reason: &str) -> Result<(), DbErr> {
    let sql = "update honour set state = 'void', reason = $1, version = version + 1 where id in ($keys)";
    db::by_keys(sql, ids).with(vec![reason.into()]).execute(tx).await?;
    Ok(())
}

/// Marks an honour as checked.
pub(super) async fn set_checked(tx: &impl ConnectionTrait, id: RecordId, by: AccountId, at: &str) -> Result<(), DbErr> {
    let sql = "update honour set state = 'checked', checked_by = $1, checked_at = $2, reason = null, \
         version = version + 1 where id in ($keys)";
    db::by_keys(sql, &[id]).with(vec![by.0.into(), at.into()]).execute(tx).await?;
    Ok(())
}

/// Restores the state of honours that an import had replaced.
pub(super) async fn revive(tx: &impl ConnectionTrait, of: &[(RecordId, State)]) -> Result<(), DbErr> {
    for state in [State::Pending, State::Checked, State::Returned] {
        let ids: Vec<RecordId> = of.iter().filter(|(_, was)| *was == state).map(|(id, _)| *id).collect();
        let sql = "update honour set state = $1, reason = null, version = version + 1 \
             where state = 'void' and id in ($keys)";
        db::by_keys(sql, &ids).with(vec![state.as_str().into()]).execute(tx).await?;
    }
    Ok(())
}

/// Stores the standing of people, which is what confirming again changes. The entered data doesn't change, so neither do
/// the versions.
pub(super) async fn set_stood(tx: &impl ConnectionTrait, honours: &[&Honour]) -> Result<(), DbErr> {
    let mut alike: HashMap<(UnitId, &str, &str, &str), Vec<RecordId>> = HashMap::new();
    for honour in honours {
        let standing = (honour.unit, honour.party.as_str(), honour.youth.as_str(), honour.sex.as_str());
        alike.entry(standing).or_default().push(honour.id);
    }
    for ((unit, party, youth, sex), ids) in alike {
        let sql = "update honour set unit_id = $1, party = $2, youth = $3, sex = $4 where id in ($keys)";
        let values = vec![unit.0.into(), party.into(), youth.into(), sex.into()];
        db::by_keys(sql, &ids).with(values).execute(tx).await?;
    }
    Ok(())
}

/// Assigns a merged person's honours to the survivor.
pub(super) async fn repoint(tx: &impl ConnectionTrait, loser: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    let sql = "update honour set person_id = $1 where person_id = $2";
    db::execute(tx, sql, vec![survivor.0.into(), loser.0.into()]).await?;
    Ok(())
}

/// The condition that honour `r`, whose unit has the place `q.place`, is within a scope: counted there; of one of the groups,
/// or of somebody who is a member of one today (`$1`) or was on that day; or the person's own.
pub(super) fn in_scope(scope: &Scope, values: &mut Vec<Value>) -> String {
    if scope.all {
        return "1 = 1".to_owned();
    }
    let mut any = vec![scope.within("q.place", values)];
    if !scope.groups.is_empty() {
        any.push(scope.in_groups("r.group_id", values));
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

/// Whether an honour is within a scope.
pub(super) async fn is_within(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    id: RecordId,
    today: NaiveDate,
) -> Result<bool, DbErr> {
    let mut values: Vec<Value> = vec![today.into()];
    let within = in_scope(scope, &mut values);
    let sql = format!(
        "select r.id from honour r left join unit_place q on q.unit_id = r.unit_id \
         where $1 = $1 and {within} and r.id in ($keys)"
    );
    Ok(!db::by_keys(&sql, &[id]).with(values).rows::<RecordId>(conn).await?.is_empty())
}

/// The titles of honours among the rows of a figure.
pub(super) async fn titles(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<HashMap<RecordId, String>, DbErr> {
    db::by_keys("select r.id, r.title from honour r where r.id in ($keys)", ids).map(conn).await
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

/// Groups under a unit by name, open on a day of import, for files that name groups.
pub(super) async fn group_names(
    conn: &impl ConnectionTrait,
    unit: UnitId,
    day: NaiveDate,
) -> Result<Vec<(GroupId, UnitId, String)>, DbErr> {
    let open = federation::groups::store::open_under(conn, unit, day).await?;
    let mut names = Vec::new();
    for (group, _) in open {
        names.extend(group.brand.iter().map(|brand| (group.id, group.unit, brand.clone())));
        names.push((group.id, group.unit, group.name));
    }
    Ok(names)
}

/// A log line of an honour.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Done {
    /// When.
    pub(super) at: String,
    /// The account.
    pub(super) account: String,
    /// What was done: a message id without `log-`.
    pub(super) what: String,
    /// The message's arguments, as JSON.
    pub(super) args: String,
}

/// The log lines of one honour, the oldest first.
pub(super) async fn done(conn: &impl ConnectionTrait, id: RecordId) -> Result<Vec<Done>, DbErr> {
    let sql = "select l.at, case when a.display = '' then a.name else a.display end as account, l.what, l.args \
         from log_entry l join account a on a.id = l.account_id where l.object_kind = 'honour' and l.object_id = $1 \
         order by l.id";
    db::all(conn, sql, vec![id.0.into()]).await
}
