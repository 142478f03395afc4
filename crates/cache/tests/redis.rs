//! The Redis back end against a real server, living, dead, frozen and back.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;
mod server;

use std::time::{Duration, Instant};

use common::{id, suite, until};
use tasktrack_cache::Cache;
use tasktrack_domain::gateways::{Quota, Signal};

const SLOW: Quota = Quota { burst: 5, per_second: 0.01 };

/// More patient than in production: a busy test machine is no lost Redis.
const PATIENCE: Duration = Duration::from_secs(2);

async fn node(url: &str, prefix: &str) -> Cache {
    Cache::redis_with_patience(url, prefix, id(), PATIENCE).await.unwrap()
}

async fn pair(url: &str) -> (Cache, Cache) {
    pair_with(url, PATIENCE).await
}

async fn pair_with(url: &str, patience: Duration) -> (Cache, Cache) {
    let prefix = format!("test-{}", id());
    let one = Cache::redis_with_patience(url, &prefix, id(), patience).await.unwrap();
    let two = Cache::redis_with_patience(url, &prefix, id(), patience).await.unwrap();
    up("up after the start", &one, &two).await;
    (one, two)
}

async fn up(what: &str, one: &Cache, two: &Cache) {
    until(what, async || one.is_up() && two.is_up()).await;
}

/// How many of `tries` may pass.
async fn passed(cache: &Cache, key: &str, tries: usize) -> usize {
    let mut passed = 0;
    for _ in 0..tries {
        passed += usize::from(cache.limiter.take(key, SLOW).await.allowed);
    }
    passed
}

#[tokio::test]
async fn does_everything() {
    let Some((url, _server)) = server::any().await else { return };
    let (one, two) = pair(&url).await;
    suite::one_node(&one).await;
    suite::two_nodes(&one, &two).await;
    assert!(one.is_up() && two.is_up(), "nothing was lost on the way");
    assert_eq!(one.dropped_signals(), 0);
}

#[tokio::test]
async fn prefixes_keep_installations_apart() {
    let Some((url, _server)) = server::any().await else { return };
    let (one, two) = (node(&url, &format!("a-{}", id())).await, node(&url, &format!("b-{}", id())).await);
    up("up", &one, &two).await;
    one.one_time.put("k", "v".to_owned(), Duration::from_secs(5)).await;
    assert_eq!(two.one_time.take("k").await, None);
    let mut there = two.fanout.subscribe();
    one.fanout.publish(Signal::Advanced { position: 1 }).await;
    assert_eq!((passed(&one, "k", 9).await, passed(&two, "k", 9).await), (5, 5));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(there.try_recv().is_err());
}

#[tokio::test]
async fn starts_without_redis_and_finds_it_later() {
    let Some(mut server) = server::own().await else { return };
    server.kill();
    let prefix = format!("test-{}", id());
    let start = Instant::now();
    let (one, two) = (node(&server.url(), &prefix).await, node(&server.url(), &prefix).await);
    // It waits a second for each at most; a machine that is busy is given time.
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert!(!one.is_up());
    suite::one_node(&one).await;
    assert!(server.run().await);
    up("found later", &one, &two).await;
    suite::two_nodes(&one, &two).await;
}

#[tokio::test]
async fn a_url_that_is_none_is_told_without_its_password() {
    for url in ["", "nonsense", "http://user:hunter2@localhost/", "redis://user:hunter2@localhost:port/"] {
        let Err(error) = Cache::redis(url, "test", id()).await else { panic!("{url} was taken") };
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn killed_in_the_middle_and_back() {
    let Some(mut server) = server::own().await else { return };
    let (one, two) = pair(&server.url()).await;
    assert_eq!(passed(&one, "login", 3).await, 3);
    one.presence.seen(1, 11, id()).await;
    two.presence.seen(1, 22, id()).await;
    assert_eq!(one.presence.who(1).await, [11, 22]);

    server.kill();

    // Limits count on: two of the five are left on this node, and the dead Redis costs nothing.
    assert_eq!(passed(&one, "login", 20).await, 2, "never off, and no fresh bucket");
    assert_eq!(passed(&one, "other", 20).await, 5);
    let start = Instant::now();
    for at in 0..1000 {
        one.limiter.take(&format!("cheap {at}"), SLOW).await;
    }
    // Waiting out the patience for each would be 50 s.
    assert!(start.elapsed() < Duration::from_secs(10), "1000 limits without Redis took {:?}", start.elapsed());
    // Everything else works within the node.
    suite::one_node(&one).await;
    assert_eq!(one.presence.who(1).await, [11], "the people here");
    until("noticed by both", async || {
        two.limiter.take("notice", SLOW).await;
        !one.is_up() && !two.is_up()
    })
    .await;

    // A ticket from the dark time.
    one.one_time.put("dark", "v".to_owned(), Duration::from_secs(60)).await;

    assert!(server.run().await);
    up("back", &one, &two).await;
    suite::two_nodes(&one, &two).await;
    suite::one_node(&two).await;
    assert_eq!(two.one_time.take("dark").await, None, "it is with the node that gave it out");
    assert_eq!(one.one_time.take("dark").await.as_deref(), Some("v"));
}

#[tokio::test]
async fn a_frozen_server_costs_one_time_out_not_one_per_request() {
    let Some(server) = server::own().await else { return };
    // As in production.
    let (one, two) = pair_with(&server.url(), tasktrack_cache::PATIENCE).await;
    assert_eq!(passed(&one, "login", 1).await, 1);
    server.freeze();
    let start = Instant::now();
    assert_eq!(passed(&one, "login", 200).await, 4);
    let took = start.elapsed();
    // The listener asks every five seconds: it notices that, too.
    until("the listener noticed", async || {
        two.limiter.take("notice", SLOW).await;
        !one.is_up() && !two.is_up()
    })
    .await;
    server.thaw();
    // Waiting out the patience for each would be 10 s.
    assert!(took < Duration::from_secs(5), "200 requests took {took:?}");
    up("thawed", &one, &two).await;
    until("shared again", async || {
        one.one_time.put("ticket", "v".to_owned(), Duration::from_secs(5)).await;
        two.one_time.take("ticket").await.is_some()
    })
    .await;
}

#[tokio::test]
async fn a_flood_of_signals_never_waits() {
    let Some(mut server) = server::own().await else { return };
    let (one, _two) = pair(&server.url()).await;
    server.kill();
    let start = Instant::now();
    for position in 0..20_000 {
        one.fanout.publish(Signal::Advanced { position }).await;
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert!(one.dropped_signals() >= 18_000, "the oldest were dropped and counted: {}", one.dropped_signals());
}

#[tokio::test]
async fn background_tasks_end_with_the_cache() {
    let Some(server) = server::own().await else { return };
    let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let cache = node(&server.url(), "test").await;
    let clone = cache.clone();
    drop(cache);
    assert!(clone.limiter.take("k", SLOW).await.allowed);
    drop(clone);
    until("ended", async || tokio::runtime::Handle::current().metrics().num_alive_tasks() <= before).await;
}
