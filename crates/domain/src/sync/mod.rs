//! The exchange with ERPs (1C), seen from the domain: integrations, the inbound use case, conflicts, parked and dead messages.
//!
//! Invariants: an inbound message never leaves its integration's account; its inbox row, its effect and what it leaves behind are one
//! transaction; it is applied, ignored with a counted reason, parked, or dead-lettered with its cause, and nothing else; a field is the
//! ERP's or ours by the last agreed value, never by the clock alone.

pub(crate) mod apply;
pub mod conflicts;
pub mod dead_letters;
pub mod inbound;
pub mod integrations;
pub mod merge;
pub mod message;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::words;
use crate::ids::{AccountId, ConflictId, DeadLetterId, IntegrationId};
use crate::refs::{AccountRef, PersonRef, ProjectRef, TaskRef};

words! {
    /// Whose ids a bare `issue_id` and the references of a message are.
    IdMode { Ours = "ours", Theirs = "theirs" }
}
words! {
    /// What an inbound `deleted` does.
    DeletePolicy { Archive = "archive", Delete = "delete", Ignore = "ignore" }
}
words! {
    /// What happens when both sides changed a field since the last agreed value.
    ConflictPolicy {
        /// The later timestamp.
        NewestWins = "newest_wins",
        ErpWins = "erp_wins",
        OursWins = "ours_wins",
        /// Keeps ours and asks a person.
        Ask = "ask"
    }
}

/// An ERP source that an account exchanges messages with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Integration {
    pub id: IntegrationId,
    /// `source` of its messages; unique, and never our own.
    pub source: String,
    pub account: AccountRef,
    /// Where its `created` tasks go.
    pub project: ProjectRef,
    /// Who its changes are made by.
    pub user: PersonRef,
    pub enabled: bool,
    pub id_mode: IdMode,
    pub delete_policy: DeletePolicy,
    pub conflict_policy: ConflictPolicy,
    /// Policies of single fields (name, content, priority, deadline, status).
    pub field_policies: BTreeMap<String, ConflictPolicy>,
    pub topics_in: Vec<String>,
    pub topic_out: String,
    /// Default language of texts (`ru`, `en`): the account's.
    #[serde(skip)]
    pub language: String,
    /// Zone of instants without an offset: the account's.
    #[serde(skip, default = "utc")]
    pub zone: chrono_tz::Tz,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
    #[serde(skip)]
    pub event_seq: i64,
}

fn utc() -> chrono_tz::Tz {
    chrono_tz::UTC
}

impl Integration {
    /// Policy of a wire field.
    pub fn policy(&self, field: &str) -> ConflictPolicy {
        self.field_policies.get(field).copied().unwrap_or(self.conflict_policy)
    }
}

/// Last agreed value of a field on the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct BaseValue {
    /// name, content, status, priority, deadline.
    pub field: String,
    pub value: Value,
    pub agreed_at: DateTime<Utc>,
}

words! {
    /// How a conflict ended, or that it has not.
    Outcome { Theirs = "theirs", Ours = "ours", Open = "open", Resolved = "resolved" }
}

/// Both sides changed a field since the last agreed value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    pub id: ConflictId,
    pub account_id: AccountId,
    pub task: TaskRef,
    pub integration_id: IntegrationId,
    pub source: String,
    /// Wire field.
    pub field: String,
    pub base: Value,
    pub ours: Value,
    pub theirs: Value,
    pub policy: ConflictPolicy,
    pub outcome: Outcome,
    /// What a person chose.
    pub chosen: Option<Value>,
    pub created_at: DateTime<Utc>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub resolved_by: Option<PersonRef>,
}

/// A message that waits for its task.
#[derive(Clone, Debug, PartialEq)]
pub struct Parked {
    pub integration_id: IntegrationId,
    pub external_id: String,
    pub message: RawMessage,
    pub parked_at: DateTime<Utc>,
}

/// An inbound message as it came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RawMessage {
    /// Name of the cluster or bus, part of the inbox key.
    pub cluster: String,
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    /// Base64 where it is not UTF-8.
    pub key: Option<String>,
    pub headers: BTreeMap<String, String>,
    /// The bytes, base64.
    pub payload_base64: String,
}

impl RawMessage {
    /// The bytes.
    pub fn payload(&self) -> Vec<u8> {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.decode(&self.payload_base64).unwrap_or_default()
    }
    /// With other bytes (an edited dead letter).
    pub fn with_payload(mut self, bytes: &[u8]) -> Self {
        use base64::Engine as _;
        self.payload_base64 = base64::engine::general_purpose::STANDARD.encode(bytes);
        self
    }
}

words! {
    /// What became of a dead letter.
    LetterState { Open = "open", Resent = "resent", Discarded = "discarded" }
}

/// A dead letter to store.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDeadLetter {
    pub account_id: Option<AccountId>,
    pub source: Option<String>,
    pub message: RawMessage,
    /// Stable code: invalid-json, unknown-source, unknown-status, schema …
    pub code: String,
    pub detail: String,
    /// JSON Pointer into the message.
    pub pointer: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// A message that could not be applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeadLetter {
    pub id: DeadLetterId,
    pub account_id: Option<AccountId>,
    pub source: Option<String>,
    #[serde(flatten)]
    pub message: RawMessage,
    pub code: String,
    pub detail: String,
    pub pointer: Option<String>,
    /// How often it was tried.
    pub attempts: i32,
    pub state: LetterState,
    pub created_at: DateTime<Utc>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub resolved_by: Option<PersonRef>,
    pub reason: Option<String>,
}
