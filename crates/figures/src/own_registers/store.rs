//! All queries on own registers and their rows.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use desk::{
    actor::Scope,
    error::{AppError, Result},
    ui::rows::{By, Filters, Rows, Select, Slice},
};
use federation::scope::places::under as under_sql;
use kernel::{FileId, GroupId, ImportId, Moment, Period, PersonId, RecordId, UnitId};
use ledger::{Record as _, Row as _, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, FromQueryResult};
use serde::Serialize;
use web::Fields;

use super::model::{Definition, FilledBy, Register, Row, RowHead, Stored, Value, Values};

fn unreadable(what: &'static str) -> impl Fn(serde_json::Error) -> AppError {
    move |fault| AppError::Unreadable { what, fault: fault.to_string() }
}

async fn with_definitions(conn: &impl ConnectionTrait, stored: Vec<Stored>) -> Result<Vec<Register>> {
    let keys: Vec<i64> = stored.iter().map(|register| register.id).collect();
    let sql = "select v.register_id, v.definition from own_register_version v join own_register r \
         on r.id = v.register_id and r.current_version = v.number where v.register_id in ($keys)";
    let mut texts: HashMap<i64, String> = db::by_keys(sql, &keys).rows(conn).await?.into_iter().collect();
    let mut registers = Vec::with_capacity(stored.len());
    for stored in stored {
        let text = texts.remove(&stored.id).unwrap_or_default();
        let definition = serde_json::from_str(&text).map_err(unreadable("own_register_version"))?;
        registers.push(Register { stored, definition });
    }
    Ok(registers)
}

/// All registers with their current definitions, in the order of their keys.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Register>> {
    let sql = format!("select {} from own_register r order by r.id", Stored::columns("r"));
    with_definitions(conn, db::rows(conn, &sql, vec![]).await?).await
}

/// A register by its key.
pub async fn by_id(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Register>> {
    let sql = format!("select {} from own_register r where r.id = $1", Stored::columns("r"));
    Ok(with_definitions(conn, db::rows(conn, &sql, vec![id.into()]).await?).await?.pop())
}

/// A register by its code.
pub async fn by_code(conn: &impl ConnectionTrait, code: &str) -> Result<Option<Register>> {
    let sql = format!("select {} from own_register r where r.code = $1", Stored::columns("r"));
    Ok(with_definitions(conn, db::rows(conn, &sql, vec![code.into()]).await?).await?.pop())
}

/// Locks a register until the transaction ends.
pub(super) async fn lock(tx: &DatabaseTransaction, id: i64) -> Result<(), DbErr> {
    db::lock(tx, Stored::TABLE, &[id]).await
}

pub(super) async fn insert(tx: &DatabaseTransaction, register: &Stored) -> Result<(), DbErr> {
    db::insert(tx, std::slice::from_ref(register)).await
}

/// Overwrites a register if it has the version that was read, and raises the version by one.
pub(super) async fn update(tx: &DatabaseTransaction, register: &Stored, name: &str) -> Result<()> {
    Ok(db::touched(db::update(tx, register).await?, name)?)
}

/// Stores a version of a definition, or replaces the draft.
pub(super) async fn set_version(
    tx: &DatabaseTransaction,
    id: i64,
    number: i64,
    definition: &Definition,
    at: &Moment,
) -> Result<()> {
    let text = serde_json::to_string(definition).map_err(unreadable("own_register_version"))?;
    let sql = "delete from own_register_version where register_id = $1 and number = $2";
    db::execute(tx, sql, vec![id.into(), number.into()]).await?;
    let row = vec![id.into(), number.into(), text.into(), at.0.as_str().into()];
    let columns = ["register_id", "number", "definition", "recorded_at"];
    Ok(db::insert_many(tx, "own_register_version", &columns, [row]).await?)
}

/// Every version of the definitions of some registers, by register and number.
pub async fn versions(conn: &impl ConnectionTrait, registers: &[i64]) -> Result<HashMap<(i64, i64), Definition>> {
    let sql = "select v.register_id, v.number, v.definition from own_register_version v where v.register_id in ($keys)";
    let mut versions = HashMap::new();
    for (register, number, text) in db::by_keys(sql, registers).rows::<(i64, i64, String)>(conn).await? {
        let definition = serde_json::from_str(&text).map_err(unreadable("own_register_version"))?;
        versions.insert((register, number), definition);
    }
    Ok(versions)
}

/// Deletes a register that has no rows.
pub(super) async fn delete(tx: &DatabaseTransaction, id: i64) -> Result<(), DbErr> {
    for sql in [
        "delete from own_nothing where register_id = $1",
        "delete from own_register_version where register_id = $1",
        "delete from own_register where id = $1",
    ] {
        db::execute(tx, sql, vec![id.into()]).await?;
    }
    Ok(())
}

/// How many rows registers have that are not void.
pub async fn row_counts(conn: &impl ConnectionTrait, registers: &[i64]) -> Result<HashMap<i64, i64>, DbErr> {
    let sql = "select o.register_id, count(*) from own_row o where o.void = false and o.register_id in ($keys) \
         group by o.register_id";
    Ok(db::by_keys(sql, registers).rows(conn).await?.into_iter().collect())
}

/// Whether a register has any rows, void ones too.
pub(super) async fn has_rows(conn: &impl ConnectionTrait, register: i64) -> Result<bool, DbErr> {
    let sql = "select id from own_row where register_id = $1 limit 1";
    Ok(db::row::<i64>(conn, sql, vec![register.into()]).await?.is_some())
}

/// The values that are stored beside the row: those that refer to something have rows of their own.
fn refers(value: &Value) -> bool {
    matches!(value, Value::People(_) | Value::Unit(_) | Value::Group(_) | Value::Activity(_) | Value::Files(_))
}

/// The text of the values that refer to nothing.
pub(super) fn values_text(values: &Values) -> Result<String> {
    let plain: Values =
        values.iter().filter(|(_, value)| !refers(value)).map(|(c, v)| (c.clone(), v.clone())).collect();
    serde_json::to_string(&plain).map_err(unreadable("own_row"))
}

/// What a field of a row refers to: a person, a unit, a group; a session, a file.
type Reference =
    (RecordId, String, (Option<PersonId>, Option<UnitId>, Option<GroupId>), (Option<RecordId>, Option<FileId>));

fn set_reference(values: &mut Values, field: String, reference: &Reference) {
    let (.., (person, unit, group), (session, file)) = reference;
    if let Some(person) = person {
        match values.entry(field).or_insert_with(|| Value::People(Vec::new())) {
            Value::People(people) if !people.contains(person) => people.push(*person),
            _ => {}
        }
    } else if let Some(file) = file {
        if let Value::Files(files) = values.entry(field).or_insert_with(|| Value::Files(Vec::new())) {
            files.push(*file);
        }
    } else {
        let one = unit.map(Value::Unit).or(group.map(Value::Group)).or(session.map(Value::Activity));
        values.extend(one.map(|value| (field, value)));
    }
}

/// Heads with their values.
async fn with_values(conn: &impl ConnectionTrait, heads: Vec<RowHead>) -> Result<Vec<Row>> {
    let ids: Vec<RecordId> = heads.iter().map(|head| head.id).collect();
    let sql = "select f.row_id, f.field, f.person_id, f.unit_id, f.group_id, f.session_id, f.file_id from own_row_reference f \
         where f.row_id in ($keys) order by f.row_id, f.field, f.place";
    let mut of_row: HashMap<RecordId, Vec<Reference>> = HashMap::new();
    for reference in db::by_keys(sql, &ids).rows::<Reference>(conn).await? {
        of_row.entry(reference.0).or_default().push(reference);
    }
    let mut rows = Vec::with_capacity(heads.len());
    for head in heads {
        let mut values: Values = serde_json::from_str(&head.values_text).map_err(unreadable("own_row"))?;
        for reference in of_row.remove(&head.id).unwrap_or_default() {
            set_reference(&mut values, reference.1.clone(), &reference);
        }
        rows.push(Row { head, values });
    }
    Ok(rows)
}

fn heads(condition: &str) -> String {
    format!("select {} from own_row o where {condition} order by o.id", RowHead::columns("o"))
}

/// Rows by key.
pub async fn rows_by_ids(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<Vec<Row>> {
    let found = db::by_keys(&heads("o.id in ($keys)"), ids).rows(conn).await?;
    with_values(conn, found).await
}

/// Every row that is not void, for `reconcile`.
pub(super) async fn live(conn: &impl ConnectionTrait) -> Result<Vec<Row>> {
    let found = db::rows(conn, &heads("o.void = false"), vec![]).await?;
    with_values(conn, found).await
}

/// The rows of an import that are not void.
pub(super) async fn of_import(conn: &impl ConnectionTrait, import: ImportId) -> Result<Vec<Row>> {
    let found = db::rows(conn, &heads("o.void = false and o.import_id = $1"), vec![import.0.into()]).await?;
    with_values(conn, found).await
}

/// The live rows of a register on some days, for finding repeated ones.
pub(super) async fn on_days(
    conn: &impl ConnectionTrait,
    register: i64,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Row>> {
    let condition = "o.void = false and o.register_id = $1 and o.day between $2 and $3";
    let found = db::rows(conn, &heads(condition), vec![register.into(), from.into(), to.into()]).await?;
    with_values(conn, found).await
}

/// Locks rows until the transaction ends.
pub(super) async fn lock_rows(tx: &impl ConnectionTrait, ids: &[RecordId]) -> Result<(), DbErr> {
    db::lock(tx, RowHead::TABLE, ids).await
}

/// The rows that name one of some people.
pub(super) async fn rows_of_people(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<RecordId>, DbErr> {
    let mut rows: BTreeSet<RecordId> = BTreeSet::new();
    for sql in [
        "select f.row_id from own_row_reference f where f.person_id in ($keys)",
        "select o.id from own_row o where o.person_id in ($keys)",
    ] {
        rows.extend(db::by_keys(sql, people).rows::<RecordId>(conn).await?);
    }
    Ok(rows.into_iter().collect())
}

/// Assigns to the survivor what names a merged person.
pub(super) async fn repoint(tx: &impl ConnectionTrait, merged: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    for sql in [
        "update own_row_reference set person_id = $1 where person_id = $2",
        "update own_row set person_id = $1 where person_id = $2",
    ] {
        db::execute(tx, sql, vec![survivor.0.into(), merged.0.into()]).await?;
    }
    Ok(())
}

async fn insert_references(tx: &impl ConnectionTrait, rows: &[Row]) -> Result<(), DbErr> {
    let mut lines = Vec::new();
    for row in rows {
        for (field, value) in &row.values {
            let mut line = |place: usize, column: usize, key: i64| {
                let mut keys = [None; 5];
                keys[column] = Some(key);
                let first = [row.head.id.0.into(), field.as_str().into(), (place as i64).into()];
                lines.push(first.into_iter().chain(keys.map(sea_orm::Value::from)).collect::<Vec<_>>());
            };
            match value {
                Value::People(people) => {
                    let different: BTreeSet<&PersonId> = people.iter().collect();
                    debug_assert_eq!(different.len(), people.len(), "each person once");
                    for (place, person) in people.iter().enumerate() {
                        line(place, 0, person.0);
                    }
                }
                Value::Unit(unit) => line(0, 1, unit.0),
                Value::Group(group) => line(0, 2, group.0),
                Value::Activity(session) => line(0, 3, session.0),
                Value::Files(files) => {
                    for (place, file) in files.iter().enumerate() {
                        line(place, 4, file.0);
                    }
                }
                _ => {}
            }
        }
    }
    let columns = ["row_id", "field", "place", "person_id", "unit_id", "group_id", "session_id", "file_id"];
    db::insert_many(tx, "own_row_reference", &columns, lines).await
}

/// Inserts rows.
pub(super) async fn insert_rows(
    tx: &impl ConnectionTrait,
    rows: &[Row],
    import: Option<ImportId>,
) -> Result<(), DbErr> {
    let heads: Vec<RowHead> = rows.iter().map(|row| row.head.clone()).collect();
    db::insert_with(tx, &heads, &[("import_id", import.map(|import| import.0).into())]).await?;
    insert_references(tx, rows).await
}

/// Overwrites a row if it has the version that was read, and raises the version by one.
pub(super) async fn update_row(tx: &impl ConnectionTrait, row: &Row) -> Result<()> {
    db::touched(db::update(tx, &row.head).await?, row.head.day)?;
    db::execute(tx, "delete from own_row_reference where row_id = $1", vec![row.head.id.0.into()]).await?;
    Ok(insert_references(tx, std::slice::from_ref(row)).await?)
}

/// Makes rows void, all for the same reason.
pub(super) async fn set_void(tx: &impl ConnectionTrait, ids: &[RecordId], reason: &str) -> Result<(), DbErr> {
    let sql = "update own_row set void = true, void_reason = $1, version = version + 1 where id in ($keys)";
    db::by_keys(sql, ids).with(vec![reason.into()]).execute(tx).await?;
    Ok(())
}

/// A line of the list of a register's rows.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// The unit that it counts to.
    pub unit: String,
    /// The day.
    pub day: NaiveDate,
    /// The last day of what lasts.
    pub until_day: Option<NaiveDate>,
    /// Whether it is void.
    pub void: bool,
    /// Raised by every change.
    pub version: i64,
}

/// The orders of rows.
pub const ORDERS: &[By] = &[
    By::day("day", "o.day").falling(),
    By::number("unit", "coalesce(p.place, -1)"),
    By::number("entered", "o.id").falling(),
];

/// The condition that a group's key stands in a column, and that a unit which shares the group, but doesn't lead it, meets a condition
/// on its place `sp.place`.
fn shared_by(group: &str, unit: &str) -> String {
    format!(
        "({group} is not null and exists (select 1 from study_group_shared sg join unit_place sp on sp.unit_id = sg.unit_id \
         where sg.group_id = {group} and {unit}))"
    )
}

/// The condition that row `o`, whose unit has the place `p.place`, is within a scope: counted there, of one of the groups, or filled in
/// by the person. With `shared` also rows of groups that a unit there shares.
fn in_scope(scope: &Scope, shared: bool, values: &mut Vec<sea_orm::Value>) -> String {
    if scope.all {
        return "1 = 1".to_owned();
    }
    let mut any = vec![scope.within("p.place", values), scope.in_groups("o.group_id", values)];
    if shared && !scope.places.is_empty() {
        any.push(shared_by("o.group_id", &scope.within("sp.place", values)));
    }
    if let Some(person) = scope.person {
        values.push(person.0.into());
        any.push(format!("o.person_id = ${}", values.len()));
    }
    format!("({})", any.join(" or "))
}

/// The requested rows of a register (`register` of the query) in a scope. `f1=c2` of the query is a condition on a choice.
///
/// Texts are searched only where the actor may see them: in rows within `named`, the scope for people.
pub async fn list(
    conn: &impl ConnectionTrait,
    (scope, named): (&Scope, &Scope),
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Line>> {
    let mut filters = Filters::new(query, today);
    filters.within(|values| in_scope(scope, true, values));
    let register = query.key("register").unwrap_or(0);
    filters.within(|values| {
        values.push(register.into());
        format!("o.register_id = ${}", values.len())
    });
    filters.search(&["o.searched"]);
    if query.some("q").is_some() {
        filters.within(|values| in_scope(named, false, values));
    }
    let by_sharing = shared_by("o.group_id", &under_sql("sp.place"));
    filters.key("unit_id", &format!("({} or {by_sharing})", under_sql("p.place")));
    filters.period("o.day", today)?;
    filters.one_of("state", &[("", "o.void = false"), ("void", "o.void = true"), ("any", "1 = 1")]);
    let select = Select {
        table: "own_row o",
        id: "o.id",
        joins: "join unit u on u.id = o.unit_id left join unit_place p on p.unit_id = o.unit_id",
        columns: "o.id, u.name as unit, o.day, o.until_day, o.void, o.version",
    };
    Ok(filters.rows(conn, &select, slice).await?)
}

/// Which of some rows are within a scope.
pub(super) async fn within(conn: &impl ConnectionTrait, scope: &Scope, id: RecordId) -> Result<bool, DbErr> {
    let mut values = vec![id.0.into()];
    let within = in_scope(scope, true, &mut values);
    let sql = format!(
        "select o.id from own_row o left join unit_place p on p.unit_id = o.unit_id where o.id = $1 and {within}"
    );
    Ok(db::row::<i64>(conn, &sql, values).await?.is_some())
}

/// Whoever fills a register in: a unit, or one of its groups.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult, Serialize)]
pub struct Filler {
    /// The unit.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// The group.
    pub group_id: Option<i64>,
    /// Its name.
    pub group_name: Option<String>,
    /// The units that share the group, besides the one that leads it.
    pub sharing: Option<String>,
    /// How many rows it has in the period.
    pub row_count: i64,
    /// When the first of them was entered.
    pub entered_at: Option<String>,
    /// When it said that there is nothing to enter.
    pub nothing_at: Option<String>,
    /// The unit's level.
    pub level: String,
}

impl Filler {
    /// Whether it has handed something in, be it that there is nothing.
    pub fn has_handed_in(&self) -> bool {
        self.row_count > 0 || self.nothing_at.is_some()
    }
}

/// Everybody at or under the register's unit, and within a scope, who fills it in, with what they handed in for a period, in the order
/// of the tree. A group that several units share owes once, under the unit that leads it; whoever sees one of the others sees it too.
pub async fn fillers(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    register: &Register,
    period: Period,
) -> Result<Vec<Filler>, DbErr> {
    fillers_among(conn, scope, register, period, None).await
}

/// The same of some units, if they are given.
pub(super) async fn fillers_among(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    register: &Register,
    period: Period,
    units: Option<&[UnitId]>,
) -> Result<Vec<Filler>, DbErr> {
    let Register { stored, definition } = register;
    let mut values: Vec<sea_orm::Value> =
        vec![stored.unit.0.into(), stored.id.into(), period.from.into(), period.to.into()];
    let of_groups = definition.filled_by == FilledBy::Groups;
    let mut conditions = vec![
        under_sql("p.place").replace('?', "$1"),
        "u.void = false and (u.closed_on is null or u.closed_on >= $3) and (u.opened_on is null or u.opened_on <= $4)"
            .to_owned(),
    ];
    let within = scope.within("p.place", &mut values);
    conditions.push(if of_groups {
        let led = scope.in_groups("g.id", &mut values);
        format!("({within} or {led} or {})", shared_by("g.id", &scope.within("sp.place", &mut values)))
    } else {
        within
    });
    if !definition.levels.is_empty() {
        let first = values.len() + 1;
        values.extend(definition.levels.iter().map(|level| level.as_str().into()));
        conditions.push(format!("u.level in ({})", db::places(first, definition.levels.len())));
    }
    if let Some(units) = units {
        let first = values.len() + 1;
        values.extend(units.iter().map(|unit| unit.0.into()));
        conditions.push(format!("u.id in ({})", db::places(first, units.len())));
    }
    let (group, join, of_row, of_nothing) = if of_groups {
        conditions
            .push("(g.closed_on is null or g.closed_on >= $3) and g.opened_on <= $4 and g.void = false".to_owned());
        (
            "g.id as group_id, g.name as group_name",
            "join study_group g on g.unit_id = u.id",
            "o.group_id = g.id",
            "n.group_id = g.id",
        )
    } else {
        ("cast(null as bigint) as group_id, cast(null as varchar) as group_name", "", "1 = 1", "n.group_id is null")
    };
    let holds = if definition.lasts { "(o.until_day is null or o.until_day >= $3)" } else { "o.day >= $3" };
    let rows = format!(
        "from own_row o where o.register_id = $2 and o.unit_id = u.id and {of_row} and o.void = false and o.day <= $4 \
         and {holds}"
    );
    let sql = format!(
        "select u.id as unit_id, u.name as unit, {group}, cast(null as varchar) as sharing, \
         coalesce(u.level, 'outside') as level, \
         (select count(*) {rows}) as row_count, (select min(o.entered_at) {rows}) as entered_at, \
         (select min(n.recorded_at) from own_nothing n where n.register_id = $2 and n.unit_id = u.id and {of_nothing} \
          and n.from_day = $3 and n.to_day = $4) as nothing_at \
         from unit u join unit_place p on p.unit_id = u.id {join} where {} order by p.place, u.id",
        conditions.join(" and ")
    );
    let mut fillers: Vec<Filler> = db::all(conn, &sql, values).await?;
    if of_groups {
        let groups: Vec<GroupId> = fillers.iter().filter_map(|filler| filler.group_id.map(GroupId)).collect();
        let sql = "select sg.group_id, u.name from study_group_shared sg join study_group g on g.id = sg.group_id \
             join unit u on u.id = sg.unit_id left join unit_place p on p.unit_id = u.id \
             where sg.unit_id <> g.unit_id and sg.group_id in ($keys) order by p.place, u.id";
        let mut sharing: HashMap<GroupId, Vec<String>> = HashMap::new();
        for (group, unit) in db::by_keys(sql, &groups).rows::<(GroupId, String)>(conn).await? {
            sharing.entry(group).or_default().push(unit);
        }
        for filler in &mut fillers {
            let units = filler.group_id.and_then(|group| sharing.get(&GroupId(group)));
            filler.sharing = units.map(|units| units.join("、"));
        }
    }
    Ok(fillers)
}

/// How many of them there are in all.
pub async fn filler_count(conn: &impl ConnectionTrait, register: &Register, period: Period) -> Result<usize, DbErr> {
    let everywhere = Scope { all: true, ..Scope::default() };
    Ok(fillers(conn, &everywhere, register, period).await?.len())
}

/// Notes that a unit or group has nothing to enter in a period; saying it again changes nothing.
pub(super) async fn set_nothing(
    tx: &impl ConnectionTrait,
    register: i64,
    (unit, group): (UnitId, Option<GroupId>),
    period: Period,
    (account, at): (i64, &str),
) -> Result<(), DbErr> {
    clear_nothing(tx, register, (unit, group), period).await?;
    let id = db::take_range(tx, "own_nothing", 1).await?;
    let row = vec![
        id.into(),
        register.into(),
        unit.0.into(),
        group.map(|group| group.0).into(),
        period.from.into(),
        period.to.into(),
        account.into(),
        at.into(),
    ];
    let columns = ["id", "register_id", "unit_id", "group_id", "from_day", "to_day", "account_id", "recorded_at"];
    db::insert_many(tx, "own_nothing", &columns, [row]).await
}

/// Takes it back.
pub(super) async fn clear_nothing(
    tx: &impl ConnectionTrait,
    register: i64,
    (unit, group): (UnitId, Option<GroupId>),
    period: Period,
) -> Result<(), DbErr> {
    let sql = "delete from own_nothing where register_id = $1 and unit_id = $2 and coalesce(group_id, 0) = $3 \
         and from_day = $4 and to_day = $5";
    let group = group.map_or(0, |group| group.0);
    db::execute(tx, sql, vec![register.into(), unit.0.into(), group.into(), period.from.into(), period.to.into()])
        .await?;
    Ok(())
}

/// For records among the rows of a figure: the register's name, and the unit that a row counts to.
pub(super) async fn titles(
    conn: &impl ConnectionTrait,
    ids: &[RecordId],
) -> Result<HashMap<RecordId, (i64, i64, NaiveDate)>, DbErr> {
    let sql = "select o.id, o.register_id, o.form_version, o.day from own_row o where o.id in ($keys)";
    let found: Vec<(RecordId, i64, i64, NaiveDate)> = db::by_keys(sql, ids).rows(conn).await?;
    Ok(found.into_iter().map(|(id, register, form, day)| (id, (register, form, day))).collect())
}

/// A log line of a register or a row.
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

/// The log lines of one record, the oldest first.
pub(super) async fn history(conn: &impl ConnectionTrait, kind: &str, id: i64) -> Result<Vec<Done>, DbErr> {
    let sql = "select l.at, case when a.display = '' then a.name else a.display end as account, l.what, l.args \
         from log_entry l join account a on a.id = l.account_id where l.object_kind = $1 and l.object_id = $2 \
         order by l.id";
    db::all(conn, sql, vec![kind.into(), id.into()]).await
}

/// The places of units in today's tree.
pub(super) async fn places_of(conn: &impl ConnectionTrait, units: &[UnitId]) -> Result<Vec<(UnitId, i64)>, DbErr> {
    db::by_keys("select p.unit_id, p.place from unit_place p where p.unit_id in ($keys)", units).rows(conn).await
}

/// The first and the last place of units' subtrees in today's tree.
pub(super) async fn spans_of(
    conn: &impl ConnectionTrait,
    units: &[UnitId],
) -> Result<HashMap<UnitId, (i64, i64)>, DbErr> {
    let sql = "select p.unit_id, p.place, p.last from unit_place p where p.unit_id in ($keys)";
    let found: Vec<(UnitId, i64, i64)> = db::by_keys(sql, units).rows(conn).await?;
    Ok(found.into_iter().map(|(unit, first, last)| (unit, (first, last))).collect())
}

/// Those of some units that stand at or under another one today.
pub(super) async fn under(
    conn: &impl ConnectionTrait,
    units: &[UnitId],
    top: UnitId,
) -> Result<HashSet<UnitId>, DbErr> {
    let sql = format!(
        "select p.unit_id from unit_place p where {} and p.unit_id in ($keys)",
        under_sql("p.place").replace('?', "$1")
    );
    Ok(db::by_keys(&sql, units).with(vec![top.0.into()]).rows(conn).await?.into_iter().collect())
}
