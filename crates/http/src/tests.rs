//! The whole application over a database that does not answer: what never reaches a use case, and how failures look.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use actix_web::{App, HttpResponse, test as web_test, web};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tasktrack_domain::clock::SystemClock;
use tasktrack_domain::ctx::{Settings, World};
use tasktrack_domain::error::{Error, Result};
use tasktrack_domain::gateways::*;
use tasktrack_domain::identity::Registration;
use tasktrack_domain::ports::{Store, Tx, TxOptions};
use tokio::sync::{broadcast, watch};
use uuid::Uuid;

use crate::realtime::tests::actor;
use crate::remembered::Look;
use crate::{Http, HttpSettings, Service, openapi};

struct Down;

#[async_trait]
impl Store for Down {
    async fn begin(&self, _: TxOptions) -> Result<Box<dyn Tx>> {
        Err(Error::Unavailable("no route to /var/run/db".into()))
    }
    async fn read(&self, _: TxOptions) -> Result<Box<dyn Tx>> {
        Err(Error::Unavailable("no route to /var/run/db".into()))
    }
    fn wake(&self) {}
    fn woken(&self) -> watch::Receiver<u64> {
        watch::channel(0).1
    }
    fn kind(&self) -> &'static str {
        "sqlite"
    }
    async fn ping(&self) -> Result<()> {
        Err(Error::Unavailable("no route to /var/run/db".into()))
    }
}

struct Fake(broadcast::Sender<Signal>);

#[async_trait]
impl Fanout for Fake {
    async fn publish(&self, signal: Signal) {
        let _ = self.0.send(signal);
    }
    fn subscribe(&self) -> broadcast::Receiver<Signal> {
        self.0.subscribe()
    }
}

#[async_trait]
impl Passwords for Fake {
    async fn hash(&self, _: String) -> Result<String> {
        Ok("hash".into())
    }
    async fn verify(&self, _: String, _: Option<String>) -> Result<PasswordCheck> {
        Ok(PasswordCheck::Wrong)
    }
}

impl Random for Fake {
    fn token(&self) -> String {
        "ticket".into()
    }
    fn below(&self, _: usize) -> usize {
        0
    }
}

#[async_trait]
impl Limiter for Fake {
    async fn take(&self, key: &str, quota: Quota) -> Taken {
        let allowed = key != "user:9";
        Taken { allowed, remaining: quota.burst, retry_after: Duration::from_millis(if allowed { 0 } else { 1500 }) }
    }
}

#[async_trait]
impl OneTime for Fake {
    async fn put(&self, _: &str, _: String, _: Duration) {}
    async fn take(&self, _: &str) -> Option<String> {
        None
    }
}

#[async_trait]
impl Presence for Fake {
    async fn seen(&self, _: i64, _: i64, _: Uuid) {}
    async fn gone(&self, _: i64, _: i64, _: Uuid) {}
    async fn who(&self, _: i64) -> Vec<i64> {
        vec![]
    }
}

/// A token is the number of a person; `old` has expired.
impl Tokens for Fake {
    fn issue(&self, _: &AccessClaims) -> Result<String> {
        Ok("1".into())
    }
    fn verify(&self, token: &str, now: DateTime<Utc>) -> std::result::Result<AccessClaims, TokenError> {
        match token.parse::<u128>() {
            Ok(n) => Ok(AccessClaims {
                subject: Uuid::from_u128(n),
                session: Uuid::from_u128(n),
                token_id: Uuid::nil(),
                issued_at: now,
                expires_at: now,
            }),
            Err(_) => Err(if token == "old" { TokenError::Expired } else { TokenError::Invalid }),
        }
    }
    fn jwks(&self) -> Value {
        json!({"keys": []})
    }
    fn public_key_pem(&self) -> String {
        "-----BEGIN PUBLIC KEY-----".into()
    }
}

fn service(settings: HttpSettings) -> Service {
    let fake = Arc::new(Fake(broadcast::Sender::new(16)));
    let domain = Settings { source: "task-track".into(), registration: Registration::Invite, parked_hours: 24, undo_seconds: 120 };
    let world = World {
        store: Arc::new(Down),
        clock: Arc::new(SystemClock),
        random: fake.clone(),
        passwords: fake.clone(),
        fanout: fake.clone(),
        settings: Arc::new(domain),
    };
    let http = Http::new(Arc::new(world), fake.clone(), fake.clone(), fake.clone(), fake, settings);
    for n in [1, 9] {
        let mut known = actor(n, true, None);
        let session = Uuid::from_u128(n as u128);
        known.public_id = Some(session);
        let Look::Unknown(epoch) = http.remembered.look(session) else { panic!("nobody is known yet") };
        http.remembered.keep(session, known, epoch);
    }
    Service::new(http, vec![]).unwrap()
}

macro_rules! call {
    ($app:expr, $request:expr) => {{
        let response = web_test::call_service(&$app, $request.to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = web_test::read_body(response).await;
        (status.as_u16(), headers, serde_json::from_slice::<Value>(&bytes).unwrap_or(Value::Null))
    }};
}

fn request(method: &str, uri: &str) -> web_test::TestRequest {
    web_test::TestRequest::with_uri(uri).method(Method::from_bytes(method.as_bytes()).unwrap())
}

fn signed(method: &str, uri: &str) -> web_test::TestRequest {
    request(method, uri).insert_header(("Authorization", "Bearer 1"))
}

/// Every operation: method, address with its places filled, whether anybody may ask.
fn operations() -> Vec<(String, String, bool)> {
    let document = openapi::document();
    let mut found = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let public = operation["security"].as_array().is_some_and(|list| list.contains(&json!({})));
            let uri = path
                .replace("{id}", "1")
                .replace("{user_id}", "2")
                .replace("{comment_id}", "3")
                .replace("{code}", "invalid")
                .replace("{kind}", "task");
            found.push((method.to_uppercase(), uri, public));
        }
    }
    found
}

#[actix_web::test]
async fn every_operation_of_the_document_is_there_and_asks_who_it_is() {
    let app = web_test::init_service(crate::app(&service(HttpSettings::default()))).await;
    let all = operations();
    assert!(all.len() >= 60, "{}", all.len());
    for (method, uri, public) in all {
        let (status, headers, body) = call!(app, request(&method, &uri));
        assert!(headers.contains_key("x-request-id") && headers.contains_key("content-security-policy"), "{method} {uri}");
        if public {
            assert!(!matches!(status, 404 | 405 | 500), "{method} {uri}: {status} {body}");
        } else {
            assert_eq!((status, body["code"].as_str()), (401, Some("unauthenticated")), "{method} {uri}");
            assert_eq!(headers.get("www-authenticate").map(|v| v.as_bytes()), Some(&b"Bearer"[..]));
        }
        if status >= 400 {
            assert_eq!(headers.get("content-type").unwrap(), "application/problem+json");
            assert_eq!(body["instance"].as_str(), headers.get("x-request-id").unwrap().to_str().ok());
        }
    }
}

#[actix_web::test]
async fn every_operation_answers_when_the_database_does_not() {
    let app = web_test::init_service(crate::app(&service(HttpSettings::default()))).await;
    for (method, uri, public) in operations().into_iter().filter(|(method, _, public)| method == "GET" && !public) {
        let needed = match uri.as_str() {
            "/api/v1/search" => "?q=x",
            "/api/v1/tasks/counts" => "?group=status",
            _ => "",
        };
        let (status, headers, body) = call!(app, signed(&method, &format!("{uri}{needed}")));
        if uri == "/api/v1/exchange/status" {
            assert_eq!(status, 403, "{public}");
            continue;
        }
        assert_eq!((status, body["code"].as_str()), (503, Some("unavailable")), "{method} {uri} {body}");
        assert!(headers.contains_key("ratelimit") && headers.contains_key("retry-after") && !body.to_string().contains("/var/run"));
        let (status, _, body) = call!(app, signed(&method, &format!("{uri}?colour=red")));
        assert_eq!(
            (status, body["detail"].as_str()),
            (400, Some(if needed.is_empty() { "there is no parameter colour" } else { body["detail"].as_str().unwrap() })),
            "{method} {uri}"
        );
    }
    let (status, _, body) = call!(app, request("GET", "/health/ready"));
    assert_eq!((status, body["code"].as_str()), (503, Some("unavailable")));
    let (status, ..) = call!(app, request("GET", "/health/live"));
    assert_eq!(status, 200);
}

#[actix_web::test]
async fn addresses_and_methods() {
    let app = web_test::init_service(crate::app(&service(HttpSettings::default()))).await;
    for uri in ["/api/tasks/", "/api/v1/tasks/", "/api/tasks", "/api/v1/tasks"] {
        assert_eq!(call!(app, signed("GET", uri)).0, 503, "{uri}");
    }
    let (status, headers, body) = call!(app, signed("DELETE", "/api/v1/tasks"));
    assert_eq!(
        (status, body["code"].as_str(), headers.get("allow").unwrap().to_str().unwrap()),
        (405, Some("method-not-allowed"), "GET, POST")
    );
    for method in ["TRACE", "OPTIONS", "PUT", "PROPFIND"] {
        assert_eq!(call!(app, request(method, "/api/v1/tasks/7")).0, 405, "{method}");
    }
    for uri in ["/api/v1/nothing", "/api", "/api/v1", "/api/v2/tasks/7/8", "/problems/nothing"] {
        let (status, _, body) = call!(app, signed("GET", uri));
        assert_eq!((status, body["code"].as_str()), (404, Some("not-found")), "{uri}");
    }
    assert_eq!(call!(app, signed("GET", "/api/v1/projects/x")).0, 404);
    assert_eq!(call!(app, signed("GET", "/api/v1/tasks/..%2f..")).0, 404);
    assert_eq!(call!(app, request("GET", "/problems/invalid")).2["status"], 422);
}

#[actix_web::test]
async fn tokens_and_limits() {
    let app = web_test::init_service(crate::app(&service(HttpSettings::default()))).await;
    let with = |token: &str| request("GET", "/api/v1/tasks").insert_header(("Authorization", format!("Bearer {token}")));
    assert_eq!(call!(app, with("old")).2["code"], "token-expired");
    assert_eq!(call!(app, with("x")).2["code"], "unauthenticated");
    let (status, headers, body) = call!(app, with("9"));
    assert_eq!((status, body["code"].as_str(), headers.get("retry-after").unwrap().to_str().unwrap()), (429, Some("rate-limited"), "2"));
    assert_eq!(headers.get("ratelimit-policy").unwrap(), "\"general\";q=600;w=60");
}

#[actix_web::test]
async fn bad_input() {
    let app = web_test::init_service(crate::app(&service(HttpSettings::default()))).await;
    let post =
        |body: &str| signed("POST", "/api/v1/tasks").insert_header(("Content-Type", "application/json")).set_payload(body.to_owned());
    for (body, status, code) in [
        ("{\"title\": \"t\"", 400, "invalid-json"),
        ("", 400, "invalid-json"),
        ("{\"title\": 5}", 422, "invalid"),
        ("[\"t\"]", 422, "invalid"),
        ("{}", 422, "invalid"),
        ("{\"title\": \"t\", \"role\": \"admin\"}", 422, "unknown-field"),
        ("{\"title\": \"t\"}", 503, "unavailable"),
    ] {
        let (given, _, answer) = call!(app, post(body));
        assert_eq!((given, answer["code"].as_str()), (status, Some(code)), "{body} {answer}");
    }
    let (status, _, body) = call!(app, post(&format!("{{\"title\": \"{}\"}}", "x".repeat(1_100_000))));
    assert_eq!((status, body["code"].as_str()), (413, Some("too-large")));
    let (status, _, body) = call!(app, signed("POST", "/api/v1/tasks").set_payload("{\"title\": \"t\"}"));
    assert_eq!((status, body["code"].as_str()), (415, Some("unsupported-media-type")));
    for (name, value) in [("If-Match", "7"), ("Idempotency-Key", "")] {
        let (status, _, body) = call!(app, post("{\"title\": \"t\"}").insert_header((name, value)));
        assert_eq!((status, body["code"].as_str()), (400, Some("invalid-query")), "{name}");
    }
}

#[actix_web::test]
async fn cookies_need_our_own_pages() {
    let app = web_test::init_service(crate::app(&service(HttpSettings::default()))).await;
    let refresh = || request("POST", "/api/v1/auth/refresh").insert_header(("Cookie", "tasktrack_refresh=tt_rt_1"));
    assert_eq!(call!(app, refresh()).2["code"], "bad-origin");
    let marked = || refresh().insert_header(("X-Requested-With", "tasktrack"));
    assert_eq!(call!(app, marked().insert_header(("Origin", "https://evil.test"))).2["code"], "bad-origin");
    let (status, headers, _) = call!(app, marked().insert_header(("Origin", "http://127.0.0.1:8080")));
    assert_eq!(status, 401);
    assert!(headers.get("set-cookie").unwrap().to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(call!(app, request("POST", "/api/v1/auth/refresh")).0, 401);
    assert_eq!(call!(app, request("POST", "/api/v1/auth/logout")).0, 401);
}

#[actix_web::test]
async fn cors_is_for_listed_origins() {
    let app = web_test::init_service(crate::app(&service(HttpSettings {
        cors_origins: vec!["https://intranet.test".into()],
        ..HttpSettings::default()
    })))
    .await;
    for (origin, ok) in
        [("https://intranet.test", true), ("https://intranet.test.evil.test", false), ("null", false), ("http://intranet.test", false)]
    {
        let (status, headers, _) = call!(app, signed("GET", "/api/v1/tasks").insert_header(("Origin", origin)));
        assert_eq!((status, headers.contains_key("access-control-allow-origin")), (503, ok), "{origin}");
    }
}

#[actix_web::test]
async fn a_panic_costs_its_own_request_only() {
    async fn broken() -> HttpResponse {
        panic!("on purpose")
    }
    let app = App::new()
        .app_data(web::Data::from(service(HttpSettings::default()).http))
        .route("/api/v1/broken", web::get().to(broken))
        .wrap(actix_web::middleware::from_fn(crate::envelope::envelope));
    let app = web_test::init_service(app).await;
    let error = web_test::try_call_service(&app, request("GET", "/api/v1/broken").insert_header(("X-Request-Id", "r1")).to_request())
        .await
        .unwrap_err();
    let response = error.error_response();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.headers().get("x-request-id").unwrap(), "r1");
    assert_eq!(response.headers().get("content-type").unwrap(), "application/problem+json");
}

#[test]
fn the_document_is_whole() {
    let text = crate::openapi_json();
    assert_eq!(text, crate::openapi_json());
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()) && !id.contains('_'), "{id}");
            assert!(operation["responses"].as_object().unwrap().keys().any(|s| s.starts_with('2')), "{method} {path}");
            assert!(
                operation["summary"].is_string() && operation["tags"].as_array().unwrap().len() == 1,
                "{method} {path} {}",
                operation["tags"]
            );
        }
    }
    // Every reference leads somewhere.
    for reference in text.split("\"$ref\": \"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

#[test]
fn answers_have_the_documented_shapes() {
    use tasktrack_domain::sync::{Conflict, Integration};
    use tasktrack_domain::tasks::queries::HistoryEntry;
    use tasktrack_domain::tasks::template::Template;
    use tasktrack_domain::{activity, identity, projects, tasks};

    let document = openapi::document();
    let check = |name: &str, value: Value| {
        let schema = json!({"$ref": format!("#/components/schemas/{name}"), "components": document["components"]});
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{} {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}\n{value:#}");
    };
    fn of<T: serde::de::DeserializeOwned + serde::Serialize>(value: Value) -> Value {
        serde_json::to_value(serde_json::from_value::<T>(value).unwrap()).unwrap()
    }
    let (at, person) = ("2026-11-21T10:00:00Z", json!({"id": 1, "name": "Анна", "avatar_color": "#2F5D8C"}));
    let (project, tag) = (json!({"id": 2, "key": "ERP", "name": "ERP"}), json!({"id": 3, "name": "срочно", "color": "#3B7A57"}));
    let (account, task_ref) = (json!({"id": 1, "name": "Demo"}), json!({"id": 1, "key": "ERP-1", "title": "b", "status": "done"}));
    let comment = json!({"id": 5, "task_id": 1, "author": person, "body": "b", "internal": false, "mentions": [person], "external_author": null, "created_at": at,
        "edited_at": at, "version": 1, "allowed_actions": ["edit", "delete"]});
    check("Comment", of::<tasks::CommentView>(comment.clone()));

    let record = crate::realtime::tests::record(1, |value| {
        let snapshot = &mut value["payload"]["snapshot"];
        snapshot["assignees"] = json!([{"user": person, "role": "owner", "assigned_by": null, "assigned_at": at}]);
        snapshot["tags"] = json!([tag]);
        snapshot["parent"] = task_ref.clone();
        snapshot["estimated_hours"] = json!(1.5);
    });
    let task = activity::task_of(&record).unwrap();
    let mut value = json!(task);
    for (name, member) in [
        ("overdue", json!(true)),
        ("children", json!({"total": 2, "done": 1})),
        ("blocked", json!(true)),
        ("watchers", json!(2)),
        ("watching", json!(false)),
        ("allowed_actions", json!(["edit"])),
        ("next_statuses", json!(["done"])),
    ] {
        value[name] = member;
    }
    check("Task", of::<tasks::TaskView>(value.clone()));
    value["comments"] = json!([comment]);
    check("Task", of::<tasks::TaskView>(value.clone()));
    let row = of::<tasks::TaskRow>(value);
    check("TaskPage", json!({"items": [row], "next_cursor": null, "count": 1}));
    check(
        "SearchPage",
        json!({"items": [{"task": row, "rank": 0.5, "title_html": "b", "snippet_html": "", "comment_id": null}], "next_cursor": "c"}),
    );
    let problem = |error: &Error| json!({"task_id": 2, "ok": false, "problem": crate::problem::document_of(error, None)});
    let blocked = Error::Blocked(vec![serde_json::from_value(task_ref.clone()).unwrap()]);
    let (invalid, blocked) = (problem(&Error::invalid("/title", "too-long", "x")), problem(&blocked));
    check("BulkResult", json!({"items": [{"task_id": 1, "ok": true, "task": row}, invalid, blocked]}));
    let undone = |code: Value, task: Value| json!({"task_id": 1, "key": "ERP-1", "outcome": "undone", "code": code, "task": task});
    let items = [undone(json!("changed-since"), row.clone()), undone(Value::Null, Value::Null)].map(of::<tasks::undo::UndoItem>);
    check("UndoResult", json!({"items": items}));
    let related = json!({"id": 1, "key": "ERP-1", "title": "b", "status": "done", "archived": true});
    let relation = json!({"id": 7, "kind": "blocked_by", "task": related, "created_by": person, "created_at": at});
    check("RelationList", json!({"items": [of::<tasks::relation::Relation>(relation)], "next_cursor": null}));
    check(
        "HistoryEntry",
        of::<HistoryEntry>(json!({"id": Uuid::nil(), "commit_id": Uuid::nil(), "event_seq": 1, "type": "TaskUpdated", "actor": person,
        "cause": {"kind": "consumer", "id": "t/0/1", "source": "1c"}, "occurred_at": at, "changes": {"title": {"from": "a", "to": "b"}}})),
    );
    check(
        "Project",
        of::<projects::ProjectView>(
            json!({"id": 2, "public_id": Uuid::nil(), "account": account, "key": "ERP", "name": "ERP", "description": "", "manager": null,
        "archived_at": null, "board_limits": {"in_progress": 5}, "open_tasks": 3, "created_at": at, "updated_at": at, "version": 1, "allowed_actions": ["create_task"]}),
        ),
    );
    check(
        "SavedView",
        of::<tasks::saved_view::SeenView>(
            json!({"id": 1, "account": account, "owner": person, "name": "n", "shared": true, "filter": {"status": ["new"], "assignee": "me"},
        "sort": "-due_date", "layout": "board", "display": {"group": "status"}, "favourite": true, "created_at": at, "updated_at": at, "version": 1,
        "allowed_actions": ["edit", "share_views"]}),
        ),
    );
    check("Preferences", of::<identity::preferences::Preferences>(json!({"version": 1, "values": {"theme": "dark"}})));
    check(
        "Session",
        of::<identity::sessions::Session>(
            json!({"id": Uuid::nil(), "current": true, "user_agent": null, "address": "::1", "created_at": at, "last_seen_at": at}),
        ),
    );
    check(
        "Favourite",
        of::<identity::favourites::Favourite>(json!({"kind": "task", "id": 1, "title": "t", "key": "ERP-1", "status": "new"})),
    );
    check(
        "Mention",
        of::<activity::feed::Mention>(json!({"task": task_ref, "comment_id": null, "by": person, "at": at, "excerpt": "@Анна, смотри"})),
    );
    check(
        "ProjectOverview",
        of::<projects::overview::Overview>(
            json!({"counts": {"new": 1}, "overdue": 0, "unassigned": 1, "due_this_week": 0, "estimated_hours": 1.5, "actual_hours": 0.0,
        "burndown": [{"date": "2026-11-21", "open": 1, "created": 1, "completed": 0}], "people": [{"user": null, "open": 1, "overdue": 0}]}),
        ),
    );
    check("Member", of::<projects::Member>(json!({"user": person, "role": "developer", "topic": null, "job_title": null})));
    check(
        "UserMe",
        of::<identity::users::Me>(
            json!({"id": 1, "public_id": Uuid::nil(), "email": "a@example.com", "name": "Анна", "phone": null, "role": "worker",
        "language": "ru", "time_zone": "Europe/Moscow", "avatar_color": "#2F5D8C", "active": true, "created_at": at, "updated_at": at, "version": 1,
        "accounts": [{"id": 1, "slug": "demo", "name": "Demo", "language": "ru", "time_zone": "Europe/Moscow", "currency": "RUB", "manager_id": null,
            "created_at": at, "expires_at": null}]}),
        ),
    );
    check(
        "TaskTemplate",
        of::<Template>(
            json!({"id": 1, "account_id": 1, "name": "n", "title": "t", "description": "", "priority": "low", "estimated_hours": null,
        "tags": [tag], "project": project, "checklist": ["a"], "created_at": at, "updated_at": at, "version": 1}),
        ),
    );
    check(
        "Tag",
        of::<tasks::tag::Tag>(
            json!({"id": 3, "account_id": 1, "name": "n", "color": "#3B7A57", "created_at": at, "updated_at": at, "version": 1}),
        ),
    );
    check(
        "Integration",
        of::<Integration>(
            json!({"id": 1, "source": "1c", "account": account, "project": project, "user": person, "enabled": true, "id_mode": "ours",
        "delete_policy": "archive", "conflict_policy": "ask", "field_policies": {"name": "erp_wins"}, "topics_in": ["a"], "topic_out": "a", "created_at": at,
        "updated_at": at, "version": 1}),
        ),
    );
    check(
        "Conflict",
        of::<Conflict>(
            json!({"id": 1, "account_id": 1, "task": task_ref, "integration_id": 1, "source": "1c", "field": "name", "base": null, "ours": "a",
        "theirs": 5, "policy": "ask", "outcome": "open", "chosen": null, "created_at": at, "resolved_at": null, "resolved_by": null}),
        ),
    );
    let letter = serde_json::from_value(
        json!({"id": 1, "account_id": null, "source": null, "cluster": "c", "topic": "t", "partition": 0, "offset": 7, "key": null,
        "headers": {"h": "v"}, "payload_base64": "0YI=", "code": "schema", "detail": "d", "pointer": null, "attempts": 1, "state": "open", "created_at": at,
        "resolved_at": null, "resolved_by": null, "reason": null}),
    );
    let shown = crate::slices::exchange::shown(&letter.unwrap()).unwrap();
    assert_eq!(shown["payload"], "т");
    check("DeadLetter", shown);
}
