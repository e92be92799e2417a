//! The bodies of entries, set into what the crate wrote without them: they are nearly all of a feed, and it copies each
//! three times.
//!
//! In: a document with a [`MARK`] in the place of each body, and the bodies. Out: the same bytes as the crate would write.

use memchr::memmem;

use crate::scan;

/// Stands for a body. No text holds it: [`text::clean`](super::text::clean) drops it.
pub(super) const MARK: &str = "\u{fffe}";

/// `document` with the bodies in the places of their marks, and room for a line feed.
pub(super) fn set(document: &[u8], bodies: &[impl AsRef<str>]) -> Vec<u8> {
    let length = bodies.iter().map(|body| body.as_ref().len()).sum::<usize>();
    // a fourth is for what is escaped
    let mut out = Vec::with_capacity(document.len() + length + length / 4 + 1);
    let mut done = 0;
    for (at, body) in memmem::find_iter(document, MARK).zip(bodies) {
        out.extend_from_slice(&document[done..at]);
        escape_into(&mut out, body.as_ref());
        done = at + MARK.len();
    }
    out.extend_from_slice(&document[done..]);
    out
}

/// Writes text with references for all signs that have a name in XML, as `quick_xml` does.
fn escape_into(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let mut done = 0;
    let is_sign = |byte| matches!(byte, b'<' | b'>' | b'&' | b'"' | b'\'');
    scan::each(bytes, is_sign, |at| {
        out.extend_from_slice(&bytes[done..at]);
        out.extend_from_slice(match bytes[at] {
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'&' => b"&amp;",
            b'"' => b"&quot;",
            _ => b"&apos;",
        });
        done = at + 1;
    });
    out.extend_from_slice(&bytes[done..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bodies_are_where_their_marks_were() {
        let document = format!("<a>{MARK}</a><b/><c>{MARK}</c>");
        assert_eq!(set(document.as_bytes(), &["<", "\u{1f600}"]), "<a>&lt;</a><b/><c>\u{1f600}</c>".as_bytes());
        assert_eq!(set(b"<a/>", &[] as &[&str]), b"<a/>");
    }

    proptest! {
        #[test]
        fn it_is_escaped_as_the_crate_does(text in "([<>&\"'a-c]|\\PC| ){0,90}") {
            let mut out = Vec::new();
            escape_into(&mut out, &text);
            prop_assert_eq!(String::from_utf8(out).unwrap(), quick_xml::escape::escape(&text));
        }
    }
}
