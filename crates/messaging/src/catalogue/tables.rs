//! The message types, in the order of the documentation.

use super::Kind::{
    Changes, Comment, Const, Id, Instant, InstantOrNull, Int, IntOrNull, Ints, NullYet, Object, OneOf, Text, TextOrNull, Texts, True, Uuid,
    Word, Words,
};
use super::{Direction, Field, Kind, MessageType};
use crate::dialects::{VERSION, activity, erp};

const STATUS: &[&str] = &["new", "in_progress", "waiting", "testing", "done", "closed"];
const STATUS_IN: &[&str] = &["new", "in_progress", "waiting", "testing", "done", "closed", "todo", "blocked"];
const PRIORITY: &[&str] = &["medium", "low", "high"];
const PRIORITY_OWN: &[&str] = &["medium", "low", "high", "urgent"];
const RELATION: &[&str] = &["blocks", "blocked_by", "relates", "duplicates", "duplicated_by"];

fn must(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: true }
}
fn may(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: false }
}

/// All message types.
pub fn catalogue() -> Vec<MessageType> {
    let mut all = erp_out();
    all.extend(erp_in());
    all.extend(activity_out());
    all
}

fn issue() -> Vec<Field> {
    vec![
        must("id", Int),
        must("name", Text),
        must("content", Text),
        must("status", OneOf(STATUS)),
        must("priority", OneOf(PRIORITY)),
        must("deadline", InstantOrNull),
        must("date_create", Instant),
        must("date_check", InstantOrNull),
        must("date_start_plan", InstantOrNull),
        must("date_end_plan", InstantOrNull),
        must("company_id", NullYet("integer")),
        must("service_id", NullYet("integer")),
        must("database_id", NullYet("integer")),
        must("user_id", IntOrNull),
        must("supervisor_id", IntOrNull),
        must("applicant_type", NullYet("string")),
        must("applicant_id", NullYet("integer")),
        must("sprint_id", NullYet("integer")),
        must("parent_id", IntOrNull),
    ]
}

fn comment() -> Vec<Field> {
    vec![must("comment_id", Int), must("comment", Text), must("user_id", Int), must("user_name", Text), must("date_create", Instant)]
}

fn erp_out() -> Vec<MessageType> {
    let form = |event_type: &'static str, about: &'static str, data: Vec<Field>| MessageType {
        direction: Direction::Out,
        dialect: erp::DIALECT,
        event_type,
        topic: "issues-events",
        about,
        members: vec![
            must("event_type", Const(event_type)),
            must("issue_id", Int),
            must("timestamp", Instant),
            must("data", Object(data)),
            must("source", Text),
            must("version", Const(VERSION)),
            must("event_id", Uuid),
            must("sequence", Int),
            must("external_id", TextOrNull),
        ],
    };
    let whole = |statuses: bool, with_comment: bool| {
        let mut data = issue();
        if statuses {
            data.extend([must("old_status", OneOf(STATUS)), must("new_status", OneOf(STATUS))]);
        }
        if with_comment {
            data.push(must("comment", Object(comment())));
        }
        data.push(may("urgent", True));
        data
    };
    let mut said = vec![must("issue_id", Int)];
    said.extend(comment());
    vec![
        form("created", "A task was created, or restored after it was deleted.", whole(false, false)),
        form("updated", "Fields of a task changed, archiving included.", whole(false, false)),
        form("status_changed", "The status of a task changed, maybe with other fields.", whole(true, false)),
        form("deleted", "A task was deleted.", vec![must("id", Int), must("name", Text)]),
        form("comment_added", "A public comment was added.", said),
        form("created_with_comment", "A task was created with a comment.", whole(false, true)),
        form("updated_with_comment", "Fields changed, and a comment was added in the same request.", whole(false, true)),
        form("status_changed_with_comment", "The status changed, and a comment was added in the same request.", whole(true, true)),
        form("linked", "Our id of a task that the ERP created.", vec![must("issue_id", Int), must("external_id", Text)]),
    ]
}

fn erp_in() -> Vec<MessageType> {
    let form = |event_type: &'static str, about: &'static str, named: Vec<Field>, data: Vec<Field>| {
        let mut members = vec![must("event_type", Const(event_type)), must("source", Text), may("timestamp", Word)];
        members.extend(named);
        members.extend([may("data", Object(data)), may("version", Word), may("event_id", Id), may("sequence", IntOrNull)]);
        MessageType { direction: Direction::In, dialect: "erp-in", event_type, topic: "issues-events-1c", about, members }
    };
    let either = || vec![may("external_id", Id), may("issue_id", Id)];
    let fields = || vec![may("name", Word), may("content", Word), may("priority", Words(PRIORITY_OWN)), may("deadline", Word)];
    let born = |with_comment: bool| {
        let mut data = fields();
        data.push(may("status", Words(STATUS_IN)));
        data.extend(["date_create", "date_check", "date_start_plan", "date_end_plan"].map(|name| may(name, Word)));
        data.extend(
            ["company_id", "service_id", "database_id", "user_id", "supervisor_id", "applicant_id", "sprint_id", "parent_id"]
                .map(|name| may(name, Id)),
        );
        if with_comment {
            data.push(must("comment", Comment));
        }
        data
    };
    let with = |mut data: Vec<Field>| {
        data.push(must("comment", Comment));
        data
    };
    let said = || vec![must("comment", Comment), may("user_email", Word), may("comment_id", Id), may("date_create", Word)];
    vec![
        form("created", "The ERP created a task; its own id is external_id, or issue_id where that is absent.", either(), born(false)),
        form("created_with_comment", "The ERP created a task with a comment.", either(), born(true)),
        form("updated", "Name, content, priority or deadline; a null deadline clears it.", either(), fields()),
        form("updated_with_comment", "The same with a comment.", either(), with(fields())),
        form("status_changed", "A new status.", either(), vec![must("status", OneOf(STATUS_IN))]),
        form("status_changed_with_comment", "The same with a comment.", either(), with(vec![must("status", OneOf(STATUS_IN))])),
        form("deleted", "The ERP deleted a task: archived here, unless the integration says otherwise.", either(), vec![]),
        form("comment_added", "A comment; without comment_id and date_create, twice is two comments.", either(), said()),
        form("linked", "The ERP's id of a task that was born here.", vec![must("issue_id", Id), must("external_id", Id)], vec![]),
    ]
}

fn activity_out() -> Vec<MessageType> {
    let form = |topic: &'static str, event_type: &'static str, about: &'static str, data: Vec<Field>| MessageType {
        direction: Direction::Out,
        dialect: activity::DIALECT,
        event_type,
        topic,
        about,
        members: vec![
            must("event_type", Const(event_type)),
            must("user_id", IntOrNull),
            must("timestamp", Instant),
            must("data", Object(data)),
            must(
                "metadata",
                Object(vec![
                    must("source", Text),
                    must("version", Const(VERSION)),
                    must("event_id", Uuid),
                    must("aggregate_id", Int),
                    must("aggregate_version", Int),
                ]),
            ),
        ],
    };
    let person = |event_type, about, data| form(activity::USER_ACTIVITIES, event_type, about, data);
    let task = |event_type, about, more: Vec<Field>| {
        let mut data = vec![must("task_id", Int), must("title", Text)];
        data.extend(more);
        form(activity::TASK_EVENTS, event_type, about, data)
    };
    let created = vec![
        must("task_id", Int),
        must("title", Text),
        must("description", Text),
        must("status", OneOf(STATUS)),
        must("priority", OneOf(PRIORITY_OWN)),
        must("assigned_to_ids", Ints),
        must("team_id", NullYet("integer")),
        must("tags", Texts),
        must("action", Const("create")),
    ];
    let updated = vec![
        must("task_id", Int),
        must("title", Text),
        must("changes", Changes),
        must("action", Const("update")),
        must("description", Text),
    ];
    let tag = || vec![must("tag_id", Int), must("tag_name", Text), must("color", Text)];
    let user = || vec![must("user_id", Int), must("username", Text), must("email", Text), must("role", Text)];
    let template = || vec![must("template_id", Int), must("template_name", Text)];
    let mut used = template();
    used.extend([must("task_id", Int), must("task_key", Text), must("title", Text)]);
    let failed = vec![must("username", TextOrNull), must("ip_address", TextOrNull), must("reason", TextOrNull)];
    let assigned =
        || vec![must("assigned_to_id", Int), must("assigned_to_username", Text), must("role", OneOf(&["owner", "collaborator"]))];
    let tagged = || vec![must("tag_id", Int), must("tag_name", Text)];
    let said = || vec![must("comment_id", Int), must("body", Text)];
    let related = || {
        vec![must("relation", OneOf(RELATION)), must("related_task_id", Int), must("related_task_key", Text), must("related_title", Text)]
    };
    vec![
        person("task_created", "A task was created.", created),
        person("task_updated", "Fields of a task changed.", updated),
        person("task_deleted", "A task was deleted.", vec![must("task_id", Int), must("title", Text)]),
        person("tag_created", "A tag was created.", tag()),
        person("tag_updated", "A tag was renamed or recoloured.", tag()),
        person("tag_deleted", "A tag was deleted.", tag()),
        person("task_template_created", "A template was created.", template()),
        person("task_template_updated", "A template was changed.", template()),
        person("task_template_deleted", "A template was deleted.", template()),
        person("task_template_used", "A task was made of a template; title is the template's.", used),
        person("user_created", "A person was added.", user()),
        person("user_updated", "A person changed their profile.", user()),
        person("user_password_changed", "A person changed their password.", user()),
        person("user_login", "Somebody logged in.", vec![must("username", TextOrNull), must("ip_address", TextOrNull)]),
        person("user_logout", "Somebody logged out.", vec![]),
        person("user_login_failed", "A log-in was refused; user_id is null.", failed),
        task("task_status_changed", "The status changed.", vec![must("old_status", OneOf(STATUS)), must("new_status", OneOf(STATUS))]),
        task("task_completed", "An open task became done or closed.", vec![]),
        task("task_reopened", "A done or closed task is open again.", vec![]),
        task(
            "task_priority_changed",
            "The priority changed.",
            vec![must("old_priority", OneOf(PRIORITY_OWN)), must("new_priority", OneOf(PRIORITY_OWN))],
        ),
        task("task_due_date_set", "The due date was set or cleared.", vec![must("due_date", InstantOrNull)]),
        task("task_assigned", "Somebody was put on a task.", assigned()),
        task("task_unassigned", "Somebody was taken off a task.", assigned()),
        task("task_tag_added", "A tag was put on a task.", tagged()),
        task("task_tag_removed", "A tag was taken off a task.", tagged()),
        task("task_relation_added", "A task was related to another; each of the two tells it as it sees it.", related()),
        task("task_relation_removed", "A relation ended; each of the two tells it.", related()),
        task("task_archived", "A task was archived.", vec![]),
        task("task_restored", "A task came back from the archive or the trash.", vec![]),
        task("comment_added", "A public comment was added.", said()),
        task("comment_edited", "A public comment was edited.", said()),
        task(
            "comment_deleted",
            "A comment was deleted, or is no longer public (then without an excerpt).",
            vec![must("comment_id", Int), must("excerpt", TextOrNull)],
        ),
    ]
}
