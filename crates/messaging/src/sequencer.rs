//! Gives committed events their position, and tells everyone that the log has advanced.
//!
//! On PostgreSQL positions are given here, by whoever comes first (the database lets one at a time). On SQLite the writing transaction
//! gave them; then only the word is spread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tasktrack_domain::Result;
use tasktrack_domain::ctx::World;
use tasktrack_domain::gateways::Signal;

use crate::lease::system;
use crate::pause::{Backoff, Stop, stopped, wait};

const POLL: Duration = Duration::from_millis(50);
/// How often the head is looked at where another node may have moved it.
const LOOK: Duration = Duration::from_millis(500);
const LIMIT: u32 = 10_000;
/// Between two rounds under load: what is committed meanwhile shares one round. Live updates are so much later at most.
const BREATH: Duration = Duration::from_millis(10);

/// Runs until the end.
pub(crate) async fn run(world: Arc<World>, mut stop: Stop) {
    let mut backoff = Backoff::new(&world, Duration::from_millis(100), Duration::from_secs(2));
    let mut woken = world.store.woken();
    let sequenced = world.store.kind() == "postgres";
    let (mut last, mut looked) = (0, None::<Instant>);
    while !stopped(&stop) {
        let found: Result<Option<i64>> = async {
            if sequenced && let Some(head) = sequence(&world).await? {
                return Ok(Some(head));
            }
            if !sequenced || looked.is_none_or(|at| at.elapsed() >= LOOK) {
                looked = Some(Instant::now());
                return Ok(Some(system(&world).read().await?.events().head().await?));
            }
            Ok(None)
        }
        .await;
        match found {
            Ok(Some(head)) if head > last => {
                backoff.reset();
                last = head;
                world.fanout.publish(Signal::Advanced { position: head }).await;
                if sequenced {
                    wait(&mut stop, BREATH).await;
                }
            }
            Ok(_) => {
                backoff.reset();
                let poll = if sequenced { POLL } else { LOOK };
                tokio::select! {
                    changed = woken.changed() => if changed.is_err() { wait(&mut stop, poll).await },
                    () = wait(&mut stop, poll) => {}
                }
            }
            Err(error) => {
                if backoff.failures() == 0 {
                    tracing::warn!(%error, "sequencer: the database does not answer");
                }
                backoff.wait(&mut stop).await;
            }
        }
    }
}

async fn sequence(world: &Arc<World>) -> Result<Option<i64>> {
    let mut tx = system(world).begin().await?;
    let head = tx.events().sequence(LIMIT).await?;
    if head.is_some() {
        tx.commit().await?;
    }
    Ok(head)
}
