//! A feed taken apart into the entries that stand in its bytes, and put together of such.
//!
//! In: bytes that [`write`](super::write()) made. Out: [`Piece`]s, each with what it asks of the feed around it; and feeds
//! made of them, the same bytes as if they were written at once. Nothing is read strictly here: `verify` does that.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::{DateTime, FixedOffset};
use memchr::{memchr, memmem};
use quick_xml::escape::unescape;
use serde_json::value::RawValue;

use super::{Feed, write};
use crate::config::Format;

/// An entry as it stands in a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    text: String,
    /// The id of its post.
    pub id: String,
    /// The last change there was; JSON Feed has no use for it.
    pub modified: Option<DateTime<FixedOffset>>,
    pub(super) asks: Asks,
}

/// What entries ask of the feed around them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asks {
    /// Somebody has to sign for them (RFC 4287 §4.1.1).
    pub(super) author: bool,
    /// Prefixes of namespaces.
    pub(super) prefixes: BTreeSet<String>,
}

impl Piece {
    /// The bytes of it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The entries of a feed. `None`: it does not come apart.
#[must_use]
pub fn pieces(bytes: &[u8], format: Format) -> Option<Vec<Piece>> {
    let text = simdutf8::basic::from_utf8(bytes).ok()?;
    let read = |place: Range<usize>| match format {
        Format::Json => of_json(&text[place]),
        Format::Rss | Format::Atom => of_xml(&text[place], format),
    };
    places(text, format)?.into_iter().map(read).collect()
}

/// The bytes of a feed with these entries, and none of its own, but where there are none of these.
#[must_use]
pub fn assemble(feed: &Feed, pieces: &[&Piece], format: Format) -> Option<Vec<u8>> {
    if pieces.is_empty() {
        return Some(write(feed, format));
    }
    let mut asks = Asks::default();
    for piece in pieces {
        asks.author |= piece.asks.author;
        asks.prefixes.extend(piece.asks.prefixes.iter().cloned());
    }
    let frame = write(&Feed { asks: Some(asks), entries: Vec::new(), ..feed.clone() }, format);
    let Seams { end, before, between, after } = seams(format);
    let head = frame.strip_suffix(end.as_bytes())?;
    let texts: Vec<&str> = pieces.iter().map(|piece| &*piece.text).collect();
    Some([head, before.as_bytes(), texts.join(between).as_bytes(), after.as_bytes(), end.as_bytes()].concat())
}

/// How entries are set into a feed.
struct Seams {
    /// What a feed without entries ends with.
    end: &'static str,
    before: &'static str,
    between: &'static str,
    after: &'static str,
}

fn seams(format: Format) -> Seams {
    match format {
        Format::Rss => Seams { end: "\n  </channel>\n</rss>\n", before: "\n    ", between: "\n    ", after: "" },
        Format::Atom => Seams { end: "\n</feed>\n", before: "\n  ", between: "\n  ", after: "" },
        Format::Json => Seams { end: "]\n}\n", before: "\n    ", between: ",\n    ", after: "\n  " },
    }
}

/// Where the entries of a feed are in its text. `None`: it does not come apart.
#[must_use]
pub fn places(text: &str, format: Format) -> Option<Vec<Range<usize>>> {
    match format {
        Format::Rss => elements(text, "rss", "item"),
        Format::Atom => elements(text, "feed", "entry"),
        Format::Json => items(text),
    }
}

fn elements(text: &str, root: &str, name: &str) -> Option<Vec<Range<usize>>> {
    let (mut found, mut open) = (Vec::new(), None);
    let mut tags = tags(text).skip_while(|tag| tag.name.starts_with('?')).peekable();
    tags.next_if(|tag| tag.name == root)?;
    for tag in tags {
        match tag.name.strip_prefix('/') {
            None if tag.name == name && open.is_none() => open = Some(tag.place.start),
            Some(end) if end == name => found.push(open.take()?..tag.place.end),
            // one within another, and what no crate of ours writes: comments
            None if tag.name == name || tag.name.starts_with('!') => return None,
            _ => {}
        }
    }
    open.is_none().then_some(found)
}

/// Where the items of a JSON Feed are.
fn items(text: &str) -> Option<Vec<Range<usize>>> {
    #[derive(serde::Deserialize)]
    struct Items<'a> {
        #[serde(borrow)]
        items: Vec<&'a RawValue>,
    }
    let feed: Items<'_> = serde_json::from_str(text).ok()?;
    let place = |item: &RawValue| {
        let start = item.get().as_ptr() as usize - text.as_ptr() as usize; // it is a part of the text
        start..start + item.get().len()
    };
    Some(feed.items.into_iter().map(place).collect())
}

fn of_json(text: &str) -> Option<Piece> {
    #[derive(serde::Deserialize)]
    struct Item {
        id: String,
    }
    let Item { id } = serde_json::from_str(text).ok()?;
    Some(Piece { text: text.to_owned(), id, modified: None, asks: Asks::default() })
}

fn of_xml(text: &str, format: Format) -> Option<Piece> {
    let (mut id, mut dates, mut has_author, mut prefixes) = (None, [None; 3], false, BTreeSet::new());
    for tag in tags(text) {
        if let Some((prefix, _)) = tag.name.trim_start_matches('/').split_once(':')
            && !prefixes.contains(prefix)
        {
            prefixes.insert(prefix.to_owned());
        }
        let date = ["atom:updated", "updated", "pubDate"].iter().position(|name| tag.name == *name);
        match (tag.name, date) {
            ("id" | "guid", _) => id = Some(unescape(content(text, &tag)?).ok()?.into_owned()),
            ("author", _) => has_author = true,
            (_, Some(place)) => dates[place] = Some(content(text, &tag)?),
            _ => {}
        }
    }
    let modified = dates.into_iter().flatten().next().and_then(date);
    let asks = Asks { author: format == Format::Atom && !has_author, prefixes };
    Some(Piece { text: text.to_owned(), id: id?, modified: Some(modified?), asks })
}

fn date(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text)).ok()
}

/// A start tag or an end tag.
struct Tag<'a> {
    /// With the slash of an end tag.
    name: &'a str,
    place: Range<usize>,
}

/// The tags in XML that a crate wrote: no `>` is in an attribute, and no `<` in text but in CDATA.
fn tags(text: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + memchr(b'<', &text.as_bytes()[at..])?;
            let rest = &text.as_bytes()[start..];
            if rest.starts_with(b"<![CDATA[") {
                at = start + memmem::find(rest, b"]]>")?;
            } else {
                at = start + memchr(b'>', rest)? + 1;
                let inner = text[start + 1..at - 1].trim_end_matches('/');
                let name = inner.split(' ').next().unwrap_or_default();
                return Some(Tag { name, place: start..at });
            }
        }
    })
}

/// What stands between a start tag and the next tag.
fn content<'a>(text: &'a str, tag: &Tag<'_>) -> Option<&'a str> {
    let rest = &text[tag.place.end..];
    Some(&rest[..memchr(b'<', rest.as_bytes())?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::sample;
    use proptest::prelude::*;

    const FORMATS: [Format; 3] = [Format::Rss, Format::Atom, Format::Json];

    /// The pieces of a feed, and the feed put together of some of them.
    fn reassembled(feed: &Feed, format: Format) -> (Vec<Piece>, Option<Vec<u8>>) {
        let pieces = pieces(&write(feed, format), format).expect("it comes apart");
        let bytes = assemble(feed, &pieces.iter().collect::<Vec<_>>(), format);
        (pieces, bytes)
    }

    #[test]
    fn an_entry_tells_what_a_feed_needs_of_it() {
        let mut entry = sample::entry(1);
        let post = std::sync::Arc::make_mut(&mut entry.post);
        (post.id, post.updated) = ("tag:example.org,2024:a&b".to_owned(), Some(sample::day(9)));
        let feed = sample::feed(vec![entry, sample::entry(2)]);
        for (format, prefixes) in [(Format::Rss, vec!["atom", "content", "dc"]), (Format::Atom, vec![])] {
            let (pieces, _) = reassembled(&feed, format);
            assert_eq!(pieces[0].id, "tag:example.org,2024:a&b");
            assert_eq!([0, 1].map(|n| pieces[n].modified.unwrap()), [sample::day(9), sample::day(2)]);
            assert_eq!(pieces[0].asks.prefixes.iter().map(String::as_str).collect::<Vec<_>>(), prefixes);
            assert!(!pieces[0].asks.author);
        }
        assert_eq!(reassembled(&feed, Format::Json).0[0].id, "tag:example.org,2024:a&b");
    }

    #[test]
    fn entries_come_and_go_and_the_feed_is_as_if_written_at_once() {
        let mut unsigned = sample::entry(3);
        let post = std::sync::Arc::make_mut(&mut unsigned.post);
        post.authors.clear();
        post.enclosures =
            vec![sample::enclosure("https://example.org/a.mp3"), sample::enclosure("https://example.org/b")];
        let plain = Feed { authors: Vec::new(), ..sample::feed(vec![sample::entry(1), sample::entry(2)]) };
        let other = Feed { entries: vec![unsigned.clone()], ..plain.clone() };
        let mut wanted = plain.clone();
        wanted.entries.insert(1, unsigned);
        for format in FORMATS {
            let [a, b] = [&plain, &other].map(|feed| reassembled(feed, format).0);
            let together = assemble(&plain, &[&a[0], &b[0], &a[1]], format).unwrap();
            assert_eq!(String::from_utf8(together).unwrap(), String::from_utf8(write(&wanted, format)).unwrap());
            let back = reassembled(&wanted, format).0;
            let back = assemble(&plain, &[&back[0], &back[2]], format).unwrap();
            assert_eq!(String::from_utf8(back).unwrap(), String::from_utf8(write(&plain, format)).unwrap());
        }
    }

    #[test]
    fn what_is_torn_does_not_come_apart() {
        let feed = sample::feed(vec![sample::entry(1), sample::entry(2)]);
        for format in FORMATS {
            let bytes = write(&feed, format);
            for end in (0..bytes.len() / 2).step_by(7) {
                assert!(pieces(&bytes[..end], format).is_none_or(|pieces| pieces.len() < 2), "{end}");
            }
        }
        assert_eq!(pieces(b"<rss><item><guid>a</guid></item></rss>", Format::Rss), None, "no date");
        for torn in
            ["<rss></item></rss>", "<rss><item><item></item></rss>", "<rss><!-- <item></item> --></rss>", "<x/>", ""]
        {
            assert_eq!(places(torn, Format::Rss), None, "{torn}");
        }
        assert_eq!(pieces(b"{\"items\": [1]}", Format::Json), None);
    }

    proptest! {
        #[test]
        fn a_feed_is_its_frame_and_its_entries(feed in sample::nasty_feed()) {
            for format in FORMATS {
                let (pieces, together) = reassembled(&feed, format);
                prop_assert_eq!(pieces.len(), feed.entries.len());
                let ids = feed.entries.iter().map(|entry| entry.post.id.as_str());
                prop_assert!(pieces.iter().map(|piece| piece.id.as_str()).eq(ids));
                let written = write(&feed, format);
                prop_assert_eq!(String::from_utf8(together.unwrap()).unwrap(), String::from_utf8(written.clone()).unwrap());
                let newest = pieces.iter().filter_map(|piece| piece.modified).max();
                let dated = Feed { updated: newest.unwrap_or(feed.updated), ..feed.clone() };
                prop_assert_eq!(write(&dated, format), written);
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in any::<proptest::sample::Index>()) {
            for format in FORMATS {
                let _ = pieces(&bytes, format);
                let mut feed = write(&sample::feed(vec![sample::entry(1)]), format);
                let at = at.index(feed.len());
                feed.splice(at..at, bytes.iter().copied());
                let _ = pieces(&feed, format);
            }
        }
    }
}
