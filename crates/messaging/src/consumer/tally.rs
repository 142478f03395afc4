//! Counts what is passed over without a transaction of its own, and adds it to the database's counters now and then.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tasktrack_domain::Result;
use tasktrack_domain::ctx::World;

use crate::lease::system;
use crate::pause::{Stop, stopped, wait};

/// Echoes not yet in the database.
#[derive(Debug, Default)]
pub(crate) struct Tally(AtomicI64);

impl Tally {
    pub(crate) fn echo(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    async fn flush(&self, world: &Arc<World>) {
        let count = self.0.swap(0, Ordering::Relaxed);
        if count == 0 {
            return;
        }
        let done: Result<()> = async {
            let mut tx = system(world).begin().await?;
            tx.exchange().count_inbound("echo", count).await?;
            tx.commit().await
        }
        .await;
        if done.is_err() {
            self.0.fetch_add(count, Ordering::Relaxed);
        }
    }

    /// Adds each second, and once more at the end.
    pub(crate) async fn run(self: Arc<Self>, world: Arc<World>, mut stop: Stop) {
        while !stopped(&stop) {
            wait(&mut stop, Duration::from_secs(1)).await;
            self.flush(&world).await;
        }
    }
}
