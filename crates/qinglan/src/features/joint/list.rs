//! The list of offers: those made to a scope and those made by it, filtered, ordered, paged by key.

use chrono::NaiveDate;
use desk::{
    actor::Scope,
    ui::rows::{By, Filters, Rows, Select, Slice},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;
use web::Fields;

use super::agenda::to_scope;
use crate::features::activities::agenda::{Reach, in_scope};

/// A line in the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key of the offer.
    pub id: i64,
    /// Title of the session.
    pub title: String,
    /// Its day.
    pub day: NaiveDate,
    /// The host.
    pub host: String,
    /// The unit to which it was offered.
    pub unit: String,
    /// Whether that is an outside organisation.
    pub outside: bool,
    /// `offered`, `accepted`, `declined`, `left`.
    pub state: String,
    /// The remark with the answer.
    pub said: Option<String>,
    /// Number of guests.
    pub guests: Option<i64>,
    /// When the list was handed in.
    pub handed_in_at: Option<String>,
    /// State of the session: `draft`, `announced`, `held`, `closed`, `void`.
    pub session: String,
}

/// The orders of offers.
pub const ORDERS: &[By] =
    &[By::day("day", "a.occurred_on").falling(), By::text("title", "a.title"), By::text("unit", "u.name")];

/// The requested offers made to a scope or by it. Those of a draft are shown to its host only.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Line>, DbErr> {
    let mut filters = Filters::new(query, today);
    let to =
        |values: &mut Vec<Value>| format!("(u.outside = false and a.state <> 'draft' and {})", to_scope(scope, values));
    let by = |values: &mut Vec<Value>| in_scope(scope, Reach::Hosted, values);
    match filters.value("side") {
        Some("to") => filters.within(to),
        Some("by") => filters.within(by),
        _ => filters.within(|values| format!("({} or {})", to(values), by(values))),
    }
    filters.search(&["a.title", "u.name", "h.name"]);
    match filters.value("state") {
        Some("missing") => filters.always("o.state = 'accepted' and o.handed_in_at is null"),
        _ => filters.text("state", "o.state = ?"),
    }
    let select = Select {
        table: "joint_offer o",
        id: "o.id",
        joins: "join activity a on a.id = o.activity_id join unit u on u.id = o.unit_id \
             join unit h on h.id = a.host_unit_id left join unit_place p on p.unit_id = a.host_unit_id \
             left join unit_place q on q.unit_id = o.unit_id",
        columns: "o.id, a.title, a.occurred_on as day, h.name as host, u.name as unit, u.outside, o.state, o.said, \
             o.guests, o.handed_in_at, a.state as session",
    };
    filters.rows(conn, &select, slice).await
}
