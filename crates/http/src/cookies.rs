//! The refresh token of browsers: a cookie that no script can read.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::state::HttpSettings;

/// Longer than a session can live.
const DAYS: i64 = 30;

/// Name of the cookie. `__Host-` makes browsers insist on https and on our host alone.
pub fn name(https: bool) -> &'static str {
    if https { "__Host-tasktrack_refresh" } else { "tasktrack_refresh" }
}

/// The cookie with a token.
pub fn refresh(settings: &HttpSettings, token: &str) -> Cookie<'static> {
    build(settings, token.to_owned(), Duration::days(DAYS))
}

/// A cookie that removes it.
pub fn removal(settings: &HttpSettings) -> Cookie<'static> {
    build(settings, String::new(), Duration::ZERO)
}

fn build(settings: &HttpSettings, value: String, life: Duration) -> Cookie<'static> {
    Cookie::build(name(settings.https()), value)
        .path("/")
        .http_only(true)
        .secure(settings.https())
        .same_site(SameSite::Strict)
        .max_age(life)
        .finish()
}

/// The token that came with a request.
pub fn token(req: &HttpRequest, settings: &HttpSettings) -> Option<String> {
    req.cookie(name(settings.https())).map(|c| c.value().to_owned()).filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_closed() {
        let mut settings = HttpSettings { public_url: "https://tasks.example.com".into(), ..HttpSettings::default() };
        let text = refresh(&settings, "tt_rt_1").to_string();
        assert_eq!(text, "__Host-tasktrack_refresh=tt_rt_1; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=2592000");
        settings.public_url = "http://127.0.0.1:8080".into();
        let text = refresh(&settings, "tt_rt_1").to_string();
        assert!(text.starts_with("tasktrack_refresh=tt_rt_1; HttpOnly; SameSite=Strict") && !text.contains("Secure"));
        assert!(removal(&settings).to_string().contains("Max-Age=0"));
    }
}
