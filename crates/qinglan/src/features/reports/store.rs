//! All queries on issued reports.

use chrono::NaiveDate;
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use super::model::Built;
use crate::{app::Actor, error::Result, features::accounts::Scope};

/// An issued report as it is kept.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Issued {
    /// Key.
    pub id: i64,
    /// Which template.
    pub template_key: String,
    /// Its text.
    pub template: String,
    /// The title.
    pub title: String,
    /// The unit.
    pub unit_id: i64,
    /// First day.
    pub from_day: NaiveDate,
    /// Last day.
    pub to_day: NaiveDate,
    /// The position.
    pub position: i64,
    /// What would change later, as JSON.
    pub frozen: String,
    /// The figures, as JSON.
    pub figures: String,
    /// The document, as JSON.
    pub document: String,
    /// When.
    pub issued_at: String,
}

/// Keeps an issued report.
pub(super) async fn insert(tx: &impl ConnectionTrait, built: &Built, actor: &Actor) -> Result<i64> {
    let id = db::take_range(tx, "report", 1).await?;
    let figures = super::stored_figures(built);
    let columns = [
        "id",
        "template_key",
        "template",
        "title",
        "unit_id",
        "from_day",
        "to_day",
        "position",
        "frozen",
        "figures",
        "document",
        "issued_at",
        "account_id",
    ];
    let row = vec![
        id.into(),
        built.template.key.as_str().into(),
        built.template.text.as_str().into(),
        built.document.title.as_str().into(),
        built.unit.0.into(),
        built.period.from.into(),
        built.period.to.into(),
        built.position.into(),
        serde_json::to_string(&built.frozen)?.into(),
        serde_json::to_string(&figures)?.into(),
        serde_json::to_string(&built.document)?.into(),
        actor.at.0.as_str().into(),
        actor.account.0.into(),
    ];
    db::insert_many(tx, "report_issue", &columns, [row]).await?;
    Ok(id)
}

const ISSUED: &str = "select id, template_key, template, title, unit_id, from_day, to_day, position, frozen, figures, \
     document, issued_at from report_issue";

/// An issued report by its key.
pub async fn by_id(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Issued>, DbErr> {
    db::one(conn, &format!("{ISSUED} where id = $1"), vec![id.into()]).await
}

/// Every issued report, newest first.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Issued>, DbErr> {
    db::all(conn, &format!("{ISSUED} order by id desc"), vec![]).await
}

/// A line of the list of issued reports.
#[derive(Clone, Debug, FromQueryResult, serde::Serialize)]
pub struct Listed {
    /// Key.
    pub id: i64,
    /// Which template.
    pub template_key: String,
    /// The title.
    pub title: String,
    /// The unit.
    pub unit: String,
    /// First day.
    pub from_day: NaiveDate,
    /// Last day.
    pub to_day: NaiveDate,
    /// The position.
    pub position: i64,
    /// When.
    pub issued_at: String,
    /// Who.
    pub account: String,
}

/// What the list is narrowed to.
#[derive(Debug)]
pub struct Wanted<'w> {
    /// Part of the title or unit.
    pub text: &'w str,
    /// The template.
    pub template: &'w str,
    /// The year of the last day.
    pub year: Option<i64>,
    /// The oldest first.
    pub rising: bool,
    /// Behind this key.
    pub before: Option<i64>,
    /// Lines at the most.
    pub most: u64,
}

/// Issued reports of a scope, in the order of their issue.
pub async fn list(conn: &impl ConnectionTrait, scope: &Scope, wanted: &Wanted<'_>) -> Result<Vec<Listed>, DbErr> {
    let (sign, order, edge) = if wanted.rising { (">", "asc", 0) } else { ("<", "desc", i64::MAX) };
    let mut values: Vec<sea_orm::Value> = vec![wanted.before.unwrap_or(edge).into()];
    let mut conditions = vec![format!("r.id {sign} $1")];
    conditions.push(scope.within("p.place", &mut values));
    if !wanted.text.is_empty() {
        values.push(format!("%{}%", wanted.text).into());
        let place = values.len();
        conditions.push(format!("(r.title like ${place} or u.name like ${place})"));
    }
    if !wanted.template.is_empty() {
        values.push(wanted.template.into());
        conditions.push(format!("r.template_key = ${}", values.len()));
    }
    if let Some((first, last)) = wanted.year.and_then(|year| {
        let year = i32::try_from(year).ok()?;
        Some((NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?))
    }) {
        values.extend([first.into(), last.into()]);
        conditions.push(format!("r.to_day between ${} and ${}", values.len() - 1, values.len()));
    }
    let sql = format!(
        "select r.id, r.template_key, r.title, u.name as unit, r.from_day, r.to_day, r.position, r.issued_at, \
         case when a.display = '' then a.name else a.display end as account from report_issue r \
         join unit u on u.id = r.unit_id join account a on a.id = r.account_id \
         left join unit_place p on p.unit_id = r.unit_id where {} order by r.id {order} limit {}",
        conditions.join(" and "),
        wanted.most
    );
    db::all(conn, &sql, values).await
}

/// An entry that came after a position, for what a figure's drift is made of.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Later {
    /// Position.
    pub seq: i64,
    /// What it reverses.
    pub reverses: Option<i64>,
    /// Why.
    pub reason: Option<String>,
    /// The note beside it.
    pub note: Option<String>,
}

/// Reversals after a position of entries up to it, and why.
pub async fn reversals_after(conn: &impl ConnectionTrait, position: i64) -> Result<Vec<Later>, DbErr> {
    let sql = "select e.seq, e.reverses, e.reason, n.note from ledger_entry e \
               left join ledger_note n on n.booking = e.booking \
               where e.seq > $1 and e.reverses is not null and e.reverses <= $1 order by e.seq";
    db::all(conn, sql, vec![position.into()]).await
}
