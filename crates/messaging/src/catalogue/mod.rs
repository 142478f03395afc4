//! Every message type: its topic, members and example. The JSON Schemas, the AsyncAPI document and the tests all come from here.

mod compat;
mod files;
mod schema;
mod tables;

use std::collections::HashMap;

use serde_json::Value;

pub use compat::compatible;
pub use files::{check_files, write_files};
pub use tables::catalogue;

use crate::json::Json;
use crate::message::OutMessage;

/// Version of all schemas.
pub const SCHEMA_VERSION: u32 = 1;

/// What a member may be.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Int,
    IntOrNull,
    Text,
    TextOrNull,
    /// RFC 3339 in UTC with a `Z`.
    Instant,
    InstantOrNull,
    Uuid,
    /// Always null today; an integer or a word later.
    NullYet(&'static str),
    True,
    OneOf(&'static [&'static str]),
    Const(&'static str),
    Ints,
    Texts,
    /// `{field: {from, to}}`.
    Changes,
    Object(Vec<Field>),
    /// Inbound: an id as number or text.
    Id,
    /// Inbound: a text, or nothing.
    Word,
    /// Inbound: one of these, or nothing.
    Words(&'static [&'static str]),
    /// Inbound: a comment's text, or an object with its members.
    Comment,
}

/// A member.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
}

/// Who sends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Out,
    In,
}

/// A message type.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageType {
    pub direction: Direction,
    /// `erp`, `erp-in`, `activity`.
    pub dialect: &'static str,
    pub event_type: &'static str,
    pub topic: &'static str,
    pub about: &'static str,
    /// Members of the message, in order.
    pub members: Vec<Field>,
}

impl MessageType {
    /// Name of its schema without the version.
    pub fn subject(&self) -> String {
        format!("{}.{}", self.dialect, self.event_type)
    }
    /// Name of its schema file.
    pub fn file(&self) -> String {
        format!("{}.v{SCHEMA_VERSION}.schema.json", self.subject())
    }
    /// Its schema, with an example.
    pub fn schema(&self) -> Value {
        schema::of(self)
    }
    /// An example.
    pub fn example(&self) -> Value {
        schema::example(self)
    }
}

/// The `schema` header: `<subject>/<version>`.
pub fn schema_name(dialect: &str, event_type: &str) -> String {
    format!("{dialect}.{event_type}/{SCHEMA_VERSION}")
}

/// All schemas with their file names, by name.
pub fn schemas() -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> = catalogue().iter().map(|m| (m.file(), m.schema())).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// A document as it stands in the repository: members by name, two spaces, a line break at the end.
pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(&Json::from(value.clone())).unwrap_or_default() + "\n"
}

/// Compiled schemas by their header name.
pub struct Validators(HashMap<String, jsonschema::Validator>);

impl Validators {
    /// Of everything we send.
    pub fn new() -> Result<Self, String> {
        let mut all = HashMap::new();
        for message in catalogue().iter().filter(|m| m.direction == Direction::Out) {
            let validator = jsonschema::draft202012::new(&message.schema()).map_err(|e| format!("{}: {e}", message.subject()))?;
            all.insert(schema_name(message.dialect, message.event_type), validator);
        }
        Ok(Self(all))
    }
    /// Holds a message against the schema that its header names.
    pub fn check(&self, message: &OutMessage) -> Result<(), String> {
        let name = message.header("schema").unwrap_or_default();
        let validator = self.0.get(name).ok_or_else(|| format!("there is no schema {name}"))?;
        let value: Value = serde_json::from_str(&message.value).map_err(|e| e.to_string())?;
        validator.validate(&value).map_err(|e| format!("{name}: {e} at {}", e.instance_path()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_fits_its_schema() {
        for message in catalogue() {
            let schema = message.schema();
            jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|e| panic!("{}: {e}", message.subject()));
            let validator = jsonschema::draft202012::new(&schema).unwrap();
            validator.validate(&message.example()).unwrap_or_else(|e| panic!("{}: {e}\n{}", message.subject(), message.example()));
            assert_eq!(schema["examples"][0], message.example());
        }
    }

    #[test]
    fn out_is_closed_and_in_is_lenient() {
        for message in catalogue() {
            let validator = jsonschema::draft202012::new(&message.schema()).unwrap();
            let mut example = message.example();
            example["surprise"] = serde_json::json!(1);
            assert_eq!(validator.is_valid(&example), message.direction == Direction::In, "{}", message.subject());
        }
    }

    #[test]
    fn subjects_are_unique() {
        let mut names: Vec<String> = schemas().into_iter().map(|(name, _)| name).collect();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
