//! How a task stands to others.

use actix_web::{HttpResponse, delete, get, post, web};
use serde::Deserialize;
use tasktrack_domain::Error;
use tasktrack_domain::ids::{RelationId, TaskId};
use tasktrack_domain::tasks::queries::TaskName;
use tasktrack_domain::tasks::relation::{self, RelationKind};
use utoipa::ToSchema;

use crate::body::{Body, NO_BODY};
use crate::caller::Caller;
use crate::problem::Answer;
use crate::query::Params;
use crate::slices::tasks::name;
use crate::{openapi, respond, schema};

/// A relation to another task, named by its id or by its key: exactly one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "blocked_by", "key": "ERP-9"}))]
pub struct NewRelation {
    #[schema(value_type = schema::RelationKind)]
    kind: RelationKind,
    task_id: Option<i64>,
    #[schema(max_length = 30)]
    key: Option<String>,
}

/// List how a task stands to others
///
/// Tasks that you can't see are left out.
#[utoipa::path(tag = "tasks", params(openapi::TaskPath), responses((status = 200, body = schema::RelationList)))]
#[get("/tasks/{id}/relations")]
pub async fn list_relations(caller: Caller, id: web::Path<String>, params: Params) -> Answer {
    params.finish()?;
    respond::whole(&relation::list_relations(&caller.reading(), &name(&id)?).await?)
}

/// Relate a task to another
///
/// Told to both. A relation that is there already is answered with 200.
#[utoipa::path(tag = "tasks", params(openapi::TaskPath), request_body = NewRelation,
    responses((status = 201, body = schema::Relation), (status = 200, body = schema::Relation, description = "It was there already")))]
#[post("/tasks/{id}/relations")]
pub async fn add_relation(caller: Caller, id: web::Path<String>, body: Body<NewRelation>) -> Answer {
    let NewRelation { kind, task_id, key } = body.value;
    let (other, pointer) = match (task_id, key) {
        (Some(id), None) => (TaskName::Id(TaskId(id)), "/task_id"),
        (None, Some(key)) => match key.parse() {
            Ok(TaskName::Key(key)) => (TaskName::Key(key), "/key"),
            _ => return Err(Error::invalid("/key", "unknown-reference", "a key like ERP-123").into()),
        },
        _ => return Err(Error::invalid("", "one-of", "exactly one of task_id and key").into()),
    };
    let ctx = caller.writing(201, &body.hash);
    let (relation, new) = relation::add_relation(&ctx, &name(&id)?, kind, &other, pointer).await?;
    if new { Ok(HttpResponse::Created().json(&relation)) } else { respond::ok(&relation) }
}

/// End a relation
#[utoipa::path(tag = "tasks", params(openapi::TaskPath, ("relation_id" = i64, Path)), responses((status = 204)))]
#[delete("/tasks/{id}/relations/{relation_id}")]
pub async fn remove_relation(caller: Caller, ids: web::Path<(String, i64)>) -> Answer {
    let (task, relation) = ids.into_inner();
    relation::remove_relation(&caller.writing(204, NO_BODY), &name(&task)?, RelationId(relation)).await?;
    respond::nothing()
}
