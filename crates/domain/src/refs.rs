//! What one thing says of another: the id with the few words a reader needs. Written into snapshots, so that an event can be
//! read without its database.

use serde::{Deserialize, Serialize};

use crate::ids::{ProjectId, TagId, TaskId, UserId};
use crate::tasks::status::Status;

/// A person, as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRef {
    pub id: UserId,
    pub name: String,
    /// `#RRGGBB`.
    pub avatar_color: String,
}

/// A project, as a task shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectRef {
    pub id: ProjectId,
    /// Prefix of its tasks' keys.
    pub key: String,
    pub name: String,
}

/// A tag, as a task shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagRef {
    pub id: TagId,
    pub name: String,
    /// `#RRGGBB`.
    pub color: String,
}

/// Another task, as a task shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRef {
    pub id: TaskId,
    pub key: String,
    pub title: String,
    pub status: Status,
}

/// An account, as others show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRef {
    pub id: crate::ids::AccountId,
    pub name: String,
}
