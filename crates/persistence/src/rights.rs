//! What decides a person's rights, loaded in three statements: the person (of a live session), accounts, memberships.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tasktrack_domain::Result;
use tasktrack_domain::actor::{Actor, ProjectRole, Role, Scope, Standing};
use tasktrack_domain::ids::{AccountId, ProjectId, UserId};
use uuid::Uuid;

use crate::refs;
use crate::sql::{Get as _, Row, Sql, binds};
use crate::tx::DbTx;

impl DbTx {
    pub(crate) async fn actor_of_session(&self, session: Uuid, now: DateTime<Utc>) -> Result<Option<Actor>> {
        let sql = self.fixed(
            "SELECT u.id, u.public_id, u.name, u.avatar_color, u.role FROM session s JOIN users u ON u.id = s.user_id \
             WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND u.active",
            binds![session, now],
        );
        let actor = self.actor(sql, now).await?;
        Ok(actor.map(|actor| Actor { session: Some(session), ..actor }))
    }

    pub(crate) async fn actor_of_user(&self, user: UserId, now: DateTime<Utc>) -> Result<Option<Actor>> {
        let sql = self
            .fixed("SELECT u.id, u.public_id, u.name, u.avatar_color, u.role FROM users u WHERE u.id = $1 AND u.active", binds![user.0]);
        self.actor(sql, now).await
    }

    async fn actor(&self, person: Sql, now: DateTime<Utc>) -> Result<Option<Actor>> {
        let Some(row) = self.one(person).await? else { return Ok(None) };
        let (user, role) = (refs::person(&row)?, row.word::<Role>("role")?);
        let admin = role == Role::Admin;
        let places = if admin { Places::default() } else { self.places(user.id).await? };
        let mut accounts = BTreeMap::new();
        for row in self.account_rows(user.id, admin).await? {
            let id: AccountId = row.id("id")?;
            accounts.insert(id, standing(&row, id, user.id, role, &places, now)?);
        }
        // What a person is in a project counts only where they are let into its account.
        let projects =
            places.0.into_iter().filter(|(_, (account, _))| accounts.contains_key(account)).map(|(id, (_, role))| (id, role)).collect();
        let scope = Scope { everything: admin, user_id: Some(user.id), accounts, projects };
        Ok(Some(Actor { user: Some(user), public_id: Some(row.get("public_id")?), session: None, role, scope: Arc::new(scope) }))
    }

    /// Permitted and managed accounts; all for an admin.
    async fn account_rows(&self, user: UserId, admin: bool) -> Result<Vec<Row>> {
        let sql = if admin {
            self.sql("SELECT a.id, a.time_zone, a.expires_at, a.manager_id FROM account a")
        } else {
            self.fixed(
                "SELECT a.id, a.time_zone, a.expires_at, a.manager_id FROM account a WHERE a.manager_id = $1 \
                 OR a.id IN (SELECT au.account_id FROM account_user au WHERE au.user_id = $1)",
                binds![user.0],
            )
        };
        self.all(sql).await
    }

    async fn places(&self, user: UserId) -> Result<Places> {
        let sql = self.fixed(
            "SELECT m.project_id AS id, m.account_id, m.role FROM project_member m WHERE m.user_id = $1 \
             UNION ALL SELECT p.id, p.account_id, 'project_manager' FROM project p WHERE p.manager_id = $1",
            binds![user.0],
        );
        let mut places = Places::default();
        for row in self.all(sql).await? {
            let (id, account, role): (ProjectId, AccountId, ProjectRole) = (row.id("id")?, row.id("account_id")?, row.word("role")?);
            let place = places.0.entry(id).or_insert((account, role));
            if role == ProjectRole::ProjectManager {
                place.1 = role;
            }
        }
        Ok(places)
    }
}

/// Projects in whose team a person is, or which they manage.
#[derive(Default)]
struct Places(BTreeMap<ProjectId, (AccountId, ProjectRole)>);

impl Places {
    /// Whether nothing limits the person in the account: they are in no team there, or in one with more than a visitor's role.
    fn unlimited(&self, account: AccountId) -> bool {
        let mut roles = self.0.values().filter(|(of, _)| *of == account).map(|(_, role)| *role).peekable();
        roles.peek().is_none() || roles.any(|role| !matches!(role, ProjectRole::Client | ProjectRole::OnlyIssues))
    }
}

fn standing(row: &Row, account: AccountId, me: UserId, role: Role, places: &Places, now: DateTime<Utc>) -> Result<Standing> {
    let manages = matches!(role, Role::Admin | Role::Manager) || row.id_opt::<UserId>("manager_id")? == Some(me);
    let full = manages || role == Role::Finance || places.unlimited(account);
    let expired = row.get::<Option<DateTime<Utc>>>("expires_at")?.is_some_and(|at| at <= now);
    Ok(Standing { manages, full, expired, zone: row.word("time_zone")? })
}
