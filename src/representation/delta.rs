//! What a version of a feed has that another one lacks: RFC 3229 with the instance manipulation `feed`, which sends
//! only the entries that are new or changed, in a feed that is whole by itself.

use std::collections::HashSet;
use std::hash::Hasher;
use std::ops::Range;

use twox_hash::XxHash3_64;

use crate::config::Format;
use crate::feed::piece::places;

/// A version of a feed by the digests of what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    /// Of all of it, as its entity tag says it.
    pub digest: String,
    /// Of what is around its entries.
    frame: u64,
    entries: Vec<u64>,
}

/// What a reader lacks that has an earlier version.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lack {
    /// Nothing: entries went, at most.
    Nothing,
    /// The entries in this feed.
    Entries(Vec<u8>),
    /// So much that the whole is no longer.
    All,
}

impl Version {
    /// `None`: it is no feed of ours.
    pub fn of(bytes: &[u8], format: Format, digest: &str) -> Option<Self> {
        let parts = Parts::of(bytes, format)?;
        let mut frame = XxHash3_64::new();
        parts.frame().iter().for_each(|part| frame.write(part));
        let entries = parts.entries.iter().map(|entry| XxHash3_64::oneshot(&bytes[entry.clone()])).collect();
        Some(Self { digest: digest.to_owned(), frame: frame.finish(), entries })
    }

    /// How many digests it is.
    pub fn size(&self) -> usize {
        self.entries.len() + 1
    }

    /// What of `bytes`, which are the version `current`, somebody lacks who has this one.
    pub fn lacks(&self, bytes: &[u8], format: Format, current: &Self) -> Lack {
        let known: HashSet<&u64> = self.entries.iter().collect();
        let is_new: Vec<bool> = current.entries.iter().map(|entry| !known.contains(entry)).collect();
        if self.frame == current.frame && !is_new.contains(&true) {
            return Lack::Nothing;
        }
        let delta = Parts::of(bytes, format).map(|parts| parts.only(&is_new));
        delta.filter(|delta| delta.len() < bytes.len()).map_or(Lack::All, Lack::Entries)
    }
}

/// A feed taken apart: its entries, all parted by the same bytes.
struct Parts<'a> {
    bytes: &'a [u8],
    entries: Vec<Range<usize>>,
    between: &'a [u8],
}

impl<'a> Parts<'a> {
    /// `None`: it cannot be taken apart.
    fn of(bytes: &'a [u8], format: Format) -> Option<Self> {
        let text = str::from_utf8(bytes).ok()?;
        let entries = places(text, format)?;
        let gaps: HashSet<&[u8]> = entries.windows(2).map(|pair| &bytes[pair[0].end..pair[1].start]).collect();
        let between = gaps.iter().next().copied().unwrap_or_default();
        (gaps.len() <= 1).then_some(Self { bytes, entries, between })
    }

    /// What is before the first entry and after the last one.
    fn frame(&self) -> [&'a [u8]; 2] {
        let end = self.bytes.len();
        let start = self.entries.first().map_or(end, |entry| entry.start);
        [&self.bytes[..start], &self.bytes[self.entries.last().map_or(end, |entry| entry.end)..]]
    }

    /// The feed with these entries alone.
    fn only(&self, is_kept: &[bool]) -> Vec<u8> {
        let kept = self.entries.iter().zip(is_kept).filter(|(_, is_kept)| **is_kept);
        let kept: Vec<&[u8]> = kept.map(|(entry, _)| &self.bytes[entry.clone()]).collect();
        let [before, after] = self.frame();
        [before, &kept.join(self.between), after].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::{self, Feed, sample, verify};
    use crate::subscription;
    use proptest::prelude::*;

    const FORMATS: [Format; 3] = [Format::Rss, Format::Atom, Format::Json];

    fn feed(days: &[u32]) -> Feed {
        sample::feed(days.iter().map(|day| sample::entry(*day)).collect())
    }

    fn lack(old: &Feed, new: &Feed, format: Format) -> Lack {
        let (old, new) = (feed::write(old, format), feed::write(new, format));
        let version = |bytes: &[u8]| Version::of(bytes, format, "").expect("a feed");
        version(&old).lacks(&new, format, &version(&new))
    }

    fn ids(bytes: &[u8]) -> Vec<String> {
        let feed = subscription::read(bytes, "delta").expect("a feed");
        feed.entries.into_iter().map(|entry| entry.id).collect()
    }

    #[test]
    fn only_what_is_new_or_changed_comes() {
        for format in FORMATS {
            let mut new = feed(&[5, 4, 3, 2]);
            new.entries[2] = sample::entry_of(sample::post(3), "<p>Changed.</p>", "<p>c</p>");
            let Lack::Entries(delta) = lack(&feed(&[4, 3, 2, 1]), &new, format) else { panic!("{format:?}") };
            assert_eq!(verify(&delta, format), Ok(()));
            assert_eq!(ids(&delta), ["https://example.org/5/", "https://example.org/3/"]);
        }
    }

    #[test]
    fn who_lacks_nothing_gets_nothing() {
        for format in FORMATS {
            assert_eq!(lack(&feed(&[3, 2, 1]), &feed(&[3, 2]), format), Lack::Nothing);
            assert_eq!(lack(&feed(&[1]), &feed(&[5, 4]), format), Lack::All);
        }
    }

    #[test]
    fn a_new_title_of_the_feed_comes_without_entries() {
        for format in FORMATS {
            let renamed = Feed { title: "Renamed".to_owned(), ..feed(&[2, 1]) };
            let Lack::Entries(delta) = lack(&feed(&[2, 1]), &renamed, format) else { panic!("{format:?}") };
            assert_eq!(verify(&delta, format), Ok(()));
            assert!(String::from_utf8_lossy(&delta).contains("Renamed") && ids(&delta).is_empty());
        }
    }

    #[test]
    fn what_is_no_feed_of_ours_is_not_taken_apart() {
        for (text, format) in [
            ("", Format::Rss),
            ("<rss><channel><item/><title/><item/> <item/></channel></rss>", Format::Rss),
            ("<html/>", Format::Atom),
            ("{\"items\": 1}", Format::Json),
            ("[]", Format::Json),
        ] {
            assert_eq!(Version::of(text.as_bytes(), format, ""), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_delta_is_a_feed_and_with_what_was_known_it_is_all(feed in sample::nasty_feed(), known in any::<u16>()) {
            for format in FORMATS {
                let mut old = feed.clone();
                let mut place = 0;
                old.entries.retain(|_| { place += 1; known & (1 << (place % 16)) != 0 });
                let (old, new) = (feed::write(&old, format), feed::write(&feed, format));
                let version = |bytes: &[u8]| Version::of(bytes, format, "").expect("a feed");
                let (had, has) = (version(&old), version(&new));
                if let Lack::Entries(delta) = had.lacks(&new, format, &has) {
                    prop_assert_eq!(verify(&delta, format), Ok(()));
                    let all: HashSet<u64> = version(&delta).entries.into_iter().chain(had.entries).collect();
                    prop_assert!(has.entries.iter().all(|entry| all.contains(entry)));
                }
            }
        }
    }
}
