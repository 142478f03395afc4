//! `/docs`: the API's description to read and try, from our own origin (Swagger UI, packed into the program).

use std::sync::{Arc, LazyLock};

use actix_web::http::header::{self, ContentEncoding};
use actix_web::{HttpResponse, web};
use utoipa_swagger_ui::Config;

use crate::problem::{Answer, Problem};

/// The viewer makes style attributes while it runs and has pictures in its style sheet; everything else is ours.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE: &str = r#"<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Task Track API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js" charset="utf-8"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
"#;

/// Tokens are kept in the page only, until it is closed.
const START: &str = "SwaggerUIBundle({url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, \
     presets: [SwaggerUIBundle.presets.apis], layout: 'BaseLayout', persistAuthorization: false, validatorUrl: null, \
     defaultModelsExpandDepth: 0, docExpansion: 'list', filter: true});\n";

/// What the page needs of the viewer's files.
const FILES: [&str; 4] = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "favicon-16x16.png"];

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| Arc::new(Config::from("/openapi.json")));

fn answer(media_type: &str) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_SECURITY_POLICY, CSP)).content_type(media_type.to_owned());
    response
}

/// `GET /docs` and `/docs/`.
pub async fn page() -> HttpResponse {
    answer("text/html; charset=utf-8").insert_header((header::CACHE_CONTROL, "no-cache")).body(PAGE)
}

/// `GET /docs/{file}`.
pub async fn file(path: web::Path<String>) -> Answer {
    if path.as_str() == "start.js" {
        return Ok(answer("text/javascript; charset=utf-8").insert_header((header::CACHE_CONTROL, "no-cache")).body(START));
    }
    if !FILES.contains(&path.as_str()) {
        return Err(Problem::nowhere());
    }
    match utoipa_swagger_ui::serve(&path, CONFIG.clone()) {
        Ok(Some(file)) => {
            let media_type =
                if file.content_type.starts_with("text/") { format!("{}; charset=utf-8", file.content_type) } else { file.content_type };
            let mut response = answer(&media_type);
            response.insert_header((header::CACHE_CONTROL, "public, max-age=86400"));
            if file.gzpipped {
                response.insert_header((header::CONTENT_ENCODING, ContentEncoding::Gzip));
            }
            Ok(response.body(file.bytes.into_owned()))
        }
        Ok(None) => Err(Problem::nowhere()),
        Err(error) => Err(tasktrack_domain::Error::internal(error).into()),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{App, test};

    use super::*;

    #[actix_web::test]
    async fn the_viewer_needs_nobody_else() {
        let app = App::new().route("/docs", web::get().to(page)).route("/docs/{file}", web::get().to(file));
        let app = test::init_service(app).await;
        let get = |path: &str| test::TestRequest::get().uri(path).to_request();
        let body = test::call_and_read_body(&app, get("/docs")).await;
        let html = std::str::from_utf8(&body).unwrap();
        assert!(!html.contains("://"), "nothing from elsewhere");
        for path in html.split('"').filter(|part| part.starts_with("/docs/")) {
            let answer = test::call_service(&app, get(path)).await;
            assert_eq!(answer.status(), 200, "{path}");
            assert!(answer.headers().contains_key(header::CONTENT_SECURITY_POLICY));
        }
        assert_eq!(test::call_service(&app, get("/docs/index.html")).await.status(), 404);
    }
}
