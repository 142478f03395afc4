//! The filters of task lists.

use chrono_tz::Tz;
use tasktrack_domain::actor::Actor;
use tasktrack_domain::ctx::Ctx;
use tasktrack_domain::ids::{TaskId, UserId};
use tasktrack_domain::tasks::filter::{Archived, AssigneeFilter, ParentFilter};
use tasktrack_domain::tasks::{Priority, Status, TaskFilter};

use crate::Problem;
use crate::query::{Params, bad};

/// Takes every filter out of `params`.
pub fn read(params: &mut Params, ctx: &Ctx) -> Result<TaskFilter, Problem> {
    let me = ctx.actor.id();
    let mut filter = TaskFilter {
        accounts: params.ids("account")?,
        projects: params.ids("project")?,
        tags: params.ids("tag")?,
        ids: params.ids("id")?,
        ..TaskFilter::default()
    };
    let zone = zone(&ctx.actor, &filter);
    filter.priorities = params.words("priority", "must be low, medium, high or urgent", |word| word.parse::<Priority>().ok())?;
    filter.assignee = assignee(params, me)?;
    filter.created_by = people(params, "created_by", me)?;
    filter.supervisors = people(params, "supervisor", me)?;
    filter.watchers = people(params, "watcher", me)?;
    filter.parent = match params.one("parent")?.as_deref() {
        None => None,
        Some("none") => Some(ParentFilter::None),
        Some(id) => Some(ParentFilter::Of(TaskId(id.parse().map_err(|_| bad("parent", "must be a number or none"))?))),
    };
    filter.keys = params.list("key")?.iter().map(|key| key.to_ascii_uppercase()).collect();
    filter.overdue_at = params.flag("overdue")?.unwrap_or_default().then(|| ctx.now());
    filter.due_from = params.from("due_from", zone)?;
    filter.due_to = params.to("due_to", zone)?;
    filter.due_none = match params.one("due")?.as_deref() {
        None => false,
        Some("none") => true,
        Some(_) => return Err(bad("due", "can only be none")),
    };
    filter.created_from = params.from("created_from", zone)?;
    filter.created_to = params.to("created_to", zone)?;
    filter.updated_from = params.from("updated_from", zone)?;
    filter.planned_from = params.from("planned_from", zone)?;
    filter.planned_to = params.to("planned_to", zone)?;
    filter.archived = match params.one("archived")?.as_deref() {
        None | Some("false") => Archived::No,
        Some("true") => Archived::Only,
        Some("any") => Archived::Any,
        Some(_) => return Err(bad("archived", "must be false, true or any")),
    };
    filter.deleted = params.flag("deleted")?.unwrap_or_default();
    filter.mine_of = if params.flag("mine")?.unwrap_or_default() { me } else { None };
    filter.text = params.text("q")?;
    filter.statuses = statuses(params)?;
    Ok(filter)
}

/// Bare dates are days of the account that is asked for, else of the first one.
fn zone(actor: &Actor, filter: &TaskFilter) -> Tz {
    let accounts = &actor.scope.accounts;
    let asked = filter.accounts.first().and_then(|id| accounts.get(id));
    asked.or_else(|| accounts.values().next()).map_or(Tz::UTC, |standing| standing.zone)
}

fn person(word: &str, me: Option<UserId>) -> Option<UserId> {
    if word == "me" { me } else { word.parse().ok().map(UserId) }
}

fn people(params: &mut Params, name: &str, me: Option<UserId>) -> Result<Vec<UserId>, Problem> {
    params.words(name, "must be numbers or me", |word| person(word, me))
}

fn assignee(params: &mut Params, me: Option<UserId>) -> Result<Option<AssigneeFilter>, Problem> {
    let words = params.list("assignee")?;
    if words.is_empty() {
        return Ok(None);
    }
    let mut filter = AssigneeFilter::default();
    for word in words {
        match word.as_str() {
            "none" => filter.none = true,
            word => filter.users.push(person(word, me).ok_or_else(|| bad("assignee", "must be numbers, me or none"))?),
        }
    }
    Ok(Some(filter))
}

/// `status` and `open` together: what both allow.
fn statuses(params: &mut Params) -> Result<Vec<Status>, Problem> {
    let named = params.words("status", "must be new, in_progress, waiting, testing, done or closed", Status::parse)?;
    let Some(open) = params.flag("open")? else { return Ok(named) };
    let named = if named.is_empty() { Status::ALL.to_vec() } else { named };
    let both: Vec<Status> = named.into_iter().filter(|status| status.is_open() == open).collect();
    if both.is_empty() { Err(bad("open", "and status exclude each other")) } else { Ok(both) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_narrows_status() {
        let read = |text: &str| statuses(&mut Params::parse(text).unwrap());
        assert_eq!(read("open=true").unwrap(), vec![Status::New, Status::InProgress, Status::Waiting, Status::Testing]);
        assert_eq!(read("open=false&status=done").unwrap(), vec![Status::Done]);
        assert_eq!(read("status=todo,blocked").unwrap(), vec![Status::New, Status::Waiting]);
        assert!(read("open=true&status=done").is_err() && read("status=deleted").is_err());
    }

    #[test]
    fn me_and_none() {
        let filter = assignee(&mut Params::parse("assignee=me,none,9").unwrap(), Some(UserId(7))).unwrap().unwrap();
        assert_eq!((filter.users, filter.none), (vec![UserId(7), UserId(9)], true));
        assert!(assignee(&mut Params::parse("assignee=you").unwrap(), Some(UserId(7))).is_err());
    }
}
