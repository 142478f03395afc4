//! The hub over a log in memory. The fakes are used by the tests next door, too.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use tasktrack_domain::actor::{Actor, ProjectRole, Role, Scope, Standing};
use tasktrack_domain::clock::{Clock as _, SystemClock};
use tasktrack_domain::error::{Error, Result};
use tasktrack_domain::event::{EventRecord, EventType};
use tasktrack_domain::gateways::{Fanout, Presence, Signal};
use tasktrack_domain::ids::{AccountId, CommentId, ProjectId, TaskId, UserId};
use tasktrack_domain::refs::PersonRef;
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::event::{LiveEvent, View};
use super::hub::{Backlog, Hub, PER_PERSON, Subscriber};
use super::live::backlog_views;
use super::queue::{Cut, Item, MESSAGES, Next};
use super::tail::Source;

/// A record of task 1 in project 2 of account 1, shared with clients.
pub(crate) fn record(position: i64, edit: impl FnOnce(&mut Value)) -> EventRecord {
    let at = "2026-11-21T10:00:00Z";
    let person = json!({"id": 1, "name": "Анна", "avatar_color": "#2F5D8C"});
    let mut snapshot = json!({
        "id": 1, "public_id": Uuid::nil(), "key": "ERP-1", "account_id": 1, "project": {"id": 2, "key": "ERP", "name": "ERP"}, "title": "b",
        "description": "long", "status": "new", "priority": "medium", "due_date": "2020-01-01T00:00:00Z", "created_by": person, "assignees": [],
        "tags": [], "metadata": {}, "client_visible": true, "rank": "80", "external_ids": {}, "comment_count": 0, "created_at": at,
        "updated_at": at, "version": 3, "event_seq": position
    });
    for absent in [
        "check_date",
        "planned_start",
        "planned_end",
        "estimated_hours",
        "actual_hours",
        "supervisor",
        "parent",
        "archived_at",
        "deleted_at",
        "started_at",
        "first_answered_at",
        "completed_at",
        "closed_at",
    ] {
        snapshot[absent] = Value::Null;
    }
    let mut value = json!({
        "id": Uuid::from_u128(position as u128), "account_id": 1, "aggregate": "task", "aggregate_id": 1, "event_seq": position,
        "event_type": "TaskUpdated", "schema_version": 1, "actor_id": 1, "cause": {"kind": "request", "id": null}, "commit_id": Uuid::nil(),
        "occurred_at": at, "position": position,
        "payload": {"changes": {"title": {"from": "a", "to": "b"}}, "actor": person, "snapshot": snapshot}
    });
    edit(&mut value);
    serde_json::from_value(value).unwrap()
}

pub(crate) fn event(position: i64, edit: impl FnOnce(&mut Value)) -> Arc<LiveEvent> {
    Arc::new(LiveEvent::prepare(record(position, edit), false, SystemClock.now()).unwrap())
}

fn comment(event_type: EventType, internal: bool) -> impl FnOnce(&mut Value) {
    move |value| {
        value["event_type"] = json!(event_type);
        value["payload"]["changes"] = json!({});
        value["payload"]["comment"] = json!({"id": 5, "task_id": 1, "author": value["payload"]["actor"], "body": "тайна", "internal": internal,
            "mentions": [], "external_author": null, "created_at": value["occurred_at"], "edited_at": null, "version": 1});
    }
}

fn hide(value: &mut Value) {
    value["payload"]["changes"] = json!({"client_visible": {"from": true, "to": false}});
    value["payload"]["snapshot"]["client_visible"] = json!(false);
}

pub(crate) fn actor(id: i64, full: bool, role: Option<ProjectRole>) -> Actor {
    let mut scope = Scope { user_id: Some(UserId(id)), ..Scope::default() };
    scope.accounts.insert(AccountId(1), Standing { manages: false, full, expired: false, zone: chrono_tz::UTC });
    if let Some(role) = role {
        scope.projects.insert(ProjectId(2), role);
    }
    let user = PersonRef { id: UserId(id), name: format!("Person {id}"), avatar_color: "#000000".into() };
    Actor { user: Some(user), public_id: None, session: Some(Uuid::from_u128(id as u128)), role: Role::Worker, scope: Arc::new(scope) }
}
pub(crate) fn worker(id: i64) -> Actor {
    actor(id, true, None)
}
fn client(id: i64) -> Actor {
    actor(id, false, Some(ProjectRole::Client))
}

#[derive(Default)]
pub(crate) struct FakeLog {
    pub(crate) events: Mutex<Vec<EventRecord>>,
    pub(crate) actors: Mutex<HashMap<Uuid, Actor>>,
    pub(crate) reads: AtomicUsize,
}

impl FakeLog {
    pub(crate) fn add(&self, edit: impl FnOnce(&mut Value)) -> i64 {
        let mut events = self.events.lock().unwrap();
        let position = events.last().and_then(|e| e.position).unwrap_or(0) + 1;
        events.push(record(position, edit));
        position
    }
}

#[async_trait]
impl Source for FakeLog {
    async fn head(&self) -> Result<i64> {
        Ok(self.events.lock().unwrap().last().and_then(|e| e.position).unwrap_or(0))
    }
    async fn after(&self, position: i64, limit: u32) -> Result<Vec<EventRecord>> {
        self.reads.fetch_add(1, Relaxed);
        Ok(self.events.lock().unwrap().iter().filter(|e| e.position > Some(position)).take(limit as usize).cloned().collect())
    }
    async fn was_public(&self, _: &EventRecord, comment: CommentId) -> Result<bool> {
        Ok(comment == CommentId(5))
    }
    async fn actor(&self, session: Uuid) -> Result<Option<Actor>> {
        Ok(self.actors.lock().unwrap().get(&session).cloned())
    }
    async fn person(&self, id: UserId) -> Result<Option<PersonRef>> {
        Ok(worker(id.0).user)
    }
}

pub(crate) struct FakeFanout(pub(crate) broadcast::Sender<Signal>);

#[async_trait]
impl Fanout for FakeFanout {
    async fn publish(&self, signal: Signal) {
        let _ = self.0.send(signal);
    }
    fn subscribe(&self) -> broadcast::Receiver<Signal> {
        self.0.subscribe()
    }
}

#[derive(Default)]
pub(crate) struct FakePresence(Mutex<BTreeMap<i64, BTreeSet<(i64, Uuid)>>>);

#[async_trait]
impl Presence for FakePresence {
    async fn seen(&self, task: i64, user: i64, connection: Uuid) {
        self.0.lock().unwrap().entry(task).or_default().insert((user, connection));
    }
    async fn gone(&self, task: i64, user: i64, connection: Uuid) {
        self.0.lock().unwrap().entry(task).or_default().remove(&(user, connection));
    }
    async fn who(&self, task: i64) -> Vec<i64> {
        let users = self.0.lock().unwrap().get(&task).into_iter().flatten().map(|(user, _)| *user).collect::<BTreeSet<_>>();
        users.into_iter().collect()
    }
}

pub(crate) struct Rig {
    pub(crate) log: Arc<FakeLog>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) signals: broadcast::Sender<Signal>,
    pub(crate) woken: watch::Sender<u64>,
}

impl Rig {
    pub(crate) fn new() -> Self {
        let (log, signals, woken) = (Arc::new(FakeLog::default()), broadcast::Sender::new(64), watch::Sender::new(0));
        let hub = Hub::of(log.clone(), Arc::new(SystemClock), Arc::new(FakeFanout(signals.clone())), Arc::new(FakePresence::default()));
        hub.start(woken.subscribe());
        Self { log, hub, signals, woken }
    }
    pub(crate) fn add(&self, edit: impl FnOnce(&mut Value)) -> i64 {
        let position = self.log.add(edit);
        self.woken.send_modify(|n| *n += 1);
        position
    }
    async fn join(&self, actor: Actor) -> (Arc<Subscriber>, i64) {
        let session = actor.session.unwrap();
        self.hub.join(actor, session, None).await.unwrap()
    }
    async fn reached(&self, position: i64) {
        let end = Instant::now() + Duration::from_secs(5);
        while self.hub.figures().position < position {
            assert!(Instant::now() < end, "the tail stands at {}", self.hub.figures().position);
            sleep(Duration::from_millis(2)).await;
        }
    }
}

async fn positions(subscriber: &Subscriber) -> Vec<i64> {
    let mut got = Vec::new();
    while let Ok(Next::Item(item)) = timeout(Duration::from_millis(20), subscriber.queue.next()).await {
        if let Item::Event(event) = item {
            got.push(event.position);
        }
    }
    got
}

#[test]
fn a_frame_is_what_the_contract_says() {
    let event = event(7, comment(EventType::CommentAdded, false));
    let frame: Value = serde_json::from_str(event.wire()).unwrap();
    assert_eq!((&frame["type"], &frame["position"]), (&json!("event"), &json!(7)));
    let body = &frame["event"];
    assert_eq!(body["type"], "CommentAdded");
    assert_eq!(
        (&body["task_id"], &body["key"], &body["project_id"], &body["account_id"], &body["version"]),
        (&json!(1), &json!("ERP-1"), &json!(2), &json!(1), &json!(3))
    );
    assert_eq!(body["comment"]["body"], "тайна");
    assert_eq!(body["task"]["overdue"], true);
    for absent in ["children", "allowed_actions", "description", "metadata", "external_ids"] {
        assert!(body["task"].get(absent).is_none(), "{absent}");
    }
}

#[test]
fn each_sees_what_they_may() {
    let plain = event(1, |_| {});
    assert_eq!(
        (plain.view(&worker(7)), plain.view(&client(8)), plain.view(&actor(9, false, None))),
        (View::Whole, View::Whole, View::Nothing)
    );
    let internal = event(1, comment(EventType::CommentAdded, true));
    assert_eq!((internal.view(&worker(7)), internal.view(&client(8))), (View::Whole, View::Nothing));
    let hidden = event(1, hide);
    assert_eq!(
        (hidden.view(&worker(7)), hidden.view(&client(8)), hidden.view(&actor(9, false, None))),
        (View::Whole, View::Gone, View::Nothing)
    );
    assert_eq!(hidden.frame(View::Gone).as_deref(), Some(r#"{"task_id":1,"type":"gone"}"#));
    let moved = event(1, |v| {
        v["payload"]["changes"] = json!({"project": {"from": {"id": 2}, "to": {"id": 3}}});
        v["payload"]["snapshot"]["project"]["id"] = json!(3);
    });
    assert_eq!((moved.view(&worker(7)), moved.view(&client(8))), (View::Whole, View::Gone));
}

#[test]
fn a_comment_that_became_internal_is_taken_back_without_a_word_of_it() {
    let edited = record(4, comment(EventType::CommentEdited, true));
    let event = LiveEvent::prepare(edited.clone(), true, SystemClock.now()).unwrap();
    assert_eq!((event.view(&worker(7)), event.view(&client(8))), (View::Whole, View::Withdrawn));
    let frame = event.frame(View::Withdrawn).unwrap();
    assert!(frame.contains("CommentDeleted") && !frame.contains("тайна") && !frame.contains("Анна"), "{frame}");
    let always = LiveEvent::prepare(edited, false, SystemClock.now()).unwrap();
    assert_eq!(always.view(&client(8)), View::Nothing);
}

#[test]
fn sign_in_and_integrations_are_nobodys_live_news() {
    for aggregate in ["session", "access", "user", "integration"] {
        assert!(LiveEvent::prepare(record(1, |v| v["aggregate"] = json!(aggregate)), false, SystemClock.now()).is_none(), "{aggregate}");
    }
    let tag = event(1, |v| {
        v["aggregate"] = json!("tag");
        v["event_type"] = json!("TagCreated");
        v["payload"]["snapshot"] = json!({"id": 3, "name": "срочно", "version": 1});
    });
    assert_eq!((tag.view(&worker(7)), tag.view(&client(8)), tag.task_id), (View::Whole, View::Nothing, None));
}

#[test]
fn a_backlog_tells_nothing_of_what_is_hidden_at_its_end() {
    let events = vec![event(1, |_| {}), event(2, hide), event(3, |v| v["payload"]["snapshot"]["client_visible"] = json!(false))];
    let views = |actor: &Actor| backlog_views(&events, actor).iter().map(|(e, v)| (e.position, *v)).collect::<Vec<_>>();
    assert_eq!(views(&client(8)), vec![(3, View::Gone)]);
    assert_eq!(views(&worker(7)), vec![(1, View::Whole), (2, View::Whole), (3, View::Whole)]);
    assert_eq!(views(&actor(9, false, None)), vec![]);
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_between_backlog_and_live() {
    let rig = Rig::new();
    for _ in 0..20 {
        rig.add(|_| {});
    }
    let writer = async {
        for _ in 0..200 {
            rig.add(|_| {});
            tokio::task::yield_now().await;
        }
    };
    let reader = async {
        let (subscriber, position) = rig.join(worker(7)).await;
        sleep(Duration::from_millis(10)).await;
        let Backlog::Events(backlog) = rig.hub.backlog(&subscriber, 5).await.unwrap() else { panic!("reset") };
        (subscriber, position, backlog)
    };
    let ((), (subscriber, position, backlog)) = tokio::join!(writer, reader);
    rig.reached(220).await;
    assert!(position >= 20);
    let mut got: Vec<i64> = backlog.iter().map(|e| e.position).collect();
    got.extend(positions(&subscriber).await);
    assert_eq!(got, (6..=220).collect::<Vec<_>>());
}

#[tokio::test]
async fn who_was_away_for_too_long_reloads() {
    let rig = Rig::new();
    for _ in 0..2600 {
        rig.log.add(|_| {});
    }
    let (subscriber, position) = rig.join(worker(7)).await;
    assert_eq!(position, 2600, "nobody waited for what was before");
    assert!(matches!(rig.hub.backlog(&subscriber, 100).await, Ok(Backlog::Reset)));
    let Ok(Backlog::Events(events)) = rig.hub.backlog(&subscriber, 1000).await else { panic!("reset") };
    assert_eq!((events.len(), events[0].position, events[1599].position), (1600, 1001, 2600));
    assert!(matches!(rig.hub.backlog(&subscriber, 2601).await, Ok(Backlog::Reset)), "a position of another log");
    assert!(matches!(rig.hub.backlog(&subscriber, 2600).await, Ok(Backlog::Events(events)) if events.is_empty()));
}

#[tokio::test]
async fn the_log_is_not_read_for_nobody() {
    let rig = Rig::new();
    rig.add(|_| {});
    sleep(Duration::from_millis(150)).await;
    assert_eq!(rig.log.reads.load(Relaxed), 0);
    let (subscriber, _) = rig.join(worker(7)).await;
    let position = rig.log.add(|_| {});
    rig.reached(position).await;
    assert_eq!(positions(&subscriber).await, vec![position], "the poll found it");
    rig.hub.leave(&subscriber).await;
    sleep(Duration::from_millis(300)).await;
    let reads = rig.log.reads.load(Relaxed);
    sleep(Duration::from_millis(300)).await;
    assert_eq!(rig.log.reads.load(Relaxed), reads);
}

#[tokio::test]
async fn the_slow_are_cut_and_the_others_are_not_held_up() {
    let rig = Rig::new();
    let (slow, _) = rig.join(worker(7)).await;
    let (other, _) = rig.join(worker(8)).await;
    let mut got = Vec::new();
    for _ in 0..3 {
        for _ in 0..MESSAGES / 2 {
            rig.add(|_| {});
        }
        rig.reached(rig.log.head().await.unwrap()).await;
        got.extend(positions(&other).await);
    }
    assert_eq!(got.len(), MESSAGES / 2 * 3);
    assert!(matches!(slow.queue.next().await, Next::Cut(Cut::Slow)));
}

#[tokio::test]
async fn a_room_hears_of_its_task_only() {
    let rig = Rig::new();
    let room = worker(7);
    let (subscriber, _) = rig.hub.join(room, Uuid::nil(), Some(TaskId(1))).await.unwrap();
    rig.add(|v| v["payload"]["snapshot"]["id"] = json!(2));
    let mine = rig.add(comment(EventType::CommentAdded, false));
    rig.reached(mine).await;
    assert_eq!(positions(&subscriber).await, vec![mine]);
}

#[tokio::test]
async fn signals_reach_those_they_are_about() {
    let rig = Rig::new();
    let (seven, _) = rig.join(worker(7)).await;
    let (eight, _) = rig.join(worker(8)).await;
    rig.signals.send(Signal::AccessChanged { user_id: Some(7) }).unwrap();
    assert!(matches!(seven.queue.next().await, Next::Refresh));
    rig.signals.send(Signal::SessionsEnded { sessions: vec![eight.session] }).unwrap();
    assert!(matches!(eight.queue.next().await, Next::Refresh));
    assert!(timeout(Duration::from_millis(20), seven.queue.next()).await.is_err());
    assert!(!seven.set_actor(worker(7)), "the same rights");
    assert!(seven.set_actor(client(7)), "others");
}

#[tokio::test]
async fn presence_is_told_to_those_who_look() {
    let rig = Rig::new();
    let (seven, _) = rig.join(worker(7)).await;
    let (eight, _) = rig.join(worker(8)).await;
    assert!(rig.hub.watch(&seven, TaskId(1)).await);
    let seen = async |subscriber: &Subscriber, wanted: &dyn Fn(&str) -> bool| {
        let found = async {
            loop {
                if let Next::Item(Item::Text(text)) = subscriber.queue.next().await
                    && wanted(&text)
                {
                    return text;
                }
            }
        };
        timeout(Duration::from_secs(2), found).await.unwrap()
    };
    let first = seen(&seven, &|t| t.contains("Person 7")).await;
    assert!(first.contains(r#""type":"presence""#) && !first.contains("Person 8"));
    rig.hub.watch(&eight, TaskId(1)).await;
    seen(&seven, &|t| t.contains("Person 8")).await;
    seen(&eight, &|t| t.contains("Person 7")).await;
    rig.hub.leave(&eight).await;
    seen(&seven, &|t| t.contains("Person 7") && !t.contains("Person 8")).await;
}

#[tokio::test]
async fn a_person_has_so_many_connections() {
    let rig = Rig::new();
    let mut held = Vec::new();
    for _ in 0..PER_PERSON {
        held.push(rig.join(worker(7)).await);
    }
    let session = Uuid::from_u128(7);
    assert!(matches!(rig.hub.join(worker(7), session, None).await, Err(Error::Limited { .. })));
    assert!(rig.hub.join(worker(8), session, None).await.is_ok());
    rig.hub.leave(&held[0].0).await;
    assert!(rig.hub.join(worker(7), session, None).await.is_ok());
}

#[tokio::test]
async fn shutting_down_cuts_everyone_and_takes_nobody() {
    let rig = Rig::new();
    let (subscriber, _) = rig.join(worker(7)).await;
    rig.hub.shut_down(Duration::from_millis(50)).await;
    assert!(matches!(subscriber.queue.next().await, Next::Cut(Cut::Shutdown)));
    assert!(matches!(rig.hub.join(worker(8), Uuid::nil(), None).await, Err(Error::Unavailable(_))));
}
