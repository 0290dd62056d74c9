//! The connections of an open database: readers, and separate from them one writer with a queue; transactions that write.

use std::{
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sea_orm::{
    ConnAcquireErr, ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    ExecResult, IsolationLevel, QueryResult, RuntimeErr, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait, Value,
    prelude::async_trait::async_trait,
    sqlx::{self, Connection},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections that only read.
const READERS: u32 = 8;
/// Connections that write. SQLite has one writer at a time, so a second connection could only wait for the first.
const WRITERS_SQLITE: usize = 1;
const WRITERS_POSTGRES: usize = 8;
/// How long a transaction waits for its turn unless [`Database::waiting`] sets another time: less than a proxy waits for a
/// page.
const PATIENCE: Duration = Duration::from_secs(30);
/// The pause between attempts to write while another process is writing, such as the command line beside the server.
const AGAIN: Duration = Duration::from_millis(2);
const AGAIN_AT_MOST: Duration = Duration::from_millis(50);

tokio::task_local! {
    /// How many transactions of this request or command are open; see [`in_one_task`].
    static OPEN: Arc<AtomicUsize>;
    /// What the next transaction carries along; see [`along`].
    static ALONG: Arc<Along>;
}

/// A statement that is carried out in the transaction of some work.
#[derive(Debug)]
struct Along {
    sql: &'static str,
    values: Vec<Value>,
    state: Mutex<Carried>,
}

/// What became of a statement that was to be carried along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// No transaction that was committed has carried it.
    Nothing,
    /// It was stored together with what a transaction stored.
    Stored,
    /// It changed no row, and so the transaction was refused: nothing was stored.
    Refused,
}

impl Along {
    fn state(&self) -> Carried {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: Carried) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

/// Does some work whose first transaction that is committed also carries out a statement: both are stored, or neither is. Where the
/// statement changes no row, [`begin`] fails and the work can store nothing. Transactions that [`begin_apart`] begins carry nothing.
pub async fn along<T>(sql: &'static str, values: Vec<Value>, work: impl Future<Output = T>) -> (T, Carried) {
    let carried = Arc::new(Along { sql, values, state: Mutex::new(Carried::Nothing) });
    let done = ALONG.scope(Arc::clone(&carried), work).await;
    (done, carried.state())
}

/// An open database: connections that read and, separate from them, those that write.
///
/// As a [`ConnectionTrait`] it reads on the readers. Single statements that change something, and transactions ([`begin`]),
/// wait for their turn to write, in order of arrival, so that a waiting writer never holds a connection that a reader
/// needs. On SQLite the readers refuse to write.
#[derive(Clone, Debug)]
pub struct Database {
    readers: DatabaseConnection,
    writer: DatabaseConnection,
    turns: Arc<Semaphore>,
    patience: Duration,
}

/// A transaction that writes. Dropped without a commit, it is rolled back.
#[derive(Debug)]
pub struct Transaction {
    inner: DatabaseTransaction,
    turn: Turn,
    along: Option<Arc<Along>>,
}

/// The turn to write; dropping it passes the turn on.
#[derive(Debug)]
struct Turn {
    _permit: OwnedSemaphorePermit,
    open: Option<Arc<AtomicUsize>>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(open) = &self.open {
            open.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Connects and applies the settings that each database needs; creates a missing SQLite file.
pub async fn connect(url: &str) -> Result<Database, DbErr> {
    let writers = if url.starts_with("sqlite:") { WRITERS_SQLITE } else { WRITERS_POSTGRES };
    // The writer comes first: it creates the file and sets the journal mode.
    let writer = sea_orm::Database::connect(writer_options(url, writers)).await?;
    let readers = sea_orm::Database::connect(reader_options(url)).await?;
    Ok(Database { readers, writer, turns: Arc::new(Semaphore::new(writers)), patience: PATIENCE })
}

/// Opens a single connection outside the application's pools, for migrations.
pub async fn connect_alone(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .max_connections(1)
        .map_sqlx_sqlite_opts(|sqlite| sqlite_pragmas(sqlite.create_if_missing(true)));
    sea_orm::Database::connect(options).await
}

/// Connects to read alone, changing nothing beside the database either: it may be a copy on a disk that can't be written.
pub async fn connect_to_read(url: &str) -> Result<Database, DbErr> {
    let options = |immutable: bool| {
        let mut options = ConnectOptions::new(url);
        options.sqlx_logging(false).max_connections(READERS).map_sqlx_sqlite_opts(move |sqlite| {
            sqlite.create_if_missing(false).read_only(true).immutable(immutable).collation("C", str::cmp)
        });
        options
    };
    let attempt = async |immutable| {
        let readers = sea_orm::Database::connect(options(immutable)).await?;
        // SQLite opens the file when it is first read.
        crate::db::scalar::<i64>(&readers, "select seq from ledger_head", vec![]).await?;
        Ok(readers)
    };
    let readers = match attempt(false).await {
        // Nothing can be written beside it. Where no log of what was written last lies there, the file is all there is.
        Err(fault) if is_unwritable(&fault) && !has_log(url) => attempt(true).await.map_err(|_: DbErr| fault)?,
        readers => readers?,
    };
    let nobody = Arc::new(Semaphore::new(0));
    Ok(Database { writer: readers.clone(), readers, turns: nobody, patience: Duration::ZERO })
}

/// Whether SQLite could not open a file or write to it, as on a disk that can't be written.
fn is_unwritable(error: &DbErr) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<i64>().ok());
    // SQLITE_READONLY and SQLITE_CANTOPEN, with their kinds in the higher bits.
    code.is_some_and(|code| matches!(code & 0xff, 8 | 14))
}

/// Whether SQLite's log with what was written last lies beside a database.
fn has_log(url: &str) -> bool {
    let file = url.trim_start_matches("sqlite:").trim_start_matches("//").split('?').next().unwrap_or_default();
    std::fs::metadata(format!("{file}-wal")).is_ok_and(|log| log.len() > 0)
}

fn sqlite_pragmas(sqlite: sqlx::sqlite::SqliteConnectOptions) -> sqlx::sqlite::SqliteConnectOptions {
    sqlite
        .pragma("journal_mode", "WAL")
        .pragma("synchronous", "FULL")
        .pragma("foreign_keys", "ON")
        .pragma("busy_timeout", "20000")
        .pragma("cache_size", "-65536")
        .pragma("temp_store", "MEMORY")
        // Named like PostgreSQL's collation, which `lower` is given so that it folds the same letters on both databases.
        .collation("C", str::cmp)
}

fn writer_options(url: &str, writers: usize) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .max_connections(u32::try_from(writers).unwrap_or(u32::MAX))
        .map_sqlx_sqlite_opts(|sqlite| {
            // A long import writes to pages all over the file, and to the same ones again and again: they are kept, and copied
            // from the log into the file less often.
            sqlite_pragmas(sqlite.create_if_missing(true))
                .pragma("cache_size", "-131072")
                .pragma("wal_autocheckpoint", "8000")
        })
        .map_sqlx_sqlite_pool_opts(|pool| {
            // After a full disk SQLite has rolled back by itself, the ROLLBACK of sqlx fails, and sqlx still counts a
            // transaction that no longer exists: the next `begin` on this connection would only set a savepoint, and after
            // a second failure an outer savepoint stays open that nobody commits. Such a connection is closed.
            pool.after_release(|connection, _| {
                Box::pin(async move {
                    // A rollback that is still queued is carried out before the ping is answered.
                    connection.ping().await?;
                    let clean = !connection.is_in_transaction();
                    if !clean {
                        tracing::error!("a connection that still counts a transaction is closed");
                    }
                    Ok(clean)
                })
            })
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            // Whoever must not wait has to be told at once that another process is writing; the others try again.
            .after_connect(|connection, _| {
                Box::pin(async move {
                    sqlx::Executor::execute(connection, "pragma busy_timeout = 0").await?;
                    Ok(())
                })
            })
        });
    options
}

fn reader_options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .max_connections(READERS)
        .map_sqlx_sqlite_opts(|sqlite| sqlite_pragmas(sqlite).pragma("query_only", "ON"));
    options
}

impl Database {
    /// The same database with another limit on how long to wait for the turn to write.
    #[must_use]
    pub fn waiting(&self, patience: Duration) -> Self {
        Self { patience, ..self.clone() }
    }

    /// Closes all connections.
    pub async fn close(self) -> Result<(), DbErr> {
        self.readers.close().await?;
        self.writer.close().await
    }

    async fn turn(&self) -> Result<Turn, DbErr> {
        let open = open_here("a transaction or a statement that writes")?;
        let permit = tokio::time::timeout(self.patience, Arc::clone(&self.turns).acquire_owned()).await;
        let permit = permit.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        let permit = permit.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?;
        Ok(Turn::new(permit, open))
    }

    /// Repeats what SQLite refuses while another process is writing, until it succeeds or the waiting time is over.
    async fn persist<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, DbErr>
    where
        F: Future<Output = Result<T, DbErr>>,
    {
        let (mut waited, mut step) = (Duration::ZERO, AGAIN);
        loop {
            match attempt().await {
                Err(fault) if waited < self.patience && trouble(&fault) == Some(Trouble::Busy) => {
                    tokio::time::sleep(step).await;
                    waited += step;
                    step = (step * 2).min(AGAIN_AT_MOST);
                }
                done => return done,
            }
        }
    }

    async fn begin_inner(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = match self.get_database_backend() {
            DbBackend::Sqlite => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            },
            _ => TransactionOptions {
                isolation_level: Some(IsolationLevel::ReadCommitted),
                ..TransactionOptions::default()
            },
        };
        self.writer.begin_with_options(options).await
    }
}

impl Turn {
    fn new(permit: OwnedSemaphorePermit, open: Option<Arc<AtomicUsize>>) -> Self {
        if let Some(open) = &open {
            open.fetch_add(1, Ordering::Relaxed);
        }
        Self { _permit: permit, open }
    }
}

/// Runs the work of one request or one command. While a transaction is open in it, it must not use a second connection: on
/// SQLite a second writer would wait for the first forever, and a reader doesn't see what the transaction has written. In a
/// debug build both are a panic; in a release build the first is an error at once.
pub async fn in_one_task<T>(work: impl Future<Output = T>) -> T {
    OPEN.scope(Arc::default(), work).await
}

/// The counter of this task's open transactions, if none is open.
fn open_here(what: &str) -> Result<Option<Arc<AtomicUsize>>, DbErr> {
    let Ok(open) = OPEN.try_with(Arc::clone) else { return Ok(None) };
    if open.load(Ordering::Relaxed) > 0 {
        debug_assert!(false, "{what} beside the transaction of the same task");
        return Err(DbErr::Custom(format!("{what} beside the transaction of the same task")));
    }
    Ok(Some(open))
}

/// Reading outside the task's own open transaction is a mistake that tests should find.
fn refuse_reading_outside() {
    if cfg!(debug_assertions) {
        let open = OPEN.try_with(|open| open.load(Ordering::Relaxed)).unwrap_or(0);
        assert_eq!(open, 0, "a read beside the transaction of the same task: hand the transaction in");
    }
}

/// Begins a transaction that writes, after waiting for its turn: IMMEDIATE on SQLite, READ COMMITTED on PostgreSQL.
pub async fn begin(db: &Database) -> Result<Transaction, DbErr> {
    let mut tx = begin_apart(db).await?;
    let Ok(along) = ALONG.try_with(Arc::clone) else { return Ok(tx) };
    if along.state() == Carried::Nothing {
        if crate::db::execute(&tx, along.sql, along.values.clone()).await? == 0 {
            along.set(Carried::Refused);
        } else {
            tx.along = Some(Arc::clone(&along));
        }
    }
    if along.state() == Carried::Refused {
        tx.rollback().await?;
        return Err(DbErr::Custom("what was to be carried along is stored already".to_owned()));
    }
    Ok(tx)
}

/// Begins a transaction as [`begin`] does, for what stands apart from the work that it is done for, such as a count of attempts.
pub async fn begin_apart(db: &Database) -> Result<Transaction, DbErr> {
    let turn = db.turn().await?;
    let inner = db.persist(|| db.begin_inner()).await?;
    Ok(Transaction { inner, turn, along: None })
}

/// Begins a transaction that writes if nobody else is writing; `None` if it would have to wait. For marks that are stored
/// when a page is viewed and that may be left out.
pub async fn begin_unless_busy(db: &Database) -> Result<Option<Transaction>, DbErr> {
    let open = open_here("a transaction")?;
    let Ok(permit) = Arc::clone(&db.turns).try_acquire_owned() else { return Ok(None) };
    let turn = Turn::new(permit, open);
    match db.begin_inner().await {
        // Another process is writing.
        Err(fault) if trouble(&fault) == Some(Trouble::Busy) => Ok(None),
        begun => begun.map(|inner| Some(Transaction { inner, turn, along: None })),
    }
}

impl Transaction {
    /// Commits. If this fails, nothing was stored.
    pub async fn commit(self) -> Result<(), DbErr> {
        let Self { inner, turn, along } = self;
        let done = inner.commit().await;
        if let (Ok(()), Some(along)) = (&done, along) {
            along.set(Carried::Stored);
        }
        drop(turn);
        done
    }

    /// Rolls back.
    pub async fn rollback(self) -> Result<(), DbErr> {
        let Self { inner, turn, .. } = self;
        let done = inner.rollback().await;
        drop(turn);
        done
    }
}

impl std::ops::Deref for Transaction {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.inner.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.inner.query_all_raw(statement).await
    }
}

#[async_trait]
impl ConnectionTrait for Database {
    fn get_database_backend(&self) -> DbBackend {
        self.readers.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let _turn = self.turn().await?;
        self.persist(|| self.writer.execute_raw(statement.clone())).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let _turn = self.turn().await?;
        self.persist(|| self.writer.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        refuse_reading_outside();
        self.readers.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        refuse_reading_outside();
        self.readers.query_all_raw(statement).await
    }
}

/// What SQLite finds wrong with its own file, at most so many lines; nothing on PostgreSQL, which checks its pages by itself.
pub async fn broken(db: &Database, most: u32) -> Result<Vec<String>, DbErr> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return Ok(Vec::new());
    }
    let sql = format!("pragma integrity_check({most})");
    let mut found: Vec<String> = crate::db::rows(db, &sql, vec![]).await?;
    found.retain(|line| line != "ok");
    Ok(found)
}

/// What a database error comes from, where whoever keeps the system or waits a little can mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Others were writing for longer than the waiting time.
    Busy,
    /// There is no space left to write.
    Full,
    /// A value that its column can't hold: longer than it may be, outside its range, or a letter NUL.
    Unfit,
}

/// The cause of an error, if it is one of these.
pub fn trouble(error: &DbErr) -> Option<Trouble> {
    let error = match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => return Some(Trouble::Busy),
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => error,
        _ => return None,
    };
    // SQLITE_BUSY with its kinds and SQLITE_FULL; on PostgreSQL disk_full and what doesn't fit a column.
    match error.as_database_error()?.code()?.as_ref() {
        "5" | "261" | "517" | "773" => Some(Trouble::Busy),
        "13" | "53100" => Some(Trouble::Full),
        // string_data_right_truncation, numeric_value_out_of_range, datetime_field_overflow, character_not_in_repertoire,
        // untranslatable_character.
        "22001" | "22003" | "22008" | "22021" | "22P05" => Some(Trouble::Unfit),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use sea_orm::ConnectionTrait;

    use super::*;

    /// A database file of its own, deleted with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("ledger-test-{}-{name}", std::process::id()));
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).expect("a folder");
            Self(folder)
        }

        fn url(&self) -> String {
            format!("sqlite:{}?mode=rwc", self.0.join("test.db").display())
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    const TABLE: &str = "create table line (id integer primary key, text blob)";
    /// Larger than what still fits into the full file below.
    const LONG: &str = "insert into line (text) values (zeroblob(1000000))";

    async fn count(conn: &impl ConnectionTrait) -> i64 {
        crate::db::scalar(conn, "select count(*) from line", vec![]).await.expect("a count").unwrap_or(-1)
    }

    /// The number of pages in the file: with this as its limit it is full.
    async fn pages(conn: &impl ConnectionTrait) -> i64 {
        crate::db::scalar(conn, "pragma page_count", vec![]).await.expect("a count").unwrap_or(-1)
    }

    /// The fault that [`connect`] guards against. If this test fails after an upgrade, sqlx has fixed it, and the guard may
    /// be removed.
    #[tokio::test]
    async fn a_plain_pool_acknowledges_what_it_loses_after_a_full_disk() {
        let folder = Folder::new("plain");
        let mut options = ConnectOptions::new(folder.url());
        options.max_connections(1);
        let pool = sea_orm::Database::connect(options).await.expect("a pool");
        pool.execute_unprepared(TABLE).await.expect("a table");
        let limit = format!("pragma max_page_count = {}", pages(&pool).await + 2);
        pool.execute_unprepared(&limit).await.expect("a limit");
        let tx = pool.begin().await.expect("a transaction");
        let full = tx.execute_unprepared(LONG).await.expect_err("no space");
        assert_eq!(trouble(&full), Some(Trouble::Full));
        drop(tx);
        // Any transaction that is refused after that leaves the outer savepoint behind.
        let refused = pool.begin().await.expect("a transaction");
        count(&refused).await;
        drop(refused);
        pool.execute_unprepared("pragma max_page_count = 100000").await.expect("space again");
        for _ in 0..5 {
            let tx = pool.begin().await.expect("a transaction");
            tx.execute_unprepared("insert into line (text) values ('acknowledged')").await.expect("inserted");
            tx.commit().await.expect("acknowledged");
        }
        pool.close().await.expect("closed");
        let after = sea_orm::Database::connect(folder.url()).await.expect("opened again");
        assert_eq!(count(&after).await, 0, "five were acknowledged");
    }

    #[tokio::test]
    async fn after_a_full_disk_what_is_acknowledged_is_stored() {
        let folder = Folder::new("full");
        let db = connect(&folder.url()).await.expect("a database");
        db.execute_unprepared(TABLE).await.expect("a table");
        let limit = format!("pragma max_page_count = {}", pages(&db).await + 2);
        let mut acknowledged = 0;
        for _ in 0..6 {
            // A newly opened connection has no limit, so it is set again each time.
            db.execute_unprepared(&limit).await.expect("a limit");
            let tx = begin(&db).await.expect("a transaction");
            let full = tx.execute_unprepared(LONG).await.expect_err("no space");
            assert_eq!(trouble(&full), Some(Trouble::Full));
            drop(tx);
            let refused = begin(&db).await.expect("a transaction");
            count(&refused).await;
            drop(refused);
            let tx = begin(&db).await.expect("a transaction");
            tx.execute_unprepared("insert into line (text) values ('short')").await.expect("inserted");
            tx.commit().await.expect("acknowledged");
            acknowledged += 1;
            assert_eq!(count(&db).await, acknowledged, "a reader sees it at once");
        }
        db.close().await.expect("closed");
        let after = connect(&folder.url()).await.expect("opened again");
        assert_eq!(count(&after).await, acknowledged);
    }

    #[tokio::test]
    async fn a_commit_or_a_rollback_that_fails_closes_the_connection() {
        let folder = Folder::new("commit");
        let db = connect(&folder.url()).await.expect("a database");
        db.execute_unprepared(TABLE).await.expect("a table");
        for commit in [true, false] {
            let tx = begin(&db).await.expect("a transaction");
            tx.execute_unprepared("insert into line (text) values ('lost')").await.expect("inserted");
            // As if SQLite had rolled back by itself.
            tx.execute_unprepared("rollback").await.expect("rolled back");
            let done = if commit { tx.commit().await } else { tx.rollback().await };
            done.expect_err("there is nothing to end");
        }
        let tx = begin(&db).await.expect("a transaction");
        tx.execute_unprepared("insert into line (text) values ('stored')").await.expect("inserted");
        tx.commit().await.expect("acknowledged");
        assert_eq!(count(&db).await, 1, "it was a transaction and no savepoint");
    }

    #[tokio::test]
    async fn a_transaction_is_not_begun_within_another_one() {
        let folder = Folder::new("within");
        let db = connect(&folder.url()).await.expect("a database");
        db.execute_unprepared(TABLE).await.expect("a table");
        // A connection that is in a transaction for SQLite, of which sqlx knows nothing.
        db.writer.execute_unprepared("begin").await.expect("begun by hand");
        begin(&db).await.expect_err("no transaction within another one");
        db.writer.execute_unprepared("rollback").await.expect("ended by hand");
        begin(&db).await.expect("a transaction").commit().await.expect("committed");
    }

    #[tokio::test]
    async fn a_statement_is_stored_with_the_transaction_that_carries_it() {
        let folder = Folder::new("along");
        let db = connect(&folder.url()).await.expect("a database");
        db.execute_unprepared("create table line (id integer primary key, text blob)").await.expect("a table");
        db.execute_unprepared("create table token (name text primary key)").await.expect("a table");
        let token = "insert into token (name) values ('once') on conflict do nothing";
        let insert = "insert into line (text) values ('stored')";
        let count = async |table: &str| -> i64 {
            let sql = format!("select count(*) from {table}");
            crate::db::scalar(&db, &sql, vec![]).await.expect("a count").unwrap_or(-1)
        };
        let rolled_back = async {
            let tx = begin(&db).await.expect("a transaction");
            tx.execute_unprepared(insert).await.expect("inserted");
            drop(tx);
        };
        assert_eq!(along(token, vec![], rolled_back).await.1, Carried::Nothing);
        assert_eq!((count("line").await, count("token").await), (0, 0));
        // The first of two that is committed carries it, and one that was rolled back before is forgotten.
        let twice = async {
            drop(begin(&db).await.expect("a transaction"));
            begin_apart(&db).await.expect("a transaction").commit().await.expect("committed");
            assert_eq!(count("token").await, 0);
            for _ in 0..2 {
                let tx = begin(&db).await.expect("a transaction");
                tx.execute_unprepared(insert).await.expect("inserted");
                tx.commit().await.expect("committed");
            }
        };
        assert_eq!(along(token, vec![], twice).await.1, Carried::Stored);
        assert_eq!((count("line").await, count("token").await), (2, 1));
        let again = async {
            begin(&db).await.expect_err("stored already");
            begin(&db).await.expect_err("still");
            db.execute_unprepared(insert).await.expect("the turn to write is free");
        };
        assert_eq!(along(token, vec![], again).await.1, Carried::Refused);
        assert_eq!(count("line").await, 3);
    }

    #[tokio::test]
    async fn who_would_have_to_wait_is_told_so_at_once() {
        let folder = Folder::new("busy");
        let db = connect(&folder.url()).await.expect("a database");
        let other = connect(&folder.url()).await.expect("another process");
        db.execute_unprepared(TABLE).await.expect("a table");
        for writing in [&db, &other] {
            let tx = begin(writing).await.expect("a transaction");
            assert!(begin_unless_busy(&db).await.expect("no fault").is_none(), "somebody writes");
            tx.commit().await.expect("committed");
            begin_unless_busy(&db).await.expect("no fault").expect("nobody writes").commit().await.expect("committed");
        }
        // Whoever may wait does: meanwhile the other process ends its transaction.
        let tx = begin(&other).await.expect("a transaction");
        let ended = async {
            tokio::task::yield_now().await;
            tx.commit().await
        };
        let (begun, ended) = tokio::join!(begin(&db), ended);
        ended.expect("committed");
        begun.expect("a transaction").commit().await.expect("committed");
        let hasty = db.waiting(Duration::ZERO);
        let tx = begin(&other).await.expect("a transaction");
        let busy = hasty.execute_unprepared("insert into line (text) values ('late')").await.expect_err("busy");
        assert_eq!(trouble(&busy), Some(Trouble::Busy));
        tx.commit().await.expect("committed");
    }
}
