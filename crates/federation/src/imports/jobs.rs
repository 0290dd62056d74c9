//! Judging and importing files in the background: the page shows the progress of a long job, and no file has two jobs at a
//! time.
//!
//! The number of finished rows is held in memory. That a file is being imported is stored in the database, so that an import interrupted by a restart can be recognised.
//!
//! Going through the rows of a large file never yields, so it has a thread of its own: the threads that answer requests
//! stay free.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, NaiveDate, Utc};
use desk::{
    actor::Actor,
    app::{App, SharedClock},
    decoding::{self, Share},
    error::{AppError, Result},
    ui::answer::chain,
};
use kernel::{ImportId, Refusal, UnitId};
use tabular::Stop;
use tokio::{
    runtime::Handle,
    select,
    sync::{Notify, Semaphore, watch},
    task::spawn_blocking,
};

use super::{
    Answers, Context, Kind, Source, Summary, TakenRow, actions, bundle,
    layout::{self, View},
    store::{self, Work},
};

/// How long a request waits for the job that it began before it shows the progress.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long verdicts that took longer than that are shown again without judging again, counted from when they were found.
const FRESH: Duration = Duration::from_mins(1);
/// How many files are judged at a time; others wait.
const AT_ONCE: usize = 2;
/// The code of the refusal if judging was replaced by another one of the same file.
pub(super) const JUDGED_ANEW: &str = "import-judged-anew";

/// The import that a file became, and its number of rows.
pub(super) type Taken = (ImportId, usize);

/// The background jobs, by the file's key.
#[derive(Debug)]
pub struct Jobs {
    patience: Duration,
    fresh: Duration,
    turns: Arc<Semaphore>,
    held: Arc<Mutex<HashMap<i64, Held>>>,
}

#[derive(Debug, Default)]
struct Held {
    judging: Option<Judgement>,
    taking: Option<Arc<Job<Taken>>>,
}

#[derive(Debug)]
struct Judgement {
    /// The answers and layout used for judging: other ones require judging again.
    by: String,
    job: Arc<Job<Arc<Judged>>>,
}

impl Default for Jobs {
    fn default() -> Self {
        Self::waiting(PATIENCE)
    }
}

impl Jobs {
    /// With another patience, for tests.
    pub fn waiting(patience: Duration) -> Self {
        Self { patience, fresh: FRESH, turns: Arc::new(Semaphore::new(AT_ONCE)), held: Arc::default() }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<i64, Held>> {
        locked(&self.held)
    }

    /// The result of a job, if it ends while a visitor waits.
    pub(super) async fn soon<T: Clone>(&self, job: &Job<T>) -> Option<Result<T>> {
        job.within(self.patience).await
    }

    /// The job that is importing a file, if there is one.
    pub(super) fn taking(&self, work: i64) -> Option<Arc<Job<Taken>>> {
        self.held().get(&work)?.taking.clone().filter(|job| !job.is_over())
    }

    /// Imports a file as it was shown; one that is being imported already is not imported a second time.
    pub(super) fn take(&self, app: &App, actor: &Actor, work: Work, kind: Kind, shown: &str) -> Arc<Job<Taken>> {
        let mut held = self.held();
        let held = held.entry(work.id).or_default();
        if let Some(job) = held.taking.as_ref().filter(|job| !job.is_over()) {
            return Arc::clone(job);
        }
        let (clock, app, actor, shown) = (app.clock.clone(), app.patient(), actor.clone(), shown.to_owned());
        let job = Job::start(clock, None, async move |job| {
            store::begin_taking(&app.db, work.id).await?;
            let taken = take(&app, &actor, &work, kind, &shown, &job).await;
            if let Err(fault) = &taken {
                let refusal = match fault {
                    AppError::Refused(refusal) => refusal.clone(),
                    _ => Refusal::new("import-broke-off"),
                };
                store::fail_taking(&app.db, work.id, &serde_json::to_string(&refusal)?).await?;
            }
            taken
        });
        held.taking = Some(Arc::clone(&job));
        job
    }

    /// The verdicts on a file: being computed, or computed recently if that took long.
    pub(super) fn judge(&self, app: &App, actor: &Actor, work: &Work, kind: Kind) -> Arc<Job<Arc<Judged>>> {
        let by = format!("{} {:?} {:?} {:?} {}", work.answers, work.layout, work.units, work.year, app.today());
        let (clock, app, actor, work) = (app.clock.clone(), app.clone(), actor.clone(), work.clone());
        let file = (work.id, by);
        self.judge_by(clock, file, async move |job| Ok(Arc::new(judge(&app, &actor, &work, kind, &job).await?)))
    }

    /// The same with any function that judges: a file has one job for judging, with its current answers and layout.
    fn judge_by<F>(
        &self,
        clock: SharedClock,
        (work, by): (i64, String),
        judge: impl FnOnce(Arc<Job<Arc<Judged>>>) -> F,
    ) -> Arc<Job<Arc<Judged>>>
    where
        F: Future<Output = Result<Arc<Judged>>> + Send + 'static,
    {
        let now = clock.0.now();
        let mut held = self.held();
        held.retain(|_, held| {
            let fresh = |judgement: &Judgement| !judgement.job.is_over() || judgement.is_fresh(now, self.fresh);
            held.judging = held.judging.take().filter(fresh);
            held.taking = held.taking.take().filter(|job| !job.is_over());
            held.judging.is_some() || held.taking.is_some()
        });
        let held = held.entry(work).or_default();
        if let Some(judgement) = held.judging.as_ref().filter(|judgement| judgement.by == by) {
            return Arc::clone(&judgement.job);
        }
        if let Some(older) = held.judging.take() {
            older.job.stop();
        }
        let job = Job::start(clock, Some(Arc::clone(&self.turns)), judge);
        held.judging = Some(Judgement { by, job: Arc::clone(&job) });
        self.forget_in_time(work, &job);
        job
    }

    /// Removes verdicts that nobody requests any more from memory.
    fn forget_in_time(&self, work: i64, job: &Arc<Job<Arc<Judged>>>) {
        let (all, fresh) = (Arc::clone(&self.held), self.fresh);
        let (mut outcome, job) = (job.outcome.subscribe(), Arc::downgrade(job));
        tokio::spawn(async move {
            let _ = outcome.wait_for(Option::is_some).await;
            // The outcome contains the verdicts too.
            drop(outcome);
            tokio::time::sleep(fresh).await;
            let mut all = locked(&all);
            let Some(held) = all.get_mut(&work) else { return };
            held.judging = held.judging.take().filter(|judgement| Arc::as_ptr(&judgement.job) != job.as_ptr());
            held.taking = held.taking.take().filter(|job| !job.is_over());
            if held.judging.is_none() && held.taking.is_none() {
                all.remove(&work);
            }
        });
    }

    /// Removes verdicts that are no longer valid.
    pub(super) fn forget(&self, work: i64) {
        if let Some(judgement) = self.held().get_mut(&work).and_then(|held| held.judging.take()) {
            judgement.job.stop();
        }
    }
}

impl Drop for Jobs {
    /// The server doesn't wait for verdicts when it stops.
    fn drop(&mut self) {
        for judgement in self.held().values().filter_map(|held| held.judging.as_ref()) {
            judgement.job.stop();
        }
    }
}

fn locked(held: &Mutex<HashMap<i64, Held>>) -> MutexGuard<'_, HashMap<i64, Held>> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Judgement {
    /// Verdicts that were found immediately are computed again, from what is stored then. Those that took long stay valid
    /// for a while after they were found: whoever waited for them sees them, however long it took.
    fn is_fresh(&self, now: DateTime<Utc>, fresh: Duration) -> bool {
        let since = |ended: &DateTime<Utc>| (now - *ended).to_std().unwrap_or_default();
        self.job.was_slow.load(Ordering::Relaxed) && self.job.ended.get().is_some_and(|ended| since(ended) < fresh)
    }
}

/// A background job, with its progress and its result.
#[derive(Debug)]
pub(super) struct Job<T> {
    done: AtomicUsize,
    all: AtomicUsize,
    written: AtomicUsize,
    to_write: AtomicUsize,
    was_slow: AtomicBool,
    stop: Notify,
    ended: OnceLock<DateTime<Utc>>,
    outcome: watch::Sender<Option<Result<T, Failure>>>,
}

/// Why a job failed, for everyone who waits for it.
#[derive(Clone, Debug)]
enum Failure {
    Refused(Refusal),
    Failed(String),
}

impl From<Failure> for AppError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Failed(fault) => Self::Unreadable { what: "file in work", fault },
        }
    }
}

impl<T: Clone + Send + Sync + 'static> Job<T> {
    /// Starts a job; if there are `turns`, it waits for one.
    fn start<F>(clock: SharedClock, turns: Option<Arc<Semaphore>>, work: impl FnOnce(Arc<Self>) -> F) -> Arc<Self>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let (outcome, _) = watch::channel(None);
        let job = Arc::new(Self {
            done: AtomicUsize::new(0),
            all: AtomicUsize::new(0),
            written: AtomicUsize::new(0),
            to_write: AtomicUsize::new(0),
            was_slow: AtomicBool::new(false),
            stop: Notify::new(),
            ended: OnceLock::new(),
            outcome,
        });
        let running = Arc::clone(&job).run(turns, work(Arc::clone(&job)));
        let ending = Arc::clone(&job);
        tokio::spawn(async move {
            let outcome = running.await;
            if let Err(Failure::Failed(fault)) = &outcome {
                tracing::error!(%fault, "a file in work failed");
            }
            let _ = ending.ended.set(clock.0.now());
            ending.outcome.send_replace(Some(outcome));
        });
        job
    }

    async fn run<F>(self: Arc<Self>, turns: Option<Arc<Semaphore>>, work: F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let stopped = || Refusal::new(JUDGED_ANEW);
        let turn = match turns {
            None => None,
            Some(turns) => select! {
                biased;
                () = self.stop.notified() => return Err(Failure::Refused(stopped())),
                turn = turns.acquire_owned() => turn.ok(),
            },
        };
        let runtime = Handle::current();
        let work = async move {
            select! {
                biased;
                () = self.stop.notified() => Err(stopped().into()),
                done = work => done,
            }
        };
        let running = spawn_blocking(move || {
            let done = runtime.block_on(work);
            drop(turn);
            done
        });
        match running.await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(AppError::Refused(refusal))) => Err(Failure::Refused(refusal)),
            Ok(Err(fault)) => Err(Failure::Failed(chain(&fault))),
            Err(panicked) => Err(Failure::Failed(panicked.to_string())),
        }
    }
}

impl<T> Job<T> {
    /// Finished rows and all rows.
    pub(super) fn progress(&self) -> (usize, usize) {
        (self.done.load(Ordering::Relaxed), self.all.load(Ordering::Relaxed))
    }

    fn set_progress(&self, done: usize, all: usize) {
        self.done.store(done, Ordering::Relaxed);
        self.all.store(all, Ordering::Relaxed);
    }

    /// Imported rows and all that are to be imported; the second is 0 before it begins.
    pub(super) fn written(&self) -> (usize, usize) {
        (self.written.load(Ordering::Relaxed), self.to_write.load(Ordering::Relaxed))
    }

    fn set_written(&self, written: usize, to_write: usize) {
        self.written.store(written, Ordering::Relaxed);
        self.to_write.store(to_write, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        self.outcome.borrow().is_some()
    }

    /// Stops the job at the next point at which it waits for something.
    fn stop(&self) {
        self.stop.notify_one();
    }
}

impl<T: Clone> Job<T> {
    /// Waits for the result.
    pub(super) async fn end(&self) -> Result<T> {
        let mut outcome = self.outcome.subscribe();
        let ended = outcome.wait_for(Option::is_some).await;
        let ended = ended.ok().and_then(|ended| ended.clone());
        Ok(ended.unwrap_or_else(|| Err(Failure::Failed("no outcome".to_owned())))?)
    }

    async fn within(&self, patience: Duration) -> Option<Result<T>> {
        if patience.is_zero() && !self.is_over() {
            self.was_slow.store(true, Ordering::Relaxed);
            return None;
        }
        let ended = tokio::time::timeout(patience, self.end()).await.ok();
        if ended.is_none() {
            self.was_slow.store(true, Ordering::Relaxed);
        }
        ended
    }
}

/// The verdicts on a file, and how it was read.
#[derive(Debug)]
pub(super) struct Judged {
    /// How its table was read, if it has one.
    pub(super) view: Option<View>,
    /// The answers used for judging.
    pub(super) answers: Answers,
    /// The verdicts, or why there is no table.
    pub(super) verdicts: Result<Verdicts, Refusal>,
}

/// Every row of a file.
#[derive(Debug)]
pub(super) struct Verdicts {
    /// Rows that are not accepted, and the counts.
    pub(super) summary: Summary,
    /// Rows to be imported, in their order.
    pub(super) taking: Vec<TakenRow>,
    /// A digest of what the page shows: only what was shown is imported.
    pub(super) shown: String,
}

/// The units that were chosen by hand for rows of a file.
pub(super) fn units_of(work: &Work) -> Result<BTreeMap<usize, String>> {
    Ok(work.units.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default())
}

/// A file that is being imported, with what is needed to judge it.
pub(super) struct Reading {
    source: Source,
    answers: Answers,
    unit: Option<UnitId>,
    year: Option<i32>,
    today: NaiveDate,
}

impl Reading {
    /// Reads what is stored; a large file takes a while.
    pub(super) async fn load(app: &App, work: &Work, kind: Kind) -> Result<Self> {
        let unknown = || Refusal::unknown("import-unknown").with("id", work.id);
        let length = store::content_length(&app.db, work.id).await?.ok_or_else(unknown)?;
        let turn = decoding::turn(Share::of_bytes(length.unsigned_abs())).await?;
        let content = store::content(&app.db, work.id).await?.ok_or_else(unknown)?;
        let (work, today) = (work.clone(), app.today());
        turn.run(move |stop| Self::read(&work, &content, kind, today, stop)).await?
    }

    fn read(work: &Work, content: &str, kind: Kind, today: NaiveDate, stop: Stop<'_>) -> Result<Self> {
        let source = if let Some(sheets) = content.strip_prefix(store::SHEETS) {
            let (name, sheets) = (work.file_name.clone(), serde_json::from_str(sheets)?);
            Source { name, sheets, ..Source::default() }
        } else {
            Source::from_files_until(bundle::unpacked(&work.file_name, content)?, kind, stop)?
        };
        let layout = match work.layout.as_deref() {
            None => source.layout.clone(),
            stored => layout::from_stored(stored)?,
        };
        let units = units_of(work)?;
        Ok(Self {
            source: Source { layout, units, ..source.as_sheets(stop) },
            answers: serde_json::from_str(&work.answers)?,
            unit: work.unit_id.map(UnitId),
            year: work.year.and_then(|year| i32::try_from(year).ok()),
            today,
        })
    }

    /// The context for an import.
    pub(super) fn context<'a>(&'a self, progress: &'a (dyn Fn(usize, usize) + Send + Sync)) -> Context<'a> {
        let Self { source, answers, unit, year, today } = self;
        Context { source, unit: *unit, year: *year, answers, from: None, today: *today, only: None, progress }
    }
}

async fn judge(app: &App, actor: &Actor, work: &Work, kind: Kind, job: &Job<Arc<Judged>>) -> Result<Judged> {
    let reading = Reading::load(app, work, kind).await?;
    let tell = |done, all| job.set_progress(done, all);
    let table = kind.table(&reading.context(&tell)).ok().flatten();
    let view = layout::view(&reading.source, kind, reading.year, table.as_ref());
    let judged = actions::judge(app, actor, kind, &reading.context(&tell)).await;
    let verdicts = match judged {
        Ok((summary, taking)) => {
            let shown = shown(work, &summary);
            Ok(Verdicts { summary, taking, shown })
        }
        // A table that was not found may be selected by hand if there is a sheet to choose from, or the file dropped.
        Err(AppError::Refused(refusal)) if !refusal.is_forbidden() => Err(refusal),
        Err(other) => return Err(other),
    };
    Ok(Judged { view, answers: reading.answers, verdicts })
}

/// A digest of what a page shows of a file: how it was read and answered, and the content of the rows, not only their number.
fn shown(work: &Work, summary: &Summary) -> String {
    web::digest(&format!("{:?} {:?} {:?} {} {summary:?}", work.layout, work.units, work.year, work.answers))
}

async fn take(app: &App, actor: &Actor, work: &Work, kind: Kind, was_shown: &str, job: &Job<Taken>) -> Result<Taken> {
    let reading = Reading::load(app, work, kind).await?;
    let tell = |done, all| job.set_progress(done, all);
    let is_shown = |summary: &Summary| shown(work, summary) == was_shown;
    let wrote = |written, to_write| job.set_written(written, to_write);
    let context = reading.context(&tell);
    let taken = actions::confirm_if(app, actor, kind, &context, is_shown, Some(work.id), &wrote).await?;
    Ok((taken.0, taken.1.taken))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use kernel::Clock;
    use tokio::sync::oneshot;

    use super::*;

    /// A clock that is set by hand.
    #[derive(Default)]
    struct Hands(Mutex<DateTime<Utc>>);

    impl Hands {
        fn on(&self, seconds: i64) {
            *self.0.lock().expect("the hands") += chrono::Duration::seconds(seconds);
        }
    }

    impl Clock for Hands {
        fn now(&self) -> DateTime<Utc> {
            *self.0.lock().expect("the hands")
        }
    }

    fn verdicts() -> Arc<Judged> {
        Arc::new(Judged { view: None, answers: Answers::new(), verdicts: Err(Refusal::new("file-empty")) })
    }

    /// A job that ends when the test says so.
    fn judging(jobs: &Jobs, clock: &Arc<Hands>, work: i64, by: &str) -> (Arc<Job<Arc<Judged>>>, oneshot::Sender<()>) {
        let (end, ended) = oneshot::channel::<()>();
        let clock = SharedClock(Arc::clone(clock) as Arc<dyn Clock>);
        let job = jobs.judge_by(clock, (work, by.to_owned()), async move |_| {
            let _ = ended.await;
            Ok(verdicts())
        });
        (job, end)
    }

    #[tokio::test]
    async fn verdicts_are_valid_from_the_end_of_their_judging() {
        let (jobs, clock) = (Jobs::waiting(Duration::ZERO), Arc::<Hands>::default());
        let ((begin, begun), (end, ended)) = (oneshot::channel::<()>(), oneshot::channel::<()>());
        let shared = SharedClock(Arc::clone(&clock) as Arc<dyn Clock>);
        let slow = jobs.judge_by(shared, (1, "a".to_owned()), async move |_| {
            let _ = begin.send(());
            let _ = ended.await;
            Ok(verdicts())
        });
        assert!(jobs.soon(&slow).await.is_none(), "still being judged");
        // Time passes while the file is being judged, not before.
        begun.await.expect("begins");
        clock.on(600);
        end.send(()).expect("waits");
        slow.end().await.expect("verdicts");
        clock.on(59);
        assert!(Arc::ptr_eq(&slow, &judging(&jobs, &clock, 1, "a").0), "the same are shown");
        clock.on(2);
        assert!(!Arc::ptr_eq(&slow, &judging(&jobs, &clock, 1, "a").0), "judged anew");
    }

    #[tokio::test]
    async fn a_file_with_another_layout_is_judged_again() {
        let (jobs, clock) = (Jobs::default(), Arc::default());
        let (older, _end) = judging(&jobs, &clock, 1, "a");
        let (newer, end) = judging(&jobs, &clock, 1, "b");
        let stopped = older.end().await.expect_err("no verdicts");
        assert!(matches!(stopped, AppError::Refused(refusal) if refusal.code == JUDGED_ANEW));
        end.send(()).expect("waits");
        newer.end().await.expect("verdicts");
    }

    #[tokio::test]
    async fn two_files_are_judged_at_once_in_the_background() {
        let (jobs, clock) = (Jobs::default(), Arc::<Hands>::default());
        let (begun, beginnings) = mpsc::channel();
        let (ends, jobs): (Vec<_>, Vec<_>) = (0..3)
            .map(|work| {
                let (end, ended) = mpsc::channel::<()>();
                let begun = begun.clone();
                // Nothing in it lets another task run on the same thread.
                let judge = async move |_| {
                    let _ = begun.send(work);
                    let _ = ended.recv();
                    Ok(verdicts())
                };
                let clock = SharedClock(Arc::clone(&clock) as Arc<dyn Clock>);
                (end, jobs.judge_by(clock, (work, String::new()), judge))
            })
            .unzip();
        let mut first = Vec::new();
        while first.len() < 2 {
            first.extend(beginnings.try_recv());
            tokio::task::yield_now().await;
        }
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        assert!(beginnings.try_recv().is_err(), "the third waits for its turn");
        drop(ends);
        for job in jobs {
            job.end().await.expect("verdicts");
        }
        assert_eq!(beginnings.try_iter().count(), 1);
    }

    #[tokio::test]
    async fn verdicts_that_nobody_requests_are_removed() {
        let mut jobs = Jobs::waiting(Duration::ZERO);
        jobs.fresh = Duration::ZERO;
        let (job, end) = judging(&jobs, &Arc::default(), 1, "a");
        let verdicts = Arc::downgrade(&job);
        end.send(()).expect("waits");
        job.end().await.expect("verdicts");
        drop(job);
        while verdicts.upgrade().is_some() {
            tokio::task::yield_now().await;
        }
        assert!(jobs.held().is_empty());
    }
}
