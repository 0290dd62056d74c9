//! The list of activities: narrowed, in the order of days, paged by key; the calendar reads it too.

use chrono::NaiveDate;
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;

use super::agenda::{Reach, in_scope};
use crate::actor::{Places, Scope};

/// A line of the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Day.
    pub day: NaiveDate,
    /// `09:00`.
    pub time_from: Option<String>,
    /// Place.
    pub place: Option<String>,
    /// Type.
    pub type_name: String,
    /// Type in English.
    pub type_en: String,
    /// Host.
    pub unit: String,
    /// `none`, `vertical`, `horizontal`, `both`.
    pub linkage: String,
    /// `draft`, `announced`, `held`, `closed`, `void`.
    pub state: String,
    /// 应到.
    pub due: i64,
    /// 实到.
    pub present: i64,
    /// Head-count.
    pub audience: Option<i64>,
    /// Where the host stands in the tree; -1 beside it.
    pub host_place: i64,
}

/// What the list is in the order of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// The day.
    #[default]
    Day,
    /// The title.
    Title,
    /// The host's place in the tree.
    Host,
    /// How many were present.
    Present,
}

impl By {
    /// All, as addresses have them.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Day, "day"), (Self::Title, "title"), (Self::Host, "host"), (Self::Present, "present")];

    /// From an address; days where it says nothing known.
    pub fn of(text: &str) -> Self {
        Self::ALL.into_iter().find(|(_, name)| *name == text).map_or(Self::Day, |(by, _)| by)
    }

    /// What the rows are compared by. Nothing of it is null.
    fn expression(self) -> &'static str {
        match self {
            Self::Day => "a.occurred_on",
            Self::Title => "a.title",
            Self::Host => "coalesce(p.place, -1)",
            Self::Present => PRESENT,
        }
    }

    /// The key of a line, as the address of the next page has it.
    pub fn key(self, line: &Line) -> String {
        match self {
            Self::Day => line.day.to_string(),
            Self::Title => line.title.clone(),
            Self::Host => line.host_place.to_string(),
            Self::Present => line.present.to_string(),
        }
    }

    fn value(self, key: &str) -> Option<Value> {
        Some(match self {
            Self::Day => key.parse::<NaiveDate>().ok()?.into(),
            Self::Title => key.into(),
            Self::Host | Self::Present => key.parse::<i64>().ok()?.into(),
        })
    }
}

/// 实到 of activity `a`.
const PRESENT: &str =
    "(select count(*) from attendance t where t.activity_id = a.id and t.status in ('on_time', 'late'))";

/// What the list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'w> {
    /// Part of title, place, speakers or chair.
    pub text: &'w str,
    /// From this day on.
    pub from: Option<NaiveDate>,
    /// Up to this day.
    pub to: Option<NaiveDate>,
    /// On this pillar.
    pub pillar: &'w str,
    /// Of this type.
    pub kind: &'w str,
    /// In this state; `waiting` is announced with its day past.
    pub state: &'w str,
    /// Hosted at or under here.
    pub places: Option<Places>,
    /// The order.
    pub by: By,
    /// The least first.
    pub rising: bool,
    /// Behind the line with this key of the order and this key.
    pub after: Option<(String, i64)>,
    /// Only these.
    pub ids: Vec<i64>,
    /// Lines at the most.
    pub most: u64,
}

/// The lines of a scope.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    wanted: &Wanted<'_>,
    today: NaiveDate,
) -> Result<Vec<Line>, DbErr> {
    if scope.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = db::Conditions::default();
    conditions.and_of(|values| in_scope(scope, Reach::TakingPart, values));
    conditions.and_contains(&["a.title", "a.place", "a.speakers", "a.chair"], wanted.text);
    if let Some(from) = wanted.from {
        conditions.and("a.occurred_on >= ?", vec![from.into()]);
    }
    if let Some(to) = wanted.to {
        conditions.and("a.occurred_on <= ?", vec![to.into()]);
    }
    match wanted.state {
        "" => conditions.and("a.state <> 'void'", vec![]),
        "waiting" => conditions.and("a.state = 'announced' and a.occurred_on < ?", vec![today.into()]),
        state => conditions.and("a.state = ?", vec![state.into()]),
    }
    if !wanted.pillar.is_empty() {
        conditions.and("y.pillar = ?", vec![wanted.pillar.into()]);
    }
    if !wanted.kind.is_empty() {
        conditions.and("a.type_code = ?", vec![wanted.kind.into()]);
    }
    if let Some((place, last)) = wanted.places {
        conditions.and("p.place between ? and ?", vec![place.into(), last.into()]);
    }
    let (by, order) = (wanted.by.expression(), if wanted.rising { "asc" } else { "desc" });
    if let Some((key, id)) = &wanted.after
        && let Some(key) = wanted.by.value(key)
    {
        conditions.and_behind(by, "a.id", wanted.rising, (key, *id));
    }
    if !wanted.ids.is_empty() {
        conditions.and_of(|values| {
            let first = values.len() + 1;
            values.extend(wanted.ids.iter().map(|id| Value::from(*id)));
            format!("a.id in ({})", db::places(first, wanted.ids.len()))
        });
    }
    let (conditions, values) = conditions.done();
    let sql = format!(
        "select a.id, a.title, a.occurred_on as day, a.time_from, a.place, y.name as type_name, y.en as type_en, \
         u.name as unit, a.linkage, a.state, a.audience, \
         (select count(*) from attendance t where t.activity_id = a.id and t.status <> 'observer') as due, \
         {PRESENT} as present, coalesce(p.place, -1) as host_place \
         from activity a join activity_type y on y.code = a.type_code join unit u on u.id = a.host_unit_id \
         left join unit_place p on p.unit_id = a.host_unit_id where {conditions} \
         order by {by} {order}, a.id {order} limit {}",
        wanted.most
    );
    db::all(conn, &sql, values).await
}
