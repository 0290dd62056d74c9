//! A form acts once: the token in its hidden field is stored in the transaction of what the form does, see [`db::along`], so that both
//! are stored or neither is, whenever the server stops. A form that is sent again leads to where it led the first time.
//!
//! The table `form_once` is created by the migrations of accounts.

use std::time::Duration;

use ledger::db::{self, Value};
use sea_orm::{ConnectionTrait, DbErr};

use super::answer::chain;
use crate::{
    actor::Actor,
    app::App,
    error::{AppError, Result},
};

/// The length of a stored location at the most.
const LOCATION: usize = 500;
/// How often, and how far apart, it is asked where a form led to whose first sending has just been stored.
const ASKED: u32 = 10;
const APART: Duration = Duration::from_millis(50);

/// The token of a form.
#[derive(Clone, Copy, Debug)]
pub struct Token<'t>(&'t str);

/// A form that was sent before.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Before {
    /// It led to this location.
    To(String),
    /// What it did is stored; where it led to isn't known, because the server stopped.
    Somewhere,
}

impl<'t> Token<'t> {
    /// The token of a form; none of one without a token, which acts each time it is sent.
    pub fn new(text: &'t str) -> Option<Self> {
        (!text.is_empty() && text.len() <= 64).then_some(Self(text))
    }

    /// What is known of the form, if it was sent before.
    pub async fn before(self, app: &App, actor: &Actor) -> Result<Option<Before>> {
        let sql = "select account_id, location from form_once where token = $1";
        let row: Option<(i64, Option<String>)> = db::row(&app.db, sql, vec![self.0.into()]).await?;
        let Some((account, location)) = row else { return Ok(None) };
        // A token of somebody else is no key to where their form led.
        let location = location.filter(|_| account == actor.account.0);
        Ok(Some(location.map_or(Before::Somewhere, Before::To)))
    }

    /// The same for a form whose first sending has just been stored, perhaps by another request that goes on to note where it led.
    pub async fn just_before(self, app: &App, actor: &Actor) -> Result<Before> {
        for _ in 0..ASKED {
            if let Some(before @ Before::To(_)) = self.before(app, actor).await? {
                return Ok(before);
            }
            tokio::time::sleep(APART).await;
        }
        Ok(Before::Somewhere)
    }

    /// The statement that stores the token, and changes no row if it is there already.
    pub fn statement(self, actor: &Actor) -> (&'static str, Vec<Value>) {
        let sql = "insert into form_once (token, account_id, at) values ($1, $2, $3) on conflict (token) do nothing";
        (sql, vec![self.0.into(), actor.account.0.into(), actor.at.0.as_str().into()])
    }

    /// Stores where the form led to. What it did is stored whether or not this succeeds, so that a failure is only logged.
    pub async fn led_to(self, app: &App, location: &str) {
        // An address too long for its column leads to the same page without its query.
        let location =
            if location.len() > LOCATION { location.split('?').next().unwrap_or_default() } else { location };
        let sql = "update form_once set location = $2 where token = $1";
        if let Err(fault) = db::execute(&app.db, sql, vec![self.0.into(), location.into()]).await {
            tracing::warn!(fault = %chain(&AppError::from(fault)), "where a form led to could not be stored");
        }
    }
}

/// Deletes the tokens stored until this moment.
pub async fn sweep(tx: &impl ConnectionTrait, until: &str) -> Result<(), DbErr> {
    db::execute(tx, "delete from form_once where at <= $1", vec![until.into()]).await?;
    Ok(())
}
