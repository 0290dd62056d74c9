//! Stints in lists: limited to a scope, ordered, paged by key.

use chrono::NaiveDate;
use desk::{
    actor::Scope,
    app::App,
    error::Result,
    ui::{
        period,
        rows::{By, Filters, Rows, Select, Slice},
    },
};
use federation::scope::places::under;
use kernel::{Period, UnitId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Serialize;
use web::Fields;

use super::{model::Part, store::in_scope};

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
    /// `placed`, `seconded`, `first_secretary`, `work_team`, `task_force`, `volunteer`, `other`.
    pub part: String,
    /// Whether the person came forward.
    pub volunteered: bool,
    /// What it is called.
    pub task: String,
    /// Where.
    pub place: Option<String>,
    /// First day.
    pub from_day: NaiveDate,
    /// Last day.
    pub to_day: Option<NaiveDate>,
    /// Hours, in tenths.
    pub hours: Option<i64>,
    /// 评价.
    pub result: Option<String>,
    /// `pending`, `checked`, `returned`, `void`.
    pub state: String,
    /// Who checked it.
    pub checked_by: Option<String>,
    /// Raised by every change.
    pub version: i64,
}

/// The name of a part in registers.
pub(super) fn part_name(part: &str) -> &str {
    Part::from_code(part).map_or(part, |known| known.zh())
}

/// `2025-03-01 — 2025-09-30`, or without an end.
pub(super) fn days_text(line: &Line) -> String {
    format!("{} — {}", line.from_day, line.to_day.map_or_else(String::new, |day| day.to_string()))
}

/// What was checked at and under a unit and was under way in a period, of volunteering or of everything else, by first day.
pub async fn register_lines(
    app: &App,
    scope: &Scope,
    (unit, period): (UnitId, Period),
    volunteering: bool,
) -> Result<Vec<Line>> {
    let [unit, from, to] = [unit.to_string(), period.from.to_string(), period.to.to_string()];
    let filters = [
        ("unit_id", &*unit),
        ("period", "own"),
        ("from", &from),
        ("to", &to),
        ("state", "checked"),
        ("order", "day"),
        ("volunteering", if volunteering { "yes" } else { "no" }),
    ];
    let filters = Fields::from_pairs(filters);
    let slice = Slice::from_query(&filters, ORDERS, app.most_exported);
    list(&app.db, scope, (&filters, app.today()), &slice).await?.whole(app)
}

/// The orders of stints.
pub const ORDERS: &[By] = &[
    By::day("day", "r.from_day").falling(),
    By::text("name", "coalesce(y.spelled, '')"),
    By::number("unit", "coalesce(q.place, -1)"),
    By::text("part", "r.part"),
];

/// The requested stints of a scope: all except void ones, unless a `state` is given. A period selects those that were under way
/// on any of its days.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Line>> {
    let mut filters = Filters::new(query, today);
    filters.within(|values| in_scope(scope, values));
    filters.search_names("p.name", "y.forms", &["r.task", "r.place"]);
    filters.key("person_id", "r.person_id = ?");
    filters.key("unit_id", &under("q.place"));
    filters.text("part", "r.part = ?");
    filters.text("theme", "r.theme = ?");
    filters.one_of("volunteering", &[("yes", "r.part = 'volunteer'"), ("no", "r.part <> 'volunteer'")]);
    filters.one_of("volunteered", &[("yes", "r.volunteered = true"), ("no", "r.volunteered = false")]);
    filters.one_of("going", &[("yes", "(r.to_day is null or r.to_day >= $1)"), ("no", "r.to_day < $1")]);
    if !matches!(filters.value("period"), None | Some("any")) {
        let period = period::from_query(query, "year", today)?;
        filters.and("(r.to_day is null or r.to_day >= ?)", period.from.into());
        filters.and("r.from_day <= ?", period.to.into());
    }
    match filters.value("state") {
        None => filters.always("r.state <> 'void'"),
        Some(_) => filters.text("state", "r.state = ?"),
    }
    let select = Select {
        table: "stint r",
        id: "r.id",
        joins: "join person p on p.id = r.person_id join unit u on u.id = r.unit_id \
             left join unit w on w.id = r.place_unit_id left join unit_place q on q.unit_id = r.unit_id \
             left join person_pinyin y on y.person_id = r.person_id left join account a on a.id = r.checked_by",
        columns: "r.id, r.person_id, p.name, u.name as unit, r.part, r.volunteered, r.task, \
             coalesce(r.place, w.name) as place, r.from_day, r.to_day, r.hours, r.result, r.state, \
             case when a.display = '' then a.name else a.display end as checked_by, r.version",
    };
    Ok(filters.rows(conn, &select, slice).await?)
}
