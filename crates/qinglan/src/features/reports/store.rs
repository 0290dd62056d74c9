//! All queries on issued reports.

use chrono::NaiveDate;
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::model::Built;
use crate::{
    actor::{Actor, Scope},
    error::Result,
};

ledger::record! {
    /// An issued report as it is kept.
    #[derive(Clone, Debug)]
    pub struct Issued in "report_issue" {
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
}

/// Keeps an issued report.
pub(super) async fn insert(tx: &impl ConnectionTrait, built: &Built, actor: &Actor) -> Result<i64> {
    let id = db::take_range(tx, "report", 1).await?;
    let figures = super::stored_figures(built);
    let issued = Issued {
        id,
        template_key: built.template.key.clone(),
        template: built.template.text.clone(),
        title: built.document.title.clone(),
        unit_id: built.unit.0,
        from_day: built.period.from,
        to_day: built.period.to,
        position: built.position,
        frozen: serde_json::to_string(&built.frozen)?,
        figures: serde_json::to_string(&figures)?,
        document: serde_json::to_string(&built.document)?,
        issued_at: actor.at.0.clone(),
    };
    db::insert_with(tx, &[issued], &[("account_id", actor.account.0.into())]).await?;
    Ok(id)
}

/// An issued report by its key.
pub async fn by_id(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Issued>, DbErr> {
    let sql = format!("select {} from report_issue r where r.id = $1", Issued::columns("r"));
    db::row(conn, &sql, vec![id.into()]).await
}

/// Every issued report, newest first.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Issued>, DbErr> {
    db::rows(conn, &format!("select {} from report_issue r order by r.id desc", Issued::columns("r")), vec![]).await
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
    /// The unit's place in the tree; -1 outside it.
    pub place: i64,
}

/// What the list is in the order of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// The issue.
    #[default]
    Issued,
    /// The last day of the period.
    Period,
    /// The unit, as the tree stands.
    Unit,
}

impl By {
    /// As addresses have it.
    pub fn of(text: &str) -> Self {
        match text {
            "period" => Self::Period,
            "unit" => Self::Unit,
            _ => Self::Issued,
        }
    }

    /// A line's key, as the address of the next page has it.
    pub fn key(self, line: &Listed) -> String {
        match self {
            Self::Issued => line.id.to_string(),
            Self::Period => line.to_day.to_string(),
            Self::Unit => line.place.to_string(),
        }
    }
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
    /// In what order.
    pub by: By,
    /// The least first.
    pub rising: bool,
    /// Behind the line with this key of the order and this id.
    pub after: Option<(String, i64)>,
    /// Lines at the most.
    pub most: u64,
}

/// Issued reports of a scope, in their order.
pub async fn list(conn: &impl ConnectionTrait, scope: &Scope, wanted: &Wanted<'_>) -> Result<Vec<Listed>, DbErr> {
    let mut conditions = db::Conditions::default();
    conditions.and_of(|values| scope.within("p.place", values));
    conditions.and_contains(&["r.title", "u.name"], wanted.text);
    if !wanted.template.is_empty() {
        conditions.and("r.template_key = ?", [wanted.template.into()]);
    }
    if let Some((first, last)) = wanted.year.and_then(|year| {
        let year = i32::try_from(year).ok()?;
        Some((NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?))
    }) {
        conditions.and("r.to_day between ? and ?", [first.into(), last.into()]);
    }
    let key = match wanted.by {
        By::Issued => "r.id",
        By::Period => "r.to_day",
        By::Unit => "coalesce(p.place, -1)",
    };
    if let Some((after, id)) = &wanted.after {
        let after: Option<Value> = match wanted.by {
            By::Period => after.parse::<NaiveDate>().ok().map(Value::from),
            By::Issued | By::Unit => after.parse::<i64>().ok().map(Value::from),
        };
        if let Some(after) = after {
            conditions.and_behind(key, "r.id", wanted.rising, (after, *id));
        }
    }
    let order = if wanted.rising { "asc" } else { "desc" };
    let (conditions, values) = conditions.done();
    let sql = format!(
        "select r.id, r.template_key, r.title, u.name as unit, r.from_day, r.to_day, r.position, r.issued_at, \
         case when a.display = '' then a.name else a.display end as account, coalesce(p.place, -1) as place \
         from report_issue r join unit u on u.id = r.unit_id join account a on a.id = r.account_id \
         left join unit_place p on p.unit_id = r.unit_id where {conditions} order by {key} {order}, r.id {order} limit {}",
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
