//! The unit of work: a transaction for writing, or statements straight from the pool for reading.
//!
//! A reading unit has no transaction: it costs no round trip for BEGIN and END and never keeps a connection between two statements.
//! It can't write ([`DbTx::run`] refuses).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction};
use tasktrack_domain::actor::Scope;
use tasktrack_domain::event::Cause;
use tasktrack_domain::ids::TaskId;
use tasktrack_domain::ports::{Tx, TxOptions};
use tasktrack_domain::refs::PersonRef;
use tasktrack_domain::tasks::task::Around;
use tasktrack_domain::{Error, Result};
use uuid::Uuid;

use crate::book::Book;
use crate::error::translate;
use crate::sql::{Get as _, Row, Sql, Value, binds};

enum Link {
    Pool(DatabaseConnection),
    Transaction(DatabaseTransaction),
}

/// A unit of work; implements every port (see the module of each).
pub(crate) struct DbTx {
    link: Link,
    pub(crate) options: TxOptions,
    pg: bool,
    /// Whether an event was written; before each part that can be taken back, too.
    told: AtomicBool,
    parts: Vec<bool>,
    /// What stands around the task that was found last: it came with it.
    pub(crate) around: Option<(TaskId, Around)>,
    book: Arc<Book>,
    /// This unit has changed a name that the book may hold.
    renamed: AtomicBool,
}

impl DbTx {
    pub(crate) fn reading(pool: DatabaseConnection, options: TxOptions, pg: bool, book: Arc<Book>) -> Self {
        Self::over(Link::Pool(pool), options, pg, book)
    }
    pub(crate) fn writing(transaction: DatabaseTransaction, options: TxOptions, pg: bool, book: Arc<Book>) -> Self {
        Self::over(Link::Transaction(transaction), options, pg, book)
    }
    fn over(link: Link, options: TxOptions, pg: bool, book: Arc<Book>) -> Self {
        Self { link, options, pg, told: AtomicBool::new(false), parts: Vec::new(), around: None, book, renamed: AtomicBool::new(false) }
    }

    /// Names remembered, unless this unit has changed one.
    pub(crate) fn book(&self) -> Option<&Book> {
        (!self.renamed.load(Ordering::Relaxed)).then_some(&*self.book)
    }
    /// This unit changes the name of a person, a project or a tag.
    pub(crate) fn renames(&self) {
        self.renamed.store(true, Ordering::Relaxed);
    }

    /// An event is written.
    pub(crate) fn tells(&self) {
        self.told.store(true, Ordering::Relaxed);
    }
    /// Whether nothing can be written here.
    pub(crate) fn only_reads(&self) -> bool {
        matches!(self.link, Link::Pool(_))
    }
    /// Whether this is PostgreSQL.
    pub(crate) fn pg(&self) -> bool {
        self.pg
    }
    /// What the actor may see; goes into `visible::visible`.
    pub(crate) fn scope(&self) -> &Scope {
        &self.options.scope
    }
    /// Ends a SELECT whose main table has the alias `t`: in a writing unit on PostgreSQL its rows are locked until the end. (On SQLite
    /// there is one writer only.)
    pub(crate) fn lock(&self) -> &'static str {
        match &self.link {
            Link::Transaction(_) if self.pg => " FOR NO KEY UPDATE OF t",
            _ => "",
        }
    }

    /// A statement that begins with `text`, to be added to.
    pub(crate) fn sql(&self, text: &'static str) -> Sql {
        Sql::new(self.pg, text)
    }
    /// A statement of fixed text with its values.
    pub(crate) fn fixed(&self, text: &'static str, values: Vec<Value>) -> Sql {
        Sql::fixed(self.pg, text, values)
    }

    /// All rows of a query.
    pub(crate) async fn all(&self, sql: Sql) -> Result<Vec<Row>> {
        let rows = match &self.link {
            Link::Pool(pool) => pool.query_all_raw(sql.statement()).await,
            Link::Transaction(transaction) => transaction.query_all_raw(sql.statement()).await,
        };
        rows.map_err(translate)
    }
    /// The first row of a query.
    pub(crate) async fn one(&self, sql: Sql) -> Result<Option<Row>> {
        let row = match &self.link {
            Link::Pool(pool) => pool.query_one_raw(sql.statement()).await,
            Link::Transaction(transaction) => transaction.query_one_raw(sql.statement()).await,
        };
        row.map_err(translate)
    }
    /// Changes rows; says how many.
    pub(crate) async fn run(&self, sql: Sql) -> Result<u64> {
        let done = self.transaction()?.execute_raw(sql.statement()).await.map_err(translate)?;
        Ok(done.rows_affected())
    }
    /// Changes rows; what its RETURNING gives.
    pub(crate) async fn returning(&self, sql: Sql) -> Result<Vec<Row>> {
        self.transaction()?.query_all_raw(sql.statement()).await.map_err(translate)
    }
    /// Runs text without values and without a plan (SET LOCAL, SAVEPOINT).
    pub(crate) async fn bare(&self, text: &str) -> Result<()> {
        self.transaction()?.execute_unprepared(text).await.map(|_| ()).map_err(translate)
    }
    fn transaction(&self) -> Result<&DatabaseTransaction> {
        match &self.link {
            Link::Transaction(transaction) => Ok(transaction),
            Link::Pool(_) => Err(Error::internal("a reading unit of work can't write")),
        }
    }

    /// The next id of `table`: from its sequence on PostgreSQL, from `id_counter` on SQLite.
    pub(crate) async fn next_id(&self, table: &'static str) -> Result<i64> {
        let sql = if self.pg {
            self.fixed("SELECT nextval(pg_get_serial_sequence($1, 'id')::regclass) AS id", binds![table])
        } else {
            let mut sql = self.sql("INSERT INTO id_counter (name, last) SELECT ");
            sql.bind(table).add(", coalesce(max(id), 0) + 1 FROM ").add(table);
            sql.add(" WHERE true ON CONFLICT (name) DO UPDATE SET last = id_counter.last + 1 RETURNING last AS id");
            sql
        };
        let rows = self.returning(sql).await?;
        rows.first().ok_or_else(|| Error::internal("no id"))?.get("id")
    }
}

/// A change that found no row, or one that had moved on, is a defect: the row was locked when it was loaded.
pub(crate) fn saved(rows: u64) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Error::internal("the row to change is not as it was loaded")) }
}

#[async_trait]
impl Tx for DbTx {
    async fn commit(self: Box<Self>) -> Result<()> {
        match self.link {
            Link::Transaction(transaction) => transaction.commit().await.map_err(translate)?,
            Link::Pool(_) => {}
        }
        if self.renamed.into_inner() {
            self.book.forget();
        }
        Ok(())
    }
    fn told(&self) -> Option<Uuid> {
        self.told.load(Ordering::Relaxed).then_some(self.options.commit_id)
    }
    fn act_for(&mut self, actor: Option<PersonRef>, cause: Cause) {
        self.options.actor = actor;
        self.options.cause = cause;
    }
    async fn savepoint(&mut self) -> Result<()> {
        self.bare(&format!("SAVEPOINT part_{}", self.parts.len() + 1)).await?;
        self.parts.push(self.told.load(Ordering::Relaxed));
        Ok(())
    }
    async fn release(&mut self, keep: bool) -> Result<()> {
        let number = self.parts.len();
        let told = self.parts.pop().ok_or_else(|| Error::internal("no savepoint to release"))?;
        if !keep {
            self.told.store(told, Ordering::Relaxed);
            self.bare(&format!("ROLLBACK TO SAVEPOINT part_{number}")).await?;
        }
        self.bare(&format!("RELEASE SAVEPOINT part_{number}")).await
    }
}
