//! What is between the tags of an entry's prose: long, and of no interest to who looks for elements and ids.
//!
//! In: an entry. Out: the same without that, where it holds no element and is right by itself. So it is left to two readers
//! that would unescape and keep it to say only that; whoever reads the rest has to see that each gap is
//! [in an element of the entry](Gap::is_in).

use std::ops::Range;

use memchr::{memchr, memchr2_iter, memmem};
use roxmltree::Node;

use crate::feed::text;

const CDATA: [&str; 2] = ["<![CDATA[", "]]>"];

/// Where something was left out: the end of the end tag behind it, in bytes of what is left.
pub(super) struct Gap(usize);

impl Gap {
    /// Whether it was all that a child of `parent` held; `offset` is where that begins which was left.
    pub(super) fn is_in(&self, parent: Node<'_, '_>, offset: usize) -> bool {
        let end = offset + self.0;
        parent.children().any(|child| child.is_element() && child.range().end == end && !child.has_children())
    }
}

/// `entry` without the prose that is in elements of these names, and where it was.
pub(super) fn without(entry: &str, names: &[&str]) -> (String, Vec<Gap>) {
    let (mut left, mut gaps, mut rest) = (String::new(), Vec::new(), entry);
    for name in names {
        let Some(prose) = find(rest, name) else { continue };
        left.push_str(&rest[..prose.start]);
        gaps.push(Gap(left.len() + name.len() + "</>".len()));
        rest = &rest[prose.end..];
    }
    left.push_str(rest);
    (left, gaps)
}

/// The prose in the first element of this name.
fn find(entry: &str, name: &str) -> Option<Range<usize>> {
    let tag = memmem::find(entry.as_bytes(), format!("<{name}").as_bytes())?;
    let start = tag + memchr(b'>', &entry.as_bytes()[tag..])? + 1;
    let rest = &entry[start..];
    let (length, is_right) = if let Some(inner) = rest.strip_prefix(CDATA[0]) {
        let length = memmem::find(inner.as_bytes(), CDATA[1].as_bytes())?;
        (CDATA[0].len() + length + CDATA[1].len(), text::is_clean(&inner[..length]))
    } else {
        let length = memchr(b'<', rest.as_bytes())?;
        (length, text::is_clean(&rest[..length]) && is_escaped(&rest[..length]))
    };
    let ends = rest[length..].strip_prefix("</")?.strip_prefix(name)?.starts_with('>');
    (is_right && ends).then_some(start..start + length)
}

/// Whether all signs of XML are references that every reader knows.
fn is_escaped(text: &str) -> bool {
    let is_known = |at: usize| {
        matches!(
            text.as_bytes()[at..],
            [b'&', b'l' | b'g', b't', b';', ..]
                | [b'&', b'a', b'm', b'p', b';', ..]
                | [b'&', b'q', b'u', b'o', b't', b';', ..]
                | [b'&', b'a', b'p', b'o', b's', b';', ..]
        )
    };
    memchr2_iter(b'&', b'>', text.as_bytes()).all(is_known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use roxmltree::Document;

    const NAMES: [&str; 2] = ["summary", "content"];

    fn left(entry: &str) -> String {
        without(entry, &NAMES).0
    }

    /// Whether each gap in `entry` is in a child of it.
    fn are_in_it(entry: &str) -> bool {
        let (text, gaps) = without(entry, &NAMES);
        let document = Document::parse(&text).unwrap();
        gaps.iter().all(|gap| gap.is_in(document.root_element(), 0))
    }

    #[test]
    fn text_and_cdata_are_left_out() {
        for (entry, expected) in [
            ("<e><content type=\"html\">a &lt;b&gt; &amp;</content></e>", "<e><content type=\"html\"></content></e>"),
            ("<e><content><![CDATA[<p>&]]></content></e>", "<e><content></content></e>"),
            (
                "<e><summary>a</summary><x/><content>b</content>c</e>",
                "<e><summary></summary><x/><content></content>c</e>",
            ),
            ("<e><content>b</content><summary>a</summary></e>", "<e><content>b</content><summary></summary></e>"),
        ] {
            assert_eq!(left(entry), expected);
            assert!(are_in_it(entry), "{entry}");
        }
    }

    #[test]
    fn what_may_be_wrong_or_markup_stays() {
        for text in
            ["a &nbsp;", "a & b", "a &#65;", "]]>", "a\u{b}", "\u{ffff}", "<b/>", "<![CDATA[a]]>b", "<!-- a -->", "a>b"]
        {
            let entry = format!("<e><content>{text}</content></e>");
            assert_eq!(left(&entry), entry);
        }
        for entry in ["<e><content/></e>", "<e><content>a</e>", "<e><content", "<e><content>a</contents></e>"] {
            assert_eq!(left(entry), entry);
        }
    }

    #[test]
    fn a_gap_elsewhere_is_told() {
        for entry in [
            "<e><id><content>a</content></id></e>",
            "<e><!-- <content>a</content> --></e>",
            "<e><![CDATA[<content>a</content>]]></e>",
            "<e><?p <content>a</content> ?></e>",
        ] {
            assert!(!are_in_it(entry), "{entry}");
        }
    }

    proptest! {
        #[test]
        fn what_is_left_out_is_right(
            text in "(a|&lt;|&gt;|&amp;|&quot;|&apos;|&nbsp;|&#65;|&|<!\\[CDATA\\[|\\]\\]>|>|<|\\PC|\u{b}|\u{fffe}|\r|\n){0,12}",
        ) {
            let entry = format!("<e><content>{text}</content></e>");
            if left(&entry) != entry {
                let document = Document::parse(&entry).unwrap();
                let content = document.root_element().first_child().unwrap();
                prop_assert!(content.children().all(|child| child.is_text()));
                prop_assert!(are_in_it(&entry));
            }
        }
    }
}
