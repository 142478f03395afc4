//! Accounts: the tenants. Everything but people belongs to one; an expired one is read-only.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::ctx::Ctx;
use crate::error::{OrNotFound, Result};
use crate::ids::{AccountId, UserId};
use crate::page::{Page, PageRequest};

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    /// Unique, `[a-z0-9-]`.
    pub slug: String,
    pub name: String,
    /// `ru` or `en`.
    pub language: String,
    /// IANA zone: bare dates end there.
    pub time_zone: Tz,
    /// ISO 4217.
    pub currency: String,
    pub manager_id: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Visible accounts.
pub async fn list_accounts(ctx: &Ctx, page: &PageRequest) -> Result<Page<Account>> {
    ctx.read().await?.accounts().list_accounts(page).await
}

/// One visible account.
pub async fn get_account(ctx: &Ctx, id: AccountId) -> Result<Account> {
    ctx.read().await?.accounts().find_account(id).await?.or_not_found("account", id)
}
