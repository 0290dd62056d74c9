//! Importing the rows of a plan, some parts at a time: each turn of writing is a transaction of its own, so that nobody waits long
//! for it.
//!
//! The parts are one import, which is complete with the last of them. If one fails, those before it are undone. If the
//! process ends in between, the server undoes them once the import hasn't gone on for [`STALE`].

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use desk::{
    actor::Actor,
    app::App,
    error::Result,
    log::{self, Object},
};
use kernel::{ImportId, Refusal};
use ledger::db;
use sea_orm::ConnectionTrait;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{
    Again, Context, Kind, Summary,
    actions::must_import,
    importer::Planned,
    store::{self, Import, Progress},
};
use crate::scope;

/// Rows in a part: on slow machines less than a second.
const PART: usize = 1000;
/// How long a turn of writing is to take, in which as many parts are taken together as fit: each commit writes whole pages for rows that
/// are spread over all of them. Others wait for a turn, so it is short, however fast the machine is and however large the database.
const TURN: Duration = Duration::from_millis(700);
/// The most parts of a turn.
const MOST_PARTS: usize = 8;
/// After how long without a further part an import was broken off: a part takes seconds, and waits for its turn to write no
/// longer than other parts take.
const STALE: chrono::Duration = chrono::Duration::minutes(2);

/// What stood in the database when rows were judged: every change writes into the log or into the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stand {
    logged: i64,
    booked: i64,
}

impl Stand {
    /// What stands now.
    pub(super) async fn load(conn: &impl ConnectionTrait) -> Result<Self> {
        let logged = db::scalar(conn, "select last from id_range where name = 'log'", vec![]).await?.unwrap_or(0);
        Ok(Self { logged, booked: ledger::position(conn).await? })
    }
}

/// The turn to import: one file after the other, so that none duplicates another.
#[derive(Debug, Default)]
struct Turns(Arc<Mutex<()>>);

/// Waits for the turn to import, and undoes what was broken off. An import in another process, or one that ended with its
/// process a moment ago, is a refusal: its rows would count as recorded already.
pub(super) async fn turn(app: &App) -> Result<OwnedMutexGuard<()>> {
    let turn = Arc::clone(&app.shared::<Turns>().0).lock_owned().await;
    undo_broken_off(app).await?;
    refuse_beside_another(&app.db).await?;
    Ok(turn)
}

async fn refuse_beside_another(conn: &impl ConnectionTrait) -> Result<()> {
    if store::is_any_going_on(conn).await? {
        return Err(Refusal::conflict("import-other-going-on").into());
    }
    Ok(())
}

/// Some of the rows, which are imported together.
struct Part {
    /// How they were judged first.
    planned: Option<Box<dyn Planned>>,
    rows: BTreeSet<usize>,
    content: String,
}

impl Part {
    fn new(planned: Box<dyn Planned>) -> Self {
        Self { rows: planned.rows(), content: planned.content(), planned: Some(planned) }
    }
}

/// How many parts the next turn takes, after one that took some parts and so long: at most twice as many, since one turn tells little of
/// the next.
fn parts_of_a_turn(taken: usize, elapsed: Duration) -> usize {
    let fitting = TURN.as_millis() * taken as u128 / elapsed.as_millis().max(1);
    usize::try_from(fitting).unwrap_or(MOST_PARTS).clamp(1, MOST_PARTS.min(taken * 2))
}

/// What is imported, and by whom.
pub(super) struct Taking<'a> {
    /// The application.
    pub(super) app: &'a App,
    /// Who imports.
    pub(super) actor: &'a Actor,
    /// The kind of file.
    pub(super) kind: Kind,
    /// How the rows were judged.
    pub(super) context: &'a Context<'a>,
    /// The verdicts on the rows.
    pub(super) summary: &'a Summary,
    /// The uploaded file, if it was one; it becomes only one import.
    pub(super) work: Option<i64>,
    /// Called with the number of rows that are imported, and of those that are to be.
    pub(super) wrote: &'a (dyn Fn(usize, usize) + Send + Sync),
}

impl Taking<'_> {
    /// Imports the rows of a plan that was made when the database stood as `stand` says. After a failure nothing is imported.
    pub(super) async fn run(&self, planned: Box<dyn Planned>, stand: Stand) -> Result<ImportId> {
        let mut begun = None;
        let done = self.parts(planned, stand, &mut begun).await;
        match (done, begun) {
            (Ok(import), _) => Ok(import),
            (Err(fault), None) => Err(fault),
            (Err(fault), Some(import)) => {
                tracing::warn!(import = import.0, "an import is broken off: what it had imported is undone");
                if undo_part(self.app, self.actor, import, None).await? {
                    Err(fault)
                } else {
                    Err(Refusal::new("import-left-in-part").with("id", import).into())
                }
            }
        }
    }

    async fn parts(
        &self,
        planned: Box<dyn Planned>,
        mut stand: Stand,
        begun: &mut Option<ImportId>,
    ) -> Result<ImportId> {
        let size = if self.kind.is_tree() { usize::MAX } else { PART };
        let mut waiting: VecDeque<Part> = planned.in_parts(size).into_iter().map(Part::new).collect();
        let (mut together, mut taken, mut changed) = (1, 0, false);
        (self.wrote)(0, self.summary.taken);
        while !waiting.is_empty() {
            let tx = db::begin(&self.app.db).await?;
            let began = Instant::now();
            let import = match *begun {
                None => self.begin(&tx).await?,
                Some(import) => self.go_on(&tx, import).await?,
            };
            // Whatever was changed between the turns concerns all parts that follow.
            let before = Stand::load(&tx).await?;
            changed = changed || before != stand;
            for part in waiting.iter_mut().take(together) {
                let planned = match part.planned.take().filter(|_| !changed) {
                    Some(planned) => planned,
                    None => self.judge_again(&tx, import, &part.rows, &part.content).await?,
                };
                planned.take(self.app, &tx, self.actor, self.context, import).await?;
            }
            let after = Stand::load(&tx).await?;
            // On PostgreSQL others write at the same time. What they logged was stored after the rows were judged.
            if after.logged != before.logged && !changed {
                changed = true;
                tx.rollback().await?;
                continue;
            }
            if waiting.len() <= together {
                self.end(&tx, import).await?;
            }
            tx.commit().await?;
            stand = after;
            *begun = Some(import);
            taken += waiting.drain(..together.min(waiting.len())).map(|part| part.rows.len()).sum::<usize>();
            (self.wrote)(taken, self.summary.taken);
            together = parts_of_a_turn(together, began.elapsed());
        }
        begun.ok_or_else(|| Refusal::new("import-nothing").into())
    }

    async fn begin(&self, tx: &db::Transaction) -> Result<ImportId> {
        let Self { actor, kind, context, summary, .. } = self;
        // The range's row is locked until commit: on both databases one import begins at a time.
        let import = ImportId(db::take_range(tx, "import", 1).await?);
        must_import(tx, actor, *kind, context.unit).await?;
        refuse_beside_another(tx).await?;
        if let Some(work) = self.work
            && store::is_settled(tx, work).await?
        {
            return Err(Refusal::new("import-taken-already").into());
        }
        let refused = summary.refused();
        let counts = [summary.taken, summary.repeated, refused.len()];
        let at = self.app.clock.0.moment();
        store::insert(tx, import, *kind, context.source, (context.unit, context.year), counts, (actor, &at)).await?;
        store::insert_refusals(tx, import, &refused).await?;
        Ok(import)
    }

    /// Continues with the next part, unless the import was undone meanwhile or the actor may not import any more.
    async fn go_on(&self, tx: &db::Transaction, import: ImportId) -> Result<ImportId> {
        db::take_range(tx, "import", 0).await?;
        must_import(tx, self.actor, self.kind, self.context.unit).await?;
        if store::touch(tx, import, &self.app.clock.0.moment()).await? == 0 {
            return Err(Refusal::new("import-broke-off").into());
        }
        Ok(import)
    }

    /// Judges the rows of a part again, since something was changed after they were judged. What differs is not imported.
    async fn judge_again(
        &self,
        tx: &db::Transaction,
        import: ImportId,
        rows: &BTreeSet<usize>,
        content: &str,
    ) -> Result<Box<dyn Planned>> {
        let context = Context { only: Some(Again { rows, import }), progress: &|_, _| (), ..*self.context };
        let again = self.kind.plan(self.app, Some(tx), &context).await?;
        if again.content() != content {
            return Err(Refusal::conflict("import-changed-meanwhile").into());
        }
        Ok(again)
    }

    async fn end(&self, tx: &db::Transaction, import: ImportId) -> Result<()> {
        if let Some(work) = self.work
            && store::settle_work(tx, work, import).await? == 0
        {
            return Err(Refusal::new("import-taken-already").into());
        }
        // The file stays for its refused rows, but nobody's identity number does.
        if let Some(work) = self.work
            && let Some(sheets) = tabular::without_id_numbers(&self.context.source.sheets)
        {
            store::set_sheets(tx, work, &sheets).await?;
        }
        let args = [("file", self.context.source.name.as_str()), ("rows", &self.summary.taken.to_string())];
        log::write(tx, self.actor, "import-taken-by", Object::new("import", import.0), self.context.unit, &args)
            .await?;
        scope::places::refresh_in(tx, self.app.today()).await?;
        Ok(store::set_progress(tx, import, Progress::Done).await?)
    }
}

/// Whether an import is still being carried out by somebody.
pub(super) fn is_going_on(app: &App, import: &Import) -> bool {
    import.progress() == Progress::Taking && import.touched_at.as_deref().is_some_and(|at| *at >= *stale(app))
}

/// The moment before which an import that is not complete was broken off.
fn stale(app: &App) -> String {
    (app.clock.0.now() - STALE).to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// Undoes the parts of an import that is not complete, if it hasn't gone on since `before`; returns whether nothing of it is
/// left. If later records depend on it, it stays as it is, marked as broken off, and can be undone by hand.
async fn undo_part(app: &App, actor: &Actor, id: ImportId, before: Option<&str>) -> Result<bool> {
    let tx = db::begin(&app.db).await?;
    db::take_range(&tx, "import", 0).await?;
    let Some(import) = store::by_id(&tx, id).await? else { return Ok(true) };
    if import.progress() != Progress::Taking
        || before.is_some_and(|before| import.touched_at.as_deref() >= Some(before))
    {
        return Ok(import.undone_at.is_some());
    }
    let is_undone = match Kind::by_name(app, &import.kind) {
        Some(kind) => kind.undo(app, &tx, actor, id).await?.is_empty(),
        None => false,
    };
    if !is_undone {
        // Nothing of the attempt is stored. Others may import again.
        tx.rollback().await?;
        store::set_progress(&app.db, id, Progress::BrokeOff).await?;
        return Ok(false);
    }
    store::set_undone(&tx, id, actor).await?;
    store::set_progress(&tx, id, Progress::BrokeOff).await?;
    let args = [("file", import.file_name.as_str())];
    log::write(&tx, actor, "import-broken-off-by", Object::new("import", id.0), None, &args).await?;
    scope::places::refresh_in(&tx, app.today()).await?;
    tx.commit().await?;
    app.seal_or_later().await?;
    Ok(true)
}

/// Undoes the parts of imports that were broken off by the end of a process.
pub(super) async fn undo_broken_off(app: &App) -> Result<()> {
    let before = stale(app);
    for id in store::broken_off(&app.db, &before).await? {
        tracing::warn!(import = id.0, "an import was broken off: what it had imported is undone");
        if !undo_part(app, &app.operator(), id, Some(&before)).await? {
            tracing::error!(import = id.0, "an import that was broken off can't be undone: later records depend on it");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_takes_as_many_parts_as_fit_into_its_time() {
        for (taken, millis, next) in
            [(1, 100, 2), (1, 700, 1), (1, 3000, 1), (2, 200, 4), (7, 700, 7), (7, 1400, 3), (2, 0, 4), (8, 100, 8)]
        {
            assert_eq!(parts_of_a_turn(taken, Duration::from_millis(millis)), next, "{taken} in {millis} ms");
        }
    }
}
