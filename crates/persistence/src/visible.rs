//! The tenant filter: the one place that says which rows a scope sees. Every read of a tenant's table goes through it.

use tasktrack_domain::actor::{ProjectRole, Scope};
use tasktrack_domain::ids::{AccountId, ProjectId, UserId};

use crate::sql::Sql;

/// What kind of rows the alias stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    /// `account` itself.
    Account,
    /// Tables whose rows everyone who knows the account sees: tag, event, integration, conflict …; by `account_id`.
    Known,
    /// Tables only for those who read the account whole: task_template; by `account_id`.
    Whole,
    /// `project`.
    Project,
    /// `task`.
    Task,
    /// `saved_view`: one's own, and what is shared with an account that one reads whole. Others' private ones nobody sees, no admin either.
    View,
    /// `users`: people who share an account with the actor, and the actor.
    Person,
}

/// Adds a condition in parentheses that holds for the rows of `alias` that `scope` sees.
pub(crate) fn visible(sql: &mut Sql, rows: Rows, alias: &'static str, scope: &Scope) {
    if let (Rows::View, Some(me)) = (rows, scope.user_id) {
        views(sql, alias, scope, me);
        return;
    }
    if scope.everything {
        sql.add("TRUE");
        return;
    }
    let full: Vec<AccountId> = scope.full_accounts().collect();
    let limited: Vec<AccountId> = scope.accounts.iter().filter(|(_, s)| !s.full).map(|(id, _)| *id).collect();
    sql.add("(FALSE");
    match rows {
        Rows::Account | Rows::Known if scope.accounts.is_empty() => {}
        Rows::Account => {
            sql.add(" OR ").add(alias).add(".id ").any(scope.accounts.keys().copied());
        }
        Rows::Known => {
            sql.add(" OR ").add(alias).add(".account_id ").any(scope.accounts.keys().copied());
        }
        Rows::Whole => whole(sql, alias, &full),
        Rows::Project => {
            whole(sql, alias, &full);
            if !limited.is_empty() && !scope.projects.is_empty() {
                sql.add(" OR (").add(alias).add(".account_id ").any(limited);
                sql.add(" AND ").add(alias).add(".id ").any(scope.projects.keys().copied()).add(")");
            }
        }
        Rows::Task => {
            whole(sql, alias, &full);
            tasks_of_limited(sql, alias, scope, &limited);
        }
        Rows::Person => people(sql, alias, scope),
        // The system sees all, above; who is nobody sees none.
        Rows::View => {}
    }
    sql.add(")");
}

fn whole(sql: &mut Sql, alias: &'static str, full: &[AccountId]) {
    if !full.is_empty() {
        sql.add(" OR ").add(alias).add(".account_id ").any(full.iter().copied());
    }
}

/// Memberships count only in accounts that the scope knows but does not read whole.
fn tasks_of_limited(sql: &mut Sql, alias: &'static str, scope: &Scope, limited: &[AccountId]) {
    let only_issues: Vec<ProjectId> = scope.projects_as(ProjectRole::OnlyIssues).collect();
    let client: Vec<ProjectId> = scope.projects_as(ProjectRole::Client).collect();
    if limited.is_empty() || (only_issues.is_empty() && client.is_empty()) {
        return;
    }
    sql.add(" OR (").add(alias).add(".account_id ").any(limited.iter().copied()).add(" AND (FALSE");
    if !only_issues.is_empty() {
        sql.add(" OR ").add(alias).add(".project_id ").any(only_issues);
    }
    if !client.is_empty() {
        sql.add(" OR (").add(alias).add(".project_id ").any(client).add(" AND (").add(alias).add(".client_visible");
        if let Some(me) = scope.user_id {
            sql.add(" OR ").add(alias).add(".created_by = ").bind(me.0);
        }
        sql.add("))");
    }
    sql.add("))");
}

/// Adds a condition that holds for texts of `alias` that are not internal, or whose reader may read internal ones of the task: everybody but
/// clients.
pub(crate) fn readable(sql: &mut Sql, alias: &'static str, task: &'static str, scope: &Scope) {
    if scope.everything {
        sql.add("TRUE");
        return;
    }
    sql.add("(NOT ").add(alias).add(".internal OR ").add(task).add(".account_id ");
    sql.any(scope.accounts.iter().filter(|(_, s)| s.full || s.manages).map(|(id, _)| *id));
    sql.add(" OR ").add(task).add(".project_id ").any(scope.projects_as(ProjectRole::OnlyIssues)).add(")");
}

fn views(sql: &mut Sql, alias: &'static str, scope: &Scope, me: UserId) {
    sql.add("(");
    for (number, shared) in [false, true].into_iter().enumerate() {
        sql.add(if number == 0 { "(" } else { " OR (" });
        if shared {
            sql.add(alias).add(".shared");
        } else {
            sql.add(alias).add(".owner_id = ").bind(me.0);
        }
        if !scope.everything {
            let known = scope.accounts.iter().filter(|(_, standing)| standing.full || !shared).map(|(id, _)| *id);
            sql.add(" AND ").add(alias).add(".account_id ").any(known);
        }
        sql.add(")");
    }
    sql.add(")");
}

fn people(sql: &mut Sql, alias: &'static str, scope: &Scope) {
    if let Some(me) = scope.user_id {
        sql.add(" OR ").add(alias).add(".id = ").bind(me.0);
    }
    if !scope.accounts.is_empty() {
        sql.add(" OR EXISTS (SELECT 1 FROM account_user shared WHERE shared.user_id = ").add(alias).add(".id AND shared.account_id ");
        sql.any(scope.accounts.keys().copied());
        sql.add(") OR EXISTS (SELECT 1 FROM account managed WHERE managed.manager_id = ").add(alias).add(".id AND managed.id ");
        sql.any(scope.accounts.keys().copied()).add(")");
    }
}
