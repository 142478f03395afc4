//! People who watch tasks.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tasktrack_domain::Result;
use tasktrack_domain::ids::{AccountId, TaskId, UserId};
use tasktrack_domain::ports::Watchers;
use tasktrack_domain::refs::PersonRef;

use crate::refs;
use crate::sql::binds;
use crate::tx::DbTx;

#[async_trait]
impl Watchers for DbTx {
    async fn list_watchers(&mut self, task: TaskId) -> Result<Vec<PersonRef>> {
        let text = "SELECT u.id, u.name, u.avatar_color FROM task_watcher w JOIN users u ON u.id = w.user_id WHERE w.task_id = $1 \
                    ORDER BY u.name, u.id";
        self.all(self.fixed(text, binds![task.0])).await?.iter().map(refs::person).collect()
    }

    async fn add_watcher(&mut self, account: AccountId, task: TaskId, user: UserId, at: DateTime<Utc>) -> Result<()> {
        let text = "INSERT INTO task_watcher (task_id, user_id, account_id, created_at) VALUES ($1, $2, $3, $4)";
        self.run(self.fixed(text, binds![task.0, user.0, account.0, at])).await.map(|_| ())
    }

    async fn remove_watcher(&mut self, task: TaskId, user: UserId) -> Result<()> {
        let text = "DELETE FROM task_watcher WHERE task_id = $1 AND user_id = $2";
        self.run(self.fixed(text, binds![task.0, user.0])).await.map(|_| ())
    }
}
