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

    /// All groups in one statement: the tasks are looked for once, and what was found is counted by each.
    pub(super) async fn task_groups(
        &self,
        filter: &TaskFilter,
        groups: &[Group],
        now: DateTime<Utc>,
        offset: i32,
    ) -> Result<Vec<GroupCount>> {
        let offset = Duration::seconds(i64::from(offset));
        let midnight = ((now.naive_utc() + offset).date().and_time(chrono::NaiveTime::MIN) - offset).and_utc();
        let mut sql = self.sql("WITH found AS ");
        sql.add(if groups.len() > 1 { "MATERIALIZED (" } else { "(" });
        sql.add("SELECT t.id, t.status, t.priority, t.project_id");
        if groups.contains(&Group::Due) {
            due_group(&mut sql, now, midnight);
        }
        sql.add(" FROM task t");
        conditions(&mut sql, self.scope(), filter);
        sql.add(") ");
        for (number, group) in groups.iter().enumerate() {
            if number > 0 {
                sql.add(" UNION ALL ");
            }
            sql.add("SELECT CAST(").bind(i64::try_from(number).unwrap_or_default()).add(" AS bigint) AS number, CAST(");
            sql.add(match group {
                Group::Status => "f.status AS bigint) AS value, count(*) AS count FROM found f GROUP BY f.status",
                Group::Priority => "f.priority AS bigint) AS value, count(*) AS count FROM found f GROUP BY f.priority",
                Group::Project => "f.project_id AS bigint) AS value, count(*) AS count FROM found f GROUP BY f.project_id",
                Group::Assignee => {
                    "a.user_id AS bigint) AS value, count(*) AS count FROM found f LEFT JOIN task_assignee a ON a.task_id = f.id GROUP BY a.user_id"
                }
                // What has ended and was due before today is in no group: it is neither late nor still to come.
                Group::Due => "f.due AS bigint) AS value, count(*) AS count FROM found f WHERE f.due >= 0 GROUP BY f.due",
            });
        }
        let mut counts: Vec<(usize, Option<i64>, i64)> = Vec::new();
        for row in self.all(sql).await? {
            let mut cells = super::row::Cells::new(&row);
            counts.push((usize::try_from(cells.next::<i64>()?).unwrap_or_default(), cells.next()?, cells.next()?));
        }
        // In the order of the codes; nobody last.
        counts.sort_by_key(|(number, value, _)| (*number, value.is_none(), *value));
        let named = counts.into_iter().filter_map(|(number, value, count)| groups.get(number).map(|group| (*group, value, count)));
        self.labelled(named.collect()).await
    }

    async fn labelled(&self, counts: Vec<(Group, Option<i64>, i64)>) -> Result<Vec<GroupCount>> {
        let ids = |of: Group| counts.iter().filter(move |(group, ..)| *group == of).filter_map(|(_, value, _)| *value);
        let people = self.person_refs(ids(Group::Assignee).map(UserId)).await?;
        let projects = self.project_refs(ids(Group::Project).map(ProjectId)).await?;
        let small = |value: i64| i16::try_from(value).unwrap_or(-1);
        Ok(counts
            .into_iter()
            .map(|(group, value, count)| {
                let (value, label) = match (group, value) {
                    (_, None) => ("none".to_owned(), "none".to_owned()),
                    (Group::Status, Some(v)) => word(Status::from_code(small(v)).map(Status::as_str)),
                    (Group::Priority, Some(v)) => word(Priority::from_code(small(v)).map(Priority::as_str)),
                    (Group::Due, Some(v)) => word(usize::try_from(v).ok().and_then(|v| DUE.get(v)).copied()),
                    (Group::Assignee, Some(v)) => (v.to_string(), people.get(&UserId(v)).map_or_else(String::new, |p| p.name.clone())),
                    (Group::Project, Some(v)) => (v.to_string(), projects.get(&ProjectId(v)).map_or_else(String::new, |p| p.name.clone())),
                };
                GroupCount { group, value, label, count }
            })
            .collect())
    }
}

/// Adds the column `due`: codes of [`DUE`], or -1. `midnight` began the day of the reader.
fn due_group(sql: &mut Sql, now: DateTime<Utc>, midnight: DateTime<Utc>) {
    sql.add(", CASE WHEN t.due_date IS NULL THEN 4 WHEN t.due_date < ").bind(now).add(" AND t.status < 4 THEN 0 WHEN t.due_date < ");
    sql.bind(midnight).add(" AND t.status >= 4 THEN -1 WHEN t.due_date < ").bind(midnight + Duration::days(1));
    sql.add(" THEN 1 WHEN t.due_date < ").bind(midnight + Duration::days(8)).add(" THEN 2 ELSE 3 END AS due");
}

fn word(word: Option<&'static str>) -> (String, String) {
    let word = word.unwrap_or("none");
    (word.to_owned(), word.to_owned())
}
