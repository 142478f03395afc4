//! Templates of tasks.

use actix_web::{delete, get, patch, post, web};
use serde::Deserialize;
use tasktrack_domain::ids::{AccountId, ProjectId, TagId, TemplateId, UserId};
use tasktrack_domain::tasks::Priority;
use tasktrack_domain::tasks::template::{self, TemplateInput, TemplateUse};
use utoipa::ToSchema;

use crate::body::{Body, MaybeBody, NO_BODY, clearable, present};
use crate::caller::Caller;
use crate::problem::Answer;
use crate::query::Params;
use crate::{openapi, respond, schema};

/// A new template.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTemplate {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Title of the tasks made with it.
    #[schema(min_length = 1, max_length = 300)]
    title: String,
    #[schema(max_length = 100_000)]
    description: Option<String>,
    #[schema(value_type = Option<schema::Priority>)]
    priority: Option<Priority>,
    #[schema(minimum = 0)]
    estimated_hours: Option<f64>,
    #[schema(max_items = 50)]
    tag_ids: Option<Vec<i64>>,
    project_id: Option<i64>,
    #[schema(max_items = 100)]
    checklist: Option<Vec<String>>,
    account_id: Option<i64>,
}

/// Changes of a template.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplatePatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, min_length = 1, max_length = 300)]
    title: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 100_000)]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = schema::Priority)]
    priority: Option<Priority>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<f64>, minimum = 0)]
    estimated_hours: Option<Option<f64>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<Vec<i64>>, max_items = 50)]
    tag_ids: Option<Option<Vec<i64>>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<i64>)]
    project_id: Option<Option<i64>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    checklist: Option<Option<Vec<String>>>,
}

/// What a use of a template sets differently.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UseTemplate {
    #[schema(min_length = 1, max_length = 300)]
    title: Option<String>,
    project_id: Option<i64>,
    owner_id: Option<i64>,
    /// An instant, or a date that ends in the account's zone.
    #[schema(example = "2026-11-30")]
    due_date: Option<String>,
}

fn tags(ids: Vec<i64>) -> Vec<TagId> {
    ids.into_iter().map(TagId).collect()
}

/// List templates
#[utoipa::path(tag = "templates", params(openapi::InAccounts, openapi::Paging), responses((status = 200, body = schema::TemplatePage)))]
#[get("/task-templates")]
pub async fn list_templates(caller: Caller, mut params: Params) -> Answer {
    let (accounts, page) = (params.ids("account")?, params.page()?);
    params.finish()?;
    respond::ok(&template::list_templates(&caller.reading(), &accounts, &page).await?)
}

/// Create a template
#[utoipa::path(tag = "templates", request_body = NewTemplate, responses((status = 201, body = schema::TaskTemplate)))]
#[post("/task-templates")]
pub async fn create_template(caller: Caller, body: Body<NewTemplate>) -> Answer {
    let new = body.value;
    let input = TemplateInput {
        name: Some(new.name),
        title: Some(new.title),
        description: new.description,
        priority: new.priority,
        estimated_hours: new.estimated_hours.map(Some),
        tag_ids: new.tag_ids.map(tags),
        project_id: new.project_id.map(|id| Some(ProjectId(id))),
        checklist: new.checklist,
        account_id: new.account_id.map(AccountId),
    };
    let made = template::create_template(&caller.writing(201, &body.hash), input).await?;
    respond::created(&made, made.version, format!("/api/v1/task-templates/{}", made.id))
}

/// Get a template
#[utoipa::path(tag = "templates", params(("id" = i64, Path)), responses((status = 200, body = schema::TaskTemplate)))]
#[get("/task-templates/{id}")]
pub async fn get_template(caller: Caller, id: web::Path<i64>, params: Params) -> Answer {
    params.finish()?;
    let found = template::get_template(&caller.reading(), TemplateId(*id)).await?;
    respond::versioned(&found, found.version)
}

/// Change a template
#[utoipa::path(tag = "templates", params(("id" = i64, Path)), request_body = TemplatePatch, responses((status = 200, body = schema::TaskTemplate)))]
#[patch("/task-templates/{id}")]
pub async fn update_template(caller: Caller, id: web::Path<i64>, body: Body<TemplatePatch>) -> Answer {
    let patch = body.value;
    let input = TemplateInput {
        name: patch.name,
        title: patch.title,
        description: patch.description.map(Option::unwrap_or_default),
        priority: patch.priority,
        estimated_hours: patch.estimated_hours,
        tag_ids: patch.tag_ids.map(|ids| tags(ids.unwrap_or_default())),
        project_id: patch.project_id.map(|id| id.map(ProjectId)),
        checklist: patch.checklist.map(Option::unwrap_or_default),
        account_id: None,
    };
    let changed = template::update_template(&caller.writing(200, &body.hash), TemplateId(*id), input).await?;
    respond::versioned(&changed, changed.version)
}

/// Delete a template
#[utoipa::path(tag = "templates", params(("id" = i64, Path)), responses((status = 204)))]
#[delete("/task-templates/{id}")]
pub async fn delete_template(caller: Caller, id: web::Path<i64>) -> Answer {
    template::delete_template(&caller.writing(204, NO_BODY), TemplateId(*id)).await?;
    respond::nothing()
}

/// Create a task from a template
#[utoipa::path(tag = "templates", params(("id" = i64, Path)), request_body = Option<UseTemplate>, responses((status = 201, body = schema::Task)))]
#[post("/task-templates/{id}/use")]
pub async fn use_template(caller: Caller, id: web::Path<i64>, body: MaybeBody<UseTemplate>) -> Answer {
    let UseTemplate { title, project_id, owner_id, due_date } = body.0.value;
    let with = TemplateUse { title, project_id: project_id.map(ProjectId), owner_id: owner_id.map(UserId), due_date };
    let view = template::use_template(&caller.writing(201, &body.0.hash), TemplateId(*id), with).await?;
    respond::created(&view, view.task.version, format!("/api/v1/tasks/{}", view.task.id))
}
