//! Who may see and maintain which activity.

use desk::{
    actor::{Action, Actor},
    error::{AppError, Result},
};
use federation::{groups::must_lead, units::Unit};
use kernel::{GroupId, RecordId, Refusal, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, Value};

use super::{
    agenda::{Reach, in_scope},
    model::{Activity, Partner},
};

/// Refuses an actor who may not maintain these sessions. One that the actor may not see is refused as unknown, with the
/// same message as one that doesn't exist.
pub async fn must_lead_records(conn: &impl ConnectionTrait, actor: &Actor, ids: &[RecordId]) -> Result<()> {
    if actor.scope(Action::Lead).all {
        return Ok(());
    }
    for id in ids {
        let sql = "select host_unit_id, host_group_id from activity where id = $1";
        let rows = db::raw(conn, sql, vec![id.0.into()]).await?;
        let unknown = || Refusal::unknown("activity-unknown").with("id", id);
        let row = rows.first().ok_or_else(unknown)?;
        let group: Option<i64> = row.try_get_by_index(1)?;
        match must_lead(conn, actor, UnitId(row.try_get_by_index(0)?), group.map(GroupId)).await {
            Err(AppError::Refused(_)) if !sees(conn, actor, *id).await? => return Err(unknown().into()),
            answer => answer?,
        }
    }
    Ok(())
}

/// Refuses an actor who may not act for a unit in a session hosted by another: that may whoever maintains the unit; for an
/// outside organisation, which has no account, whoever maintains the session.
pub async fn must_speak(conn: &impl ConnectionTrait, actor: &Actor, activity: &Activity, unit: &Unit) -> Result<()> {
    if unit.outside {
        must_lead(conn, actor, activity.host, activity.host_group).await
    } else {
        must_lead(conn, actor, unit.id, None).await
    }
}

/// Refuses an actor who may not maintain the rows of a unit's own people: the unit must be in the tree, be named as taking
/// part, and be maintained by the actor. This gives no permission for the activity itself nor for the rows of another unit.
pub async fn must_keep_part(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    activity: &Activity,
    unit: UnitId,
) -> Result<()> {
    must_lead(conn, actor, unit, None).await?;
    let takes_part = |partner: &Partner| partner.unit == unit && partner.named && partner.level != "outside";
    if activity.partners.iter().any(takes_part) { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

/// What a visitor may see of a session's people.
#[derive(Clone, Copy, Debug)]
pub struct Sees {
    /// The visitor keeps the session.
    pub leads: bool,
    /// The visitor may see people by name.
    pub names: bool,
}

/// Whether the actor sees an activity.
pub async fn sees(conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<bool> {
    reaches(conn, actor, Action::Read, id).await
}

/// Whether the actor, who sees an activity, may see by name who takes part in it, and read its free text.
pub async fn sees_names(conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<bool> {
    reaches(conn, actor, Action::People, id).await
}

async fn reaches(conn: &impl ConnectionTrait, actor: &Actor, action: Action, id: RecordId) -> Result<bool> {
    let scope = actor.scope(action);
    let mut values: Vec<Value> = vec![id.0.into()];
    let within = in_scope(&scope, Reach::TakingPart, &mut values);
    let sql = format!(
        "select a.id from activity a left join unit_place p on p.unit_id = a.host_unit_id where a.id = $1 and {within}"
    );
    Ok(db::scalar::<i64>(conn, &sql, values).await?.is_some())
}
