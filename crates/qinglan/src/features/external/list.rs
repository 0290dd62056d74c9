//! External results in lists: limited to a scope, ordered, paged by key.

use chrono::NaiveDate;
use desk::{
    actor::Scope,
    app::App,
    error::Result,
    ui::rows::{By, Filters, Rows, Select, Slice},
};
use document::Cell;
use federation::scope::places::under;
use kernel::{Period, RecordId, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::Serialize;
use web::Fields;

use super::{rules, store::in_scope};

/// A line in the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// Key of the person.
    pub person_id: i64,
    /// Name.
    pub name: String,
    /// Unit that it is counted for.
    pub unit: String,
    /// Platform.
    pub platform: String,
    /// Platform in English.
    pub platform_en: String,
    /// 202503.
    pub month: i64,
    /// 积分.
    pub points: Option<i64>,
    /// 学时, in minutes.
    pub minutes: Option<i64>,
    /// 课程数.
    pub classes: Option<i64>,
    /// `handed_in`, `attested`, `returned`, `void`.
    pub state: String,
    /// Who attested it.
    pub attested_by: Option<String>,
    /// Raised by every change.
    pub version: i64,
}

/// The usual columns of 线上平台学习情况.
pub const REGISTER: [&str; 9] = ["序号", "姓名", "单位", "平台", "月份", "积分", "学时", "课程", "证明人"];

/// A line for the register.
fn cells(number: usize, line: &Line) -> Vec<Cell> {
    vec![
        Cell::Whole(number as i64 + 1),
        (&line.name).into(),
        (&line.unit).into(),
        (&line.platform).into(),
        rules::shown_month(line.month).into(),
        line.points.into(),
        line.minutes.map(rules::hours).into(),
        line.classes.into(),
        line.attested_by.as_deref().into(),
    ]
}

/// What was attested at and under a unit in the months of a period, in the order of the tree.
pub async fn register_rows(app: &App, scope: &Scope, unit: UnitId, period: Period) -> Result<Vec<Vec<Cell>>> {
    let [unit, from, to] = [
        unit.to_string(),
        rules::shown_month(kernel::month_of(period.from)),
        rules::shown_month(kernel::month_of(period.to)),
    ];
    let filters =
        [("unit_id", &*unit), ("from_month", &from), ("to_month", &to), ("state", "attested"), ("order", "unit")];
    let filters = Fields::from_pairs(filters);
    let slice = Slice::from_query(&filters, ORDERS, app.most_exported);
    let lines = list(&app.db, scope, (&filters, app.today()), &slice).await?.whole(app)?;
    Ok(lines.iter().enumerate().map(|(number, line)| cells(number, line)).collect())
}

/// The orders of results.
pub const ORDERS: &[By] = &[
    By::number("month", "r.month").falling(),
    By::text("name", "coalesce(y.spelled, '')"),
    By::number("unit", "coalesce(q.place, -1)"),
    By::number("points", "coalesce(r.points, -1)").falling(),
];

/// `2025-03` as 202503; `None` if the text is no month.
fn month(text: &str) -> Option<i64> {
    let (year, month) = text.split_once('-')?;
    let month = year.parse::<i64>().ok()?.checked_mul(100)?.checked_add(month.parse().ok()?)?;
    rules::first_day(month).map(|_| month)
}

/// The requested results of a scope: all except void ones, unless a `state` is given.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Line>, DbErr> {
    let mut filters = Filters::new(query, today);
    filters.within(|values| in_scope(scope, values));
    filters.search_names("p.name", "y.forms", &[]);
    filters.key("person_id", "r.person_id = ?");
    filters.key("unit_id", &under("q.place"));
    filters.text("platform", "r.platform_code = ?");
    filters.text("theme", "r.theme = ?");
    for (name, condition) in [("from_month", "r.month >= ?"), ("to_month", "r.month <= ?")] {
        if let Some(month) = filters.value(name).and_then(month) {
            filters.and(condition, month.into());
        }
    }
    match filters.value("state") {
        None => filters.always("r.state <> 'void'"),
        Some(_) => filters.text("state", "r.state = ?"),
    }
    let select = Select {
        table: "external_result r",
        id: "r.id",
        joins: "join person p on p.id = r.person_id join unit u on u.id = r.unit_id \
             join platform f on f.code = r.platform_code left join unit_place q on q.unit_id = r.unit_id \
             left join person_pinyin y on y.person_id = r.person_id left join account a on a.id = r.attested_by",
        columns: "r.id, r.person_id, p.name, u.name as unit, f.name as platform, f.en as platform_en, r.month, r.points, \
             r.minutes, r.classes, r.state, case when a.display = '' then a.name else a.display end as attested_by, \
             r.version",
    };
    filters.rows(conn, &select, slice).await
}

/// A log line of a result or a class.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Done {
    /// When.
    pub(super) at: String,
    /// The account.
    pub(super) account: String,
    /// What was done: a message id without `log-`.
    pub(super) what: String,
    /// The message's arguments, as JSON.
    pub(super) args: String,
}

/// The log lines of one record, the oldest first.
pub(super) async fn done(conn: &impl ConnectionTrait, kind: &str, id: RecordId) -> Result<Vec<Done>, DbErr> {
    let sql = "select l.at, case when a.display = '' then a.name else a.display end as account, l.what, l.args \
         from log_entry l join account a on a.id = l.account_id where l.object_kind = $1 and l.object_id = $2 \
         order by l.id";
    db::all(conn, sql, vec![kind.into(), id.0.into()]).await
}
