//! External results as lists show them: narrowed to a scope, ordered, paged by key.

use chrono::NaiveDate;
use document::Cell;
use kernel::{Period, PersonId, RecordId, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;

use super::{rules, store::in_scope};
use crate::{
    actor::{Places, Scope},
    app::App,
    error::Result,
    features::scope,
    pinyin::Typed,
    ui::export::must_fit,
};

/// A line of the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// Key of the person.
    pub person_id: i64,
    /// Name.
    pub name: String,
    /// The name in pinyin, by which names are ordered.
    pub spelled: String,
    /// Unit that it counts to.
    pub unit: String,
    /// Platform.
    pub platform: String,
    /// Platform in English.
    pub platform_en: String,
    /// 202503.
    pub month: i64,
    /// 积分.
    pub points: Option<i64>,
    /// 学时, in minutes.
    pub minutes: Option<i64>,
    /// 课程数.
    pub classes: Option<i64>,
    /// `handed_in`, `attested`, `returned`, `void`.
    pub state: String,
    /// Who attested it.
    pub attested_by: Option<String>,
    /// Raised by every change.
    pub version: i64,
    /// Where the unit stands in today's tree.
    pub place: i64,
}

/// What the list is in the order of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// The month.
    #[default]
    Month,
    /// The name.
    Name,
    /// The unit's place in the tree.
    Unit,
    /// The points.
    Points,
}

impl By {
    /// From an address; months where it says nothing known.
    pub fn of(text: &str) -> Self {
        match text {
            "name" => Self::Name,
            "unit" => Self::Unit,
            "points" => Self::Points,
            _ => Self::Month,
        }
    }

    /// What the rows are compared by. Nothing of it is null.
    fn expression(self) -> &'static str {
        match self {
            Self::Month => "r.month",
            Self::Name => "coalesce(y.spelled, '')",
            Self::Unit => "coalesce(q.place, -1)",
            Self::Points => "coalesce(r.points, -1)",
        }
    }

    /// The key of a line, as the address of the next page has it.
    pub fn key(self, line: &Line) -> String {
        match self {
            Self::Month => line.month.to_string(),
            Self::Name => line.spelled.clone(),
            Self::Unit => line.place.to_string(),
            Self::Points => line.points.unwrap_or(-1).to_string(),
        }
    }

    fn value(self, key: &str) -> Option<Value> {
        if self == Self::Name { Some(key.into()) } else { key.parse::<i64>().ok().map(Value::from) }
    }
}

/// What the list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'w> {
    /// Part of the name, also in pinyin.
    pub text: &'w str,
    /// Of this person.
    pub person: Option<PersonId>,
    /// Counted to units at or under here.
    pub places: Option<Places>,
    /// On this platform.
    pub platform: &'w str,
    /// From this month on.
    pub from: Option<i64>,
    /// Up to this month.
    pub to: Option<i64>,
    /// In this state; all but void ones where it is empty.
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

/// The usual columns of 线上平台学习情况.
pub const REGISTER: [&str; 9] = ["序号", "姓名", "单位", "平台", "月份", "积分", "学时", "课程", "证明人"];

/// A line as the register has it.
pub(super) fn cells(number: usize, line: Line) -> Vec<Cell> {
    let count = |count: Option<i64>| count.map_or(Cell::Empty, Cell::Whole);
    vec![
        Cell::Whole(number as i64 + 1),
        Cell::from(line.name),
        Cell::from(line.unit),
        Cell::from(line.platform),
        Cell::from(rules::shown_month(line.month)),
        count(line.points),
        line.minutes.map_or(Cell::Empty, |minutes| Cell::from(rules::hours(minutes))),
        count(line.classes),
        line.attested_by.map_or(Cell::Empty, Cell::from),
    ]
}

/// What was attested at and under a unit in the months of a period, in the order of the tree.
pub async fn register_rows(app: &App, scope: &Scope, unit: UnitId, period: Period) -> Result<Vec<Vec<Cell>>> {
    let wanted = Wanted {
        places: Some(scope::places::of(&app.db, unit).await?.unwrap_or((-1, -1))),
        from: Some(kernel::month_of(period.from)),
        to: Some(kernel::month_of(period.to)),
        state: "attested",
        by: By::Unit,
        rising: true,
        most: app.to_export(),
        ..Wanted::default()
    };
    let lines = list(&app.db, scope, &wanted, app.today()).await?;
    must_fit(app, lines.len())?;
    Ok(lines.into_iter().enumerate().map(|(number, line)| cells(number, line)).collect())
}

/// The results of a scope.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    wanted: &Wanted<'_>,
    today: NaiveDate,
) -> Result<Vec<Line>, DbErr> {
    if scope.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = db::Conditions::beside(vec![today.into()]);
    conditions.and("$1 = $1", vec![]);
    conditions.and_of(|values| in_scope(scope, values));
    let typed = Typed::of(wanted.text);
    if !typed.is_empty() {
        conditions.and_of(|values| typed.within("p.name", "y.forms", values));
    }
    if let Some(person) = wanted.person {
        conditions.and("r.person_id = ?", vec![person.0.into()]);
    }
    if let Some((place, last)) = wanted.places {
        conditions.and("q.place between ? and ?", vec![place.into(), last.into()]);
    }
    if !wanted.platform.is_empty() {
        conditions.and("r.platform_code = ?", vec![wanted.platform.into()]);
    }
    if let Some(from) = wanted.from {
        conditions.and("r.month >= ?", vec![from.into()]);
    }
    if let Some(to) = wanted.to {
        conditions.and("r.month <= ?", vec![to.into()]);
    }
    match wanted.state {
        "" => conditions.and("r.state <> 'void'", vec![]),
        state => conditions.and("r.state = ?", vec![state.into()]),
    }
    let (by, order) = (wanted.by.expression(), if wanted.rising { "asc" } else { "desc" });
    if let Some((key, id)) = &wanted.after
        && let Some(key) = wanted.by.value(key)
    {
        conditions.and_behind(by, "r.id", wanted.rising, (key, *id));
    }
    let (conditions, values) = conditions.done();
    let sql = format!(
        "select r.id, r.person_id, p.name, coalesce(y.spelled, '') as spelled, u.name as unit, f.name as platform, \
         f.en as platform_en, r.month, r.points, r.minutes, r.classes, r.state, \
         case when a.display = '' then a.name else a.display end as attested_by, r.version, \
         coalesce(q.place, -1) as place from external_result r join person p on p.id = r.person_id \
         join unit u on u.id = r.unit_id join platform f on f.code = r.platform_code \
         left join unit_place q on q.unit_id = r.unit_id left join person_pinyin y on y.person_id = r.person_id \
         left join account a on a.id = r.attested_by where {conditions} order by {by} {order}, r.id {order} limit {}",
        wanted.most
    );
    db::all(conn, &sql, values).await
}

/// A line of what was done with a result or a class.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Done {
    /// When.
    pub(super) at: String,
    /// Who.
    pub(super) account: String,
    /// What: a message's key without `log-`.
    pub(super) what: String,
    /// The message's arguments, as JSON.
    pub(super) args: String,
}

/// What was done with one of a kind, the oldest first.
pub(super) async fn done(conn: &impl ConnectionTrait, kind: &str, id: RecordId) -> Result<Vec<Done>, DbErr> {
    let sql = "select l.at, case when a.display = '' then a.name else a.display end as account, l.what, l.args \
         from log_entry l join account a on a.id = l.account_id where l.object_kind = $1 and l.object_id = $2 \
         order by l.id";
    db::all(conn, sql, vec![kind.into(), id.0.into()]).await
}
