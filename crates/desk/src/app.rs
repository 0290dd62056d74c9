//! The application: an open database with its kinds, metrics, clock and key, and the actor of the command line.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::NaiveDate;
use kernel::{AccountId, Clock, RecordId, Refusal, Zone};
use ledger::{SealKey, db};
use sea_orm::{ConnectionTrait, DbBackend};

use crate::{
    actor::{Actor, Held, Role},
    config::Config,
    definitions::{Definitions, InForce},
    error::{AppError, Result},
    feature::{Features, Title},
};

/// Everything an action needs; cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// The database.
    pub db: db::Database,
    /// Where the time comes from.
    pub clock: SharedClock,
    /// The federation's zone.
    pub zone: Zone,
    /// Where the data and the keys are stored.
    pub config: Arc<Config>,
    /// Every feature.
    pub features: Features,
    /// The most rows of an export; a longer one is refused.
    pub most_exported: u64,
    /// Kinds and metrics.
    pub(crate) in_force: Arc<InForce>,
    /// Values that features share while the application runs.
    shared: Shared,
}

/// Values that features share while the application runs, one of each type: caches, open folders, running work. Nothing in
/// it has to outlive the process.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>>);

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("shared")
    }
}

/// A clock that implements `Debug`.
#[derive(Clone)]
pub struct SharedClock(pub Arc<dyn Clock>);

impl std::fmt::Debug for SharedClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("clock")
    }
}

impl App {
    /// Opens the database: creates what is missing, runs migrations, registers kinds and metrics.
    pub async fn open(features: Features, config: Config, clock: Arc<dyn Clock>) -> Result<Self> {
        config.make_folder()?;
        let unreachable = |fault: sea_orm::DbErr| config.unreachable(&fault);
        let migrating = db::connect_alone(&config.database_url()).await.map_err(unreachable)?;
        let migrations = ledger::migration::LEDGER.iter().chain(features.migrations());
        ledger::migration::migrate(&migrating, migrations).await.map_err(unreachable)?;
        let db = db::connect(&config.database_url()).await.map_err(unreachable)?;
        migrating.close().await.map_err(unreachable)?;
        let definitions = Definitions::read(features, &config, &db, clock.as_ref()).await?;
        let app = Self {
            db,
            clock: SharedClock(clock),
            zone: Zone::default(),
            config: Arc::new(config),
            features,
            most_exported: crate::ui::export::MOST_ROWS,
            in_force: Arc::new(InForce::new(definitions)),
            shared: Shared::default(),
        };
        let position = ledger::position(&app.db).await?;
        for feature in features.all() {
            if let Some(open) = feature.on_open {
                open(&app).await?;
            }
        }
        app.tell_definitions().await?;
        if ledger::position(&app.db).await? > position {
            app.seal_on_opening().await?;
        }
        Ok(app)
    }

    /// Seals what was booked on opening. A refusal, such as that of a chain that was cut, doesn't keep the database from being
    /// opened: whoever seals or verifies next is told.
    async fn seal_on_opening(&self) -> Result<()> {
        match self.seal().await {
            Err(AppError::Refused(refusal)) => {
                tracing::warn!(code = refusal.code, "what was booked on opening is not sealed");
                Ok(())
            }
            done => done.map(drop),
        }
    }

    /// The shared value of a type; created when it is first needed.
    pub fn shared<T: Any + Send + Sync + Default>(&self) -> Arc<T> {
        let mut values = self.shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        // Under a type's key the map contains a value of that type only.
        Arc::clone(value).downcast::<T>().unwrap_or_default()
    }

    /// The shared value of a type, if there is one.
    pub fn shared_if<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let values = self.shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.get(&TypeId::of::<T>()).and_then(|value| Arc::clone(value).downcast::<T>().ok())
    }

    /// Replaces the shared value of a type.
    pub fn share<T: Any + Send + Sync>(&self, value: T) {
        let mut values = self.shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.insert(TypeId::of::<T>(), Arc::new(value));
    }

    /// Compares the records of every feature with the ledger.
    pub async fn reconcile(&self) -> Result<ledger::Reconciled> {
        let kinds = self.kinds();
        let mut desired = Vec::new();
        for records in self.features.records() {
            desired.extend(records.desired(self).await?);
        }
        Ok(ledger::reconcile(&self.db, &kinds, desired).await?)
    }

    /// The title of each record, and its page. A record that is about a person has no page here.
    pub async fn titles(&self, records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        let mut titles = HashMap::new();
        for kind in self.features.records() {
            titles.extend(kind.titles(self, records).await?);
        }
        Ok(titles)
    }

    /// The same application with another clock.
    #[must_use]
    pub fn with_clock(&self, clock: Arc<dyn Clock>) -> Self {
        Self { clock: SharedClock(clock), ..self.clone() }
    }

    /// The same application with another limit for exports.
    #[must_use]
    pub fn exporting_at_most(&self, rows: u64) -> Self {
        Self { most_exported: rows, ..self.clone() }
    }

    /// The same application for background work: it waits for its turn to write for as long as an import takes.
    #[must_use]
    pub fn patient(&self) -> Self {
        Self { db: self.db.waiting(std::time::Duration::from_hours(2)), ..self.clone() }
    }

    /// The command line's actor at this moment.
    pub fn operator(&self) -> Actor {
        let operator = Held { role: Role::Operator, unit: None, places: None, group: None };
        Actor { roles: Arc::new([operator]), ..Actor::plain(AccountId::OPERATOR, self.clock.0.moment()) }
    }

    /// How many rows an export reads: one more than allowed, to notice that it would be cut.
    pub fn to_export(&self) -> u64 {
        self.most_exported.saturating_add(1)
    }

    /// Today in the federation's zone.
    pub fn today(&self) -> NaiveDate {
        self.zone.today(self.clock.0.as_ref())
    }

    /// The key that signs seals; created on first use.
    pub fn seal_key(&self) -> Result<SealKey> {
        let key = SealKey::load_or_make(&self.config.seal_key_file(), rand::random)?;
        self.config.publish_key(&key.public())?;
        Ok(key)
    }

    /// Seals what is not sealed yet.
    pub async fn seal(&self) -> Result<ledger::Sealed> {
        let key = self.seal_key()?;
        self.refuse_cut_chain().await?;
        let sealed = ledger::seal(&self.db, &key, &self.clock.0.moment()).await?;
        if let Some((position, hash)) = ledger::last_seal(&self.db).await? {
            self.config.publish_head(position, &hash)?;
        }
        Ok(sealed)
    }

    /// Seals after something was stored. If there is no space to write, or others write for long, sealing is left to the
    /// next scheduled time.
    pub async fn seal_or_later(&self) -> Result<()> {
        match self.seal().await {
            Err(AppError::Refused(refusal)) if refusal.code.starts_with("database-") => {
                tracing::warn!(code = refusal.code, "what was stored is sealed later");
                Ok(())
            }
            done => done.map(drop),
        }
    }

    /// Checks for alterations: every block, and whether the chain still contains the last seal that is stored beside the key.
    pub async fn verify(&self, progress: impl FnMut(i64, i64)) -> Result<ledger::Verdict> {
        verify(&self.config, &self.db, progress).await
    }

    /// Refuses to store anything that would have to be sealed if seals were removed from the chain.
    pub async fn refuse_cut_chain(&self) -> Result<()> {
        match cut_chain(&self.config, &self.db).await? {
            Some(cut) => Err(cut.into()),
            None => Ok(()),
        }
    }

    /// Seals when what is not sealed yet has stood for an hour: sealing by time, whoever comes by next.
    pub async fn seal_when_due(&self) -> Result<()> {
        let sql = "select min(recorded_at) from (select recorded_at from ledger_entry where seq > $1 \
             union all select recorded_at from tree_edge where seq > $1) unsealed";
        let last: Option<i64> = db::scalar(&self.db, "select max(last_seq) from seal", vec![]).await?.flatten();
        let oldest: Option<String> = db::scalar(&self.db, sql, vec![last.unwrap_or(0).into()]).await?.flatten();
        let due = self.clock.0.now() - chrono::Duration::hours(1);
        let due = due.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        if oldest.is_some_and(|oldest| oldest <= due) {
            self.seal().await?;
        }
        Ok(())
    }

    /// The name of the database engine, for `doctor`.
    pub fn backend(&self) -> &'static str {
        match self.db.get_database_backend() {
            DbBackend::Sqlite => "SQLite",
            DbBackend::Postgres => "PostgreSQL",
            _ => "?",
        }
    }
}

/// Looks for what was altered as [`App::verify`] does, in a database that is only read: it may be a copy that can't be written.
pub async fn verify_copy(config: &Config, progress: impl FnMut(i64, i64)) -> Result<ledger::Verdict> {
    let db = db::connect_to_read(&config.database_url()).await.map_err(|fault| config.unreachable(&fault))?;
    let verdict = verify(config, &db, progress).await?;
    db.close().await?;
    Ok(verdict)
}

async fn verify(config: &Config, db: &db::Database, progress: impl FnMut(i64, i64)) -> Result<ledger::Verdict> {
    let mut verdict = ledger::verify(db, &config.public_keys(), progress).await?;
    verdict.faults.extend(cut_chain(config, db).await?);
    Ok(verdict)
}

/// Whether seals were taken away: the last one lies beside the key, and its block is no longer there.
async fn cut_chain(config: &Config, db: &db::Database) -> Result<Option<Refusal>> {
    let (position, hash) = match config.sealed_head() {
        Ok(Some(head)) => head,
        Ok(None) => return Ok(None),
        Err(unreadable) => return Ok(Some(unreadable)),
    };
    let there = ledger::seal_at(db, position).await?;
    Ok((there.as_deref() != Some(hash.as_str())).then(|| Refusal::new("verify-cut").with("position", position)))
}

/// Where fonts are looked for: beside the binary first, then in the data folder.
pub fn font_folders(config: &Config) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Ok(binary) = std::env::current_exe()
        && let Some(folder) = binary.parent()
    {
        folders.push(folder.join("fonts"));
        // Test binaries are one folder deeper.
        folders.extend(folder.parent().map(|above| above.join("fonts")));
    }
    folders.extend(std::env::var_os("QINGLAN_FONTS").map(PathBuf::from));
    folders.extend(config.folder().map(|folder| folder.join("fonts")));
    folders
}
