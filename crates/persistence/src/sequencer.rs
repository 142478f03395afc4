//! Giving positions to committed events (PostgreSQL).
//!
//! An aggregate's row lock makes the order of its commits the order of its `event_seq`: whoever sees a committed event sees all earlier
//! ones of the aggregate. So a snapshot's unplaced events, sorted by aggregate and `event_seq`, can be given the next positions; one
//! transaction at a time does it, with `log_head` locked. The snapshot is taken after the lock, by a statement of its own.

use tasktrack_domain::event::Aggregate;
use tasktrack_domain::{Error, Result};
use uuid::Uuid;

use crate::sql::{Get as _, Row, binds};
use crate::tx::DbTx;

/// An event that waits for its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pending {
    id: Uuid,
    aggregate: (Aggregate, i64),
    commit_id: Uuid,
}

fn read(row: &Row) -> Result<Pending> {
    Ok(Pending { id: row.get("id")?, aggregate: (row.word("aggregate_type")?, row.get("aggregate_id")?), commit_id: row.get("commit_id")? })
}

impl DbTx {
    pub(crate) async fn give_positions(&self, limit: u32) -> Result<Option<i64>> {
        let waiting = self.one(self.sql("SELECT 1 AS one FROM event WHERE position IS NULL LIMIT 1")).await?;
        if waiting.is_none() {
            return Ok(None);
        }
        self.bare("SET LOCAL idle_in_transaction_session_timeout = '5s'").await?;
        let Some(head) = self.one(self.sql("SELECT position FROM log_head WHERE id = 1 FOR UPDATE SKIP LOCKED")).await? else {
            return Ok(None);
        };
        let head: i64 = head.get("position")?;
        let batch = self.batch_of_pending(usize::try_from(limit.max(1)).map_err(Error::internal)?).await?;
        if batch.is_empty() {
            return Ok(None);
        }
        let count = i64::try_from(batch.len()).map_err(Error::internal)?;
        let ids: Vec<Uuid> = batch.iter().map(|event| event.id).collect();
        let placed = self
            .run(self.fixed(
                "UPDATE event SET position = $1 + given.place FROM unnest($2) WITH ORDINALITY AS given (id, place) \
                 WHERE event.id = given.id AND event.position IS NULL",
                binds![head, ids],
            ))
            .await?;
        if i64::try_from(placed).map_err(Error::internal)? != count {
            return Err(Error::internal("an event got its position from elsewhere"));
        }
        self.run(self.fixed("UPDATE log_head SET position = $1 WHERE id = 1", binds![head + count])).await?;
        Ok(Some(head + count))
    }

    /// Up to `limit` events; more only where one commit has more.
    async fn batch_of_pending(&self, mut limit: usize) -> Result<Vec<Pending>> {
        loop {
            let rows = self
                .all(self.fixed(
                    "SELECT id, aggregate_type, aggregate_id, commit_id FROM event WHERE position IS NULL \
                     ORDER BY aggregate_type, aggregate_id, event_seq LIMIT $1",
                    binds![i64::try_from(limit + 1).map_err(Error::internal)?],
                ))
                .await?;
            let pending = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
            let none = pending.is_empty();
            let batch = whole(pending, limit);
            if none || !batch.is_empty() {
                return Ok(batch);
            }
            limit *= 2;
        }
    }
}

/// What can be taken of `pending` (fetched with limit + 1) so that no aggregate's commit is cut: all, or all but the last aggregate,
/// or, of a single aggregate, all but the last commit.
fn whole(mut pending: Vec<Pending>, limit: usize) -> Vec<Pending> {
    let Some(beyond) = pending.get(limit).copied() else { return pending };
    let single = pending.first().is_some_and(|first| first.aggregate == beyond.aggregate);
    pending.retain(|event| if single { event.commit_id != beyond.commit_id } else { event.aggregate != beyond.aggregate });
    pending
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(list: &[(i64, u128)]) -> Vec<Pending> {
        let event = |(n, (id, commit)): (usize, &(i64, u128))| Pending {
            id: Uuid::from_u128(n as u128),
            aggregate: (Aggregate::Task, *id),
            commit_id: Uuid::from_u128(*commit),
        };
        list.iter().enumerate().map(event).collect()
    }
    fn kept(list: &[(i64, u128)], limit: usize) -> usize {
        whole(pending(list), limit).len()
    }

    #[test]
    fn no_commit_is_cut() {
        assert_eq!(kept(&[(1, 1), (1, 2)], 2), 2, "all fit");
        assert_eq!(kept(&[(1, 1), (2, 2), (2, 3)], 2), 1, "the last aggregate waits");
        assert_eq!(kept(&[(1, 1), (1, 2), (1, 2)], 2), 1, "of one aggregate, the last commit waits");
        assert_eq!(kept(&[(1, 1), (1, 1), (1, 1)], 2), 0, "a commit larger than the batch needs a larger batch");
    }
}
