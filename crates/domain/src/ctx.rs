//! What a use case gets: who asks, why, and the ways to the database, the clock and randomness.

use std::sync::{Arc, OnceLock};

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::actor::{Actor, Scope};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::event::Cause;
use crate::gateways::{Fanout, Passwords, Random, Signal};
use crate::ports::{Store, Tx, TxOptions};

/// A request that may be sent again: its effect and its answer are stored in one transaction under this key.
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// Who sent it (`user:7`).
    pub principal: String,
    /// As the client chose, at most 255 characters.
    pub key: String,
    /// Method and path.
    pub operation: String,
    /// SHA-256 of the body, hex.
    pub request_hash: String,
    /// HTTP status of a good answer.
    pub status: u16,
}

/// Where the id of a commit is left for whoever asked for it: with it the change can be taken back.
#[derive(Clone, Debug, Default)]
pub struct Receipt(Arc<OnceLock<Uuid>>);

impl Receipt {
    /// The id, once something was committed that events tell of.
    pub fn commit(&self) -> Option<Uuid> {
        self.0.get().copied()
    }
    fn write(&self, commit: Option<Uuid>) {
        if let Some(commit) = commit {
            // A request has one commit; whoever makes more (jobs) asks for no receipt.
            let _ = self.0.set(commit);
        }
    }
}

/// An answer given before to the same request.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    pub request_hash: String,
    /// Of the first request.
    pub commit_id: Option<Uuid>,
    pub status: u16,
    pub body: Value,
}

/// Ways to the world, the same for all requests of a process.
#[derive(Clone)]
pub struct World {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub passwords: Arc<dyn Passwords>,
    pub fanout: Arc<dyn Fanout>,
    pub settings: Arc<Settings>,
}

/// The few settings that rules depend on.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Our name on the wire (`task-track`).
    pub source: String,
    /// Who may register.
    pub registration: crate::identity::Registration,
    /// How long a message waits for its task before it is a dead letter.
    pub parked_hours: i64,
    /// How long a change can be taken back.
    pub undo_seconds: i64,
}

/// Context of one operation.
#[derive(Clone)]
pub struct Ctx {
    pub world: Arc<World>,
    pub actor: Actor,
    pub cause: Cause,
    /// `If-Match`, where the client sent one.
    pub if_match: Option<i64>,
    pub idempotency: Option<Idempotency>,
    pub receipt: Receipt,
}

impl Ctx {
    /// A context without preconditions.
    pub fn new(world: Arc<World>, actor: Actor, cause: Cause) -> Self {
        Self { world, actor, cause, if_match: None, idempotency: None, receipt: Receipt::default() }
    }
    /// Now.
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.world.clock.now()
    }
    fn options(&self, scope: Arc<Scope>) -> TxOptions {
        TxOptions {
            scope,
            actor: self.actor.user.clone(),
            cause: self.cause.clone(),
            commit_id: self.world.clock.uuid(),
            clock: self.world.clock.clone(),
        }
    }
    /// A writing unit of work. Where the request was answered before, [`Error::Replayed`] instead.
    pub async fn begin(&self) -> Result<Box<dyn Tx>> {
        let mut tx = self.world.store.begin(self.options(self.actor.scope.clone())).await?;
        if let Some(request) = &self.idempotency
            && let Some(replay) = tx.idempotency().claim(request, self.now()).await?
        {
            return Err(if replay.request_hash == request.request_hash {
                self.receipt.write(replay.commit_id);
                Error::Replayed(Box::new(replay))
            } else {
                Error::invalid("", "idempotency-key-reused", "this Idempotency-Key was used for another request")
            });
        }
        Ok(tx)
    }
    /// A reading unit of work; nothing can be written with it.
    pub async fn read(&self) -> Result<Box<dyn Tx>> {
        self.world.store.read(self.options(self.actor.scope.clone())).await
    }
    /// Ends a unit of work: `answer` (what REST will say) is stored for a repeat of the request, all is committed, and the
    /// sequencer is woken.
    pub async fn commit(&self, mut tx: Box<dyn Tx>, answer: &(impl Serialize + Sync)) -> Result<()> {
        let commit = tx.told();
        if let Some(request) = &self.idempotency {
            let body = serde_json::to_value(answer).map_err(Error::internal)?;
            tx.idempotency().answer(request, body, commit).await?;
        }
        tx.commit().await?;
        self.receipt.write(commit);
        self.world.store.wake();
        Ok(())
    }
    /// Tells all nodes; never waits.
    pub async fn signal(&self, signal: Signal) {
        self.world.fanout.publish(signal).await;
    }
    /// The scope under which sign-in and system tasks look.
    pub fn as_system(&self) -> Self {
        Self { actor: Actor { scope: Arc::new(Scope::system()), ..self.actor.clone() }, ..self.clone() }
    }
}
