//! Reads what is about to be published as a stranger would.
//!
//! In: the bytes of one file. Out: nothing, or what is wrong with them. Nothing of the writers is
//! used here: XML is parsed strictly (`roxmltree`: well-formed, no forbidden character), searched for
//! what the formats demand, and read once more by the crate of the format; both must find the same ids.
//!
//! - `rss`, `atom`, `json`: what each format demands
//! - `xml`: what the first two have in common
//! - `piecewise`: the same, without reading again what was read before
//! - `prose`: what need not be read by each of those

mod atom;
mod json;
mod piecewise;
mod prose;
mod rss;
mod xml;

use std::collections::HashSet;

use chrono::DateTime;
use url::Url;

pub use self::piecewise::Verifier;
use self::xml::Shape;
use super::uri;
use crate::config::Format;

/// Checks that `bytes` are a feed of `format` that readers can take: well-formed, complete, every id
/// once, every date and link readable.
///
/// # Errors
/// What is wrong, in words: lower case, no full stop, the entry by its number from 1.
pub fn verify(bytes: &[u8], format: Format) -> Result<(), String> {
    let text = text_of(bytes)?;
    match shape(format) {
        Some(shape) => xml::verify(text, shape),
        None => json::verify(text),
    }
}

fn text_of(bytes: &[u8]) -> Result<&str, String> {
    let text = simdutf8::compat::from_utf8(bytes).map_err(|error| format!("the feed is not UTF-8: {error}"))?;
    if text.starts_with('\u{feff}') {
        return Err("the feed starts with a byte order mark".to_owned());
    }
    Ok(text)
}

/// That of the formats that are XML.
fn shape(format: Format) -> Option<&'static Shape> {
    match format {
        Format::Rss => Some(&rss::SHAPE),
        Format::Atom => Some(&atom::SHAPE),
        Format::Json => None,
    }
}

fn address(text: &str) -> Result<(), String> {
    Url::parse(text).map(drop).map_err(|error| format!("the link `{text}` is no absolute URL: {error}"))
}

fn date_rfc3339(text: &str) -> Result<(), String> {
    DateTime::parse_from_rfc3339(text).map(drop).map_err(|error| format!("the date `{text}` is not RFC 3339: {error}"))
}

fn date_rfc822(text: &str) -> Result<(), String> {
    DateTime::parse_from_rfc2822(text).map(drop).map_err(|error| format!("the date `{text}` is not RFC 822: {error}"))
}

/// RFC 4287 §4.2.6: an IRI, which is a URI that may have characters beyond ASCII (RFC 3987 §2).
fn id(text: &str) -> Result<(), String> {
    let as_uri: String = text.chars().map(|c| if c.is_ascii() || c.is_whitespace() { c } else { 'a' }).collect();
    if uri::uri(&as_uri) != as_uri {
        return Err(format!("the id `{text}` is no IRI: it holds characters to be percent-encoded"));
    }
    Url::parse(text).map(drop).map_err(|error| format!("the id `{text}` is no IRI: {error}"))
}

fn unique(ids: &[String]) -> Result<(), String> {
    let mut seen = HashSet::with_capacity(ids.len());
    ids.iter().find(|id| !seen.insert(id.as_str())).map_or(Ok(()), |id| Err(format!("the id `{id}` is there twice")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::{Feed, sample, write};
    use proptest::prelude::*;

    const FORMATS: [Format; 3] = [Format::Rss, Format::Atom, Format::Json];

    fn feed() -> Feed {
        sample::feed(vec![sample::entry(1), sample::entry(2)])
    }

    /// What is said of a good feed in which `from` has become `to`.
    fn said(format: Format, from: &str, to: &str) -> String {
        let good = String::from_utf8(write(&feed(), format)).unwrap();
        assert!(good.contains(from), "no {from} in {good}");
        verify(good.replacen(from, to, 1).as_bytes(), format).unwrap_err()
    }

    #[test]
    fn takes_what_is_right() {
        for format in FORMATS {
            assert_eq!(verify(&write(&feed(), format), format), Ok(()));
            assert_eq!(verify(&write(&sample::feed(vec![]), format), format), Ok(()));
        }
    }

    #[test]
    fn refuses_what_no_reader_can_take() {
        for (format, from, to, wanted) in [
            (Format::Rss, "<title>Post", "<title>\u{b}Post", "not well-formed: a non-XML character '\\u{b}'"),
            (Format::Rss, "<title>Post", "<title>&#xB;Post", "not well-formed"),
            (Format::Rss, "<title>Post", "<title>\u{ffff}Post", "not well-formed"),
            (Format::Rss, "<title>Post", "<title>&nbsp;Post", "not well-formed"),
            (Format::Rss, "<title>Post", "<title>]]>Post", "not well-formed"),
            (Format::Rss, " xmlns:dc=", " xmlns:cd=", "not well-formed"),
            (Format::Rss, "</rss>", "", "not well-formed"),
            (Format::Rss, "<?xml", "\n<?xml", "not well-formed"),
            (Format::Rss, "version=\"2.0\"", "version=\"0.9\"", "the root element is not `rss`"),
            (Format::Rss, "<title>Example</title>", "<title> </title>", "`title` is empty"),
            (Format::Rss, "<description>Notes on examples</description>", "", "has no `description`"),
            (Format::Rss, "/1/</link>", "/1/</link><link>x</link>", "entry 1: has `link` more than once"),
            (Format::Rss, "<link>https://example.org/1/", "<link>/1/", "entry 1: the link `/1/` is no absolute URL"),
            (
                Format::Rss,
                "<pubDate>Tue,",
                "<pubDate>Mon,",
                "entry 1: the date `Mon, 02 Jan 2024 12:00:00 +0100` is not RFC 822",
            ),
            (Format::Rss, "<guid>https://example.org/1/", "<guid>1", "entry 1: the link `1` is no absolute URL"),
            (
                Format::Rss,
                "<guid>https://example.org/1/",
                "<guid>https://example.org/2/",
                "the id `https://example.org/2/` is there twice",
            ),
            (Format::Atom, "<id>https://example.org/1/", "<id>", "entry 1: `id` is empty"),
            (Format::Atom, "<id>https://example.org/1/", "<id>one", "entry 1: the id `one` is no IRI"),
            (
                Format::Atom,
                "<id>https://example.org/1/",
                "<id>https://example.org/2/",
                "the id `https://example.org/2/` is there twice",
            ),
            (Format::Atom, "<id>https://example.org/1/", "<id> https://example.org/1/", "entry 1: the id ` https"),
            (
                Format::Atom,
                "<id>https://example.org/1/",
                "<id>https://example.org/[",
                "entry 1: the id `https://example.org/[` is",
            ),
            (
                Format::Atom,
                "<updated>2024-01-03T12:00:00+01:00",
                "<updated>2024-01-03",
                "the date `2024-01-03` is not RFC 3339",
            ),
            (
                Format::Atom,
                "<published>2024-01-02T12:00:00+01:00",
                "<published>+12024-01-02T12:00:00+01:00",
                "entry 1: the date",
            ),
            (Format::Atom, "<name>Ann</name>", "<name></name>", "`name` is empty"),
            (Format::Atom, "href=\"https://example.org/1/\"", "href=\"1\"", "entry 1: the link `1` is no absolute URL"),
            (
                Format::Atom,
                "xmlns=\"http://www.w3.org/2005/Atom\"",
                "xmlns=\"x:y\"",
                "the root element is not Atom's `feed`",
            ),
            (Format::Json, "/version/1.1", "/version/1", "`version` is"),
            (Format::Json, "\"title\": \"Example\"", "\"title\": \"\"", "`title` is empty"),
            (Format::Json, "\"id\": \"https://example.org/1/\"", "\"id\": \"\"", "entry 1: `id` is empty"),
            (Format::Json, "\"id\": \"https://example.org/1/\"", "\"id\": 1", "unreadable as JSON Feed"),
            (
                Format::Json,
                "\"id\": \"https://example.org/1/\"",
                "\"id\": \"https://example.org/2/\"",
                "the id `https://example.org/2/`",
            ),
            (Format::Json, "Post 1", "Post\\u0000 1", "entry 1: holds a control character"),
            (Format::Json, "\"content_html\"", "\"content\"", "unreadable as JSON Feed: missing field `content_html`"),
            (Format::Json, "\"date_published\": \"2024", "\"date_published\": \"24", "entry 1: the date"),
        ] {
            let said = said(format, from, to);
            assert!(said.starts_with(wanted), "{from} -> {to}: {said}, not {wanted}");
        }
    }

    #[test]
    fn takes_ids_of_all_kinds() {
        for text in [
            "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",
            "tag:example.org,2024:/1",
            "https://example.org/中/é%20#x",
        ] {
            assert_eq!(id(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn refuses_an_entry_that_nobody_signs() {
        let unsigned = String::from_utf8(write(&feed(), Format::Atom)).unwrap();
        let (from, to) = (unsigned.find("  <author>").unwrap(), unsigned.find("  <generator>").unwrap());
        let unsigned = format!("{}{}", &unsigned[..from], &unsigned[to..]);
        assert_eq!(verify(unsigned.as_bytes(), Format::Atom), Ok(()), "each entry is signed");
        let unsigned = unsigned.replacen("<author>", "<contributor>", 1).replacen("</author>", "</contributor>", 1);
        assert_eq!(
            verify(unsigned.as_bytes(), Format::Atom).unwrap_err(),
            "entry 1: has no author, and the feed has none"
        );
    }

    #[test]
    fn refuses_an_item_that_says_nothing() {
        let mut feed = feed();
        std::sync::Arc::make_mut(&mut feed.entries[0].rendered).html.clear();
        let text = String::from_utf8(write(&feed, Format::Rss)).unwrap();
        let text = text
            .replace("<title>Post 1</title>", "")
            .replace("<description><![CDATA[<p>First.</p>]]></description>", "");
        assert_eq!(verify(text.as_bytes(), Format::Rss).unwrap_err(), "entry 1: has neither `title` nor `description`");
    }

    #[test]
    fn refuses_other_bytes() {
        for format in FORMATS {
            let feed = write(&feed(), format);
            assert!(verify(b"", format).is_err());
            assert!(verify(&feed[..feed.len() / 2], format).is_err());
            assert!(
                verify(&[b"\xff", feed.as_slice()].concat(), format).unwrap_err().starts_with("the feed is not UTF-8")
            );
            assert!(verify(&["\u{feff}".as_bytes(), &feed].concat(), format).unwrap_err().contains("byte order mark"));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in any::<proptest::sample::Index>()) {
            for format in FORMATS {
                let _ = verify(&bytes, format);
                let mut feed = write(&feed(), format);
                let at = at.index(feed.len());
                feed.splice(at..at, bytes.iter().copied());
                let _ = verify(&feed, format);
            }
        }
    }
}
