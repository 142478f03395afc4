//! Accounts.

use actix_web::{get, web};
use tasktrack_domain::accounts;
use tasktrack_domain::ids::AccountId;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::query::Params;
use crate::{openapi, respond, schema};

/// List the accounts that you can see
#[utoipa::path(tag = "accounts", params(openapi::Paging), responses((status = 200, body = schema::AccountPage)))]
#[get("/accounts")]
pub async fn list_accounts(caller: Caller, mut params: Params) -> Answer {
    let page = params.page()?;
    params.finish()?;
    respond::ok(&accounts::list_accounts(&caller.reading(), &page).await?)
}

/// Get an account
#[utoipa::path(tag = "accounts", params(("id" = i64, Path)), responses((status = 200, body = schema::Account)))]
#[get("/accounts/{id}")]
pub async fn get_account(caller: Caller, id: web::Path<i64>, params: Params) -> Answer {
    params.finish()?;
    respond::ok(&accounts::get_account(&caller.reading(), AccountId(*id)).await?)
}
