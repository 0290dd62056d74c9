//! What a unit does in a session hosted by another one: join, leave, and hand in the list of its own people.
//!
//! A partner's secretary can change neither the activity nor the rows of another unit. Whether the session was offered to
//! the unit at all is checked by the caller.

use std::collections::{BTreeMap, BTreeSet};

use desk::{actor::Actor, app::App, error::Result};
use federation::{groups::must_lead, people, units::Unit};
use kernel::{PersonId, RecordId, Refusal, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    actions::{self, Handed},
    marks,
    model::{Activity, State, Status},
    naming,
    reach::{must_keep_part, must_speak},
    roll::{self, Change, Confirming, Given, Listed, Mark, OfUnit, Tally},
    store,
};
use crate::features::offers;

/// An activity whose row is locked, with its people locked before it.
async fn held(tx: &DatabaseTransaction, id: RecordId, more: &[PersonId]) -> Result<Activity> {
    let unknown = || Refusal::unknown("activity-unknown").with("id", id);
    let before = store::by_ids(tx, &[id]).await?.pop().ok_or_else(unknown)?;
    let mut people: BTreeSet<PersonId> = before.attendance.iter().map(|attended| attended.person).collect();
    people.extend(more);
    people::store::lock(tx, &people.into_iter().collect::<Vec<_>>()).await?;
    Ok(actions::held(tx, &[id]).await?.pop().ok_or_else(unknown)?)
}

/// Refuses an activity that is closed or void; called after the permission check, since it reveals the title.
fn refuse_locked(activity: &Activity) -> Result<()> {
    if matches!(activity.state, State::Closed | State::Void) {
        let state = activity.state.as_str();
        return Err(Refusal::new("activity-locked").with("title", &activity.title).with("state", state).into());
    }
    Ok(())
}

/// A locked activity that the actor may answer for a unit: whoever maintains the unit, or, for an outside organisation, the
/// session.
pub(crate) async fn spoken_for(tx: &DatabaseTransaction, actor: &Actor, id: RecordId, unit: &Unit) -> Result<Activity> {
    let activity = held(tx, id, &[]).await?;
    must_speak(tx, actor, &activity, unit).await?;
    refuse_locked(&activity)?;
    Ok(activity)
}

/// Adds a unit as taking part in an activity locked by [`spoken_for`].
pub(crate) async fn join(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    activity: &Activity,
    unit: &Unit,
) -> Result<()> {
    must_speak(tx, actor, activity, unit).await?;
    let mut draft = actions::again(activity);
    if draft.partners.contains(&unit.id) {
        return Ok(());
    }
    draft.partners.push(unit.id);
    actions::save(app, tx, actor, std::slice::from_ref(activity), vec![draft], None).await?;
    Ok(())
}

/// Removes a unit from an activity. Refused, with names, if people of it were present; other marks and rows of its people
/// are deleted.
pub(crate) async fn leave(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    activity: &Activity,
    unit: &Unit,
    word: Option<&str>,
) -> Result<()> {
    must_speak(tx, actor, activity, unit).await?;
    off(app, tx, actor, activity, unit, word).await
}

/// The same by the host, which withdraws its offer.
pub(crate) async fn take_off(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    activity: &Activity,
    unit: &Unit,
) -> Result<()> {
    must_lead(tx, actor, activity.host, activity.host_group).await?;
    off(app, tx, actor, activity, unit, None).await
}

async fn off(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    activity: &Activity,
    unit: &Unit,
    word: Option<&str>,
) -> Result<()> {
    let list = own(tx, activity, unit.id).await?;
    let is_present = |one: &Listed| matches!(one.mark, Some(Mark::As(stands)) if stands.status.present());
    let present: Vec<PersonId> = list.iter().filter(|(_, one)| is_present(one)).map(|(person, _)| *person).collect();
    if !present.is_empty() {
        let named = people::store::by_ids(tx, &present).await?;
        let names: Vec<&str> = named.values().map(|person| person.name.as_str()).collect();
        let code = if activity.state == State::Held { "joint-leave-held" } else { "joint-leave-marked" };
        let refusal = Refusal::new(code).with("title", &activity.title).with("unit", &unit.name);
        return Err(refusal.with("count", names.len()).with("names", names.join("、")).into());
    }
    let mut draft = actions::again(activity);
    draft.partners.retain(|partner| *partner != unit.id);
    draft.attendance.retain(|handed| !list.contains_key(&handed.person));
    marks::clear_of(tx, activity.id, &list.into_keys().collect::<Vec<_>>()).await?;
    actions::save(app, tx, actor, std::slice::from_ref(activity), vec![draft], word.map(str::to_owned)).await?;
    Ok(())
}

/// The list of a unit's own people.
async fn own(conn: &impl ConnectionTrait, activity: &Activity, unit: UnitId) -> Result<BTreeMap<PersonId, Listed>> {
    let mut list = roll::listed(conn, activity, Some(unit)).await?;
    list.retain(|_, one| one.unit == unit);
    Ok(list)
}

/// The roll for a partner's secretary: the own people, and for each other unit only the counts.
#[derive(Debug)]
pub(crate) struct OwnRoll {
    /// The own people; `None` if there are none.
    pub(crate) own: Option<OfUnit>,
    /// The others, by unit.
    pub(crate) others: Vec<(String, Tally)>,
}

/// The roll for a partner's secretary.
pub(crate) async fn own_roll(app: &App, actor: &Actor, activity: &Activity, unit: UnitId) -> Result<OwnRoll> {
    must_keep_part(&app.db, actor, activity, unit).await?;
    let list = roll::listed(&app.db, activity, Some(unit)).await?;
    let (mut own, mut others) = (None, Vec::new());
    for of_unit in roll::by_unit(app, actor, activity, list, &roll::Parts::new()).await? {
        if of_unit.unit == unit.0 {
            own = Some(of_unit);
        } else {
            let tally = roll::tally(of_unit.rows.iter().map(|row| (row.status, row.missed)));
            others.push((of_unit.name, tally));
        }
    }
    Ok(OwnRoll { own, others })
}

/// People of a unit with a name who may be put on its list.
pub(crate) async fn find_own_by_name(
    conn: &impl ConnectionTrait,
    activity: &Activity,
    unit: UnitId,
    name: &str,
) -> Result<Vec<PersonId>> {
    let bearing = people::store::list_by_names_at(conn, &[name.to_owned()], activity.day).await?;
    let ids: Vec<PersonId> = bearing.into_iter().map(|(person, _)| person.id).collect();
    Ok(naming::of_unit(conn, activity, unit, &ids).await?.into_iter().collect())
}

/// Stores changes to a unit's own people; nothing is booked. Returns the people whose mark somebody else had set differently.
pub(crate) async fn save_own(
    app: &App,
    actor: &Actor,
    id: RecordId,
    unit: UnitId,
    changes: &[Change],
) -> Result<Vec<PersonId>> {
    let tx = db::begin(&app.db).await?;
    let activity = held(&tx, id, &[]).await?;
    must_keep_part(&tx, actor, &activity, unit).await?;
    refuse_locked(&activity)?;
    let over = roll::note(app, &tx, actor, &activity, changes, Some(unit)).await?;
    tx.commit().await?;
    Ok(over)
}

/// Hands in the list of a unit's own people within a transaction that goes on. Before the session is confirmed the marks
/// are stored; in a confirmed one exactly these rows are replaced, and booked with the reason. Returns how many people of
/// the unit were present.
pub(crate) async fn hand_in(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    (id, unit): (RecordId, UnitId),
    handed: &Confirming,
) -> Result<usize> {
    let before = store::by_ids(tx, &[id]).await?.pop();
    let mut people: Vec<PersonId> = handed.changes.iter().map(|change| change.person).collect();
    if let Some(before) = &before {
        people.extend(own(tx, before, unit).await?.into_keys());
    }
    let activity = held(tx, id, &people).await?;
    must_keep_part(tx, actor, &activity, unit).await?;
    refuse_locked(&activity)?;
    if activity.day > app.today() {
        return Err(Refusal::new("joint-hand-in-ahead").with("day", activity.day).into());
    }
    let confirmed = activity.state == State::Held;
    if confirmed && activity.version != handed.version {
        return Err(db::changed_meanwhile(&activity.title).into());
    }
    roll::note(app, tx, actor, &activity, &handed.changes, Some(unit)).await?;
    let absent = |person: &PersonId| handed.rest_absent.as_ref().is_some_and(|shown| shown.contains(person));
    let list = own(tx, &activity, unit).await?;
    let asked = list.values().filter(|one| one.mark == Some(Mark::Asked)).count();
    if asked > 0 {
        return Err(Refusal::new("roll-asked").with("asked", asked).into());
    }
    let without: Vec<PersonId> = list.iter().filter(|(_, one)| one.mark.is_none()).map(|(person, _)| *person).collect();
    let open = without.iter().filter(|person| !absent(person)).count();
    if open > 0 {
        return Err(Refusal::new("roll-open").with("open", open).into());
    }
    let rest: Vec<Change> =
        without.into_iter().map(|person| Change::plain(person, Given::As(Status::Absent))).collect();
    roll::note(app, tx, actor, &activity, &rest, Some(unit)).await?;
    let list = own(tx, &activity, unit).await?;
    let rows: Vec<Handed> = list
        .iter()
        .filter_map(|(person, one)| match one.mark {
            Some(Mark::As(stands)) => Some(Handed { person: *person, stands }),
            _ => None,
        })
        .collect();
    let present = rows.iter().filter(|handed| handed.stands.status.present()).count();
    if confirmed {
        book_own(app, tx, actor, &activity, unit, rows, handed.reason.clone()).await?;
        marks::clear_of(tx, id, &list.into_keys().collect::<Vec<_>>()).await?;
    }
    Ok(present)
}

/// Replaces a unit's rows in a confirmed session; all other rows stay as they are.
async fn book_own(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    activity: &Activity,
    unit: UnitId,
    rows: Vec<Handed>,
    reason: Option<String>,
) -> Result<()> {
    let of_unit: BTreeSet<PersonId> =
        activity.attendance.iter().filter(|attended| attended.unit == unit).map(|attended| attended.person).collect();
    let mut draft = actions::again(activity);
    let others: Vec<Handed> =
        draft.attendance.iter().filter(|handed| !of_unit.contains(&handed.person)).copied().collect();
    let before = present(&draft.attendance);
    draft.attendance = others.into_iter().chain(rows).collect();
    let now = present(&draft.attendance);
    let guests = offers::store::guests(tx, activity.id).await?;
    // A head-count that equals those present and the guests is updated; any other was entered by the host and stays.
    match draft.activity.audience {
        Some(stated) if stated == before + guests => draft.activity.audience = Some(now + guests),
        Some(stated) if stated < now => {
            return Err(Refusal::new("joint-audience-below").with("stated", stated).with("listed", now).into());
        }
        _ => {}
    }
    actions::save(app, tx, actor, std::slice::from_ref(activity), vec![draft], reason).await?;
    Ok(())
}

fn present(list: &[Handed]) -> i64 {
    list.iter().filter(|handed| handed.stands.status.present()).count() as i64
}

/// Updates the head-count of a confirmed session after a change of its guests, if it equals those present and the guests.
pub(crate) async fn guests_changed(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    activity: &Activity,
    (before, now): (i64, i64),
) -> Result<()> {
    let mut draft = actions::again(activity);
    let present_count = present(&draft.attendance);
    if activity.state == State::Held && before != now && activity.audience == Some(present_count + before) {
        draft.activity.audience = Some(present_count + now);
        actions::save(app, tx, actor, std::slice::from_ref(activity), vec![draft], None).await?;
    }
    Ok(())
}
