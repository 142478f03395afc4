//! The bytes of dialect 1.

use std::collections::BTreeMap;

use tasktrack_domain::event::{CauseKind, EventType, SyncNote};
use tasktrack_domain::tasks::{Priority, Status};

use super::*;
use crate::catalogue::Validators;
use crate::samples::{at, changed, comment, event, integration, said, task};

fn encoded(events: Vec<EventRecord>) -> Vec<OutMessage> {
    encoded_for(events, &[integration(1, "1c", "issues-events")])
}

fn encoded_for(events: Vec<EventRecord>, integrations: &[Integration]) -> Vec<OutMessage> {
    let out = encode(&CommitGroup { events }, integrations, "task-track");
    let validators = Validators::new().unwrap();
    for message in &out {
        validators.check(message).unwrap();
    }
    out
}

fn types(out: &[OutMessage]) -> Vec<&str> {
    out.iter().map(|m| m.header("event-type").unwrap()).collect()
}

const FIELDS: &str = r#""id":41,"name":"Закрыть «период» 😀","content":"Текст\nи ещё","status":"new","priority":"medium","deadline":"2026-11-21T10:00:30Z","date_create":"2026-11-21T10:00:00Z","date_check":null,"date_start_plan":null,"date_end_plan":null,"company_id":null,"service_id":null,"database_id":null,"user_id":7,"supervisor_id":3,"applicant_type":null,"applicant_id":null,"sprint_id":null,"parent_id":null"#;

#[test]
fn created_byte_for_byte() {
    let mut event = event(EventType::TaskCreated, &task());
    event.cause.trace = Some("00-a-b-01".into());
    let out = encoded(vec![event]);
    let expected = format!(
        r#"{{"event_type":"created","issue_id":41,"timestamp":"2026-11-21T10:00:06Z","data":{{{FIELDS}}},"source":"task-track","version":"1.0","event_id":"0193a1b2-c3d4-7e5f-8a9b-000000000000","sequence":1,"external_id":null}}"#
    );
    assert_eq!(out.len(), 1);
    assert_eq!(out[0].value, expected);
    assert_eq!((out[0].topic.as_str(), out[0].key.as_str()), ("issues-events", "41"));
    let headers: Vec<(&str, &str)> = out[0].headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let expected = [
        ("event-id", "0193a1b2-c3d4-7e5f-8a9b-000000000000"),
        ("event-type", "created"),
        ("schema", "erp.created/1"),
        ("account", "1"),
        ("aggregate-id", "41"),
        ("aggregate-version", "1"),
        ("source", "task-track"),
        ("traceparent", "00-a-b-01"),
        ("content-type", "application/json"),
    ];
    assert_eq!(headers, expected);
}

#[test]
fn status_with_comment_and_urgent_is_one_message() {
    let before = task();
    let after = Task { status: Status::Testing, priority: Priority::Urgent, ..before.clone() };
    let mut second = said(EventType::CommentAdded, &after, &comment(false));
    second.event_seq = 2;
    let out = encoded(vec![changed(EventType::TaskStatusChanged, &before, &after), second]);
    assert_eq!(types(&out), ["status_changed_with_comment"]);
    let tail = r#""parent_id":null,"old_status":"new","new_status":"testing","comment":{"comment_id":12,"comment":"Готово","user_id":7,"user_name":"Анна 7","date_create":"2026-11-21T10:00:05Z"},"urgent":true},"source":"task-track","version":"1.0","event_id":"0193a1b2-c3d4-7e5f-8a9b-000000000002","sequence":2,"external_id":null}"#;
    assert!(out[0].value.ends_with(tail), "{}", out[0].value);
    assert!(out[0].value.contains(r#""status":"testing","priority":"high""#));
    assert_eq!((out[0].event_ids.len(), out[0].header("aggregate-version")), (2, Some("2")));
}

#[test]
fn a_comment_alone_and_a_deletion_byte_for_byte() {
    let out = encoded(vec![said(EventType::CommentAdded, &task(), &comment(false))]);
    assert_eq!(
        out[0].value,
        r#"{"event_type":"comment_added","issue_id":41,"timestamp":"2026-11-21T10:00:06Z","data":{"issue_id":41,"comment_id":12,"comment":"Готово","user_id":7,"user_name":"Анна 7","date_create":"2026-11-21T10:00:05Z"},"source":"task-track","version":"1.0","event_id":"0193a1b2-c3d4-7e5f-8a9b-00000000000d","sequence":1,"external_id":null}"#
    );
    let out = encoded(vec![event(EventType::TaskDeleted, &task())]);
    assert!(out[0].value.contains(r#""data":{"id":41,"name":"Закрыть «период» 😀"},"source""#));
}

#[test]
fn what_says_nothing() {
    let before = task();
    let moved = Task { rank: "81".into(), ..before.clone() };
    let linked = Task { external_ids: BTreeMap::from([("1c".into(), "17".into())]), ..before.clone() };
    for event in [
        said(EventType::CommentAdded, &before, &comment(true)),
        said(EventType::CommentEdited, &before, &comment(false)),
        said(EventType::CommentDeleted, &before, &comment(false)),
        changed(EventType::TaskRankChanged, &before, &moved),
        changed(EventType::TaskLinked, &before, &linked),
        event(EventType::TaskSyncNoted, &before),
    ] {
        assert!(encoded(vec![event.clone()]).is_empty(), "{}", event.event_type);
    }
}

#[test]
fn an_internal_comment_stays_behind() {
    let before = task();
    let after = Task { title: "Иначе".into(), ..before.clone() };
    let events = vec![changed(EventType::TaskUpdated, &before, &after), said(EventType::CommentAdded, &after, &comment(true))];
    let out = encoded(events);
    assert_eq!(types(&out), ["updated"]);
    assert!(!out[0].value.contains("Готово"));
}

#[test]
fn relations_and_watchers_are_our_own_affair() {
    for event_type in
        [EventType::TaskRelationAdded, EventType::TaskRelationRemoved, EventType::TaskWatcherAdded, EventType::TaskWatcherRemoved]
    {
        let mut event = event(event_type, &task());
        event.payload.changes.insert("relation".into(), serde_json::json!({"from": null, "to": {"kind": "blocks"}}));
        assert!(encoded(vec![event]).is_empty(), "{event_type}");
    }
}

#[test]
fn archive_restore_and_people() {
    let before = task();
    let archived = Task { archived_at: Some(at(9)), ..before.clone() };
    let free = Task { assignees: vec![], ..before.clone() };
    assert_eq!(types(&encoded(vec![changed(EventType::TaskArchived, &before, &archived)])), ["updated"]);
    let done = Task { status: Status::Done, ..archived.clone() };
    assert_eq!(types(&encoded(vec![changed(EventType::TaskArchived, &before, &done)])), ["status_changed"]);
    assert_eq!(types(&encoded(vec![event(EventType::TaskRestored, &before)])), ["created"]);
    let out = encoded(vec![changed(EventType::TaskUnassigned, &before, &free)]);
    assert_eq!(types(&out), ["updated"]);
    assert!(out[0].value.contains(r#""user_id":null"#));
}

fn inbound(mut event: EventRecord, note: SyncNote) -> EventRecord {
    event.cause.kind = CauseKind::Consumer;
    event.payload.sync = Some(SyncNote { integration_id: Some(1.into()), source: "1c".into(), ..note });
    event
}

#[test]
fn what_came_from_the_erp_is_answered_by_linked_only() {
    let mut task = task();
    task.external_ids.insert("1c".into(), "17".into());
    let note = SyncNote { linked: Some("17".into()), ..SyncNote::default() };
    let events = vec![
        inbound(event(EventType::TaskCreated, &task), note),
        inbound(said(EventType::CommentAdded, &task, &comment(false)), SyncNote::default()),
    ];
    let both = [integration(1, "1c", "issues-events"), integration(2, "sap", "sap-events")];
    let out = encoded_for(events, &both);
    assert_eq!(out.len(), 1);
    assert_eq!(
        out[0].value,
        r#"{"event_type":"linked","issue_id":41,"timestamp":"2026-11-21T10:00:06Z","data":{"issue_id":41,"external_id":"17"},"source":"task-track","version":"1.0","event_id":"0193a1b2-c3d4-7e5f-8a9b-000000000000","sequence":1,"external_id":"17"}"#
    );
}

#[test]
fn kept_values_go_back() {
    let kept = |field: &str| SyncNote { kept: vec![field.into()], ..SyncNote::default() };
    assert_eq!(types(&encoded(vec![inbound(event(EventType::TaskSyncNoted, &task()), kept("name"))])), ["updated"]);
    let out = encoded(vec![inbound(event(EventType::TaskSyncNoted, &task()), kept("status"))]);
    assert_eq!(types(&out), ["status_changed"]);
    assert!(out[0].value.contains(r#""old_status":"new","new_status":"new""#));
}

#[test]
fn a_settled_conflict_is_news_for_the_others() {
    let before = task();
    let after = Task { title: "Их".into(), ..before.clone() };
    let mut settled = changed(EventType::TaskUpdated, &before, &after);
    settled.payload.sync = Some(SyncNote { integration_id: Some(1.into()), source: "1c".into(), ..SyncNote::default() });
    let out = encoded_for(vec![settled], &[integration(1, "1c", "issues-events"), integration(2, "sap", "sap-events")]);
    assert_eq!(out.iter().map(|m| m.topic.as_str()).collect::<Vec<_>>(), ["sap-events"]);
}

#[test]
fn one_message_per_topic_unless_the_ids_differ() {
    let two = [integration(1, "1c", "issues-events"), integration(2, "sap", "issues-events")];
    assert_eq!(encoded_for(vec![event(EventType::TaskCreated, &task())], &two).len(), 1);
    let mut known = task();
    known.external_ids.insert("sap".into(), "S1".into());
    let out = encoded_for(vec![event(EventType::TaskRestored, &known)], &two);
    assert_eq!(out.len(), 2);
    assert!(out[0].value.ends_with(r#""external_id":null}"#) && out[1].value.ends_with(r#""external_id":"S1"}"#));
}

#[test]
fn only_accounts_with_an_enabled_integration_are_told() {
    let group = || CommitGroup { events: vec![event(EventType::TaskCreated, &task())] };
    let mut other = integration(1, "1c", "issues-events");
    other.account.id = 2.into();
    let off = Integration { enabled: false, ..integration(1, "1c", "issues-events") };
    for integrations in [vec![], vec![other], vec![off]] {
        assert!(crate::dialects::encode(&group(), &integrations, "task-track").is_empty());
    }
    let all = crate::dialects::encode(&group(), &[integration(1, "1c", "issues-events")], "task-track");
    assert_eq!(types(&all), ["created", "task_created"]);
    assert_eq!(all[0].header("event-id"), all[1].header("event-id"));
}
