//! The list of offers: those made to a scope and those that it made, narrowed, ordered, paged by key.

use chrono::NaiveDate;
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;

use super::agenda::to_scope;
use crate::{
    actor::Scope,
    features::activities::agenda::{Reach, in_scope},
};

/// A line of the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key of the offer.
    pub id: i64,
    /// Title of the session.
    pub title: String,
    /// Its day.
    pub day: NaiveDate,
    /// Who called it.
    pub host: String,
    /// To whom it was offered.
    pub unit: String,
    /// Whether that is an organisation outside.
    pub outside: bool,
    /// `offered`, `accepted`, `declined`, `left`.
    pub state: String,
    /// In a few words.
    pub said: Option<String>,
    /// Guests.
    pub guests: Option<i64>,
    /// When the list was handed in.
    pub handed_in_at: Option<String>,
    /// Of the session: `draft`, `announced`, `held`, `closed`, `void`.
    pub session: String,
}

/// What the list is in the order of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// The day.
    #[default]
    Day,
    /// The title.
    Title,
    /// The unit's name.
    Unit,
}

impl By {
    /// From an address; days where it says nothing known.
    pub fn of(text: &str) -> Self {
        match text {
            "title" => Self::Title,
            "unit" => Self::Unit,
            _ => Self::Day,
        }
    }

    /// What the rows are compared by. Nothing of it is null.
    fn expression(self) -> &'static str {
        match self {
            Self::Day => "a.occurred_on",
            Self::Title => "a.title",
            Self::Unit => "u.name",
        }
    }

    /// The key of a line, as the address of the next page has it.
    pub fn key(self, line: &Line) -> String {
        match self {
            Self::Day => line.day.to_string(),
            Self::Title => line.title.clone(),
            Self::Unit => line.unit.clone(),
        }
    }

    fn value(self, key: &str) -> Option<Value> {
        Some(match self {
            Self::Day => key.parse::<NaiveDate>().ok()?.into(),
            Self::Title | Self::Unit => key.into(),
        })
    }
}

/// What the list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'w> {
    /// Part of the title or of a unit's name.
    pub text: &'w str,
    /// `to` us, `by` us; both where it is empty.
    pub side: &'w str,
    /// What was said.
    pub state: &'w str,
    /// The order.
    pub by: By,
    /// The least first.
    pub rising: bool,
    /// Behind the line with this key of the order and this key.
    pub after: Option<(String, i64)>,
    /// Lines at the most.
    pub most: u64,
}

/// The offers made to a scope or by it. A draft's are its host's alone.
pub async fn list(conn: &impl ConnectionTrait, scope: &Scope, wanted: &Wanted<'_>) -> Result<Vec<Line>, DbErr> {
    if scope.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = db::Conditions::default();
    let to =
        |values: &mut Vec<Value>| format!("(u.outside = false and a.state <> 'draft' and {})", to_scope(scope, values));
    let by = |values: &mut Vec<Value>| in_scope(scope, Reach::Hosted, values);
    match wanted.side {
        "to" => conditions.and_of(to),
        "by" => conditions.and_of(by),
        _ => conditions.and_of(|values| format!("({} or {})", to(values), by(values))),
    }
    conditions.and_contains(&["a.title", "u.name", "h.name"], wanted.text);
    match wanted.state {
        "" => {}
        "missing" => conditions.and("o.state = 'accepted' and o.handed_in_at is null", vec![]),
        state => conditions.and("o.state = ?", vec![state.into()]),
    }
    let (by, order) = (wanted.by.expression(), if wanted.rising { "asc" } else { "desc" });
    if let Some((key, id)) = &wanted.after
        && let Some(key) = wanted.by.value(key)
    {
        conditions.and_behind(by, "o.id", wanted.rising, (key, *id));
    }
    let (conditions, values) = conditions.done();
    let sql = format!(
        "select o.id, a.title, a.occurred_on as day, h.name as host, u.name as unit, u.outside, o.state, o.said, o.guests, \
         o.handed_in_at, a.state as session from joint_offer o join activity a on a.id = o.activity_id \
         join unit u on u.id = o.unit_id join unit h on h.id = a.host_unit_id \
         left join unit_place p on p.unit_id = a.host_unit_id left join unit_place q on q.unit_id = o.unit_id \
         where {conditions} order by {by} {order}, o.id {order} limit {}",
        wanted.most
    );
    db::all(conn, &sql, values).await
}
