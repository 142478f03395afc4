//! The one error of the domain. Translated once: to RFC 9457 in `http`, to a dead letter in `messaging`.

use serde_json::Value;
use thiserror::Error;

use crate::refs::TaskRef;

/// Result of every use case and port.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One thing wrong with the input, with the place where it stands.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Violation {
    /// JSON Pointer into the request body (`/title`), or `?name` for a query parameter.
    pub pointer: String,
    /// Stable code (`too-long`); see [`crate::codes`].
    pub code: String,
    /// A sentence for a person, in English.
    pub detail: String,
}

impl Violation {
    /// A violation at `pointer`.
    pub fn new(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.to_owned(), detail: detail.into() }
    }
}

/// What can go wrong in a use case.
#[derive(Debug, Error)]
pub enum Error {
    /// Nobody is signed in, or the token or password does not hold. `code`: unauthenticated, token-expired, bad-credentials.
    #[error("{code}")]
    Unauthenticated { code: &'static str },
    /// Visible, but not allowed. `code`: forbidden, account-expired, registration-closed.
    #[error("{code}: {detail}")]
    Forbidden { code: &'static str, detail: String },
    /// There is no such thing, or it is not visible: deliberately the same.
    #[error("{what} {id} not found")]
    NotFound { what: &'static str, id: String },
    /// The input breaks rules; every violation names its field.
    #[error("invalid input: {0:?}")]
    Invalid(Vec<Violation>),
    /// The state does not allow it (409): name-taken, key-taken, transition-refused, cycle …
    #[error("{code}: {detail}")]
    Conflict { code: &'static str, detail: String },
    /// Open tasks block it (409); those that the actor sees.
    #[error("blocked by {0:?}")]
    Blocked(Vec<TaskRef>),
    /// If-Match named another version (412); `current` is the present state as the reader may see it.
    #[error("version mismatch")]
    VersionMismatch { current: Box<Value> },
    /// The query or body could not be read at all (400): invalid-query, cursor-mismatch, invalid-json.
    #[error("{code}: {detail}")]
    BadRequest { code: &'static str, detail: String },
    /// Not an error: the same request was answered before, this is that answer.
    #[error("replayed")]
    Replayed(Box<crate::ctx::Replay>),
    /// Too many (429).
    #[error("limited for {retry_after:?}")]
    Limited { retry_after: std::time::Duration },
    /// The database does not answer (503); nothing was half done.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A defect of ours (500); the text is for the log only.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// 404 for `what` with `id`.
    pub fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound { what, id: id.to_string() }
    }
    /// 422 with one violation.
    pub fn invalid(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::new(pointer, code, detail)])
    }
    /// 409.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Conflict { code, detail: detail.into() }
    }
    /// 403.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::Forbidden { code: "forbidden", detail: detail.into() }
    }
    /// 400.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::BadRequest { code, detail: detail.into() }
    }
    /// 500, for the log.
    pub fn internal(detail: impl ToString) -> Self {
        Self::Internal(detail.to_string())
    }
    /// The stable code: the same in a problem document, a WebSocket error and a dead letter.
    pub fn code(&self) -> &str {
        match self {
            Self::Unauthenticated { code } | Self::Forbidden { code, .. } | Self::Conflict { code, .. } | Self::BadRequest { code, .. } => {
                code
            }
            Self::NotFound { .. } => "not-found",
            Self::Invalid(violations) => match violations.first() {
                Some(v) if violations.len() == 1 && v.code == "unknown-field" => "unknown-field",
                Some(v) if v.code == "idempotency-key-reused" => "idempotency-key-reused",
                _ => "invalid",
            },
            Self::Blocked(_) => "task-blocked",
            Self::VersionMismatch { .. } => "version-mismatch",
            Self::Replayed(_) => "replayed",
            Self::Limited { .. } => "rate-limited",
            Self::Unavailable(_) => "unavailable",
            Self::Internal(_) => "internal",
        }
    }
}

/// `Option` to 404.
pub trait OrNotFound<T> {
    /// The value, or 404 for `what` with `id`.
    fn or_not_found(self, what: &'static str, id: impl ToString) -> Result<T>;
}

impl<T> OrNotFound<T> for Option<T> {
    fn or_not_found(self, what: &'static str, id: impl ToString) -> Result<T> {
        self.ok_or_else(|| Error::not_found(what, id))
    }
}
