//! Everything within this process: for a single node, and what the Redis back end falls back to.

mod fanout;
mod limiter;
mod one_time;
mod presence;

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

pub use fanout::MemoryFanout;
pub use limiter::MemoryLimiter;
pub use one_time::MemoryOneTime;
pub(crate) use presence::LIFE;
pub use presence::MemoryPresence;

/// Microseconds since `start` on a clock that never goes back.
fn micros_since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// What a panicking holder left is still a map: go on with it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
