//! Themes in a list: those of units that the visitor sees and of the units above.

use chrono::NaiveDate;
use desk::{
    actor::Action,
    error::Result,
    ui::{
        list::{Asked, Column, List},
        rows::{By, Filters, Rows, Select, Slice},
    },
};
use minijinja::{Value, context};
use sea_orm::FromQueryResult;
use serde::Serialize;
use web::Fields;

use super::actions::Sight;
use crate::scope::places::{name_from_query, under};

/// A line in the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// The facet's value.
    pub code: String,
    /// 专题.
    pub name: String,
    /// The unit that it belongs to.
    pub unit: String,
    /// First day.
    pub from_day: NaiveDate,
    /// Last day.
    pub to_day: Option<NaiveDate>,
}

/// The list of themes.
#[derive(Debug)]
pub struct ThemeList;

/// The condition that the unit at `q` (a `unit_place`) is seen, or stands above one that is.
pub fn related(Sight { scopes, homes }: &Sight, values: &mut Vec<sea_orm::Value>) -> String {
    if scopes.iter().any(|scope| scope.all) {
        return "1 = 1".to_owned();
    }
    let mut any = vec!["1 = 0".to_owned()];
    for (first, last) in scopes.iter().flat_map(|scope| &scope.places) {
        values.extend([(*last).into(), (*first).into()]);
        // Subtrees that overlap hold each other.
        any.push(format!("(q.place <= ${} and q.last >= ${})", values.len() - 1, values.len()));
    }
    for home in homes {
        values.push((*home).into());
        any.push(format!("${} between q.place and q.last", values.len()));
    }
    format!("({})", any.join(" or "))
}

impl List for ThemeList {
    type Line = Line;
    const NAME: &'static str = "nav-themes";
    const TEMPLATE: &'static str = "themes/list.html";
    const ORDERS: &'static [By] = &[
        By::day("day", "t.from_day").falling(),
        By::text("name", "t.name"),
        By::number("unit", "coalesce(q.place, -1)"),
    ];
    const COLUMNS: &'static [Column<Line>] = &[
        Column::number(),
        Column::new("theme-name", |line, _| (&line.name).into()),
        Column::new("theme-unit", |line, _| (&line.unit).into()),
        Column::new("theme-from", |line, _| line.from_day.to_string().into()),
        Column::new("theme-until", |line, _| line.to_day.map(|day| day.to_string()).into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Line>> {
        let sight = Sight::of(asked.app, asked.actor).await?;
        let mut filters = Filters::new(asked.query, asked.today());
        filters.always("t.void = false");
        filters.within(|values| related(&sight, values));
        filters.search(&["t.name", "t.about"]);
        filters.key("unit_id", &under("q.place"));
        let current = "t.from_day <= $1 and (t.to_day is null or t.to_day >= $1)";
        filters.one_of("state", &[("current", current), ("ended", "t.to_day < $1"), ("ahead", "t.from_day > $1")]);
        let select = Select {
            table: "theme t",
            id: "t.id",
            joins: "join unit u on u.id = t.unit_id left join unit_place q on q.unit_id = t.unit_id",
            columns: "t.id, t.code, t.name, u.name as unit, t.from_day, t.to_day",
        };
        Ok(filters.rows(&asked.app.db, &select, slice).await?)
    }

    async fn beside(asked: &Asked<'_>, _: &[Line]) -> Result<Value> {
        Ok(context! {
            unit_name => name_from_query(&asked.app.db, asked.query).await?, writes => asked.may(Action::Write),
            today => asked.today().to_string(),
        })
    }
}

/// The themes that a visitor sees, as choices of a list's filter, the latest first.
pub async fn choices(asked: &Asked<'_>) -> Result<Vec<(String, String)>> {
    /// More are not offered: the page of a theme leads to its records too.
    const MOST: u64 = 100;
    let query = Fields::default();
    let all = Asked { query: &query, ..*asked };
    let lines = ThemeList::find(&all, &Slice::first(ThemeList::ORDERS, MOST)).await?.lines();
    Ok(lines.into_iter().map(|line| (line.code, line.name)).collect())
}
