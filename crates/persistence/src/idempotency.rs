//! Answers to repeated requests, stored in the transaction of their effect.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::Value;
use tasktrack_domain::ctx::{Idempotency, Replay};
use tasktrack_domain::ports::IdempotencyKeys;
use tasktrack_domain::{Error, Result};
use uuid::Uuid;

use crate::sql::{Get as _, binds, json};
use crate::tx::DbTx;

#[async_trait]
impl IdempotencyKeys for DbTx {
    /// The unique key makes a second equal request wait for the first one's end: it then finds the answer, or, where the first rolled
    /// back, takes the key itself.
    async fn claim(&mut self, request: &Idempotency, now: DateTime<Utc>) -> Result<Option<Replay>> {
        let claimed = self
            .run(self.fixed(
                "INSERT INTO idempotency (principal, key, operation, request_hash, created_at) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (principal, key, operation) DO NOTHING",
                binds![&*request.principal, &*request.key, &*request.operation, &*request.request_hash, now],
            ))
            .await?;
        if claimed == 1 {
            return Ok(None);
        }
        let stored = self
            .one(self.fixed(
                "SELECT request_hash, status, body, commit_id FROM idempotency WHERE principal = $1 AND key = $2 AND operation = $3",
                binds![&*request.principal, &*request.key, &*request.operation],
            ))
            .await?;
        // Claim and answer are one transaction, so a row is seen with its answer or not at all; and a row that was there may have been
        // forgotten in between.
        let open = || Error::conflict("request-in-progress", "the same request is being answered; send it again");
        let row = stored.ok_or_else(open)?;
        let status: i16 = row.get::<Option<i16>>("status")?.ok_or_else(open)?;
        Ok(Some(Replay {
            request_hash: row.get("request_hash")?,
            commit_id: row.get("commit_id")?,
            status: u16::try_from(status).map_err(Error::internal)?,
            body: row.json_opt("body")?.unwrap_or(Value::Null),
        }))
    }

    async fn answer(&mut self, request: &Idempotency, body: Value, commit: Option<Uuid>) -> Result<()> {
        let status = i16::try_from(request.status).map_err(Error::internal)?;
        let stored = self
            .run(self.fixed(
                "UPDATE idempotency SET status = $4, body = $5, commit_id = $6 WHERE principal = $1 AND key = $2 AND operation = $3",
                binds![&*request.principal, &*request.key, &*request.operation, status, json(&body)?, commit],
            ))
            .await?;
        if stored == 1 { Ok(()) } else { Err(Error::internal("an answer without its claim")) }
    }

    async fn forget_keys(&mut self, before: DateTime<Utc>) -> Result<u64> {
        self.run(self.fixed("DELETE FROM idempotency WHERE created_at < $1", binds![before])).await
    }
}
