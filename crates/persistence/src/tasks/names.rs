//! Names behind the ids of a page: from the book, and what it lacks in one statement.

use tasktrack_domain::ids::{ProjectId, TagId, TaskId, UserId};
use tasktrack_domain::refs::{PersonRef, ProjectRef, TagRef, TaskRef};
use tasktrack_domain::tasks::Status;
use tasktrack_domain::{Error, Result};

use super::row::{Cells, Names, Wanted};
use crate::book::Known;
use crate::sql::Sql;
use crate::tx::DbTx;

impl DbTx {
    /// Looks up what is wanted: people, projects and tags from the book where it has them. `all` ignores the tenant filter for parents: a task
    /// that is to be saved must not lose a parent that its editor can't see.
    pub(crate) async fn names(&self, wanted: &Wanted, all: bool) -> Result<Names> {
        let mut names = Names::default();
        let epoch = self.book().map(|book| book.look(|known| names.take(wanted, known)));
        let missing = names.missing(wanted);
        if missing.is_nothing() {
            return Ok(names);
        }
        let mut found = Known::default();
        for row in self.all(self.names_of(&missing, all)).await? {
            let mut c = Cells::new(&row);
            let (kind, id, a, b, code): (i32, i64, String, String, i64) = (c.next()?, c.next()?, c.next()?, c.next()?, c.next()?);
            match kind {
                0 => _ = found.people.insert(UserId(id), PersonRef { id: UserId(id), name: a, avatar_color: b }),
                1 => _ = found.projects.insert(ProjectId(id), ProjectRef { id: ProjectId(id), key: a, name: b }),
                2 => _ = found.tags.insert(TagId(id), TagRef { id: TagId(id), name: a, color: b }),
                _ => {
                    let unknown = || Error::internal(format!("status {code}"));
                    let status = i16::try_from(code).ok().and_then(Status::from_code).ok_or_else(unknown)?;
                    names.tasks.insert(TaskId(id), TaskRef { id: TaskId(id), key: a, title: b, status });
                }
            }
        }
        names.take(&missing, &found);
        if let (Some(book), Some(epoch)) = (self.book(), epoch) {
            book.keep(epoch, found);
        }
        Ok(names)
    }

    fn names_of(&self, wanted: &Wanted, all: bool) -> Sql {
        let mut sql = self.sql("");
        let questions = [
            (
                &wanted.people,
                "SELECT 0 AS kind, u.id, u.name AS a, u.avatar_color AS b, CAST(0 AS bigint) AS code FROM users u WHERE u.id ",
            ),
            (&wanted.projects, "SELECT 1 AS kind, p.id, p.key AS a, p.name AS b, CAST(0 AS bigint) AS code FROM project p WHERE p.id "),
            (&wanted.tags, "SELECT 2 AS kind, g.id, g.name AS a, g.color AS b, CAST(0 AS bigint) AS code FROM tag g WHERE g.id "),
            (&wanted.tasks, "SELECT 3 AS kind, t.id, t.key AS a, t.title AS b, CAST(t.status AS bigint) AS code FROM task t WHERE t.id "),
        ];
        for (number, (ids, text)) in questions.into_iter().filter(|(ids, _)| !ids.is_empty()).enumerate() {
            if number > 0 {
                sql.add(" UNION ALL ");
            }
            sql.add(text).any(ids.iter().copied());
        }
        if !wanted.tasks.is_empty() {
            self.if_seen(&mut sql, "t", all);
        }
        sql
    }
}
