//! Templates of tasks.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use serde_json::{Map, Value, json};

use super::commands::create_in;
use super::input::{NewTask, TaskChange, tags};
use super::queries::view_with;
use super::status::Priority;
use super::tag::account_for;
use super::task::{Around, TaskView, Told};
use crate::change::Change;
use crate::ctx::Ctx;
use crate::error::{Error, OrNotFound, Result};
use crate::event::{Aggregate, EventType, NewEvent, Payload, changes};
use crate::ids::{AccountId, ProjectId, TagId, TemplateId, UserId};
use crate::page::{Page, PageRequest};
use crate::policy::{Action, Facts};
use crate::ports::Tx;
use crate::refs::{ProjectRef, TagRef};
use crate::text::{BODY_MAX, Check, NAME_MAX, TITLE_MAX};

/// A task to be, under a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Template {
    pub id: TemplateId,
    pub account_id: AccountId,
    pub name: String,
    /// Title of the new task; `use` may give another.
    pub title: String,
    /// Markdown.
    pub description: String,
    pub priority: Priority,
    pub estimated_hours: Option<f64>,
    pub tags: Vec<TagRef>,
    pub project: Option<ProjectRef>,
    /// Becomes a Markdown checklist under the description.
    pub checklist: Vec<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
    #[serde(skip)]
    pub event_seq: i64,
}

impl Template {
    /// Description with the checklist below it.
    pub fn text(&self) -> String {
        let list: Vec<String> = self.checklist.iter().map(|item| format!("- [ ] {item}")).collect();
        match (self.description.is_empty(), list.is_empty()) {
            (_, true) => self.description.clone(),
            (true, false) => list.join("\n"),
            (false, false) => format!("{}\n\n{}", self.description, list.join("\n")),
        }
    }
}

/// What may be written of a template; absent keeps, `Some(None)` clears.
#[derive(Clone, Debug, Default)]
pub struct TemplateInput {
    pub name: Option<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub priority: Option<Priority>,
    pub estimated_hours: Option<Option<f64>>,
    pub tag_ids: Option<Vec<TagId>>,
    pub project_id: Option<Option<ProjectId>>,
    pub checklist: Option<Vec<String>>,
    /// At creation only.
    pub account_id: Option<AccountId>,
}

/// What a use of a template may set differently.
#[derive(Clone, Debug, Default)]
pub struct TemplateUse {
    pub title: Option<String>,
    pub project_id: Option<ProjectId>,
    pub owner_id: Option<UserId>,
    pub due_date: Option<String>,
}

const FIELDS: &[&str] = &["name", "title", "description", "priority", "estimated_hours", "tags", "project", "checklist"];

impl TemplateInput {
    async fn fill(&self, tx: &mut dyn Tx, template: &mut Template) -> Result<()> {
        let mut check = Check::default();
        if let Some(name) = &self.name {
            check.text("/name", name, 1, NAME_MAX);
            name.trim().clone_into(&mut template.name);
        }
        if let Some(title) = &self.title {
            check.text("/title", title, 1, TITLE_MAX);
            title.trim().clone_into(&mut template.title);
        }
        if let Some(description) = &self.description {
            check.text("/description", description, 0, BODY_MAX);
            template.description.clone_from(description);
        }
        if let Some(Some(hours)) = self.estimated_hours {
            check.hours("/estimated_hours", hours);
        }
        if let Some(items) = &self.checklist {
            if items.len() > 100 {
                check.add("/checklist", "too-many", "at most 100 entries");
            }
            for (at, item) in items.iter().enumerate() {
                check.text(&format!("/checklist/{at}"), item, 1, 500);
            }
            template.checklist.clone_from(items);
        }
        template.priority = self.priority.unwrap_or(template.priority);
        template.estimated_hours = self.estimated_hours.unwrap_or(template.estimated_hours);
        if let Some(ids) = &self.tag_ids {
            template.tags = tags(tx, template.account_id, ids, "/tag_ids", &mut check).await?;
        }
        match self.project_id {
            None => {}
            Some(None) => template.project = None,
            Some(Some(id)) => match tx.projects().find_place(id).await?.filter(|place| place.account_id == template.account_id) {
                Some(place) => template.project = Some(place.project),
                None => check.add("/project_id", "unknown-reference", format!("there is no project {id} in this account")),
            },
        }
        check.done()
    }
}

impl Template {
    fn told(self, event_type: EventType, changes: Map<String, Value>, extra: Map<String, Value>) -> Change<Self> {
        let event = NewEvent {
            aggregate: Aggregate::TaskTemplate,
            aggregate_id: self.id.0,
            event_seq: self.event_seq,
            account_id: Some(self.account_id),
            event_type,
            occurred_at: self.updated_at,
            payload: Payload { changes, snapshot: json!(self), extra, ..Payload::default() },
        };
        Change::new(self, vec![event])
    }
}

fn facts(account_id: AccountId) -> Facts {
    Facts { account_id, ..Facts::default() }
}

async fn lock_template(ctx: &Ctx, tx: &mut dyn Tx, id: TemplateId) -> Result<Template> {
    let template = tx.templates().find_template(id).await?.or_not_found("template", id)?;
    ctx.actor.must(Action::EditTemplates, &facts(template.account_id))?;
    if ctx.if_match.is_some_and(|version| version != template.version) {
        return Err(Error::VersionMismatch { current: Box::new(json!(template)) });
    }
    Ok(template)
}

/// Templates of visible accounts, by name.
pub async fn list_templates(ctx: &Ctx, accounts: &[AccountId], page: &PageRequest) -> Result<Page<Template>> {
    ctx.read().await?.templates().list_templates(accounts, page).await
}

/// One template.
pub async fn get_template(ctx: &Ctx, id: TemplateId) -> Result<Template> {
    ctx.read().await?.templates().find_template(id).await?.or_not_found("template", id)
}

/// A new template: a name and a title at least.
pub async fn create_template(ctx: &Ctx, input: TemplateInput) -> Result<Template> {
    let mut tx = ctx.begin().await?;
    let account_id = account_for(ctx, &mut *tx, input.account_id).await?;
    ctx.actor.must(Action::EditTemplates, &facts(account_id))?;
    for (pointer, given) in [("/name", input.name.is_some()), ("/title", input.title.is_some())] {
        if !given {
            return Err(Error::invalid(pointer, "required", "must not be empty"));
        }
    }
    let now = ctx.now();
    let mut template = Template {
        id: TemplateId(0),
        account_id,
        name: String::new(),
        title: String::new(),
        description: String::new(),
        priority: Priority::Medium,
        estimated_hours: None,
        tags: vec![],
        project: None,
        checklist: vec![],
        created_at: now,
        updated_at: now,
        version: 1,
        event_seq: 1,
    };
    input.fill(&mut *tx, &mut template).await?;
    template.id = tx.templates().next_template_id().await?;
    let template = tx.templates().save_template(template.told(EventType::TaskTemplateCreated, Map::new(), Map::new())).await?;
    ctx.commit(tx, &template).await?;
    Ok(template)
}

/// Changes a template.
pub async fn update_template(ctx: &Ctx, id: TemplateId, input: TemplateInput) -> Result<Template> {
    let mut tx = ctx.begin().await?;
    let before = lock_template(ctx, &mut *tx, id).await?;
    let mut after = before.clone();
    input.fill(&mut *tx, &mut after).await?;
    let changes = changes(&json!(before), &json!(after), FIELDS);
    if !changes.is_empty() {
        after.version += 1;
        after.event_seq += 1;
        after.updated_at = ctx.now();
        after = tx.templates().save_template(after.told(EventType::TaskTemplateUpdated, changes, Map::new())).await?;
    }
    ctx.commit(tx, &after).await?;
    Ok(after)
}

/// Removes a template; tasks made from it stay.
pub async fn delete_template(ctx: &Ctx, id: TemplateId) -> Result<()> {
    let mut tx = ctx.begin().await?;
    let mut template = lock_template(ctx, &mut *tx, id).await?;
    template.event_seq += 1;
    template.updated_at = ctx.now();
    tx.templates().delete_template(template.told(EventType::TaskTemplateDeleted, Map::new(), Map::new())).await?;
    ctx.commit(tx, &()).await
}

/// Makes a task of a template.
pub async fn use_template(ctx: &Ctx, id: TemplateId, with: TemplateUse) -> Result<TaskView> {
    let mut tx = ctx.begin().await?;
    let mut template = tx.templates().find_template(id).await?.or_not_found("template", id)?;
    let new = NewTask {
        title: with.title.unwrap_or_else(|| template.title.clone()),
        project_id: with.project_id.or_else(|| template.project.as_ref().map(|p| p.id)),
        owner_id: with.owner_id,
        fields: TaskChange {
            description: Some(template.text()),
            priority: Some(template.priority),
            estimated_hours: Some(template.estimated_hours),
            tag_ids: Some(template.tags.iter().map(|t| t.id).collect()),
            due_date: with.due_date.map(Some),
            ..TaskChange::default()
        },
        ..NewTask::default()
    };
    let task = create_in(ctx, &mut *tx, &new, Told::default(), std::collections::BTreeMap::new()).await?;
    if task.account_id != template.account_id {
        return Err(Error::invalid("/project_id", "unknown-reference", "the project belongs to another account than the template"));
    }
    template.event_seq += 1;
    template.updated_at = ctx.now();
    let extra = Map::from_iter([("task_id".to_owned(), json!(task.id)), ("task_key".to_owned(), json!(task.key))]);
    tx.templates().save_template(template.told(EventType::TaskTemplateUsed, Map::new(), extra)).await?;
    let view = view_with(ctx, task, Around::default());
    ctx.commit(tx, &view).await?;
    Ok(view)
}
