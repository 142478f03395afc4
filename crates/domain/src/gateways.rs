//! What the domain needs from the outside besides the database: passwords, tokens, limits, fan-out between nodes.
//!
//! Each trait has one real implementation per technology (crates `auth` and `cache`); the database is behind [`crate::ports`].

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::error::Result;

/// The answer of [`Passwords::verify`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordCheck {
    /// Right. `rehash`: the stored hash has weaker parameters than today's, store a new one.
    Right { rehash: bool },
    /// Wrong password, or no such person (both cost the same time).
    Wrong,
}

/// Argon2id off the request threads; at most one calculation per core at a time.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// A PHC string of `password`.
    async fn hash(&self, password: String) -> Result<String>;
    /// Checks `password` against `hash`; with `None` (unknown person) it spends the same time on a dummy hash.
    async fn verify(&self, password: String, hash: Option<String>) -> Result<PasswordCheck>;
}

/// What an access token says: who and which session, never what they may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// `public_id` of the person (claim `sub`).
    pub subject: Uuid,
    /// Session the token belongs to (claim `sid`); ended sessions are refused whatever the token says.
    pub session: Uuid,
    /// Unique id of the token (claim `jti`).
    pub token_id: Uuid,
    /// When it was issued (claim `iat`).
    pub issued_at: DateTime<Utc>,
    /// When it stops being valid (claim `exp`).
    pub expires_at: DateTime<Utc>,
}

/// Why a token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// Was right, is over.
    Expired,
    /// Anything else: form, algorithm, key, signature, audience, claims.
    Invalid,
}

/// Signs and verifies access tokens (RS256, `typ: at+jwt`).
pub trait Tokens: Send + Sync {
    /// A signed access token.
    fn issue(&self, claims: &AccessClaims) -> Result<String>;
    /// The claims of `token` if every check holds at `now`. Results are remembered until the token's end, so that
    /// a second request with it costs no RSA.
    fn verify(&self, token: &str, now: DateTime<Utc>) -> std::result::Result<AccessClaims, TokenError>;
    /// JSON Web Key Set of all published keys, public members only.
    fn jwks(&self) -> serde_json::Value;
    /// SPKI PEM of the key that signs now.
    fn public_key_pem(&self) -> String;
}

/// Random numbers, one place: tests may fix them.
pub trait Random: Send + Sync {
    /// 32 random bytes in URL-safe base64 without padding: tokens and tickets.
    fn token(&self) -> String;
    /// A number in `0..bound` (`bound` > 0).
    fn below(&self, bound: usize) -> usize;
}

/// So many at once, and so many more per second (GCRA).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quota {
    /// How many may come at once.
    pub burst: u32,
    /// How many more each second.
    pub per_second: f64,
}

/// The answer of [`Limiter::take`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taken {
    /// Whether this one may pass.
    pub allowed: bool,
    /// How many more may come at once now.
    pub remaining: u32,
    /// When refused: wait so long. Zero when allowed.
    pub retry_after: Duration,
}

/// Rate limits, exact, shared between nodes where there is Redis, else (or when it is down) per node. Never "off".
#[async_trait]
pub trait Limiter: Send + Sync {
    /// Takes one from the bucket `key`.
    async fn take(&self, key: &str, quota: Quota) -> Taken;
}

/// Small values that live shortly: one-use tickets.
#[async_trait]
pub trait OneTime: Send + Sync {
    /// Stores `value` for `ttl`.
    async fn put(&self, key: &str, value: String, ttl: Duration);
    /// Takes it out: of two takers one gets it.
    async fn take(&self, key: &str) -> Option<String>;
}

/// A word between nodes. Only a hint: what it tells of is in the database already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Signal {
    /// The event log has positions up to `position`.
    Advanced { position: i64 },
    /// These sessions are over: forget what was remembered of them.
    SessionsEnded { sessions: Vec<Uuid> },
    /// Rights of this person changed (role, membership, account): load them anew. `None`: of everyone.
    AccessChanged { user_id: Option<i64> },
    /// Who looks at a task changed.
    Presence { task_id: i64 },
}

/// Spreads [`Signal`]s to all nodes, this one included. Losing one costs at most a poll interval.
#[async_trait]
pub trait Fanout: Send + Sync {
    /// Tells everyone. Never fails and never waits for the network: a lost hint is made up by polling.
    async fn publish(&self, signal: Signal);
    /// Everything told from now on, by any node.
    fn subscribe(&self) -> broadcast::Receiver<Signal>;
}

/// Who looks at which task, over all nodes. An entry dies 45 s after its last `seen`.
#[async_trait]
pub trait Presence: Send + Sync {
    /// Connection `connection` of `user_id` looks at `task_id` (call again every 15 s).
    async fn seen(&self, task_id: i64, user_id: i64, connection: Uuid);
    /// It looks no more.
    async fn gone(&self, task_id: i64, user_id: i64, connection: Uuid);
    /// The people looking now, each once, ascending.
    async fn who(&self, task_id: i64) -> Vec<i64>;
}
