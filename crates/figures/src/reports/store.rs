//! All queries on issued reports.

use chrono::NaiveDate;
use desk::{
    actor::{Actor, Scope},
    error::Result,
    ui::rows::{By, Filters, Rows, Select, Slice},
};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use web::Fields;

use super::model::Built;

ledger::record! {
    /// An issued report as it is stored.
    #[derive(Clone, Debug)]
    pub struct Issued in "report_issue" {
        /// Key.
        pub id: i64,
        /// The key of the template.
        pub template_key: String,
        /// The text of the template.
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
        /// What could change later, as JSON.
        pub frozen: String,
        /// The figures, as JSON.
        pub figures: String,
        /// The document, as JSON.
        pub document: String,
        /// When.
        pub issued_at: String,
    }
}

/// Stores an issued report.
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

/// A line in the list of issued reports.
#[derive(Clone, Debug, FromQueryResult, serde::Serialize)]
pub struct Listed {
    /// Key.
    pub id: i64,
    /// The key of the template.
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
    /// The account that issued it.
    pub account: String,
}

/// The orders of the list.
pub const ORDERS: &[By] = &[
    By::number("issued", "r.id").falling(),
    By::day("period", "r.to_day").falling(),
    By::number("unit", "coalesce(p.place, -1)"),
];

/// The requested reports of a scope; `year` is the year of the last day.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Listed>, DbErr> {
    let mut filters = Filters::new(query, today);
    filters.within(|values| scope.within("p.place", values));
    filters.search(&["r.title", "u.name"]);
    filters.text("template", "r.template_key = ?");
    let year = filters.value("year").and_then(|year| year.parse::<i32>().ok());
    let day = |month, day| year.and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    if let Some((first, last)) = day(1, 1).zip(day(12, 31)) {
        filters.and("r.to_day >= ?", first.into());
        filters.and("r.to_day <= ?", last.into());
    }
    let select = Select {
        table: "report_issue r",
        id: "r.id",
        joins: "join unit u on u.id = r.unit_id join account a on a.id = r.account_id \
             left join unit_place p on p.unit_id = r.unit_id",
        columns: "r.id, r.template_key, r.title, u.name as unit, r.from_day, r.to_day, r.position, r.issued_at, \
             case when a.display = '' then a.name else a.display end as account",
    };
    filters.rows(conn, &select, slice).await
}

/// An entry after a position, to explain a figure's changes.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Later {
    /// Position.
    pub seq: i64,
    /// The entry that it reverses.
    pub reverses: Option<i64>,
    /// Why.
    pub reason: Option<String>,
    /// The note for it.
    pub note: Option<String>,
}

/// Reversals after a position of entries up to it, with reasons.
pub async fn reversals_after(conn: &impl ConnectionTrait, position: i64) -> Result<Vec<Later>, DbErr> {
    let sql = "select e.seq, e.reverses, e.reason, n.note from ledger_entry e \
               left join ledger_note n on n.booking = e.booking \
               where e.seq > $1 and e.reverses is not null and e.reverses <= $1 order by e.seq";
    db::all(conn, sql, vec![position.into()]).await
}
