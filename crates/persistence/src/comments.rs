//! Comments.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tasktrack_domain::ids::{AccountId, CommentId, ProjectId, TaskId, UserId};
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::ports::{Comments, NewComment};
use tasktrack_domain::tasks::Comment;
use tasktrack_domain::{Error, OrNotFound as _, Result};

use crate::sql::{Get as _, Sql, binds, json};
use crate::tx::DbTx;
use crate::visible::{Rows, visible};

const SELECT: &str = "SELECT c.id, c.task_id, c.author_id, c.body, c.internal, c.mentions, c.external_author, c.created_at, c.edited_at, c.version \
     FROM comment c JOIN task t ON t.id = c.task_id WHERE c.task_id = ";

impl DbTx {
    fn comments_of(&self, task: TaskId) -> Sql {
        let mut sql = self.sql(SELECT);
        sql.bind(task.0).add(" AND ");
        visible(&mut sql, Rows::Task, "t", self.scope());
        sql
    }

    async fn read_comments(&self, sql: Sql) -> Result<Vec<Comment>> {
        let rows = self.all(sql).await?;
        let (mut read, mut people) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in &rows {
            let (author, mentions): (UserId, Vec<UserId>) = (row.id("author_id")?, row.json("mentions")?);
            people.extend(mentions.iter().copied());
            people.push(author);
            read.push((row, author, mentions));
        }
        let people = self.person_refs(people).await?;
        let comment = |(row, author, mentions): (&crate::sql::Row, UserId, Vec<UserId>)| {
            Ok(Comment {
                id: row.id("id")?,
                task_id: row.id("task_id")?,
                author: people.get(&author).cloned().ok_or_else(|| Error::internal(format!("author {author} of a comment is missing")))?,
                body: row.get("body")?,
                internal: row.get("internal")?,
                mentions: mentions.iter().filter_map(|id| people.get(id).cloned()).collect(),
                external_author: row.get("external_author")?,
                created_at: row.get("created_at")?,
                edited_at: row.get("edited_at")?,
                version: row.get("version")?,
            })
        };
        read.into_iter().map(comment).collect()
    }

    /// Account and project of a task, for search documents.
    async fn home_of(&self, task: TaskId) -> Result<(AccountId, ProjectId)> {
        let sql = self.fixed("SELECT account_id, project_id FROM task WHERE id = $1", binds![task.0]);
        let row = self.one(sql).await?.or_not_found("task", task)?;
        Ok((row.id("account_id")?, row.id("project_id")?))
    }
}

#[async_trait]
impl Comments for DbTx {
    async fn find_comment(&mut self, task: TaskId, id: CommentId) -> Result<Option<Comment>> {
        let mut sql = self.comments_of(task);
        sql.add(" AND c.id = ").bind(id.0);
        Ok(self.read_comments(sql).await?.pop())
    }

    async fn list_comments(&mut self, task: TaskId, with_internal: bool, page: &PageRequest) -> Result<Page<Comment>> {
        let fingerprint = format!("comments {task} {with_internal}");
        let mut sql = self.comments_of(task);
        if !with_internal {
            sql.add(" AND NOT c.internal");
        }
        if let Some(values) = page.after(&fingerprint)? {
            let (at, id) = place(&values).ok_or_else(|| Error::bad_request("invalid-query", "cursor is not one of ours"))?;
            sql.add(" AND (c.created_at, c.id) > (").bind(at).add(", ").bind(id).add(")");
        }
        sql.add(" ORDER BY c.created_at, c.id LIMIT ").bind(crate::paging::limit(page));
        let comments = self.read_comments(sql).await?;
        Ok(Page::cut(comments, page.limit, &fingerprint, |c| vec![serde_json::json!(c.created_at), c.id.0.into()]))
    }

    async fn insert_comment(&mut self, new: NewComment) -> Result<Comment> {
        let mentions: Vec<UserId> = new.mentions.iter().map(|p| p.id).collect();
        let sql = self.fixed(
            "INSERT INTO comment (account_id, task_id, author_id, body, internal, mentions, external_author, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) RETURNING id",
            binds![
                new.account_id.0,
                new.task_id.0,
                new.author.id.0,
                &*new.body,
                new.internal,
                json(&mentions)?,
                new.external_author.clone(),
                new.created_at
            ],
        );
        let rows = self.returning(sql).await?;
        let id = rows.first().ok_or_else(|| Error::internal("no id of a comment"))?.id("id")?;
        let home = self.home_of(new.task_id).await?;
        self.put_comment_doc(new.task_id, id, home, new.internal, &new.body).await?;
        if !mentions.is_empty() {
            self.note_mentions((new.account_id, new.task_id), Some(id), new.author.id, new.created_at, &mentions).await?;
        }
        Ok(Comment {
            id,
            task_id: new.task_id,
            author: new.author,
            body: new.body,
            internal: new.internal,
            mentions: new.mentions,
            external_author: new.external_author,
            created_at: new.created_at,
            edited_at: None,
            version: 1,
        })
    }

    async fn update_comment(&mut self, comment: &Comment) -> Result<()> {
        let mentions: Vec<UserId> = comment.mentions.iter().map(|p| p.id).collect();
        let sql = self.fixed(
            "UPDATE comment SET body = $2, internal = $3, mentions = $4, edited_at = $5, version = $6 WHERE id = $1",
            binds![comment.id.0, &*comment.body, comment.internal, json(&mentions)?, comment.edited_at, comment.version],
        );
        if self.run(sql).await? != 1 {
            return Err(Error::not_found("comment", comment.id));
        }
        let home = self.home_of(comment.task_id).await?;
        self.forget_mentions(comment.task_id, Some(comment.id), &mentions).await?;
        if !mentions.is_empty() {
            let at = comment.edited_at.unwrap_or(comment.created_at);
            self.note_mentions((home.0, comment.task_id), Some(comment.id), comment.author.id, at, &mentions).await?;
        }
        self.put_comment_doc(comment.task_id, comment.id, home, comment.internal, &comment.body).await
    }

    async fn delete_comment(&mut self, id: CommentId) -> Result<()> {
        let rows = self.returning(self.fixed("DELETE FROM comment WHERE id = $1 RETURNING task_id", binds![id.0])).await?;
        let task = rows.first().or_not_found("comment", id)?.id("task_id")?;
        self.forget_mentions(task, Some(id), &[]).await?;
        self.drop_comment_doc(task, id).await
    }
}

fn place(values: &[serde_json::Value]) -> Option<(DateTime<Utc>, i64)> {
    use chrono::Datelike as _;
    let [at, id] = values else { return None };
    let at = DateTime::parse_from_rfc3339(at.as_str()?).ok()?.with_timezone(&Utc);
    (0..=9999).contains(&at.year()).then_some((at, id.as_i64()?))
}
