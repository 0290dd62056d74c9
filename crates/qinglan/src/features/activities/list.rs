//! The list of activities: filtered, ordered by day, paged by key; the calendar uses it as well.

use chrono::NaiveDate;
use desk::{
    actor::Scope,
    error::Result,
    ui::rows::{By, Filters, Rows, Select, Slice},
};
use federation::scope::places::under;
use ledger::db;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use serde::Serialize;
use web::Fields;

use super::agenda::{Reach, in_scope, may_be_in_scope};

/// A line in the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Day.
    pub day: NaiveDate,
    /// `09:00`.
    pub time_from: Option<String>,
    /// Place.
    pub place: Option<String>,
    /// Type.
    pub type_name: String,
    /// Type in English.
    pub type_en: String,
    /// Host.
    pub unit: String,
    /// `none`, `vertical`, `horizontal`, `both`.
    pub linkage: String,
    /// `draft`, `announced`, `held`, `closed`, `void`.
    pub state: String,
    /// 应到.
    pub due: i64,
    /// 实到.
    pub present: i64,
    /// Head-count.
    pub audience: Option<i64>,
}

/// 实到 of activity `a`.
const PRESENT: &str =
    "(select count(*) from attendance t where t.activity_id = a.id and t.status in ('on_time', 'late'))";

/// The orders of activities.
pub const ORDERS: &[By] = &[
    By::day("day", "a.occurred_on").falling(),
    By::text("title", "a.title"),
    By::number("host", "coalesce(p.place, -1)"),
    By::number("present", PRESENT).falling(),
];

/// The requested activities of a scope: all except void ones, unless a `state` is given; `waiting` means announced ones
/// whose day has passed, `any` means all. Who chaired and spoke is searched only where `people`, the scope in which people may be seen by
/// name, is no smaller: else a search would tell it.
pub async fn list(
    conn: &impl ConnectionTrait,
    (scope, people): (&Scope, &Scope),
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Line>> {
    let mut filters = Filters::new(query, today);
    filters.within(|values| may_be_in_scope(scope, values));
    filters.within(|values| in_scope(scope, Reach::TakingPart, values));
    filters.search(if people == scope {
        &["a.title", "a.place", "a.speakers", "a.chair"]
    } else {
        &["a.title", "a.place"]
    });
    filters.period("a.occurred_on", today)?;
    match filters.value("state") {
        None => filters.always("a.state <> 'void'"),
        Some("any") => {}
        Some("waiting") => filters.always("a.state = 'announced' and a.occurred_on < $1"),
        Some(_) => filters.text("state", "a.state = ?"),
    }
    filters.text("pillar", "y.pillar = ?");
    filters.text("type", "a.type_code = ?");
    filters.text("theme", "a.theme = ?");
    filters.text("field", "a.field = ?");
    filters.key("unit_id", &under("p.place"));
    let chosen: Vec<Value> =
        query.every("chosen").filter_map(|id| id.parse::<i64>().ok()).take(500).map(Value::from).collect();
    if !chosen.is_empty() {
        filters.within(|values| {
            let first = values.len() + 1;
            values.extend(chosen);
            format!("a.id in ({})", db::places(first, values.len() + 1 - first))
        });
    }
    let columns = format!(
        "a.id, a.title, a.occurred_on as day, a.time_from, a.place, y.name as type_name, y.en as type_en, u.name as unit, \
         a.linkage, a.state, a.audience, \
         (select count(*) from attendance t where t.activity_id = a.id and t.status <> 'observer') as due, \
         {PRESENT} as present"
    );
    let select = Select {
        table: "activity a",
        id: "a.id",
        joins: "join activity_type y on y.code = a.type_code join unit u on u.id = a.host_unit_id \
             left join unit_place p on p.unit_id = a.host_unit_id",
        columns: &columns,
    };
    Ok(filters.rows_chosen_first(conn, &select, slice).await?)
}
