//! What is tidied up by itself: old idempotency keys, the trash after 30 days, and tasks that have been archived for more than 30 days
//! (a delete, with its events).

use std::sync::Arc;
use std::time::Duration;

use tasktrack_domain::actor::Actor;
use tasktrack_domain::ctx::{Ctx, World};
use tasktrack_domain::error::Result;
use tasktrack_domain::event::{Cause, CauseKind};

/// How often.
const EVERY: Duration = Duration::from_secs(600);
/// How long an Idempotency-Key is remembered.
const KEYS_HOURS: i64 = 24;
/// How long a deleted task can be restored.
const TRASH_DAYS: i64 = 30;

/// Runs until `stop`. One node at a time does it; another that also does it does no harm.
pub async fn run(world: Arc<World>, holder: String, mut stop: tokio::sync::watch::Receiver<bool>) {
    loop {
        if let Err(error) = once(&world, &holder).await {
            tracing::warn!(%error, "housekeeping failed, it will be tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => return,
        }
    }
}

async fn once(world: &Arc<World>, holder: &str) -> Result<()> {
    let ctx = Ctx::new(world.clone(), Actor::system(), Cause::of(CauseKind::Job));
    let now = ctx.now();
    let mut tx = ctx.begin().await?;
    if tx.readers().lease("housekeeping", holder, 1200).await?.is_none() {
        return Ok(());
    }
    let keys = tx.idempotency().forget_keys(now - chrono::Duration::hours(KEYS_HOURS)).await?;
    let purged = tx.tasks().purge_deleted(now - chrono::Duration::days(TRASH_DAYS), 500).await?;
    ctx.commit(tx, &()).await?;
    if keys + purged > 0 {
        tracing::info!(keys, purged, "housekeeping");
    }
    Ok(())
}
