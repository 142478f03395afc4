//! Numbers over a filter.

use chrono::{DateTime, Duration, Utc};
use tasktrack_domain::Result;
use tasktrack_domain::ids::{ProjectId, UserId};
use tasktrack_domain::tasks::filter::{Group, GroupCount, TaskFilter};
use tasktrack_domain::tasks::{Priority, Status};

use super::filter::conditions;
use crate::sql::Sql;
use crate::tx::DbTx;

/// Where counting ends: more is "more than 10000".
const COUNT_MAX: i64 = 10_001;

/// Groups of [`Group::Due`], in the order of their codes.
const DUE: [&str; 5] = ["overdue", "today", "week", "later", "none"];

impl DbTx {
    pub(super) async fn task_count(&self, filter: &TaskFilter) -> Result<i64> {
        let mut sql = self.sql("SELECT count(*) FROM (SELECT 1 FROM task t");
        conditions(&mut sql, self.scope(), filter);
        sql.add(" LIMIT ").bind(COUNT_MAX).add(") counted");
        let row = self.one(sql).await?;
        row.map_or(Ok(0), |row| super::row::Cells::new(&row).next())
    }

    pub(super) async fn task_groups(&self, filter: &TaskFilter, group: Group, now: DateTime<Utc>, offset: i32) -> Result<Vec<GroupCount>> {
        let offset = Duration::seconds(i64::from(offset));
        let midnight = ((now.naive_utc() + offset).date().and_time(chrono::NaiveTime::MIN) - offset).and_utc();
        let mut sql = match group {
            Group::Status => self.sql("SELECT CAST(t.status AS bigint) AS value, count(*) AS count FROM task t"),
            Group::Priority => self.sql("SELECT CAST(t.priority AS bigint) AS value, count(*) AS count FROM task t"),
            Group::Project => self.sql("SELECT t.project_id AS value, count(*) AS count FROM task t"),
            Group::Assignee => {
                self.sql("SELECT a.user_id AS value, count(*) AS count FROM task t LEFT JOIN task_assignee a ON a.task_id = t.id")
            }
            Group::Due => self.due_groups(now, midnight),
        };
        conditions(&mut sql, self.scope(), filter);
        if group == Group::Due {
            // What has ended and was due before today is in no group: it is neither late nor still to come.
            sql.add(" AND (t.due_date IS NULL OR t.status < 4 OR t.due_date >= ").bind(midnight).add(")");
        }
        sql.add(" GROUP BY 1");
        let mut counts: Vec<(Option<i64>, i64)> = Vec::new();
        for row in self.all(sql).await? {
            let mut cells = super::row::Cells::new(&row);
            counts.push((cells.next()?, cells.next()?));
        }
        // In the order of the codes; nobody last.
        counts.sort_by_key(|(value, _)| (value.is_none(), *value));
        self.labelled(group, counts).await
    }

    /// Codes of [`DUE`]; `midnight` began the day of the reader.
    fn due_groups(&self, now: DateTime<Utc>, midnight: DateTime<Utc>) -> Sql {
        let mut sql = self.sql("SELECT CAST(CASE WHEN t.due_date IS NULL THEN 4 WHEN t.due_date < ");
        sql.bind(now).add(" AND t.status < 4 THEN 0 WHEN t.due_date < ").bind(midnight + Duration::days(1));
        sql.add(" THEN 1 WHEN t.due_date < ").bind(midnight + Duration::days(8));
        sql.add(" THEN 2 ELSE 3 END AS bigint) AS value, count(*) AS count FROM task t");
        sql
    }

    async fn labelled(&self, group: Group, counts: Vec<(Option<i64>, i64)>) -> Result<Vec<GroupCount>> {
        let ids = || counts.iter().filter_map(|(value, _)| *value);
        let people = if group == Group::Assignee { self.person_refs(ids().map(UserId)).await? } else { Default::default() };
        let projects = if group == Group::Project { self.project_refs(ids().map(ProjectId)).await? } else { Default::default() };
        let small = |value: i64| i16::try_from(value).unwrap_or(-1);
        Ok(counts
            .into_iter()
            .map(|(value, count)| {
                let (value, label) = match (group, value) {
                    (_, None) => ("none".to_owned(), "none".to_owned()),
                    (Group::Status, Some(v)) => word(Status::from_code(small(v)).map(Status::as_str)),
                    (Group::Priority, Some(v)) => word(Priority::from_code(small(v)).map(Priority::as_str)),
                    (Group::Due, Some(v)) => word(usize::try_from(v).ok().and_then(|v| DUE.get(v)).copied()),
                    (Group::Assignee, Some(v)) => (v.to_string(), people.get(&UserId(v)).map_or_else(String::new, |p| p.name.clone())),
                    (Group::Project, Some(v)) => (v.to_string(), projects.get(&ProjectId(v)).map_or_else(String::new, |p| p.name.clone())),
                };
                GroupCount { value, label, count }
            })
            .collect())
    }
}

fn word(word: Option<&'static str>) -> (String, String) {
    let word = word.unwrap_or("none");
    (word.to_owned(), word.to_owned())
}
