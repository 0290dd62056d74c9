//! Accounts, roles and the one scope. The command line acts as the recorded account `operator`.

use kernel::{Refusal, UnitId};
use ledger::{db, migration::Tables};
use sea_orm::ConnectionTrait;

use crate::{app::Actor, error::Result};

/// Tables.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "accounts_0001",
    sql: "
create table account (id bigint primary key, name varchar(64) not null unique, person_id bigint);
create table role (
    account_id bigint not null references account (id), role varchar(32) not null,
    unit_id bigint, from_day date not null, to_day date);
insert into account (id, name) values (1, 'operator');
insert into role (account_id, role, unit_id, from_day) values (1, 'operator', null, '0001-01-01');
",
}];

/// What an account may do over a subtree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Change records.
    Write,
    /// See records and figures.
    Read,
}

/// The subtrees that an account may act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole federation.
    Everything,
    /// At and under these units.
    Under(Vec<UnitId>),
}

/// The one function that says what an account may do where; deny by default.
pub async fn scope(conn: &impl ConnectionTrait, actor: &Actor, _action: Action) -> Result<Scope> {
    let sql = "select role, unit_id from role where account_id = $1 and to_day is null";
    for row in db::raw(conn, sql, vec![actor.account.0.into()]).await? {
        let role: String = row.try_get_by_index(0)?;
        let unit: Option<i64> = row.try_get_by_index(1)?;
        // The further roles come with the pages; until then they grant nothing.
        if (role.as_str(), unit) == ("operator", None) {
            return Ok(Scope::Everything);
        }
    }
    Ok(Scope::Under(Vec::new()))
}

/// Refuses an actor without scope over the whole federation.
pub async fn must_rule_all(conn: &impl ConnectionTrait, actor: &Actor, action: Action) -> Result<()> {
    match scope(conn, actor, action).await? {
        Scope::Everything => Ok(()),
        Scope::Under(_) => Err(Refusal::new("not-permitted").into()),
    }
}
