//! One spelling for each address: `/api/…` is `/api/v1/…`, and a slash at the end is nothing.

use actix_web::http::Uri;
use actix_web::http::uri::PathAndQuery;

/// The address that the router knows, where it differs.
pub fn normalised(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    let short = if path.len() > 1 && (path.starts_with("/api/") || path.starts_with("/ws/")) { path.trim_end_matches('/') } else { path };
    let new = match short.strip_prefix("/api") {
        Some(rest) if rest.starts_with('/') && rest != "/v1" && !rest.starts_with("/v1/") => format!("/api/v1{rest}"),
        _ if short == path => return None,
        _ => short.to_owned(),
    };
    let text = match uri.query() {
        Some(query) => format!("{new}?{query}"),
        None => new,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(text).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_spelling() {
        let to = |text: &str| normalised(&text.parse().unwrap()).map(|uri| uri.to_string());
        assert_eq!(to("/api/tasks"), Some("/api/v1/tasks".into()));
        assert_eq!(to("/api/tasks/?q=a/b/"), Some("/api/v1/tasks?q=a/b/".into()));
        assert_eq!(to("/api/v1/tasks/"), Some("/api/v1/tasks".into()));
        assert_eq!(to("/ws/tasks/7/comments/"), Some("/ws/tasks/7/comments".into()));
        for same in ["/api/v1/tasks?limit=5", "/", "/assets/x/", "/apis/x", "/api", "/api/v1"] {
            assert_eq!(to(same), None, "{same}");
        }
    }
}
