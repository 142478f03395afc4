//! The event log: positions, readers, history, time travel.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use tasktrack_domain::Result;
use tasktrack_domain::event::{Aggregate, EventRecord, EventType, NewEvent, Payload};
use tasktrack_domain::page::PageRequest;
use tasktrack_domain::ports::Tx;

use crate::support::{Db, Shared};

/// Appends `count` events of one aggregate to a unit of work.
async fn append(db: &Db, tx: &mut dyn Tx, id: i64, count: i64) -> Result<()> {
    let first = tx.events().next_seq(Aggregate::Access, id).await?;
    let event = |event_seq| NewEvent {
        aggregate: Aggregate::Access,
        aggregate_id: id,
        event_seq,
        account_id: None,
        event_type: EventType::AccessRefused,
        occurred_at: db.now(),
        payload: Payload { snapshot: json!({"seq": event_seq}), ..Payload::default() },
    };
    tx.events().append((first..first + count).map(event).collect()).await
}

async fn commit(db: &Db, id: i64, count: i64) -> Result<()> {
    let mut tx = db.system().begin().await?;
    append(db, &mut *tx, id, count).await?;
    tx.commit().await
}

async fn all(db: &Db) -> Vec<EventRecord> {
    db.read().await.events().after(0, 10_000, None).await.unwrap()
}

fn places(events: &[EventRecord]) -> Vec<(i64, i64, i64)> {
    events.iter().map(|e| (e.position.unwrap(), e.aggregate_id, e.event_seq)).collect()
}

/// a transaction that began first and commits last is not skipped by a reader that went on meanwhile.
#[test]
fn a_late_commit_comes_later_and_comes() {
    crate::support::on_postgres(|db| async move {
        let mut late = db.begin().await;
        append(&db, &mut *late, 1, 1).await.unwrap();
        commit(&db, 2, 1).await.unwrap();
        db.sequence().await;
        assert_eq!(places(&all(&db).await), [(1, 2, 1)], "what is not committed has no place");
        late.commit().await.unwrap();
        db.sequence().await;
        assert_eq!(places(&db.read().await.events().after(1, 10, None).await.unwrap()), [(2, 1, 1)]);
        assert_eq!(db.read().await.events().head().await.unwrap(), 2);
    });
}

/// The second sequencer does not wait, and what the first one took back is given by it.
#[test]
fn one_sequencer_at_a_time() {
    crate::support::on_postgres(|db| async move {
        commit(&db, 1, 2).await.unwrap();
        let mut first = db.begin().await;
        assert_eq!(first.events().sequence(10).await.unwrap(), Some(2));
        let mut second = db.begin().await;
        assert_eq!(second.events().sequence(10).await.unwrap(), None);
        drop(first);
        let given = tokio::time::timeout(Duration::from_secs(3), async {
            loop {
                if let Some(head) = second.events().sequence(10).await.unwrap() {
                    return head;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        assert_eq!(given.await.unwrap(), 2);
        second.commit().await.unwrap();
        assert_eq!(places(&all(&db).await), [(1, 1, 1), (2, 1, 2)]);
    });
}

#[test]
fn a_batch_cuts_no_commit() {
    crate::support::on_postgres(|db| async move {
        commit(&db, 1, 2).await.unwrap();
        commit(&db, 2, 5).await.unwrap();
        let mut heads = Vec::new();
        loop {
            let mut tx = db.begin().await;
            let head = tx.events().sequence(3).await.unwrap();
            tx.commit().await.unwrap();
            match head {
                Some(head) => heads.push(head),
                None => break,
            }
        }
        assert_eq!(heads, [2, 7]);
    });
}

both! {
    /// Writers on few aggregates, several sequencers with small batches, a reader with smaller pages.
    order_holds_under_contention(db) {
        const WRITERS: i64 = 6;
        const COMMITS: i64 = 25;
        let total = usize::try_from(WRITERS * COMMITS * 2).unwrap();
        let done = Arc::new(AtomicBool::new(false));
        let sequencers: Vec<_> = (0..if db.pg() { 3 } else { 0 })
            .map(|_| {
                let (db, done) = (db.clone(), done.clone());
                tokio::spawn(async move {
                    while !done.load(Ordering::Relaxed) {
                        let mut tx = db.begin().await;
                        let head = tx.events().sequence(7).await.unwrap();
                        tx.commit().await.unwrap();
                        if head.is_none() {
                            tokio::time::sleep(Duration::from_millis(3)).await;
                        }
                    }
                })
            })
            .collect();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let db = db.clone();
                tokio::spawn(async move {
                    for n in 0..COMMITS {
                        let mut tx = db.begin().await;
                        append(&db, &mut *tx, (writer + n) % 4, 2).await.unwrap();
                        if n % 3 == 0 {
                            tokio::time::sleep(Duration::from_millis(2)).await;
                        }
                        tx.commit().await.unwrap();
                    }
                })
            })
            .collect();
        let reader = {
            let db = db.clone();
            tokio::spawn(async move {
                let mut seen: Vec<EventRecord> = Vec::new();
                while seen.len() < total {
                    let position = seen.last().map_or(0, |e| e.position.unwrap());
                    let page = db.read().await.events().after(position, 5, None).await.unwrap();
                    let (first, last) = (page.first().map(|e| e.event_seq), page.last().map(|e| e.event_seq));
                    assert!(first.is_none_or(|seq| seq % 2 == 1) && last.is_none_or(|seq| seq % 2 == 0), "half a commit: {:?}", places(&page));
                    if page.is_empty() {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                    seen.extend(page);
                }
                seen
            })
        };
        for writer in writers {
            writer.await.unwrap();
        }
        let seen = tokio::time::timeout(Duration::from_secs(30), reader).await.unwrap().unwrap();
        done.store(true, Ordering::Relaxed);
        for sequencer in sequencers {
            sequencer.await.unwrap();
        }
        let positions: Vec<i64> = seen.iter().map(|e| e.position.unwrap()).collect();
        assert_eq!(positions, (1..=i64::try_from(total).unwrap()).collect::<Vec<_>>(), "no hole, nothing twice");
        let mut last: HashMap<i64, i64> = HashMap::new();
        for event in &seen {
            let before = last.insert(event.aggregate_id, event.event_seq).unwrap_or(0);
            assert_eq!(event.event_seq, before + 1, "aggregate {}", event.aggregate_id);
        }
    }
}

both! {
    a_page_ends_with_a_commit(db) {
        let mut tx = db.begin().await;
        append(&db, &mut *tx, 1, 1).await.unwrap();
        append(&db, &mut *tx, 2, 1).await.unwrap();
        append(&db, &mut *tx, 1, 150).await.unwrap();
        tx.commit().await.unwrap();
        commit(&db, 3, 1).await.unwrap();
        db.sequence().await;
        let page = db.read().await.events().after(0, 2, None).await.unwrap();
        let of_one = page.iter().filter(|e| e.aggregate_id == 1).count();
        assert_eq!(of_one, 151, "aggregate 1 whole");
        let rest = db.read().await.events().after(page.last().unwrap().position.unwrap(), 1000, None).await.unwrap();
        assert_eq!(page.len() + rest.len(), 153, "and nothing is lost between");
    }
}

both! {
    shards_part_the_log(db) {
        for id in 0..6 {
            commit(&db, id, 1).await.unwrap();
        }
        db.sequence().await;
        let mut ids = Vec::new();
        for k in 0..3 {
            let page = db.read().await.events().after(0, 100, Some((k, 3))).await.unwrap();
            assert!(page.iter().all(|e| e.aggregate_id % 3 == k));
            ids.extend(page.iter().map(|e| e.aggregate_id));
        }
        ids.sort_unstable();
        assert_eq!(ids, [0, 1, 2, 3, 4, 5]);
    }
}

both! {
    history_is_newest_first_and_the_past_has_one_snapshot(db) {
        commit(&db, 1, 3).await.unwrap();
        let middle = db.now();
        tokio::time::sleep(Duration::from_millis(2)).await;
        commit(&db, 1, 1).await.unwrap();
        let mut tx = db.read().await;
        let page = tx.events().history(Aggregate::Access, 1, &PageRequest::first(3)).await.unwrap();
        assert_eq!(page.items.iter().map(|e| e.event_seq).collect::<Vec<_>>(), [4, 3, 2]);
        let next = PageRequest { limit: 3, cursor: page.next_cursor };
        assert_eq!(tx.events().history(Aggregate::Access, 1, &next).await.unwrap().items[0].event_seq, 1);
        assert_eq!(tx.events().history(Aggregate::Access, 2, &next).await.unwrap_err().code(), "cursor-mismatch");
        let until = tx.events().until(Aggregate::Access, 1, middle).await.unwrap();
        let snapshots: Vec<_> = until.iter().map(|e| e.payload.snapshot.clone()).collect();
        assert_eq!(snapshots, [json!(null), json!(null), json!({"seq": 3})]);
        assert!(tx.events().knows_event(until[0].id).await.unwrap());
        assert!(!tx.events().knows_event(uuid::Uuid::nil()).await.unwrap());
        assert_eq!(tx.events().until(Aggregate::Access, 9, middle).await.unwrap(), []);
    }
}

both! {
    /// What is taken back leaves neither an event nor a hole.
    a_savepoint_takes_events_back(db) {
        let mut tx = db.begin().await;
        append(&db, &mut *tx, 1, 1).await.unwrap();
        tx.savepoint().await.unwrap();
        append(&db, &mut *tx, 2, 2).await.unwrap();
        tx.release(false).await.unwrap();
        append(&db, &mut *tx, 3, 1).await.unwrap();
        tx.commit().await.unwrap();
        db.sequence().await;
        assert_eq!(places(&all(&db).await), [(1, 1, 1), (2, 3, 1)]);
    }
}

both! {
    parallel_streams_have_no_double_number(db) {
        let errors: Shared<String> = Shared::default();
        let all: Vec<_> = (0..12)
            .map(|_| {
                let (db, errors) = (db.clone(), errors.clone());
                tokio::spawn(async move {
                    if let Err(error) = commit(&db, 0, 1).await {
                        errors.push(error.to_string());
                    }
                })
            })
            .collect();
        for one in all {
            one.await.unwrap();
        }
        assert_eq!(errors.all(), Vec::<String>::new());
        let mut tx = db.begin().await;
        assert_eq!(tx.events().next_seq(Aggregate::Access, 0).await.unwrap(), 13);
    }
}
