//! Who asks, as an extractor: a bearer token becomes an actor, and the actor with the request's headers a [`Ctx`].
//! No role is checked here: that is the use cases' part.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use tasktrack_domain::Error;
use tasktrack_domain::actor::Actor;
use tasktrack_domain::ctx::{Ctx, Idempotency, Receipt};
use tasktrack_domain::event::{Cause, CauseKind};
use tasktrack_domain::gateways::TokenError;
use tasktrack_domain::identity::signin::load_actor;
use uuid::Uuid;

use crate::remembered::Look;
use crate::state::Http;
use crate::{Problem, address, envelope, etag, idempotency, limits};

/// A signed-in person's request.
pub struct Caller {
    /// What all requests share.
    pub http: web::Data<Http>,
    /// Who asks.
    pub actor: Actor,
    cause: Cause,
    if_match: Option<i64>,
    idempotency_key: Option<String>,
    operation: String,
    receipt: Receipt,
}

impl Caller {
    /// A context for reading.
    pub fn reading(&self) -> Ctx {
        let ctx = Ctx::new(self.http.world.clone(), self.actor.clone(), self.cause.clone());
        Ctx { receipt: self.receipt.clone(), ..ctx }
    }
    /// A context for a change that answers with `status`; `hash` is that of the body.
    pub fn writing(&self, status: u16, hash: &str) -> Ctx {
        let idempotency = self.idempotency_key.as_ref().map(|key| Idempotency {
            principal: format!("user:{}", self.actor.id().map_or(0, |id| id.0)),
            key: key.clone(),
            operation: self.operation.clone(),
            request_hash: hash.to_owned(),
            status,
        });
        Ctx { if_match: self.if_match, idempotency, ..self.reading() }
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let http = shared(&req)?;
            let actor = actor_of(&http, &bearer(&req)?).await?;
            let user = actor.id().map_or(0, |id| id.0);
            match limits::general(&*http.limiter, &http.settings.limits, user).await {
                Ok(Some(left)) => drop(req.extensions_mut().insert(left)),
                Ok(None) => {}
                Err(left) => {
                    req.extensions_mut().insert(left);
                    return Err(left.refused());
                }
            }
            let receipt = Receipt::default();
            req.extensions_mut().insert(receipt.clone());
            let writes = !matches!(*req.method(), Method::GET | Method::HEAD);
            Ok(Self {
                cause: cause(&req, &http),
                if_match: if writes { etag::if_match(req.headers())? } else { None },
                idempotency_key: if writes { idempotency::key(req.headers())? } else { None },
                operation: format!("{} {}", req.method(), req.path()),
                receipt,
                actor,
                http,
            })
        })
    }
}

/// What all requests share, from the application.
pub fn shared(req: &HttpRequest) -> Result<web::Data<Http>, Problem> {
    req.app_data::<web::Data<Http>>().cloned().ok_or_else(|| Error::internal("the application has no Http").into())
}

/// The token of `Authorization: Bearer …`.
pub fn bearer(req: &HttpRequest) -> Result<String, Problem> {
    let nobody = || Problem::from(Error::Unauthenticated { code: "unauthenticated" });
    let text = req.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).ok_or_else(nobody)?;
    let (scheme, token) = text.split_once(' ').ok_or_else(nobody)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim().to_owned()) } else { Err(nobody()) }
}

/// The live person behind an access token.
pub async fn actor_of(http: &Http, token: &str) -> Result<Actor, Problem> {
    let claims = http.tokens.verify(token, http.world.clock.now()).map_err(|error| Error::Unauthenticated {
        code: match error {
            TokenError::Expired => "token-expired",
            TokenError::Invalid => "unauthenticated",
        },
    })?;
    let actor = actor_of_session(http, claims.session).await?;
    if actor.public_id == Some(claims.subject) { Ok(actor) } else { Err(Error::Unauthenticated { code: "unauthenticated" }.into()) }
}

/// The person of a session, from memory for two seconds at most.
pub async fn actor_of_session(http: &Http, session: Uuid) -> Result<Actor, Problem> {
    match http.remembered.look(session) {
        Look::Known(actor) => Ok(actor),
        Look::Unknown(epoch) => {
            let actor = load_actor(&http.nobody(Cause::of(CauseKind::Request)), session).await?;
            http.remembered.keep(session, actor.clone(), epoch);
            Ok(actor)
        }
    }
}

/// What a request writes into events as their cause.
pub fn cause(req: &HttpRequest, http: &Http) -> Cause {
    let address = address::of(req, &http.settings).map(|a| a.to_string());
    let trace = req.headers().get("traceparent").and_then(|v| v.to_str().ok()).filter(|t| is_traceparent(t)).map(ToOwned::to_owned);
    Cause { id: envelope::request_id(req), address, trace, ..Cause::of(CauseKind::Request) }
}

/// `00-<32 hex>-<16 hex>-<2 hex>`.
fn is_traceparent(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [2, 32, 16, 2] && text.bytes().all(|b| b == b'-' || b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_bearer_tokens() {
        let get = |value: &str| bearer(&TestRequest::default().insert_header(("Authorization", value)).to_http_request()).ok();
        assert_eq!(get("Bearer abc"), Some("abc".into()));
        assert_eq!(get("bearer  abc"), Some("abc".into()));
        assert_eq!((get("Basic abc"), get("abc"), get("")), (None, None, None));
    }

    #[test]
    fn traceparents() {
        assert!(is_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
        assert!(!is_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x") && !is_traceparent("x"));
    }
}
