//! Online classes (season and issue): how many of a unit's people took part, of how many expected. These are person-times,
//! never people.

use std::collections::{BTreeSet, HashSet};

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor, Scope},
    app::App,
    error::{AppError, Result},
    log::{self, Object},
    ui::rows::{By, Filters, Rows, Select, Slice},
};
use federation::{
    groups,
    scope::{self, places::under},
    units::{self, Unit},
};
use kernel::{ImportId, RecordId, Refusal, UnitId};
use ledger::{Desired, Entry, Facets, Reason, ReasonCode, Row as _, book, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, FromQueryResult, Value};
use serde::Serialize;
use web::Fields;

use super::rules;
use crate::features::activities;

ledger::record! {
    /// A class as a unit reports it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Class in "class_result" {
        /// Key and record.
        pub id: RecordId,
        /// The unit whose people took part.
        pub unit: UnitId as "unit_id",
        /// Code of the platform.
        pub platform: String as "platform_code",
        /// 季: `2025年第3季`.
        pub season: String,
        /// 期: `第12期`.
        pub issue: String,
        /// The day on which it was opened; it counts on that day.
        pub opened_on: NaiveDate,
        /// 参学人次.
        pub participants: i64,
        /// 应参学人次.
        pub base: i64,
        /// The unit's level when it was stored; `None` for those of before levels were counted by.
        pub level: Option<String>,
        /// Void ones book nothing.
        pub void: bool,
        /// Why it was made void.
        pub void_reason: Option<String>,
        /// The class that an import replaced by it.
        pub replaces: Option<RecordId>,
        /// Raised by every change.
        pub version: i64,
    }
}

/// The entries that a class should have: both numbers.
pub(super) fn entries_of(class: &Class) -> Desired {
    let facets = activities::facet_of_level(Facets::none(), class.level.as_deref());
    let entry = |measure, quantity| Entry {
        day: class.opened_on,
        unit: class.unit,
        person: None,
        kind: "external.class".into(),
        facets: facets.clone().with("platform", &class.platform).with("measure", measure),
        quantity,
    };
    let mut entries = Vec::new();
    if !class.void {
        entries.extend([entry("participants", class.participants), entry("base", class.base)]);
    }
    Desired { record: class.id, entries }
}

async fn read(conn: &impl ConnectionTrait, condition: &str, values: Vec<Value>) -> Result<Vec<Class>, DbErr> {
    let sql = format!("select {} from class_result c where {condition} order by c.id", Class::columns("c"));
    db::rows(conn, &sql, values).await
}

/// A class by its key.
pub(super) async fn by_id(conn: &impl ConnectionTrait, id: i64) -> Result<Class> {
    let found = read(conn, "c.id = $1", vec![id.into()]).await?.pop();
    Ok(found.ok_or_else(|| unknown(id))?)
}

/// The entries that every class should have, for `reconcile`.
pub(super) async fn all_desired(conn: &impl ConnectionTrait) -> Result<Vec<Desired>> {
    Ok(read(conn, "1 = 1", vec![]).await?.iter().map(entries_of).collect())
}

/// Who may maintain the classes of a unit: whoever leads there, and whoever leads a group of it.
pub(super) async fn must_keep(conn: &impl ConnectionTrait, actor: &Actor, unit: UnitId) -> Result<()> {
    let scope = actor.scope(Action::Lead);
    if scope.all || scope.covers(scope::places::of_unit(conn, unit).await?.map(|(place, _)| place)) {
        return Ok(());
    }
    let of_unit = groups::store::of_unit(conn, unit).await?;
    if of_unit.iter().any(|group| scope.groups.contains(&group.id)) {
        return Ok(());
    }
    Err(Refusal::forbidden().into())
}

/// A class that the actor may maintain; one of a unit that the actor may not see is refused as unknown.
async fn load_writable(conn: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Class> {
    let class = by_id(conn, id).await?;
    match must_keep(conn, actor, class.unit).await {
        Err(AppError::Refused(_)) => {
            let place = scope::places::of_unit(conn, class.unit).await?.map(|(place, _)| place);
            let seen = actor.scope(Action::Figures).covers(place);
            let refusal = if seen { Refusal::forbidden() } else { unknown(id) };
            Err(refusal.into())
        }
        answer => answer.map(|()| class),
    }
}

fn unknown(id: i64) -> Refusal {
    Refusal::unknown("class-unknown").with("id", id)
}

/// The most characters of a season or issue.
const WORDS: usize = 64;

/// Refuses what of a class is invalid by itself.
pub(super) fn validate_facts(class: &Class, today: NaiveDate) -> Result<(), Refusal> {
    for text in [&class.season, &class.issue] {
        if text.trim().is_empty() || text.chars().count() > WORDS {
            return Err(Refusal::new("class-wants-issue").with("most", WORDS));
        }
    }
    for (name, number) in [("参学人次", class.participants), ("应参学人次", class.base)] {
        if number < 0 {
            return Err(Refusal::new("external-below-zero").with("column", name).with("text", number));
        }
        if number > rules::MOST {
            return Err(rules::too_much(name));
        }
    }
    if class.opened_on > today {
        return Err(Refusal::new("class-ahead").with("day", class.opened_on));
    }
    Ok(())
}

/// The level of a unit, as a class has it.
fn level_of(unit: &Unit) -> String {
    unit.level.clone().unwrap_or_else(|| "outside".to_owned())
}

/// Refuses invalid values; more participants than the base is a question, and accepted if the user has confirmed it (`sure`). Sets the
/// level of its unit.
async fn validate(
    app: &App,
    tx: &DatabaseTransaction,
    class: &mut Class,
    before: Option<&Class>,
    sure: bool,
) -> Result<()> {
    let platforms = super::PLATFORMS.in_use(tx).await?;
    let unchanged = before.is_some_and(|before| before.platform == class.platform);
    if !unchanged && !platforms.iter().any(|platform| platform.code == class.platform) {
        return Err(super::PLATFORMS.refuse(&platforms, &class.platform).into());
    }
    validate_facts(class, app.today())?;
    if class.participants > class.base && !sure {
        let question = Refusal::new("class-more-than-base").with("participants", class.participants);
        return Err(question.with("base", class.base).into());
    }
    let unit = units::by_ids(tx, &[class.unit]).await?.remove(&class.unit).filter(|unit| !unit.void);
    let unit = unit.ok_or_else(|| Refusal::new("unit-unknown").with("name", class.unit))?;
    if let Some(last) = unit.closed_on.filter(|last| *last < class.opened_on) {
        return Err(Refusal::new("unit-closed-by-then").with("name", &unit.name).with("last", last).into());
    }
    // Others who enter classes of the same unit wait here.
    units::lock(tx, &[class.unit]).await?;
    let same =
        "c.void = false and c.unit_id = $1 and c.platform_code = $2 and c.season = $3 and c.issue = $4 and c.id <> $5";
    let values = vec![
        class.unit.0.into(),
        class.platform.as_str().into(),
        class.season.as_str().into(),
        class.issue.as_str().into(),
        class.id.0.into(),
    ];
    if !read(tx, same, values).await?.is_empty() {
        let repeated = Refusal::new("class-there-already").with("season", &class.season);
        return Err(repeated.with("issue", &class.issue).with("unit", &unit.name).into());
    }
    class.level = Some(level_of(&unit));
    Ok(())
}

/// Stores many classes, all or none.
pub async fn add_all(app: &App, actor: &Actor, classes: Vec<Class>, sure: bool) -> Result<Vec<RecordId>> {
    for class in &classes {
        must_keep(&app.db, actor, class.unit).await?;
    }
    let tx = db::begin(&app.db).await?;
    for class in &classes {
        must_keep(&tx, actor, class.unit).await?;
    }
    let records = groups::store::new_records(&tx, classes.len()).await?;
    let mut entered = Vec::with_capacity(classes.len());
    for (class, id) in classes.into_iter().zip(records) {
        let mut class = Class { id, void: false, void_reason: None, replaces: None, version: 1, ..class };
        validate(app, &tx, &mut class, None, sure).await?;
        let with = [("entered_by", actor.account.0.into()), ("entered_at", actor.at.0.as_str().into())];
        db::insert_with(&tx, std::slice::from_ref(&class), &with).await?;
        entered.push(class);
    }
    let desired: Vec<Desired> = entered.iter().map(entries_of).collect();
    book(&tx, &app.kinds(), actor.by(), &desired, None).await?;
    for class in &entered {
        let args = [("season", class.season.as_str()), ("issue", class.issue.as_str())];
        log::write(&tx, actor, "class-entered", Object::new("class", class.id.0), Some(class.unit), &args).await?;
    }
    tx.commit().await?;
    Ok(entered.into_iter().map(|class| class.id).collect())
}

/// The classes of units that are not void.
pub(super) async fn live_of(conn: &impl ConnectionTrait, units: &[UnitId]) -> Result<Vec<Class>, DbErr> {
    let sql = format!(
        "select {} from class_result c where c.void = false and c.unit_id in ($keys) order by c.id",
        Class::columns("c")
    );
    db::by_keys(&sql, units).rows(conn).await
}

/// What makes two classes of a unit the same.
pub(super) fn key(class: &Class) -> (UnitId, &str, &str, &str) {
    (class.unit, &class.platform, &class.season, &class.issue)
}

/// The units of classes.
fn units_of(classes: &[Class]) -> Vec<UnitId> {
    let units: BTreeSet<UnitId> = classes.iter().map(|class| class.unit).collect();
    units.into_iter().collect()
}

/// Stores the classes of an import.
pub(super) async fn enter(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    entering: Vec<Class>,
    import: ImportId,
) -> Result<()> {
    let of = units_of(&entering);
    for unit in &of {
        must_keep(tx, actor, *unit).await?;
    }
    // Others who enter classes of these units wait here.
    units::lock(tx, &of).await?;
    let found = units::by_ids(tx, &of).await?;
    let replaced: HashSet<RecordId> = entering.iter().filter_map(|class| class.replaces).collect();
    let (replaced, live): (Vec<Class>, Vec<Class>) =
        live_of(tx, &of).await?.into_iter().partition(|class| replaced.contains(&class.id));
    let mut there: HashSet<_> = live.iter().map(key).collect();
    for class in &entering {
        validate_facts(class, app.today())?;
        let unit = found.get(&class.unit).filter(|unit| !unit.void);
        let unit = unit.ok_or_else(|| Refusal::new("unit-unknown").with("name", class.unit))?;
        if let Some(last) = unit.closed_on.filter(|last| *last < class.opened_on) {
            return Err(Refusal::new("unit-closed-by-then").with("name", &unit.name).with("last", last).into());
        }
        if !there.insert(key(class)) {
            let repeated = Refusal::new("class-there-already").with("season", &class.season);
            return Err(repeated.with("issue", &class.issue).with("unit", &unit.name).into());
        }
    }
    let voided: Vec<Class> = replaced.into_iter().map(|class| Class { void: true, ..class }).collect();
    set_void(tx, &voided, true, Some(WAS_REPLACED)).await?;
    let records = groups::store::new_records(tx, entering.len()).await?;
    let entered = entering.into_iter().zip(records).map(|(class, id)| {
        let level = found.get(&class.unit).map(level_of);
        Class { id, level, version: 1, ..class }
    });
    let entered: Vec<Class> = entered.collect();
    let with = [
        ("entered_by", actor.account.0.into()),
        ("entered_at", actor.at.0.as_str().into()),
        ("import_id", import.0.into()),
    ];
    db::insert_with(tx, &entered, &with).await?;
    let desired: Vec<Desired> = voided.iter().map(entries_of).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Edit))).await?;
    let desired: Vec<Desired> = entered.iter().map(entries_of).collect();
    book(tx, &app.kinds(), actor.by(), &desired, None).await?;
    Ok(())
}

/// Why a class is void that an import replaced, and one whose import was undone: messages.
pub(super) const WAS_REPLACED: &str = "class-was-replaced";
/// See [`WAS_REPLACED`].
pub(super) const WAS_UNDONE: &str = "class-was-undone";

/// Makes classes void for a reason, or valid again.
async fn set_void(tx: &impl ConnectionTrait, classes: &[Class], void: bool, reason: Option<&str>) -> Result<(), DbErr> {
    let ids: Vec<RecordId> = classes.iter().map(|class| class.id).collect();
    let sql = "update class_result set void = $1, void_reason = $2, version = version + 1 where id in ($keys)";
    db::by_keys(sql, &ids).with(vec![void.into(), reason.into()]).execute(tx).await?;
    Ok(())
}

/// Makes the classes of an import void and those valid that it replaced; or returns those that were changed since, and those replaced
/// ones that have been recorded again.
pub(super) async fn undo_import(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    import: ImportId,
) -> Result<Vec<Refusal>> {
    let of_import = async || read(tx, "c.import_id = $1", vec![import.0.into()]).await;
    let classes = of_import().await?;
    let of = units_of(&classes);
    // Others who enter or change these classes wait here; what they changed before is read after it.
    units::lock(tx, &of).await?;
    db::lock(tx, "class_result", &classes.iter().map(|class| class.id).collect::<Vec<_>>()).await?;
    let of_import = of_import().await?;
    let replaced: Vec<RecordId> = of_import.iter().filter_map(|class| class.replaces).collect();
    let sql = format!("select {} from class_result c where c.id in ($keys) order by c.id", Class::columns("c"));
    let replaced: Vec<Class> = db::by_keys(&sql, &replaced).rows(tx).await?;
    let own: HashSet<RecordId> = of_import.iter().map(|class| class.id).collect();
    let live = live_of(tx, &of).await?;
    let there: HashSet<_> = live.iter().filter(|class| !own.contains(&class.id)).map(key).collect();
    let units = units::by_ids(tx, &of).await?;
    let hindrance = |code: &str, class: &Class| {
        let unit = units.get(&class.unit).map_or("", |unit| &unit.name);
        Refusal::new(code).with("unit", unit).with("season", &class.season).with("issue", &class.issue)
    };
    let edited = of_import.iter().filter(|class| class.version > 1).map(|class| hindrance("class-listed", class));
    let again = replaced.iter().filter(|class| there.contains(&key(class)));
    let hindrances: Vec<Refusal> = edited.chain(again.map(|class| hindrance("class-recorded-again", class))).collect();
    if !hindrances.is_empty() {
        return Ok(hindrances);
    }
    let voided: Vec<Class> = of_import.into_iter().map(|class| Class { void: true, ..class }).collect();
    set_void(tx, &voided, true, Some(WAS_UNDONE)).await?;
    set_void(tx, &replaced, false, None).await?;
    let restored = replaced.into_iter().map(|class| Class { void: false, ..class });
    let desired: Vec<Desired> = voided.into_iter().chain(restored).map(|class| entries_of(&class)).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Undo))).await?;
    Ok(Vec::new())
}

/// Overwrites a class if it has the version that was read.
async fn write(
    app: &App,
    tx: db::Transaction,
    actor: &Actor,
    class: &Class,
    what: &'static str,
    reason: Reason,
) -> Result<()> {
    db::touched(db::update(&tx, class).await?, format!("{} {}", class.season, class.issue))?;
    book(&tx, &app.kinds(), actor.by(), &[entries_of(class)], Some(&reason)).await?;
    let args = [("season", class.season.as_str()), ("issue", class.issue.as_str())];
    log::write(&tx, actor, what, Object::new("class", class.id.0), Some(class.unit), &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes a class if it still has the given version.
pub async fn edit(app: &App, actor: &Actor, class: Class, sure: bool) -> Result<()> {
    load_writable(&app.db, actor, class.id.0).await?;
    must_keep(&app.db, actor, class.unit).await?;
    let tx = db::begin(&app.db).await?;
    let before = load_writable(&tx, actor, class.id.0).await?;
    must_keep(&tx, actor, class.unit).await?;
    if before.void {
        return Err(Refusal::new("class-is-void").into());
    }
    if before.version != class.version {
        let name = format!("{} {}", before.season, before.issue);
        return Err(db::changed_meanwhile(name).into());
    }
    let mut class = Class { void: false, void_reason: None, replaces: before.replaces, ..class };
    validate(app, &tx, &mut class, Some(&before), sure).await?;
    write(app, tx, actor, &class, "class-edited", Reason::new(ReasonCode::Edit)).await
}

/// Makes a class void with a reason.
pub async fn void(app: &App, actor: &Actor, id: i64, version: i64, reason: &str) -> Result<()> {
    load_writable(&app.db, actor, id).await?;
    let tx = db::begin(&app.db).await?;
    let before = load_writable(&tx, actor, id).await?;
    if before.void {
        return Err(Refusal::new("class-is-void").into());
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::new("void-without-reason").into());
    }
    if reason.chars().count() > rules::NOTE {
        return Err(Refusal::new("external-note-long").with("most", rules::NOTE).into());
    }
    let class = Class { void: true, void_reason: Some(reason.to_owned()), version, ..before };
    let reason = Reason { code: ReasonCode::Void, note: Some(reason.to_owned()) };
    write(app, tx, actor, &class, "class-voided", reason).await
}

/// A line in the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// Unit.
    pub unit: String,
    /// Platform.
    pub platform: String,
    /// Platform in English.
    pub platform_en: String,
    /// 季.
    pub season: String,
    /// 期.
    pub issue: String,
    /// The day it opened.
    pub day: NaiveDate,
    /// 参学人次.
    pub participants: i64,
    /// 应参学人次.
    pub base: i64,
    /// Whether it is void.
    pub void: bool,
}

/// The orders of classes; rates are compared in thousandths, and a class without a base comes last.
pub const ORDERS: &[By] = &[
    By::day("day", "c.opened_on").falling(),
    By::number("unit", "coalesce(q.place, -1)"),
    By::number("rate", "case when c.base = 0 then -1 else c.participants * 1000 / c.base end").falling(),
];

/// The requested classes of a scope's units.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Line>> {
    let mut filters = Filters::new(query, today);
    filters.within(|values| scope.within("q.place", values));
    filters.one_of("state", &[("", "c.void = false"), ("void", "c.void = true")]);
    filters.search(&["c.season", "c.issue", "u.name"]);
    filters.text("platform", "c.platform_code = ?");
    filters.key("unit_id", &under("q.place"));
    filters.period("c.opened_on", today)?;
    let select = Select {
        table: "class_result c",
        id: "c.id",
        joins: "join unit u on u.id = c.unit_id join platform f on f.code = c.platform_code \
             left join unit_place q on q.unit_id = c.unit_id",
        columns: "c.id, u.name as unit, f.name as platform, f.en as platform_en, c.season, c.issue, c.opened_on as day, \
             c.participants, c.base, c.void",
    };
    Ok(filters.rows(conn, &select, slice).await?)
}
