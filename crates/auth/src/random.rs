//! Random numbers of the operating system.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{Rng, RngCore, rngs::OsRng};
use tasktrack_domain::gateways::Random;

/// [`Random`] from the operating system's generator. Aborts the request (panics) if the system has no randomness:
/// there is nothing sensible to do without it.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn token(&self) -> String {
        let mut bytes = [0_u8; 32];
        OsRng.fill_bytes(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn below(&self, bound: usize) -> usize {
        OsRng.gen_range(0..bound.max(1))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn tokens_are_256_bits_and_differ() {
        let tokens: HashSet<String> = (0..1000).map(|_| OsRandom.token()).collect();
        assert_eq!(tokens.len(), 1000);
        for token in tokens {
            assert_eq!(URL_SAFE_NO_PAD.decode(&token).unwrap().len(), 32, "{token}");
        }
    }

    #[test]
    fn below_stays_below_and_reaches_everything() {
        let seen: HashSet<usize> = (0..1000).map(|_| OsRandom.below(5)).collect();
        assert_eq!(seen, HashSet::from([0, 1, 2, 3, 4]));
        assert_eq!(OsRandom.below(1), 0);
        assert_eq!(OsRandom.below(0), 0, "a bound of zero does not panic");
    }
}
