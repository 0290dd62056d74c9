//! All queries on offers and on the people whom units chose.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use desk::actor::Actor;
use kernel::{PersonId, RecordId, UnitId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, Value};

use super::{Offer, Said};

/// A select of offers `o`, with `rest` appended.
fn offers(rest: &str) -> String {
    format!("select {} from joint_offer o {rest}", Offer::columns("o"))
}

/// An offer.
pub async fn by_id(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Offer>, DbErr> {
    db::row(conn, &offers("where o.id = $1"), vec![id.into()]).await
}

/// An offer whose row is locked until the transaction ends.
pub(crate) async fn held(tx: &impl ConnectionTrait, id: i64) -> Result<Option<Offer>, DbErr> {
    Ok(db::by_keys(&offers("where o.id in ($keys)"), &[id]).hold(tx).await?.pop())
}

/// The offers of a session, in the order in which they were made.
pub async fn of_activity(conn: &impl ConnectionTrait, id: RecordId) -> Result<Vec<Offer>, DbErr> {
    db::rows(conn, &offers("where o.activity_id = $1 order by o.id"), vec![id.0.into()]).await
}

/// Stores offers.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    id: RecordId,
    units: &[(UnitId, Said)],
) -> Result<(), DbErr> {
    let first = db::take_range(tx, "joint_offer", units.len()).await?;
    let columns =
        ["id", "activity_id", "unit_id", "state", "asked_by", "asked_at", "answered_by", "answered_at", "version"];
    let at = actor.at.0.as_str();
    let rows = (first..).zip(units).map(|(key, (unit, said))| {
        let answered = *said != Said::Nothing;
        vec![
            key.into(),
            id.0.into(),
            unit.0.into(),
            said.as_str().into(),
            actor.account.0.into(),
            at.into(),
            answered.then_some(actor.account.0).into(),
            answered.then_some(at).into(),
            1i64.into(),
        ]
    });
    db::insert_many(tx, "joint_offer", &columns, rows).await
}

/// Offers the session again to units that had declined or left.
pub(crate) async fn ask_again(tx: &impl ConnectionTrait, actor: &Actor, offers: &[i64]) -> Result<(), DbErr> {
    let sql = "update joint_offer set state = 'offered', asked_by = $1, asked_at = $2, answered_by = null, \
         answered_at = null, version = version + 1 where id in ($keys)";
    let values = vec![actor.account.0.into(), actor.at.0.as_str().into()];
    db::by_keys(sql, offers).with(values).execute(tx).await?;
    Ok(())
}

/// Stores the answer to an offer.
pub(crate) async fn set_answer(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    id: i64,
    said: Said,
    word: Option<&str>,
) -> Result<(), DbErr> {
    let sql = "update joint_offer set state = $1, said = $2, answered_by = $3, answered_at = $4, \
         handed_in_at = case when state = $1 then handed_in_at end, version = version + 1 where id = $5";
    let at = actor.at.0.as_str();
    db::execute(tx, sql, vec![said.as_str().into(), word.into(), actor.account.0.into(), at.into(), id.into()]).await?;
    Ok(())
}

/// Stores head-count and contact.
pub(crate) async fn set_guests(
    tx: &impl ConnectionTrait,
    id: i64,
    guests: Option<i64>,
    contact: Option<&str>,
) -> Result<(), DbErr> {
    let sql = "update joint_offer set guests = $1, contact = $2, version = version + 1 where id = $3";
    db::execute(tx, sql, vec![guests.into(), contact.into(), id.into()]).await?;
    Ok(())
}

/// Records that a unit's list was handed in.
pub(crate) async fn set_handed_in(tx: &impl ConnectionTrait, id: i64, at: &str) -> Result<(), DbErr> {
    let sql = "update joint_offer set handed_in_at = $1, version = version + 1 where id = $2";
    db::execute(tx, sql, vec![at.into(), id.into()]).await?;
    Ok(())
}

/// Deletes an offer.
pub(crate) async fn remove(tx: &impl ConnectionTrait, offer: &Offer) -> Result<(), DbErr> {
    set_people(tx, offer, &[]).await?;
    db::execute(tx, "delete from joint_offer where id = $1", vec![offer.id.into()]).await?;
    Ok(())
}

/// Sets the people whom a unit names; none means everyone.
pub(crate) async fn set_people(tx: &impl ConnectionTrait, offer: &Offer, people: &[PersonId]) -> Result<(), DbErr> {
    let key = || -> [Value; 2] { [offer.activity.0.into(), offer.unit.0.into()] };
    db::execute(tx, "delete from joint_person where activity_id = $1 and unit_id = $2", key().to_vec()).await?;
    let rows = people.iter().map(|person| {
        let [activity, unit] = key();
        vec![activity, unit, person.0.into()]
    });
    db::insert_many(tx, "joint_person", &["activity_id", "unit_id", "person_id"], rows).await
}

/// The people whom units named for a session; a unit that isn't included sends everyone.
pub(crate) async fn named_people(
    conn: &impl ConnectionTrait,
    id: RecordId,
) -> Result<HashMap<UnitId, BTreeSet<PersonId>>, DbErr> {
    let sql = "select unit_id, person_id from joint_person where activity_id = $1";
    let mut named: HashMap<UnitId, BTreeSet<PersonId>> = HashMap::new();
    for (unit, person) in db::rows(conn, sql, vec![id.0.into()]).await? {
        named.entry(unit).or_default().insert(person);
    }
    Ok(named)
}

/// The condition that the person with the place `person` is among those whom unit `w` of activity `a` sends.
pub(crate) fn comes(w: &str, person: usize) -> String {
    let of_unit = format!("select 1 from joint_person j where j.activity_id = a.id and j.unit_id = {w}.unit_id");
    format!("(not exists ({of_unit}) or exists ({of_unit} and j.person_id = ${person}))")
}

/// The units that accepted and have not handed in their lists.
pub(crate) async fn missing(conn: &impl ConnectionTrait, id: RecordId) -> Result<BTreeSet<UnitId>, DbErr> {
    let offers = of_activity(conn, id).await?.into_iter();
    Ok(offers.filter(|offer| offer.said == Said::Yes && offer.handed_in_at.is_none()).map(|offer| offer.unit).collect())
}

/// The number of guests of the units that accepted.
pub(crate) async fn guests(conn: &impl ConnectionTrait, id: RecordId) -> Result<i64, DbErr> {
    let sql = "select cast(coalesce(sum(guests), 0) as bigint) from joint_offer where activity_id = $1 and state = 'accepted'";
    Ok(db::scalar(conn, sql, vec![id.0.into()]).await?.unwrap_or(0))
}

/// Replaces a merged person by the survivor where the person was named.
pub(crate) async fn repoint(tx: &impl ConnectionTrait, loser: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    let values = || -> Vec<Value> { vec![survivor.0.into(), loser.0.into()] };
    let doubled = "delete from joint_person where person_id = $2 and exists (select 1 from joint_person o \
         where o.activity_id = joint_person.activity_id and o.unit_id = joint_person.unit_id and o.person_id = $1)";
    db::execute(tx, doubled, values()).await?;
    db::execute(tx, "update joint_person set person_id = $1 where person_id = $2", values()).await?;
    Ok(())
}

/// Updates offers after changes of the activities themselves: a unit that the host removed has left, one that the host
/// named has accepted.
pub(crate) async fn settle(tx: &impl ConnectionTrait, actor: &Actor, activities: &[RecordId]) -> Result<(), DbErr> {
    let part = "select 1 from activity_unit w where w.activity_id = joint_offer.activity_id and w.unit_id = joint_offer.unit_id";
    for (to, when) in [
        ("left", format!("state = 'accepted' and not exists ({part})")),
        ("accepted", format!("state <> 'accepted' and exists ({part} and w.named = true)")),
    ] {
        let sql = format!(
            "update joint_offer set state = '{to}', answered_by = $1, answered_at = $2, handed_in_at = null, \
             version = version + 1 where {when} and activity_id in ($keys)"
        );
        let values = vec![actor.account.0.into(), actor.at.0.as_str().into()];
        db::by_keys(&sql, activities).with(values).execute(tx).await?;
    }
    Ok(())
}

/// Who answered offers: the account's display name, by offer.
pub(crate) async fn answered(conn: &impl ConnectionTrait, id: RecordId) -> Result<BTreeMap<i64, String>, DbErr> {
    let sql = "select o.id, case when a.display = '' then a.name else a.display end from joint_offer o \
         join account a on a.id = o.answered_by where o.activity_id = $1";
    Ok(db::rows(conn, sql, vec![id.0.into()]).await?.into_iter().collect())
}

/// The sessions for which a person was named, for the person's own export.
pub(crate) async fn held_on(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<serde_json::Value>, DbErr> {
    let sql = "select a.id, a.title, u.name from joint_person j join activity a on a.id = j.activity_id \
         join unit u on u.id = j.unit_id where j.person_id = $1 order by a.id";
    let rows: Vec<(i64, String, String)> = db::rows(conn, sql, vec![person.0.into()]).await?;
    let each = rows
        .into_iter()
        .map(|(id, title, unit)| serde_json::json!({ "activity": id, "title": title, "unit_name": unit }));
    Ok(each.collect())
}
