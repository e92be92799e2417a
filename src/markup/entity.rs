//! Character references of HTML (`&amp;`, `&#8217;`) and their reverse.
//!
//! In: text as it stands in HTML. Out: what it says, and text that says itself in HTML.

use std::borrow::Cow;
use std::collections::BTreeMap;

use pulldown_cmark::{Event, Parser};

use crate::scan;

/// The longest name of a character reference (HTML §13.5), without `&` and `;`.
const LONGEST_NAME: usize = 32;

/// What browsers make of the numbers 128 to 159 (HTML §13.2.5.80).
const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ";

/// Replaces the character references in `text` by what they stand for; what is none stays as it is.
#[must_use]
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut names = BTreeMap::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (decoded, length) = reference(rest, &mut names).unwrap_or((Cow::Borrowed("&"), 1));
        out.push_str(&decoded);
        rest = &rest[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The same for text that may be given away.
#[must_use]
pub fn decoded(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => decode(text),
        Cow::Owned(text) if text.contains('&') => Cow::Owned(decode(&text).into_owned()),
        Cow::Owned(text) => Cow::Owned(text),
    }
}

/// The reference at the start of `text`, and its length in bytes.
fn reference<'a>(text: &'a str, names: &mut BTreeMap<&'a str, Option<String>>) -> Option<(Cow<'static, str>, usize)> {
    if let Some(number) = text.strip_prefix("&#") {
        return numeric(number).map(|(c, length)| (Cow::Owned(c.to_string()), length + 2));
    }
    let length = text[1..].bytes().take(LONGEST_NAME).take_while(u8::is_ascii_alphanumeric).count();
    if length == 0 || text.as_bytes().get(length + 1) != Some(&b';') {
        return None;
    }
    let whole = &text[..length + 2];
    let decoded = match whole {
        "&amp;" => Cow::Borrowed("&"),
        "&lt;" => Cow::Borrowed("<"),
        "&gt;" => Cow::Borrowed(">"),
        "&quot;" => Cow::Borrowed("\""),
        "&nbsp;" => Cow::Borrowed("\u{a0}"),
        _ => Cow::Owned(names.entry(whole).or_insert_with(|| named(whole)).clone()?),
    };
    Some((decoded, length + 2))
}

/// Digits with or without a semicolon, as browsers read them.
fn numeric(text: &str) -> Option<(char, usize)> {
    let (digits, radix, prefix) = match text.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16, 1),
        None => (text, 10, 0),
    };
    let length = digits.chars().take_while(|c| c.is_digit(radix)).count();
    let significant = digits[..length].trim_start_matches('0');
    let code = match (length, significant.len()) {
        (0, _) => return None,
        (_, 1..=7) => u32::from_str_radix(significant, radix).unwrap_or(0),
        _ => 0,
    };
    let semicolon = usize::from(digits.as_bytes().get(length) == Some(&b';'));
    let c = match code {
        0 => char::REPLACEMENT_CHARACTER,
        _ => char::from_u32(code).map_or(char::REPLACEMENT_CHARACTER, as_windows_1252),
    };
    Some((c, prefix + length + semicolon))
}

/// The character that a control character (U+0080 to U+009F) was meant to be; any other as it is.
fn as_windows_1252(c: char) -> char {
    match c {
        '\u{80}'..='\u{9f}' => WINDOWS_1252.chars().nth(c as usize - 0x80).unwrap_or(c),
        _ => c,
    }
}

/// `text` with the control characters U+0080 to U+009F, which nobody types, as what Windows-1252 has in their places.
#[must_use]
pub fn without_controls(text: &str) -> Cow<'_, str> {
    if scan::first_char(text, |byte| byte == 0xc2, |c| matches!(c, '\u{80}'..='\u{9f}')).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(as_windows_1252).collect())
}

/// The Markdown parser carries the whole list of names, so it is asked.
fn named(reference: &str) -> Option<String> {
    let text: String = Parser::new(reference)
        .filter_map(|event| match event {
            Event::Text(text) => Some(text.into_string()),
            _ => None,
        })
        .collect();
    (text != reference).then_some(text)
}

/// Writes `text` so that HTML shows it as it is, in content and in quoted attributes.
pub fn escape_into(out: &mut String, text: &str) {
    escape_these(out, text, |byte| scan::is_one_of(byte, *b"&<>\""));
}

/// Writes `text` so that HTML shows it as it is, in content alone.
pub fn escape_text_into(out: &mut String, text: &str) {
    escape_these(out, text, |byte| scan::is_one_of(byte, *b"&<>"));
}

fn escape_these(out: &mut String, text: &str, is_special: impl Fn(u8) -> bool) {
    let mut rest = text;
    while let Some(at) = scan::first(rest.as_bytes(), &is_special) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// Writes ` name="value"`.
pub fn write_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape_into(out, value);
    out.push('"');
}

/// `text` so that HTML shows it as it is, in content and in attributes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text);
    out
}

/// `text` so that HTML shows it as it is, in content alone.
#[must_use]
pub fn escape_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_text_into(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_browsers_decode() {
        for (typed, meant) in [
            ("a &amp; b", "a & b"),
            ("&hellip;&rarr;&CounterClockwiseContourIntegral;", "…→∳"),
            ("&#8217;&#x2019;&#X2019;", "’’’"),
            ("&#106avascript&#58;", "javascript:"),
            ("&#0000000000106;", "j"),
            ("&#150;", "–"),
            ("&#0;&#xD800;&#99999999999;", "\u{fffd}\u{fffd}\u{fffd}"),
            ("?a=1&copy=2", "?a=1&copy=2"),
            ("&nosuch; & &; &#; &#x;", "&nosuch; & &; &#; &#x;"),
            ("&amp;lt;", "&lt;"),
            ("tail &", "tail &"),
        ] {
            assert_eq!(decode(typed), meant, "{typed}");
        }
    }

    #[test]
    fn control_characters_are_what_windows_meant() {
        assert_eq!(without_controls("\u{93}a\u{94} \u{96} b\u{85} ü\u{a0}"), "“a” – b… ü\u{a0}");
        assert!(matches!(without_controls("plain “ü”"), Cow::Borrowed(_)));
    }

    proptest::proptest! {
        #[test]
        fn escaping_is_undone_by_decoding(text in ".*") {
            assert_eq!(decode(&escape_text(&text)), text);
        }
    }
}
