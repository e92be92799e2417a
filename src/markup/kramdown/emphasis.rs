//! Emphasis as kramdown reads it, where `CommonMark` reads it otherwise: `**「強調」**する`.
//!
//! In: the events of the parser. Out: for each paragraph, heading, ... in which the two differ, what each `*` and `_` in
//! it means.
//!
//! To kramdown a sign opens when no blank follows, and closes when no blank precedes; what neighbours it has otherwise
//! counts for `_` alone. The first sign that can close does, and neither kind stands in itself.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::mark::{Emphasis, Meaning, Place};
use super::scan::Found;
use super::structure::is_escaped;

/// How many signs of a paragraph are looked at, again and again.
const MOST_LOOKS: usize = 20_000;

/// Links within each other that are looked at: pictures in links.
const DEEPEST: usize = 4;

/// An element of emphasis: where its signs are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    open: usize,
    close: usize,
    /// 1 or 2 signs.
    length: usize,
}

/// The signs in `text` that kramdown reads otherwise.
pub(super) fn differing(text: &str, events: &[(Event<'_>, Range<usize>)]) -> Vec<Found> {
    let mut found = Vec::new();
    if !text.contains(['*', '_']) {
        return found;
    }
    let mut block = Block::new(text);
    let mut is_code = false;
    for (event, range) in events {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Text(shown) if !is_code && text.get(range.clone()) == Some(shown) => block.text(range.clone()),
            Event::Start(Tag::Emphasis) => block.own(range.clone(), 1),
            Event::Start(Tag::Strong) => block.own(range.clone(), 2),
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Strikethrough) => block.groups.push(range.clone()),
            Event::Start(tag) if is_block(tag) => block.end(&mut found),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell) => {
                block.end(&mut found);
            }
            _ => {}
        }
    }
    block.end(&mut found);
    found
}

fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(tag, Tag::Superscript | Tag::Subscript)
}

/// The signs between the beginning and the end of a block.
struct Block<'a> {
    text: &'a str,
    /// Where each sign is.
    signs: Vec<usize>,
    /// What the parser took for emphasis.
    owns: Vec<Span>,
    /// Links and the like, which emphasis does not cross.
    groups: Vec<Range<usize>>,
    looks: usize,
    spans: Vec<Span>,
}

/// What emphasis is open.
#[derive(Debug, Clone, Copy, Default)]
struct Within {
    em: bool,
    strong: bool,
}

/// What ends the element that is open.
#[derive(Debug, Clone, Copy)]
struct Stop {
    sign: u8,
    length: usize,
    /// Where its content begins.
    content: usize,
}

impl<'a> Block<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, signs: Vec::new(), owns: Vec::new(), groups: Vec::new(), looks: 0, spans: Vec::new() }
    }

    fn text(&mut self, range: Range<usize>) {
        let escaped = usize::from(is_escaped(self.text, range.start));
        let signs = self.text.as_bytes()[range.clone()].iter().enumerate().skip(escaped);
        self.signs.extend(signs.filter(|(_, byte)| matches!(byte, b'*' | b'_')).map(|(at, _)| range.start + at));
    }

    fn own(&mut self, range: Range<usize>, length: usize) {
        let span = Span { open: range.start, close: range.end - length, length };
        self.signs.extend((span.open..span.open + length).chain(span.close..span.close + length));
        self.owns.push(span);
    }

    /// Reads the block, and says what its signs mean when they mean something else.
    fn end(&mut self, found: &mut Vec<Found>) {
        self.signs.sort_unstable();
        self.signs.dedup();
        self.owns.sort_unstable();
        let block = std::mem::replace(self, Self::new(self.text));
        if !block.signs.is_empty() {
            found.extend(block.read());
        }
    }

    fn read(mut self) -> Vec<Found> {
        let end = self.text.len() + 1;
        self.looks = MOST_LOOKS;
        self.elements(0, (None, end), Within::default());
        if self.looks == 0 {
            return Vec::new();
        }
        self.spans.sort_unstable();
        if self.spans == self.owns { Vec::new() } else { self.meanings() }
    }

    fn meanings(&self) -> Vec<Found> {
        let mut found = Vec::new();
        let mut used = Vec::new();
        for span in &self.spans {
            let kind = if span.length == 2 { Emphasis::Strong } else { Emphasis::Em };
            for (at, meaning) in [(span.open, Meaning::Start(kind)), (span.close, Meaning::End(kind))] {
                used.extend(at..at + span.length);
                found.push(Found { range: at..at + span.length, place: Place::Span, meaning });
            }
        }
        used.sort_unstable();
        for at in self.signs.iter().copied().filter(|at| used.binary_search(at).is_err()) {
            let meaning = Meaning::Text(self.text[at..=at].to_owned());
            found.push(Found { range: at..at + 1, place: Place::Span, meaning });
        }
        found
    }

    /// Reads from the sign with the number `next` on; returns the number of the sign that stops the element, when one
    /// does before byte `end`.
    fn elements(&mut self, mut next: usize, (stop, end): (Option<Stop>, usize), within: Within) -> Option<usize> {
        while let Some(at) = self.signs.get(next).copied().filter(|at| *at < end && self.looks > 0) {
            self.looks -= 1;
            let group = self.group_at(at).filter(|group| group.end < end);
            if group.is_none() && stop.is_some_and(|stop| self.stops(stop, at)) {
                return Some(next);
            }
            next = match group {
                Some(group) => {
                    self.elements(next, (None, group.end), within);
                    self.signs.partition_point(|sign| *sign < group.end)
                }
                None => self.element(next, end, within),
            };
        }
        None
    }

    /// The outermost link or the like around a sign.
    fn group_at(&self, at: usize) -> Option<Range<usize>> {
        let before = self.groups.partition_point(|group| group.start <= at);
        self.groups[..before].iter().rev().take(DEEPEST).rfind(|group| group.contains(&at)).cloned()
    }

    fn stops(&self, stop: Stop, at: usize) -> bool {
        let rest = &self.text.as_bytes()[at..];
        let run = rest.iter().take(3).take_while(|byte| **byte == stop.sign).count();
        run >= stop.length
            && at > stop.content
            && !self.text[..at].ends_with(|c: char| c.is_ascii_whitespace())
            && !(stop.length == 1 && run == 2)
            && !(stop.sign == b'_' && self.text[at + stop.length..].starts_with(char::is_alphanumeric))
    }

    /// Reads the sign with the number `next`; returns the number of the sign behind what it was.
    fn element(&mut self, next: usize, end: usize, within: Within) -> usize {
        let (at, sign) = (self.signs[next], self.text.as_bytes()[self.signs[next]]);
        let is_double = self.signs.get(next + 1) == Some(&(at + 1)) && self.text.as_bytes()[at + 1] == sign;
        let length = 1 + usize::from(is_double);
        let is_within = if is_double { within.strong } else { within.em };
        let blank = self.text[at + length..].starts_with(|c: char| c.is_ascii_whitespace());
        if is_within || blank || (sign == b'_' && ends_with_letters(&self.text[..at])) {
            return next + length;
        }
        let behind = self.emphasis((next, length), end, within);
        let behind = behind.or_else(|| (is_double && !within.em).then(|| self.emphasis((next, 1), end, within))?);
        behind.unwrap_or(next + length)
    }

    /// Reads an element that `length` signs open.
    fn emphasis(&mut self, (next, length): (usize, usize), end: usize, within: Within) -> Option<usize> {
        let open = self.signs[next];
        let stop = Stop { sign: self.text.as_bytes()[open], length, content: open + length };
        let inner = if length == 2 { Within { strong: true, ..within } } else { Within { em: true, ..within } };
        let before = self.spans.len();
        let Some(closing) = self.elements(next + length, (Some(stop), end), inner) else {
            self.spans.truncate(before);
            return None;
        };
        self.spans.push(Span { open, close: self.signs[closing], length });
        Some(closing + length)
    }
}

/// Whether a word precedes, perhaps with a hyphen at its end.
fn ends_with_letters(before: &str) -> bool {
    before.strip_suffix('-').unwrap_or(before).ends_with(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::kramdown::events_of;
    use crate::markup::kramdown::testing::replaced;

    fn found(text: &str) -> Vec<Found> {
        differing(text, &events_of(text))
    }

    fn read(text: &str) -> String {
        replaced(text, found(text), |found| match found.meaning {
            Meaning::Start(kind) => if kind == Emphasis::Em { "<em>" } else { "<strong>" }.to_owned(),
            Meaning::End(kind) => if kind == Emphasis::Em { "</em>" } else { "</strong>" }.to_owned(),
            _ => text[found.range.clone()].replace(['*', '_'], "~"),
        })
    }

    #[test]
    fn where_the_two_differ() {
        for (text, expected) in [
            ("**「a」**b **c。**d", "<strong>「a」</strong>b <strong>c。</strong>d"),
            ("b**「a」**は**「c」**だ", "b<strong>「a」</strong>は<strong>「c」</strong>だ"),
            ("a*\"b\"*c", "a<em>\"b\"</em>c"),
            ("2*3 and [x*](y)", "2*3 and [x*](y)"),
            ("*a **b***", "*a **b***"),
            ("**a", "**a"),
            ("a_1_ *b c* `*`", "a_1_ *b c* `*`"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn a_great_many_signs_are_left_to_the_parser() {
        assert!(found(&"*a **b ".repeat(20_000)).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn what_is_found_is_signs_and_balanced(text in "([*_]{1,3}|[a1 。「」\\n]|`|\\[|\\]\\(b\\)|\\\\){0,40}") {
            let mut found = found(&text);
            found.sort_by_key(|found| found.range.start);
            let mut open = Vec::new();
            let mut done = 0;
            for Found { range, meaning, .. } in found {
                assert!(range.start >= done && text[range.clone()].bytes().all(|byte| matches!(byte, b'*' | b'_')));
                done = range.end;
                match meaning {
                    Meaning::Start(kind) => open.push(kind),
                    Meaning::End(kind) => assert_eq!(open.pop(), Some(kind)),
                    _ => {}
                }
            }
            assert!(open.is_empty());
        }
    }
}
