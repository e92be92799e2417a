//! Bytes of a file -> its text, and offsets in it -> lines and columns as people count them.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// What is wrong with bytes that are no text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Undecodable {
    /// The first bad byte.
    pub place: Place,
    /// What it is, for people.
    pub message: &'static str,
}

/// A line and a column (in characters), both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub line: u32,
    pub column: u32,
}

impl Place {
    /// The first character of a file.
    pub const START: Self = Self { line: 1, column: 1 };

    /// The place of the byte at `offset` in `text`; past its end: the end.
    pub fn of(text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line = count(before.as_bytes(), |byte| byte == b'\n');
        let column = before.rsplit('\n').next().unwrap_or("").chars().count();
        Self { line: from_one(line), column: from_one(column) }
    }

    /// The same place, seen from a text that begins `lines` lines earlier.
    pub fn below(self, lines: u32) -> Self {
        Self { line: self.line.saturating_add(lines), ..self }
    }
}

/// The line of the byte at `offset`, from 1.
pub(super) fn line_of(text: &str, offset: usize) -> u32 {
    let before = &text.as_bytes()[..offset.min(text.len())];
    from_one(count(before, |byte| byte == b'\n'))
}

/// How many bytes are such ones, counted in pieces that a byte can count.
pub(super) fn count(bytes: &[u8], is_one: impl Fn(u8) -> bool) -> usize {
    let of_piece = |piece: &[u8]| piece.iter().fold(0_u8, |count, byte| count + u8::from(is_one(*byte)));
    bytes.chunks(usize::from(u8::MAX)).map(|piece| usize::from(of_piece(piece))).sum()
}

/// The lines of a text, each with its end.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
        let (line, more) = rest.split_at(end);
        rest = more;
        (!line.is_empty()).then_some(line)
    })
}

/// Places of rising offsets in one text, each found from the one before.
pub(super) struct Places<'a> {
    text: &'a str,
    offset: usize,
    last: Place,
}

impl<'a> Places<'a> {
    pub fn of(text: &'a str) -> Self {
        Self { text, offset: 0, last: Place::START }
    }

    /// The place of the byte at `offset`, which is not before the last one asked for.
    pub fn at(&mut self, offset: usize) -> Place {
        let between = self.text.get(self.offset..offset).unwrap_or("");
        let step = Place::of(between, between.len());
        let column = if step.line == 1 { self.last.column.saturating_add(step.column - 1) } else { step.column };
        self.last = Place { line: self.last.line.saturating_add(step.line - 1), column };
        self.offset += between.len();
        self.last
    }
}

/// From 1, and never more than fits.
fn from_one(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1)
}

/// The number of bytes of byte order marks at the start of `bytes`: some programs set one before another.
pub(super) fn mark_length(bytes: &[u8]) -> usize {
    let mark = b"\xEF\xBB\xBF";
    mark.len() * bytes.chunks(mark.len()).take_while(|chunk| chunk == mark).count()
}

/// The text of a file behind its byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, Undecodable> {
    let content = &bytes[mark_length(bytes)..];
    simdutf8::compat::from_utf8(content).map_err(|error| {
        let valid = std::str::from_utf8(&content[..error.valid_up_to()]).unwrap_or("");
        let utf16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
        let message = if utf16 { "is UTF-16" } else { "is not UTF-8 from here on" };
        Undecodable { place: Place::of(valid, valid.len()), message }
    })
}

/// As much of `bytes` from `offset` on as is text.
pub(super) fn from(bytes: &[u8], offset: usize) -> &str {
    let rest = bytes.get(offset..).unwrap_or_default();
    match simdutf8::compat::from_utf8(rest) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or(""),
    }
}

/// In composed Unicode (NFC), which ASCII is.
pub(super) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { text.into() } else { text.nfc().collect() }
}

/// One line: control characters dropped, runs of blanks and line ends made one blank, none at the ends.
/// Blanks that somebody chose (French typography, Japanese) stay.
#[must_use]
pub fn one_line(text: &str) -> String {
    on_one_line(text).into_owned()
}

/// The same, which most texts are already.
pub(super) fn on_one_line(text: &str) -> Cow<'_, str> {
    if is_line(text) { text.trim().into() } else { joined(text).into() }
}

/// The words of a text, one behind the other.
fn joined(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let parts = text
        .trim()
        .split(|c: char| c.is_ascii_whitespace() || matches!(c, '\u{b}' | '\u{85}' | '\u{2028}' | '\u{2029}'));
    for word in parts.filter(|word| !word.is_empty()) {
        let length = line.len();
        if length > 0 {
            line.push(' ');
        }
        let start = line.len();
        line.extend(word.chars().filter(|c| !is_noise(*c)));
        if line.len() == start {
            line.truncate(length);
        }
    }
    line
}

/// Whether bytes are ASCII that is shown. It looks at all of them, which is faster than to stop.
pub(super) fn is_printable(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |so_far, byte| so_far & matches!(byte, b' '..=b'~'))
}

/// Whether a byte has such a one behind it somewhere; it looks at all of them, too.
pub(super) fn has_pair(text: &str, one: u8, is_next: impl Fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    pairs.fold(false, |so_far, (byte, next)| so_far | ((*byte == one) & is_next(*next)))
}

/// Whether a text is one line for sure, but for blanks around it.
fn is_line(text: &str) -> bool {
    let mut before = 0;
    text.bytes().all(|byte| {
        let is_second = byte == b' ' && before == b' ';
        before = byte;
        IS_OF_LINE[usize::from(byte)] && !is_second
    })
}

/// Which bytes are of no character that a line does not have: such are ASCII's controls, `\u{80}` to `\u{bf}`, and those
/// around `\u{2028}` and around `\u{fffe}`, by their first bytes.
const IS_OF_LINE: [bool; 256] = {
    let (mut is_of_line, mut byte) = ([false; 256], b' ');
    while byte < u8::MAX {
        is_of_line[byte as usize] = !matches!(byte, 0x7f | 0xc2 | 0xe2 | 0xef);
        byte += 1;
    }
    is_of_line
};

/// Characters that XML forbids or that nobody can see or mean.
fn is_noise(c: char) -> bool {
    c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_lines_and_characters() {
        let text = "ab\nçé!\r\nx";
        let cases = [(0, 1, 1), (2, 1, 3), (3, 2, 1), (7, 2, 3), (8, 2, 4), (text.len(), 3, 2), (99, 3, 2)];
        for (offset, line, column) in cases {
            assert_eq!(Place::of(text, offset), Place { line, column }, "{offset}");
        }
        let mut places = Places::of(text);
        for (offset, line, column) in cases {
            assert_eq!(places.at(offset), Place { line, column }, "{offset}");
        }
    }

    #[test]
    fn finds_lines() {
        let text = "a\n\r\n\n".repeat(200) + "é";
        assert!(lines(&text).eq(text.split_inclusive('\n')));
        assert!(lines("").next().is_none());
        for offset in [0, 1, 2, 5, 700, text.len(), text.len() + 9] {
            assert_eq!(line_of(&text, offset), Place::of(&text, offset).line, "{offset}");
        }
        assert_eq!(line_of(&text, text.len()), 601);
    }

    #[test]
    fn drops_the_mark_and_tells_bad_bytes() {
        assert_eq!(decode(b"\xEF\xBB\xBFhi"), Ok("hi"));
        assert_eq!(decode(b"\xEF\xBB\xBF\xEF\xBB\xBFhi"), Ok("hi"));
        let bad = decode(b"one\ntw\xE9").unwrap_err();
        assert_eq!(bad.place, Place { line: 2, column: 3 });
        assert_eq!(bad.message, "is not UTF-8 from here on");
        assert_eq!(decode(b"\xFF\xFEh\0").unwrap_err().message, "is UTF-16");
    }

    #[test]
    fn reads_what_is_text_of_other_bytes() {
        assert_eq!(from("añb".as_bytes(), 1), "ñb");
        assert_eq!(from("añb".as_bytes(), 2), "");
        assert_eq!(from(b"ab\xFFc", 1), "b");
        assert_eq!(from(b"ab", 9), "");
    }

    #[test]
    fn makes_one_line() {
        assert_eq!(one_line("  a\u{7}b \n\t c \u{0} d\u{feff}\u{b}e "), "ab c d e");
        assert_eq!(one_line("\u{0}"), "");
        assert_eq!(one_line("\u{3000}ä  ö\u{85}\u{2028}ü\u{a0}ß\u{fffe}\u{3000}"), "ä ö ü\u{a0}ß");
        assert_eq!((one_line(" a b "), one_line(" a  b"), one_line(" ")), ("a b".into(), "a b".into(), String::new()));
    }

    proptest! {
        #[test]
        fn what_is_a_line_stays_one(text in "[a-c \u{a0}\u{3000}é’雨\u{85}\u{2028}\u{feff}\t\n\u{7f}]{0,8}|\\PC*|.*") {
            prop_assert_eq!(on_one_line(&text), joined(&text));
        }
    }
}
