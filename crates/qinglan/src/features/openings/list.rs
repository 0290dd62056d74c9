//! Openings in a list: those of units that the visitor sees and of the units above.

use chrono::NaiveDate;
use desk::{
    actor::Action,
    error::Result,
    ui::{
        list::{Asked, Column, List},
        rows::{By, Filters, Rows, Select, Slice},
    },
};
use federation::{
    scope::places::{name_from_query, under},
    themes::{self, actions::Sight, list::related},
};
use kernel::PersonId;
use minijinja::{Value, context, value::Serde};
use sea_orm::FromQueryResult;
use serde::Serialize;

use super::{model::State, pages::parts};
use crate::features::stints::Part;

/// A line in the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// `placed`, `seconded`, `first_secretary`, `work_team`, `task_force`, `volunteer`, `other`.
    pub part: String,
    /// The unit that asks.
    pub unit: String,
    /// Where.
    pub place: Option<String>,
    /// 名额.
    pub places: i64,
    /// How many were selected.
    pub selected: i64,
    /// How many came forward and did not withdraw.
    pub came: i64,
    /// First day.
    pub from_day: NaiveDate,
    /// Last day.
    pub to_day: Option<NaiveDate>,
    /// The last day to come forward.
    pub closes_on: NaiveDate,
    /// Whom to ask.
    pub contact: Option<String>,
    /// The theme's name.
    pub theme: Option<String>,
    /// `open`, `closed`, `withdrawn`.
    pub state: String,
}

/// The list of openings.
#[derive(Debug)]
pub struct OpeningList;

/// The condition that the unit of opening `o` at `q` is seen, or that the person came forward for it.
fn in_scope(sight: &Sight, person: Option<PersonId>, values: &mut Vec<sea_orm::Value>) -> String {
    let related = related(sight, values);
    let Some(person) = person else { return related };
    values.push(person.0.into());
    let place = values.len();
    format!(
        "({related} or exists (select 1 from opening_candidate m where m.opening_id = o.id and m.person_id = ${place} \
         and m.step <> 'withdrawn'))"
    )
}

const SELECTED: &str = "(select count(*) from opening_candidate c where c.opening_id = o.id and c.step = 'selected')";
const CAME: &str = "(select count(*) from opening_candidate c where c.opening_id = o.id and c.step <> 'withdrawn')";

impl List for OpeningList {
    type Line = Line;
    const NAME: &'static str = "nav-openings";
    const TEMPLATE: &'static str = "openings/list.html";
    const ORDERS: &'static [By] = &[
        // Those that people may come forward for, then those to be decided, then the others; of each those that close first. `$1` is today.
        By::text(
            "open",
            "case when o.state <> 'open' then '2' when o.closes_on >= $1 then '0' else '1' end || cast(o.closes_on as varchar)",
        ),
        By::day("closes", "o.closes_on").falling(),
        By::text("title", "o.title"),
        By::number("unit", "coalesce(q.place, -1)"),
    ];
    const COLUMNS: &'static [Column<Line>] = &[
        Column::number(),
        Column::new("opening-title", |line, _| (&line.title).into()),
        Column::new("opening-part", |line, asked| {
            asked.message(Part::from_code(&line.part).map_or("", Part::word)).into()
        }),
        Column::new("opening-unit", |line, _| (&line.unit).into()),
        Column::new("opening-place", |line, _| line.place.as_deref().into()),
        Column::new("opening-places-of", |line, _| line.places.into()),
        Column::new("opening-came", |line, _| line.came.into()),
        Column::new("opening-selected", |line, _| line.selected.into()),
        Column::new("opening-from", |line, _| line.from_day.to_string().into()),
        Column::new("opening-to", |line, _| line.to_day.map(|day| day.to_string()).into()),
        Column::new("opening-closes", |line, _| line.closes_on.to_string().into()),
        Column::new("opening-contact", |line, _| line.contact.as_deref().into()),
        Column::new("theme", |line, _| line.theme.as_deref().into()),
        Column::new("list-state", |line, asked| {
            asked.message(State::from_code(&line.state).map_or("", State::word)).into()
        }),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Line>> {
        let sight = Sight::of(asked.app, asked.actor).await?;
        let mut filters = Filters::new(asked.query, asked.today());
        filters.within(|values| in_scope(&sight, asked.actor.person, values));
        filters.search(&["o.title", "o.place", "o.needs", "u.name"]);
        filters.key("unit_id", &under("q.place"));
        filters.text("part", "o.part = ?");
        filters.text("theme", "o.theme = ?");
        filters.one_of(
            "state",
            &[
                ("", "o.state <> 'withdrawn'"),
                ("taking", "o.state = 'open' and o.closes_on >= $1"),
                ("deciding", "o.state = 'open' and o.closes_on < $1"),
                ("completed", "o.state = 'completed'"),
                ("withdrawn", "o.state = 'withdrawn'"),
            ],
        );
        let columns = format!(
            "o.id, o.title, o.part, u.name as unit, coalesce(o.place, w.name) as place, o.places, {SELECTED} as selected, \
             {CAME} as came, o.from_day, o.to_day, o.closes_on, o.contact, t.name as theme, o.state"
        );
        let select = Select {
            table: "opening o",
            id: "o.id",
            joins: "join unit u on u.id = o.unit_id left join unit_place q on q.unit_id = o.unit_id \
                 left join unit w on w.id = o.place_unit_id left join theme t on t.code = o.theme",
            columns: &columns,
        };
        Ok(filters.rows_chosen_first(&asked.app.db, &select, slice).await?)
    }

    async fn beside(asked: &Asked<'_>, _: &[Line]) -> Result<Value> {
        Ok(context! {
            unit_name => name_from_query(&asked.app.db, asked.query).await?, writes => asked.may(Action::Write),
            parts => Serde(&parts(asked.words)), themes => Serde(&themes::list::choices(asked).await?),
            today => asked.today().to_string(),
        })
    }
}
