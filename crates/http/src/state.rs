//! What all requests of a process share.

use std::sync::Arc;

use tasktrack_domain::ctx::{Ctx, World};
use tasktrack_domain::event::{Cause, CauseKind};
use tasktrack_domain::gateways::{Limiter, OneTime, Presence, Tokens};
use tasktrack_domain::identity::signin::nobody;

use crate::address::Network;
use crate::limits::Limits;
use crate::remembered::Remembered;

/// Where the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Env {
    /// Nothing unsafe is let pass.
    Production,
    /// Somebody's own machine: any loopback name is our own origin.
    Development,
}

/// Settings of the HTTP side.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// `https://tasks.example.com`, without a slash at the end: issuer, origin check, cookies.
    pub public_url: String,
    /// Other origins whose pages may call, exactly as browsers send them.
    pub cors_origins: Vec<String>,
    /// Where the program runs.
    pub env: Env,
    /// Life of an access token.
    pub access_token_minutes: i64,
    /// Rate limits.
    pub limits: Limits,
    /// Version shown to people.
    pub version: String,
    /// Whether demo data is in place.
    pub demo: bool,
    /// Networks whose `X-Forwarded-For` is believed; none by default.
    pub trusted_proxies: Vec<Network>,
    /// Threads that take requests.
    pub workers: usize,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            cors_origins: vec![],
            env: Env::Development,
            access_token_minutes: 10,
            limits: Limits::default(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            demo: false,
            trusted_proxies: vec![],
            workers: 2,
        }
    }
}

impl HttpSettings {
    /// Whether people come over https: then cookies are `Secure` and `__Host-`.
    pub fn https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// What the process knows of the bus, for the status of the exchange.
pub struct Bus {
    /// `up`, `down` or `off`.
    pub state: Box<dyn Fn() -> &'static str + Send + Sync>,
    /// Age in seconds of the oldest event that was not sent, where known.
    pub oldest_unsent: Box<dyn Fn() -> Option<f64> + Send + Sync>,
    /// Names of the relay's cursors.
    pub relay_cursors: Vec<String>,
}

impl Default for Bus {
    fn default() -> Self {
        Self { state: Box::new(|| "off"), oldest_unsent: Box::new(|| None), relay_cursors: vec![] }
    }
}

/// Everything a handler needs.
pub struct Http {
    /// Database, clock, randomness, passwords, signals.
    pub world: Arc<World>,
    /// Access tokens.
    pub tokens: Arc<dyn Tokens>,
    /// Rate limits.
    pub limiter: Arc<dyn Limiter>,
    /// One-use tickets.
    pub one_time: Arc<dyn OneTime>,
    /// Who looks at what.
    pub presence: Arc<dyn Presence>,
    /// Settings.
    pub settings: HttpSettings,
    /// The bus, as far as this process knows.
    pub bus: Bus,
    pub(crate) remembered: Remembered,
}

impl Http {
    /// The HTTP side over these gateways.
    pub fn new(
        world: Arc<World>,
        tokens: Arc<dyn Tokens>,
        limiter: Arc<dyn Limiter>,
        one_time: Arc<dyn OneTime>,
        presence: Arc<dyn Presence>,
        settings: HttpSettings,
    ) -> Self {
        let remembered = Remembered::new(world.fanout.subscribe());
        Self { world, tokens, limiter, one_time, presence, settings, bus: Bus::default(), remembered }
    }
    /// With what is known of the bus.
    #[must_use]
    pub fn with_bus(self, bus: Bus) -> Self {
        Self { bus, ..self }
    }
    /// A context of nobody, for sign-in.
    pub fn nobody(&self, cause: Cause) -> Ctx {
        Ctx::new(self.world.clone(), nobody(), cause)
    }
    /// A cause for what a connection does, named by `id`.
    pub fn cause(&self, id: String, address: Option<String>, trace: Option<String>) -> Cause {
        Cause { id: Some(id), address, trace, ..Cause::of(CauseKind::Request) }
    }
}
