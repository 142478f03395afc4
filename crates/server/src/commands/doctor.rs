//! `doctor`: are the settings right, do the services answer.

use anyhow::{Result, bail};
use tasktrack_domain::ports::Store as _;

use crate::base::Base;
use crate::config::{Config, SETTINGS};

/// Lists all settings.
pub fn settings(json: bool) -> Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(SETTINGS)?);
        return Ok(());
    }
    for setting in SETTINGS {
        let default = if setting.default.is_empty() { String::new() } else { format!(" [{}]", setting.default) };
        println!("{}{default}\n    {}", setting.name, setting.help);
    }
    Ok(())
}

/// Checks one thing after the other; fails if one of them failed.
pub async fn run(config: Config) -> Result<()> {
    let mut bad = 0;
    let mut say = |what: &str, result: Result<String, String>| match result {
        Ok(detail) => println!("ok    {what}: {detail}"),
        Err(detail) => {
            bad += 1;
            println!("BAD   {what}: {detail}");
        }
    };
    say("settings", Ok(format!("public address {}, roles {:?}", config.public_url, config.roles)));
    let kafka = config.kafka.clone();
    let redis = config.redis_url.is_some();
    let registry = config.schema_registry.clone();
    match Base::open(config, false).await {
        Err(error) => say("database", Err(format!("{error:#}"))),
        Ok(base) => {
            let answer = base.store.ping().await.map(|()| base.store.kind().to_owned()).map_err(|e| e.to_string());
            say("database", answer);
            say(
                "signing keys",
                base.tokens().await.map(|_| "can be opened".to_owned()).map_err(|e| format!("{e:#} (tasktrack migrate first?)")),
            );
            if redis {
                say(
                    "redis",
                    if base.cache.is_up() {
                        Ok("answers".into())
                    } else {
                        Err("does not answer; limits and live updates stay per node".into())
                    },
                );
            }
        }
    }
    if let Some(servers) = kafka {
        say("kafka", reach(&servers).await);
    }
    if let Some(url) = registry {
        say("schema registry", crate::registry::reach(&url).await.map_err(|e| e.to_string()));
    }
    if bad > 0 {
        bail!("{bad} of the checks failed")
    }
    Ok(())
}

/// Whether one of `servers` takes a connection.
async fn reach(servers: &str) -> Result<String, String> {
    let mut last = "no server named".to_owned();
    for server in servers.split(',').map(str::trim) {
        match tokio::time::timeout(std::time::Duration::from_secs(3), tokio::net::TcpStream::connect(server)).await {
            Ok(Ok(_)) => return Ok(format!("{server} takes connections")),
            Ok(Err(error)) => last = format!("{server}: {error}"),
            Err(_) => last = format!("{server}: no answer within 3 s"),
        }
    }
    Err(last)
}
