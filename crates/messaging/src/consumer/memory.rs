//! The consumer over the bus of this process. What it did is in the inbox; where it stands ends with the process, as the topics do.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::{Arrived, Dispatcher, Partition};
use crate::bus::memory::MemoryBus;
use crate::pause::{Stop, stopped};

/// Runs until the end. `cluster` is new with each process: offsets of an earlier one mean nothing.
pub(crate) async fn run(
    dispatcher: Arc<Dispatcher>,
    bus: MemoryBus,
    cluster: String,
    topics: watch::Receiver<BTreeSet<String>>,
    mut stop: Stop,
) {
    let mut places: HashMap<String, (i64, Arc<Partition>)> = HashMap::new();
    let mut grown = bus.grown();
    while !stopped(&stop) {
        grown.mark_unchanged();
        let wanted = topics.borrow().clone();
        places.retain(|topic, _| wanted.contains(topic));
        let mut found = false;
        for topic in wanted {
            let (next, partition) = places.entry(topic.clone()).or_insert_with(|| (0, dispatcher.open()));
            if partition.is_full() {
                continue;
            }
            for (offset, record) in bus.read(&topic, *next, 100) {
                let message = Arrived {
                    cluster: &cluster,
                    topic: &topic,
                    partition: 0,
                    offset,
                    key: record.key.as_deref(),
                    headers: record.headers.iter().map(|(name, value)| (name.clone(), value.clone().into_bytes())).collect(),
                    payload: &record.value,
                };
                dispatcher.offer(partition, &message);
                *next = offset + 1;
                found = true;
            }
        }
        if !found {
            tokio::select! {
                _ = grown.changed() => {}
                _ = stop.wait_for(|ended| *ended) => {}
                () = tokio::time::sleep(Duration::from_millis(200)) => {}
            }
        }
    }
    dispatcher.ended().await;
}
