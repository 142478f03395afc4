//! The connections of this process, and what each gets.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tasktrack_domain::actor::Actor;
use tasktrack_domain::clock::Clock;
use tasktrack_domain::ctx::World;
use tasktrack_domain::error::{Error, Result};
use tasktrack_domain::event::{EventRecord, EventType};
use tasktrack_domain::gateways::{Fanout, Presence, Signal};
use tasktrack_domain::ids::{CommentId, TaskId, UserId};
use tasktrack_domain::refs::PersonRef;
use tasktrack_domain::tasks::queries::is_internal;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::event::{LiveEvent, View};
use super::presence;
use super::queue::{Cut, Item, Queue};
use super::tail::{self, BATCH, Ring, Source, StoreSource};

/// Open connections a person may have on one node, both kinds together: some twenty tabs.
pub const PER_PERSON: usize = 20;
/// Who comes back with more to catch up reloads instead.
const BACKLOG: usize = 2000;
/// A new connection waits so long for the log.
const PATIENCE: Duration = Duration::from_secs(3);

/// One connection.
pub struct Subscriber {
    pub id: Uuid,
    pub session: Uuid,
    pub user: UserId,
    /// For the comments of one task only.
    pub room: Option<TaskId>,
    pub queue: Queue,
    actor: Mutex<(Arc<Actor>, Instant)>,
    /// Events up to here are not for its queue: it asked (or asks) for them otherwise.
    floor: AtomicI64,
    pub(super) watching: Mutex<BTreeSet<TaskId>>,
}

impl Subscriber {
    /// Who reads, and how long ago that was loaded.
    pub fn actor(&self) -> (Arc<Actor>, Duration) {
        let actor = lock(&self.actor);
        (actor.0.clone(), actor.1.elapsed())
    }
    /// Takes the rights of now; true where they differ from those before.
    pub fn set_actor(&self, new: Actor) -> bool {
        let mut held = lock(&self.actor);
        let differs = !same_rights(&held.0, &new);
        *held = (Arc::new(new), Instant::now());
        differs
    }
    /// The tasks it looks at.
    pub fn watching(&self) -> Vec<TaskId> {
        lock(&self.watching).iter().copied().collect()
    }
    fn offer(&self, event: &Arc<LiveEvent>) -> bool {
        if self.room.is_some() && self.room != event.task_id || event.position <= self.floor.load(Relaxed) {
            return false;
        }
        let wanted = event.view(&lock(&self.actor).0) != View::Nothing;
        wanted && self.queue.push(Item::Event(event.clone()))
    }
}

fn same_rights(a: &Actor, b: &Actor) -> bool {
    let (x, y) = (&a.scope, &b.scope);
    a.role == b.role && x.everything == y.everything && x.accounts == y.accounts && x.projects == y.projects
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) struct State {
    /// Everything up to here was handed out.
    position: i64,
    ring: Ring,
    pub(super) subscribers: HashMap<Uuid, Arc<Subscriber>>,
    /// Who looked at each watched task when that was last told.
    pub(super) shown: HashMap<TaskId, Vec<i64>>,
    pub(super) names: HashMap<i64, (PersonRef, Instant)>,
}

/// Numbers for the metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HubFigures {
    /// Open connections.
    pub sockets: u64,
    /// Events put into queues, once for each connection.
    pub delivered: u64,
    /// Connections cut because they didn't keep up.
    pub cut: u64,
    /// Last position handed out.
    pub position: i64,
}

/// What a returning connection gets.
#[derive(Debug)]
pub enum Backlog {
    Events(Vec<Arc<LiveEvent>>),
    /// It was away for too long: reload everything.
    Reset,
}

/// All connections of this process.
pub struct Hub {
    pub(super) source: Arc<dyn Source>,
    clock: Arc<dyn Clock>,
    pub(super) fanout: Arc<dyn Fanout>,
    pub(super) presence: Arc<dyn Presence>,
    pub(super) state: Mutex<State>,
    progress: watch::Sender<i64>,
    poke: Notify,
    /// Tasks whose presence has to be told.
    pub(super) dirty: Mutex<BTreeSet<TaskId>>,
    pub(super) dirtied: Notify,
    shut: AtomicBool,
    delivered: AtomicU64,
    slow: AtomicU64,
}

impl Hub {
    /// For this world. Nothing runs until [`Self::start`].
    pub fn new(world: &Arc<World>, presence: Arc<dyn Presence>) -> Arc<Self> {
        let source = Arc::new(StoreSource(world.clone()));
        Self::of(source, world.clock.clone(), world.fanout.clone(), presence)
    }

    pub(crate) fn of(source: Arc<dyn Source>, clock: Arc<dyn Clock>, fanout: Arc<dyn Fanout>, presence: Arc<dyn Presence>) -> Arc<Self> {
        let state =
            State { position: 0, ring: Ring::starting_at(0), subscribers: HashMap::new(), shown: HashMap::new(), names: HashMap::new() };
        Arc::new(Self {
            source,
            clock,
            fanout,
            presence,
            state: Mutex::new(state),
            progress: watch::Sender::new(0),
            poke: Notify::new(),
            dirty: Mutex::default(),
            dirtied: Notify::new(),
            shut: AtomicBool::new(false),
            delivered: AtomicU64::new(0),
            slow: AtomicU64::new(0),
        })
    }

    /// Starts following the log and listening to other nodes; within a Tokio runtime, once. `woken`: `Store::woken()`.
    pub fn start(self: &Arc<Self>, woken: watch::Receiver<u64>) {
        tokio::spawn(tail::run(self.clone(), woken));
        tokio::spawn(listen(self.clone(), self.fanout.subscribe()));
        tokio::spawn(presence::tell(self.clone()));
        tokio::spawn(presence::keep(self.clone()));
    }

    /// Tells every connection to come back elsewhere (close code 1012), takes no new ones, and waits until all have left or `patience` is over.
    pub async fn shut_down(&self, patience: Duration) {
        self.shut.store(true, Relaxed);
        for subscriber in self.subscribers() {
            subscriber.queue.cut(Cut::Shutdown);
        }
        self.poke();
        let end = Instant::now() + patience;
        while !self.is_empty() && Instant::now() < end {
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Numbers of now.
    pub fn figures(&self) -> HubFigures {
        let state = lock(&self.state);
        HubFigures {
            sockets: state.subscribers.len() as u64,
            delivered: self.delivered.load(Relaxed),
            cut: self.slow.load(Relaxed),
            position: state.position,
        }
    }

    pub(crate) fn source(&self) -> &dyn Source {
        &*self.source
    }
    pub(crate) fn is_shut(&self) -> bool {
        self.shut.load(Relaxed)
    }
    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.state).subscribers.is_empty()
    }
    pub(crate) fn sockets(&self) -> usize {
        lock(&self.state).subscribers.len()
    }
    /// Looks at the log soon.
    pub(crate) fn poke(&self) {
        self.poke.notify_one();
    }
    pub(crate) async fn poked(&self) {
        self.poke.notified().await;
    }
    pub(crate) fn count_slow(&self) {
        self.slow.fetch_add(1, Relaxed);
    }
    pub(super) fn subscribers(&self) -> Vec<Arc<Subscriber>> {
        lock(&self.state).subscribers.values().cloned().collect()
    }

    /// A new connection. When this returns, every event above the answered position that the actor sees comes through its queue.
    pub async fn join(&self, actor: Actor, session: Uuid, room: Option<TaskId>) -> Result<(Arc<Subscriber>, i64)> {
        let user = actor.id().ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
        let head = self.source.head().await?;
        let subscriber = Arc::new(Subscriber {
            id: self.clock.uuid(),
            session,
            user,
            room,
            queue: Queue::default(),
            actor: Mutex::new((Arc::new(actor), Instant::now())),
            floor: AtomicI64::new(i64::MAX),
            watching: Mutex::default(),
        });
        {
            let mut state = lock(&self.state);
            if self.is_shut() {
                return Err(Error::Unavailable("shutting down".to_owned()));
            }
            if state.subscribers.values().filter(|s| s.user == user).count() >= PER_PERSON {
                return Err(Error::Limited { retry_after: Duration::from_secs(10) });
            }
            state.subscribers.insert(subscriber.id, subscriber.clone());
        }
        self.poke();
        let mut progress = self.progress.subscribe();
        let reached = timeout(PATIENCE, progress.wait_for(|position| *position >= head)).await;
        if !matches!(reached, Ok(Ok(_))) {
            self.leave(&subscriber).await;
            return Err(Error::Unavailable("the event log is not being read".to_owned()));
        }
        let state = lock(&self.state);
        subscriber.floor.store(state.position, Relaxed);
        Ok((subscriber.clone(), state.position))
    }

    /// The connection is over.
    pub async fn leave(&self, subscriber: &Subscriber) {
        self.forget(subscriber);
        for task in subscriber.watching() {
            self.unwatch(subscriber, task).await;
        }
    }

    /// Nothing more for it; what it looked at is forgotten in its own time.
    pub(super) fn forget(&self, subscriber: &Subscriber) {
        lock(&self.state).subscribers.remove(&subscriber.id);
    }

    /// Everything above `position` that does not come through the connection's queue.
    pub async fn backlog(&self, subscriber: &Subscriber, position: i64) -> Result<Backlog> {
        let floor = subscriber.floor.load(Relaxed);
        let in_ring = {
            let state = lock(&self.state);
            if position > state.position {
                // A position from another log (the database was restored): nothing that the client has is sure.
                return Ok(Backlog::Reset);
            }
            state.ring.after(position)
        };
        if let Some(mut events) = in_ring {
            events.retain(|e| e.position <= floor);
            return Ok(Backlog::Events(events));
        }
        let (mut events, mut at, mut read) = (Vec::new(), position, 0);
        while at < floor {
            let records = self.source.after(at, BATCH).await?;
            let Some(last) = records.last().and_then(|r| r.position) else { break };
            read += records.len();
            if read > BACKLOG {
                return Ok(Backlog::Reset);
            }
            at = last;
            for record in records.into_iter().filter(|r| r.position.is_some_and(|p| p <= floor)) {
                events.extend(self.prepare(record).await?);
            }
        }
        Ok(Backlog::Events(events))
    }

    async fn prepare(&self, record: EventRecord) -> Result<Option<Arc<LiveEvent>>> {
        let comment = record.payload.comment.as_ref();
        let hidden = record.event_type == EventType::CommentEdited && is_internal(comment);
        let id = comment.and_then(|c| c.get("id")).and_then(serde_json::Value::as_i64);
        let withdraws = match id {
            Some(id) if hidden => self.source.was_public(&record, CommentId(id)).await?,
            _ => false,
        };
        Ok(LiveEvent::prepare(record, withdraws, self.clock.now()).map(Arc::new))
    }

    /// After a time without connections: begins at the head instead of reading what nobody waits for.
    pub(crate) async fn skip_to_head(&self) -> Result<()> {
        let head = self.source.head().await?;
        let mut state = lock(&self.state);
        // A connection that has its position already must not lose what lies between.
        let joined = state.subscribers.values().any(|s| s.floor.load(Relaxed) != i64::MAX);
        if head > state.position && !joined {
            state.ring = Ring::starting_at(head);
            state.position = head;
            self.progress.send_replace(head);
        }
        Ok(())
    }

    /// Reads the next part of the log and hands it out; says how many events it had.
    pub(crate) async fn advance(&self) -> Result<usize> {
        let position = lock(&self.state).position;
        let records = self.source.after(position, BATCH).await?;
        let read = records.len();
        let Some(last) = records.last().and_then(|r| r.position) else { return Ok(0) };
        for record in records {
            if let Some(event) = self.prepare(record).await? {
                self.hand_out(event);
            }
        }
        lock(&self.state).position = last;
        self.progress.send_replace(last);
        Ok(read)
    }

    fn hand_out(&self, event: Arc<LiveEvent>) {
        let mut state = lock(&self.state);
        if event.position <= state.position {
            return;
        }
        let taken = state.subscribers.values().filter(|s| s.offer(&event)).count();
        self.delivered.fetch_add(taken as u64, Relaxed);
        state.position = event.position;
        state.ring.push(event);
    }

    fn hear(&self, signal: Signal) {
        match signal {
            Signal::Advanced { position } => {
                let state = lock(&self.state);
                if position > state.position && !state.subscribers.is_empty() {
                    self.poke();
                }
            }
            Signal::SessionsEnded { sessions } => self.refresh(|s| sessions.contains(&s.session)),
            Signal::AccessChanged { user_id } => self.refresh(|s| user_id.is_none_or(|id| s.user.0 == id)),
            Signal::Presence { task_id } => self.mark(TaskId(task_id)),
        }
    }

    /// Makes connections load their actor anew.
    fn refresh(&self, which: impl Fn(&Subscriber) -> bool) {
        for subscriber in self.subscribers().iter().filter(|s| which(s)) {
            subscriber.queue.refresh();
        }
    }
}

async fn listen(hub: Arc<Hub>, mut signals: Receiver<Signal>) {
    loop {
        match signals.recv().await {
            Ok(signal) => hub.hear(signal),
            // Some were missed: look at everything.
            Err(RecvError::Lagged(_)) => {
                hub.refresh(|_| true);
                hub.poke();
            }
            Err(RecvError::Closed) => return,
        }
    }
}
