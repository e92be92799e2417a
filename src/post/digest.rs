//! What tells one version of a post from another: hashes that stay the same from run to run, from release to
//! release, and from machine to machine, since they are kept with what was published.

use chrono::{DateTime, FixedOffset};
use twox_hash::XxHash3_64;

use super::Post;

/// A hash of bytes: another one, other bytes.
#[must_use]
pub fn digest(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

/// Which version of its file a post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Version {
    /// Of all bytes.
    pub file: u64,
    /// Of the body, but for blanks around it.
    pub body: u64,
}

impl Version {
    /// That of a file whose body begins at `offset`, in bytes. Every byte is hashed once.
    #[must_use]
    pub fn of(bytes: &[u8], offset: usize) -> Self {
        let (head, rest) = bytes.split_at(offset.min(bytes.len()));
        let body = digest(rest.trim_ascii());
        // blanks around the body are counted, not read
        let lengths = [rest, rest.trim_ascii_start()].map(|rest| rest.len() as u64);
        let parts = [digest(head), body, lengths[0], lengths[1]].map(u64::to_le_bytes);
        Self { file: digest(parts.as_flattened()), body }
    }
}

/// A hash of all that readers see of a post, and of where and when: another one, another entry. Of one configuration
/// everything in a post follows from what is hashed here.
pub(super) fn fingerprint(post: &Post) -> u64 {
    let texts = [&*post.path, &post.id, &post.url];
    let length: usize = texts.iter().map(|text| text.len() + 1).sum();
    let mut facts = Vec::with_capacity(length + post.enclosures.len() * 8 + 72);
    for text in texts {
        facts.extend_from_slice(text.as_bytes());
        facts.push(0xff);
    }
    facts.extend_from_slice(&post.version.file.to_le_bytes());
    for instant in [Some(post.published), post.updated, post.expires] {
        add_instant(&mut facts, instant);
    }
    facts.extend_from_slice(&(post.enclosures.len() as u64).to_le_bytes());
    for enclosure in &post.enclosures {
        facts.extend_from_slice(&enclosure.length.to_le_bytes());
    }
    digest(&facts)
}

fn add_instant(facts: &mut Vec<u8>, instant: Option<DateTime<FixedOffset>>) {
    facts.push(instant.is_some().into());
    if let Some(instant) = instant {
        facts.extend_from_slice(&instant.timestamp().to_le_bytes());
        facts.extend_from_slice(&instant.timestamp_subsec_nanos().to_le_bytes());
        facts.extend_from_slice(&instant.offset().local_minus_utc().to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::config::Dialect;

    #[test]
    fn digests_are_the_same_for_ever() {
        assert_eq!(digest(b""), 0x2d06_8005_38d3_94c2); // XXH3 of nothing, as its authors give it
        assert_eq!(digest(b"Feedwright"), 1_746_126_421_106_992_605);
        let version = Version::of(b"---\n---\nText.\n", 8);
        assert_eq!(version.body, digest(b"Text."));
    }

    #[test]
    fn fingerprints_are_the_same_for_ever() {
        let text = "---\ntitle: x\ndate: 2024-01-02 03:04:05.6 +0700\nexpires: 2034-01-02\naudio: /a.mp3\n---\nText.\n";
        let (post, problems) = testing::post(Dialect::Commonmark, "a.md", text);
        assert_eq!((fingerprint(&post), problems.len()), (9_668_130_866_935_573_035, 1));
    }

    #[test]
    fn blanks_around_a_body_make_another_file_and_no_other_body() {
        let one = Version::of(b"---\n---\nText.\n", 8);
        for other in [&b"---\n---\nText.\n\n"[..], b"---\n---\n\nText.", b"---\n---\nText."] {
            let other = Version::of(other, 8);
            assert!(other.body == one.body && other.file != one.file);
        }
        assert_ne!(Version::of(b"---\n---\nText!\n", 8).body, one.body);
        let head = Version::of(b"+++\n---\nText.\n", 8);
        assert!(head.body == one.body && head.file != one.file);
        assert_eq!(Version::of(b"ab", 9), Version::of(b"ab", 2));
    }
}
