//! Addresses as every feed can hold them: RSS wants URIs (RFC 3986), not the wider set that browsers take.
//!
//! In: absolute URLs as the posts and the configuration have them. Out: the same, with what is no
//! URI character percent-encoded; or nothing, where an address would help no reader.

use std::borrow::Cow;
use std::fmt::Write;

use url::Url;

/// Percent-encodes what RFC 3986 does not allow where it stands: `|`, `^`, `{`, blanks, a stray `%`,
/// a second `#`, brackets outside the host, everything beyond ASCII. What is encoded already stays.
pub(super) fn uri(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let bytes = text.as_bytes();
    let authority = authority(text);
    let fragment = text.find('#');
    let stays = |at: usize, byte: u8| match byte {
        b'[' | b']' => authority.contains(&at),
        b'#' => fragment == Some(at),
        b'%' => bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
        _ => byte.is_ascii_alphanumeric() || b";/?:@&=+$.-_!~*'(),".contains(&byte),
    };
    if bytes.iter().enumerate().all(|(at, byte)| stays(at, *byte)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(bytes.iter().enumerate().fold(String::with_capacity(text.len() + 16), |mut out, (at, byte)| {
        if stays(at, *byte) {
            out.push(char::from(*byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    }))
}

/// An address to follow: `scheme://something` or `mailto:`; never `javascript:`, `data:` or a relative one.
pub(super) fn link(text: &str) -> Option<Cow<'_, str>> {
    let uri = uri(text);
    let (scheme, rest) = uri.split_once(':')?;
    let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let leads_somewhere = match rest.strip_prefix("//") {
        Some(rest) => !rest.is_empty() && !scheme.eq_ignore_ascii_case("javascript"),
        None => scheme.eq_ignore_ascii_case("mailto") && !rest.is_empty(),
    };
    (named && leads_somewhere && is_understood(&uri)).then_some(uri)
}

/// An address to load something from: `http` or `https` (RSS allows no other for enclosures).
pub(super) fn web(text: &str) -> Option<Cow<'_, str>> {
    let uri = uri(text);
    let rest = uri.strip_prefix("http://").or_else(|| uri.strip_prefix("https://"))?;
    let names_a_host = !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':']);
    (names_a_host && is_understood(&uri)).then_some(uri)
}

/// Whether readers can take it apart: `//a]b` names no host, however it is encoded.
fn is_understood(uri: &str) -> bool {
    Url::parse(uri).is_ok()
}

/// Where user, host and port are.
fn authority(text: &str) -> std::ops::Range<usize> {
    let Some(start) = text.find("://").map(|at| at + 3) else { return 0..0 };
    let end = text[start..].find(['/', '?', '#']).map_or(text.len(), |at| start + at);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn encodes_what_is_no_uri_character() {
        let table = [
            ("https://example.org/a%20b?x=1&y='2'#frag", "https://example.org/a%20b?x=1&y='2'#frag"),
            ("https://example.org/a|b^c{d}[e]", "https://example.org/a%7Cb%5Ec%7Bd%7D%5Be%5D"),
            ("http://[::1]:80/[x]", "http://[::1]:80/%5Bx%5D"),
            ("https://example.org/100%/ü", "https://example.org/100%25/%C3%BC"),
            ("https://example.org/#a#b", "https://example.org/#a%23b"),
            (" https://example.org/a b\u{b} ", "https://example.org/a%20b"),
        ];
        for (raw, wanted) in table {
            assert_eq!(uri(raw), wanted, "{raw}");
        }
    }

    #[test]
    fn only_addresses_that_lead_somewhere() {
        for (text, is_link, is_web) in [
            ("https://example.org/", true, true),
            ("http://example.org", true, true),
            ("gemini://example.org/", true, false),
            ("mailto:ann@example.org", true, false),
            ("javascript:alert(1)", false, false),
            ("javascript://%0aalert(1)", false, false),
            ("data:image/png;base64,AA", false, false),
            ("/relative", false, false),
            ("https://", false, false),
            ("https:///x", true, false),
            ("https://a]b/", false, false),
            ("gemini://a]b/", false, false),
            ("https://example.org:99999/", false, false),
            ("", false, false),
        ] {
            assert_eq!((link(text).is_some(), web(text).is_some()), (is_link, is_web), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_becomes_uri_characters_and_stays_so(raw in "\\PC*") {
            let once = uri(&raw).into_owned();
            let no_uri = |c: char| !c.is_ascii() || c.is_ascii_control() || " <>\"{}|\\^`".contains(c);
            prop_assert!(!once.contains(no_uri), "{}", once);
            prop_assert_eq!(uri(&once), once.as_str());
        }
    }
}
