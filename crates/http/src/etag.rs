//! Versions as strong entity tags: `"7"`.

use actix_web::http::header::{self, HeaderMap, HeaderValue};

use crate::problem::Problem;

/// The tag of a version.
pub fn of(version: i64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"0\""))
}

fn version(tag: &str) -> Option<i64> {
    tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok().filter(|v| *v >= 0)
}

/// The version that `If-Match` asks for. `*` asks for any.
pub fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    version(text).map(Some).ok_or_else(|| Problem::query("If-Match must be one strong entity tag like \"7\", or *"))
}

/// Whether `If-None-Match` names this version.
pub fn matches(headers: &HeaderMap, current: i64) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || version(tag.strip_prefix("W/").unwrap_or(tag)) == Some(current))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        let mut map = HeaderMap::new();
        map.insert(name, HeaderValue::from_static(value));
        map
    }

    #[test]
    fn only_one_strong_tag_is_a_precondition() {
        for (text, expected) in [
            ("\"7\"", Some(Some(7))),
            ("*", Some(None)),
            ("7", None),
            ("W/\"7\"", None),
            ("\"7\", \"8\"", None),
            ("\"\"", None),
            ("\"-1\"", None),
        ] {
            assert_eq!(if_match(&headers(header::IF_MATCH, text)).ok(), expected, "{text}");
        }
        assert_eq!(if_match(&HeaderMap::new()).ok(), Some(None));
    }

    #[test]
    fn a_known_version_is_found_in_a_list() {
        assert!(matches(&headers(header::IF_NONE_MATCH, "\"6\", W/\"7\""), 7));
        assert!(!matches(&headers(header::IF_NONE_MATCH, "\"6\""), 7));
    }
}
