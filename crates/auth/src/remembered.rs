//! Tokens already verified, so that a second request with the same token costs no RSA.
//!
//! Bounded: at most [`CAPACITY`] tokens; only verified ones get in, so forged ones cannot push others out. Keyed by the
//! SHA-256 of the whole token: a token with any other byte, signature included, is another token.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, Utc};

use crate::tokens::Verified;

/// How many tokens at most.
pub(crate) const CAPACITY: usize = 10_000;
const SHARDS: usize = 16;

/// SHA-256 of a token.
pub(crate) type Fingerprint = [u8; 32];

pub(crate) fn fingerprint(token: &str) -> Fingerprint {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    bytes
}

type Shard = HashMap<Fingerprint, Verified>;

pub(crate) struct Remembered {
    shards: [Mutex<Shard>; SHARDS],
}

impl Remembered {
    pub(crate) fn new() -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()) }
    }

    pub(crate) fn get(&self, token: &Fingerprint) -> Option<Verified> {
        self.shard(token).get(token).cloned()
    }

    pub(crate) fn insert(&self, token: Fingerprint, verified: Verified, now: DateTime<Utc>) {
        let mut shard = self.shard(&token);
        if shard.len() >= CAPACITY / SHARDS {
            make_room(&mut shard, now);
        }
        shard.insert(token, verified);
    }

    pub(crate) fn forget(&self, token: &Fingerprint) {
        self.shard(token).remove(token);
    }

    fn shard(&self, token: &Fingerprint) -> MutexGuard<'_, Shard> {
        let at = usize::from(token[0]) % SHARDS;
        self.shards[at].lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap().len()).sum()
    }
}

/// Drops what has expired; if that is not enough, the quarter that expires first.
fn make_room(shard: &mut Shard, now: DateTime<Utc>) {
    shard.retain(|_, verified| verified.claims.expires_at > now);
    if shard.len() < CAPACITY / SHARDS {
        return;
    }
    let mut ends: Vec<_> = shard.iter().map(|(token, verified)| (verified.claims.expires_at, *token)).collect();
    ends.sort_unstable();
    for (_, token) in ends.iter().take(ends.len() / 4 + 1) {
        shard.remove(token);
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use tasktrack_domain::gateways::AccessClaims;
    use uuid::Uuid;

    use super::*;

    fn verified(expires_at: DateTime<Utc>) -> Verified {
        let start = DateTime::UNIX_EPOCH;
        let claims = AccessClaims {
            subject: Uuid::from_u128(1),
            session: Uuid::from_u128(2),
            token_id: Uuid::from_u128(3),
            issued_at: start,
            expires_at,
        };
        Verified { claims, not_before: start }
    }

    #[test]
    fn stays_bounded_and_keeps_the_longest_living() {
        let remembered = Remembered::new();
        let now = DateTime::UNIX_EPOCH;
        let last = fingerprint("lives longest");
        remembered.insert(last, verified(now + TimeDelta::days(1)), now);
        for at in 0..30_000 {
            let token = fingerprint(&at.to_string());
            remembered.insert(token, verified(now + TimeDelta::seconds(1 + at)), now);
            assert!(remembered.get(&token).is_some());
        }
        assert!(remembered.len() <= CAPACITY, "{}", remembered.len());
        assert!(remembered.len() > CAPACITY / 2);
        assert!(remembered.get(&last).is_some());
    }

    #[test]
    fn expired_tokens_go_first() {
        let remembered = Remembered::new();
        let now = DateTime::UNIX_EPOCH;
        for at in 0..20_000 {
            remembered.insert(fingerprint(&at.to_string()), verified(now + TimeDelta::seconds(1)), now);
        }
        let later = now + TimeDelta::seconds(2);
        for at in 0..200 {
            remembered.insert(fingerprint(&format!("new {at}")), verified(later + TimeDelta::seconds(1)), later);
        }
        for at in 0..200 {
            assert!(remembered.get(&fingerprint(&format!("new {at}"))).is_some());
        }
    }
}
