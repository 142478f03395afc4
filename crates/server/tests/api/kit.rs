//! One running program per database, people who call it, and a look into its tables.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, Statement};
use serde_json::{Value, json};
use tasktrack_domain::actor::Actor;
use tasktrack_domain::ctx::{Ctx, World};
use tasktrack_domain::event::{Cause, CauseKind};
use tasktrack_domain::sync::RawMessage;
use tasktrack_domain::sync::inbound::{Outcome, receive};
use tasktrack_domain::sync::integrations::{NewIntegration, create_integration};
use tasktrack_messaging::{Messaging, MessagingRoles, MessagingSettings};
use tasktrack_server::base::Base;
use tasktrack_server::commands::serve::start;
use tasktrack_server::config::Config;
use tasktrack_server::demo;

/// A program that runs for all tests of this binary, with demo data.
pub(crate) struct App {
    pub url: String,
    pub postgres: bool,
    database: String,
    connection: OnceLock<DatabaseConnection>,
    runtime: tokio::runtime::Runtime,
    world: std::sync::Arc<World>,
    offset: std::sync::atomic::AtomicI64,
}

const ALL: &str = "api,worker,relay,consumer";
static SQLITE: OnceLock<App> = OnceLock::new();
static POSTGRES: OnceLock<App> = OnceLock::new();
static NUMBER: AtomicU32 = AtomicU32::new(1);

/// A number that no other test of this run gets.
pub(crate) fn unique() -> u32 {
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

pub(crate) fn sqlite() -> &'static App {
    SQLITE.get_or_init(|| fresh_sqlite("shared"))
}

pub(crate) fn postgres() -> &'static App {
    POSTGRES.get_or_init(|| fresh_postgres("shared"))
}

/// An application of one test alone, on a file of its own.
pub(crate) fn fresh_sqlite(name: &str) -> App {
    fresh_sqlite_as(name, ALL)
}
pub(crate) fn fresh_sqlite_as(name: &str, roles: &str) -> App {
    let dir = std::env::temp_dir().join(format!("tasktrack-api-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    App::start(format!("sqlite://{}/test.db?mode=rwc", dir.display()), dir, roles)
}

/// The same on a PostgreSQL database of its own.
pub(crate) fn fresh_postgres(name: &str) -> App {
    fresh_postgres_as(name, ALL)
}
pub(crate) fn fresh_postgres_as(name: &str, roles: &str) -> App {
    {
        let server = std::env::var("TASKTRACK_TEST_POSTGRES")
            .expect("TASKTRACK_TEST_POSTGRES names the PostgreSQL to test on; `make test` starts one, `make services` too");
        let name = format!("tasktrack_api_{name}_{}", std::process::id());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let connection = Database::connect(&server).await.unwrap();
            connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
            connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
            connection.close().await.unwrap();
        });
        let (base, _) = server.rsplit_once('/').unwrap();
        let dir = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&dir).unwrap();
        App::start(format!("{base}/{name}"), dir, roles)
    }
}

impl App {
    fn start(database: String, dir: std::path::PathBuf, roles: &str) -> Self {
        // Our own faults are in the log of the run.
        let _ = tracing_subscriber::fmt().with_env_filter("error").with_test_writer().try_init();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(2).build().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = listener.local_addr().unwrap();
        let mut config = Config::from_env().unwrap();
        config.public_url = format!("http://{listen}");
        config.listen = listen;
        config.data_dir = dir;
        config.roles = roles.parse().unwrap();
        config.kafka = None;
        config.redis_url = None;
        config.schema_registry = None;
        config.rate_user = 1_000_000;
        config.login_address_burst = 1_000_000;
        config.login_pair_burst = 1_000_000;
        config.register_burst = 1_000_000;
        config.database_url.clone_from(&database);
        let world = runtime.block_on(async {
            let base = Base::open(config, true).await.unwrap();
            base.migrate().await.unwrap();
            demo::seed(&base.world).await.unwrap();
            let (stop, stopped) = tokio::sync::watch::channel(false);
            let running = start(&base, true, stopped, Some(listener)).await.unwrap();
            let world = base.world.clone();
            // It runs as long as the tests do.
            std::mem::forget((stop, running, base));
            world
        });
        let postgres = database.starts_with("postgres");
        Self {
            url: format!("http://{listen}"),
            postgres,
            database,
            connection: OnceLock::new(),
            runtime,
            world,
            offset: std::sync::atomic::AtomicI64::new(1),
        }
    }

    /// What a refused request must not move: counts and versions of all tables, one statement.
    pub(crate) fn checksum(&self) -> Vec<[i64; 2]> {
        let versions = ["task", "project", "tag", "task_template", "integration", "users", "comment", "saved_view", "preference"];
        let counts = [
            "conflict",
            "dead_letter",
            "project_member",
            "account_user",
            "task_assignee",
            "task_tag",
            "task_relation",
            "task_watcher",
            "favourite",
            "mention",
        ];
        let mut parts: Vec<String> = versions
            .iter()
            .map(|t| format!("SELECT '{t}' AS t, CAST(count(*) AS bigint) AS n, CAST(coalesce(sum(version), 0) AS bigint) AS v FROM {t}"))
            .collect();
        parts.extend(counts.iter().map(|t| format!("SELECT '{t}', CAST(count(*) AS bigint), CAST(0 AS bigint) FROM {t}")));
        // Log-ins and refusals are told; nothing else may be.
        parts.push("SELECT 'event', CAST(count(*) AS bigint), CAST(0 AS bigint) FROM event WHERE aggregate_type <> 'session'".into());
        let text = format!("SELECT n, v FROM ({}) AS parts ORDER BY t", parts.join(" UNION ALL "));
        let connection = self.connection.get_or_init(|| self.runtime.block_on(Database::connect(&self.database)).unwrap());
        let statement = Statement::from_string(connection.get_database_backend(), text);
        let rows = self.runtime.block_on(connection.query_all_raw(statement)).unwrap();
        rows.iter().map(|row| [row.try_get_by_index::<i64>(0).unwrap(), row.try_get_by_index::<i64>(1).unwrap()]).collect()
    }

    /// Makes a commit look as if it had been long ago.
    pub(crate) fn age(&self, commit: &str) {
        let connection = self.connection.get_or_init(|| self.runtime.block_on(Database::connect(&self.database)).unwrap());
        let id = if self.postgres { format!("'{commit}'") } else { format!("X'{}'", commit.replace('-', "")) };
        let text = format!("UPDATE event SET occurred_at = '2020-01-01T00:00:00+00:00' WHERE commit_id = {id}");
        let done = self.runtime.block_on(connection.execute_unprepared(&text)).unwrap();
        assert!(done.rows_affected() > 0);
    }

    /// Relay and consumer over a bus of this process; for a program that was started without them.
    pub(crate) fn messaging(&self, relay_shards: i64) -> Messaging {
        let settings = MessagingSettings { relay_shards, validate: true, ..MessagingSettings::default() };
        self.runtime.block_on(async { Messaging::start(self.world.clone(), settings, MessagingRoles::ALL).unwrap() })
    }
    pub(crate) fn stop(&self, messaging: Messaging) {
        self.runtime.block_on(messaging.stop());
    }

    /// A message from the ERP, as the consumer hands it on; a new offset each time.
    pub(crate) fn receive(&self, bytes: &[u8]) -> Outcome {
        self.receive_at(bytes, self.offset.fetch_add(1, Ordering::Relaxed))
    }
    pub(crate) fn receive_at(&self, bytes: &[u8], offset: i64) -> Outcome {
        let raw = RawMessage {
            cluster: "test".into(),
            topic: "issues-events-1c".into(),
            partition: 0,
            offset,
            key: None,
            headers: std::collections::BTreeMap::new(),
            payload_base64: String::new(),
        };
        self.runtime.block_on(receive(&self.world, "task-track-erp", raw.with_payload(bytes))).unwrap()
    }
    /// An integration for the caller's account.
    pub(crate) fn integrate(&self, who: &Caller, project: &Value) -> (String, i64) {
        let source = format!("1c-{}", unique());
        let new = NewIntegration {
            source: source.clone(),
            account_id: who.account.into(),
            project_id: project["id"].as_i64().unwrap().into(),
            user_id: who.id.into(),
        };
        let ctx = Ctx::new(self.world.clone(), Actor::system(), Cause::of(CauseKind::Cli));
        let id = self.runtime.block_on(create_integration(&ctx, new)).unwrap().id;
        (source, id.0)
    }

    /// Nobody.
    pub(crate) fn anonymous(&'static self) -> Caller {
        Caller { app: self, token: None, id: 0, account: 0, email: String::new() }
    }

    /// One of the demo's people: admin, manager, worker, finance, client.
    pub(crate) fn demo(&'static self, who: &str) -> Caller {
        self.log_in(&format!("{who}@example.com"), demo::PASSWORD)
    }

    pub(crate) fn log_in(&'static self, email: &str, password: &str) -> Caller {
        let answer = self.anonymous().post("/auth/login", json!({"email": email, "password": password})).ok(200);
        Caller::of(self, &answer)
    }

    /// Somebody new with an account of their own.
    pub(crate) fn stranger(&'static self) -> Caller {
        let email = format!("stranger{}@example.org", unique());
        let body = json!({"email": email, "password": "a long password", "name": "Stranger", "time_zone": "Europe/Moscow"});
        Caller::of(self, &self.anonymous().post("/auth/register", body).ok(201))
    }
}

/// Somebody who calls.
#[derive(Clone)]
pub(crate) struct Caller {
    pub app: &'static App,
    pub token: Option<String>,
    pub id: i64,
    /// Their first account.
    pub account: i64,
    pub email: String,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub text: String,
    what: String,
}

impl Answer {
    /// The JSON, if the status is this one.
    #[track_caller]
    pub(crate) fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.what, self.text);
        if self.text.is_empty() { Value::Null } else { serde_json::from_str(&self.text).expect("JSON") }
    }
    /// A problem with this status and code; its document.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.header("content-type").as_deref(), Some("application/problem+json"), "{}: {}", self.what, self.text);
        let problem = self.ok(status);
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status);
        assert!(problem["instance"].is_string(), "{problem}");
        problem
    }
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone())
    }
}

impl Caller {
    fn of(app: &'static App, tokens: &Value) -> Self {
        let user = &tokens["user"];
        Self {
            app,
            token: tokens["access_token"].as_str().map(str::to_owned),
            id: user["id"].as_i64().unwrap_or_default(),
            account: user["accounts"][0]["id"].as_i64().unwrap_or_default(),
            email: user["email"].as_str().unwrap_or_default().to_owned(),
        }
    }

    pub(crate) fn call(&self, method: &str, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> Answer {
        let text = body.map(ToString::to_string);
        self.raw(method, path, text.as_deref().map(str::as_bytes), "application/json", headers)
    }

    pub(crate) fn raw(&self, method: &str, path: &str, body: Option<&[u8]>, media: &str, headers: &[(&str, &str)]) -> Answer {
        let url = if path.starts_with("/api") || path.starts_with("/.") || path.starts_with("/health") || path.starts_with("/openapi") {
            format!("{}{path}", self.app.url)
        } else {
            format!("{}/api/v1{path}", self.app.url)
        };
        static AGENT: OnceLock<ureq::Agent> = OnceLock::new();
        let agent = AGENT.get_or_init(|| {
            ureq::Agent::config_builder()
                .http_status_as_error(false)
                .allow_non_standard_methods(true)
                .timeout_global(Some(std::time::Duration::from_secs(60)))
                .max_redirects(0)
                .build()
                .into()
        });
        let mut request = ureq::http::Request::builder().method(method).uri(&url);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = match body {
            Some(bytes) => agent.run(request.header("content-type", media).body(bytes.to_vec()).unwrap()),
            None => agent.run(request.body(()).unwrap()),
        }
        .unwrap_or_else(|error| panic!("{method} {url}: {error}"));
        let headers = response.headers().iter().map(|(n, v)| (n.to_string(), v.to_str().unwrap_or_default().to_owned())).collect();
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().unwrap_or_default();
        Answer { status, headers, text, what: format!("{method} {path}") }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None, &[])
    }
    pub(crate) fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, Some(&body), &[])
    }
    pub(crate) fn patch(&self, path: &str, body: Value) -> Answer {
        self.call("PATCH", path, Some(&body), &[])
    }
    pub(crate) fn put(&self, path: &str, body: Value) -> Answer {
        self.call("PUT", path, Some(&body), &[])
    }
    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, None, &[])
    }

    /// A project of their account with a key of its own.
    #[track_caller]
    pub(crate) fn project(&self) -> Value {
        let key = format!("P{}", unique());
        self.post("/projects", json!({"key": key, "name": format!("Project {key}"), "account_id": self.account})).ok(201)
    }
    /// A task in a project.
    #[track_caller]
    pub(crate) fn task(&self, project: &Value, title: &str) -> Value {
        self.post("/tasks", json!({"title": title, "project_id": project["id"]})).ok(201)
    }
    /// Ids of a list, all pages.
    #[track_caller]
    pub(crate) fn all(&self, path: &str) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let separator = if path.contains('?') { '&' } else { '?' };
            let page = self
                .get(&format!("{path}{}", if cursor.is_empty() { String::new() } else { format!("{separator}cursor={cursor}") }))
                .ok(200);
            items.extend(page["items"].as_array().cloned().unwrap_or_default());
            match page["next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => return items,
            }
        }
    }
}

/// Runs a test on both databases.
macro_rules! both {
    ($(fn $name:ident($app:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "each test uses some")]
            use super::*;
            fn test($app: &'static crate::kit::App) $body
            #[test]
            fn sqlite() { test(crate::kit::sqlite()) }
            #[test]
            fn postgres() { test(crate::kit::postgres()) }
        }
    )*};
}
pub(crate) use both;
