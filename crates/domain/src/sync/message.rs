//! The ERP dialect as it comes in: bytes to a checked message, or to the reason why not. Pure.

use serde_json::{Map, Value};

use crate::event::words;
use crate::tasks::status::{Priority, Status};
use crate::text::{BODY_MAX, TITLE_MAX};

words! {
    /// What the ERP tells. Others are ignored and counted.
    ErpType {
        Created = "created", Updated = "updated", StatusChanged = "status_changed", Deleted = "deleted", CommentAdded = "comment_added",
        CreatedWithComment = "created_with_comment", UpdatedWithComment = "updated_with_comment",
        StatusChangedWithComment = "status_changed_with_comment", Linked = "linked"
    }
}

/// Why a message can't be applied: becomes a dead letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// From [`crate::codes`].
    pub code: &'static str,
    pub detail: String,
    /// JSON Pointer into the message.
    pub pointer: Option<String>,
    /// As far as it could be read.
    pub source: Option<String>,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, pointer: &str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), pointer: (!pointer.is_empty()).then(|| pointer.to_owned()), source: None }
    }
}

/// A comment inside a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErpComment {
    pub text: String,
    pub email: Option<String>,
    /// Makes it idempotent.
    pub id: Option<String>,
    pub date_create: Option<String>,
    /// Name of the author, where given.
    pub user_name: Option<String>,
}

/// A checked message.
#[derive(Clone, Debug, PartialEq)]
pub struct ErpMessage {
    pub source: String,
    /// `Err`: a type we don't know, as it was written.
    pub event_type: Result<ErpType, String>,
    pub issue_id: Option<String>,
    pub external_id: Option<String>,
    /// As written; `None` also for null.
    pub timestamp: Option<String>,
    pub event_id: Option<String>,
    pub sequence: Option<i64>,
    pub data: Map<String, Value>,
}

/// Reads a message. The source is read first, so that also a bad message names whom it is from.
pub fn decode(bytes: &[u8]) -> Result<ErpMessage, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|e| Refusal::new("invalid-json", "", format!("not UTF-8: {e}")))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Value = serde_json::from_str(text).map_err(|e| Refusal::new("invalid-json", "", e.to_string()))?;
    let Value::Object(message) = value else { return Err(Refusal::new("schema", "", "the message is not an object")) };
    let source = message.get("source").and_then(Value::as_str).map(str::to_owned);
    read(message).map_err(|refusal| Refusal { source, ..refusal })
}

fn read(mut message: Map<String, Value>) -> Result<ErpMessage, Refusal> {
    if Value::Object(message.clone()).to_string().contains("\\u0000") {
        return Err(Refusal::new("schema", "", "the character NUL is not allowed"));
    }
    let source = match message.get("source") {
        Some(Value::String(source)) if !source.is_empty() => source.clone(),
        _ => return Err(Refusal::new("schema", "/source", "source must be a non-empty string")),
    };
    let event_type = match message.get("event_type") {
        Some(Value::String(word)) => word.parse().map_err(|_| word.clone()),
        _ => return Err(Refusal::new("schema", "/event_type", "event_type must be a string")),
    };
    let data = match message.remove("data") {
        Some(Value::Object(data)) => data,
        None | Some(Value::Null) => Map::new(),
        Some(_) => return Err(Refusal::new("schema", "/data", "data must be an object")),
    };
    let own = |name: &str| id(message.get(name), &format!("/{name}"));
    let in_data = |name: &str| id(data.get(name), &format!("/data/{name}"));
    let issue_id = match own("issue_id")? {
        Some(id) => Some(id),
        None => in_data("issue_id")?.or(in_data("id")?),
    };
    let external_id = match own("external_id")? {
        Some(id) => Some(id),
        None => in_data("external_id")?,
    };
    let timestamp = match message.get("timestamp") {
        None | Some(Value::Null) => None,
        Some(Value::String(at)) => Some(at.clone()),
        Some(_) => return Err(Refusal::new("schema", "/timestamp", "timestamp must be a string or null")),
    };
    let event_id = match message.get("event_id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) if !id.is_empty() && id.len() <= 200 => Some(id.clone()),
        Some(Value::Number(id)) => Some(id.to_string()),
        Some(_) => return Err(Refusal::new("schema", "/event_id", "event_id must be a string of at most 200 characters")),
    };
    let sequence = message.get("sequence").and_then(Value::as_i64);
    Ok(ErpMessage { source, event_type, issue_id, external_id, timestamp, event_id, sequence, data })
}

/// Ids of the ERP are numbers or texts; both are kept as text.
fn id(value: Option<&Value>, pointer: &str) -> Result<Option<String>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(id)) if id.is_i64() => Ok(Some(id.to_string())),
        Some(Value::String(id)) if !id.trim().is_empty() && id.len() <= 200 => Ok(Some(id.trim().to_owned())),
        Some(_) => Err(Refusal::new("schema", pointer, "an id is an integer or a text of at most 200 characters")),
    }
}

impl ErpMessage {
    /// The ERP's own id of the task in a `created`.
    pub fn their_id(&self) -> Option<&str> {
        self.external_id.as_deref().or(self.issue_id.as_deref())
    }
    /// A text member of the data; absent and null are the same but for the outer option.
    pub fn text(&self, name: &str, max: usize) -> Result<Option<Option<String>>, Refusal> {
        let pointer = format!("/data/{name}");
        match self.data.get(name) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(Value::String(text)) if text.chars().count() <= max => Ok(Some(Some(text.clone()))),
            Some(Value::String(_)) => Err(Refusal::new("schema", &pointer, format!("at most {max} characters"))),
            Some(_) => Err(Refusal::new("schema", &pointer, "must be a text or null")),
        }
    }
    /// `name`: the title.
    pub fn title(&self) -> Result<Option<String>, Refusal> {
        Ok(self.text("name", TITLE_MAX)?.flatten().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()))
    }
    /// `content`: the description; null empties it.
    pub fn content(&self) -> Result<Option<String>, Refusal> {
        Ok(self.text("content", BODY_MAX)?.map(Option::unwrap_or_default))
    }
    /// `status`; one that is not of the exchange is refused by its own code.
    pub fn status(&self) -> Result<Option<Status>, Refusal> {
        match self.data.get("status") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(word)) => match Status::parse(word) {
                Some(status) => Ok(Some(status)),
                None => Err(Refusal::new("unknown-status", "/data/status", format!("{word} is not a status"))),
            },
            Some(_) => Err(Refusal::new("schema", "/data/status", "status must be a string")),
        }
    }
    /// `priority`.
    pub fn priority(&self) -> Result<Option<Priority>, Refusal> {
        match self.text("priority", 20)?.flatten() {
            None => Ok(None),
            Some(word) => word.parse().map(Some).map_err(|_| Refusal::new("schema", "/data/priority", format!("{word} is not a priority"))),
        }
    }
    /// An instant: absent, `Some(None)` (null clears) or the instant.
    pub fn instant(&self, name: &str, zone: chrono_tz::Tz) -> Result<Option<Option<chrono::DateTime<chrono::Utc>>>, Refusal> {
        match self.text(name, 64)? {
            None => Ok(None),
            Some(None) => Ok(Some(None)),
            Some(Some(text)) if text.is_empty() => Ok(Some(None)),
            Some(Some(text)) => match crate::text::parse_instant(&text, zone) {
                Some(at) => Ok(Some(Some(at))),
                None => Err(Refusal::new("schema", &format!("/data/{name}"), format!("{text} is not an instant"))),
            },
        }
    }
    /// A reference of the data as text.
    pub fn reference(&self, name: &str) -> Result<Option<String>, Refusal> {
        id(self.data.get(name), &format!("/data/{name}"))
    }
    /// The comment: an object in the combined forms, members of the data in `comment_added`.
    pub fn comment(&self) -> Result<Option<ErpComment>, Refusal> {
        let (members, pointer) = match self.data.get("comment") {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(_)) => (&self.data, "/data/comment"),
            Some(Value::Object(members)) => (members, "/data/comment/comment"),
            Some(_) => return Err(Refusal::new("schema", "/data/comment", "comment must be a text or an object")),
        };
        let word = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned).filter(|s| !s.is_empty());
        let text = word("comment").ok_or_else(|| Refusal::new("schema", pointer, "the comment is empty"))?;
        if text.chars().count() > BODY_MAX {
            return Err(Refusal::new("schema", pointer, format!("at most {BODY_MAX} characters")));
        }
        let id = id(members.get("comment_id"), "/data/comment_id")?;
        Ok(Some(ErpComment { text, email: word("user_email"), id, date_create: word("date_create"), user_name: word("user_name") }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (String, Option<String>) {
        let refusal = decode(text.as_bytes()).unwrap_err();
        (refusal.code.to_owned(), refusal.pointer)
    }

    #[test]
    fn reads_what_the_erp_sends() {
        let text =
            "\u{feff}{\"event_type\":\"created\",\"issue_id\":17,\"timestamp\":null,\"data\":{\"name\":\" «Счёт» 😀 \"},\"source\":\"1c\"}";
        let message = decode(text.as_bytes()).unwrap();
        assert_eq!(message.event_type, Ok(ErpType::Created));
        assert_eq!((message.their_id(), message.title().unwrap().as_deref()), (Some("17"), Some("«Счёт» 😀")));
        let other = decode(br#"{"event_type":"exploded","source":"1c","more":[1]}"#).unwrap();
        assert_eq!(other.event_type, Err("exploded".to_owned()));
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        assert_eq!(refused("{oops").0, "invalid-json");
        assert_eq!(decode(b"\xff\xfe").unwrap_err().code, "invalid-json");
        assert_eq!(refused("[1]").0, "schema");
        assert_eq!(refused("{}"), ("schema".into(), Some("/source".into())));
        assert_eq!(refused(r#"{"source":"1c","event_type":5}"#), ("schema".into(), Some("/event_type".into())));
        assert_eq!(
            refused(r#"{"source":"1c","event_type":"created","data":{"external_id":{}}}"#),
            ("schema".into(), Some("/data/external_id".into()))
        );
        let message =
            decode(br#"{"source":"1c","event_type":"updated","data":{"status":"exploded","deadline":"soon","priority":"max"}}"#).unwrap();
        assert_eq!(message.status().unwrap_err().code, "unknown-status");
        assert_eq!(message.instant("deadline", chrono_tz::UTC).unwrap_err().pointer.as_deref(), Some("/data/deadline"));
        assert_eq!(message.priority().unwrap_err().pointer.as_deref(), Some("/data/priority"));
    }

    #[test]
    fn a_comment_comes_in_two_forms() {
        let plain =
            decode(br#"{"source":"1c","event_type":"comment_added","data":{"comment":"a","user_email":"x@y.z","comment_id":5}}"#).unwrap();
        assert_eq!(plain.comment().unwrap().unwrap().id.as_deref(), Some("5"));
        let inner =
            decode(br#"{"source":"1c","event_type":"updated_with_comment","data":{"comment":{"comment":"b","comment_id":"6"}}}"#).unwrap();
        assert_eq!(inner.comment().unwrap().unwrap().text, "b");
    }
}
