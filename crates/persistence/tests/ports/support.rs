//! A database per test, and the few things most tests begin with.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Database};
use tasktrack_domain::accounts::Account;
use tasktrack_domain::actor::{Actor, ProjectRole, Role};
use tasktrack_domain::clock::SystemClock;
use tasktrack_domain::ctx::{Ctx, Settings, World};
use tasktrack_domain::event::{Cause, CauseKind};
use tasktrack_domain::gateways::{Fanout, PasswordCheck, Passwords, Random, Signal};
use tasktrack_domain::identity::Registration;
use tasktrack_domain::identity::users::{Home, NewUser, create_user};
use tasktrack_domain::ids::{AccountId, ProjectId, UserId};
use tasktrack_domain::ports::{Store, Tx};
use tasktrack_domain::projects::commands::{ProjectInput, create_project, set_member};
use tasktrack_domain::tasks::TaskView;
use tasktrack_domain::tasks::commands::create_task;
use tasktrack_domain::tasks::{NewTask, TaskChange};
use tasktrack_persistence::{DbStore, connect, migrate};
use tokio::sync::broadcast;

/// Declares a test that runs on both databases.
macro_rules! both {
    ($(#[$doc:meta])* $name:ident($db:ident) $body:block) => {
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            async fn check($db: crate::support::Db) $body
            #[test]
            fn sqlite() {
                crate::support::on_sqlite(check);
            }
            #[test]
            fn postgres() {
                crate::support::on_postgres(check);
            }
        }
    };
}

/// The database of a test.
#[derive(Clone)]
pub(crate) struct Db {
    pub(crate) store: DbStore,
    pub(crate) url: String,
    world: Arc<World>,
}

pub(crate) fn on_sqlite<F: Future<Output = ()> + Send + 'static>(check: impl FnOnce(Db) -> F) {
    runtime().block_on(async {
        let path = std::env::temp_dir().join(format!("tasktrack-test-{}-{}.db", std::process::id(), number()));
        let url = format!("sqlite:{}", path.display());
        let store = connect(&url, 4).await.unwrap();
        migrate(&store).await.unwrap();
        let ended = tokio::spawn(check(Db::new(store.clone(), url))).await;
        store.close().await.unwrap();
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", path.display()));
        }
        ended.unwrap();
    });
}

pub(crate) fn on_postgres<F: Future<Output = ()> + Send + 'static>(check: impl FnOnce(Db) -> F) {
    let Some(admin) = postgres_url() else { return };
    runtime().block_on(async {
        let name = format!("tt_test_{}_{}", std::process::id(), number());
        template::create(&admin, &name).await;
        let url = with_database(&admin, &name);
        let store = connect(&url, 16).await.unwrap();
        let ended = tokio::spawn(check(Db::new(store.clone(), url))).await;
        store.close().await.unwrap();
        template::drop(&admin, &name).await;
        ended.unwrap();
    });
}

/// The admin URL, or a loud word that there is none.
pub(crate) fn postgres_url() -> Option<String> {
    let url = std::env::var("TASKTRACK_TEST_POSTGRES").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        eprintln!("\n*** NOT TESTED ON POSTGRESQL: set TASKTRACK_TEST_POSTGRES ***\n");
    }
    url
}

pub(crate) fn with_database(admin: &str, name: &str) -> String {
    let (server, _) = admin.rsplit_once('/').expect("a URL that ends with a database");
    format!("{server}/{name}")
}

pub(crate) fn number() -> u32 {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(1);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// A migrated database that others are copied from; made by the first test that needs it, dropped after the last.
mod template {
    use super::*;

    static LOCK: tokio::sync::Mutex<u32> = tokio::sync::Mutex::const_new(0);

    fn name() -> String {
        format!("tt_test_{}_template", std::process::id())
    }
    pub(crate) async fn admin(admin: &str, sql: &str) {
        let connection = Database::connect(admin).await.unwrap();
        connection.execute_unprepared(sql).await.unwrap();
        connection.close().await.unwrap();
    }
    pub(crate) async fn create(url: &str, database: &str) {
        let mut users = LOCK.lock().await;
        let template = name();
        if *users == 0 {
            admin(url, &format!("CREATE DATABASE {template} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")).await;
            let store = connect(&with_database(url, &template), 2).await.unwrap();
            migrate(&store).await.unwrap();
            store.close().await.unwrap();
        }
        *users += 1;
        admin(url, &format!("CREATE DATABASE {database} TEMPLATE {template}")).await;
    }
    pub(crate) async fn drop(url: &str, database: &str) {
        let mut users = LOCK.lock().await;
        *users -= 1;
        admin(url, &format!("DROP DATABASE {database} WITH (FORCE)")).await;
        if *users == 0 {
            admin(url, &format!("DROP DATABASE {} WITH (FORCE)", name())).await;
        }
    }
}

struct Plain;

#[async_trait]
impl Passwords for Plain {
    async fn hash(&self, password: String) -> tasktrack_domain::Result<String> {
        Ok(format!("plain:{password}"))
    }
    async fn verify(&self, password: String, hash: Option<String>) -> tasktrack_domain::Result<PasswordCheck> {
        let right = hash == Some(format!("plain:{password}"));
        Ok(if right { PasswordCheck::Right { rehash: false } } else { PasswordCheck::Wrong })
    }
}

impl Random for Plain {
    fn token(&self) -> String {
        format!("token-{}", number())
    }
    fn below(&self, _: usize) -> usize {
        0
    }
}

#[async_trait]
impl Fanout for Plain {
    async fn publish(&self, _: Signal) {}
    fn subscribe(&self) -> broadcast::Receiver<Signal> {
        broadcast::channel(1).1
    }
}

impl Db {
    pub(crate) fn new(store: DbStore, url: String) -> Self {
        let settings =
            Settings { source: "task-track".into(), registration: Registration::NewAccount, parked_hours: 24, undo_seconds: 120 };
        let world = World {
            store: Arc::new(store.clone()),
            clock: Arc::new(SystemClock),
            random: Arc::new(Plain),
            passwords: Arc::new(Plain),
            fanout: Arc::new(Plain),
            settings: Arc::new(settings),
        };
        Self { store, url, world: Arc::new(world) }
    }
    pub(crate) fn pg(&self) -> bool {
        self.store.kind() == "postgres"
    }
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.world.clock.now()
    }
    pub(crate) fn ctx(&self, actor: &Actor) -> Ctx {
        Ctx::new(self.world.clone(), actor.clone(), Cause::of(CauseKind::Request))
    }
    pub(crate) fn system(&self) -> Ctx {
        self.ctx(&Actor::system())
    }
    pub(crate) async fn begin(&self) -> Box<dyn Tx> {
        self.system().begin().await.unwrap()
    }
    pub(crate) async fn read(&self) -> Box<dyn Tx> {
        self.system().read().await.unwrap()
    }
    pub(crate) async fn read_as(&self, actor: &Actor) -> Box<dyn Tx> {
        self.ctx(actor).read().await.unwrap()
    }
    /// Runs a statement past everything.
    pub(crate) async fn sql(&self, text: &str) {
        let connection = Database::connect(&self.url).await.unwrap();
        connection.execute_unprepared(text).await.unwrap();
        connection.close().await.unwrap();
    }

    pub(crate) async fn account(&self, slug: &str) -> AccountId {
        let account = Account {
            id: AccountId(0),
            slug: slug.into(),
            name: format!("Account {slug}"),
            language: "ru".into(),
            time_zone: "Europe/Moscow".parse().unwrap(),
            currency: "RUB".into(),
            manager_id: None,
            created_at: self.now(),
            expires_at: None,
        };
        let mut tx = self.begin().await;
        let account = tx.accounts().insert_account(&account).await.unwrap();
        tx.commit().await.unwrap();
        account.id
    }
    pub(crate) async fn user(&self, name: &str, role: Role, account: Option<AccountId>) -> UserId {
        let new = NewUser {
            email: format!("{name}@example.com"),
            name: name.into(),
            role,
            language: "ru".into(),
            time_zone: "Europe/Moscow".into(),
            password: None,
        };
        create_user(&self.system(), new, account.map_or(Home::Nowhere, Home::Account)).await.unwrap().id
    }
    pub(crate) async fn actor(&self, user: UserId) -> Actor {
        self.read().await.people().load_actor_of(user, self.now()).await.unwrap().unwrap()
    }
    pub(crate) async fn person(&self, name: &str, role: Role, account: AccountId) -> Actor {
        let id = self.user(name, role, Some(account)).await;
        self.actor(id).await
    }
    pub(crate) async fn project(&self, account: AccountId, key: &str) -> ProjectId {
        let input = ProjectInput {
            key: Some(key.into()),
            name: Some(format!("Project {key}")),
            account_id: Some(account),
            ..ProjectInput::default()
        };
        create_project(&self.system(), input).await.unwrap().project.id
    }
    pub(crate) async fn member(&self, project: ProjectId, user: UserId, role: ProjectRole) {
        set_member(&self.system(), project, user, role, None, None).await.unwrap();
    }
    pub(crate) async fn task(&self, actor: &Actor, project: ProjectId, title: &str, client_visible: bool) -> TaskView {
        let fields = TaskChange { client_visible: client_visible.then_some(true), ..TaskChange::default() };
        let new = NewTask { title: title.into(), project_id: Some(project), fields, ..NewTask::default() };
        create_task(&self.ctx(actor), new).await.unwrap()
    }
    /// Gives positions to everything committed.
    pub(crate) async fn sequence(&self) {
        loop {
            let mut tx = self.begin().await;
            let more = tx.events().sequence(1000).await.unwrap();
            tx.commit().await.unwrap();
            if more.is_none() {
                return;
            }
        }
    }
}

/// What was collected by several tasks.
#[derive(Clone, Default)]
pub(crate) struct Shared<T>(Arc<Mutex<Vec<T>>>);

impl<T: Clone> Shared<T> {
    pub(crate) fn push(&self, value: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(value);
    }
    pub(crate) fn all(&self) -> Vec<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
