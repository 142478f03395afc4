//! RS256 access tokens after RFC 9068: `typ: at+jwt`, all claims required, one algorithm, keys from our own set only.
//!
//! Order of verification, each step before the next one spends anything: size, form, header (exactly `alg`, `typ`, `kid`),
//! known key, signature, claims, times. Verified tokens are remembered; a remembered token is still held against the
//! clock at every call. Leeway: [`LEEWAY`] for `nbf` and `iat`, since a node whose clock is behind would otherwise refuse
//! a token its neighbour has just issued and renewing would not help; none for `exp`, since a token refused a little early
//! is simply renewed and one accepted late would outlive its term.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use aws_lc_rs::{rand::SystemRandom, rsa::KeyPair, signature::RSA_PKCS1_SHA256};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tasktrack_domain::{
    error::{Error, Result},
    gateways::{AccessClaims, TokenError, Tokens},
};
use uuid::Uuid;

use crate::{
    keys::{PublicKeyMaterial, SigningKeyMaterial},
    remembered::{Remembered, fingerprint},
};

/// How far the clocks of two nodes may differ: for `nbf` and `iat` only.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(60);
/// Tokens longer than this are refused unread, in bytes. Ours have about 700.
pub const MAX_TOKEN: usize = 8 * 1024;
/// No token lives longer, whoever signed it.
pub const MAX_LIFETIME: TimeDelta = TimeDelta::hours(24);
/// The audience of this application.
pub const AUDIENCE: &str = "tasktrack";

const ALGORITHM: &str = "RS256";
const TYPE: &str = "at+jwt";
const LONG_TYPE: &str = "application/at+jwt";

/// The whole header. Any other member (`jwk`, `jku`, `x5u`, `x5c`, `crit`, `b64` …) or a repeated one is refused.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

/// The claims as they stand in the token; times in whole seconds since 1970. Unknown claims are ignored, so that a newer
/// version may add some; repeated ones are refused.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    jti: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// A token whose signature and claims are right; only the clock remains to be asked.
#[derive(Clone, Debug)]
pub(crate) struct Verified {
    pub(crate) claims: AccessClaims,
    pub(crate) not_before: DateTime<Utc>,
}

impl Verified {
    fn at(self, now: DateTime<Utc>) -> Result<AccessClaims, TokenError> {
        if now >= self.claims.expires_at {
            return Err(TokenError::Expired);
        }
        let latest = now.checked_add_signed(LEEWAY).ok_or(TokenError::Invalid)?;
        if self.not_before > latest || self.claims.issued_at > latest {
            return Err(TokenError::Invalid);
        }
        Ok(self.claims)
    }
}

/// The keys in force and what was verified with them: replaced as a whole, so a retired key takes its tokens along.
struct Ring {
    /// Parsed once: parsing costs more than signing.
    signing: KeyPair,
    kid: String,
    public_pem: String,
    verifying: HashMap<String, DecodingKey>,
    jwks: Value,
    remembered: Remembered,
}

impl Ring {
    fn new(signing: &SigningKeyMaterial, published: &[PublicKeyMaterial]) -> Result<Self> {
        let pair = KeyPair::from_pkcs8(&signing.private_pkcs8_der).map_err(Error::internal)?;
        let mut all = vec![signing.public()];
        for key in published {
            if all.iter().all(|known| known.kid != key.kid) {
                all.push(key.clone());
            }
        }
        let verifying = all
            .iter()
            .map(|key| Ok((key.kid.clone(), DecodingKey::from_rsa_components(&key.n, &key.e).map_err(Error::internal)?)))
            .collect::<Result<_>>()?;
        let members: Vec<Value> =
            all.iter().map(|key| json!({"kty": "RSA", "use": "sig", "alg": ALGORITHM, "kid": key.kid, "n": key.n, "e": key.e})).collect();
        Ok(Self {
            signing: pair,
            kid: signing.kid.clone(),
            public_pem: signing.public_spki_pem.clone(),
            verifying,
            jwks: json!({ "keys": members }),
            remembered: Remembered::new(),
        })
    }
}

/// [`Tokens`] with RSA keys. Thread-safe; keys can be replaced while it works.
pub struct JwtTokens {
    issuer: String,
    audience: String,
    ring: RwLock<Arc<Ring>>,
}

impl JwtTokens {
    /// Tokens of `issuer` (the public URL) for `audience` (normally [`AUDIENCE`]), signed with `signing`. `published`:
    /// further keys that verify and stand in the JWKS — the next one and those just retired; `signing` may be among them.
    pub fn new(
        issuer: impl Into<String>,
        audience: impl Into<String>,
        signing: &SigningKeyMaterial,
        published: &[PublicKeyMaterial],
    ) -> Result<Self> {
        let ring = RwLock::new(Arc::new(Ring::new(signing, published)?));
        Ok(Self { issuer: issuer.into(), audience: audience.into(), ring })
    }

    /// Takes new keys into force at once. A key that is in neither place any more verifies nothing from now on, not even
    /// remembered tokens. Does nothing (and forgets nothing) if the keys are the same.
    pub fn replace_keys(&self, signing: &SigningKeyMaterial, published: &[PublicKeyMaterial]) -> Result<()> {
        let new = Ring::new(signing, published)?;
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        if ring.jwks != new.jwks || ring.kid != new.kid {
            *ring = Arc::new(new);
        }
        Ok(())
    }

    /// `kid` of the key that signs now.
    pub fn signing_kid(&self) -> String {
        self.ring().kid.clone()
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Everything but the clock.
    fn check(&self, ring: &Ring, token: &str) -> Result<Verified, TokenError> {
        let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Invalid)?;
        let (header, payload) = message.split_once('.').ok_or(TokenError::Invalid)?;
        let Header { alg, typ, kid } = read_object(header)?;
        if alg != ALGORITHM || !(typ.eq_ignore_ascii_case(TYPE) || typ.eq_ignore_ascii_case(LONG_TYPE)) {
            return Err(TokenError::Invalid);
        }
        let key = ring.verifying.get(&kid).ok_or(TokenError::Invalid)?;
        if !jsonwebtoken::crypto::verify(signature, message.as_bytes(), key, Algorithm::RS256).unwrap_or(false) {
            return Err(TokenError::Invalid);
        }
        self.read_claims(read_object(payload)?).ok_or(TokenError::Invalid)
    }

    fn read_claims(&self, claims: Claims) -> Option<Verified> {
        let Claims { iss, aud, sub, sid, jti, iat, nbf, exp } = claims;
        let sane = iat >= 0 && nbf >= 0 && exp > iat && exp > nbf && exp - iat <= MAX_LIFETIME.num_seconds();
        if iss != self.issuer || aud != self.audience || !sane {
            return None;
        }
        Some(Verified {
            claims: AccessClaims {
                subject: sub,
                session: sid,
                token_id: jti,
                issued_at: DateTime::from_timestamp(iat, 0)?,
                expires_at: DateTime::from_timestamp(exp, 0)?,
            },
            not_before: DateTime::from_timestamp(nbf, 0)?,
        })
    }
}

impl Tokens for JwtTokens {
    /// Times are cut to whole seconds; `nbf` is `iat`. Refuses a life of zero or more than [`MAX_LIFETIME`].
    fn issue(&self, claims: &AccessClaims) -> Result<String> {
        let life = claims.expires_at.timestamp() - claims.issued_at.timestamp();
        if life <= 0 || life > MAX_LIFETIME.num_seconds() {
            return Err(Error::internal(format!("an access token cannot live {life} s")));
        }
        let ring = self.ring();
        let header = Header { alg: ALGORITHM.to_owned(), typ: TYPE.to_owned(), kid: ring.kid.clone() };
        let payload = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: claims.subject,
            sid: claims.session,
            jti: claims.token_id,
            iat: claims.issued_at.timestamp(),
            nbf: claims.issued_at.timestamp(),
            exp: claims.expires_at.timestamp(),
        };
        let mut token = format!("{}.{}", write_object(&header)?, write_object(&payload)?);
        let mut signature = vec![0; ring.signing.public_modulus_len()];
        ring.signing
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .map_err(|_| Error::internal("signing a token failed"))?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<AccessClaims, TokenError> {
        if token.len() > MAX_TOKEN {
            return Err(TokenError::Invalid);
        }
        let ring = self.ring();
        let id = fingerprint(token);
        if let Some(known) = ring.remembered.get(&id) {
            let answer = known.at(now);
            if answer == Err(TokenError::Expired) {
                ring.remembered.forget(&id);
            }
            return answer;
        }
        let verified = self.check(&ring, token)?;
        let claims = verified.clone().at(now)?;
        ring.remembered.insert(id, verified, now);
        Ok(claims)
    }

    fn jwks(&self) -> Value {
        self.ring().jwks.clone()
    }

    fn public_key_pem(&self) -> String {
        self.ring().public_pem.clone()
    }
}

/// base64url without padding, then a JSON object (serde would take an array for a struct, too).
fn read_object<T: for<'a> Deserialize<'a>>(part: &str) -> Result<T, TokenError> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Invalid)?;
    if bytes.first() != Some(&b'{') {
        return Err(TokenError::Invalid);
    }
    serde_json::from_slice(&bytes).map_err(|_| TokenError::Invalid)
}

fn write_object(value: &impl Serialize) -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).map_err(Error::internal)?))
}

#[cfg(test)]
mod tests;
