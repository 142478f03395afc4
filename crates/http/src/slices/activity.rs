//! What happened, across tasks.

use actix_web::get;
use tasktrack_domain::activity::feed::{self, FeedFilter};
use tasktrack_domain::ids::UserId;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::query::{Params, bad};
use crate::{openapi, respond, schema};

/// List what happened to the tasks that you see, newest first
///
/// Places on the board and notes of the exchange are left out, and so are tasks that have been deleted since.
#[utoipa::path(tag = "activity", params(openapi::Feed, openapi::Paging), responses((status = 200, body = schema::ActivityPage)))]
#[get("/activity")]
pub async fn list_activity(caller: Caller, mut params: Params) -> Answer {
    let (ctx, page) = (caller.reading(), params.page()?);
    let (me, zone) = (ctx.actor.id(), ctx.actor.scope.accounts.values().next().map_or(chrono_tz::UTC, |s| s.zone));
    let mine = params.flag("mine")?.unwrap_or_default();
    let actor = match params.one("actor")?.as_deref() {
        None => None,
        Some("me") => me,
        Some(id) => Some(UserId(id.parse().map_err(|_| bad("actor", "must be a number or me"))?)),
    };
    let filter = FeedFilter {
        since: params.from("since", zone)?,
        until: params.from("until", zone)?,
        projects: params.ids("project")?,
        actor,
        mine_of: if mine { me } else { None },
        own: params.flag("own")?.unwrap_or_default() || (mine && actor.is_some() && actor == me),
    };
    params.finish()?;
    respond::ok(&feed::activity(&ctx, &filter, &page).await?)
}

/// List where you are mentioned, newest first
#[utoipa::path(tag = "activity", params(openapi::Paging), responses((status = 200, body = schema::MentionPage)))]
#[get("/mentions")]
pub async fn list_mentions(caller: Caller, mut params: Params) -> Answer {
    let page = params.page()?;
    params.finish()?;
    respond::ok(&feed::mentions(&caller.reading(), &page).await?)
}
