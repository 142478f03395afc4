//! One effect, one answer, however often and however parallel a request comes.

use serde_json::{Value, json};
use tasktrack_domain::Result;
use tasktrack_domain::ctx::{Idempotency, Replay};
use tasktrack_domain::event::{Aggregate, EventType, NewEvent, Payload};
use tasktrack_domain::page::PageRequest;

use crate::support::{Db, Shared};

fn request(key: &str) -> Idempotency {
    Idempotency { principal: "user:1".into(), key: key.into(), operation: "POST /tasks".into(), request_hash: "h".into(), status: 201 }
}

/// An effect that can be counted.
async fn effect(db: &Db, tx: &mut dyn tasktrack_domain::ports::Tx) -> Result<()> {
    let event_seq = tx.events().next_seq(Aggregate::Access, 1).await?;
    let event = NewEvent {
        aggregate: Aggregate::Access,
        aggregate_id: 1,
        event_seq,
        account_id: None,
        event_type: EventType::AccessRefused,
        occurred_at: db.now(),
        payload: Payload::default(),
    };
    tx.events().append(vec![event]).await
}

async fn effects(db: &Db) -> usize {
    db.read().await.events().history(Aggregate::Access, 1, &PageRequest::first(200)).await.unwrap().items.len()
}

async fn answer(db: &Db, request: &Idempotency) -> Result<Option<Replay>> {
    let mut tx = db.system().begin().await?;
    if let Some(replay) = tx.idempotency().claim(request, db.now()).await? {
        return Ok(Some(replay));
    }
    effect(db, &mut *tx).await?;
    tx.idempotency().answer(request, json!({"id": 7}), None).await?;
    tx.commit().await?;
    Ok(None)
}

both! {
    twenty_equal_requests_have_one_effect(db) {
        let replays: Shared<Option<Replay>> = Shared::default();
        let all = (0..20).map(|_| {
            let (db, replays) = (db.clone(), replays.clone());
            tokio::spawn(async move { replays.push(answer(&db, &request("k")).await.unwrap()) })
        });
        for one in all.collect::<Vec<_>>() {
            one.await.unwrap();
        }
        assert_eq!(effects(&db).await, 1);
        let replays = replays.all();
        assert_eq!(replays.iter().filter(|r| r.is_none()).count(), 1);
        let told = Replay { request_hash: "h".into(), commit_id: None, status: 201, body: json!({"id": 7}) };
        assert_eq!(replays.iter().flatten().filter(|r| **r == told).count(), 19);
    }
}

both! {
    a_request_that_failed_may_be_sent_again(db) {
        let mut tx = db.begin().await;
        assert_eq!(tx.idempotency().claim(&request("k"), db.now()).await.unwrap(), None);
        drop(tx);
        assert_eq!(answer(&db, &request("k")).await.unwrap(), None);
        assert_eq!(effects(&db).await, 1);
    }
}

both! {
    nothing_is_an_answer_too(db) {
        let mut tx = db.begin().await;
        tx.idempotency().claim(&request("k"), db.now()).await.unwrap();
        tx.idempotency().answer(&request("k"), Value::Null, None).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.begin().await;
        assert_eq!(tx.idempotency().claim(&request("k"), db.now()).await.unwrap().unwrap().body, Value::Null);
        drop(tx);
        let mut tx = db.begin().await;
        assert_eq!(tx.idempotency().forget_keys(db.now()).await.unwrap(), 1);
        assert_eq!(tx.idempotency().claim(&request("k"), db.now()).await.unwrap(), None);
        assert!(tx.idempotency().answer(&request("other"), Value::Null, None).await.is_err(), "no answer without a claim");
    }
}

both! {
    a_claim_without_an_answer_is_a_conflict(db) {
        let mut tx = db.begin().await;
        tx.idempotency().claim(&request("k"), db.now()).await.unwrap();
        assert_eq!(tx.idempotency().claim(&request("k"), db.now()).await.unwrap_err().code(), "request-in-progress");
    }
}
