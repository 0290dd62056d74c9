//! Actions on accounts: signing in and out, passwords, roles, a user's own settings.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use desk::{
    actor::{Account, Action, Actor, Role, SignedIn, Theme, must_all},
    app::App,
    error::Result,
    log::{self, Object},
    ui::{answer::chain, language::Language},
};
use kernel::{AccountId, GroupId, Moment, PersonId, Refusal, UnitId};
use ledger::db;
use web::Secret;

use super::{
    attempts::{self, Visitor, moment},
    password, store,
};
use crate::{groups, people, scope};

/// A session that isn't to be remembered ends after being idle for this long.
const REST: Duration = Duration::hours(12);
/// A session that is to be remembered ends after being idle for this long.
const LONG_REST: Duration = Duration::days(30);
/// However much it is used, a session ends after this time, and one that was asked to last after the longer one.
const LONGEST: Duration = Duration::days(7);
const LONG_LONGEST: Duration = Duration::days(90);
/// A session is marked as seen no more often than this.
const SEEN: Duration = Duration::minutes(10);
/// Letters of a name at the most, as it is typed.
const LONGEST_NAME: usize = 64;

/// When a session ends that began at one moment and is used at another.
fn session_end(began: DateTime<Utc>, used: DateTime<Utc>, keep: bool) -> DateTime<Utc> {
    let (rest, longest) = if keep { (LONG_REST, LONG_LONGEST) } else { (REST, LONGEST) };
    (used + rest).min(began + longest)
}

/// A session that was opened: its secrets go to the browser.
#[derive(Debug)]
pub struct Opened {
    /// The session's secret.
    pub secret: Secret,
    /// The secret by which the browser is known from now on; none if it has one.
    pub browser: Option<Secret>,
    /// Whether it was asked to last.
    pub keep: bool,
    /// The account.
    pub account: Account,
}

/// Opens a session for the right name and password. The refusal doesn't say which of them was wrong.
pub async fn sign_in(app: &App, visitor: &Visitor<'_>, name: &str, typed: &str, keep: bool) -> Result<Opened> {
    let refused = || Refusal::new("sign-in-refused");
    if name.chars().count() > LONGEST_NAME || !password::is_readable(typed) {
        return Err(refused().into());
    }
    let name = tabular::fold(name).trim().to_lowercase();
    if name.chars().count() > LONGEST_NAME {
        return Err(refused().into());
    }
    let attempt = attempts::reserve(app, &name, visitor).await?;
    let (account, stored) = store::by_name(&app.db, &name).await?.unzip();
    // A name that nobody has takes as long as a wrong password.
    let fits = look_at(app, &attempt, typed, stored.flatten()).await?;
    let now = app.clock.0.now();
    let at = moment(now);
    let tx = db::begin(&app.db).await?;
    let account = match account {
        Some(account) if fits && !account.locked => account,
        account => {
            // A name that nobody has may be a password that was typed into the wrong field.
            let name = account.as_ref().map_or("—", |account| &account.name);
            let address = visitor.network().unwrap_or_else(|| "—".to_owned());
            let args = [("name", name), ("address", address.as_str())];
            let object = Object { kind: "account", id: account.as_ref().map(|account| account.id.0) };
            let nobody = Actor::plain(AccountId::NOBODY, Moment(at));
            log::write(&tx, &nobody, "sign-in-failed", object, None, &args).await?;
            tx.commit().await?;
            return Err(if fits { Refusal::new("account-locked") } else { refused() }.into());
        }
    };
    let secret = Secret::from_bytes(rand::random());
    let ends_at = moment(session_end(now, now, keep));
    store::insert_session(&tx, &secret.digest(), account.id, &at, (&ends_at, keep)).await?;
    // A secret that this server didn't hand out is replaced: somebody else may have put it into the browser.
    let new_browser = attempt.shared_browser.is_none().then(|| Secret::from_bytes(rand::random()));
    let browser = new_browser.as_ref().map(Secret::digest).or_else(|| attempt.shared_browser.clone());
    attempts::know(&tx, &browser.unwrap_or_default(), account.id, &at).await?;
    // On PostgreSQL two who sign in at once would delete the same old attempts in different orders.
    db::take_range(&tx, "sign_in_attempt", 0).await?;
    attempts::succeeded(&tx, &attempt).await?;
    attempts::sweep(&tx, now).await?;
    store::sweep(&tx, &at).await?;
    desk::ui::once::sweep(&tx, &moment(now - Duration::days(1))).await?;
    let actor = Actor::plain(account.id, Moment(at));
    log::write(&tx, &actor, "signed-in", Object::new("account", account.id.0), None, &[]).await?;
    tx.commit().await?;
    Ok(Opened { secret, browser: new_browser, keep, account })
}

/// Whether a password fits, for an attempt that was reserved; given back where the password could not be looked at.
async fn look_at(app: &App, attempt: &attempts::Attempt, typed: &str, stored: Option<String>) -> Result<bool> {
    match password::fits_in_turn(typed, stored).await {
        Ok(fits) => Ok(fits),
        Err(busy) => {
            attempts::release(app, attempt).await?;
            Err(busy.into())
        }
    }
}

/// The name under which an account's attempts to change its password are counted: apart from the sign-in page, so that strangers who
/// guess there keep nobody from it. In capitals: a name that is typed there is folded to small letters.
fn own_attempts(account: AccountId) -> String {
    format!("PASSWORD:{account}")
}

/// Who is signed in with this secret; extends the session.
pub async fn visit(app: &App, secret: &str) -> Result<Option<SignedIn>> {
    let now = app.clock.0.now();
    let digest = web::digest(secret);
    let Some((signed_in, times)) = store::signed_in(&app.db, &digest, &moment(now), app.today()).await? else {
        return Ok(None);
    };
    if times.seen_at.as_str() < moment(now - SEEN).as_str() {
        let began = times.created_at.parse().unwrap_or(now);
        let ends_at = moment(session_end(began, now, times.keep));
        // The page is answered whether or not this can be written now.
        if let Err(fault) = see(app, &digest, &moment(now), &ends_at).await {
            tracing::warn!(fault = %chain(&fault), "that a session goes on is not noted");
        }
    }
    Ok(Some(signed_in))
}

/// Stores that a session is in use, unless others are writing: then the next request does it.
async fn see(app: &App, digest: &str, at: &str, ends_at: &str) -> Result<()> {
    let Some(tx) = db::begin_unless_busy(&app.db).await? else { return Ok(()) };
    store::see(&tx, digest, at, ends_at).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends a session.
pub async fn sign_out(app: &App, session: &str) -> Result<()> {
    Ok(store::end_session(&app.db, session).await?)
}

/// Ends an account's other sessions; returns how many there were.
pub async fn end_other_sessions(app: &App, actor: &Actor, session: &str) -> Result<u64> {
    Ok(store::end_other_sessions(&app.db, actor.account, session).await?)
}

/// How many sessions an account has open.
pub async fn sessions(app: &App, account: AccountId) -> Result<i64> {
    Ok(store::sessions_of(&app.db, account, &app.clock.0.moment().0).await?)
}

/// Changes one's own password; other sessions end.
pub async fn change_password(app: &App, actor: &Actor, session: &str, old: &str, new: &str) -> Result<()> {
    let account = known(app, actor.account).await?;
    password::refuse_weak(new, &account.name)?;
    if !password::is_readable(old) {
        return Err(Refusal::new("password-old-wrong").into());
    }
    if old == new {
        return Err(Refusal::new("password-same").into());
    }
    // Whoever sits at a browser that was left signed in guesses no faster than at the sign-in page.
    let attempt = attempts::reserve(app, &own_attempts(actor.account), &Visitor::default()).await?;
    let stored = store::password_of(&app.db, actor.account).await?;
    if !look_at(app, &attempt, old, stored).await? {
        return Err(Refusal::new("password-old-wrong").into());
    }
    let hashed = password::hash_in_turn(new).await?;
    let tx = db::begin(&app.db).await?;
    attempts::succeeded(&tx, &attempt).await?;
    store::set_password(&tx, actor.account, &hashed, false, Some(session)).await?;
    log::write(&tx, actor, "password-changed", Object::new("account", actor.account.0), None, &[]).await?;
    tx.commit().await?;
    Ok(())
}

/// Refuses a name that can't be shown: none, or a long one.
fn refuse_display(display: &str) -> Result<(), Refusal> {
    if display.is_empty() || display.chars().count() > 50 {
        return Err(Refusal::new("account-display"));
    }
    Ok(())
}

/// What an account sets for itself.
pub async fn set_own(app: &App, actor: &Actor, display: &str, language: Language, theme: Theme) -> Result<()> {
    let display = display.trim();
    refuse_display(display)?;
    Ok(store::set_own(&app.db, actor.account, display, language, theme).await?)
}

/// Sets the theme only.
pub async fn set_theme(app: &App, actor: &Actor, theme: Theme) -> Result<()> {
    Ok(store::set_theme(&app.db, actor.account, theme).await?)
}

/// Sets the unit that the account is working for: it must be one that it may read.
pub async fn set_unit(app: &App, actor: &Actor, unit: UnitId) -> Result<()> {
    crate::scope::must(&app.db, actor, Action::Figures, unit).await?;
    Ok(store::set_unit(&app.db, actor.account, unit).await?)
}

/// The data of an account to be opened.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// Name to sign in with.
    pub name: String,
    /// Name that is shown; if none is given, the name of the account's person.
    pub display: String,
    /// The person whose account it is.
    pub person: Option<PersonId>,
    /// The first password; a random one if none is given.
    pub password: Option<String>,
    /// Whether it has to be changed at the first sign-in.
    pub must_change: bool,
}

/// Opens an account; returns its first password.
pub async fn open(app: &App, actor: &Actor, opening: Opening) -> Result<(AccountId, String)> {
    must_all(actor, Action::Administer)?;
    let name = tabular::fold(&opening.name).trim().to_lowercase();
    let valid = (2..=32).contains(&name.chars().count())
        && name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_' | '@'));
    if !valid {
        return Err(Refusal::new("account-name-odd").with("name", name).into());
    }
    let first = opening.password.unwrap_or_else(first_password);
    password::refuse_weak(&first, &name)?;
    let hashed = password::hash_in_turn(&first).await?;
    let tx = db::begin(&app.db).await?;
    let mut display = opening.display.trim().to_owned();
    if let Some(person) = opening.person {
        let found = people::store::by_ids(&tx, &[person]).await?.remove(&person);
        let found = found.ok_or_else(|| Refusal::new("person-unknown").with("name", person))?;
        if display.is_empty() {
            display = found.name;
        }
    }
    if display.is_empty() {
        display.clone_from(&name);
    }
    refuse_display(&display)?;
    let new = store::NewAccount {
        name: &name,
        display: &display,
        person: opening.person,
        password: &hashed,
        must_change: opening.must_change,
        at: &actor.at.0,
    };
    let id = store::insert(&tx, &new).await?;
    log::write(&tx, actor, "account-opened", Object::new("account", id.0), None, &[("name", &name)]).await?;
    tx.commit().await?;
    Ok((id, first))
}

/// Twelve characters that are easily distinguished.
fn first_password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let bytes: [u8; 12] = rand::random();
    let letters: String = bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect();
    format!("{}-{}-{}", &letters[..4], &letters[4..8], &letters[8..])
}

/// Gives an account a new first password, to be changed at the next sign-in; its sessions end.
pub async fn reset(app: &App, actor: &Actor, id: AccountId) -> Result<String> {
    must_all(actor, Action::Administer)?;
    let account = known(app, id).await?;
    let first = first_password();
    let hashed = password::hash_in_turn(&first).await?;
    let tx = db::begin(&app.db).await?;
    store::set_password(&tx, id, &hashed, true, None).await?;
    attempts::forget(&tx, &account.name).await?;
    attempts::forget(&tx, &own_attempts(id)).await?;
    log::write(&tx, actor, "password-reset", Object::new("account", id.0), None, &[("name", &account.name)]).await?;
    tx.commit().await?;
    Ok(first)
}

/// Locks or unlocks an account; locking ends its sessions.
pub async fn set_locked(app: &App, actor: &Actor, id: AccountId, locked: bool) -> Result<()> {
    must_all(actor, Action::Administer)?;
    if id == actor.account {
        return Err(Refusal::new("account-own-lock").into());
    }
    let account = known(app, id).await?;
    let tx = db::begin(&app.db).await?;
    store::set_locked(&tx, id, locked).await?;
    let what = if locked { "account-locked" } else { "account-unlocked" };
    log::write(&tx, actor, what, Object::new("account", id.0), None, &[("name", &account.name)]).await?;
    tx.commit().await?;
    Ok(())
}

/// Assigns a role from today on.
pub async fn give_role(
    app: &App,
    actor: &Actor,
    id: AccountId,
    role: Role,
    unit: Option<UnitId>,
    group: Option<GroupId>,
) -> Result<()> {
    must_all(actor, Action::Administer)?;
    let account = known(app, id).await?;
    let tx = db::begin(&app.db).await?;
    if !Role::GIVEN.contains(&role) {
        return Err(Refusal::new("role-unknown").with("role", role.as_str()).into());
    }
    let unit = if role.of_unit() { unit } else { None };
    let group = if role == Role::Leader { group } else { None };
    if role.of_unit() {
        let known = match unit {
            Some(unit) => scope::places::of_unit(&tx, unit).await?,
            None => None,
        };
        known.ok_or_else(|| Refusal::new("role-wants-unit"))?;
    }
    if role == Role::Leader {
        let known = match group {
            Some(group) => groups::store::by_ids(&tx, &[group]).await?.remove(&group).filter(|group| !group.void),
            None => None,
        };
        known.ok_or_else(|| Refusal::new("role-wants-group"))?;
    }
    let today = app.today();
    let has = store::roles_of(&tx, &[id]).await?.into_iter().any(|line| {
        line.role == role.as_str()
            && line.unit_id == unit.map(|unit| unit.0)
            && line.group_id == group.map(|group| group.0)
            && line.to_day.is_none_or(|last| last >= today)
    });
    if has {
        return Err(Refusal::new("role-held-already").into());
    }
    store::insert_role(&tx, id, role, unit, group, today).await?;
    if let (Some(unit), None) = (unit, account.unit) {
        store::set_unit(&tx, id, unit).await?;
    }
    let args = [("name", account.name.as_str()), ("role", role.as_str())];
    log::write(&tx, actor, "role-given", Object::new("account", id.0), unit, &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Withdraws a role, from this moment on.
pub async fn take_role(app: &App, actor: &Actor, id: AccountId, role: i64) -> Result<()> {
    must_all(actor, Action::Administer)?;
    let account = known(app, id).await?;
    let tx = db::begin(&app.db).await?;
    let line = store::roles_of(&tx, &[id]).await?.into_iter().find(|line| line.id == role);
    let line = line.ok_or_else(|| Refusal::unknown("role-unknown").with("role", role))?;
    if id == actor.account && line.role == Role::Administrator.as_str() {
        return Err(Refusal::new("role-own").into());
    }
    // Its last day is yesterday, so that it grants nothing from now on.
    let last: NaiveDate = app.today().pred_opt().unwrap_or(app.today());
    if store::end_role(&tx, role, last).await? == 0 {
        return Err(Refusal::new("role-ended-already").into());
    }
    let args = [("name", account.name.as_str()), ("role", line.role.as_str())];
    let unit = line.unit_id.map(UnitId);
    log::write(&tx, actor, "role-taken", Object::new("account", id.0), unit, &args).await?;
    tx.commit().await?;
    Ok(())
}

/// An account by its key; refused if there is none.
pub async fn known(app: &App, id: AccountId) -> Result<Account> {
    let account = store::by_id(&app.db, id).await?.filter(|account| account.id > AccountId::OPERATOR);
    Ok(account.ok_or_else(|| Refusal::unknown("account-unknown").with("id", id))?)
}

/// The effect of a merge of two people on their accounts.
#[derive(Debug, Default)]
pub(crate) struct Ties {
    /// The account of the person who stays.
    pub kept: Option<Account>,
    /// A locked account that no longer belongs to a person.
    pub untied: Option<Account>,
}

/// Determines what a merge does to the accounts: a person has only one, so if both have an open one, one of them must be
/// locked first.
pub(crate) async fn ties(conn: &impl sea_orm::ConnectionTrait, loser: PersonId, survivor: PersonId) -> Result<Ties> {
    let (own, other): (Vec<Account>, Vec<Account>) =
        store::of_two(conn, loser, survivor).await?.into_iter().partition(|account| account.person == Some(survivor));
    match (own.into_iter().next(), other.into_iter().next()) {
        (Some(own), Some(other)) if !own.locked && !other.locked => {
            Err(Refusal::new("account-merge-two").with("kept", own.name).with("other", other.name).into())
        }
        (Some(own), Some(other)) if own.locked && !other.locked => Ok(Ties { kept: Some(other), untied: Some(own) }),
        (Some(own), other) => Ok(Ties { kept: Some(own), untied: other }),
        (None, other) => Ok(Ties { kept: other, untied: None }),
    }
}

/// Reassigns the accounts of two people in a merge, as a part of its transaction.
pub(crate) async fn hand_over(tx: &sea_orm::DatabaseTransaction, loser: PersonId, survivor: PersonId) -> Result<()> {
    let Ties { kept, untied } = ties(tx, loser, survivor).await?;
    if let Some(untied) = untied {
        store::set_person(tx, untied.id, None).await?;
    }
    if let Some(kept) = kept.filter(|kept| kept.person != Some(survivor)) {
        store::set_person(tx, kept.id, Some(survivor)).await?;
    }
    Ok(())
}
