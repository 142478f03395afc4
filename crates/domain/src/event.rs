//! The event log: outbox, history, audit trail, feed and time travel in one append-only table.
//!
//! Invariants: an event is written in the transaction of its change; (aggregate, id, `event_seq`) is unique and without gaps;
//! the payload holds `changes` and the full snapshot after, names resolved; `occurred_at` never runs backwards within a task;
//! a position is given later, by the sequencer, and readers know only positions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::ids::{AccountId, IntegrationId};
use crate::refs::PersonRef;

/// Declares a closed set of words that read and print as themselves.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),* }
        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The word on the wire and in tables.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),* } }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(word: &str) -> Result<Self, String> {
                match word { $($word => Ok(Self::$variant),)* other => Err(format!("unknown {}: {other}", stringify!($name))) }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What an event is about.
    Aggregate { Task = "task", Tag = "tag", TaskTemplate = "task_template", User = "user", Session = "session", Access = "access",
        Project = "project", Integration = "integration", View = "view" }
}

words! {
    /// What happened. One event per change and aggregate; `changes` says what else moved with it.
    EventType {
        TaskCreated = "TaskCreated", TaskUpdated = "TaskUpdated", TaskStatusChanged = "TaskStatusChanged", TaskAssigned = "TaskAssigned",
        TaskUnassigned = "TaskUnassigned", TaskArchived = "TaskArchived", TaskUnarchived = "TaskUnarchived", TaskDeleted = "TaskDeleted",
        TaskRestored = "TaskRestored", TaskMoved = "TaskMoved", TaskRankChanged = "TaskRankChanged",
        /// The ERP's id became known (ours was told, or theirs was).
        TaskLinked = "TaskLinked",
        /// An inbound message was in conflict or named references that we don't have; nothing else may have changed.
        TaskSyncNoted = "TaskSyncNoted",
        CommentAdded = "CommentAdded", CommentEdited = "CommentEdited", CommentDeleted = "CommentDeleted",
        TagCreated = "TagCreated", TagUpdated = "TagUpdated", TagDeleted = "TagDeleted",
        TaskTemplateCreated = "TaskTemplateCreated", TaskTemplateUpdated = "TaskTemplateUpdated", TaskTemplateDeleted = "TaskTemplateDeleted",
        TaskTemplateUsed = "TaskTemplateUsed",
        UserCreated = "UserCreated", UserUpdated = "UserUpdated", UserPasswordChanged = "UserPasswordChanged",
        UserLoggedIn = "UserLoggedIn", UserLoggedOut = "UserLoggedOut", UserLoginFailed = "UserLoginFailed",
        SessionRevoked = "SessionRevoked",
        ProjectCreated = "ProjectCreated", ProjectUpdated = "ProjectUpdated",
        ProjectMemberSet = "ProjectMemberSet", ProjectMemberRemoved = "ProjectMemberRemoved",
        IntegrationUpdated = "IntegrationUpdated", DeadLetterResent = "DeadLetterResent", DeadLetterDiscarded = "DeadLetterDiscarded",
        ViewCreated = "ViewCreated", ViewUpdated = "ViewUpdated", ViewDeleted = "ViewDeleted",
        ConflictResolved = "ConflictResolved", AccessRefused = "AccessRefused", SigningKeyCreated = "SigningKeyCreated",
        /// How a task stands to another; told to both. `changes.relation` has it as the task of the event sees it.
        TaskRelationAdded = "TaskRelationAdded", TaskRelationRemoved = "TaskRelationRemoved",
        /// Somebody wants to know of the task, or no longer; `changes.watcher`.
        TaskWatcherAdded = "TaskWatcherAdded", TaskWatcherRemoved = "TaskWatcherRemoved"
    }
}

impl EventType {
    /// Whether it says something of another task too. Such are told only to those who read the account whole: others may not see that one.
    pub const fn names_another(self) -> bool {
        matches!(self, Self::TaskRelationAdded | Self::TaskRelationRemoved)
    }
}

words! {
    /// What brought a change about.
    CauseKind { Request = "request", Consumer = "consumer", Job = "job", Cli = "cli", Demo = "demo",
        /// A commit taken back: the cause's id is that of the commit.
        Undo = "undo" }
}

/// What brought a change about, and its id there (request id, `topic/partition/offset`, job).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    pub kind: CauseKind,
    pub id: Option<String>,
    /// The ERP source for [`CauseKind::Consumer`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Network address of a request, for the audit view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// W3C traceparent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

impl Cause {
    /// A cause without an id.
    pub fn of(kind: CauseKind) -> Self {
        Self { kind, id: None, source: None, address: None, trace: None }
    }
}

/// How an event took part in the exchange with the ERP; encoders need it to prevent echoes (`linked`, kept fields).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncNote {
    /// Integration whose message caused this.
    pub integration_id: Option<IntegrationId>,
    /// Its source name.
    pub source: String,
    /// The ERP's id of the task, where a `linked` answer is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked: Option<String>,
    /// Fields where a conflict kept our value: the resulting values go out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<String>,
    /// References of the message that we don't know: `{"company_id": "17"}`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub unknown: Map<String, Value>,
    /// The ERP's status was applied although the transition table has no such step.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forced: bool,
}

/// The JSON body of an event.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// `{"field": {"from": …, "to": …}}`; empty at creation.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub changes: Map<String, Value>,
    /// The aggregate after the change.
    #[serde(default)]
    pub snapshot: Value,
    /// The comment, for comment events and for changes made together with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Value>,
    /// Who did it, with the name of then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<PersonRef>,
    /// The exchange's part in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<SyncNote>,
    /// What else a type needs (address of a log-in …).
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// An event that a rule made; the unit of work adds who, when and why.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    pub aggregate: Aggregate,
    pub aggregate_id: i64,
    pub event_seq: i64,
    pub account_id: Option<AccountId>,
    pub event_type: EventType,
    /// Never before the aggregate's last one.
    pub occurred_at: DateTime<Utc>,
    pub payload: Payload,
}

/// An event as the log has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventRecord {
    pub id: Uuid,
    /// `None` only for events of no tenant (a log-in by an unknown address).
    pub account_id: Option<AccountId>,
    pub aggregate: Aggregate,
    pub aggregate_id: i64,
    pub event_seq: i64,
    pub event_type: EventType,
    pub schema_version: i32,
    pub actor_id: Option<i64>,
    pub cause: Cause,
    /// Equal for all events of one transaction.
    pub commit_id: Uuid,
    pub occurred_at: DateTime<Utc>,
    pub payload: Payload,
    /// Place in the order of all readers; `None` until sequenced.
    pub position: Option<i64>,
}

/// The differences of two JSON objects over `fields`, as `changes`.
pub fn changes(before: &Value, after: &Value, fields: &[&str]) -> Map<String, Value> {
    let mut out = Map::new();
    for field in fields {
        let (from, to) = (before.get(field).unwrap_or(&Value::Null), after.get(field).unwrap_or(&Value::Null));
        if from != to {
            out.insert((*field).to_owned(), serde_json::json!({"from": from, "to": to}));
        }
    }
    out
}
