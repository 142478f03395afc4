//! `GET /live?ticket=`: one connection for everything a person sees.
//!
//! In: `subscribe {task_id}`, `unsubscribe {task_id}`, `resume {position}`, `ping`. Out: `hello {position, user_id}`, `event {position,
//! event}`, `presence {task_id, users}`, `gone {task_id}` (not visible any more), `reset {position}` (reload everything, go on from
//! there), `pong`, `error {code, detail}`.
//!
//! - `hello.position`: every later event comes by itself. Who comes back sends `resume` as the first message, within half a second: until
//!   then nothing else is sent, so that events stay in order.
//! - The task of an event is a row made from the event's snapshot: without `children` and `allowed_actions`, which a snapshot doesn't know;
//!   keep those you have.
//! - A comment that became internal is `CommentDeleted` for those who don't see internal ones.
//! - Close codes: 4001 the session has ended; 1013 too slow (or the database is away): come back and `resume`; 1012 restarting; 1008 too
//!   many messages; 1009 too large; 1001 nothing was heard for 60 s (a WebSocket ping comes every 20 s).
//! - Limits: frames of 64 kB, 20 messages a second, 50 tasks looked at, 20 connections a person and node, 256 messages or 1 MB waiting.
//! - Rights are loaded anew on a signal, and at most 5 s before anything is told; of silent connections every 5 s, or less often where
//!   there are more than 1000 of them (200 loads a second for all). Where they changed, the client is told `reset`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use tasktrack_domain::actor::Actor;
use tasktrack_domain::ctx::{Ctx, World};
use tasktrack_domain::event::{Cause, CauseKind};
use tasktrack_domain::ids::TaskId;
use tasktrack_domain::policy::relations;
use tasktrack_domain::{Error, OrNotFound as _};

use super::event::{LiveEvent, View};
use super::hub::{Backlog, Hub};
use super::socket::{Conn, End, Protocol, accept, parse, run};
use super::ticket::{self, Entry};
use crate::problem::Problem;
use crate::state::Http;

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum In {
    Subscribe { task_id: TaskId },
    Unsubscribe { task_id: TaskId },
    Resume { position: i64 },
    Ping,
}

struct Live {
    world: Arc<World>,
    /// What `hello` says.
    position: i64,
}

/// The WebSocket.
pub async fn open(
    req: HttpRequest,
    body: web::Payload,
    entry: web::Query<Entry>,
    http: web::Data<Http>,
    hub: web::Data<Hub>,
) -> Result<HttpResponse, actix_web::Error> {
    ticket::check_origin(&http, &req)?;
    let problem = |error: Error| Problem::from(error);
    let ticket = entry.ticket.as_deref().unwrap_or_default();
    let nobody = || Problem::from(Error::Unauthenticated { code: "unauthenticated" });
    let session = ticket::redeem(&http, ticket).await.ok_or_else(nobody)?;
    let actor = hub.source().actor(session).await.map_err(problem)?.ok_or_else(nobody)?;
    let (response, socket, stream) = accept(&req, body)?;
    let hub = hub.into_inner();
    let (subscriber, position) = hub.join(actor, session, None).await.map_err(problem)?;
    let live = Live { world: http.world.clone(), position };
    actix_web::rt::spawn(run(hub, subscriber, socket, stream, live));
    Ok(response)
}

/// Whether the actor sees the task now.
pub(crate) async fn visible(world: &Arc<World>, actor: &Actor, task: TaskId) -> Result<(), Error> {
    let ctx = Ctx::new(world.clone(), actor.clone(), Cause::of(CauseKind::Request));
    ctx.read().await?.tasks().find(task).await?.or_not_found("task", task).map(|_| ())
}

impl Live {
    async fn send(&self, conn: &mut Conn, event: &LiveEvent, view: View) -> Result<(), End> {
        if view == View::Gone
            && let Some(task) = event.task_id
        {
            conn.hub.clone().unwatch(&conn.subscriber, task).await;
        }
        match event.frame(view) {
            Some(frame) => conn.send(&frame).await,
            None => Ok(()),
        }
    }

    async fn subscribe(&self, conn: &mut Conn, task: TaskId) -> Result<(), End> {
        let (actor, _) = conn.subscriber.actor();
        let refused = match visible(&self.world, &actor, task).await {
            Ok(()) if conn.hub.watch(&conn.subscriber, task).await => return Ok(()),
            Ok(()) => Error::bad_request("too-many", "too many tasks are looked at; unsubscribe from some"),
            Err(error) => error,
        };
        conn.send_error(&refused).await
    }

    async fn resume(&self, conn: &mut Conn, position: i64) -> Result<(), End> {
        let events = match conn.hub.backlog(&conn.subscriber, position).await {
            Ok(Backlog::Events(events)) => events,
            Ok(Backlog::Reset) => return self.reset(conn).await,
            Err(error) => {
                tracing::debug!(%error, "live: the backlog can't be read");
                return Err(End::Close(actix_ws::CloseCode::Again, "not available; come back"));
            }
        };
        let (actor, _) = conn.subscriber.actor();
        for (event, view) in backlog_views(&events, &actor) {
            self.send(conn, event, view).await?;
        }
        Ok(())
    }

    async fn reset(&self, conn: &mut Conn) -> Result<(), End> {
        conn.send_json(&json!({"type": "reset", "position": conn.hub.figures().position.max(self.position)})).await
    }
}

/// What of a backlog is told: of tasks that are hidden at its end nothing but that, even where they were visible in between.
pub(crate) fn backlog_views<'a>(events: &'a [Arc<LiveEvent>], actor: &Actor) -> Vec<(&'a LiveEvent, View)> {
    let mut last: HashMap<TaskId, &LiveEvent> = HashMap::new();
    for event in events {
        if let Some(task) = event.task_id {
            last.insert(task, event);
        }
    }
    let mut seen: HashMap<TaskId, bool> = HashMap::new();
    let mut told = Vec::with_capacity(events.len());
    for event in events {
        let view = event.view(actor);
        let Some((task, last)) = event.task_id.and_then(|t| Some((t, last.get(&t)?))) else {
            told.push((&**event, view));
            continue;
        };
        if !relations(actor, &last.facts).is_empty() {
            told.push((&**event, view));
            continue;
        }
        let was_seen = seen.entry(task).or_default();
        *was_seen |= view != View::Nothing;
        if last.position == event.position && *was_seen {
            told.push((&**event, View::Gone));
        }
    }
    told.retain(|(_, view)| *view != View::Nothing);
    told
}

impl Protocol for Live {
    async fn start(&mut self, conn: &mut Conn) -> Result<(), End> {
        let user = conn.subscriber.user;
        conn.send_json(&json!({"type": "hello", "position": self.position, "user_id": user})).await
    }

    async fn message(&mut self, conn: &mut Conn, text: &str) -> Result<(), End> {
        match parse(text) {
            Ok(In::Subscribe { task_id }) => self.subscribe(conn, task_id).await,
            Ok(In::Unsubscribe { task_id }) => {
                conn.hub.unwatch(&conn.subscriber, task_id).await;
                Ok(())
            }
            Ok(In::Resume { position }) => self.resume(conn, position).await,
            Ok(In::Ping) => conn.send(r#"{"type":"pong"}"#).await,
            Err(error) => conn.send_error(&error).await,
        }
    }

    async fn event(&mut self, conn: &mut Conn, event: &LiveEvent) -> Result<(), End> {
        let (actor, _) = conn.subscriber.actor();
        self.send(conn, event, event.view(&actor)).await
    }

    async fn rights_changed(&mut self, conn: &mut Conn) -> Result<(), End> {
        let (actor, _) = conn.subscriber.actor();
        for task in conn.subscriber.watching() {
            if let Err(Error::NotFound { .. }) = visible(&self.world, &actor, task).await {
                conn.hub.unwatch(&conn.subscriber, task).await;
                conn.send_json(&json!({"type": "gone", "task_id": task})).await?;
            }
        }
        self.reset(conn).await
    }

    fn hold(&self) -> Duration {
        Duration::from_millis(500)
    }
}
