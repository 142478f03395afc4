//! Comments of a task.

use actix_web::{delete, get, patch, post, web};
use serde::Deserialize;
use tasktrack_domain::ids::CommentId;
use tasktrack_domain::tasks::{commands, queries};
use utoipa::ToSchema;

use crate::body::{Body, NO_BODY, present};
use crate::caller::Caller;
use crate::problem::Answer;
use crate::query::Params;
use crate::slices::tasks::name;
use crate::{openapi, respond, schema};

/// A new comment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    /// Markdown. People are mentioned by links: `[@Anna](/users/12)`.
    #[schema(min_length = 1, max_length = 100_000)]
    body: String,
    /// Not for clients.
    #[serde(default)]
    internal: bool,
}

/// Changes of a comment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, min_length = 1, max_length = 100_000)]
    body: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool)]
    internal: Option<bool>,
}

/// List the comments of a task, oldest first
#[utoipa::path(tag = "comments", params(openapi::TaskPath, openapi::Paging), responses((status = 200, body = schema::CommentPage)))]
#[get("/tasks/{id}/comments")]
pub async fn list_comments(caller: Caller, id: web::Path<String>, mut params: Params) -> Answer {
    let page = params.page()?;
    params.finish()?;
    respond::ok(&queries::list_comments(&caller.reading(), &name(&id)?, &page).await?)
}

/// Comment on a task
#[utoipa::path(tag = "comments", params(openapi::TaskPath), request_body = NewComment, responses((status = 201, body = schema::Comment)))]
#[post("/tasks/{id}/comments")]
pub async fn add_comment(caller: Caller, id: web::Path<String>, body: Body<NewComment>) -> Answer {
    let view = commands::add_comment(&caller.writing(201, &body.hash), &name(&id)?, &body.value.body, body.value.internal).await?;
    let comment = &view.comment;
    respond::created(&view, comment.version, format!("/api/v1/tasks/{}/comments/{}", comment.task_id, comment.id))
}

/// Change a comment of your own
#[utoipa::path(tag = "comments", params(openapi::TaskPath, ("comment_id" = i64, Path)), request_body = CommentPatch,
    responses((status = 200, body = schema::Comment)))]
#[patch("/tasks/{id}/comments/{comment_id}")]
pub async fn edit_comment(caller: Caller, ids: web::Path<(String, i64)>, body: Body<CommentPatch>) -> Answer {
    let (task, comment) = ids.into_inner();
    let CommentPatch { body: text, internal } = body.value;
    let view = commands::edit_comment(&caller.writing(200, &body.hash), &name(&task)?, CommentId(comment), text, internal).await?;
    respond::versioned(&view, view.comment.version)
}

/// Delete a comment
#[utoipa::path(tag = "comments", params(openapi::TaskPath, ("comment_id" = i64, Path)), responses((status = 204)))]
#[delete("/tasks/{id}/comments/{comment_id}")]
pub async fn delete_comment(caller: Caller, ids: web::Path<(String, i64)>) -> Answer {
    let (task, comment) = ids.into_inner();
    commands::delete_comment(&caller.writing(204, NO_BODY), &name(&task)?, CommentId(comment)).await?;
    respond::nothing()
}
