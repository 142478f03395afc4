//! Which topics to listen to: the union over all enabled integrations, looked at every few seconds. And what waits too long for its task.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tasktrack_domain::Result;
use tasktrack_domain::ctx::World;
use tasktrack_domain::sync::inbound::expire_parked;
use tokio::sync::watch;

use crate::lease::system;
use crate::pause::{Stop, stopped, wait};

/// Topics of all enabled integrations.
pub(crate) async fn wanted(world: &Arc<World>) -> Result<BTreeSet<String>> {
    let integrations = system(world).read().await?.exchange().all_integrations().await?;
    Ok(integrations.into_iter().filter(|i| i.enabled).flat_map(|i| i.topics_in).collect())
}

/// Keeps `topics` right until the end. A database that is away changes nothing.
pub(crate) async fn follow(world: Arc<World>, topics: watch::Sender<BTreeSet<String>>, every: Duration, mut stop: Stop) {
    while !stopped(&stop) {
        if let Ok(now) = wanted(&world).await {
            topics.send_if_modified(|before| {
                let other = *before != now;
                *before = now;
                other
            });
        }
        wait(&mut stop, every).await;
    }
}

/// Each minute: messages whose task did not come in time become dead letters.
pub(crate) async fn expire(world: Arc<World>, mut stop: Stop) {
    while !stopped(&stop) {
        match expire_parked(&world).await {
            Ok(0) | Err(_) => wait(&mut stop, Duration::from_secs(60)).await,
            Ok(count) => tracing::warn!(count, "messages whose task did not come are dead letters now"),
        }
    }
}
