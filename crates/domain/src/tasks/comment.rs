//! Comments: Markdown, public or internal, with mentions; written by a person here or by somebody at the ERP.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ids::{CommentId, TaskId};
use crate::policy::{Action, Facts, may};
use crate::refs::PersonRef;

/// A comment on a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    pub id: CommentId,
    pub task_id: TaskId,
    pub author: PersonRef,
    /// Markdown.
    pub body: String,
    /// Not for clients.
    pub internal: bool,
    pub mentions: Vec<PersonRef>,
    /// Who wrote it at the ERP, where that is nobody we know (an e-mail address).
    pub external_author: Option<String>,
    pub created_at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    pub version: i64,
}

/// A comment as its reader gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentView {
    #[serde(flatten)]
    pub comment: Comment,
    /// `edit`, `delete`.
    pub allowed_actions: Vec<String>,
}

impl Comment {
    /// Own comments are edited by nobody else.
    pub fn may_edit(&self, actor: &Actor, facts: &Facts) -> bool {
        actor.id() == Some(self.author.id) && may(actor, if self.internal { Action::CommentInternal } else { Action::Comment }, facts)
    }
    /// Deleted by its author, the task's creator, or a manager.
    pub fn may_delete(&self, actor: &Actor, facts: &Facts) -> bool {
        let creator = actor.id().is_some() && actor.id() == facts.created_by && may(actor, Action::Comment, facts);
        self.may_edit(actor, facts) || creator || may(actor, Action::DeleteComment, facts)
    }
    /// With what the reader may do with it.
    pub fn view(self, actor: &Actor, facts: &Facts) -> CommentView {
        let mut allowed_actions = Vec::new();
        if self.may_edit(actor, facts) {
            allowed_actions.push("edit".to_owned());
        }
        if self.may_delete(actor, facts) {
            allowed_actions.push("delete".to_owned());
        }
        CommentView { comment: self, allowed_actions }
    }
}
