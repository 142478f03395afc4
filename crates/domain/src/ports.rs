//! The database as the domain sees it. `persistence` implements every trait here for its transaction, on PostgreSQL and SQLite.
//!
//! A [`Tx`] opens with the actor's scope: every read of a tenant table goes through the one tenant filter; what is not visible is not
//! there. Dropping a `Tx` rolls back. Writes go only through a `Tx` of [`Store::begin`].

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::accounts::Account;
use crate::activity::feed::{FeedFilter, FeedRow, Mention};
use crate::actor::{Actor, ProjectRole, Scope};
use crate::change::Change;
use crate::clock::Clock;
use crate::ctx::{Idempotency, Replay};
use crate::error::Result;
use crate::event::{Aggregate, Cause, EventRecord, NewEvent};
use crate::identity::favourites::{Favourite, Thing};
use crate::identity::preferences::Preferences;
use crate::identity::sessions::Session;
use crate::identity::{NewSession, SessionRow, SigningKeyRow, User, UserAuth};
use crate::ids::{
    AccountId, CommentId, ConflictId, DeadLetterId, IntegrationId, ProjectId, RelationId, TagId, TaskId, TemplateId, UserId, ViewId,
};
use crate::page::{Page, PageRequest};
use crate::projects::overview::{Flow, Load, StatusNumbers};
use crate::projects::{Member, Place, Project};
use crate::refs::{PersonRef, TagRef, TaskRef};
use crate::sync::{BaseValue, Conflict, DeadLetter, Integration, NewDeadLetter, Parked};
use crate::tasks::filter::{Group, GroupCount, TaskFilter, TaskSort};
use crate::tasks::queries::SearchHit;
use crate::tasks::relation::{Relation, RelationKind};
use crate::tasks::saved_view::{Layout, SavedView};
use crate::tasks::tag::Tag;
use crate::tasks::task::Around;
use crate::tasks::template::Template;
use crate::tasks::{Comment, Status, Task, TaskRow};

/// How a unit of work opens.
#[derive(Clone)]
pub struct TxOptions {
    pub scope: Arc<Scope>,
    /// Written into events as who did it.
    pub actor: Option<PersonRef>,
    pub cause: Cause,
    /// Equal for all events of this unit.
    pub commit_id: Uuid,
    /// For ids of events.
    pub clock: Arc<dyn Clock>,
}

/// A database.
#[async_trait]
pub trait Store: Send + Sync {
    /// A writing transaction (`BEGIN IMMEDIATE` on SQLite's one writer connection).
    async fn begin(&self, options: TxOptions) -> Result<Box<dyn Tx>>;
    /// Reads only, from a pool of readers.
    async fn read(&self, options: TxOptions) -> Result<Box<dyn Tx>>;
    /// Wakes the sequencer of this process; on SQLite (where positions are given in the writing transaction) the readers of the log.
    fn wake(&self);
    /// Wakes when [`Store::wake`] was called. Missing one costs a poll of 50 ms.
    fn woken(&self) -> tokio::sync::watch::Receiver<u64>;
    /// `postgres` or `sqlite`.
    fn kind(&self) -> &'static str;
    /// Whether the database answers.
    async fn ping(&self) -> Result<()>;
}

/// Declares the unit of work: one accessor per repository, so that a use case reads `tx.tasks().lock(id)`.
macro_rules! ports {
    ($($(#[$doc:meta])* $accessor:ident: $port:ident),* $(,)?) => {
        /// A unit of work over all repositories.
        #[async_trait]
        pub trait Tx: $($port +)* Send {
            /// Makes it true. Events become visible to the sequencer with it.
            async fn commit(self: Box<Self>) -> Result<()>;
            /// The id of this commit, if it tells of anything so far.
            fn told(&self) -> Option<Uuid>;
            /// From now on events are told as done by `actor` because of `cause` (a message whose integration is known now).
            fn act_for(&mut self, actor: Option<PersonRef>, cause: Cause);
            /// Starts a part that can be taken back alone.
            async fn savepoint(&mut self) -> Result<()>;
            /// Ends the part: keeps it, or takes it back (`keep` false).
            async fn release(&mut self, keep: bool) -> Result<()>;
        }
        impl dyn Tx + '_ {
            $($(#[$doc])* pub fn $accessor(&mut self) -> &mut (dyn $port + '_) { self })*
        }
    };
}

ports! {
    /// Tasks.
    tasks: Tasks,
    /// How tasks stand to each other.
    relations: Relations,
    /// Who watches tasks.
    watchers: Watchers,
    /// Comments.
    comments: Comments,
    /// Tags.
    tags: Tags,
    /// Templates.
    templates: Templates,
    /// Projects and their teams.
    projects: Projects,
    /// Accounts.
    accounts: Accounts,
    /// People, sessions, keys.
    people: People,
    /// The event log.
    events: Events,
    /// Cursors and leases of those who read the log.
    readers: Readers,
    /// Answers to repeated requests.
    idempotency: IdempotencyKeys,
    /// The exchange with ERPs.
    exchange: Exchange,
    /// Saved views.
    views: Views,
    /// What is a person's alone.
    own: Own,
    /// What happened, across tasks.
    feeds: Feeds,
}

/// An id, key and rank that nobody else gets.
#[derive(Clone, Debug)]
pub struct Reserved {
    pub id: TaskId,
    /// Number within the project, from its counter row.
    pub number: i64,
}

/// Tasks. Reads see deleted tasks only where said.
#[async_trait]
pub trait Tasks: Send {
    /// The task, visible and not deleted.
    async fn find(&mut self, id: TaskId) -> Result<Option<Task>>;
    /// Id of a visible task (deleted or not) by its key or a former key.
    async fn id_of_key(&mut self, key: &str) -> Result<Option<TaskId>>;
    /// The task with its row locked until the end of the unit, deleted or not; visible.
    async fn lock(&mut self, id: TaskId) -> Result<Option<Task>>;
    /// Next number of the project's counter and a fresh id; holds the counter row until the end of the unit.
    async fn reserve(&mut self, project: ProjectId) -> Result<Reserved>;
    /// Stores a new task with its events.
    async fn insert(&mut self, change: Change<Task>, number: i64) -> Result<Task>;
    /// Stores a changed task (row, assignees, tags, search text, alias of a former key) with its events.
    async fn save(&mut self, change: Change<Task>, number: Option<i64>) -> Result<Task>;
    /// Direct sub-tasks that are not deleted.
    async fn children(&mut self, id: TaskId) -> Result<Vec<TaskId>>;
    /// Sub-tasks, watchers, and whether an open task blocks it.
    async fn around(&mut self, id: TaskId) -> Result<Around>;
    /// The task's parents up to the root, nearest first.
    async fn ancestors(&mut self, id: TaskId) -> Result<Vec<TaskId>>;
    /// Only one unit at a time changes parents in an account.
    async fn lock_tree(&mut self, account: AccountId) -> Result<()>;
    /// A page of rows.
    async fn list(&mut self, filter: &TaskFilter, sort: &TaskSort, page: &PageRequest, now: DateTime<Utc>) -> Result<Page<TaskRow>>;
    /// How many match, counting to 10001 at most.
    async fn count(&mut self, filter: &TaskFilter) -> Result<i64>;
    /// Numbers by groups over the filter; `now` and `zone_offset_seconds` say where "today" ends for [`Group::Due`].
    async fn groups(
        &mut self,
        filter: &TaskFilter,
        groups: &[Group],
        now: DateTime<Utc>,
        zone_offset_seconds: i32,
    ) -> Result<Vec<GroupCount>>;
    /// Ranked full-text search over titles, descriptions and comments the actor may see; at most 100 hits are ranked.
    async fn search(
        &mut self,
        text: &str,
        accounts: &[AccountId],
        projects: &[ProjectId],
        page: &PageRequest,
        now: DateTime<Utc>,
    ) -> Result<Page<SearchHit>>;
    /// Ids of all open, unarchived tasks of a project, ascending.
    async fn open_in_project(&mut self, project: ProjectId) -> Result<Vec<TaskId>>;
    /// Ranks directly before and after a task's rank in its project.
    async fn neighbour_rank(&mut self, project: ProjectId, rank: &str, before: bool) -> Result<Option<String>>;
    /// The project that the person created a task in last.
    async fn last_project_of(&mut self, person: UserId) -> Result<Option<ProjectId>>;
    /// Removes rows of tasks deleted before `before` (their events stay); says how many.
    async fn purge_deleted(&mut self, before: DateTime<Utc>, limit: u32) -> Result<u64>;
    /// Ids of tasks archived before `before`, not deleted.
    async fn archived_before(&mut self, before: DateTime<Utc>, limit: u32) -> Result<Vec<TaskId>>;
}

/// A relation to store, as its first end sees it.
#[derive(Clone, Debug)]
pub struct NewRelation {
    pub account_id: AccountId,
    /// One that [`RelationKind::is_stored`].
    pub kind: RelationKind,
    pub from: TaskId,
    pub to: TaskId,
    pub created_by: UserId,
    pub created_at: DateTime<Utc>,
}

/// How tasks stand to each other.
#[async_trait]
pub trait Relations: Send {
    /// Relations of a task as it sees them, oldest first; those to tasks that are deleted, or that the actor can't see, are left out.
    async fn list_relations(&mut self, task: TaskId) -> Result<Vec<Relation>>;
    /// Stores it; its events are saved with both tasks.
    async fn insert_relation(&mut self, new: NewRelation) -> Result<RelationId>;
    /// False where it was gone.
    async fn delete_relation(&mut self, id: RelationId) -> Result<bool>;
    /// Whether relations of this kind lead from one task to another, maybe through others.
    async fn leads_to(&mut self, kind: RelationKind, from: TaskId, to: TaskId) -> Result<bool>;
    /// Open, unarchived tasks that block this one, as far as the actor sees them; `None` where nothing blocks it.
    async fn blockers(&mut self, task: TaskId) -> Result<Option<Vec<TaskRef>>>;
}

/// Who watches tasks; of a task that the caller has found.
#[async_trait]
pub trait Watchers: Send {
    /// By name.
    async fn list_watchers(&mut self, task: TaskId) -> Result<Vec<PersonRef>>;
    /// Stores it; its event is saved with the task.
    async fn add_watcher(&mut self, account: AccountId, task: TaskId, user: UserId, at: DateTime<Utc>) -> Result<()>;
    async fn remove_watcher(&mut self, task: TaskId, user: UserId) -> Result<()>;
}

/// A comment to store.
#[derive(Clone, Debug)]
pub struct NewComment {
    pub task_id: TaskId,
    pub account_id: AccountId,
    pub author: PersonRef,
    pub body: String,
    pub internal: bool,
    pub mentions: Vec<PersonRef>,
    pub external_author: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// Comments of visible tasks.
#[async_trait]
pub trait Comments: Send {
    /// The comment if it belongs to this task.
    async fn find_comment(&mut self, task: TaskId, id: CommentId) -> Result<Option<Comment>>;
    /// Oldest first.
    async fn list_comments(&mut self, task: TaskId, with_internal: bool, page: &PageRequest) -> Result<Page<Comment>>;
    /// Stores it (and its search text); its event is saved with the task.
    async fn insert_comment(&mut self, new: NewComment) -> Result<Comment>;
    /// Stores body, internal, mentions, `edited_at`, version.
    async fn update_comment(&mut self, comment: &Comment) -> Result<()>;
    /// Removes it; the event log keeps what it said.
    async fn delete_comment(&mut self, id: CommentId) -> Result<()>;
}

/// Tags.
#[async_trait]
pub trait Tags: Send {
    async fn find_tag(&mut self, id: TagId) -> Result<Option<Tag>>;
    /// Those of `ids` that belong to the account.
    async fn lookup_tags(&mut self, account: AccountId, ids: &[TagId]) -> Result<Vec<TagRef>>;
    /// By name; `q` is a part of the name.
    async fn list_tags(&mut self, accounts: &[AccountId], q: Option<&str>, page: &PageRequest) -> Result<Page<Tag>>;
    /// Takes an id for a new tag.
    async fn next_tag_id(&mut self) -> Result<TagId>;
    /// Inserts (version 1) or updates; 409 `name-taken` on a double name.
    async fn save_tag(&mut self, change: Change<Tag>) -> Result<Tag>;
    /// Removes the tag and its place on tasks.
    async fn delete_tag(&mut self, change: Change<Tag>) -> Result<()>;
}

/// Templates of tasks.
#[async_trait]
pub trait Templates: Send {
    async fn find_template(&mut self, id: TemplateId) -> Result<Option<Template>>;
    /// By name.
    async fn list_templates(&mut self, accounts: &[AccountId], page: &PageRequest) -> Result<Page<Template>>;
    async fn next_template_id(&mut self) -> Result<TemplateId>;
    /// Inserts (version 1) or updates; 409 `name-taken`.
    async fn save_template(&mut self, change: Change<Template>) -> Result<Template>;
    async fn delete_template(&mut self, change: Change<Template>) -> Result<()>;
}

/// Saved views; with each, whether it is among the actor's favourites. Private ones are there for their owner only.
#[async_trait]
pub trait Views: Send {
    async fn find_view(&mut self, id: ViewId) -> Result<Option<(SavedView, bool)>>;
    /// By name.
    async fn list_views(&mut self, accounts: &[AccountId], layout: Option<Layout>, page: &PageRequest) -> Result<Page<(SavedView, bool)>>;
    async fn next_view_id(&mut self) -> Result<ViewId>;
    /// Inserts (version 1) or updates.
    async fn save_view(&mut self, change: Change<SavedView>) -> Result<SavedView>;
    /// Removes it, also from favourites.
    async fn delete_view(&mut self, change: Change<SavedView>) -> Result<()>;
}

/// Settings and favourites of one person. No events: nobody else sees them.
#[async_trait]
pub trait Own: Send {
    /// The person's settings; in a writing unit locked until its end.
    async fn preferences(&mut self, user: UserId) -> Result<Preferences>;
    async fn save_preferences(&mut self, user: UserId, preferences: &Preferences, now: DateTime<Utc>) -> Result<()>;
    /// In the person's order; those that are not visible are left out.
    async fn favourites(&mut self, user: UserId) -> Result<Vec<Favourite>>;
    /// All of them with their ranks, in order; nobody else changes them until the end of the unit.
    async fn favourite_places(&mut self, user: UserId) -> Result<Vec<(Thing, String)>>;
    async fn put_favourite(&mut self, user: UserId, thing: Thing, rank: &str) -> Result<()>;
    async fn delete_favourite(&mut self, user: UserId, thing: Thing) -> Result<()>;
}

/// What happened, across tasks. Comments and descriptions note their mentions where they are stored.
#[async_trait]
pub trait Feeds: Send {
    /// Events of visible tasks, newest first, whether their comments are internal or not.
    async fn activity(&mut self, filter: &FeedFilter, page: &PageRequest) -> Result<Page<FeedRow>>;
    /// Where a person is mentioned, as far as the actor may read it; newest first.
    async fn mentions(&mut self, user: UserId, page: &PageRequest) -> Result<Page<Mention>>;
}

/// Projects and members.
#[async_trait]
pub trait Projects: Send {
    /// With the number of its open tasks, which costs the more the more there are.
    async fn find_project(&mut self, id: ProjectId) -> Result<Option<Project>>;
    /// The same without that number.
    async fn find_place(&mut self, id: ProjectId) -> Result<Option<Place>>;
    async fn lock_project(&mut self, id: ProjectId) -> Result<Option<Project>>;
    /// By key; `q` is part of key or name.
    async fn list_projects(&mut self, accounts: &[AccountId], q: Option<&str>, archived: bool, page: &PageRequest)
    -> Result<Page<Project>>;
    async fn next_project_id(&mut self) -> Result<ProjectId>;
    /// Inserts (version 1, with its counter row) or updates; 409 `key-taken`.
    async fn save_project(&mut self, change: Change<Project>) -> Result<Project>;
    /// By name.
    async fn members(&mut self, project: ProjectId) -> Result<Vec<Member>>;
    /// Sets or removes (`None`) a membership; events carry it.
    async fn set_member(
        &mut self,
        project: ProjectId,
        user: UserId,
        member: Option<(ProjectRole, Option<String>, Option<String>)>,
        events: Vec<NewEvent>,
    ) -> Result<()>;
    /// Numbers of the visible, living tasks by status. `week_ends` is the end of what is due this week.
    async fn status_numbers(
        &mut self,
        project: ProjectId,
        now: DateTime<Utc>,
        week_ends: DateTime<Utc>,
    ) -> Result<Vec<(Status, StatusNumbers)>>;
    /// When the visible tasks began and ended, from slot `since` on.
    async fn flow(&mut self, project: ProjectId, since: i64) -> Result<Flow>;
    /// Who has how many open tasks, the most first.
    async fn loads(&mut self, project: ProjectId, now: DateTime<Utc>, limit: u32) -> Result<Vec<Load>>;
    /// First visible, unarchived project of the accounts (by id): the default for a new task.
    async fn first_project(&mut self) -> Result<Option<Place>>;
    /// Active people with the role worker or a working role in the project (not client, not only_issues), ascending by id: whom random
    /// re-assignment chooses from. Without members: the account's workers.
    async fn workers(&mut self, project: ProjectId) -> Result<Vec<PersonRef>>;
}

/// Accounts.
#[async_trait]
pub trait Accounts: Send {
    async fn find_account(&mut self, id: AccountId) -> Result<Option<Account>>;
    /// Visible accounts, by name.
    async fn list_accounts(&mut self, page: &PageRequest) -> Result<Page<Account>>;
    /// New account; 409 on a double slug.
    async fn insert_account(&mut self, account: &Account) -> Result<Account>;
    /// Lets a person in.
    async fn permit(&mut self, account: AccountId, user: UserId) -> Result<()>;
}

/// People and sign-in. `find_auth`, `load_actor` and the session functions look past the scope: they run before there is one.
#[async_trait]
pub trait People: Send {
    /// People who share an account with the actor (all for admins), by name.
    async fn list_users(
        &mut self,
        accounts: &[AccountId],
        project: Option<ProjectId>,
        q: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<User>>;
    /// A visible person.
    async fn find_user(&mut self, id: UserId) -> Result<Option<User>>;
    /// Those of `ids` who may take part in the account: permitted, owners, its manager; active.
    async fn lookup_people(&mut self, account: AccountId, ids: &[UserId]) -> Result<Vec<PersonRef>>;
    /// A person of the account by e-mail.
    async fn person_by_email(&mut self, account: AccountId, email: &str) -> Result<Option<PersonRef>>;
    /// By e-mail, case-insensitive.
    async fn find_auth(&mut self, email: &str) -> Result<Option<UserAuth>>;
    async fn next_user_id(&mut self) -> Result<UserId>;
    /// Inserts (version 1) or updates, with events; 409 `email-taken`. `password_hash` is set where given.
    async fn save_user(&mut self, change: Change<User>, password_hash: Option<String>) -> Result<User>;
    /// Replaces the hash (stronger parameters) without an event.
    async fn rehash(&mut self, id: UserId, password_hash: String) -> Result<()>;
    /// How many people there are.
    async fn count_users(&mut self) -> Result<i64>;

    /// The person of a live session, their accounts and memberships: everything that decides rights, in as few statements as can be.
    /// `None`: the session has ended, or the person is not active.
    async fn load_actor(&mut self, session: Uuid, now: DateTime<Utc>) -> Result<Option<Actor>>;
    /// The same for a person without a session (integration users, CLI).
    async fn load_actor_of(&mut self, user: UserId, now: DateTime<Utc>) -> Result<Option<Actor>>;
    async fn insert_session(&mut self, session: NewSession) -> Result<()>;
    /// The session with its row locked, ended or not.
    async fn lock_session(&mut self, id: Uuid) -> Result<Option<SessionRow>>;
    async fn save_session(&mut self, session: &SessionRow) -> Result<()>;
    /// Sessions of a person that have not ended, the last seen first; at most 200.
    async fn live_sessions(&mut self, user: UserId, now: DateTime<Utc>) -> Result<Vec<Session>>;
    /// Ends it; false where it was over already.
    async fn end_session(&mut self, id: Uuid, now: DateTime<Utc>) -> Result<bool>;

    /// All signing keys that are not retired, oldest first.
    async fn signing_keys(&mut self) -> Result<Vec<SigningKeyRow>>;
    /// Stores a key if there is none yet (under a lock: one creator); says whether it did.
    async fn insert_first_signing_key(&mut self, key: SigningKeyRow) -> Result<bool>;
}

/// The event log.
#[async_trait]
pub trait Events: Send {
    /// Appends events of aggregates without a repository of their own (sessions, access).
    async fn append(&mut self, events: Vec<NewEvent>) -> Result<()>;
    /// Next free `event_seq` of an aggregate.
    async fn next_seq(&mut self, aggregate: Aggregate, id: i64) -> Result<i64>;
    /// Events of an aggregate, newest first.
    async fn history(&mut self, aggregate: Aggregate, id: i64, page: &PageRequest) -> Result<Page<EventRecord>>;
    /// What a person changed of tasks in one commit, by task and `event_seq`.
    async fn of_commit(&mut self, commit: Uuid, by: UserId) -> Result<Vec<EventRecord>>;
    /// The snapshot of one event.
    async fn snapshot(&mut self, aggregate: Aggregate, id: i64, event_seq: i64) -> Result<Option<Value>>;
    /// All events of an aggregate up to `at`, oldest first, without snapshots but for the last.
    async fn until(&mut self, aggregate: Aggregate, id: i64, at: DateTime<Utc>) -> Result<Vec<EventRecord>>;
    /// Events with a position above `position`, in order of position, at least `limit` where there are so many, never half of an
    /// aggregate's commit. `shard` (k of n): only aggregates with `aggregate_id % n = k`.
    async fn after(&mut self, position: i64, limit: u32, shard: Option<(i64, i64)>) -> Result<Vec<EventRecord>>;
    /// The highest position given; 0 at the beginning.
    async fn head(&mut self) -> Result<i64>;
    /// Whether an event with this id is in our log.
    async fn knows_event(&mut self, id: Uuid) -> Result<bool>;
    /// Gives positions to up to `limit` committed events, ordered by aggregate and `event_seq`, whole aggregates only; returns the new head
    /// where there were any. PostgreSQL only needs it; on SQLite positions are given at insertion and this finds none.
    async fn sequence(&mut self, limit: u32) -> Result<Option<i64>>;
}

/// A lease that is ours until it runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Grows with each new holder: fences the old one.
    pub epoch: i64,
}

/// Cursors and leases.
#[async_trait]
pub trait Readers: Send {
    /// Takes or renews `name` for `holder` until `now + seconds` (database time); `None` while another holds it.
    async fn lease(&mut self, name: &str, holder: &str, seconds: i64) -> Result<Option<Lease>>;
    /// Gives it back.
    async fn unlease(&mut self, name: &str, holder: &str) -> Result<()>;
    /// Where reader `name` stands; 0 at the beginning.
    async fn cursor(&mut self, name: &str) -> Result<i64>;
    /// Moves the cursor if the lease's epoch is still `epoch`; false if another has taken over.
    async fn move_cursor(&mut self, name: &str, position: i64, lease: Option<(&str, i64)>) -> Result<bool>;
}

/// Idempotency keys, in the effect's transaction.
#[async_trait]
pub trait IdempotencyKeys: Send {
    /// Claims the key. A second equal request waits here until the first has ended, then gets its answer.
    async fn claim(&mut self, request: &Idempotency, now: DateTime<Utc>) -> Result<Option<Replay>>;
    /// Stores the answer, and the commit that it tells of.
    async fn answer(&mut self, request: &Idempotency, body: Value, commit: Option<Uuid>) -> Result<()>;
    /// Removes keys older than `before`.
    async fn forget_keys(&mut self, before: DateTime<Utc>) -> Result<u64>;
}

/// Key of an inbound message in the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InboxKey {
    /// (consumer, source, topic, event type, event id).
    Event { consumer: String, source: String, topic: String, event_type: String, event_id: String },
    /// (consumer, cluster, topic, partition, offset, SHA-256 of the bytes).
    Offset { consumer: String, cluster: String, topic: String, partition: i32, offset: i64, hash: String },
}

/// The exchange with ERPs.
#[async_trait]
pub trait Exchange: Send {
    /// Visible integrations, by source.
    async fn list_integrations(&mut self, page: &PageRequest) -> Result<Page<Integration>>;
    async fn find_integration(&mut self, id: IntegrationId) -> Result<Option<Integration>>;
    /// By its unique source name.
    async fn integration_of(&mut self, source: &str) -> Result<Option<Integration>>;
    /// All, whatever the scope: what encoders need.
    async fn all_integrations(&mut self) -> Result<Vec<Integration>>;
    async fn next_integration_id(&mut self) -> Result<IntegrationId>;
    /// Inserts (version 1) or updates.
    async fn save_integration(&mut self, change: Change<Integration>) -> Result<Integration>;

    /// Enters a message; false: it was here before.
    async fn enter(&mut self, key: &InboxKey, now: DateTime<Utc>) -> Result<bool>;
    /// Internal id behind the ERP's id. `kind`: `task`, `user`, `comment`.
    async fn internal_id(&mut self, integration: IntegrationId, kind: &str, external_id: &str) -> Result<Option<i64>>;
    /// Stores the pair; false where the external id is taken by another.
    async fn map_id(&mut self, integration: IntegrationId, kind: &str, external_id: &str, internal_id: i64) -> Result<bool>;
    /// Serialises all work on one external id until the end of the unit.
    async fn lock_external(&mut self, integration: IntegrationId, external_id: &str) -> Result<()>;
    /// Last agreed wire values of a task.
    async fn bases(&mut self, integration: IntegrationId, task: TaskId) -> Result<Vec<BaseValue>>;
    /// Sets those named.
    async fn set_bases(&mut self, integration: IntegrationId, task: TaskId, values: &Map<String, Value>, at: DateTime<Utc>) -> Result<()>;

    /// Puts a message behind those that wait for the same task.
    async fn park(&mut self, message: &Parked) -> Result<()>;
    /// Whether messages wait for this external id.
    async fn has_parked(&mut self, integration: IntegrationId, external_id: &str) -> Result<bool>;
    /// All waiting for it, in order, removed from the table.
    async fn unpark(&mut self, integration: IntegrationId, external_id: &str) -> Result<Vec<Parked>>;
    /// External ids whose oldest message was parked before `before`.
    async fn overdue_parked(&mut self, before: DateTime<Utc>, limit: u32) -> Result<Vec<(IntegrationId, String)>>;
    async fn count_parked(&mut self) -> Result<i64>;

    async fn insert_dead_letter(&mut self, letter: NewDeadLetter) -> Result<DeadLetter>;
    /// Newest first; visible: those of the actor's managed accounts, and for admins those of no account.
    async fn list_dead_letters(
        &mut self,
        state: Option<&str>,
        code: Option<&str>,
        source: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<DeadLetter>>;
    async fn lock_dead_letter(&mut self, id: DeadLetterId) -> Result<Option<DeadLetter>>;
    async fn save_dead_letter(&mut self, letter: &DeadLetter) -> Result<()>;
    async fn count_dead_letters(&mut self) -> Result<i64>;
    /// Letters not yet told to the `.dlq` topic, oldest first.
    async fn unpublished_dead_letters(&mut self, limit: u32) -> Result<Vec<DeadLetter>>;
    async fn dead_letter_published(&mut self, id: DeadLetterId) -> Result<()>;

    async fn insert_conflict(&mut self, conflict: &Conflict) -> Result<Conflict>;
    /// Newest first. `state`: `open`, `resolved` or all.
    async fn list_conflicts(&mut self, state: Option<&str>, task: Option<TaskId>, page: &PageRequest) -> Result<Page<Conflict>>;
    async fn lock_conflict(&mut self, id: ConflictId) -> Result<Option<Conflict>>;
    async fn save_conflict(&mut self, conflict: &Conflict) -> Result<()>;
    async fn count_open_conflicts(&mut self) -> Result<i64>;

    /// Adds to a named counter (`applied@3#11`, `echo` …; see `sync::inbound`).
    async fn count_inbound(&mut self, what: &str, by: i64) -> Result<()>;
    /// All counters.
    async fn inbound_counts(&mut self) -> Result<Vec<(String, i64)>>;
}
