//! Many tasks at once.

use actix_web::post;
use serde::Deserialize;
use serde_json::{Value, json};
use tasktrack_domain::Error;
use tasktrack_domain::ids::TaskId;
use tasktrack_domain::tasks::bulk::{BulkItem, bulk_change};
use utoipa::ToSchema;

use super::input::BulkPatch;
use crate::body::{Body, object};
use crate::caller::Caller;
use crate::problem::{Answer, document_of};
use crate::{respond, schema};

/// One change for many tasks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkChange {
    #[schema(min_items = 1, max_items = 200)]
    task_ids: Vec<i64>,
    #[serde(deserialize_with = "object")]
    change: BulkPatch,
}

/// Change up to 200 tasks
///
/// Each task succeeds or fails alone; `items` says which, in the order of the request.
#[utoipa::path(tag = "tasks", request_body = BulkChange, responses((status = 200, body = schema::BulkResult)))]
#[post("/tasks/bulk")]
pub async fn bulk_change_tasks(caller: Caller, body: Body<BulkChange>) -> Answer {
    let BulkChange { task_ids, change } = body.value;
    if change.deleted == Some(false) {
        return Err(Error::invalid("/change/deleted", "value", "can only be true").into());
    }
    let ctx = caller.writing(200, &body.hash);
    let ids = task_ids.into_iter().map(TaskId).collect();
    let result = bulk_change(&ctx, ids, change.into(), |items| json!({"items": items.iter().map(shown).collect::<Vec<_>>()})).await;
    respond::ok(&result.map_err(within)?)
}

fn shown(item: &BulkItem) -> Value {
    match &item.result {
        Ok(row) => json!({"task_id": item.task_id, "ok": true, "task": row}),
        Err(error) => json!({"task_id": item.task_id, "ok": false, "problem": document_of(error, None)}),
    }
}

/// Places within `change` are named from the body's root.
fn within(error: Error) -> Error {
    match error {
        Error::Invalid(mut violations) => {
            for violation in violations.iter_mut().filter(|v| !v.pointer.is_empty() && !v.pointer.starts_with("/task_ids")) {
                violation.pointer = format!("/change{}", violation.pointer);
            }
            Error::Invalid(violations)
        }
        error => error,
    }
}
