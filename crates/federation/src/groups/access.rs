//! Who may maintain the sessions of a group: whoever leads the group, or maintains its unit.

use desk::{
    actor::{Action, Actor},
    error::Result,
};
use kernel::{GroupId, Refusal, UnitId};
use sea_orm::ConnectionTrait;

use super::store;
use crate::scope;

/// Refuses an actor who may maintain the sessions of this host neither at its unit nor in its group.
pub async fn must_lead(conn: &impl ConnectionTrait, actor: &Actor, host: UnitId, group: Option<GroupId>) -> Result<()> {
    let scope = actor.scope(Action::Lead);
    if scope.all {
        return Ok(());
    }
    let place = scope::places::of_unit(conn, host).await?.map(|(place, _)| place);
    // A session without a group belongs to the default group of its unit.
    let group = match group {
        Some(group) => Some(group),
        None => store::default_groups(conn, &[host]).await?.get(&host).map(|group| group.id),
    };
    if scope.covers_record(place, group) { Ok(()) } else { Err(Refusal::forbidden().into()) }
}
