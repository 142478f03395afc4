//! The AsyncAPI 3 document of everything on the topics, made from the catalogue.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::catalogue::{Direction, MessageType, catalogue, pretty};

/// The document, as it stands in the repository.
pub fn asyncapi_json() -> String {
    pretty(&document())
}

/// Topics on which a message may be: what the ERP sends may come on both of its topics.
fn topics(message: &MessageType) -> Vec<&'static str> {
    match message.direction {
        Direction::Out => vec![message.topic],
        Direction::In => vec!["issues-events", "issues-events-1c"],
    }
}

fn document() -> Value {
    let all = catalogue();
    let mut channels: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let mut sides: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut messages = Map::new();
    for message in &all {
        let subject = message.subject();
        for topic in topics(message) {
            let place = channels.entry(topic).or_default();
            place.insert(subject.clone(), json!({"$ref": format!("#/components/messages/{subject}")}));
            sides.insert((topic, if message.direction == Direction::Out { "send" } else { "receive" }));
        }
        let mut said = json!({
            "name": message.event_type, "title": subject, "summary": message.about, "contentType": "application/json",
            "payload": {"schemaFormat": "application/schema+json;version=draft-2020-12", "schema": message.schema()},
            "examples": [{"payload": message.example()}],
        });
        if let (Value::Object(said), Direction::Out) = (&mut said, message.direction) {
            said.insert("headers".to_owned(), json!({"$ref": "#/components/schemas/headers"}));
        }
        messages.insert(subject, said);
    }
    let mut operations = Map::new();
    for (topic, action) in sides {
        let of: Vec<Value> = all
            .iter()
            .filter(|m| topics(m).contains(&topic) && (m.direction == Direction::Out) == (action == "send"))
            .map(|m| json!({"$ref": format!("#/channels/{topic}/messages/{}", m.subject())}))
            .collect();
        operations.insert(
            format!("{action}.{topic}"),
            json!({"action": action, "channel": {"$ref": format!("#/channels/{topic}")}, "messages": of}),
        );
    }
    let channels: Map<String, Value> =
        channels.into_iter().map(|(topic, messages)| (topic.to_owned(), json!({"address": topic, "messages": messages}))).collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Task Track events",
            "version": "1.0.0",
            "description": "Messages on Kafka. Keys are the aggregate id as text. Messages of one domain event have one event-id, whatever \
                the topic; a reader may see a message again. Messages that can't be applied go to <topic>.dlq with their original bytes.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": {"headers": headers()}},
    })
}

fn headers() -> Value {
    let text = json!({"type": "string"});
    json!({
        "type": "object",
        "properties": {
            "event-id": {"type": "string", "format": "uuid", "description": "UUIDv7 of the domain event"},
            "event-type": text, "schema": {"type": "string", "description": "<subject>/<version>"},
            "account": {"type": "string", "description": "id of the account; empty where there is none"},
            "aggregate-id": text, "aggregate-version": text, "source": text,
            "traceparent": text, "content-type": {"const": "application/json"},
        },
        "required": ["event-id", "event-type", "schema", "account", "aggregate-id", "aggregate-version", "source", "content-type"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        fn walk(at: &Value, root: &Value) {
            match at {
                Value::Object(members) => {
                    if let Some(Value::String(to)) = members.get("$ref") {
                        assert!(root.pointer(to.trim_start_matches('#')).is_some(), "{to}");
                    }
                    members.values().for_each(|v| walk(v, root));
                }
                Value::Array(items) => items.iter().for_each(|v| walk(v, root)),
                _ => {}
            }
        }
        walk(&document, &document);
        assert!(document["operations"]["send.issues-events"].is_object() && document["operations"]["receive.issues-events-1c"].is_object());
    }
}
