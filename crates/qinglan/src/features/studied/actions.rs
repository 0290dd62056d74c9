//! Adding materials to a session and removing them.

use desk::{
    actor::Actor,
    app::App,
    error::Result,
    log::{self, Object},
};
use federation::groups;
use kernel::{RecordId, Refusal};
use ledger::{Reason, ReasonCode, book, db};
use sea_orm::DatabaseTransaction;

use super::{Studied, entries_of, store};
use crate::features::{
    activities::{self, Activity, State, reach::must_lead_records},
    materials,
};

/// The most materials of a session.
const MOST: usize = 50;

/// A session that may still be changed and that the actor leads, held until the transaction ends.
async fn changeable(tx: &DatabaseTransaction, actor: &Actor, id: RecordId) -> Result<Activity> {
    let session = activities::actions::held(tx, &[id]).await?.pop();
    must_lead_records(tx, actor, &[id]).await?;
    let session = session.ok_or_else(|| Refusal::unknown("activity-unknown").with("id", id))?;
    if matches!(session.state, State::Closed | State::Void) {
        let state = session.state.as_str();
        return Err(Refusal::new("activity-locked").with("title", &session.title).with("state", state).into());
    }
    Ok(session)
}

/// Whether a session counts.
pub(super) fn is_held(session: &Activity) -> bool {
    matches!(session.state, State::Held | State::Closed)
}

/// Adds a material that was studied, or will be, in a session.
pub async fn add(app: &App, actor: &Actor, session: RecordId, material: i64) -> Result<()> {
    must_lead_records(&app.db, actor, &[session]).await?;
    let tx = db::begin(&app.db).await?;
    let session = changeable(&tx, actor, session).await?;
    let material = materials::actions::seen_in(&tx, actor, material, app.today()).await?;
    let there = store::of_sessions(&tx, &[session.id]).await?;
    if there.iter().any(|studied| studied.material == material.id) {
        return Err(Refusal::new("studied-already").with("title", &material.title).into());
    }
    if there.len() >= MOST {
        return Err(Refusal::new("studied-many").with("most", MOST).into());
    }
    let studied = Studied {
        id: groups::store::new_records(&tx, 1).await?.remove(0),
        activity: session.id,
        material: material.id,
        kind: material.kind.as_str().to_owned(),
        held: is_held(&session),
        day: session.day,
        unit: session.host,
        type_code: session.type_code.clone(),
        pillar: session.pillar.clone(),
        theme: session.theme.clone(),
        level: session.level.clone(),
        void: false,
    };
    store::insert(&tx, &studied).await?;
    book(&tx, &app.kinds(), actor.by(), &[entries_of(&studied)], None).await?;
    let args = [("title", session.title.as_str()), ("material", &material.title)];
    let object = Object::new("activity", session.id.0);
    log::write(&tx, actor, "activity-studied", object, Some(session.host), &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes a material from a session.
pub async fn remove(app: &App, actor: &Actor, session: RecordId, material: i64) -> Result<()> {
    must_lead_records(&app.db, actor, &[session]).await?;
    let tx = db::begin(&app.db).await?;
    let session = changeable(&tx, actor, session).await?;
    let there = store::of_sessions(&tx, &[session.id]).await?;
    let studied = there.into_iter().find(|studied| studied.material == material);
    let studied = studied.ok_or_else(|| Refusal::unknown("material-unknown").with("id", material))?;
    let studied = Studied { void: true, ..studied };
    store::update(&tx, &studied).await?;
    book(&tx, &app.kinds(), actor.by(), &[entries_of(&studied)], Some(&Reason::new(ReasonCode::Void))).await?;
    let object = Object::new("activity", session.id.0);
    log::write(&tx, actor, "activity-studied-not", object, Some(session.host), &[("title", &session.title)]).await?;
    tx.commit().await?;
    Ok(())
}
