//! Who a session belongs to and what they may see, remembered for two seconds: most requests cost no look at the database.
//!
//! Whatever ends a session or changes rights tells so by a signal; signals are read before each look here, so that on this node
//! they count at once.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tasktrack_domain::actor::Actor;
use tasktrack_domain::gateways::Signal;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;
use uuid::Uuid;

const LIFE: Duration = Duration::from_secs(2);
const MOST: usize = 10_000;

struct Inner {
    actors: HashMap<Uuid, (Actor, Instant)>,
    signals: Receiver<Signal>,
    /// Grows with each signal about rights: what was read from the database before it is not remembered after it.
    epoch: u64,
}

/// Actors by session.
pub(crate) struct Remembered(Mutex<Inner>);

/// What a look gave.
pub(crate) enum Look {
    Known(Actor),
    /// Load it, and bring it back with this number.
    Unknown(u64),
}

impl Remembered {
    pub(crate) fn new(signals: Receiver<Signal>) -> Self {
        Self(Mutex::new(Inner { actors: HashMap::new(), signals, epoch: 0 }))
    }
    fn inner(&self) -> MutexGuard<'_, Inner> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.listen();
        inner
    }
    pub(crate) fn look(&self, session: Uuid) -> Look {
        let inner = self.inner();
        match inner.actors.get(&session) {
            Some((actor, since)) if since.elapsed() < LIFE => Look::Known(actor.clone()),
            _ => Look::Unknown(inner.epoch),
        }
    }
    pub(crate) fn keep(&self, session: Uuid, actor: Actor, epoch: u64) {
        let mut inner = self.inner();
        if inner.epoch == epoch {
            if inner.actors.len() >= MOST {
                inner.actors.retain(|_, (_, since)| since.elapsed() < LIFE);
            }
            if inner.actors.len() < MOST {
                inner.actors.insert(session, (actor, Instant::now()));
            }
        }
    }
}

impl Inner {
    fn listen(&mut self) {
        loop {
            match self.signals.try_recv() {
                Ok(Signal::SessionsEnded { sessions }) => {
                    self.epoch += 1;
                    sessions.iter().for_each(|session| drop(self.actors.remove(session)));
                }
                Ok(Signal::AccessChanged { user_id: Some(user) }) => {
                    self.epoch += 1;
                    self.actors.retain(|_, (actor, _)| actor.id().is_none_or(|id| id.0 != user));
                }
                // Some word was lost: it may have been about anybody.
                Ok(Signal::AccessChanged { user_id: None }) | Err(TryRecvError::Lagged(_)) => {
                    self.epoch += 1;
                    self.actors.clear();
                }
                Ok(Signal::Advanced { .. } | Signal::Presence { .. }) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tasktrack_domain::identity::signin::nobody;
    use tokio::sync::broadcast;

    use super::*;

    fn epoch(remembered: &Remembered, session: Uuid) -> Option<u64> {
        match remembered.look(session) {
            Look::Known(_) => None,
            Look::Unknown(epoch) => Some(epoch),
        }
    }

    #[test]
    fn a_signal_counts_at_once_and_against_what_is_being_loaded() {
        let (sender, receiver) = broadcast::channel(8);
        let (remembered, session) = (Remembered::new(receiver), Uuid::nil());
        let before = epoch(&remembered, session).unwrap();
        remembered.keep(session, nobody(), before);
        assert_eq!(epoch(&remembered, session), None);
        sender.send(Signal::SessionsEnded { sessions: vec![session] }).unwrap();
        assert!(epoch(&remembered, session).is_some());
        // Loaded before the signal, brought after it.
        remembered.keep(session, nobody(), before);
        assert!(epoch(&remembered, session).is_some());
    }

    #[test]
    fn lost_signals_forget_everyone() {
        let (sender, receiver) = broadcast::channel(2);
        let (remembered, session) = (Remembered::new(receiver), Uuid::nil());
        remembered.keep(session, nobody(), epoch(&remembered, session).unwrap());
        for position in 0..5 {
            sender.send(Signal::Advanced { position }).unwrap();
        }
        assert!(epoch(&remembered, session).is_some());
    }
}
