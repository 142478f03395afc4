//! Where one is signed in, and signing out elsewhere.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use uuid::Uuid;

use super::signin::session_event;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::event::EventType;
use crate::gateways::Signal;
use crate::ids::UserId;

/// A live session of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: Uuid,
    /// The one that asks.
    #[serde(default)]
    pub current: bool,
    pub user_agent: Option<String>,
    pub address: Option<String>,
    pub created_at: DateTime<Utc>,
    /// When it last got new tokens: some ten minutes exact.
    pub last_seen_at: DateTime<Utc>,
}

fn me(ctx: &Ctx) -> Result<UserId> {
    ctx.actor.id().ok_or(Error::Unauthenticated { code: "unauthenticated" })
}

/// One's own live sessions, the last seen first.
pub async fn list_sessions(ctx: &Ctx) -> Result<Vec<Session>> {
    let found = ctx.as_system().read().await?.people().live_sessions(me(ctx)?, ctx.now()).await?;
    Ok(found.into_iter().map(|session| Session { current: ctx.actor.session == Some(session.id), ..session }).collect())
}

/// Ends a session of one's own, at once on every node.
pub async fn end_session(ctx: &Ctx, id: Uuid) -> Result<()> {
    let me = me(ctx)?;
    if end(ctx, me, |session| session == id, "ended by its person").await? == 0 {
        return Err(Error::not_found("session", id));
    }
    Ok(())
}

/// Ends all of one's sessions but the one that asks; says how many.
pub async fn end_other_sessions(ctx: &Ctx) -> Result<usize> {
    let me = me(ctx)?;
    end(ctx, me, |session| ctx.actor.session != Some(session), "ended with all others").await
}

async fn end(ctx: &Ctx, me: UserId, which: impl Fn(Uuid) -> bool, reason: &str) -> Result<usize> {
    let (system, now) = (ctx.as_system(), ctx.now());
    let mut tx = system.begin().await?;
    let mut ended = Vec::new();
    for session in tx.people().live_sessions(me, now).await?.into_iter().filter(|session| which(session.id)) {
        // Another request may have ended it meanwhile.
        if tx.people().end_session(session.id, now).await? {
            let extra = Map::from_iter([("session_id".to_owned(), json!(session.id)), ("reason".to_owned(), json!(reason))]);
            session_event(&system, &mut *tx, me.0, EventType::SessionRevoked, None, extra).await?;
            ended.push(session.id);
        }
    }
    let count = ended.len();
    system.commit(tx, &json!({"ended": count})).await?;
    if count > 0 {
        ctx.signal(Signal::SessionsEnded { sessions: ended }).await;
    }
    Ok(count)
}
