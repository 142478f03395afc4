//! Registration of the message schemas with a Confluent-compatible registry (`SCHEMA_REGISTRY_URL`), compatibility BACKWARD.
//! Messages themselves stay plain JSON; their header `schema` names subject and version.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

const TIMEOUT: Duration = Duration::from_secs(5);
/// What the Confluent API wants to be spoken to as.
const MEDIA_TYPE: &str = "application/vnd.schemaregistry.v1+json";

fn agent() -> ureq::Agent {
    // One crypto provider for the whole program; a second start of it is harmless.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    ureq::Agent::config_builder().timeout_global(Some(TIMEOUT)).build().into()
}

/// Whether the registry answers.
pub async fn reach(url: &str) -> Result<String> {
    let url = format!("{url}/subjects");
    tokio::task::spawn_blocking(move || {
        let subjects: Value = agent().get(&url).call()?.body_mut().read_json()?;
        Ok(format!("{} subjects", subjects.as_array().map_or(0, Vec::len)))
    })
    .await?
}

/// Registers every schema; what is there already stays as it is. Returns how many there are.
pub async fn register(url: &str, schemas: Vec<(String, Value)>) -> Result<usize> {
    let url = url.to_owned();
    tokio::task::spawn_blocking(move || {
        let agent = agent();
        let count = schemas.len();
        for (file, schema) in schemas {
            let subject = file.trim_end_matches(".schema.json");
            let compatibility = format!("{url}/config/{subject}");
            agent
                .put(&compatibility)
                .header("content-type", MEDIA_TYPE)
                .send_json(json!({"compatibility": "BACKWARD"}))
                .with_context(|| compatibility.clone())?;
            let versions = format!("{url}/subjects/{subject}/versions");
            let body = json!({"schemaType": "JSON", "schema": schema.to_string()});
            agent.post(&versions).header("content-type", MEDIA_TYPE).send_json(body).with_context(|| versions.clone())?;
        }
        Ok(count)
    })
    .await?
}

/// Registers in the background and tries again until it worked: the registry may come up after us.
pub async fn keep_trying(url: String, mut stop: tokio::sync::watch::Receiver<bool>) {
    let mut wait = Duration::from_secs(1);
    loop {
        match register(&url, tasktrack_messaging::schemas()).await {
            Ok(count) => {
                tracing::info!(count, "schemas registered");
                return;
            }
            Err(error) => tracing::warn!("schema registry: {error:#}; next try in {wait:?}"),
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => wait = (wait * 2).min(Duration::from_secs(60)),
            _ = stop.changed() => return,
        }
    }
}
