//! What is a person's alone: settings, favourites.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tasktrack_domain::Result;
use tasktrack_domain::identity::favourites::{Favourite, Thing};
use tasktrack_domain::identity::preferences::Preferences;
use tasktrack_domain::ids::UserId;
use tasktrack_domain::ports::Own;
use tasktrack_domain::tasks::Status;

use crate::sql::{Get as _, Row, binds, json};
use crate::tx::DbTx;
use crate::visible::{Rows, visible};

#[async_trait]
impl Own for DbTx {
    async fn preferences(&mut self, user: UserId) -> Result<Preferences> {
        if !self.only_reads() {
            // There may be no row yet that could be locked.
            self.lock_name(&format!("preferences {user}")).await?;
        }
        let row = self.one(self.fixed("SELECT version, chosen FROM preference WHERE user_id = $1", binds![user.0])).await?;
        row.map_or_else(|| Ok(Preferences::default()), |row| Ok(Preferences { version: row.get("version")?, values: row.json("chosen")? }))
    }

    async fn save_preferences(&mut self, user: UserId, preferences: &Preferences, now: DateTime<Utc>) -> Result<()> {
        let sql = self.fixed(
            "INSERT INTO preference (user_id, chosen, updated_at, version) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (user_id) DO UPDATE SET chosen = excluded.chosen, updated_at = excluded.updated_at, version = excluded.version",
            binds![user.0, json(&preferences.values)?, now, preferences.version],
        );
        self.run(sql).await.map(|_| ())
    }

    async fn favourites(&mut self, user: UserId) -> Result<Vec<Favourite>> {
        let mut sql =
            self.sql("SELECT f.kind, f.thing_id, f.rank, t.title, t.key, t.status FROM favourite f JOIN task t ON t.id = f.thing_id");
        sql.add(" WHERE f.kind = 'task' AND f.user_id = ").bind(user.0).add(" AND t.deleted_at IS NULL AND ");
        visible(&mut sql, Rows::Task, "t", self.scope());
        sql.add(" UNION ALL SELECT f.kind, f.thing_id, f.rank, t.name, t.key, CAST(NULL AS smallint) FROM favourite f JOIN project t");
        sql.add(" ON t.id = f.thing_id WHERE f.kind = 'project' AND f.user_id = ").bind(user.0).add(" AND ");
        visible(&mut sql, Rows::Project, "t", self.scope());
        sql.add(" UNION ALL SELECT f.kind, f.thing_id, f.rank, t.name, CAST(NULL AS text), CAST(NULL AS smallint) FROM favourite f JOIN saved_view t");
        sql.add(" ON t.id = f.thing_id WHERE f.kind = 'view' AND f.user_id = ").bind(user.0).add(" AND ");
        visible(&mut sql, Rows::View, "t", self.scope());
        sql.add(" ORDER BY rank, kind, thing_id");
        let read = |row: &Row| {
            let status: Option<i16> = row.get("status")?;
            Ok(Favourite {
                kind: row.word("kind")?,
                id: row.get("thing_id")?,
                title: row.get("title")?,
                key: row.get("key")?,
                status: status.and_then(Status::from_code),
            })
        };
        self.all(sql).await?.iter().map(read).collect()
    }

    async fn favourite_places(&mut self, user: UserId) -> Result<Vec<(Thing, String)>> {
        self.lock_name(&format!("favourites {user}")).await?;
        let sql = self.fixed("SELECT kind, thing_id, rank FROM favourite WHERE user_id = $1 ORDER BY rank, kind, thing_id", binds![user.0]);
        let read = |row: &Row| Ok((Thing { kind: row.word("kind")?, id: row.get("thing_id")? }, row.get("rank")?));
        self.all(sql).await?.iter().map(read).collect()
    }

    async fn put_favourite(&mut self, user: UserId, thing: Thing, rank: &str) -> Result<()> {
        let sql = self.fixed(
            "INSERT INTO favourite (user_id, kind, thing_id, rank) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (user_id, kind, thing_id) DO UPDATE SET rank = excluded.rank",
            binds![user.0, thing.kind.as_str(), thing.id, rank],
        );
        self.run(sql).await.map(|_| ())
    }

    async fn delete_favourite(&mut self, user: UserId, thing: Thing) -> Result<()> {
        let sql = self.fixed(
            "DELETE FROM favourite WHERE user_id = $1 AND kind = $2 AND thing_id = $3",
            binds![user.0, thing.kind.as_str(), thing.id],
        );
        self.run(sql).await.map(|_| ())
    }
}
