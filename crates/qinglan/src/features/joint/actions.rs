//! Actions on offers: make, answer, withdraw; name people, count guests, hand in lists.

use std::collections::BTreeSet;

use desk::{
    actor::Actor,
    app::App,
    error::Result,
    log::{self, Object},
};
use federation::{
    groups::must_lead,
    scope,
    units::{self, Unit},
};
use kernel::{PersonId, RecordId, Refusal, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::features::{
    activities::{
        self, Activity, State, joining,
        reach::{must_keep_part, must_lead_records, must_speak},
        roll::{self, Change, Confirming},
    },
    offers::{Offer, Said, store},
};

/// A larger head-count of guests is a typing error.
const MOST_GUESTS: i64 = 100_000;
/// The most characters of a remark with an answer.
const WORD: usize = 300;
/// The most characters of a contact.
const CONTACT: usize = 200;

/// The units to which a session is offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offering {
    /// These units.
    pub units: Vec<UnitId>,
    /// Outside organisations, by name; an unknown one is created.
    pub outside: Vec<String>,
    /// 全部下级: every unit one level below the host.
    pub below: bool,
}

/// The result of offering.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// How many units have newly been offered the session.
    pub asked: usize,
    /// Those that had been offered it before, or take part already.
    pub before: Vec<String>,
}

/// Offers a session that isn't held yet to units.
pub async fn offer(app: &App, actor: &Actor, id: RecordId, offering: Offering) -> Result<Offered> {
    must_lead_records(&app.db, actor, &[id]).await?;
    let tx = db::begin(&app.db).await?;
    let unknown = || Refusal::unknown("activity-unknown").with("id", id);
    let activity = activities::actions::held(&tx, &[id]).await?.pop().ok_or_else(unknown)?;
    must_lead_records(&tx, actor, &[id]).await?;
    open(&activity)?;
    let mut wanted: BTreeSet<UnitId> = offering.units.into_iter().collect();
    // An organisation that is created for the offer is rolled back with it if the offer is refused.
    for name in &offering.outside {
        wanted.insert(units::actions::find_or_create_outside(&tx, actor, name).await?);
    }
    if offering.below {
        wanted.extend(scope::places::children(&tx, activity.host).await?);
    }
    wanted.remove(&activity.host);
    if wanted.is_empty() {
        return Err(Refusal::new("joint-nobody").into());
    }
    let wanted: Vec<UnitId> = wanted.into_iter().collect();
    let known = units::by_ids(&tx, &wanted).await?;
    for unit in &wanted {
        let unit = known.get(unit).filter(|unit| !unit.void);
        let unit = unit.ok_or_else(|| Refusal::new("unit-unknown").with("name", "—"))?;
        if let Some(last) = unit.closed_on.filter(|last| *last < activity.day) {
            return Err(Refusal::new("unit-closed-by-then").with("name", &unit.name).with("last", last).into());
        }
    }
    let had = store::of_activity(&tx, id).await?;
    let mut offered = Offered::default();
    let (mut again, mut new) = (Vec::new(), Vec::new());
    for unit in wanted {
        let named = activity.partners.iter().any(|partner| partner.unit == unit && partner.named);
        match had.iter().find(|offer| offer.unit == unit) {
            Some(offer) if matches!(offer.said, Said::No | Said::Left) => again.push(offer.id),
            Some(_) => offered.before.push(known[&unit].name.clone()),
            None => new.push((unit, if named { Said::Yes } else { Said::Nothing })),
        }
    }
    offered.asked = again.len() + new.len();
    store::ask_again(&tx, actor, &again).await?;
    store::insert(&tx, actor, id, &new).await?;
    let args = [("title", activity.title.as_str()), ("count", &offered.asked.to_string())];
    log::write(&tx, actor, "joint-offered", Object::new("activity", id.0), Some(activity.host), &args).await?;
    tx.commit().await?;
    Ok(offered)
}

/// Refuses an activity that is held, closed or void.
fn open(activity: &Activity) -> Result<()> {
    match activity.state {
        State::Draft | State::Announced => Ok(()),
        State::Held => Err(Refusal::new("joint-held").with("title", &activity.title).into()),
        State::Closed | State::Void => {
            let state = activity.state.as_str();
            Err(Refusal::new("activity-locked").with("title", &activity.title).with("state", state).into())
        }
    }
}

/// An offer with its session and its unit, for those who maintain one of them; for others it is refused as unknown.
pub async fn load(conn: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Known> {
    let unknown = || Refusal::unknown("joint-unknown").with("id", id);
    let offer = store::by_id(conn, id).await?.ok_or_else(unknown)?;
    let activity = activities::store::by_ids(conn, &[offer.activity]).await?.pop().ok_or_else(unknown)?;
    let unit = units::by_ids(conn, &[offer.unit]).await?.remove(&offer.unit).ok_or_else(unknown)?;
    let calls = permitted(must_lead(conn, actor, activity.host, activity.host_group).await)?;
    // A draft is known to its host only.
    let speaks =
        permitted(must_speak(conn, actor, &activity, &unit).await)? && (calls || activity.state != State::Draft);
    if !calls && !speaks {
        return Err(unknown().into());
    }
    Ok(Known { offer, activity, unit, calls, speaks })
}

/// Converts a refusal for missing permission to `false`; other errors are returned.
fn permitted(result: Result<()>) -> Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(desk::error::AppError::Refused(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// An offer, and what its reader may do.
#[derive(Clone, Debug)]
pub struct Known {
    /// The offer.
    pub offer: Offer,
    /// The session.
    pub activity: Activity,
    /// The unit to which it was offered.
    pub unit: Unit,
    /// Whether the reader maintains the session.
    pub calls: bool,
    /// Whether the reader may answer for the unit.
    pub speaks: bool,
}

/// The same, for those who may answer for the unit; somebody who only maintains the session is refused as not permitted.
pub async fn spoken(conn: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Known> {
    let known = load(conn, actor, id).await?;
    if known.speaks { Ok(known) } else { Err(Refusal::forbidden().into()) }
}

/// The offer of a form within a transaction: the activity is locked first, then the offer. Whether the actor may answer for
/// the unit is checked again, since the session may have become a draft or got another host meanwhile.
async fn spoken_for(tx: &DatabaseTransaction, actor: &Actor, seen: &Known) -> Result<(Activity, Offer)> {
    let activity = joining::spoken_for(tx, actor, seen.activity.id, &seen.unit).await?;
    let unknown = || Refusal::unknown("joint-unknown").with("id", seen.offer.id);
    let offer = store::held(tx, seen.offer.id).await?.ok_or_else(unknown)?;
    spoken(tx, actor, seen.offer.id).await?;
    Ok((activity, offer))
}

/// Refuses a form that is older than the last change of the offer; the message shows the current answer, for a form that
/// was sent twice.
fn refuse_old(activity: &Activity, offer: &Offer, version: i64) -> Result<()> {
    if offer.version == version {
        return Ok(());
    }
    Err(db::changed_meanwhile(&activity.title).into())
}

/// Accepts, declines or leaves: the answer may be changed until the session is held.
pub async fn answer(app: &App, actor: &Actor, id: i64, version: i64, said: Said, word: Option<&str>) -> Result<()> {
    let known = spoken(&app.db, actor, id).await?;
    if word.is_some_and(|word| word.chars().count() > WORD) {
        return Err(Refusal::new("joint-word-long").with("most", WORD).into());
    }
    let tx = db::begin(&app.db).await?;
    let (activity, offer) = spoken_for(&tx, actor, &known).await?;
    let said = match (said, offer.said) {
        (Said::Nothing, _) => return Err(Refusal::new("joint-said-nothing").into()),
        // A unit that had accepted leaves, whichever button was pressed.
        (Said::No | Said::Left, Said::Yes | Said::Left) => Said::Left,
        (Said::No | Said::Left, _) => Said::No,
        (Said::Yes, _) => Said::Yes,
    };
    if (said, word) == (offer.said, offer.word.as_deref()) {
        return Ok(());
    }
    refuse_old(&activity, &offer, version)?;
    match (said, offer.said) {
        (Said::Yes, Said::Yes) => store::set_answer(&tx, actor, id, said, word).await?,
        (Said::Yes, _) => {
            open(&activity)?;
            store::set_answer(&tx, actor, id, said, word).await?;
            joining::join(app, &tx, actor, &activity, &known.unit).await?;
        }
        (_, Said::Yes) => {
            store::set_answer(&tx, actor, id, said, word).await?;
            joining::leave(app, &tx, actor, &activity, &known.unit, word).await?;
            store::set_people(&tx, &offer, &[]).await?;
        }
        _ => {
            open(&activity)?;
            store::set_answer(&tx, actor, id, said, word).await?;
        }
    }
    let what = match said {
        Said::Yes => "joint-accepted",
        Said::Left => "joint-left",
        _ => "joint-declined",
    };
    let args = [("title", activity.title.as_str()), ("unit", known.unit.name.as_str())];
    log::write(&tx, actor, what, Object::new("activity", activity.id.0), Some(known.unit.id), &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Withdraws an offer; a unit that had accepted is removed from the session, unless people of it were present.
pub async fn withdraw(app: &App, actor: &Actor, id: i64) -> Result<()> {
    let known = load(&app.db, actor, id).await?;
    if !known.calls {
        return Err(Refusal::forbidden().into());
    }
    let tx = db::begin(&app.db).await?;
    let activity = activities::actions::held(&tx, &[known.activity.id]).await?.pop();
    let activity = activity.ok_or_else(|| Refusal::unknown("joint-unknown").with("id", id))?;
    must_lead(&tx, actor, activity.host, activity.host_group).await?;
    open(&activity)?;
    let offer = store::held(&tx, id).await?.ok_or_else(|| Refusal::unknown("joint-unknown").with("id", id))?;
    if offer.said == Said::Yes {
        joining::take_off(app, &tx, actor, &activity, &known.unit).await?;
    }
    store::remove(&tx, &offer).await?;
    let args = [("title", activity.title.as_str()), ("unit", known.unit.name.as_str())];
    log::write(&tx, actor, "joint-withdrawn", Object::new("activity", activity.id.0), Some(activity.host), &args)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Sets the head-count of people who are in no group, and the contact.
pub async fn set_guests(
    app: &App,
    actor: &Actor,
    id: i64,
    version: i64,
    guests: Option<i64>,
    contact: Option<&str>,
) -> Result<()> {
    let known = spoken(&app.db, actor, id).await?;
    if let Some(stated) = guests.filter(|stated| !(0..=MOST_GUESTS).contains(stated)) {
        return Err(Refusal::new("joint-guests-odd").with("stated", stated).with("most", MOST_GUESTS).into());
    }
    if contact.is_some_and(|contact| contact.chars().count() > CONTACT) {
        return Err(Refusal::new("joint-contact-long").with("most", CONTACT).into());
    }
    let tx = db::begin(&app.db).await?;
    let (activity, offer) = spoken_for(&tx, actor, &known).await?;
    if (guests, contact) == (offer.guests, offer.contact.as_deref()) {
        return Ok(());
    }
    refuse_old(&activity, &offer, version)?;
    if offer.said != Said::Yes && guests.is_some_and(|count| count > 0) {
        return Err(Refusal::new("joint-guests-first").with("unit", &known.unit.name).into());
    }
    let before = store::guests(&tx, activity.id).await?;
    store::set_guests(&tx, id, guests, contact).await?;
    let now = store::guests(&tx, activity.id).await?;
    joining::guests_changed(app, &tx, actor, &activity, (before, now)).await?;
    let args = [("title", activity.title.as_str()), ("unit", known.unit.name.as_str())];
    log::write(&tx, actor, "joint-guests", Object::new("activity", activity.id.0), Some(known.unit.id), &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Those of a unit who are due unless it names some: the members of its group on that day.
pub async fn members(conn: &impl ConnectionTrait, activity: &Activity, unit: UnitId) -> Result<Vec<PersonId>> {
    let due = roll::members(conn, activity).await?;
    Ok(due.into_iter().filter(|(_, of)| *of == unit).map(|(person, _)| person).collect())
}

/// Names those who come; naming everyone who could come is the same as naming nobody.
pub async fn name(app: &App, actor: &Actor, id: i64, version: i64, people: &[PersonId]) -> Result<usize> {
    let known = spoken(&app.db, actor, id).await?;
    let tx = db::begin(&app.db).await?;
    let (activity, offer) = spoken_for(&tx, actor, &known).await?;
    must_keep_part(&tx, actor, &activity, known.unit.id).await?;
    open(&activity)?;
    let members: BTreeSet<PersonId> = members(&tx, &activity, known.unit.id).await?.into_iter().collect();
    let people: BTreeSet<PersonId> = people.iter().copied().collect();
    if people.is_empty() {
        return Err(Refusal::new("joint-names-nobody").into());
    }
    if !people.is_subset(&members) {
        return Err(Refusal::new("joint-names-strange").into());
    }
    let named: Vec<PersonId> =
        if people.len() == members.len() { Vec::new() } else { people.iter().copied().collect() };
    let had = store::named_people(&tx, activity.id).await?.remove(&known.unit.id).unwrap_or_default();
    if had.iter().copied().eq(named.iter().copied()) {
        return Ok(people.len());
    }
    refuse_old(&activity, &offer, version)?;
    store::set_people(&tx, &offer, &named).await?;
    store::set_guests(&tx, id, offer.guests, offer.contact.as_deref()).await?;
    let args = [("title", activity.title.as_str()), ("unit", known.unit.name.as_str())];
    log::write(&tx, actor, "joint-named", Object::new("activity", activity.id.0), Some(known.unit.id), &args).await?;
    tx.commit().await?;
    Ok(people.len())
}

/// Stores changes to a unit's own roll; nothing is booked.
pub async fn save(app: &App, actor: &Actor, id: i64, changes: &[Change]) -> Result<Vec<PersonId>> {
    let known = spoken(&app.db, actor, id).await?;
    joining::save_own(app, actor, known.activity.id, known.unit.id, changes).await
}

/// 交名单: hands in the list of a unit's own people. Returns how many of them were present.
pub async fn hand_in(app: &App, actor: &Actor, id: i64, handed: &Confirming) -> Result<usize> {
    let known = spoken(&app.db, actor, id).await?;
    let tx = db::begin(&app.db).await?;
    let present = joining::hand_in(app, &tx, actor, (known.activity.id, known.unit.id), handed).await?;
    spoken(&tx, actor, id).await?;
    store::set_handed_in(&tx, id, &actor.at.0).await?;
    let args = [("title", known.activity.title.as_str()), ("unit", known.unit.name.as_str())];
    let object = Object::new("activity", known.activity.id.0);
    log::write(&tx, actor, "joint-handed-in", object, Some(known.unit.id), &args).await?;
    tx.commit().await?;
    Ok(present)
}
