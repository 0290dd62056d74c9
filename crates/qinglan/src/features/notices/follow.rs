//! Duties follow changes of activities and plan items: a duty is done once its session is held, and open again if that is
//! made void.

use std::collections::{BTreeMap, BTreeSet};

use desk::{actor::Actor, app::App, error::Result};
use federation::duties::{self, Duty, State as DutyState, reopened};
use kernel::RecordId;
use ledger::{Desired, Reason, ReasonCode, book};
use sea_orm::DatabaseTransaction;

use super::{OPENER, model::State, rules, store};
use crate::features::activities::{self, Activity};

/// Updates the duties after changes of activities, which the caller has locked, and returns the entries that the duties
/// should have, to be booked with the activities: the duties linked to an activity, and open ones of a notice that an
/// activity names with its 依据文号. An activity answers one duty of a unit for a notice.
pub(crate) async fn follow(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    activities: &[Activity],
) -> Result<Vec<Desired>> {
    let ids: Vec<i64> = activities.iter().map(|activity| activity.id.0).collect();
    let linked = duties::store::linked(tx, OPENER, "record_id", &ids).await?;
    let naming: Vec<&Activity> = activities.iter().filter(|one| names_one(one)).collect();
    let mut wanted = linked.clone();
    if !naming.is_empty() {
        wanted.extend(store::duties_referenced_by(tx, &naming).await?);
    }
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let duties = duties::store::hold(tx, &wanted).await?;
    let notices = store::heads(tx, &distinct(duties.iter().map(|duty| duty.source))).await?;
    let types = store::types_wanted(tx, &distinct(duties.iter().map(|duty| duty.part))).await?;
    let by_id: BTreeMap<RecordId, &Activity> = activities.iter().map(|activity| (activity.id, activity)).collect();
    // The activity, unit and notice of each duty that is answered already.
    let mut taken: BTreeSet<(RecordId, i64, i64)> = BTreeSet::new();
    let at = (actor.at.0.as_str(), actor.account);
    let mut after: Vec<Duty> = Vec::new();
    let (with, without): (Vec<Duty>, Vec<Duty>) = duties.into_iter().partition(|duty| duty.record.is_some());
    for duty in with {
        let Some(activity) = duty.record.and_then(|activity| by_id.get(&activity)) else { continue };
        let Some((state, ..)) = notices.get(&duty.source) else { continue };
        // A duty that was excused or lapsed before its session was held stays so.
        if !matches!(duty.state, DutyState::Open | DutyState::Done) {
            continue;
        }
        taken.insert((activity.id, duty.source, duty.unit.0));
        push(&mut after, &duty, rules::followed(duty.clone(), activity, *state, at));
    }
    for duty in without {
        let Some((state, reference, sent_on)) = notices.get(&duty.source) else { continue };
        let fits = |activity: &&&Activity| {
            activity.notice_ref.as_deref().map(str::trim) == Some(reference.as_str())
                && sent_on.is_none_or(|sent| activity.day >= sent)
                && rules::took_part(activity, duty.unit)
                && types.get(&duty.part).is_none_or(|code| *code == activity.type_code)
                && !taken.contains(&(activity.id, duty.source, duty.unit.0))
        };
        if *state != State::Sent || duty.state != DutyState::Open {
            continue;
        }
        if let Some(activity) = naming.iter().find(fits) {
            taken.insert((activity.id, duty.source, duty.unit.0));
            push(&mut after, &duty, rules::followed(duty.clone(), activity, *state, at));
        }
    }
    duties::actions::replace(app, tx, &after).await
}

/// Whether an activity can answer by its 依据文号: an announced one is arranged for it, a held one answers it.
fn names_one(activity: &Activity) -> bool {
    use activities::State as S;
    let named = activity.notice_ref.as_deref().is_some_and(|text| !text.trim().is_empty());
    named && matches!(activity.state, S::Announced | S::Held | S::Closed)
}

fn push(after: &mut Vec<Duty>, before: &Duty, duty: Duty) {
    if *before != duty {
        after.push(duty);
    }
}

fn distinct(keys: impl Iterator<Item = i64>) -> Vec<i64> {
    keys.collect::<BTreeSet<i64>>().into_iter().collect()
}

/// The same for activities that are made void: the duties that they answered are open again.
pub(crate) async fn voided(app: &App, tx: &DatabaseTransaction, ids: &[RecordId]) -> Result<Vec<Desired>> {
    let keys: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let linked = duties::store::linked(tx, OPENER, "record_id", &keys).await?;
    reopen(app, tx, &linked).await
}

async fn reopen(app: &App, tx: &DatabaseTransaction, ids: &BTreeSet<RecordId>) -> Result<Vec<Desired>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let duties = duties::store::hold(tx, ids).await?;
    let notices = store::heads(tx, &distinct(duties.iter().map(|duty| duty.source))).await?;
    let after: Vec<Duty> = duties
        .into_iter()
        .map(|duty| match notices.get(&duty.source) {
            Some((State::Withdrawn, ..)) => reopened(duty, DutyState::Lapsed),
            _ => reopened(duty, DutyState::Open),
        })
        .collect();
    duties::actions::replace(app, tx, &after).await
}

/// A plan item was removed from its plan: the duty that it answered is open again.
pub(crate) async fn item_dropped(app: &App, tx: &DatabaseTransaction, actor: &Actor, item: i64) -> Result<()> {
    let linked = duties::store::linked(tx, OPENER, "item_id", &[item]).await?;
    let desired = reopen(app, tx, &linked).await?;
    if !desired.is_empty() {
        book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Edit))).await?;
    }
    Ok(())
}
