//! The back end within this process.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::suite;
use tasktrack_cache::Cache;

#[tokio::test]
async fn does_everything() {
    let cache = Cache::memory();
    assert!(cache.is_up());
    suite::one_node(&cache).await;
    assert_eq!(cache.dropped_signals(), 0);
}

#[tokio::test]
async fn clones_are_one_cache() {
    let cache = Cache::memory();
    suite::two_nodes(&cache, &cache.clone()).await;
}
