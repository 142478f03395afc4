//! Full-text search over titles, descriptions and comments.
//!
//! PostgreSQL: word forms of Russian and English in a `tsvector` (made by the function `search_words` of the schema). Each document also
//! holds the two words `@a<account>` and `@p<project>`, which no text can contain, so that the index itself narrows a search and neither
//! a frequent word nor other tenants' texts are read. SQLite: FTS5, every word by its beginning.
//!
//! Deleted tasks keep their documents, since they may be restored; the query leaves them out.

mod docs;
mod postgres;
mod sqlite;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::json;
use tasktrack_domain::actor::Scope;
use tasktrack_domain::ids::{AccountId, CommentId, ProjectId, TaskId};
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::tasks::TaskRow;
use tasktrack_domain::tasks::queries::SearchHit;
use tasktrack_domain::{Error, Result};

pub(crate) use self::docs::TaskDoc;
use crate::sql::Sql;
use crate::tx::DbTx;

/// Most hits that are ranked and shown.
const HITS_MAX: usize = 100;
/// Documents that are looked at for the best; a word in more of them says little.
const CANDIDATES_MAX: i64 = 2_000;
/// No more of a question than this is read, in characters.
const TEXT_MAX: usize = 500;
/// Around a hit in what the database returns. Texts are freed of them first.
const MARKS: [char; 2] = ['\u{2}', '\u{3}'];

/// A task that was found: its best document.
#[derive(Clone, Copy, Debug)]
struct Found {
    task: TaskId,
    comment: Option<CommentId>,
    rank: f64,
}

/// Title and piece of text with [`MARKS`].
type Marked = (String, String);

impl DbTx {
    pub(crate) async fn search_tasks(
        &self,
        text: &str,
        accounts: &[AccountId],
        projects: &[ProjectId],
        page: &PageRequest,
        now: DateTime<Utc>,
    ) -> Result<Page<SearchHit>> {
        let text: String = text.chars().filter(|c| *c != '\0').take(TEXT_MAX).collect();
        let fingerprint = format!("search {text:?} {accounts:?} {projects:?}");
        let skip = match page.after(&fingerprint)?.as_deref() {
            None => 0,
            Some([n]) => n.as_u64().and_then(|n| usize::try_from(n).ok()).filter(|n| *n < HITS_MAX).ok_or_else(bad_cursor)?,
            Some(_) => return Err(bad_cursor()),
        };
        if !asks(&text) {
            return Ok(Page { items: Vec::new(), next_cursor: None, count: None });
        }
        let found =
            if self.pg() { self.find_pg(&text, accounts, projects).await? } else { self.find_sqlite(&text, accounts, projects).await? };
        let limit = usize::try_from(page.limit).unwrap_or(HITS_MAX);
        let shown: Vec<Found> = found.iter().copied().skip(skip).take(limit).collect();
        let end = skip + shown.len();
        let next_cursor = (end < found.len()).then(|| tasktrack_domain::page::cursor(&fingerprint, vec![json!(end)]));
        let items = if shown.is_empty() { Vec::new() } else { self.hits(&text, shown, now).await? };
        Ok(Page { items, next_cursor, count: None })
    }

    async fn hits(&self, text: &str, shown: Vec<Found>, now: DateTime<Utc>) -> Result<Vec<SearchHit>> {
        let marked = if self.pg() { self.marked_pg(text, &shown).await? } else { self.marked_sqlite(text, &shown).await? };
        let (heads, marked): (Vec<_>, Vec<(TaskId, Marked)>) = marked
            .into_iter()
            .map(|(head, marked)| {
                let id = head.id;
                (head, (id, marked))
            })
            .unzip();
        let mut rows: HashMap<TaskId, TaskRow> = self.task_rows(heads, now).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut marked: HashMap<TaskId, Marked> = marked.into_iter().collect();
        let hit = |found: Found| {
            // A task may have gone between the two statements.
            let (task, (title, snippet)) = (rows.remove(&found.task)?, marked.remove(&found.task)?);
            Some(SearchHit { task, rank: found.rank, title_html: html(&title), snippet_html: html(&snippet), comment_id: found.comment })
        };
        Ok(shown.into_iter().filter_map(hit).collect())
    }
}

fn bad_cursor() -> Error {
    Error::bad_request("invalid-query", "cursor is not one of ours")
}

/// Whether a question has a word that is looked for (and not only words that must be absent).
fn asks(text: &str) -> bool {
    text.split_whitespace().any(|word| !word.starts_with('-') && word.chars().any(char::is_alphanumeric))
}

/// Adds that internal comments are found only by those who may read them: everybody but clients.
fn readable(sql: &mut Sql, scope: &Scope) {
    sql.add(" AND ");
    crate::visible::readable(sql, "d", "t", scope);
}

/// Escapes, then puts `<mark>` where the marks are; nothing of the text can become HTML.
fn html(marked: &str) -> String {
    let mut out = String::with_capacity(marked.len() + 32);
    let mut open = false;
    for c in marked.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c == MARKS[0] && !open => {
                open = true;
                out.push_str("<mark>");
            }
            c if c == MARKS[1] && open => {
                open = false;
                out.push_str("</mark>");
            }
            c if MARKS.contains(&c) => {}
            c => out.push(c),
        }
    }
    if open {
        out.push_str("</mark>");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_text_becomes_html() {
        assert_eq!(html("<b>\u{2}x\u{3}</b> & \"'"), "&lt;b&gt;<mark>x</mark>&lt;/b&gt; &amp; &quot;&#39;");
        assert_eq!(html("\u{3}a\u{2}b\u{2}c"), "a<mark>bc</mark>");
    }

    #[test]
    fn a_question_needs_a_word() {
        assert!(asks("счёт -оплата") && asks("\"ERP\""));
        assert!(!asks("") && !asks("  ") && !asks("-склад") && !asks("&|! (("));
    }
}
