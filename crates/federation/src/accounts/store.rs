//! All queries on accounts, roles and sessions, and on the log.

use chrono::{Days, NaiveDate};
use desk::{
    actor::{Account, Held, Places, Role, SignedIn, Theme},
    error::Result,
    ui::{
        language::Language,
        rows::{By, Filters, Rows, Select, Slice},
    },
};
use kernel::{AccountId, GroupId, PersonId, Refusal, UnitId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr};
use web::Fields;

/// An account by its key.
pub async fn by_id(conn: &impl ConnectionTrait, id: AccountId) -> Result<Option<Account>, DbErr> {
    let sql = format!("select {} from account a where a.id = $1", Account::columns("a"));
    db::row(conn, &sql, vec![id.0.into()]).await
}

/// An account by the name for signing in, with its password's hash.
pub(super) async fn by_name(
    conn: &impl ConnectionTrait,
    name: &str,
) -> Result<Option<(Account, Option<String>)>, DbErr> {
    let sql = format!("select {}, a.password from account a where a.name = $1", Account::columns("a"));
    db::row(conn, &sql, vec![name.into()]).await
}

/// The key of the account with a name.
pub async fn id_of(conn: &impl ConnectionTrait, name: &str) -> Result<Option<AccountId>, DbErr> {
    Ok(by_name(conn, name).await?.map(|(account, _)| account.id))
}

/// The hash of an account's password.
pub(super) async fn password_of(conn: &impl ConnectionTrait, id: AccountId) -> Result<Option<String>, DbErr> {
    let hash: Option<Option<String>> =
        db::scalar(conn, "select password from account where id = $1", vec![id.0.into()]).await?;
    Ok(hash.flatten())
}

/// A new account.
#[derive(Debug)]
pub(super) struct NewAccount<'a> {
    pub(super) name: &'a str,
    pub(super) display: &'a str,
    pub(super) person: Option<PersonId>,
    pub(super) password: &'a str,
    pub(super) must_change: bool,
    pub(super) at: &'a str,
}

pub(super) async fn insert(tx: &impl ConnectionTrait, new: &NewAccount<'_>) -> Result<AccountId> {
    let taken: Option<i64> = db::scalar(tx, "select id from account where name = $1", vec![new.name.into()]).await?;
    if taken.is_some() {
        return Err(Refusal::new("account-name-taken").with("name", new.name).into());
    }
    if let Some(person) = new.person {
        let sql = "select name from account where person_id = $1";
        if let Some(name) = db::scalar::<String>(tx, sql, vec![person.0.into()]).await? {
            return Err(Refusal::new("account-person-taken").with("name", name).into());
        }
    }
    let id = db::take_range(tx, "account", 1).await?;
    let row = vec![
        id.into(),
        new.name.into(),
        new.display.into(),
        new.person.map(|person| person.0).into(),
        new.password.into(),
        new.must_change.into(),
        new.at.into(),
    ];
    let columns = ["id", "name", "display", "person_id", "password", "must_change", "created_at"];
    db::insert_many(tx, "account", &columns, [row]).await?;
    Ok(AccountId(id))
}

/// The accounts of two people.
pub(super) async fn of_two(conn: &impl ConnectionTrait, one: PersonId, other: PersonId) -> Result<Vec<Account>, DbErr> {
    let sql = format!("select {} from account a where a.person_id in ($1, $2)", Account::columns("a"));
    db::rows(conn, &sql, vec![one.0.into(), other.0.into()]).await
}

/// Assigns an account to a person, or to nobody.
pub(super) async fn set_person(
    tx: &impl ConnectionTrait,
    id: AccountId,
    person: Option<PersonId>,
) -> Result<(), DbErr> {
    let sql = "update account set person_id = $1, version = version + 1 where id = $2";
    db::execute(tx, sql, vec![person.map(|person| person.0).into(), id.0.into()]).await?;
    Ok(())
}

/// Sets a password; open sessions end, except `keep`.
pub(super) async fn set_password(
    tx: &impl ConnectionTrait,
    id: AccountId,
    hash: &str,
    must_change: bool,
    keep: Option<&str>,
) -> Result<(), DbErr> {
    let sql = "update account set password = $1, must_change = $2, version = version + 1 where id = $3";
    db::execute(tx, sql, vec![hash.into(), must_change.into(), id.0.into()]).await?;
    let sql = "delete from session where account_id = $1 and digest <> $2";
    db::execute(tx, sql, vec![id.0.into(), keep.unwrap_or_default().into()]).await?;
    Ok(())
}

pub(super) async fn set_locked(tx: &impl ConnectionTrait, id: AccountId, locked: bool) -> Result<(), DbErr> {
    let sql = "update account set locked = $1, version = version + 1 where id = $2";
    db::execute(tx, sql, vec![locked.into(), id.0.into()]).await?;
    if locked {
        db::execute(tx, "delete from session where account_id = $1", vec![id.0.into()]).await?;
    }
    Ok(())
}

/// Sets the settings that users choose for themselves.
pub(super) async fn set_own(
    tx: &impl ConnectionTrait,
    id: AccountId,
    display: &str,
    language: Language,
    theme: Theme,
) -> Result<(), DbErr> {
    let sql = "update account set display = $1, language = $2, theme = $3, version = version + 1 where id = $4";
    let values = vec![display.into(), language.tag().into(), theme.as_str().into(), id.0.into()];
    db::execute(tx, sql, values).await?;
    Ok(())
}

pub(super) async fn set_theme(tx: &impl ConnectionTrait, id: AccountId, theme: Theme) -> Result<(), DbErr> {
    db::execute(tx, "update account set theme = $1 where id = $2", vec![theme.as_str().into(), id.0.into()]).await?;
    Ok(())
}

pub(super) async fn set_unit(tx: &impl ConnectionTrait, id: AccountId, unit: UnitId) -> Result<(), DbErr> {
    db::execute(tx, "update account set unit_id = $1 where id = $2", vec![unit.0.into(), id.0.into()]).await?;
    Ok(())
}

pub(super) async fn insert_role(
    tx: &impl ConnectionTrait,
    account: AccountId,
    role: Role,
    unit: Option<UnitId>,
    group: Option<GroupId>,
    from: NaiveDate,
) -> Result<i64, DbErr> {
    let id = db::take_range(tx, "account_role", 1).await?;
    let row = vec![
        id.into(),
        account.0.into(),
        role.as_str().into(),
        unit.map(|unit| unit.0).into(),
        group.map(|group| group.0).into(),
        from.into(),
    ];
    let columns = ["id", "account_id", "role", "unit_id", "group_id", "from_day"];
    db::insert_many(tx, "account_role", &columns, [row]).await?;
    Ok(id)
}

/// Ends a role on a day; returns 0 if it has ended already.
pub(super) async fn end_role(tx: &impl ConnectionTrait, id: i64, last: NaiveDate) -> Result<u64, DbErr> {
    let sql = "update account_role set to_day = $1 where id = $2 and (to_day is null or to_day > $1)";
    db::execute(tx, sql, vec![last.into(), id.into()]).await
}

/// A role of an account with the names of its unit and group.
#[derive(Clone, Debug, sea_orm::FromQueryResult, serde::Serialize)]
pub struct RoleLine {
    /// Key.
    pub id: i64,
    /// The account.
    pub account_id: i64,
    /// The role.
    pub role: String,
    /// The unit that it is for.
    pub unit_id: Option<i64>,
    /// The unit's name.
    pub unit: Option<String>,
    /// The group that it is for.
    pub group_id: Option<i64>,
    /// The group's name.
    pub group_name: Option<String>,
    /// First day.
    pub from_day: NaiveDate,
    /// Last day.
    pub to_day: Option<NaiveDate>,
}

/// The roles of accounts, including those that have ended.
pub async fn roles_of(conn: &impl ConnectionTrait, accounts: &[AccountId]) -> Result<Vec<RoleLine>, DbErr> {
    let sql = "select r.id, r.account_id, r.role, r.unit_id, u.name as unit, r.group_id, g.name as group_name, r.from_day, \
         r.to_day from account_role r left join unit u on u.id = r.unit_id \
         left join study_group g on g.id = r.group_id where r.account_id in ($keys) order by r.account_id, r.id";
    db::by_keys(sql, accounts).all(conn).await
}

/// A line in the list of accounts.
#[derive(Clone, Debug, sea_orm::FromQueryResult, serde::Serialize)]
pub struct Listed {
    /// Key.
    pub id: i64,
    /// Name to sign in with.
    pub name: String,
    /// Name that is shown.
    pub display: String,
    /// The person whose account it is.
    pub person_id: Option<i64>,
    /// Whether signing in is locked.
    pub locked: bool,
    /// Whether the first password has not been changed yet.
    pub must_change: bool,
    /// When it last signed in.
    pub signed_in_at: Option<String>,
}

/// The orders of the list of accounts.
pub const ORDERS: &[By] =
    &[By::text("name", "a.name"), By::text("signed_in", "coalesce(a.signed_in_at, '')").falling()];

/// The requested accounts; the command line's own is left out.
pub async fn list(
    conn: &impl ConnectionTrait,
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Listed>, DbErr> {
    let mut filters = Filters::new(query, today);
    filters.always("a.id > 1");
    filters.search(&["a.name", "a.display"]);
    match filters.value("role").and_then(Role::from_code) {
        None => {}
        Some(Role::Member) => filters.always("a.person_id is not null"),
        Some(role) => filters.and(
            "exists (select 1 from account_role r where r.account_id = a.id and r.role = ? and r.from_day <= $1 \
             and (r.to_day is null or r.to_day >= $1))",
            role.as_str().into(),
        ),
    }
    if let Some(state) = filters.value("state") {
        filters.and("a.locked = ?", (state == "locked").into());
    }
    let select = Select {
        table: "account a",
        id: "a.id",
        joins: "",
        columns: "a.id, a.name, a.display, a.person_id, a.locked, a.must_change, a.signed_in_at",
    };
    filters.rows(conn, &select, slice).await
}

/// Opens a session.
pub(super) async fn insert_session(
    tx: &impl ConnectionTrait,
    digest: &str,
    account: AccountId,
    at: &str,
    (ends_at, keep): (&str, bool),
) -> Result<(), DbErr> {
    let columns = ["digest", "account_id", "created_at", "seen_at", "ends_at", "keep"];
    let row = vec![digest.into(), account.0.into(), at.into(), at.into(), ends_at.into(), keep.into()];
    db::insert_many(tx, "session", &columns, [row]).await?;
    let sql = "update account set signed_in_at = $1 where id = $2";
    db::execute(tx, sql, vec![at.into(), account.0.into()]).await?;
    Ok(())
}

/// Ends a session.
pub(super) async fn end_session(tx: &impl ConnectionTrait, digest: &str) -> Result<(), DbErr> {
    db::execute(tx, "delete from session where digest = $1", vec![digest.into()]).await?;
    Ok(())
}

/// Ends an account's sessions except one; returns how many there were.
pub(super) async fn end_other_sessions(
    tx: &impl ConnectionTrait,
    account: AccountId,
    keep: &str,
) -> Result<u64, DbErr> {
    let sql = "delete from session where account_id = $1 and digest <> $2";
    db::execute(tx, sql, vec![account.0.into(), keep.into()]).await
}

/// How many sessions an account has open.
pub(super) async fn sessions_of(conn: &impl ConnectionTrait, account: AccountId, now: &str) -> Result<i64, DbErr> {
    let sql = "select count(*) from session where account_id = $1 and ends_at > $2";
    Ok(db::scalar(conn, sql, vec![account.0.into(), now.into()]).await?.unwrap_or(0))
}

/// Deletes the sessions that have ended.
pub(super) async fn sweep(tx: &impl ConnectionTrait, now: &str) -> Result<(), DbErr> {
    db::execute(tx, "delete from session where ends_at <= $1", vec![now.into()]).await?;
    Ok(())
}

/// The times of a session.
#[derive(Clone, Debug)]
pub struct Times {
    /// When it began.
    pub created_at: String,
    /// When it was last seen.
    pub seen_at: String,
    /// Whether it was asked to last.
    pub keep: bool,
}

/// Of a session: when it began and was last seen, whether it is kept; of the unit that the account works for: name and places.
type Session = (String, String, bool, Option<String>, Option<Places>);

/// A role with its unit, the unit's name, its group, and the unit's places; all `None` if the account has no role.
type RoleRow = (Option<Role>, Option<UnitId>, Option<String>, Option<GroupId>, Option<Places>);

/// Who is signed in with this session, with the roles of today, in one query; and the times of the session.
pub async fn signed_in(
    conn: &impl ConnectionTrait,
    digest: &str,
    now: &str,
    today: NaiveDate,
) -> Result<Option<(SignedIn, Times)>, DbErr> {
    let sql = format!(
        "select {}, s.created_at, s.seen_at, s.keep, w.name, wp.place, wp.last, \
         r.role, coalesce(r.unit_id, g.unit_id), ru.name, r.group_id, p.place, p.last \
         from session s join account a on a.id = s.account_id \
         left join account_role r on r.account_id = a.id and r.from_day <= $3 and (r.to_day is null or r.to_day >= $3) \
         left join study_group g on g.id = r.group_id \
         left join unit_place p on p.unit_id = coalesce(r.unit_id, g.unit_id) \
         left join unit ru on ru.id = coalesce(r.unit_id, g.unit_id) \
         left join unit w on w.id = a.unit_id left join unit_place wp on wp.unit_id = a.unit_id \
         where s.digest = $1 and s.ends_at > $2 and a.locked = false order by r.id",
        Account::columns("a")
    );
    let rows: Vec<(Account, Session, RoleRow)> =
        db::rows(conn, &sql, vec![digest.into(), now.into(), today.into()]).await?;
    let Some((account, (created_at, seen_at, keep, unit_name, unit_places), _)) = rows.first().cloned() else {
        return Ok(None);
    };
    let mut roles = Vec::new();
    let mut unit_names = Vec::new();
    for (_, _, (role, unit, name, group, places)) in rows {
        let Some(role) = role else { continue };
        unit_names.extend(unit.zip(name));
        roles.push(Held { role, unit, places, group });
    }
    if account.person.is_some() {
        roles.push(Held { role: Role::Member, unit: None, places: None, group: None });
    }
    let signed_in = SignedIn { session: digest.to_owned(), unit_name, unit_names, unit_places, account, roles };
    Ok(Some((signed_in, Times { created_at, seen_at, keep })))
}

/// Stores the time of a session's last use.
pub(super) async fn see(conn: &impl ConnectionTrait, digest: &str, at: &str, ends_at: &str) -> Result<(), DbErr> {
    let sql = "update session set seen_at = $1, ends_at = $2 where digest = $3";
    db::execute(conn, sql, vec![at.into(), ends_at.into(), digest.into()]).await?;
    Ok(())
}

/// A line of the log.
#[derive(Clone, Debug, sea_orm::FromQueryResult, serde::Serialize)]
pub struct LogLine {
    /// Key.
    pub id: i64,
    /// When.
    pub at: String,
    /// The account.
    pub account_id: i64,
    /// The account's name.
    pub account: String,
    /// What was done: a message id without `log-`.
    pub what: String,
    /// The kind of the object.
    pub object_kind: Option<String>,
    /// The object's key.
    pub object_id: Option<i64>,
    /// The unit that it concerns.
    pub unit: Option<String>,
    /// The message's arguments, as JSON.
    pub args: String,
}

/// The orders of the log.
pub const LOG_ORDERS: &[By] = &[By::number("at", "l.id").falling()];

/// The requested lines of the log; `moment` returns the moment at which a day begins.
pub async fn log(
    conn: &impl ConnectionTrait,
    (query, today): (&Fields, NaiveDate),
    moment: impl Fn(NaiveDate) -> String,
    slice: &Slice,
) -> Result<Rows<LogLine>> {
    let mut filters = Filters::new(query, today);
    filters.search(&["(a.name || ' ' || a.display)"]);
    filters.text("kind", "l.object_kind = ?");
    if let Some(from) = query.day("from")? {
        filters.and("l.at >= ?", moment(from).into());
    }
    if let Some(next) = query.day("to")?.and_then(|to| to.checked_add_days(Days::new(1))) {
        filters.and("l.at < ?", moment(next).into());
    }
    let select = Select {
        table: "log_entry l",
        id: "l.id",
        joins: "join account a on a.id = l.account_id left join unit u on u.id = l.unit_id",
        columns: "l.id, l.at, l.account_id, case when a.display = '' then a.name else a.display end as account, l.what, \
             l.object_kind, l.object_id, u.name as unit, l.args",
    };
    Ok(filters.rows(conn, &select, slice).await?)
}
