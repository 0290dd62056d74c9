//! Duties in lists: what the visitor's units owe, and what they have asked for.

use chrono::NaiveDate;
use desk::{
    actor::Scope,
    error::Result,
    ui::{
        list::{Asked, Column, List},
        rows::{By, Filters, Rows, Select, Slice},
    },
};
use kernel::{PersonId, Refusal};
use ledger::db;
use minijinja::{Value, context};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::Serialize;

use super::{Address, Kind, Reach, opening};
use crate::scope::places::{name_from_query, under};

/// A line in a list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Record.
    pub id: i64,
    /// The code of what has opened it.
    pub opener: String,
    /// What it belongs to.
    pub title: String,
    /// What is to be done.
    pub wanted: String,
    /// The code of what is owed.
    pub kind: String,
    /// Who owes.
    pub unit: String,
    /// The group of it, if that owes.
    pub group_name: Option<String>,
    /// The person of it, if she owes.
    pub person: Option<String>,
    /// The post of it, if its holder owes.
    pub post: Option<String>,
    /// The opener's key.
    pub source: i64,
    /// What of it.
    pub part: i64,
    /// Who asks.
    pub asker: String,
    /// The last day in time.
    pub due_on: NaiveDate,
    /// `open`, `done`, `excused`, `lapsed`.
    pub state: String,
    /// Why it was sent back or excused.
    pub reason: Option<String>,
    /// When it was answered.
    pub answered_on: Option<NaiveDate>,
    /// When somebody who may answer first opened it.
    pub seen_at: Option<String>,
    /// When the asker last reminded.
    pub reminded_at: Option<String>,
}

impl Line {
    fn address(&self) -> Address {
        Address { id: self.id, source: self.source, part: self.part }
    }

    /// Who owes: the group, else the unit.
    pub fn who(&self) -> &str {
        self.group_name.as_deref().unwrap_or(&self.unit)
    }

    /// Who of it owes: a person, or a post.
    pub fn of_whom(&self) -> Option<&str> {
        self.person.as_deref().or(self.post.as_deref())
    }
}

/// A line with what is derived from it.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    #[serde(flatten)]
    line: Line,
    /// The page of the duty.
    href: Option<String>,
    /// The message of its state.
    stands: &'static str,
    /// Days until the last one in time; below zero it is late.
    days: i64,
}

/// The message of a duty's state.
pub fn stands(state: &str, due: NaiveDate, answered: Option<NaiveDate>, today: NaiveDate) -> &'static str {
    match state {
        "done" if answered.is_some_and(|day| day > due) => "duty-done-late",
        "done" => "duty-done",
        "excused" => "duty-excused",
        "lapsed" => "duty-lapsed",
        _ if due < today => "duty-late",
        _ => "duty-open",
    }
}

impl Shown {
    fn new(line: Line, asked: &Asked<'_>) -> Self {
        let today = asked.today();
        Self {
            href: opening::of(asked.app, &line.opener).map(|opener| opener.href(line.address())),
            stands: stands(&line.state, line.due_on, line.answered_on, today),
            days: (line.due_on - today).num_days(),
            line,
        }
    }

    /// The line as it is stored.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// The message of its state.
    pub fn stands(&self) -> &'static str {
        self.stands
    }
}

/// What the visitor's units owe to those above.
#[derive(Debug)]
pub struct Owed;

/// What the visitor's units have asked for.
#[derive(Debug)]
pub struct OnBoard;

const ORDERS: &[By] = &[
    // What is open comes first, the earliest deadline first.
    By::text("first", "(case when d.state = 'open' then '0' else '1' end || cast(d.due_on as varchar(10)))"),
    By::day("due", "d.due_on"),
    By::text("title", "d.title"),
    By::number("unit", "coalesce(p.place, -1)"),
    By::day("answered", "coalesce(d.answered_on, d.due_on)").falling(),
];

const COLUMNS: &[Column<Shown>] = &[
    Column::number(),
    Column::new("duty-unit", |shown, _| shown.line.who().into()),
    Column::new("duty-person", |shown, _| shown.line.of_whom().map(str::to_owned).into()),
    Column::new("duty-title", |shown, _| (&shown.line.title).into()),
    Column::new("duty-wanted", |shown, _| (&shown.line.wanted).into()),
    Column::new("duty-asker", |shown, _| (&shown.line.asker).into()),
    Column::new("duty-due", |shown, _| shown.line.due_on.to_string().into()),
    Column::new("duty-stands", |shown, asked| asked.message(shown.stands).into()),
    Column::new("duty-answered-on", |shown, _| shown.line.answered_on.map(|day| day.to_string()).into()),
    Column::new("duty-reason", |shown, _| shown.line.reason.clone().into()),
];

/// The requested duties, of units and for askers for which the conditions hold.
async fn find(asked: &Asked<'_>, slice: &Slice, board: bool) -> Result<Rows<Shown>> {
    let reach = Reach::load(&asked.app.db, asked.actor).await?;
    if board && reach.is_empty() {
        return Err(Refusal::forbidden().into());
    }
    let asked_on = asked.today();
    let mut filters = Filters::new(asked.query, asked_on);
    if board {
        filters.within(|values| reach.write.within("sp.place", values));
    } else {
        filters.within(|values| {
            let here = reach.answers("p.place", "d.unit_id", values);
            let asked = reach.write.within("sp.place", values);
            let own = reach.in_person(asked_on, values);
            format!("(({here} and coalesce(not {asked}, true)) or {own})")
        });
    }
    filters.search(&["d.title", "d.wanted", "u.name", "g.name", "pe.name", "po.name"]);
    filters.key("unit_id", &under("p.place"));
    filters.text("kind", "d.kind = ?");
    filters.one_of(
        "state",
        &[
            ("", "d.state = 'open'"),
            ("late", "d.state = 'open' and d.due_on < $1"),
            ("done", "d.state = 'done'"),
            ("done_late", "d.state = 'done' and d.answered_on > d.due_on"),
            ("excused", "d.state in ('excused', 'lapsed')"),
            ("any", "1 = 1"),
        ],
    );
    let select = Select {
        table: "duty d",
        id: "d.id",
        joins: "join unit u on u.id = d.unit_id join unit s on s.id = d.asker_unit_id \
             left join unit_place p on p.unit_id = d.unit_id left join unit_place sp on sp.unit_id = d.asker_unit_id left join study_group g on g.id = d.group_id \
             left join person pe on pe.id = d.person_id left join post po on po.id = d.post_id",
        columns: "d.id, d.opener, d.title, d.wanted, d.kind, u.name as unit, g.name as group_name, pe.name as person, po.name as post, d.source, d.part, s.name as asker, d.due_on, d.state, d.reason, \
             d.answered_on, d.seen_at, d.reminded_at",
    };
    let rows = filters.rows(&asked.app.db, &select, slice).await?;
    Ok(rows.map(|line| Shown::new(line, asked)))
}

async fn beside(asked: &Asked<'_>, board: bool) -> Result<Value> {
    let kinds: Vec<(&str, String)> =
        Kind::ALL.iter().map(|kind| (kind.as_str(), asked.message(kind_word(*kind)))).collect();
    Ok(context! {
        unit_name => name_from_query(&asked.app.db, asked.query).await?, board,
        boards => asked.may(desk::actor::Action::Write), kinds => minijinja::value::Serde(&kinds),
        reminds => board && asked.may(desk::actor::Action::Write),
    })
}

/// The message of what is owed.
pub fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Return => "duty-kind-return",
        Kind::Activity => "duty-kind-activity",
        Kind::PlanItem => "duty-kind-plan-item",
        Kind::Rows => "duty-kind-rows",
        Kind::Talk => "duty-kind-talk",
        Kind::Task => "duty-kind-task",
    }
}

impl List for Owed {
    type Line = Shown;
    const NAME: &'static str = "nav-duties";
    const TEMPLATE: &'static str = "duties/list.html";
    const ORDERS: &'static [By] = ORDERS;
    const COLUMNS: &'static [Column<Shown>] = COLUMNS;

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Shown>> {
        find(asked, slice, false).await
    }

    async fn beside(asked: &Asked<'_>, _: &[Shown]) -> Result<Value> {
        beside(asked, false).await
    }
}

impl List for OnBoard {
    type Line = Shown;
    const NAME: &'static str = "duties-asked";
    const TEMPLATE: &'static str = "duties/list.html";
    const ORDERS: &'static [By] = ORDERS;
    const COLUMNS: &'static [Column<Shown>] = COLUMNS;

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Shown>> {
        find(asked, slice, true).await
    }

    async fn beside(asked: &Asked<'_>, _: &[Shown]) -> Result<Value> {
        beside(asked, true).await
    }
}

/// What is owed for one source, for the home page.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Todo {
    /// The code of what has opened it.
    pub opener: String,
    /// The opener's key.
    pub source: i64,
    /// What it belongs to.
    pub title: String,
    /// Who asks.
    pub asker: String,
    /// The earliest last day in time.
    pub due_on: NaiveDate,
    /// Duties that are open.
    pub open: i64,
    /// Of these, how many the asker has reminded of.
    pub reminded: i64,
}

/// Open duties of an actor in person, and of a scope's units for askers outside it, the earliest deadline first. At most `most` sources.
/// What is asked for from within the scope is watched by whoever asked.
pub async fn owed(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    person: Option<PersonId>,
    (today, most): (NaiveDate, u64),
) -> Result<Vec<Todo>, DbErr> {
    if (scope.all || scope.places.is_empty()) && person.is_none() {
        return Ok(Vec::new());
    }
    let mut values = Vec::new();
    let within = scope.within("p.place", &mut values);
    let own = scope.within("sp.place", &mut values);
    let in_person = super::reach::in_person(person, today, &mut values);
    let sql = format!(
        "select d.opener, d.source, d.title, s.name as asker, min(d.due_on) as due_on, count(*) as open, \
         count(case when d.reminded_at is not null then 1 end) as reminded \
         from duty d join unit_place p on p.unit_id = d.unit_id join unit s on s.id = d.asker_unit_id \
         left join unit_place sp on sp.unit_id = d.asker_unit_id \
         where d.state = 'open' and (({within} and coalesce(not {own}, true)) or {in_person}) \
         group by d.opener, d.source, d.title, s.name order by min(d.due_on), d.source limit {most}"
    );
    db::all(conn, &sql, values).await
}

/// The page of what a duty belongs to.
pub fn href_of_source(app: &desk::app::App, todo: &Todo) -> Option<String> {
    opening::of(app, &todo.opener).map(|opener| opener.source(todo.source))
}
