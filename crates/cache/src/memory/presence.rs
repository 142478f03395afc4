//! Who looks at which task on this node.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Mutex,
    time::Duration,
};

use async_trait::async_trait;
use tasktrack_domain::gateways::Presence;
use tokio::time::Instant;
use uuid::Uuid;

use super::lock;

/// An entry dies so long after its last `seen`.
pub(crate) const LIFE: Duration = Duration::from_secs(45);

/// User and connection to the last time seen.
type Lookers = HashMap<(i64, Uuid), Instant>;

/// [`Presence`] in memory. As large as the connections seen within the last 90 s, at most.
pub struct MemoryPresence {
    state: Mutex<State>,
}

struct State {
    tasks: HashMap<i64, Lookers>,
    swept: Instant,
}

impl State {
    /// Drops the dead, at most once per [`LIFE`].
    fn sweep(&mut self, now: Instant) {
        if now.duration_since(self.swept) < LIFE {
            return;
        }
        self.swept = now;
        self.tasks.retain(|_, lookers| {
            lookers.retain(|_, seen| is_alive(*seen, now));
            !lookers.is_empty()
        });
    }
}

fn is_alive(seen: Instant, now: Instant) -> bool {
    now.duration_since(seen) < LIFE
}

impl MemoryPresence {
    /// Nobody looks at anything.
    pub fn new() -> Self {
        Self { state: Mutex::new(State { tasks: HashMap::new(), swept: Instant::now() }) }
    }

    pub(crate) fn seen_now(&self, task_id: i64, user_id: i64, connection: Uuid) {
        let now = Instant::now();
        let mut state = lock(&self.state);
        state.sweep(now);
        state.tasks.entry(task_id).or_default().insert((user_id, connection), now);
    }

    pub(crate) fn gone_now(&self, task_id: i64, user_id: i64, connection: Uuid) {
        let mut state = lock(&self.state);
        if let Some(lookers) = state.tasks.get_mut(&task_id) {
            lookers.remove(&(user_id, connection));
            if lookers.is_empty() {
                state.tasks.remove(&task_id);
            }
        }
    }

    pub(crate) fn who_now(&self, task_id: i64) -> Vec<i64> {
        let now = Instant::now();
        let state = lock(&self.state);
        let lookers = state.tasks.get(&task_id).into_iter().flatten();
        let users: BTreeSet<i64> = lookers.filter(|(_, seen)| is_alive(**seen, now)).map(|((user, _), _)| *user).collect();
        users.into_iter().collect()
    }
}

impl Default for MemoryPresence {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Presence for MemoryPresence {
    async fn seen(&self, task_id: i64, user_id: i64, connection: Uuid) {
        self.seen_now(task_id, user_id, connection);
    }

    async fn gone(&self, task_id: i64, user_id: i64, connection: Uuid) {
        self.gone_now(task_id, user_id, connection);
    }

    async fn who(&self, task_id: i64) -> Vec<i64> {
        self.who_now(task_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn dies_45_seconds_after_the_last_word() {
        let presence = MemoryPresence::new();
        let connection = Uuid::from_u128(1);
        presence.seen(1, 7, connection).await;
        tokio::time::advance(Duration::from_secs(44)).await;
        assert_eq!(presence.who(1).await, [7]);
        presence.seen(1, 7, connection).await;
        tokio::time::advance(Duration::from_secs(44)).await;
        assert_eq!(presence.who(1).await, [7]);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(presence.who(1).await.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn the_dead_take_no_room() {
        let presence = MemoryPresence::new();
        for task in 0..1000 {
            presence.seen(task, 7, Uuid::from_u128(1)).await;
        }
        tokio::time::advance(LIFE).await;
        presence.seen(5000, 7, Uuid::from_u128(1)).await;
        assert_eq!(lock(&presence.state).tasks.len(), 1);
    }
}
