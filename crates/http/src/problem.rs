//! Every failure as an RFC 9457 problem document: the one translation of [`tasktrack_domain::Error`] to HTTP.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Value, json};
use tasktrack_domain::codes::{self, Code};
use tasktrack_domain::refs::TaskRef;
use tasktrack_domain::{Error, Violation};

use crate::etag;

/// What a handler answers.
pub type Answer = Result<HttpResponse, Problem>;

/// Media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// An error on its way to the client. The envelope adds the request id.
#[derive(Debug)]
pub struct Problem {
    error: Error,
    /// Where the domain has no error of this kind: status and code of HTTP alone (405, 413, 415).
    protocol: Option<(StatusCode, &'static str, String)>,
    /// The query parameter that it is about, and what is wrong with it.
    parameter: Option<Box<(String, String)>>,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self { error, protocol: None, parameter: None }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.protocol {
            Some((status, code, detail)) => write!(f, "{status} {code}: {detail}"),
            None => self.error.fmt(f),
        }
    }
}

/// The document.
#[derive(Debug, Serialize)]
pub struct Document {
    #[serde(rename = "type")]
    about: String,
    title: String,
    status: u16,
    detail: String,
    /// Id of the request; absent inside of other answers (bulk changes).
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    code: String,
    errors: Vec<Violation>,
    /// With 412: the present state.
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<Value>,
    /// With `task-blocked`: the tasks that block it, of those that the reader sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked_by: Option<Vec<TaskRef>>,
}

impl Problem {
    /// An error that only HTTP knows.
    pub fn protocol(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { error: Error::Internal(String::new()), protocol: Some((status, code, detail.into())), parameter: None }
    }
    /// 400 `invalid-query`.
    pub fn query(detail: impl Into<String>) -> Self {
        Error::bad_request("invalid-query", detail).into()
    }
    /// 400 `invalid-query` about one parameter.
    pub fn parameter(name: &str, what: &str) -> Self {
        Self { parameter: Some(Box::new((name.to_owned(), what.to_owned()))), ..Self::query(format!("{name} {what}")) }
    }
    /// The same about one that the operation does not know.
    pub fn no_parameter(name: &str) -> Self {
        Self {
            parameter: Some(Box::new((name.to_owned(), "is no parameter here".to_owned()))),
            ..Self::query(format!("there is no parameter {name}"))
        }
    }
    /// 422 where the parameters stood in the body, under `pointer`.
    pub fn in_body(self, pointer: &str) -> Self {
        match self.parameter {
            Some(parameter) => {
                let (name, what) = *parameter;
                Error::invalid(format!("{pointer}/{}", crate::body::escape(&name)), "value", what).into()
            }
            None => self,
        }
    }
    /// 400 `invalid-json`.
    pub fn json(detail: impl Into<String>) -> Self {
        Error::bad_request("invalid-json", detail).into()
    }
    /// 404 for an address that leads nowhere.
    pub fn nowhere() -> Self {
        Error::not_found("page", "").into()
    }
    /// The error inside.
    pub fn error(&self) -> &Error {
        &self.error
    }
    /// Whether it is an answer given before.
    pub fn is_replay(&self) -> bool {
        self.protocol.is_none() && matches!(self.error, Error::Replayed(_))
    }
    /// Status and code.
    pub fn status(&self) -> StatusCode {
        if let Some((status, ..)) = &self.protocol {
            return *status;
        }
        status_of(&self.error)
    }
    /// Seconds to wait, for `Retry-After`.
    pub fn retry_after(&self) -> Option<u64> {
        match (&self.protocol, &self.error) {
            (None, Error::Limited { retry_after }) => Some(retry_after.as_secs() + u64::from(retry_after.subsec_nanos() > 0)),
            (None, Error::Unavailable(_)) => Some(1),
            _ => None,
        }
    }
    /// What the log should say and the client must not read.
    pub fn secret(&self) -> Option<&str> {
        match (&self.protocol, &self.error) {
            (None, Error::Internal(text) | Error::Unavailable(text)) => Some(text),
            _ => None,
        }
    }
    /// The document, `instance` being the request id.
    pub fn document(&self, instance: Option<&str>) -> Document {
        match &self.protocol {
            Some((status, code, detail)) => write(*status, (*code).to_owned(), detail.clone(), instance),
            None => document_of(&self.error, instance),
        }
    }
    /// As an answer to request `id`. A replay becomes the answer that was stored.
    pub fn respond(&self, id: Option<&str>) -> HttpResponse {
        if let (None, Error::Replayed(replay)) = (&self.protocol, &self.error) {
            return replayed(self.status(), &replay.body);
        }
        let mut response = HttpResponse::build(self.status());
        response.insert_header((header::CONTENT_TYPE, MEDIA_TYPE));
        if let Some(seconds) = self.retry_after() {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        response.body(serde_json::to_string(&self.document(id)).unwrap_or_default())
    }
}

fn status_of(error: &Error) -> StatusCode {
    let status = match error {
        Error::Unauthenticated { .. } => 401,
        Error::Forbidden { .. } => 403,
        Error::NotFound { .. } => 404,
        Error::Invalid(_) => 422,
        Error::Conflict { .. } | Error::Blocked(_) => 409,
        Error::VersionMismatch { .. } => 412,
        Error::BadRequest { .. } => 400,
        Error::Replayed(replay) => replay.status,
        Error::Limited { .. } => 429,
        Error::Unavailable(_) => 503,
        Error::Internal(_) => 500,
    };
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The document of an error; without `instance` inside of other answers.
pub fn document_of(error: &Error, instance: Option<&str>) -> Document {
    let mut document = write(status_of(error), error.code().to_owned(), detail(error), instance);
    match error {
        Error::Invalid(violations) => document.errors.clone_from(violations),
        Error::Blocked(by) => document.blocked_by = Some(by.clone()),
        Error::VersionMismatch { current } => document.current = Some((**current).clone()),
        _ => {}
    }
    document
}

fn write(status: StatusCode, code: String, detail: String, instance: Option<&str>) -> Document {
    let known = codes::find(&code).filter(|c| c.status != 0);
    Document {
        about: format!("/problems/{code}"),
        title: known.map_or_else(|| status.canonical_reason().unwrap_or("Error").to_owned(), |c| c.title.to_owned()),
        status: status.as_u16(),
        detail,
        instance: instance.map(ToOwned::to_owned),
        code,
        errors: vec![],
        current: None,
        blocked_by: None,
    }
}

/// The stored answer of an equal request before.
fn replayed(status: StatusCode, body: &Value) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header(("Idempotency-Replayed", "true"));
    if status == StatusCode::NO_CONTENT {
        return response.finish();
    }
    if let Some(version) = body.get("version").and_then(Value::as_i64) {
        response.insert_header((header::ETAG, etag::of(version)));
    }
    response.json(body)
}

fn detail(error: &Error) -> String {
    match error {
        Error::Forbidden { detail, .. } | Error::Conflict { detail, .. } | Error::BadRequest { detail, .. } => detail.clone(),
        Error::NotFound { what, .. } => format!("there is no such {what}, or you can't see it"),
        Error::Invalid(violations) => match violations.as_slice() {
            [one] if one.pointer.is_empty() => one.detail.clone(),
            [one] => format!("{}: {}", one.pointer, one.detail),
            many => format!("{} things are wrong with the input; see errors", many.len()),
        },
        Error::Limited { .. } => "wait as Retry-After says".to_owned(),
        other => codes::find(other.code()).map_or_else(String::new, |c| c.about.to_owned()),
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }
    fn error_response(&self) -> HttpResponse {
        self.respond(None)
    }
}

/// A problem for an answer that the framework made itself (its 404, 405, 408, 413 …), told by its status alone.
pub fn of_status(status: StatusCode) -> Problem {
    let (code, detail) = match status {
        StatusCode::NOT_FOUND => return Problem::nowhere(),
        StatusCode::METHOD_NOT_ALLOWED => ("method-not-allowed", "this address has other methods"),
        StatusCode::PAYLOAD_TOO_LARGE => ("too-large", "the body is larger than allowed"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("unsupported-media-type", "bodies are application/json"),
        StatusCode::UNAUTHORIZED => ("unauthenticated", "nobody is signed in"),
        StatusCode::FORBIDDEN => ("forbidden", "not allowed"),
        StatusCode::TOO_MANY_REQUESTS => ("rate-limited", "wait and try again"),
        StatusCode::SERVICE_UNAVAILABLE => ("unavailable", "not available, try again"),
        status if status.is_client_error() => return Problem::protocol(status, "invalid-query", "the request could not be understood"),
        _ => return Error::internal(format!("answer with status {status}")).into(),
    };
    Problem::protocol(status, code, detail)
}

/// 405, with what the address has.
pub fn method_not_allowed(methods: &[String]) -> HttpResponse {
    let allow = methods.join(", ");
    let problem = Problem::protocol(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", format!("this address has {allow}"));
    let mut response = HttpResponse::from_error(problem);
    if let Ok(value) = HeaderValue::from_str(&allow) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}

/// A code for its page under `/problems`.
pub fn about(code: &Code) -> Value {
    json!({"code": code.code, "type": format!("/problems/{}", code.code), "title": code.title, "about": code.about,
        "status": (code.status != 0).then_some(code.status)})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_inside_is_shown() {
        let problem = Problem::from(Error::internal("SELECT secret FROM /var/lib"));
        let text = serde_json::to_string(&problem.document(Some("r1"))).unwrap();
        assert!(!text.contains("SELECT") && text.contains("\"instance\":\"r1\"") && text.contains("\"status\":500"));
        assert_eq!(problem.secret(), Some("SELECT secret FROM /var/lib"));
    }

    #[test]
    fn a_version_mismatch_carries_the_present_state() {
        let problem = Problem::from(Error::VersionMismatch { current: Box::new(json!({"version": 4})) });
        let document = serde_json::to_value(problem.document(None)).unwrap();
        assert_eq!((document["status"].as_u64(), document["current"]["version"].as_i64()), (Some(412), Some(4)));
    }

    #[test]
    fn a_wait_is_rounded_up() {
        let problem = Problem::from(Error::Limited { retry_after: std::time::Duration::from_millis(1200) });
        assert_eq!(problem.retry_after(), Some(2));
    }
}
