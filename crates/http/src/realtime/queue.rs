//! The bounded queue between the log's reader and one connection.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::event::LiveEvent;

/// So many messages may wait …
pub const MESSAGES: usize = 256;
/// … of so many bytes together (a single one may be larger).
pub const BYTES: usize = 1024 * 1024;

/// Something to send.
#[derive(Clone, Debug)]
pub enum Item {
    /// To be filtered once more with the actor of then.
    Event(Arc<LiveEvent>),
    /// A finished frame.
    Text(Arc<str>),
}

impl Item {
    fn size(&self) -> usize {
        match self {
            Self::Event(event) => event.size(),
            Self::Text(text) => text.len(),
        }
    }
}

/// Why nothing more comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The reader didn't keep up.
    Slow,
    /// The process ends.
    Shutdown,
}

#[derive(Default)]
struct State {
    items: VecDeque<Item>,
    bytes: usize,
    cut: Option<Cut>,
    stale: bool,
}

/// What comes out.
#[derive(Debug)]
pub enum Next {
    Item(Item),
    /// The actor should be loaded anew.
    Refresh,
    Cut(Cut),
}

/// A queue that is cut instead of growing. Writers never wait.
#[derive(Default)]
pub struct Queue {
    state: Mutex<State>,
    filled: Notify,
    cut: Notify,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts something in; false if the queue is (or was now) cut.
    pub fn push(&self, item: Item) -> bool {
        let mut state = self.lock();
        if state.cut.is_some() {
            return false;
        }
        let size = item.size();
        if !state.items.is_empty() && (state.items.len() >= MESSAGES || state.bytes + size > BYTES) {
            drop(state);
            self.cut(Cut::Slow);
            return false;
        }
        state.bytes += size;
        state.items.push_back(item);
        drop(state);
        self.filled.notify_one();
        true
    }

    /// Ends it; what waits is dropped.
    pub fn cut(&self, why: Cut) {
        let mut state = self.lock();
        state.cut.get_or_insert(why);
        state.items = VecDeque::new();
        state.bytes = 0;
        drop(state);
        self.filled.notify_one();
        self.cut.notify_one();
    }

    /// Asks the reader to load its actor anew, before anything that waits.
    pub fn refresh(&self) {
        self.lock().stale = true;
        self.filled.notify_one();
    }

    /// Waits for the next. Nothing is lost when the future is dropped. For one reader.
    pub async fn next(&self) -> Next {
        loop {
            {
                let mut state = self.lock();
                if let Some(why) = state.cut {
                    return Next::Cut(why);
                }
                if std::mem::take(&mut state.stale) {
                    return Next::Refresh;
                }
                if let Some(item) = state.items.pop_front() {
                    state.bytes -= item.size();
                    return Next::Item(item);
                }
            }
            self.filled.notified().await;
        }
    }

    /// Waits until it is cut.
    pub async fn until_cut(&self) -> Cut {
        loop {
            if let Some(why) = self.lock().cut {
                return why;
            }
            self.cut.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: usize) -> Item {
        Item::Text("x".repeat(bytes).into())
    }

    #[tokio::test]
    async fn a_slow_reader_is_cut_by_number() {
        let queue = Queue::default();
        for _ in 0..MESSAGES {
            assert!(queue.push(text(10)));
        }
        assert!(!queue.push(text(10)));
        assert!(matches!(queue.next().await, Next::Cut(Cut::Slow)));
        assert_eq!(queue.until_cut().await, Cut::Slow);
        assert!(!queue.push(text(1)), "and stays so");
    }

    #[tokio::test]
    async fn a_slow_reader_is_cut_by_bytes() {
        let queue = Queue::default();
        assert!(queue.push(text(2 * BYTES)), "one alone passes, however large");
        assert!(matches!(queue.next().await, Next::Item(_)));
        assert!(queue.push(text(BYTES)));
        assert!(!queue.push(text(1)));
    }

    #[tokio::test]
    async fn rights_come_before_messages() {
        let queue = Queue::default();
        queue.push(text(1));
        queue.refresh();
        queue.refresh();
        assert!(matches!(queue.next().await, Next::Refresh));
        assert!(matches!(queue.next().await, Next::Item(_)));
        queue.cut(Cut::Shutdown);
        queue.cut(Cut::Slow);
        assert!(matches!(queue.next().await, Next::Cut(Cut::Shutdown)));
    }
}
