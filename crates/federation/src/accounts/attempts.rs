//! Guessing passwords: each attempt to sign in is reserved before the password is looked at, and who has failed too often waits.
//!
//! Attempts are counted by account and by address. Those of a browser in which the account has signed in before are counted apart,
//! by that browser alone: strangers who guess at an account never lock out the one whose it is.

use std::net::IpAddr;

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use desk::{
    app::App,
    error::{AppError, Result},
};
use kernel::Refusal;
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr};

/// Attempts of an account that fail before one has to wait.
const FREE: usize = 5;
/// Attempts from one address that fail within [`ADDRESS_SPAN`] before it has to wait; an office may share one address.
const ADDRESS_FREE: usize = 30;
const ADDRESS_SPAN: Duration = Duration::minutes(15);
/// Failed attempts of an account count for this long.
const SPAN: Duration = Duration::days(1);
/// A browser is known for this long after the account has last signed in with it.
const KNOWN: Duration = Duration::days(365);

/// Who tries to sign in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Visitor<'v> {
    /// The address that the visitor comes from; none if it isn't known.
    pub address: Option<IpAddr>,
    /// The secret that the browser was given when somebody signed in with it.
    pub browser: Option<&'v str>,
}

impl Visitor<'_> {
    /// The address as it is counted.
    pub(super) fn network(&self) -> Option<String> {
        self.address.map(desk::outside::network)
    }
}

/// A reserved attempt.
#[derive(Debug)]
pub(super) struct Attempt {
    id: i64,
    name: String,
    network: Option<String>,
    /// Digest of the browser's secret, if the account has signed in with it.
    browser: Option<String>,
    /// The same, if any account has: several people may share a browser.
    pub(super) shared_browser: Option<String>,
}

/// A moment as it is stored.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Until when an account waits: five failed attempts are free, then a minute, doubled with each, an hour at the most. `failed` are the
/// moments of the last day, oldest first.
fn account_waits_until(failed: &[DateTime<Utc>]) -> Option<DateTime<Utc>> {
    let over = failed.len().checked_sub(FREE)?;
    let minutes = 1i64 << over.min(6);
    Some(*failed.last()? + Duration::minutes(minutes.min(60)))
}

/// Until when an address waits: until one more of its last attempts no longer counts. `failed` are the moments of
/// [`ADDRESS_SPAN`], oldest first.
fn address_waits_until(failed: &[DateTime<Utc>]) -> Option<DateTime<Utc>> {
    let first_that_counts = failed.len().checked_sub(ADDRESS_FREE)?;
    failed.get(first_that_counts).map(|at| *at + ADDRESS_SPAN)
}

/// Reserves an attempt, or refuses it while its account or its address has to wait. Attempts are reserved one after another, so that
/// as many are let through at once as one after the other.
pub(super) async fn reserve(app: &App, name: &str, visitor: &Visitor<'_>) -> Result<Attempt> {
    let now = app.clock.0.now();
    let tx = db::begin_apart(&app.db).await?;
    // The range's row is held until commit: on PostgreSQL too, nobody else counts meanwhile.
    let id = db::take_range(&tx, "sign_in_attempt", 1).await?;
    let digest = visitor.browser.map(web::digest);
    let accounts = match &digest {
        Some(digest) => accounts_of(&tx, digest, &moment(now - KNOWN)).await?,
        None => Vec::new(),
    };
    let shared_browser = digest.filter(|_| !accounts.is_empty());
    let browser = shared_browser.clone().filter(|_| accounts.iter().any(|account| account == name));
    let network = visitor.network();
    let of_account =
        failed(&tx, "name = $1 and coalesce(browser, '') = $3", name, now - SPAN, browser.as_deref()).await?;
    let mut until = account_waits_until(&of_account);
    if let (None, Some(network)) = (&browser, &network) {
        let condition = "address = $1 and coalesce(browser, '') = $3";
        let of_address = failed(&tx, condition, network, now - ADDRESS_SPAN, None).await?;
        until = until.max(address_waits_until(&of_address));
    }
    if let Some(until) = until.filter(|until| *until > now) {
        return Err(Refusal::wait("sign-in-wait").with("minutes", (until - now).num_minutes() + 1).into());
    }
    let columns = ["id", "name", "address", "browser", "at"];
    let row = vec![id.into(), name.into(), network.clone().into(), browser.clone().into(), moment(now).into()];
    db::insert_many(&tx, "sign_in_attempt", &columns, [row]).await?;
    tx.commit().await?;
    Ok(Attempt { id, name: name.to_owned(), network, browser, shared_browser })
}

/// Gives back an attempt whose password was not looked at.
pub(super) async fn release(app: &App, attempt: &Attempt) -> Result<()> {
    db::execute(&app.db, "delete from sign_in_attempt where id = $1", vec![attempt.id.into()]).await?;
    Ok(())
}

/// Forgets the attempts of who has signed in: those of the browser, and those of strangers from the same address.
pub(super) async fn succeeded(tx: &impl ConnectionTrait, attempt: &Attempt) -> Result<(), DbErr> {
    let Attempt { name, network, browser, .. } = attempt;
    let (condition, value) = match browser {
        Some(browser) => ("browser = $2", browser.as_str()),
        None => ("browser is null and coalesce(address, '') = $2", network.as_deref().unwrap_or_default()),
    };
    let sql = format!("delete from sign_in_attempt where name = $1 and {condition}");
    db::execute(tx, &sql, vec![name.as_str().into(), value.into()]).await?;
    Ok(())
}

/// Forgets all attempts of an account.
pub(super) async fn forget(tx: &impl ConnectionTrait, name: &str) -> Result<(), DbErr> {
    db::execute(tx, "delete from sign_in_attempt where name = $1", vec![name.into()]).await?;
    Ok(())
}

/// Deletes what no longer counts.
pub(super) async fn sweep(tx: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), DbErr> {
    db::execute(tx, "delete from sign_in_attempt where at <= $1", vec![moment(now - SPAN).into()]).await?;
    db::execute(tx, "delete from known_browser where seen_at <= $1", vec![moment(now - KNOWN).into()]).await?;
    Ok(())
}

/// Moments of attempts since a moment that meet a condition on `$1` and on the browser `$3`, oldest first.
async fn failed(
    tx: &impl ConnectionTrait,
    condition: &str,
    value: &str,
    since: DateTime<Utc>,
    browser: Option<&str>,
) -> Result<Vec<DateTime<Utc>>, DbErr> {
    let sql = format!("select at from sign_in_attempt where {condition} and at > $2 order by at, id");
    let values = vec![value.into(), moment(since).into(), browser.unwrap_or_default().into()];
    let at: Vec<String> = db::rows(tx, &sql, values).await?;
    Ok(at.iter().filter_map(|at| at.parse().ok()).collect())
}

/// The names of the accounts that have signed in with a browser since a moment.
async fn accounts_of(tx: &impl ConnectionTrait, digest: &str, since: &str) -> Result<Vec<String>, DbErr> {
    let sql = "select a.name from known_browser b join account a on a.id = b.account_id \
         where b.digest = $1 and b.seen_at > $2";
    db::rows(tx, sql, vec![digest.into(), since.into()]).await
}

/// Notes that an account has signed in with a browser.
pub(super) async fn know(
    tx: &impl ConnectionTrait,
    digest: &str,
    account: kernel::AccountId,
    at: &str,
) -> Result<(), DbErr> {
    let sql = "insert into known_browser (digest, account_id, seen_at) values ($1, $2, $3) \
         on conflict (digest, account_id) do update set seen_at = excluded.seen_at";
    db::execute(tx, sql, vec![digest.into(), account.0.into(), at.into()]).await?;
    Ok(())
}

/// How long one has to wait that is refused so, in seconds.
pub(super) fn seconds_to_wait(error: &AppError) -> Option<u64> {
    let AppError::Refused(refusal) = error else { return None };
    let (_, minutes) = refusal.args.iter().find(|(name, _)| refusal.code == "sign-in-wait" && name == "minutes")?;
    minutes.parse::<u64>().ok().map(|minutes| minutes * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(minute * 60, 0).expect("a moment")
    }

    #[test]
    fn waiting_grows_with_every_failure() {
        for (failures, until) in [(0, None), (4, None), (5, Some(5)), (7, Some(10)), (40, Some(99))] {
            let failed: Vec<_> = (0..failures).map(at).collect();
            assert_eq!(account_waits_until(&failed), until.map(at), "{failures}");
        }
    }

    #[test]
    fn an_address_waits_until_an_attempt_no_longer_counts() {
        let failed: Vec<_> = (0..29).map(at).collect();
        assert_eq!(address_waits_until(&failed), None);
        let failed: Vec<_> = (0..30).map(at).collect();
        assert_eq!(address_waits_until(&failed), Some(at(15)));
        let failed: Vec<_> = (0..33).map(at).collect();
        assert_eq!(address_waits_until(&failed), Some(at(18)));
    }
}
