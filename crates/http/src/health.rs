//! Whether the process lives, and whether it should get requests.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde_json::json;
use tasktrack_domain::Error;

use crate::problem::{Answer, Problem};
use crate::state::Http;

/// The database has so long to answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// Switched off when the process begins to stop, so that balancers go elsewhere first.
#[derive(Debug)]
pub struct Readiness(AtomicBool);

impl Default for Readiness {
    fn default() -> Self {
        Self(AtomicBool::new(true))
    }
}

impl Readiness {
    /// From now on `/health/ready` says no.
    pub fn withdraw(&self) {
        self.0.store(false, Relaxed);
    }
    /// Whether requests are welcome.
    pub fn is_ready(&self) -> bool {
        self.0.load(Relaxed)
    }
}

fn well() -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(json!({"status": "ok"}))
}

/// `GET /health/live`: the process answers.
pub async fn live() -> HttpResponse {
    well()
}

/// `GET /health/ready`: the database answers, and the process isn't stopping. The cause of a no is in the log only.
pub async fn ready(http: web::Data<Http>, readiness: Option<web::Data<Readiness>>) -> Answer {
    if readiness.is_some_and(|r| !r.is_ready()) {
        return Err(unready("stopping".to_owned()));
    }
    match tokio::time::timeout(PATIENCE, http.world.store.ping()).await {
        Ok(Ok(())) => Ok(well()),
        Ok(Err(error)) => Err(unready(error.to_string())),
        Err(_) => Err(unready("the database did not answer within a second".to_owned())),
    }
}

fn unready(cause: String) -> Problem {
    tracing::warn!(cause, "not ready");
    Error::Unavailable("not ready".to_owned()).into()
}
