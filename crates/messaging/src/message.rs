//! What goes to a topic.

use uuid::Uuid;

/// A message as a dialect makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct OutMessage {
    pub topic: String,
    /// Id of what it is about: messages of one aggregate stay in order.
    pub key: String,
    pub headers: Vec<(String, String)>,
    /// JSON.
    pub value: String,
    /// Domain events that it tells of; the first is the `event-id` header.
    pub event_ids: Vec<Uuid>,
}

impl OutMessage {
    /// A header by its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// A message as a bus takes it: bytes. Dead letters carry bytes that are no JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    pub topic: String,
    pub key: Option<Vec<u8>>,
    pub headers: Vec<(String, String)>,
    pub value: Vec<u8>,
}

impl From<OutMessage> for Record {
    fn from(message: OutMessage) -> Self {
        Self { topic: message.topic, key: Some(message.key.into_bytes()), headers: message.headers, value: message.value.into_bytes() }
    }
}
