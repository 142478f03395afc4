//! Taking a change back.

use actix_web::post;
use serde::Deserialize;
use tasktrack_domain::tasks::undo;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::body::Body;
use crate::caller::Caller;
use crate::problem::{Answer, Problem};
use crate::{respond, schema};

/// Which change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Undo {
    /// `Tasktrack-Commit` of the answer to the change.
    commit_id: Uuid,
}

/// Take a change of your own back, within two minutes
///
/// Every field of every task of the commit goes back if it still has the value that the commit gave it; `items` says what became of each
/// task. It is a change of its own, which can be taken back too. Comments, relations, watchers and moves to other projects stay.
#[utoipa::path(tag = "tasks", request_body = Undo, responses((status = 200, body = schema::UndoResult), (status = 404, body = schema::Problem, content_type = "application/problem+json", description = "No such commit, or not yours")))]
#[post("/undo")]
pub async fn undo_commit(caller: Caller, body: Body<Undo>) -> Answer {
    let result = undo::undo(&caller.writing(200, &body.hash), body.value.commit_id).await.map_err(Problem::from)?;
    respond::ok(&result)
}
