//! Holding a lease of the database while working: renewed each third of its time, also during a slow piece of work.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tasktrack_domain::Result;
use tasktrack_domain::actor::Actor;
use tasktrack_domain::ctx::{Ctx, World};
use tasktrack_domain::event::{Cause, CauseKind};

/// The context of our own work.
pub(crate) fn system(world: &Arc<World>) -> Ctx {
    Ctx::new(Arc::clone(world), Actor::system(), Cause::of(CauseKind::Job))
}

/// A name in the lease table, and whether it is ours.
pub(crate) struct Hold {
    world: Arc<World>,
    pub(crate) name: String,
    holder: String,
    seconds: i64,
    epoch: Option<i64>,
    renewed: Instant,
}

impl Hold {
    pub(crate) fn new(world: Arc<World>, name: String, holder: String, seconds: i64) -> Self {
        Self { world, name, holder, seconds: seconds.max(1), epoch: None, renewed: Instant::now() }
    }

    fn third(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.seconds).unwrap_or(1) * 1000 / 3)
    }

    /// Tries to take it; says with which epoch it is ours.
    pub(crate) async fn take(&mut self) -> Result<Option<i64>> {
        let asked = Instant::now();
        let mut tx = system(&self.world).begin().await?;
        let lease = tx.readers().lease(&self.name, &self.holder, self.seconds).await?;
        tx.commit().await?;
        self.renewed = asked;
        self.epoch = lease.map(|lease| lease.epoch);
        Ok(self.epoch)
    }

    /// Renews it where a third has passed. False: it is lost.
    pub(crate) async fn keep(&mut self) -> bool {
        if self.epoch.is_none() {
            return false;
        }
        if self.renewed.elapsed() < self.third() {
            return true;
        }
        let before = self.epoch;
        match self.take().await {
            Ok(now) => now.is_some() && now == before,
            // The database is away: ours until it runs out. The cursor is fenced by the epoch in any case.
            Err(_) => self.renewed.elapsed() < Duration::from_secs(u64::try_from(self.seconds).unwrap_or(1)),
        }
    }

    /// Waits for `work` and renews meanwhile. The work is never cut off; a lease lost in between shows at the next [`Hold::keep`] and
    /// when the cursor does not move.
    pub(crate) async fn during<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(self.third()) => {}
            }
            if !self.keep().await {
                return work.await;
            }
        }
    }

    /// Gives it back, so that the next one need not wait.
    pub(crate) async fn give_back(&mut self) {
        if self.epoch.take().is_none() {
            return;
        }
        let done: Result<()> = async {
            let mut tx = system(&self.world).begin().await?;
            tx.readers().unlease(&self.name, &self.holder).await?;
            tx.commit().await
        }
        .await;
        if let Err(error) = done {
            tracing::debug!(lease = self.name, %error, "could not be given back; it runs out by itself");
        }
    }
}
