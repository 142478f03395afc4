//! Shapes of answers, for the OpenAPI document only: the domain's types serialise themselves, a test holds these against them.
//! Every member is always there unless [`crate::openapi`] lists it as optional.
#![allow(dead_code, missing_docs, reason = "only their shape is used")]

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tasktrack_domain::tasks::task::AssigneeRole as DomainAssigneeRole;
use tasktrack_domain::{actor, event, identity, policy, sync, tasks};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

/// Declares schemas of closed sets of words from the domain's own lists.
macro_rules! words {
    ($($name:ident = $list:expr),* $(,)?) => {$(
        pub struct $name;
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some($list)).into()
            }
        }
        impl ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }
        }
    )*};
}

fn all<T: Copy>(list: &[T], word: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    list.iter().map(|item| word(*item)).collect()
}

words! {
    Status = all(tasks::Status::ALL, tasks::Status::as_str),
    StatusInput = [all(tasks::Status::ALL, tasks::Status::as_str), vec!["todo", "blocked"]].concat(),
    RelationKind = all(tasks::relation::RelationKind::ALL, tasks::relation::RelationKind::as_str),
    Priority = all(tasks::Priority::ALL, tasks::Priority::as_str),
    UndoOutcome = all(tasks::undo::Outcome::ALL, tasks::undo::Outcome::as_str),
    UndoReason = all(tasks::undo::Reason::ALL, tasks::undo::Reason::as_str),
    AssigneeRole = all(DomainAssigneeRole::ALL, DomainAssigneeRole::as_str),
    Role = all(actor::Role::ALL, actor::Role::as_str),
    ProjectRole = all(actor::ProjectRole::ALL, actor::ProjectRole::as_str),
    Action = all(policy::Action::ALL, policy::Action::as_str),
    EventType = all(event::EventType::ALL, event::EventType::as_str),
    CauseKind = all(event::CauseKind::ALL, event::CauseKind::as_str),
    CommentAction = vec!["edit", "delete"],
    Language = vec!["ru", "en"],
    Registration = vec!["invite", "new-account", "off"],
    IdMode = all(sync::IdMode::ALL, sync::IdMode::as_str),
    DeletePolicy = all(sync::DeletePolicy::ALL, sync::DeletePolicy::as_str),
    ConflictPolicy = all(sync::ConflictPolicy::ALL, sync::ConflictPolicy::as_str),
    Outcome = all(sync::Outcome::ALL, sync::Outcome::as_str),
    LetterState = all(sync::LetterState::ALL, sync::LetterState::as_str),
    Group = all(tasks::Group::ALL, tasks::Group::as_str),
    Layout = all(tasks::saved_view::Layout::ALL, tasks::saved_view::Layout::as_str),
    FavouriteKind = all(identity::favourites::FavouriteKind::ALL, identity::favourites::FavouriteKind::as_str),
    BusState = vec!["up", "down", "off"],
}

/// A parameter's value, or several.
#[derive(serde::Serialize, ToSchema)]
#[serde(untagged)]
pub enum FilterValue {
    One(String),
    Many(Vec<String>),
}

/// Declares shapes.
macro_rules! shapes {
    ($($(#[$doc:meta])* $name:ident { $($body:tt)* })*) => {$(
        $(#[$doc])*
        #[derive(ToSchema)]
        pub struct $name { $($body)* }
    )*};
}

/// Declares pages. No generic type: then each page refers to its item's schema instead of copying it.
macro_rules! pages {
    ($($name:ident of $item:ident),* $(,)?) => {$(
        #[derive(ToSchema)]
        pub struct $name {
            pub items: Vec<$item>,
            /// Where the next page begins; null at the end.
            pub next_cursor: Option<String>,
        }
    )*};
}

pages! {
    AccountPage of Account, UserPage of User, ProjectPage of Project, MemberList of Member, RelationList of Relation, WatcherList of PersonRef, CommentPage of Comment, HistoryPage of HistoryEntry,
    TagPage of Tag, TemplatePage of TaskTemplate, SearchPage of SearchHit, IntegrationPage of Integration, ConflictPage of Conflict,
    DeadLetterPage of DeadLetter, SavedViewPage of SavedView, SessionList of Session, FavouriteList of Favourite, ActivityPage of ActivityItem,
    MentionPage of Mention,
}

shapes! {
    /// What went wrong (RFC 9457).
    Problem {
        /// Explains the code.
        r#type: String,
        title: String,
        #[schema(minimum = 400, maximum = 599)]
        status: i32,
        detail: String,
        /// Id of the request.
        instance: String,
        code: String,
        errors: Vec<Violation>,
        /// With 412: the present state.
        #[schema(value_type = Object)]
        current: Value,
        /// With `task-blocked`: the tasks that block it, of those that you see.
        blocked_by: Vec<TaskRef>,
    }
    /// One thing wrong with the input.
    Violation {
        /// JSON Pointer into the body.
        pointer: String,
        code: String,
        detail: String,
    }
    /// A code of problems, explained.
    ProblemCode { code: String, r#type: String, title: String, about: String, status: Option<i32> }

    PersonRef { id: i64, name: String, #[schema(example = "#2F5D8C")] avatar_color: String }
    AccountRef { id: i64, name: String }
    ProjectRef { id: i64, #[schema(example = "ERP")] key: String, name: String }
    TagRef { id: i64, name: String, #[schema(example = "#3B7A57")] color: String }
    TaskRef { id: i64, #[schema(example = "ERP-123")] key: String, title: String, status: Status }

    /// Another task, as a relation has it.
    RelatedTask { id: i64, #[schema(example = "ERP-123")] key: String, title: String, status: Status, archived: bool }
    /// How a task stands to another, as it sees it.
    Relation { id: i64, kind: RelationKind, task: RelatedTask, created_by: PersonRef, created_at: DateTime<Utc> }

    Account {
        id: i64, slug: String, name: String, language: Language, time_zone: String, currency: String, manager_id: Option<i64>,
        created_at: DateTime<Utc>, expires_at: Option<DateTime<Utc>>,
    }
    /// Oneself.
    UserMe {
        id: i64, public_id: Uuid, email: String, name: String, phone: Option<String>, role: Role, language: Language, time_zone: String,
        avatar_color: String, active: bool, created_at: DateTime<Utc>, updated_at: DateTime<Utc>, version: i64, accounts: Vec<Account>,
    }
    /// Somebody.
    User { id: i64, public_id: Uuid, email: String, name: String, role: Role, avatar_color: String, active: bool }
    Tokens {
        access_token: String,
        /// Null when it came as a cookie.
        refresh_token: Option<String>,
        #[schema(example = "Bearer")]
        token_type: String,
        /// Seconds.
        expires_in: i64,
        user: UserMe,
    }
    AuthConfig { registration: Registration, demo: bool, version: String, languages: Vec<Language> }

    Project {
        id: i64, public_id: Uuid, account: AccountRef, key: String, name: String, description: String, manager: Option<PersonRef>,
        archived_at: Option<DateTime<Utc>>,
        /// How many tasks a column of the board should have at most, by status.
        board_limits: BTreeMap<Status, i32>,
        open_tasks: i64, created_at: DateTime<Utc>, updated_at: DateTime<Utc>, version: i64,
        allowed_actions: Vec<Action>,
    }
    ProjectOverview {
        /// All statuses.
        counts: BTreeMap<Status, i64>,
        overdue: i64, unassigned: i64, due_this_week: i64, estimated_hours: f64, actual_hours: f64, burndown: Vec<BurndownDay>,
        /// Who has the most open tasks, 20 at most.
        people: Vec<PersonLoad>,
    }
    /// `open` at the end of the day.
    BurndownDay { #[schema(example = "2026-11-30")] date: String, open: i64, created: i64, completed: i64 }
    /// `user` is null for tasks of nobody.
    PersonLoad { user: Option<PersonRef>, open: i64, overdue: i64 }
    Member { user: PersonRef, role: ProjectRole, topic: Option<String>, job_title: Option<String> }
    ReassignResult { items: Vec<Reassigned> }
    Reassigned { task_id: i64, key: String, from: Option<PersonRef>, to: PersonRef }

    Assignee { user: PersonRef, role: AssigneeRole, assigned_by: Option<PersonRef>, assigned_at: DateTime<Utc> }
    RowAssignee { user: PersonRef, role: AssigneeRole }
    Children { total: i64, done: i64 }
    /// A task with everything.
    Task {
        id: i64, public_id: Uuid, key: String, account_id: i64, project: ProjectRef, title: String,
        /// Markdown.
        description: String,
        status: Status, priority: Priority, due_date: Option<DateTime<Utc>>, check_date: Option<DateTime<Utc>>,
        planned_start: Option<DateTime<Utc>>, planned_end: Option<DateTime<Utc>>, estimated_hours: Option<f64>, actual_hours: Option<f64>,
        created_by: PersonRef, supervisor: Option<PersonRef>, parent: Option<TaskRef>, assignees: Vec<Assignee>, tags: Vec<TagRef>,
        #[schema(value_type = Object)]
        metadata: Value,
        client_visible: bool, rank: String, overdue: bool, children: Children, comment_count: i64,
        /// An open task blocks it.
        blocked: bool,
        /// How many people watch it.
        watchers: i64,
        /// You watch it.
        watching: bool,
        /// Its id at each ERP source.
        external_ids: BTreeMap<String, String>,
        archived_at: Option<DateTime<Utc>>, deleted_at: Option<DateTime<Utc>>, started_at: Option<DateTime<Utc>>,
        first_answered_at: Option<DateTime<Utc>>, completed_at: Option<DateTime<Utc>>, closed_at: Option<DateTime<Utc>>,
        created_at: DateTime<Utc>, updated_at: DateTime<Utc>, version: i64, event_seq: i64, allowed_actions: Vec<Action>,
        /// Where you may take it now.
        next_statuses: Vec<Status>,
        /// Only with `as_of`.
        comments: Vec<Comment>,
    }
    /// A task in a list.
    TaskRow {
        id: i64, key: String, account_id: i64, project: ProjectRef, title: String, status: Status, priority: Priority,
        due_date: Option<DateTime<Utc>>, check_date: Option<DateTime<Utc>>, planned_start: Option<DateTime<Utc>>,
        planned_end: Option<DateTime<Utc>>, estimated_hours: Option<f64>, actual_hours: Option<f64>, created_by: PersonRef,
        supervisor: Option<PersonRef>, parent: Option<TaskRef>, assignees: Vec<RowAssignee>, tags: Vec<TagRef>, client_visible: bool,
        rank: String, overdue: bool, children: Children, comment_count: i64, archived_at: Option<DateTime<Utc>>,
        deleted_at: Option<DateTime<Utc>>, started_at: Option<DateTime<Utc>>, completed_at: Option<DateTime<Utc>>,
        closed_at: Option<DateTime<Utc>>, created_at: DateTime<Utc>, updated_at: DateTime<Utc>, version: i64, event_seq: i64,
        allowed_actions: Vec<Action>,
    }
    TaskPage {
        items: Vec<TaskRow>, next_cursor: Option<String>,
        /// With `include=count`; 10001 means more than 10000.
        count: i64,
    }
    /// `value`: a status, a priority, an id, a due group; `none` for nobody. `label`: the name of a person or project, else the value.
    GroupCount { group: Group, value: String, label: String, count: i64 }
    TaskCounts { items: Vec<GroupCount> }
    BulkResult { items: Vec<BulkItem> }
    /// What became of one task: `task` if it went well, else `problem`.
    BulkItem { task_id: i64, ok: bool, task: TaskRow, problem: Problem }
    UndoResult { items: Vec<UndoItem> }
    /// What became of one task of a commit. `code` says why it stayed as it is, or, with `undone`, that a part of it did.
    UndoItem {
        task_id: i64, key: String, outcome: UndoOutcome, code: Option<UndoReason>,
        /// As it is now; null where it is out of sight.
        task: Option<TaskRow>,
    }
    Comment {
        id: i64, task_id: i64, author: PersonRef,
        /// Markdown.
        body: String,
        /// Not for clients.
        internal: bool,
        mentions: Vec<PersonRef>,
        /// Who wrote it at the ERP, where that is nobody we know.
        external_author: Option<String>,
        created_at: DateTime<Utc>, edited_at: Option<DateTime<Utc>>, version: i64, allowed_actions: Vec<CommentAction>,
    }
    Cause { kind: CauseKind, id: Option<String>, source: String }
    HistoryEntry {
        id: Uuid,
        /// Equal for all that was changed in one go.
        commit_id: Uuid,
        event_seq: i64, r#type: EventType, actor: Option<PersonRef>, cause: Cause, occurred_at: DateTime<Utc>,
        /// `{"field": {"from": …, "to": …}}`
        #[schema(value_type = Object)]
        changes: Value,
        #[schema(value_type = Object)]
        comment: Value,
    }
    SearchHit {
        task: TaskRow, rank: f64,
        /// Escaped, hits in `<mark>`.
        title_html: String,
        snippet_html: String,
        comment_id: Option<i64>,
    }

    /// Filter, order and layout under a name.
    SavedView {
        id: i64, account: AccountRef, owner: PersonRef, name: String,
        /// With everyone who reads the account whole.
        shared: bool,
        /// Parameters of the list of tasks.
        filter: BTreeMap<String, FilterValue>,
        #[schema(example = "-due_date")]
        sort: String,
        layout: Layout,
        /// What the front end keeps: columns, widths, group, lanes.
        #[schema(value_type = Object)]
        display: Value,
        /// Among your favourites.
        favourite: bool,
        created_at: DateTime<Utc>, updated_at: DateTime<Utc>, version: i64, allowed_actions: Vec<Action>,
    }
    /// What somebody chose for themselves.
    Preferences {
        /// 0 as long as nothing was chosen.
        version: i64,
        #[schema(value_type = Object)]
        values: Value,
    }
    /// A live session of yours.
    Session {
        id: Uuid,
        /// The one that asks.
        current: bool,
        user_agent: Option<String>, address: Option<String>, created_at: DateTime<Utc>,
        /// When it last got new tokens.
        last_seen_at: DateTime<Utc>,
    }
    EndedSessions { ended: i64 }
    Favourite {
        kind: FavouriteKind, id: i64,
        /// Title of a task, name of a project or view.
        title: String,
        /// Null for views.
        key: Option<String>,
        /// Null for projects and views.
        status: Option<Status>,
    }
    ActivityItem { task: TaskRef, event: HistoryEntry }
    Mention {
        task: TaskRef,
        /// Null: in the description.
        comment_id: Option<i64>,
        by: PersonRef, at: DateTime<Utc>,
        /// Plain text around it.
        excerpt: String,
    }
    Tag { id: i64, account_id: i64, name: String, color: String, created_at: DateTime<Utc>, updated_at: DateTime<Utc>, version: i64 }
    TaskTemplate {
        id: i64, account_id: i64, name: String, title: String, description: String, priority: Priority, estimated_hours: Option<f64>,
        tags: Vec<TagRef>, project: Option<ProjectRef>, checklist: Vec<String>, created_at: DateTime<Utc>, updated_at: DateTime<Utc>, version: i64,
    }

    /// An ERP source that an account exchanges messages with.
    Integration {
        id: i64, source: String, account: AccountRef, project: ProjectRef, user: PersonRef, enabled: bool, id_mode: IdMode,
        delete_policy: DeletePolicy, conflict_policy: ConflictPolicy, field_policies: BTreeMap<String, ConflictPolicy>, topics_in: Vec<String>,
        topic_out: String, created_at: DateTime<Utc>, updated_at: DateTime<Utc>, version: i64,
    }
    /// Both sides changed a field since the last agreed value. Values as they are on the wire.
    Conflict {
        id: i64, account_id: i64, task: TaskRef, integration_id: i64, source: String, field: String, base: Value, ours: Value, theirs: Value,
        policy: ConflictPolicy, outcome: Outcome, chosen: Value, created_at: DateTime<Utc>, resolved_at: Option<DateTime<Utc>>,
        resolved_by: Option<PersonRef>,
    }
    /// A message that could not be applied.
    DeadLetter {
        id: i64, account_id: Option<i64>, source: Option<String>, cluster: String, topic: String, partition: i32, offset: i64, key: Option<String>,
        headers: BTreeMap<String, String>,
        /// The message as text.
        payload: String,
        /// Its bytes.
        payload_base64: String,
        code: String, detail: String, pointer: Option<String>, attempts: i32, state: LetterState, created_at: DateTime<Utc>,
        resolved_at: Option<DateTime<Utc>>, resolved_by: Option<PersonRef>, reason: Option<String>,
    }
    ExchangeStatus { relay: RelayStatus, inbound: InboundStatus, kafka: BusState, conflicts_open: i64 }
    RelayStatus { position: Option<i64>, head: Option<i64>, lag: i64, oldest_unsent_seconds: Option<f64> }
    /// A ticket for one live connection.
    LiveTicket { ticket: String, expires_in: i64 }
    Health { #[schema(example = "ok")] status: String }
    InboundStatus { applied: i64, ignored: i64, parked: i64, dead_letters_open: i64, counts: BTreeMap<String, i64> }
}
