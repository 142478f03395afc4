//! Things to test with.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeZone as _, Utc};
use serde_json::{Map, Value, json};
use tasktrack_domain::event::{Aggregate, Cause, CauseKind, EventRecord, EventType, Payload, changes};
use tasktrack_domain::refs::{AccountRef, PersonRef, ProjectRef};
use tasktrack_domain::sync::{ConflictPolicy, DeletePolicy, IdMode, Integration, RawMessage};
use tasktrack_domain::tasks::{Assignee, AssigneeRole, Comment, Priority, Status, Task};
use uuid::Uuid;

pub(crate) fn at(second: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 10, 0, second).unwrap()
}

pub(crate) fn person(id: i64) -> PersonRef {
    PersonRef { id: id.into(), name: format!("Анна {id}"), avatar_color: "#2F5D8C".into() }
}

pub(crate) fn task() -> Task {
    Task {
        id: 41.into(),
        public_id: Uuid::from_u128(1),
        key: "ERP-41".into(),
        account_id: 1.into(),
        project: ProjectRef { id: 2.into(), key: "ERP".into(), name: "ERP".into() },
        title: "Закрыть «период» 😀".into(),
        description: "Текст\nи ещё".into(),
        status: Status::New,
        priority: Priority::Medium,
        due_date: Some(at(30)),
        check_date: None,
        planned_start: None,
        planned_end: None,
        estimated_hours: None,
        actual_hours: None,
        created_by: person(1),
        supervisor: Some(person(3)),
        parent: None,
        assignees: vec![Assignee { user: person(7), role: AssigneeRole::Owner, assigned_by: None, assigned_at: at(0) }],
        tags: vec![],
        metadata: Map::new(),
        client_visible: false,
        rank: "80".into(),
        external_ids: BTreeMap::new(),
        comment_count: 0,
        archived_at: None,
        deleted_at: None,
        started_at: None,
        first_answered_at: None,
        completed_at: None,
        closed_at: None,
        created_at: at(0),
        updated_at: at(0),
        version: 1,
        event_seq: 1,
    }
}

pub(crate) fn comment(internal: bool) -> Comment {
    Comment {
        id: 12.into(),
        task_id: 41.into(),
        author: person(7),
        body: "Готово".into(),
        internal,
        mentions: vec![],
        external_author: None,
        created_at: at(5),
        edited_at: None,
        version: 1,
    }
}

/// An event with `task` as its snapshot; its id tells its type.
pub(crate) fn event(event_type: EventType, task: &Task) -> EventRecord {
    about(event_type, Aggregate::Task, task.id.0, task.snapshot())
}

pub(crate) fn about(event_type: EventType, aggregate: Aggregate, id: i64, snapshot: Value) -> EventRecord {
    let nth = EventType::ALL.iter().position(|t| *t == event_type).unwrap();
    EventRecord {
        id: Uuid::from_u128(0x0193_a1b2_c3d4_7e5f_8a9b_0000_0000_0000 + nth as u128),
        account_id: Some(1.into()),
        aggregate,
        aggregate_id: id,
        event_seq: 1,
        event_type,
        schema_version: 1,
        actor_id: Some(7),
        cause: Cause::of(CauseKind::Request),
        commit_id: Uuid::from_u128(2),
        occurred_at: at(6),
        payload: Payload { snapshot, ..Payload::default() },
        position: Some(1),
    }
}

/// The event of a change from one state to another.
pub(crate) fn changed(event_type: EventType, before: &Task, after: &Task) -> EventRecord {
    let fields = ["title", "status", "priority", "due_date", "assignees", "tags", "archived_at", "deleted_at", "rank", "external_ids"];
    let mut event = event(event_type, after);
    event.payload.changes = changes(&before.snapshot(), &after.snapshot(), &fields);
    event
}

pub(crate) fn said(event_type: EventType, task: &Task, comment: &Comment) -> EventRecord {
    let mut event = event(event_type, task);
    event.payload.comment = Some(json!(comment));
    event
}

pub(crate) fn integration(id: i64, source: &str, topic_out: &str) -> Integration {
    Integration {
        id: id.into(),
        source: source.into(),
        account: AccountRef { id: 1.into(), name: "А".into() },
        project: task().project,
        user: person(9),
        enabled: true,
        id_mode: IdMode::Ours,
        delete_policy: DeletePolicy::Archive,
        conflict_policy: ConflictPolicy::NewestWins,
        field_policies: BTreeMap::new(),
        topics_in: vec![topic_out.into(), "issues-events-1c".into()],
        topic_out: topic_out.into(),
        language: "ru".into(),
        zone: "UTC".parse().unwrap(),
        created_at: at(0),
        updated_at: at(0),
        version: 1,
        event_seq: 1,
    }
}

pub(crate) fn raw(topic: &str, offset: i64, payload: &[u8]) -> RawMessage {
    RawMessage {
        cluster: "c".into(),
        topic: topic.into(),
        partition: 0,
        offset,
        key: Some("k".into()),
        headers: BTreeMap::new(),
        payload_base64: String::new(),
    }
    .with_payload(payload)
}
