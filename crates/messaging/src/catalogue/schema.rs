//! From the tables to JSON Schema (draft 2020-12), and to an example of each message.

use serde_json::{Map, Value, json};

use super::{Direction, Field, Kind, MessageType, SCHEMA_VERSION};

const INSTANT: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z$";

pub(super) fn of(message: &MessageType) -> Value {
    let closed = message.direction == Direction::Out;
    let mut schema = object(&message.members, closed);
    if let Value::Object(members) = &mut schema {
        members.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        members.insert("$id".to_owned(), json!(format!("urn:task-track:event:{}:{SCHEMA_VERSION}", message.subject())));
        members.insert("title".to_owned(), json!(message.subject()));
        members.insert("description".to_owned(), json!(message.about));
        members.insert("examples".to_owned(), json!([example(message)]));
    }
    schema
}

fn object(fields: &[Field], closed: bool) -> Value {
    let properties: Map<String, Value> = fields.iter().map(|f| (f.name.to_owned(), kind(&f.kind, closed))).collect();
    let required: Vec<&str> = fields.iter().filter(|f| f.required).map(|f| f.name).collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("required".to_owned(), json!(required));
    if closed {
        schema.insert("additionalProperties".to_owned(), json!(false));
    }
    Value::Object(schema)
}

fn kind(kind: &Kind, closed: bool) -> Value {
    match kind {
        Kind::Int => json!({"type": "integer"}),
        Kind::IntOrNull => json!({"type": ["integer", "null"]}),
        Kind::Text => json!({"type": "string"}),
        Kind::TextOrNull | Kind::Word => json!({"type": ["string", "null"]}),
        Kind::Instant => json!({"type": "string", "pattern": INSTANT}),
        Kind::InstantOrNull => json!({"type": ["string", "null"], "pattern": INSTANT}),
        Kind::Uuid => json!({"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}),
        Kind::NullYet(later) => json!({"type": [later, "null"]}),
        Kind::True => json!({"const": true}),
        Kind::OneOf(words) => json!({"enum": words}),
        Kind::Const(word) => json!({"const": word}),
        Kind::Ints => json!({"type": "array", "items": {"type": "integer"}}),
        Kind::Texts => json!({"type": "array", "items": {"type": "string"}}),
        Kind::Changes => json!({"type": "object", "additionalProperties": {
            "type": "object", "properties": {"from": {}, "to": {}}, "required": ["from", "to"], "additionalProperties": false}}),
        Kind::Object(fields) => object(fields, closed),
        Kind::Id => json!({"type": ["integer", "string", "null"]}),
        Kind::Words(words) => {
            let mut words: Vec<Value> = words.iter().map(|w| json!(w)).collect();
            words.push(Value::Null);
            json!({"enum": words})
        }
        Kind::Comment => json!({"anyOf": [{"type": "string", "minLength": 1}, {"type": "null"},
            {"type": "object", "properties": {"comment": {"type": "string", "minLength": 1}, "comment_id": {"type": ["integer", "string", "null"]}},
             "required": ["comment"]}]}),
    }
}

pub(super) fn example(message: &MessageType) -> Value {
    example_of(&message.members)
}

fn example_of(fields: &[Field]) -> Value {
    Value::Object(fields.iter().filter(|f| f.required || shown(f.name)).map(|f| (f.name.to_owned(), value(f))).collect())
}

/// Optional members that an example shows.
fn shown(name: &str) -> bool {
    !matches!(name, "urgent" | "event_id" | "sequence")
}

fn value(field: &Field) -> Value {
    match &field.kind {
        Kind::Int | Kind::IntOrNull => json!(number(field.name)),
        Kind::Text | Kind::TextOrNull | Kind::Word => json!(text(field.name)),
        Kind::Instant | Kind::InstantOrNull => json!("2026-11-21T10:00:00.125Z"),
        Kind::Uuid => json!("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"),
        Kind::NullYet(_) => Value::Null,
        Kind::True => json!(true),
        Kind::OneOf(words) | Kind::Words(words) => json!(words.first()),
        Kind::Const(word) => json!(word),
        Kind::Ints => json!([7]),
        Kind::Texts => json!(["бухгалтерия"]),
        Kind::Changes => json!({"title": {"from": "Закрыть период", "to": "Закрыть октябрь"}}),
        Kind::Object(fields) => example_of(fields),
        Kind::Id => json!(text(field.name)),
        Kind::Comment => json!("Готово, проверьте"),
    }
}

fn number(name: &str) -> i64 {
    match name {
        "user_id" | "assigned_to_id" => 7,
        "supervisor_id" => 3,
        "parent_id" => 40,
        "comment_id" => 12,
        "sequence" | "aggregate_version" => 5,
        "tag_id" | "template_id" => 2,
        _ => 41,
    }
}

fn text(name: &str) -> &'static str {
    match name {
        "name" | "title" => "Закрыть период «октябрь»",
        "content" | "description" => "Сверить обороты\nи закрыть",
        "comment" | "body" => "Готово, проверьте",
        "excerpt" => "Готово",
        "user_name" | "assigned_to_username" => "Анна Ковалёва",
        "external_id" => "000000017",
        "issue_id" => "41",
        "source" => "1c",
        "tag_name" => "бухгалтерия",
        "color" => "#3B7A57",
        "template_name" => "Закрытие месяца",
        "task_key" => "ERP-41",
        "username" | "email" | "user_email" => "worker@example.com",
        "ip_address" => "192.0.2.10",
        "reason" => "password",
        "role" => "worker",
        "timestamp" | "deadline" | "date_create" | "date_check" | "date_start_plan" | "date_end_plan" => "2026-11-21T10:00:00Z",
        "version" => "1.0",
        _ => "17",
    }
}
