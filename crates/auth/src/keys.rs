//! RSA signing keys: made, encoded, named. Signing itself is in [`crate::JwtTokens`].

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rsa::{
    RsaPrivateKey, RsaPublicKey,
    pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding, der::zeroize::Zeroizing},
    rand_core::OsRng,
    traits::PublicKeyParts,
};
use sha2::{Digest, Sha256};
use tasktrack_domain::error::{Error, Result};

pub use crate::seal::Sealer;

/// Length of a new key in bits.
pub const KEY_BITS: usize = 2048;

/// The public part of a key: all that verification and the JWKS need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKeyMaterial {
    /// RFC 7638 thumbprint (SHA-256, base64url, 43 characters).
    pub kid: String,
    /// `-----BEGIN PUBLIC KEY-----`, SPKI.
    pub spki_pem: String,
    /// JWK member `n`: the modulus, base64url.
    pub n: String,
    /// JWK member `e`: the exponent, base64url.
    pub e: String,
}

impl PublicKeyMaterial {
    /// From a stored SPKI PEM; `kid`, `n` and `e` are computed. Fails if it is not an RSA key of at least 2048 bits.
    pub fn from_spki_pem(pem: &str) -> Result<Self> {
        let key = RsaPublicKey::from_public_key_pem(pem.trim()).map_err(Error::internal)?;
        Self::of(&key)
    }

    fn of(key: &RsaPublicKey) -> Result<Self> {
        if key.size() * 8 < KEY_BITS {
            return Err(Error::internal(format!("an RSA key of {} bits is too short", key.size() * 8)));
        }
        let n = URL_SAFE_NO_PAD.encode(key.n().to_bytes_be());
        let e = URL_SAFE_NO_PAD.encode(key.e().to_bytes_be());
        let spki_pem = key.to_public_key_pem(LineEnding::LF).map_err(Error::internal)?;
        Ok(Self { kid: thumbprint(&n, &e), spki_pem, n, e })
    }
}

/// A whole signing key. The private part is wiped when dropped and never printed.
#[derive(Clone)]
pub struct SigningKeyMaterial {
    /// RFC 7638 thumbprint (SHA-256, base64url, 43 characters).
    pub kid: String,
    /// PKCS#8 DER, in clear: seal it with [`Sealer`] before it leaves the process.
    pub private_pkcs8_der: Zeroizing<Vec<u8>>,
    /// `-----BEGIN PUBLIC KEY-----`, SPKI.
    pub public_spki_pem: String,
    /// JWK member `n`: the modulus, base64url.
    pub n: String,
    /// JWK member `e`: the exponent, base64url.
    pub e: String,
}

impl SigningKeyMaterial {
    /// From an opened private part; everything public is computed from it.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self> {
        let key = RsaPrivateKey::from_pkcs8_der(der).map_err(Error::internal)?;
        let PublicKeyMaterial { kid, spki_pem, n, e } = PublicKeyMaterial::of(&key.to_public_key())?;
        Ok(Self { kid, private_pkcs8_der: Zeroizing::new(der.to_vec()), public_spki_pem: spki_pem, n, e })
    }

    /// The part everyone may see.
    pub fn public(&self) -> PublicKeyMaterial {
        PublicKeyMaterial { kid: self.kid.clone(), spki_pem: self.public_spki_pem.clone(), n: self.n.clone(), e: self.e.clone() }
    }
}

impl fmt::Debug for SigningKeyMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKeyMaterial").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// A new RSA key of [`KEY_BITS`] bits. Takes 0.1 to 1 s of CPU: call it on a blocking thread.
pub fn generate_key() -> Result<SigningKeyMaterial> {
    let key = RsaPrivateKey::new(&mut OsRng, KEY_BITS).map_err(Error::internal)?;
    let der = key.to_pkcs8_der().map_err(Error::internal)?;
    SigningKeyMaterial::from_pkcs8_der(der.as_bytes())
}

/// RFC 7638: SHA-256 over the required members in lexical order, no white space.
fn thumbprint(n: &str, e: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbprint_is_the_one_of_rfc_7638() {
        // Section 3.1 of the RFC.
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMst\
                 n64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbO\
                 pbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        assert_eq!(thumbprint(n, "AQAB"), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn a_new_key_survives_storing() {
        let key = generate_key().unwrap();
        assert_eq!(key.e, "AQAB");
        assert_eq!(URL_SAFE_NO_PAD.decode(&key.n).unwrap().len(), KEY_BITS / 8);
        assert!(key.public_spki_pem.starts_with("-----BEGIN PUBLIC KEY-----\n"));
        assert_eq!(PublicKeyMaterial::from_spki_pem(&key.public_spki_pem).unwrap(), key.public());

        let sealer = Sealer::new([1; 32]).unwrap();
        let sealed = sealer.seal(&key.kid, &key.private_pkcs8_der).unwrap();
        let opened = sealer.open(&key.kid, &sealed).unwrap();
        assert_eq!(SigningKeyMaterial::from_pkcs8_der(&opened).unwrap().public(), key.public());
    }

    #[test]
    fn the_thumbprint_agrees_with_jsonwebtoken() {
        let key = generate_key().unwrap();
        let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(serde_json::json!({"kty": "RSA", "n": key.n, "e": key.e})).unwrap();
        assert_eq!(jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap(), key.kid);
    }

    #[test]
    fn debug_shows_no_private_part() {
        let key = generate_key().unwrap();
        let shown = format!("{key:?}");
        assert!(shown.len() < 120 && shown.contains(&key.kid), "{shown}");
    }

    #[test]
    fn short_and_foreign_keys_are_refused() {
        let short = RsaPrivateKey::new(&mut OsRng, 1024).unwrap();
        let pem = short.to_public_key().to_public_key_pem(LineEnding::LF).unwrap();
        assert!(PublicKeyMaterial::from_spki_pem(&pem).is_err());
        assert!(SigningKeyMaterial::from_pkcs8_der(short.to_pkcs8_der().unwrap().as_bytes()).is_err());
        assert!(PublicKeyMaterial::from_spki_pem("no key").is_err());
        assert!(SigningKeyMaterial::from_pkcs8_der(b"no key").is_err());
    }
}
