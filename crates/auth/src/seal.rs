//! Private keys at rest: AES-256-GCM under the master key, bound to the key's `kid`.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use rsa::pkcs8::der::zeroize::Zeroizing;
use tasktrack_domain::error::{Error, Result};

/// First byte of everything sealed; another number will mean another format.
const FORMAT: u8 = 1;

/// Seals and opens private keys. Sealed form: format byte, 12 bytes nonce, ciphertext, 16 bytes tag.
pub struct Sealer {
    key: RandomizedNonceKey,
}

impl Sealer {
    /// With the 32 bytes of the master key, see [`crate::master_key`].
    pub fn new(master_key: [u8; 32]) -> Result<Self> {
        let master_key = Zeroizing::new(master_key);
        let key =
            RandomizedNonceKey::new(&AES_256_GCM, master_key.as_slice()).map_err(|_| Error::internal("the master key is not usable"))?;
        Ok(Self { key })
    }

    /// `plain` sealed under a new random nonce. Opens only with the same `kid`.
    pub fn seal(&self, kid: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let mut body = plain.to_vec();
        let nonce =
            self.key.seal_in_place_append_tag(Aad::from(kid.as_bytes()), &mut body).map_err(|_| Error::internal("sealing a key failed"))?;
        let nonce: &[u8; NONCE_LEN] = nonce.as_ref();
        Ok([&[FORMAT], nonce.as_slice(), &body].concat())
    }

    /// What was sealed. Fails with another master key, another `kid` or a single changed bit.
    pub fn open(&self, kid: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let refused = || Error::internal(format!("signing key {kid} cannot be opened: wrong master key or damaged"));
        let Some((&FORMAT, rest)) = sealed.split_first() else { return Err(refused()) };
        let (nonce, body) = rest.split_at_checked(NONCE_LEN).ok_or_else(refused)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| refused())?;
        let mut body = Zeroizing::new(body.to_vec());
        let plain = self.key.open_in_place(nonce, Aad::from(kid.as_bytes()), &mut body).map_err(|_| refused())?;
        Ok(Zeroizing::new(plain.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_what_it_sealed() {
        let sealer = Sealer::new([7; 32]).unwrap();
        let sealed = sealer.seal("kid", b"private").unwrap();
        assert_eq!(sealed.len(), 1 + 12 + 7 + 16);
        assert_eq!(sealer.open("kid", &sealed).unwrap().as_slice(), b"private");
        assert_ne!(sealed, sealer.seal("kid", b"private").unwrap(), "a new nonce each time");
    }

    #[test]
    fn any_change_is_refused() {
        let sealer = Sealer::new([7; 32]).unwrap();
        let sealed = sealer.seal("kid", b"private").unwrap();
        assert!(sealer.open("other", &sealed).is_err(), "another kid");
        assert!(Sealer::new([8; 32]).unwrap().open("kid", &sealed).is_err(), "another master key");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(sealer.open("kid", &changed).is_err(), "bit of byte {at} turned");
            assert!(sealer.open("kid", &sealed[..at]).is_err(), "cut to {at} bytes");
        }
    }
}
