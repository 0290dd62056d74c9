//! Two rows of one person: which are likely, and what a merge will do, in numbers.

use chrono::NaiveDate;
use kernel::{PersonId, Refusal};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;

use super::{actions, store};
use crate::{
    app::App,
    error::{AppError, Result},
    features::{
        accounts::{self, Scope},
        external,
    },
};

/// A session at which both rows stand.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub(super) struct Both {
    /// Key of the activity.
    pub(super) id: i64,
    /// Its title.
    pub(super) title: String,
    /// Its day.
    pub(super) day: NaiveDate,
    /// The survivor's status.
    pub(super) kept: String,
    /// The other's status.
    pub(super) other: String,
}

/// What a merge will do.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Preview {
    /// Postings that go over.
    pub(super) postings: usize,
    /// Memberships that go over.
    pub(super) memberships: usize,
    /// Memberships that lie within another of the same group and collapse.
    pub(super) collapsing: usize,
    /// Secondments and leaves of absence that go over.
    pub(super) states: i64,
    /// Attendances that go over, those of both left out.
    pub(super) attendances: i64,
    /// Sessions with both: one attendance stays.
    pub(super) both: Vec<Both>,
    /// External results that go over.
    pub(super) results: usize,
    /// Pairs of them for one platform and month, of which one becomes void.
    pub(super) doubled_results: usize,
    /// The account that goes over.
    pub(super) account: Option<String>,
    /// The locked account that is nobody's any more.
    pub(super) untied: Option<String>,
    /// Why they can't be merged.
    #[serde(skip)]
    pub(super) refused: Option<Refusal>,
}

/// What a merge of these two will do.
pub(super) async fn preview(app: &App, loser: PersonId, survivor: PersonId) -> Result<Preview> {
    if loser == survivor {
        return Err(Refusal::new("merge-with-self").into());
    }
    let conn = &app.db;
    let memberships = store::memberships_of(conn, &[loser, survivor]).await?;
    let live: Vec<_> = memberships.iter().filter(|membership| !membership.void).collect();
    let stays = live.iter().map(|membership| (membership.group.0, membership.days, membership.id.0)).collect();
    let postings = store::postings_of(conn, &[loser]).await?.len();
    let values = || -> Vec<Value> { vec![loser.0.into(), survivor.0.into()] };
    let sql = "select count(*) from person_state where person_id = $1 and void = false";
    let states = db::scalar(conn, sql, vec![loser.0.into()]).await?.unwrap_or(0);
    let sql = "select count(*) from attendance t join activity a on a.id = t.activity_id where t.person_id = $1 \
               and a.state <> 'void' and not exists (select 1 from attendance o \
               where o.activity_id = t.activity_id and o.person_id = $2)";
    let attendances = db::scalar(conn, sql, values()).await?.unwrap_or(0);
    let sql = "select a.id, a.title, a.occurred_on as day, \
         case when o.made_up_on is not null then 'made_up' else o.status end as kept, \
         case when t.made_up_on is not null then 'made_up' else t.status end as other \
         from attendance t join activity a on a.id = t.activity_id \
         join attendance o on o.activity_id = t.activity_id and o.person_id = $2 \
         where t.person_id = $1 and a.state <> 'void' order by a.occurred_on desc, a.id desc";
    let both = db::all(conn, sql, values()).await?;
    let (results, doubled_results) = external::actions::doubles(conn, loser, survivor).await?;
    let (ties, refused) = match accounts::actions::ties(conn, loser, survivor).await {
        Ok(ties) => (ties, None),
        Err(AppError::Refused(refusal)) => (accounts::actions::Ties::default(), Some(refusal)),
        Err(other) => return Err(other),
    };
    Ok(Preview {
        postings,
        memberships: live.iter().filter(|membership| membership.person == loser).count(),
        collapsing: actions::doubled(stays).len(),
        states,
        attendances,
        both,
        results,
        doubled_results: doubled_results.len(),
        account: ties.kept.filter(|kept| kept.person == Some(loser)).map(|kept| kept.name),
        untied: ties.untied.map(|untied| untied.name),
        refused,
    })
}

/// Two people of one name who may be one.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub(super) struct Double {
    /// Their name.
    pub(super) name: String,
    /// Key of the one.
    pub(super) one: i64,
    /// The one's month of birth.
    pub(super) one_birth: Option<i64>,
    /// The one's phone.
    pub(super) one_phone: Option<String>,
    /// Where the one is or was posted last.
    pub(super) one_unit: Option<String>,
    /// Key of the other.
    pub(super) other: i64,
    /// The other's month of birth.
    pub(super) other_birth: Option<i64>,
    /// The other's phone.
    pub(super) other_phone: Option<String>,
    /// Where the other is or was posted last.
    pub(super) other_unit: Option<String>,
}

/// Pairs of one name within a scope whose months of birth don't speak against it, in the order of names, behind a place.
pub(super) async fn doubles(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    after: Option<(&str, i64, i64)>,
    most: u64,
) -> Result<Vec<Double>, DbErr> {
    let mut values: Vec<Value> = Vec::new();
    let within = scope.within("q.place", &mut values);
    let mut behind = String::new();
    if let Some((name, one, other)) = after {
        values.extend([name.into(), one.into(), other.into()]);
        let (n, o, t) = (values.len() - 2, values.len() - 1, values.len());
        behind = format!("and (a.name > ${n} or (a.name = ${n} and (a.id > ${o} or (a.id = ${o} and b.id > ${t}))))");
    }
    let last_unit = |who: &str| {
        format!(
            "(select u.name from posting o join unit u on u.id = o.unit_id where o.person_id = {who}.id \
             and o.void = false order by o.from_day desc, o.id desc limit 1)"
        )
    };
    let sql = format!(
        "with seen as (select p.id, p.name, p.birth_month, p.phone from person p where p.void = false \
         and p.merged_into is null and exists (select 1 from posting o left join unit_place q on q.unit_id = o.unit_id \
         where o.person_id = p.id and o.void = false and {within})) \
         select a.name, a.id as one, a.birth_month as one_birth, a.phone as one_phone, {} as one_unit, \
         b.id as other, b.birth_month as other_birth, b.phone as other_phone, {} as other_unit \
         from seen a join seen b on b.name = a.name and b.id > a.id \
         where (a.birth_month is null or b.birth_month is null or a.birth_month = b.birth_month) {behind} \
         order by a.name, a.id, b.id limit {most}",
        last_unit("a"),
        last_unit("b")
    );
    db::all(conn, &sql, values).await
}
