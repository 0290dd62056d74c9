//! The history of a unit: its names, its places in the tree, mergers and its end, each with the day.

use chrono::NaiveDate;
use kernel::DAY_ONE;
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;

use super::{model::Unit, store};

/// One event in the history of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Event {
    /// The first day; `None` if it was always so.
    day: Option<NaiveDate>,
    /// `renamed`, `placed`, `top`, `took`, `merged`, `closed`.
    kind: &'static str,
    /// The other unit, or the old name.
    name: String,
    /// Key of the other unit.
    id: Option<i64>,
}

/// The events of a unit, the newest first.
pub(super) async fn load(conn: &impl ConnectionTrait, unit: &Unit) -> Result<Vec<Event>, DbErr> {
    let mut events = Vec::new();
    for (name, until) in store::former_names(conn, unit.id).await? {
        events.push(Event { day: Some(until), kind: "renamed", name, id: None });
    }
    let id = || vec![unit.id.0.into()];
    let merged = "select s.id, s.name from unit u join unit s on s.id = u.merged_into where u.id = $1";
    let survivor: Option<(i64, String)> = db::row(conn, merged, id()).await?;
    // If there are two edges on one day, the later one is valid.
    let edges = "select e.valid_from, e.parent_id, w.name from tree_edge e left join unit w on w.id = e.parent_id \
         where e.unit_id = $1 and not exists (select 1 from tree_edge l where l.unit_id = e.unit_id \
         and l.valid_from = e.valid_from and l.seq > e.seq) order by e.valid_from";
    let mut before: Option<Option<i64>> = None;
    for (from, parent, name) in db::rows::<(NaiveDate, Option<i64>, Option<String>)>(conn, edges, id()).await? {
        if before == Some(parent) {
            continue;
        }
        before = Some(parent);
        let merges = survivor.as_ref().is_some_and(|(survivor, _)| Some(*survivor) == parent)
            && unit.closed_on.and_then(|last| last.succ_opt()) == Some(from);
        let kind = match parent {
            Some(_) if merges => "merged",
            Some(_) => "placed",
            None => "top",
        };
        let day = Some(from).filter(|from| *from > DAY_ONE);
        events.push(Event { day, kind, name: name.unwrap_or_default(), id: parent });
    }
    if let (Some(last), None) = (unit.closed_on, &survivor) {
        events.push(Event { day: Some(last), kind: "closed", name: String::new(), id: None });
    }
    let took = "select u.id, u.name, u.closed_on from unit u where u.merged_into = $1 and u.void = false";
    for (id, name, last) in db::rows::<(i64, String, Option<NaiveDate>)>(conn, took, id()).await? {
        events.push(Event { day: last.and_then(|last| last.succ_opt()), kind: "took", name, id: Some(id) });
    }
    events.sort_by_key(|event| std::cmp::Reverse(event.day));
    Ok(events)
}
