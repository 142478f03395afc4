//! A map that cannot grow without end.

use std::{borrow::Borrow, collections::HashMap, hash::Hash};

/// At most `capacity` entries, each with an end (any ordered number, normally a time). When it is full, entries past
/// their end go; if that is not enough, the quarter whose end is nearest.
pub(crate) struct Bounded<K, V> {
    capacity: usize,
    entries: HashMap<K, (u64, V)>,
}

impl<K: Eq + Hash + Clone, V> Bounded<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, entries: HashMap::new() }
    }

    pub(crate) fn insert(&mut self, key: K, value: V, end: u64, now: u64) {
        if self.entries.len() >= self.capacity && !self.entries.contains_key(&key) {
            self.make_room(now);
        }
        self.entries.insert(key, (end, value));
    }

    /// The value, unless its end has come.
    #[cfg(test)]
    pub(crate) fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q, now: u64) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key).filter(|(end, _)| *end > now).map(|(_, value)| value)
    }

    /// The end of an entry, past or not.
    pub(crate) fn end<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<u64>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key).map(|(end, _)| *end)
    }

    /// Takes the value out; nothing if its end has come.
    pub(crate) fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q, now: u64) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.entries.remove(key).filter(|(end, _)| *end > now).map(|(_, value)| value)
    }

    fn make_room(&mut self, now: u64) {
        self.entries.retain(|_, (end, _)| *end > now);
        if self.entries.len() < self.capacity {
            return;
        }
        let mut ends: Vec<(u64, K)> = self.entries.iter().map(|(key, (end, _))| (*end, key.clone())).collect();
        ends.sort_unstable_by_key(|(end, _)| *end);
        for (_, key) in ends.iter().take(ends.len() / 4 + 1) {
            self.entries.remove(key);
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_more_than_it_may_hold() {
        let mut map = Bounded::new(100);
        map.insert(u64::MAX, (), u64::MAX, 0);
        for key in 0..10_000 {
            map.insert(key, (), 10 + key, 0);
            assert!(map.len() <= 100);
            assert!(map.get(&key, 0).is_some(), "the newest is in");
        }
        assert!(map.get(&u64::MAX, 0).is_some(), "the one with the furthest end stayed");
    }

    #[test]
    fn ended_entries_are_gone_and_go_first() {
        let mut map = Bounded::new(4);
        for key in 0..4 {
            map.insert(key, key, if key < 3 { 5 } else { 50 }, 0);
        }
        assert_eq!(map.get(&0, 4), Some(&0));
        assert_eq!(map.get(&0, 5), None);
        assert_eq!(map.remove(&1, 5), None);
        map.insert(9, 9, 60, 5);
        map.insert(10, 10, 60, 5);
        assert_eq!(map.get(&3, 5), Some(&3));
    }
}
