//! The browser's files, packed into the program (debug builds read them from disk).
//!
//! An address that is no file is a page of the application and gets `index.html`; what has a dot, or belongs to the API, is not found
//! instead. Files under `assets/` carry a hash of their content in the name and are kept for ever, everything else is asked for again.

use std::borrow::Cow;
use std::fmt::Write as _;

use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::problem::{Answer, Problem};

#[derive(RustEmbed)]
#[folder = "../../frontend/dist"]
struct Dist;

const INDEX: &str = "index.html";
/// First parts of addresses that are never pages.
const NOT_PAGES: [&str; 9] = ["api", "ws", "docs", "health", "metrics", ".well-known", "problems", "openapi.json", "assets"];
/// Packed forms that may lie beside a file, best first.
const PACKED: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Task Track</title><body><h1>Task Track</h1>\
     <p>The front end isn't built into this program. Build it with <code>make frontend</code> and build again; the API is described under \
     <a href=\"/docs\">/docs</a>.</p></body></html>\n";

/// Where files come from; tests have others.
trait Files {
    fn get(&self, path: &str) -> Option<EmbeddedFile>;
}

struct Packed;

impl Files for Packed {
    fn get(&self, path: &str) -> Option<EmbeddedFile> {
        Dist::get(path)
    }
}

/// The default service: files and pages for GET and HEAD.
pub async fn page(req: HttpRequest) -> Answer {
    serve(&Packed, req.method(), req.path(), req.headers())
}

fn serve(files: &impl Files, method: &Method, path: &str, headers: &HeaderMap) -> Answer {
    let path = path.trim_start_matches('/');
    let first = path.split('/').next().unwrap_or_default();
    let name = if path.is_empty() { INDEX } else { path };
    // Nothing of the build tool's own (`.vite/manifest.json`, `.gitkeep`), and packed forms only by negotiation.
    let hidden = name.split('/').any(|part| part.starts_with('.')) || PACKED.iter().any(|(_, ending)| name.ends_with(ending));
    let is_file = !hidden && !path.ends_with('/');
    let found = if is_file { files.get(name).map(|file| (name, file)) } else { None };
    let found = match found {
        Some(found) => Some(found),
        None if NOT_PAGES.contains(&first) || path.contains('.') => return Err(Problem::nowhere()),
        None => files.get(INDEX).map(|file| (INDEX, file)),
    };
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Err(Problem::protocol(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "this address has GET and HEAD"));
    }
    let Some((name, file)) = found else {
        return Ok(HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(NOT_BUILT));
    };
    let packed = packed(files, name, headers);
    let (encoding, sent) = match &packed {
        Some((encoding, packed)) => (Some(*encoding), packed),
        None => (None, &file),
    };
    let tag = tag(sent, encoding);
    let fresh = headers.get_all(header::IF_NONE_MATCH).filter_map(|v| v.to_str().ok()).any(|v| matches(v, &tag));
    let mut response = HttpResponse::build(if fresh { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    response
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, keeping(name)))
        .insert_header((header::VARY, "Accept-Encoding"));
    if fresh {
        return Ok(response.finish());
    }
    response.content_type(media_type(name, &file));
    if let Some(encoding) = encoding {
        response.insert_header((header::CONTENT_ENCODING, encoding));
    }
    // The server leaves out the body of an answer to HEAD and keeps its length.
    Ok(match sent.data.clone() {
        Cow::Borrowed(bytes) => response.body(bytes),
        Cow::Owned(bytes) => response.body(bytes),
    })
}

/// The best packed form that is there and that the client takes.
fn packed(files: &impl Files, name: &str, headers: &HeaderMap) -> Option<(&'static str, EmbeddedFile)> {
    let accepted = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    let takes = |wanted: &str| {
        accepted.split(',').any(|entry| {
            let (name, quality) = entry.split_once(';').unwrap_or((entry, ""));
            let refused = quality.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0);
            name.trim().eq_ignore_ascii_case(wanted) && !refused
        })
    };
    PACKED
        .iter()
        .filter(|(encoding, _)| takes(encoding))
        .find_map(|(encoding, ending)| Some((*encoding, files.get(&format!("{name}{ending}"))?)))
}

/// Half of the content's SHA-256. Each form has its own.
fn tag(file: &EmbeddedFile, encoding: Option<&str>) -> String {
    let mut tag = String::from("\"");
    for byte in file.metadata.sha256_hash().iter().take(16) {
        let _ = write!(tag, "{byte:02x}");
    }
    if let Some(encoding) = encoding {
        tag.push('-');
        tag.push_str(encoding);
    }
    tag.push('"');
    tag
}

/// `If-None-Match` compares weakly; what was packed on the way has a weak tag.
fn matches(given: &str, tag: &str) -> bool {
    given.trim() == "*" || given.split(',').any(|g| g.trim().trim_start_matches("W/") == tag)
}

fn keeping(name: &str) -> &'static str {
    if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" }
}

fn media_type(name: &str, file: &EmbeddedFile) -> String {
    let media_type = match name.rsplit('.').next() {
        Some("webmanifest") => "application/manifest+json",
        Some("js" | "mjs") => "text/javascript",
        _ => file.metadata.mimetype(),
    };
    let is_text =
        media_type.starts_with("text/") || matches!(media_type, "application/json" | "application/manifest+json" | "image/svg+xml");
    if is_text { format!("{media_type}; charset=utf-8") } else { media_type.to_owned() }
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody as _;
    use actix_web::http::header::{HeaderName, HeaderValue};
    use rust_embed::Metadata;

    use super::*;

    /// A few files. Metadata can be made by the derive only, so they all have that of a file that is there.
    struct Some3;

    impl Files for Some3 {
        fn get(&self, path: &str) -> Option<EmbeddedFile> {
            let (data, mimetype, hash): (&[u8], _, u8) = match path {
                "index.html" => (b"<!doctype html>", "text/html", 1),
                "assets/app-4f2a.js" => (b"1", "application/javascript", 2),
                "assets/app-4f2a.js.br" => (b"br", "application/octet-stream", 3),
                "assets/plex.woff2" => (b"f", "font/woff2", 4),
                "manifest.webmanifest" => (b"{}", "application/octet-stream", 5),
                "icon.svg" => (b"<svg/>", "image/svg+xml", 6),
                ".vite/manifest.json" => (b"{}", "application/json", 7),
                _ => return None,
            };
            Some(EmbeddedFile { data: Cow::Borrowed(data), metadata: Metadata::__rust_embed_new([hash; 32], None, None, mimetype) })
        }
    }

    struct None0;

    impl Files for None0 {
        fn get(&self, _: &str) -> Option<EmbeddedFile> {
            None
        }
    }

    fn get(path: &str, headers: &[(&'static str, &str)]) -> (u16, HttpResponse) {
        let headers = headers.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_str(v).unwrap())).collect();
        let answer = serve(&Some3, &Method::GET, path, &headers).unwrap_or_else(|problem| problem.respond(None));
        (answer.status().as_u16(), answer)
    }
    fn header_of(answer: &HttpResponse, name: &str) -> String {
        answer.headers().get(name).map_or_else(String::new, |v| v.to_str().unwrap().to_owned())
    }

    #[test]
    fn pages_get_the_index_and_nothing_else_does() {
        for page in ["/", "/tasks", "/tasks/ERP-12", "/login", "/projects/1/", "/apix"] {
            let (status, answer) = get(page, &[]);
            assert_eq!((status, header_of(&answer, "content-type").as_str()), (200, "text/html; charset=utf-8"), "{page}");
            assert_eq!(header_of(&answer, "cache-control"), "no-cache");
        }
        for gone in [
            "/api/v1/nothing",
            "/api",
            "/ws/x",
            "/health/x",
            "/docs/x",
            "/.well-known/x",
            "/problems/x/y",
            "/metrics/x",
            "/x.png",
            "/assets/old.js",
            "/assets/x",
            "/.vite/manifest.json",
            "/assets/app-4f2a.js.br",
            "/../secret.txt",
            "/openapi.json",
        ] {
            assert_eq!(get(gone, &[]).0, 404, "{gone}");
        }
    }

    #[test]
    fn files_have_types_and_ages() {
        for (path, media_type, age) in [
            ("/assets/app-4f2a.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
            ("/assets/plex.woff2", "font/woff2", "public, max-age=31536000, immutable"),
            ("/manifest.webmanifest", "application/manifest+json; charset=utf-8", "no-cache"),
            ("/icon.svg", "image/svg+xml; charset=utf-8", "no-cache"),
        ] {
            let (_, answer) = get(path, &[]);
            assert_eq!(
                (header_of(&answer, "content-type").as_str(), header_of(&answer, "cache-control").as_str()),
                (media_type, age),
                "{path}"
            );
        }
    }

    #[test]
    fn what_is_known_is_not_sent_again() {
        let (_, answer) = get("/", &[]);
        let tag = header_of(&answer, "etag");
        for given in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".into()] {
            let (status, answer) = get("/", &[("if-none-match", &given)]);
            assert_eq!((status, header_of(&answer, "etag")), (304, tag.clone()));
        }
        assert_eq!(get("/", &[("if-none-match", "\"x\"")]).0, 200);
    }

    #[test]
    fn packed_forms_are_negotiated() {
        let (_, answer) = get("/assets/app-4f2a.js", &[("accept-encoding", "gzip, br;q=0.9")]);
        assert_eq!(header_of(&answer, "content-encoding"), "br");
        assert_eq!(header_of(&answer, "content-type"), "text/javascript; charset=utf-8");
        for other in ["gzip", "br;q=0", "identity"] {
            assert_eq!(header_of(&get("/assets/app-4f2a.js", &[("accept-encoding", other)]).1, "content-encoding"), "", "{other}");
        }
    }

    #[test]
    fn methods() {
        let headers = HeaderMap::new();
        assert_eq!(serve(&Some3, &Method::HEAD, "/", &headers).unwrap().status(), 200);
        assert_eq!(serve(&Some3, &Method::POST, "/", &headers).unwrap_err().status(), 405);
        assert_eq!(serve(&Some3, &Method::POST, "/api/v1/nothing", &headers).unwrap_err().status(), 404);
    }

    #[test]
    fn without_a_front_end_a_page_says_so() {
        let answer = serve(&None0, &Method::GET, "/", &HeaderMap::new()).unwrap();
        let body = answer.into_body().try_into_bytes().unwrap();
        assert!(std::str::from_utf8(&body).unwrap().contains("isn't built"));
        assert_eq!(serve(&None0, &Method::GET, "/api/x", &HeaderMap::new()).unwrap_err().status(), 404);
    }
}
