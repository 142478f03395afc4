//! Dead letters.

use tasktrack_domain::ids::{DeadLetterId, UserId};
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::sync::{DeadLetter, LetterState, NewDeadLetter};
use tasktrack_domain::{Error, Result};

use super::managed;
use super::messages::without_nul;
use crate::paging::{after_number, limit};
use crate::sql::{Get as _, Sql, binds, json};
use crate::tx::DbTx;

const SELECT: &str = "SELECT t.id, t.account_id, t.source, t.message, t.code, t.detail, t.pointer, t.attempts, t.state, t.created_at, \
     t.resolved_at, t.resolved_by, t.reason FROM dead_letter t WHERE ";

fn clean(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

impl DbTx {
    async fn letters(&self, sql: Sql) -> Result<Vec<DeadLetter>> {
        let rows = self.all(sql).await?;
        let resolvers: Vec<Option<UserId>> = rows.iter().map(|row| row.id_opt("resolved_by")).collect::<Result<_>>()?;
        let people = self.person_refs(resolvers.iter().flatten().copied()).await?;
        rows.iter()
            .zip(resolvers)
            .map(|(row, resolver)| {
                Ok(DeadLetter {
                    id: row.id("id")?,
                    account_id: row.id_opt("account_id")?,
                    source: row.get("source")?,
                    message: row.json("message")?,
                    code: row.get("code")?,
                    detail: row.get("detail")?,
                    pointer: row.get("pointer")?,
                    attempts: row.get("attempts")?,
                    state: row.word("state")?,
                    created_at: row.get("created_at")?,
                    resolved_at: row.get("resolved_at")?,
                    resolved_by: resolver.and_then(|id| people.get(&id).cloned()),
                    reason: row.get("reason")?,
                })
            })
            .collect()
    }

    pub(super) async fn store_letter(&self, new: NewDeadLetter) -> Result<DeadLetter> {
        let message = without_nul(&new.message);
        let (source, detail, pointer) = (new.source.as_deref().map(clean), clean(&new.detail), new.pointer.as_deref().map(clean));
        let sql = self.fixed(
            "INSERT INTO dead_letter (account_id, source, message, code, detail, pointer, attempts, state, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, 1, 'open', $7) RETURNING id",
            binds![new.account_id.map(|id| id.0), source.clone(), json(&message)?, &*new.code, &*detail, pointer.clone(), new.created_at],
        );
        let rows = self.returning(sql).await?;
        Ok(DeadLetter {
            id: rows.first().ok_or_else(|| Error::internal("no id of a dead letter"))?.id("id")?,
            account_id: new.account_id,
            source,
            message,
            code: new.code,
            detail,
            pointer,
            attempts: 1,
            state: LetterState::Open,
            created_at: new.created_at,
            resolved_at: None,
            resolved_by: None,
            reason: None,
        })
    }

    pub(super) async fn letter_page(
        &self,
        state: Option<&str>,
        code: Option<&str>,
        source: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<DeadLetter>> {
        let fingerprint = format!("dead letters {state:?} {code:?} {source:?}");
        let after = after_number(page, &fingerprint)?;
        let mut sql = self.sql(SELECT);
        managed(&mut sql, self);
        for (text, value) in [(" AND t.state = ", state), (" AND t.code = ", code), (" AND t.source = ", source)] {
            match value {
                Some(value) if value.contains('\0') => _ = sql.add(" AND FALSE"),
                Some(value) => _ = sql.add(text).bind(value),
                None => {}
            }
        }
        if let Some(after) = after {
            sql.add(" AND t.id < ").bind(after);
        }
        sql.add(" ORDER BY t.id DESC LIMIT ").bind(limit(page));
        let letters = self.letters(sql).await?;
        Ok(Page::cut(letters, page.limit, &fingerprint, |letter| vec![letter.id.0.into()]))
    }

    pub(super) async fn locked_letter(&self, id: DeadLetterId) -> Result<Option<DeadLetter>> {
        let mut sql = self.sql(SELECT);
        managed(&mut sql, self);
        sql.add(" AND t.id = ").bind(id.0).add(self.lock());
        Ok(self.letters(sql).await?.pop())
    }

    pub(super) async fn update_letter(&self, letter: &DeadLetter) -> Result<()> {
        let sql = self.fixed(
            "UPDATE dead_letter SET source = $2, message = $3, code = $4, detail = $5, pointer = $6, attempts = $7, state = $8, resolved_at = $9, \
             resolved_by = $10, reason = $11 WHERE id = $1",
            binds![
                letter.id.0,
                letter.source.as_deref().map(clean),
                json(&without_nul(&letter.message))?,
                &*letter.code,
                clean(&letter.detail),
                letter.pointer.clone(),
                letter.attempts,
                letter.state.as_str(),
                letter.resolved_at,
                letter.resolved_by.as_ref().map(|p| p.id.0),
                letter.reason.clone(),
            ],
        );
        if self.run(sql).await? == 1 { Ok(()) } else { Err(Error::not_found("dead letter", letter.id)) }
    }

    pub(super) async fn unpublished_letters(&self, limit: u32) -> Result<Vec<DeadLetter>> {
        let mut sql = self.sql(SELECT);
        sql.add("t.published = FALSE ORDER BY t.id LIMIT ").bind(i64::from(limit));
        self.letters(sql).await
    }

    pub(super) async fn letter_published(&self, id: DeadLetterId) -> Result<()> {
        self.run(self.fixed("UPDATE dead_letter SET published = TRUE WHERE id = $1", binds![id.0])).await.map(|_| ())
    }
}
