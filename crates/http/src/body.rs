//! JSON bodies: what is not JSON is 400, what is JSON of another shape is 422 and names its place.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};
use tasktrack_domain::Error;

use crate::problem::Problem;

/// Largest body.
pub const BODY_MAX: usize = 1_048_576;
/// Deepest nesting.
const DEPTH_MAX: usize = 32;
/// A body has to arrive within this time.
const BODY_TIME: Duration = Duration::from_secs(10);
/// Hash of a request without a body.
pub const NO_BODY: &str = "";

/// A JSON body.
#[derive(Debug)]
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// SHA-256 of its bytes, hex; only with an `Idempotency-Key`.
    pub hash: String,
}

/// The same where the body may be left out: then it is `{}`.
#[derive(Debug)]
pub struct MaybeBody<T>(pub Body<T>);

impl<T: DeserializeOwned> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (bytes, req) = (Bytes::from_request(req, payload), req.clone());
        Box::pin(async move { read(&req, &receive(bytes).await?, false) })
    }
}

impl<T: DeserializeOwned> FromRequest for MaybeBody<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (bytes, req) = (Bytes::from_request(req, payload), req.clone());
        Box::pin(async move { read(&req, &receive(bytes).await?, true).map(Self) })
    }
}

async fn receive(bytes: impl Future<Output = Result<Bytes, actix_web::Error>>) -> Result<Bytes, Problem> {
    match tokio::time::timeout(BODY_TIME, bytes).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(match error.as_error::<PayloadError>() {
            Some(PayloadError::Overflow) => {
                Problem::protocol(StatusCode::PAYLOAD_TOO_LARGE, "too-large", format!("at most {BODY_MAX} bytes"))
            }
            _ if error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE => {
                Problem::protocol(StatusCode::PAYLOAD_TOO_LARGE, "too-large", format!("at most {BODY_MAX} bytes"))
            }
            _ => Problem::json("the body did not arrive whole"),
        }),
        Err(_) => Err(Problem::json("the body did not arrive within ten seconds")),
    }
}

fn read<T: DeserializeOwned>(req: &HttpRequest, bytes: &[u8], may_be_empty: bool) -> Result<Body<T>, Problem> {
    let hash = if req.headers().contains_key("idempotency-key") { hex(&Sha256::digest(bytes)) } else { String::new() };
    if bytes.is_empty() && may_be_empty {
        return Ok(Body { value: parse(b"{}")?, hash });
    }
    let media_type = req.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !is_json(media_type) {
        return Err(Problem::protocol(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "the body must be application/json"));
    }
    Ok(Body { value: parse(bytes)?, hash })
}

fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a body of shape `T`.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::json("the body is not UTF-8"))?;
    if depth(bytes) > DEPTH_MAX {
        return Err(Problem::json(format!("nested deeper than {DEPTH_MAX} levels")));
    }
    // The whole text has to be JSON before any of it is judged by shape.
    serde_json::from_str::<IgnoredAny>(text).map_err(|e| Problem::json(format!("not JSON: {e}")))?;
    let mut source = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize::<_, Whole<T>>(&mut source).map(|whole| whole.0).map_err(|e| shape_error(&e))
}

/// A JSON object of shape `T`: left alone, serde also reads an array as a structure, member by member.
struct Whole<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        object(source).map(Self)
    }
}

/// For structures within bodies, for the same reason.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(source: D) -> Result<T, D::Error> {
    struct Object<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
        type Value = T;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }
    source.deserialize_map(Object(PhantomData))
}

fn shape_error(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    let text = inner.to_string();
    let detail = text.split(" at line ").next().unwrap_or(&text).to_owned();
    // The grammar has been checked; only escapes of a text are first looked at here. What else serde calls a mistake of syntax is a
    // value that can't be what is asked for, such as a number for one of a list of words.
    if !inner.is_data() && (detail.contains("hex escape") || detail.contains("code point")) {
        return Problem::json(format!("not JSON: {inner}"));
    }
    let mut pointer = pointer(error.path());
    let named = |prefix: &str| detail.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('`')).and_then(|rest| rest.split('`').next());
    let (code, place) = if let Some(field) = named("unknown field ") {
        ("unknown-field", Some(field))
    } else if let Some(field) = named("missing field ") {
        ("required", Some(field))
    } else if detail.starts_with("unknown variant") {
        ("value", None)
    } else {
        ("type", None)
    };
    if let Some(field) = place {
        let end = format!("/{}", escape(field));
        if !pointer.ends_with(&end) {
            pointer += &end;
        }
    }
    Error::invalid(pointer, code, detail).into()
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", escape(key)),
            Segment::Enum { variant } => format!("/{}", escape(variant)),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// A member in a JSON Pointer.
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Levels of arrays and objects, without building them.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match (in_text, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (true, b'"') => in_text = false,
            (false, b'"') => in_text = true,
            (false, b'[' | b'{') => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            (false, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// For members of a merge patch that can be cleared: absent is `None`, `null` is `Some(None)`.
pub fn clearable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(source: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(source).map(Some)
}

/// For members of a merge patch that can't be cleared: `null` is of the wrong type.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(source: D) -> Result<Option<T>, D::Error> {
    T::deserialize(source).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Patch {
        #[serde(default, deserialize_with = "present")]
        title: Option<String>,
        #[serde(default, deserialize_with = "clearable")]
        due_date: Option<Option<String>>,
        #[serde(default)]
        tag_ids: Vec<i64>,
        #[serde(default)]
        size: Option<Size>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Size {
        Small,
    }

    fn failure(text: &str) -> (u16, String, String) {
        let document = serde_json::to_value(parse::<Patch>(text.as_bytes()).unwrap_err().document(None)).unwrap();
        let pointer = document["errors"][0]["pointer"].as_str().unwrap_or_default().to_owned();
        let code = document["errors"][0]["code"].as_str().or(document["code"].as_str()).unwrap().to_owned();
        (u16::try_from(document["status"].as_u64().unwrap()).unwrap(), code, pointer)
    }

    #[test]
    fn absent_null_and_value_differ() {
        let patch: Patch = parse(br#"{"due_date": null}"#).unwrap();
        assert_eq!((patch.title, patch.due_date, patch.tag_ids.len()), (None, Some(None), 0));
        let patch: Patch = parse(br#"{"due_date": "2026-11-30"}"#).unwrap();
        assert_eq!(patch.due_date, Some(Some("2026-11-30".into())));
    }

    #[test]
    fn errors_name_their_place() {
        let case = |status, code: &str, pointer: &str| (status, code.to_owned(), pointer.to_owned());
        assert_eq!(failure(r#"{"title": 5}"#), case(422, "type", "/title"));
        assert_eq!(failure(r#"{"title": null}"#), case(422, "type", "/title"));
        assert_eq!(failure(r#"{"tag_ids": [1, "x"]}"#), case(422, "type", "/tag_ids/1"));
        assert_eq!(failure(r#"{"role": "admin"}"#), case(422, "unknown-field", "/role"));
        assert_eq!(failure(r#"{"a/b~": 1}"#), case(422, "unknown-field", "/a~1b~0"));
        for value in ["3", "{}", "[]", "true", "1e999"] {
            assert_eq!(failure(&format!(r#"{{"size": {value}}}"#)), case(422, "type", "/size"), "{value}");
        }
        assert_eq!(failure(r#"{"size": "large"}"#), case(422, "value", "/size"));
        assert!(matches!(parse::<Patch>(br#"{"size": "small"}"#).unwrap().size, Some(Size::Small)));
        assert_eq!(failure(r#"{"title": 1e999}"#), case(422, "type", "/title"));
        assert_eq!(failure(r#"{"title": "\ud800"}"#).0, 400);
        assert_eq!(failure("[]"), case(422, "type", ""));
        assert_eq!(failure("[\"title\"]"), case(422, "type", ""));
        assert_eq!(failure("null"), case(422, "type", ""));
        assert_eq!(failure(r#"{"title": 5"#).0, 400);
        assert_eq!(failure("{} x").0, 400);
        assert_eq!(failure("").0, 400);
        assert_eq!(failure(&"[".repeat(40)).0, 400);
        assert_eq!(failure(&format!("{}{}", "[".repeat(33), "]".repeat(33))).0, 400);
        assert!(parse::<Patch>(b"\xff").is_err());
    }

    #[test]
    fn brackets_in_texts_are_no_depth() {
        assert_eq!(depth(br#"{"a": "[[[\"[["}"#), 1);
    }

    #[test]
    fn media_types() {
        assert!(is_json("application/json; charset=utf-8") && is_json("application/merge-patch+json"));
        assert!(!is_json("text/plain") && !is_json("") && !is_json("application/jsonp"));
    }
}
