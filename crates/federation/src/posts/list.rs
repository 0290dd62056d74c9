//! Posts in a list: those of the units that the visitor sees.

use chrono::NaiveDate;
use desk::{
    actor::Action,
    error::Result,
    ui::{
        list::{Asked, Column, List},
        rows::{By, Filters, Rows, Select, Slice},
    },
};
use kernel::Refusal;
use minijinja::{Value, context};
use sea_orm::FromQueryResult;
use serde::Serialize;

use super::model::Risk;
use crate::scope::places::{name_from_query, under};

/// A line in the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// 岗位名称.
    pub name: String,
    /// The unit that it belongs to.
    pub unit: String,
    /// 所需专长.
    pub needs: String,
    /// `high`, `medium`, `low`.
    pub risk: Option<String>,
    /// Last day.
    pub closed_on: Option<NaiveDate>,
    /// How many hold it today.
    pub holders: i64,
}

impl Line {
    /// The message that names the grade.
    fn risk(&self) -> Option<&'static str> {
        self.risk.as_deref().and_then(Risk::from_code).map(Risk::message)
    }
}

/// The list of posts.
#[derive(Debug)]
pub struct PostList;

const HOLDERS: &str = "(select count(distinct o.person_id) from posting o join person h on h.id = o.person_id \
     where o.post_id = t.id and o.void = false and h.void = false and o.from_day <= $1 \
     and (o.to_day is null or o.to_day >= $1))";

impl List for PostList {
    type Line = Line;
    const NAME: &'static str = "nav-posts";
    const TEMPLATE: &'static str = "posts/list.html";
    const ORDERS: &'static [By] = &[By::number("unit", "coalesce(q.place, -1)"), By::text("name", "t.name")];
    const COLUMNS: &'static [Column<Line>] = &[
        Column::number(),
        Column::new("post-unit", |line, _| (&line.unit).into()),
        Column::new("post-name", |line, _| (&line.name).into()),
        Column::new("post-needs", |line, _| (&line.needs).into()),
        Column::new("post-risk", |line, asked| line.risk().map(|word| asked.message(word)).into()),
        Column::new("post-holders", |line, _| line.holders.into()),
        Column::new("post-closed", |line, _| line.closed_on.map(|day| day.to_string()).into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Line>> {
        let scope = asked.scope(Action::Figures);
        if scope.is_empty() {
            return Err(Refusal::forbidden().into());
        }
        let mut filters = Filters::new(asked.query, asked.today());
        filters.always("t.void = false");
        filters.within(|values| if scope.all { "1 = 1".to_owned() } else { scope.within("q.place", values) });
        filters.search(&["t.name", "t.needs", "u.name"]);
        filters.key("unit_id", &under("q.place"));
        filters.text("risk", "t.risk = ?");
        let open = "(t.closed_on is null or t.closed_on >= $1)";
        filters.one_of(
            "state",
            &[
                ("", open),
                ("vacant", &format!("{open} and {HOLDERS} = 0")),
                ("closed", "t.closed_on < $1"),
                ("any", "1 = 1"),
            ],
        );
        let columns = format!("t.id, t.name, u.name as unit, t.needs, t.risk, t.closed_on, {HOLDERS} as holders");
        let select = Select {
            table: "post t",
            id: "t.id",
            joins: "join unit u on u.id = t.unit_id left join unit_place q on q.unit_id = t.unit_id",
            columns: &columns,
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
