//! What holds for one cache, and for two nodes that share one.

use std::time::Duration;

use futures_util::future::join_all;
use tasktrack_cache::Cache;
use tasktrack_domain::gateways::{Quota, Signal};
use tokio::{
    sync::broadcast::Receiver,
    time::{sleep, timeout},
};

use super::{id, until};

const SLOW: Quota = Quota { burst: 5, per_second: 0.01 };

/// Everything below, for a single node.
pub async fn one_node(cache: &Cache) {
    limits_are_exact(cache).await;
    limits_refill(cache).await;
    tickets_are_taken_once(cache).await;
    tickets_die(cache).await;
    signals_reach_everyone_here_once(cache).await;
    presence_counts_people_not_connections(cache).await;
}

/// Everything below, for two nodes.
pub async fn two_nodes(one: &Cache, two: &Cache) {
    limits_are_shared(one, two).await;
    tickets_are_shared(one, two).await;
    signals_cross(one, two).await;
    presence_is_shared(one, two).await;
}

async fn limits_are_exact(cache: &Cache) {
    let key = format!("exact {}", id());
    let taken = join_all((0..50).map(|_| cache.limiter.take(&key, SLOW))).await;
    let mut remaining: Vec<u32> = taken.iter().filter(|taken| taken.allowed).map(|taken| taken.remaining).collect();
    remaining.sort_unstable();
    assert_eq!(remaining, [0, 1, 2, 3, 4], "of 50 at once exactly the burst passes");
    for refused in taken.iter().filter(|taken| !taken.allowed) {
        assert_eq!(refused.remaining, 0);
        assert!(refused.retry_after > Duration::from_secs(90) && refused.retry_after <= Duration::from_secs(100), "{refused:?}");
    }
    assert!(cache.limiter.take(&format!("other {}", id()), SLOW).await.allowed);
}

async fn limits_refill(cache: &Cache) {
    let (key, quota) = (format!("refill {}", id()), Quota { burst: 1, per_second: 4.0 });
    assert!(cache.limiter.take(&key, quota).await.allowed);
    let refused = cache.limiter.take(&key, quota).await;
    assert!(!refused.allowed && refused.retry_after <= Duration::from_millis(250), "{refused:?}");
    sleep(refused.retry_after + Duration::from_millis(5)).await;
    assert!(cache.limiter.take(&key, quota).await.allowed);
}

async fn tickets_are_taken_once(cache: &Cache) {
    let key = format!("ticket {}", id());
    assert_eq!(cache.one_time.take(&key).await, None);
    cache.one_time.put(&key, "значение".to_owned(), Duration::from_secs(30)).await;
    let taken = join_all((0..50).map(|_| cache.one_time.take(&key))).await;
    assert_eq!(taken.into_iter().flatten().collect::<Vec<_>>(), ["значение"], "of 50 takers one gets it");
    assert_eq!(cache.one_time.take(&key).await, None);
}

async fn tickets_die(cache: &Cache) {
    let key = format!("short {}", id());
    cache.one_time.put(&key, "v".to_owned(), Duration::from_millis(50)).await;
    sleep(Duration::from_millis(80)).await;
    assert_eq!(cache.one_time.take(&key).await, None);
}

/// The number of a task nobody else uses.
fn task() -> i64 {
    i64::try_from(id().as_u128() & 0xffff_ffff_ffff).unwrap()
}

/// One of each kind, different at each call.
fn signals() -> Vec<Signal> {
    vec![
        Signal::Advanced { position: task() },
        Signal::SessionsEnded { sessions: vec![id(), id()] },
        Signal::AccessChanged { user_id: Some(task()) },
        Signal::Presence { task_id: task() },
    ]
}

/// What `receiver` hears of `signals` within two seconds, and in the 200 ms after the last of them: so a second copy shows.
/// Others (left over from a time without Redis) are passed over.
async fn heard(receiver: &mut Receiver<Signal>, signals: &[Signal]) -> Vec<Signal> {
    let mut heard = Vec::new();
    loop {
        let wait = Duration::from_millis(if heard.len() < signals.len() { 2000 } else { 200 });
        match timeout(wait, receiver.recv()).await {
            Ok(signal) => heard.extend(signal.ok().filter(|signal| signals.contains(signal))),
            Err(_) => return heard,
        }
    }
}

async fn signals_reach_everyone_here_once(cache: &Cache) {
    let (mut first, mut second) = (cache.fanout.subscribe(), cache.fanout.subscribe());
    let signals = signals();
    for signal in &signals {
        cache.fanout.publish(signal.clone()).await;
    }
    assert!(first.len() >= signals.len(), "at once");
    assert_eq!(heard(&mut first, &signals).await, signals, "in order, each once");
    assert_eq!(heard(&mut second, &signals).await, signals);
    cache.fanout.publish(Signal::AccessChanged { user_id: None }).await;
    assert_eq!(first.try_recv(), Ok(Signal::AccessChanged { user_id: None }));
}

async fn presence_counts_people_not_connections(cache: &Cache) {
    let task = task();
    let (a, b, c) = (id(), id(), id());
    assert!(cache.presence.who(task).await.is_empty());
    for (user, connection) in [(30, c), (4, a), (4, b), (4, b)] {
        cache.presence.seen(task, user, connection).await;
    }
    assert_eq!(cache.presence.who(task).await, [4, 30]);
    assert!(cache.presence.who(task + 1).await.is_empty());
    cache.presence.gone(task, 4, a).await;
    assert_eq!(cache.presence.who(task).await, [4, 30], "still there with the other connection");
    cache.presence.gone(task, 4, b).await;
    cache.presence.gone(task, 4, b).await;
    assert_eq!(cache.presence.who(task).await, [30]);
    cache.presence.gone(task, 30, c).await;
    assert!(cache.presence.who(task).await.is_empty());
}

async fn limits_are_shared(one: &Cache, two: &Cache) {
    let key = format!("shared {}", id());
    let taken = join_all((0..40).map(|at| [one, two][at % 2].limiter.take(&key, SLOW))).await;
    assert_eq!(taken.iter().filter(|taken| taken.allowed).count(), 5);
}

async fn tickets_are_shared(one: &Cache, two: &Cache) {
    let key = format!("shared {}", id());
    one.one_time.put(&key, "v".to_owned(), Duration::from_secs(30)).await;
    let taken = join_all((0..40).map(|at| [one, two][at % 2].one_time.take(&key))).await;
    assert_eq!(taken.into_iter().flatten().count(), 1);
}

async fn signals_cross(one: &Cache, two: &Cache) {
    for (from, to) in [(one, two), (two, one)] {
        let (mut here, mut there) = (from.fanout.subscribe(), to.fanout.subscribe());
        let signals = signals();
        for signal in &signals {
            from.fanout.publish(signal.clone()).await;
        }
        assert_eq!(heard(&mut there, &signals).await, signals, "there: in order, each once");
        assert_eq!(heard(&mut here, &signals).await, signals, "here: in order, each once");
    }
}

async fn presence_is_shared(one: &Cache, two: &Cache) {
    let task = task();
    let (a, b) = (id(), id());
    one.presence.seen(task, 1, a).await;
    two.presence.seen(task, 2, b).await;
    until("both see both", async || one.presence.who(task).await == [1, 2] && two.presence.who(task).await == [1, 2]).await;
    one.presence.gone(task, 1, a).await;
    assert_eq!(two.presence.who(task).await, [2]);
}
