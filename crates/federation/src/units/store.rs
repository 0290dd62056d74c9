//! All queries on units.

use std::collections::HashMap;

use chrono::NaiveDate;
use desk::{
    error::Result,
    feature::{Features, Records},
    pinyin,
};
use kernel::{DAY_ONE, ImportId, LAST_DAY, RecordId, Refusal, UnitId};
use ledger::{Row as _, Tree, ancestors, db};
use sea_orm::{ConnectionTrait, DbErr, Value};
use web::Fields;

use super::{Found, Index, Level, Unit};

/// Reads units `u` with their codes; `rest` is appended to the select.
async fn read(conn: &impl ConnectionTrait, rest: &str, values: Vec<Value>) -> Result<Vec<Unit>, DbErr> {
    let columns = Unit::columns("u");
    let sql =
        format!("select {columns}, (select min(c.code) from unit_code c where c.unit_id = u.id) from unit u {rest}");
    let rows: Vec<(Unit, Option<String>)> = db::rows(conn, &sql, values).await?;
    Ok(rows.into_iter().map(|(unit, code)| Unit { code, ..unit }).collect())
}

/// The levels, highest first.
pub async fn levels(conn: &impl ConnectionTrait) -> Result<Vec<Level>, DbErr> {
    db::rows(conn, &format!("select {} from level l order by l.rank", Level::columns("l")), vec![]).await
}

/// Renames a level.
pub(super) async fn set_level(
    tx: &impl ConnectionTrait,
    code: &str,
    zh: &str,
    en: &str,
    bare: &str,
) -> Result<(), DbErr> {
    let sql = "update level set zh = $1, en = $2, bare = $3 where code = $4";
    db::execute(tx, sql, vec![zh.into(), en.into(), bare.into(), code.into()]).await.map(drop)
}

/// Units by their keys.
pub async fn by_ids(conn: &impl ConnectionTrait, ids: &[UnitId]) -> Result<HashMap<UnitId, Unit>, DbErr> {
    let mut units = HashMap::new();
    for (rest, values) in db::by_keys("where u.id in ($keys)", ids).runs() {
        units.extend(read(conn, &rest, values).await?.into_iter().map(|unit| (unit.id, unit)));
    }
    Ok(units)
}

/// Every unit that is not void.
pub(super) async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Unit>, DbErr> {
    read(conn, "where u.void = false", vec![]).await
}

/// Every unit that has a record, including void ones.
pub(super) async fn with_records(conn: &impl ConnectionTrait) -> Result<Vec<Unit>, DbErr> {
    read(conn, "where u.record_id is not null order by u.id", vec![]).await
}

/// The units to which records belong: record, key, name.
pub(super) async fn of_records(
    conn: &impl ConnectionTrait,
    records: &[RecordId],
) -> Result<Vec<(RecordId, UnitId, String)>, DbErr> {
    db::by_keys("select u.record_id, u.id, u.name from unit u where u.record_id in ($keys)", records).rows(conn).await
}

/// The first units, up to 5,000, that an earlier version left unbooked.
pub(super) async fn unbooked(conn: &impl ConnectionTrait) -> Result<Vec<UnitId>, DbErr> {
    db::rows(conn, "select unit_id from unit_unbooked order by unit_id limit 5000", vec![]).await
}

/// Stores that units are booked.
pub(super) async fn set_booked(tx: &impl ConnectionTrait, units: &[UnitId]) -> Result<(), DbErr> {
    db::by_keys("delete from unit_unbooked where unit_id in ($keys)", units).execute(tx).await?;
    Ok(())
}

/// Whether there is any unit, including void ones.
pub async fn has_any(conn: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(db::scalar::<i64>(conn, "select id from unit limit 1", vec![]).await?.is_some())
}

/// Outside organisations.
pub async fn outside(conn: &impl ConnectionTrait) -> Result<Vec<Unit>, DbErr> {
    read(conn, "where u.void = false and u.outside = true order by u.name", vec![]).await
}

/// The units under a unit by name and code, for matching; those closed before `since` are left out.
pub async fn load_index(
    conn: &impl ConnectionTrait,
    home: UnitId,
    day: NaiveDate,
    since: NaiveDate,
) -> Result<Index, DbErr> {
    let position = ledger::position(conn).await?;
    let tree = Tree::load(conn, Some(home), day, position).await?;
    let above = ancestors(conn, home, day, position).await?;
    let ids: Vec<UnitId> = tree.all().iter().chain(&above).copied().collect();
    let units = if tree.len() > 100_000 { all(conn).await? } else { by_ids(conn, &ids).await?.into_values().collect() };
    let open = units.into_iter().filter(|unit| unit.closed_on.is_none_or(|last| last >= since) && !unit.void).collect();
    Ok(Index::new(home, tree, open, above, levels(conn).await?))
}

/// The open unit with exactly this name; an outside organisation comes first.
pub(super) async fn find_open_by_name(conn: &impl ConnectionTrait, name: &str) -> Result<Option<UnitId>, DbErr> {
    let sql =
        "select id from unit where name = $1 and void = false and closed_on is null order by outside desc, id limit 1";
    db::row(conn, sql, vec![name.into()]).await
}

/// The unit in a field of a form or a query: by the key that was chosen, or, as where there is no script, by the name or code that was
/// typed. `None` for an empty field.
pub async fn in_field(conn: &impl ConnectionTrait, fields: &Fields, name: &str) -> Result<Option<UnitId>> {
    if let Some(id) = fields.key(&format!("{name}_id")) {
        return Ok(Some(UnitId(id)));
    }
    match fields.some(name) {
        Some(text) => Ok(Some(find_by_code_or_name(conn, text).await?.id)),
        None => Ok(None),
    }
}

/// The unit that a command refers to, by code or name, in the whole federation.
pub async fn find_by_code_or_name(conn: &impl ConnectionTrait, text: &str) -> Result<Unit> {
    let text = tabular::fold(text);
    let text = text.trim();
    let rest = "where u.void = false \
         and (u.name = $1 or u.id in (select c.unit_id from unit_code c where c.code = $1)) order by u.id limit 20";
    let mut units = read(conn, rest, vec![text.into()]).await?;
    if let [one] = units.as_slice() {
        return Ok(one.clone());
    }
    if units.is_empty() {
        // A short or nested name: searched among all units.
        let index = whole_index(conn).await?;
        let ids = match index.find(text) {
            Found::One(id) => vec![id],
            Found::Several(ids) => ids,
            Found::None => vec![],
        };
        units = ids.iter().filter_map(|id| index.unit(*id)).cloned().collect();
        if let [one] = units.as_slice() {
            return Ok(one.clone());
        }
    }
    if units.is_empty() {
        return Err(Refusal::new("unit-unknown").with("name", text).into());
    }
    let fits = units.iter().map(|unit| {
        Refusal::new("unit-listed").with("name", &unit.name).with("code", unit.code.as_deref().unwrap_or("—"))
    });
    Err(Refusal::new("unit-several").with("name", text).because(fits).into())
}

async fn whole_index(conn: &impl ConnectionTrait) -> Result<Index, DbErr> {
    let position = ledger::position(conn).await?;
    let tree = Tree::load(conn, None, LAST_DAY, position).await?;
    Ok(Index::new(UnitId(0), tree, all(conn).await?, vec![], levels(conn).await?))
}

/// Locks the rows of units until the transaction ends.
pub async fn lock(tx: &impl ConnectionTrait, ids: &[UnitId]) -> Result<(), DbErr> {
    db::by_keys("update unit set version = version where id in ($keys)", ids).execute(tx).await?;
    Ok(())
}

/// A unit by its key.
pub(super) async fn by_id(conn: &impl ConnectionTrait, id: UnitId) -> Result<Option<Unit>, DbErr> {
    Ok(by_ids(conn, &[id]).await?.remove(&id))
}

/// A new unit.
pub(super) struct NewUnit {
    pub(super) id: UnitId,
    pub(super) name: String,
    pub(super) level: Option<String>,
    pub(super) outside: bool,
    pub(super) code: Option<String>,
}

/// Inserts units and their codes; those of the tree are there from a day on, [`DAY_ONE`] if none is given.
pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    units: &[NewUnit],
    (source, year): (&str, Option<i64>),
    from: Option<NaiveDate>,
    import: Option<ImportId>,
) -> Result<(), DbErr> {
    let of_tree = units.iter().filter(|unit| !unit.outside).count();
    let mut records = db::take_range(tx, "record", of_tree).await?..;
    let rows = units.iter().map(|unit| {
        let in_tree = !unit.outside;
        let record: Option<i64> = if in_tree { records.next() } else { None };
        vec![
            unit.id.0.into(),
            unit.name.as_str().into(),
            unit.level.as_deref().into(),
            unit.outside.into(),
            record.into(),
            in_tree.then(|| from.unwrap_or(DAY_ONE)).into(),
            false.into(),
            1i64.into(),
            import.map(|import| import.0).into(),
        ]
    });
    let columns = ["id", "name", "level", "outside", "record_id", "opened_on", "void", "version", "import_id"];
    db::insert_many(tx, "unit", &columns, rows).await?;
    spell(tx, units.iter().map(|unit| (unit.id.0, unit.name.as_str()))).await?;
    let codes = units.iter().filter_map(|unit| {
        let code = unit.code.as_deref()?;
        Some(vec![unit.id.0.into(), code.into(), source.into(), year.into()])
    });
    db::insert_many(tx, "unit_code", &["unit_id", "code", "source", "year"], codes).await
}

/// The units with these names that are not void.
pub(super) async fn named(conn: &impl ConnectionTrait, names: &[String]) -> Result<Vec<Unit>, DbErr> {
    let mut units = Vec::new();
    for (rest, values) in db::by_keys("where u.void = false and u.outside = false and u.name in ($keys)", names).runs()
    {
        units.extend(read(conn, &(rest + " order by u.id"), values).await?);
    }
    Ok(units)
}

/// Every code in use, including those of closed units, for matching a tree file.
pub(super) async fn coded(conn: &impl ConnectionTrait) -> Result<HashMap<String, Coded>, DbErr> {
    let sql = "select c.code, u.id, u.name, u.level, u.closed_on from unit_code c join unit u on u.id = c.unit_id \
               where u.void = false";
    let rows: Vec<(String, UnitId, String, Option<String>, Option<NaiveDate>)> = db::rows(conn, sql, vec![]).await?;
    let each = rows.into_iter().map(|(code, id, name, level, closed_on)| {
        (code, Coded { id, name, level: level.unwrap_or_default(), closed_on })
    });
    Ok(each.collect())
}

/// A unit with a code, for matching it with a tree file.
#[derive(Debug)]
pub(super) struct Coded {
    pub(super) id: UnitId,
    pub(super) name: String,
    pub(super) level: String,
    pub(super) closed_on: Option<NaiveDate>,
}

/// Changes a unit if it still has the version that was read.
pub(super) async fn set(tx: &impl ConnectionTrait, unit: &Unit, assignment: &str, value: Value) -> Result<()> {
    let sql = format!("update unit set {assignment} = $1, version = version + 1 where id = $2 and version = $3");
    let touched = db::execute(tx, &sql, vec![value, unit.id.0.into(), unit.version.into()]).await?;
    Ok(db::touched(touched, &unit.name)?)
}

/// Gives a unit a name, and stores the spellings of the name.
pub(super) async fn set_name(tx: &impl ConnectionTrait, unit: &Unit, name: &str) -> Result<()> {
    set(tx, unit, "name", name.into()).await?;
    if unit.name != name {
        db::execute(tx, "delete from unit_pinyin where unit_id = $1", vec![unit.id.0.into()]).await?;
        spell(tx, std::iter::once((unit.id.0, name))).await?;
    }
    Ok(())
}

/// Stores the pinyin spellings of names.
async fn spell<'n>(tx: &impl ConnectionTrait, names: impl Iterator<Item = (i64, &'n str)>) -> Result<(), DbErr> {
    let rows = names.map(|(id, name)| vec![id.into(), pinyin::of_unit(name).forms.into()]);
    db::insert_many(tx, "unit_pinyin", &["unit_id", "forms"], rows.collect::<Vec<_>>()).await
}

/// Stores the spellings that an older version left empty.
pub(crate) async fn spell_missing(db: &db::Database) -> Result<(), DbErr> {
    let missing = "select y.unit_id, u.name from unit_pinyin y join unit u on u.id = y.unit_id where y.forms = '' \
                   order by y.unit_id limit 5000";
    while !db::rows::<(i64, String)>(db, missing, vec![]).await?.is_empty() {
        let tx = db::begin(db).await?;
        // Another process that opens the database at the same moment waits here, and then finds nothing left to do.
        db::take_range(&tx, "unit", 0).await?;
        let names: Vec<(i64, String)> = db::rows(&tx, missing, vec![]).await?;
        let units: Vec<i64> = names.iter().map(|(id, _)| *id).collect();
        db::by_keys("delete from unit_pinyin where unit_id in ($keys)", &units).execute(&tx).await?;
        spell(&tx, names.iter().map(|(id, name)| (*id, name.as_str()))).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Stores the former name of a unit.
pub(super) async fn keep_name(tx: &impl ConnectionTrait, unit: &Unit, until: NaiveDate) -> Result<(), DbErr> {
    let row = vec![unit.id.0.into(), unit.name.as_str().into(), until.into()];
    db::insert_many(tx, "unit_former_name", &["unit_id", "name", "until"], [row]).await
}

ledger::record! {
    /// What an import changed of an existing unit, so that it can be restored.
    #[derive(Debug)]
    pub(super) struct Changed in "unit_change" {
        pub(super) unit_id: i64,
        pub(super) version_after: i64,
        pub(super) old_name: String,
        pub(super) old_parent_id: Option<i64>,
        pub(super) moved_from: Option<NaiveDate>,
    }
}

/// Stores what an import changed.
pub(super) async fn keep_change(tx: &impl ConnectionTrait, import: ImportId, change: &Changed) -> Result<(), DbErr> {
    db::insert_parts(tx, "import_id", [(import, change)]).await
}

/// What an import changed.
pub(super) async fn changes_of(conn: &impl ConnectionTrait, import: ImportId) -> Result<Vec<Changed>, DbErr> {
    let sql = format!("select {} from unit_change c where c.import_id = $1 order by c.unit_id", Changed::columns("c"));
    db::rows(conn, &sql, vec![import.0.into()]).await
}

/// The units of an import on which something later depends, by name and code: changes of their data, other units under
/// them, and the records of `features`.
pub(super) async fn stood_on(
    conn: &impl ConnectionTrait,
    features: Features,
    import: ImportId,
) -> Result<Vec<(String, Option<String>)>, DbErr> {
    let records = features.records().flat_map(Records::units);
    let named: String = records.map(|units| format!("or u.id in ({units}) ")).collect();
    let sql = format!(
        "select u.name, c.code from unit u left join unit_code c on c.unit_id = u.id where u.import_id = $1 \
         and (u.version > 1 or exists (select 1 from tree_edge e join unit b on b.id = e.unit_id \
            where e.parent_id = u.id and (b.import_id is null or b.import_id <> $1) and b.void = false) {named}) \
         order by u.id limit 100"
    );
    db::rows(conn, &sql, vec![import.0.into()]).await
}

/// Voids the units of an import, and returns them.
pub(super) async fn void_import(tx: &impl ConnectionTrait, import: ImportId) -> Result<Vec<UnitId>, DbErr> {
    let sql = "update unit set void = true, version = version + 1 where import_id = $1";
    db::execute(tx, sql, vec![import.0.into()]).await?;
    db::rows(tx, "select id from unit where import_id = $1 order by id", vec![import.0.into()]).await
}

/// A unit of the tree for a page.
#[derive(Clone, Debug, sea_orm::FromQueryResult, serde::Serialize)]
pub struct Node {
    /// Key.
    pub id: i64,
    /// Name.
    pub name: String,
    /// How many units are under it.
    pub under: i64,
    /// The name of its parent, to distinguish it from others of the same name.
    pub above: Option<String>,
    /// The day it was closed.
    pub closed_on: Option<NaiveDate>,
}

const NODE: &str = "select u.id, u.name, coalesce(p.last - p.place, 0) as under, w.name as above, u.closed_on from unit u \
     left join unit_place p on p.unit_id = u.id left join unit w on w.id = p.parent_id";

const SPELLED: &str = "left join unit_pinyin y on y.unit_id = u.id";

/// Units as nodes, in the order of the tree.
pub(super) async fn nodes(conn: &impl ConnectionTrait, ids: &[UnitId]) -> Result<Vec<Node>, DbErr> {
    db::by_keys(&format!("{NODE} where u.id in ($keys) order by p.place"), ids).all(conn).await
}

/// The units directly under a unit today, in the order of the tree.
pub(super) async fn children(conn: &impl ConnectionTrait, unit: UnitId, most: u64) -> Result<Vec<Node>, DbErr> {
    let sql = format!("{NODE} where p.parent_id = $1 and u.void = false order by p.place limit {most}");
    db::all(conn, &sql, vec![unit.0.into()]).await
}

/// How many open units are directly under a unit today.
pub(super) async fn count_open_children(conn: &impl ConnectionTrait, unit: UnitId) -> Result<i64, DbErr> {
    let sql = "select count(*) from unit_place p join unit u on u.id = p.unit_id \
               where p.parent_id = $1 and u.void = false and u.closed_on is null";
    Ok(db::scalar(conn, sql, vec![unit.0.into()]).await?.unwrap_or(0))
}

/// Units of a scope whose name or code contains a text.
pub async fn search(
    conn: &impl ConnectionTrait,
    scope: &desk::actor::Scope,
    text: &str,
    most: u64,
) -> Result<Vec<Node>, DbErr> {
    let mut values = Vec::new();
    let within = scope.within("p.place", &mut values);
    let holds = holds(text, &mut values);
    let sql = format!(
        "{NODE} {SPELLED} where u.void = false and u.outside = false and u.closed_on is null and {within} and {holds} \
         order by length(u.name), p.place limit {most}"
    );
    db::all(conn, &sql, values).await
}

/// Units of the whole federation and outside organisations, by name or code.
pub(super) async fn search_any(conn: &impl ConnectionTrait, text: &str, most: u64) -> Result<Vec<Node>, DbErr> {
    let mut values = Vec::new();
    let holds = holds(text, &mut values);
    let sql = format!(
        "{NODE} {SPELLED} where u.void = false and u.closed_on is null and {holds} \
         order by length(u.name), u.name limit {most}"
    );
    db::all(conn, &sql, values).await
}

/// The condition that a unit matches what was typed: by its name, the pinyin of its name, or its code. 妇联 and the like are
/// part of no name in the tree: what was typed is shortened as in matching names.
fn holds(text: &str, values: &mut Vec<Value>) -> String {
    let folded = tabular::fold(text);
    let plain = folded.trim().trim_end_matches("妇女联合会").trim_end_matches("妇联");
    let named = pinyin::Typed::new(plain).within("u.name", "y.forms", values);
    let coded = db::begins("c.code", folded.trim(), values);
    format!("({named} or exists (select 1 from unit_code c where c.unit_id = u.id and {coded}))")
}

/// How many units of the tree are in a scope.
pub(super) async fn count(conn: &impl ConnectionTrait, scope: &desk::actor::Scope) -> Result<i64, DbErr> {
    let mut values = Vec::new();
    let within = scope.within("p.place", &mut values);
    let sql = format!("select count(*) from unit_place p where {within}");
    Ok(db::scalar(conn, &sql, values).await?.unwrap_or(0))
}

/// The former names of a unit, each with its last day.
pub(super) async fn former_names(conn: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<(String, NaiveDate)>, DbErr> {
    let sql = "select name, until from unit_former_name where unit_id = $1 order by until desc";
    db::rows(conn, sql, vec![unit.0.into()]).await
}

/// A line of the exported tree.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub(super) struct Line {
    pub(super) code: Option<String>,
    pub(super) name: String,
    pub(super) level: Option<String>,
    pub(super) parent_code: Option<String>,
    pub(super) parent: Option<String>,
}

/// The units of a scope, each after its parent.
pub(super) async fn under(conn: &impl ConnectionTrait, scope: &desk::actor::Scope) -> Result<Vec<Line>, DbErr> {
    let mut values = Vec::new();
    let within = scope.within("p.place", &mut values);
    let sql = format!(
        "select (select min(c.code) from unit_code c where c.unit_id = u.id) as code, u.name, u.level, \
         (select min(c.code) from unit_code c where c.unit_id = p.parent_id) as parent_code, w.name as parent \
         from unit_place p join unit u on u.id = p.unit_id left join unit w on w.id = p.parent_id \
         where u.void = false and {within} order by p.place"
    );
    db::all(conn, &sql, values).await
}
