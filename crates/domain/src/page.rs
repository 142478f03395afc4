//! Cursor pages: `items` and an opaque `next_cursor`. The cursor holds the sort values of the last row and a fingerprint of the
//! filters and order, so that a cursor used with others is refused instead of giving nonsense.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// How much, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// 1 to 200.
    pub limit: u32,
    /// As given by the page before.
    pub cursor: Option<String>,
}

impl PageRequest {
    /// Most rows a page may have.
    pub const MAX: u32 = 200;
    /// The first page with `limit` rows.
    pub fn first(limit: u32) -> Self {
        Self { limit, cursor: None }
    }
    /// Checks `limit`; absent means 50.
    pub fn new(limit: Option<u32>, cursor: Option<String>) -> Result<Self> {
        let limit = limit.unwrap_or(50);
        if !(1..=Self::MAX).contains(&limit) {
            return Err(Error::bad_request("invalid-query", "limit must be from 1 to 200"));
        }
        Ok(Self { limit, cursor })
    }
    /// The values after which this page starts, if the cursor was made for `fingerprint`.
    pub fn after(&self, fingerprint: &str) -> Result<Option<Vec<Value>>> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let bad = || Error::bad_request("invalid-query", "cursor is not one of ours");
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| bad())?;
        let Cursor { f, v } = serde_json::from_slice(&bytes).map_err(|_| bad())?;
        if f != hash(fingerprint) {
            return Err(Error::bad_request("cursor-mismatch", "this cursor belongs to other filters or another order"));
        }
        Ok(Some(v))
    }
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    f: String,
    v: Vec<Value>,
}

fn hash(fingerprint: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(fingerprint.as_bytes())[..6])
}

/// The cursor that continues after `values` under `fingerprint` (filters and order in a canonical text).
pub fn cursor(fingerprint: &str, values: Vec<Value>) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&Cursor { f: hash(fingerprint), v: values }).unwrap_or_default())
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Absent at the end.
    pub next_cursor: Option<String>,
    /// Only when asked for (`include=count`), at most 10001 (meaning "more than 10000").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

impl<T> Page<T> {
    /// Cuts `rows` (fetched with limit + 1) to `limit`; `key` gives the sort values of the last one kept.
    pub fn cut(mut rows: Vec<T>, limit: u32, fingerprint: &str, key: impl Fn(&T) -> Vec<Value>) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = if more { rows.last().map(|row| cursor(fingerprint, key(row))) } else { None };
        Self { items: rows, next_cursor, count: None }
    }
    /// The same page of other items.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next_cursor: self.next_cursor, count: self.count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_bound_to_its_filters() {
        let page = Page::cut(vec![1, 2, 3], 2, "status=new", |n| vec![Value::from(*n)]);
        assert_eq!(page.items, vec![1, 2]);
        let request = PageRequest { limit: 2, cursor: page.next_cursor };
        assert_eq!(request.after("status=new").unwrap(), Some(vec![Value::from(2)]));
        assert_eq!(request.after("status=done").unwrap_err().code(), "cursor-mismatch");
        let nonsense = PageRequest { limit: 2, cursor: Some("%%%".into()) };
        assert_eq!(nonsense.after("x").unwrap_err().code(), "invalid-query");
        assert!(PageRequest::new(Some(0), None).is_err() && PageRequest::new(Some(201), None).is_err());
    }
}
