//! Projects and their teams.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Member, Project, ProjectView};
use crate::actor::ProjectRole;
use crate::change::Change;
use crate::ctx::Ctx;
use crate::error::{Error, OrNotFound, Result};
use crate::event::{Aggregate, EventType, NewEvent, Payload, changes};
use crate::gateways::Signal;
use crate::ids::{AccountId, ProjectId, UserId};
use crate::page::{Page, PageRequest};
use crate::policy::{Action, Facts, allowed_actions};
use crate::ports::Tx;
use crate::refs::AccountRef;
use crate::tasks::input::person;
use crate::tasks::status::Status;
use crate::tasks::tag::account_for;
use crate::text::{BODY_MAX, Check, NAME_MAX};

/// Highest limit of a column.
const LIMIT_MAX: i32 = 999;

/// What may be written of a project; absent keeps, `Some(None)` clears.
#[derive(Clone, Debug, Default)]
pub struct ProjectInput {
    /// At creation only.
    pub key: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub manager_id: Option<Option<UserId>>,
    pub archived: Option<bool>,
    /// All there shall be.
    pub board_limits: Option<BTreeMap<Status, i32>>,
    /// At creation only.
    pub account_id: Option<AccountId>,
}

fn view(ctx: &Ctx, project: Project) -> ProjectView {
    let mut actions = allowed_actions(&ctx.actor, &project.facts());
    actions.retain(|a| matches!(a, Action::CreateTask | Action::Reassign | Action::EditProject | Action::EditMembers));
    ProjectView { allowed_actions: actions, project }
}

impl Project {
    fn told(self, event_type: EventType, changes: Map<String, Value>) -> Change<Self> {
        let event = self.event(event_type, changes, Map::new());
        Change::new(self, vec![event])
    }
    fn event(&self, event_type: EventType, changes: Map<String, Value>, extra: Map<String, Value>) -> NewEvent {
        NewEvent {
            aggregate: Aggregate::Project,
            aggregate_id: self.id.0,
            event_seq: self.event_seq,
            account_id: Some(self.account.id),
            event_type,
            occurred_at: self.updated_at,
            payload: Payload { changes, snapshot: json!(self), extra, ..Payload::default() },
        }
    }
}

impl ProjectInput {
    async fn fill(&self, tx: &mut dyn Tx, project: &mut Project) -> Result<()> {
        let mut check = Check::default();
        if let Some(name) = &self.name {
            check.text("/name", name, 1, NAME_MAX);
            name.trim().clone_into(&mut project.name);
        }
        if let Some(description) = &self.description {
            check.text("/description", description, 0, BODY_MAX);
            project.description.clone_from(description);
        }
        match self.manager_id {
            None => {}
            Some(None) => project.manager = None,
            Some(Some(id)) => project.manager = person(tx, project.account.id, id, "/manager_id", &mut check).await?,
        }
        if let Some(limits) = &self.board_limits {
            for (status, limit) in limits {
                if !(1..=LIMIT_MAX).contains(limit) {
                    check.add(&format!("/board_limits/{status}"), "out-of-range", format!("from 1 to {LIMIT_MAX}"));
                }
            }
            project.board_limits.clone_from(limits);
        }
        check.done()
    }
}

/// Visible projects, by key.
pub async fn list_projects(
    ctx: &Ctx,
    accounts: &[AccountId],
    q: Option<&str>,
    archived: bool,
    page: &PageRequest,
) -> Result<Page<ProjectView>> {
    Ok(ctx.read().await?.projects().list_projects(accounts, q, archived, page).await?.map(|p| view(ctx, p)))
}

/// One project.
pub async fn get_project(ctx: &Ctx, id: ProjectId) -> Result<ProjectView> {
    let project = ctx.read().await?.projects().find_project(id).await?.or_not_found("project", id)?;
    Ok(view(ctx, project))
}

/// A new project (admins and managers of the account).
pub async fn create_project(ctx: &Ctx, input: ProjectInput) -> Result<ProjectView> {
    let mut check = Check::default();
    let key = input.key.clone().unwrap_or_default();
    let well_formed = (2..=10).contains(&key.len())
        && key.starts_with(|c: char| c.is_ascii_uppercase())
        && key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if !well_formed {
        check.add("/key", "key", "2 to 10 capital letters and digits, a letter first, like ERP");
    }
    if input.name.is_none() {
        check.add("/name", "required", "must not be empty");
    }
    check.done()?;
    let mut tx = ctx.begin().await?;
    let account_id = account_for(ctx, &mut *tx, input.account_id).await?;
    ctx.actor.must(Action::CreateProject, &Facts { account_id, ..Facts::default() })?;
    let account = tx.accounts().find_account(account_id).await?.or_not_found("account", account_id)?;
    let now = ctx.now();
    let mut project = Project {
        id: tx.projects().next_project_id().await?,
        public_id: ctx.world.clock.uuid(),
        account: AccountRef { id: account.id, name: account.name },
        key,
        name: String::new(),
        description: String::new(),
        manager: None,
        archived_at: None,
        board_limits: BTreeMap::new(),
        open_tasks: 0,
        created_at: now,
        updated_at: now,
        version: 1,
        event_seq: 1,
    };
    input.fill(&mut *tx, &mut project).await?;
    let project = tx.projects().save_project(project.told(EventType::ProjectCreated, Map::new())).await?;
    let view = view(ctx, project);
    ctx.commit(tx, &view).await?;
    ctx.signal(Signal::AccessChanged { user_id: None }).await;
    Ok(view)
}

/// Changes a project.
pub async fn update_project(ctx: &Ctx, id: ProjectId, input: ProjectInput) -> Result<ProjectView> {
    let mut tx = ctx.begin().await?;
    let before = lock(ctx, &mut *tx, id, Action::EditProject).await?;
    if ctx.if_match.is_some_and(|version| version != before.version) {
        return Err(Error::VersionMismatch { current: Box::new(json!(view(ctx, before))) });
    }
    let mut after = before.clone();
    input.fill(&mut *tx, &mut after).await?;
    match input.archived {
        Some(true) => after.archived_at = after.archived_at.or(Some(ctx.now())),
        Some(false) => after.archived_at = None,
        None => {}
    }
    let changes = changes(&json!(before), &json!(after), &["name", "description", "manager", "archived_at", "board_limits"]);
    if !changes.is_empty() {
        after.version += 1;
        after.event_seq += 1;
        after.updated_at = ctx.now();
        after = tx.projects().save_project(after.told(EventType::ProjectUpdated, changes)).await?;
    }
    let view = view(ctx, after);
    ctx.commit(tx, &view).await?;
    ctx.signal(Signal::AccessChanged { user_id: None }).await;
    Ok(view)
}

async fn lock(ctx: &Ctx, tx: &mut dyn Tx, id: ProjectId, action: Action) -> Result<Project> {
    let project = tx.projects().lock_project(id).await?.or_not_found("project", id)?;
    ctx.actor.must(action, &project.facts())?;
    Ok(project)
}

/// The team of a project.
pub async fn list_members(ctx: &Ctx, id: ProjectId) -> Result<Vec<Member>> {
    let mut tx = ctx.read().await?;
    tx.projects().find_place(id).await?.or_not_found("project", id)?;
    tx.projects().members(id).await
}

/// Sets somebody's place in the team.
pub async fn set_member(
    ctx: &Ctx,
    id: ProjectId,
    user: UserId,
    role: ProjectRole,
    topic: Option<String>,
    job_title: Option<String>,
) -> Result<Member> {
    let mut check = Check::default();
    check.text("/topic", topic.as_deref().unwrap_or_default(), 0, NAME_MAX);
    check.text("/job_title", job_title.as_deref().unwrap_or_default(), 0, NAME_MAX);
    let mut tx = ctx.begin().await?;
    let project = lock(ctx, &mut *tx, id, Action::EditMembers).await?;
    let found = person(&mut *tx, project.account.id, user, "/user_id", &mut check).await?;
    check.done()?;
    let person = found.or_not_found("user", user)?;
    let member = Member { user: person, role, topic: topic.clone(), job_title: job_title.clone() };
    let event = member_event(ctx, project, EventType::ProjectMemberSet, json!(member));
    tx.projects().set_member(id, user, Some((role, topic, job_title)), vec![event]).await?;
    ctx.commit(tx, &member).await?;
    ctx.signal(Signal::AccessChanged { user_id: Some(user.0) }).await;
    Ok(member)
}

/// Takes somebody off the team.
pub async fn remove_member(ctx: &Ctx, id: ProjectId, user: UserId) -> Result<()> {
    let mut tx = ctx.begin().await?;
    let project = lock(ctx, &mut *tx, id, Action::EditMembers).await?;
    let member = tx.projects().members(id).await?.into_iter().find(|m| m.user.id == user).or_not_found("member", user)?;
    let event = member_event(ctx, project, EventType::ProjectMemberRemoved, json!(member));
    tx.projects().set_member(id, user, None, vec![event]).await?;
    ctx.commit(tx, &()).await?;
    ctx.signal(Signal::AccessChanged { user_id: Some(user.0) }).await;
    Ok(())
}

/// The repository stores the project's new `event_seq` (the event's) with the membership.
fn member_event(ctx: &Ctx, mut project: Project, event_type: EventType, member: Value) -> NewEvent {
    project.event_seq += 1;
    project.updated_at = ctx.now();
    project.event(event_type, Map::new(), Map::from_iter([("member".to_owned(), member)]))
}
