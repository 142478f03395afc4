//! One-use tickets: how a page that has only an access token opens a WebSocket, which can't send headers.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use tasktrack_domain::Error;
use tasktrack_domain::actor::Actor;
use tasktrack_domain::gateways::Quota;
use uuid::Uuid;

use crate::problem::Problem;
use crate::state::Http;
use crate::trust::origin_ok;

/// A ticket is good for so long.
pub const LIFE: Duration = Duration::from_secs(30);
/// Tickets of one person: a page that comes back asks for one each time.
const TICKETS: Quota = Quota { burst: 30, per_second: 1.0 };
/// Connections that one person opens without a ticket.
const UPGRADES: Quota = Quota { burst: 30, per_second: 1.0 };

/// The answer of `POST /live/ticket`.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Ticket {
    /// For `?ticket=` of one connection.
    pub ticket: String,
    /// Seconds.
    pub expires_in: u64,
}

/// What an upgrade may carry in its query.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Entry {
    /// A one-use ticket.
    pub ticket: Option<String>,
    /// An access token, for programs; pages use a ticket, which stays in no log.
    pub access_token: Option<String>,
}

/// Makes a ticket for the actor's session.
pub async fn issue(http: &Http, actor: &Actor) -> Result<Ticket, Problem> {
    let (Some(user), Some(session)) = (actor.id(), actor.session) else {
        return Err(Error::Unauthenticated { code: "unauthenticated" }.into());
    };
    limit(http, &format!("ticket:{user}"), TICKETS).await?;
    let ticket = http.world.random.token();
    http.one_time.put(&key(&ticket), session.to_string(), LIFE).await;
    Ok(Ticket { ticket, expires_in: LIFE.as_secs() })
}

/// The session behind a ticket; of two who bring the same one gets it.
pub async fn redeem(http: &Http, ticket: &str) -> Option<Uuid> {
    // What we give out is 43 characters long.
    if ticket.is_empty() || ticket.len() > 64 {
        return None;
    }
    http.one_time.take(&key(ticket)).await?.parse().ok()
}

/// The session that a ticket, an `Authorization` header or `?access_token=` names.
pub async fn session_of(http: &Http, req: &HttpRequest, entry: &Entry) -> Result<Uuid, Error> {
    const NOBODY: Error = Error::Unauthenticated { code: "unauthenticated" };
    if let Some(ticket) = &entry.ticket {
        return redeem(http, ticket).await.ok_or(NOBODY);
    }
    let bearer = req.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| {
        let (scheme, token) = v.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let token = bearer.or(entry.access_token.as_deref()).ok_or(NOBODY)?;
    let claims = http.tokens.verify(token, http.world.clock.now()).map_err(|_| NOBODY)?;
    Ok(claims.session)
}

/// One more connection of a person who came without a ticket.
pub async fn limit_upgrade(http: &Http, actor: &Actor) -> Result<(), Problem> {
    let user = actor.id().map_or(0, |id| id.0);
    limit(http, &format!("upgrade:{user}"), UPGRADES).await
}

/// 403 for a page of another site.
pub fn check_origin(http: &Http, req: &HttpRequest) -> Result<(), Problem> {
    if origin_ok(req, &http.settings) {
        return Ok(());
    }
    Err(Problem::protocol(StatusCode::FORBIDDEN, "bad-origin", "live connections are for our own pages"))
}

async fn limit(http: &Http, key: &str, quota: Quota) -> Result<(), Problem> {
    let taken = http.limiter.take(key, quota).await;
    if taken.allowed { Ok(()) } else { Err(Error::Limited { retry_after: taken.retry_after }.into()) }
}

fn key(ticket: &str) -> String {
    format!("ticket:{ticket}")
}
