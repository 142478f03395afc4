//! Who looks at which task: told to those who look at it, too.
//!
//! Invariants: an open connection says every 15 s what it looks at (an entry lives 45 s), a change is told by a signal to all nodes, and
//! what no signal told is found within 15 s.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tasktrack_domain::gateways::Signal;
use tasktrack_domain::ids::{TaskId, UserId};
use tasktrack_domain::refs::PersonRef;
use tokio::time::{Instant, interval, sleep};

use super::hub::{Hub, Subscriber, lock};
use super::queue::Item;

/// Tasks one connection may look at.
pub(super) const WATCHED: usize = 50;
const EVERY: Duration = Duration::from_secs(15);
/// Names of people are remembered so long, so many of them.
const NAMES_FOR: Duration = Duration::from_secs(300);
const NAMES: usize = 10_000;
/// So many people are named; of a crowd these are enough.
const SHOWN: usize = 100;
/// Changes within this time are told together.
const TOGETHER: Duration = Duration::from_millis(100);

impl Hub {
    /// The connection looks at a task; false where it looks at too many.
    pub async fn watch(&self, subscriber: &Subscriber, task: TaskId) -> bool {
        {
            let mut watching = lock(&subscriber.watching);
            if watching.len() >= WATCHED && !watching.contains(&task) {
                return false;
            }
            watching.insert(task);
        }
        self.presence.seen(task.0, subscriber.user.0, subscriber.id).await;
        self.mark(task);
        self.fanout.publish(Signal::Presence { task_id: task.0 }).await;
        true
    }

    /// It looks no more.
    pub async fn unwatch(&self, subscriber: &Subscriber, task: TaskId) {
        if lock(&subscriber.watching).remove(&task) {
            self.presence.gone(task.0, subscriber.user.0, subscriber.id).await;
            self.fanout.publish(Signal::Presence { task_id: task.0 }).await;
        }
    }

    pub(super) fn mark(&self, task: TaskId) {
        lock(&self.dirty).insert(task);
        self.dirtied.notify_one();
    }

    fn watchers(&self, task: TaskId) -> Vec<Arc<Subscriber>> {
        lock(&self.state).subscribers.values().filter(|s| lock(&s.watching).contains(&task)).cloned().collect()
    }

    /// Sends who looks at `task` to all who do.
    async fn show(&self, task: TaskId) {
        if self.watchers(task).is_empty() {
            return;
        }
        let who = self.presence.who(task.0).await;
        let mut people = Vec::with_capacity(who.len());
        for id in who.iter().take(SHOWN) {
            people.extend(self.person(*id).await);
        }
        let frame: Arc<str> = json!({"type": "presence", "task_id": task, "users": people}).to_string().into();
        for subscriber in self.watchers(task) {
            subscriber.queue.push(Item::Text(frame.clone()));
        }
        lock(&self.state).shown.insert(task, who);
    }

    async fn person(&self, id: i64) -> Option<PersonRef> {
        {
            let state = lock(&self.state);
            if let Some((person, at)) = state.names.get(&id)
                && at.elapsed() < NAMES_FOR
            {
                return Some(person.clone());
            }
        }
        let person = self.source.person(UserId(id)).await.ok()??;
        let names = &mut lock(&self.state).names;
        if names.len() >= NAMES {
            names.clear();
        }
        names.insert(id, (person.clone(), Instant::now()));
        Some(person)
    }

    /// Says again who looks at what here, and finds those who vanished without a word.
    async fn sweep(&self) {
        let mut tasks = BTreeSet::new();
        for subscriber in self.subscribers() {
            for task in subscriber.watching() {
                tasks.insert(task);
                self.presence.seen(task.0, subscriber.user.0, subscriber.id).await;
            }
        }
        lock(&self.state).shown.retain(|task, _| tasks.contains(task));
        for task in tasks {
            let who = self.presence.who(task.0).await;
            if lock(&self.state).shown.get(&task) != Some(&who) {
                self.mark(task);
            }
        }
    }
}

/// Tells what changed, each task once however many signals came.
pub(super) async fn tell(hub: Arc<Hub>) {
    while !hub.is_shut() {
        hub.dirtied.notified().await;
        let tasks = std::mem::take(&mut *lock(&hub.dirty));
        for task in tasks {
            hub.show(task).await;
        }
        sleep(TOGETHER).await;
    }
}

/// Says it again before it is forgotten.
pub(super) async fn keep(hub: Arc<Hub>) {
    let mut beat = interval(EVERY);
    while !hub.is_shut() {
        beat.tick().await;
        hub.sweep().await;
    }
}
