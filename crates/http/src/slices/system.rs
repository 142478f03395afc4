//! What operators and tools ask: health, and this document itself.

use actix_web::{HttpResponse, get, web};

use crate::health::{self, Readiness};
use crate::problem::Answer;
use crate::{Http, openapi, schema};

/// Whether the process lives
#[utoipa::path(tag = "system", security(()), responses((status = 200, body = schema::Health)))]
#[get("/health/live")]
pub async fn get_liveness() -> HttpResponse {
    health::live().await
}

/// Whether the process should get requests
#[utoipa::path(tag = "system", security(()), responses((status = 200, body = schema::Health)))]
#[get("/health/ready")]
pub async fn get_readiness(http: web::Data<Http>, readiness: Option<web::Data<Readiness>>) -> Answer {
    health::ready(http, readiness).await
}

/// This document
#[utoipa::path(tag = "system", security(()), responses((status = 200, body = Object)))]
#[get("/openapi.json")]
pub async fn get_openapi() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(openapi::DOCUMENT.as_str())
}
