//! Those who read the log: where each stands, and who may move it.
//!
//! A lease has an epoch that grows with each new holder. Moving a cursor under a lease asks for the epoch in the same statement, with
//! the lease's row held: a reader that was replaced while it slept moves nothing.

use async_trait::async_trait;
use chrono::Duration;
use tasktrack_domain::Result;
use tasktrack_domain::ports::{Lease, Readers};

use crate::sql::{Get as _, binds};
use crate::tx::DbTx;

#[async_trait]
impl Readers for DbTx {
    async fn lease(&mut self, name: &str, holder: &str, seconds: i64) -> Result<Option<Lease>> {
        // Database time on PostgreSQL: nodes need not agree on theirs. SQLite has the clock of this one process.
        let sql = if self.pg() {
            self.fixed(
                "INSERT INTO lease (name, holder, epoch, expires_at) \
                 VALUES ($1, $2, 1, clock_timestamp() + $3::float8 * interval '1 second') \
                 ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at, \
                 epoch = lease.epoch + CASE WHEN lease.holder = excluded.holder THEN 0 ELSE 1 END \
                 WHERE lease.holder = excluded.holder OR lease.expires_at <= clock_timestamp() RETURNING epoch",
                binds![name, holder, seconds],
            )
        } else {
            let now = self.options.clock.now();
            self.fixed(
                "INSERT INTO lease (name, holder, epoch, expires_at) VALUES ($1, $2, 1, $3) \
                 ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at, \
                 epoch = lease.epoch + CASE WHEN lease.holder = excluded.holder THEN 0 ELSE 1 END \
                 WHERE lease.holder = excluded.holder OR lease.expires_at <= $4 RETURNING epoch",
                binds![name, holder, now + Duration::seconds(seconds), now],
            )
        };
        let rows = self.returning(sql).await?;
        rows.first().map(|row| Ok(Lease { epoch: row.get("epoch")? })).transpose()
    }

    /// The row stays, held by nobody: its epoch must not begin anew.
    async fn unlease(&mut self, name: &str, holder: &str) -> Result<()> {
        let sql = if self.pg() {
            self.fixed("UPDATE lease SET holder = '', expires_at = clock_timestamp() WHERE name = $1 AND holder = $2", binds![name, holder])
        } else {
            let now = self.options.clock.now();
            self.fixed("UPDATE lease SET holder = '', expires_at = $3 WHERE name = $1 AND holder = $2", binds![name, holder, now])
        };
        self.run(sql).await.map(|_| ())
    }

    async fn cursor(&mut self, name: &str) -> Result<i64> {
        let row = self.one(self.fixed("SELECT position FROM reader_cursor WHERE name = $1", binds![name])).await?;
        row.map_or(Ok(0), |row| row.get("position"))
    }

    async fn move_cursor(&mut self, name: &str, position: i64, lease: Option<(&str, i64)>) -> Result<bool> {
        let sql = match lease {
            None => self.fixed(
                "INSERT INTO reader_cursor (name, position) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET position = excluded.position",
                binds![name, position],
            ),
            Some((lease, epoch)) => {
                let mut sql = self.sql("WITH held AS (SELECT epoch FROM lease WHERE name = ");
                sql.bind(lease).add(" AND epoch = ").bind(epoch).either(" FOR SHARE", "");
                sql.add(") INSERT INTO reader_cursor (name, position) SELECT ").bind(name).either("::text, ", ", ").bind(position);
                sql.either("::bigint", "").add(" FROM held WHERE true ON CONFLICT (name) DO UPDATE SET position = excluded.position");
                sql
            }
        };
        Ok(self.run(sql).await? == 1)
    }
}
