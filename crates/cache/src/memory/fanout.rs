//! Signals within this node.

use async_trait::async_trait;
use tasktrack_domain::gateways::{Fanout, Signal};
use tokio::sync::broadcast;

/// A subscriber that is this many signals behind loses the oldest (and is told so by its receiver).
const BEHIND: usize = 1024;

/// [`Fanout`] in memory.
pub struct MemoryFanout {
    sender: broadcast::Sender<Signal>,
}

impl MemoryFanout {
    /// With room for 1024 signals per subscriber.
    pub fn new() -> Self {
        Self { sender: broadcast::Sender::new(BEHIND) }
    }

    pub(crate) fn tell(&self, signal: Signal) {
        // The only failure is that nobody listens.
        let _ = self.sender.send(signal);
    }
}

impl Default for MemoryFanout {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Fanout for MemoryFanout {
    async fn publish(&self, signal: Signal) {
        self.tell(signal);
    }

    fn subscribe(&self) -> broadcast::Receiver<Signal> {
        self.sender.subscribe()
    }
}
