//! Good answers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use serde::Serialize;
use serde_json::json;

use crate::etag;
use crate::problem::Answer;

/// 200 with `value`.
pub fn ok(value: &impl Serialize) -> Answer {
    Ok(HttpResponse::Ok().json(value))
}

/// 200 with `value`, which is at `version`.
pub fn versioned(value: &impl Serialize, version: i64) -> Answer {
    Ok(HttpResponse::Ok().insert_header((header::ETAG, etag::of(version))).json(value))
}

/// 201 with `value`, which is at `version` and can be read under `location`.
pub fn created(value: &impl Serialize, version: i64, location: String) -> Answer {
    let mut response = HttpResponse::build(StatusCode::CREATED);
    response.insert_header((header::ETAG, etag::of(version))).insert_header((header::LOCATION, location));
    Ok(response.json(value))
}

/// 204.
pub fn nothing() -> Answer {
    Ok(HttpResponse::NoContent().finish())
}

/// A list that is always whole.
pub fn whole<T: Serialize>(items: &[T]) -> Answer {
    ok(&json!({"items": items, "next_cursor": null}))
}
