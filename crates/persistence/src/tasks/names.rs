//! Names behind the ids of a page, all in one statement: five questions to the primary keys cost one round trip.

use tasktrack_domain::ids::{ProjectId, TagId, TaskId, UserId};
use tasktrack_domain::refs::{PersonRef, ProjectRef, TagRef, TaskRef};
use tasktrack_domain::tasks::Status;
use tasktrack_domain::tasks::task::Children;
use tasktrack_domain::{Error, Result};

use super::row::{Cells, Names, Wanted};
use crate::sql::Sql;
use crate::tx::DbTx;
use crate::visible::{Rows, visible};

impl DbTx {
    /// Looks up what is wanted. `all` ignores the tenant filter for parents and sub-tasks: a task that is to be saved must not lose a parent
    /// that its editor can't see.
    pub(crate) async fn names(&self, wanted: &Wanted, all: bool) -> Result<Names> {
        let mut names = Names::default();
        let mut sql = self.sql("");
        for (number, (ids, text)) in [
            (&wanted.people, "SELECT 0 AS kind, u.id, u.name AS a, u.avatar_color AS b, CAST(0 AS bigint) AS m, CAST(0 AS bigint) AS n FROM users u WHERE u.id "),
            (&wanted.projects, "SELECT 1 AS kind, p.id, p.key, p.name, CAST(0 AS bigint), CAST(0 AS bigint) FROM project p WHERE p.id "),
            (&wanted.tags, "SELECT 2 AS kind, g.id, g.name, g.color, CAST(0 AS bigint), CAST(0 AS bigint) FROM tag g WHERE g.id "),
        ]
        .into_iter()
        .filter(|(ids, _)| !ids.is_empty())
        .enumerate()
        {
            if number > 0 {
                sql.add(" UNION ALL ");
            }
            sql.add(text).any(ids.iter().copied());
        }
        if !wanted.tasks.is_empty() {
            sql.add(
                " UNION ALL SELECT 3 AS kind, t.id, t.key, t.title, CAST(t.status AS bigint), CAST(0 AS bigint) FROM task t WHERE t.id ",
            )
            .any(wanted.tasks.iter().copied());
            self.seen(&mut sql, all);
        }
        if !wanted.parents.is_empty() {
            sql.add(" UNION ALL SELECT 4 AS kind, t.parent_id, '', '', count(*), count(CASE WHEN t.status >= 4 THEN 1 END) FROM task t WHERE t.parent_id ");
            sql.any(wanted.parents.iter().copied()).add(" AND t.deleted_at IS NULL");
            self.seen(&mut sql, all);
            sql.add(" GROUP BY t.parent_id");
        }
        for row in self.all(sql).await? {
            let mut c = Cells::new(&row);
            let (kind, id, a, b, m, n): (i32, i64, String, String, i64, i64) =
                (c.next()?, c.next()?, c.next()?, c.next()?, c.next()?, c.next()?);
            match kind {
                0 => _ = names.people.insert(UserId(id), PersonRef { id: UserId(id), name: a, avatar_color: b }),
                1 => _ = names.projects.insert(ProjectId(id), ProjectRef { id: ProjectId(id), key: a, name: b }),
                2 => _ = names.tags.insert(TagId(id), TagRef { id: TagId(id), name: a, color: b }),
                3 => {
                    let status = i16::try_from(m).ok().and_then(Status::from_code).ok_or_else(|| Error::internal(format!("status {m}")))?;
                    names.tasks.insert(TaskId(id), TaskRef { id: TaskId(id), key: a, title: b, status });
                }
                _ => _ = names.children.insert(TaskId(id), Children { total: m, done: n }),
            }
        }
        Ok(names)
    }

    fn seen(&self, sql: &mut Sql, all: bool) {
        if !all {
            sql.add(" AND ");
            visible(sql, Rows::Task, "t", self.scope());
        }
    }
}
