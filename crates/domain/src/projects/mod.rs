//! Projects and their teams. A project's key prefixes its tasks' keys and does not change.

pub mod commands;
pub mod overview;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::ProjectRole;
use crate::ids::{AccountId, ProjectId};
use crate::policy::Facts;
use crate::refs::{AccountRef, PersonRef, ProjectRef};
use crate::tasks::status::Status;

/// A project of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Project {
    pub id: ProjectId,
    pub public_id: Uuid,
    pub account: AccountRef,
    /// `[A-Z][A-Z0-9]{1,9}`, unique in the account.
    pub key: String,
    pub name: String,
    pub description: String,
    pub manager: Option<PersonRef>,
    pub archived_at: Option<DateTime<Utc>>,
    /// How many tasks a column of the board should have at most.
    #[serde(default)]
    pub board_limits: BTreeMap<Status, i32>,
    /// How many of its tasks are open.
    #[serde(default)]
    pub open_tasks: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
    #[serde(skip)]
    pub event_seq: i64,
}

impl Project {
    /// What the policy asks.
    pub fn facts(&self) -> Facts {
        Facts { account_id: self.account.id, project_id: Some(self.id), ..Facts::default() }
    }
}

/// What a task has to know of the project that it stands in or goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub account_id: AccountId,
    pub project: ProjectRef,
    pub archived: bool,
}

impl Place {
    /// What the policy asks.
    pub fn facts(&self) -> Facts {
        Facts { account_id: self.account_id, project_id: Some(self.project.id), ..Facts::default() }
    }
}

/// A project with what its reader may do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectView {
    #[serde(flatten)]
    pub project: Project,
    pub allowed_actions: Vec<crate::policy::Action>,
}

/// Somebody in a project's team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub user: PersonRef,
    pub role: ProjectRole,
    pub topic: Option<String>,
    pub job_title: Option<String>,
}
