//! JSON whose members stay in the order they were given. The wire's member order is part of its contract, and a map that sorts (or
//! that keeps order only by a feature of another crate) can't promise it.

use chrono::{DateTime, Utc};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;
use tasktrack_domain::text::instant;

/// A JSON value with ordered members.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    /// Anything without members.
    Plain(Value),
    List(Vec<Json>),
    Object(Object),
}

/// Members in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object(Vec<(String, Json)>);

impl Object {
    /// Without members.
    pub(crate) fn new() -> Self {
        Self::default()
    }
    /// And one more member at the end.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }
    /// As text; non-ASCII stays as it is.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(value) => value.serialize(serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

impl From<Value> for Json {
    /// Members of a value from the log come in the order of their names: a database does not keep another.
    fn from(value: Value) -> Self {
        match value {
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Object(members) => {
                let mut members: Vec<(String, Value)> = members.into_iter().collect();
                members.sort_by(|a, b| a.0.cmp(&b.0));
                Self::Object(Object(members.into_iter().map(|(name, value)| (name, Self::from(value))).collect()))
            }
            plain => Self::Plain(plain),
        }
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl From<DateTime<Utc>> for Json {
    fn from(at: DateTime<Utc>) -> Self {
        Self::Plain(Value::String(instant(at)))
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Plain(Value::Null), Into::into)
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

macro_rules! plain {
    ($($t:ty),*) => {$(impl From<$t> for Json { fn from(value: $t) -> Self { Self::Plain(Value::from(value)) } })*};
}
plain!(i64, bool, &str, String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stay_in_order_and_text_unescaped() {
        let inner = Object::new().with("z", 1).with("a", None::<i64>);
        let text =
            Object::new().with("имя", "«Счёт» 😀\n").with("inner", inner).with("log", serde_json::json!({"b": 1, "a": [true]})).text();
        assert_eq!(text, "{\"имя\":\"«Счёт» 😀\\n\",\"inner\":{\"z\":1,\"a\":null},\"log\":{\"a\":[true],\"b\":1}}");
    }
}
