//! Reads a feed as [`verify`](super::verify()) does, but each entry once, however many feeds and versions of them show it.
//!
//! A document is well-formed when what is left without its entries is, and each entry is by itself, within the same start
//! tag. So the frame is read with an empty element in the place of each entry, and an entry whose very bytes were not read
//! before alone in the smallest feed. What does not come apart like that is read as a whole.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use memchr::memchr;
use memchr::memmem::{self, Finder};
use twox_hash::XxHash3_128;

use super::xml::{self, Shape};
use super::{prose, shape, text_of, verify};
use crate::config::Format;
use crate::feed::Piece;
use crate::post::digest;

/// So many entries are remembered at most: some megabytes.
const MOST: usize = 1 << 17;

/// Verifies feeds, and remembers the entries that were right.
#[derive(Debug, Default)]
pub struct Verifier {
    /// By digests of their bytes and of the start tag above them.
    known: Mutex<HashMap<u128, Known>>,
}

/// What there is to know of an entry that was right.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// A digest.
    id: u64,
    has_author: bool,
}

impl Verifier {
    /// Checks that `bytes` are a feed of `format` that readers can take.
    ///
    /// # Errors
    /// As [`verify`](super::verify()) has them.
    pub fn verify(&self, bytes: &[u8], format: Format) -> Result<(), String> {
        let is_right = |shape| text_of(bytes).is_ok_and(|text| self.is_right(text, shape).is_some());
        if shape(format).is_some_and(is_right) { Ok(()) } else { verify(bytes, format) }
    }

    /// Takes over the entries of a feed that was verified when it was published, and whose bytes are still the same.
    pub fn trust(&self, published: &[u8], pieces: &[Piece], format: Format) {
        let Some(start) = start_tag(published).filter(|_| format != Format::Json) else { return };
        for piece in pieces {
            let has_author = format == Format::Atom && !piece.asks.author;
            self.learn(key(piece.text(), start), Known { id: digest(piece.id.as_bytes()), has_author });
        }
    }

    /// `None`: it is wrong, or cannot be told piece by piece.
    fn is_right(&self, text: &str, shape: &Shape) -> Option<()> {
        let (frame, entries) = split(text, shape)?;
        let (start, is_signed) = read_frame(&frame, entries.len(), shape)?;
        let mut ids = HashSet::with_capacity(entries.len());
        for entry in entries {
            let known = self.read(entry, start, shape)?;
            if !ids.insert(known.id) || !(is_signed || known.has_author) {
                return None;
            }
        }
        Some(())
    }

    fn read(&self, entry: &str, start: &str, shape: &Shape) -> Option<Known> {
        let key = key(entry, start);
        let known = self.known().get(&key).copied();
        known.or_else(|| {
            let read = read_alone(entry, start, shape)?;
            self.learn(key, read);
            Some(read)
        })
    }

    fn learn(&self, key: u128, entry: Known) {
        let mut known = self.known();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(key, entry);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<u128, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// That of an entry within this start tag.
fn key(entry: &str, start: &str) -> u128 {
    XxHash3_128::oneshot_with_seed(digest(start.as_bytes()), entry.as_bytes())
}

/// The root element's start tag in a feed of ours.
fn start_tag(feed: &[u8]) -> Option<&str> {
    let start = memmem::find(feed, b"?>")? + 2;
    let start = start + memchr(b'<', &feed[start..])?;
    str::from_utf8(&feed[start..=start + memchr(b'>', &feed[start..])?]).ok()
}

/// The feed with an empty element for each entry, and the entries. `None`: there are none.
fn split<'a>(text: &'a str, shape: &Shape) -> Option<(String, Vec<&'a str>)> {
    let (open, close) = (format!("<{}>", shape.entry.1), format!("</{}>", shape.entry.1));
    let (open, close, empty) = (Finder::new(&open), Finder::new(&close), empty(shape));
    let (mut frame, mut entries, mut rest) = (String::new(), Vec::new(), text);
    while let Some(begin) = open.find(rest.as_bytes()) {
        let end = begin + close.find(&rest.as_bytes()[begin..])? + close.needle().len();
        frame.push_str(&rest[..begin]);
        frame.push_str(&empty);
        entries.push(&rest[begin..end]);
        rest = &rest[end..];
    }
    frame.push_str(rest);
    (!entries.is_empty()).then_some((frame, entries))
}

fn empty(shape: &Shape) -> String {
    format!("<{}/>", shape.entry.1)
}

/// The root element's start tag, and whether the feed is signed. `None`: it is wrong, or not all that was taken out is an
/// entry, but stands in a comment or somewhere else.
fn read_frame<'a>(frame: &'a str, entries: usize, shape: &Shape) -> Option<(&'a str, bool)> {
    let document = xml::parse(frame).ok()?;
    let holder = (shape.holder)(&document).ok()?;
    let is_signed = (shape.frame)(holder).ok()?;
    let places = xml::named(holder, shape.entry.0, shape.entry.1).count();
    let second = (shape.second_reading)(frame).ok()?.len();
    let start = document.root_element().range().start;
    let end = start + frame[start..].find('>')? + 1;
    let all = [places, second, frame.matches(&empty(shape)).count()];
    (all == [entries; 3]).then_some((&frame[start..end], is_signed))
}

/// Reads an entry in the smallest feed that there is. `None`: it is wrong, or not one entry.
fn read_alone(entry: &str, start: &str, shape: &Shape) -> Option<Known> {
    let (entry, gaps) = prose::without(entry, shape.prose);
    let text = [start, shape.around.0, &entry, shape.around.1].concat();
    let document = xml::parse(&text).ok()?;
    let holder = (shape.holder)(&document).ok()?;
    let entry = xml::named(holder, shape.entry.0, shape.entry.1).next()?;
    let found = (shape.read_entry)(entry).ok()?;
    if holder.children().count() != 1 || !gaps.iter().all(|gap| gap.is_in(entry, start.len() + shape.around.0.len())) {
        return None;
    }
    xml::same_ids(std::slice::from_ref(&found.id), &(shape.second_reading)(&text).ok()?).ok()?;
    Some(Known { id: digest(found.id.as_bytes()), has_author: found.has_author })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::{Feed, sample, write};
    use proptest::prelude::*;

    const XML: [Format; 2] = [Format::Rss, Format::Atom];

    fn feed(entries: u32) -> Feed {
        sample::feed((1..=entries).map(sample::entry).collect())
    }

    fn text(feed: &Feed, format: Format) -> String {
        String::from_utf8(write(feed, format)).unwrap()
    }

    fn is_right(verifier: &Verifier, text: &str, format: Format) -> bool {
        verifier.is_right(text, shape(format).unwrap()).is_some()
    }

    #[test]
    fn an_entry_is_read_once() {
        for format in XML {
            let verifier = Verifier::default();
            assert!(is_right(&verifier, &text(&feed(3), format), format));
            assert_eq!(verifier.known().len(), 3);
            assert!(is_right(&verifier, &text(&feed(2), format), format));
            assert_eq!(verifier.known().len(), 3, "what is shown by another feed is the same entry");
            let mut other = feed(3);
            other.title = "Another".to_owned();
            std::sync::Arc::make_mut(&mut other.entries[0].post).title = "Changed".to_owned();
            assert!(is_right(&verifier, &text(&other, format), format));
            assert_eq!(verifier.known().len(), 4);
        }
    }

    #[test]
    fn an_entry_of_a_published_feed_is_not_read_again() {
        for format in XML {
            let (verifier, read) = (Verifier::default(), Verifier::default());
            let text = text(&feed(3), format);
            let pieces = crate::feed::piece::pieces(text.as_bytes(), format).unwrap();
            verifier.trust(text.as_bytes(), &pieces, format);
            assert!(is_right(&read, &text, format));
            let known = |verifier: &Verifier| {
                let known = verifier.known();
                let mut known: Vec<_> = known.iter().map(|(key, known)| (*key, known.id, known.has_author)).collect();
                known.sort_unstable();
                known
            };
            assert_eq!(known(&verifier), known(&read), "the same is known of them as if they were read");
        }
    }

    #[test]
    fn an_entry_within_another_start_tag_is_another_one() {
        let verifier = Verifier::default();
        let atom =
            text(&feed(1), Format::Atom).replace("<feed ", "<feed xmlns:media=\"http://search.yahoo.com/mrss/\" ");
        let prefixed = atom.replace("<published>", "<media:title>A</media:title><published>");
        assert!(is_right(&verifier, &prefixed, Format::Atom));
        let unbound = prefixed.replace(" xmlns:media=\"http://search.yahoo.com/mrss/\"", "");
        assert!(!is_right(&verifier, &unbound, Format::Atom));
        assert!(verifier.verify(unbound.as_bytes(), Format::Atom).unwrap_err().starts_with("not well-formed"));
    }

    #[test]
    fn what_is_known_is_still_held_against_its_feed() {
        let verifier = Verifier::default();
        let atom = text(&feed(2), Format::Atom);
        assert_eq!(verifier.verify(atom.as_bytes(), Format::Atom), Ok(()));
        let (begin, end) = (atom.find("  <entry>").unwrap(), atom.find("</entry>").unwrap() + "</entry>\n".len());
        let twice = format!("{}{}", &atom[..end], &atom[begin..]);
        assert!(verifier.verify(twice.as_bytes(), Format::Atom).unwrap_err().ends_with("is there twice"));
        let unsigned = atom.replace("<author>", "<contributor>").replace("</author>", "</contributor>");
        assert!(verifier.verify(unsigned.as_bytes(), Format::Atom).unwrap_err().contains("has no author"));
    }

    #[test]
    fn what_does_not_come_apart_is_read_as_a_whole() {
        let verifier = Verifier::default();
        let rss = text(&feed(2), Format::Rss);
        assert_eq!(verifier.verify(rss.as_bytes(), Format::Rss), Ok(()));
        for (from, to) in [
            ("<p>First.</p>", "<p>First.</p></item>"), // within CDATA
            ("<lastBuildDate>", "<!-- <item></item> --><lastBuildDate>"),
            ("<lastBuildDate>", "<!-- <item/> --><lastBuildDate>"),
            ("<rss ", "<rss a='>' "),
        ] {
            let feed = rss.replacen(from, to, 1);
            assert_ne!(feed, rss, "{from}");
            assert!(!is_right(&verifier, &feed, Format::Rss), "{to}");
            assert_eq!(verifier.verify(feed.as_bytes(), Format::Rss), Ok(()), "{to}");
        }
    }

    #[test]
    fn pieces_that_only_look_like_entries_are_refused() {
        let verifier = Verifier::default();
        for (from, to) in [
            ("</item>", "</item ></channel><channel><item></item>"),
            ("</item>", "</item ><item></item>"),
            ("</item>", "<!--</item>"),
            ("</item>", "</item ></channel></rss><rss><channel><item></item>"),
            ("<item>", "<ITEM><item>"),
            ("<item>", "<!--<item>"),
        ] {
            let feed = text(&feed(2), Format::Rss).replacen(from, to, 1);
            assert!(verify(feed.as_bytes(), Format::Rss).is_err(), "{to}");
            assert!(verifier.verify(feed.as_bytes(), Format::Rss).is_err(), "{to}");
        }
    }

    /// The two readers do not find the same id where prose is part of one.
    #[test]
    fn prose_is_left_out_only_where_it_says_nothing() {
        let verifier = Verifier::default();
        let atom = text(&feed(2), Format::Atom);
        for id in ["</id>", "<content>x</content></id>", "<b>x</b></id>", "<content>x</content><!-- --></id>"] {
            let atom = atom.replacen("/1/</id>", &format!("/1/{id}"), 1);
            assert_eq!(is_right(&verifier, &atom, Format::Atom), id == "</id>", "{id}");
            assert_eq!(verifier.verify(atom.as_bytes(), Format::Atom), verify(atom.as_bytes(), Format::Atom), "{id}");
        }
    }

    #[test]
    fn it_does_not_remember_without_end() {
        let verifier = Verifier::default();
        verifier.known().extend((0..MOST as u128).map(|key| (key, Known { id: 0, has_author: false })));
        assert!(is_right(&verifier, &text(&feed(2), Format::Atom), Format::Atom));
        assert_eq!(verifier.known().len(), 2);
    }

    proptest! {
        /// Whatever becomes of the bytes, and whatever is known already: nothing passes that the whole reading refuses.
        #[test]
        fn it_says_what_the_whole_reading_says(
            is_atom in any::<bool>(),
            edits in proptest::collection::vec((any::<proptest::sample::Index>(), 0..40usize, edit()), 1..4),
        ) {
            let format = XML[usize::from(is_atom)];
            let verifier = Verifier::default();
            let good = write(&feed(3), format);
            prop_assert_eq!(verifier.verify(&good, format), Ok(()));
            let mut bytes = good;
            for (at, length, new) in edits {
                let at = at.index(bytes.len());
                let end = (at + length).min(bytes.len());
                bytes.splice(at..end, new.bytes());
            }
            prop_assert_eq!(verifier.verify(&bytes, format), verify(&bytes, format));
        }
    }

    /// What is put in somewhere: parts of feeds, at their worst places.
    fn edit() -> impl Strategy<Value = String> {
        let parts = [
            "",
            "<",
            ">",
            "&",
            "\"",
            "<item>",
            "</item>",
            "<item/>",
            "<entry>",
            "</entry>",
            "<entry/>",
            "</entry >",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "</channel>",
            "<channel>",
            "</feed>",
            "<feed>",
            "<guid>",
            "</guid>",
            "<id>",
            "</id>",
            "\u{b}",
            "&#11;",
            "<x:y/>",
            "<!DOCTYPE a>",
            "<?a?>",
            "3",
            "xmlns=\"\"",
            "<content>",
            "</content>",
            "<description>",
            "</description>",
            "&lt;",
            "&nbsp;",
            "<b>",
            "</b>",
        ];
        proptest::collection::vec(proptest::sample::select(parts.to_vec()), 0..4).prop_map(|parts| parts.concat())
    }
}
