//! The kinds and metrics in force. More can be added while the server runs; each request sees a single state of them.
//!
//! Built-in kinds and metrics come from the features; own ones come from the database and from `metrics.toml` in the data
//! folder. Another process can add some too, such as the command line beside the server. So before each request the server
//! reads the ledger's revision of definitions, one row found by its key: a page then never shows an older state than the
//! stored one, and it costs next to nothing compared with the session, which is looked up for each request anyway. The file
//! is compared once a minute, since nobody waits for it, and the revision is then compared as well, for background work.

use std::{
    cell::RefCell,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use kernel::{Clock, Refusal};
use ledger::{KindSpec, Kinds, Metrics, db};

use crate::{app::App, config::Config, error::Result, feature::Features, ui::answer::chain};

/// Kinds and metrics that match each other.
#[derive(Debug)]
pub struct Definitions {
    kinds: Arc<Kinds>,
    metrics: Arc<Metrics>,
    /// The text of `metrics.toml` in the data folder.
    file: Option<String>,
}

/// The definitions in force, shared by all clones of the application.
#[derive(Debug)]
pub(crate) struct InForce {
    current: RwLock<Arc<Definitions>>,
    /// Locked while they are read again, so that an older state never replaces a newer one.
    reading: tokio::sync::Mutex<()>,
    /// The last revision for which they were read again: if that fails, the next request doesn't repeat it.
    noticed: AtomicI64,
}

tokio::task_local! {
    /// The definitions that the current request uses; see [`App::on_one_state`].
    static OF_REQUEST: RefCell<Arc<Definitions>>;
}

impl Definitions {
    pub(crate) async fn read(
        features: Features,
        config: &Config,
        db: &db::Database,
        clock: &dyn Clock,
    ) -> Result<Arc<Self>> {
        let specs: Vec<&KindSpec> = features.all().flat_map(|feature| feature.kinds).collect();
        let kinds = Kinds::load(db, &specs, &clock.moment()).await?;
        let mut metrics = Metrics::default();
        for feature in features.all() {
            metrics.extend(Metrics::parse(feature.metrics, &kinds)?)?;
        }
        let file = config.own_metrics()?;
        if let Some(text) = &file {
            let own = Metrics::parse(text, &kinds)?;
            if let Some(odd) = own.all().find(|metric| !metric.key.starts_with("own.")) {
                return Err(Refusal::new("metric-not-own").with("key", &odd.key).into());
            }
            metrics.extend(own)?;
        }
        metrics.record(db, clock).await?;
        // A key that the file has too is the file's, so that a server opens whatever stands in either.
        for key in metrics.extend_missing(Metrics::load(db, &kinds).await?) {
            tracing::warn!(key, "a metric of the database has the key of one in metrics.toml, which is in force");
        }
        Ok(Arc::new(Self { kinds: Arc::new(kinds), metrics: Arc::new(metrics), file }))
    }
}

impl InForce {
    pub(crate) fn new(definitions: Arc<Definitions>) -> Self {
        let noticed = AtomicI64::new(definitions.kinds.revision());
        Self { current: RwLock::new(definitions), reading: tokio::sync::Mutex::default(), noticed }
    }

    fn current(&self) -> Arc<Definitions> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl App {
    fn definitions(&self) -> Arc<Definitions> {
        let of_request = OF_REQUEST.try_with(|definitions| Arc::clone(&definitions.borrow()));
        of_request.unwrap_or_else(|_| self.in_force.current())
    }

    /// The kinds in force; the same throughout a request.
    pub fn kinds(&self) -> Arc<Kinds> {
        Arc::clone(&self.definitions().kinds)
    }

    /// Whether a metric stands in the federation's own file.
    pub fn metric_is_of_file(&self, key: &str) -> Result<bool> {
        let Some(text) = &self.definitions().file else { return Ok(false) };
        Ok(Metrics::parse(text, &self.kinds())?.get(key).is_ok())
    }

    /// The metrics in force; the same throughout a request.
    pub fn metrics(&self) -> Arc<Metrics> {
        Arc::clone(&self.definitions().metrics)
    }

    /// Reads kinds and metrics again: those of the database, and the federation's own file. Whoever stores some calls this
    /// after the commit, and continues with the new state. If reading fails, the current ones stay in force.
    pub async fn reload(&self) -> Result<()> {
        let _alone = self.in_force.reading.lock().await;
        let read = Definitions::read(self.features, &self.config, &self.db, self.clock.0.as_ref()).await?;
        // Outside of a request there is nothing to replace.
        let _ = OF_REQUEST.try_with(|definitions| definitions.replace(Arc::clone(&read)));
        *self.in_force.current.write().unwrap_or_else(PoisonError::into_inner) = read;
        self.tell_definitions().await
    }

    /// Tells the features that kinds and metrics were read.
    pub(crate) async fn tell_definitions(&self) -> Result<()> {
        for tell in self.features.all().filter_map(|feature| feature.on_definitions) {
            tell(self).await?;
        }
        Ok(())
    }

    /// Reads kinds and metrics again if another process has added some. Runs before each request.
    pub(crate) async fn notice_definitions(&self) -> Result<()> {
        let revision = ledger::revision(&self.db).await?;
        let known = self.in_force.current().kinds.revision() == revision;
        if !known && self.in_force.noticed.swap(revision, Ordering::Relaxed) != revision {
            self.reload().await?;
        }
        Ok(())
    }

    /// Reads kinds and metrics again if another process has added some or the federation's own file was changed. Runs every
    /// minute.
    pub(crate) async fn compare_definitions(&self) -> Result<()> {
        let current = self.in_force.current();
        let revision = ledger::revision(&self.db).await?;
        if current.kinds.revision() != revision || current.file != self.config.own_metrics()? {
            self.reload().await?;
        }
        Ok(())
    }

    /// Runs a request with the kinds and metrics that are in force when it begins, or that it stores itself.
    pub async fn on_one_state<T>(&self, work: impl Future<Output = T>) -> T {
        if let Err(fault) = self.notice_definitions().await {
            tracing::error!(fault = %chain(&fault), "kinds and metrics could not be read anew");
        }
        OF_REQUEST.scope(RefCell::new(self.in_force.current()), work).await
    }
}
