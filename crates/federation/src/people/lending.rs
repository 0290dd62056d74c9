//! 借调 offered to a unit that the one who offers doesn't keep: it counts once the receiving unit has accepted it.

use std::collections::HashMap;

use desk::{
    actor::{Action, Actor},
    app::App,
    error::{AppError, Result},
    log::{self, Object},
};
use kernel::{DayRange, PersonId, Refusal, UnitId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::{actions, store};
use crate::{
    scope::{must, must_openly},
    units,
};

ledger::codes! {
    /// How an offer ended.
    pub enum Said {
        /// The receiving unit accepted it.
        Accepted = "accepted",
        /// The receiving unit declined it.
        Declined = "declined",
        /// The lending unit took it back.
        Withdrawn = "withdrawn",
    }
}

ledger::record! {
    /// A person offered to another unit for some days.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Offer in "secondment_offer" {
        /// Key.
        pub id: i64,
        /// Who is offered.
        pub person: PersonId as "person_id",
        /// The unit that lends.
        pub home: UnitId as "home_unit_id",
        /// The unit that is asked.
        pub unit: UnitId as "unit_id",
        /// From when to when.
        pub days: DayRange as "from_day" and "to_day",
        /// How it ended; none while it waits.
        pub said: Option<Said>,
    }
}

/// What became of lending somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lent {
    /// It counts.
    Entered,
    /// The receiving unit has to accept it.
    Offered,
}

/// Whether the actor keeps the unit that somebody is lent to, so that nobody else has to accept it.
pub(super) async fn is_agreed(conn: &impl ConnectionTrait, actor: &Actor, unit: UnitId) -> Result<bool> {
    allowed(must_openly(conn, actor, Action::Write, unit).await)
}

/// Whether something is permitted; a failure is handed on.
fn allowed(asked: Result<()>) -> Result<bool> {
    match asked {
        Ok(()) => Ok(true),
        Err(AppError::Refused(_)) => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// Enters an offer in a transaction that holds the person.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    actor: &Actor,
    person: PersonId,
    (home, unit): (UnitId, UnitId),
    days: DayRange,
) -> Result<()> {
    let waiting = of_person(tx, person).await?;
    if waiting.iter().any(|offer| offer.unit == unit) {
        return Err(Refusal::new("lending-waits-already").into());
    }
    let id = db::take_range(tx, "secondment_offer", 1).await?;
    let by = [("offered_by", actor.account.0.into()), ("offered_at", actor.at.0.as_str().into())];
    db::insert_with(tx, &[Offer { id, person, home, unit, days, said: None }], &by).await?;
    log::write(tx, actor, "lending-offered", Object::new("person", person.0), Some(unit), &[]).await
}

/// The offers of a person that wait.
pub(super) async fn of_person(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<Offer>, DbErr> {
    let sql = format!(
        "select {} from secondment_offer o where o.person_id = $1 and o.said is null order by o.id",
        Offer::columns("o")
    );
    db::rows(conn, &sql, vec![person.0.into()]).await
}

/// The offers that wait for an actor's answer, the oldest first.
pub(super) async fn waiting(conn: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Offer>, DbErr> {
    let mut values = Vec::new();
    let within = actor.scope(Action::Write).within("p.place", &mut values);
    let sql = format!(
        "select {} from secondment_offer o join unit_place p on p.unit_id = o.unit_id \
         where o.said is null and {within} order by o.id",
        Offer::columns("o")
    );
    db::rows(conn, &sql, values).await
}

/// How many offers wait for an actor's answer.
pub(super) async fn count_waiting(conn: &impl ConnectionTrait, actor: &Actor) -> Result<i64, DbErr> {
    let mut values = Vec::new();
    let within = actor.scope(Action::Write).within("p.place", &mut values);
    let sql = format!(
        "select count(*) from secondment_offer o join unit_place p on p.unit_id = o.unit_id \
         where o.said is null and {within}"
    );
    Ok(db::scalar(conn, &sql, values).await?.unwrap_or(0))
}

/// Answers an offer: the receiving unit accepts or declines it, the lending one takes it back. One that the actor has nothing to do with
/// is not known.
pub async fn answer(app: &App, actor: &Actor, id: i64, said: Said) -> Result<Offer> {
    let offer = load(&app.db, app, actor, id, said).await?;
    let tx = db::begin(&app.db).await?;
    actions::lock_existing(app, &tx, &[offer.person]).await?;
    let offer = load(&tx, app, actor, id, said).await?;
    if offer.said.is_some() {
        return Err(Refusal::conflict("lending-answered-already").into());
    }
    let sql = "update secondment_offer set said = $1, answered_by = $2, answered_at = $3 where id = $4";
    let values = vec![said.as_str().into(), actor.account.0.into(), actor.at.0.as_str().into(), id.into()];
    db::execute(&tx, sql, values).await?;
    let what = match said {
        Said::Accepted => "lending-accepted",
        Said::Declined => "lending-declined",
        Said::Withdrawn => "lending-withdrawn",
    };
    log::write(&tx, actor, what, Object::new("person", offer.person.0), Some(offer.unit), &[]).await?;
    if said == Said::Accepted {
        actions::enter_secondment(app, tx, actor, &offer).await?;
    } else {
        tx.commit().await?;
    }
    Ok(offer)
}

async fn load(conn: &impl ConnectionTrait, app: &App, actor: &Actor, id: i64, said: Said) -> Result<Offer> {
    let unknown = || Refusal::unknown("lending-unknown").with("id", id);
    let sql = format!("select {} from secondment_offer o where o.id = $1", Offer::columns("o"));
    let offer: Offer = db::row(conn, &sql, vec![id.into()]).await?.ok_or_else(unknown)?;
    let receives = allowed(must(conn, actor, Action::Write, offer.unit).await)?;
    let lends = allowed(actions::must_keep(conn, actor, offer.person, app.today()).await)?;
    let may = if said == Said::Withdrawn { lends } else { receives };
    if may {
        return Ok(offer);
    }
    // Each side sees what the other does.
    Err(if receives || lends { Refusal::forbidden() } else { unknown() }.into())
}

/// An offer as pages show it.
#[derive(Clone, Debug, serde::Serialize)]
pub(super) struct Shown {
    id: i64,
    person: String,
    home: String,
    unit: String,
    from: String,
    to: Option<String>,
}

/// Offers with the names that pages show.
pub(super) async fn shown(conn: &impl ConnectionTrait, offers: &[Offer]) -> Result<Vec<Shown>> {
    let people: Vec<PersonId> = offers.iter().map(|offer| offer.person).collect();
    let people = store::by_ids(conn, &people).await?;
    let of_units: Vec<UnitId> = offers.iter().flat_map(|offer| [offer.home, offer.unit]).collect();
    let named: HashMap<UnitId, units::Unit> = units::by_ids(conn, &of_units).await?;
    let name = |unit: UnitId| named.get(&unit).map_or_else(String::new, |unit| unit.name.clone());
    let shown = offers.iter().map(|offer| Shown {
        id: offer.id,
        person: people.get(&offer.person).map_or_else(String::new, |person| person.name.clone()),
        home: name(offer.home),
        unit: name(offer.unit),
        from: offer.days.from.to_string(),
        to: offer.days.to.map(|day| day.to_string()),
    });
    Ok(shown.collect())
}
