//! Dialect 2: activity. One event gives one message to `user-activities` and one to `task-events` for each thing that changed.
//!
//! Every message about a task has `task_id` and `title`; `task_updated` also has the description, so that a search index can be built
//! from the messages alone. Rank, watchers and links to ERPs are no activity. Internal comments are not told; a comment that became internal is
//! told as deleted, so that no copy of it stays.

use serde_json::Value;
use tasktrack_domain::event::{Aggregate, EventRecord, EventType};
use tasktrack_domain::tasks::{Assignee, Task};

use super::{VERSION, comment_of, headers, task_of};
use crate::commit_group::CommitGroup;
use crate::json::{Json, Object};
use crate::message::OutMessage;

/// Name of the dialect in schema names.
pub const DIALECT: &str = "activity";
/// What people do.
pub const USER_ACTIVITIES: &str = "user-activities";
/// What happens to tasks.
pub const TASK_EVENTS: &str = "task-events";
/// Usage figures.
pub const ANALYTICS_EVENTS: &str = "analytics-events";
/// Words from the system to all.
pub const SYSTEM_NOTIFICATIONS: &str = "system-notifications";
/// All topics of the dialect.
pub const TOPICS: [&str; 4] = [USER_ACTIVITIES, TASK_EVENTS, ANALYTICS_EVENTS, SYSTEM_NOTIFICATIONS];

const EXCERPT: usize = 100;

/// Messages of a group, event by event.
pub fn encode(group: &CommitGroup, source: &str) -> Vec<OutMessage> {
    let mut out = Vec::new();
    for event in &group.events {
        let mut teller = Teller { event, source, out: &mut out };
        match event.aggregate {
            Aggregate::Task => {
                if let Some(task) = task_of(event) {
                    teller.task(&task);
                }
            }
            Aggregate::Tag => teller.tag(),
            Aggregate::TaskTemplate => teller.template(),
            Aggregate::User => teller.user(),
            Aggregate::Session => teller.session(),
            Aggregate::Access | Aggregate::Project | Aggregate::Integration | Aggregate::View => {}
        }
    }
    out
}

struct Teller<'a> {
    event: &'a EventRecord,
    source: &'a str,
    out: &'a mut Vec<OutMessage>,
}

impl Teller<'_> {
    fn say(&mut self, topic: &str, event_type: &str, user_id: Option<i64>, data: Object) {
        let event = self.event;
        let metadata = Object::new()
            .with("source", self.source)
            .with("version", VERSION)
            .with("event_id", event.id.to_string())
            .with("aggregate_id", event.aggregate_id)
            .with("aggregate_version", event.event_seq);
        let body = Object::new()
            .with("event_type", event_type)
            .with("user_id", user_id)
            .with("timestamp", event.occurred_at)
            .with("data", data)
            .with("metadata", metadata);
        self.out.push(OutMessage {
            topic: topic.to_owned(),
            key: event.aggregate_id.to_string(),
            headers: headers(event, DIALECT, event_type, event.event_seq, self.source),
            value: body.text(),
            event_ids: vec![event.id],
        });
    }

    fn activity(&mut self, event_type: &str, data: Object) {
        let actor = self.actor();
        self.say(USER_ACTIVITIES, event_type, actor, data);
    }

    fn on_task(&mut self, event_type: &str, data: Object) {
        let actor = self.actor();
        self.say(TASK_EVENTS, event_type, actor, data);
    }

    fn actor(&self) -> Option<i64> {
        self.event.actor_id.or(self.event.payload.actor.as_ref().map(|actor| actor.id.0))
    }

    fn task(&mut self, task: &Task) {
        match self.event.event_type {
            EventType::TaskCreated => {
                let people: Vec<i64> = task.assignees.iter().map(|a| a.user.id.0).collect();
                let tags: Vec<&str> = task.tags.iter().map(|t| t.name.as_str()).collect();
                let data = about(task)
                    .with("description", task.description.as_str())
                    .with("status", task.status.as_str())
                    .with("priority", task.priority.as_str())
                    .with("assigned_to_ids", people)
                    .with("team_id", None::<i64>)
                    .with("tags", tags)
                    .with("action", "create");
                self.activity("task_created", data);
            }
            EventType::TaskDeleted => self.activity("task_deleted", about(task)),
            EventType::CommentAdded | EventType::CommentEdited | EventType::CommentDeleted => self.comment(task),
            EventType::TaskRelationAdded => self.relation(task, "task_relation_added", "to"),
            EventType::TaskRelationRemoved => self.relation(task, "task_relation_removed", "from"),
            EventType::TaskWatcherAdded | EventType::TaskWatcherRemoved => {}
            _ => self.changes(task),
        }
    }

    /// Each of the two tasks tells it as it sees it.
    fn relation(&mut self, task: &Task, event_type: &str, which: &str) {
        let Some(relation) = self.event.payload.changes.get("relation").and_then(|change| change.get(which)) else { return };
        let other = relation.get("task").cloned().unwrap_or_default();
        let data = about(task).with("relation", end(relation, "kind")).with("related_task_id", end(&other, "id"));
        self.on_task(event_type, data.with("related_task_key", end(&other, "key")).with("related_title", end(&other, "title")));
    }

    fn changes(&mut self, task: &Task) {
        let mut told: Vec<(&String, &Value)> =
            self.event.payload.changes.iter().filter(|(field, _)| *field != "rank" && *field != "external_ids").collect();
        if told.is_empty() {
            return;
        }
        told.sort_by_key(|(field, _)| *field);
        let mut changes = Object::new();
        for (field, change) in &told {
            changes = changes.with(field, Object::new().with("from", end(change, "from")).with("to", end(change, "to")));
        }
        let data = about(task).with("changes", changes).with("action", "update").with("description", task.description.as_str());
        self.activity("task_updated", data);
        let changed = |field: &str| told.iter().find(|(name, _)| *name == field).map(|(_, change)| *change);
        if let Some(change) = changed("status") {
            self.status(task, change);
        }
        if let Some(change) = changed("priority") {
            let data = about(task).with("old_priority", end(change, "from")).with("new_priority", end(change, "to"));
            self.on_task("task_priority_changed", data);
        }
        if changed("due_date").is_some() {
            self.on_task("task_due_date_set", about(task).with("due_date", task.due_date));
        }
        if let Some(change) = changed("assignees") {
            self.people(task, change);
        }
        if let Some(change) = changed("tags") {
            self.tags(task, change);
        }
        if changed("archived_at").is_some() {
            self.on_task(if task.archived_at.is_some() { "task_archived" } else { "task_restored" }, about(task));
        }
        if self.event.event_type == EventType::TaskRestored {
            self.on_task("task_restored", about(task));
        }
    }

    fn status(&mut self, task: &Task, change: &Value) {
        let data = about(task).with("old_status", end(change, "from")).with("new_status", end(change, "to"));
        self.on_task("task_status_changed", data);
        let was_open =
            change.get("from").and_then(Value::as_str).and_then(|s| s.parse().ok()).is_none_or(tasktrack_domain::tasks::Status::is_open);
        match (was_open, task.status.is_open()) {
            (true, false) => self.on_task("task_completed", about(task)),
            (false, true) => self.on_task("task_reopened", about(task)),
            _ => {}
        }
    }

    fn people(&mut self, task: &Task, change: &Value) {
        let read =
            |which: &str| -> Vec<Assignee> { change.get(which).and_then(|v| serde::Deserialize::deserialize(v).ok()).unwrap_or_default() };
        let (before, after) = (read("from"), read("to"));
        let missing = |of: &[Assignee], from: &[Assignee]| -> Vec<Assignee> {
            of.iter().filter(|a| !from.iter().any(|b| a.user.id == b.user.id && a.role == b.role)).cloned().collect()
        };
        for (event_type, people) in [("task_unassigned", missing(&before, &after)), ("task_assigned", missing(&after, &before))] {
            for person in people {
                let data = about(task)
                    .with("assigned_to_id", person.user.id.0)
                    .with("assigned_to_username", person.user.name)
                    .with("role", person.role.as_str());
                self.on_task(event_type, data);
            }
        }
    }

    fn tags(&mut self, task: &Task, change: &Value) {
        let read = |which: &str| change.get(which).and_then(Value::as_array).cloned().unwrap_or_default();
        let (before, after) = (read("from"), read("to"));
        let missing = |of: &[Value], from: &[Value]| -> Vec<Value> {
            of.iter().filter(|a| !from.iter().any(|b| a.get("id") == b.get("id"))).cloned().collect()
        };
        for (event_type, tags) in [("task_tag_removed", missing(&before, &after)), ("task_tag_added", missing(&after, &before))] {
            for tag in tags {
                self.on_task(event_type, about(task).with("tag_id", end(&tag, "id")).with("tag_name", end(&tag, "name")));
            }
        }
    }

    fn comment(&mut self, task: &Task) {
        let Some(comment) = comment_of(self.event) else { return };
        let data = about(task).with("comment_id", comment.id.0);
        match (self.event.event_type, comment.internal) {
            (EventType::CommentAdded, false) => self.on_task("comment_added", data.with("body", comment.body)),
            (EventType::CommentEdited, false) => self.on_task("comment_edited", data.with("body", comment.body)),
            (EventType::CommentEdited, true) => self.on_task("comment_deleted", data.with("excerpt", None::<&str>)),
            (EventType::CommentDeleted, false) => {
                let excerpt: String = comment.body.chars().take(EXCERPT).collect();
                self.on_task("comment_deleted", data.with("excerpt", excerpt));
            }
            _ => {}
        }
    }

    fn tag(&mut self) {
        let event_type = match self.event.event_type {
            EventType::TagCreated => "tag_created",
            EventType::TagUpdated => "tag_updated",
            EventType::TagDeleted => "tag_deleted",
            _ => return,
        };
        let tag = &self.event.payload.snapshot;
        self.activity(
            event_type,
            Object::new().with("tag_id", end(tag, "id")).with("tag_name", end(tag, "name")).with("color", end(tag, "color")),
        );
    }

    fn template(&mut self) {
        let template = &self.event.payload.snapshot;
        let data = Object::new().with("template_id", end(template, "id")).with("template_name", end(template, "name"));
        let extra = |name: &str| Json::from(self.event.payload.extra.get(name).cloned().unwrap_or_default());
        match self.event.event_type {
            EventType::TaskTemplateCreated => self.activity("task_template_created", data),
            EventType::TaskTemplateUpdated => self.activity("task_template_updated", data),
            EventType::TaskTemplateDeleted => self.activity("task_template_deleted", data),
            EventType::TaskTemplateUsed => {
                let data = data.with("task_id", extra("task_id")).with("task_key", extra("task_key")).with("title", end(template, "title"));
                self.activity("task_template_used", data);
            }
            _ => {}
        }
    }

    fn user(&mut self) {
        let event_type = match self.event.event_type {
            EventType::UserCreated => "user_created",
            EventType::UserUpdated => "user_updated",
            EventType::UserPasswordChanged => "user_password_changed",
            _ => return,
        };
        let user = &self.event.payload.snapshot;
        let data =
            Object::new().with("user_id", self.event.aggregate_id).with("username", end(user, "name")).with("email", end(user, "email"));
        self.activity(event_type, data.with("role", end(user, "role")));
    }

    /// The person of a session event is who it is about: at log-in nobody is signed in yet.
    fn session(&mut self) {
        let event = self.event;
        let extra = |name: &str| Json::from(event.payload.extra.get(name).cloned().unwrap_or_default());
        let person = Some(event.aggregate_id).filter(|id| *id > 0);
        match event.event_type {
            EventType::UserLoggedIn => {
                let name = event.payload.actor.as_ref().map(|actor| actor.name.clone());
                self.say(
                    USER_ACTIVITIES,
                    "user_login",
                    person,
                    Object::new().with("username", name).with("ip_address", extra("ip_address")),
                );
            }
            EventType::UserLoggedOut => self.say(USER_ACTIVITIES, "user_logout", person, Object::new()),
            EventType::UserLoginFailed => {
                let data = Object::new().with("username", extra("username")).with("ip_address", extra("ip_address"));
                self.say(USER_ACTIVITIES, "user_login_failed", None, data.with("reason", extra("reason")));
            }
            _ => {}
        }
    }
}

fn about(task: &Task) -> Object {
    Object::new().with("task_id", task.id.0).with("title", task.title.as_str())
}

/// A member of a change or a snapshot, as the log has it.
fn end(of: &Value, name: &str) -> Json {
    of.get(name).cloned().unwrap_or_default().into()
}

#[cfg(test)]
#[path = "activity_tests.rs"]
mod tests;
