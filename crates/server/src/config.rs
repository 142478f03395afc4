//! Settings: environment variables, each with a default and a line of help; checked at start, an error names the variable.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use tasktrack_domain::identity::Registration;

/// A setting as `doctor --settings-json` and the docs list it.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Setting {
    pub name: &'static str,
    /// Empty: not set.
    pub default: &'static str,
    pub help: &'static str,
}

const fn setting(name: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting { name, default, help }
}

/// Every setting there is; another `TASKTRACK_*` variable is an error.
pub const SETTINGS: &[Setting] = &[
    setting("DATABASE_URL", "", "postgres://… or sqlite://…; default: an SQLite file in the data folder"),
    setting("REDIS_URL", "", "redis://…: limits, tickets, presence and signals shared between nodes"),
    setting("KAFKA_BOOTSTRAP_SERVERS", "", "host:port,…: the exchange runs over Kafka instead of in process"),
    setting("SCHEMA_REGISTRY_URL", "", "Confluent-compatible registry; message schemas are registered at start"),
    setting("TASKTRACK_LISTEN", "127.0.0.1:8080", "address and port of HTTP"),
    setting("TASKTRACK_DATA_DIR", "./data", "folder of the embedded database and the master key"),
    setting(
        "TASKTRACK_PUBLIC_URL",
        "",
        "address people use; default: http:// and the listen address. Issuer of tokens, Origin check, cookies",
    ),
    setting("TASKTRACK_ENV", "development", "development or production; production refuses unsafe settings"),
    setting("TASKTRACK_MASTER_KEY", "", "32 bytes in hex or base64: seals the signing keys"),
    setting("TASKTRACK_MASTER_KEY_FILE", "", "file with the master key; default: master.key in the data folder, made at first start"),
    setting("TASKTRACK_REGISTRATION", "", "invite, new-account or off; default: invite, with --demo new-account"),
    setting("TASKTRACK_ROLES", "api,worker,relay,consumer", "what this process does"),
    setting("TASKTRACK_LOG", "info", "filter of the log, like info,sqlx=warn"),
    setting("TASKTRACK_LOG_FORMAT", "", "json or text; default: text in development, json in production"),
    setting("TASKTRACK_CORS_ORIGINS", "", "exact origins of other sites that may call, separated by commas"),
    setting("TASKTRACK_TRUSTED_PROXIES", "", "networks (10.0.0.0/8) whose X-Forwarded-For is believed, separated by commas"),
    setting("TASKTRACK_SOURCE", "task-track", "our name in messages"),
    setting("TASKTRACK_CONSUMER_GROUP", "task-track-erp", "Kafka consumer group of the ERP's topics"),
    setting("TASKTRACK_CONSUMER_INSTANCE", "", "group.instance.id: static membership, a restart costs no rebalance"),
    setting("TASKTRACK_RATE_USER", "600", "requests a minute of one person"),
    setting("TASKTRACK_LOGIN_ADDRESS_BURST", "30", "log-ins at once from one address (then one every two seconds)"),
    setting("TASKTRACK_LOGIN_PAIR_BURST", "5", "log-ins at once for one e-mail from one address (then one every 20 seconds)"),
    setting("TASKTRACK_REGISTER_BURST", "5", "registrations at once from one address (then one every 100 seconds)"),
    setting("TASKTRACK_PARKED_HOURS", "24", "how long a message waits for its task before it is a dead letter"),
    setting("TASKTRACK_UNDO_SECONDS", "120", "how long a person can take a change back"),
    setting("TASKTRACK_DB_POOL", "16", "connections to the database"),
    setting("TASKTRACK_NODE", "", "name of this process in leases; default: host name and process id"),
    setting("TASKTRACK_WORKERS", "2", "threads that serve HTTP"),
    setting("TASKTRACK_RELAY_SHARDS", "2", "parts the relay works in; equal on all nodes"),
    setting("TASKTRACK_RELAY_LEASE_SECONDS", "10", "how long a relay that fell silent keeps its shard"),
];

/// What a process does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// HTTP and live connections.
    pub api: bool,
    /// Sequencer and housekeeping.
    pub worker: bool,
    /// Sends events out.
    pub relay: bool,
    /// Takes the ERP's messages in.
    pub consumer: bool,
}

impl std::str::FromStr for Roles {
    type Err = anyhow::Error;
    fn from_str(text: &str) -> Result<Self> {
        let mut roles = Self::default();
        for role in text.split(',').map(str::trim).filter(|r| !r.is_empty()) {
            match role {
                "api" => roles.api = true,
                "worker" => roles.worker = true,
                "relay" => roles.relay = true,
                "consumer" => roles.consumer = true,
                other => bail!("TASKTRACK_ROLES: {other} is none of api, worker, relay, consumer"),
            }
        }
        if roles == Self::default() {
            bail!("TASKTRACK_ROLES names no role");
        }
        Ok(roles)
    }
}

/// Checked settings.
#[derive(Clone, Debug)]
pub struct Config {
    pub database_url: String,
    pub redis_url: Option<String>,
    pub kafka: Option<String>,
    pub schema_registry: Option<String>,
    pub listen: std::net::SocketAddr,
    pub data_dir: PathBuf,
    pub public_url: String,
    pub production: bool,
    pub master_key: Option<String>,
    pub master_key_file: Option<PathBuf>,
    pub registration: Option<Registration>,
    pub roles: Roles,
    pub log: String,
    pub log_json: bool,
    pub cors_origins: Vec<String>,
    pub trusted_proxies: Vec<tasktrack_http::address::Network>,
    pub source: String,
    pub consumer_group: String,
    pub consumer_instance: Option<String>,
    pub rate_user: u32,
    pub login_address_burst: u32,
    pub login_pair_burst: u32,
    pub register_burst: u32,
    pub parked_hours: i64,
    pub undo_seconds: i64,
    pub db_pool: u32,
    pub node: String,
    pub workers: usize,
    pub relay_shards: i64,
    pub relay_lease_seconds: i64,
}

impl Config {
    /// From the environment.
    pub fn from_env() -> Result<Self> {
        Self::from(|name| std::env::var(name).ok(), std::env::vars().map(|(name, _)| name))
    }

    fn from(get: impl Fn(&str) -> Option<String>, names: impl Iterator<Item = String>) -> Result<Self> {
        for name in names.filter(|n| n.starts_with("TASKTRACK_") && !n.starts_with("TASKTRACK_TEST_")) {
            // The test harness names the binary; it is not a setting of the binary.
            if name != "TASKTRACK_BIN" && name != "TASKTRACK_ALLOW_SKIP" && !SETTINGS.iter().any(|s| s.name == name) {
                bail!("{name} is not a setting; `tasktrack doctor --settings` lists them");
            }
        }
        let value = |name: &str| -> Option<String> {
            let default = SETTINGS.iter().find(|s| s.name == name).map_or("", |s| s.default);
            get(name).filter(|v| !v.is_empty()).or_else(|| (!default.is_empty()).then(|| default.to_owned()))
        };
        let text = |name: &str| value(name).unwrap_or_default();
        fn number<T: std::str::FromStr + PartialOrd>(name: &str, text: &str, low: T, high: T) -> Result<T> {
            match text.parse::<T>() {
                Ok(n) if n >= low && n <= high => Ok(n),
                _ => bail!("{name}: {text} is not a number in its range"),
            }
        }
        let list = |name: &str| -> Vec<String> {
            text(name).split(',').map(|s| s.trim().trim_end_matches('/').to_owned()).filter(|s| !s.is_empty()).collect()
        };
        let listen: std::net::SocketAddr =
            text("TASKTRACK_LISTEN").parse().context("TASKTRACK_LISTEN is not an address and port like 127.0.0.1:8080")?;
        let data_dir = PathBuf::from(text("TASKTRACK_DATA_DIR"));
        let production = match text("TASKTRACK_ENV").as_str() {
            "development" => false,
            "production" => true,
            other => bail!("TASKTRACK_ENV: {other} is neither development nor production"),
        };
        let public_url = value("TASKTRACK_PUBLIC_URL").unwrap_or_else(|| format!("http://{listen}")).trim_end_matches('/').to_owned();
        if !(public_url.starts_with("http://") || public_url.starts_with("https://")) {
            bail!("TASKTRACK_PUBLIC_URL: {public_url} starts with neither http:// nor https://");
        }
        let database_url =
            value("DATABASE_URL").unwrap_or_else(|| format!("sqlite://{}?mode=rwc", data_dir.join("tasktrack.db").display()));
        if !["postgres://", "postgresql://", "sqlite:"].iter().any(|scheme| database_url.starts_with(scheme)) {
            bail!("DATABASE_URL starts with neither postgres:// nor sqlite:");
        }
        let cors_origins = list("TASKTRACK_CORS_ORIGINS");
        if cors_origins.iter().any(|o| o == "*") {
            bail!("TASKTRACK_CORS_ORIGINS: name the origins, * is not allowed");
        }
        let mut trusted_proxies = Vec::new();
        for address in list("TASKTRACK_TRUSTED_PROXIES") {
            trusted_proxies.push(address.parse().map_err(|e: String| anyhow::anyhow!("TASKTRACK_TRUSTED_PROXIES: {e}"))?);
        }
        let registration = match value("TASKTRACK_REGISTRATION") {
            None => None,
            Some(word) => {
                Some(word.parse().map_err(|_| anyhow::anyhow!("TASKTRACK_REGISTRATION: {word} is none of invite, new-account, off"))?)
            }
        };
        let config = Self {
            database_url,
            redis_url: value("REDIS_URL"),
            kafka: value("KAFKA_BOOTSTRAP_SERVERS"),
            schema_registry: value("SCHEMA_REGISTRY_URL").map(|u| u.trim_end_matches('/').to_owned()),
            listen,
            data_dir,
            public_url,
            production,
            master_key: value("TASKTRACK_MASTER_KEY"),
            master_key_file: value("TASKTRACK_MASTER_KEY_FILE").map(PathBuf::from),
            registration,
            roles: text("TASKTRACK_ROLES").parse()?,
            log: text("TASKTRACK_LOG"),
            log_json: match text("TASKTRACK_LOG_FORMAT").as_str() {
                "" => production,
                "json" => true,
                "text" => false,
                other => bail!("TASKTRACK_LOG_FORMAT: {other} is neither json nor text"),
            },
            cors_origins,
            trusted_proxies,
            source: text("TASKTRACK_SOURCE"),
            consumer_group: text("TASKTRACK_CONSUMER_GROUP"),
            consumer_instance: value("TASKTRACK_CONSUMER_INSTANCE"),
            rate_user: number("TASKTRACK_RATE_USER", &text("TASKTRACK_RATE_USER"), 1, 10_000_000)?,
            login_address_burst: number("TASKTRACK_LOGIN_ADDRESS_BURST", &text("TASKTRACK_LOGIN_ADDRESS_BURST"), 1, 1_000_000)?,
            login_pair_burst: number("TASKTRACK_LOGIN_PAIR_BURST", &text("TASKTRACK_LOGIN_PAIR_BURST"), 1, 1_000_000)?,
            register_burst: number("TASKTRACK_REGISTER_BURST", &text("TASKTRACK_REGISTER_BURST"), 1, 1_000_000)?,
            parked_hours: number("TASKTRACK_PARKED_HOURS", &text("TASKTRACK_PARKED_HOURS"), 0, 8760)?,
            undo_seconds: number("TASKTRACK_UNDO_SECONDS", &text("TASKTRACK_UNDO_SECONDS"), 0, 86_400)?,
            db_pool: number("TASKTRACK_DB_POOL", &text("TASKTRACK_DB_POOL"), 2, 500)?,
            node: value("TASKTRACK_NODE").unwrap_or_else(|| format!("{}-{}", host(), std::process::id())),
            workers: number("TASKTRACK_WORKERS", &text("TASKTRACK_WORKERS"), 1, 256)?,
            relay_shards: number("TASKTRACK_RELAY_SHARDS", &text("TASKTRACK_RELAY_SHARDS"), 1, 64)?,
            relay_lease_seconds: number("TASKTRACK_RELAY_LEASE_SECONDS", &text("TASKTRACK_RELAY_LEASE_SECONDS"), 2, 300)?,
        };
        config.check_production()?;
        Ok(config)
    }

    /// Whether the database is the embedded one.
    pub fn embedded(&self) -> bool {
        self.database_url.starts_with("sqlite:")
    }

    /// What is not safe in production.
    fn check_production(&self) -> Result<()> {
        if !self.production {
            return Ok(());
        }
        if !self.public_url.starts_with("https://") {
            bail!("TASKTRACK_PUBLIC_URL must be https:// in production");
        }
        if self.master_key.is_none() && self.master_key_file.is_none() && !self.embedded() {
            bail!("TASKTRACK_MASTER_KEY or TASKTRACK_MASTER_KEY_FILE must be set in production");
        }
        Ok(())
    }
}

fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").map_or_else(|_| "node".to_owned(), |h| h.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Config> {
        let pairs: Vec<(String, String)> = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let names: Vec<String> = pairs.iter().map(|(n, _)| n.clone()).collect();
        Config::from(|name| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()), names.into_iter())
    }

    #[test]
    fn defaults_are_the_embedded_mode() {
        let config = with(&[]).unwrap();
        assert!(config.embedded() && config.roles.api && config.roles.consumer && !config.production);
        assert_eq!(config.public_url, "http://127.0.0.1:8080");
    }

    #[test]
    fn an_error_names_its_variable() {
        for (name, value) in [
            ("TASKTRACK_LISTEN", "here"),
            ("TASKTRACK_ENV", "test"),
            ("TASKTRACK_ROLES", "api,chef"),
            ("TASKTRACK_ROLES", ","),
            ("TASKTRACK_PUBLIC_URL", "ftp://x"),
            ("DATABASE_URL", "mysql://x"),
            ("TASKTRACK_CORS_ORIGINS", "*"),
            ("TASKTRACK_REGISTRATION", "all"),
            ("TASKTRACK_DB_POOL", "0"),
            ("TASKTRACK_LOG_FORMAT", "xml"),
            ("TASKTRACK_TRUSTED_PROXIES", "proxy"),
            ("TASKTRACK_COLOUR", "red"),
        ] {
            let error = with(&[(name, value)]).unwrap_err().to_string();
            assert!(error.contains(name), "{name}={value}: {error}");
        }
    }

    #[test]
    fn production_refuses_what_is_unsafe() {
        assert!(with(&[("TASKTRACK_ENV", "production")]).unwrap_err().to_string().contains("TASKTRACK_PUBLIC_URL"));
        let pairs = [("TASKTRACK_ENV", "production"), ("TASKTRACK_PUBLIC_URL", "https://t.example"), ("DATABASE_URL", "postgres://x")];
        assert!(with(&pairs).unwrap_err().to_string().contains("TASKTRACK_MASTER_KEY"));
    }
}
