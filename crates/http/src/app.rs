//! The application and its server.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::{Compress, Condition, from_fn};
use actix_web::{App, Error, HttpResponse, HttpServer, web};
use utoipa_actix_web::AppExt as _;

use crate::body::BODY_MAX;
use crate::envelope::{COMMIT, envelope};
use crate::health::Readiness;
use crate::metrics::{self, Gauges, Metrics};
use crate::problem::Problem;
use crate::realtime::Hub;
use crate::routes;
use crate::state::{Http, HttpSettings};

/// What the server serves. All parts are shared by its threads.
#[derive(Clone)]
pub struct Service {
    /// REST.
    pub http: Arc<Http>,
    /// Live connections.
    pub hub: Arc<Hub>,
    /// Numbers.
    pub metrics: Arc<Metrics>,
    /// Whether requests are welcome.
    pub readiness: Arc<Readiness>,
}

impl Service {
    /// Over `http`, with the numbers that other parts of the program add to `/metrics`. The hub does not run yet:
    /// [`serve`] starts it, tests call [`Hub::start`].
    pub fn new(http: Http, gauges: Gauges) -> Result<Self, tasktrack_domain::Error> {
        let metrics = Metrics::new(gauges).map_err(tasktrack_domain::Error::internal)?;
        let hub = Hub::new(&http.world, http.presence.clone());
        Ok(Self { http: Arc::new(http), hub, metrics: Arc::new(metrics), readiness: Arc::default() })
    }
}

/// `/api/v1/openapi.json`.
pub async fn document() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(crate::openapi::DOCUMENT.as_str())
}

fn cors(settings: &HttpSettings) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "POST", "PATCH", "PUT", "DELETE"])
        .allowed_headers([
            "authorization",
            "content-type",
            "if-match",
            "if-none-match",
            "idempotency-key",
            "x-request-id",
            "x-requested-with",
            "traceparent",
        ])
        .expose_headers([
            "etag",
            "location",
            "x-request-id",
            "idempotency-replayed",
            "retry-after",
            "ratelimit",
            "ratelimit-policy",
            COMMIT,
        ])
        .supports_credentials()
        .max_age(600);
    settings.cors_origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// The application, for the server and for tests.
pub fn app(
    service: &Service,
) -> App<
    impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<impl MessageBody + use<>>, Error = Error, InitError = ()>
    + use<>,
> {
    let (app, _) = App::new().into_utoipa_app().configure(routes::configure).split_for_parts();
    let settings = &service.http.settings;
    app.app_data(web::Data::from(service.http.clone()))
        .app_data(web::Data::from(service.hub.clone()))
        .app_data(web::Data::from(service.metrics.clone()))
        .app_data(web::Data::from(service.readiness.clone()))
        .app_data(web::PayloadConfig::new(BODY_MAX))
        .app_data(web::PathConfig::default().error_handler(|_, _| Problem::nowhere().into()))
        .app_data(web::QueryConfig::default().error_handler(|_, _| Problem::query("the query string can't be read").into()))
        .default_service(web::to(routes::fallback))
        // The last one runs first.
        .wrap(from_fn(envelope))
        .wrap(Condition::new(!settings.cors_origins.is_empty(), cors(settings)))
        .wrap(Compress::default())
        .wrap(from_fn(metrics::measure))
        .wrap(from_fn(vary))
}

/// Answers of the API depend on who asks from where.
async fn vary<B: MessageBody>(req: ServiceRequest, next: actix_web::middleware::Next<B>) -> Result<ServiceResponse<B>, Error> {
    let api = req.path().starts_with("/api/");
    let mut response = next.call(req).await?;
    if api && !response.headers().contains_key(header::VARY) {
        response.headers_mut().insert(header::VARY, header::HeaderValue::from_static("Origin"));
    }
    Ok(response)
}

/// Serves on `listener` until `shutdown`: then says that it is not ready, sends live connections away, lets requests end, and returns.
pub async fn serve(service: Service, listener: TcpListener, shutdown: impl Future<Output = ()>) -> std::io::Result<()> {
    service.hub.start(service.http.world.store.woken());
    let (made, workers) = (service.clone(), service.http.settings.workers.max(1));
    let server = HttpServer::new(move || app(&made))
        .workers(workers)
        .keep_alive(Duration::from_secs(75))
        .client_request_timeout(Duration::from_secs(10))
        .client_disconnect_timeout(Duration::from_secs(2))
        .shutdown_timeout(20)
        .disable_signals()
        .listen(listener)?
        .run();
    until(server, &service, shutdown).await
}

/// Runs until `shutdown`: then not ready, live connections sent away, requests let end.
async fn until(server: actix_web::dev::Server, service: &Service, shutdown: impl Future<Output = ()>) -> std::io::Result<()> {
    let handle = server.handle();
    let running = tokio::spawn(server);
    shutdown.await;
    service.readiness.withdraw();
    service.hub.shut_down(Duration::from_secs(5)).await;
    handle.stop(true).await;
    running.await.map_err(std::io::Error::other)?
}

/// Only health and numbers, for processes without the role api; until `shutdown`.
pub async fn serve_health(service: Service, listener: TcpListener, shutdown: impl Future<Output = ()>) -> std::io::Result<()> {
    let made = service.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::from(made.http.clone()))
            .app_data(web::Data::from(made.metrics.clone()))
            .app_data(web::Data::from(made.readiness.clone()))
            .route("/health/live", web::get().to(crate::health::live))
            .route("/health/ready", web::get().to(crate::health::ready))
            .route("/metrics", web::get().to(metrics::page))
            .default_service(web::to(async || Err::<HttpResponse, _>(Problem::nowhere())))
            .wrap(from_fn(envelope))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)?
    .run();
    until(server, &service, shutdown).await
}
