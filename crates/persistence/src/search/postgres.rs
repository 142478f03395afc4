//! Searching on PostgreSQL.

use tasktrack_domain::Result;
use tasktrack_domain::ids::{AccountId, CommentId, ProjectId, TaskId};

use super::{CANDIDATES_MAX, Found, HITS_MAX, MARKS, Marked, readable};
use crate::sql::{Sql, binds};
use crate::tasks::row::{Cells, Head};
use crate::tx::DbTx;
use crate::visible::{Rows, visible};

/// The question as a tsquery. The Russian configuration stems Latin words as English ones. Of a question that has only stop words
/// ("и", "to be") the plain words are looked for.
const QUERY: &str = "WITH asked AS MATERIALIZED (SELECT CASE WHEN numnode(websearch_to_tsquery('russian', $1)) > 0 \
     THEN websearch_to_tsquery('russian', $1) ELSE websearch_to_tsquery('simple', $1) END AS q)";

/// Longest text that a piece is cut out of, in characters.
const PIECE_MAX: i32 = 20_000;

impl DbTx {
    /// The best tasks, best first.
    pub(super) async fn find_pg(&self, text: &str, accounts: &[AccountId], projects: &[ProjectId]) -> Result<Vec<Found>> {
        let mut sql = self.fixed(QUERY, binds![text]);
        sql.add(", hit AS (SELECT d.task_id, d.comment_id, ts_rank(d.words, asked.q, 1) AS rank FROM asked, search_doc d JOIN task t ON t.id = d.task_id");
        sql.add(" WHERE d.words @@ ");
        match self.narrowed(accounts, projects) {
            Some(narrowed) => _ = sql.add("(asked.q && ").bind(narrowed).add("::tsquery)"),
            None => _ = sql.add("asked.q"),
        }
        sql.add(" AND t.deleted_at IS NULL AND ");
        visible(&mut sql, Rows::Task, "t", self.scope());
        readable(&mut sql, self.scope());
        sql.add(" LIMIT ").bind(CANDIDATES_MAX);
        sql.add("), best AS (SELECT DISTINCT ON (task_id) task_id, comment_id, rank FROM hit ORDER BY task_id, rank DESC, comment_id) ");
        sql.add("SELECT task_id, comment_id, CAST(rank AS double precision) FROM best ORDER BY rank DESC, task_id DESC LIMIT ");
        sql.bind(i64::try_from(HITS_MAX).unwrap_or(i64::MAX));
        let rows = self.all(sql).await?;
        rows.iter().map(|row| found(&mut Cells::new(row))).collect()
    }

    /// The words that narrow a search to projects or accounts, as a tsquery; `None` for those who see everything and narrow nothing.
    fn narrowed(&self, accounts: &[AccountId], projects: &[ProjectId]) -> Option<String> {
        let any = |letter: char, ids: Vec<i64>| {
            let words: Vec<String> = ids.into_iter().map(|id| format!("'@{letter}{id}'")).collect();
            if words.is_empty() { None } else { Some(format!("({})", words.join(" | "))) }
        };
        let accounts: Vec<i64> = match (accounts.is_empty(), self.scope().everything) {
            (false, _) => accounts.iter().map(|id| id.0).collect(),
            (true, true) => Vec::new(),
            (true, false) => self.scope().accounts.keys().map(|id| id.0).collect(),
        };
        let parts: Vec<String> = [any('p', projects.iter().map(|id| id.0).collect()), any('a', accounts)].into_iter().flatten().collect();
        if parts.is_empty() { None } else { Some(parts.join(" & ")) }
    }

    /// Rows of a page with hits marked. Texts are cut and marked for the page only: that costs more than finding them.
    pub(super) async fn marked_pg(&self, text: &str, shown: &[Found]) -> Result<Vec<(Head, Marked)>> {
        let mut sql = self.fixed(QUERY, binds![text]);
        sql.add(" SELECT ");
        self.task_columns(&mut sql);
        headline(&mut sql, "t.title", "HighlightAll=true");
        headline(&mut sql, "COALESCE(c.body, t.description)", "MaxWords=35, MinWords=15, MaxFragments=2, FragmentDelimiter=\" … \"");
        sql.add(" FROM asked, task t LEFT JOIN comment c ON c.task_id = t.id AND c.id ");
        sql.any(shown.iter().filter_map(|f| f.comment.map(|c| c.0))).add(" WHERE t.id ").any(shown.iter().map(|f| f.task));
        let rows = self.all(sql).await?;
        rows.iter()
            .map(|row| {
                let mut cells = Cells::new(row);
                Ok((Head::read(&mut cells)?, (cells.next()?, cells.next()?)))
            })
            .collect()
    }
}

fn headline(sql: &mut Sql, column: &'static str, options: &'static str) {
    let marks: String = MARKS.iter().collect();
    sql.add(", ts_headline('russian', translate(left(")
        .add(column)
        .add(", ")
        .bind(PIECE_MAX)
        .add("), ")
        .bind(marks)
        .add(", ''), asked.q, ");
    sql.bind(format!("StartSel=\"{}\", StopSel=\"{}\", {options}", MARKS[0], MARKS[1])).add(")");
}

pub(super) fn found(cells: &mut Cells<'_>) -> Result<Found> {
    let (task, comment, rank): (i64, i64, f64) = (cells.next()?, cells.next()?, cells.next()?);
    Ok(Found { task: TaskId(task), comment: (comment != 0).then_some(CommentId(comment)), rank })
}
