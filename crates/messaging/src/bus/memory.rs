//! Topics of this process: the same scenarios run without a broker. Each topic keeps its newest messages only.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::watch;

use super::{Bus, BusError, Health, Producer};
use crate::message::Record;

/// How many messages a topic keeps.
pub const KEEP: usize = 10_000;

#[derive(Default)]
struct Topic {
    /// Offset of the first message that is kept.
    base: i64,
    messages: VecDeque<Arc<Record>>,
}

#[derive(Default)]
struct State {
    topics: HashMap<String, Topic>,
    /// Producers by id: how often each was taken.
    epochs: HashMap<String, u64>,
}

struct Shared {
    state: Mutex<State>,
    grown: watch::Sender<u64>,
}

/// The bus of this process. Clones share everything.
#[derive(Clone)]
pub struct MemoryBus(Arc<Shared>);

impl Default for MemoryBus {
    fn default() -> Self {
        Self(Arc::new(Shared { state: Mutex::default(), grown: watch::Sender::new(0) }))
    }
}

impl MemoryBus {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Sends one message, as somebody else's producer would; its offset.
    pub fn send(&self, record: Record) -> i64 {
        let offset = self.append(&mut self.state(), record);
        self.0.grown.send_modify(|n| *n += 1);
        offset
    }
    fn append(&self, state: &mut State, record: Record) -> i64 {
        let topic = state.topics.entry(record.topic.clone()).or_default();
        topic.messages.push_back(Arc::new(record));
        if topic.messages.len() > KEEP {
            topic.messages.pop_front();
            topic.base += 1;
        }
        topic.base + i64::try_from(topic.messages.len()).unwrap_or(i64::MAX) - 1
    }
    /// Messages of a topic from an offset on, with their offsets; at most `max`. What is no longer kept is left out.
    pub fn read(&self, topic: &str, from: i64, max: usize) -> Vec<(i64, Arc<Record>)> {
        let state = self.state();
        let Some(topic) = state.topics.get(topic) else { return Vec::new() };
        let skip = usize::try_from(from - topic.base).unwrap_or(0);
        let offsets = topic.base..;
        offsets.zip(topic.messages.iter().cloned()).skip(skip).take(max).collect()
    }
    /// Wakes when something was published.
    pub fn grown(&self) -> watch::Receiver<u64> {
        self.0.grown.subscribe()
    }
}

struct MemoryProducer {
    bus: MemoryBus,
    id: String,
    epoch: u64,
}

#[async_trait]
impl Bus for MemoryBus {
    async fn producer(&self, id: &str) -> Result<Box<dyn Producer>, BusError> {
        let mut state = self.state();
        let epoch = state.epochs.entry(id.to_owned()).or_default();
        *epoch += 1;
        Ok(Box::new(MemoryProducer { bus: self.clone(), id: id.to_owned(), epoch: *epoch }))
    }
    async fn ensure_topics(&self, names: &[String]) -> Result<(), BusError> {
        let mut state = self.state();
        for name in names {
            state.topics.entry(name.clone()).or_default();
        }
        Ok(())
    }
    fn health(&self) -> Health {
        Health::Up
    }
    fn kind(&self) -> &'static str {
        "memory"
    }
}

#[async_trait]
impl Producer for MemoryProducer {
    async fn publish(&mut self, batch: Vec<Record>) -> Result<(), BusError> {
        {
            let mut state = self.bus.state();
            if state.epochs.get(&self.id) != Some(&self.epoch) {
                return Err(BusError::Fenced);
            }
            for record in batch {
                self.bus.append(&mut state, record);
            }
        }
        self.bus.0.grown.send_modify(|n| *n += 1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(topic: &str, value: usize) -> Record {
        Record { topic: topic.into(), value: value.to_string().into_bytes(), ..Record::default() }
    }

    #[tokio::test]
    async fn of_two_producers_with_one_id_the_later_publishes() {
        let bus = MemoryBus::default();
        let mut old = bus.producer("relay-0").await.unwrap();
        old.publish(vec![record("t", 1)]).await.unwrap();
        let mut new = bus.producer("relay-0").await.unwrap();
        assert_eq!(old.publish(vec![record("t", 2)]).await, Err(BusError::Fenced));
        new.publish(vec![record("t", 3)]).await.unwrap();
        let values: Vec<_> = bus.read("t", 0, 9).iter().map(|(at, r)| (*at, r.value.clone())).collect();
        assert_eq!(values, [(0, b"1".to_vec()), (1, b"3".to_vec())]);
    }

    #[tokio::test]
    async fn a_topic_is_bounded_and_offsets_go_on() {
        let bus = MemoryBus::default();
        for n in 0..KEEP + 5 {
            bus.send(record("t", n));
        }
        let first = bus.read("t", 0, 1);
        assert_eq!(first.first().map(|(at, r)| (*at, r.value.clone())), Some((5, b"5".to_vec())));
        assert_eq!(bus.read("t", i64::try_from(KEEP).unwrap() + 4, 9).len(), 1);
        assert!(bus.read("t", i64::try_from(KEEP).unwrap() + 5, 9).is_empty());
    }
}
