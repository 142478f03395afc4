//! Filters of lists, counts and groups as conditions. Every one starts with the tenant filter.

use chrono::DateTime;
use tasktrack_domain::actor::Scope;
use tasktrack_domain::tasks::Status;
use tasktrack_domain::tasks::filter::{Archived, ParentFilter, TaskFilter, TaskSort};

use crate::sql::Sql;
use crate::visible::{Rows, visible};

/// More words than this in a text filter are left out.
const WORDS_MAX: usize = 10;
/// No more of a word than this is compared.
const WORD_MAX: usize = 100;

/// Filter and order in a canonical text: what a cursor is bound to. "Overdue" stands for any instant, since it moves between pages.
pub(crate) fn fingerprint(filter: &TaskFilter, sort: &TaskSort) -> String {
    let filter = TaskFilter { overdue_at: filter.overdue_at.map(|_| DateTime::UNIX_EPOCH), ..filter.clone() };
    format!("{filter:?} {sort:?}")
}

/// Whether only tasks with a due date can match.
pub(crate) fn has_due(filter: &TaskFilter) -> bool {
    filter.overdue_at.is_some() || filter.due_from.is_some() || filter.due_to.is_some()
}

/// Adds `WHERE …` for table `task t`.
pub(crate) fn conditions(sql: &mut Sql, scope: &Scope, filter: &TaskFilter) {
    sql.add(" WHERE ");
    visible(sql, Rows::Task, "t", scope);
    match filter.accounts.as_slice() {
        // For the order of an index on the account. Not where something narrower leads: the planner would count the account twice.
        [] if scope.accounts.len() == 1 && !scope.everything && !narrow(filter) => {
            one_of(sql.add(" AND t.account_id "), scope.accounts.keys().copied());
        }
        [] => {}
        accounts => _ = one_of(sql.add(" AND t.account_id "), accounts.iter().copied()),
    }
    if !filter.projects.is_empty() {
        one_of(sql.add(" AND t.project_id "), filter.projects.iter().copied());
    }
    let open = statuses(sql, &filter.statuses);
    if !filter.priorities.is_empty() {
        sql.add(" AND t.priority ").any_small(filter.priorities.iter().map(|p| p.code()));
    }
    sql.add(living(filter));
    people(sql, filter, open);
    if !filter.tags.is_empty() {
        sql.add(" AND t.id IN (SELECT task_id FROM task_tag WHERE tag_id ").any(filter.tags.iter().copied()).add(")");
    }
    match filter.parent {
        Some(ParentFilter::Of(id)) => _ = sql.add(" AND t.parent_id = ").bind(id.0),
        Some(ParentFilter::None) => _ = sql.add(" AND t.parent_id IS NULL"),
        None => {}
    }
    if !filter.ids.is_empty() {
        sql.add(" AND t.id ").any(filter.ids.iter().copied());
    }
    if !filter.keys.is_empty() {
        sql.add(" AND t.key ").any_text(filter.keys.iter().filter(|k| !k.contains('\0')).cloned());
    }
    instants(sql, filter);
    planned(sql, filter);
    words(sql, filter.text.as_deref());
}

/// Whether a condition with an index of its own leaves few tasks.
fn narrow(f: &TaskFilter) -> bool {
    let listed = [
        f.projects.is_empty(),
        f.created_by.is_empty(),
        f.supervisors.is_empty(),
        f.watchers.is_empty(),
        f.tags.is_empty(),
        f.ids.is_empty(),
        f.keys.is_empty(),
    ];
    listed.contains(&false)
        || f.assignee.as_ref().is_some_and(|a| !a.none)
        || f.mine_of.is_some()
        || matches!(f.parent, Some(ParentFilter::Of(_)))
}

/// Adds "is one of `ids`". One id is an equation: only so an index gives its rows in order.
pub(crate) fn one_of<T: Into<i64> + Copy>(sql: &mut Sql, ids: impl IntoIterator<Item = T>) -> &mut Sql {
    let ids: Vec<T> = ids.into_iter().collect();
    match ids.as_slice() {
        [id] => sql.add("= ").bind((*id).into()),
        _ => sql.any(ids),
    }
}

/// Status, with `status < 4` spelled out wherever it follows: that is the condition of the partial indexes. Says whether it does.
fn statuses(sql: &mut Sql, statuses: &[Status]) -> bool {
    if statuses.is_empty() {
        return false;
    }
    let of = |open: bool| Status::ALL.iter().filter(|s| s.is_open() == open && statuses.contains(s)).count();
    let (open, ended) = (of(true), of(false));
    if ended == 0 {
        sql.add(" AND t.status < 4");
    } else if open == 0 {
        sql.add(" AND t.status >= 4");
    }
    if !matches!((open, ended), (4, 0) | (0, 2) | (4, 2)) {
        sql.add(" AND t.status ").any_small(statuses.iter().map(|s| s.code()));
    }
    ended == 0
}

/// Archive and trash. What is in the trash may have been archived before.
fn living(filter: &TaskFilter) -> &'static str {
    match (filter.archived, filter.deleted) {
        (Archived::No, false) => " AND t.archived_at IS NULL AND t.deleted_at IS NULL",
        (Archived::Any, false) => " AND t.deleted_at IS NULL",
        (Archived::Only, false) => " AND t.archived_at IS NOT NULL AND t.deleted_at IS NULL",
        (Archived::Only, true) => " AND t.archived_at IS NOT NULL AND t.deleted_at IS NOT NULL",
        (_, true) => " AND t.deleted_at IS NOT NULL",
    }
}

fn people(sql: &mut Sql, filter: &TaskFilter, open: bool) {
    if let Some(assignee) = &filter.assignee {
        sql.add(" AND (");
        if !assignee.users.is_empty() {
            one_of(sql.add("t.id IN (SELECT task_id FROM task_assignee WHERE user_id "), assignee.users.iter().copied()).add(")");
        }
        match (assignee.users.is_empty(), assignee.none) {
            (true, _) => _ = sql.add("t.assignees = '[]'"),
            (false, true) => _ = sql.add(" OR t.assignees = '[]'"),
            (false, false) => {}
        }
        sql.add(")");
    }
    if !filter.created_by.is_empty() {
        one_of(sql.add(" AND t.created_by "), filter.created_by.iter().copied());
    }
    if !filter.supervisors.is_empty() {
        one_of(sql.add(" AND t.supervisor_id "), filter.supervisors.iter().copied());
    }
    if !filter.watchers.is_empty() {
        one_of(sql.add(" AND t.id IN (SELECT task_id FROM task_watcher WHERE user_id "), filter.watchers.iter().copied()).add(")");
    }
    if let Some(user) = filter.mine_of {
        // A union, because an "or" over two tables would read all tasks.
        let living_open = open && filter.archived == Archived::No && !filter.deleted;
        let also = if living_open { " AND status < 4 AND archived_at IS NULL AND deleted_at IS NULL" } else { "" };
        sql.add(" AND t.id IN (SELECT task_id FROM task_assignee WHERE user_id = ").bind(user.0);
        sql.add(" UNION SELECT id FROM task WHERE created_by = ").bind(user.0).add(also);
        sql.add(" UNION SELECT id FROM task WHERE supervisor_id = ").bind(user.0).add(also).add(")");
    }
}

fn instants(sql: &mut Sql, filter: &TaskFilter) {
    if let Some(now) = filter.overdue_at {
        sql.add(" AND t.status < 4 AND t.due_date < ").bind(now);
    }
    if filter.due_none {
        sql.add(" AND t.due_date IS NULL");
    }
    let bounds = [
        (" AND t.due_date >= ", filter.due_from),
        (" AND t.due_date <= ", filter.due_to),
        (" AND t.created_at >= ", filter.created_from),
        (" AND t.created_at <= ", filter.created_to),
        (" AND t.updated_at >= ", filter.updated_from),
    ];
    for (text, bound) in bounds {
        if let Some(bound) = bound {
            sql.add(text).bind(bound);
        }
    }
}

/// What is planned overlaps the time asked for; where nothing is planned, the due date lies in it. Two arms, each with its index.
fn planned(sql: &mut Sql, filter: &TaskFilter) {
    if filter.planned_from.is_none() && filter.planned_to.is_none() {
        return;
    }
    let arms = [
        (
            " AND (((t.planned_start IS NOT NULL OR t.planned_end IS NOT NULL)",
            " AND coalesce(t.planned_end, t.planned_start) >= ",
            " AND coalesce(t.planned_start, t.planned_end) <= ",
        ),
        (
            ") OR (t.planned_start IS NULL AND t.planned_end IS NULL AND t.due_date IS NOT NULL",
            " AND t.due_date >= ",
            " AND t.due_date <= ",
        ),
    ];
    for (what, from, to) in arms {
        sql.add(what);
        for (text, bound) in [(from, filter.planned_from), (to, filter.planned_to)] {
            if let Some(bound) = bound {
                sql.add(text).bind(bound);
            }
        }
    }
    sql.add("))");
}

/// Each word is a part of key or title, whatever its case.
fn words(sql: &mut Sql, text: Option<&str>) {
    for word in text.into_iter().flat_map(str::split_whitespace).take(WORDS_MAX) {
        if word.contains('\0') {
            sql.add(" AND FALSE");
            continue;
        }
        let word: String = word.chars().take(WORD_MAX).collect();
        sql.add(" AND (").contains("t.title", &word);
        // A key has only capital letters, digits and a dash: what has more can't be in one, and folding each key would double the cost.
        if word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            sql.add(" OR t.key LIKE ").bind(format!("%{}%", word.to_ascii_uppercase()));
        }
        sql.add(")");
    }
}
