//! What every command needs: the opened database, keys, cache, and the world that use cases run in.

use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tasktrack_auth::{Argon2Passwords, JwtTokens, OsRandom, PublicKeyMaterial, Sealer, SigningKeyMaterial, generate_key, master_key};
use tasktrack_cache::Cache;
use tasktrack_domain::actor::Actor;
use tasktrack_domain::clock::{Clock, SystemClock};
use tasktrack_domain::ctx::{Ctx, Settings, World};
use tasktrack_domain::event::{Cause, CauseKind};
use tasktrack_domain::identity::{Registration, SigningKeyRow};
use tasktrack_persistence::DbStore;

use crate::config::Config;

/// The opened program.
pub struct Base {
    pub config: Config,
    pub store: DbStore,
    pub cache: Cache,
    pub world: Arc<World>,
}

impl Base {
    /// Opens database and cache. `demo`: registration is open unless set otherwise.
    pub async fn open(config: Config, demo: bool) -> Result<Self> {
        if config.embedded() {
            std::fs::create_dir_all(&config.data_dir)
                .with_context(|| format!("the data folder {} can't be made (TASKTRACK_DATA_DIR)", config.data_dir.display()))?;
        }
        let store = tasktrack_persistence::connect(&config.database_url, config.db_pool)
            .await
            .map_err(|e| anyhow!("the database can't be opened (DATABASE_URL): {e}"))?;
        let cache = match &config.redis_url {
            // A new name at every start: nodes know their own signals by it.
            Some(url) => Cache::redis(url, "tasktrack", SystemClock.uuid()).await.map_err(|e| anyhow!("REDIS_URL: {e}"))?,
            None => Cache::memory(),
        };
        let registration = config.registration.unwrap_or(if demo { Registration::NewAccount } else { Registration::Invite });
        let settings =
            Settings { source: config.source.clone(), registration, parked_hours: config.parked_hours, undo_seconds: config.undo_seconds };
        let world = Arc::new(World {
            store: Arc::new(store.clone()),
            clock: Arc::new(SystemClock),
            random: Arc::new(OsRandom),
            passwords: Arc::new(Argon2Passwords::new().map_err(|e| anyhow!("passwords: {e}"))?),
            fanout: cache.fanout.clone(),
            settings: Arc::new(settings),
        });
        Ok(Self { config, store, cache, world })
    }

    /// Brings the schema up to date.
    pub async fn migrate(&self) -> Result<()> {
        tasktrack_persistence::migrate(&self.store).await.map_err(|e| anyhow!("the schema can't be brought up to date: {e}"))
    }

    /// An integration named like ourselves would take our own messages for the ERP's: refuse to start.
    pub async fn check_source(&self) -> Result<()> {
        let source = &self.config.source;
        let mut tx = self.cli().read().await.map_err(|e| anyhow!("integrations: {e}"))?;
        match tx.exchange().integration_of(source).await.map_err(|e| anyhow!("integrations: {e}"))? {
            Some(_) => Err(anyhow!("an integration has our own source {source}; set TASKTRACK_SOURCE to another name")),
            None => Ok(()),
        }
    }

    /// A context of the operator.
    pub fn cli(&self) -> Ctx {
        Ctx::new(self.world.clone(), Actor::system(), Cause::of(CauseKind::Cli))
    }

    /// Access tokens with the keys of the database; the first start makes one.
    pub async fn tokens(&self) -> Result<JwtTokens> {
        let sealer = Sealer::new(self.master_key()?).map_err(|e| anyhow!("master key: {e}"))?;
        let mut rows = self.signing_keys().await?;
        if rows.is_empty() {
            let key = tokio::task::spawn_blocking(generate_key).await?.map_err(|e| anyhow!("signing key: {e}"))?;
            let sealed = sealer.seal(&key.kid, &key.private_pkcs8_der).map_err(|e| anyhow!("signing key: {e}"))?;
            let row = SigningKeyRow {
                kid: key.kid.clone(),
                public_pem: key.public_spki_pem.clone(),
                sealed_private: STANDARD.encode(sealed),
                created_at: self.world.clock.now(),
            };
            let cli = self.cli();
            let mut tx = cli.begin().await.map_err(|e| anyhow!("signing key: {e}"))?;
            tx.people().insert_first_signing_key(row).await.map_err(|e| anyhow!("signing key: {e}"))?;
            cli.commit(tx, &()).await.map_err(|e| anyhow!("signing key: {e}"))?;
            rows = self.signing_keys().await?;
        }
        let newest = rows.last().ok_or_else(|| anyhow!("there is no signing key"))?;
        let sealed = STANDARD.decode(&newest.sealed_private).context("a signing key is not base64")?;
        let private = sealer.open(&newest.kid, &sealed).map_err(|_| {
            anyhow!("the signing keys were sealed with another master key (TASKTRACK_MASTER_KEY, TASKTRACK_MASTER_KEY_FILE)")
        })?;
        let signing = SigningKeyMaterial::from_pkcs8_der(&private).map_err(|e| anyhow!("signing key: {e}"))?;
        let mut published = Vec::new();
        for row in rows.iter().filter(|r| r.kid != newest.kid) {
            published.push(PublicKeyMaterial::from_spki_pem(&row.public_pem).map_err(|e| anyhow!("signing key: {e}"))?);
        }
        JwtTokens::new(&self.config.public_url, tasktrack_auth::AUDIENCE, &signing, &published).map_err(|e| anyhow!("tokens: {e}"))
    }

    async fn signing_keys(&self) -> Result<Vec<SigningKeyRow>> {
        let mut tx = self.cli().read().await.map_err(|e| anyhow!("signing keys: {e}"))?;
        tx.people().signing_keys().await.map_err(|e| anyhow!("signing keys: {e}"))
    }

    fn master_key(&self) -> Result<[u8; 32]> {
        let config = &self.config;

        match (&config.master_key, &config.master_key_file) {
            (Some(text), _) => master_key::from_hex_or_base64(text).map_err(|e| anyhow!("TASKTRACK_MASTER_KEY: {e}")),
            (None, Some(path)) => master_key::from_file(path).map_err(|e| anyhow!("TASKTRACK_MASTER_KEY_FILE: {e}")),
            (None, None) => {
                std::fs::create_dir_all(&config.data_dir).context("the data folder can't be made (TASKTRACK_DATA_DIR)")?;
                master_key::load_or_create_file(&config.data_dir.join("master.key")).map_err(|e| anyhow!("master key: {e}"))
            }
        }
    }
}
