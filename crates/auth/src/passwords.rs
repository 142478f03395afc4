//! Argon2id, off the request threads, at most one calculation per core at a time.
//!
//! Invariants: an unknown person costs exactly one calculation, like a known one; a calculation that was started keeps
//! its place in the queue until it ends, even when the request that asked for it is gone.

use std::{
    sync::{Arc, OnceLock},
    thread::available_parallelism,
};

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version, password_hash};
use async_trait::async_trait;
use tasktrack_domain::{
    error::{Error, Result},
    gateways::{PasswordCheck, Passwords},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// The price of one calculation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Cost {
    /// OWASP's minimum: 19 MiB, 2 passes, 1 lane.
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

/// [`Passwords`] with Argon2id v19. Cheap to clone; clones share the queue.
#[derive(Clone)]
pub struct Argon2Passwords {
    inner: Arc<Inner>,
}

struct Inner {
    argon2: Argon2<'static>,
    cost: Cost,
    /// One place per core.
    places: Arc<Semaphore>,
    /// Checked when the person is unknown. Made with the first check of any kind, so that its making tells nothing.
    dummy: OnceLock<String>,
}

impl Argon2Passwords {
    /// With [`Cost::default`] and as many places as the machine has cores.
    pub fn new() -> Result<Self> {
        Self::with_cost(Cost::default())
    }

    /// With another price: raise it and stored hashes are marked for a rehash at the next sign-in.
    pub fn with_cost(cost: Cost) -> Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).map_err(Error::internal)?;
        let places = available_parallelism().map_or(1, usize::from);
        Ok(Self {
            inner: Arc::new(Inner {
                argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
                cost,
                places: Arc::new(Semaphore::new(places)),
                dummy: OnceLock::new(),
            }),
        })
    }

    /// Runs `work` on a blocking thread once a place is free.
    async fn calculate<T: Send + 'static>(&self, work: impl FnOnce(&Inner) -> Result<T> + Send + 'static) -> Result<T> {
        let place = Arc::clone(&self.inner.places).acquire_owned().await.map_err(Error::internal)?;
        let inner = Arc::clone(&self.inner);
        spawn_blocking(move || {
            let _place = place;
            work(&inner)
        })
        .await
        .map_err(Error::internal)?
    }
}

impl Inner {
    fn hash(&self, password: &str) -> Result<String> {
        let hash: PasswordHash = self.argon2.hash_password(password.as_bytes()).map_err(Error::internal)?;
        Ok(hash.to_string())
    }

    fn dummy(&self) -> Result<&str> {
        if self.dummy.get().is_none() {
            let hash = self.hash("a password that nobody has")?;
            self.dummy.get_or_init(|| hash);
        }
        self.dummy.get().map(String::as_str).ok_or_else(|| Error::internal("no dummy hash"))
    }

    fn verify(&self, password: &str, stored: Option<&str>) -> Result<PasswordCheck> {
        let dummy = self.dummy()?;
        let parsed = stored.map(PasswordHash::new);
        if let Some(Err(error)) = &parsed {
            tracing::error!(%error, "a stored password hash cannot be read; the password counts as wrong");
        }
        let Some(Ok(hash)) = parsed else {
            let dummy = PasswordHash::new(dummy).map_err(Error::internal)?;
            let _ = self.argon2.verify_password(password.as_bytes(), &dummy);
            return Ok(PasswordCheck::Wrong);
        };
        match self.argon2.verify_password(password.as_bytes(), &hash) {
            Ok(()) => Ok(PasswordCheck::Right { rehash: self.is_weaker(&hash) }),
            Err(password_hash::Error::PasswordInvalid) => Ok(PasswordCheck::Wrong),
            Err(error) => {
                tracing::error!(%error, "a stored password hash cannot be checked; the password counts as wrong");
                Ok(PasswordCheck::Wrong)
            }
        }
    }

    /// Whether `hash` was made with less than today's price (or another algorithm or version).
    fn is_weaker(&self, hash: &PasswordHash) -> bool {
        let today = hash.algorithm.as_str() == Algorithm::Argon2id.as_str()
            && hash.version == Some(u32::from(Version::V0x13))
            && Params::try_from(hash).is_ok_and(|stored| {
                stored.m_cost() >= self.cost.memory_kib && stored.t_cost() >= self.cost.passes && stored.p_cost() >= self.cost.lanes
            });
        !today
    }
}

#[async_trait]
impl Passwords for Argon2Passwords {
    async fn hash(&self, password: String) -> Result<String> {
        self.calculate(move |inner| inner.hash(&password)).await
    }

    async fn verify(&self, password: String, hash: Option<String>) -> Result<PasswordCheck> {
        self.calculate(move |inner| inner.verify(&password, hash.as_deref())).await
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    const RIGHT: PasswordCheck = PasswordCheck::Right { rehash: false };

    async fn check(passwords: &Argon2Passwords, password: &str, hash: Option<&str>) -> PasswordCheck {
        passwords.verify(password.to_owned(), hash.map(str::to_owned)).await.unwrap()
    }

    #[tokio::test]
    async fn right_wrong_unknown() {
        let passwords = Argon2Passwords::new().unwrap();
        let hash = passwords.hash("длинный пароль".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(check(&passwords, "длинный пароль", Some(&hash)).await, RIGHT);
        assert_eq!(check(&passwords, "длинный парол", Some(&hash)).await, PasswordCheck::Wrong);
        assert_eq!(check(&passwords, "", Some(&hash)).await, PasswordCheck::Wrong);
        assert_eq!(check(&passwords, "длинный пароль", None).await, PasswordCheck::Wrong);
        let own_dummy = "a password that nobody has";
        assert_eq!(check(&passwords, own_dummy, None).await, PasswordCheck::Wrong, "the dummy never opens");
    }

    #[tokio::test]
    async fn equal_passwords_have_different_hashes() {
        let passwords = Argon2Passwords::new().unwrap();
        let one = passwords.hash("same".to_owned()).await.unwrap();
        assert_ne!(one, passwords.hash("same".to_owned()).await.unwrap());
    }

    #[tokio::test]
    async fn weaker_hashes_are_marked_for_a_rehash() {
        let today = Argon2Passwords::new().unwrap();
        for weaker in [Cost { memory_kib: 9_728, ..Cost::default() }, Cost { passes: 1, ..Cost::default() }] {
            let hash = Argon2Passwords::with_cost(weaker).unwrap().hash("secret".to_owned()).await.unwrap();
            assert_eq!(check(&today, "secret", Some(&hash)).await, PasswordCheck::Right { rehash: true });
            assert_eq!(check(&today, "other", Some(&hash)).await, PasswordCheck::Wrong);
        }
        let stronger = Cost { memory_kib: 20_480, passes: 3, lanes: 1 };
        let hash = Argon2Passwords::with_cost(stronger).unwrap().hash("secret".to_owned()).await.unwrap();
        assert_eq!(check(&today, "secret", Some(&hash)).await, RIGHT, "stronger is left alone");
    }

    #[tokio::test]
    async fn unreadable_hashes_are_wrong_not_an_error() {
        let passwords = Argon2Passwords::new().unwrap();
        for hash in ["", "plain", "$argon2id$v=19$m=1,t=1,p=1$AAAA$AAAA", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$"] {
            assert_eq!(check(&passwords, "x", Some(hash)).await, PasswordCheck::Wrong, "{hash}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn unknown_people_cost_as_much_as_known_ones() {
        let passwords = Argon2Passwords::new().unwrap();
        let hash = passwords.hash("right".to_owned()).await.unwrap();
        check(&passwords, "warm", None).await;
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for _ in 0..15 {
            for (times, stored) in [(&mut known, Some(hash.as_str())), (&mut unknown, None)] {
                let start = Instant::now();
                check(&passwords, "wrong", stored).await;
                times.push(start.elapsed());
            }
        }
        // The fastest of each: the least disturbed by whatever else the machine does. Bounds wide enough for a shared one.
        let fastest = |times: &[Duration]| times.iter().min().unwrap().as_secs_f64();
        let ratio = fastest(&known) / fastest(&unknown);
        assert!((0.5..2.0).contains(&ratio), "known / unknown = {ratio}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_more_calculations_at_once_than_cores() {
        let passwords = Argon2Passwords::new().unwrap();
        let cores = available_parallelism().unwrap().get();
        let all: Vec<_> = (0..4 * cores)
            .map(|_| {
                let passwords = passwords.clone();
                tokio::spawn(async move { passwords.hash("secret".to_owned()).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert!(passwords.inner.places.available_permits() <= cores);
        for one in all {
            one.await.unwrap().unwrap();
        }
        assert_eq!(passwords.inner.places.available_permits(), cores, "every place is given back");
    }
}
