//! The bytes of dialect 2.

use serde_json::json;
use tasktrack_domain::event::EventType;
use tasktrack_domain::refs::TagRef;
use tasktrack_domain::tasks::{Assignee, AssigneeRole, Priority, Status};

use super::*;
use crate::catalogue::Validators;
use crate::samples::{about as on, at, changed, comment, event, person, said, task};

fn encoded(event: EventRecord) -> Vec<OutMessage> {
    let out = encode(&CommitGroup { events: vec![event] }, "task-track");
    let validators = Validators::new().unwrap();
    for message in &out {
        validators.check(message).unwrap();
    }
    out
}

fn types(out: &[OutMessage]) -> Vec<&str> {
    out.iter().map(|m| m.header("event-type").unwrap()).collect()
}

fn message(event_type: &str, user: &str, data: &str, nth: &str, id: i64) -> String {
    format!(
        r#"{{"event_type":"{event_type}","user_id":{user},"timestamp":"2026-11-21T10:00:06Z","data":{{{data}}},"metadata":{{"source":"task-track","version":"1.0","event_id":"0193a1b2-c3d4-7e5f-8a9b-0000000000{nth}","aggregate_id":{id},"aggregate_version":1}}}}"#
    )
}

const ABOUT: &str = r#""task_id":41,"title":"Закрыть «период» 😀""#;

#[test]
fn created_byte_for_byte() {
    let mut tagged = task();
    tagged.tags = vec![TagRef { id: 2.into(), name: "срочно".into(), color: "#3B7A57".into() }];
    let out = encoded(event(EventType::TaskCreated, &tagged));
    let data = format!(
        r#"{ABOUT},"description":"Текст\nи ещё","status":"new","priority":"medium","assigned_to_ids":[7],"team_id":null,"tags":["срочно"],"action":"create""#
    );
    assert_eq!(out.len(), 1);
    assert_eq!(out[0].value, message("task_created", "7", &data, "00", 41));
    assert_eq!((out[0].topic.as_str(), out[0].key.as_str()), ("user-activities", "41"));
}

#[test]
fn one_change_of_many_fields_is_many_messages() {
    let before = task();
    let mut after = Task { status: Status::Done, priority: Priority::Urgent, due_date: None, title: "Иначе".into(), ..before.clone() };
    after.tags = vec![TagRef { id: 2.into(), name: "срочно".into(), color: "#3B7A57".into() }];
    after.assignees = vec![
        Assignee { user: person(8), role: AssigneeRole::Owner, assigned_by: None, assigned_at: at(1) },
        Assignee { user: person(7), role: AssigneeRole::Collaborator, assigned_by: None, assigned_at: at(1) },
    ];
    let out = encoded(changed(EventType::TaskStatusChanged, &before, &after));
    let expected = [
        "task_updated",
        "task_status_changed",
        "task_completed",
        "task_priority_changed",
        "task_due_date_set",
        "task_unassigned",
        "task_assigned",
        "task_assigned",
        "task_tag_added",
    ];
    assert_eq!(types(&out), expected);
    assert_eq!(
        out[1].value,
        message("task_status_changed", "7", r#""task_id":41,"title":"Иначе","old_status":"new","new_status":"done""#, "02", 41)
    );
    assert!(out[4].value.contains(r#""due_date":null"#));
    assert!(out[5].value.contains(r#""assigned_to_id":7,"assigned_to_username":"Анна 7","role":"owner""#));
    assert!(
        out[0].value.contains(r#""changes":{"assignees":{"from":["#)
            && out[0].value.contains(r#""title":{"from":"Закрыть «период» 😀","to":"Иначе"}},"action":"update","description":"#)
    );
    let back = encoded(changed(EventType::TaskStatusChanged, &after, &before));
    assert!(types(&back).contains(&"task_reopened") && types(&back).contains(&"task_tag_removed"));
}

#[test]
fn archive_trash_and_rank() {
    let before = task();
    let archived = Task { archived_at: Some(at(9)), ..before.clone() };
    let deleted = Task { deleted_at: Some(at(9)), ..before.clone() };
    let moved = Task { rank: "81".into(), ..before.clone() };
    assert_eq!(types(&encoded(changed(EventType::TaskArchived, &before, &archived))), ["task_updated", "task_archived"]);
    assert_eq!(types(&encoded(changed(EventType::TaskUnarchived, &archived, &before))), ["task_updated", "task_restored"]);
    assert_eq!(types(&encoded(changed(EventType::TaskDeleted, &before, &deleted))), ["task_deleted"]);
    assert_eq!(types(&encoded(changed(EventType::TaskRestored, &deleted, &before))), ["task_updated", "task_restored"]);
    assert!(encoded(changed(EventType::TaskRankChanged, &before, &moved)).is_empty());
}

#[test]
fn relations_are_told_and_watchers_are_not() {
    let said = |event_type, from: serde_json::Value, to: serde_json::Value| {
        let mut event = event(event_type, &task());
        event.payload.changes.insert("relation".into(), json!({"from": from, "to": to}));
        encoded(event)
    };
    let relation = json!({"id": 3, "kind": "blocked_by", "task": {"id": 9, "key": "ERP-9", "title": "Сверка", "status": "new"}});
    let added = said(EventType::TaskRelationAdded, json!(null), relation.clone());
    let data = format!(r#"{ABOUT},"relation":"blocked_by","related_task_id":9,"related_task_key":"ERP-9","related_title":"Сверка""#);
    let nth = format!("{:02x}", EventType::ALL.iter().position(|x| *x == EventType::TaskRelationAdded).unwrap());
    assert_eq!((added.len(), added[0].value.as_str()), (1, message("task_relation_added", "7", &data, &nth, 41).as_str()));
    assert_eq!(types(&said(EventType::TaskRelationRemoved, relation, json!(null))), ["task_relation_removed"]);
    assert!(said(EventType::TaskWatcherAdded, json!(null), json!(person(9))).is_empty());
}

#[test]
fn internal_comments_are_not_told() {
    let out = encoded(said(EventType::CommentAdded, &task(), &comment(false)));
    assert_eq!(out[0].value, message("comment_added", "7", &format!(r#"{ABOUT},"comment_id":12,"body":"Готово""#), "0d", 41));
    assert_eq!(out[0].topic, "task-events");
    assert!(encoded(said(EventType::CommentAdded, &task(), &comment(true))).is_empty());
    assert!(encoded(said(EventType::CommentDeleted, &task(), &comment(true))).is_empty());
    let hidden = encoded(said(EventType::CommentEdited, &task(), &comment(true)));
    assert_eq!(types(&hidden), ["comment_deleted"]);
    assert!(!hidden[0].value.contains("Готово"));
    assert_eq!(types(&encoded(said(EventType::CommentEdited, &task(), &comment(false)))), ["comment_edited"]);
    assert!(encoded(said(EventType::CommentDeleted, &task(), &comment(false)))[0].value.contains(r#""excerpt":"Готово""#));
}

#[test]
fn sessions_and_people_belong_to_no_account() {
    let mut login = on(EventType::UserLoggedIn, Aggregate::Session, 7, serde_json::Value::Null);
    (login.account_id, login.actor_id, login.payload.actor) = (None, None, Some(person(7)));
    login.payload.extra.insert("ip_address".into(), json!("192.0.2.1"));
    let mut failed = on(EventType::UserLoginFailed, Aggregate::Session, 0, serde_json::Value::Null);
    (failed.account_id, failed.actor_id) = (None, None);
    failed.payload.extra = [("username", "x@example.com"), ("ip_address", "192.0.2.1"), ("reason", "unknown")]
        .map(|(n, v)| (n.to_owned(), json!(v)))
        .into_iter()
        .collect();
    let user = json!({"id": 7, "name": "Анна", "email": "a@example.com", "role": "worker"});
    let created = on(EventType::UserCreated, Aggregate::User, 7, user);
    let nth = |t: EventType| format!("{:02x}", EventType::ALL.iter().position(|x| *x == t).unwrap());
    let said = |event: EventRecord| crate::dialects::encode(&CommitGroup { events: vec![event] }, &[], "task-track").remove(0);
    let data = r#""username":"Анна 7","ip_address":"192.0.2.1""#;
    assert_eq!(said(login).value, message("user_login", "7", data, &nth(EventType::UserLoggedIn), 7));
    let refused = said(failed.clone());
    let data = r#""username":"x@example.com","ip_address":"192.0.2.1","reason":"unknown""#;
    assert_eq!(refused.value, message("user_login_failed", "null", data, &nth(EventType::UserLoginFailed), 0));
    assert_eq!(refused.header("account"), Some(""));
    let data = r#""user_id":7,"username":"Анна","email":"a@example.com","role":"worker""#;
    assert_eq!(said(created.clone()).value, message("user_created", "7", data, &nth(EventType::UserCreated), 7));
    let logout = on(EventType::UserLoggedOut, Aggregate::Session, 7, serde_json::Value::Null);
    for event in [failed, created, logout] {
        assert_eq!(encoded(event).len(), 1);
    }
}

#[test]
fn tags_and_templates() {
    let tag = on(EventType::TagUpdated, Aggregate::Tag, 2, json!({"id": 2, "name": "срочно", "color": "#3B7A57"}));
    let nth = format!("{:02x}", EventType::ALL.iter().position(|x| *x == EventType::TagUpdated).unwrap());
    assert_eq!(encoded(tag)[0].value, message("tag_updated", "7", r##""tag_id":2,"tag_name":"срочно","color":"#3B7A57""##, &nth, 2));
    let mut used = on(EventType::TaskTemplateUsed, Aggregate::TaskTemplate, 4, json!({"id": 4, "name": "Месяц", "title": "Закрыть"}));
    used.payload.extra = [("task_id".to_owned(), json!(41)), ("task_key".to_owned(), json!("ERP-41"))].into_iter().collect();
    let out = encoded(used);
    assert!(
        out[0].value.contains(r#""data":{"template_id":4,"template_name":"Месяц","task_id":41,"task_key":"ERP-41","title":"Закрыть"}"#)
    );
}
