//! People: the port, with its parts about persons. Sessions and keys are in `sessions`, what decides rights in `rights`.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tasktrack_domain::actor::Actor;
use tasktrack_domain::change::Change;
use tasktrack_domain::identity::sessions::Session;
use tasktrack_domain::identity::{NewSession, SessionRow, SigningKeyRow, User, UserAuth};
use tasktrack_domain::ids::{AccountId, ProjectId, UserId};
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::ports::People;
use tasktrack_domain::refs::PersonRef;
use tasktrack_domain::{Error, Result};
use uuid::Uuid;

use crate::paging::{after, by_text};
use crate::refs;
use crate::sql::{Get as _, Row, Sql, binds};
use crate::tx::{DbTx, saved};
use crate::visible::{Rows, visible};

const SELECT: &str = "SELECT t.id, t.public_id, t.email, t.name, t.phone, t.role, t.language, t.time_zone, t.avatar_color, t.active, \
     t.created_at, t.updated_at, t.version, t.event_seq, t.password_hash FROM users t WHERE ";

fn read(row: &Row) -> Result<User> {
    Ok(User {
        id: row.id("id")?,
        public_id: row.get("public_id")?,
        email: row.get("email")?,
        name: row.get("name")?,
        phone: row.get("phone")?,
        role: row.word("role")?,
        language: row.get("language")?,
        time_zone: row.word("time_zone")?,
        avatar_color: row.get("avatar_color")?,
        active: row.get("active")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        version: row.get("version")?,
        event_seq: row.get("event_seq")?,
    })
}

/// Ends "… WHERE `t.active` AND": people who may take part in the account: let in, or its manager. An admin
/// who was not let in sees the account, but is not one of its people: a tenant can't find out who runs the system.
pub(crate) fn takes_part(sql: &mut Sql, account: AccountId) {
    sql.add("(EXISTS (SELECT 1 FROM account_user au WHERE au.user_id = t.id AND au.account_id = ").bind(account.0);
    sql.add(") OR EXISTS (SELECT 1 FROM account a WHERE a.manager_id = t.id AND a.id = ").bind(account.0).add("))");
}

#[async_trait]
impl People for DbTx {
    async fn list_users(
        &mut self,
        accounts: &[AccountId],
        project: Option<ProjectId>,
        q: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<User>> {
        let fingerprint = format!("users {accounts:?} {project:?} {q:?}");
        let after = after(page, &fingerprint)?;
        let mut sql = self.sql(SELECT);
        visible(&mut sql, Rows::Person, "t", self.scope());
        if !accounts.is_empty() {
            // Not in accounts that the actor doesn't know: who is in them is not theirs to ask.
            let known = || accounts.iter().copied().filter(|id| self.scope().knows(*id));
            sql.add(" AND (EXISTS (SELECT 1 FROM account_user au WHERE au.user_id = t.id AND au.account_id ").any(known());
            sql.add(") OR EXISTS (SELECT 1 FROM account a WHERE a.manager_id = t.id AND a.id ").any(known()).add("))");
        }
        if let Some(project) = project {
            sql.add(" AND EXISTS (SELECT 1 FROM project p WHERE p.id = ").bind(project.0).add(" AND ");
            visible(&mut sql, Rows::Project, "p", self.scope());
            sql.add(
                " AND (p.manager_id = t.id OR EXISTS (SELECT 1 FROM project_member m WHERE m.project_id = p.id AND m.user_id = t.id)))",
            );
        }
        if let Some(q) = q {
            sql.add(" AND (").contains("t.name", q).add(" OR ").contains("t.email", q).add(")");
        }
        by_text(&mut sql, "name", after, page);
        let rows = self.all(sql).await?.iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(rows, page.limit, &fingerprint, |u| vec![u.name.clone().into(), u.id.0.into()]))
    }

    async fn find_user(&mut self, id: UserId) -> Result<Option<User>> {
        let mut sql = self.sql(SELECT);
        visible(&mut sql, Rows::Person, "t", self.scope());
        sql.add(" AND t.id = ").bind(id.0).add(self.lock());
        self.one(sql).await?.as_ref().map(read).transpose()
    }

    async fn lookup_people(&mut self, account: AccountId, ids: &[UserId]) -> Result<Vec<PersonRef>> {
        if ids.is_empty() || !self.scope().knows(account) {
            return Ok(Vec::new());
        }
        let mut sql = self.sql("SELECT t.id, t.name, t.avatar_color FROM users t WHERE t.active AND t.id ");
        sql.any(ids.iter().copied()).add(" AND ");
        takes_part(&mut sql, account);
        sql.add(" ORDER BY t.id");
        self.all(sql).await?.iter().map(refs::person).collect()
    }

    async fn person_by_email(&mut self, account: AccountId, email: &str) -> Result<Option<PersonRef>> {
        if !self.scope().knows(account) {
            return Ok(None);
        }
        let mut sql = self.sql("SELECT t.id, t.name, t.avatar_color FROM users t WHERE t.active AND t.email = ");
        sql.bind(email.trim().to_lowercase()).add(" AND ");
        takes_part(&mut sql, account);
        self.one(sql).await?.as_ref().map(refs::person).transpose()
    }

    async fn find_auth(&mut self, email: &str) -> Result<Option<UserAuth>> {
        let mut sql = self.sql(SELECT);
        sql.add("t.email = ").bind(email.trim().to_lowercase());
        let row = self.one(sql).await?;
        row.map(|row| Ok(UserAuth { user: read(&row)?, password_hash: row.get("password_hash")? })).transpose()
    }

    async fn next_user_id(&mut self) -> Result<UserId> {
        self.next_id("users").await.map(UserId)
    }

    async fn save_user(&mut self, change: Change<User>, password_hash: Option<String>) -> Result<User> {
        self.renames();
        let (user, events) = change.into_parts();
        let mut values = binds![
            user.id.0,
            &*user.email,
            &*user.name,
            user.phone.clone(),
            user.role.as_str(),
            &*user.language,
            user.time_zone.name(),
            &*user.avatar_color,
            user.active,
            user.updated_at,
            user.version,
            user.event_seq,
            password_hash,
        ];
        let sql = if user.event_seq == 1 {
            values.extend(binds![user.public_id, user.created_at]);
            self.fixed(
                "INSERT INTO users (id, email, name, phone, role, language, time_zone, avatar_color, active, updated_at, version, event_seq, \
                 password_hash, public_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
                values,
            )
        } else {
            self.fixed(
                "UPDATE users SET email = $2, name = $3, phone = $4, role = $5, language = $6, time_zone = $7, avatar_color = $8, active = $9, \
                 updated_at = $10, version = $11, event_seq = $12, password_hash = coalesce($13, password_hash) WHERE id = $1 AND event_seq < $12",
                values,
            )
        };
        saved(self.run(sql).await?)?;
        self.append_events(events).await?;
        Ok(user)
    }

    async fn rehash(&mut self, id: UserId, password_hash: String) -> Result<()> {
        let done = self.run(self.fixed("UPDATE users SET password_hash = $2 WHERE id = $1", binds![id.0, password_hash])).await?;
        if done == 1 { Ok(()) } else { Err(Error::not_found("user", id)) }
    }

    async fn count_users(&mut self) -> Result<i64> {
        let row = self.one(self.sql("SELECT count(*) AS count FROM users")).await?;
        row.map_or(Ok(0), |row| row.get("count"))
    }

    async fn load_actor(&mut self, session: Uuid, now: DateTime<Utc>) -> Result<Option<Actor>> {
        self.actor_of_session(session, now).await
    }

    async fn load_actor_of(&mut self, user: UserId, now: DateTime<Utc>) -> Result<Option<Actor>> {
        self.actor_of_user(user, now).await
    }

    async fn insert_session(&mut self, session: NewSession) -> Result<()> {
        self.store_session(session).await
    }

    async fn lock_session(&mut self, id: Uuid) -> Result<Option<SessionRow>> {
        self.session(id).await
    }

    async fn save_session(&mut self, session: &SessionRow) -> Result<()> {
        self.change_session(session).await
    }

    async fn live_sessions(&mut self, user: UserId, now: DateTime<Utc>) -> Result<Vec<Session>> {
        self.sessions_of(user, now).await
    }

    async fn end_session(&mut self, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
        self.close_session(id, now).await
    }

    async fn signing_keys(&mut self) -> Result<Vec<SigningKeyRow>> {
        self.keys().await
    }

    async fn insert_first_signing_key(&mut self, key: SigningKeyRow) -> Result<bool> {
        self.store_first_key(key).await
    }
}
