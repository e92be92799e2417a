//! Finds bytes and characters in long texts that have few of them, many bytes at a time.

use memchr::memchr;

/// How many bytes are looked at before anything is decided: the compiler makes a few instructions of that.
const AT_ONCE: usize = 32;

/// Where the first byte is that is wanted. `is_wanted` is asked of bytes behind it, too: if it asks [`is_one_of`],
/// the compiler makes it compare all those bytes at once.
#[inline]
pub fn first(bytes: &[u8], is_wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let has_one = |block: &[u8]| block.iter().fold(false, |any, byte| any | is_wanted(*byte));
    let without = bytes.chunks_exact(AT_ONCE).take_while(|block| !has_one(block)).count() * AT_ONCE;
    let is_tail = bytes.len() - without < AT_ONCE;
    if is_tail && bytes.last_chunk::<AT_ONCE>().is_some_and(|last| !has_one(last)) {
        return None;
    }
    bytes[without..].iter().position(|byte| is_wanted(*byte)).map(|at| without + at)
}

/// Whether a byte is among these: without branches, which `matches!` and `||` have.
#[inline]
#[must_use]
pub fn is_one_of<const COUNT: usize>(byte: u8, these: [u8; COUNT]) -> bool {
    let mut is_one = false;
    for this in these {
        is_one |= byte == this;
    }
    is_one
}

/// Whether a character is there, of texts that have few of its kind.
#[must_use]
pub fn contains(text: &str, wanted: char) -> bool {
    let first = wanted.encode_utf8(&mut [0; 4]).as_bytes()[0];
    memchr(first, text.as_bytes()).is_some_and(|at| text[at..].contains(wanted))
}

/// Tells where each byte is that is wanted, where there are more than a few.
#[inline]
pub fn each(bytes: &[u8], is_wanted: impl Fn(u8) -> bool, mut tell: impl FnMut(usize)) {
    let mut look_at = |start: usize, block: &[u8]| {
        let wanted = (start..).zip(block).filter(|(_, byte)| is_wanted(**byte));
        wanted.for_each(|(at, _)| tell(at));
    };
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    for (number, block) in blocks.iter().enumerate() {
        if block.iter().fold(false, |any, byte| any | is_wanted(*byte)) {
            look_at(number * BLOCK, block);
        }
    }
    look_at(bytes.len() - rest.len(), rest);
}

/// How many of them [`each`] passes over at once: the compiler takes fewer one by one.
const BLOCK: usize = 64;

/// The first character that is wanted, and where it is. `may_begin`: whether a byte can be the first of one.
#[inline]
pub fn first_char(
    text: &str,
    may_begin: impl Fn(u8) -> bool,
    is_wanted: impl Fn(char) -> bool,
) -> Option<(usize, char)> {
    let mut at = 0;
    loop {
        at += first(&text.as_bytes()[at..], &may_begin)?;
        let c = text[at..].chars().next()?;
        if is_wanted(c) {
            return Some((at, c));
        }
        at += c.len_utf8();
    }
}

/// Behind the end of the tag of HTML at the start of `html`: what is between quotation marks does not end it.
#[must_use]
pub fn end_of_tag(html: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in html.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_ends_outside_of_quotation_marks() {
        for (html, end) in [("<a>b>", Some(3)), ("<a b='>' c=\">'\">d", Some(16)), ("<a b='>", None), ("", None)] {
            assert_eq!(end_of_tag(html.as_bytes()), end, "{html}");
        }
    }

    #[test]
    fn a_character_is_there_or_not() {
        for (text, wanted, is_there) in
            [("a$", '$', true), ("a", '$', false), ("，\u{ffff}", '\u{ffff}', true), ("，\u{fffe}", '\u{ffff}', false)]
        {
            assert_eq!(contains(text, wanted), is_there, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn each_is_told(bytes in proptest::collection::vec(0..9_u8, 0..200), below in 0..4_u8) {
            let (mut told, wanted) = (Vec::new(), |byte| byte < below);
            each(&bytes, wanted, |at| told.push(at));
            let places: Vec<usize> = (0..bytes.len()).filter(|at| wanted(bytes[*at])).collect();
            proptest::prop_assert_eq!(told, places);
        }

        #[test]
        fn characters_are_found_as_they_are_one_by_one(text in "[a-c\u{a0}-\u{a3}é€\u{fffc}-\u{ffff}]{0,80}") {
            let is_wanted = |c| matches!(c, 'c' | '\u{a2}' | '\u{fffe}' | '\u{ffff}');
            let found = first_char(&text, |byte| matches!(byte, b'c' | 0xc2 | 0xef), is_wanted);
            proptest::prop_assert_eq!(found, text.char_indices().find(|(_, c)| is_wanted(*c)));
        }

        #[test]
        fn it_is_where_a_search_byte_by_byte_finds_it(bytes in proptest::collection::vec(0..9_u8, 0..200), below in 0..4_u8) {
            proptest::prop_assert_eq!(first(&bytes, |b| b < below), bytes.iter().position(|b| *b < below));
        }
    }
}
