//! Names of faces and signs (`:smile:`) -> the characters, as GitHub names them.

use std::borrow::Cow;

/// The longest name, in bytes.
const LONGEST: usize = 60;

/// `text` with every name that there is replaced.
#[must_use]
pub fn drawn(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let (mut done, mut from) = (0, 0);
    while let Some(open) = text[from..].find(':').map(|at| from + at) {
        from = open + 1;
        let length = text.as_bytes()[from..].iter().take(LONGEST).take_while(|byte| is_of_name(**byte)).count();
        let end = from + length;
        if let Some(emoji) = emojis::get_by_shortcode(&text[from..end]).filter(|_| text[end..].starts_with(':')) {
            out.push_str(&text[done..open]);
            out.push_str(emoji.as_str());
            (done, from) = (end + 1, end + 1);
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// Where signs are escaped in what would be a name without that (`:smile\_cat:`).
#[must_use]
pub fn escapes(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let is_part = |byte: &&u8| is_of_name(**byte) || **byte == b'\\';
    let opens = |at: usize, least: usize| {
        let name = bytes[..at].iter().rev().take(LONGEST).take_while(is_part).count();
        name >= least && bytes[..at - name].ends_with(b":")
    };
    let closes = |at: usize, least: usize| {
        let name = bytes[at..].iter().take(LONGEST).take_while(is_part).count();
        name >= least && bytes[at + name..].starts_with(b":")
    };
    let is_escape = |at: &usize| {
        let meant = match bytes.get(at + 1) {
            Some(b'_' | b'-' | b'+') => opens(*at, 0) && closes(*at, 0),
            Some(b':') => opens(*at, 1) || closes(at + 2, 1),
            _ => false,
        };
        meant && !bytes[..*at].ends_with(b"\\")
    };
    text.match_indices('\\').map(|(at, _)| at).filter(is_escape).collect()
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_drawn_and_other_colons_stay() {
        assert_eq!(drawn("a :smile: b :+1::heart:"), "a 😄 b 👍❤️");
        assert_eq!(escapes(r":smile\_cat: a\_b: \_ :x\-y:"), [6, 24]);
        assert_eq!(escapes(r"\:smile: a :b\: \: http\://x:8 :\+1:"), [0, 13, 32]);
        for text in ["10:30:00", ":nothing:", "a:", "::", "std::vec::Vec", "é:é:"] {
            assert_eq!(drawn(text), text);
        }
    }
}
