//! Tags.

use async_trait::async_trait;
use tasktrack_domain::Result;
use tasktrack_domain::change::Change;
use tasktrack_domain::ids::{AccountId, TagId};
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::ports::Tags;
use tasktrack_domain::refs::TagRef;
use tasktrack_domain::tasks::tag::Tag;

use crate::paging::{after, by_text};
use crate::refs;
use crate::sql::{Get as _, Row, binds};
use crate::tx::{DbTx, saved};
use crate::visible::{Rows, visible};

const SELECT: &str = "SELECT t.id, t.account_id, t.name, t.color, t.created_at, t.updated_at, t.version, t.event_seq FROM tag t WHERE ";

fn read(row: &Row) -> Result<Tag> {
    Ok(Tag {
        id: row.id("id")?,
        account_id: row.id("account_id")?,
        name: row.get("name")?,
        color: row.get("color")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        version: row.get("version")?,
        event_seq: row.get("event_seq")?,
    })
}

#[async_trait]
impl Tags for DbTx {
    async fn find_tag(&mut self, id: TagId) -> Result<Option<Tag>> {
        let mut sql = self.sql(SELECT);
        visible(&mut sql, Rows::Known, "t", self.scope());
        sql.add(" AND t.id = ").bind(id.0).add(self.lock());
        self.one(sql).await?.as_ref().map(read).transpose()
    }

    async fn lookup_tags(&mut self, account: AccountId, ids: &[TagId]) -> Result<Vec<TagRef>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = self.sql("SELECT t.id, t.name, t.color FROM tag t WHERE ");
        visible(&mut sql, Rows::Known, "t", self.scope());
        sql.add(" AND t.account_id = ").bind(account.0).add(" AND t.id ").any(ids.iter().copied()).add(" ORDER BY t.name, t.id");
        self.all(sql).await?.iter().map(refs::tag).collect()
    }

    async fn list_tags(&mut self, accounts: &[AccountId], q: Option<&str>, page: &PageRequest) -> Result<Page<Tag>> {
        let fingerprint = format!("tags {accounts:?} {q:?}");
        let after = after(page, &fingerprint)?;
        let mut sql = self.sql(SELECT);
        visible(&mut sql, Rows::Known, "t", self.scope());
        if !accounts.is_empty() {
            sql.add(" AND t.account_id ").any(accounts.iter().copied());
        }
        if let Some(q) = q {
            sql.add(" AND ").contains("t.name", q);
        }
        by_text(&mut sql, "name", after, page);
        let rows = self.all(sql).await?.iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(rows, page.limit, &fingerprint, |t| vec![t.name.clone().into(), t.id.0.into()]))
    }

    async fn next_tag_id(&mut self) -> Result<TagId> {
        self.next_id("tag").await.map(TagId)
    }

    async fn save_tag(&mut self, change: Change<Tag>) -> Result<Tag> {
        self.renames();
        let (tag, events) = change.into_parts();
        let sql = if tag.event_seq == 1 {
            self.fixed(
                "INSERT INTO tag (id, account_id, name, color, created_at, updated_at, version, event_seq) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                binds![tag.id.0, tag.account_id.0, &*tag.name, &*tag.color, tag.created_at, tag.updated_at, tag.version, tag.event_seq],
            )
        } else {
            self.fixed(
                "UPDATE tag SET name = $2, color = $3, updated_at = $4, version = $5, event_seq = $6 WHERE id = $1 AND event_seq < $6",
                binds![tag.id.0, &*tag.name, &*tag.color, tag.updated_at, tag.version, tag.event_seq],
            )
        };
        saved(self.run(sql).await?)?;
        self.append_events(events).await?;
        Ok(tag)
    }

    async fn delete_tag(&mut self, change: Change<Tag>) -> Result<()> {
        self.renames();
        let (tag, events) = change.into_parts();
        for (pg, sqlite) in WITHOUT_TAG {
            let text = if self.pg() { *pg } else { *sqlite };
            self.run(self.fixed(text, binds![tag.id.0, tag.account_id.0])).await?;
        }
        saved(self.run(self.fixed("DELETE FROM tag WHERE id = $1", binds![tag.id.0])).await?)?;
        self.append_events(events).await
    }
}

/// Where rows repeat the tags' ids: tasks, templates.
const WITHOUT_TAG: &[(&str, &str)] = &[
    (
        "UPDATE task SET tag_ids = (SELECT coalesce(jsonb_agg(e.v ORDER BY e.n), '[]') FROM jsonb_array_elements(tag_ids) WITH ORDINALITY e (v, n) \
         WHERE e.v <> to_jsonb($1)) WHERE account_id = $2 AND id IN (SELECT task_id FROM task_tag WHERE tag_id = $1)",
        "UPDATE task SET tag_ids = (SELECT json_group_array(e.value) FROM json_each(tag_ids) e WHERE e.value <> $1) \
         WHERE account_id = $2 AND id IN (SELECT task_id FROM task_tag WHERE tag_id = $1)",
    ),
    (
        "UPDATE task_template SET tag_ids = (SELECT coalesce(jsonb_agg(e.v ORDER BY e.n), '[]') FROM jsonb_array_elements(tag_ids) \
         WITH ORDINALITY e (v, n) WHERE e.v <> to_jsonb($1)) WHERE account_id = $2 AND tag_ids @> to_jsonb($1)",
        "UPDATE task_template SET tag_ids = (SELECT json_group_array(e.value) FROM json_each(tag_ids) e WHERE e.value <> $1) \
         WHERE account_id = $2 AND EXISTS (SELECT 1 FROM json_each(tag_ids) e WHERE e.value = $1)",
    ),
];
