//! People as lists show them: narrowed to a scope, in the order of the tree or of names, paged by key.

use std::collections::HashSet;

use chrono::NaiveDate;
use kernel::{GroupId, PersonId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, Value};

use crate::{actor::Scope, pinyin::Typed};

/// A line of the list of people.
#[derive(Clone, Debug, sea_orm::FromQueryResult, serde::Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// Key of the posting.
    pub posting_id: i64,
    /// Name.
    pub name: String,
    /// The name in pinyin, by which names are ordered.
    pub spelled: String,
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
    /// The last day of one who has left.
    pub left_on: Option<NaiveDate>,
    /// Unit.
    pub unit: String,
    /// Key of the unit.
    pub unit_id: i64,
    /// Duty.
    pub duty: Option<String>,
    /// Where the unit stands in today's tree.
    pub place: i64,
}

/// How those stand whom a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stands {
    /// In post today.
    #[default]
    InPost,
    /// In post and lent to another unit today.
    Seconded,
    /// In post and on leave of absence today.
    OnLeave,
    /// Without a posting today: the last one up to now is shown.
    Left,
    /// In post or left.
    Any,
}

impl Line {
    /// The key of the order, as the address of the next page has it.
    pub fn key(&self, by_name: bool) -> String {
        if by_name { self.spelled.clone() } else { self.place.to_string() }
    }
}

impl Stands {
    /// As addresses have it.
    pub fn of(text: &str) -> Self {
        match text {
            "seconded" => Self::Seconded,
            "on_leave" => Self::OnLeave,
            "left" => Self::Left,
            "any" => Self::Any,
            _ => Self::InPost,
        }
    }
}

/// What the list is narrowed to, and its order.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'w> {
    /// Part of the name, also in pinyin.
    pub text: &'w str,
    /// Posted at or under here.
    pub places: Option<(i64, i64)>,
    /// Party status today.
    pub party: &'w str,
    /// Member of this group today.
    pub group: Option<GroupId>,
    /// Youth by the rule of a group today: `yes`, `no`, `unknown`.
    pub youth: &'w str,
    /// How they stand.
    pub stands: Stands,
    /// In the order of names instead of units.
    pub by_name: bool,
    /// The greatest first.
    pub falling: bool,
    /// Behind the line with this key of the order and this posting.
    pub after: Option<(String, i64)>,
    /// Lines at the most.
    pub most: u64,
}

/// The condition that person `p`, posted at place `q.place`, lies within a scope today (`$1`).
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

/// The last posting up to now of one who has none today.
const LEFT: &str = "(o.to_day < $1 and not exists (select 1 from posting n where n.person_id = p.id and n.void = false \
     and n.from_day <= $1 and (n.to_day is null or n.to_day > o.to_day or (n.to_day = o.to_day and n.id > o.id))))";

/// People of a scope, in the order of the tree or of names.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    wanted: &Wanted<'_>,
    today: NaiveDate,
) -> Result<Vec<Line>, DbErr> {
    let mut conditions = db::Conditions::beside(vec![today.into()]);
    conditions.and_of(|values| in_scope(scope, values));
    let typed = Typed::of(wanted.text);
    if !typed.is_empty() {
        conditions.and_of(|values| typed.within("p.name", "y.forms", values));
    }
    match wanted.stands {
        Stands::InPost => conditions.and(IN_POST, vec![]),
        Stands::Seconded => conditions.and(&format!("{IN_POST} and {STATE_TODAY} = ?"), vec!["seconded".into()]),
        Stands::OnLeave => conditions.and(&format!("{IN_POST} and {STATE_TODAY} = ?"), vec!["on_leave".into()]),
        Stands::Left => conditions.and(LEFT, vec![]),
        Stands::Any => conditions.and(&format!("({IN_POST} or {LEFT})"), vec![]),
    }
    if let Some((place, last)) = wanted.places {
        conditions.and("q.place between ? and ?", vec![place.into(), last.into()]);
    }
    if !wanted.party.is_empty() {
        conditions.and(&format!("{PARTY_TODAY} = ?"), vec![wanted.party.into()]);
    }
    let member = "exists (select 1 from membership m join membership_span s on s.membership_id = m.id \
         where m.person_id = p.id and m.void = false and s.from_day <= $1 and (s.to_day is null or s.to_day >= $1)";
    if let Some(group) = wanted.group {
        conditions.and(&format!("{member} and m.group_id = ?)"), vec![group.0.into()]);
    }
    if !wanted.youth.is_empty() {
        conditions.and(&format!("{member} and s.youth = ?)"), vec![wanted.youth.into()]);
    }
    let key = if wanted.by_name { "coalesce(y.spelled, '')" } else { "coalesce(q.place, -1)" };
    if let Some((after, id)) = &wanted.after {
        let after: Option<Value> =
            if wanted.by_name { Some(after.as_str().into()) } else { after.parse::<i64>().ok().map(Value::from) };
        if let Some(after) = after {
            conditions.and_behind(key, "o.id", !wanted.falling, (after, *id));
        }
    }
    let order = if wanted.falling { "desc" } else { "asc" };
    let (conditions, values) = conditions.done();
    // The page's keys come first: what is shown beside them is read for these rows alone.
    let sql = format!(
        "select p.id, o.id as posting_id, p.name, coalesce(y.spelled, '') as spelled, p.sex, p.birth_month, p.education, \
         p.phone, {PARTY_TODAY} as party, {STATE_TODAY} as state, \
         case when o.to_day < $1 then o.to_day end as left_on, \
         u.name as unit, u.id as unit_id, o.duty, coalesce(q.place, -1) as place from (select o.id as posting_id from posting o \
         join person p on p.id = o.person_id left join unit_place q on q.unit_id = o.unit_id \
         left join person_pinyin y on y.person_id = p.id \
         where p.void = false and p.merged_into is null and o.void = false and {conditions} order by {key} {order}, o.id {order} limit {}) chosen \
         join posting o on o.id = chosen.posting_id join person p on p.id = o.person_id join unit u on u.id = o.unit_id \
         left join unit_place q on q.unit_id = o.unit_id left join person_pinyin y on y.person_id = p.id \
         order by {key} {order}, o.id {order}",
        wanted.most
    );
    db::all(conn, &sql, values).await
}

/// Whether a scope reaches a person: by a posting, whenever it was, by a group today, or as the person.
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
