//! All queries on imports.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use desk::{
    actor::Actor,
    ui::rows::{By, Filters, Rows, Select, Slice},
};
use kernel::{ImportId, Moment, PersonId, UnitId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use web::Fields;

use super::{Kind, Source};
use crate::scope::places;

ledger::codes! {
    /// Whether an import is complete.
    #[derive(Default)]
    pub enum Progress {
        /// Complete.
        #[default]
        Done = "done",
        /// Some of its rows are imported, and others are to follow.
        Taking = "taking",
        /// It was broken off; what it had imported was undone, if that was possible.
        BrokeOff = "broke_off",
    }
}

/// An import as it is stored.
#[derive(Clone, Debug, FromQueryResult, serde::Serialize)]
pub struct Import {
    /// Key.
    pub id: i64,
    /// Its kind.
    pub kind: String,
    /// The file's name.
    pub file_name: String,
    /// Rows taken.
    pub taken: i64,
    /// Rows repeated.
    pub repeated: i64,
    /// Rows refused.
    pub refused: i64,
    /// When it was imported.
    pub recorded_at: String,
    /// When it was undone.
    pub undone_at: Option<String>,
    /// Whether it is complete: a [`Progress`].
    pub state: String,
    /// When its last part was imported.
    pub touched_at: Option<String>,
    /// The unit that it was for.
    pub unit_id: Option<i64>,
    /// That unit's name.
    pub unit: Option<String>,
    /// The account that imported it.
    pub account: String,
}

impl Import {
    /// Whether it is complete.
    pub(super) fn progress(&self) -> Progress {
        Progress::from_code(&self.state).unwrap_or_default()
    }
}

pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    id: ImportId,
    kind: Kind,
    source: &Source,
    place: (Option<UnitId>, Option<i32>),
    counts: [usize; 3],
    (actor, at): (&Actor, &Moment),
) -> Result<(), DbErr> {
    let columns = [
        "id",
        "kind",
        "file_name",
        "sha256",
        "unit_id",
        "year",
        "taken",
        "repeated",
        "refused",
        "recorded_at",
        "account_id",
        "state",
        "touched_at",
    ];
    let [taken, repeated, refused] = counts.map(|count| count as i64);
    let row = vec![
        id.0.into(),
        kind.as_str().into(),
        source.name.as_str().into(),
        source.sha256.as_str().into(),
        place.0.map(|unit| unit.0).into(),
        place.1.map(i64::from).into(),
        taken.into(),
        repeated.into(),
        refused.into(),
        actor.at.0.as_str().into(),
        actor.account.0.into(),
        Progress::Taking.as_str().into(),
        at.0.as_str().into(),
    ];
    db::insert_many(tx, "import", &columns, [row]).await
}

pub(super) async fn insert_refusals(
    tx: &impl ConnectionTrait,
    id: ImportId,
    refusals: &[(usize, Vec<kernel::Refusal>)],
) -> Result<(), DbErr> {
    let rows = refusals.iter().map(|(row, reasons)| {
        let reasons = serde_json::to_string(reasons).unwrap_or_default();
        vec![id.0.into(), (*row as i64).into(), reasons.into()]
    });
    db::insert_many(tx, "import_refusal", &["import_id", "row_number", "reason"], rows).await
}

const IMPORT: Select<'static> = Select {
    table: "import i",
    id: "i.id",
    joins: "join account a on a.id = i.account_id left join unit u on u.id = i.unit_id \
         left join unit_place p on p.unit_id = i.unit_id",
    columns: "i.id, i.kind, i.file_name, i.taken, i.repeated, i.refused, i.recorded_at, i.undone_at, i.unit_id, \
         i.state, i.touched_at, u.name as unit, case when a.display = '' then a.name else a.display end as account",
};

/// An import by its key.
pub async fn by_id(conn: &impl ConnectionTrait, id: ImportId) -> Result<Option<Import>, DbErr> {
    let Select { table, joins, columns, .. } = IMPORT;
    db::one(conn, &format!("select {columns} from {table} {joins} where i.id = $1"), vec![id.0.into()]).await
}

/// The orders of the list of imports.
pub const ORDERS: &[By] = &[By::text("at", "i.recorded_at").falling(), By::text("name", "i.file_name")];

/// The requested imports of a scope.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &desk::actor::Scope,
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Import>, DbErr> {
    let mut filters = Filters::new(query, today);
    filters.within(|values| scope.within("p.place", values));
    filters.search(&["i.file_name"]);
    filters.text("kind", "i.kind = ?");
    filters.one_of(
        "state",
        &[
            ("taken", "i.undone_at is null and i.state = 'done'"),
            ("undone", "i.undone_at is not null"),
            ("open", "i.undone_at is null and i.state <> 'done'"),
        ],
    );
    filters.rows(conn, &IMPORT, slice).await
}

/// The refused rows of an import, each with its reasons as they are stored.
pub async fn refusals(conn: &impl ConnectionTrait, id: ImportId) -> Result<Vec<(i64, String)>, DbErr> {
    let sql = "select row_number, reason from import_refusal where import_id = $1 order by row_number";
    db::rows(conn, sql, vec![id.0.into()]).await
}

/// Marks an import as undone; returns 0 if it was undone meanwhile.
pub(super) async fn set_undone(tx: &impl ConnectionTrait, id: ImportId, actor: &Actor) -> Result<u64, DbErr> {
    let sql = "update import set undone_at = $1, undone_by = $2 where id = $3 and undone_at is null";
    db::execute(tx, sql, vec![actor.at.0.as_str().into(), actor.account.0.into(), id.0.into()]).await
}

/// Sets whether an import is complete.
pub(super) async fn set_progress(conn: &impl ConnectionTrait, id: ImportId, progress: Progress) -> Result<(), DbErr> {
    let sql = "update import set state = $1 where id = $2";
    db::execute(conn, sql, vec![progress.as_str().into(), id.0.into()]).await.map(drop)
}

/// Stores when the last part of an import was imported; returns 0 if it was broken off or undone meanwhile.
pub(super) async fn touch(tx: &impl ConnectionTrait, id: ImportId, at: &Moment) -> Result<u64, DbErr> {
    let sql = "update import set touched_at = $1 where id = $2 and state = 'taking' and undone_at is null";
    db::execute(tx, sql, vec![at.0.as_str().into(), id.0.into()]).await
}

/// Whether an import is not complete and may still go on.
pub(super) async fn is_any_going_on(conn: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let sql = "select id from import where state = 'taking' and undone_at is null limit 1";
    Ok(db::scalar::<i64>(conn, sql, vec![]).await?.is_some())
}

/// The imports that are not complete and haven't gone on since a moment.
pub(super) async fn broken_off(conn: &impl ConnectionTrait, before: &str) -> Result<Vec<ImportId>, DbErr> {
    let sql = "select id from import where state = 'taking' and undone_at is null and touched_at < $1 order by id";
    db::rows(conn, sql, vec![before.into()]).await
}

ledger::record! {
    /// A file that was uploaded and isn't imported yet.
    #[derive(Clone, Debug)]
    pub struct Work in "import_work" {
        /// Key.
        pub id: i64,
        /// Its kind.
        pub kind: String,
        /// The unit that it is for.
        pub unit_id: Option<i64>,
        /// The year of dates without one.
        pub year: Option<i64>,
        /// Its name.
        pub file_name: String,
        /// Answers given so far, as JSON.
        pub answers: String,
        /// The account that uploaded it.
        pub account_id: i64,
        /// When it was uploaded.
        pub created_at: String,
        /// The import that it became.
        pub import_id: Option<i64>,
        /// The layout as far as it was chosen by hand, as JSON.
        pub layout: Option<String>,
        /// `taking` while it is being imported; `failed` if that failed.
        pub state: String,
        /// Why it failed: a refusal as JSON.
        pub fault: Option<String>,
        /// The units that were chosen by hand for rows, as JSON.
        pub units: Option<String>,
    }
}

/// A select of uploaded files `w`, with `rest` appended.
fn works(rest: &str) -> String {
    format!("select {} from import_work w {rest}", Work::columns("w"))
}

/// Stores an uploaded file.
pub(super) async fn insert_work(
    tx: &impl ConnectionTrait,
    kind: Kind,
    place: (Option<UnitId>, Option<i32>),
    file: (&str, &str),
    actor: &Actor,
) -> Result<i64, DbErr> {
    insert_work_of(tx, kind.as_str(), place, file, actor).await
}

async fn insert_work_of(
    tx: &impl ConnectionTrait,
    kind: &str,
    (unit, year): (Option<UnitId>, Option<i32>),
    file: (&str, &str),
    actor: &Actor,
) -> Result<i64, DbErr> {
    let id = db::take_range(tx, "import_work", 1).await?;
    let columns = ["id", "kind", "unit_id", "year", "file_name", "content", "answers", "account_id", "created_at"];
    let row = vec![
        id.into(),
        kind.into(),
        unit.map(|unit| unit.0).into(),
        year.map(i64::from).into(),
        file.0.into(),
        file.1.into(),
        "{}".into(),
        actor.account.0.into(),
        actor.at.0.as_str().into(),
    ];
    db::insert_many(tx, "import_work", &columns, [row]).await?;
    Ok(id)
}

/// Stores a file of a form in which something else is missing; it has no kind until the form is complete.
pub(super) async fn hold(tx: &impl ConnectionTrait, file: (&str, &str), actor: &Actor) -> Result<i64, DbErr> {
    insert_work_of(tx, "", (None, None), file, actor).await
}

/// The name of a file that an account handed in with an incomplete form.
pub(super) async fn held(conn: &impl ConnectionTrait, id: i64, actor: &Actor) -> Result<Option<String>, DbErr> {
    let sql = "select file_name from import_work where id = $1 and account_id = $2 and kind = ''";
    db::scalar(conn, sql, vec![id.into(), actor.account.0.into()]).await
}

/// Gives such a file the kind, unit and year of the complete form; returns 0 if that was done before.
pub(super) async fn complete(
    tx: &impl ConnectionTrait,
    id: i64,
    kind: Kind,
    (unit, year): (Option<UnitId>, Option<i32>),
    actor: &Actor,
) -> Result<u64, DbErr> {
    let sql =
        "update import_work set kind = $1, unit_id = $2, year = $3 where id = $4 and account_id = $5 and kind = ''";
    let (unit, year) = (unit.map(|unit| unit.0), year.map(i64::from));
    db::execute(tx, sql, vec![kind.as_str().into(), unit.into(), year.into(), id.into(), actor.account.0.into()]).await
}

/// A file by its key.
pub(super) async fn work(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Work>, DbErr> {
    db::row(conn, &works("where w.id = $1"), vec![id.into()]).await
}

/// A file's bytes, as base64, or its sheets behind [`SHEETS`].
pub(super) async fn content(conn: &impl ConnectionTrait, id: i64) -> Result<Option<String>, DbErr> {
    db::scalar(conn, "select content from import_work where id = $1", vec![id.into()]).await
}

/// How long the content of a file is, as it is stored.
pub(super) async fn content_length(conn: &impl ConnectionTrait, id: i64) -> Result<Option<i64>, DbErr> {
    let sql = "select cast(length(content) as bigint) from import_work where id = $1";
    db::scalar(conn, sql, vec![id.into()]).await
}

/// Key and name of the files of an account that aren't taken yet, newest first.
pub(super) async fn open_work(conn: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<(i64, String, String)>, DbErr> {
    let sql = "select id, file_name, created_at from import_work where import_id is null and kind <> '' and account_id = $1 \
               order by id desc limit 20";
    db::rows(conn, sql, vec![actor.account.0.into()]).await
}

/// Stores answers in place of those that were read; returns 0 if they were changed meanwhile, or the file was imported.
pub(super) async fn set_answers(conn: &impl ConnectionTrait, work: &Work, answers: &str) -> Result<u64, DbErr> {
    let sql = "update import_work set answers = $1, state = '', fault = null where id = $2 and answers = $3 and import_id is null";
    db::execute(conn, sql, vec![answers.into(), work.id.into(), work.answers.as_str().into()]).await
}

/// Stores the units that were chosen by hand for rows in place of those that were read. The answers to a row are deleted, since its
/// questions may be others; returns 0 if either was changed meanwhile, or the file was imported.
pub(super) async fn set_units(
    conn: &impl ConnectionTrait,
    work: &Work,
    units: &str,
    answers: &str,
) -> Result<u64, DbErr> {
    let sql = "update import_work set units = $1, answers = $2, state = '', fault = null where id = $3 and answers = $4 \
               and coalesce(units, '') = $5 and import_id is null";
    let was = work.units.as_deref().unwrap_or_default();
    db::execute(conn, sql, vec![units.into(), answers.into(), work.id.into(), work.answers.as_str().into(), was.into()])
        .await
}

/// Stores the year of dates without one. Answers are deleted, since another sheet may be read and the questions may be others;
/// returns 0 if the file was imported.
pub(super) async fn set_year(conn: &impl ConnectionTrait, id: i64, year: Option<i32>) -> Result<u64, DbErr> {
    let sql = "update import_work set year = $1, answers = '{}', units = null, state = '', fault = null \
               where id = $2 and import_id is null";
    db::execute(conn, sql, vec![year.map(i64::from).into(), id.into()]).await
}

/// An undone import whose file is still there as it was handed in. The condition is on `w`, the file.
const REOPENS: &str = "w.content not like 'sheets:%' and exists \
                       (select 1 from import i where i.id = w.import_id and i.undone_at is not null)";

/// Whether the file of an import can be judged again.
pub(super) async fn reopens(conn: &impl ConnectionTrait, import: ImportId) -> Result<bool, DbErr> {
    let sql = format!("select w.id from import_work w where w.import_id = $1 and {REOPENS}");
    Ok(db::scalar::<i64>(conn, &sql, vec![import.0.into()]).await?.is_some())
}

/// Opens the file of an import that was undone for judging it again, and returns its key; `None` if the import stands, the file is
/// gone, or was opened before.
pub(super) async fn reopen(tx: &impl ConnectionTrait, import: ImportId, actor: &Actor) -> Result<Option<i64>, DbErr> {
    let sql = format!("select w.id from import_work w where w.import_id = $1 and {REOPENS}");
    let Some(work) = db::scalar::<i64>(tx, &sql, vec![import.0.into()]).await? else { return Ok(None) };
    let sql = "update import_work set import_id = null, state = '', fault = null, created_at = $1, account_id = $2 \
               where id = $3 and import_id = $4";
    let values = vec![actor.at.0.as_str().into(), actor.account.0.into(), work.into(), import.0.into()];
    Ok((db::execute(tx, sql, values).await? > 0).then_some(work))
}

/// Stores the layout as far as it was chosen by hand. Answers and units are deleted, since the rows may be others; returns 0 if
/// the file was imported.
pub(super) async fn set_layout(conn: &impl ConnectionTrait, id: i64, layout: Option<&str>) -> Result<u64, DbErr> {
    let sql = "update import_work set layout = $1, answers = '{}', units = null, state = '', fault = null where id = $2 and import_id is null";
    db::execute(conn, sql, vec![layout.into(), id.into()]).await
}

/// Marks a file as being imported.
pub(super) async fn begin_taking(conn: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
    let sql = "update import_work set state = 'taking', fault = null where id = $1 and import_id is null";
    db::execute(conn, sql, vec![id.into()]).await?;
    Ok(())
}

/// Marks a file as not imported, with the reason.
pub(super) async fn fail_taking(conn: &impl ConnectionTrait, id: i64, fault: &str) -> Result<(), DbErr> {
    let sql = "update import_work set state = 'failed', fault = $1 where id = $2 and import_id is null";
    db::execute(conn, sql, vec![fault.into(), id.into()]).await?;
    Ok(())
}

/// Marks a file as imported, in the importing transaction; returns 0 if it was imported or dropped before.
pub(super) async fn settle_work(tx: &impl ConnectionTrait, id: i64, import: ImportId) -> Result<u64, DbErr> {
    let sql = "update import_work set import_id = $1, state = '' where id = $2 and import_id is null";
    db::execute(tx, sql, vec![import.0.into(), id.into()]).await
}

/// What the content of a file begins with that is stored as its sheets, as JSON. No base64 does.
pub(super) const SHEETS: &str = "sheets:";

/// Stores sheets in place of a file's bytes.
pub(super) async fn set_sheets(
    tx: &impl ConnectionTrait,
    id: i64,
    sheets: &[tabular::Sheet],
) -> desk::error::Result<()> {
    let content = SHEETS.to_owned() + &serde_json::to_string(sheets)?;
    db::execute(tx, "update import_work set content = $1 where id = $2", vec![content.into(), id.into()]).await?;
    Ok(())
}

/// Whether a file was imported or dropped before.
pub(super) async fn is_settled(tx: &impl ConnectionTrait, id: i64) -> Result<bool, DbErr> {
    let sql = "select id from import_work where id = $1 and import_id is null";
    Ok(db::scalar::<i64>(tx, sql, vec![id.into()]).await?.is_none())
}

/// The file that became an import.
pub(super) async fn work_of(conn: &impl ConnectionTrait, import: ImportId) -> Result<Option<Work>, DbErr> {
    db::row(conn, &works("where w.import_id = $1"), vec![import.0.into()]).await
}

/// Deletes a file that is not needed any more. One that was imported stays: its refused rows are read from it.
pub(super) async fn drop_work(conn: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
    db::execute(conn, "delete from import_work where id = $1 and import_id is null", vec![id.into()]).await?;
    Ok(())
}

/// Deletes files from before a moment that were not imported, imported ones without refused rows, and those from before another
/// moment whose form was never completed.
pub(super) async fn sweep_work(conn: &impl ConnectionTrait, before: &str, held_before: &str) -> Result<(), DbErr> {
    let sql = "delete from import_work where (created_at < $1 or (kind = '' and created_at < $2)) and not exists \
               (select 1 from import_refusal r where r.import_id = import_work.import_id)";
    db::execute(conn, sql, vec![before.into(), held_before.into()]).await?;
    Ok(())
}

/// The names of units, each with the one above it.
pub(super) async fn names_of_units(
    conn: &impl ConnectionTrait,
    units: &BTreeSet<UnitId>,
) -> Result<HashMap<UnitId, String>, DbErr> {
    let sql = "select u.id, u.name, above.name from unit u left join unit_place p on p.unit_id = u.id \
               left join unit above on above.id = p.parent_id where u.id in ($keys)";
    let units: Vec<UnitId> = units.iter().copied().collect();
    let rows: Vec<(UnitId, String, Option<String>)> = db::by_keys(sql, &units).rows(conn).await?;
    let each = rows.into_iter().map(|(unit, name, above)| match above {
        Some(above) => (unit, format!("{above} {name}")),
        None => (unit, name),
    });
    Ok(each.collect())
}

/// The names of people, each with the unit that the person is in on a day.
pub(super) async fn names_of_people(
    conn: &impl ConnectionTrait,
    people: &BTreeSet<PersonId>,
    day: NaiveDate,
) -> Result<HashMap<PersonId, (String, Option<String>)>, DbErr> {
    let sql = "select p.id, p.name, u.name from person p \
               left join posting o on o.person_id = p.id and o.void = false and o.from_day <= $1 \
               and (o.to_day is null or o.to_day >= $1) left join unit u on u.id = o.unit_id where p.id in ($keys)";
    let people: Vec<PersonId> = people.iter().copied().collect();
    let rows: Vec<(PersonId, String, Option<String>)> =
        db::by_keys(sql, &people).with(vec![day.into()]).rows(conn).await?;
    Ok(rows.into_iter().map(|(person, name, unit)| (person, (name, unit))).collect())
}

/// A unit as it is written in a file to be found again: its code, else its name with those above it.
pub(super) async fn text_of_unit(conn: &impl ConnectionTrait, unit: UnitId) -> Result<String, DbErr> {
    let code: Option<Option<String>> =
        db::scalar(conn, "select min(code) from unit_code where unit_id = $1", vec![unit.0.into()]).await?;
    if let Some(code) = code.flatten() {
        return Ok(code);
    }
    let path = places::path(conn, unit).await?;
    Ok(path.into_iter().map(|(_, name)| name).collect())
}
