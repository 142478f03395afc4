//! Projects and their teams.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tasktrack_domain::actor::ProjectRole;
use tasktrack_domain::change::Change;
use tasktrack_domain::event::NewEvent;
use tasktrack_domain::ids::{AccountId, ProjectId, UserId};
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::ports::Projects;
use tasktrack_domain::projects::overview::{Flow, Load, StatusNumbers};
use tasktrack_domain::projects::{Member, Place, Project};
use tasktrack_domain::refs::{AccountRef, PersonRef};
use tasktrack_domain::tasks::Status;
use tasktrack_domain::{Error, Result};

use crate::paging::{after, by_text};
use crate::refs;
use crate::sql::{Get as _, Row, Sql, binds, json};
use crate::tx::{DbTx, saved};
use crate::visible::{Rows, visible};

const COLUMNS: &str = "SELECT t.id, t.public_id, t.account_id, a.name AS account_name, t.key, t.name, t.description, t.manager_id, \
     m.name AS manager_name, m.avatar_color AS manager_color, t.archived_at, t.board_limits, t.created_at, t.updated_at, t.version, t.event_seq, \
     (SELECT count(*) FROM task o WHERE o.project_id = t.id AND o.status < 4 AND o.archived_at IS NULL AND o.deleted_at IS NULL AND ";
const FROM: &str = ") AS open_tasks FROM project t JOIN account a ON a.id = t.account_id LEFT JOIN users m ON m.id = t.manager_id WHERE ";

fn read(row: &Row) -> Result<Project> {
    let manager = match row.id_opt::<UserId>("manager_id")? {
        Some(id) => Some(PersonRef { id, name: row.get("manager_name")?, avatar_color: row.get("manager_color")? }),
        None => None,
    };
    Ok(Project {
        id: row.id("id")?,
        public_id: row.get("public_id")?,
        account: AccountRef { id: row.id("account_id")?, name: row.get("account_name")? },
        key: row.get("key")?,
        name: row.get("name")?,
        description: row.get("description")?,
        manager,
        archived_at: row.get("archived_at")?,
        board_limits: row.json("board_limits")?,
        open_tasks: row.get("open_tasks")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        version: row.get("version")?,
        event_seq: row.get("event_seq")?,
    })
}

fn place(row: &Row) -> Result<Place> {
    let archived = row.get::<Option<DateTime<Utc>>>("archived_at")?.is_some();
    Ok(Place { account_id: row.id("account_id")?, project: refs::project(row)?, archived })
}

impl DbTx {
    /// Visible projects as tasks know them; a condition may follow.
    fn select_places(&self) -> Sql {
        let mut sql = self.sql("SELECT t.id, t.key, t.name, t.account_id, t.archived_at FROM project t WHERE ");
        visible(&mut sql, Rows::Project, "t", self.scope());
        sql
    }

    /// Visible projects, with how many of the open tasks the actor sees; a condition may follow.
    fn select_projects(&self) -> Sql {
        let mut sql = self.sql(COLUMNS);
        visible(&mut sql, Rows::Task, "o", self.scope());
        sql.add(FROM);
        visible(&mut sql, Rows::Project, "t", self.scope());
        sql
    }

    async fn insert_project(&self, project: &Project) -> Result<()> {
        self.run(self.fixed(
            "INSERT INTO project (id, public_id, account_id, key, name, description, manager_id, archived_at, created_at, updated_at, version, \
             event_seq, board_limits) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            binds![
                project.id.0,
                project.public_id,
                project.account.id.0,
                &*project.key,
                &*project.name,
                &*project.description,
                project.manager.as_ref().map(|m| m.id.0),
                project.archived_at,
                project.created_at,
                project.updated_at,
                project.version,
                project.event_seq,
                json(&project.board_limits)?,
            ],
        ))
        .await?;
        self.run(self.fixed("INSERT INTO project_counter (project_id, last_number) VALUES ($1, 0)", binds![project.id.0])).await?;
        Ok(())
    }
}

#[async_trait]
impl Projects for DbTx {
    async fn find_project(&mut self, id: ProjectId) -> Result<Option<Project>> {
        let mut sql = self.select_projects();
        sql.add(" AND t.id = ").bind(id.0);
        self.one(sql).await?.as_ref().map(read).transpose()
    }

    async fn find_place(&mut self, id: ProjectId) -> Result<Option<Place>> {
        let mut sql = self.select_places();
        sql.add(" AND t.id = ").bind(id.0);
        self.one(sql).await?.as_ref().map(place).transpose()
    }

    async fn lock_project(&mut self, id: ProjectId) -> Result<Option<Project>> {
        let mut sql = self.select_projects();
        sql.add(" AND t.id = ").bind(id.0).add(self.lock());
        self.one(sql).await?.as_ref().map(read).transpose()
    }

    async fn list_projects(
        &mut self,
        accounts: &[AccountId],
        q: Option<&str>,
        archived: bool,
        page: &PageRequest,
    ) -> Result<Page<Project>> {
        let fingerprint = format!("projects {accounts:?} {q:?} {archived}");
        let after = after(page, &fingerprint)?;
        let mut sql = self.select_projects();
        if !accounts.is_empty() {
            sql.add(" AND t.account_id ").any(accounts.iter().copied());
        }
        if !archived {
            sql.add(" AND t.archived_at IS NULL");
        }
        if let Some(q) = q {
            sql.add(" AND (").contains("t.key", q).add(" OR ").contains("t.name", q).add(")");
        }
        by_text(&mut sql, "key", after, page);
        let rows = self.all(sql).await?.iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(rows, page.limit, &fingerprint, |p| vec![p.key.clone().into(), p.id.0.into()]))
    }

    async fn next_project_id(&mut self) -> Result<ProjectId> {
        self.next_id("project").await.map(ProjectId)
    }

    async fn save_project(&mut self, change: Change<Project>) -> Result<Project> {
        self.renames();
        let (project, events) = change.into_parts();
        if project.event_seq == 1 {
            self.insert_project(&project).await?;
        } else {
            let sql = self.fixed(
                "UPDATE project SET name = $2, description = $3, manager_id = $4, archived_at = $5, updated_at = $6, version = $7, event_seq = $8, \
                 board_limits = $9 \
                 WHERE id = $1 AND event_seq < $8",
                binds![
                    project.id.0,
                    &*project.name,
                    &*project.description,
                    project.manager.as_ref().map(|m| m.id.0),
                    project.archived_at,
                    project.updated_at,
                    project.version,
                    project.event_seq,
                    json(&project.board_limits)?,
                ],
            );
            saved(self.run(sql).await?)?;
        }
        self.append_events(events).await?;
        Ok(project)
    }

    async fn members(&mut self, project: ProjectId) -> Result<Vec<Member>> {
        let mut sql = self.sql(
            "SELECT u.id, u.name, u.avatar_color, m.role, m.topic, m.job_title FROM project_member m JOIN users u ON u.id = m.user_id \
             JOIN project t ON t.id = m.project_id WHERE ",
        );
        visible(&mut sql, Rows::Project, "t", self.scope());
        sql.add(" AND t.id = ").bind(project.0).add(" ORDER BY u.name, u.id");
        let read = |row: &Row| {
            Ok(Member { user: refs::person(row)?, role: row.word("role")?, topic: row.get("topic")?, job_title: row.get("job_title")? })
        };
        self.all(sql).await?.iter().map(read).collect()
    }

    async fn set_member(
        &mut self,
        project: ProjectId,
        user: UserId,
        member: Option<(ProjectRole, Option<String>, Option<String>)>,
        events: Vec<NewEvent>,
    ) -> Result<()> {
        let sql = match member {
            Some((role, topic, job_title)) => self.fixed(
                "INSERT INTO project_member (account_id, project_id, user_id, role, topic, job_title) \
                 SELECT p.account_id, p.id, $2, $3, $4, $5 FROM project p WHERE p.id = $1 \
                 ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role, topic = excluded.topic, job_title = excluded.job_title",
                binds![project.0, user.0, role.as_str(), topic, job_title],
            ),
            None => self.fixed("DELETE FROM project_member WHERE project_id = $1 AND user_id = $2", binds![project.0, user.0]),
        };
        if self.run(sql).await? == 0 {
            return Err(Error::not_found("member", user));
        }
        if let Some(last) = events.last() {
            let sql = self.fixed(
                "UPDATE project SET event_seq = $2, updated_at = $3 WHERE id = $1 AND event_seq < $2",
                binds![project.0, last.event_seq, last.occurred_at],
            );
            saved(self.run(sql).await?)?;
        }
        self.append_events(events).await
    }

    async fn status_numbers(
        &mut self,
        project: ProjectId,
        now: DateTime<Utc>,
        week_ends: DateTime<Utc>,
    ) -> Result<Vec<(Status, StatusNumbers)>> {
        self.numbers_by_status(project, now, week_ends).await
    }

    async fn flow(&mut self, project: ProjectId, since: i64) -> Result<Flow> {
        self.flow_since(project, since).await
    }

    async fn loads(&mut self, project: ProjectId, now: DateTime<Utc>, limit: u32) -> Result<Vec<Load>> {
        self.loads_of(project, now, limit).await
    }

    async fn first_project(&mut self) -> Result<Option<Place>> {
        let mut sql = self.select_places();
        sql.add(" AND t.archived_at IS NULL ORDER BY t.id LIMIT 1");
        self.one(sql).await?.as_ref().map(place).transpose()
    }

    async fn workers(&mut self, project: ProjectId) -> Result<Vec<PersonRef>> {
        let team = self.fixed(
            "SELECT u.id, u.name, u.avatar_color FROM project_member m JOIN users u ON u.id = m.user_id \
             WHERE m.project_id = $1 AND u.active AND m.role NOT IN ('client', 'only_issues') ORDER BY u.id",
            binds![project.0],
        );
        let found = self.all(team).await?;
        if !found.is_empty() {
            return found.iter().map(refs::person).collect();
        }
        let account = self.fixed(
            "SELECT u.id, u.name, u.avatar_color FROM project p JOIN account_user au ON au.account_id = p.account_id \
             JOIN users u ON u.id = au.user_id WHERE p.id = $1 AND u.active AND u.role = 'worker' \
             AND NOT EXISTS (SELECT 1 FROM project_member m WHERE m.project_id = p.id AND m.user_id = u.id) ORDER BY u.id",
            binds![project.0],
        );
        self.all(account).await?.iter().map(refs::person).collect()
    }
}
