//! What is opened and never closed, so that all that follows would be lost in silence.
//!
//! In: HTML and how far it was read. Out: where the tag begins that swallowed the rest, that HTML with the tag as
//! text, and what there is to tell.

use std::collections::HashMap;

use super::page::Page;
use super::self_closing::end_of_tag;
use crate::markup::entity;

/// How often HTML is read again with one more tag as text; then all the rest is.
pub(super) const MOST: usize = 8;

/// The longest name of an element that is looked at.
const LONGEST_NAME: usize = 64;

/// Where a tag begins that the end of `html` is in. All before `read` is known to be something else; end tags
/// that end nothing may follow.
pub(super) fn tag(html: &str, read: usize) -> Option<usize> {
    let mut at = read;
    while html.get(at..)?.starts_with("</") {
        match end_of_tag(html.as_bytes(), at + 2) {
            Some(end) => at = end,
            None => return Some(at),
        }
    }
    html[at..].starts_with('<').then_some(at)
}

/// `html` with the tag at `at` as text; with `again` readings left, what follows is still HTML.
pub(super) fn as_text(html: &str, at: usize, again: usize) -> String {
    let (before, rest) = html.split_at(at);
    match rest.strip_prefix('<').filter(|_| again > 0) {
        Some(rest) => format!("{before}&lt;{rest}"),
        None => format!("{before}{}", entity::escape_text(rest)),
    }
}

/// The last end tag of each name.
#[derive(Default)]
pub(super) struct EndTags(HashMap<String, usize>);

impl EndTags {
    /// Those in `html`.
    pub(super) fn of(html: &str) -> Self {
        let name = |at: usize| -> String {
            let name =
                html[at + 2..].chars().take(LONGEST_NAME).take_while(|c| !c.is_whitespace() && !"/>".contains(*c));
            name.flat_map(char::to_lowercase).collect()
        };
        Self(html.match_indices("</").map(|(at, _)| (name(at), at)).collect())
    }

    /// Whether an element of this name that starts at byte `at` has an end tag.
    pub(super) fn follows(&self, name: &str, at: usize) -> bool {
        self.0.get(name).is_some_and(|last| *last > at)
    }
}

impl Page {
    /// Tells of a tag that is shown as text.
    pub(super) fn note_unclosed_tag(&mut self, html: &str, at: usize) {
        self.advance(html, at);
        let shown: String = html[at..].chars().take_while(|c| *c != '\n').take(40).collect();
        let message = format!("the tag `{}` is never closed, and is shown as text", shown.trim_end());
        self.notice(message, "close it with `>`, or write `&lt;` for its first character");
    }

    /// Tells of a comment that ends later than its author thinks, or never.
    pub(super) fn note_unclosed_comment(&mut self, source: &str) {
        let ends = |end: &str| source.ends_with(end);
        let (what, end) = match source {
            // what says lines is never in a comment but in one that swallowed it
            _ if source.starts_with("<!--") && ((ends("-->") && !source[4..].contains("<!--@")) || ends("--!>")) => {
                return;
            }
            _ if source.starts_with("<!--") => ("a comment", "-->"),
            _ if source.starts_with("<?") => ("`<?`", "?>"),
            _ if source.starts_with("<![CDATA[") => ("`<![CDATA[`", "]]>"),
            _ => ("`<!`", ">"),
        };
        if end == "-->" || !ends(end) {
            let message = format!("{what} is opened and never closed; what follows it is not shown");
            self.notice(message, &format!("close it with `{end}`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_that_the_end_is_in() {
        for (html, read, found) in
            [("a</p></b x='>'>", 1, None), ("a</p><a href=\"x", 1, Some(5)), ("a</p", 1, Some(1)), ("a", 1, None)]
        {
            assert_eq!(tag(html, read), found, "{html}");
        }
        assert_eq!(as_text("a<b <i>c", 1, 1), "a&lt;b <i>c");
        assert_eq!(as_text("a<b <i>c", 1, 0), "a&lt;b &lt;i&gt;c");
    }

    #[test]
    fn end_tags_by_name() {
        let tags = EndTags::of("<T>a</T ><x></y/>");
        assert!(tags.follows("t", 0) && !tags.follows("t", 5) && !tags.follows("x", 0) && tags.follows("y", 9));
    }
}
