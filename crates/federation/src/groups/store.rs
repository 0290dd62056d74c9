//! All queries on groups.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use desk::ui::rows::{By, Filters, Rows, Select, Slice};
use kernel::{GroupId, ImportId, PersonId, RecordId, UnitId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr};
use web::Fields;

use crate::scope::places::under;

ledger::record! {
    /// A study group.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Group in "study_group" {
        /// Key; also its record.
        pub id: GroupId,
        /// The unit it belongs to; for a shared group, the unit that leads.
        pub unit: UnitId as "unit_id",
        /// Level of that unit when the group was opened.
        pub level: String,
        /// Name.
        pub name: String,
        /// Brand name.
        pub brand: Option<String>,
        /// Up to this age a member counts as youth.
        pub age_limit: i32,
        /// Fewest sessions a month.
        pub least_sessions_month: i64,
        /// Fewest learning hours a year for each member; 0 means not checked.
        pub least_hours_year: i64,
        /// Lowest attendance rate in per cent; 0 means not checked.
        pub least_rate: i64,
        /// Whether it is its unit's default group.
        pub is_default: bool,
        /// First day.
        pub opened_on: NaiveDate,
        /// Last day.
        pub closed_on: Option<NaiveDate>,
        /// Void groups book nothing.
        pub void: bool,
        /// Raised by every change.
        pub version: i64,
    }
}

ledger::record! {
    /// A unit that a group covers: the one that leads it, or one that shares it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(super) struct Covered in "study_group_unit" {
        /// The group.
        pub group: GroupId as "group_id",
        /// The unit.
        pub unit: UnitId as "unit_id",
        /// The unit's level.
        pub level: String,
        /// The unit's first day.
        pub opened_on: Option<NaiveDate>,
        /// The unit's last day.
        pub closed_on: Option<NaiveDate>,
    }
}

/// The units that groups cover, in the order of their keys.
pub(super) async fn covered(conn: &impl ConnectionTrait, groups: &[GroupId]) -> Result<Vec<Covered>, DbErr> {
    let columns = Covered::columns("c");
    let sql =
        format!("select {columns} from study_group_unit c where c.group_id in ($keys) order by c.group_id, c.unit_id");
    db::by_keys(&sql, groups).rows(conn).await
}

/// Stores that groups cover units.
pub(super) async fn cover(tx: &impl ConnectionTrait, covers: &[Covered]) -> Result<(), DbErr> {
    db::insert(tx, covers).await
}

/// Stores the last day of a unit with the groups that cover it, and returns these.
pub(super) async fn end_cover(tx: &impl ConnectionTrait, unit: UnitId, last: NaiveDate) -> Result<Vec<GroupId>, DbErr> {
    let sql = "update study_group_unit set closed_on = $1 where unit_id = $2 returning group_id";
    db::rows(tx, sql, vec![last.into(), unit.0.into()]).await
}

/// The first groups, up to 2,000, that an earlier version booked without what they cover.
pub(super) async fn unbooked(conn: &impl ConnectionTrait) -> Result<Vec<GroupId>, DbErr> {
    db::rows(conn, "select group_id from study_group_unbooked order by group_id limit 2000", vec![]).await
}

/// Stores that groups are booked with all that they cover.
pub(super) async fn set_booked(tx: &impl ConnectionTrait, groups: &[GroupId]) -> Result<(), DbErr> {
    db::by_keys("delete from study_group_unbooked where group_id in ($keys)", groups).execute(tx).await?;
    Ok(())
}

/// A select of groups `g`, with `rest` appended.
fn groups(rest: &str) -> String {
    format!("select {} from study_group g {rest}", Group::columns("g"))
}

/// Stores that a unit shares a group.
pub(super) async fn share(tx: &impl ConnectionTrait, group: GroupId, unit: UnitId) -> Result<(), DbErr> {
    let sql = "insert into study_group_shared (group_id, unit_id) values ($1, $2) on conflict do nothing";
    db::execute(tx, sql, vec![group.0.into(), unit.0.into()]).await?;
    Ok(())
}

/// The units that share a group without leading it, by name.
pub(super) async fn sharing(conn: &impl ConnectionTrait, group: GroupId) -> Result<Vec<(UnitId, String)>, DbErr> {
    let sql = "select u.id, u.name from study_group_shared s join unit u on u.id = s.unit_id \
               join study_group g on g.id = s.group_id where s.group_id = $1 and s.unit_id <> g.unit_id order by u.name";
    db::rows(conn, sql, vec![group.0.into()]).await
}

/// The units that a group belongs to: the one that leads and those that share it.
pub(crate) async fn units_of(conn: &impl ConnectionTrait, group: &Group) -> Result<Vec<UnitId>, DbErr> {
    let sharing = sharing(conn, group.id).await?;
    Ok(std::iter::once(group.unit).chain(sharing.into_iter().map(|(unit, _)| unit)).collect())
}

/// Units elsewhere that share groups of the units at or under the given ones.
pub(super) async fn sharing_under(conn: &impl ConnectionTrait, tops: &[UnitId]) -> Result<Vec<UnitId>, DbErr> {
    let sql = "select distinct s.unit_id from unit_place top join unit_place p on p.place between top.place and top.last \
         join study_group g on g.unit_id = p.unit_id join study_group_shared s on s.group_id = g.id \
         where g.void = false and not exists (select 1 from unit_place o where o.unit_id = s.unit_id \
         and o.place between top.place and top.last) and top.unit_id in ($keys)";
    let found: BTreeSet<UnitId> = db::by_keys(sql, tops).rows(conn).await?.into_iter().collect();
    Ok(found.into_iter().collect())
}

/// The groups in whose names activities were hosted; those in no group's name are left out.
pub(super) async fn hosts(
    conn: &impl ConnectionTrait,
    activities: &[RecordId],
) -> Result<HashMap<RecordId, GroupId>, DbErr> {
    let sql = "select id, host_group_id from activity where host_group_id is not null and id in ($keys)";
    db::by_keys(sql, activities).map(conn).await
}

/// The open groups that units share without leading them.
async fn shared(conn: &impl ConnectionTrait, units: &[UnitId]) -> Result<HashMap<UnitId, Group>, DbErr> {
    let sql = format!(
        "select s.unit_id, {} from study_group g join study_group_shared s on s.group_id = g.id \
         where g.void = false and g.closed_on is null and s.unit_id in ($keys) order by g.id desc",
        Group::columns("g")
    );
    db::by_keys(&sql, units).map(conn).await
}

/// The groups whose members units' people become by default: the unit's own, else one that it shares.
pub async fn default_groups(conn: &impl ConnectionTrait, units: &[UnitId]) -> Result<HashMap<UnitId, Group>, DbErr> {
    let sql = groups("where g.is_default = true and g.void = false and g.closed_on is null and g.unit_id in ($keys)");
    let own: Vec<Group> = db::by_keys(&sql, units).rows(conn).await?;
    let mut groups: HashMap<UnitId, Group> = own.into_iter().map(|group| (group.unit, group)).collect();
    let without: Vec<UnitId> = units.iter().copied().filter(|unit| !groups.contains_key(unit)).collect();
    groups.extend(shared(conn, &without).await?);
    Ok(groups)
}

/// Sets a group's first day.
pub(super) async fn set_opened(tx: &impl ConnectionTrait, id: GroupId, from: NaiveDate) -> Result<(), DbErr> {
    let sql = "update study_group set opened_on = $1, version = version + 1 where id = $2";
    db::execute(tx, sql, vec![from.into(), id.0.into()]).await?;
    Ok(())
}

/// Groups by key.
pub async fn by_ids(conn: &impl ConnectionTrait, ids: &[GroupId]) -> Result<HashMap<GroupId, Group>, DbErr> {
    db::by_ids(conn, ids).await
}

/// Every group that is not void.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Group>, DbErr> {
    db::rows(conn, &groups("where g.void = false order by g.id"), vec![]).await
}

/// For pairs of a unit and a group: the groups that the unit neither leads nor shares, including void ones.
pub async fn not_led_or_shared(
    conn: &impl ConnectionTrait,
    pairs: &[(UnitId, GroupId)],
) -> Result<Vec<GroupId>, DbErr> {
    let sql = "select g.unit_id, g.id from study_group g where g.void = false and g.id in ($keys) union \
         select s.unit_id, g.id from study_group g join study_group_shared s on s.group_id = g.id \
         where g.void = false and g.id in ($keys)";
    let groups: Vec<GroupId> = pairs.iter().map(|(_, group)| *group).collect();
    let known: HashSet<(UnitId, GroupId)> = db::by_keys(sql, &groups).rows(conn).await?.into_iter().collect();
    Ok(pairs.iter().filter(|pair| !known.contains(pair)).map(|(_, group)| *group).collect())
}

/// The open groups that a unit leads or shares.
pub async fn of_unit(conn: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<Group>, DbErr> {
    let sql = groups(
        "where g.void = false and g.closed_on is null and (g.unit_id = $1 or g.id in \
         (select s.group_id from study_group_shared s where s.unit_id = $1)) order by g.is_default desc, g.id",
    );
    db::rows(conn, &sql, vec![unit.0.into()]).await
}

/// The monthly requirement of a group.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub struct Wants {
    /// Key.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Key of its unit.
    pub unit_id: i64,
    /// Fewest sessions a month.
    pub least: i64,
}

/// The groups of the units at or under a unit that are open on a day and require sessions, in the order of the tree.
pub async fn wanting_under(conn: &impl ConnectionTrait, unit: UnitId, day: NaiveDate) -> Result<Vec<Wants>, DbErr> {
    let sql = "select g.id, g.name, g.unit_id, g.least_sessions_month as least from unit_place top \
         join unit_place p on p.place between top.place and top.last join study_group g on g.unit_id = p.unit_id \
         where top.unit_id = $1 and g.void = false and g.least_sessions_month > 0 and g.opened_on <= $2 \
         and (g.closed_on is null or g.closed_on >= $2) order by p.place, g.id";
    db::all(conn, sql, vec![unit.0.into(), day.into()]).await
}

/// The groups of the units at or under a unit that are open on a day, in the order of the tree, each with its unit's place.
pub async fn open_under(conn: &impl ConnectionTrait, unit: UnitId, day: NaiveDate) -> Result<Vec<(Group, i64)>, DbErr> {
    let sql = format!(
        "select {}, p.place from unit_place top join unit_place p on p.place between top.place and top.last \
         join study_group g on g.unit_id = p.unit_id where top.unit_id = $1 and g.void = false and g.opened_on <= $2 \
         and (g.closed_on is null or g.closed_on >= $2) order by p.place, g.id",
        Group::columns("g")
    );
    db::rows(conn, &sql, vec![unit.0.into(), day.into()]).await
}

/// The members of the groups on a day: the group, person, name, first day.
pub async fn members_of(
    conn: &impl ConnectionTrait,
    groups: &[GroupId],
    day: NaiveDate,
) -> Result<Vec<(GroupId, PersonId, String, NaiveDate)>, DbErr> {
    let sql = "select m.group_id, p.id, p.name, min(m.from_day) as since from membership m join person p on p.id = m.person_id \
         where m.void = false and p.void = false and m.from_day <= $1 and (m.to_day is null or m.to_day >= $1) \
         and m.group_id in ($keys) group by m.group_id, p.id, p.name order by m.group_id, p.name, p.id";
    db::by_keys(sql, groups).with(vec![day.into()]).rows(conn).await
}

pub(super) async fn insert(tx: &impl ConnectionTrait, groups: &[Group], import: Option<ImportId>) -> Result<(), DbErr> {
    db::insert_with(tx, groups, &[("import_id", import.map(|import| import.0).into())]).await
}

/// The groups that an import opened.
pub async fn of_import(conn: &impl ConnectionTrait, import: ImportId) -> Result<Vec<Group>, DbErr> {
    db::rows(conn, &groups("where g.import_id = $1 and g.void = false"), vec![import.0.into()]).await
}

pub(super) async fn set_void(tx: &impl ConnectionTrait, ids: &[GroupId]) -> Result<(), DbErr> {
    let sql = "update study_group set void = true, version = version + 1 where id in ($keys)";
    db::by_keys(sql, ids).execute(tx).await?;
    Ok(())
}

pub(super) async fn update(tx: &impl ConnectionTrait, group: &Group) -> Result<u64, DbErr> {
    db::update(tx, group).await
}

/// Numbers for new records.
pub async fn new_records(tx: &impl ConnectionTrait, count: usize) -> Result<Vec<RecordId>, DbErr> {
    let first = db::take_range(tx, "record", count).await?;
    Ok((first..first + count as i64).map(RecordId).collect())
}

/// A line in the list of groups.
#[derive(Clone, Debug, sea_orm::FromQueryResult, serde::Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Brand name.
    pub brand: Option<String>,
    /// Unit.
    pub unit: String,
    /// Key of the unit.
    pub unit_id: i64,
    /// First day.
    pub opened_on: NaiveDate,
    /// Last day.
    pub closed_on: Option<NaiveDate>,
    /// Members today.
    pub members: i64,
    /// Party members among them.
    pub party: Option<i64>,
    /// Up to this age a member counts as youth.
    pub age_limit: i64,
    /// Fewest sessions a month.
    pub least: i64,
    /// The group's leader, by the role of an account.
    pub leader: Option<String>,
    /// The place of the unit in today's tree.
    pub place: i64,
}

/// The condition that group `g`, whose unit has the place `q.place`, is within a scope today (`$1`).
fn in_scope(scope: &desk::actor::Scope, values: &mut Vec<sea_orm::Value>) -> String {
    if scope.all {
        return "1 = 1".to_owned();
    }
    let mut any = vec![scope.within("q.place", values), scope.in_groups("g.id", values)];
    if let Some(person) = scope.person {
        values.push(person.0.into());
        any.push(format!(
            "exists (select 1 from membership m where m.group_id = g.id and m.person_id = ${} and m.void = false \
             and m.from_day <= $1 and (m.to_day is null or m.to_day >= $1))",
            values.len()
        ));
    }
    format!("({})", any.join(" or "))
}

/// Members today of group `g`.
const MEMBERS: &str = "(select count(distinct m.person_id) from membership m join membership_span s \
     on s.membership_id = m.id where m.group_id = g.id and m.void = false and s.from_day <= $1 \
     and (s.to_day is null or s.to_day >= $1))";

/// The orders of groups: by the units of today's tree, and by the number of members.
pub const ORDERS: &[By] = &[By::number("unit", "coalesce(q.place, -1)"), By::number("members", MEMBERS).falling()];

/// The requested groups of a scope: open ones, unless `state` is `closed`.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &desk::actor::Scope,
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Line>, DbErr> {
    let mut filters = Filters::new(query, today);
    filters.always("g.void = false");
    filters.within(|values| in_scope(scope, values));
    filters.search_names("u.name", "y.forms", &["g.name", "g.brand"]);
    filters.key("unit_id", &under("q.place"));
    filters.one_of(
        "state",
        &[("", "(g.closed_on is null or g.closed_on >= $1)"), ("closed", "g.closed_on < $1"), ("any", "1 = 1")],
    );
    let columns = format!(
        "g.id, g.name, g.brand, u.name as unit, u.id as unit_id, g.opened_on, g.closed_on, coalesce(q.place, -1) as place, \
         g.age_limit, g.least_sessions_month as least, {MEMBERS} as members, \
         (select count(distinct m.person_id) from membership m join membership_span s on s.membership_id = m.id \
         where m.group_id = g.id and m.void = false and s.from_day <= $1 and (s.to_day is null or s.to_day >= $1) \
         and s.party = 'yes') as party, \
         (select min(a.display) from account_role r join account a on a.id = r.account_id where r.group_id = g.id \
         and r.role = 'leader' and r.from_day <= $1 and (r.to_day is null or r.to_day >= $1)) as leader"
    );
    let select = Select {
        table: "study_group g",
        id: "g.id",
        joins: "join unit u on u.id = g.unit_id left join unit_place q on q.unit_id = g.unit_id \
             left join unit_pinyin y on y.unit_id = g.unit_id",
        columns: &columns,
    };
    filters.rows_chosen_first(conn, &select, slice).await
}

/// Whether a scope covers a group.
pub async fn sees(
    conn: &impl ConnectionTrait,
    scope: &desk::actor::Scope,
    id: GroupId,
    today: NaiveDate,
) -> Result<bool, DbErr> {
    let mut values: Vec<sea_orm::Value> = vec![today.into()];
    let within = in_scope(scope, &mut values);
    values.push(id.0.into());
    let sql = format!(
        "select g.id from study_group g left join unit_place q on q.unit_id = g.unit_id \
         where $1 = $1 and g.void = false and g.id = ${} and {within}",
        values.len()
    );
    Ok(db::scalar::<i64>(conn, &sql, values).await?.is_some())
}

/// The members of a group on a day: person, name, phone.
pub(super) async fn members_with_phones(
    conn: &impl ConnectionTrait,
    group: GroupId,
    day: NaiveDate,
) -> Result<Vec<(PersonId, String, Option<String>)>, DbErr> {
    let sql = "select distinct p.id, p.name, p.phone from membership m join membership_span s on s.membership_id = m.id \
         join person p on p.id = m.person_id where m.void = false and p.void = false and p.merged_into is null \
         and m.group_id = $1 and s.from_day <= $2 and (s.to_day is null or s.to_day >= $2)";
    db::rows(conn, sql, vec![group.0.into(), day.into()]).await
}

/// The members of groups on a day, each once with the unit that the membership is counted for.
pub async fn members_on(
    conn: &impl ConnectionTrait,
    groups: &[GroupId],
    day: NaiveDate,
) -> Result<Vec<(PersonId, UnitId)>, DbErr> {
    let sql = "select m.person_id, s.unit_id from membership m join membership_span s on s.membership_id = m.id \
         join person p on p.id = m.person_id where m.void = false and p.void = false and p.merged_into is null \
         and s.from_day <= $1 and (s.to_day is null or s.to_day >= $1) and m.group_id in ($keys)";
    let found: BTreeMap<PersonId, UnitId> =
        db::by_keys(sql, groups).with(vec![day.into()]).rows(conn).await?.into_iter().collect();
    Ok(found.into_iter().collect())
}

/// Names of the members whom a group has after a day.
pub(crate) async fn members_after(
    conn: &impl ConnectionTrait,
    group: GroupId,
    last: NaiveDate,
) -> Result<Vec<String>, DbErr> {
    let sql = "select p.name from membership m join person p on p.id = m.person_id \
               where m.group_id = $1 and m.void = false and (m.to_day is null or m.to_day > $2) order by p.name";
    db::rows(conn, sql, vec![group.0.into(), last.into()]).await
}
