//! The event log: append, history, reading in order, and the sequencer.

use tasktrack_domain::event::NewEvent;
use tasktrack_domain::{Error, Result};

use crate::sql::{Get as _, binds, json};
use crate::tx::DbTx;

impl DbTx {
    /// Appends events in order; fills in who, when and why from the unit of work. On SQLite, where one writes at a time, they get their
    /// positions at once; on PostgreSQL the sequencer gives them.
    pub(crate) async fn append_events(&self, events: Vec<NewEvent>) -> Result<()> {
        let mut position = self.first_position(events.len()).await?;
        for event in events {
            self.append_event(event, position).await?;
            position = position.map(|p| p + 1);
        }
        Ok(())
    }

    async fn first_position(&self, count: usize) -> Result<Option<i64>> {
        if self.pg() || count == 0 {
            return Ok(None);
        }
        let count = i64::try_from(count).map_err(Error::internal)?;
        let sql = self.fixed("UPDATE log_head SET position = position + $1 WHERE id = 1 RETURNING position", binds![count]);
        let rows = self.returning(sql).await?;
        let head: i64 = rows.first().ok_or_else(|| Error::internal("log_head is empty"))?.get("position")?;
        Ok(Some(head - count + 1))
    }

    async fn append_event(&self, event: NewEvent, position: Option<i64>) -> Result<()> {
        let mut payload = event.payload;
        payload.actor = self.options.actor.clone();
        let cause = &self.options.cause;
        let values = binds![
            self.options.clock.uuid(),
            event.account_id.map(|id| id.0),
            event.aggregate.as_str(),
            event.aggregate_id,
            event.event_seq,
            event.event_type.as_str(),
            1_i32,
            self.options.actor.as_ref().map(|actor| actor.id.0),
            cause.kind.as_str(),
            cause.id.clone(),
            cause.source.clone(),
            cause.address.clone(),
            cause.trace.clone(),
            self.options.commit_id,
            event.occurred_at,
            json(&payload)?,
            position,
        ];
        self.run(self.fixed(
            "INSERT INTO event (id, account_id, aggregate_type, aggregate_id, event_seq, type, schema_version, actor_id, cause_kind, cause_id, \
             source, address, trace, commit_id, occurred_at, payload, position) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
            values,
        ))
        .await?;
        Ok(())
    }
}
