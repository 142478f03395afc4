//! Saved views.

use std::collections::BTreeMap;

use actix_web::{delete, get, patch, post, web};
use serde::Deserialize;
use serde_json::{Map, Value};
use tasktrack_domain::ctx::Ctx;
use tasktrack_domain::ids::{AccountId, ViewId};
use tasktrack_domain::tasks::saved_view::{self, FilterValue, Layout, ViewInput};
use utoipa::ToSchema;

use super::tasks::filter;
use crate::Problem;
use crate::body::{Body, NO_BODY, present};
use crate::caller::Caller;
use crate::problem::Answer;
use crate::query::Params;
use crate::{openapi, respond, schema};

type Filter = BTreeMap<String, FilterValue>;

/// A new view.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSavedView {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    account_id: Option<i64>,
    /// With everyone who reads the account whole.
    #[serde(default)]
    shared: bool,
    /// Parameters of the list of tasks, with a value or several: `{"status": ["new", "testing"], "assignee": "me"}`.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, schema::FilterValue>)]
    filter: Filter,
    #[schema(example = "-due_date")]
    sort: Option<String>,
    #[schema(value_type = Option<schema::Layout>)]
    layout: Option<Layout>,
    /// Free, at most 8 kB: columns, widths, group, lanes.
    #[serde(default)]
    #[schema(value_type = Object)]
    display: Map<String, Value>,
}

/// Changes of a view. `filter` and `display` are replaced as a whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedViewPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool)]
    shared: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = BTreeMap<String, schema::FilterValue>)]
    filter: Option<Filter>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String)]
    sort: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = schema::Layout)]
    layout: Option<Layout>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object)]
    display: Option<Map<String, Value>>,
}

/// What the list of tasks would refuse is refused here, at its place.
fn check(filter: &Filter, ctx: &Ctx) -> Result<(), Problem> {
    let pairs = filter.iter().flat_map(|(name, value)| {
        let values = match value {
            FilterValue::One(value) => std::slice::from_ref(value),
            FilterValue::Many(values) => values.as_slice(),
        };
        values.iter().map(move |value| (name.clone(), value.clone()))
    });
    let read = || {
        let mut params = Params::of(pairs)?;
        filter::read(&mut params, ctx)?;
        params.finish()
    };
    read().map_err(|problem: Problem| problem.in_body("/filter"))
}

/// List your views and those that are shared with you, by name
#[utoipa::path(tag = "views", params(openapi::InLayout, openapi::InAccounts, openapi::Paging), responses((status = 200, body = schema::SavedViewPage)))]
#[get("/views")]
pub async fn list_views(caller: Caller, mut params: Params) -> Answer {
    let (accounts, page) = (params.ids("account")?, params.page()?);
    let layout = params.parsed("layout", "must be table, board, calendar or timeline")?;
    params.finish()?;
    respond::ok(&saved_view::list_views(&caller.reading(), &accounts, layout, &page).await?)
}

/// Create a view
#[utoipa::path(tag = "views", request_body = NewSavedView, responses((status = 201, body = schema::SavedView)))]
#[post("/views")]
pub async fn create_view(caller: Caller, body: Body<NewSavedView>) -> Answer {
    let ctx = caller.writing(201, &body.hash);
    let NewSavedView { name, account_id, shared, filter, sort, layout, display } = body.value;
    check(&filter, &ctx)?;
    let input = ViewInput {
        name: Some(name),
        shared: Some(shared),
        filter: Some(filter),
        sort,
        layout,
        display: Some(display),
        account_id: account_id.map(AccountId),
    };
    let seen = saved_view::create_view(&ctx, input).await?;
    respond::created(&seen, seen.view.version, format!("/api/v1/views/{}", seen.view.id))
}

/// Get a view
#[utoipa::path(tag = "views", params(("id" = i64, Path)), responses((status = 200, body = schema::SavedView)))]
#[get("/views/{id}")]
pub async fn get_view(caller: Caller, id: web::Path<i64>, params: Params) -> Answer {
    params.finish()?;
    let seen = saved_view::get_view(&caller.reading(), ViewId(*id)).await?;
    respond::versioned(&seen, seen.view.version)
}

/// Change a view
///
/// A shared view is changed by its owner and by who manages the account; only its owner shares it or takes it back.
#[utoipa::path(tag = "views", params(("id" = i64, Path)), request_body = SavedViewPatch, responses((status = 200, body = schema::SavedView)))]
#[patch("/views/{id}")]
pub async fn update_view(caller: Caller, id: web::Path<i64>, body: Body<SavedViewPatch>) -> Answer {
    let ctx = caller.writing(200, &body.hash);
    let SavedViewPatch { name, shared, filter, sort, layout, display } = body.value;
    if let Some(filter) = &filter {
        check(filter, &ctx)?;
    }
    let input = ViewInput { name, shared, filter, sort, layout, display, account_id: None };
    let seen = saved_view::update_view(&ctx, ViewId(*id), input).await?;
    respond::versioned(&seen, seen.view.version)
}

/// Delete a view
#[utoipa::path(tag = "views", params(("id" = i64, Path)), responses((status = 204)))]
#[delete("/views/{id}")]
pub async fn delete_view(caller: Caller, id: web::Path<i64>) -> Answer {
    saved_view::delete_view(&caller.writing(204, NO_BODY), ViewId(*id)).await?;
    respond::nothing()
}
