//! `/ws/tasks/{id}/comments`: the comments of one task.
//!
//! In: `comment.fetch {cursor?}`, `comment.add {body, internal?}`, `comment.edit {comment_id, body?, internal?}`, `comment.delete
//! {comment_id}`. Out: `comment.history {comments, next_cursor}` (200 at a time, oldest first), `comment.added {comment}`,
//! `comment.edited {comment}`, `comment.deleted {comment_id}`, `error {code, detail}`.
//!
//! Signed in by `?ticket=`, an `Authorization: Bearer` header or `?access_token=`. The upgrade is accepted first; then 4001 closes for who
//! is not signed in (or no more), 4003 for who can't see the task (or no more). Everyone who has it open hears of a change the same way,
//! its author too: from the event log. The task is named by its id or key. Limits as in [`super::live`].

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{CloseCode, Session};
use serde::Deserialize;
use serde_json::json;
use tasktrack_domain::ctx::Ctx;
use tasktrack_domain::event::{Cause, EventType};
use tasktrack_domain::ids::{CommentId, TaskId};
use tasktrack_domain::page::PageRequest;
use tasktrack_domain::tasks::commands::{add_comment, delete_comment, edit_comment};
use tasktrack_domain::tasks::queries::{TaskName, list_comments, task_id};
use tasktrack_domain::{Error, OrNotFound as _};

use super::event::{LiveEvent, View};
use super::hub::{Hub, Subscriber};
use super::live::visible;
use super::socket::{Conn, End, NOT_ALLOWED, NOT_SIGNED_IN, Protocol, accept, close, parse, run};
use super::ticket::{self, Entry};
use crate::address;
use crate::state::Http;

#[derive(Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
enum In {
    #[serde(rename = "comment.fetch")]
    Fetch { cursor: Option<String> },
    #[serde(rename = "comment.add")]
    Add {
        body: String,
        #[serde(default)]
        internal: bool,
    },
    #[serde(rename = "comment.edit")]
    Edit { comment_id: CommentId, body: Option<String>, internal: Option<bool> },
    #[serde(rename = "comment.delete")]
    Delete { comment_id: CommentId },
}

struct Comments {
    ctx: Ctx,
    task: TaskId,
}

/// The WebSocket. `{id}`: id or key.
pub async fn open(
    req: HttpRequest,
    body: web::Payload,
    path: web::Path<String>,
    entry: web::Query<Entry>,
    http: web::Data<Http>,
    hub: web::Data<Hub>,
) -> Result<HttpResponse, actix_web::Error> {
    ticket::check_origin(&http, &req)?;
    let (response, socket, stream) = accept(&req, body)?;
    let hub = hub.into_inner();
    match enter(&req, &path, &entry, &http, &hub).await {
        Ok((subscriber, comments)) => {
            actix_web::rt::spawn(run(hub, subscriber, socket, stream, comments));
        }
        Err(error) => {
            actix_web::rt::spawn(refuse(socket, error));
        }
    }
    Ok(response)
}

async fn refuse(socket: Session, error: Error) {
    let (code, why) = match error {
        Error::Unauthenticated { .. } => (CloseCode::Other(NOT_SIGNED_IN), "not signed in"),
        Error::NotFound { .. } | Error::Forbidden { .. } => (CloseCode::Other(NOT_ALLOWED), "not allowed"),
        Error::Limited { .. } => (CloseCode::Again, "too many connections; come back"),
        Error::Unavailable(_) => (CloseCode::Again, "not available; come back"),
        error => {
            tracing::error!(%error, "live: a connection could not be opened");
            (CloseCode::Error, "internal")
        }
    };
    close(socket, code, why).await;
}

async fn enter(
    req: &HttpRequest,
    path: &str,
    entry: &Entry,
    http: &web::Data<Http>,
    hub: &Arc<Hub>,
) -> Result<(Arc<Subscriber>, Comments), Error> {
    let session = ticket::session_of(http, req, entry).await?;
    let actor = hub.source().actor(session).await?.ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
    if ticket::limit_upgrade(http, &actor).await.is_err() {
        return Err(Error::Limited { retry_after: Duration::from_secs(1) });
    }
    let address = address::of(req, &http.settings).map(|a| a.to_string());
    let cause = http.cause(http.world.clock.uuid().to_string(), address, None);
    let ctx = Ctx::new(http.world.clone(), actor.clone(), cause);
    let task = {
        let mut tx = ctx.read().await?;
        let id = task_id(&mut *tx, &path.parse::<TaskName>()?).await?;
        tx.tasks().find(id).await?.or_not_found("task", id)?.id
    };
    let (subscriber, _) = hub.join(actor, session, Some(task)).await?;
    Ok((subscriber, Comments { ctx, task }))
}

impl Comments {
    /// A context of now, with a cause of its own for each message.
    fn context(&self, conn: &Conn) -> Ctx {
        let (actor, _) = conn.subscriber.actor();
        let cause = Cause { id: Some(self.ctx.world.clock.uuid().to_string()), ..self.ctx.cause.clone() };
        Ctx::new(self.ctx.world.clone(), (*actor).clone(), cause)
    }

    async fn fetch(&self, conn: &mut Conn, cursor: Option<String>) -> Result<Result<(), Error>, End> {
        let page = PageRequest { limit: PageRequest::MAX, cursor };
        match list_comments(&self.context(conn), &TaskName::Id(self.task), &page).await {
            Ok(page) => {
                let history = json!({"type": "comment.history", "comments": page.items, "next_cursor": page.next_cursor});
                conn.send_json(&history).await.map(Ok)
            }
            Err(error) => Ok(Err(error)),
        }
    }
}

impl Protocol for Comments {
    async fn start(&mut self, _: &mut Conn) -> Result<(), End> {
        Ok(())
    }

    async fn message(&mut self, conn: &mut Conn, text: &str) -> Result<(), End> {
        let ctx = self.context(conn);
        let task = TaskName::Id(self.task);
        let done = match parse(text) {
            Ok(In::Fetch { cursor }) => self.fetch(conn, cursor).await?,
            Ok(In::Add { body, internal }) => add_comment(&ctx, &task, &body, internal).await.map(|_| ()),
            Ok(In::Edit { comment_id, body, internal }) => edit_comment(&ctx, &task, comment_id, body, internal).await.map(|_| ()),
            Ok(In::Delete { comment_id }) => delete_comment(&ctx, &task, comment_id).await,
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => {
                conn.hub.poke();
                Ok(())
            }
            Err(error) => conn.send_error(&error).await,
        }
    }

    async fn event(&mut self, conn: &mut Conn, event: &LiveEvent) -> Result<(), End> {
        let (actor, _) = conn.subscriber.actor();
        match event.view(&actor) {
            View::Nothing => return Ok(()),
            View::Gone => return Err(End::own(NOT_ALLOWED, "not allowed any more")),
            View::Withdrawn | View::Whole => {}
        }
        if event.event_type == EventType::TaskDeleted {
            return Err(End::own(NOT_ALLOWED, "the task was deleted"));
        }
        let Some(comment) = &event.comment else { return Ok(()) };
        let deleted = event.event_type == EventType::CommentDeleted || event.view(&actor) == View::Withdrawn;
        if deleted {
            return conn.send_json(&json!({"type": "comment.deleted", "comment_id": comment.id})).await;
        }
        let name = if event.event_type == EventType::CommentAdded { "comment.added" } else { "comment.edited" };
        let view = comment.clone().view(&actor, &event.facts);
        conn.send_json(&json!({"type": name, "comment": view})).await
    }

    async fn rights_changed(&mut self, conn: &mut Conn) -> Result<(), End> {
        let (actor, _) = conn.subscriber.actor();
        match visible(&self.ctx.world, &actor, self.task).await {
            Ok(()) => Ok(()),
            Err(Error::NotFound { .. }) => Err(End::own(NOT_ALLOWED, "not allowed any more")),
            Err(_) => Err(End::Close(CloseCode::Again, "not available; come back")),
        }
    }
}
