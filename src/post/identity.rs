//! The formulas of ids, each exactly as its generator has it, so that no reader sees a post twice.
//!
//! A post's own id wins over every formula ([`own`]).

use chrono::{DateTime, FixedOffset};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::address::{self, Address};
use super::filename::Name;
use super::placeholder;
use super::uri::{self, uri};
use crate::config::IdFormula;

/// What stays as it is in `urn:feedwright:` (what RFC 2141 and RFC 8141 both let stay).
const URN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// What an id is made of.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub site: &'a Url,
    pub url: &'a Address<'a>,
    pub date: DateTime<FixedOffset>,
    /// The post's own slug, as written.
    pub slug: Option<&'a str>,
    pub name: &'a Name<'a>,
}

/// The id by a formula.
pub(super) fn made(formula: IdFormula, subject: &Subject<'_>) -> String {
    let id = match formula {
        IdFormula::Permalink | IdFormula::Hugo => return uri(subject.url.as_str()),
        IdFormula::Jekyll => jekyll(subject),
        IdFormula::Zola => zola(&subject.url.url()),
        IdFormula::Pelican => pelican(subject),
        IdFormula::Tag => tag(subject, &file_path(subject.name)),
    };
    uri(&id)
}

/// An id as the post itself says it, valid in all formats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Own {
    /// What is published.
    pub id: String,
    pub change: Change,
}

/// What had to be done to an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It is a URI; or a bare UUID, which stands for its URN.
    Nothing,
    /// It has characters that no URI may hold.
    Encoded,
    /// It is no URI.
    Named,
}

/// An id as the post itself says it; `None` when nothing is left of it.
///
/// A URI stays as it is, letter by letter, since readers compare ids so. What a URI cannot hold is
/// percent-encoded: Atom allows more (RFC 4287 §4.2.6 has an IRI), but RSS and validators do not.
/// A bare UUID becomes `urn:uuid:...` in lower case, and anything else, such as `42` or `my post`,
/// `urn:feedwright:` and the percent-encoded text. Each depends on nothing but the text.
pub(super) fn own(written: &str) -> Option<Own> {
    let text = super::text::one_line(written);
    if text.is_empty() {
        return None;
    }
    if is_uuid(&text) {
        return Some(Own { id: format!("urn:uuid:{}", text.to_ascii_lowercase()), change: Change::Nothing });
    }
    let Some(id) = given(&text) else {
        let id = format!("urn:feedwright:{}", utf8_percent_encode(&text, URN));
        return Some(Own { id, change: Change::Named });
    };
    let change = if id == written.trim() { Change::Nothing } else { Change::Encoded };
    Some(Own { id, change })
}

/// An id that somebody gives to a post, as all formats can hold it; `None` when nothing is left of it.
#[must_use]
pub fn valid_id(written: &str) -> Option<String> {
    own(written).map(|own| own.id)
}

/// Whether a text is meant as an id: a URI, or a bare UUID.
pub(super) fn is_uri(written: &str) -> bool {
    own(written).is_some_and(|own| own.change != Change::Named)
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// A text that was meant as a URI, as one. Blanks inside do no harm, one behind the colon is prose.
fn given(text: &str) -> Option<String> {
    let rest = &text[uri::scheme(text)?.len() + 1..];
    let id = uri(text);
    if !matches!(uri::scheme(text)?.to_ascii_lowercase().as_str(), "http" | "https") {
        return (!rest.is_empty() && !rest.starts_with(' ')).then_some(id);
    }
    let authority = uri::authority(rest).filter(|host| !host.is_empty())?;
    let url = Url::parse(text).ok()?;
    let is_kept = uri::authority(&id[text.len() - rest.len()..]) == Some(authority);
    // a host is written with Punycode, not with percent signs
    Some(if is_kept { id } else { uri(url.as_str()) })
}

/// jekyll-feed's: the folder of the URL and the slug as it is written, without a last slash.
fn jekyll(subject: &Subject<'_>) -> String {
    let base = address::without_slash(subject.site.path());
    let mut url = subject.url.url().into_owned();
    let path = url.path();
    let (base, path) = path.strip_prefix(base).map_or(("", path), |rest| (base, rest));
    let folder = path.trim_end_matches('/').rsplit_once('/').map_or("", |(folder, _)| folder);
    let raw = placeholder::or_date(subject.slug.unwrap_or(subject.name.slug).into(), subject.date);
    let id = format!("{base}{folder}/{}", address::encoded(&raw));
    url.set_query(None);
    url.set_fragment(None);
    url.set_path("/");
    url.join(&format!("{}{id}", url.as_str().trim_end_matches('/')))
        .map_or_else(|_| subject.url.as_str().to_owned(), String::from)
}

/// Zola's permalinks end with a slash.
fn zola(url: &Url) -> String {
    let mut url = url.clone();
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    url.into()
}

/// Pelican's: `tag:host,date:/path`, and the fragment as one more segment.
fn pelican(subject: &Subject<'_>) -> String {
    let url = subject.url.url();
    let fragment = url.fragment().filter(|fragment| !fragment.is_empty());
    tag(subject, &format!("{}{}", url.path(), fragment.map(|fragment| format!("/{fragment}")).unwrap_or_default()))
}

/// RFC 4151.
fn tag(subject: &Subject<'_>, path: &str) -> String {
    format!("tag:{},{}:{path}", subject.url.url().host_str().unwrap_or(""), subject.date.format("%Y-%m-%d"))
}

/// The file without its extension; a post and a bundle of one name have one path.
fn file_path(name: &Name<'_>) -> String {
    let translated = name.language.as_ref().map(|language| format!("{}.{language}", name.base));
    let last = translated.as_deref().unwrap_or(name.base);
    name.folders.iter().copied().chain([last]).flat_map(|part| ["/".into(), address::segment(part)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Dialect;
    use proptest::prelude::*;

    fn id(formula: IdFormula, site: &str, url: &str, relative: &str) -> String {
        let name = Name::of(relative, Dialect::Jekyll);
        let (site, url) = (Url::parse(site).unwrap(), Address::Whole(Url::parse(url).unwrap()));
        let date = DateTime::parse_from_rfc3339("2024-01-02T23:00:00-07:00").unwrap();
        made(formula, &Subject { site: &site, url: &url, date, slug: None, name: &name })
    }

    #[test]
    fn makes_ids_by_formula() {
        use IdFormula::{Hugo, Jekyll, Pelican, Permalink, Tag, Zola};
        let root = "https://example.org/";
        let blog = "https://example.org/blog/";
        let cases = [
            (Permalink, root, "https://example.org/x/", "2024-01-02-x.md", "https://example.org/x/"),
            (Hugo, root, "https://example.org/x/", "2024-01-02-x.md", "https://example.org/x/"),
            (Zola, root, "https://example.org/x", "2024-01-02-x.md", "https://example.org/x/"),
            (Jekyll, root, "https://example.org/blog/x/", "2024-01-02-x.md", "https://example.org/blog/x"),
            (
                Jekyll,
                root,
                "https://example.org/2024/01/02/x.html",
                "2024-01-02-x.md",
                "https://example.org/2024/01/02/x",
            ),
            (Jekyll, root, "https://example.org/p/A-B/", "2024-01-02-A B.md", "https://example.org/p/A%20B"),
            (Jekyll, root, "https://example.org/p/v1.6-a/", "2024-01-02-v1.6-a.md", "https://example.org/p/v1.6-a"),
            (Jekyll, root, "https://example.org/", "2024-01-02-x.md", "https://example.org/x"),
            (Jekyll, blog, "https://example.org/blog/x/", "2024-01-02-x.md", "https://example.org/blog/x"),
            (Jekyll, blog, "https://example.org/blog/", "2024-01-02-x.md", "https://example.org/blog/x"),
            (
                Jekyll,
                "https://example.org//",
                "https://example.org//b/x/",
                "2024-01-02-x.md",
                "https://example.org//b/x",
            ),
            (Jekyll, root, "https://example.org/a/what/", "2024-01-02-what?.md", "https://example.org/a/what?"),
            (Jekyll, root, "https://example.org/a/wip/", "2024-01-02-[wip]-x.md", "https://example.org/a/%5Bwip%5D-x"),
            (Jekyll, root, "https://example.org/a/", "2024-01-02-...md", "https://example.org/2024-01-02-.."),
            (Permalink, root, "https://example.org/a[1]/#b#c", "x.md", "https://example.org/a%5B1%5D/#b%23c"),
            (Pelican, root, "https://example.org:8080/x.html", "2024-01-02-x.md", "tag:example.org,2024-01-02:/x.html"),
            (Pelican, root, "https://example.org/x#y", "2024-01-02-x.md", "tag:example.org,2024-01-02:/x/y"),
            (
                Tag,
                root,
                "https://example.org/q/",
                "a/2024-01-02-A B.md",
                "tag:example.org,2024-01-02:/a/2024-01-02-A%20B",
            ),
            (Tag, root, "https://example.org/q/", "a/x/index.md", "tag:example.org,2024-01-02:/a/x"),
        ];
        for (formula, site, url, relative, expected) in cases {
            assert_eq!(id(formula, site, url, relative), expected, "{formula:?} {url}");
        }
    }

    #[test]
    fn a_posts_own_id_is_kept_or_named() {
        let cases = [
            ("https://old.example/?p=42", Some("https://old.example/?p=42")),
            ("HTTP://Old.Example/?p=42", Some("HTTP://Old.Example/?p=42")),
            ("tag:example.org,2005:a/é", Some("tag:example.org,2005:a/%C3%A9")),
            ("https://old.example/über", Some("https://old.example/%C3%BCber")),
            ("https://Bücher.example/a?b=[2]", Some("https://xn--bcher-kva.example/a?b=%5B2%5D")),
            ("https://old.example\\x", Some("https://old.example/x")),
            ("https://old.example/a#b#c%", Some("https://old.example/a#b%23c%25")),
            ("tag:old.example,2020:/x y", Some("tag:old.example,2020:/x%20y")),
            ("1234 at https://old.example", Some("urn:feedwright:1234%20at%20https%3A%2F%2Fold.example")),
            ("~x", Some("urn:feedwright:%7Ex")),
            (" urn:x:1\u{0} ", Some("urn:x:1")),
            ("6F9619FF-8B86-D011-B42D-00C04FC964FF", Some("urn:uuid:6f9619ff-8b86-d011-b42d-00c04fc964ff")),
            ("urn:uuid:6F9619FF-8B86-D011-B42D-00C04FC964FF", Some("urn:uuid:6F9619FF-8B86-D011-B42D-00C04FC964FF")),
            ("https://old.example/a b", Some("https://old.example/a%20b")),
            ("42", Some("urn:feedwright:42")),
            ("my post", Some("urn:feedwright:my%20post")),
            ("note: my post", Some("urn:feedwright:note%3A%20my%20post")),
            ("https:", Some("urn:feedwright:https%3A")),
            ("  ", None),
        ];
        for (written, expected) in cases {
            assert_eq!(own(written).map(|own| own.id).as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn what_was_done_to_an_id_is_known() {
        let cases = [
            (" https://old.example/?p=42 ", Change::Nothing),
            ("6F9619FF-8B86-D011-B42D-00C04FC964FF", Change::Nothing),
            ("https://old.example/a%zz", Change::Encoded),
            ("urn:ab:1\u{7}", Change::Encoded),
            ("42", Change::Named),
            ("http:///0\\", Change::Named),
        ];
        for (written, expected) in cases {
            assert_eq!(own(written).map(|own| own.change), Some(expected), "{written}");
        }
    }

    proptest! {
        #[test]
        fn ids_are_uris_and_stay(text in "(https?://|tag:|urn:)?[a-z:/?#\\[\\]@%0 é.\\\\]{0,30}|\\PC*") {
            if let Some(Own { id, .. }) = own(&text) {
                prop_assert!(uri::is_uri(&id), "{}", id);
                prop_assert_eq!(own(&id), Some(Own { id: id.clone(), change: Change::Nothing }));
            }
        }
    }
}
