//! Sessions and signing keys.

use chrono::{DateTime, Utc};
use tasktrack_domain::Result;
use tasktrack_domain::identity::sessions::Session;
use tasktrack_domain::identity::{NewSession, SessionRow, SigningKeyRow};
use tasktrack_domain::ids::UserId;
use uuid::Uuid;

use crate::sql::{Get as _, Row, binds};
use crate::tx::{DbTx, saved};

fn read(row: &Row) -> Result<SessionRow> {
    Ok(SessionRow {
        id: row.get("id")?,
        user_id: row.id("user_id")?,
        refresh_hash: row.get("refresh_hash")?,
        previous_hash: row.get("previous_hash")?,
        successor: row.get("successor")?,
        rotated_at: row.get("rotated_at")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        last_seen_at: row.get("last_seen_at")?,
        ended_at: row.get("ended_at")?,
    })
}

fn read_key(row: &Row) -> Result<SigningKeyRow> {
    Ok(SigningKeyRow {
        kid: row.get("kid")?,
        public_pem: row.get("public_pem")?,
        sealed_private: row.get("sealed_private")?,
        created_at: row.get("created_at")?,
    })
}

impl DbTx {
    pub(crate) async fn store_session(&self, session: NewSession) -> Result<()> {
        let sql = self.fixed(
            "INSERT INTO session (id, user_id, refresh_hash, created_at, expires_at, last_seen_at, user_agent, address) \
             VALUES ($1, $2, $3, $4, $5, $4, $6, $7)",
            binds![
                session.id,
                session.user_id.0,
                session.refresh_hash,
                session.created_at,
                session.expires_at,
                session.user_agent,
                session.address,
            ],
        );
        self.run(sql).await.map(|_| ())
    }

    /// The session, its row locked in a writing unit.
    pub(crate) async fn session(&self, id: Uuid) -> Result<Option<SessionRow>> {
        let mut sql = self.sql(
            "SELECT t.id, t.user_id, t.refresh_hash, t.previous_hash, t.successor, t.rotated_at, t.created_at, t.expires_at, t.last_seen_at, \
             t.ended_at FROM session t WHERE t.id = ",
        );
        sql.bind(id).add(self.lock());
        self.one(sql).await?.as_ref().map(read).transpose()
    }

    pub(crate) async fn change_session(&self, session: &SessionRow) -> Result<()> {
        let sql = self.fixed(
            "UPDATE session SET refresh_hash = $2, previous_hash = $3, successor = $4, rotated_at = $5, expires_at = $6, last_seen_at = $7, \
             ended_at = $8 WHERE id = $1",
            binds![
                session.id,
                &*session.refresh_hash,
                session.previous_hash.clone(),
                session.successor.clone(),
                session.rotated_at,
                session.expires_at,
                session.last_seen_at,
                session.ended_at,
            ],
        );
        saved(self.run(sql).await?)
    }

    pub(crate) async fn sessions_of(&self, user: UserId, now: DateTime<Utc>) -> Result<Vec<Session>> {
        let sql = self.fixed(
            "SELECT id, user_agent, address, created_at, last_seen_at FROM session WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2 \
             ORDER BY last_seen_at DESC, id DESC LIMIT 200",
            binds![user.0, now],
        );
        let read = |row: &Row| {
            Ok(Session {
                id: row.get("id")?,
                current: false,
                user_agent: row.get("user_agent")?,
                address: row.get("address")?,
                created_at: row.get("created_at")?,
                last_seen_at: row.get("last_seen_at")?,
            })
        };
        self.all(sql).await?.iter().map(read).collect()
    }

    pub(crate) async fn close_session(&self, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
        let sql = self.fixed("UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", binds![id, now]);
        Ok(self.run(sql).await? == 1)
    }

    pub(crate) async fn keys(&self) -> Result<Vec<SigningKeyRow>> {
        let sql = self
            .sql("SELECT kid, public_pem, sealed_private, created_at FROM signing_key WHERE retired_at IS NULL ORDER BY created_at, kid");
        self.all(sql).await?.iter().map(read_key).collect()
    }

    /// Under a lock on PostgreSQL, so that of several nodes that start at once one makes the key.
    pub(crate) async fn store_first_key(&self, key: SigningKeyRow) -> Result<bool> {
        if self.pg() {
            self.returning(self.sql("SELECT pg_advisory_xact_lock(hashtextextended('signing_key', 0))")).await?;
        }
        let sql = self.fixed(
            "INSERT INTO signing_key (kid, public_pem, sealed_private, created_at) SELECT $1, $2, $3, $4 \
             WHERE NOT EXISTS (SELECT 1 FROM signing_key WHERE retired_at IS NULL)",
            binds![key.kid, key.public_pem, key.sealed_private, key.created_at],
        );
        Ok(self.run(sql).await? == 1)
    }
}
