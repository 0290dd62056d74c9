//! A form is sent once: the token in its hidden field is taken before the form's action and settled after it.
//!
//! The table `form_once` is created by the migrations of accounts.

use axum::response::Response;
use chrono::Duration;
use kernel::{AccountId, Clock, FixedClock, Refusal};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr};

use super::{answer::chain, visit::Visit};
use crate::{actor::Actor, app::App, error::Result, serve::Site};

/// A form whose action has had no result for this long can be sent again: the result could not be stored, or the server
/// stopped.
const ABANDONED: Duration = Duration::minutes(5);
/// The longest location that is stored.
const LOCATION: usize = 500;

/// The state of a token when its form arrives.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Token {
    /// The form arrives for the first time.
    First,
    /// The form was sent before and led to this location.
    Done(String),
    /// The form was sent before and its action still runs.
    Running,
}

/// Takes a form's token. A form without a token always counts as sent for the first time.
pub async fn take(app: &App, actor: &Actor, token: &str) -> Result<Token> {
    if token.is_empty() || token.len() > 64 {
        return Ok(Token::First);
    }
    let abandoned = FixedClock(app.clock.0.now() - ABANDONED).moment();
    if insert(&app.db, token, actor.account, (&actor.at.0, &abandoned.0)).await? {
        return Ok(Token::First);
    }
    Ok(match location(&app.db, token, actor.account).await? {
        Some(location) => Token::Done(location),
        None => Token::Running,
    })
}

/// Takes a form's token. If the form was sent before, returns the answer to it: a redirect to where the form led, or a refusal
/// while its action still runs.
pub async fn sent_before(site: &Site, visit: &Visit, token: &str) -> Result<Option<Response>> {
    match take(&site.app, &visit.actor, token).await? {
        Token::First => Ok(None),
        Token::Done(location) => Ok(Some(visit.go(&location))),
        Token::Running => Err(Refusal::new("form-under-way").into()),
    }
}

/// Stores where a form led to. Without a location the token is given back, so that the form can be sent again. What the form did
/// is stored whether or not this succeeds, so that a failure is only logged.
pub async fn settle(app: &App, token: &str, location: Option<&str>) {
    if token.is_empty() {
        return;
    }
    // An address too long for its column leads to the same page without its query.
    let location = location.map(|to| if to.len() > LOCATION { to.split('?').next().unwrap_or_default() } else { to });
    let (sql, values) = match location {
        Some(location) => ("update form_once set location = $2 where token = $1", vec![token.into(), location.into()]),
        None => ("delete from form_once where token = $1", vec![token.into()]),
    };
    if let Err(fault) = db::execute(&app.db, sql, values).await {
        tracing::warn!(fault = %chain(&fault.into()), "where a form led to could not be stored");
    }
}

/// Deletes the tokens taken until this moment.
pub async fn sweep(tx: &impl ConnectionTrait, until: &str) -> Result<(), DbErr> {
    db::execute(tx, "delete from form_once where at <= $1", vec![until.into()]).await?;
    Ok(())
}

/// Inserts a token; false if it exists already. One that has had no result since `abandoned` is taken again.
async fn insert(
    conn: &impl ConnectionTrait,
    token: &str,
    account: AccountId,
    (at, abandoned): (&str, &str),
) -> Result<bool, DbErr> {
    let sql = "insert into form_once (token, account_id, at) values ($1, $2, $3) on conflict (token) do update \
         set at = excluded.at where form_once.location is null and form_once.account_id = excluded.account_id \
         and form_once.at < $4";
    let values = vec![token.into(), account.0.into(), at.into(), abandoned.into()];
    Ok(db::execute(conn, sql, values).await? == 1)
}

/// The location stored for an account's token; `None` while the form's action runs.
async fn location(conn: &impl ConnectionTrait, token: &str, account: AccountId) -> Result<Option<String>, DbErr> {
    let sql = "select location from form_once where token = $1 and account_id = $2";
    Ok(db::scalar::<Option<String>>(conn, sql, vec![token.into(), account.0.into()]).await?.flatten())
}
