//! The queries on notes and their comments.

use std::collections::HashMap;

use chrono::NaiveDate;
use desk::{
    actor::Scope,
    error::Result,
    ui::rows::{By, Filters, Rows, Select, Slice},
};
use federation::scope::places::under;
use kernel::{PersonId, RecordId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;
use web::Fields;

use super::model::Note;

/// A select of notes `n`, with `rest` appended.
fn notes(rest: &str) -> String {
    format!("select {} from study_note n {rest}", Note::columns("n"))
}

/// A note by its key.
pub(super) async fn by_id(conn: &impl ConnectionTrait, id: RecordId) -> Result<Option<Note>, DbErr> {
    db::row(conn, &notes("where n.id = $1"), vec![id.0.into()]).await
}

/// Every note that was handed in, for `reconcile`.
pub(super) async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Note>, DbErr> {
    db::rows(conn, &notes("where n.handed_in_on is not null order by n.id"), vec![]).await
}

/// What people have handed in.
pub(super) async fn of_people(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Note>, DbErr> {
    let sql = notes("where n.handed_in_on is not null and n.person_id in ($keys) order by n.id");
    db::by_keys(&sql, people).rows(conn).await
}

/// Locks notes until the transaction ends, in the order of their keys.
pub(super) async fn lock(tx: &impl ConnectionTrait, ids: &[RecordId]) -> Result<(), DbErr> {
    db::lock(tx, "study_note", ids).await
}

pub(super) async fn insert(tx: &impl ConnectionTrait, note: &Note, at: &str) -> Result<(), DbErr> {
    db::insert_with(tx, std::slice::from_ref(note), &[("updated_at", at.into())]).await
}

/// Overwrites a note if it has the version that was read.
pub(super) async fn update(tx: &impl ConnectionTrait, note: &Note, at: &str) -> Result<()> {
    let touched = db::update_with(tx, note, &[("updated_at", at.into())]).await?;
    Ok(db::touched(touched, &note.title)?)
}

/// Stores the writer's standing; the entered data doesn't change, so neither does the version.
pub(super) async fn set_stood(tx: &impl ConnectionTrait, note: &Note) -> Result<(), DbErr> {
    let sql = "update study_note set unit_id = $1, level = $2, party = $3, youth = $4, sex = $5 where id = $6";
    let values = vec![
        note.unit.map(|unit| unit.0).into(),
        note.level.as_str().into(),
        note.party.as_str().into(),
        note.youth.as_str().into(),
        note.sex.as_str().into(),
        note.id.0.into(),
    ];
    db::execute(tx, sql, values).await?;
    Ok(())
}

/// Deletes a draft, with the comments from when it was handed in.
pub(super) async fn remove(tx: &impl ConnectionTrait, id: RecordId, version: i64) -> Result<u64, DbErr> {
    db::execute(tx, "delete from note_comment where note_id = $1", vec![id.0.into()]).await?;
    let sql = "delete from study_note where id = $1 and version = $2 and handed_in_on is null";
    db::execute(tx, sql, vec![id.0.into(), version.into()]).await
}

/// Assigns a merged person's notes to the survivor.
pub(super) async fn repoint(tx: &impl ConnectionTrait, loser: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    let sql = "update study_note set person_id = $2 where person_id = $1";
    db::execute(tx, sql, vec![loser.0.into(), survivor.0.into()]).await?;
    Ok(())
}

/// Adds a comment.
pub(super) async fn comment(
    tx: &impl ConnectionTrait,
    id: RecordId,
    account: i64,
    at: &str,
    text: &str,
) -> Result<(), DbErr> {
    let key = db::take_range(tx, "note_comment", 1).await?;
    let row = vec![key.into(), id.0.into(), account.into(), at.into(), text.into()];
    db::insert_many(tx, "note_comment", &["id", "note_id", "account_id", "at", "text"], [row]).await
}

/// A comment as it is shown.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Comment {
    /// When.
    pub at: String,
    /// The account.
    pub account: String,
    /// The comment.
    pub text: String,
}

/// The comments of a note, the oldest first.
pub(super) async fn comments(conn: &impl ConnectionTrait, id: RecordId) -> Result<Vec<Comment>, DbErr> {
    let sql = "select c.at, case when a.display = '' then a.name else a.display end as account, c.text from note_comment c \
               join account a on a.id = c.account_id where c.note_id = $1 order by c.id";
    db::all(conn, sql, vec![id.0.into()]).await
}

/// A line in the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// The writer.
    pub person_id: i64,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// The unit that it is counted for.
    pub unit: Option<String>,
    /// The day it was handed in.
    pub handed_in_on: Option<NaiveDate>,
    /// The day it was recommended.
    pub recommended_on: Option<NaiveDate>,
    /// The day it was collected.
    pub collected_on: Option<NaiveDate>,
    /// The collection.
    pub collected_in: Option<String>,
    /// What it is about.
    pub about: Option<String>,
    /// How many comments it has.
    pub comments: i64,
}

/// Whom notes are for: the writer's own, those handed in within a scope, and what is recommended or collected for everybody who may
/// see people by name anywhere, since each has an author.
fn in_scope(scope: &Scope, values: &mut Vec<Value>) -> String {
    if scope.is_empty() {
        return "1 = 0".to_owned();
    }
    if scope.all {
        return match scope.person {
            Some(person) => {
                values.push(person.0.into());
                format!("(n.handed_in_on is not null or n.person_id = ${})", values.len())
            }
            None => "n.handed_in_on is not null".to_owned(),
        };
    }
    let mut any = vec!["n.recommended_on is not null".to_owned(), "n.collected_on is not null".to_owned()];
    let within = scope.within("q.place", values);
    any.push(format!("(n.handed_in_on is not null and {within})"));
    if !scope.groups.is_empty() {
        let groups = scope.in_groups("m.group_id", values);
        any.push(format!(
            "(n.handed_in_on is not null and exists (select 1 from membership m where m.person_id = n.person_id and m.void = false \
             and {groups} and m.from_day <= n.handed_in_on and (m.to_day is null or m.to_day >= n.handed_in_on)))"
        ));
    }
    if let Some(person) = scope.person {
        values.push(person.0.into());
        any.push(format!("n.person_id = ${}", values.len()));
    }
    format!("({})", any.join(" or "))
}

/// The orders of the list. The day is compared as text, which is the same on every database; drafts come before all days,
/// since they still have to be finished.
pub const ORDERS: &[By] = &[
    By::text("day", "coalesce(cast(n.handed_in_on as varchar(10)), 'draft')").falling(),
    By::text("name", "coalesce(y.spelled, '')"),
];

/// The requested notes within a scope.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Line>, DbErr> {
    let mut filters = Filters::new(query, today);
    filters.within(|values| in_scope(scope, values));
    filters.search_names("p.name", "y.forms", &["n.title"]);
    filters.one_of(
        "state",
        &[
            ("draft", "n.handed_in_on is null"),
            ("handed_in", "n.handed_in_on is not null"),
            ("recommended", "n.recommended_on is not null"),
            ("collected", "n.collected_on is not null"),
        ],
    );
    if filters.ticked("own") {
        filters.and("n.person_id = ?", scope.person.map_or(-1, |person| person.0).into());
    }
    filters.key("unit_id", &under("q.place"));
    filters.text("theme", "n.theme = ?");
    let select = Select {
        table: "study_note n",
        id: "n.id",
        joins: "join person p on p.id = n.person_id left join person_pinyin y on y.person_id = n.person_id \
             left join unit u on u.id = n.unit_id left join unit_place q on q.unit_id = n.unit_id \
             left join activity a on a.id = n.activity_id left join material t on t.id = n.material_id",
        columns: "n.id, n.person_id, p.name, n.title, u.name as unit, n.handed_in_on, n.recommended_on, n.collected_on, \
             n.collected_in, coalesce(a.title, t.title) as about, \
             (select count(*) from note_comment c where c.note_id = n.id) as comments",
    };
    filters.rows(conn, &select, slice).await
}

/// Whether a note is within a scope.
pub(super) async fn sees(conn: &impl ConnectionTrait, scope: &Scope, id: RecordId) -> Result<bool, DbErr> {
    let mut conditions = db::Conditions::default();
    conditions.and_of(|values| in_scope(scope, values));
    conditions.and("n.id = ?", [id.0.into()]);
    let (conditions, values) = conditions.done();
    let sql =
        format!("select n.id from study_note n left join unit_place q on q.unit_id = n.unit_id where {conditions}");
    Ok(db::scalar::<i64>(conn, &sql, values).await?.is_some())
}

/// Whether somebody who may lead within a scope maintains a submitted note.
pub(super) async fn keeps(conn: &impl ConnectionTrait, scope: &Scope, id: RecordId) -> Result<bool, DbErr> {
    let scope = Scope { person: None, ..scope.clone() };
    let mut conditions = db::Conditions::default();
    conditions.and("n.handed_in_on is not null", []);
    conditions.and_of(|values| {
        let mut any = vec![scope.within("q.place", values)];
        if !scope.groups.is_empty() {
            let groups = scope.in_groups("m.group_id", values);
            any.push(format!(
                "exists (select 1 from membership m where m.person_id = n.person_id and m.void = false and {groups} \
                 and m.from_day <= n.handed_in_on and (m.to_day is null or m.to_day >= n.handed_in_on))"
            ));
        }
        format!("({})", any.join(" or "))
    });
    conditions.and("n.id = ?", [id.0.into()]);
    let (conditions, values) = conditions.done();
    let sql =
        format!("select n.id from study_note n left join unit_place q on q.unit_id = n.unit_id where {conditions}");
    Ok(db::scalar::<i64>(conn, &sql, values).await?.is_some())
}

/// The titles of notes among the rows of a figure.
pub(crate) async fn titles(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<HashMap<RecordId, String>, DbErr> {
    db::by_keys("select id, title from study_note where id in ($keys)", ids).map(conn).await
}

/// How many notes were handed in about each of some activities.
pub(crate) async fn counts_of(
    conn: &impl ConnectionTrait,
    activities: &[RecordId],
) -> Result<HashMap<RecordId, i64>, DbErr> {
    let sql = "select activity_id, count(*) as notes from study_note where handed_in_on is not null \
         and activity_id in ($keys) group by activity_id";
    db::by_keys(sql, activities).map(conn).await
}

/// Everything that a person wrote, including drafts, for the person's own export.
pub(crate) async fn held_on(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<serde_json::Value>, DbErr> {
    let written: Vec<Note> =
        db::rows(conn, &notes("where n.person_id = $1 order by n.id"), vec![person.0.into()]).await?;
    let each = written.into_iter().map(|note| {
        serde_json::json!({
            "title": note.title, "text": note.body, "handed_in_on": note.handed_in_on,
            "recommended_on": note.recommended_on, "collected_on": note.collected_on, "collected_in": note.collected_in,
        })
    });
    Ok(each.collect())
}
