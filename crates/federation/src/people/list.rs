//! People in lists: limited to a scope, in the order of the tree or of names, paged by key.

use std::collections::HashSet;

use chrono::NaiveDate;
use desk::{
    actor::Scope,
    ui::rows::{By, Filters, Rows, Select, Slice},
};
use kernel::{DayRange, Period, PersonId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, Value};
use web::Fields;

use crate::scope::places::under;

/// A line in the list of people.
#[derive(Clone, Debug, sea_orm::FromQueryResult, serde::Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// Name.
    pub name: String,
    /// 工号.
    pub staff_no: Option<String>,
    /// `female`, `male`.
    pub sex: Option<String>,
    /// 199003.
    pub birth_month: Option<i64>,
    /// Education.
    pub education: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Party status today.
    pub party: Option<String>,
    /// 借调 or 离岗 today: `seconded`, `on_leave`.
    pub state: Option<String>,
    /// The last day of somebody who has left.
    pub left_on: Option<NaiveDate>,
    /// Unit.
    pub unit: String,
    /// Duty.
    pub duty: Option<String>,
    /// First day of the posting.
    pub since: NaiveDate,
}

/// The condition that person `p`, posted at place `q.place`, is within a scope today (`$1`).
pub(super) fn in_scope(scope: &Scope, values: &mut Vec<Value>) -> String {
    if scope.all {
        return "1 = 1".to_owned();
    }
    let mut any = vec![scope.within("q.place", values)];
    if !scope.groups.is_empty() {
        let groups = scope.in_groups("m.group_id", values);
        any.push(format!(
            "exists (select 1 from membership m where m.person_id = p.id and m.void = false and m.from_day <= $1 \
             and (m.to_day is null or m.to_day >= $1) and {groups})"
        ));
    }
    if let Some(person) = scope.person {
        values.push(person.0.into());
        any.push(format!("p.id = ${}", values.len()));
    }
    format!("({})", any.join(" or "))
}

const PARTY_TODAY: &str = "(select s.status from party_status s where s.person_id = p.id and s.from_day <= $1 \
     order by s.from_day desc limit 1)";

const STATE_TODAY: &str = "(select t.state from person_state t where t.person_id = p.id and t.void = false \
     and t.from_day <= $1 and (t.to_day is null or t.to_day >= $1) order by t.from_day desc, t.id desc limit 1)";

const IN_POST: &str = "(o.from_day <= $1 and (o.to_day is null or o.to_day >= $1))";

/// The condition for the last posting of somebody who has none today.
const LEFT: &str = "(o.to_day < $1 and not exists (select 1 from posting n where n.person_id = p.id and n.void = false \
     and n.from_day <= $1 and (n.to_day is null or n.to_day > o.to_day or (n.to_day = o.to_day and n.id > o.id))))";

/// The orders of people: by the units of today's tree, and by names in pinyin.
pub const ORDERS: &[By] = &[By::number("unit", "coalesce(q.place, -1)"), By::text("name", "coalesce(y.spelled, '')")];

/// The requested people of a scope: those in post on a day, usually today, unless a `state` is given.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (query, day): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Line>, DbErr> {
    let mut filters = Filters::new(query, day);
    filters.always("p.void = false and p.merged_into is null and o.void = false");
    filters.within(|values| in_scope(scope, values));
    filters.search_names("p.name", "y.forms", &["p.staff_no"]);
    filters.one_of(
        "state",
        &[
            ("", IN_POST),
            ("seconded", &format!("{IN_POST} and {STATE_TODAY} = 'seconded'")),
            ("on_leave", &format!("{IN_POST} and {STATE_TODAY} = 'on_leave'")),
            ("left", LEFT),
            ("any", &format!("({IN_POST} or {LEFT})")),
        ],
    );
    filters.key("unit_id", &under("q.place"));
    filters.text("party", &format!("{PARTY_TODAY} = ?"));
    let member = "exists (select 1 from membership m join membership_span s on s.membership_id = m.id \
         where m.person_id = p.id and m.void = false and s.from_day <= $1 and (s.to_day is null or s.to_day >= $1)";
    filters.key("group_id", &format!("{member} and m.group_id = ?)"));
    filters.text("youth", &format!("{member} and s.youth = ?)"));
    let columns = format!(
        "p.id, p.name, p.staff_no, p.sex, p.birth_month, p.education, p.phone, {PARTY_TODAY} as party, {STATE_TODAY} as state, \
         case when o.to_day < $1 then o.to_day end as left_on, u.name as unit, o.duty, \
         o.from_day as since"
    );
    let select = Select {
        table: "posting o",
        id: "o.id",
        joins: "join person p on p.id = o.person_id join unit u on u.id = o.unit_id \
             left join unit_place q on q.unit_id = o.unit_id left join person_pinyin y on y.person_id = p.id",
        columns: &columns,
    };
    filters.rows_chosen_first(conn, &select, slice).await
}

/// Whether a scope covers a person: by any posting, current or past, by a group today, or as the person's own account.
pub async fn sees(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    person: PersonId,
    today: NaiveDate,
) -> Result<bool, DbErr> {
    let mut values: Vec<Value> = vec![today.into()];
    let within = in_scope(scope, &mut values);
    values.push(person.0.into());
    let sql = format!(
        "select p.id from person p left join posting o on o.person_id = p.id and o.void = false \
         left join unit_place q on q.unit_id = o.unit_id where $1 = $1 and p.void = false and p.id = ${} and {within} limit 1",
        values.len()
    );
    Ok(db::scalar::<i64>(conn, &sql, values).await?.is_some())
}

/// How far a scope reaches into what is held on a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The last day of the last posting within the scope; none while there is no end.
    until: Option<NaiveDate>,
}

impl Reached {
    /// All of it.
    pub const ALL: Self = Self { until: None };

    /// Whether days have begun that it doesn't reach.
    pub fn has_ended(self) -> bool {
        self.until.is_some()
    }

    /// Its last day, or a day before that.
    pub fn no_later(self, day: NaiveDate) -> NaiveDate {
        self.until.map_or(day, |until| until.min(day))
    }

    /// What it reaches of a period; of a period that it doesn't reach, the last day before.
    pub fn within(self, period: Period) -> Period {
        Period { from: self.no_later(period.from), to: self.no_later(period.to) }
    }

    /// What it reaches of dated days, if anything.
    pub fn days(self, days: DayRange) -> Option<DayRange> {
        let Some(until) = self.until else { return Some(days) };
        (days.from <= until).then(|| DayRange { from: days.from, to: Some(days.to.map_or(until, |to| to.min(until))) })
    }
}

/// How far a scope reaches into what is held on a person; none where it doesn't see the person. A unit that somebody has left sees the days
/// of the posting there, and none later.
pub async fn reach(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    person: PersonId,
    today: NaiveDate,
) -> Result<Option<Reached>, DbErr> {
    if !sees(conn, scope, person, today).await? {
        return Ok(None);
    }
    let beside = Scope { places: Vec::new(), units: Vec::new(), ..scope.clone() };
    if scope.all || sees(conn, &beside, person, today).await? {
        return Ok(Some(Reached::ALL));
    }
    let mut values: Vec<Value> = vec![person.0.into()];
    let within = scope.within("q.place", &mut values);
    let sql = format!(
        "select o.to_day from posting o join unit_place q on q.unit_id = o.unit_id \
         where o.person_id = $1 and o.void = false and {within}"
    );
    let last: Vec<Option<NaiveDate>> = db::rows(conn, &sql, values).await?;
    let open = last.iter().any(|day| day.is_none_or(|day| day >= today));
    Ok(Some(Reached { until: last.into_iter().flatten().max().filter(|_| !open) }))
}

/// Everybody in a scope.
pub async fn ids(conn: &impl ConnectionTrait, scope: &Scope, today: NaiveDate) -> Result<HashSet<i64>, DbErr> {
    let mut values: Vec<Value> = vec![today.into()];
    let within = in_scope(scope, &mut values);
    let sql = format!(
        "select distinct p.id from person p left join posting o on o.person_id = p.id and o.void = false \
         left join unit_place q on q.unit_id = o.unit_id where $1 = $1 and p.void = false and {within}"
    );
    Ok(db::rows(conn, &sql, values).await?.into_iter().collect())
}
