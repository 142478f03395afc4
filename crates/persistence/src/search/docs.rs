//! What can be found: one document per task (`comment_id` 0) and per comment.
//!
//! On SQLite a document's rowid is twice the task's id, or twice the comment's id and one, since FTS5 finds rows by nothing else.

use tasktrack_domain::Result;
use tasktrack_domain::ids::{AccountId, CommentId, ProjectId, TaskId};
use tasktrack_domain::tasks::Task;

use super::MARKS;
use crate::sql::{Sql, binds};
use crate::tx::DbTx;

/// A task's document.
pub(crate) struct TaskDoc {
    task: TaskId,
    account: AccountId,
    project: ProjectId,
    title: String,
    body: String,
}

/// A text without the characters that mark hits.
pub(super) fn clean(text: &str) -> String {
    text.replace(MARKS, "")
}

/// As FTS5 gets it: `ё` is `е`, which it does not do itself. Character for character the length of the cleaned text, so that hits in it can
/// be shown in the text as it was written.
pub(super) fn folded(text: &str) -> String {
    clean(text).replace('ё', "е").replace('Ё', "Е")
}

impl TaskDoc {
    /// Key and title, description.
    pub(crate) fn of(task: &Task) -> Self {
        Self {
            task: task.id,
            account: task.account_id,
            project: task.project.id,
            title: format!("{} {}", task.title, task.key),
            body: task.description.clone(),
        }
    }
    /// PostgreSQL: adds the statement that stores it.
    pub(crate) fn insert(&self, sql: &mut Sql) {
        sql.add("INSERT INTO search_doc (task_id, comment_id, account_id, project_id, internal, words) VALUES (").bind(self.task.0);
        sql.add(", 0, ").bind(self.account.0).add(", ").bind(self.project.0).add(", FALSE, search_words(").bind(self.account.0);
        sql.add(", ").bind(self.project.0).add(", ").bind(self.title.clone()).add(", ").bind(self.body.clone()).add("))");
    }
}

impl DbTx {
    /// Stores a task's document in place of the one before.
    pub(crate) async fn put_task_doc(&self, doc: &TaskDoc) -> Result<()> {
        if self.pg() {
            let mut sql = self.sql("");
            doc.insert(&mut sql);
            sql.add(" ON CONFLICT (task_id, comment_id) DO UPDATE SET project_id = excluded.project_id, words = excluded.words");
            return self.run(sql).await.map(|_| ());
        }
        self.put_fts(doc.task.0 * 2, doc.task, None, (doc.account, doc.project), false, (&doc.title, &doc.body)).await
    }

    /// The same for a comment.
    pub(crate) async fn put_comment_doc(
        &self,
        task: TaskId,
        comment: CommentId,
        home: (AccountId, ProjectId),
        internal: bool,
        body: &str,
    ) -> Result<()> {
        if self.pg() {
            let sql = self.fixed(
                "INSERT INTO search_doc (task_id, comment_id, account_id, project_id, internal, words) \
                 VALUES ($1, $2, $3, $4, $5, search_words($3, $4, '', $6)) \
                 ON CONFLICT (task_id, comment_id) DO UPDATE SET internal = excluded.internal, words = excluded.words",
                binds![task.0, comment.0, home.0.0, home.1.0, internal, body],
            );
            return self.run(sql).await.map(|_| ());
        }
        self.put_fts(comment.0 * 2 + 1, task, Some(comment), home, internal, ("", body)).await
    }

    /// Removes a comment's document.
    pub(crate) async fn drop_comment_doc(&self, task: TaskId, comment: CommentId) -> Result<()> {
        let sql = if self.pg() {
            self.fixed("DELETE FROM search_doc WHERE task_id = $1 AND comment_id = $2", binds![task.0, comment.0])
        } else {
            self.fixed("DELETE FROM search_doc WHERE rowid = $1", binds![comment.0 * 2 + 1])
        };
        self.run(sql).await.map(|_| ())
    }

    /// The task's comments go to its project.
    pub(crate) async fn move_comment_docs(&self, task: &Task) -> Result<()> {
        let values = binds![task.id.0, task.project.id.0];
        let sql = if self.pg() {
            self.fixed(
                "UPDATE search_doc SET project_id = $2, words = ts_delete(words, '@p' || CAST(project_id AS text)) || array_to_tsvector(ARRAY['@p' || CAST($2 AS text)]) \
                 WHERE task_id = $1 AND comment_id <> 0",
                values,
            )
        } else {
            self.fixed("UPDATE search_doc SET project_id = $2 WHERE rowid IN (SELECT id * 2 + 1 FROM comment WHERE task_id = $1)", values)
        };
        self.run(sql).await.map(|_| ())
    }

    async fn put_fts(
        &self,
        rowid: i64,
        task: TaskId,
        comment: Option<CommentId>,
        home: (AccountId, ProjectId),
        internal: bool,
        texts: (&str, &str),
    ) -> Result<()> {
        let sql = self.fixed(
            "INSERT OR REPLACE INTO search_doc (rowid, title, body, task_id, comment_id, account_id, project_id, internal) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            binds![rowid, folded(texts.0), folded(texts.1), task.0, comment.map_or(0, |c| c.0), home.0.0, home.1.0, internal],
        );
        self.run(sql).await.map(|_| ())
    }
}
