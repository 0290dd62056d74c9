//! The application: an open database with its kinds, metrics, clock and key, and who acts.

use std::{path::PathBuf, sync::Arc};

use chrono::NaiveDate;
use kernel::{AccountId, Clock, Moment, PersonId, Refusal, Zone};
use ledger::{By, Kinds, Metrics, SealKey, db};
use sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::{MigrationTrait, MigratorTrait};

use crate::{
    config::Config,
    error::{AppError, Result},
    features::{
        self,
        accounts::{Action, Held, Role, Scope},
        units,
    },
};

/// Everything an action needs; cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// The database.
    pub db: db::Database,
    /// Registered fact kinds.
    pub kinds: Arc<Kinds>,
    /// Metrics in force.
    pub metrics: Arc<Metrics>,
    /// Where the time comes from.
    pub clock: SharedClock,
    /// The federation's zone.
    pub zone: Zone,
    /// Where keys lie.
    pub config: Arc<Config>,
    /// The contents of files that people handed in.
    pub files: features::files::Contents,
    /// Books that were opened before.
    pub ledgers: Arc<features::metrics::Ledgers>,
}

/// A clock that can be shown in a debug text.
#[derive(Clone)]
pub struct SharedClock(pub Arc<dyn Clock>);

impl std::fmt::Debug for SharedClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("clock")
    }
}

/// Who acts, the moment of the action, and the roles that allow it.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// The moment.
    pub at: Moment,
    /// Roles held today.
    pub roles: Arc<[Held]>,
    /// The person whose account it is.
    pub person: Option<PersonId>,
}

impl Actor {
    /// An account without any role.
    pub fn plain(account: AccountId, at: Moment) -> Self {
        Self { account, at, roles: Arc::default(), person: None }
    }

    /// Where this may be done.
    pub fn scope(&self, action: Action) -> Scope {
        Scope::of(&self.roles, self.person, action)
    }

    /// As the ledger wants it.
    pub fn by(&self) -> By<'_> {
        By { account: self.account, at: &self.at }
    }
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        ledger::migration::LEDGER
            .iter()
            .chain(features::MIGRATIONS.iter().copied().flatten())
            .map(|tables| Box::new(ledger::migration::Tables { ..*tables }) as Box<dyn MigrationTrait>)
            .collect()
    }
}

impl App {
    /// Opens the database: makes what is missing, migrates what is old, enters kinds and metrics.
    pub async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<Self> {
        config.make_folder()?;
        let unreachable = |fault: sea_orm::DbErr| config.unreachable(&fault);
        let migrating = db::connect_alone(&config.database_url()).await.map_err(unreachable)?;
        Migrator::up(&migrating, None).await.map_err(unreachable)?;
        let db = db::connect(&config.database_url()).await.map_err(unreachable)?;
        migrating.close().await.map_err(unreachable)?;
        features::fill(&db).await?;
        let kinds = Kinds::register(&db, &features::kinds()).await?;
        let mut metrics = features::metrics::shipped(&kinds)?;
        if let Some(own) = config.own_metrics()? {
            metrics.extend(features::metrics::own(&own, &kinds)?)?;
        }
        metrics.record(&db, clock.as_ref()).await?;
        let app = Self {
            db,
            kinds: Arc::new(kinds),
            metrics: Arc::new(metrics),
            clock: SharedClock(clock),
            zone: Zone::default(),
            files: features::files::Contents::open(&config.files_folder())?,
            config: Arc::new(config),
            ledgers: Arc::default(),
        };
        units::places::refresh(&app).await?;
        Ok(app)
    }

    /// The same for what runs beside the requests: it waits for the turn to write as long as an import takes.
    pub fn patient(&self) -> Self {
        Self { db: self.db.waiting(std::time::Duration::from_hours(2)), ..self.clone() }
    }

    /// The command line's actor at this moment.
    pub fn operator(&self) -> Actor {
        let operator = Held { role: Role::Operator, unit: None, places: None, group: None };
        Actor { roles: Arc::new([operator]), ..Actor::plain(AccountId::OPERATOR, self.clock.0.moment()) }
    }

    /// Today in the federation's zone.
    pub fn today(&self) -> NaiveDate {
        self.zone.today(self.clock.0.as_ref())
    }

    /// The key that signs seals; made on first use.
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

    /// Seals after what is stored already. Where there is no space to write, or others write for long, it is left to the time at
    /// which all is sealed.
    pub async fn seal_or_later(&self) -> Result<()> {
        match self.seal().await {
            Err(AppError::Refused(refusal)) if refusal.code.starts_with("database-") => {
                tracing::warn!(code = refusal.code, "what was stored is sealed later");
                Ok(())
            }
            done => done.map(drop),
        }
    }

    /// Looks for what was altered: every block, and whether the chain still holds the last seal that lies beside the key.
    pub async fn verify(&self, progress: impl FnMut(i64, i64)) -> Result<ledger::Verdict> {
        let mut verdict = ledger::verify(&self.db, &self.config.public_keys(), progress).await?;
        verdict.faults.extend(self.cut_chain().await?);
        Ok(verdict)
    }

    /// Where seals were taken away nothing more is taken in that would have to be sealed.
    pub async fn refuse_cut_chain(&self) -> Result<()> {
        match self.cut_chain().await? {
            Some(cut) => Err(cut.into()),
            None => Ok(()),
        }
    }

    async fn cut_chain(&self) -> Result<Option<Refusal>> {
        let Some((position, hash)) = self.config.sealed_head() else { return Ok(None) };
        let there = ledger::seal_at(&self.db, position).await?;
        Ok((there.as_deref() != Some(hash.as_str())).then(|| Refusal::new("verify-cut").with("position", position)))
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

    /// Which database it is, for `doctor`.
    pub fn backend(&self) -> &'static str {
        match self.db.get_database_backend() {
            DbBackend::Sqlite => "SQLite",
            DbBackend::Postgres => "PostgreSQL",
            _ => "?",
        }
    }
}

/// Where fonts are looked for: beside the binary first, then in the data folder.
pub fn font_folders(config: &Config) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Ok(binary) = std::env::current_exe()
        && let Some(folder) = binary.parent()
    {
        folders.push(folder.join("fonts"));
        // Test binaries lie one folder deeper.
        folders.extend(folder.parent().map(|above| above.join("fonts")));
    }
    folders.extend(std::env::var_os("QINGLAN_FONTS").map(PathBuf::from));
    folders.extend(config.folder().map(|folder| folder.join("fonts")));
    folders
}
