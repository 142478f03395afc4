//! What surrounds every request: its id, its time, problem documents for whatever failed, security headers, a line in the log.
//! A handler that panics costs its own request only.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, ResponseError, web};
use futures_util::FutureExt as _;
use tasktrack_domain::ctx::Receipt;

use crate::limits::Left;
use crate::normalise::normalised;
use crate::problem::{self, MEDIA_TYPE, Problem};
use crate::state::Http;

/// Id of a request.
#[derive(Clone, Debug)]
struct RequestId(String);

/// The id of `req`.
pub fn request_id(req: &HttpRequest) -> Option<String> {
    req.extensions().get::<RequestId>().map(|id| id.0.clone())
}

/// The header that names the commit of a change, for `POST /undo`.
pub const COMMIT: &str = "tasktrack-commit";

const CSP: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self'; \
     manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The outermost of our own middlewares.
pub async fn envelope<B: MessageBody + 'static>(mut req: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<BoxBody>, Error> {
    let since = Instant::now();
    if let Some(uri) = normalised(req.uri()) {
        req.match_info_mut().get_mut().update(&uri);
        req.head_mut().uri = uri;
    }
    let Some(http) = req.app_data::<web::Data<Http>>().cloned() else {
        return Err(Problem::from(tasktrack_domain::Error::internal("the application has no Http")).into());
    };
    let id = given_id(req.headers()).unwrap_or_else(|| http.world.clock.uuid().to_string());
    req.extensions_mut().insert(RequestId(id.clone()));
    let (method, path) = (req.method().clone(), req.path().to_owned());
    let outcome = AssertUnwindSafe(next.call(req)).catch_unwind().await;
    let mut response = match outcome {
        Ok(Ok(response)) => told(response.map_into_boxed_body(), &id),
        Ok(Err(error)) => return Err(bare(&problem_of(&error), &id, &http, &method, &path)),
        Err(_) => {
            let problem = Problem::from(tasktrack_domain::Error::internal("a handler panicked"));
            return Err(bare(&problem, &id, &http, &method, &path));
        }
    };
    let left = response.request().extensions().get::<Left>().copied();
    let commit = response.request().extensions().get::<Receipt>().and_then(Receipt::commit);
    let headers = response.headers_mut();
    dress(headers, &id, &http, &path);
    if let Some(left) = left {
        left.write(headers);
    }
    if let Some(commit) = commit.and_then(|id| HeaderValue::from_str(&id.to_string()).ok()) {
        headers.insert(HeaderName::from_static(COMMIT), commit);
    }
    let (status, ms) = (response.status().as_u16(), since.elapsed().as_secs_f64() * 1000.0);
    tracing::debug!(target: "tasktrack::request", %method, path, status, ms, id, "answered");
    Ok(response)
}

/// The client's own id where it is harmless.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("x-request-id")?.to_str().ok()?;
    let harmless = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
    ((1..=128).contains(&text.len()) && text.bytes().all(harmless)).then(|| text.to_owned())
}

fn problem_of(error: &Error) -> Problem {
    problem::of_status(error.as_response_error().status_code())
}

/// Turns failures into problem documents with the request's id.
fn told(response: ServiceResponse, id: &str) -> ServiceResponse {
    let status = response.status();
    let (req, old) = response.into_parts();
    let new = match old.error().and_then(|e| e.as_error::<Problem>()) {
        Some(problem) => {
            log(problem, id, req.method(), req.path());
            Some(problem.respond(Some(id)))
        }
        None if (status.is_client_error() || status.is_server_error()) && !has_problem(&old) => {
            let problem = problem::of_status(status);
            log(&problem, id, req.method(), req.path());
            Some(problem.respond(Some(id)))
        }
        None => None,
    };
    let response = match new {
        None => old,
        Some(mut new) => {
            for name in [header::ALLOW, header::SET_COOKIE] {
                for value in old.headers().get_all(&name) {
                    new.headers_mut().append(name.clone(), value.clone());
                }
            }
            new
        }
    };
    ServiceResponse::new(req, response)
}

fn has_problem(response: &HttpResponse) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|v| v == MEDIA_TYPE)
}

fn log(problem: &Problem, id: &str, method: &Method, path: &str) {
    if let Some(secret) = problem.secret() {
        tracing::error!(target: "tasktrack::request", id, %method, path, "{secret}");
    }
}

/// Headers that every answer has.
fn dress(headers: &mut HeaderMap, id: &str, http: &Http, path: &str) {
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::CONTENT_SECURITY_POLICY, CSP);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if http.settings.https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    if path.starts_with("/api/") {
        set(header::CACHE_CONTROL, "no-store");
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
}

/// A failure that has no request any more (a panic): everything it says is made beforehand.
#[derive(Debug)]
struct Bare {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: String,
}

fn bare(problem: &Problem, id: &str, http: &Http, method: &Method, path: &str) -> Error {
    log(problem, id, method, path);
    let mut headers = HeaderMap::new();
    dress(&mut headers, id, http, path);
    let body = serde_json::to_string(&problem.document(Some(id))).unwrap_or_default();
    Bare { status: problem.status(), headers: headers.into_iter().collect(), body }.into()
}

impl std::fmt::Display for Bare {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.status.fmt(f)
    }
}

impl ResponseError for Bare {
    fn status_code(&self) -> StatusCode {
        self.status
    }
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        for header in &self.headers {
            response.append_header(header.clone());
        }
        response.insert_header((header::CONTENT_TYPE, MEDIA_TYPE)).body(self.body.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_clients_are_harmless_or_not_taken() {
        let get = |text: &str| {
            let mut map = HeaderMap::new();
            map.insert(HeaderName::from_static("x-request-id"), HeaderValue::from_str(text).unwrap());
            given_id(&map)
        };
        assert_eq!(get("abc-1.2:3"), Some("abc-1.2:3".into()));
        assert_eq!((get("a b"), get("<script>"), get(""), get(&"x".repeat(129))), (None, None, None, None));
    }
}
