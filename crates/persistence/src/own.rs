//! What is a person's alone: settings, favourites.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tasktrack_domain::Result;
use tasktrack_domain::identity::preferences::Preferences;
use tasktrack_domain::ids::UserId;
use tasktrack_domain::ports::Own;

use crate::sql::{Get as _, binds, json};
use crate::tx::DbTx;

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
}
