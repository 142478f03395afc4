//! The event log: append, history, time travel, reading in order.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tasktrack_domain::event::{Aggregate, Cause, EventRecord, NewEvent};
use tasktrack_domain::ids::UserId;
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::ports::Events;
use tasktrack_domain::{Error, Result};
use uuid::Uuid;

use crate::paging::{after_number, limit};
use crate::sql::{Get as _, Row, Sql, binds, json};
use crate::tx::DbTx;
use crate::visible::{Rows, visible};

/// How many rows are looked at beyond a page to find the end of a commit.
const BEYOND: u32 = 64;

pub(crate) const COLUMNS: &str = "SELECT t.id, t.account_id, t.aggregate_type, t.aggregate_id, t.event_seq, t.type, t.schema_version, t.actor_id, \
     t.cause_kind, t.cause_id, t.source, t.address, t.trace, t.commit_id, t.occurred_at, t.position, ";

pub(crate) fn read(row: &Row) -> Result<EventRecord> {
    let cause = Cause {
        kind: row.word("cause_kind")?,
        id: row.get("cause_id")?,
        source: row.get("source")?,
        address: row.get("address")?,
        trace: row.get("trace")?,
    };
    Ok(EventRecord {
        id: row.get("id")?,
        account_id: row.id_opt("account_id")?,
        aggregate: row.word("aggregate_type")?,
        aggregate_id: row.get("aggregate_id")?,
        event_seq: row.get("event_seq")?,
        event_type: row.word("type")?,
        schema_version: row.get("schema_version")?,
        actor_id: row.get("actor_id")?,
        cause,
        commit_id: row.get("commit_id")?,
        occurred_at: row.get("occurred_at")?,
        payload: row.json("payload")?,
        position: row.get("position")?,
    })
}

impl DbTx {
    /// Appends events in order; fills in who, when and why from the unit of work. On SQLite, where one writes at a time, they get their
    /// positions at once; on PostgreSQL the sequencer gives them.
    pub(crate) async fn append_events(&self, events: Vec<NewEvent>) -> Result<()> {
        let mut position = self.first_position(events.len()).await?;
        for event in events {
            self.tells();
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
        // A log-in names the person although the unit of work was begun by nobody.
        payload.actor = payload.actor.or_else(|| self.options.actor.clone());
        let cause = &self.options.cause;
        // For the feed, which is read by project.
        let in_task = (event.aggregate == Aggregate::Task).then(|| payload.snapshot.pointer("/project/id"));
        let project = in_task.flatten().and_then(serde_json::Value::as_i64);
        let values = binds![
            self.options.clock.uuid(),
            event.account_id.map(|id| id.0),
            event.aggregate.as_str(),
            event.aggregate_id,
            event.event_seq,
            event.event_type.as_str(),
            1_i32,
            payload.actor.as_ref().map(|actor| actor.id.0),
            cause.kind.as_str(),
            cause.id.clone(),
            cause.source.clone(),
            cause.address.clone(),
            cause.trace.clone(),
            self.options.commit_id,
            event.occurred_at,
            json(&payload)?,
            position,
            project,
        ];
        self.run(self.fixed(
            "INSERT INTO event (id, account_id, aggregate_type, aggregate_id, event_seq, type, schema_version, actor_id, cause_kind, cause_id, \
             source, address, trace, commit_id, occurred_at, payload, position, project_id) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
            values,
        ))
        .await?;
        Ok(())
    }

    async fn events(&self, sql: Sql) -> Result<Vec<EventRecord>> {
        self.all(sql).await?.iter().map(read).collect()
    }

    async fn events_after(&self, position: i64, limit: u32, shard: Option<(i64, i64)>) -> Result<Vec<EventRecord>> {
        let mut sql = self.sql(COLUMNS);
        sql.add("t.payload FROM event t WHERE t.position > ").bind(position).add(" AND ");
        visible(&mut sql, Rows::Known, "t", self.scope());
        if let Some((k, n)) = shard {
            sql.add(" AND t.aggregate_id % ").bind(n).add(" = ").bind(k);
        }
        sql.add(" ORDER BY t.position LIMIT ").bind(i64::from(limit));
        self.events(sql).await
    }
}

/// Whether two neighbours in the log must not be read apart. PostgreSQL's positions go aggregate by aggregate; on SQLite a commit's events
/// stand together, of whatever aggregates.
fn together(pg: bool, a: &EventRecord, b: &EventRecord) -> bool {
    a.commit_id == b.commit_id && (!pg || (a.aggregate, a.aggregate_id) == (b.aggregate, b.aggregate_id))
}

#[async_trait]
impl Events for DbTx {
    async fn append(&mut self, events: Vec<NewEvent>) -> Result<()> {
        self.append_events(events).await
    }

    /// On PostgreSQL the stream is locked until the end of the unit: aggregates like `session` have no row of their own to lock.
    async fn next_seq(&mut self, aggregate: Aggregate, id: i64) -> Result<i64> {
        if self.pg() {
            let lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, $2))";
            self.returning(self.fixed(lock, binds![aggregate.as_str(), id])).await?;
        }
        let last = "SELECT coalesce(max(event_seq), 0) + 1 AS next FROM event WHERE aggregate_type = $1 AND aggregate_id = $2";
        let row = self.one(self.fixed(last, binds![aggregate.as_str(), id])).await?;
        row.map_or(Ok(1), |row| row.get("next"))
    }

    async fn history(&mut self, aggregate: Aggregate, id: i64, page: &PageRequest) -> Result<Page<EventRecord>> {
        let fingerprint = format!("history {aggregate} {id}");
        let before = after_number(page, &fingerprint)?;
        let mut sql = self.sql(COLUMNS);
        sql.add("t.payload FROM event t WHERE t.aggregate_type = ")
            .bind(aggregate.as_str())
            .add(" AND t.aggregate_id = ")
            .bind(id)
            .add(" AND ");
        visible(&mut sql, Rows::Known, "t", self.scope());
        if let Some(before) = before {
            sql.add(" AND t.event_seq < ").bind(before);
        }
        sql.add(" ORDER BY t.event_seq DESC LIMIT ").bind(limit(page));
        Ok(Page::cut(self.events(sql).await?, page.limit, &fingerprint, |event| vec![event.event_seq.into()]))
    }

    async fn of_commit(&mut self, commit: Uuid, by: UserId) -> Result<Vec<EventRecord>> {
        let mut sql = self.sql(COLUMNS);
        // As the index `event_commit` has it.
        sql.add("t.payload FROM event t WHERE t.aggregate_type = 'task' AND t.commit_id = ").bind(commit).add(" AND t.actor_id = ");
        sql.bind(by.0).add(" AND ");
        visible(&mut sql, Rows::Known, "t", self.scope());
        let mut events = self.events(sql).await?;
        // In order here and not there: for the order SQLite would read the log by aggregate, all of it.
        events.sort_by_key(|event| (event.aggregate_id, event.event_seq));
        Ok(events)
    }

    async fn snapshot(&mut self, aggregate: Aggregate, id: i64, event_seq: i64) -> Result<Option<serde_json::Value>> {
        let mut sql = self.sql(COLUMNS);
        sql.add("t.payload FROM event t WHERE t.aggregate_type = ").bind(aggregate.as_str()).add(" AND t.aggregate_id = ").bind(id);
        sql.add(" AND t.event_seq = ").bind(event_seq).add(" AND ");
        visible(&mut sql, Rows::Known, "t", self.scope());
        Ok(self.events(sql).await?.pop().map(|event| event.payload.snapshot))
    }

    async fn until(&mut self, aggregate: Aggregate, id: i64, at: DateTime<Utc>) -> Result<Vec<EventRecord>> {
        let values = binds![aggregate.as_str(), id, at];
        // Snapshots are most of a payload, and only the last one is asked for: the others stay in the database.
        let mut sql = self.sql(
            "WITH last (seq) AS (SELECT max(event_seq) FROM event WHERE aggregate_type = $1 AND aggregate_id = $2 AND occurred_at <= $3) ",
        );
        sql.values(values).add(COLUMNS).add("CASE WHEN t.event_seq = last.seq THEN t.payload ELSE ");
        sql.either("t.payload - 'snapshot'", "json_remove(t.payload, '$.snapshot')").add(" END AS payload FROM event t CROSS JOIN last ");
        sql.add("WHERE t.aggregate_type = $1 AND t.aggregate_id = $2 AND t.event_seq <= last.seq AND ");
        visible(&mut sql, Rows::Known, "t", self.scope());
        sql.add(" ORDER BY t.event_seq");
        self.events(sql).await
    }

    async fn after(&mut self, position: i64, limit: u32, shard: Option<(i64, i64)>) -> Result<Vec<EventRecord>> {
        let wanted = usize::try_from(limit.max(1)).map_err(Error::internal)?;
        // One more than wanted tells whether the last commit goes on.
        let mut events = self.events_after(position, limit.max(1).saturating_add(1), shard).await?;
        let mut beyond = events.split_off(wanted.min(events.len()));
        while let Some(last) = events.last() {
            let mine = beyond.iter().take_while(|event| together(self.pg(), last, event)).count();
            let goes_on = mine > 0 && mine == beyond.len();
            events.extend(beyond.drain(..mine));
            let Some(end) = events.last().and_then(|event| event.position).filter(|_| goes_on) else { break };
            beyond = self.events_after(end, BEYOND, shard).await?;
        }
        Ok(events)
    }

    async fn head(&mut self) -> Result<i64> {
        let row = self.one(self.sql("SELECT position FROM log_head WHERE id = 1")).await?;
        row.map_or(Ok(0), |row| row.get("position"))
    }

    async fn knows_event(&mut self, id: Uuid) -> Result<bool> {
        Ok(self.one(self.fixed("SELECT 1 AS one FROM event WHERE id = $1", binds![id])).await?.is_some())
    }

    async fn sequence(&mut self, limit: u32) -> Result<Option<i64>> {
        if self.pg() { self.give_positions(limit).await } else { Ok(None) }
    }
}
