//! What every back end must do.
#![allow(unreachable_pub, reason = "each test file includes this as a private module")]

pub mod suite;

use std::time::Duration;

use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// A new id.
#[expect(clippy::disallowed_methods, reason = "tests need different ids, not reproducible ones")]
pub fn id() -> Uuid {
    Uuid::now_v7()
}

/// Waits until `condition` holds, at most ten seconds.
pub async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    while !condition().await {
        assert!(Instant::now() < end, "not within ten seconds: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}
