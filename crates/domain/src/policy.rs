//! Who may do what: one table of action by relation. Use cases ask it after loading and before the rule; views show its answer
//! as `allowed_actions`, so that no client repeats it. The source is `docs/policy.md`, which a test compares with this table.

use crate::actor::{Actor, ProjectRole, Role};
use crate::error::{Error, Result};
use crate::event::words;
use crate::ids::{AccountId, ProjectId, UserId};

words! {
    /// What can be asked.
    Action {
        Read = "read", Edit = "edit", ChangeStatus = "change_status", Reopen = "reopen", Assign = "assign", Comment = "comment",
        CommentInternal = "comment_internal", DeleteComment = "delete_comment", Archive = "archive", Delete = "delete", Restore = "restore", Move = "move",
        Watch = "watch", CreateTask = "create_task", Reassign = "reassign", EditTags = "edit_tags", EditTemplates = "edit_templates",
        CreateProject = "create_project", EditProject = "edit_project", EditMembers = "edit_members", Exchange = "exchange",
        ShareViews = "share_views", EditViews = "edit_views"
    }
}

words! {
    /// How a person stands to the thing, strongest first. A person may have several; rights are their union.
    Relation {
        Admin = "admin", AccountManager = "account_manager", ProjectManager = "project_manager", Involved = "involved",
        Reader = "reader", Finance = "finance", Client = "client", OnlyIssues = "only_issues"
    }
}

/// What the table needs to know of the thing.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub account_id: AccountId,
    pub project_id: Option<ProjectId>,
    /// Creator, assignees and supervisor of a task.
    pub involved: Vec<UserId>,
    pub created_by: Option<UserId>,
    pub client_visible: bool,
}

/// Actions of a relation. The whole policy.
pub const fn allowed(relation: Relation) -> &'static [Action] {
    use Action::*;
    match relation {
        Relation::Admin | Relation::AccountManager => Action::ALL,
        Relation::ProjectManager => &[
            Read,
            Edit,
            ChangeStatus,
            Reopen,
            Assign,
            Comment,
            CommentInternal,
            DeleteComment,
            Archive,
            Delete,
            Restore,
            Move,
            Watch,
            CreateTask,
            Reassign,
            EditTags,
            EditTemplates,
            EditProject,
            EditMembers,
            ShareViews,
        ],
        Relation::Involved => &[Read, Edit, ChangeStatus, Assign, Comment, CommentInternal, Archive, Delete, Restore, Move, Watch],
        Relation::Reader => &[Read, Comment, CommentInternal, Watch, CreateTask, EditTags, EditTemplates, ShareViews],
        Relation::Finance => &[Read, Comment, CommentInternal, Watch, ShareViews],
        Relation::Client => &[Read, Comment, Watch, CreateTask],
        Relation::OnlyIssues => &[Read, Comment, CommentInternal, Watch, CreateTask, ChangeStatus],
    }
}

/// The relations of `actor` to a thing.
pub fn relations(actor: &Actor, facts: &Facts) -> Vec<Relation> {
    let scope = &actor.scope;
    if actor.role == Role::Admin || scope.everything {
        return vec![Relation::Admin];
    }
    let mut found = Vec::new();
    let Some(standing) = scope.accounts.get(&facts.account_id) else {
        return found;
    };
    if standing.manages {
        found.push(Relation::AccountManager);
    }
    let me = actor.id();
    let role = facts.project_id.and_then(|id| scope.projects.get(&id)).copied();
    if role == Some(ProjectRole::ProjectManager) {
        found.push(Relation::ProjectManager);
    }
    if standing.full {
        if actor.role == Role::Finance {
            found.push(Relation::Finance);
        } else {
            found.push(Relation::Reader);
            if me.is_some_and(|me| facts.involved.contains(&me)) {
                found.push(Relation::Involved);
            }
        }
    } else {
        match role {
            Some(ProjectRole::Client) if facts.client_visible || (me.is_some() && facts.created_by == me) => found.push(Relation::Client),
            Some(ProjectRole::OnlyIssues) => found.push(Relation::OnlyIssues),
            _ => {}
        }
    }
    found
}

/// Whether `actor` may do `action`.
pub fn may(actor: &Actor, action: Action, facts: &Facts) -> bool {
    if action != Action::Read && expired(actor, facts.account_id) {
        return false;
    }
    relations(actor, facts).into_iter().any(|relation| allowed(relation).contains(&action))
}

/// Everything `actor` may do with the thing.
pub fn allowed_actions(actor: &Actor, facts: &Facts) -> Vec<Action> {
    if expired(actor, facts.account_id) {
        return vec![];
    }
    let relations = relations(actor, facts);
    Action::ALL.iter().copied().filter(|action| relations.iter().any(|r| allowed(*r).contains(action))).collect()
}

fn expired(actor: &Actor, account: AccountId) -> bool {
    actor.role != Role::Admin && actor.scope.accounts.get(&account).is_some_and(|s| s.expired)
}

impl Actor {
    /// 404 if the thing is not visible to the actor, 403 if it is but `action` is not allowed.
    pub fn must(&self, action: Action, facts: &Facts) -> Result<()> {
        let relations = relations(self, facts);
        if relations.is_empty() {
            return Err(Error::not_found("thing", ""));
        }
        if action != Action::Read && expired(self, facts.account_id) {
            return Err(Error::Forbidden {
                code: "account-expired",
                detail: "the account has expired: it can be read, not changed".into(),
            });
        }
        if relations.into_iter().any(|relation| allowed(relation).contains(&action)) {
            Ok(())
        } else {
            Err(Error::forbidden(format!("you may not {} here", action.as_str().replace('_', " "))))
        }
    }
    /// Whether the actor sees internal comments of the thing: everyone but clients.
    pub fn sees_internal(&self, facts: &Facts) -> bool {
        relations(self, facts).iter().any(|r| *r != Relation::Client)
    }
}

/// The policy as a table in Markdown, for `docs/policy.md`.
pub fn table() -> String {
    let mut out = String::from("| action |");
    for relation in Relation::ALL {
        out += &format!(" {relation} |");
    }
    out += "\n|---|";
    out += &"---|".repeat(Relation::ALL.len());
    for action in Action::ALL {
        out += &format!("\n| {action} |");
        for relation in Relation::ALL {
            out += if allowed(*relation).contains(action) { " yes |" } else { " |" };
        }
    }
    out + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::{Scope, Standing};
    use crate::refs::PersonRef;
    use std::sync::Arc;

    fn actor(role: Role, standing: Option<Standing>, member: Option<ProjectRole>) -> Actor {
        let mut scope = Scope { user_id: Some(UserId(7)), ..Scope::default() };
        if let Some(standing) = standing {
            scope.accounts.insert(AccountId(1), standing);
        }
        if let Some(member) = member {
            scope.projects.insert(ProjectId(2), member);
        }
        let user = PersonRef { id: UserId(7), name: "A".into(), avatar_color: "#000000".into() };
        Actor { user: Some(user), public_id: None, session: None, role, scope: Arc::new(scope) }
    }
    fn standing(manages: bool, full: bool, expired: bool) -> Option<Standing> {
        Some(Standing { manages, full, expired, zone: chrono_tz::UTC })
    }
    fn facts(involved: bool, client_visible: bool) -> Facts {
        let involved = if involved { vec![UserId(7)] } else { vec![] };
        Facts { account_id: AccountId(1), project_id: Some(ProjectId(2)), involved, client_visible, ..Facts::default() }
    }

    #[test]
    fn a_stranger_is_told_nothing() {
        let stranger = actor(Role::Manager, None, None);
        assert_eq!(stranger.must(Action::Read, &facts(true, true)).unwrap_err().code(), "not-found");
    }

    #[test]
    fn a_worker_edits_what_is_theirs() {
        let worker = actor(Role::Worker, standing(false, true, false), None);
        assert!(worker.must(Action::Edit, &facts(true, false)).is_ok());
        assert_eq!(worker.must(Action::Edit, &facts(false, false)).unwrap_err().code(), "forbidden");
        assert!(worker.must(Action::Comment, &facts(false, false)).is_ok());
    }

    #[test]
    fn a_client_sees_what_is_shared() {
        let client = actor(Role::Worker, standing(false, false, false), Some(ProjectRole::Client));
        assert_eq!(client.must(Action::Read, &facts(false, false)).unwrap_err().code(), "not-found");
        assert!(client.must(Action::Comment, &facts(false, true)).is_ok());
        assert!(!client.sees_internal(&facts(false, true)));
        assert_eq!(client.must(Action::CommentInternal, &facts(false, true)).unwrap_err().code(), "forbidden");
    }

    #[test]
    fn an_expired_account_is_read_only_for_all_but_admins() {
        let manager = actor(Role::Manager, standing(true, true, true), None);
        assert!(manager.must(Action::Read, &facts(false, false)).is_ok());
        assert_eq!(manager.must(Action::Edit, &facts(false, false)).unwrap_err().code(), "account-expired");
        assert!(actor(Role::Admin, standing(true, true, true), None).must(Action::Edit, &facts(false, false)).is_ok());
    }

    #[test]
    fn finance_changes_no_task() {
        let finance = actor(Role::Finance, standing(false, true, false), None);
        for action in [Action::Edit, Action::ChangeStatus, Action::CreateTask, Action::Delete] {
            assert!(finance.must(action, &facts(true, true)).is_err(), "{action}");
        }
    }

    #[test]
    fn a_right_in_one_project_is_no_right_in_another() {
        let manager = actor(Role::Worker, standing(false, true, false), Some(ProjectRole::ProjectManager));
        let elsewhere = Facts { project_id: Some(ProjectId(3)), ..facts(false, false) };
        assert!(manager.must(Action::Delete, &facts(false, false)).is_ok());
        assert!(manager.must(Action::Delete, &elsewhere).is_err());
    }
}
