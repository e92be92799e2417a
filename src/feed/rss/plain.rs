//! Plain text in RSS (titles, names, terms), as the RSS Best Practices Profile wants it.
//!
//! The Profile found `<` and `&` to be shown rightly by the most readers when written as hexadecimal
//! references ("character data"). The `rss` crate writes `&lt;` and `&amp;`, so on the way through it
//! two noncharacters stand for them: no text holds those, as [`text::clean`] drops them.

use crate::feed::text;

const MARKS: [(char, &str); 2] = [('\u{fffe}', "&#x3C;"), ('\u{ffff}', "&#x26;")];

/// `words` on one line, with marks for [`resolve`].
pub(super) fn plain(words: &str) -> String {
    let mark = |c| match c {
        '<' => MARKS[0].0,
        '&' => MARKS[1].0,
        c => c,
    };
    text::line(words).chars().map(mark).collect()
}

/// What was written, with the references in the place of the marks.
pub(super) fn resolve(bytes: Vec<u8>) -> Vec<u8> {
    let Ok(written) = String::from_utf8(bytes) else { return Vec::new() };
    let bytes = written.as_bytes();
    let mut out = Vec::with_capacity(bytes.len() + 256);
    let mut done = 0;
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == 0xef) {
        let mark = written[at..].chars().next().and_then(|c| MARKS.iter().find(|(mark, _)| *mark == c));
        if let Some((mark, reference)) = mark {
            out.extend_from_slice(&bytes[done..at]);
            out.extend_from_slice(reference.as_bytes());
            done = at + mark.len_utf8();
        }
    }
    out.extend_from_slice(&bytes[done..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_references() {
        assert_eq!(resolve(plain("a <b>\n&amp; \u{fffe}，").into_bytes()), "a &#x3C;b> &#x26;amp; ，".as_bytes());
        assert_eq!(resolve(b"<p>&lt;</p>".to_vec()), b"<p>&lt;</p>");
        assert_eq!(resolve(plain("<").into_bytes()), b"&#x3C;");
    }
}
