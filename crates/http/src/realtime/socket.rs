//! One WebSocket: reading with limits, sending without being held up, heart-beat, rights of now.

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, ProtocolError, Session};
use futures_util::StreamExt as _;
use serde::Serialize;
use serde_json::json;
use tasktrack_domain::Error;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, sleep_until, timeout};

use super::event::LiveEvent;
use super::hub::{Hub, Subscriber};
use super::queue::{Cut, Item, Next};

/// Largest frame, and largest message of several frames.
pub const FRAME: usize = 64 * 1024;
/// Messages a second a client may send, and as many at once.
pub const PER_SECOND: u32 = 20;
/// So many above that and the connection is closed.
const PATIENCE_WITH_FLOOD: u32 = 100;
/// Rights this old are loaded anew before anything is told or done.
pub const RIGHTS: Duration = Duration::from_secs(5);
/// Without the database, rights this old end the connection.
const RIGHTS_AT_MOST: Duration = Duration::from_secs(60);
/// Rights of silent connections are looked at by at most so many loads a second in this process.
const LOADS_PER_SECOND: u64 = 200;
const LOOK: Duration = Duration::from_secs(5);
const PING_EVERY: Duration = Duration::from_secs(20);
const SILENCE: Duration = Duration::from_secs(60);
/// A send that takes longer has no reader.
const SEND: Duration = Duration::from_secs(30);
const LAST_WORD: Duration = Duration::from_secs(1);

/// Close code: nobody is signed in, or not any more.
pub const NOT_SIGNED_IN: u16 = 4001;
/// Close code: signed in, but this is not for them.
pub const NOT_ALLOWED: u16 = 4003;

/// How a connection ends.
#[derive(Debug)]
pub enum End {
    /// The other side is gone.
    Left,
    /// We close.
    Close(CloseCode, &'static str),
}

impl End {
    /// Closes with one of our own codes.
    pub fn own(code: u16, why: &'static str) -> Self {
        Self::Close(CloseCode::Other(code), why)
    }
}

/// What differs between the kinds of connections.
#[expect(async_fn_in_trait, reason = "connections stay on the thread that accepted them")]
pub trait Protocol {
    /// First words.
    async fn start(&mut self, conn: &mut Conn) -> Result<(), End>;
    /// A text of the client.
    async fn message(&mut self, conn: &mut Conn, text: &str) -> Result<(), End>;
    /// An event that passed the filter when it was queued; to be filtered again.
    async fn event(&mut self, conn: &mut Conn, event: &LiveEvent) -> Result<(), End>;
    /// The actor's rights are others now.
    async fn rights_changed(&mut self, conn: &mut Conn) -> Result<(), End>;
    /// How long events wait after the start for the client's first message.
    fn hold(&self) -> Duration {
        Duration::ZERO
    }
}

/// An open connection.
pub struct Conn {
    pub hub: Arc<Hub>,
    pub subscriber: Arc<Subscriber>,
    session: Session,
}

impl Conn {
    /// Sends a text; ends instead of waiting for a reader that doesn't read.
    pub async fn send(&mut self, text: &str) -> Result<(), End> {
        tokio::select! {
            sent = self.session.text(text) => sent.map_err(|_| End::Left),
            cut = self.subscriber.queue.until_cut() => Err(self.cut(cut)),
            () = sleep(SEND) => Err(self.cut(Cut::Slow)),
        }
    }

    /// Sends a value as JSON.
    pub async fn send_json(&mut self, value: &impl Serialize) -> Result<(), End> {
        match serde_json::to_string(value) {
            Ok(text) => self.send(&text).await,
            Err(error) => {
                tracing::error!(%error, "live: a message can't be written");
                Err(End::Close(CloseCode::Error, "internal"))
            }
        }
    }

    /// Tells of an error; the connection goes on.
    pub async fn send_error(&mut self, error: &Error) -> Result<(), End> {
        let (code, detail) = told(error);
        self.send_json(&json!({"type": "error", "code": code, "detail": detail})).await
    }

    fn cut(&self, why: Cut) -> End {
        match why {
            Cut::Slow => {
                self.hub.count_slow();
                End::Close(CloseCode::Again, "too slow; come back and resume")
            }
            Cut::Shutdown => End::Close(CloseCode::Restart, "restarting; come back"),
        }
    }

    /// Loads the actor anew; true where the rights differ.
    async fn load_rights(&self) -> Result<bool, End> {
        match self.hub.source().actor(self.subscriber.session).await {
            Ok(Some(actor)) => Ok(self.subscriber.set_actor(actor)),
            Ok(None) => Err(End::own(NOT_SIGNED_IN, "the session has ended")),
            Err(error) => {
                tracing::debug!(%error, "live: rights can't be loaded");
                Err(End::Close(CloseCode::Again, "not available; come back"))
            }
        }
    }

    /// Rights that are at most [`RIGHTS`] old.
    async fn fresh_rights(&mut self, protocol: &mut impl Protocol) -> Result<(), End> {
        if self.subscriber.actor().1 >= RIGHTS && self.load_rights().await? {
            protocol.rights_changed(self).await?;
        }
        Ok(())
    }

    /// A look at a connection where nothing happens.
    async fn look(&mut self, protocol: &mut impl Protocol) -> Result<(), End> {
        let age = self.subscriber.actor().1;
        let turn = Duration::from_millis(self.hub.sockets() as u64 * 1000 / LOADS_PER_SECOND);
        if age < RIGHTS.max(turn) {
            return Ok(());
        }
        match self.load_rights().await {
            Ok(true) => protocol.rights_changed(self).await,
            Ok(false) => Ok(()),
            Err(End::Close(CloseCode::Again, _)) if age < RIGHTS_AT_MOST.max(turn * 2) => Ok(()),
            Err(end) => Err(end),
        }
    }
}

/// Code and words of an error for a client: never what only the log may say.
fn told(error: &Error) -> (String, String) {
    if let Error::Internal(text) | Error::Unavailable(text) = error {
        tracing::error!(code = error.code(), error = %text, "live: a message of a client failed");
    }
    let detail = match error {
        Error::Forbidden { detail, .. } | Error::Conflict { detail, .. } | Error::BadRequest { detail, .. } => detail.clone(),
        Error::NotFound { what, .. } => format!("there is no such {what}, or you can't see it"),
        Error::Invalid(violations) => {
            let lines: Vec<_> = violations.iter().map(|v| format!("{}: {}", v.pointer.trim_start_matches('/'), v.detail)).collect();
            lines.join("; ")
        }
        other => tasktrack_domain::codes::find(other.code()).map_or_else(String::new, |c| c.about.to_owned()),
    };
    (error.code().to_owned(), detail)
}

/// Reads a client's message; what can't be read is an error like any other.
pub fn parse<'a, T: serde::Deserialize<'a>>(text: &'a str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::bad_request("invalid-json", error.to_string()))
}

/// Accepts the upgrade.
pub fn accept(req: &HttpRequest, body: web::Payload) -> Result<(HttpResponse, Session, AggregatedMessageStream), actix_web::Error> {
    let (response, session, stream) = actix_ws::handle(req, body)?;
    Ok((response, session, stream.max_frame_size(FRAME).aggregate_continuations().max_continuation_size(FRAME)))
}

/// Closes a connection that never was one.
pub async fn close(session: Session, code: CloseCode, why: &'static str) {
    let reason = CloseReason { code, description: Some(why.to_owned()) };
    let _ = timeout(LAST_WORD, session.close(Some(reason))).await;
}

/// Takes a connection out of the hub whatever becomes of its task: also when that panics or is dropped.
struct Guard(Arc<Hub>, Arc<Subscriber>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.forget(&self.1);
    }
}

/// Serves a connection to its end.
pub async fn run(
    hub: Arc<Hub>,
    subscriber: Arc<Subscriber>,
    session: Session,
    stream: AggregatedMessageStream,
    mut protocol: impl Protocol,
) {
    let _guard = Guard(hub.clone(), subscriber.clone());
    let mut conn = Conn { hub, subscriber, session };
    let end = serve(&mut conn, stream, &mut protocol).await;
    conn.hub.leave(&conn.subscriber).await;
    if let End::Close(code, why) = end {
        close(conn.session, code, why).await;
    }
}

async fn serve(conn: &mut Conn, stream: AggregatedMessageStream, protocol: &mut impl Protocol) -> End {
    match exchange(conn, stream, protocol).await {
        Ok(()) => End::Left,
        Err(end) => end,
    }
}

async fn exchange(conn: &mut Conn, mut stream: AggregatedMessageStream, protocol: &mut impl Protocol) -> Result<(), End> {
    let mut heard = Instant::now();
    let mut pinged = heard;
    let mut flood = Flood::new(heard);
    // Looks are spread: connections that came together don't load their rights together.
    let spread = Duration::from_millis(u64::from(conn.subscriber.id.as_fields().0) % 5000);
    let mut looks = interval_at(heard + LOOK + spread, LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let released = heard + protocol.hold();
    let mut holding = !protocol.hold().is_zero();
    protocol.start(conn).await?;
    loop {
        tokio::select! {
            message = stream.next() => {
                let message = match message {
                    None => return Err(End::Left),
                    Some(Ok(message)) => message,
                    Some(Err(error)) => return Err(unreadable(&error)),
                };
                heard = Instant::now();
                match message {
                    AggregatedMessage::Text(text) => match flood.pass(heard) {
                        Pass::Yes => {
                            conn.fresh_rights(protocol).await?;
                            protocol.message(conn, &text).await?;
                            holding = false;
                        }
                        Pass::No => conn.send_error(&Error::Limited { retry_after: Duration::from_secs(1) }).await?,
                        Pass::Enough => return Err(End::Close(CloseCode::Policy, "too many messages")),
                    },
                    AggregatedMessage::Binary(_) => return Err(End::Close(CloseCode::Unsupported, "text frames only")),
                    AggregatedMessage::Ping(payload) => match flood.pass(heard) {
                        Pass::Yes => conn.session.pong(&payload).await.map_err(|_| End::Left)?,
                        Pass::No => {}
                        Pass::Enough => return Err(End::Close(CloseCode::Policy, "too many messages")),
                    },
                    AggregatedMessage::Pong(_) => {}
                    AggregatedMessage::Close(_) => return Err(End::Close(CloseCode::Normal, "")),
                }
            }
            next = conn.subscriber.queue.next(), if !holding => match next {
                Next::Item(Item::Event(event)) => {
                    conn.fresh_rights(protocol).await?;
                    protocol.event(conn, &event).await?;
                }
                Next::Item(Item::Text(text)) => conn.send(&text).await?,
                Next::Refresh => if conn.load_rights().await? {
                    protocol.rights_changed(conn).await?;
                },
                Next::Cut(why) => return Err(conn.cut(why)),
            },
            () = sleep_until(released), if holding => holding = false,
            _ = looks.tick() => {
                let now = Instant::now();
                if now.duration_since(heard) >= SILENCE {
                    return Err(End::Close(CloseCode::Away, "nothing was heard"));
                }
                if now.duration_since(pinged) >= PING_EVERY {
                    pinged = now;
                    timeout(SEND, conn.session.ping(b"")).await.map_err(|_| conn.cut(Cut::Slow))?.map_err(|_| End::Left)?;
                }
                conn.look(protocol).await?;
            }
        }
    }
}

fn unreadable(error: &ProtocolError) -> End {
    match error {
        ProtocolError::Overflow => End::Close(CloseCode::Size, "frames of at most 64 kB"),
        // A message of several frames that together are too large is told so, too; a broken connection can't be told anything.
        ProtocolError::Io(_) => End::Close(CloseCode::Size, "messages of at most 64 kB of UTF-8"),
        _ => End::Close(CloseCode::Protocol, "not a WebSocket frame"),
    }
}

/// Whether a message passes.
#[derive(Debug, PartialEq, Eq)]
enum Pass {
    Yes,
    No,
    Enough,
}

/// [`PER_SECOND`] messages a second.
struct Flood {
    /// The bucket is full again then.
    full_at: Instant,
    refused: u32,
}

impl Flood {
    fn new(now: Instant) -> Self {
        Self { full_at: now, refused: 0 }
    }
    fn pass(&mut self, now: Instant) -> Pass {
        let step = Duration::from_secs(1) / PER_SECOND;
        let full_at = self.full_at.max(now) + step;
        if full_at.duration_since(now) <= Duration::from_secs(1) {
            self.full_at = full_at;
            return Pass::Yes;
        }
        self.refused += 1;
        if self.refused > PATIENCE_WITH_FLOOD { Pass::Enough } else { Pass::No }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_refused_then_ended() {
        let start = Instant::now();
        let mut flood = Flood::new(start);
        for _ in 0..PER_SECOND {
            assert_eq!(flood.pass(start), Pass::Yes);
        }
        assert_eq!(flood.pass(start), Pass::No);
        assert_eq!(flood.pass(start + Duration::from_millis(50)), Pass::Yes);
        for _ in 1..PATIENCE_WITH_FLOOD {
            assert_eq!(flood.pass(start + Duration::from_millis(50)), Pass::No);
        }
        assert_eq!(flood.pass(start + Duration::from_millis(50)), Pass::Enough);
    }

    #[test]
    fn the_log_reads_more_than_the_client() {
        let (code, detail) = told(&Error::Internal("SELECT secret".into()));
        assert_eq!(code, "internal");
        assert!(!detail.contains("SELECT"));
        let (code, detail) = told(&Error::invalid("/body", "required", "must not be empty"));
        assert_eq!((code.as_str(), detail.as_str()), ("invalid", "body: must not be empty"));
    }
}
