//! Tags.

use actix_web::{delete, get, patch, post, web};
use serde::Deserialize;
use tasktrack_domain::ids::{AccountId, TagId};
use tasktrack_domain::tasks::tag::{self, TagInput};
use utoipa::ToSchema;

use crate::body::{Body, NO_BODY, present};
use crate::caller::Caller;
use crate::problem::Answer;
use crate::query::Params;
use crate::{openapi, respond, schema};

/// A new tag.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTag {
    #[schema(min_length = 1, max_length = 50)]
    name: String,
    #[schema(pattern = "^#[0-9A-Fa-f]{6}$", example = "#3B7A57")]
    color: String,
    account_id: Option<i64>,
}

/// Changes of a tag.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, min_length = 1, max_length = 50)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, pattern = "^#[0-9A-Fa-f]{6}$")]
    color: Option<String>,
}

/// List tags
#[utoipa::path(tag = "tags", params(openapi::Text, openapi::InAccounts, openapi::Paging), responses((status = 200, body = schema::TagPage)))]
#[get("/tags")]
pub async fn list_tags(caller: Caller, mut params: Params) -> Answer {
    let (accounts, q, page) = (params.ids("account")?, params.text("q")?, params.page()?);
    params.finish()?;
    respond::ok(&tag::list_tags(&caller.reading(), &accounts, q.as_deref(), &page).await?)
}

/// Create a tag
#[utoipa::path(tag = "tags", request_body = NewTag, responses((status = 201, body = schema::Tag)))]
#[post("/tags")]
pub async fn create_tag(caller: Caller, body: Body<NewTag>) -> Answer {
    let NewTag { name, color, account_id } = body.value;
    let input = TagInput { name: Some(name), color: Some(color), account_id: account_id.map(AccountId) };
    let tag = tag::create_tag(&caller.writing(201, &body.hash), input).await?;
    respond::created(&tag, tag.version, format!("/api/v1/tags/{}", tag.id))
}

/// Change a tag
#[utoipa::path(tag = "tags", params(("id" = i64, Path)), request_body = TagPatch, responses((status = 200, body = schema::Tag)))]
#[patch("/tags/{id}")]
pub async fn update_tag(caller: Caller, id: web::Path<i64>, body: Body<TagPatch>) -> Answer {
    let TagPatch { name, color } = body.value;
    let tag = tag::update_tag(&caller.writing(200, &body.hash), TagId(*id), TagInput { name, color, account_id: None }).await?;
    respond::versioned(&tag, tag.version)
}

/// Delete a tag, also from tasks
#[utoipa::path(tag = "tags", params(("id" = i64, Path)), responses((status = 204)))]
#[delete("/tags/{id}")]
pub async fn delete_tag(caller: Caller, id: web::Path<i64>) -> Answer {
    tag::delete_tag(&caller.writing(204, NO_BODY), TagId(*id)).await?;
    respond::nothing()
}
