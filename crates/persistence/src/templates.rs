//! Templates of tasks.

use async_trait::async_trait;
use tasktrack_domain::change::Change;
use tasktrack_domain::ids::{AccountId, ProjectId, TagId, TemplateId};
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::ports::Templates;
use tasktrack_domain::tasks::Priority;
use tasktrack_domain::tasks::template::Template;
use tasktrack_domain::{Error, Result};

use crate::paging::{after, by_text};
use crate::sql::{Get as _, Row, Sql, binds, json};
use crate::tx::{DbTx, saved};
use crate::visible::{Rows, visible};

const SELECT: &str = "SELECT t.id, t.account_id, t.name, t.title, t.description, t.priority, t.estimated_hours, t.tag_ids, t.project_id, \
     t.checklist, t.created_at, t.updated_at, t.version, t.event_seq FROM task_template t WHERE ";

/// A row with the ids of what it refers to.
fn read(row: &Row) -> Result<(Template, Vec<TagId>, Option<ProjectId>)> {
    let priority: i16 = row.get("priority")?;
    let template = Template {
        id: row.id("id")?,
        account_id: row.id("account_id")?,
        name: row.get("name")?,
        title: row.get("title")?,
        description: row.get("description")?,
        priority: Priority::from_code(priority).ok_or_else(|| Error::internal(format!("priority {priority}")))?,
        estimated_hours: row.get("estimated_hours")?,
        tags: Vec::new(),
        project: None,
        checklist: row.json("checklist")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        version: row.get("version")?,
        event_seq: row.get("event_seq")?,
    };
    Ok((template, row.json("tag_ids")?, row.id_opt("project_id")?))
}

impl DbTx {
    async fn templates_of(&self, sql: Sql) -> Result<Vec<Template>> {
        let found = self.all(sql).await?.iter().map(read).collect::<Result<Vec<_>>>()?;
        let tags = self.tag_refs(found.iter().flat_map(|(_, tags, _)| tags.iter().copied())).await?;
        let projects = self.project_refs(found.iter().filter_map(|(.., project)| *project)).await?;
        let named = found.into_iter().map(|(template, tag_ids, project)| Template {
            tags: tag_ids.iter().filter_map(|id| tags.get(id).cloned()).collect(),
            project: project.and_then(|id| projects.get(&id).cloned()),
            ..template
        });
        Ok(named.collect())
    }
}

#[async_trait]
impl Templates for DbTx {
    async fn find_template(&mut self, id: TemplateId) -> Result<Option<Template>> {
        let mut sql = self.sql(SELECT);
        visible(&mut sql, Rows::Whole, "t", self.scope());
        sql.add(" AND t.id = ").bind(id.0).add(self.lock());
        Ok(self.templates_of(sql).await?.pop())
    }

    async fn list_templates(&mut self, accounts: &[AccountId], page: &PageRequest) -> Result<Page<Template>> {
        let fingerprint = format!("templates {accounts:?}");
        let after = after(page, &fingerprint)?;
        let mut sql = self.sql(SELECT);
        visible(&mut sql, Rows::Whole, "t", self.scope());
        if !accounts.is_empty() {
            sql.add(" AND t.account_id ").any(accounts.iter().copied());
        }
        by_text(&mut sql, "name", after, page);
        let rows = self.templates_of(sql).await?;
        Ok(Page::cut(rows, page.limit, &fingerprint, |t| vec![t.name.clone().into(), t.id.0.into()]))
    }

    async fn next_template_id(&mut self) -> Result<TemplateId> {
        self.next_id("task_template").await.map(TemplateId)
    }

    async fn save_template(&mut self, change: Change<Template>) -> Result<Template> {
        let (template, events) = change.into_parts();
        let tag_ids: Vec<TagId> = template.tags.iter().map(|tag| tag.id).collect();
        let mut values = binds![
            template.id.0,
            &*template.name,
            &*template.title,
            &*template.description,
            template.priority.code(),
            template.estimated_hours,
            json(&tag_ids)?,
            template.project.as_ref().map(|p| p.id.0),
            json(&template.checklist)?,
            template.updated_at,
            template.version,
            template.event_seq,
        ];
        let sql = if template.event_seq == 1 {
            values.extend(binds![template.account_id.0, template.created_at]);
            self.fixed(
                "INSERT INTO task_template (id, name, title, description, priority, estimated_hours, tag_ids, project_id, checklist, updated_at, \
                 version, event_seq, account_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                values,
            )
        } else {
            self.fixed(
                "UPDATE task_template SET name = $2, title = $3, description = $4, priority = $5, estimated_hours = $6, tag_ids = $7, \
                 project_id = $8, checklist = $9, updated_at = $10, version = $11, event_seq = $12 WHERE id = $1 AND event_seq < $12",
                values,
            )
        };
        saved(self.run(sql).await?)?;
        self.append_events(events).await?;
        Ok(template)
    }

    async fn delete_template(&mut self, change: Change<Template>) -> Result<()> {
        let (template, events) = change.into_parts();
        saved(self.run(self.fixed("DELETE FROM task_template WHERE id = $1", binds![template.id.0])).await?)?;
        self.append_events(events).await
    }
}
