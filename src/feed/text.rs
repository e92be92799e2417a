//! Text as every feed can hold it.
//!
//! In: what people wrote. Out: the same without the characters that XML 1.0 has no place for (§2.2),
//! not even as references, and that JSON readers choke on alike. The crates that write the feeds
//! pass such characters on, so all text goes through here first. Clean text is not copied.

use std::borrow::Cow;

use crate::scan;

/// Drops U+0000 to U+001F but tab and line feed, the C1 controls, U+FFFE and U+FFFF. CR LF and CR
/// become LF, as any XML parser would read them (XML 1.0 §2.11).
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let Some(at) = first_unclean(text) else { return Cow::Borrowed(text) };
    let (head, tail) = text.split_at(at);
    let mut out = String::with_capacity(text.len());
    out.push_str(head);
    let mut chars = tail.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => out.push('\n'),
            c if forbidden(c) => {}
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Clean text on one line: runs of ASCII white space become one blank, none at the ends. Other
/// blanks stay (an ideographic space is there on purpose).
pub(super) fn line(text: &str) -> Cow<'_, str> {
    let one_line = |s: &str| s.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    match clean(text) {
        Cow::Borrowed(text) if is_line(text) => Cow::Borrowed(text),
        text => Cow::Owned(one_line(&text)),
    }
}

/// Whether there is something to read in it.
pub(super) fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Whether [`clean`] would leave it as it is.
pub(super) fn is_clean(text: &str) -> bool {
    first_unclean(text).is_none()
}

/// `text` as HTML that shows it: for places that readers take for HTML.
pub(super) fn as_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The language tag that this is (RFC 5646, by its shape only).
pub(super) fn language(tag: &str) -> Option<&str> {
    let mut parts = tag.split('-');
    let first = parts.next().is_some_and(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()));
    let rest = parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
    (first && rest).then_some(tag)
}

/// `type/subtype` without parameters (RFC 6838 §4.2); what is none is of unknown type.
pub(super) fn media_type(text: &str) -> &str {
    let essence = text.split(';').next().unwrap_or_default().trim();
    let token = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$^_.+-".contains(&b));
    match essence.split_once('/') {
        Some((kind, sub)) if token(kind) && token(sub) => essence,
        _ => "application/octet-stream",
    }
}

fn forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{80}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
}

/// Where the first character is that does not stay. Bodies are long and nearly always clean.
fn first_unclean(text: &str) -> Option<usize> {
    let may_begin = |byte| matches!(byte, 0..=8 | 11..=31 | 0xc2 | 0xef);
    scan::first_char(text, may_begin, |c| c == '\r' || forbidden(c)).map(|(at, _)| at)
}

fn is_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = |b: Option<&u8>| b.is_some_and(u8::is_ascii_whitespace);
    !ends(bytes.first())
        && !ends(bytes.last())
        && !bytes.iter().any(|b| matches!(b, b'\t' | b'\n'))
        && !bytes.windows(2).any(|pair| pair == b"  ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn drops_what_xml_has_no_place_for() {
        let table = [
            ("plain", "plain"),
            ("a\u{b}b\u{0}c\u{1f}", "abc"),
            ("tab\tand\nline", "tab\tand\nline"),
            ("a\r\nb\rc\r\r\nd", "a\nb\nc\n\nd"),
            ("\u{85}\u{80}\u{9f}\u{a0}é", "\u{a0}é"),
            ("\u{fffe}\u{ffff}\u{fffd}\u{feff}，", "\u{fffd}\u{feff}，"),
            ("\u{202e}rtl \u{1f600} \u{1fffe}", "\u{202e}rtl \u{1f600} \u{1fffe}"),
        ];
        for (raw, wanted) in table {
            assert_eq!(clean(raw), wanted, "{raw:?}");
        }
    }

    #[test]
    fn clean_text_is_not_copied() {
        for text in ["", "<p>é ， \u{fffd} ]]> &amp;</p>\n", "中文 \u{10ffff}"] {
            assert!(matches!(clean(text), Cow::Borrowed(_)), "{text:?}");
        }
        assert!(matches!(line("one line of text"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(line("  a\n\tb  c\r\n"), "a b c");
        assert_eq!(line("全角\u{3000}空白"), "全角\u{3000}空白");
        assert_eq!(line("\u{b}"), "");
    }

    #[test]
    fn languages_and_media_types_by_their_shape() {
        for (tag, wanted) in
            [("en", true), ("zh-Hant-TW", true), ("en_US", false), ("", false), ("e", false), ("en-", false)]
        {
            assert_eq!(language(tag).is_some(), wanted, "{tag}");
        }
        assert_eq!(media_type("audio/ogg; codecs=\"opus\""), "audio/ogg");
        assert_eq!(media_type("image/svg+xml"), "image/svg+xml");
        for wrong in ["", "audio", "audio/", "a b/c", "audio/\"x\""] {
            assert_eq!(media_type(wrong), "application/octet-stream", "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn cleaning_drops_the_forbidden_and_nothing_else(raw in "[\\x00-\\x20\\x7f-\\xa1a-c\\u{ff00}-\\u{ffff}\\u{1fffe}\\PC]*") {
            let wanted: String = raw.replace("\r\n", "\n").replace('\r', "\n").chars().filter(|c| !forbidden(*c)).collect();
            prop_assert_eq!(clean(&raw), wanted.as_str());
            prop_assert!(is_clean(&wanted));
            prop_assert_eq!(is_clean(&raw), raw == wanted);
        }

        #[test]
        fn lines_stay_lines(raw in "[ \\t\\n\\r\\x0b\\u{a0}a-b]*") {
            let once = line(&raw).into_owned();
            prop_assert_eq!(line(&once), once.as_str());
            prop_assert!(is_line(&once));
        }
    }
}
