//! Reading tasks.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde_json::json;
use tasktrack_domain::tasks::{Group, TaskSort, queries};

use super::{filter, name};
use crate::caller::Caller;
use crate::problem::Answer;
use crate::query::{Params, bad};
use crate::{etag, openapi, respond, schema};

/// List tasks
#[utoipa::path(tag = "tasks", params(openapi::TaskFilters, openapi::Sorting, openapi::Counting, openapi::Paging), responses((status = 200, body = schema::TaskPage)))]
#[get("/tasks")]
pub async fn list_tasks(caller: Caller, mut params: Params) -> Answer {
    let ctx = caller.reading();
    let filter = filter::read(&mut params, &ctx)?;
    let sort = match params.one("sort")? {
        None => TaskSort::default(),
        Some(text) => TaskSort::parse(&text).ok_or_else(|| bad("sort", "must be fields like -due_date,id, each once"))?,
    };
    let count = match params.one("include")?.as_deref() {
        None => false,
        Some("count") => true,
        Some(_) => return Err(bad("include", "can only be count")),
    };
    let page = params.page()?;
    params.finish()?;
    respond::ok(&queries::list_tasks(&ctx, &filter, &sort, &page, count).await?)
}

/// Count tasks by group
///
/// All groups of a screen come in one call: name them all, each entry says which it belongs to. A task with several assignees counts for each.
#[utoipa::path(tag = "tasks", params(openapi::Grouping, openapi::TaskFilters), responses((status = 200, body = schema::TaskCounts)))]
#[get("/tasks/counts")]
pub async fn count_tasks(caller: Caller, mut params: Params) -> Answer {
    let ctx = caller.reading();
    let filter = filter::read(&mut params, &ctx)?;
    let mut groups: Vec<Group> = params.words("group", "must be status, priority, assignee, project or due", |word| word.parse().ok())?;
    let mut before = Vec::new();
    groups.retain(|group| {
        !before.contains(group) && {
            before.push(*group);
            true
        }
    });
    if groups.is_empty() {
        return Err(bad("group", "must be status, priority, assignee, project or due, or several of them"));
    }
    params.finish()?;
    respond::ok(&json!({"items": queries::count_tasks(&ctx, &filter, &groups).await?}))
}

/// Get a task
///
/// With `as_of`, as it was then, with its comments of then.
#[utoipa::path(tag = "tasks", params(openapi::TaskPath, openapi::AsOf), responses((status = 200, body = schema::Task), (status = 304, description = "The version that If-None-Match names")))]
#[get("/tasks/{id}")]
pub async fn get_task(req: HttpRequest, caller: Caller, id: web::Path<String>, mut params: Params) -> Answer {
    let (ctx, name) = (caller.reading(), name(&id)?);
    let zone = ctx.actor.scope.accounts.values().next().map_or(chrono_tz::UTC, |s| s.zone);
    let as_of = params.to("as_of", zone)?;
    params.finish()?;
    if let Some(at) = as_of {
        return respond::ok(&queries::get_task_as_of(&ctx, &name, at).await?);
    }
    let view = queries::get_task(&ctx, &name).await?;
    if etag::matches(req.headers(), view.task.version) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, etag::of(view.task.version))).finish());
    }
    respond::versioned(&view, view.task.version)
}

/// List what happened to a task, newest first
#[utoipa::path(tag = "tasks", params(openapi::TaskPath, openapi::Paging), responses((status = 200, body = schema::HistoryPage)))]
#[get("/tasks/{id}/history")]
pub async fn get_task_history(caller: Caller, id: web::Path<String>, mut params: Params) -> Answer {
    let page = params.page()?;
    params.finish()?;
    respond::ok(&queries::task_history(&caller.reading(), &name(&id)?, &page).await?)
}

/// Search titles, descriptions and comments
#[utoipa::path(tag = "search", params(openapi::Words, openapi::InProjects, openapi::InAccounts, openapi::Paging), responses((status = 200, body = schema::SearchPage)))]
#[get("/search")]
pub async fn search_tasks(caller: Caller, mut params: Params) -> Answer {
    let q = params.text("q")?.ok_or_else(|| bad("q", "must not be empty"))?;
    let (projects, accounts, page) = (params.ids("project")?, params.ids("account")?, params.page()?);
    params.finish()?;
    respond::ok(&queries::search_tasks(&caller.reading(), &q, &accounts, &projects, &page).await?)
}
