//! What is done with evidence: added, shown or hidden, taken away by hand or when its time is over.

use chrono::{Days, NaiveDate};
use kernel::{FileId, RecordId, Refusal, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::store::{self, Piece};
use crate::{
    actor::Actor,
    app::App,
    error::Result,
    features::{
        activities::reach::must_lead_records,
        external,
        files::{self, Incoming},
        settings,
    },
    log::{self, Object},
};

/// Pieces of one record at the most.
const MOST: usize = 30;

/// What the evidence stands beside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beside {
    /// The record.
    pub(super) record: RecordId,
    /// `activity`, `external`: what the log says it is.
    pub(super) kind: &'static str,
    /// The unit that it concerns.
    pub(super) unit: Option<UnitId>,
}

/// Refuses who may not change the evidence of a record: who doesn't keep the session, or may not change the external result. A
/// record that the actor does not see is not known.
async fn must_keep(app: &App, conn: &impl ConnectionTrait, actor: &Actor, beside: Beside) -> Result<()> {
    if beside.kind == "activity" {
        return must_lead_records(conn, actor, &[beside.record]).await;
    }
    external::actions::must_change(app, conn, actor, beside.record).await
}

/// Holds the record, so that what decides permission stands until the transaction ends, and asks again.
async fn hold_kept(app: &App, tx: &DatabaseTransaction, actor: &Actor, beside: Beside) -> Result<()> {
    let table = if beside.kind == "activity" { "activity" } else { "external_result" };
    db::hold(tx, &format!("select id from {table} where id = $1"), vec![beside.record.0.into()]).await?;
    must_keep(app, tx, actor, beside).await
}

/// Adds files, all or none.
pub(super) async fn add(app: &App, actor: &Actor, beside: Beside, incoming: Vec<Incoming>) -> Result<usize> {
    must_keep(app, &app.db, actor, beside).await?;
    if incoming.is_empty() {
        return Err(Refusal::new("evidence-nothing").into());
    }
    refuse_too_many(&app.db, beside.record, incoming.len()).await?;
    let mut kept = Vec::with_capacity(incoming.len());
    for incoming in incoming {
        kept.push(files::keep(app, incoming, super::KINDS).await?);
    }
    let tx = db::begin(&app.db).await?;
    hold_kept(app, &tx, actor, beside).await?;
    refuse_too_many(&tx, beside.record, kept.len()).await?;
    let days = settings::store::read(&tx).await?.evidence_days;
    let until = u64::try_from(days)
        .ok()
        .filter(|days| *days > 0)
        .and_then(|days| app.today().checked_add_days(Days::new(days)));
    let mut entered = Vec::with_capacity(kept.len());
    for kept in &kept {
        entered.push(files::enter(&tx, actor, kept).await?);
    }
    store::insert(&tx, beside.record, &entered, until, (&actor.at.0, actor.account.0)).await?;
    let args = [("count", entered.len().to_string())];
    let args = args.each_ref().map(|(name, value)| (*name, value.as_str()));
    log::write(&tx, actor, "evidence-added-by", Object::new(beside.kind, beside.record.0), beside.unit, &args).await?;
    tx.commit().await?;
    Ok(entered.len())
}

async fn refuse_too_many(conn: &impl ConnectionTrait, record: RecordId, more: usize) -> Result<()> {
    let there = store::of_record(conn, record).await?.len();
    if there + more > MOST {
        return Err(Refusal::new("evidence-too-many").with("most", MOST).with("there", there).into());
    }
    Ok(())
}

/// Shows a piece to all who see its record, or hides it again.
pub(super) async fn show(app: &App, actor: &Actor, beside: Beside, piece: &Piece, shown: bool) -> Result<()> {
    must_keep(app, &app.db, actor, beside).await?;
    let tx = db::begin(&app.db).await?;
    hold_kept(app, &tx, actor, beside).await?;
    store::set_shown(&tx, piece.id, shown).await?;
    let what = if shown { "evidence-shown-by" } else { "evidence-hidden-by" };
    let args = [("name", piece.name.as_str())];
    log::write(&tx, actor, what, Object::new(beside.kind, beside.record.0), beside.unit, &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a piece away for good.
pub(super) async fn remove(app: &App, actor: &Actor, beside: Beside, piece: &Piece) -> Result<()> {
    must_keep(app, &app.db, actor, beside).await?;
    let tx = db::begin(&app.db).await?;
    hold_kept(app, &tx, actor, beside).await?;
    if store::delete(&tx, piece.id).await? > 0 {
        files::release(&tx, actor, &[FileId(piece.file_id)]).await?;
        let args = [("name", piece.name.as_str())];
        log::write(&tx, actor, "evidence-removed-by", Object::new(beside.kind, beside.record.0), beside.unit, &args)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Pieces that one transaction sweeps away.
const SWEPT: u64 = 100;

/// Gives up what was kept for as long as was set.
pub async fn sweep(app: &App) -> Result<()> {
    let today: NaiveDate = app.today();
    let actor = app.operator();
    loop {
        let over = store::over(&app.db, today, SWEPT).await?;
        if over.is_empty() {
            return Ok(());
        }
        let tx = db::begin(&app.db).await?;
        for piece in over {
            if store::delete(&tx, piece.id).await? > 0 {
                files::release(&tx, &actor, &[FileId(piece.file_id)]).await?;
            }
        }
        tx.commit().await?;
    }
}
