//! What each code means, under the address that problem documents name.

use actix_web::{get, web};
use tasktrack_domain::codes;
use tasktrack_domain::error::OrNotFound as _;

use crate::problem::{Answer, about};
use crate::{respond, schema};

/// Explain a problem code
#[utoipa::path(tag = "problems", security(()), params(("code" = String, Path, description = "As in `code` of a problem")),
    responses((status = 200, body = schema::ProblemCode)))]
#[get("/problems/{code}")]
pub async fn get_problem(code: web::Path<String>) -> Answer {
    let code = code.into_inner();
    respond::ok(&about(codes::find(&code).or_not_found("code", &code)?))
}
