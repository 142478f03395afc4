//! Numbers for Prometheus: requests by route, live connections, and what other parts of the program add.
//!
//! Labels are bounded: the pattern of a route (never an address), a known method, a status.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use prometheus::core::Collector;
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};

use crate::problem::{Answer, Problem};
use crate::realtime::Hub;

/// One number that another part of the program has: name (`tasktrack_relay_lag`), help, value.
pub type Figure = (&'static str, &'static str, f64);
/// Asked at every scrape; must not wait.
pub type Gauges = Vec<Box<dyn Fn() -> Vec<Figure> + Send + Sync>>;

/// From half a millisecond to ten seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0];

/// All counters of this process.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    gauges: Gauges,
}

impl Metrics {
    /// With the numbers of other parts.
    pub fn new(gauges: Gauges) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(Opts::new("tasktrack_http_requests_total", "Requests answered"), &["route", "method", "status"])?;
        let durations = HistogramVec::new(
            HistogramOpts::new("tasktrack_http_request_duration_seconds", "Time to the answer's head").buckets(BUCKETS.to_vec()),
            &["route", "method"],
        )?;
        let collectors: [Box<dyn Collector>; 2] = [Box::new(requests.clone()), Box::new(durations.clone())];
        for collector in collectors {
            registry.register(collector)?;
        }
        Ok(Self { registry, requests, durations, gauges })
    }

    /// Counts one answer.
    pub fn count(&self, route: &str, method: &Method, status: u16, seconds: f64) {
        let mut digits = [0; 3];
        self.requests.with_label_values(&[route, word(method), status_word(status, &mut digits)]).inc();
        self.durations.with_label_values(&[route, word(method)]).observe(seconds);
    }

    /// Everything in the text format of Prometheus.
    pub fn text(&self, hub: Option<&Hub>) -> Result<String, prometheus::Error> {
        let mut text = TextEncoder::new().encode_to_string(&self.registry.gather())?;
        if let Some(figures) = hub.map(Hub::figures) {
            write(&mut text, "gauge", ("tasktrack_live_sockets", "Open live connections", figures.sockets as f64));
            write(&mut text, "counter", ("tasktrack_live_events_total", "Events queued for live connections", figures.delivered as f64));
            write(&mut text, "counter", ("tasktrack_live_cut_total", "Live connections cut for being slow", figures.cut as f64));
            write(&mut text, "gauge", ("tasktrack_live_position", "Last position of the log told live", figures.position as f64));
        }
        for figure in self.gauges.iter().flat_map(|gauge| gauge()) {
            write(&mut text, "gauge", figure);
        }
        Ok(text)
    }
}

fn write(text: &mut String, kind: &str, (name, help, value): Figure) {
    text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n"));
}

fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn status_word(status: u16, digits: &mut [u8; 3]) -> &str {
    let digit = |n: u16| b'0' + u8::try_from(n % 10).unwrap_or_default();
    *digits = [digit(status / 100), digit(status / 10), digit(status)];
    std::str::from_utf8(digits).unwrap_or("000")
}

/// Middleware that counts every request. Routes that nobody knows are `other`; a request that ended without an answer is `failed`.
pub async fn measure<B: MessageBody + 'static>(req: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let Some(metrics) = req.app_data::<web::Data<Metrics>>().cloned() else { return next.call(req).await };
    let (since, method) = (Instant::now(), req.method().clone());
    let outcome = next.call(req).await;
    let seconds = since.elapsed().as_secs_f64();
    match &outcome {
        Ok(response) => {
            let route = response.request().match_pattern();
            metrics.count(route.as_deref().unwrap_or("other"), &method, response.status().as_u16(), seconds);
        }
        Err(error) => metrics.count("failed", &method, error.as_response_error().status_code().as_u16(), seconds),
    }
    outcome
}

/// `GET /metrics`.
pub async fn page(metrics: web::Data<Metrics>, hub: Option<web::Data<Hub>>) -> Answer {
    let text = metrics.text(hub.as_deref().map(|hub| &**hub)).map_err(|e| Problem::from(tasktrack_domain::Error::internal(e)))?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::{App, test};

    use super::*;

    #[actix_web::test]
    async fn requests_are_counted_by_route() {
        let gauges: Gauges = vec![Box::new(|| vec![("tasktrack_relay_lag", "Events not sent yet", 3.0)])];
        let metrics = web::Data::new(Metrics::new(gauges).unwrap());
        let app = App::new()
            .app_data(metrics.clone())
            .wrap(from_fn(measure))
            .route("/api/v1/tasks/{id}", web::get().to(HttpResponse::Ok))
            .route("/metrics", web::get().to(page));
        let app = test::init_service(app).await;
        for id in 0..100 {
            test::call_service(&app, test::TestRequest::get().uri(&format!("/api/v1/tasks/{id}")).to_request()).await;
        }
        test::call_service(&app, test::TestRequest::get().uri("/wp-admin.php").to_request()).await;
        let odd = Method::from_bytes(b"BREW").unwrap();
        test::call_service(&app, test::TestRequest::default().method(odd).uri("/coffee").to_request()).await;
        let body = test::call_and_read_body(&app, test::TestRequest::get().uri("/metrics").to_request()).await;
        let text = String::from_utf8(body.to_vec()).unwrap();
        for line in [
            r#"tasktrack_http_requests_total{method="GET",route="/api/v1/tasks/{id}",status="200"} 100"#,
            r#"tasktrack_http_requests_total{method="GET",route="other",status="404"} 1"#,
            r#"tasktrack_http_requests_total{method="other",route="other",status="404"} 1"#,
            r#"tasktrack_http_request_duration_seconds_count{method="GET",route="/api/v1/tasks/{id}"} 100"#,
            "tasktrack_relay_lag 3",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
        assert!(!text.contains("wp-admin") && !text.contains("tasks/7"));
    }
}
