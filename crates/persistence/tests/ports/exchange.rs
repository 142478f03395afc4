//! The exchange's tables: inbox, ids, agreed values, parked and dead messages, conflicts, integrations.

use std::collections::BTreeMap;

use chrono::Duration;
use serde_json::{Map, Value, json};
use tasktrack_domain::actor::{Actor, Role};
use tasktrack_domain::ids::{AccountId, ConflictId, IntegrationId, TaskId};
use tasktrack_domain::page::PageRequest;
use tasktrack_domain::ports::InboxKey;
use tasktrack_domain::sync::integrations::{IntegrationInput, NewIntegration, create_integration, update_integration};
use tasktrack_domain::sync::{Conflict, ConflictPolicy, Integration, LetterState, NewDeadLetter, Outcome, Parked, RawMessage};

use crate::support::Db;

const PAGE: PageRequest = PageRequest { limit: 50, cursor: None };

fn one(field: &str, value: &Value) -> Map<String, Value> {
    Map::from_iter([(field.to_owned(), value.clone())])
}

struct Side {
    account: AccountId,
    manager: Actor,
    worker: Actor,
    integration: Integration,
    task: TaskId,
}

async fn side(db: &Db, slug: &str) -> Side {
    let account = db.account(slug).await;
    let project = db.project(account, &slug.to_uppercase()).await;
    let manager = db.person(&format!("manager-{slug}"), Role::Manager, account).await;
    let worker = db.person(&format!("worker-{slug}"), Role::Worker, account).await;
    let new = NewIntegration { source: format!("1c-{slug}"), account_id: account, project_id: project, user_id: worker.id().unwrap() };
    let integration = create_integration(&db.system(), new).await.unwrap();
    let task = db.task(&worker, project, "t", false).await.task.id;
    Side { account, manager, worker, integration, task }
}

fn raw(offset: i64) -> RawMessage {
    RawMessage {
        cluster: "main".into(),
        topic: "issues".into(),
        partition: 0,
        offset,
        key: Some("k".into()),
        headers: BTreeMap::from([("h".to_owned(), "v".to_owned())]),
        payload_base64: "e30=".into(),
    }
}

both! {
    a_message_enters_once(db) {
        let key = |event_id: &str| InboxKey::Event {
            consumer: "c".into(), source: "1c".into(), topic: "t".into(), event_type: "updated".into(), event_id: event_id.into(),
        };
        let offset = |offset| InboxKey::Offset { consumer: "c".into(), cluster: "k".into(), topic: "t".into(), partition: 1, offset, hash: "00".into() };
        let mut tx = db.begin().await;
        for key in [key("1"), key("2"), key("a\0b"), key(&"я".repeat(5000)), offset(1), offset(2)] {
            assert!(tx.exchange().enter(&key, db.now()).await.unwrap(), "{key:?}");
            assert!(!tx.exchange().enter(&key, db.now()).await.unwrap());
        }
        tx.commit().await.unwrap();
        let mut tx = db.begin().await;
        assert!(!tx.exchange().enter(&key("1"), db.now()).await.unwrap());
        assert!(tx.exchange().enter(&key("3"), db.now()).await.unwrap());
        drop(tx);
        let mut tx = db.begin().await;
        assert!(tx.exchange().enter(&key("3"), db.now()).await.unwrap(), "it went with its unit");
    }
}

both! {
    ids_and_agreed_values(db) {
        let (a, b) = (side(&db, "aa").await, side(&db, "bb").await);
        let mut tx = db.begin().await;
        let (i, k) = (a.integration.id, b.integration.id);
        assert_eq!(tx.exchange().internal_id(i, "task", "X-1").await.unwrap(), None);
        assert!(tx.exchange().map_id(i, "task", "X-1", 7).await.unwrap());
        assert!(tx.exchange().map_id(i, "task", "X-1", 7).await.unwrap(), "the same pair again");
        assert!(!tx.exchange().map_id(i, "task", "X-1", 8).await.unwrap(), "taken");
        assert!(tx.exchange().map_id(k, "task", "X-1", 8).await.unwrap(), "another ERP");
        assert!(tx.exchange().map_id(i, "comment", "X-1", 9).await.unwrap(), "another kind");
        assert_eq!(tx.exchange().internal_id(i, "task", "X-1").await.unwrap(), Some(7));
        assert_eq!(tx.exchange().internal_id(i, "task", "X\0").await.unwrap(), None);
        for id in ["X\0".to_owned(), "ж".repeat(400)] {
            assert_eq!(tx.exchange().map_id(i, "task", &id, 1).await.unwrap_err().code(), "invalid");
            assert_eq!(tx.exchange().lock_external(i, &id).await.unwrap_err().code(), "invalid");
        }
        tx.exchange().lock_external(i, "X-1").await.unwrap();
        for value in [json!("a"), Value::Null, json!({"x": [1, 2]}), json!("Ё")] {
            tx.exchange().set_bases(i, a.task, &one("name", &value), db.now()).await.unwrap();
            let bases = tx.exchange().bases(i, a.task).await.unwrap();
            assert_eq!((bases.len(), &bases[0].value, bases[0].field.as_str()), (1, &value, "name"));
        }
        tx.exchange().set_bases(i, a.task, &one("status", &json!("new")), db.now()).await.unwrap();
        assert_eq!(tx.exchange().bases(i, a.task).await.unwrap().len(), 2);
        assert!(tx.exchange().bases(k, a.task).await.unwrap().is_empty());
        tx.exchange().count_inbound("applied", 2).await.unwrap();
        tx.exchange().count_inbound("applied", 3).await.unwrap();
        tx.exchange().count_inbound("echo", 1).await.unwrap();
        assert_eq!(tx.exchange().inbound_counts().await.unwrap(), [("applied".to_owned(), 5), ("echo".to_owned(), 1)]);
    }
}

both! {
    parked_messages_keep_their_order(db) {
        let a = side(&db, "aa").await;
        let (i, now) = (a.integration.id, db.now());
        let mut tx = db.begin().await;
        assert!(!tx.exchange().has_parked(i, "X").await.unwrap());
        for (n, external) in ["X", "Y", "X", "X", "Y"].iter().enumerate() {
            let at = now - Duration::hours(30) + Duration::hours(4 * n as i64);
            let parked = Parked { integration_id: i, external_id: (*external).into(), message: raw(n as i64), parked_at: at };
            tx.exchange().park(&parked).await.unwrap();
        }
        assert_eq!(tx.exchange().count_parked().await.unwrap(), 5);
        assert!(tx.exchange().has_parked(i, "X").await.unwrap());
        assert_eq!(tx.exchange().overdue_parked(now - Duration::hours(28), 10).await.unwrap(), [(i, "X".to_owned())]);
        assert_eq!(tx.exchange().overdue_parked(now, 10).await.unwrap(), [(i, "X".to_owned()), (i, "Y".to_owned())]);
        assert_eq!(tx.exchange().overdue_parked(now, 1).await.unwrap().len(), 1);
        let taken = tx.exchange().unpark(i, "X").await.unwrap();
        assert_eq!(taken.iter().map(|p| p.message.offset).collect::<Vec<_>>(), [0, 2, 3]);
        assert_eq!(taken[0].message, raw(0));
        assert!(!tx.exchange().has_parked(i, "X").await.unwrap());
        assert!(tx.exchange().unpark(i, "X").await.unwrap().is_empty());
        assert_eq!(tx.exchange().count_parked().await.unwrap(), 2);
        tx.commit().await.unwrap();
        assert_eq!(db.read_as(&a.worker).await.exchange().count_parked().await.unwrap(), 0, "not theirs to see");
        assert_eq!(db.read_as(&a.manager).await.exchange().count_parked().await.unwrap(), 2);
    }
}

both! {
    dead_letters_are_for_who_manages(db) {
        let (a, b) = (side(&db, "aa").await, side(&db, "bb").await);
        let letter = |account, code: &str| NewDeadLetter {
            account_id: account, source: Some("1c\0".into()), message: RawMessage { key: Some("a\0b".into()), ..raw(1) }, code: code.into(),
            detail: "because\0".into(), pointer: Some("/name".into()), created_at: db.now(),
        };
        let mut tx = db.begin().await;
        let mine = tx.exchange().insert_dead_letter(letter(Some(a.account), "schema")).await.unwrap();
        let theirs = tx.exchange().insert_dead_letter(letter(Some(b.account), "schema")).await.unwrap();
        let nobodys = tx.exchange().insert_dead_letter(letter(None, "invalid-json")).await.unwrap();
        tx.commit().await.unwrap();
        let system = db.system().actor;
        for (actor, expected) in [(&a.manager, vec![mine.id]), (&a.worker, vec![]), (&system, vec![nobodys.id, theirs.id, mine.id])] {
            let mut tx = db.read_as(actor).await;
            let found = tx.exchange().list_dead_letters(None, None, None, &PAGE).await.unwrap().items;
            assert_eq!(found.iter().map(|l| l.id).collect::<Vec<_>>(), expected);
            assert_eq!(tx.exchange().count_dead_letters().await.unwrap(), expected.len() as i64);
            assert_eq!(tx.exchange().lock_dead_letter(theirs.id).await.unwrap().is_some(), expected.contains(&theirs.id));
        }
        let mut tx = db.begin().await;
        assert_eq!(tx.exchange().list_dead_letters(Some("open"), Some("invalid-json"), None, &PAGE).await.unwrap().items, std::slice::from_ref(&nobodys));
        assert!(tx.exchange().list_dead_letters(Some("discarded"), None, None, &PAGE).await.unwrap().items.is_empty());
        assert!(tx.exchange().list_dead_letters(None, None, Some("\0"), &PAGE).await.unwrap().items.is_empty());
        let first = tx.exchange().list_dead_letters(None, None, None, &PageRequest::first(2)).await.unwrap();
        let next = PageRequest { limit: 2, cursor: first.next_cursor };
        assert_eq!(tx.exchange().list_dead_letters(None, None, None, &next).await.unwrap().items, std::slice::from_ref(&mine));
        let waiting = tx.exchange().unpublished_dead_letters(10).await.unwrap();
        assert_eq!(waiting.iter().map(|l| l.id).collect::<Vec<_>>(), [mine.id, theirs.id, nobodys.id]);
        tx.exchange().dead_letter_published(mine.id).await.unwrap();
        assert_eq!(tx.exchange().unpublished_dead_letters(10).await.unwrap().len(), 2);
        let mut settled = tx.exchange().lock_dead_letter(mine.id).await.unwrap().unwrap();
        settled.state = LetterState::Discarded;
        settled.attempts = 2;
        settled.reason = Some("test".into());
        settled.resolved_at = Some(db.now());
        settled.resolved_by = a.manager.user.clone();
        tx.exchange().save_dead_letter(&settled).await.unwrap();
        assert_eq!(tx.exchange().lock_dead_letter(mine.id).await.unwrap(), Some(settled));
        assert_eq!(tx.exchange().count_dead_letters().await.unwrap(), 2);
    }
}

both! {
    conflicts_are_for_who_manages(db) {
        let (a, b) = (side(&db, "aa").await, side(&db, "bb").await);
        let conflict = |side: &Side, field: &str, outcome| Conflict {
            id: ConflictId(0), account_id: side.account,
            task: tasktrack_domain::refs::TaskRef { id: side.task, key: String::new(), title: String::new(), status: tasktrack_domain::tasks::Status::New },
            integration_id: side.integration.id, source: side.integration.source.clone(), field: field.into(), base: Value::Null, ours: json!("a"),
            theirs: json!("b"), policy: ConflictPolicy::Ask, outcome, chosen: None, created_at: db.now(), resolved_at: None, resolved_by: None,
        };
        let mut tx = db.begin().await;
        let open = tx.exchange().insert_conflict(&conflict(&a, "name", Outcome::Open)).await.unwrap();
        let ended = tx.exchange().insert_conflict(&conflict(&a, "status", Outcome::Theirs)).await.unwrap();
        tx.exchange().insert_conflict(&conflict(&b, "name", Outcome::Open)).await.unwrap();
        assert_eq!(tx.exchange().count_open_conflicts().await.unwrap(), 2);
        tx.commit().await.unwrap();
        let mut tx = db.read_as(&a.manager).await;
        for (state, task, expected) in [
            (None, None, vec![ended.id, open.id]), (Some("open"), None, vec![open.id]), (Some("resolved"), None, vec![ended.id]),
            (Some("any"), Some(a.task), vec![ended.id, open.id]), (None, Some(b.task), vec![]),
        ] {
            let found = tx.exchange().list_conflicts(state, task, &PAGE).await.unwrap().items;
            assert_eq!(found.iter().map(|c| c.id).collect::<Vec<_>>(), expected, "{state:?} {task:?}");
        }
        assert_eq!(tx.exchange().count_open_conflicts().await.unwrap(), 1);
        assert!(db.read_as(&a.worker).await.exchange().list_conflicts(None, None, &PAGE).await.unwrap().items.is_empty());
        assert!(db.read_as(&b.manager).await.exchange().lock_conflict(open.id).await.unwrap().is_none());
        let mut tx = db.begin().await;
        let mut settled = tx.exchange().lock_conflict(open.id).await.unwrap().unwrap();
        assert_eq!((settled.task.key.as_str(), &settled.base), ("AA-1", &Value::Null));
        settled.outcome = Outcome::Resolved;
        settled.chosen = Some(Value::Null);
        settled.resolved_at = Some(db.now());
        settled.resolved_by = a.manager.user.clone();
        tx.exchange().save_conflict(&settled).await.unwrap();
        let read = tx.exchange().lock_conflict(open.id).await.unwrap().unwrap();
        assert_eq!((read.outcome, read.resolved_by, read.resolved_at), (Outcome::Resolved, settled.resolved_by, settled.resolved_at));
    }
}

both! {
    integrations_are_for_who_manages(db) {
        let (a, b) = (side(&db, "aa").await, side(&db, "bb").await);
        let mut tx = db.read_as(&a.manager).await;
        assert_eq!(tx.exchange().list_integrations(&PAGE).await.unwrap().items, std::slice::from_ref(&a.integration));
        assert!(tx.exchange().find_integration(b.integration.id).await.unwrap().is_none());
        assert!(db.read_as(&a.worker).await.exchange().list_integrations(&PAGE).await.unwrap().items.is_empty());
        assert_eq!(tx.exchange().all_integrations().await.unwrap(), [a.integration.clone(), b.integration.clone()]);
        assert_eq!(tx.exchange().integration_of("1c-bb").await.unwrap(), Some(b.integration.clone()));
        for source in ["1c", "\0", "1c-aa'"] {
            assert!(tx.exchange().integration_of(source).await.unwrap().is_none());
        }
        assert!(tx.exchange().find_integration(IntegrationId(0)).await.unwrap().is_none());
        let input = IntegrationInput { enabled: Some(false), field_policies: Some(BTreeMap::from([("status".to_owned(), ConflictPolicy::OursWins)])), ..IntegrationInput::default() };
        let changed = update_integration(&db.ctx(&a.manager), a.integration.id, input).await.unwrap();
        assert_eq!((changed.version, changed.enabled), (2, false));
        assert_eq!(db.read().await.exchange().find_integration(a.integration.id).await.unwrap(), Some(changed));
    }
}
