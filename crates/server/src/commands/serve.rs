//! `serve`: one screen of wiring.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use anyhow::{Context as _, Result, anyhow, bail};
use tasktrack_domain::gateways::Quota;
use tasktrack_http::app::Service;
use tasktrack_http::limits::Limits;
use tasktrack_http::state::Bus;
use tasktrack_http::{Env, Http, HttpSettings};
use tasktrack_messaging::{Messaging, MessagingRoles, MessagingSettings};
use tokio::sync::watch;

use crate::base::Base;
use crate::config::Config;
use crate::{demo, housekeeping, registry};

/// Runs until SIGTERM or Ctrl+C; a second one ends at once.
pub async fn serve(config: Config, with_demo: bool) -> Result<()> {
    // Before anything is made: a taken port must leave nothing behind.
    let listener = Some(bind(&config)?);
    let base = Base::open(config, with_demo).await?;
    base.migrate().await?;
    if with_demo {
        demo::seed(&base.world).await?;
    }
    base.check_source().await?;
    let (stop, stopped) = watch::channel(false);
    let running = start(&base, with_demo, stopped.clone(), listener).await?;
    println!("{}", if with_demo { demo::greeting(&base.config.public_url) } else { format!("Task Track {}", base.config.public_url) });
    if !base.config.public_url.starts_with("https://") && !base.config.listen.ip().is_loopback() {
        tracing::warn!("people come over plain http: set TASKTRACK_PUBLIC_URL to an https:// address");
    }
    signal().await?;
    tracing::info!("stopping");
    tokio::spawn(async {
        if signal().await.is_ok() {
            std::process::exit(130);
        }
    });
    let _ = stop.send(true);
    running.end().await;
    base.store.close().await.map_err(|e| anyhow!("{e}"))
}

/// The parts that run.
pub struct Running {
    tasks: Vec<tokio::task::JoinHandle<()>>,
    messaging: Messaging,
}

impl Running {
    /// Waits until all have ended.
    pub async fn end(self) {
        self.messaging.stop().await;
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

/// Starts what the roles say over an opened and migrated base. Used by `serve` and by the tests.
pub async fn start(base: &Base, with_demo: bool, stop: watch::Receiver<bool>, listener: Option<std::net::TcpListener>) -> Result<Running> {
    let config = &base.config;
    let mut tasks = Vec::new();
    let settings = MessagingSettings {
        bootstrap: config.kafka.clone(),
        source: config.source.clone(),
        group: config.consumer_group.clone(),
        instance: config.consumer_instance.clone(),
        node: config.node.clone(),
        relay_shards: config.relay_shards,
        lease_seconds: config.relay_lease_seconds,
        ..MessagingSettings::default()
    };
    let roles =
        MessagingRoles { sequencer: config.roles.worker || config.roles.relay, relay: config.roles.relay, consumer: config.roles.consumer };
    let messaging = Messaging::start(base.world.clone(), settings, roles).map_err(|e| anyhow!("messaging: {e}"))?;
    if config.roles.worker {
        tasks.push(tokio::spawn(housekeeping::run(base.world.clone(), config.node.clone(), stop.clone())));
    }
    if let (Some(url), true) = (&config.schema_registry, config.roles.relay) {
        tasks.push(tokio::spawn(registry::keep_trying(url.clone(), stop.clone())));
    }
    if let Some(listener) = listener {
        let tokens = Arc::new(base.tokens().await?);
        let settings = HttpSettings {
            public_url: config.public_url.clone(),
            cors_origins: config.cors_origins.clone(),
            env: if config.production { Env::Production } else { Env::Development },
            limits: limits(config),
            demo: with_demo,
            trusted_proxies: config.trusted_proxies.clone(),
            workers: config.workers,
            ..HttpSettings::default()
        };
        let cache = &base.cache;
        let (limiter, one_time, presence) = (cache.limiter.clone(), cache.one_time.clone(), cache.presence.clone());
        let probe = messaging.health_probe();
        let with_kafka = config.kafka.is_some();
        let bus = Bus {
            state: Box::new(move || if with_kafka { probe().as_str() } else { "off" }),
            relay_cursors: messaging.relay_cursors(),
            ..Bus::default()
        };
        let http = Http::new(base.world.clone(), tokens, limiter, one_time, presence, settings).with_bus(bus);
        let service = Service::new(http, gauges(base, &messaging)).map_err(|e| anyhow!("HTTP: {e}"))?;
        let (mut stop, api) = (stop, config.roles.api);
        tasks.push(tokio::spawn(async move {
            let stopped = async move {
                let _ = stop.changed().await;
            };
            let served = if api {
                tasktrack_http::serve(service, listener, stopped).await
            } else {
                tasktrack_http::serve_health(service, listener, stopped).await
            };
            if let Err(error) = served {
                tracing::error!(%error, "HTTP ended");
            }
        }));
    }
    Ok(Running { tasks, messaging })
}

/// Numbers of this process for `/metrics`.
fn gauges(base: &Base, messaging: &Messaging) -> tasktrack_http::metrics::Gauges {
    let (cache, relay) = (base.cache.clone(), messaging.relay_stats());
    let number = |n: u64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    vec![Box::new(move || {
        vec![
            ("tasktrack_relay_published", "Messages that the bus has acknowledged", number(relay.published.load(Relaxed))),
            ("tasktrack_relay_failed", "Batches that failed and were begun again", number(relay.failed.load(Relaxed))),
            (
                "tasktrack_relay_waiting",
                "Events behind the relay's cursors",
                number(u64::try_from(relay.waiting.load(Relaxed)).unwrap_or(0)),
            ),
            ("tasktrack_cache_up", "Whether Redis answers (1 where there is none)", f64::from(u8::from(cache.is_up()))),
            ("tasktrack_signals_dropped", "Signals to other nodes that were dropped", number(cache.dropped_signals())),
        ]
    })]
}

fn limits(config: &Config) -> Limits {
    let with = |burst: u32, quota: Quota| Quota { burst, ..quota };
    let default = Limits::default();
    Limits {
        login_address: with(config.login_address_burst, default.login_address),
        login_account: with(config.login_pair_burst, default.login_account),
        register: with(config.register_burst, default.register),
        general: Some(Quota { burst: config.rate_user, per_second: f64::from(config.rate_user) / 60.0 }),
        ..default
    }
}

fn bind(config: &Config) -> Result<std::net::TcpListener> {
    match std::net::TcpListener::bind(config.listen) {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            bail!("{} is in use; stop what runs there or set TASKTRACK_LISTEN to another address", config.listen)
        }
        Err(error) => Err(error).with_context(|| format!("TASKTRACK_LISTEN={}", config.listen)),
    }
}

async fn signal() -> Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
