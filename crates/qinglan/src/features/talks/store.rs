//! All queries on talks.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use kernel::{PersonId, RecordId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr};

use super::{OPENER, TYPE, rules::Held};

/// The last posting of before talks were asked for.
pub(super) async fn begin(conn: &impl ConnectionTrait) -> Result<i64, DbErr> {
    Ok(db::scalar(conn, "select max(posting_id) from talk_begin", vec![]).await?.unwrap_or(0))
}

/// The talks in which people took part.
pub(super) async fn held(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Vec<Held>>, DbErr> {
    let sql = "select t.person_id, a.id, a.occurred_on from attendance t join activity a on a.id = t.activity_id \
         where a.type_code = $1 and a.state in ('held', 'closed') and t.status in ('on_time', 'late') \
         and t.person_id in ($keys)";
    let rows: Vec<(PersonId, RecordId, NaiveDate)> =
        db::by_keys(sql, people).with(vec![TYPE.into()]).rows(conn).await?;
    let mut held: HashMap<PersonId, Vec<Held>> = HashMap::new();
    for (person, session, day) in rows {
        held.entry(person).or_default().push(Held { session, day });
    }
    Ok(held)
}

/// The people whose duties sessions have answered.
pub(super) async fn answered_by(
    conn: &impl ConnectionTrait,
    sessions: &[RecordId],
) -> Result<BTreeSet<PersonId>, DbErr> {
    let sql =
        "select distinct person_id from duty where opener = $1 and person_id is not null and record_id in ($keys)";
    let people: Vec<PersonId> = db::by_keys(sql, sessions).with(vec![OPENER.into()]).rows(conn).await?;
    Ok(people.into_iter().collect())
}

/// The people with postings since a day that ask for a talk and have opened none, and those with open duties whose posting is void or has ended.
pub(super) async fn unsettled(conn: &impl ConnectionTrait, since: NaiveDate) -> Result<Vec<PersonId>, DbErr> {
    let sql = "select o.person_id from posting o join person e on e.id = o.person_id where o.void = false \
         and e.void = false and o.to_day is null and o.appointment in ('promoted', 'reassigned') and o.from_day >= $1 \
         and o.id > (select max(b.posting_id) from talk_begin b) \
         and not exists (select 1 from duty d where d.opener = $2 and d.source = o.id) \
         union select d.person_id from duty d join posting o on o.id = d.source where d.opener = $2 \
         and d.state = 'open' and (o.void = true or o.to_day is not null) order by 1";
    db::rows(conn, sql, vec![since.into(), OPENER.into()]).await
}
