//! References as people write them -> absolute, normalised URLs.
//!
//! Paths never leave the site: `.` and `..` and empty segments are dropped. What RFC 3986 does not
//! allow is percent-encoded, names in composed Unicode (NFC); escapes that are there stay.

use std::borrow::Cow;

use percent_encoding::utf8_percent_encode;
use url::Url;

use super::text::{self, has_pair};
use super::uri::{self, SEGMENT, scheme};

/// The address of a post.
pub(super) enum Address<'a> {
    /// Taken apart.
    Whole(Url),
    /// As text, and where its path begins below the site: taking it apart costs far more than making it.
    Joined { site: &'a Url, start: usize, text: String },
}

impl<'a> Address<'a> {
    /// As [`below`] has it.
    pub fn below(site: &'a Url, path: String) -> Self {
        if !joins(site, &path) {
            return Self::Whole(below(site, &path));
        }
        let (above, mut text) = (without_slash(site.as_str()), path);
        let slashes = text.bytes().take_while(|byte| *byte == b'/').count();
        if slashes == 1 {
            text.insert_str(0, above);
        } else {
            text = [above, "/", &text[slashes..]].concat();
        }
        Self::Joined { site, start: above.len(), text }
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Whole(url) => url.as_str(),
            Self::Joined { text, .. } => text,
        }
    }

    /// Taken apart.
    pub fn url(&self) -> Cow<'_, Url> {
        match self {
            Self::Whole(url) => Cow::Borrowed(url),
            Self::Joined { site, start, text } => Cow::Owned(below(site, &text[*start..])),
        }
    }
}

impl From<Address<'_>> for String {
    fn from(address: Address<'_>) -> Self {
        match address {
            Address::Whole(url) => url.into(),
            Address::Joined { text, .. } => text,
        }
    }
}

/// A name as a segment of a path.
pub(super) fn segment<'a>(name: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
    let name = name.into();
    if uri::is_plain(&name) && !name.contains('/') {
        return name;
    }
    utf8_percent_encode(&text::composed(&name), SEGMENT).to_string().into()
}

/// A reference with everything encoded that has to be.
pub(super) fn encoded(reference: &str) -> String {
    uri::reference(&composed(reference))
}

/// A path of names as it is on disk, encoded.
pub(super) fn encoded_path(path: &str) -> String {
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

fn composed(reference: &str) -> Cow<'_, str> {
    if text::is_printable(reference.as_bytes()) {
        return reference.trim_matches(' ').into();
    }
    let reference = text::composed(reference.trim());
    if reference.contains(char::is_control) { reference.replace(char::is_control, "").into() } else { reference }
}

/// The URL of an encoded path below the site, with its query and fragment; the site's own path is
/// kept: on `https://u.example/blog/` a post at `/x/` is `https://u.example/blog/x/`.
pub(super) fn below(site: &Url, path: &str) -> Url {
    let (path, fragment) = path.split_once('#').map_or((path, None), |(path, fragment)| (path, Some(fragment)));
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let segments: Vec<&str> = path.split('/').filter(|segment| !is_empty(segment)).collect();
    let mut whole = uri::reference(without_slash(site.path()));
    for segment in &segments {
        whole.push('/');
        whole.push_str(segment);
    }
    if segments.is_empty() || path.split('/').next_back().is_some_and(is_empty) {
        whole.push('/');
    }
    let mut url = site.clone();
    url.set_path(&whole);
    url.set_query(query);
    url.set_fragment(fragment);
    url
}

/// Whether [`below`] would only set one behind the other, which is the most usual: nothing has to be encoded or dropped.
fn joins(site: &Url, path: &str) -> bool {
    let path = path.trim_start_matches('/');
    let is_whole = !path.starts_with('.') && !has_pair(path, b'/', |next| matches!(next, b'/' | b'.'));
    is_whole && uri::is_plain(path) && uri::is_plain(site.as_str())
}

/// The address of a site without the slash that it ends with; one more that it may have stays (Jekyll's `url` with a slash).
pub(super) fn without_slash(site: &str) -> &str {
    site.strip_suffix('/').unwrap_or(site)
}

/// Segments that say nothing, or climb.
fn is_empty(segment: &str) -> bool {
    let is_dots = |segment: &str| matches!(segment, "" | "." | "..");
    let may_hide_dots = segment.len() <= "%2e%2e".len() && segment.contains('%');
    is_dots(segment) || may_hide_dots && is_dots(&segment.to_ascii_lowercase().replace("%2e", "."))
}

/// Whether a reference has a scheme or a host.
pub(super) fn is_absolute(reference: &str) -> bool {
    let reference = reference.trim();
    reference.starts_with("//") || scheme(reference).is_some()
}

/// The path of a reference that has a host.
pub(super) fn below_host(reference: &str) -> Option<&str> {
    let reference = reference.trim();
    let rest = scheme(reference).map_or(reference, |scheme| &reference[scheme.len() + 1..]);
    let path = &rest[uri::authority(rest)?.len() + 2..];
    Some(if path.is_empty() { "/" } else { path })
}

/// A reference with a scheme or a host, as a web address; `None` when it is none.
pub(super) fn absolute(site: &Url, reference: &str) -> Option<Url> {
    let reference = composed(reference);
    let whole = if reference.starts_with("//") { format!("{}:{reference}", site.scheme()).into() } else { reference };
    Url::parse(&uri::uri(&whole)).ok().filter(is_web)
}

/// A reference as a web address, relative ones below the site.
///
/// A path from the root that begins with the site's own path has it already.
pub(super) fn below_site(site: &Url, reference: &str) -> Option<Url> {
    if is_absolute(reference) {
        return absolute(site, reference);
    }
    let path = encoded(reference);
    let own = uri::reference(site.path());
    let rest = path.strip_prefix(&own).filter(|_| own != "/").unwrap_or(&path);
    Some(below(site, rest))
}

/// A reference as a web address, relative to the page it is on.
pub(super) fn from_page(page: &Url, reference: &str) -> Option<Url> {
    if is_absolute(reference) {
        return absolute(page, reference);
    }
    let url = page.join(&encoded(reference)).ok()?;
    Url::parse(&uri::uri(url.as_str())).ok().filter(is_web)
}

fn is_web(url: &Url) -> bool {
    // names of hosts are read more leniently than a URI can hold
    matches!(url.scheme(), "http" | "https") && url.has_host() && uri::uri(url.as_str()) == url.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn blog() -> Url {
        Url::parse("https://u.example/blog/").unwrap()
    }

    #[test]
    fn encodes_names() {
        let cases = [
            ("a b", "a%20b"),
            ("100%", "100%25"),
            ("what?", "what%3F"),
            ("c#", "c%23"),
            ("\"x\"", "%22x%22"),
            ("it's", "it's"),
            ("a/b\\c", "a%2Fb%5Cc"),
            ("cafe\u{301}", "caf%C3%A9"),
            ("🎉", "%F0%9F%8E%89"),
            ("[x]|^`{}<>", "%5Bx%5D%7C%5E%60%7B%7D%3C%3E"),
        ];
        for (name, expected) in cases {
            assert_eq!(segment(name), expected, "{name}");
        }
    }

    #[test]
    fn keeps_what_is_encoded() {
        assert_eq!(encoded(" /a%20b/100%/c d?x=1&y#z "), "/a%20b/100%25/c%20d?x=1&y#z");
        assert_eq!(encoded("%"), "%25");
        assert_eq!(encoded("%é"), "%25%C3%A9");
        assert_eq!(encoded("/a[1]/?[2]#b#[c]"), "/a%5B1%5D/?%5B2%5D#b%23%5Bc%5D");
    }

    proptest! {
        #[test]
        fn both_ways_join_alike(path in "[a-zA-Z0-9._~:/%?-]{0,12}|(/{0,2}[a-c.]{1,3}){0,4}/{0,2}", own in "(/{1,2}[a-z.%~:-]{1,3}){0,3}/{0,2}", port in "(:8080)?") {
            let site = Url::parse(&format!("https://u.example{port}{own}")).unwrap();
            let (address, whole) = (Address::below(&site, path.clone()), below(&site, &path));
            prop_assert_eq!(address.as_str(), whole.as_str(), "{} {}", site, path);
            prop_assert_eq!(address.url().into_owned(), whole, "{} {}", site, path);
        }

        #[test]
        fn nothing_is_spared_that_changes_text(written in "[a-zA-Z0-9/ ._~!$&'()*+,;=:@?#%2eE\\-]{0,12}|\\PC*|.*") {
            use unicode_normalization::UnicodeNormalization;
            let slow: String = written.trim().nfc().filter(|c| !c.is_control()).collect();
            prop_assert_eq!(&composed(&written), &slow);
            prop_assert_eq!(segment(&written), utf8_percent_encode(&written.nfc().collect::<String>(), SEGMENT).to_string());
            let plain = written.to_ascii_lowercase().replace("%2e", ".");
            prop_assert_eq!(is_empty(&written), matches!(plain.as_str(), "" | "." | ".."));
        }
    }

    #[test]
    fn paths_stay_below_the_site() {
        let cases = [
            ("/x/", "https://u.example/blog/x/"),
            ("x", "https://u.example/blog/x"),
            ("", "https://u.example/blog/"),
            ("//a//b/", "https://u.example/blog/a/b/"),
            ("/../../x/./%2e%2E/y.html", "https://u.example/blog/x/y.html"),
            ("/a/..", "https://u.example/blog/a/"),
            ("/x?a=b#c", "https://u.example/blog/x?a=b#c"),
        ];
        for (path, expected) in cases {
            assert_eq!(below(&blog(), path).as_str(), expected, "{path}");
        }
        let bracketed = Url::parse("https://u.example/[x]/").unwrap();
        assert_eq!(below(&bracketed, "/y/").as_str(), "https://u.example/%5Bx%5D/y/");
        let doubled = Url::parse("https://u.example//").unwrap();
        assert_eq!(below(&doubled, "/y/").as_str(), "https://u.example//y/");
        for path in ["/y/", "//y/", "y/"] {
            assert!(matches!(Address::below(&doubled, path.into()), Address::Joined { .. }), "{path}");
            assert_eq!(String::from(Address::below(&doubled, path.into())), "https://u.example//y/");
        }
        assert_eq!(below_site(&bracketed, "/[x]/y").unwrap().as_str(), "https://u.example/%5Bx%5D/y");
        assert_eq!(from_page(&bracketed, "y").unwrap().as_str(), "https://u.example/%5Bx%5D/y");
    }

    #[test]
    fn resolves_references() {
        let cases = [
            ("/img/a b.png", Some("https://u.example/blog/img/a%20b.png")),
            ("/blog/a.png", Some("https://u.example/blog/a.png")),
            ("a.png", Some("https://u.example/blog/a.png")),
            ("HTTP://Other.example/ä", Some("http://other.example/%C3%A4")),
            ("//cdn.example/a.png", Some("https://cdn.example/a.png")),
            ("javascript:alert(1)", None),
            ("data:image/png;base64,AAAA", None),
            ("https://", None),
            ("https://[::1]/a[1]", Some("https://[::1]/a%5B1%5D")),
            ("https://a\"b/", None),
        ];
        for (reference, expected) in cases {
            assert_eq!(below_site(&blog(), reference).as_ref().map(Url::as_str), expected, "{reference}");
        }
        let page = Url::parse("https://u.example/blog/post/").unwrap();
        assert_eq!(from_page(&page, "../a.png").unwrap().as_str(), "https://u.example/blog/a.png");
    }

    proptest! {
        #[test]
        fn whatever_is_written_stays_on_the_site(text in "[a-z./%?#: \\\\é]{0,20}|\\PC*") {
            let url = below(&blog(), &encoded(&text));
            prop_assert!(url.as_str().starts_with("https://u.example/blog/"), "{}", url);
            prop_assert!(!url.path().contains("//"), "{}", url);
            prop_assert_eq!(Url::parse(url.as_str()).unwrap(), url.clone());
            prop_assert!(url.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
            prop_assert!(uri::is_uri(url.as_str()), "{}", url);
            for url in [below_site(&blog(), &text), absolute(&blog(), &text), from_page(&blog(), &text)] {
                prop_assert!(url.iter().all(|url| uri::is_uri(url.as_str())), "{:?}", url);
            }
        }
    }
}
