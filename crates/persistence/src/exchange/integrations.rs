//! Integrations.

use std::collections::BTreeMap;

use tasktrack_domain::change::Change;
use tasktrack_domain::ids::{AccountId, IntegrationId, ProjectId, UserId};
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::refs::{AccountRef, PersonRef, ProjectRef};
use tasktrack_domain::sync::Integration;
use tasktrack_domain::{Error, Result};

use super::managed;
use crate::paging::{after, by_text};
use crate::sql::{Get as _, Row, Sql, binds, json};
use crate::tx::DbTx;

const SELECT: &str = "SELECT t.id, t.source, t.account_id, t.project_id, t.user_id, t.enabled, t.id_mode, t.delete_policy, t.conflict_policy, \
     t.field_policies, t.topics_in, t.topic_out, t.created_at, t.updated_at, t.version, t.event_seq, a.name AS account_name, a.language, \
     a.time_zone, p.key AS project_key, p.name AS project_name, u.name AS user_name, u.avatar_color FROM integration t \
     JOIN account a ON a.id = t.account_id JOIN project p ON p.id = t.project_id JOIN users u ON u.id = t.user_id WHERE ";

fn read(row: &Row) -> Result<Integration> {
    Ok(Integration {
        id: row.id("id")?,
        source: row.get("source")?,
        account: AccountRef { id: row.id::<AccountId>("account_id")?, name: row.get("account_name")? },
        project: ProjectRef { id: row.id::<ProjectId>("project_id")?, key: row.get("project_key")?, name: row.get("project_name")? },
        user: PersonRef { id: row.id::<UserId>("user_id")?, name: row.get("user_name")?, avatar_color: row.get("avatar_color")? },
        enabled: row.get("enabled")?,
        id_mode: row.word("id_mode")?,
        delete_policy: row.word("delete_policy")?,
        conflict_policy: row.word("conflict_policy")?,
        field_policies: row.json::<BTreeMap<_, _>>("field_policies")?,
        topics_in: row.json::<Vec<_>>("topics_in")?,
        topic_out: row.get("topic_out")?,
        language: row.get("language")?,
        zone: row.word("time_zone")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        version: row.get("version")?,
        event_seq: row.get("event_seq")?,
    })
}

impl DbTx {
    async fn read_integrations(&self, sql: Sql) -> Result<Vec<Integration>> {
        self.all(sql).await?.iter().map(read).collect()
    }

    pub(super) async fn integration_page(&self, page: &PageRequest) -> Result<Page<Integration>> {
        let after = after(page, "integrations")?;
        let mut sql = self.sql(SELECT);
        managed(&mut sql, self);
        by_text(&mut sql, "source", after, page);
        let found = self.read_integrations(sql).await?;
        Ok(Page::cut(found, page.limit, "integrations", |i| vec![i.source.clone().into(), i.id.0.into()]))
    }

    pub(super) async fn integration(&self, id: IntegrationId) -> Result<Option<Integration>> {
        let mut sql = self.sql(SELECT);
        managed(&mut sql, self);
        sql.add(" AND t.id = ").bind(id.0).add(self.lock());
        Ok(self.read_integrations(sql).await?.pop())
    }

    /// Whatever the scope: an inbound message names its source before anybody is known to act.
    pub(super) async fn integration_by_source(&self, source: &str) -> Result<Option<Integration>> {
        if source.contains('\0') {
            return Ok(None);
        }
        let mut sql = self.sql(SELECT);
        sql.add("t.source = ").bind(source);
        Ok(self.read_integrations(sql).await?.pop())
    }

    pub(super) async fn integrations(&self) -> Result<Vec<Integration>> {
        let mut sql = self.sql(SELECT);
        sql.add("TRUE ORDER BY t.id");
        self.read_integrations(sql).await
    }

    pub(super) async fn store_integration(&self, change: Change<Integration>) -> Result<Integration> {
        let (integration, events) = change.into_parts();
        let mut values = binds![
            integration.id.0,
            integration.project.id.0,
            integration.user.id.0,
            integration.enabled,
            integration.id_mode.as_str(),
            integration.delete_policy.as_str(),
            integration.conflict_policy.as_str(),
            json(&integration.field_policies)?,
            json(&integration.topics_in)?,
            &*integration.topic_out,
            integration.updated_at,
            integration.version,
            integration.event_seq,
        ];
        let sql = if integration.event_seq == 1 {
            values.extend(binds![&*integration.source, integration.account.id.0, integration.created_at]);
            self.fixed(
                "INSERT INTO integration (id, project_id, user_id, enabled, id_mode, delete_policy, conflict_policy, field_policies, topics_in, \
                 topic_out, updated_at, version, event_seq, source, account_id, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
                values,
            )
        } else {
            self.fixed(
                "UPDATE integration SET project_id = $2, user_id = $3, enabled = $4, id_mode = $5, delete_policy = $6, conflict_policy = $7, \
                 field_policies = $8, topics_in = $9, topic_out = $10, updated_at = $11, version = $12, event_seq = $13 WHERE id = $1",
                values,
            )
        };
        if self.run(sql).await? != 1 {
            return Err(Error::not_found("integration", integration.id));
        }
        self.append_events(events).await?;
        Ok(integration)
    }
}
