//! How units answer their duties: hand in a return, name the session that was held, put the item into a plan. The sender
//! may excuse a unit, or send a return back.

use desk::{
    actor::Actor,
    app::App,
    error::Result,
    log::{self, Object},
};
use federation::{
    duties::{self, Duty, Kind, Ruling, State as DutyState, answered},
    files::{self, Incoming},
};
use kernel::{RecordId, Refusal};
use ledger::{Reason, ReasonCode, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    KINDS_OF_FILE,
    model::{Demand, State},
    reach::{self, SeenDuty},
    rules, store,
};
use crate::features::{activities, plans};

/// The demand of a duty.
pub async fn demand_of(conn: &impl ConnectionTrait, duty: &Duty) -> Result<Demand> {
    let demands = store::demands(conn, duty.source).await?;
    let found = demands.into_iter().find(|demand| demand.id == duty.part);
    Ok(found.ok_or_else(|| Refusal::unknown("notice-duty-unknown").with("id", duty.id))?)
}

fn refuse_kind(duty: &Duty, kind: Kind) -> Result<()> {
    if duty.kind == kind { Ok(()) } else { Err(Refusal::new("notice-answer-odd").into()) }
}

/// Refuses a duty that can no longer be answered.
fn refuse_state(duty: &Duty, notice: State) -> Result<()> {
    let code = match (notice, duty.state) {
        (State::Withdrawn, _) | (_, DutyState::Lapsed) => "notice-answer-withdrawn",
        (_, DutyState::Excused) => "notice-answer-excused",
        _ => return Ok(()),
    };
    Err(Refusal::new(code).into())
}

/// Locks a duty and returns its current state, with that of its notice.
async fn held(tx: &DatabaseTransaction, seen: &SeenDuty) -> Result<(Duty, State)> {
    let duty = duties::store::hold(tx, &[seen.duty.id].into()).await?.pop();
    let duty = duty.ok_or_else(|| Refusal::unknown("notice-duty-unknown").with("id", seen.duty.id))?;
    let notices = store::heads(tx, &[duty.source]).await?;
    Ok((duty.clone(), notices.get(&duty.source).map_or(seen.notice.state, |(state, ..)| *state)))
}

/// The same, for those who may still answer it.
async fn held_answered(tx: &DatabaseTransaction, actor: &Actor, seen: &SeenDuty) -> Result<(Duty, State)> {
    let duty = held(tx, seen).await?;
    reach::answerable(tx, actor, seen.duty.id).await?;
    Ok(duty)
}

async fn write(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    duty: &Duty,
    (what, title): (&'static str, &str),
    reason: Option<&Reason>,
) -> Result<()> {
    duties::actions::save(app, tx, actor, std::slice::from_ref(duty), reason).await?;
    log::write(tx, actor, what, Object::new("notice_duty", duty.id.0), Some(duty.unit), &[("title", title)]).await
}

/// A duty answered today by the actor.
fn done(app: &App, actor: &Actor, duty: Duty) -> Duty {
    answered(Duty { state: DutyState::Open, ..duty }, app.today(), (&actor.at.0, actor.account))
}

/// The data of a return; without a file, the file handed in before stays.
#[derive(Debug, Default)]
pub struct Return {
    /// The text.
    pub text: String,
    /// A file.
    pub file: Option<Incoming>,
}

/// Hands in a return, or changes it until the deadline. After that only a first return is accepted, and counts as late.
pub async fn hand_in(app: &App, actor: &Actor, (id, version): (RecordId, i64), handed: Return) -> Result<()> {
    let seen = reach::answerable(&app.db, actor, id).await?;
    refuse_kind(&seen.duty, Kind::Return)?;
    refuse_state(&seen.duty, seen.notice.state)?;
    let text = handed.text.trim().to_owned();
    Refusal::too_long("notice-text-long", &[("answer", &text, rules::ANSWER)])?;
    let demand = demand_of(&app.db, &seen.duty).await?;
    let has_file = handed.file.is_some() || seen.duty.file.is_some();
    if demand.needs_file && !has_file {
        return Err(Refusal::new("notice-answer-needs-file").into());
    }
    if text.is_empty() && !has_file {
        return Err(Refusal::new("notice-answer-empty").into());
    }
    let stored = match handed.file {
        Some(file) => Some(files::keep(app, file, KINDS_OF_FILE).await?),
        None => None,
    };
    let tx = db::begin(&app.db).await?;
    let (duty, notice) = held_answered(&tx, actor, &seen).await?;
    refuse_state(&duty, notice)?;
    if duty.version != version {
        return Err(db::changed_meanwhile(&seen.notice.title).into());
    }
    if duty.state == DutyState::Done && app.today() > duty.due_on {
        return Err(Refusal::new("notice-answer-fixed").with("due", duty.due_on).into());
    }
    let before = duty.file;
    let file = match &stored {
        Some(stored) => Some(files::enter(&tx, actor, stored).await?),
        None => before,
    };
    let reason = Reason::new(ReasonCode::Edit);
    let duty = Duty { text: Some(text).filter(|text| !text.is_empty()), file, ..done(app, actor, duty) };
    write(app, &tx, actor, &duty, ("notice-answered", &seen.notice.title), Some(&reason)).await?;
    if let Some(before) = before.filter(|_| stored.is_some()) {
        files::release(&tx, actor, &[before]).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Names the activity for a duty: the duty is done if the activity was held, arranged if it is still to come.
pub async fn name_activity(app: &App, actor: &Actor, id: RecordId, activity: RecordId) -> Result<()> {
    let seen = reach::answerable(&app.db, actor, id).await?;
    refuse_kind(&seen.duty, Kind::Activity)?;
    refuse_state(&seen.duty, seen.notice.state)?;
    let tx = db::begin(&app.db).await?;
    // The activity is locked before the duty, in the same order as in changing an activity.
    let unknown = || Refusal::unknown("activity-unknown").with("id", activity);
    db::hold(&tx, "select id from activity where id = $1", vec![activity.0.into()]).await?;
    let activity = activities::store::by_ids(&tx, &[activity]).await?.pop().ok_or_else(unknown)?;
    let (duty, notice) = held_answered(&tx, actor, &seen).await?;
    refuse_state(&duty, notice)?;
    if duty.record == Some(activity.id) {
        return Ok(());
    }
    if duty.state == DutyState::Done {
        return Err(db::changed_meanwhile(&seen.notice.title).into());
    }
    if activity.state == activities::State::Void || !rules::took_part(&activity, duty.unit) {
        return Err(unknown().into());
    }
    if let Some(sent) = seen.notice.sent_on.filter(|sent| activity.day < *sent) {
        return Err(Refusal::new("notice-activity-before").with("sent", sent).into());
    }
    let demand = demand_of(&tx, &duty).await?;
    if demand.type_code.is_some_and(|code| code != activity.type_code) {
        return Err(Refusal::new("notice-activity-type").with("title", &activity.title).into());
    }
    if store::answers_already(&tx, &duty, activity.id).await? {
        return Err(Refusal::new("notice-activity-taken").with("title", &activity.title).into());
    }
    let duty = rules::followed(duty, &activity, notice, (&actor.at.0, actor.account));
    write(app, &tx, actor, &duty, ("notice-activity-named", &seen.notice.title), None).await?;
    tx.commit().await?;
    Ok(())
}

/// Puts what a duty requires into one of the unit's plans, which answers the duty; in one transaction.
pub async fn add_to_plan(app: &App, actor: &Actor, id: RecordId, plan: i64) -> Result<()> {
    let seen = reach::answerable(&app.db, actor, id).await?;
    refuse_kind(&seen.duty, Kind::PlanItem)?;
    refuse_state(&seen.duty, seen.notice.state)?;
    if seen.duty.state == DutyState::Done {
        return Ok(());
    }
    let demand = demand_of(&app.db, &seen.duty).await?;
    let of_plan = plans::actions::load_writable(app, actor, plan).await?;
    if of_plan.unit != seen.duty.unit {
        return Err(Refusal::unknown("plan-unknown").with("id", plan).into());
    }
    let wanted = plans::actions::Wanted {
        material: demand.material,
        text: Some(demand.wanted),
        required: true,
        due_on: seen.duty.due_on.clamp(of_plan.from, of_plan.to),
        party_only: false,
        groups: Vec::new(),
    };
    let judged = plans::actions::judge_item(app, actor, plan, wanted).await?;
    let tx = db::begin(&app.db).await?;
    // The plan is locked before the duty, in the same order as in dropping an item; if the duty is refused, what was
    // written is rolled back.
    let item = plans::actions::write_item(app, &tx, actor, judged).await?;
    let (duty, notice) = held_answered(&tx, actor, &seen).await?;
    refuse_state(&duty, notice)?;
    if duty.state == DutyState::Done {
        return Ok(());
    }
    let duty = Duty { item: Some(item), ..done(app, actor, duty) };
    write(app, &tx, actor, &duty, ("notice-answered", &seen.notice.title), None).await?;
    tx.commit().await?;
    Ok(())
}

/// A duty of a notice that the actor maintains.
async fn must_rule(conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<()> {
    let seen = reach::seen_duty(conn, actor, id).await?;
    if seen.keeps { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

/// Excuses a unit, withdraws that, or sends a return back, which needs a reason.
pub async fn rule(app: &App, actor: &Actor, id: RecordId, ruling: Ruling, reason: &str) -> Result<()> {
    must_rule(&app.db, actor, id).await?;
    duties::actions::rule(app, actor, &[id].into(), ruling, reason).await?;
    Ok(())
}
