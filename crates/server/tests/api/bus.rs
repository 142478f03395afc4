//! The exchange with relay and consumer over the bus of the process: what the ERP sends comes in, what people do goes out.

use std::time::{Duration, Instant};

use crate::kit::{self, App, Caller};
use serde_json::{Value, json};
use tasktrack_messaging::Messaging;
use tasktrack_messaging::bus::memory::MemoryBus;
use tasktrack_messaging::message::Record;

const MEMBERS: [&str; 9] = ["event_type", "issue_id", "timestamp", "data", "source", "version", "event_id", "sequence", "external_id"];

/// The first value that is there, within ten seconds.
#[track_caller]
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{what}: not within ten seconds");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A program with demo data whose relay and consumer run here.
struct Exchange {
    admin: Caller,
    messaging: Messaging,
    bus: MemoryBus,
}

impl Exchange {
    fn start(app: &'static App, shards: i64) -> Self {
        let messaging = app.messaging(shards);
        let bus = messaging.memory().unwrap().clone();
        Self { admin: app.demo("admin"), messaging, bus }
    }
    fn end(self) {
        // Whoever has nothing to send looks at the log as well.
        std::thread::sleep(Duration::from_millis(200));
        self.admin.app.stop(self.messaging);
    }
    fn send(&self, message: &Value) {
        self.send_bytes("issues-events-1c", message["external_id"].as_str().unwrap_or_default(), message.to_string().into_bytes());
    }
    fn send_bytes(&self, topic: &str, key: &str, value: Vec<u8>) {
        self.bus.send(Record { topic: topic.into(), key: Some(key.into()), value, ..Record::default() });
    }
    fn says(&self, event_type: &str, external: &str, data: &Value) {
        self.send(&json!({"event_type": event_type, "external_id": external, "timestamp": null, "data": data, "source": "1c"}));
    }
    /// What we published to the ERP.
    fn sent(&self) -> Vec<String> {
        let all = self.bus.read("issues-events", 0, 100_000);
        let ours = all.into_iter().filter(|(_, r)| r.headers.iter().any(|(name, _)| name == "event-id"));
        ours.map(|(_, r)| String::from_utf8(r.value.clone()).unwrap()).collect()
    }
    fn sent_of(&self, task: &Value) -> Vec<Value> {
        let all = self.sent().into_iter().map(|text| serde_json::from_str::<Value>(&text).unwrap());
        all.filter(|message| message["issue_id"] == *task).collect()
    }
    #[track_caller]
    fn sent_as(&self, task: &Value, event_type: &str) -> Value {
        until(event_type, || self.sent_of(task).into_iter().find(|m| m["event_type"] == event_type))
    }
    /// Our id of a task that the ERP made.
    #[track_caller]
    fn linked(&self, external: &str) -> Value {
        let linked = |text: String| {
            serde_json::from_str::<Value>(&text).ok().filter(|m| m["event_type"] == "linked" && m["external_id"] == external)
        };
        until("linked", || self.sent().into_iter().find_map(linked))["issue_id"].clone()
    }
    #[track_caller]
    fn task_when(&self, id: &Value, test: impl Fn(&Value) -> bool) -> Value {
        until("the task", || Some(self.admin.get(&format!("/tasks/{id}")).ok(200)).filter(|task| test(task)))
    }
}

/// Members in their order: the text names them one after the other.
fn in_order(text: &str, members: &[&str]) -> bool {
    let places: Option<Vec<usize>> = members.iter().map(|name| text.find(&format!("\"{name}\":"))).collect();
    places.is_some_and(|places| places.is_sorted())
}

fn exchange(app: &'static App) {
    let erp = Exchange::start(app, 2);
    // In: made once, changed, not echoed.
    let created = json!({"event_type": "created", "external_id": "bus-1", "event_id": "bus-created-1", "timestamp": "2026-11-21T10:00:00Z", "source": "1c",
        "data": {"name": "Счёт «Ромашки» 🚀", "content": "строка\nстрока", "status": "new"}});
    for _ in 0..3 {
        erp.send(&created);
    }
    let task = erp.linked("bus-1");
    assert_eq!(erp.task_when(&task, |_| true)["title"], "Счёт «Ромашки» 🚀");
    for name in ["А", "Б", "А"] {
        erp.says("updated", "bus-1", &json!({"name": name}));
    }
    erp.says("status_changed", "bus-1", &json!({"status": "waiting"}));
    erp.task_when(&task, |task| task["status"] == "waiting" && task["title"] == "А" && task["event_seq"] == 5);
    // Before its create: held, then released in order.
    erp.says("updated", "bus-2", &json!({"name": "потом"}));
    erp.says("comment_added", "bus-2", &json!({"comment": "рано", "comment_id": 1}));
    erp.says("created", "bus-2", &json!({"name": "сперва"}));
    let second = erp.linked("bus-2");
    erp.task_when(&second, |task| task["title"] == "потом" && task["comment_count"] == 1);
    // Bad: in the table and on the topic, with bytes and reason.
    erp.send_bytes("issues-events-1c", "bus-1", b"\xff garbage".to_vec());
    let letter = until("dead letter", || erp.bus.read("issues-events-1c.dlq", 0, 9).into_iter().next()).1;
    assert_eq!(letter.value, b"\xff garbage");
    assert!(letter.headers.iter().any(|(_, value)| value.contains("invalid-json")), "{:?}", letter.headers);
    assert!(erp.admin.all("/dead-letters").iter().any(|l| l["code"] == "invalid-json" && l["topic"] == "issues-events-1c"));
    // Out: what a person does, in the shape of the tables; played back, it changes nothing.
    let path = format!("/tasks/{task}");
    erp.admin.patch(&path, json!({"title": "Имя «от нас»"})).ok(200);
    let updated = erp.sent_as(&task, "updated");
    assert_eq!((updated["data"]["name"].as_str(), updated["external_id"].as_str()), (Some("Имя «от нас»"), Some("bus-1")));
    let text = erp.sent().into_iter().find(|text| text.contains("Имя «от нас»")).unwrap();
    assert!(in_order(&text, &MEMBERS) && text.contains("\"deadline\":null"), "{text}");
    erp.admin.post(&format!("{path}/status"), json!({"status": "testing", "comment": "Проверьте"})).ok(200);
    erp.sent_as(&task, "status_changed_with_comment");
    erp.send_bytes("issues-events", &task.to_string(), text.replace("от нас", "эхо").into_bytes());
    erp.says("comment_added", "bus-1", &json!({"comment": "после эха", "comment_id": 2}));
    assert_eq!(erp.task_when(&task, |task| task["comment_count"] == 2)["title"], "Имя «от нас»");
    let types: Vec<_> = erp.sent_of(&task).iter().map(|m| m["event_type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(types, ["linked", "updated", "status_changed_with_comment"], "nothing that came in goes back");
    erp.end();
    shards(app, &path, &task);
}

/// Another number of shards goes on where the last one stopped: nothing is sent again, nothing is left out.
fn shards(app: &'static App, path: &str, task: &Value) {
    for (shards, title) in [(3, "на трёх"), (1, "на одном"), (3, "снова на трёх"), (2, "снова на двух")]
    {
        let admin = app.demo("admin");
        admin.patch(path, json!({"title": title})).ok(200);
        let erp = Exchange::start(app, shards);
        erp.sent_as(task, "updated");
        admin.post(&format!("{path}/comments"), json!({"body": title})).ok(201);
        erp.sent_as(task, "comment_added");
        std::thread::sleep(Duration::from_millis(500));
        let sent: Vec<_> = erp.sent().iter().map(|text| serde_json::from_str::<Value>(text).unwrap()["event_type"].clone()).collect();
        assert_eq!(sent, ["updated", "comment_added"], "{shards} shards");
        erp.end();
    }
}

#[test]
fn the_exchange_over_the_bus_of_the_process_sqlite() {
    exchange(Box::leak(Box::new(kit::fresh_sqlite_as("bus", "api"))));
}

#[test]
fn the_exchange_over_the_bus_of_the_process_postgres() {
    exchange(Box::leak(Box::new(kit::fresh_postgres_as("bus", "api"))));
}
