//! Those who came forward, in a list: the ones whom the visitor sees.

use chrono::NaiveDate;
use desk::{
    error::Result,
    ui::{
        list::{Asked, Column, List},
        rows::{By, Filters, Rows, Select, Slice},
    },
};
use federation::{
    scope::places::{name_from_query, under},
    themes,
};
use minijinja::{Value, context, value::Serde};
use sea_orm::FromQueryResult;
use serde::Serialize;

use super::{actions::WITHDRAWN, answers::MERGED, model::Step, pages::parts, store};
use crate::features::stints::Part;

/// A line in the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// Key of the opening.
    pub opening_id: i64,
    /// What the opening is called.
    pub title: String,
    /// Its part.
    pub part: String,
    /// Key of the person.
    pub person_id: i64,
    /// Name.
    pub name: String,
    /// The unit that it is counted for.
    pub unit: String,
    /// Why the person comes forward.
    pub words: String,
    /// The day on which the person came forward.
    pub came_on: NaiveDate,
    /// `waiting`, `selected`, `declined`, `withdrawn`.
    pub step: String,
    /// Why the person was selected or what was said: as typed, or a message id.
    pub reason: Option<String>,
    /// Key of the stint, unless it is void.
    pub stint_id: Option<i64>,
    /// Its first day.
    pub began_on: Option<NaiveDate>,
    /// Its last day.
    pub ended_on: Option<NaiveDate>,
}

impl Line {
    /// The reason in words.
    pub fn reason_in(&self, asked: &Asked<'_>) -> Option<String> {
        self.reason.as_deref().map(|reason| match reason {
            key @ (WITHDRAWN | MERGED) => asked.message(key),
            typed => typed.to_owned(),
        })
    }
}

/// The list of those who came forward.
#[derive(Debug)]
pub struct CandidateList;

impl List for CandidateList {
    type Line = Line;
    const NAME: &'static str = "candidates";
    const TEMPLATE: &'static str = "openings/candidates.html";
    const ORDERS: &'static [By] = &[
        By::day("day", "c.came_on").falling(),
        By::text("name", "coalesce(y.spelled, '')"),
        By::number("unit", "coalesce(q.place, -1)"),
        By::number(
            "step",
            "case c.step when 'waiting' then 1 when 'selected' then 2 when 'declined' then 3 else 4 end",
        ),
    ];
    const COLUMNS: &'static [Column<Line>] = &[
        Column::number(),
        Column::new("opening-title", |line, _| (&line.title).into()),
        Column::new("opening-part", |line, asked| {
            asked.message(Part::from_code(&line.part).map_or("", Part::word)).into()
        }),
        Column::new("person-name", |line, _| (&line.name).into()),
        Column::new("person-unit", |line, _| (&line.unit).into()),
        Column::new("candidate-came-on", |line, _| line.came_on.to_string().into()),
        Column::new("candidate-why", |line, _| (&line.words).into()),
        Column::new("list-state", |line, asked| {
            asked.message(Step::from_code(&line.step).map_or("", Step::word)).into()
        }),
        Column::new("candidate-reason", |line, asked| line.reason_in(asked).into()),
        Column::new("candidate-began", |line, _| line.began_on.map(|day| day.to_string()).into()),
        Column::new("candidate-ended", |line, _| line.ended_on.map(|day| day.to_string()).into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Line>> {
        let mut filters = Filters::new(asked.query, asked.today());
        filters.within(|values| store::in_scope(asked.actor, values));
        filters.search_names("p.name", "y.forms", &["o.title", "c.words"]);
        filters.key("opening_id", "c.opening_id = ?");
        filters.key("person_id", "c.person_id = ?");
        filters.key("unit_id", &under("q.place"));
        filters.text("part", "c.part = ?");
        filters.text("theme", "c.theme = ?");
        filters.period("c.came_on", asked.today())?;
        filters.one_of(
            "step",
            &[
                ("", "c.step <> 'withdrawn'"),
                ("waiting", "c.step = 'waiting'"),
                ("selected", "c.step = 'selected'"),
                ("declined", "c.step = 'declined'"),
                ("withdrawn", "c.step = 'withdrawn'"),
            ],
        );
        let joins = format!(
            "{} join person p on p.id = c.person_id join unit u on u.id = c.unit_id \
             left join person_pinyin y on y.person_id = c.person_id \
             left join stint s on s.id = c.stint_id and s.state <> 'void'",
            store::PLACES
        );
        let select = Select {
            table: "opening_candidate c",
            id: "c.id",
            joins: &joins,
            columns: "c.id, c.opening_id, o.title, c.part, c.person_id, p.name, u.name as unit, c.words, c.came_on, \
                 c.step, c.reason, s.id as stint_id, s.from_day as began_on, s.to_day as ended_on",
        };
        Ok(filters.rows(&asked.app.db, &select, slice).await?)
    }

    async fn beside(asked: &Asked<'_>, lines: &[Line]) -> Result<Value> {
        let reasons: Vec<Option<String>> = lines.iter().map(|line| line.reason_in(asked)).collect();
        let opening = match asked.query.key("opening_id") {
            Some(id) => {
                let titles = store::titles(&asked.app.db, &[kernel::RecordId(id)]).await?;
                let seen = lines.iter().any(|line| line.opening_id == id);
                titles.into_values().next().filter(|_| seen)
            }
            None => None,
        };
        Ok(context! {
            unit_name => name_from_query(&asked.app.db, asked.query).await?, parts => Serde(&parts(asked.words)),
            themes => Serde(&themes::list::choices(asked).await?), reasons, opening,
        })
    }
}
