//! People as lists show them: narrowed to a scope, in the order of the tree, paged by key.

use chrono::NaiveDate;
use kernel::PersonId;
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, Value};

use crate::features::accounts::Scope;

/// A line of the list of people.
#[derive(Clone, Debug, sea_orm::FromQueryResult, serde::Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// Key of the posting.
    pub posting_id: i64,
    /// Name.
    pub name: String,
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
    /// Unit.
    pub unit: String,
    /// Key of the unit.
    pub unit_id: i64,
    /// Duty.
    pub duty: Option<String>,
    /// Where the unit stands in today's tree.
    pub place: i64,
}

/// What the list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'w> {
    /// Part of the name.
    pub text: &'w str,
    /// Posted at or under here.
    pub places: Option<(i64, i64)>,
    /// Party status today.
    pub party: &'w str,
    /// Behind this place and posting.
    pub after: Option<(i64, i64)>,
    /// Lines at the most.
    pub most: u64,
}

/// The condition that person `p`, posted at place `q.place`, lies within a scope today (`$1`).
fn in_scope(scope: &Scope, values: &mut Vec<Value>) -> String {
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

/// People in post today, in the order of the tree.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    wanted: &Wanted<'_>,
    today: NaiveDate,
) -> Result<Vec<Line>, DbErr> {
    let mut values: Vec<Value> = vec![today.into()];
    let mut conditions = vec![in_scope(scope, &mut values)];
    if !wanted.text.is_empty() {
        values.push(format!("%{}%", wanted.text).into());
        conditions.push(format!("p.name like ${}", values.len()));
    }
    if let Some((place, last)) = wanted.places {
        values.extend([place.into(), last.into()]);
        conditions.push(format!("q.place between ${} and ${}", values.len() - 1, values.len()));
    }
    if !wanted.party.is_empty() {
        values.push(wanted.party.into());
        conditions.push(format!("{PARTY_TODAY} = ${}", values.len()));
    }
    if let Some((place, posting)) = wanted.after {
        values.extend([place.into(), place.into(), posting.into()]);
        let (a, b, c) = (values.len() - 2, values.len() - 1, values.len());
        conditions.push(format!("(coalesce(q.place, -1) > ${a} or (coalesce(q.place, -1) = ${b} and o.id > ${c}))"));
    }
    let sql = format!(
        "select p.id, o.id as posting_id, p.name, p.sex, p.birth_month, p.education, p.phone, {PARTY_TODAY} as party, \
         u.name as unit, u.id as unit_id, o.duty, coalesce(q.place, -1) as place from posting o \
         join person p on p.id = o.person_id join unit u on u.id = o.unit_id left join unit_place q on q.unit_id = o.unit_id \
         where p.void = false and p.merged_into is null and o.void = false and o.from_day <= $1 \
         and (o.to_day is null or o.to_day >= $1) and {} order by coalesce(q.place, -1), o.id limit {}",
        conditions.join(" and "),
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

/// What a person attended.
#[derive(Clone, Debug, sea_orm::FromQueryResult, serde::Serialize)]
pub struct Attended {
    /// Key of the activity.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its day.
    pub day: NaiveDate,
    /// Its pillar.
    pub pillar: String,
    /// How: a status, or `made_up`.
    pub status: String,
}

/// What a person attended in a period, newest first: held and closed activities alone.
pub async fn attended(
    conn: &impl ConnectionTrait,
    person: PersonId,
    period: kernel::Period,
) -> Result<Vec<Attended>, DbErr> {
    let sql = "select a.id, a.title, a.occurred_on as day, a.pillar, \
         case when t.made_up_on is not null then 'made_up' else t.status end as status \
         from attendance t join activity a on a.id = t.activity_id where t.person_id = $1 \
         and a.state in ('held', 'closed') and a.occurred_on between $2 and $3 order by a.occurred_on desc, a.id desc";
    db::all(conn, sql, vec![person.0.into(), period.from.into(), period.to.into()]).await
}
