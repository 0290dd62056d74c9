//! The log of who did what: a line for every change, sign-in and export, written in the same transaction as the change.
//!
//! Lines refer to people by their keys only, so that nothing has to be erased here when a person is erased.

use kernel::UnitId;
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::Serialize;

use crate::{actor::Actor, error::Result, ui::language::Words};

/// The object of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    /// `activity`, `person`, `unit`, `group`, `account`, `import`, `report`, `setting`, `register`,
    /// `external`, `class`, `goal`.
    pub kind: &'static str,
    /// Its key, if it has one.
    pub id: Option<i64>,
}

impl Object {
    /// An object with a key.
    pub fn new(kind: &'static str, id: i64) -> Self {
        Self { kind, id: Some(id) }
    }

    /// A kind of objects as a whole.
    pub fn all(kind: &'static str) -> Self {
        Self { kind, id: None }
    }
}

/// Writes a line: `what` is a message id without `log-`; the arguments name no person.
pub async fn write(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    what: &'static str,
    object: Object,
    unit: Option<UnitId>,
    args: &[(&str, &str)],
) -> Result<()> {
    let id = db::take_range(tx, "log", 1).await?;
    let args: serde_json::Map<String, serde_json::Value> =
        args.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    let row = vec![
        id.into(),
        actor.at.0.as_str().into(),
        actor.account.0.into(),
        what.into(),
        object.kind.into(),
        object.id.into(),
        unit.map(|unit| unit.0).into(),
        serde_json::Value::Object(args).to_string().into(),
    ];
    let columns = ["id", "at", "account_id", "what", "object_kind", "object_id", "unit_id", "args"];
    Ok(db::insert_many(tx, "log_entry", &columns, [row]).await?)
}

#[derive(FromQueryResult)]
struct Stored {
    at: String,
    account: String,
    what: String,
    args: String,
}

/// What was done to an object, in words.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// When.
    pub at: String,
    /// The account.
    pub account: String,
    /// What.
    pub text: String,
}

/// The lines of one object, the oldest first, for the history on its page.
pub async fn history(conn: &impl ConnectionTrait, words: &Words, object: Object) -> Result<Vec<Line>, DbErr> {
    let sql = "select l.at, case when a.display = '' then a.name else a.display end as account, l.what, l.args \
         from log_entry l join account a on a.id = l.account_id where l.object_kind = $1 and l.object_id = $2 \
         order by l.id";
    let stored: Vec<Stored> = db::all(conn, sql, vec![object.kind.into(), object.id.into()]).await?;
    let in_words = |stored: Stored| {
        let args: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&stored.args).unwrap_or_default();
        let args: Vec<(&str, &str)> =
            args.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default())).collect();
        let text = words.message(&format!("log-{}", stored.what), &args);
        Line { at: stored.at, account: stored.account, text }
    };
    Ok(stored.into_iter().map(in_words).collect())
}
