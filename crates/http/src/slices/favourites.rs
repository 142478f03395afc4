//! What people keep at hand.

use actix_web::{delete, get, put, web};
use serde::Deserialize;
use tasktrack_domain::Error;
use tasktrack_domain::identity::favourites::{self, FavouriteKind, Thing};
use utoipa::ToSchema;

use crate::Problem;
use crate::body::{MaybeBody, NO_BODY};
use crate::caller::Caller;
use crate::problem::Answer;
use crate::query::Params;
use crate::{respond, schema};

/// Where it goes; left out: to the end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FavouritePlace {
    before: Option<FavouriteThing>,
}

/// Another favourite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FavouriteThing {
    #[schema(value_type = schema::FavouriteKind)]
    kind: FavouriteKind,
    id: i64,
}

fn thing(path: web::Path<(String, i64)>) -> Result<Thing, Problem> {
    let (kind, id) = path.into_inner();
    Ok(Thing { kind: kind.parse().map_err(|_| Error::not_found("kind", &kind))?, id })
}

/// List your favourites in your order
///
/// What you can't see any more is left out.
#[utoipa::path(tag = "favourites", responses((status = 200, body = schema::FavouriteList)))]
#[get("/favourites")]
pub async fn list_favourites(caller: Caller, params: Params) -> Answer {
    params.finish()?;
    respond::whole(&favourites::list_favourites(&caller.reading()).await?)
}

/// Keep a thing at hand, or move it among your favourites
#[utoipa::path(tag = "favourites", params(("kind" = schema::FavouriteKind, Path), ("id" = i64, Path)), request_body = Option<FavouritePlace>,
    responses((status = 200, body = schema::Favourite)))]
#[put("/favourites/{kind}/{id}")]
pub async fn put_favourite(caller: Caller, path: web::Path<(String, i64)>, body: MaybeBody<FavouritePlace>) -> Answer {
    let (ctx, before) = (caller.writing(200, &body.0.hash), body.0.value.before);
    let before = before.map(|FavouriteThing { kind, id }| Thing { kind, id });
    respond::ok(&favourites::put_favourite(&ctx, thing(path)?, before).await?)
}

/// Keep a thing no longer
#[utoipa::path(tag = "favourites", params(("kind" = schema::FavouriteKind, Path), ("id" = i64, Path)), responses((status = 204)))]
#[delete("/favourites/{kind}/{id}")]
pub async fn delete_favourite(caller: Caller, path: web::Path<(String, i64)>) -> Answer {
    favourites::delete_favourite(&caller.writing(204, NO_BODY), thing(path)?).await?;
    respond::nothing()
}
