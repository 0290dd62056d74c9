//! Checks who may do what at a unit.

use desk::{
    actor::{Action, Actor},
    error::Result,
};
use kernel::{Refusal, UnitId};
use sea_orm::ConnectionTrait;

use super::places;

/// Refuses an actor who may not do this at a unit; a unit that the actor may not see is refused as unknown.
pub async fn must(conn: &impl ConnectionTrait, actor: &Actor, action: Action, unit: UnitId) -> Result<()> {
    let scope = actor.scope(action);
    if scope.all {
        return Ok(());
    }
    let place = places::of_unit(conn, unit).await?.map(|(place, _)| place);
    if scope.covers(place) {
        return Ok(());
    }
    if actor.scope(Action::Read).covers(place) {
        return Err(Refusal::forbidden().into());
    }
    Err(Refusal::unknown("unit-unknown").with("name", unit).into())
}

/// The same for things that the actor can see anyway: refused as not permitted.
pub async fn must_openly(conn: &impl ConnectionTrait, actor: &Actor, action: Action, unit: UnitId) -> Result<()> {
    let scope = actor.scope(action);
    if scope.all || scope.covers(places::of_unit(conn, unit).await?.map(|(place, _)| place)) {
        return Ok(());
    }
    Err(Refusal::forbidden().into())
}
