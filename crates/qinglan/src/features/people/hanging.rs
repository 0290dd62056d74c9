//! What hangs on people: the records of other features that keep how a person stood. They are held and confirmed anew with
//! the person, always in this order. A feature that keeps such records is added here, and nowhere else in this folder.

use kernel::{GroupId, PersonId};
use ledger::{Desired, Reason};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::model::Span;
use crate::{
    app::{Actor, App},
    error::Result,
    features::{activities, external, notes, plans},
};

/// Holds what hangs on people whom the caller holds, until the transaction ends and before anything is booked.
pub(super) async fn hold(tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
    activities::actions::hold_of_people(tx, people).await?;
    external::actions::hold_of_people(tx, people).await?;
    plans::hold_of_people(tx, people).await?;
    notes::actions::hold_of_people(tx, people).await
}

/// Confirms it anew, as they stand now.
pub(super) async fn confirm(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    people: &[PersonId],
    reason: &Reason,
) -> Result<()> {
    activities::actions::confirm_of_people(app, tx, actor, people, reason).await?;
    external::actions::confirm_of_people(app, tx, actor, people, reason).await?;
    plans::confirm_of_people(app, tx, actor, people, reason).await?;
    notes::actions::confirm_of_people(app, tx, actor, people, reason).await
}

/// What it would have in the ledger if these were the spans of the person's memberships.
pub(super) async fn desired_with(
    conn: &impl ConnectionTrait,
    person: PersonId,
    spans: &[(GroupId, Span)],
) -> Result<Vec<Desired>> {
    let mut desired = activities::actions::desired_with(conn, person, spans.to_vec()).await?;
    desired.extend(external::actions::desired_with(conn, person, spans.to_vec()).await?);
    desired.extend(plans::desired_with(conn, person, spans.to_vec()).await?);
    desired.extend(notes::actions::desired_with(conn, person, spans.to_vec()).await?);
    Ok(desired)
}
