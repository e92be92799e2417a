//! Text -> what RFC 3986 allows: the one encoder of URLs and ids.
//!
//! What a URI cannot hold is percent-encoded, and so is a `%` that begins no escape and a second
//! `#`; escapes that are there stay. Text that is a URI already is not changed.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What may not stand in a segment of a path (RFC 3986 §3.3: all but `pchar`).
pub(super) const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// The same of a path, a query or a fragment that is written as one: its delimiters stay.
const WHOLE: &AsciiSet = &SEGMENT.remove(b'/').remove(b'?').remove(b'%');

/// Whether a text holds nothing that has to be encoded, or that means something in an escape, a query or a fragment.
pub(super) fn is_plain(text: &str) -> bool {
    let is_plain = |byte: &u8| matches!(byte, b'-'..=b':' | b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'~');
    // it looks at all of them, which is faster than to stop
    text.as_bytes().iter().fold(true, |so_far, byte| so_far & is_plain(byte))
}

/// A path with its query and fragment.
pub(super) fn reference(text: &str) -> String {
    match text.split_once('#') {
        None if is_plain(text) => text.to_owned(),
        None => escaped(text),
        Some((before, fragment)) => format!("{}#{}", escaped(before), escaped(fragment)),
    }
}

/// A text that begins with a scheme, as a URI.
pub(super) fn uri(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let Some(scheme) = scheme(text) else { return reference(text) };
    let rest = &text[scheme.len() + 1..];
    let (authority, path) = authority(rest).map_or(("", rest), |authority| rest.split_at(authority.len() + 2));
    format!("{scheme}:{}{}", literal(authority), reference(path))
}

/// The scheme of a URI. A letter alone is a drive, not a scheme.
pub(super) fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    (scheme.len() > 1 && scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(inner))
        .then_some(scheme)
}

/// User, host and port of what stands behind the colon of a scheme (RFC 3986 §3.2).
pub(super) fn authority(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix("//")?;
    Some(&rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())])
}

/// An authority; the brackets of an IPv6 address stay.
fn literal(authority: &str) -> String {
    let host = authority.rfind('@').map_or(authority.len().min(2), |at| at + 1);
    let (before, host) = authority.split_at(host);
    let address = host.strip_prefix('[').and_then(|inside| inside.split_once(']'));
    let is_address = |inside: &str| url::Host::parse(&format!("[{inside}]")).is_ok();
    match address.filter(|(inside, _)| is_address(inside)) {
        Some((inside, port)) => format!("{}[{inside}]{}", escaped(before), escaped(port)),
        None => escaped(authority),
    }
}

fn escaped(text: &str) -> String {
    let encoded = Cow::from(utf8_percent_encode(text, WHOLE));
    if !encoded.contains('%') {
        return encoded.into_owned();
    }
    let mut whole = String::with_capacity(encoded.len());
    for (number, part) in encoded.split('%').enumerate() {
        let is_escape = part.get(..2).is_some_and(|two| two.bytes().all(|byte| byte.is_ascii_hexdigit()));
        whole.push_str(match number {
            0 => "",
            _ if is_escape => "%",
            _ => "%25",
        });
        whole.push_str(part);
    }
    whole
}

/// Whether a text holds only what RFC 3986 lets a URI hold.
#[cfg(test)]
pub(super) fn is_uri(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    let escapes =
        text.split('%').skip(1).all(|part| part.len() > 1 && part.bytes().take(2).all(|b| b.is_ascii_hexdigit()));
    let (_, path) = text
        .split_once("://")
        .map_or(("", text), |(_, rest)| rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len())));
    scheme(text).is_some()
        && text.chars().all(allowed)
        && escapes
        && text.matches('#').count() < 2
        && !path.contains(['[', ']'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn encodes_what_a_uri_cannot_hold() {
        let cases = [
            ("https://old.example/?b=[2]", "https://old.example/?b=%5B2%5D"),
            ("https://[::1]:80/[x]", "https://[::1]:80/%5Bx%5D"),
            ("https://u@[::1]/", "https://u@[::1]/"),
            ("https://a[b]/", "https://a%5Bb%5D/"),
            ("tag://[]", "tag://%5B%5D"),
            ("tag://[::1]", "tag://[::1]"),
            ("https://old.example/a%zz%", "https://old.example/a%25zz%25"),
            ("https://old.example/a#b#c", "https://old.example/a#b%23c"),
            ("tag:x,2024:a%", "tag:x,2024:a%25"),
            ("tag:x,2024:[a]\u{202e}\u{e000}", "tag:x,2024:%5Ba%5D%E2%80%AE%EE%80%80"),
            ("HTTP://Old.Example/%c3?a=1&b#c", "HTTP://Old.Example/%c3?a=1&b#c"),
        ];
        for (text, expected) in cases {
            assert_eq!(uri(text), expected);
        }
    }

    proptest! {
        #[test]
        fn what_is_plain_needs_no_encoding(text in "[a-zA-Z0-9._~:/-]{0,20}|[ -~é]{0,9}") {
            if is_plain(&text) {
                prop_assert_eq!(escaped(&text), &*text);
                prop_assert!(text.contains('/') || Cow::from(utf8_percent_encode(&text, SEGMENT)) == text);
            }
        }

        #[test]
        fn any_text_becomes_a_uri(text in "[a-z:/?#\\[\\]@%0 é\\\\]{0,30}|\\PC*") {
            let made = uri(&format!("tag:{text}"));
            prop_assert!(is_uri(&made), "{}", made);
            prop_assert_eq!(uri(&made), made);
        }
    }
}
