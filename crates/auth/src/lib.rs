//! Passwords, signing keys, access tokens, randomness: the only crate that knows jsonwebtoken, rsa, argon2 and aws-lc-rs.
//!
//! - [`Argon2Passwords`] — Argon2id off the request threads;
//! - [`keys`] — RSA keys and their sealing at rest; [`master_key`] — the key that seals them;
//! - [`JwtTokens`] — RS256 access tokens (RFC 9068 `at+jwt`), strict verification, JWKS, rotation;
//! - [`OsRandom`] — the operating system's random numbers.
//!
//! The `rsa` crate only generates keys and encodes them. Private-key operations run in aws-lc-rs, so the timing
//! weakness of `rsa` (RUSTSEC-2023-0071) does not apply.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod keys;
pub mod master_key;
mod passwords;
mod random;
mod remembered;
mod seal;
mod tokens;

pub use keys::{PublicKeyMaterial, SigningKeyMaterial, generate_key};
pub use passwords::{Argon2Passwords, Cost};
pub use random::OsRandom;
pub use seal::Sealer;
pub use tokens::{AUDIENCE, JwtTokens, LEEWAY, MAX_LIFETIME, MAX_TOKEN};
