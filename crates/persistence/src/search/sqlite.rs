//! Searching on SQLite.

use std::collections::HashSet;

use tasktrack_domain::Result;
use tasktrack_domain::ids::{AccountId, ProjectId};

use super::postgres::found;
use super::{CANDIDATES_MAX, Found, HITS_MAX, MARKS, Marked, readable};
use crate::tasks::row::{Cells, Head, head};
use crate::tx::DbTx;
use crate::visible::{Rows, visible};

/// More words of a question than this are left out.
const WORDS_MAX: usize = 16;

/// A question for FTS5: each word in quotation marks (so that nothing of it is syntax) and by its beginning; words with a minus are left
/// out of what is looked for, and must be absent.
fn question(text: &str) -> String {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for word in text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).take(WORDS_MAX) {
        let quoted = |word: &str| format!("\"{}\"*", word.replace('"', " ").trim());
        match word.strip_prefix('-') {
            Some(word) => without.push(quoted(word)),
            None => with.push(quoted(word)),
        }
    }
    let mut question = with.join(" ");
    for word in without {
        question = format!("({question}) NOT {word}");
    }
    question
}

impl DbTx {
    /// The best tasks, best first.
    pub(super) async fn find_sqlite(&self, text: &str, accounts: &[AccountId], projects: &[ProjectId]) -> Result<Vec<Found>> {
        let mut sql = self.sql("SELECT d.task_id, d.comment_id, -bm25(search_doc, 4.0, 1.0) AS score FROM search_doc d JOIN task t ON t.id = d.task_id");
        sql.add(" WHERE search_doc MATCH ").bind(question(text)).add(" AND t.deleted_at IS NULL AND ");
        visible(&mut sql, Rows::Task, "t", self.scope());
        if !accounts.is_empty() {
            sql.add(" AND t.account_id ").any(accounts.iter().copied());
        }
        if !projects.is_empty() {
            sql.add(" AND t.project_id ").any(projects.iter().copied());
        }
        readable(&mut sql, self.scope());
        sql.add(" ORDER BY score DESC, d.task_id DESC, d.comment_id LIMIT ").bind(CANDIDATES_MAX);
        let mut seen = HashSet::new();
        let mut best = Vec::new();
        for row in self.all(sql).await? {
            let found = found(&mut Cells::new(&row))?;
            if best.len() < HITS_MAX && seen.insert(found.task) {
                best.push(found);
            }
        }
        Ok(best)
    }

    /// Rows of a page with hits marked.
    pub(super) async fn marked_sqlite(&self, text: &str, shown: &[Found]) -> Result<Vec<(Head, Marked)>> {
        let [open, close] = MARKS.map(|mark| mark.to_string());
        let mut sql = self.sql(concat!("SELECT ", head!(), ", CASE WHEN d.comment_id = 0 THEN highlight(search_doc, 0, "));
        sql.bind(open.clone()).add(", ").bind(close.clone()).add(") ELSE t.title END, t.key, snippet(search_doc, 1, ");
        sql.bind(open).add(", ").bind(close).add(", '…', 32) FROM search_doc d JOIN task t ON t.id = d.task_id WHERE search_doc MATCH ");
        sql.bind(question(text)).add(" AND d.rowid ").any(shown.iter().map(|f| f.comment.map_or(f.task.0 * 2, |c| c.0 * 2 + 1)));
        let rows = self.all(sql).await?;
        rows.iter()
            .map(|row| {
                let mut cells = Cells::new(row);
                let head = Head::read(&mut cells)?;
                let (title, key, snippet): (String, String, String) = (cells.next()?, cells.next()?, cells.next()?);
                Ok((head, (without_key(title, &key), snippet)))
            })
            .collect()
    }
}

/// The document's title ends with the key, which may have been hit; the title that is shown does not.
fn without_key(title: String, key: &str) -> String {
    let plain = |text: &str| text.chars().filter(|c| !MARKS.contains(c)).collect::<String>();
    let marked = title.rsplit_once(' ').filter(|(_, last)| plain(last) == key).map(|(rest, _)| rest.to_owned());
    marked.unwrap_or(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_question_is_syntax() {
        assert_eq!(question("счёт* OR (x) -y \"a b\""), "(\"счёт*\"* \"OR\"* \"(x)\"* \"a\"* \"b\"*) NOT \"y\"*");
        assert_eq!(question("title:x NEAR(a"), "\"title:x\"* \"NEAR(a\"*");
    }

    #[test]
    fn the_key_is_not_shown_in_the_title() {
        assert_eq!(without_key("Счёт \u{2}ERP\u{3}-12".into(), "ERP-12"), "Счёт");
        assert_eq!(without_key("Счёт".into(), "ERP-12"), "Счёт");
    }
}
