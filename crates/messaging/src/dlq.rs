//! Tells dead letters to `<topic>.dlq`: the original key and bytes, with the reason and the coordinates as headers. The table is the
//! truth; the topic is for those who watch topics. At least once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tasktrack_domain::ctx::World;
use tasktrack_domain::sync::DeadLetter;

use crate::bus::{Bus, Producer};
use crate::lease::{Hold, system};
use crate::message::Record;
use crate::pause::{Backoff, Stop, stopped, wait};
use crate::settings::MessagingSettings;

/// Lease of the one that tells.
const LEASE: &str = "relay:dlq";
const POLL: Duration = Duration::from_millis(500);
const BATCH: u32 = 200;

/// The topic of dead letters of `topic`.
pub fn topic(of: &str) -> String {
    format!("{of}.dlq")
}

/// A letter as a message.
pub fn record(letter: &DeadLetter) -> Record {
    let message = &letter.message;
    let mut headers: Vec<(String, String)> = message.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let mut add = |name: &str, value: String| headers.push((name.to_owned(), value));
    add("dlq-id", letter.id.to_string());
    add("dlq-code", letter.code.clone());
    add("dlq-detail", letter.detail.clone());
    add("dlq-pointer", letter.pointer.clone().unwrap_or_default());
    add("dlq-topic", message.topic.clone());
    add("dlq-partition", message.partition.to_string());
    add("dlq-offset", message.offset.to_string());
    add("dlq-attempts", letter.attempts.to_string());
    Record {
        topic: topic(&message.topic),
        key: message.key.as_ref().map(|key| key.clone().into_bytes()),
        headers,
        value: message.payload(),
    }
}

/// Runs until the end; one node at a time does it.
pub(crate) async fn run(world: Arc<World>, bus: Arc<dyn Bus>, settings: Arc<MessagingSettings>, holder: String, mut stop: Stop) {
    let mut hold = Hold::new(Arc::clone(&world), LEASE.to_owned(), holder, settings.lease_seconds);
    let mut backoff = Backoff::new(&world, Duration::from_millis(200), Duration::from_secs(10));
    let mut producer: Option<Box<dyn Producer>> = None;
    let mut known = BTreeSet::new();
    let mut held = false;
    while !stopped(&stop) {
        if !held || !hold.keep().await {
            producer = None;
            held = matches!(hold.take().await, Ok(Some(_)));
            if !held {
                backoff.wait(&mut stop).await;
                continue;
            }
        }
        let round = hold.during(tell(&world, bus.as_ref(), &settings, &mut producer, &mut known)).await;
        match round {
            Ok(0) => {
                backoff.reset();
                wait(&mut stop, POLL).await;
            }
            Ok(_) => backoff.reset(),
            Err(error) => {
                if backoff.failures() == 0 {
                    tracing::warn!(error, "dead letters wait for their topic; they are in the table");
                }
                producer = None;
                let pause = backoff.next();
                let mut stop = stop.clone();
                hold.during(wait(&mut stop, pause)).await;
            }
        }
    }
    hold.give_back().await;
}

async fn tell(
    world: &Arc<World>,
    bus: &dyn Bus,
    settings: &MessagingSettings,
    producer: &mut Option<Box<dyn Producer>>,
    known: &mut BTreeSet<String>,
) -> Result<usize, String> {
    let text = |error: tasktrack_domain::Error| error.to_string();
    let letters = system(world).read().await.map_err(text)?.exchange().unpublished_dead_letters(BATCH).await.map_err(text)?;
    if letters.is_empty() {
        return Ok(0);
    }
    let topics: BTreeSet<String> = letters.iter().map(|l| topic(&l.message.topic)).filter(|t| !known.contains(t)).collect();
    if !topics.is_empty() {
        bus.ensure_topics(&topics.iter().cloned().collect::<Vec<_>>()).await.map_err(|e| e.to_string())?;
        known.extend(topics);
    }
    let producer = match producer {
        Some(producer) => producer,
        none => none.insert(bus.producer(&format!("{}-relay-dlq", settings.source)).await.map_err(|e| e.to_string())?),
    };
    producer.publish(letters.iter().map(record).collect()).await.map_err(|e| e.to_string())?;
    let mut tx = system(world).begin().await.map_err(text)?;
    for letter in &letters {
        tx.exchange().dead_letter_published(letter.id).await.map_err(text)?;
    }
    tx.commit().await.map_err(text)?;
    Ok(letters.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{at, raw};
    use tasktrack_domain::sync::LetterState;

    #[test]
    fn a_letter_keeps_its_bytes_and_says_why() {
        let mut message = raw("issues-events-1c", 7, b"\xff{oops");
        message.headers.insert("x".into(), "y".into());
        let letter = DeadLetter {
            id: 5.into(),
            account_id: None,
            source: None,
            message,
            code: "invalid-json".into(),
            detail: "не JSON".into(),
            pointer: None,
            attempts: 1,
            state: LetterState::Open,
            created_at: at(0),
            resolved_at: None,
            resolved_by: None,
            reason: None,
        };
        let record = record(&letter);
        assert_eq!((record.topic.as_str(), record.value.as_slice()), ("issues-events-1c.dlq", b"\xff{oops".as_slice()));
        for (name, value) in [("x", "y"), ("dlq-code", "invalid-json"), ("dlq-topic", "issues-events-1c"), ("dlq-offset", "7")] {
            assert!(record.headers.contains(&(name.to_owned(), value.to_owned())), "{name}");
        }
    }
}
