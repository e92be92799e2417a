//! A feed as it is published: its bytes, where the public finds them, and since when they are so.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use twox_hash::XxHash3_128;
use url::Url;

use crate::config::Format;

/// One version of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Below the output folder, with `/`.
    pub path: String,
    /// Its public address, which `self` names in it.
    pub url: Url,
    /// What it is written as.
    pub format: Format,
    /// All of it.
    pub bytes: Arc<[u8]>,
    /// Of the bytes: [`digest`].
    pub digest: u128,
    /// Since when a feed of these bytes is published; whole seconds, later than that of the version before.
    pub since: DateTime<Utc>,
}

impl Edition {
    /// What HTTP calls it (`Content-Type`), with its charset.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        content_type(self.format)
    }
}

/// What HTTP calls a format: RFC 4287 §7, JSON Feed 1.1, and the name that RSS goes by (RSS Best Practices).
#[must_use]
pub fn content_type(format: Format) -> &'static str {
    match format {
        Format::Rss => "application/rss+xml; charset=utf-8",
        Format::Atom => "application/atom+xml; charset=utf-8",
        Format::Json => "application/feed+json; charset=utf-8",
    }
}

/// Tells versions of a feed apart (XXH3, 128 bits): the same for the same bytes, for ever.
#[must_use]
pub fn digest(bytes: &[u8]) -> u128 {
    XxHash3_128::oneshot(bytes)
}

/// A digest as it is told and kept: 32 hexadecimal digits, as no number of JSON is so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(pub u128);

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:032x}", self.0)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        u128::from_str_radix(&text, 16).map(Self).map_err(serde::de::Error::custom)
    }
}

/// The format of a feed that we wrote.
#[must_use]
pub fn format_of(bytes: &[u8]) -> Format {
    if bytes.first() == Some(&b'{') {
        return Format::Json;
    }
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    match lines.nth(1) {
        Some(root) if root.starts_with(b"<rss ") => Format::Rss,
        _ => Format::Atom,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::{sample, write};

    #[test]
    fn the_format_of_what_we_write_is_known_again() {
        let feed = sample::feed(vec![sample::entry(1)]);
        for format in [Format::Rss, Format::Atom, Format::Json] {
            assert_eq!(format_of(&write(&feed, format)), format);
        }
    }

    #[test]
    fn digests_are_for_ever() {
        assert_eq!(digest(b""), 0x99aa_06d3_0147_98d8_6001_c324_468d_497f);
    }
}
