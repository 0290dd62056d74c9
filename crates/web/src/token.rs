//! Random secrets, their digests, and short signed texts.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Encodes bytes as text that is allowed in an address and in a cookie.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes such a text.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// SHA-256 of a text, as text: what is stored instead of a secret.
pub fn digest(text: &str) -> String {
    encode(&Sha256::digest(text.as_bytes()))
}

/// A number that is another one when any of the texts is another: the version of a record without one of its own.
pub fn version_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> i64 {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    let bytes = hash.finalize().first_chunk().copied().unwrap_or_default();
    i64::from_be_bytes(bytes) & i64::MAX
}

/// A secret given to one browser; the database stores its digest only.
#[derive(Clone, Debug)]
pub struct Secret(pub String);

impl Secret {
    /// Creates a secret from 32 random bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(encode(&bytes))
    }

    /// The digest that is stored.
    pub fn digest(&self) -> String {
        digest(&self.0)
    }
}

/// A key that signs short texts, such as a check-in code.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("key")
    }
}

/// Length of a signature in bytes: half of SHA-256, enough for texts that are valid for minutes.
const SIGNATURE: usize = 16;

impl Key {
    /// Creates a key from its bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn mac(&self, purpose: &str, text: &str) -> Vec<u8> {
        // HMAC accepts a key of any length, so this never fails.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return Vec::new() };
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        mac.finalize().into_bytes()[..SIGNATURE].to_vec()
    }

    /// The text with its signature: `12.345.AbC…`.
    pub fn sign(&self, purpose: &str, text: &str) -> String {
        format!("{text}.{}", encode(&self.mac(purpose, text)))
    }

    /// The text, if its signature is valid for this purpose.
    pub fn open<'t>(&self, purpose: &str, signed: &'t str) -> Option<&'t str> {
        let (text, signature) = signed.rsplit_once('.')?;
        let given = decode(signature)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        (given.len() == SIGNATURE && mac.verify_truncated_left(&given).is_ok()).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_text_opens_for_its_purpose_alone() {
        let key = Key::new([7; 32]);
        let signed = key.sign("check-in", "12.345");
        assert_eq!(key.open("check-in", &signed), Some("12.345"));
        assert_eq!(key.open("claim", &signed), None);
        assert_eq!(key.open("check-in", &signed.replace("12.", "13.")), None);
        assert_eq!(Key::new([8; 32]).open("check-in", &signed), None);
        assert_eq!(key.open("check-in", "12.345."), None);
    }
}
