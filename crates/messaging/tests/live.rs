//! The Kafka bus on a real broker: TASKTRACK_TEST_KAFKA names one, else scripts/services/up.sh starts one for this run.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod broker;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use broker::{Broker, Gate};
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{Headers as _, Message as _};
use tasktrack_messaging::bus::kafka::KafkaBus;
use tasktrack_messaging::bus::{Bus as _, BusError, Health};
use tasktrack_messaging::message::Record;

/// A name that no run before had.
fn fresh(what: &str) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    format!("live-{what}-{}-{}", std::process::id(), now.as_nanos())
}

fn record(topic: &str, key: &str, value: impl ToString) -> Record {
    Record {
        topic: topic.into(),
        key: Some(key.into()),
        headers: vec![("event-id".into(), value.to_string())],
        value: value.to_string().into_bytes(),
    }
}

/// Reads committed messages until there are `count` and then nothing for a moment.
fn read(bootstrap: &str, topic: &str, count: usize) -> Vec<(String, String)> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap)
        .set("group.id", fresh("group"))
        .set("auto.offset.reset", "earliest")
        .set("isolation.level", "read_committed")
        .set("enable.auto.commit", "false")
        .create()
        .unwrap();
    consumer.subscribe(&[topic]).unwrap();
    let (mut got, mut last, start) = (Vec::new(), Instant::now(), Instant::now());
    while start.elapsed() < Duration::from_secs(60) && (got.len() < count || last.elapsed() < Duration::from_millis(1500)) {
        if let Some(Ok(message)) = consumer.poll(Duration::from_millis(100)) {
            let text = |bytes: Option<&[u8]>| String::from_utf8(bytes.unwrap().to_vec()).unwrap();
            assert_eq!(message.headers().unwrap().get(0).value, message.payload());
            got.push((text(message.key()), text(message.payload())));
            last = Instant::now();
        }
    }
    got
}

fn values(of: &[(String, String)]) -> Vec<&str> {
    of.iter().map(|(_, value)| value.as_str()).collect()
}

/// Topics are made once; asking again is fine.
async fn topics(bus: &KafkaBus, bootstrap: &str) {
    let topic = fresh("topics");
    for _ in 0..2 {
        bus.ensure_topics(std::slice::from_ref(&topic)).await.unwrap();
    }
    let bootstrap = bootstrap.to_owned();
    let count = tokio::task::spawn_blocking(move || {
        let client: BaseConsumer = ClientConfig::new().set("bootstrap.servers", bootstrap).create().unwrap();
        client.fetch_metadata(Some(&topic), Duration::from_secs(10)).unwrap().topics()[0].partitions().len()
    });
    assert_eq!(count.await.unwrap(), 3);
    assert!(bus.ensure_topics(&["no topic!".to_owned()]).await.is_err());
}

/// Twenty keys in ten transactions: each key's messages in order, none lost, none doubled.
async fn order(bus: &KafkaBus, bootstrap: &str) {
    let topic = fresh("order");
    bus.ensure_topics(std::slice::from_ref(&topic)).await.unwrap();
    let mut producer = bus.producer(&fresh("order")).await.unwrap();
    for batch in 0..10 {
        let records = (0..100).map(|n| record(&topic, &(n % 20).to_string(), batch * 100 + n)).collect();
        producer.publish(records).await.unwrap();
    }
    let bootstrap = bootstrap.to_owned();
    let got = tokio::task::spawn_blocking(move || read(&bootstrap, &topic, 1000)).await.unwrap();
    assert_eq!(got.len(), 1000);
    let mut by_key: BTreeMap<String, Vec<i32>> = BTreeMap::new();
    for (key, value) in got {
        by_key.entry(key).or_default().push(value.parse().unwrap());
    }
    assert!(by_key.len() == 20 && by_key.values().all(|v| v.len() == 50 && v.is_sorted()));
}

/// A batch of which one message fails shows nothing of itself; the next producer goes on.
async fn all_or_nothing(bus: &KafkaBus, bootstrap: &str) {
    let (topic, id) = (fresh("whole"), fresh("whole"));
    bus.ensure_topics(std::slice::from_ref(&topic)).await.unwrap();
    let mut producer = bus.producer(&id).await.unwrap();
    producer.publish(vec![record(&topic, "k", 1)]).await.unwrap();
    let broken = producer.publish(vec![record(&topic, "k", "half"), record("no topic!", "k", 2)]).await;
    assert!(matches!(broken, Err(BusError::Away(_))), "{broken:?}");
    assert!(matches!(producer.publish(vec![record(&topic, "k", "after")]).await, Err(BusError::Away(_))), "it is used up");
    let mut producer = bus.producer(&id).await.unwrap();
    producer.publish(vec![record(&topic, "k", 3)]).await.unwrap();
    let bootstrap = bootstrap.to_owned();
    let got = tokio::task::spawn_blocking(move || read(&bootstrap, &topic, 2)).await.unwrap();
    assert_eq!(values(&got), ["1", "3"]);
}

/// Who had the id before is refused.
async fn fencing(bus: &KafkaBus, bootstrap: &str) {
    let (topic, id) = (fresh("fence"), fresh("fence"));
    bus.ensure_topics(std::slice::from_ref(&topic)).await.unwrap();
    let mut old = bus.producer(&id).await.unwrap();
    old.publish(vec![record(&topic, "k", "old")]).await.unwrap();
    let mut new = bus.producer(&id).await.unwrap();
    let zombie = old.publish(vec![record(&topic, "k", "zombie")]).await;
    assert_eq!(zombie, Err(BusError::Fenced));
    new.publish(vec![record(&topic, "k", "new")]).await.unwrap();
    let bootstrap = bootstrap.to_owned();
    let got = tokio::task::spawn_blocking(move || read(&bootstrap, &topic, 2)).await.unwrap();
    assert_eq!(values(&got), ["old", "new"]);
}

async fn until(health: Health, bus: &KafkaBus) {
    for _ in 0..600 {
        if bus.health() == health {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the bus did not become {}", health.as_str());
}

/// The broker goes away and comes back: an error in bounded time, the health says so, and then all goes on.
async fn outage(broker: &Broker) {
    let mut gate = Gate::open(broker).await;
    let bus = KafkaBus::new(&gate.address, 3, -1);
    let (topic, id) = (fresh("outage"), fresh("outage"));
    bus.ensure_topics(std::slice::from_ref(&topic)).await.unwrap();
    let mut producer = bus.producer(&id).await.unwrap();
    producer.publish(vec![record(&topic, "k", 1)]).await.unwrap();
    until(Health::Up, &bus).await;
    gate.shut();
    let start = Instant::now();
    let lost = producer.publish(vec![record(&topic, "k", "lost")]).await;
    assert!(matches!(lost, Err(BusError::Away(_))), "{lost:?}");
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    until(Health::Down, &bus).await;
    gate = Gate::open(broker).await;
    let mut producer = loop {
        match bus.producer(&id).await {
            Ok(producer) => break producer,
            Err(error) => assert!(start.elapsed() < Duration::from_secs(90), "{error}"),
        }
    };
    producer.publish(vec![record(&topic, "k", 2)]).await.unwrap();
    until(Health::Up, &bus).await;
    gate.shut();
    let bootstrap = broker.bootstrap.clone();
    let got = tokio::task::spawn_blocking(move || read(&bootstrap, &topic, 2)).await.unwrap();
    assert_eq!(values(&got), ["1", "2"]);
}

/// One after the other: they share the broker, and its end.
#[tokio::test(flavor = "multi_thread")]
async fn on_a_real_broker() {
    let broker = Broker::find();
    let bus = KafkaBus::new(&broker.bootstrap, 3, -1);
    topics(&bus, &broker.bootstrap).await;
    order(&bus, &broker.bootstrap).await;
    all_or_nothing(&bus, &broker.bootstrap).await;
    fencing(&bus, &broker.bootstrap).await;
    outage(&broker).await;
}
