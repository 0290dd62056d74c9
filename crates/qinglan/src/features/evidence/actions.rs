//! Actions on evidence: add, show or hide, delete by hand or when its time is over.

use chrono::{Days, NaiveDate};
use desk::{
    actor::Actor,
    app::App,
    error::Result,
    log::{self, Object},
};
use federation::{
    files::{self, Incoming},
    settings,
};
use kernel::{FileId, RecordId, Refusal, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::store::{self, Piece};
use crate::features::activities::reach::must_lead_records;

/// The most pieces for one record.
const MOST: usize = 30;

/// A kind of records that can have evidence.
#[async_trait::async_trait]
pub trait Bears: Send + Sync {
    /// Their name in the log: `activity`.
    fn kind(&self) -> &'static str;

    /// Their table.
    fn table(&self) -> &'static str;

    /// Refuses an actor who may not change the evidence of a record, before or within a transaction. A record that the
    /// actor may not see is refused as unknown.
    async fn must_change(
        &self,
        app: &App,
        tx: Option<&DatabaseTransaction>,
        actor: &Actor,
        record: RecordId,
    ) -> Result<()>;
}

/// The record that evidence belongs to.
#[derive(Clone, Copy)]
pub struct Beside {
    /// The record.
    pub record: RecordId,
    /// The kind of the record.
    pub of: &'static dyn Bears,
    /// The unit that it concerns.
    pub unit: Option<UnitId>,
}

/// Sessions: whoever maintains one may change its evidence.
pub(super) struct Sessions;

#[async_trait::async_trait]
impl Bears for Sessions {
    fn kind(&self) -> &'static str {
        "activity"
    }

    fn table(&self) -> &'static str {
        "activity"
    }

    async fn must_change(
        &self,
        app: &App,
        tx: Option<&DatabaseTransaction>,
        actor: &Actor,
        record: RecordId,
    ) -> Result<()> {
        match tx {
            Some(tx) => must_lead_records(tx, actor, &[record]).await,
            None => must_lead_records(&app.db, actor, &[record]).await,
        }
    }
}

/// Refuses an actor who may not change the evidence of a record.
async fn must_keep(app: &App, actor: &Actor, beside: Beside) -> Result<()> {
    beside.of.must_change(app, None, actor, beside.record).await
}

/// Locks the record, so that the permission stays valid until the transaction ends, and checks it again.
async fn lock_writable(app: &App, tx: &DatabaseTransaction, actor: &Actor, beside: Beside) -> Result<()> {
    let sql = format!("select id from {} where id = $1", beside.of.table());
    db::hold(tx, &sql, vec![beside.record.0.into()]).await?;
    beside.of.must_change(app, Some(tx), actor, beside.record).await
}

/// Adds files, all or none.
pub(super) async fn add(app: &App, actor: &Actor, beside: Beside, incoming: Vec<Incoming>) -> Result<usize> {
    must_keep(app, actor, beside).await?;
    if incoming.is_empty() {
        return Err(Refusal::new("evidence-nothing").into());
    }
    refuse_too_many(&app.db, beside.record, incoming.len()).await?;
    let mut stored = Vec::with_capacity(incoming.len());
    for incoming in incoming {
        stored.push(files::keep(app, incoming, super::KINDS).await?);
    }
    let tx = db::begin(&app.db).await?;
    lock_writable(app, &tx, actor, beside).await?;
    refuse_too_many(&tx, beside.record, stored.len()).await?;
    let days = settings::store::read(&tx).await?.evidence_days;
    let until = u64::try_from(days)
        .ok()
        .filter(|days| *days > 0)
        .and_then(|days| app.today().checked_add_days(Days::new(days)));
    let mut entered = Vec::with_capacity(stored.len());
    for file in &stored {
        entered.push(files::enter(&tx, actor, file).await?);
    }
    store::insert(&tx, beside.record, &entered, until, (&actor.at.0, actor.account.0)).await?;
    let args = [("count", entered.len().to_string())];
    let args = args.each_ref().map(|(name, value)| (*name, value.as_str()));
    log::write(&tx, actor, "evidence-added-by", Object::new(beside.of.kind(), beside.record.0), beside.unit, &args)
        .await?;
    tx.commit().await?;
    Ok(entered.len())
}

async fn refuse_too_many(conn: &impl ConnectionTrait, record: RecordId, more: usize) -> Result<()> {
    let existing = store::of_record(conn, record).await?.len();
    if existing + more > MOST {
        return Err(Refusal::new("evidence-too-many").with("most", MOST).with("there", existing).into());
    }
    Ok(())
}

/// Shows a piece to all who may see its record, or hides it again.
pub(super) async fn show(app: &App, actor: &Actor, beside: Beside, piece: &Piece, shown: bool) -> Result<()> {
    must_keep(app, actor, beside).await?;
    let tx = db::begin(&app.db).await?;
    lock_writable(app, &tx, actor, beside).await?;
    store::set_shown(&tx, piece.id, shown).await?;
    let what = if shown { "evidence-shown-by" } else { "evidence-hidden-by" };
    let args = [("name", piece.name.as_str())];
    log::write(&tx, actor, what, Object::new(beside.of.kind(), beside.record.0), beside.unit, &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes a piece for good.
pub(super) async fn remove(app: &App, actor: &Actor, beside: Beside, piece: &Piece) -> Result<()> {
    must_keep(app, actor, beside).await?;
    let tx = db::begin(&app.db).await?;
    lock_writable(app, &tx, actor, beside).await?;
    if store::delete(&tx, piece.id).await? > 0 {
        files::release(&tx, actor, &[FileId(piece.file_id)]).await?;
        let args = [("name", piece.name.as_str())];
        log::write(
            &tx,
            actor,
            "evidence-removed-by",
            Object::new(beside.of.kind(), beside.record.0),
            beside.unit,
            &args,
        )
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// How many pieces one transaction sweeps.
const SWEPT: u64 = 100;

/// Deletes evidence whose retention time is over.
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
