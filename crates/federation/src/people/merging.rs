//! Two rows of one person: which ones are likely, and the effects of a merge in numbers.

use desk::{
    actor::Scope,
    app::App,
    error::{AppError, Result},
};
use kernel::{PersonId, Refusal};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;

use super::{actions, hanging, store};

/// The effects of a merge.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Preview {
    /// Postings that are moved to the survivor.
    pub(super) postings: usize,
    /// Memberships that are moved to the survivor.
    pub(super) memberships: usize,
    /// Memberships that are within another one of the same group and are dropped.
    pub(super) collapsing: usize,
    /// Secondments and leaves of absence that are moved to the survivor.
    pub(super) states: i64,
    /// The effects on records of other features.
    #[serde(flatten)]
    pub(super) hanging: serde_json::Map<String, serde_json::Value>,
    /// Why they can't be merged.
    #[serde(skip)]
    pub(super) refused: Option<Refusal>,
}

/// Computes the effects of merging these two.
pub(super) async fn preview(app: &App, loser: PersonId, survivor: PersonId) -> Result<Preview> {
    if loser == survivor {
        return Err(Refusal::new("merge-with-self").into());
    }
    let conn = &app.db;
    let memberships = store::memberships_of(conn, &[loser, survivor]).await?;
    let live: Vec<_> = memberships.iter().filter(|membership| !membership.void).collect();
    let stays = live.iter().map(|membership| (membership.group.0, membership.days, membership.id.0)).collect();
    let postings = store::postings_of(conn, &[loser]).await?.len();
    let sql = "select count(*) from person_state where person_id = $1 and void = false";
    let states = db::scalar(conn, sql, vec![loser.0.into()]).await?.unwrap_or(0);
    let (hanging, refused) = match hanging::merge_preview(app, loser, survivor).await {
        Ok(hanging) => (hanging, None),
        Err(AppError::Refused(refusal)) => (serde_json::Map::new(), Some(refusal)),
        Err(other) => return Err(other),
    };
    Ok(Preview {
        postings,
        memberships: live.iter().filter(|membership| membership.person == loser).count(),
        collapsing: actions::doubled(stays).len(),
        states,
        hanging,
        refused,
    })
}

/// Two people of one name who may be the same person.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub(super) struct Double {
    /// Their name.
    pub(super) name: String,
    /// Key of the first.
    pub(super) one: i64,
    /// The first one's month of birth.
    pub(super) one_birth: Option<i64>,
    /// The first one's phone.
    pub(super) one_phone: Option<String>,
    /// The unit where the first is or was last posted.
    pub(super) one_unit: Option<String>,
    /// Key of the other.
    pub(super) other: i64,
    /// The other's month of birth.
    pub(super) other_birth: Option<i64>,
    /// The other's phone.
    pub(super) other_phone: Option<String>,
    /// The unit where the other is or was last posted.
    pub(super) other_unit: Option<String>,
}

/// Pairs with the same name within a scope whose months of birth don't contradict, in the order of names, from a position on.
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
        "with seen as (select p.id, p.name, p.staff_no, p.birth_month, p.phone from person p where p.void = false \
         and p.merged_into is null and exists (select 1 from posting o left join unit_place q on q.unit_id = o.unit_id \
         where o.person_id = p.id and o.void = false and {within})) \
         select a.name, a.id as one, a.birth_month as one_birth, a.phone as one_phone, {} as one_unit, \
         b.id as other, b.birth_month as other_birth, b.phone as other_phone, {} as other_unit \
         from seen a join seen b on b.name = a.name and b.id > a.id \
         where (a.staff_no is null or b.staff_no is null) and (a.birth_month is null or b.birth_month is null or a.birth_month = b.birth_month) {behind} \
         order by a.name, a.id, b.id limit {most}",
        last_unit("a"),
        last_unit("b")
    );
    db::all(conn, &sql, values).await
}
