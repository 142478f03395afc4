//! The log: text for people, JSON for collectors; always on standard error.

use anyhow::{Context, Result};
use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Starts it; once per process.
pub fn start(config: &Config) -> Result<()> {
    // librdkafka says each unreachable broker at ERROR many times a second; the exchange's own watch says it once.
    let filter = format!("{},librdkafka=off,sqlx=warn,sea_orm_migration=warn", config.log);
    let filter = EnvFilter::try_new(filter).context("TASKTRACK_LOG is not a filter like info,sqlx=warn")?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(true);
    let started = if config.log_json { builder.json().try_init() } else { builder.compact().try_init() };
    started.map_err(|e| anyhow::anyhow!("log: {e}"))
}
