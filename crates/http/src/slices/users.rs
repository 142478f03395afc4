//! People, and oneself.

use actix_web::{delete, get, patch, web};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tasktrack_domain::actor::Role;
use tasktrack_domain::identity::users::{self, ProfileInput};
use tasktrack_domain::identity::{User, preferences, sessions};
use tasktrack_domain::ids::UserId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::body::{Body, NO_BODY, clearable, present};
use crate::caller::Caller;
use crate::problem::Answer;
use crate::query::Params;
use crate::{openapi, respond, schema};

/// Changes of oneself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfilePatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 50)]
    phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = schema::Language)]
    language: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, example = "Europe/Moscow")]
    time_zone: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, pattern = "^#[0-9A-Fa-f]{6}$", example = "#2F5D8C")]
    avatar_color: Option<String>,
}

/// Somebody as others see them.
#[derive(Serialize)]
struct Seen {
    id: UserId,
    public_id: Uuid,
    email: String,
    name: String,
    role: Role,
    avatar_color: String,
    active: bool,
}

impl From<User> for Seen {
    fn from(user: User) -> Self {
        let User { id, public_id, email, name, role, avatar_color, active, .. } = user;
        Self { id, public_id, email, name, role, avatar_color, active }
    }
}

/// Get yourself
#[utoipa::path(tag = "users", responses((status = 200, body = schema::UserMe)))]
#[get("/users/me")]
pub async fn get_me(caller: Caller, params: Params) -> Answer {
    params.finish()?;
    let me = users::get_me(&caller.reading()).await?;
    respond::versioned(&me, me.user.version)
}

/// Change yourself
#[utoipa::path(tag = "users", request_body = ProfilePatch, responses((status = 200, body = schema::UserMe)))]
#[patch("/users/me")]
pub async fn update_me(caller: Caller, body: Body<ProfilePatch>) -> Answer {
    let ProfilePatch { name, phone, language, time_zone, avatar_color } = body.value;
    let input = ProfileInput { name, phone, language, time_zone, avatar_color };
    let me = users::update_me(&caller.writing(200, &body.hash), input).await?;
    respond::versioned(&me, me.user.version)
}

/// Get what you have chosen for yourself
#[utoipa::path(tag = "users", responses((status = 200, body = schema::Preferences)))]
#[get("/users/me/preferences")]
pub async fn get_preferences(caller: Caller, params: Params) -> Answer {
    params.finish()?;
    let found = preferences::get_preferences(&caller.reading()).await?;
    respond::versioned(&found, found.version)
}

/// Change what you have chosen for yourself
///
/// The body is merged into `values` (RFC 7396): what is null is removed. All values together have at most 16 kB.
#[utoipa::path(tag = "users", request_body = Object, responses((status = 200, body = schema::Preferences)))]
#[patch("/users/me/preferences")]
pub async fn update_preferences(caller: Caller, body: Body<Map<String, Value>>) -> Answer {
    let ctx = caller.writing(200, &body.hash);
    let found = preferences::update_preferences(&ctx, body.value).await?;
    respond::versioned(&found, found.version)
}

/// List where you are signed in, the last seen first
#[utoipa::path(tag = "users", responses((status = 200, body = schema::SessionList)))]
#[get("/users/me/sessions")]
pub async fn list_sessions(caller: Caller, params: Params) -> Answer {
    params.finish()?;
    respond::whole(&sessions::list_sessions(&caller.reading()).await?)
}

/// Sign out everywhere else
#[utoipa::path(tag = "users", responses((status = 200, body = schema::EndedSessions)))]
#[delete("/users/me/sessions")]
pub async fn end_other_sessions(caller: Caller) -> Answer {
    respond::ok(&json!({"ended": sessions::end_other_sessions(&caller.writing(200, NO_BODY)).await?}))
}

/// Sign out somewhere
///
/// At once: the session's access tokens are refused from now on.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path)), responses((status = 204)))]
#[delete("/users/me/sessions/{id}")]
pub async fn end_session(caller: Caller, id: web::Path<Uuid>) -> Answer {
    sessions::end_session(&caller.writing(204, NO_BODY), *id).await?;
    respond::nothing()
}

/// List the people of your accounts
#[utoipa::path(tag = "users", params(openapi::Text, openapi::InAccounts, openapi::InProject, openapi::Paging),
    responses((status = 200, body = schema::UserPage)))]
#[get("/users")]
pub async fn list_users(caller: Caller, mut params: Params) -> Answer {
    let (accounts, project, q, page) = (params.ids("account")?, params.id("project")?, params.text("q")?, params.page()?);
    params.finish()?;
    let found = users::list_users(&caller.reading(), &accounts, project, q.as_deref(), &page).await?;
    respond::ok(&found.map(Seen::from))
}

/// Get a person
#[utoipa::path(tag = "users", params(("id" = i64, Path)), responses((status = 200, body = schema::User)))]
#[get("/users/{id}")]
pub async fn get_user(caller: Caller, id: web::Path<i64>, params: Params) -> Answer {
    params.finish()?;
    respond::ok(&Seen::from(users::get_user(&caller.reading(), UserId(*id)).await?))
}
