//! Searching on SQLite.

use std::collections::HashSet;

use tasktrack_domain::Result;
use tasktrack_domain::ids::{AccountId, ProjectId};

use super::docs::{clean, folded};
use super::postgres::found;
use super::{CANDIDATES_MAX, Found, HITS_MAX, MARKS, Marked, readable};
use crate::tasks::row::{Cells, Head};
use crate::tx::DbTx;
use crate::visible::{Rows, visible};

/// More words of a question than this are left out.
const WORDS_MAX: usize = 16;
/// Characters shown before a hit, and in all.
const BEFORE: usize = 60;
const PIECE_MAX: usize = 240;

/// A question for FTS5: each word in quotation marks (so that nothing of it is syntax) and by its beginning; words with a minus are left
/// out of what is looked for, and must be absent.
fn question(text: &str) -> String {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    let text = folded(text);
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
        let mut sql = self
            .sql("SELECT d.task_id, d.comment_id, -bm25(search_doc, 4.0, 1.0) AS score FROM search_doc d JOIN task t ON t.id = d.task_id");
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
        let mut sql = self.sql("SELECT ");
        self.task_columns(&mut sql);
        sql.add(", d.comment_id, t.title, t.key, coalesce(c.body, t.description), highlight(search_doc, 0, ")
            .bind(open.clone())
            .add(", ")
            .bind(close.clone())
            .add("), highlight(search_doc, 1, ")
            .bind(open)
            .add(", ")
            .bind(close);
        sql.add(") FROM search_doc d JOIN task t ON t.id = d.task_id LEFT JOIN comment c ON c.id = d.comment_id WHERE search_doc MATCH ");
        sql.bind(question(text)).add(" AND d.rowid ").any(shown.iter().map(|f| f.comment.map_or(f.task.0 * 2, |c| c.0 * 2 + 1)));
        self.all(sql).await?.iter().map(|row| marked(&mut Cells::new(row))).collect()
    }
}

fn marked(cells: &mut Cells<'_>) -> Result<(Head, Marked)> {
    let head = Head::read(cells)?;
    let (comment, title, key, body): (i64, String, String, String) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    let (marked_title, marked_body): (String, String) = (cells.next()?, cells.next()?);
    // The document of a comment has no title.
    let title = if comment == 0 { without_key(restored(&marked_title, &format!("{title} {key}")), &key) } else { clean(&title) };
    Ok((head, (title, piece(&restored(&marked_body, &body)))))
}

/// The marks of a folded text in the text as it was written.
fn restored(marked: &str, written: &str) -> String {
    let written = clean(written);
    let mut letters = written.chars();
    marked.chars().map(|c| if MARKS.contains(&c) { c } else { letters.next().unwrap_or(c) }).collect()
}

/// The words around the first hit.
fn piece(marked: &str) -> String {
    let letters: Vec<char> = marked.chars().collect();
    let hit = letters.iter().position(|c| *c == MARKS[0]).unwrap_or(0);
    let space =
        |from: usize, to: usize| letters.get(from..to).and_then(|part| part.iter().position(|c| c.is_whitespace())).map(|at| from + at);
    let start = if hit <= BEFORE { 0 } else { space(hit - BEFORE, hit).map_or(hit - BEFORE, |at| at + 1) };
    let end = letters.len().min(start + PIECE_MAX);
    let end = if end == letters.len() { end } else { space(end, letters.len().min(end + BEFORE)).unwrap_or(end) };
    let text: String = letters.get(start..end).unwrap_or_default().iter().collect();
    format!("{}{text}{}", if start > 0 { "… " } else { "" }, if end < letters.len() { " …" } else { "" })
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
        assert_eq!(question("счёт* OR (x) -y \"a b\""), "(\"счет*\"* \"OR\"* \"(x)\"* \"a\"* \"b\"*) NOT \"y\"*");
        assert_eq!(question("title:x NEAR(a"), "\"title:x\"* \"NEAR(a\"*");
    }

    #[test]
    fn hits_are_shown_in_the_text_as_written() {
        assert_eq!(restored("\u{2}счет\u{3} Ее", "счёт Её"), "\u{2}счёт\u{3} Её");
        let long = format!("{}\u{2}x\u{3}{}", "слово ".repeat(40), " конец".repeat(80));
        let piece = piece(&long);
        assert!(
            piece.starts_with("… слово") && piece.ends_with("конец …") && piece.contains("\u{2}x\u{3}") && piece.chars().count() < 320,
            "{piece}"
        );
        assert_eq!(super::piece("\u{2}a\u{3} b"), "\u{2}a\u{3} b");
    }

    #[test]
    fn the_key_is_not_shown_in_the_title() {
        assert_eq!(without_key("Счёт \u{2}ERP\u{3}-12".into(), "ERP-12"), "Счёт");
        assert_eq!(without_key("Счёт".into(), "ERP-12"), "Счёт");
    }
}
