//! Pages of tasks: one statement for the rows, and one for names that the book does not have.

use chrono::{DateTime, Utc};
use tasktrack_domain::Result;
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::tasks::TaskRow;
use tasktrack_domain::tasks::filter::{TaskFilter, TaskSort};

use super::filter::{conditions, fingerprint, has_due};
use super::order::{self, Column, Key};
use super::row::{Cells, Head, Wanted, head};
use crate::sql::Sql;
use crate::tx::DbTx;

/// A part of a list: all of it, or the tasks with or without a due date.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    Due,
    NotDue,
}

impl DbTx {
    pub(super) async fn task_page(
        &self,
        filter: &TaskFilter,
        sort: &TaskSort,
        page: &PageRequest,
        now: DateTime<Utc>,
    ) -> Result<Page<TaskRow>> {
        let fingerprint = fingerprint(filter, sort);
        let columns = order::columns(sort);
        let keys = page.after(&fingerprint)?.map(|values| order::keys(&columns, &values)).transpose()?;
        let wanted = u64::from(page.limit) + 1;
        let heads = if matches!(columns.first(), Some((Column::Due, _))) {
            self.by_due_date(filter, &columns, keys.as_deref(), wanted).await?
        } else {
            self.part(filter, Part::All, &columns, keys.as_deref(), wanted).await?
        };
        let rows = self.task_rows(heads, now).await?;
        Ok(Page::cut(rows, page.limit, &fingerprint, |row| columns.iter().map(|(column, _)| column.of(row)).collect()))
    }

    /// Tasks with a due date, then those without. The second question is asked only where the first did not fill the page.
    async fn by_due_date(&self, filter: &TaskFilter, columns: &[(Column, bool)], keys: Option<&[Key]>, wanted: u64) -> Result<Vec<Head>> {
        let among_empty = matches!(keys.and_then(<[Key]>::first), Some(Key::Null));
        let mut heads = Vec::new();
        if !among_empty && !filter.due_none {
            heads = self.part(filter, Part::Due, columns, keys, wanted).await?;
        }
        let missing = wanted.saturating_sub(heads.len() as u64);
        if missing > 0 && !has_due(filter) {
            let (rest, keys) = (columns.get(1..).unwrap_or_default(), keys.filter(|_| among_empty).and_then(|keys| keys.get(1..)));
            heads.extend(self.part(filter, Part::NotDue, rest, keys, missing).await?);
        }
        Ok(heads)
    }

    async fn part(
        &self,
        filter: &TaskFilter,
        part: Part,
        columns: &[(Column, bool)],
        keys: Option<&[Key]>,
        limit: u64,
    ) -> Result<Vec<Head>> {
        let mut sql = self.sql("SELECT ");
        self.task_columns(&mut sql);
        sql.add(" FROM task t");
        conditions(&mut sql, self.scope(), filter);
        sql.add(match part {
            Part::All => "",
            Part::Due => " AND t.due_date IS NOT NULL",
            Part::NotDue => " AND t.due_date IS NULL",
        });
        if let Some(keys) = keys {
            order::after(&mut sql, columns, keys, part != Part::All);
        }
        order::order_by(&mut sql, columns, part != Part::All);
        // Part of the text, in a few sizes: with a bound limit PostgreSQL would plan each question anew, which costs as much as answering it.
        sql.add(match limit {
            0..=11 => " LIMIT 11",
            12..=51 => " LIMIT 51",
            52..=101 => " LIMIT 101",
            _ => " LIMIT 201",
        });
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.all(sql).await?.iter().take(limit).map(|row| Head::read(&mut Cells::new(row))).collect()
    }

    /// Adds what [`Head::read`] reads of `task t`.
    pub(crate) fn task_columns(&self, sql: &mut Sql) {
        // Both numbers of sub-tasks as one (see `CHILDREN`): a subquery gives one column.
        sql.add(concat!(head!(), ", (SELECT count(*) * 1000000 + count(CASE WHEN s.status >= 4 THEN 1 END) FROM task s"));
        sql.add(" WHERE s.parent_id = t.id AND s.deleted_at IS NULL");
        self.if_seen(sql, "s", false);
        sql.add(")");
    }

    /// Rows with their names.
    pub(crate) async fn task_rows(&self, heads: Vec<Head>, now: DateTime<Utc>) -> Result<Vec<TaskRow>> {
        if heads.is_empty() {
            return Ok(Vec::new());
        }
        let mut wanted = Wanted::default();
        for head in &heads {
            head.wants(&mut wanted);
        }
        let names = self.names(&wanted, false).await?;
        heads.into_iter().map(|head| head.row(&names, now)).collect()
    }
}
