//! Accounts, and who is let into them.

use async_trait::async_trait;
use tasktrack_domain::accounts::Account;
use tasktrack_domain::ids::{AccountId, UserId};
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::ports::Accounts;
use tasktrack_domain::{Error, Result};

use crate::paging::{after, by_text};
use crate::sql::{Get as _, Row, binds};
use crate::tx::DbTx;
use crate::visible::{Rows, visible};

const SELECT: &str =
    "SELECT t.id, t.slug, t.name, t.language, t.time_zone, t.currency, t.manager_id, t.created_at, t.expires_at FROM account t WHERE ";

fn read(row: &Row) -> Result<Account> {
    Ok(Account {
        id: row.id("id")?,
        slug: row.get("slug")?,
        name: row.get("name")?,
        language: row.get("language")?,
        time_zone: row.word("time_zone")?,
        currency: row.get("currency")?,
        manager_id: row.id_opt("manager_id")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}

#[async_trait]
impl Accounts for DbTx {
    async fn find_account(&mut self, id: AccountId) -> Result<Option<Account>> {
        let mut sql = self.sql(SELECT);
        visible(&mut sql, Rows::Account, "t", self.scope());
        sql.add(" AND t.id = ").bind(id.0);
        self.one(sql).await?.as_ref().map(read).transpose()
    }

    async fn list_accounts(&mut self, page: &PageRequest) -> Result<Page<Account>> {
        let after = after(page, "accounts")?;
        let mut sql = self.sql(SELECT);
        visible(&mut sql, Rows::Account, "t", self.scope());
        by_text(&mut sql, "name", after, page);
        let rows = self.all(sql).await?.iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(rows, page.limit, "accounts", |a| vec![a.name.clone().into(), a.id.0.into()]))
    }

    async fn insert_account(&mut self, account: &Account) -> Result<Account> {
        let id = if account.id.0 > 0 { account.id.0 } else { self.next_id("account").await? };
        self.run(self.fixed(
            "INSERT INTO account (id, slug, name, language, time_zone, currency, manager_id, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            binds![
                id,
                &*account.slug,
                &*account.name,
                &*account.language,
                account.time_zone.name(),
                &*account.currency,
                account.manager_id.map(|id| id.0),
                account.created_at,
                account.expires_at,
            ],
        ))
        .await?;
        Ok(Account { id: AccountId(id), ..account.clone() })
    }

    /// A manager let into the account is its owner.
    async fn permit(&mut self, account: AccountId, user: UserId) -> Result<()> {
        let done = self
            .run(self.fixed(
                "INSERT INTO account_user (account_id, user_id, owner) \
                 SELECT a.id, $2, coalesce(a.manager_id = $2, false) FROM account a WHERE a.id = $1 ON CONFLICT (account_id, user_id) DO NOTHING",
                binds![account.0, user.0],
            ))
            .await?;
        if done > 0 {
            return Ok(());
        }
        let known =
            self.one(self.fixed("SELECT 1 AS one FROM account_user WHERE account_id = $1 AND user_id = $2", binds![account.0, user.0]));
        known.await?.map(|_| ()).ok_or_else(|| Error::not_found("account", account))
    }
}
