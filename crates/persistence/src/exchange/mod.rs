//! The exchange with ERPs. Integrations, conflicts and dead letters are seen by those who manage their account; the inbox, the map of
//! ids, agreed values and parked messages are the consumer's own and know no reader.

mod conflicts;
mod integrations;
mod letters;
mod messages;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use tasktrack_domain::change::Change;
use tasktrack_domain::ids::{AccountId, ConflictId, DeadLetterId, IntegrationId, TaskId};
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::ports::{Exchange, InboxKey};
use tasktrack_domain::sync::{BaseValue, Conflict, DeadLetter, Integration, NewDeadLetter, Parked};
use tasktrack_domain::{Error, Result};

use crate::sql::{Get as _, Sql};
use crate::tx::DbTx;

/// Longest external id, in bytes: it is part of index entries.
const EXTERNAL_ID_MAX: usize = 500;

/// Adds a condition that holds for rows of `t` in accounts that the actor manages; those of no account are for who sees everything.
fn managed(sql: &mut Sql, tx: &DbTx) {
    if tx.scope().everything {
        sql.add("TRUE");
    } else {
        let managed = tx.scope().accounts.iter().filter(|(_, standing)| standing.manages);
        sql.add("t.account_id ").any(managed.map(|(id, _): (&AccountId, _)| *id));
    }
}

/// Refuses what no index entry or text of PostgreSQL can hold: the message becomes a dead letter instead of being tried for ever.
fn storable(external_id: &str) -> Result<()> {
    if external_id.contains('\0') || external_id.len() > EXTERNAL_ID_MAX {
        return Err(Error::invalid("/external_id", "too-long", format!("at most {EXTERNAL_ID_MAX} bytes, none of them NUL")));
    }
    Ok(())
}

impl DbTx {
    async fn number(&self, sql: Sql) -> Result<i64> {
        self.one(sql).await?.map_or(Ok(0), |row| row.get("count"))
    }
}

#[async_trait]
impl Exchange for DbTx {
    async fn list_integrations(&mut self, page: &PageRequest) -> Result<Page<Integration>> {
        self.integration_page(page).await
    }
    async fn find_integration(&mut self, id: IntegrationId) -> Result<Option<Integration>> {
        self.integration(id).await
    }
    async fn integration_of(&mut self, source: &str) -> Result<Option<Integration>> {
        self.integration_by_source(source).await
    }
    async fn all_integrations(&mut self) -> Result<Vec<Integration>> {
        self.integrations().await
    }
    async fn next_integration_id(&mut self) -> Result<IntegrationId> {
        self.next_id("integration").await.map(IntegrationId)
    }
    async fn save_integration(&mut self, change: Change<Integration>) -> Result<Integration> {
        self.store_integration(change).await
    }

    async fn enter(&mut self, key: &InboxKey, now: DateTime<Utc>) -> Result<bool> {
        self.enter_inbox(key, now).await
    }
    async fn internal_id(&mut self, integration: IntegrationId, kind: &str, external_id: &str) -> Result<Option<i64>> {
        self.id_behind(integration, kind, external_id).await
    }
    async fn map_id(&mut self, integration: IntegrationId, kind: &str, external_id: &str, internal_id: i64) -> Result<bool> {
        storable(external_id)?;
        self.store_pair(integration, kind, external_id, internal_id).await
    }
    async fn lock_external(&mut self, integration: IntegrationId, external_id: &str) -> Result<()> {
        storable(external_id)?;
        self.lock_name(&format!("external {integration} {external_id}")).await
    }
    async fn bases(&mut self, integration: IntegrationId, task: TaskId) -> Result<Vec<BaseValue>> {
        self.agreed(integration, task).await
    }
    async fn set_bases(&mut self, integration: IntegrationId, task: TaskId, values: &Map<String, Value>, at: DateTime<Utc>) -> Result<()> {
        self.agree(integration, task, values, at).await
    }

    async fn park(&mut self, message: &Parked) -> Result<()> {
        storable(&message.external_id)?;
        self.park_message(message).await
    }
    async fn has_parked(&mut self, integration: IntegrationId, external_id: &str) -> Result<bool> {
        self.is_parked(integration, external_id).await
    }
    async fn unpark(&mut self, integration: IntegrationId, external_id: &str) -> Result<Vec<Parked>> {
        self.take_parked(integration, external_id).await
    }
    async fn overdue_parked(&mut self, before: DateTime<Utc>, limit: u32) -> Result<Vec<(IntegrationId, String)>> {
        self.parked_before(before, limit).await
    }
    async fn count_parked(&mut self) -> Result<i64> {
        let mut sql = self.sql("SELECT count(*) AS count FROM parked p JOIN integration t ON t.id = p.integration_id WHERE ");
        managed(&mut sql, self);
        self.number(sql).await
    }

    async fn insert_dead_letter(&mut self, letter: NewDeadLetter) -> Result<DeadLetter> {
        self.store_letter(letter).await
    }
    async fn list_dead_letters(
        &mut self,
        state: Option<&str>,
        code: Option<&str>,
        source: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<DeadLetter>> {
        self.letter_page(state, code, source, page).await
    }
    async fn lock_dead_letter(&mut self, id: DeadLetterId) -> Result<Option<DeadLetter>> {
        self.locked_letter(id).await
    }
    async fn save_dead_letter(&mut self, letter: &DeadLetter) -> Result<()> {
        self.update_letter(letter).await
    }
    async fn count_dead_letters(&mut self) -> Result<i64> {
        let mut sql = self.sql("SELECT count(*) AS count FROM dead_letter t WHERE t.state = 'open' AND ");
        managed(&mut sql, self);
        self.number(sql).await
    }
    async fn unpublished_dead_letters(&mut self, limit: u32) -> Result<Vec<DeadLetter>> {
        self.unpublished_letters(limit).await
    }
    async fn dead_letter_published(&mut self, id: DeadLetterId) -> Result<()> {
        self.letter_published(id).await
    }

    async fn insert_conflict(&mut self, conflict: &Conflict) -> Result<Conflict> {
        self.store_conflict(conflict).await
    }
    async fn list_conflicts(&mut self, state: Option<&str>, task: Option<TaskId>, page: &PageRequest) -> Result<Page<Conflict>> {
        self.conflict_page(state, task, page).await
    }
    async fn lock_conflict(&mut self, id: ConflictId) -> Result<Option<Conflict>> {
        self.locked_conflict(id).await
    }
    async fn save_conflict(&mut self, conflict: &Conflict) -> Result<()> {
        self.update_conflict(conflict).await
    }
    async fn count_open_conflicts(&mut self) -> Result<i64> {
        let mut sql = self.sql("SELECT count(*) AS count FROM conflict t WHERE t.outcome = 'open' AND ");
        managed(&mut sql, self);
        self.number(sql).await
    }

    async fn count_inbound(&mut self, what: &str, by: i64) -> Result<()> {
        self.add_to_count(what, by).await
    }
    async fn inbound_counts(&mut self) -> Result<Vec<(String, i64)>> {
        let rows = self.all(self.sql("SELECT what, count FROM inbound_count ORDER BY what")).await?;
        rows.iter().map(|row| Ok((row.get("what")?, row.get("count")?))).collect()
    }
}
