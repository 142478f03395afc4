//! Who watches a task.

use actix_web::{delete, get, put, web};
use tasktrack_domain::ids::UserId;
use tasktrack_domain::tasks::watching;

use crate::Problem;
use crate::body::NO_BODY;
use crate::caller::Caller;
use crate::problem::Answer;
use crate::query::Params;
use crate::slices::tasks::name;
use crate::{openapi, respond, schema};

/// List who watches a task, by name
#[utoipa::path(tag = "tasks", params(openapi::TaskPath), responses((status = 200, body = schema::WatcherList)))]
#[get("/tasks/{id}/watchers")]
pub async fn list_watchers(caller: Caller, id: web::Path<String>, params: Params) -> Answer {
    params.finish()?;
    respond::whole(&watching::list_watchers(&caller.reading(), &name(&id)?).await?)
}

/// Have somebody watch a task
///
/// Oneself: whoever sees it. Others: whoever may edit it.
#[utoipa::path(tag = "tasks", params(openapi::TaskPath, openapi::PersonPath), responses((status = 204)))]
#[put("/tasks/{id}/watchers/{user_id}")]
pub async fn add_watcher(caller: Caller, ids: web::Path<(String, String)>) -> Answer {
    set(&caller, &ids, true).await
}

/// Have somebody watch a task no longer
#[utoipa::path(tag = "tasks", params(openapi::TaskPath, openapi::PersonPath), responses((status = 204)))]
#[delete("/tasks/{id}/watchers/{user_id}")]
pub async fn remove_watcher(caller: Caller, ids: web::Path<(String, String)>) -> Answer {
    set(&caller, &ids, false).await
}

async fn set(caller: &Caller, ids: &(String, String), on: bool) -> Answer {
    let (task, word) = ids;
    let me = caller.actor.id().filter(|_| word == "me");
    let user = me.or_else(|| word.parse().ok().map(UserId)).ok_or_else(Problem::nowhere)?;
    watching::watch(&caller.writing(204, NO_BODY), &name(task)?, user, on).await?;
    respond::nothing()
}
