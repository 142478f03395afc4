//! Projects and their teams.

use std::collections::BTreeMap;

use actix_web::{delete, get, patch, post, put, web};
use serde::Deserialize;
use tasktrack_domain::actor::ProjectRole;
use tasktrack_domain::ids::{AccountId, ProjectId, UserId};
use tasktrack_domain::projects::commands::{self, ProjectInput};
use tasktrack_domain::projects::overview;
use tasktrack_domain::tasks::Status;
use tasktrack_domain::tasks::bulk;
use utoipa::ToSchema;

use crate::body::{Body, NO_BODY, clearable, present};
use crate::caller::Caller;
use crate::problem::Answer;
use crate::query::Params;
use crate::{openapi, respond, schema};

/// A new project.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProject {
    #[schema(pattern = "^[A-Z][A-Z0-9]{1,9}$", example = "ERP")]
    key: String,
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    #[schema(max_length = 100_000)]
    description: Option<String>,
    account_id: Option<i64>,
    manager_id: Option<i64>,
}

/// Changes of a project.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 100_000)]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<i64>)]
    manager_id: Option<Option<i64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool)]
    archived: Option<bool>,
    /// How many tasks a column of the board should have at most, by status; all there shall be.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<BTreeMap<schema::Status, i32>>)]
    board_limits: Option<Option<BTreeMap<Status, Option<i32>>>>,
}

/// Somebody's place in a team.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    #[schema(value_type = schema::ProjectRole)]
    role: ProjectRole,
    #[schema(max_length = 200)]
    topic: Option<String>,
    #[schema(max_length = 200)]
    job_title: Option<String>,
}

/// List projects
#[utoipa::path(tag = "projects", params(openapi::Text, openapi::InAccounts, openapi::ArchivedProjects, openapi::Paging),
    responses((status = 200, body = schema::ProjectPage)))]
#[get("/projects")]
pub async fn list_projects(caller: Caller, mut params: Params) -> Answer {
    let (accounts, q, archived, page) = (params.ids("account")?, params.text("q")?, params.flag("archived")?, params.page()?);
    params.finish()?;
    respond::ok(&commands::list_projects(&caller.reading(), &accounts, q.as_deref(), archived.unwrap_or_default(), &page).await?)
}

/// Create a project
#[utoipa::path(tag = "projects", request_body = NewProject, responses((status = 201, body = schema::Project)))]
#[post("/projects")]
pub async fn create_project(caller: Caller, body: Body<NewProject>) -> Answer {
    let NewProject { key, name, description, account_id, manager_id } = body.value;
    let input = ProjectInput {
        key: Some(key),
        name: Some(name),
        description,
        manager_id: manager_id.map(|id| Some(UserId(id))),
        archived: None,
        board_limits: None,
        account_id: account_id.map(AccountId),
    };
    let view = commands::create_project(&caller.writing(201, &body.hash), input).await?;
    respond::created(&view, view.project.version, format!("/api/v1/projects/{}", view.project.id))
}

/// Get a project
#[utoipa::path(tag = "projects", params(("id" = i64, Path)), responses((status = 200, body = schema::Project)))]
#[get("/projects/{id}")]
pub async fn get_project(caller: Caller, id: web::Path<i64>, params: Params) -> Answer {
    params.finish()?;
    let view = commands::get_project(&caller.reading(), ProjectId(*id)).await?;
    respond::versioned(&view, view.project.version)
}

/// Change a project
#[utoipa::path(tag = "projects", params(("id" = i64, Path)), request_body = ProjectPatch, responses((status = 200, body = schema::Project)))]
#[patch("/projects/{id}")]
pub async fn update_project(caller: Caller, id: web::Path<i64>, body: Body<ProjectPatch>) -> Answer {
    let ProjectPatch { name, description, manager_id, archived, board_limits } = body.value;
    let limits = |given: Option<BTreeMap<Status, Option<i32>>>| {
        given.into_iter().flatten().filter_map(|(status, limit)| Some((status, limit?))).collect()
    };
    let input = ProjectInput {
        name,
        description: description.map(Option::unwrap_or_default),
        manager_id: manager_id.map(|id| id.map(UserId)),
        archived,
        board_limits: board_limits.map(limits),
        ..ProjectInput::default()
    };
    let view = commands::update_project(&caller.writing(200, &body.hash), ProjectId(*id), input).await?;
    respond::versioned(&view, view.project.version)
}

/// Get a project in numbers
///
/// `days` (1 to 366, today included) are days of the account's zone. `counts`, hours and `people` are about tasks that are neither archived nor
/// deleted; `due_this_week` is what is open and due by the end of the seventh day from today. The burndown is computed from the tasks as they
/// are today: made on `created_at`, completed on `completed_at`, no longer open from then or from `archived_at` on. So a task that was
/// reopened counts as open all the time, one that was moved here from the day it was made, and deleted ones don't count.
#[utoipa::path(tag = "projects", params(("id" = i64, Path), openapi::LastDays), responses((status = 200, body = schema::ProjectOverview)))]
#[get("/projects/{id}/overview")]
pub async fn get_project_overview(caller: Caller, id: web::Path<i64>, mut params: Params) -> Answer {
    let days = params.parsed("days", "must be from 1 to 366")?.unwrap_or(30);
    params.finish()?;
    respond::ok(&overview::overview(&caller.reading(), ProjectId(*id), days).await?)
}

/// List the team of a project
#[utoipa::path(tag = "projects", params(("id" = i64, Path)), responses((status = 200, body = schema::MemberList)))]
#[get("/projects/{id}/members")]
pub async fn list_members(caller: Caller, id: web::Path<i64>, params: Params) -> Answer {
    params.finish()?;
    respond::whole(&commands::list_members(&caller.reading(), ProjectId(*id)).await?)
}

/// Set somebody's place in the team of a project
#[utoipa::path(tag = "projects", params(("id" = i64, Path), ("user_id" = i64, Path)), request_body = Membership,
    responses((status = 200, body = schema::Member)))]
#[put("/projects/{id}/members/{user_id}")]
pub async fn set_member(caller: Caller, ids: web::Path<(i64, i64)>, body: Body<Membership>) -> Answer {
    let (project, user) = ids.into_inner();
    let Membership { role, topic, job_title } = body.value;
    let ctx = caller.writing(200, &body.hash);
    respond::ok(&commands::set_member(&ctx, ProjectId(project), UserId(user), role, topic, job_title).await?)
}

/// Take somebody off the team of a project
#[utoipa::path(tag = "projects", params(("id" = i64, Path), ("user_id" = i64, Path)), responses((status = 204)))]
#[delete("/projects/{id}/members/{user_id}")]
pub async fn remove_member(caller: Caller, ids: web::Path<(i64, i64)>) -> Answer {
    let (project, user) = ids.into_inner();
    commands::remove_member(&caller.writing(204, NO_BODY), ProjectId(project), UserId(user)).await?;
    respond::nothing()
}

/// Give every open task of a project to a random worker of it
#[utoipa::path(tag = "projects", params(("id" = i64, Path)), responses((status = 200, body = schema::ReassignResult)))]
#[post("/projects/{id}/reassign")]
pub async fn reassign_project(caller: Caller, id: web::Path<i64>) -> Answer {
    respond::ok(&bulk::reassign_project(&caller.writing(200, NO_BODY), ProjectId(*id)).await?)
}
