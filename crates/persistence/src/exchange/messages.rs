//! What the consumer remembers: messages that were here, ids, agreed values, messages that wait, numbers.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use tasktrack_domain::ids::{IntegrationId, TaskId};
use tasktrack_domain::ports::InboxKey;
use tasktrack_domain::sync::{BaseValue, Parked, RawMessage};
use tasktrack_domain::{Error, Result};

use crate::sql::{Get as _, binds};
use crate::tx::DbTx;

/// Longer keys of the inbox are stored as their hash.
const KEY_MAX: usize = 300;

/// A key as text: a JSON array, so that no two keys give the same; too long ones as SHA-256.
fn key_text(key: &InboxKey) -> String {
    let parts = match key {
        InboxKey::Event { consumer, source, topic, event_type, event_id } => json!([consumer, source, topic, event_type, event_id]),
        InboxKey::Offset { consumer, cluster, topic, partition, offset, hash } => {
            json!([consumer, cluster, topic, partition, offset, hash])
        }
    };
    let text = parts.to_string();
    if text.len() <= KEY_MAX {
        return text;
    }
    use std::fmt::Write as _;
    let mut hex = String::from("sha256:");
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing into a String can't fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

impl DbTx {
    pub(super) async fn enter_inbox(&self, key: &InboxKey, now: DateTime<Utc>) -> Result<bool> {
        let sql =
            self.fixed("INSERT INTO inbox (key, entered_at) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING", binds![key_text(key), now]);
        Ok(self.run(sql).await? == 1)
    }

    pub(super) async fn id_behind(&self, integration: IntegrationId, kind: &str, external_id: &str) -> Result<Option<i64>> {
        if external_id.contains('\0') {
            return Ok(None);
        }
        let sql = self.fixed(
            "SELECT internal_id FROM external_ref WHERE integration_id = $1 AND kind = $2 AND external_id = $3",
            binds![integration.0, kind, external_id],
        );
        self.one(sql).await?.map(|row| row.get("internal_id")).transpose()
    }

    pub(super) async fn store_pair(&self, integration: IntegrationId, kind: &str, external_id: &str, internal_id: i64) -> Result<bool> {
        // The update changes nothing; it waits for another unit that stores the same pair, and gives what is there.
        let sql = self.fixed(
            "INSERT INTO external_ref (integration_id, kind, external_id, internal_id) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (integration_id, kind, external_id) DO UPDATE SET internal_id = external_ref.internal_id RETURNING internal_id",
            binds![integration.0, kind, external_id, internal_id],
        );
        let rows = self.returning(sql).await?;
        Ok(rows.first().ok_or_else(|| Error::internal("no pair"))?.get::<i64>("internal_id")? == internal_id)
    }

    pub(super) async fn agreed(&self, integration: IntegrationId, task: TaskId) -> Result<Vec<BaseValue>> {
        let sql = self.fixed(
            "SELECT field, value, agreed_at FROM sync_base WHERE task_id = $1 AND integration_id = $2 ORDER BY field",
            binds![task.0, integration.0],
        );
        let rows = self.all(sql).await?;
        rows.iter()
            .map(|row| Ok(BaseValue { field: row.get("field")?, value: row.json("value")?, agreed_at: row.get("agreed_at")? }))
            .collect()
    }

    pub(super) async fn agree(
        &self,
        integration: IntegrationId,
        task: TaskId,
        values: &Map<String, Value>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let mut sql = self.sql("INSERT INTO sync_base (integration_id, task_id, field, value, agreed_at) VALUES ");
        for (n, (field, value)) in values.iter().enumerate() {
            sql.add(if n == 0 { "(" } else { ", (" }).bind(integration.0).add(", ").bind(task.0).add(", ").bind(field.clone());
            sql.add(", ").bind(crate::sql::json(value)?).add(", ").bind(at).add(")");
        }
        sql.add(" ON CONFLICT (task_id, integration_id, field) DO UPDATE SET value = excluded.value, agreed_at = excluded.agreed_at");
        self.run(sql).await.map(|_| ())
    }

    pub(super) async fn park_message(&self, message: &Parked) -> Result<()> {
        let sql = self.fixed(
            "INSERT INTO parked (integration_id, external_id, message, parked_at) VALUES ($1, $2, $3, $4)",
            binds![message.integration_id.0, &*message.external_id, crate::sql::json(&without_nul(&message.message))?, message.parked_at],
        );
        self.run(sql).await.map(|_| ())
    }

    pub(super) async fn is_parked(&self, integration: IntegrationId, external_id: &str) -> Result<bool> {
        if external_id.contains('\0') {
            return Ok(false);
        }
        let sql =
            self.fixed("SELECT 1 FROM parked WHERE integration_id = $1 AND external_id = $2 LIMIT 1", binds![integration.0, external_id]);
        Ok(self.one(sql).await?.is_some())
    }

    pub(super) async fn take_parked(&self, integration: IntegrationId, external_id: &str) -> Result<Vec<Parked>> {
        if external_id.contains('\0') {
            return Ok(Vec::new());
        }
        let sql = self.fixed(
            "DELETE FROM parked WHERE integration_id = $1 AND external_id = $2 RETURNING id, message, parked_at",
            binds![integration.0, external_id],
        );
        let mut taken: Vec<(i64, Parked)> = Vec::new();
        for row in self.returning(sql).await? {
            let parked = Parked {
                integration_id: integration,
                external_id: external_id.to_owned(),
                message: row.json("message")?,
                parked_at: row.get("parked_at")?,
            };
            taken.push((row.get("id")?, parked));
        }
        taken.sort_by_key(|(id, _)| *id);
        Ok(taken.into_iter().map(|(_, parked)| parked).collect())
    }

    pub(super) async fn parked_before(&self, before: DateTime<Utc>, limit: u32) -> Result<Vec<(IntegrationId, String)>> {
        let sql = self.fixed(
            "SELECT integration_id, external_id FROM parked WHERE parked_at < $1 GROUP BY integration_id, external_id ORDER BY min(id) LIMIT $2",
            binds![before, i64::from(limit)],
        );
        let rows = self.all(sql).await?;
        rows.iter().map(|row| Ok((row.id("integration_id")?, row.get("external_id")?))).collect()
    }

    pub(super) async fn add_to_count(&self, what: &str, by: i64) -> Result<()> {
        let sql = self.fixed(
            "INSERT INTO inbound_count (what, count) VALUES ($1, $2) ON CONFLICT (what) DO UPDATE SET count = inbound_count.count + excluded.count",
            binds![what, by],
        );
        self.run(sql).await.map(|_| ())
    }
}

/// A message without NUL in key and headers, which a JSON column of PostgreSQL can't hold. The bytes themselves are base64.
pub(super) fn without_nul(message: &RawMessage) -> RawMessage {
    let clean = |text: &String| text.replace('\0', "\u{FFFD}");
    RawMessage {
        key: message.key.as_ref().map(clean),
        headers: message.headers.iter().map(|(name, value)| (clean(name), clean(value))).collect(),
        ..message.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_and_stay_short() {
        let key = |source: &str, topic: &str| {
            key_text(&InboxKey::Event {
                consumer: "c".into(),
                source: source.into(),
                topic: topic.into(),
                event_type: "t".into(),
                event_id: "1".into(),
            })
        };
        assert_ne!(key("a\",\"b", ""), key("a", "b"));
        assert!(key(&"x".repeat(100_000), "t").len() < 100);
    }
}
