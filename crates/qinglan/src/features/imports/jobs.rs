//! Judging and taking beside the requests: a long one is watched on its page, and none runs twice at a time.
//!
//! How many rows are done is held in memory: on SQLite the transaction that takes the rows has the only right to write. That a
//! file is being taken stands with it in the database, so that one that a restart cut off is known as such.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{ImportId, Refusal, UnitId};
use tokio::sync::watch;

use super::{
    Answers, Context, Kind, Source, Summary, actions,
    layout::{self, View},
    store::{self, Work},
};
use crate::{
    app::{Actor, App},
    error::{AppError, Result},
    ui::answer::chain,
};

/// How long a request waits for what it began before it shows how far it is.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long verdicts that took longer are shown again without judging anew.
const FRESH: chrono::Duration = chrono::Duration::seconds(60);

/// The import that a file became, and its rows.
pub(super) type Taken = (ImportId, usize);

/// What runs beside the requests, by the file's key.
#[derive(Debug)]
pub struct Jobs {
    patience: Duration,
    held: Mutex<HashMap<i64, Held>>,
}

#[derive(Debug, Default)]
struct Held {
    judging: Option<Judgement>,
    taking: Option<Arc<Job<Taken>>>,
}

#[derive(Debug)]
struct Judgement {
    /// What was judged by: another answer or layout wants a new one.
    by: String,
    begun: DateTime<Utc>,
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
        Self { patience, held: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<i64, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a job comes to, if it does so while a visitor waits.
    pub(super) async fn soon<T: Clone>(&self, job: &Job<T>) -> Option<Result<T>> {
        job.within(self.patience).await
    }

    /// The file being taken now, if it is.
    pub(super) fn taking(&self, work: i64) -> Option<Arc<Job<Taken>>> {
        self.held().get(&work)?.taking.clone().filter(|job| !job.is_over())
    }

    /// Takes a file as it was shown; one that is being taken already is not taken a second time.
    pub(super) fn take(&self, app: &App, actor: &Actor, work: Work, kind: Kind, shown: &str) -> Arc<Job<Taken>> {
        let mut held = self.held();
        let held = held.entry(work.id).or_default();
        if let Some(job) = held.taking.as_ref().filter(|job| !job.is_over()) {
            return Arc::clone(job);
        }
        let (app, actor, shown) = (app.clone(), actor.clone(), shown.to_owned());
        let job = Job::start(async move |job| {
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

    /// The verdicts on a file: being found, or found lately if that took long.
    pub(super) fn judge(&self, app: &App, actor: &Actor, work: &Work, kind: Kind) -> Arc<Job<Arc<Judged>>> {
        let by = format!("{} {:?} {}", work.answers, work.layout, app.today());
        let now = app.clock.0.now();
        let mut held = self.held();
        held.retain(|_, held| {
            let fresh = |judgement: &Judgement| !judgement.job.is_over() || judgement.is_fresh(now);
            held.judging = held.judging.take().filter(fresh);
            held.taking = held.taking.take().filter(|job| !job.is_over());
            held.judging.is_some() || held.taking.is_some()
        });
        let held = held.entry(work.id).or_default();
        if let Some(judgement) = held.judging.as_ref().filter(|judgement| judgement.by == by) {
            return Arc::clone(&judgement.job);
        }
        let (app, actor, work) = (app.clone(), actor.clone(), work.clone());
        let job = Job::start(async move |job| Ok(Arc::new(judge(&app, &actor, &work, kind, &job).await?)));
        held.judging = Some(Judgement { by, begun: now, job: Arc::clone(&job) });
        job
    }

    /// Forgets verdicts that no longer hold.
    pub(super) fn forget(&self, work: i64) {
        if let Some(held) = self.held().get_mut(&work) {
            held.judging = None;
        }
    }
}

impl Judgement {
    /// Verdicts that were found at once are found again at once, from what is stored by then.
    fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        self.job.was_slow.load(Ordering::Relaxed) && now - self.begun < FRESH
    }
}

/// Something that runs beside the requests, how far it is, and what it comes to.
#[derive(Debug)]
pub(super) struct Job<T> {
    done: AtomicUsize,
    all: AtomicUsize,
    was_slow: AtomicBool,
    outcome: watch::Sender<Option<Result<T, Failure>>>,
}

/// Why a job came to nothing, for each who waits for it.
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
    fn start<F>(work: impl FnOnce(Arc<Self>) -> F) -> Arc<Self>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let (outcome, _) = watch::channel(None);
        let job = Arc::new(Self {
            done: AtomicUsize::new(0),
            all: AtomicUsize::new(0),
            was_slow: AtomicBool::new(false),
            outcome,
        });
        let running = tokio::spawn(work(Arc::clone(&job)));
        let ending = Arc::clone(&job);
        tokio::spawn(async move {
            let outcome = match running.await {
                Ok(Ok(done)) => Ok(done),
                Ok(Err(AppError::Refused(refusal))) => Err(Failure::Refused(refusal)),
                Ok(Err(fault)) => Err(Failure::Failed(chain(&fault))),
                Err(panicked) => Err(Failure::Failed(panicked.to_string())),
            };
            if let Err(Failure::Failed(fault)) = &outcome {
                tracing::error!(%fault, "a file in work failed");
            }
            ending.outcome.send_replace(Some(outcome));
        });
        job
    }
}

impl<T> Job<T> {
    /// Rows done, of rows in all.
    pub(super) fn told(&self) -> (usize, usize) {
        (self.done.load(Ordering::Relaxed), self.all.load(Ordering::Relaxed))
    }

    fn tell(&self, done: usize, all: usize) {
        self.done.store(done, Ordering::Relaxed);
        self.all.store(all, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        self.outcome.borrow().is_some()
    }
}

impl<T: Clone> Job<T> {
    /// What it comes to.
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

/// The verdicts on a file, with how it was read.
#[derive(Debug)]
pub(super) struct Judged {
    /// How its table was read, where it has one.
    pub(super) view: Option<View>,
    /// The answers that were judged by.
    pub(super) answers: Answers,
    /// The verdicts, or why there is no table.
    pub(super) verdicts: Result<Verdicts, Refusal>,
}

/// Every row of a file.
#[derive(Debug)]
pub(super) struct Verdicts {
    /// Rows that are not fine, and the counts.
    pub(super) summary: Summary,
    /// Rows to be taken, each with its label, in their order.
    pub(super) taking: Vec<(usize, String)>,
    /// What the page shows, in short: taken is only what was shown.
    pub(super) shown: String,
}

/// A file in work as it is judged.
pub(super) struct Reading {
    source: Source,
    answers: Answers,
    unit: Option<UnitId>,
    year: Option<i32>,
    today: NaiveDate,
}

impl Reading {
    /// Reads what is stored; a large file takes its time.
    pub(super) async fn of(app: &App, work: &Work, kind: Kind) -> Result<Self> {
        let unknown = || Refusal::new("import-unknown").with("id", work.id);
        let content = store::content(&app.db, work.id).await?.ok_or_else(unknown)?;
        let (work, today) = (work.clone(), app.today());
        let read = tokio::task::spawn_blocking(move || Self::read(&work, &content, kind, today));
        read.await.map_err(|fault| AppError::Unreadable { what: "file in work", fault: fault.to_string() })?
    }

    fn read(work: &Work, content: &str, kind: Kind, today: NaiveDate) -> Result<Self> {
        let unreadable =
            |fault: base64::DecodeError| AppError::Unreadable { what: "stored file", fault: fault.to_string() };
        let source = Source::of(&work.file_name, STANDARD.decode(content).map_err(unreadable)?, kind)?;
        let layout = layout::kept(work.layout.as_deref())?;
        Ok(Self {
            source: Source { layout, ..source.as_sheets() },
            answers: serde_json::from_str(&work.answers)?,
            unit: work.unit_id.map(UnitId),
            year: work.year.and_then(|year| i32::try_from(year).ok()),
            today,
        })
    }

    /// What an import works with.
    pub(super) fn context<'a>(&'a self, progress: &'a (dyn Fn(usize, usize) + Send + Sync)) -> Context<'a> {
        let Self { source, answers, unit, year, today } = self;
        Context { source, unit: *unit, year: *year, answers, from: None, today: *today, progress }
    }
}

async fn judge(app: &App, actor: &Actor, work: &Work, kind: Kind, job: &Job<Arc<Judged>>) -> Result<Judged> {
    let reading = Reading::of(app, work, kind).await?;
    let view = layout::view(&reading.source, kind);
    let tell = |done, all| job.tell(done, all);
    let judged = actions::judge(app, actor, kind, &reading.context(&tell)).await;
    let verdicts = match judged {
        Ok((summary, taking)) => {
            let shown = shown(work, &summary);
            Ok(Verdicts { summary, taking, shown })
        }
        // What was not found may be put by hand, where there is a sheet to choose from, or the file dropped.
        Err(AppError::Refused(refusal)) if refusal.code != "not-permitted" => Err(refusal),
        Err(other) => return Err(other),
    };
    Ok(Judged { view, answers: reading.answers, verdicts })
}

/// What a page shows of a file, in short: how it was read and answered, and what the rows hold, not only how many they are.
fn shown(work: &Work, summary: &Summary) -> String {
    web::digest(&format!("{:?} {} {summary:?}", work.layout, work.answers))
}

async fn take(app: &App, actor: &Actor, work: &Work, kind: Kind, was_shown: &str, job: &Job<Taken>) -> Result<Taken> {
    let reading = Reading::of(app, work, kind).await?;
    let tell = |done, all| job.tell(done, all);
    let is_shown = |summary: &Summary| shown(work, summary) == was_shown;
    let taken = actions::confirm_if(app, actor, kind, &reading.context(&tell), is_shown, Some(work.id)).await?;
    Ok((taken.0, taken.1.taken))
}
