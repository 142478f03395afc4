//! Changing one task.

use actix_web::{delete, patch, post, web};
use serde::Deserialize;
use tasktrack_domain::ids::{TaskId, UserId};
use tasktrack_domain::tasks::{AssigneeRole, TaskChange, TaskView, commands};
use utoipa::ToSchema;

use super::input::{NewTask, StatusIn, TaskPatch};
use super::name;
use crate::body::{Body, NO_BODY};
use crate::caller::Caller;
use crate::problem::Answer;
use crate::{openapi, respond, schema};

/// A step to another status.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatusChange {
    #[schema(value_type = schema::StatusInput)]
    status: StatusIn,
    #[schema(min_length = 1, max_length = 100_000)]
    comment: Option<String>,
    /// Done or closed although an open task blocks it.
    #[serde(default)]
    even_if_blocked: bool,
}

/// Somebody put on a task.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    user_id: i64,
    #[schema(value_type = schema::AssigneeRole)]
    role: AssigneeRole,
}

/// A place on the board: exactly one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RankChange {
    before_id: Option<i64>,
    after_id: Option<i64>,
}

fn changed(view: &TaskView) -> Answer {
    respond::versioned(view, view.task.version)
}

/// Create a task
#[utoipa::path(tag = "tasks", request_body = NewTask, responses((status = 201, body = schema::Task)))]
#[post("/tasks")]
pub async fn create_task(caller: Caller, body: Body<NewTask>) -> Answer {
    let view = commands::create_task(&caller.writing(201, &body.hash), body.value.into()).await?;
    respond::created(&view, view.task.version, format!("/api/v1/tasks/{}", view.task.id))
}

/// Change a task
#[utoipa::path(tag = "tasks", params(openapi::TaskPath), request_body = TaskPatch, responses((status = 200, body = schema::Task)))]
#[patch("/tasks/{id}")]
pub async fn update_task(caller: Caller, id: web::Path<String>, body: Body<TaskPatch>) -> Answer {
    changed(&commands::update_task(&caller.writing(200, &body.hash), &name(&id)?, body.value.into()).await?)
}

/// Take a task to another status
#[utoipa::path(tag = "tasks", params(openapi::TaskPath), request_body = StatusChange, responses((status = 200, body = schema::Task)))]
#[post("/tasks/{id}/status")]
pub async fn change_status(caller: Caller, id: web::Path<String>, body: Body<StatusChange>) -> Answer {
    let ctx = caller.writing(200, &body.hash);
    let StatusChange { status, comment, even_if_blocked } = body.value;
    changed(&commands::change_status(&ctx, &name(&id)?, status.0, comment, even_if_blocked).await?)
}

/// Put somebody on a task
#[utoipa::path(tag = "tasks", params(openapi::TaskPath), request_body = Assign, responses((status = 200, body = schema::Task)))]
#[post("/tasks/{id}/assign")]
pub async fn assign_task(caller: Caller, id: web::Path<String>, body: Body<Assign>) -> Answer {
    let ctx = caller.writing(200, &body.hash);
    changed(&commands::assign_task(&ctx, &name(&id)?, UserId(body.value.user_id), body.value.role).await?)
}

/// Take somebody off a task
#[utoipa::path(tag = "tasks", params(openapi::TaskPath, ("user_id" = i64, Path)), responses((status = 200, body = schema::Task)))]
#[delete("/tasks/{id}/assignees/{user_id}")]
pub async fn unassign_task(caller: Caller, ids: web::Path<(String, i64)>) -> Answer {
    let (task, user) = ids.into_inner();
    changed(&commands::unassign_task(&caller.writing(200, NO_BODY), &name(&task)?, UserId(user)).await?)
}

/// Archive a task
#[utoipa::path(tag = "tasks", params(openapi::TaskPath), responses((status = 200, body = schema::Task)))]
#[post("/tasks/{id}/archive")]
pub async fn archive_task(caller: Caller, id: web::Path<String>) -> Answer {
    simple(&caller, &id, TaskChange { archived: Some(true), ..TaskChange::default() }).await
}

/// Take a task out of the archive
#[utoipa::path(tag = "tasks", params(openapi::TaskPath), responses((status = 200, body = schema::Task)))]
#[post("/tasks/{id}/unarchive")]
pub async fn unarchive_task(caller: Caller, id: web::Path<String>) -> Answer {
    simple(&caller, &id, TaskChange { archived: Some(false), ..TaskChange::default() }).await
}

/// Restore a deleted task
#[utoipa::path(tag = "tasks", params(openapi::TaskPath), responses((status = 200, body = schema::Task)))]
#[post("/tasks/{id}/restore")]
pub async fn restore_task(caller: Caller, id: web::Path<String>) -> Answer {
    simple(&caller, &id, TaskChange { deleted: Some(false), ..TaskChange::default() }).await
}

async fn simple(caller: &Caller, id: &str, change: TaskChange) -> Answer {
    changed(&commands::update_task(&caller.writing(200, NO_BODY), &name(id)?, change).await?)
}

/// Delete a task; it can be restored for 30 days
#[utoipa::path(tag = "tasks", params(openapi::TaskPath), responses((status = 204)))]
#[delete("/tasks/{id}")]
pub async fn delete_task(caller: Caller, id: web::Path<String>) -> Answer {
    commands::delete_task(&caller.writing(204, NO_BODY), &name(&id)?).await?;
    respond::nothing()
}

/// Put a task before or after another on the board
#[utoipa::path(tag = "tasks", params(openapi::TaskPath), request_body = RankChange, responses((status = 200, body = schema::Task)))]
#[post("/tasks/{id}/rank")]
pub async fn rank_task(caller: Caller, id: web::Path<String>, body: Body<RankChange>) -> Answer {
    let RankChange { before_id, after_id } = body.value;
    let ctx = caller.writing(200, &body.hash);
    changed(&commands::rank_task(&ctx, &name(&id)?, before_id.map(TaskId), after_id.map(TaskId)).await?)
}
