//! Those who owe a talk since an appointment, and those who have had it.

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
    duties::{Reach, list::stands},
    people::Appointment,
    scope::places::{name_from_query, under},
};
use kernel::Refusal;
use minijinja::{Value, context};
use sea_orm::FromQueryResult;
use serde::Serialize;

/// A line in the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// The duty.
    pub id: i64,
    /// The person.
    pub person_id: i64,
    /// Her name.
    pub person: String,
    /// Her unit.
    pub unit: String,
    /// 职务.
    pub duty: Option<String>,
    /// `promoted`, `reassigned`.
    pub appointment: Option<String>,
    /// From when.
    pub from_day: NaiveDate,
    /// The last day in time.
    pub due_on: NaiveDate,
    /// `open`, `done`, `excused`, `lapsed`.
    pub state: String,
    /// Why she is excused.
    pub reason: Option<String>,
    /// The day of the talk.
    pub answered_on: Option<NaiveDate>,
    /// The session.
    pub session: Option<i64>,
    /// When she was last reminded.
    pub reminded_at: Option<String>,
}

/// A line with what is derived from it.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    #[serde(flatten)]
    line: Line,
    /// The message of how she was appointed.
    appointed: Option<&'static str>,
    /// The message of the state.
    stands: &'static str,
    /// Days until the last one in time; below zero it is late.
    days: i64,
}

impl Shown {
    fn new(line: Line, asked: &Asked<'_>) -> Self {
        let today = asked.today();
        let appointed = line.appointment.as_deref().and_then(Appointment::from_code).map(Appointment::message);
        Self {
            appointed,
            stands: stands(&line.state, line.due_on, line.answered_on, today),
            days: (line.due_on - today).num_days(),
            line,
        }
    }
}

/// The list of talks that are owed.
#[derive(Debug)]
pub struct Talks;

impl List for Talks {
    type Line = Shown;
    const NAME: &'static str = "nav-talks";
    const TEMPLATE: &'static str = "talks/list.html";
    const ORDERS: &'static [By] = &[
        By::text("first", "(case when d.state = 'open' then '0' else '1' end || cast(d.due_on as varchar(10)))"),
        By::text("person", "e.name"),
        By::number("unit", "coalesce(p.place, -1)"),
        By::day("from", "o.from_day"),
        By::day("due", "d.due_on"),
    ];
    const COLUMNS: &'static [Column<Shown>] = &[
        Column::number(),
        Column::new("talk-person", |shown, _| (&shown.line.person).into()),
        Column::new("duty-unit", |shown, _| (&shown.line.unit).into()),
        Column::new("talk-post", |shown, _| shown.line.duty.clone().into()),
        Column::new("talk-appointment", |shown, asked| shown.appointed.map(|word| asked.message(word)).into()),
        Column::new("talk-from", |shown, _| shown.line.from_day.to_string().into()),
        Column::new("duty-due", |shown, _| shown.line.due_on.to_string().into()),
        Column::new("duty-stands", |shown, asked| asked.message(shown.stands).into()),
        Column::new("talk-day", |shown, _| shown.line.answered_on.map(|day| day.to_string()).into()),
        Column::new("duty-reason", |shown, _| shown.line.reason.clone().into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Shown>> {
        let reach = Reach::load(&asked.app.db, asked.actor).await?;
        if asked.actor.scope(Action::Lead).is_empty() {
            return Err(Refusal::forbidden().into());
        }
        let mut filters = Filters::new(asked.query, asked.today());
        filters.always("d.opener = 'talk'");
        filters.within(|values| {
            let here = reach.answers("p.place", "d.unit_id", values);
            format!("({here} or {})", reach.write.within("sp.place", values))
        });
        filters.search(&["e.name", "u.name", "o.duty"]);
        filters.key("unit_id", &under("p.place"));
        filters.key("duty", "d.id = ?");
        filters.key("posting", "d.source = ?");
        filters.text("appointment", "o.appointment = ?");
        filters.one_of(
            "state",
            &[
                ("", if asked.query.text("duty").is_empty() { "d.state = 'open'" } else { "1 = 1" }),
                ("late", "d.state = 'open' and d.due_on < $1"),
                ("done", "d.state = 'done'"),
                ("excused", "d.state in ('excused', 'lapsed')"),
                ("any", "1 = 1"),
            ],
        );
        let select = Select {
            table: "duty d",
            id: "d.id",
            joins: "join person e on e.id = d.person_id join posting o on o.id = d.source join unit u on u.id = d.unit_id \
                 left join unit_place p on p.unit_id = d.unit_id left join unit_place sp on sp.unit_id = d.asker_unit_id",
            columns: "d.id, d.person_id, e.name as person, u.name as unit, o.duty, o.appointment, o.from_day, d.due_on, d.state, \
                 d.reason, d.answered_on, d.record_id as session, d.reminded_at",
        };
        let rows = filters.rows(&asked.app.db, &select, slice).await?;
        Ok(rows.map(|line| Shown::new(line, asked)))
    }

    async fn beside(asked: &Asked<'_>, _: &[Shown]) -> Result<Value> {
        Ok(context! {
            unit_name => name_from_query(&asked.app.db, asked.query).await?, holds => asked.may(Action::Lead),
            today => asked.today().to_string(),
        })
    }
}
