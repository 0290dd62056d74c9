//! The queries on plans, items, readings and reminders.

use std::collections::HashMap;

use chrono::NaiveDate;
use desk::{
    actor::Scope,
    ui::rows::{By, Filters, Rows, Select, Slice},
};
use kernel::{AccountId, GroupId, PersonId, RecordId, UnitId};
use ledger::{
    Row as _,
    db::{self, Conditions},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;
use web::Fields;

use super::model::{Item, Plan, Reading};
use crate::features::materials::reach::Reach;

/// A plan within reach: a published one for everybody under its unit, any plan for those who maintain it.
pub(super) async fn within(
    conn: &impl ConnectionTrait,
    (reach, keeps): (&Reach, &Scope),
    id: i64,
) -> Result<Option<Plan>, DbErr> {
    let mut values: Vec<Value> = vec![id.into()];
    let within = seen(reach, keeps, &mut values);
    let columns = Plan::columns("l");
    let sql = format!(
        "select {columns} from study_plan l left join unit_place p on p.unit_id = l.unit_id where l.id = $1 and {within}"
    );
    db::row(conn, &sql, values).await
}

/// The condition that a plan is visible.
fn seen(reach: &Reach, keeps: &Scope, values: &mut Vec<Value>) -> String {
    let reached = reach.within("l.unit_id", ("p.place", "p.last"), values);
    format!("((l.state <> 'draft' and {reached}) or {})", writable_condition(keeps, values))
}

/// The condition that the actor maintains a plan: by leading at its unit, or a group of it.
fn writable_condition(keeps: &Scope, values: &mut Vec<Value>) -> String {
    let over = keeps.within("p.place", values);
    let groups = keeps.in_groups("k.id", values);
    format!("({over} or l.unit_id in (select k.unit_id from study_group k where {groups}))")
}

/// Plans of a unit that are neither withdrawn nor over, those that end first: key and title.
pub(crate) async fn live_of_unit(
    conn: &impl ConnectionTrait,
    unit: UnitId,
    today: NaiveDate,
) -> Result<Vec<(i64, String)>, DbErr> {
    let sql = "select id, title from study_plan where unit_id = $1 and state <> 'withdrawn' and to_day >= $2 \
         order by to_day, id";
    db::rows(conn, sql, vec![unit.0.into(), today.into()]).await
}

pub(super) async fn insert(tx: &impl ConnectionTrait, plan: &Plan) -> Result<(), DbErr> {
    db::insert(tx, std::slice::from_ref(plan)).await
}

pub(super) async fn update(tx: &impl ConnectionTrait, plan: &Plan) -> Result<u64, DbErr> {
    db::update(tx, plan).await
}

/// Locks a plan's row by raising its version.
pub(super) async fn touch(tx: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
    db::execute(tx, "update study_plan set version = version + 1 where id = $1", vec![id.into()]).await?;
    Ok(())
}

pub(super) async fn insert_item(tx: &impl ConnectionTrait, item: &Item) -> Result<(), DbErr> {
    let with = [("chosen", (!item.groups.is_empty()).into()), ("dropped", false.into())];
    db::insert_with(tx, std::slice::from_ref(item), &with).await?;
    let groups = item.groups.iter().map(|group| vec![item.id.into(), group.0.into()]);
    db::insert_many(tx, "plan_item_group", &["item_id", "group_id"], groups.collect::<Vec<_>>()).await
}

/// Drops an item that nobody has finished; returns how many rows were affected.
pub(super) async fn drop_item(tx: &impl ConnectionTrait, item: i64) -> Result<u64, DbErr> {
    let sql = "update plan_item set dropped = true where id = $1 and dropped = false \
         and not exists (select 1 from reading r where r.item_id = plan_item.id and r.void = false)";
    db::execute(tx, sql, vec![item.into()]).await
}

/// The plan of an item, if the item is not dropped.
pub(super) async fn plan_of(conn: &impl ConnectionTrait, item: i64) -> Result<Option<i64>, DbErr> {
    db::scalar(conn, "select plan_id from plan_item where id = $1 and dropped = false", vec![item.into()]).await
}

/// A line of a plan, or of what has to be learned.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct ItemLine {
    /// Key.
    pub id: i64,
    /// Key of the plan.
    pub plan_id: i64,
    /// The plan's title.
    pub plan: String,
    /// Key of the material.
    pub material_id: Option<i64>,
    /// Its title.
    pub material: Option<String>,
    /// The section where the named chapter begins.
    pub section: Option<i64>,
    /// Chapter, pages, or a description.
    pub text: Option<String>,
    /// Kind.
    pub kind: String,
    /// Whether it has to be learned.
    pub required: bool,
    /// The deadline.
    pub due_on: NaiveDate,
    /// Only for party members.
    pub party_only: bool,
    /// Whether it is only for chosen groups.
    pub chosen: bool,
    /// When the person finished it.
    pub done_on: Option<NaiveDate>,
    /// When the person was last reminded.
    pub reminded_at: Option<String>,
}

/// Columns of an item; `$1` is the person for `done_on` and `reminded_at`.
const LINE: &str = "select i.id, i.plan_id, l.title as plan, i.material_id, m.title as material, i.section, i.text, i.kind, \
     i.required, i.due_on, i.party_only, i.chosen, r.done_on, \
     (select max(n.at) from plan_reminder n where n.item_id = i.id and n.person_id = $1) as reminded_at \
     from plan_item i join study_plan l on l.id = i.plan_id left join material m on m.id = i.material_id \
     left join reading r on r.item_id = i.id and r.person_id = $1 and r.void = false";

/// The items of a plan, with what a person has finished of them.
pub(super) async fn items(
    conn: &impl ConnectionTrait,
    plan: i64,
    person: Option<PersonId>,
) -> Result<Vec<ItemLine>, DbErr> {
    let sql = format!("{LINE} where i.plan_id = $2 and i.dropped = false order by i.due_on, i.id");
    db::all(conn, &sql, vec![person.map_or(0, |person| person.0).into(), plan.into()]).await
}

/// An item, with what a person has finished of it.
pub(super) async fn item(
    conn: &impl ConnectionTrait,
    item: i64,
    person: Option<PersonId>,
) -> Result<Option<ItemLine>, DbErr> {
    let sql = format!("{LINE} where i.id = $2 and i.dropped = false");
    db::one(conn, &sql, vec![person.map_or(0, |person| person.0).into(), item.into()]).await
}

/// The people that items reach: `item_id`, `group_id`, `person_id`, with further conditions on `i`, `l`, `g` and `m`.
/// Computed each time, so that new members are included and former ones are not. The membership on `today` decides, or that
/// on the item's deadline if it is earlier; `today` is the place of the value in the statement, such as `$1`.
fn reaching(today: &str, conditions: &str) -> String {
    let decides = format!("case when i.due_on < {today} then i.due_on else {today} end");
    format!(
        "select i.id as item_id, g.id as group_id, m.person_id, l.from_day, i.kind, i.required, l.theme \
         from plan_item i join study_plan l on l.id = i.plan_id join unit_place top on top.unit_id = l.unit_id \
         join study_group g on g.void = false and ((i.chosen = true and exists (select 1 from plan_item_group x \
         where x.item_id = i.id and x.group_id = g.id)) or (i.chosen = false and exists (select 1 from unit_place q \
         where q.unit_id = g.unit_id and q.place between top.place and top.last))) \
         join membership m on m.group_id = g.id and m.void = false \
         join membership_span s on s.membership_id = m.id and s.from_day <= {decides} \
         and (s.to_day is null or s.to_day >= {decides}) \
         join person e on e.id = m.person_id and e.void = false and e.merged_into is null \
         where l.state = 'published' and i.dropped = false and l.from_day <= {today} \
         and (i.party_only = false or s.party = 'yes') and {conditions}"
    )
}

/// How an item reaches a person.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Reached {
    pub(super) group_id: i64,
    pub(super) from_day: NaiveDate,
    pub(super) kind: String,
    pub(super) required: bool,
    pub(super) theme: Option<String>,
}

/// How an item reaches a person; `None` if it doesn't.
pub(super) async fn reached(
    conn: &impl ConnectionTrait,
    item: i64,
    person: PersonId,
    today: NaiveDate,
) -> Result<Option<Reached>, DbErr> {
    let sql = format!("{} order by g.id limit 1", reaching("$1", "i.id = $2 and m.person_id = $3"));
    db::one(conn, &sql, vec![today.into(), item.into(), person.0.into()]).await
}

/// The items of a plan that reach a person.
pub(super) async fn reaching_of(
    conn: &impl ConnectionTrait,
    plan: i64,
    person: PersonId,
    today: NaiveDate,
) -> Result<Vec<i64>, DbErr> {
    let sql = format!("select distinct r.item_id from ({}) r", reaching("$1", "l.id = $2 and m.person_id = $3"));
    db::rows(conn, &sql, vec![today.into(), plan.into(), person.0.into()]).await
}

/// What a person has to learn and hasn't finished, earliest deadline first; `most` lines.
pub async fn to_learn(
    conn: &impl ConnectionTrait,
    person: PersonId,
    today: NaiveDate,
    most: u64,
) -> Result<Vec<ItemLine>, DbErr> {
    let sql = format!(
        "{LINE} where r.id is null and i.id in (select reached.item_id from ({}) reached) \
         order by i.due_on, i.id limit {most}",
        // `$1` is the person, as in [`LINE`].
        reaching("$2", "m.person_id = $1")
    );
    db::all(conn, &sql, vec![person.0.into(), today.into()]).await
}

ledger::record! {
    /// The progress of a group on an item.
    #[derive(Clone, Debug, Serialize)]
    pub struct GroupLine {
        /// Key.
        pub id: i64,
        /// Name.
        pub name: String,
        /// Its unit.
        pub unit: String,
        /// Members that the item reaches.
        pub due: i64,
        /// Those of them who have finished it.
        pub done: i64,
    }
}

fn led(scope: &Scope, values: &mut Vec<Value>) -> String {
    let over = scope.within("gp.place", values);
    let groups = scope.in_groups("g.id", values);
    format!("({over} or {groups})")
}

/// The progress of the groups that a scope leads, in the order of the tree, after a given group.
pub(super) async fn groups(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (item, today): (i64, NaiveDate),
    after: Option<(i64, i64)>,
    most: u64,
) -> Result<Vec<(GroupLine, i64)>, DbErr> {
    let mut conditions = Conditions::beside(vec![today.into(), item.into()]);
    conditions.and_of(|values| led(scope, values));
    if let Some((place, id)) = after {
        conditions.and_behind("coalesce(gp.place, -1)", "g.id", true, (place.into(), id));
    }
    let (conditions, values) = conditions.done();
    let sql = format!(
        "select g.id, g.name, u.name, count(distinct r.person_id), count(distinct d.person_id), coalesce(gp.place, -1) \
         from ({}) r join study_group g on g.id = r.group_id join unit u on u.id = g.unit_id \
         left join unit_place gp on gp.unit_id = g.unit_id \
         left join reading d on d.item_id = r.item_id and d.person_id = r.person_id and d.void = false \
         where {conditions} group by g.id, g.name, u.name, gp.place order by coalesce(gp.place, -1), g.id limit {most}",
        reaching("$1", "i.id = $2")
    );
    db::rows(conn, &sql, values).await
}

/// A person in the groups of a scope who has not finished an item.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Behind {
    /// Key.
    pub person_id: i64,
    /// Name.
    pub name: String,
    /// The group.
    pub group_name: String,
    /// When the person was last reminded.
    pub reminded_at: Option<String>,
}

/// Who has not finished an item, by name, of the groups that a scope leads, or of one of them; never ranked.
pub(super) async fn behind(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (item, today): (i64, NaiveDate),
    group: Option<GroupId>,
    most: u64,
) -> Result<Vec<Behind>, DbErr> {
    let mut conditions = Conditions::beside(vec![today.into(), item.into()]);
    conditions.and_of(|values| led(scope, values));
    if let Some(group) = group {
        conditions.and("g.id = ?", [group.0.into()]);
    }
    let (conditions, values) = conditions.done();
    let sql = format!(
        "select n.id as person_id, n.name, min(g.name) as group_name, \
         (select max(w.at) from plan_reminder w where w.item_id = $2 and w.person_id = n.id) as reminded_at \
         from ({}) r join study_group g on g.id = r.group_id left join unit_place gp on gp.unit_id = g.unit_id \
         join person n on n.id = r.person_id \
         where not exists (select 1 from reading d where d.item_id = r.item_id and d.person_id = r.person_id \
         and d.void = false) and {conditions} group by n.id, n.name order by n.name, n.id limit {most}",
        reaching("$1", "i.id = $2")
    );
    db::all(conn, &sql, values).await
}

/// Records that people were reminded.
pub(super) async fn remind(
    tx: &impl ConnectionTrait,
    item: i64,
    people: &[PersonId],
    (at, account): (&str, AccountId),
) -> Result<(), DbErr> {
    let first = db::take_range(tx, "plan_reminder", people.len()).await?;
    let rows = (first..)
        .zip(people)
        .map(|(id, person)| vec![id.into(), item.into(), person.0.into(), at.into(), account.0.into()]);
    let columns = ["id", "item_id", "person_id", "at", "account_id"];
    db::insert_many(tx, "plan_reminder", &columns, rows.collect::<Vec<_>>()).await
}

/// A select of readings `r`, with `rest` appended.
fn readings(rest: &str) -> String {
    format!("select {} from reading r {rest}", Reading::columns("r"))
}

/// A person's reading of an item, unless it was taken back.
pub(super) async fn live(conn: &impl ConnectionTrait, item: i64, person: PersonId) -> Result<Option<Reading>, DbErr> {
    let sql = readings("where r.item_id = $1 and r.person_id = $2 and r.void = false");
    db::row(conn, &sql, vec![item.into(), person.0.into()]).await
}

/// The readings of people that were not taken back.
pub(super) async fn readings_of(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Reading>, DbErr> {
    let sql = readings("where r.void = false and r.person_id in ($keys) order by r.id");
    db::by_keys(&sql, people).rows(conn).await
}

/// The readings of a plan's items that were not taken back, locked until the transaction ends.
pub(super) async fn readings_of_plan(tx: &impl ConnectionTrait, plan: i64) -> Result<Vec<Reading>, DbErr> {
    let of_plan = "r.void = false and r.item_id in (select i.id from plan_item i where i.plan_id = $1) order by r.id";
    db::hold(tx, &format!("select r.id from reading r where {of_plan}"), vec![plan.into()]).await?;
    db::rows(tx, &readings(&format!("where {of_plan}")), vec![plan.into()]).await
}

/// Sets the theme of the readings of a plan's items.
pub(super) async fn set_theme(tx: &impl ConnectionTrait, plan: i64, theme: Option<&str>) -> Result<(), DbErr> {
    let sql = "update reading set theme = $1 where item_id in (select i.id from plan_item i where i.plan_id = $2)";
    db::execute(tx, sql, vec![theme.map(str::to_owned).into(), plan.into()]).await?;
    Ok(())
}

/// Every reading, including those that were taken back.
pub(super) async fn all_readings(conn: &impl ConnectionTrait) -> Result<Vec<Reading>, DbErr> {
    db::rows(conn, &readings("order by r.id"), vec![]).await
}

pub(super) async fn hold_readings(tx: &impl ConnectionTrait, people: &[PersonId]) -> Result<(), DbErr> {
    let mut people: Vec<PersonId> = people.to_vec();
    people.sort_unstable();
    let sql = "select id from reading where void = false and person_id in ($keys) order by id";
    db::by_keys(sql, &people).hold::<RecordId>(tx).await?;
    Ok(())
}

pub(super) async fn insert_reading(tx: &impl ConnectionTrait, reading: &Reading) -> Result<(), DbErr> {
    db::insert(tx, std::slice::from_ref(reading)).await
}

pub(super) async fn update_reading(tx: &impl ConnectionTrait, reading: &Reading) -> Result<(), DbErr> {
    let sql = "update reading set unit_id = $1, level = $2, party = $3, youth = $4, sex = $5, void = $6 where id = $7";
    let values = vec![
        reading.unit.0.into(),
        reading.level.as_str().into(),
        reading.party.as_str().into(),
        reading.youth.as_str().into(),
        reading.sex.as_str().into(),
        reading.void.into(),
        reading.id.0.into(),
    ];
    db::execute(tx, sql, values).await?;
    Ok(())
}

pub(super) async fn repoint(tx: &impl ConnectionTrait, loser: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    let values = || vec![survivor.0.into(), loser.0.into()];
    db::execute(tx, "update reading set person_id = $1 where person_id = $2", values()).await?;
    db::execute(tx, "update plan_reminder set person_id = $1 where person_id = $2", values()).await?;
    Ok(())
}

/// What a person has finished, for the person's own export.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Finished {
    /// The plan.
    pub plan: String,
    /// The material.
    pub material: Option<String>,
    /// Chapter, pages, or a description.
    pub text: Option<String>,
    /// When.
    pub done_on: NaiveDate,
}

/// All that a person has finished.
pub async fn finished_by(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<Finished>, DbErr> {
    let sql = "select l.title as plan, m.title as material, i.text, r.done_on from reading r \
         join plan_item i on i.id = r.item_id join study_plan l on l.id = i.plan_id \
         left join material m on m.id = i.material_id where r.person_id = $1 and r.void = false order by r.done_on, r.id";
    db::all(conn, sql, vec![person.0.into()]).await
}

/// A line in the list of plans.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// First day.
    pub from_day: NaiveDate,
    /// Last day.
    pub to_day: NaiveDate,
    /// `draft`, `published`, `withdrawn`.
    pub state: String,
    /// Items.
    pub items: i64,
}

/// The orders of the plans.
pub const ORDERS: &[By] = &[By::day("from", "l.from_day").falling(), By::text("title", "l.title")];

/// The requested plans that are visible.
pub(super) async fn list(
    conn: &impl ConnectionTrait,
    (reach, keeps): (&Reach, &Scope),
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Line>, DbErr> {
    let mut filters = Filters::new(query, today);
    filters.within(|values| seen(reach, keeps, values));
    filters.search(&["l.title", "u.name"]);
    filters.text("theme", "l.theme = ?");
    filters.one_of(
        "state",
        &[
            ("draft", "l.state = 'draft'"),
            ("published", "l.state = 'published'"),
            ("withdrawn", "l.state = 'withdrawn'"),
        ],
    );
    let select = Select {
        table: "study_plan l",
        id: "l.id",
        joins: "join unit u on u.id = l.unit_id left join unit_place p on p.unit_id = l.unit_id",
        columns: "l.id, l.title, u.name as unit, l.from_day, l.to_day, l.state, \
             (select count(*) from plan_item i where i.plan_id = l.id and i.dropped = false) as items",
    };
    filters.rows(conn, &select, slice).await
}

/// The titles of readings among the rows of a figure: the material, or the plan's description.
pub(crate) async fn titles(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<HashMap<RecordId, String>, DbErr> {
    let sql = "select r.id, coalesce(m.title, i.text, '') as title from reading r join plan_item i on i.id = r.item_id \
         left join material m on m.id = i.material_id where r.id in ($keys)";
    db::by_keys(sql, ids).map(conn).await
}
