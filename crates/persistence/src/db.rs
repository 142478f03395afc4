//! Connecting: PostgreSQL or SQLite by URL, with pools made for each.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use tasktrack_domain::ports::{Store, Tx, TxOptions};
use tasktrack_domain::{Error, Result};
use tasktrack_migrations::Migrator;
use tokio::sync::watch;

use crate::book::Book;
use crate::error::translate;
use crate::sql::Get as _;
use crate::tx::DbTx;

/// A statement that runs longer is ended (PostgreSQL).
const STATEMENT_TIMEOUT: &str = "5s";
/// A transaction that does nothing for so long is ended (PostgreSQL): it would hold up the others and the sequencer.
const IDLE_TRANSACTION_TIMEOUT: &str = "15s";
/// Waiting longer for a connection is 503.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// On SQLite all writers wait for the one writing connection.
const WRITER_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection that was idle for so long is tried before it is used.
const IDLE: Duration = Duration::from_secs(30);
/// Prepared statements kept per connection.
const STATEMENTS: usize = 500;
/// Key of the lock under which one node migrates (`tasktrck`).
const MIGRATION_LOCK: i64 = 0x7461_736b_7472_636b;

/// The database of this process. Cloning is cheap.
#[derive(Clone)]
pub struct DbStore {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    url: String,
    pg: bool,
    wake: Arc<watch::Sender<u64>>,
    book: Arc<Book>,
    /// Held for the life of the store: the file of `sqlite::memory:`.
    _ephemeral: Option<Arc<Ephemeral>>,
}

/// A database file that goes with its store.
struct Ephemeral(PathBuf);

impl Drop for Ephemeral {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let mut name = self.0.clone().into_os_string();
            name.push(end);
            // Nothing else can be done about a file that does not go.
            let _ = std::fs::remove_file(name);
        }
    }
}

/// Connects to `url`: `postgres://…`, `sqlite:path` (made if it is not there) or `sqlite::memory:` (a file among the temporary ones,
/// removed at the end: readers and the writer work on it as on any other). `connections`: how many at most, on SQLite for reading.
///
/// Refuses a PostgreSQL database whose LC_CTYPE is C or POSIX: Cyrillic would be neither lower-cased nor found.
pub async fn connect(url: &str, connections: u32) -> Result<DbStore> {
    let wake = Arc::new(watch::Sender::new(0));
    if !url.starts_with("sqlite:") {
        let pool = postgres(url, connections.max(2), true).await?;
        check_locale(&pool).await?;
        return Ok(DbStore {
            writer: pool.clone(),
            reader: pool,
            url: url.to_owned(),
            pg: true,
            wake,
            book: Arc::default(),
            _ephemeral: None,
        });
    }
    let ephemeral = url.starts_with("sqlite::memory:").then(|| Arc::new(Ephemeral(temporary_path())));
    let url = ephemeral.as_ref().map_or_else(|| url.to_owned(), |file| format!("sqlite:{}", file.0.display()));
    let writer = sqlite_writer(&url, ephemeral.is_none()).await?;
    let reader = sqlite_readers(&url, connections.max(1)).await?;
    Ok(DbStore { writer, reader, url, pg: false, wake, book: Arc::default(), _ephemeral: ephemeral })
}

/// Brings the schema up to date; several nodes may call it at once.
pub async fn migrate(store: &DbStore) -> Result<()> {
    if !store.pg {
        return Migrator::up(&store.writer, None).await.map_err(translate);
    }
    // Connections of its own: a migration may last longer than a statement.
    let pool = postgres(&store.url, 2, false).await?;
    let lock = pool.begin().await.map_err(translate)?;
    lock.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK.into()]))
        .await
        .map_err(translate)?;
    Migrator::up(&pool, None).await.map_err(translate)?;
    lock.commit().await.map_err(translate)?;
    pool.close().await.map_err(translate)
}

impl DbStore {
    /// Closes all connections; what is running ends first.
    pub async fn close(&self) -> Result<()> {
        self.reader.clone().close().await.map_err(translate)?;
        self.writer.clone().close().await.map_err(translate)
    }
}

#[async_trait]
impl Store for DbStore {
    async fn begin(&self, options: TxOptions) -> Result<Box<dyn Tx>> {
        let how = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..TransactionOptions::default() };
        let transaction = self.writer.begin_with_options(how).await.map_err(translate)?;
        Ok(Box::new(DbTx::writing(transaction, options, self.pg, self.book.clone())))
    }
    async fn read(&self, options: TxOptions) -> Result<Box<dyn Tx>> {
        Ok(Box::new(DbTx::reading(self.reader.clone(), options, self.pg, self.book.clone())))
    }
    fn wake(&self) {
        self.wake.send_modify(|count| *count = count.wrapping_add(1));
    }
    fn woken(&self) -> watch::Receiver<u64> {
        self.wake.subscribe()
    }
    fn kind(&self) -> &'static str {
        if self.pg { "postgres" } else { "sqlite" }
    }
    async fn ping(&self) -> Result<()> {
        let sql = Statement::from_string(self.reader.get_database_backend(), "SELECT 1");
        self.reader.query_one_raw(sql).await.map(|_| ()).map_err(translate)
    }
}

fn pool_options(url: &str, connections: u32, acquire: Duration) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).min_connections(1).acquire_timeout(acquire).sqlx_logging(false);
    options.test_before_acquire(false).test_before_acquire_if_idle_for(IDLE);
    options
}

async fn postgres(url: &str, connections: u32, limits: bool) -> Result<DatabaseConnection> {
    let mut options = pool_options(url, connections, ACQUIRE_TIMEOUT);
    options.map_sqlx_postgres_opts(move |connection| {
        let connection = connection.application_name("tasktrack").statement_cache_capacity(STATEMENTS).options([("jit", "off")]);
        if limits {
            connection
                .options([("statement_timeout", STATEMENT_TIMEOUT), ("idle_in_transaction_session_timeout", IDLE_TRANSACTION_TIMEOUT)])
        } else {
            connection
        }
    });
    Database::connect(options).await.map_err(translate)
}

async fn check_locale(pool: &DatabaseConnection) -> Result<()> {
    let sql = Statement::from_string(
        DbBackend::Postgres,
        "SELECT datctype::text AS ctype, lower('Ж') = 'ж' AS cyrillic FROM pg_database WHERE datname = current_database()",
    );
    let row = pool.query_one_raw(sql).await.map_err(translate)?.ok_or_else(|| Error::internal("no current database"))?;
    let (ctype, cyrillic): (String, bool) = (row.get("ctype")?, row.get("cyrillic")?);
    if cyrillic && ctype != "C" && ctype != "POSIX" {
        return Ok(());
    }
    Err(Error::internal(format!(
        "the database's LC_CTYPE is {ctype}: Cyrillic can't be searched under it; create the database with a UTF-8 locale, \
         for instance: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
    )))
}

/// One connection: SQLite has one writer at a time, and waiting in our queue is fairer and cheaper than retrying at its lock.
/// `synchronous = FULL`: an acknowledged write survives a power cut, not only the end of the process.
async fn sqlite_writer(url: &str, durable: bool) -> Result<DatabaseConnection> {
    let mut options = pool_options(url, 1, WRITER_TIMEOUT);
    options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    options.map_sqlx_sqlite_opts(move |connection| {
        connection
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(if durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off })
            .foreign_keys(true)
            .busy_timeout(WRITER_TIMEOUT)
            .statement_cache_capacity(STATEMENTS)
            .pragma("temp_store", "memory")
            .pragma("cache_size", "-16000")
    });
    Database::connect(options).await.map_err(translate)
}

async fn sqlite_readers(url: &str, connections: u32) -> Result<DatabaseConnection> {
    let mut options = pool_options(url, connections, ACQUIRE_TIMEOUT);
    options.map_sqlx_sqlite_opts(|connection| {
        connection
            .busy_timeout(WRITER_TIMEOUT)
            .statement_cache_capacity(STATEMENTS)
            .pragma("temp_store", "memory")
            .pragma("cache_size", "-8000")
            .pragma("query_only", "on")
    });
    Database::connect(options).await.map_err(translate)
}

fn temporary_path() -> PathBuf {
    use std::hash::{BuildHasher as _, RandomState};
    std::env::temp_dir().join(format!("tasktrack-{}-{:016x}.db", std::process::id(), RandomState::new().hash_one(0)))
}
