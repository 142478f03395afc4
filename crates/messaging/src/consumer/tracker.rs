//! Which offset of a partition may be committed while its messages are worked on in parallel: never past one that is not done.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Default)]
struct Inner {
    /// Taken, not done.
    open: BTreeSet<i64>,
    /// One past the highest that was taken or passed over.
    next: Option<i64>,
    committed: Option<i64>,
    bytes: usize,
}

/// Offsets of one partition from its assignment on.
#[derive(Default)]
pub(crate) struct Tracker(Mutex<Inner>);

impl Tracker {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// A message was taken.
    pub(crate) fn taken(&self, offset: i64, bytes: usize) {
        let mut inner = self.inner();
        inner.open.insert(offset);
        inner.next = inner.next.max(Some(offset + 1));
        inner.bytes += bytes;
    }
    /// Its effect is in the database.
    pub(crate) fn done(&self, offset: i64, bytes: usize) {
        let mut inner = self.inner();
        inner.open.remove(&offset);
        inner.bytes = inner.bytes.saturating_sub(bytes);
    }
    /// Below `offset` nothing more will come (transaction markers, aborted messages).
    pub(crate) fn passed(&self, offset: i64) {
        let mut inner = self.inner();
        inner.next = inner.next.max(Some(offset));
    }
    /// Messages and bytes that are open.
    pub(crate) fn load(&self) -> (usize, usize) {
        let inner = self.inner();
        (inner.open.len(), inner.bytes)
    }
    /// The offset to commit, where it is another than the last.
    pub(crate) fn to_commit(&self) -> Option<i64> {
        let mut inner = self.inner();
        let at = inner.open.first().copied().or(inner.next)?;
        if inner.committed.is_some_and(|last| last >= at) {
            return None;
        }
        inner.committed = Some(at);
        Some(at)
    }
    /// The commit failed: it is tried again.
    pub(crate) fn uncommitted(&self) {
        self.inner().committed = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_past_an_open_one() {
        let tracker = Tracker::default();
        assert_eq!(tracker.to_commit(), None);
        for offset in [5, 6, 8] {
            tracker.taken(offset, 10);
        }
        tracker.done(6, 10);
        tracker.done(8, 10);
        assert_eq!((tracker.to_commit(), tracker.load()), (Some(5), (1, 10)));
        tracker.done(5, 10);
        assert_eq!((tracker.to_commit(), tracker.to_commit()), (Some(9), None));
        tracker.passed(10);
        assert_eq!(tracker.to_commit(), Some(10));
        tracker.uncommitted();
        assert_eq!(tracker.to_commit(), Some(10));
        tracker.passed(3);
        assert_eq!(tracker.to_commit(), None);
    }
}
