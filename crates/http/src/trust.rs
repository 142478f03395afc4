//! Which pages may act with a browser's cookies or open live connections: ours, and listed ones.

use actix_web::HttpRequest;
use actix_web::http::{StatusCode, header};

use crate::problem::Problem;
use crate::state::{Env, HttpSettings};

/// Whether a page of `origin` is one of ours. `host`: what the browser thinks it is talking to.
pub fn is_ours(settings: &HttpSettings, origin: &str, host: Option<&str>) -> bool {
    let public = settings.public_url.trim_end_matches('/');
    if origin == public || settings.cors_origins.iter().any(|o| o == origin) {
        return true;
    }
    // Somebody's own machine under another of its names.
    settings.env == Env::Development
        && origin.strip_prefix("http://").is_some_and(|authority| {
            let name = authority.rsplit_once(':').map_or(authority, |(name, _)| name);
            Some(authority) == host && matches!(name, "localhost" | "127.0.0.1" | "[::1]")
        })
}

/// Whether the request has no `Origin`, or one of ours.
pub fn origin_ok(req: &HttpRequest, settings: &HttpSettings) -> bool {
    let text = |name| req.headers().get(name).map(|v: &header::HeaderValue| v.to_str().unwrap_or("?"));
    text(header::ORIGIN).is_none_or(|origin| is_ours(settings, origin, text(header::HOST)))
}

/// A request that acts by its cookie must carry a header that only scripts of our pages can set.
pub fn by_cookie(req: &HttpRequest, settings: &HttpSettings) -> Result<(), Problem> {
    let marked = req.headers().get("x-requested-with").is_some_and(|v| v == "tasktrack");
    if marked && origin_ok(req, settings) {
        return Ok(());
    }
    let detail = "a request by cookie needs the header X-Requested-With: tasktrack and comes from our own pages";
    Err(Problem::protocol(StatusCode::FORBIDDEN, "bad-origin", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_compared_whole() {
        let mut settings = HttpSettings {
            public_url: "https://tasks.example.com".into(),
            cors_origins: vec!["https://intranet.example.com".into()],
            env: Env::Production,
            ..HttpSettings::default()
        };
        assert!(is_ours(&settings, "https://tasks.example.com", None) && is_ours(&settings, "https://intranet.example.com", None));
        for foreign in [
            "null",
            "",
            "http://tasks.example.com",
            "https://tasks.example.com:8443",
            "https://tasks.example.com.evil.test",
            "https://eviltasks.example.com",
            "https://tasks.example.co",
            "https://TASKS.example.com",
            "http://localhost:8080",
        ] {
            assert!(!is_ours(&settings, foreign, Some("localhost:8080")), "{foreign}");
        }
        settings.env = Env::Development;
        assert!(is_ours(&settings, "http://localhost:8080", Some("localhost:8080")));
        assert!(!is_ours(&settings, "http://localhost:3000", Some("localhost:8080")));
        assert!(!is_ours(&settings, "http://evil.test:8080", Some("evil.test:8080")));
    }
}
