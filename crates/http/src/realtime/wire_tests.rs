//! Live connections over real sockets; everything behind the hub is in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tasktrack_domain::clock::SystemClock;
use tasktrack_domain::ctx::{Settings, World};
use tasktrack_domain::error::{Error, Result};
use tasktrack_domain::gateways::{
    AccessClaims, Limiter, OneTime, PasswordCheck, Passwords, Quota, Random, Signal, Taken, TokenError, Tokens,
};
use tasktrack_domain::identity::Registration;
use tasktrack_domain::ports::{Store, Tx, TxOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use uuid::Uuid;

use super::tests::{FakeFanout, FakePresence, Rig, worker};
use super::{comments, live, ticket};
use crate::state::{Http, HttpSettings};

/// A world where tickets, tokens and limits work and the database doesn't answer.
#[derive(Default)]
struct Bare {
    tickets: Mutex<HashMap<String, String>>,
    count: std::sync::atomic::AtomicU64,
}

#[async_trait]
impl Store for Bare {
    async fn begin(&self, _: TxOptions) -> Result<Box<dyn Tx>> {
        Err(Error::Unavailable("secret cause".into()))
    }
    async fn read(&self, _: TxOptions) -> Result<Box<dyn Tx>> {
        Err(Error::Unavailable("secret cause".into()))
    }
    fn wake(&self) {}
    fn woken(&self) -> watch::Receiver<u64> {
        watch::channel(0).1
    }
    fn kind(&self) -> &'static str {
        "sqlite"
    }
    async fn ping(&self) -> Result<()> {
        Err(Error::Unavailable("secret cause".into()))
    }
}
impl Random for Bare {
    fn token(&self) -> String {
        format!("token{}", self.count.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
    }
    fn below(&self, _: usize) -> usize {
        0
    }
}
#[async_trait]
impl Passwords for Bare {
    async fn hash(&self, _: String) -> Result<String> {
        Err(Error::internal("none"))
    }
    async fn verify(&self, _: String, _: Option<String>) -> Result<PasswordCheck> {
        Ok(PasswordCheck::Wrong)
    }
}
impl Tokens for Bare {
    fn issue(&self, _: &AccessClaims) -> Result<String> {
        Err(Error::internal("none"))
    }
    fn verify(&self, _: &str, _: DateTime<Utc>) -> Result<AccessClaims, TokenError> {
        Err(TokenError::Invalid)
    }
    fn jwks(&self) -> Value {
        Value::Null
    }
    fn public_key_pem(&self) -> String {
        String::new()
    }
}
#[async_trait]
impl Limiter for Bare {
    async fn take(&self, _: &str, _: Quota) -> Taken {
        Taken { allowed: true, remaining: 1, retry_after: Duration::ZERO }
    }
}
#[async_trait]
impl OneTime for Bare {
    async fn put(&self, key: &str, value: String, _: Duration) {
        self.tickets.lock().unwrap().insert(key.to_owned(), value);
    }
    async fn take(&self, key: &str) -> Option<String> {
        self.tickets.lock().unwrap().remove(key)
    }
}

struct Site {
    rig: Rig,
    http: web::Data<Http>,
    port: u16,
    server: ServerHandle,
}

impl Site {
    async fn open() -> Self {
        let rig = Rig::new();
        let bare = Arc::new(Bare::default());
        let settings = Settings { source: "task-track".into(), registration: Registration::Off, parked_hours: 1, undo_seconds: 120 };
        let world = World {
            store: bare.clone(),
            clock: Arc::new(SystemClock),
            random: bare.clone(),
            passwords: bare.clone(),
            fanout: Arc::new(FakeFanout(rig.signals.clone())),
            settings: Arc::new(settings),
        };
        let http = Http::new(Arc::new(world), bare.clone(), bare.clone(), bare, Arc::new(FakePresence::default()), HttpSettings::default());
        let (http, hub) = (web::Data::new(http), web::Data::from(rig.hub.clone()));
        let (shared, of_app) = (http.clone(), hub.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .app_data(of_app.clone())
                .route("/live", web::get().to(live::open))
                .route("/ws/tasks/{id}/comments", web::get().to(comments::open))
                .route("/ready", web::get().to(crate::health::ready))
                .route("/alive", web::get().to(crate::health::live))
        });
        let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
        let port = server.addrs()[0].port();
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { rig, http, port, server: handle }
    }
    /// A ticket of person 7, who is signed in.
    async fn ticket(&self) -> String {
        let actor = worker(7);
        self.rig.log.actors.lock().unwrap().insert(actor.session.unwrap(), actor.clone());
        ticket::issue(&self.http, &actor).await.unwrap().ticket
    }
    async fn get(&self, path: &str, origin: &str) -> Client {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let origin = if origin.is_empty() { String::new() } else { format!("Origin: {origin}\r\n") };
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{origin}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n\r\n",
            self.port
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(stream.read_u8().await.unwrap());
        }
        let status = String::from_utf8(answer).unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        Client { stream, status }
    }
    async fn live(&self) -> Client {
        let ticket = self.ticket().await;
        let client = self.get(&format!("/live?ticket={ticket}"), "http://127.0.0.1:8080").await;
        assert_eq!(client.status, 101);
        client
    }
}

struct Client {
    stream: TcpStream,
    status: u16,
}

impl Client {
    /// Masked with zeros, which changes nothing.
    async fn frame(&mut self, opcode: u8, payload: &[u8]) {
        let mut frame = vec![0x80 | opcode];
        match payload.len() {
            short @ 0..126 => frame.push(0x80 | short as u8),
            long @ 126..65536 => {
                frame.push(0x80 | 126);
                frame.extend((long as u16).to_be_bytes());
            }
            huge => {
                frame.push(0x80 | 127);
                frame.extend((huge as u64).to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend(payload);
        // The server may have closed already.
        let _ = self.stream.write_all(&frame).await;
    }
    async fn send(&mut self, value: Value) {
        self.frame(1, value.to_string().as_bytes()).await;
    }
    async fn next(&mut self) -> (u8, Vec<u8>) {
        let read = async {
            let opcode = self.stream.read_u8().await.unwrap() & 0x0f;
            let length = match self.stream.read_u8().await.unwrap() {
                126 => u64::from(self.stream.read_u16().await.unwrap()),
                127 => self.stream.read_u64().await.unwrap(),
                short => u64::from(short),
            };
            let mut payload = vec![0; length as usize];
            self.stream.read_exact(&mut payload).await.unwrap();
            (opcode, payload)
        };
        timeout(Duration::from_secs(5), read).await.unwrap()
    }
    async fn json(&mut self) -> Value {
        let (opcode, payload) = self.next().await;
        assert_eq!(opcode, 1, "{payload:?}");
        serde_json::from_slice(&payload).unwrap()
    }
    async fn close_code(&mut self) -> u16 {
        loop {
            if let (8, payload) = self.next().await {
                return u16::from_be_bytes([payload[0], payload[1]]);
            }
        }
    }
}

#[actix_web::test]
async fn who_comes_back_gets_what_they_missed_first() {
    let site = Site::open().await;
    for _ in 0..3 {
        site.rig.add(|_| {});
    }
    let mut client = site.live().await;
    assert_eq!(client.json().await, json!({"type": "hello", "position": 3, "user_id": 7}));
    site.rig.add(|_| {});
    client.send(json!({"type": "resume", "position": 1})).await;
    for position in [2, 3, 4] {
        let frame = client.json().await;
        assert_eq!((&frame["type"], &frame["position"]), (&json!("event"), &json!(position)));
    }
    client.send(json!({"type": "resume", "position": 99})).await;
    assert_eq!(client.json().await["type"], "reset");
    client.send(json!({"type": "ping"})).await;
    assert_eq!(client.json().await, json!({"type": "pong"}));
    site.server.stop(false).await;
}

#[actix_web::test]
async fn tickets_are_used_once_and_by_our_pages() {
    let site = Site::open().await;
    let ticket = site.ticket().await;
    let path = format!("/live?ticket={ticket}");
    assert_eq!(site.get(&path, "https://evil.example").await.status, 403);
    assert_eq!(site.get(&path, "null").await.status, 403);
    assert_eq!(site.get(&path, "").await.status, 101);
    for path in [path.as_str(), "/live", "/live?ticket=", "/live?ticket=x", "/live?access_token=x"] {
        assert_eq!(site.get(path, "").await.status, 401, "{path}");
    }
    site.server.stop(false).await;
}

#[actix_web::test]
async fn errors_say_no_secrets_and_the_connection_goes_on() {
    let site = Site::open().await;
    let mut client = site.live().await;
    client.json().await;
    for (message, code) in [
        (json!({"type": "subscribe", "task_id": 1}), "unavailable"),
        (json!({"type": "nonsense"}), "invalid-json"),
        (json!({"type": "subscribe", "task_id": "x"}), "invalid-json"),
        (json!([1]), "invalid-json"),
    ] {
        client.send(message).await;
        let error = client.json().await;
        assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!(code)));
        assert!(!error.to_string().contains("secret"));
    }
    assert_eq!((site.get("/ready", "").await.status, site.get("/alive", "").await.status), (503, 200));
    site.server.stop(false).await;
}

#[actix_web::test]
async fn an_ended_session_ends_its_connections() {
    let site = Site::open().await;
    let mut client = site.live().await;
    client.json().await;
    let session = Uuid::from_u128(7);
    site.rig.log.actors.lock().unwrap().remove(&session);
    site.rig.signals.send(Signal::SessionsEnded { sessions: vec![session] }).unwrap();
    assert_eq!(client.close_code().await, 4001);
    let mut stranger = site.get("/ws/tasks/1/comments?access_token=x", "").await;
    assert_eq!((stranger.status, stranger.close_code().await), (101, 4001));
    assert_eq!(site.rig.hub.figures().sockets, 0);
    site.server.stop(false).await;
}

#[actix_web::test]
async fn what_is_too_large_or_too_much_is_closed() {
    let site = Site::open().await;
    for (opcode, payload, code) in [(1, vec![b' '; 70_000], 1009), (2, vec![1], 1003), (8, 1000_u16.to_be_bytes().to_vec(), 1000)] {
        let mut client = site.live().await;
        client.json().await;
        client.frame(opcode, &payload).await;
        assert_eq!(client.close_code().await, code);
    }
    let mut client = site.live().await;
    for _ in 0..150 {
        client.send(json!({"type": "ping"})).await;
    }
    assert_eq!(client.close_code().await, 1008);
    let mut last = site.live().await;
    last.json().await;
    site.rig.hub.shut_down(Duration::from_secs(2)).await;
    assert_eq!(last.close_code().await, 1012);
    site.server.stop(false).await;
}

#[actix_web::test]
async fn a_client_that_does_not_read_is_cut() {
    let site = Site::open().await;
    let mut client = site.live().await;
    client.json().await;
    let end = tokio::time::Instant::now() + Duration::from_secs(20);
    while site.rig.hub.figures().cut == 0 {
        assert!(tokio::time::Instant::now() < end, "{:?}", site.rig.hub.figures());
        // More than any socket's buffers hold.
        site.rig.add(|v| v["payload"]["changes"] = json!({"description": {"from": "", "to": "x".repeat(200_000)}}));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut read = 0;
    let code = loop {
        match client.next().await {
            (8, payload) => break u16::from_be_bytes([payload[0], payload[1]]),
            _ => read += 1,
        }
    };
    assert_eq!((code, site.rig.hub.figures().sockets), (1013, 0), "after {read} messages");
    site.server.stop(false).await;
}
