//! Matters in a list and on a board, by the list that each is in.

use chrono::NaiveDate;
use desk::{
    error::Result,
    ui::{
        list::{Asked, Column, List},
        rows::{By, Filters, Rows, Select, Slice},
    },
};
use federation::{
    duties::Reach,
    scope::places::{name_from_query, under},
    settings::choices::Choice,
    themes,
};
use minijinja::{Value, context, value::Serde};
use sea_orm::FromQueryResult;
use serde::Serialize;

use super::METHODS;

/// A line in the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// 事项.
    pub title: String,
    /// The unit that asks.
    pub unit: String,
    /// The code of the method.
    pub method: String,
    /// The list that it is in.
    pub step: String,
    /// The place of that list.
    pub current: i64,
    /// The unit that has to do it.
    pub owner: String,
    /// The person of it who has to.
    pub person: Option<String>,
    /// The last day in time of that list.
    pub due_on: NaiveDate,
    /// `open`, `done`, `withdrawn`.
    pub state: String,
}

/// A line with what is derived from it.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    #[serde(flatten)]
    line: Line,
    /// Days until the last one in time; below zero it is late.
    days: i64,
}

impl Shown {
    /// The line as it is stored.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// The message of the state.
    pub fn stands(&self) -> &'static str {
        match self.line.state.as_str() {
            "done" => "matter-done",
            "withdrawn" => "matter-withdrawn",
            _ if self.days < 0 => "duty-late",
            _ => "matter-open",
        }
    }
}

/// The list of matters.
#[derive(Debug)]
pub struct Matters;

impl List for Matters {
    type Line = Shown;
    const NAME: &'static str = "nav-matters";
    const TEMPLATE: &'static str = "matters/list.html";
    const ORDERS: &'static [By] = &[
        By::text("first", "(case when m.state = 'open' then '0' else '1' end || cast(s.due_on as varchar(10)))"),
        By::text("title", "m.title"),
        By::number("unit", "coalesce(p.place, -1)"),
        By::number("step", "m.current"),
        By::day("due", "s.due_on"),
    ];
    const COLUMNS: &'static [Column<Shown>] = &[
        Column::number(),
        Column::new("matter-title", |shown, _| (&shown.line.title).into()),
        Column::new("matter-unit", |shown, _| (&shown.line.unit).into()),
        Column::new("matter-step", |shown, _| (&shown.line.step).into()),
        Column::new("matter-owner", |shown, _| (&shown.line.owner).into()),
        Column::new("matter-person", |shown, _| shown.line.person.clone().into()),
        Column::new("duty-due", |shown, _| shown.line.due_on.to_string().into()),
        Column::new("duty-stands", |shown, asked| asked.message(shown.stands()).into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Shown>> {
        let reach = Reach::load(&asked.app.db, asked.actor).await?;
        let mut filters = Filters::new(asked.query, asked.today());
        filters.within(|values| {
            let asks = reach.write.within("p.place", values);
            let owes = reach.answers("wp.place", "w.unit_id", values);
            let own = match asked.actor.person {
                Some(person) => {
                    values.push(person.0.into());
                    format!("w.person_id = ${}", values.len())
                }
                None => "1 = 0".to_owned(),
            };
            format!(
                "({asks} or exists (select 1 from matter_step w left join unit_place wp on wp.unit_id = w.unit_id \
                 where w.matter_id = m.id and ({owes} or {own})))"
            )
        });
        filters.search(&["m.title", "m.about", "u.name", "o.name", "e.name"]);
        filters.key("unit_id", &under("p.place"));
        filters.text("method", "m.method = ?");
        filters.text("step", "s.name = ?");
        filters.text("theme", "m.theme = ?");
        filters.one_of(
            "state",
            &[
                ("", "m.state = 'open'"),
                ("late", "m.state = 'open' and s.due_on < $1"),
                ("done", "m.state = 'done'"),
                ("withdrawn", "m.state = 'withdrawn'"),
                ("any", "1 = 1"),
            ],
        );
        let select = Select {
            table: "matter m",
            id: "m.id",
            joins: "join unit u on u.id = m.unit_id left join unit_place p on p.unit_id = m.unit_id \
                 join matter_step s on s.matter_id = m.id and s.place = m.current join unit o on o.id = s.unit_id \
                 left join person e on e.id = s.person_id",
            columns: "m.id, m.title, u.name as unit, m.method, s.name as step, m.current, o.name as owner, e.name as person, \
                 s.due_on, m.state",
        };
        let (rows, today) = (filters.rows(&asked.app.db, &select, slice).await?, asked.today());
        Ok(rows.map(|line: Line| Shown { days: (line.due_on - today).num_days(), line }))
    }

    async fn beside(asked: &Asked<'_>, _: &[Shown]) -> Result<Value> {
        let methods = METHODS.all(&asked.app.db).await?;
        let chosen = methods.iter().find(|method| method.code == asked.query.text("method"));
        let mut steps: Vec<&str> = Vec::new();
        for name in
            methods.iter().filter(|method| chosen.is_none_or(|of| of.code == method.code)).flat_map(Choice::parts)
        {
            if !steps.contains(&name) {
                steps.push(name);
            }
        }
        let named: Vec<(&str, &str)> =
            methods.iter().map(|method| (method.code.as_str(), method.name_in(asked.words.language))).collect();
        let steps: Vec<(&str, &str)> = steps.into_iter().map(|name| (name, name)).collect();
        Ok(context! {
            unit_name => name_from_query(&asked.app.db, asked.query).await?, writes => asked.may(desk::actor::Action::Write),
            methods => Serde(&named), steps => Serde(&steps), themes => Serde(&themes::list::choices(asked).await?),
        })
    }
}
