//! What people and scripts may write of a task, and how it becomes a checked state: ids are resolved within the task's account, so that
//! no id of another tenant ever gets in.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::status::{Priority, Status};
use super::task::{AssigneeRole, Task};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::ids::{AccountId, ProjectId, TagId, TaskId, UserId};
use crate::ports::Tx;
use crate::refs::{PersonRef, TagRef};
use crate::text::{BODY_MAX, Check, TITLE_MAX, mentions, parse_instant};

/// An instant as written: RFC 3339, or a bare date that ends in the account's zone. Read when the account is known.
pub type When = String;

/// A new task. Only the title is required.
#[derive(Clone, Debug, Default)]
pub struct NewTask {
    pub title: String,
    /// Default: the parent's, else the last one the person created in, else the first visible.
    pub project_id: Option<ProjectId>,
    pub parent_id: Option<TaskId>,
    pub owner_id: Option<UserId>,
    pub collaborator_ids: Vec<UserId>,
    /// Everything else, with its checks.
    pub fields: TaskChange,
}

/// A merge patch: absent keeps, `Some(None)` clears.
#[derive(Clone, Debug, Default)]
pub struct TaskChange {
    pub title: Option<String>,
    pub description: Option<String>,
    pub status: Option<Status>,
    /// Done or closed although an open task blocks it.
    pub even_if_blocked: bool,
    pub priority: Option<Priority>,
    pub due_date: Option<Option<When>>,
    pub check_date: Option<Option<When>>,
    pub planned_start: Option<Option<When>>,
    pub planned_end: Option<Option<When>>,
    pub estimated_hours: Option<Option<f64>>,
    pub actual_hours: Option<Option<f64>>,
    pub supervisor_id: Option<Option<UserId>>,
    pub parent_id: Option<Option<TaskId>>,
    pub owner_id: Option<Option<UserId>>,
    /// All collaborators there shall be.
    pub collaborator_ids: Option<Vec<UserId>>,
    pub tag_ids: Option<Vec<TagId>>,
    pub add_tag_ids: Vec<TagId>,
    pub remove_tag_ids: Vec<TagId>,
    pub metadata: Option<Map<String, Value>>,
    pub client_visible: Option<bool>,
    pub project_id: Option<ProjectId>,
    pub archived: Option<bool>,
    pub deleted: Option<bool>,
    /// Said with the change, in the same commit.
    pub comment: Option<String>,
    pub comment_internal: bool,
}

/// Most tags on a task, most collaborators, most bytes of metadata.
const TAGS_MAX: usize = 50;
const PEOPLE_MAX: usize = 50;
const METADATA_MAX: usize = 32_768;

impl TaskChange {
    /// Checks that need no database.
    pub fn check(&self) -> Check {
        let mut check = Check::default();
        if let Some(title) = &self.title {
            check.text("/title", title, 1, TITLE_MAX);
        }
        if let Some(description) = &self.description {
            check.text("/description", description, 0, BODY_MAX);
        }
        if let Some(comment) = &self.comment {
            check.text("/comment", comment, 1, BODY_MAX);
        }
        for (pointer, hours) in [("/estimated_hours", self.estimated_hours), ("/actual_hours", self.actual_hours)] {
            if let Some(Some(hours)) = hours {
                check.hours(pointer, hours);
            }
        }
        if self.collaborator_ids.as_ref().is_some_and(|people| people.len() > PEOPLE_MAX) {
            check.add("/collaborator_ids", "too-many", format!("at most {PEOPLE_MAX} people"));
        }
        if self.tag_ids.as_ref().is_some_and(|tags| tags.len() > TAGS_MAX) {
            check.add("/tag_ids", "too-many", format!("at most {TAGS_MAX} tags"));
        }
        if let Some(metadata) = &self.metadata {
            let text = Value::Object(metadata.clone()).to_string();
            if text.len() > METADATA_MAX {
                check.add("/metadata", "too-long", format!("at most {METADATA_MAX} bytes, here {}", text.len()));
            }
            if text.contains("\\u0000") {
                check.add("/metadata", "nul", "the character NUL is not allowed");
            }
            if depth(&Value::Object(metadata.clone())) > 16 {
                check.add("/metadata", "too-deep", "at most 16 levels");
            }
        }
        check
    }

    /// Writes the checked fields into `task`. What needs other rows (parent, project, archive, delete) is done by the use case.
    pub(crate) async fn fill(&self, ctx: &Ctx, tx: &mut dyn Tx, task: &mut Task, check: &mut Check) -> Result<()> {
        let zone = account_zone(ctx, tx, task.account_id).await?;
        let mut when = |pointer: &str, field: &Option<Option<When>>, target: &mut Option<DateTime<Utc>>| match field {
            None => {}
            Some(None) => *target = None,
            Some(Some(text)) => match parse_instant(text, zone) {
                Some(at) => {
                    check.instant(pointer, at);
                    *target = Some(at);
                }
                None => check.add(pointer, "instant", "an instant like 2026-11-30T18:00:00Z or a date like 2026-11-30"),
            },
        };
        when("/due_date", &self.due_date, &mut task.due_date);
        when("/check_date", &self.check_date, &mut task.check_date);
        when("/planned_start", &self.planned_start, &mut task.planned_start);
        when("/planned_end", &self.planned_end, &mut task.planned_end);
        if let (Some(start), Some(end)) = (task.planned_start, task.planned_end)
            && end < start
            && (self.planned_start.is_some() || self.planned_end.is_some())
        {
            check.add("/planned_end", "before-start", "the planned end is before the planned start");
        }
        if let Some(title) = &self.title {
            title.trim().clone_into(&mut task.title);
        }
        if let Some(description) = &self.description {
            task.description.clone_from(description);
        }
        if let Some(priority) = self.priority {
            task.priority = priority;
        }
        task.estimated_hours = self.estimated_hours.unwrap_or(task.estimated_hours);
        task.actual_hours = self.actual_hours.unwrap_or(task.actual_hours);
        if let Some(metadata) = &self.metadata {
            task.metadata.clone_from(metadata);
        }
        task.client_visible = self.client_visible.unwrap_or(task.client_visible);
        let account = task.account_id;
        match self.supervisor_id {
            None => {}
            Some(None) => task.supervisor = None,
            Some(Some(id)) => task.supervisor = person(tx, account, id, "/supervisor_id", check).await?,
        }
        match self.owner_id {
            None => {}
            Some(None) => task.set_owner(None, ctx.actor.user.as_ref(), ctx.now()),
            Some(Some(id)) => {
                if let Some(owner) = person(tx, account, id, "/owner_id", check).await? {
                    task.set_owner(Some(owner), ctx.actor.user.as_ref(), ctx.now());
                }
            }
        }
        if let Some(ids) = &self.collaborator_ids {
            task.assignees.retain(|a| a.role == AssigneeRole::Owner || ids.contains(&a.user.id));
            collaborators(ctx, tx, task, ids, check).await?;
        }
        if self.tag_ids.is_some() || !self.add_tag_ids.is_empty() || !self.remove_tag_ids.is_empty() {
            let mut ids: Vec<TagId> = self.tag_ids.clone().unwrap_or_else(|| task.tags.iter().map(|t| t.id).collect());
            ids.retain(|id| !self.remove_tag_ids.contains(id));
            ids.extend(self.add_tag_ids.iter().copied());
            ids.sort_unstable();
            ids.dedup();
            let pointer = if self.tag_ids.is_some() { "/tag_ids" } else { "/add_tag_ids" };
            if ids.len() > TAGS_MAX {
                check.add(pointer, "too-many", format!("at most {TAGS_MAX} tags"));
            }
            task.tags = tags(tx, account, &ids, pointer, check).await?;
        }
        Ok(())
    }

    /// Whether anything is named that needs the right to edit.
    pub fn names_content(&self) -> bool {
        self.title.is_some()
            || self.description.is_some()
            || self.priority.is_some()
            || self.due_date.is_some()
            || self.check_date.is_some()
            || self.planned_start.is_some()
            || self.planned_end.is_some()
            || self.estimated_hours.is_some()
            || self.actual_hours.is_some()
            || self.supervisor_id.is_some()
            || self.parent_id.is_some()
            || self.tag_ids.is_some()
            || !self.add_tag_ids.is_empty()
            || !self.remove_tag_ids.is_empty()
            || self.metadata.is_some()
            || self.client_visible.is_some()
    }
}

impl NewTask {
    /// Checks that need no database.
    pub fn check(&self) -> Check {
        let mut check = self.fields.check();
        check.text("/title", &self.title, 1, TITLE_MAX);
        if self.collaborator_ids.len() > PEOPLE_MAX {
            check.add("/collaborator_ids", "too-many", format!("at most {PEOPLE_MAX} people"));
        }
        check
    }
    /// Puts the people on a new task.
    pub(crate) async fn people(&self, ctx: &Ctx, tx: &mut dyn Tx, task: &mut Task, check: &mut Check) -> Result<()> {
        collaborators(ctx, tx, task, &self.collaborator_ids, check).await?;
        if let Some(id) = self.owner_id
            && let Some(owner) = person(tx, task.account_id, id, "/owner_id", check).await?
        {
            task.set_owner(Some(owner), ctx.actor.user.as_ref(), ctx.now());
        }
        debug_assert!(task.assignees.iter().filter(|a| a.role == AssigneeRole::Owner).count() <= 1);
        Ok(())
    }
}

/// Adds people as collaborators.
async fn collaborators(ctx: &Ctx, tx: &mut dyn Tx, task: &mut Task, ids: &[UserId], check: &mut Check) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let found = tx.people().lookup_people(task.account_id, ids).await?;
    for id in ids {
        match found.iter().find(|p| p.id == *id) {
            Some(person) => task.add_collaborator(person.clone(), ctx.actor.user.as_ref(), ctx.now()),
            None => check.add("/collaborator_ids", "unknown-reference", format!("there is no person {id} in this account")),
        }
    }
    Ok(())
}

/// The account's zone: from the actor's scope, else from the table (admins and integrations see accounts that are not theirs).
pub(crate) async fn account_zone(ctx: &Ctx, tx: &mut dyn Tx, account: AccountId) -> Result<chrono_tz::Tz> {
    if let Some(standing) = ctx.actor.scope.accounts.get(&account) {
        return Ok(standing.zone);
    }
    Ok(tx.accounts().find_account(account).await?.map_or(chrono_tz::UTC, |a| a.time_zone))
}

/// A person of the account, or a violation at `pointer`.
pub(crate) async fn person(tx: &mut dyn Tx, account: AccountId, id: UserId, pointer: &str, check: &mut Check) -> Result<Option<PersonRef>> {
    let found = tx.people().lookup_people(account, &[id]).await?.pop();
    if found.is_none() {
        check.add(pointer, "unknown-reference", format!("there is no person {id} in this account"));
    }
    Ok(found)
}

/// Tags of the account, or violations at `pointer`.
pub(crate) async fn tags(tx: &mut dyn Tx, account: AccountId, ids: &[TagId], pointer: &str, check: &mut Check) -> Result<Vec<TagRef>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let found = tx.tags().lookup_tags(account, ids).await?;
    for id in ids.iter().filter(|id| !found.iter().any(|t| t.id == **id)) {
        check.add(pointer, "unknown-reference", format!("there is no tag {id} in this account"));
    }
    Ok(found)
}

/// The people mentioned in `body` who belong to the account.
pub(crate) async fn mentioned(tx: &mut dyn Tx, account: AccountId, body: &str) -> Result<Vec<PersonRef>> {
    let mut ids = mentions(body);
    ids.truncate(PEOPLE_MAX);
    if ids.is_empty() { Ok(vec![]) } else { tx.people().lookup_people(account, &ids).await }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
