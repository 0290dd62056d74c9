//! Honours in lists: limited to a scope, ordered, paged by key.

use chrono::NaiveDate;
use desk::{
    actor::Scope,
    app::App,
    error::Result,
    ui::rows::{By, Filters, Rows, Select, Slice},
};
use document::Cell;
use federation::scope::places::under;
use kernel::{Period, UnitId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Serialize;
use web::Fields;

use super::{model::Level, store::in_scope};

/// A line in the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// `person`, `group`, `unit`.
    pub recipient: String,
    /// Key of the person.
    pub person_id: Option<i64>,
    /// The name of the person, group or unit.
    pub name: String,
    /// Unit that it is counted for.
    pub unit: String,
    /// 荣誉名称.
    pub title: String,
    /// Title group.
    pub title_group: String,
    /// Title group in English.
    pub title_group_en: String,
    /// `national`, `provincial`, `municipal`, `county`, `unit`.
    pub level: String,
    /// 授予单位.
    pub conferrer: String,
    /// 授予时间.
    pub day: NaiveDate,
    /// 证书编号.
    pub certificate: Option<String>,
    /// How many files prove it.
    pub files: i64,
    /// `pending`, `checked`, `returned`, `void`.
    pub state: String,
    /// Who checked it.
    pub checked_by: Option<String>,
    /// Raised by every change.
    pub version: i64,
}

/// The usual columns of 荣誉.
pub const REGISTER: [&str; 7] = ["序号", "姓名/集体", "荣誉名称", "级别", "授予单位", "授予时间", "证书"];

/// The name of a level in registers.
pub(super) fn level_name(level: &str) -> &str {
    Level::from_code(level).map_or(level, |known| known.zh())
}

/// A line for the register; the certificate is its number, else whether a file proves it.
fn cells(number: usize, line: &Line) -> Vec<Cell> {
    let on_file = || (line.files > 0).then(|| "有".to_owned());
    vec![
        Cell::Whole(number as i64 + 1),
        (&line.name).into(),
        (&line.title).into(),
        level_name(&line.level).into(),
        (&line.conferrer).into(),
        line.day.to_string().into(),
        line.certificate.clone().or_else(on_file).into(),
    ]
}

/// What was checked at and under a unit and was conferred in a period, by day.
pub async fn register_rows(app: &App, scope: &Scope, unit: UnitId, period: Period) -> Result<Vec<Vec<Cell>>> {
    let [unit, from, to] = [unit.to_string(), period.from.to_string(), period.to.to_string()];
    let filters =
        [("unit_id", &*unit), ("period", "own"), ("from", &from), ("to", &to), ("state", "checked"), ("order", "day")];
    let filters = Fields::from_pairs(filters);
    let slice = Slice::from_query(&filters, ORDERS, app.most_exported);
    let lines = list(&app.db, scope, (&filters, app.today()), &slice).await?.whole(app)?;
    Ok(lines.iter().enumerate().map(|(number, line)| cells(number, line)).collect())
}

/// The orders of honours.
pub const ORDERS: &[By] = &[
    By::day("day", "r.day").falling(),
    By::text("name", "coalesce(y.spelled, case when r.recipient = 'group' then g.name else u.name end)"),
    By::number("unit", "coalesce(q.place, -1)"),
    By::text("title", "r.title"),
    By::number(
        "level",
        "case r.level when 'national' then 1 when 'provincial' then 2 when 'municipal' then 3 when 'county' then 4 else 5 end",
    ),
];

/// The requested honours of a scope: all except void ones, unless a `state` is given.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Line>> {
    let mut filters = Filters::new(query, today);
    filters.within(|values| in_scope(scope, values));
    filters.search_names("p.name", "y.forms", &["r.title", "r.conferrer", "g.name"]);
    filters.key("person_id", "r.person_id = ?");
    filters.key("unit_id", &under("q.place"));
    filters.text("level", "r.level = ?");
    filters.text("group", "r.title_group = ?");
    filters.text("recipient", "r.recipient = ?");
    filters.period("r.day", today)?;
    match filters.value("state") {
        None => filters.always("r.state <> 'void'"),
        Some(_) => filters.text("state", "r.state = ?"),
    }
    let select = Select {
        table: "honour r",
        id: "r.id",
        joins: "join unit u on u.id = r.unit_id join honour_group f on f.code = r.title_group \
             left join person p on p.id = r.person_id left join study_group g on g.id = r.group_id \
             left join unit_place q on q.unit_id = r.unit_id left join person_pinyin y on y.person_id = r.person_id \
             left join account a on a.id = r.checked_by",
        columns: "r.id, r.recipient, r.person_id, \
             case r.recipient when 'person' then p.name when 'group' then g.name else u.name end as name, \
             u.name as unit, r.title, f.name as title_group, f.en as title_group_en, r.level, r.conferrer, r.day, \
             r.certificate, (select count(*) from evidence e where e.record_id = r.id) as files, r.state, \
             case when a.display = '' then a.name else a.display end as checked_by, r.version",
    };
    Ok(filters.rows(conn, &select, slice).await?)
}
