//! Who may move a cursor.

use std::time::Duration;

use tasktrack_domain::ports::Lease;

use crate::support::{Db, Shared};

async fn lease(db: &Db, holder: &str, seconds: i64) -> Option<i64> {
    let mut tx = db.begin().await;
    let lease = tx.readers().lease("relay", holder, seconds).await.unwrap();
    tx.commit().await.unwrap();
    lease.map(|Lease { epoch }| epoch)
}

async fn advance(db: &Db, position: i64, epoch: i64) -> bool {
    let mut tx = db.begin().await;
    let moved = tx.readers().move_cursor("relay/0", position, Some(("relay", epoch))).await.unwrap();
    tx.commit().await.unwrap();
    moved
}

async fn cursor(db: &Db) -> i64 {
    db.read().await.readers().cursor("relay/0").await.unwrap()
}

both! {
    an_epoch_is_a_holder(db) {
        assert_eq!(lease(&db, "a", 60).await, Some(1));
        assert_eq!(lease(&db, "a", 60).await, Some(1), "renewing keeps the epoch");
        assert_eq!(lease(&db, "b", 60).await, None);
        let mut tx = db.begin().await;
        tx.readers().unlease("relay", "b").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(lease(&db, "b", 60).await, None, "only the holder gives it back");
        let mut tx = db.begin().await;
        tx.readers().unlease("relay", "a").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(lease(&db, "b", 60).await, Some(2));
    }
}

both! {
    who_slept_moves_nothing(db) {
        let old = lease(&db, "a", 1).await.unwrap();
        assert!(advance(&db, 5, old).await);
        tokio::time::sleep(Duration::from_millis(1200)).await;
        let new = lease(&db, "b", 60).await.unwrap();
        assert!(new > old);
        assert!(!advance(&db, 9, old).await, "its lease was taken over");
        assert_eq!(cursor(&db).await, 5);
        assert!(advance(&db, 7, new).await);
        assert_eq!(cursor(&db).await, 7);
    }
}

both! {
    of_many_one_gets_it(db) {
        let got: Shared<i64> = Shared::default();
        let all = (0..10).map(|n| {
            let (db, got) = (db.clone(), got.clone());
            tokio::spawn(async move {
                if let Some(epoch) = lease(&db, &format!("node-{n}"), 60).await {
                    got.push(epoch);
                }
            })
        });
        for one in all.collect::<Vec<_>>() {
            one.await.unwrap();
        }
        assert_eq!(got.all(), [1]);
    }
}

both! {
    a_cursor_without_a_lease_is_simply_moved(db) {
        let mut tx = db.begin().await;
        assert_eq!(tx.readers().cursor("feed").await.unwrap(), 0);
        assert!(tx.readers().move_cursor("feed", 3, None).await.unwrap());
        assert!(tx.readers().move_cursor("feed", 4, None).await.unwrap());
        assert!(!tx.readers().move_cursor("feed", 5, Some(("nobody", 1))).await.unwrap());
        assert_eq!(tx.readers().cursor("feed").await.unwrap(), 4);
    }
}

/// The lease's row is held while the cursor moves: a take-over waits for it, and what it leaves is fenced.
#[test]
fn a_take_over_waits_for_a_move_under_way() {
    crate::support::on_postgres(|db| async move {
        let old = lease(&db, "a", 1).await.unwrap();
        let mut tx = db.begin().await;
        assert!(tx.readers().move_cursor("relay/0", 5, Some(("relay", old))).await.unwrap());
        tokio::time::sleep(Duration::from_millis(1200)).await;
        let other = tokio::spawn({
            let db = db.clone();
            async move { lease(&db, "b", 60).await }
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!other.is_finished(), "the row is held");
        tx.commit().await.unwrap();
        assert_eq!(other.await.unwrap(), Some(2));
        assert_eq!(cursor(&db).await, 5);
    });
}
