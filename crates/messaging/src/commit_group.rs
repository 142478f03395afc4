//! Events of one aggregate in one transaction: what a dialect encodes together.

use std::collections::HashMap;

use tasktrack_domain::event::EventRecord;

/// All events of one aggregate in one transaction, in order. Never empty.
#[derive(Clone, Debug, PartialEq)]
pub struct CommitGroup {
    pub events: Vec<EventRecord>,
}

impl CommitGroup {
    /// Groups events that come in the order of their positions. A group stands where its first event stood; groups of one aggregate
    /// stay in order, because its row is locked while a transaction writes its events.
    pub fn of(events: Vec<EventRecord>) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        let mut places = HashMap::new();
        for event in events {
            let key = (event.commit_id, event.aggregate, event.aggregate_id);
            let place = *places.entry(key).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.events.push(event),
                None => groups.push(Self { events: vec![event] }),
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{event, task};
    use tasktrack_domain::event::EventType;

    #[test]
    fn interleaved_aggregates_of_one_transaction_come_apart() {
        let mut other = task();
        other.id = 42.into();
        let mut b = event(EventType::TaskUpdated, &other);
        b.event_seq = 1;
        let (a1, mut a2) = (event(EventType::TaskCreated, &task()), event(EventType::CommentAdded, &task()));
        a2.event_seq = 2;
        let mut later = a1.clone();
        later.commit_id = uuid::Uuid::from_u128(9);
        later.event_seq = 3;
        let groups = CommitGroup::of(vec![a1, b, a2, later]);
        let shape: Vec<Vec<i64>> = groups.iter().map(|g| g.events.iter().map(|e| e.event_seq).collect()).collect();
        assert_eq!(shape, [vec![1, 2], vec![1], vec![3]]);
    }
}
