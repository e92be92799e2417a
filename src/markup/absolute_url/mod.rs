//! References in a body -> absolute, valid URLs.
//!
//! In: what an attribute says (decoded) and the URL it stands under. Out: a [`Target`]. It knows
//! no element; which attributes hold URLs is the business of `clean`.

mod plain;

use std::borrow::Cow;
use std::collections::BTreeSet;

use url::{ParseError, Position, Url};

/// What a reference points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A place in the same document, with its `#`.
    Fragment(String),
    /// Absolute, and valid after RFC 3986.
    Absolute(String),
    /// Absolute, but `../` went above the root of the site.
    Climbed(String),
    /// A script, or data that a reader would run or show as a page.
    Unsafe,
    /// Nothing that a URL can be made of.
    Invalid,
}

impl Target {
    /// What to write, when there is something.
    #[must_use]
    pub fn into_string(self) -> Option<String> {
        match self {
            Self::Fragment(text) | Self::Absolute(text) | Self::Climbed(text) => Some(text),
            Self::Unsafe | Self::Invalid => None,
        }
    }
}

/// Schemes that run code, show foreign pages as one's own, or reach into the reader's machine.
const UNSAFE_SCHEMES: &[&str] = &[
    "javascript",
    "vbscript",
    "livescript",
    "jscript",
    "mocha",
    "data",
    "blob",
    "filesystem",
    "about",
    "view-source",
    "chrome",
    "resource",
    "jar",
];

/// Schemes that stand before a whole URL, for programs that subscribe to what it leads to.
const WRAPPERS: &[&str] = &["feed", "feeds", "pcast", "itpc", "itms-pcast", "podcast"];

/// Whatever stands around them, scripts stay scripts.
const DEEPEST_WRAPPING: usize = 8;

/// Resolves `reference` against `base`.
#[must_use]
pub fn resolve(base: &Url, reference: &str) -> Target {
    let reference = reference.trim_matches(is_blank);
    if let Some(id) = reference.strip_prefix('#') {
        return Target::Fragment(fragment(id));
    }
    if let Some(url) = plain::resolve(base, reference) {
        return Target::Absolute(url);
    }
    resolve_any(base, reference)
}

/// The reference to the place with this id in the same document.
#[must_use]
pub fn fragment(id: &str) -> String {
    ["#", &encode_all(id.trim_end_matches(is_blank))].concat()
}

/// What may stand around a reference.
fn is_blank(c: char) -> bool {
    c <= ' ' || c == '\u{a0}'
}

/// The same for references of every kind but fragments.
fn resolve_any(base: &Url, reference: &str) -> Target {
    let Ok(url) = join(base, reference) else { return Target::Invalid };
    if is_unsafe(&url) {
        return Target::Unsafe;
    }
    if WRAPPERS.contains(&url.scheme()) && url.cannot_be_a_base() && !wraps_page(&url) {
        return Target::Invalid;
    }
    if url.scheme() == "file" || url.scheme().len() == 1 || url.scheme().contains('.') || url.scheme() == "localhost" {
        return Target::Invalid;
    }
    let text = encode(&url);
    if climbs(base, reference) { Target::Climbed(text) } else { Target::Absolute(text) }
}

/// Whether the scheme is unsafe, or that of a URL within (`feed:javascript:x`).
fn is_unsafe(url: &Url) -> bool {
    let mut inner = Cow::Borrowed(url);
    for _ in 0..DEEPEST_WRAPPING {
        if UNSAFE_SCHEMES.contains(&inner.scheme()) {
            return true;
        }
        if !inner.cannot_be_a_base() {
            return false;
        }
        let Ok(wrapped) = Url::parse(inner.path()) else { return false };
        inner = Cow::Owned(wrapped);
    }
    true
}

fn wraps_page(url: &Url) -> bool {
    Url::parse(url.path()).is_ok_and(|inner| matches!(inner.scheme(), "http" | "https"))
}

/// Resolves the reference of a picture: `data:` is fine there, but for SVG, which can hold scripts.
#[must_use]
pub fn resolve_image(base: &Url, reference: &str) -> Target {
    if is_picture(reference) {
        return Url::parse(reference.trim()).map_or(Target::Invalid, |url| Target::Absolute(encode(&url)));
    }
    resolve(base, reference)
}

/// Whether it is a picture itself, and no SVG.
fn is_picture(reference: &str) -> bool {
    let is_data = reference.trim_start_matches(|c: char| c <= ' ').starts_with(['d', 'D']);
    let compact = || reference.chars().filter(|c| *c > ' ').take(64).collect::<String>().to_ascii_lowercase();
    is_data && compact().strip_prefix("data:image/").is_some_and(|kind| !kind.starts_with("svg"))
}

/// Resolves each picture of a `srcset` (HTML §4.8.4.2.1); `None` when none is left. As in browsers, those go
/// whose descriptor is none, as that of `b c.png 2x`, or was there before.
#[must_use]
pub fn resolve_srcset(base: &Url, srcset: &str) -> Option<String> {
    let mut out = String::new();
    let mut known = BTreeSet::new();
    for (reference, descriptor) in candidates(srcset) {
        if !is_descriptor(descriptor) || known.contains(descriptor) {
            continue;
        }
        let (Target::Absolute(url) | Target::Climbed(url)) = resolve_image(base, reference) else { continue };
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(&url);
        if !descriptor.is_empty() {
            out.push(' ');
            out.push_str(descriptor);
        }
        known.insert(descriptor);
    }
    (!out.is_empty()).then_some(out)
}

/// Whether it says a width, a width and a height, a density, or nothing.
fn is_descriptor(text: &str) -> bool {
    let pixels = |text: &str, unit| {
        text.strip_suffix(unit).is_some_and(|digits: &str| {
            digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.bytes().any(|byte| byte != b'0')
        })
    };
    let density = |text: &str| {
        let number =
            text.strip_suffix('x').filter(|number| number.starts_with(|c: char| c.is_ascii_digit() || c == '.'));
        number.is_some_and(|number| number.ends_with(|c: char| c.is_ascii_digit()) && number.parse::<f64>().is_ok())
    };
    let mut parts = text.split_ascii_whitespace();
    match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => true,
        (Some(one), None, _) => pixels(one, 'w') || density(one),
        (Some(one), Some(two), None) => {
            (pixels(one, 'w') && pixels(two, 'h')) || (pixels(one, 'h') && pixels(two, 'w'))
        }
        _ => false,
    }
}

/// The pictures of a `srcset` with their descriptors (`2x`, `640w`).
pub fn candidates(srcset: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = srcset;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (reference, after) = rest.split_at(end);
        let trimmed = reference.trim_end_matches(',');
        if trimmed.len() < reference.len() {
            rest = after;
            return Some((trimmed, ""));
        }
        let end = after.find(',').unwrap_or(after.len());
        rest = &after[end..];
        Some((reference, after[..end].trim()))
    })
}

/// `//host` too; an empty reference is the document itself.
fn join(base: &Url, reference: &str) -> Result<Url, ParseError> {
    let url = base.join(reference)?;
    match url.host_str() {
        Some("") | None if matches!(url.scheme(), "http" | "https" | "ftp") => Err(ParseError::EmptyHost),
        Some(host) if host.contains(|c: char| !(c.is_ascii_alphanumeric() || "-._~%:[]!$&'()*+,;=".contains(c))) => {
            Err(ParseError::InvalidDomainCharacter)
        }
        _ => Ok(url),
    }
}

/// What the URL standard lets stand but RFC 3986 does not allow is escaped.
fn encode(url: &Url) -> String {
    let from = if url.cannot_be_a_base() { Position::AfterScheme } else { Position::BeforePath };
    let (head, tail) = (&url[..from], &url[from..]);
    format!("{head}{}", encode_all(tail))
}

fn encode_all(text: &str) -> Cow<'_, str> {
    if plain::is_plain(text) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let escaped = match c {
            '%' => !bytes[at + 1..].iter().take(2).filter(|b| b.is_ascii_hexdigit()).count().eq(&2),
            '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' | '[' | ']' | ' ' => true,
            _ => !c.is_ascii_graphic(),
        };
        if escaped {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                out.push('%');
                out.push(char::from(b"0123456789ABCDEF"[usize::from(byte >> 4)]));
                out.push(char::from(b"0123456789ABCDEF"[usize::from(byte & 15)]));
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Whether a relative path leaves the site at its top.
fn climbs(base: &Url, reference: &str) -> bool {
    let path = reference.split(['?', '#']).next().unwrap_or("");
    if !path.contains("..") || path.starts_with("//") || Url::parse(reference).is_ok() {
        return false;
    }
    let folders = base.path().bytes().filter(|b| *b == b'/').count().saturating_sub(1);
    let mut depth = if path.starts_with('/') { 0 } else { folders };
    for segment in path.trim_start_matches('/').split('/') {
        match segment {
            "" | "." => {}
            ".." if depth == 0 => return true,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        Url::parse("https://example.org/blog/post/").expect("a URL")
    }

    #[test]
    fn every_kind_of_reference() {
        let absolute = |s: &str| Target::Absolute(s.to_owned());
        for (reference, target) in [
            ("x.png", absolute("https://example.org/blog/post/x.png")),
            ("/x.png", absolute("https://example.org/x.png")),
            ("../x", absolute("https://example.org/blog/x")),
            ("../../../x", Target::Climbed("https://example.org/x".into())),
            ("/../x", Target::Climbed("https://example.org/x".into())),
            ("//cdn.example.com/x", absolute("https://cdn.example.com/x")),
            ("", absolute("https://example.org/blog/post/")),
            ("?q=a b|c", absolute("https://example.org/blog/post/?q=a%20b%7Cc")),
            ("#top", Target::Fragment("#top".into())),
            ("#a b", Target::Fragment("#a%20b".into())),
            ("http://[::1]/x[1]", absolute("http://[::1]/x%5B1%5D")),
            ("http://b\u{fc}cher.example/\u{fc}", absolute("http://xn--bcher-kva.example/%C3%BC")),
            ("100%.png", absolute("https://example.org/blog/post/100%25.png")),
            ("a%20b.png", absolute("https://example.org/blog/post/a%20b.png")),
            ("mailto:ann@example.org?subject=a b", absolute("mailto:ann@example.org?subject=a%20b")),
            ("tel:+1-555", absolute("tel:+1-555")),
            ("http://", Target::Invalid),
            ("http://exa mple/", Target::Invalid),
            ("https://\"/", Target::Invalid),
            ("localhost:3000/x", Target::Invalid),
            ("c:\\x", Target::Invalid),
            ("file:///etc/passwd", Target::Invalid),
            ("javascript:alert(1)", Target::Unsafe),
            (" \u{1}JaVa\tScr\nipt:alert(1)", Target::Unsafe),
            ("vbscript:x", Target::Unsafe),
            ("data:text/html,<b>", Target::Unsafe),
            ("feed:javascript:alert(1)", Target::Unsafe),
            ("FEED: feed:java\tscript:alert(1)", Target::Unsafe),
            ("view-source:https://example.com/", Target::Unsafe),
            ("jar:https://example.com/x!/y", Target::Unsafe),
            ("x:data:text/html,y", Target::Unsafe),
            ("feed:%6aavascript:alert(1)", Target::Invalid),
            ("feed://example.com/x", absolute("feed://example.com/x")),
            ("feed:https://example.com/x", absolute("feed:https://example.com/x")),
            ("magnet:?xt=urn:btih:1", absolute("magnet:?xt=urn:btih:1")),
        ] {
            assert_eq!(resolve(&base(), reference), target, "{reference}");
        }
    }

    #[test]
    fn nearly_all_links_are_plain() {
        for reference in
            ["/a/b_c.html?d=e&f=g#h", "https://a-b.example.org/", "http://example.com/x:y/@z/~u/1,2;3", "/"]
        {
            assert!(plain::resolve(&base(), reference).is_some(), "{reference}");
        }
        for reference in
            ["//a/", "/../a", "/.", "https://a", "https://a./", "https://1.2/", "https://xn--a/", "/a%20b", "/a b", "a"]
        {
            assert_eq!(plain::resolve(&base(), reference), None, "{reference}");
        }
    }

    #[test]
    fn pictures_may_be_data_but_no_svg() {
        assert_eq!(
            resolve_image(&base(), "data:image/png;base64,AA=="),
            Target::Absolute("data:image/png;base64,AA==".into())
        );
        assert_eq!(resolve_image(&base(), "data:image/svg+xml,<svg onload=x>"), Target::Unsafe);
        assert_eq!(resolve_image(&base(), "DATA:text/html,x"), Target::Unsafe);
    }

    #[test]
    fn each_picture_of_a_srcset() {
        let resolved = |s| resolve_srcset(&base(), s);
        assert_eq!(
            resolved("a.png, /b,c.png 2x,javascript:x 3x").as_deref(),
            Some("https://example.org/blog/post/a.png, https://example.org/b,c.png 2x")
        );
        assert_eq!(resolved(" , "), None);
        assert_eq!(resolved("a.png 1x, b c.png 2x").as_deref(), Some("https://example.org/blog/post/a.png 1x"));
        assert_eq!(
            resolved("/a 640w, /b 0w, /c 1.5x, /d 9q, /e 1w 2h, /f 640w, /g .x, /h -1x").as_deref(),
            Some("https://example.org/a 640w, https://example.org/c 1.5x, https://example.org/e 1w 2h")
        );
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_written_is_absolute_or_a_fragment(reference in ".*") {
            if let Some(text) = resolve(&base(), &reference).into_string() {
                assert!(text.is_ascii() && !text.contains([' ', '"', '<', '>']), "{text}");
                assert!(text.starts_with('#') || Url::parse(&text).is_ok(), "{text}");
            }
            let _ = resolve_srcset(&base(), &reference);
        }

        #[test]
        fn what_is_plain_is_what_parsing_comes_to(
            reference in "(http:|https:|HTTP:|ftp:|)(//|/|)(a|xn--a|-a|a-|_a|1|0x1|A|\\.|:80|@|%|é|localhost){0,4}(/|\\.|\\.\\.|\\?|#|[a-c]|[!-~]|%2e|%20|é|\t){0,8}",
            base in "https?://(u:p@)?(a\\.b|1\\.2\\.3\\.4|\\[::1\\]|localhost|xn--bcher-kva\\.example)(:8080)?/x/y\\?z",
        ) {
            let base = Url::parse(&base).expect("a URL");
            if let Some(url) = plain::resolve(&base, &reference) {
                proptest::prop_assert_eq!(Target::Absolute(url), resolve_any(&base, &reference));
            }
        }
    }
}
