//! State that can only be saved together with its events.

use crate::event::NewEvent;

/// A new state and the events that tell of it. Only rules of this crate make one, a repository can save nothing else:
/// no state moves without its event.
#[derive(Clone, Debug)]
#[must_use = "a change does nothing until it is saved"]
pub struct Change<T> {
    state: T,
    events: Vec<NewEvent>,
}

impl<T> Change<T> {
    pub(crate) fn new(state: T, events: Vec<NewEvent>) -> Self {
        Self { state, events }
    }
    /// The state to store.
    pub fn state(&self) -> &T {
        &self.state
    }
    /// The events to append, in order.
    pub fn events(&self) -> &[NewEvent] {
        &self.events
    }
    /// Both, for a repository.
    pub fn into_parts(self) -> (T, Vec<NewEvent>) {
        (self.state, self.events)
    }
}
