//! Entity tags (RFC 9110 §8.8.3), and the lists of them that readers send.

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use crate::config::Coding;

/// An entity tag as a reader names it: what stands between its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub opaque: &'a [u8],
    pub is_weak: bool,
}

impl<'a> Tag<'a> {
    /// As a header says it.
    pub fn value(self) -> HeaderValue {
        let weak: &[u8] = if self.is_weak { b"W/" } else { b"" };
        let text = [weak, b"\"", self.opaque, b"\""].concat();
        HeaderValue::from_bytes(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    /// The digest of the feed in a tag of ours, whatever coding it is of.
    pub fn digest(self) -> &'a [u8] {
        let mut suffixes = Coding::ALL.into_iter().map(|coding| (b"-", coding.name().as_bytes()));
        let without = suffixes.find_map(|(dash, name)| self.opaque.strip_suffix(name)?.strip_suffix(dash));
        without.unwrap_or(self.opaque)
    }
}

/// What is between the quotes of a tag of ours: a variant in a coding is another one, and so has a tag of its own.
pub(super) fn opaque(digest: &str, coding: Option<Coding>) -> String {
    coding.map_or_else(|| digest.to_owned(), |coding| format!("{digest}-{}", coding.name()))
}

/// What `If-Match` or `If-None-Match` lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tags<'a> {
    /// `*`
    Any,
    /// These.
    These(Vec<Tag<'a>>),
}

impl<'a> Tags<'a> {
    /// `None`: there is no such header. Of a list that is broken, what stands before the break.
    pub fn of(headers: &'a HeaderMap, name: &HeaderName) -> Option<Self> {
        let mut lines = headers.get_all(name).into_iter().map(|line| line.as_bytes().trim_ascii()).peekable();
        lines.peek()?;
        let lines: Vec<&[u8]> = lines.collect();
        Some(if lines == [b"*"] { Self::Any } else { Self::These(lines.into_iter().flat_map(tags).collect()) })
    }

    /// Strong comparison (RFC 9110 §8.8.3.2).
    pub fn name_strongly(&self, opaque: &str) -> bool {
        self.any(|tag| !tag.is_weak && tag.opaque == opaque.as_bytes())
    }

    /// Weak comparison.
    pub fn name_weakly(&self, opaque: &str) -> bool {
        self.any(|tag| tag.opaque == opaque.as_bytes())
    }

    fn any(&self, is_meant: impl Fn(&Tag<'a>) -> bool) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => tags.iter().any(is_meant),
        }
    }
}

fn tags(mut line: &[u8]) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    while let Some((tag, rest)) = tag(line) {
        tags.push(tag);
        line = rest;
    }
    tags
}

/// The first tag of a list, and what comes after it.
pub(super) fn tag(list: &[u8]) -> Option<(Tag<'_>, &[u8])> {
    let start = list.iter().position(|byte| !matches!(byte, b',' | b' ' | b'\t'))?;
    let (is_weak, quoted) = list[start..].strip_prefix(b"W/").map_or((false, &list[start..]), |rest| (true, rest));
    let inside = quoted.strip_prefix(b"\"")?;
    let end = inside.iter().position(|byte| *byte == b'"')?;
    Some((Tag { opaque: &inside[..end], is_weak }, &inside[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::{HeaderValue, IF_NONE_MATCH};
    use proptest::prelude::*;

    fn names(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (IF_NONE_MATCH, HeaderValue::from_bytes(line.as_bytes()).unwrap())).collect()
    }

    #[test]
    fn lists_are_read_over_lines_and_with_commas_in_tags() {
        let headers = names(&["\"a,b\" ,W/\"c\"", ", \"d\"", "\"\""]);
        let Some(Tags::These(tags)) = Tags::of(&headers, &IF_NONE_MATCH) else { panic!("tags") };
        let read: Vec<(&[u8], bool)> = tags.iter().map(|tag| (tag.opaque, tag.is_weak)).collect();
        assert_eq!(read, [(&b"a,b"[..], false), (b"c", true), (b"d", false), (b"", false)]);
        assert_eq!(Tags::of(&names(&[" * "]), &IF_NONE_MATCH), Some(Tags::Any));
        assert_eq!(Tags::of(&names(&[]), &IF_NONE_MATCH), None);
        let broken = names(&["\"a\", b, \"c\""]);
        assert!(Tags::of(&broken, &IF_NONE_MATCH).is_some_and(|tags| tags.name_weakly("a") && !tags.name_weakly("c")));
    }

    #[test]
    fn weak_tags_are_alike_but_not_the_same() {
        let headers = names(&["W/\"a\""]);
        let tags = Tags::of(&headers, &IF_NONE_MATCH).unwrap();
        assert!(tags.name_weakly("a") && !tags.name_strongly("a") && !tags.name_weakly("A"));
    }

    #[test]
    fn a_tag_of_a_coding_is_of_the_same_feed() {
        let digest = |text: &'static str| Tag { opaque: text.as_bytes(), is_weak: false }.digest();
        for coding in Coding::ALL.into_iter().map(Some).chain([None]) {
            assert_eq!(Tag { opaque: opaque("0123", coding).as_bytes(), is_weak: true }.digest(), b"0123");
        }
        assert_eq!((digest("0-brr"), digest("gzip"), digest("-gzip")), (&b"0-brr"[..], &b"gzip"[..], &b""[..]));
    }

    proptest! {
        #[test]
        fn what_was_listed_is_found(
            opaque in proptest::collection::vec("[!#-~]{0,8}", 1..5), weak in any::<bool>(), noise in "[ ,]{0,3}",
        ) {
            let listed: Vec<String> = opaque.iter()
                .map(|tag| format!("{}\"{tag}\"{noise}", if weak { "W/" } else { "" })).collect();
            let headers = names(&[&listed.join(",")]);
            let tags = Tags::of(&headers, &IF_NONE_MATCH).unwrap();
            for tag in &opaque {
                prop_assert!(tags.name_weakly(tag));
                prop_assert_eq!(tags.name_strongly(tag), !weak);
            }
        }

        #[test]
        fn garbage_ends(bytes in proptest::collection::vec(prop_oneof![Just(9_u8), 32..127_u8, 128..=255_u8], 0..60)) {
            let headers: HeaderMap = [(IF_NONE_MATCH, HeaderValue::from_bytes(&bytes).unwrap())].into_iter().collect();
            prop_assert!(Tags::of(&headers, &IF_NONE_MATCH).is_some());
        }
    }
}
