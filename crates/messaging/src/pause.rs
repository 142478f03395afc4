//! Waiting: growing with each failure, never in step with others, cut short by the end of the program.

use std::sync::Arc;
use std::time::Duration;

use tasktrack_domain::ctx::World;
use tokio::sync::watch;

/// Set once, when all shall end.
pub(crate) type Stop = watch::Receiver<bool>;

/// Whether the end has come.
pub(crate) fn stopped(stop: &Stop) -> bool {
    *stop.borrow() || stop.has_changed().is_err()
}

/// Waits, or until the end.
pub(crate) async fn wait(stop: &mut Stop, time: Duration) {
    let ended = async {
        // A sender that is gone ends everything too.
        let _ = stop.wait_for(|ended| *ended).await;
    };
    let _ = tokio::time::timeout(time, ended).await;
}

/// How long to wait after failures.
pub(crate) struct Backoff {
    world: Arc<World>,
    step: u32,
    first: Duration,
    most: Duration,
}

impl Backoff {
    pub(crate) fn new(world: &Arc<World>, first: Duration, most: Duration) -> Self {
        Self { world: Arc::clone(world), step: 0, first, most }
    }
    pub(crate) fn reset(&mut self) {
        self.step = 0;
    }
    /// How many failures since the last success.
    pub(crate) fn failures(&self) -> u32 {
        self.step
    }
    /// Next time: doubled, at most `most`, between half and all of it.
    pub(crate) fn next(&mut self) -> Duration {
        let time = self.first.saturating_mul(1 << self.step.min(10)).min(self.most);
        self.step = self.step.saturating_add(1);
        let half = usize::try_from(time.as_millis() / 2).unwrap_or(usize::MAX).max(1);
        time / 2 + Duration::from_millis(u64::try_from(self.world.random.below(half)).unwrap_or(0))
    }
    pub(crate) async fn wait(&mut self, stop: &mut Stop) {
        let time = self.next();
        wait(stop, time).await;
    }
}
