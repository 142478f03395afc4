//! The `Idempotency-Key` of a request that may be sent again. The key and the answer are stored by the use case, in the transaction of
//! its effect; here it is only read.

use actix_web::http::header::HeaderMap;

use crate::problem::Problem;

const LENGTH_MAX: usize = 255;

/// The key, if there is one.
pub fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str().ok().map(str::trim) {
        Some(key) if !key.is_empty() && key.len() <= LENGTH_MAX => Ok(Some(key.to_owned())),
        _ => Err(Problem::query(format!("Idempotency-Key must have 1 to {LENGTH_MAX} visible ASCII characters"))),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn keys_are_short_and_visible() {
        let get = |value: &[u8]| {
            let mut map = HeaderMap::new();
            map.insert(HeaderName::from_static("idempotency-key"), HeaderValue::from_bytes(value).unwrap());
            key(&map).ok()
        };
        assert_eq!(get(b" 4f2 "), Some(Some("4f2".into())));
        assert_eq!(get(b""), None);
        assert_eq!(get(&[b'k'; 255]).map(|k| k.is_some()), Some(true));
        assert_eq!(get(&[b'k'; 256]), None);
        assert_eq!(get("ключ".as_bytes()), None);
        assert_eq!(key(&HeaderMap::new()).unwrap(), None);
    }
}
