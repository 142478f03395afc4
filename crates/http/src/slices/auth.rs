//! Signing in and out.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tasktrack_domain::Error;
use tasktrack_domain::ctx::Ctx;
use tasktrack_domain::gateways::AccessClaims;
use tasktrack_domain::identity::signin::{self, Origin, SignedIn};
use tasktrack_domain::identity::users::{self, Me};
use utoipa::ToSchema;

use crate::body::{Body, MaybeBody};
use crate::caller::{self, actor_of, actor_of_session, bearer};
use crate::problem::Answer;
use crate::query::Params;
use crate::state::Http;
use crate::{Problem, address, cookies, limits, respond, schema, trust};

/// A registration.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    #[schema(max_length = 254, example = "anna@example.com")]
    email: String,
    #[schema(min_length = 8, max_length = 256)]
    password: String,
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    #[schema(value_type = Option<schema::Language>)]
    language: Option<String>,
    #[schema(example = "Europe/Moscow")]
    time_zone: Option<String>,
    /// Whether the refresh token comes as a cookie.
    #[serde(default)]
    cookie: bool,
}

/// A log-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    #[schema(example = "worker@example.com")]
    email: String,
    #[schema(example = "tasktrack")]
    password: String,
    /// Whether the refresh token comes as a cookie.
    #[serde(default)]
    cookie: bool,
}

/// A refresh token; left out where the cookie has it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    refresh_token: Option<String>,
}

#[derive(Serialize)]
struct Tokens {
    access_token: String,
    refresh_token: Option<String>,
    token_type: &'static str,
    expires_in: i64,
    user: Me,
}

/// Register with an account of your own
#[utoipa::path(tag = "auth", security(()), request_body = Register, responses((status = 201, body = schema::Tokens)))]
#[post("/auth/register")]
pub async fn register(req: HttpRequest, body: Body<Register>) -> Answer {
    let http = caller::shared(&req)?;
    limits::register(&*http.limiter, &http.settings.limits, address::of(&req, &http.settings)).await?;
    let ctx = http.nobody(caller::cause(&req, &http));
    let Register { email, password, name, language, time_zone, cookie } = body.value;
    let (language, time_zone) = (language.unwrap_or_else(|| "en".to_owned()), time_zone.unwrap_or_else(|| "UTC".to_owned()));
    let signed_in = signin::register(&ctx, email, password, name, language, time_zone, origin(&req, &ctx)).await?;
    tokens(&http, &ctx, signed_in, cookie, StatusCode::CREATED).await
}

/// Log in
#[utoipa::path(tag = "auth", security(()), request_body = LogIn, responses((status = 200, body = schema::Tokens)))]
#[post("/auth/login")]
pub async fn log_in(req: HttpRequest, body: Body<LogIn>) -> Answer {
    let http = caller::shared(&req)?;
    let LogIn { email, password, cookie } = body.value;
    limits::log_in(&*http.limiter, &http.settings.limits, address::of(&req, &http.settings), &email).await?;
    // No password is longer; a log-in may not cost more than others because of its length.
    if password.len() > 1024 || email.contains('\0') || email.len() > 1024 {
        return Err(Error::Unauthenticated { code: "bad-credentials" }.into());
    }
    let ctx = http.nobody(caller::cause(&req, &http));
    let signed_in = signin::log_in(&ctx, &email, password, origin(&req, &ctx)).await?;
    tokens(&http, &ctx, signed_in, cookie, StatusCode::OK).await
}

/// Get new tokens for a refresh token
///
/// By cookie, the header `X-Requested-With: tasktrack` is needed.
#[utoipa::path(tag = "auth", security(()), request_body = Option<Refresh>, responses((status = 200, body = schema::Tokens)))]
#[post("/auth/refresh")]
pub async fn refresh(req: HttpRequest, body: MaybeBody<Refresh>) -> Answer {
    let http = caller::shared(&req)?;
    limits::refresh(&*http.limiter, &http.settings.limits, address::of(&req, &http.settings)).await?;
    let ctx = http.nobody(caller::cause(&req, &http));
    let given = body.0.value.refresh_token;
    let by_cookie = given.is_none();
    let token = given_or_cookie(&req, &http, given)?.ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
    match signin::refresh(&ctx, &token).await {
        Ok(signed_in) => tokens(&http, &ctx, signed_in, by_cookie, StatusCode::OK).await,
        Err(error @ Error::Unauthenticated { .. }) if by_cookie => {
            let mut response = HttpResponse::from_error(Problem::from(error));
            // The cookie is worthless; a failure to remove it changes nothing.
            let _ = response.add_cookie(&cookies::removal(&http.settings));
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// Log out
///
/// Ends the session of the refresh token, of the cookie (then the header `X-Requested-With: tasktrack` is needed), or of the access token. At once.
#[utoipa::path(tag = "auth", security((), ("bearer" = [])), request_body = Option<Refresh>, responses((status = 204)))]
#[post("/auth/logout")]
pub async fn log_out(req: HttpRequest, body: MaybeBody<Refresh>) -> Answer {
    let http = caller::shared(&req)?;
    let mut ctx = http.nobody(caller::cause(&req, &http));
    let given = body.0.value.refresh_token;
    let signed_in = match bearer(&req) {
        Ok(token) => actor_of(&http, &token).await.ok(),
        Err(_) => None,
    };
    let token = match (&given, &signed_in) {
        (None, Some(_)) => None,
        _ => given_or_cookie(&req, &http, given.clone())?,
    };
    match signed_in {
        Some(actor) => ctx.actor = actor,
        None if token.is_none() => return Err(Error::Unauthenticated { code: "unauthenticated" }.into()),
        None => {}
    }
    let has_cookie = cookies::token(&req, &http.settings).is_some();
    match signin::log_out(&ctx, token.as_deref()).await {
        Ok(()) => {}
        // Who comes with a cookie of a session that is over has what they want.
        Err(Error::Unauthenticated { .. }) if has_cookie && given.is_none() => {}
        Err(error) => return Err(error.into()),
    }
    let mut response = HttpResponse::NoContent();
    if has_cookie {
        response.cookie(cookies::removal(&http.settings));
    }
    Ok(response.finish())
}

/// Get what the log-in page needs to know
#[utoipa::path(tag = "auth", security(()), responses((status = 200, body = schema::AuthConfig)))]
#[get("/auth/config")]
pub async fn get_auth_config(http: web::Data<Http>, params: Params) -> Answer {
    params.finish()?;
    let settings = &http.settings;
    respond::ok(
        &json!({"registration": http.world.settings.registration, "demo": settings.demo, "version": settings.version, "languages": ["ru", "en"]}),
    )
}

/// Get the public key of access tokens
#[utoipa::path(tag = "auth", security(()), responses((status = 200, body = String, content_type = "text/plain")))]
#[get("/auth/public-key")]
pub async fn get_public_key(http: web::Data<Http>, params: Params) -> Answer {
    params.finish()?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(http.tokens.public_key_pem()))
}

/// Get all public keys of access tokens
#[utoipa::path(tag = "auth", security(()), responses((status = 200, body = Object)))]
#[get("/.well-known/jwks.json")]
pub async fn get_jwks(http: web::Data<Http>) -> Answer {
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "public, max-age=300")).json(http.tokens.jwks()))
}

/// The token of the body, else of the cookie, which has to come from our own pages.
fn given_or_cookie(req: &HttpRequest, http: &Http, given: Option<String>) -> Result<Option<String>, Problem> {
    if given.is_some() {
        return Ok(given);
    }
    let found = cookies::token(req, &http.settings);
    if found.is_some() {
        trust::by_cookie(req, &http.settings)?;
    }
    Ok(found)
}

fn origin(req: &HttpRequest, ctx: &Ctx) -> Origin {
    let agent = req.headers().get("user-agent").and_then(|v| v.to_str().ok());
    Origin { user_agent: agent.map(ToOwned::to_owned), address: ctx.cause.address.clone() }
}

/// An access token for the session, and the refresh token in the body or as a cookie.
async fn tokens(http: &Http, ctx: &Ctx, signed_in: SignedIn, cookie: bool, status: StatusCode) -> Answer {
    let now = ctx.now();
    let life = TimeDelta::minutes(http.settings.access_token_minutes);
    let access_token = http.tokens.issue(&AccessClaims {
        subject: signed_in.user.public_id,
        session: signed_in.session,
        token_id: ctx.world.clock.uuid(),
        issued_at: now,
        expires_at: now + life,
    })?;
    let actor = actor_of_session(http, signed_in.session).await?;
    let user = users::get_me(&Ctx { actor, ..ctx.clone() }).await?;
    let mut response = HttpResponse::build(status);
    if cookie {
        response.cookie(cookies::refresh(&http.settings, &signed_in.refresh_token));
    }
    let refresh_token = (!cookie).then_some(signed_in.refresh_token);
    Ok(response.json(Tokens { access_token, refresh_token, token_type: "Bearer", expires_in: life.num_seconds(), user }))
}
