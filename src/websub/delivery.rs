//! What a version of a feed is sent with (§7).

use std::fmt::Write;
use std::sync::Arc;

use ring::hmac;

use super::Version;
use super::subscription::Secret;
use crate::feed::Edition;
use crate::feed::edition::digest;

/// A feed as it is now, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its address, which `self` names.
    pub url: Arc<str>,
    /// As who reads it there is told.
    pub content_type: String,
    /// All of it.
    pub bytes: Arc<[u8]>,
    /// Of the bytes.
    pub version: Version,
}

impl Topic {
    /// These bytes at this address.
    #[must_use]
    pub fn new(url: &str, content_type: &str, bytes: Arc<[u8]>) -> Self {
        Self { url: url.into(), content_type: content_type.to_owned(), version: digest(&bytes), bytes }
    }
}

impl From<&Edition> for Topic {
    fn from(edition: &Edition) -> Self {
        let content_type = edition.content_type().to_owned();
        Self { url: edition.url.as_str().into(), content_type, bytes: edition.bytes.clone(), version: edition.digest }
    }
}

/// The value of `Link` (RFC 8288): where it comes from, and what it is.
#[must_use]
pub fn link(hub: &str, topic: &str) -> String {
    format!("<{hub}>; rel=\"hub\", <{topic}>; rel=\"self\"")
}

/// The value of `X-Hub-Signature` (§7.1): by HMAC (RFC 2104) with SHA-256.
#[must_use]
pub fn signature(secret: &Secret, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.bytes());
    let mut text = "sha256=".to_owned();
    for byte in hmac::sign(&key, body).as_ref() {
        let _ = write!(text, "{byte:02x}"); // a string takes all
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231 §4.3, test case 2.
    #[test]
    fn a_signature_is_the_one_of_the_specification() {
        let signed = signature(&Secret::new(b"Jefe"), b"what do ya want for nothing?");
        assert_eq!(signed, "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn a_version_is_known_by_its_bytes() {
        let version = |bytes: &[u8]| Topic::new("u", "t", bytes.into()).version;
        assert_eq!(version(b"a"), version(b"a"));
        assert_ne!(version(b"a"), version(b"b"));
    }
}
