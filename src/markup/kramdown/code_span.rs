//! Code within a line as kramdown reads it, where `CommonMark` reads it otherwise: two signs that end what one began, one sign
//! between blanks.
//!
//! In: the events of the parser. Out: for each block in which the two differ, the code as HTML, and the signs that are
//! shown. To kramdown the next signs end code that are as many, be there more of them or not; one sign between blanks is
//! none, and its code keeps the blanks.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::mark::{Meaning, Place};
use super::scan::Found;
use super::structure::{is_escaped, is_inline};
use crate::markup::entity;

/// Where code is, by where it begins: up to where, and what it shows.
type Spans<'t> = BTreeMap<usize, (usize, Cow<'t, str>)>;

/// The code in `text` that kramdown reads otherwise.
pub(super) fn differing(text: &str, events: &[(Event<'_>, Range<usize>)]) -> Vec<Found> {
    let mut found = Vec::new();
    if !text.contains('`') {
        return found;
    }
    let mut block = Block::default();
    for (event, range) in events {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => {
                block.end(text, &mut found);
                block.is_raw = true;
            }
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => block.is_raw = false,
            _ if block.is_raw => {}
            Event::Code(shown) => {
                block.owns.insert(range.start, (range.end, Cow::Borrowed(shown)));
                block.extend(range);
            }
            Event::InlineHtml(_) => {
                block.tags.push(range.clone());
                block.extend(range);
            }
            Event::Text(_) | Event::SoftBreak | Event::HardBreak => block.extend(range),
            Event::Start(tag) if is_inline(tag) => block.extend(range),
            Event::Start(Tag::BlockQuote(_)) => {
                block.end(text, &mut found);
                block.quotes += 1;
            }
            Event::End(TagEnd::BlockQuote(_)) => {
                block.end(text, &mut found);
                block.quotes = block.quotes.saturating_sub(1);
            }
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image) => {}
            _ => block.end(text, &mut found),
        }
    }
    block.end(text, &mut found);
    found
}

/// The lines of a paragraph, of a heading, ...
#[derive(Default)]
struct Block<'t> {
    range: Option<Range<usize>>,
    /// What the parser takes for code.
    owns: Spans<'t>,
    /// Tags of HTML, in which no sign counts.
    tags: Vec<Range<usize>>,
    /// Whether a block of code or of HTML is open.
    is_raw: bool,
    /// How many quotations it is in.
    quotes: usize,
}

impl Block<'_> {
    fn extend(&mut self, range: &Range<usize>) {
        let own = self.range.get_or_insert_with(|| range.clone());
        *own = own.start.min(range.start)..own.end.max(range.end);
    }

    /// Says what the signs of the block are, where that is something else than the parser took them for.
    fn end(&mut self, text: &str, found: &mut Vec<Found>) {
        let Self { range, owns, tags, quotes, .. } = std::mem::take(self);
        self.quotes = quotes;
        let Some(range) = range.filter(|range| text[range.clone()].contains('`')) else { return };
        let (spans, shown) = read(text, range, (&tags, quotes));
        let is_own = |(start, span): &(&usize, &(usize, Cow<'_, str>))| owns.get(start) == Some(span);
        let other = spans.iter().filter(|span| !is_own(span)).map(|(start, (end, code))| Found {
            range: *start..*end,
            place: Place::Span,
            meaning: Meaning::Html(format!("<code>{}</code>", entity::escape_text(code))),
        });
        let before = found.len();
        found.extend(other);
        if found.len() == before && spans.len() == owns.len() {
            return;
        }
        found.extend(shown.into_iter().map(|range| {
            let meaning = Meaning::Text(text[range.clone()].to_owned());
            Found { range, place: Place::Span, meaning }
        }));
    }
}

/// What kramdown takes for code in a block, and the signs that it shows.
fn read<'t>(
    text: &'t str,
    range: Range<usize>,
    (tags, quotes): (&[Range<usize>], usize),
) -> (Spans<'t>, Vec<Range<usize>>) {
    let (mut spans, mut shown) = (Spans::new(), Vec::new());
    let block = &text[range.clone()];
    let mut from = 0;
    // so many signs, or more, do not come again
    let mut most = usize::MAX;
    while let Some(at) = block[from..].find('`').map(|at| at + from) {
        let start = range.start + at;
        let tag = tags[..tags.partition_point(|tag| tag.start <= start)].last().filter(|tag| tag.end > start);
        if let Some(tag) = tag {
            from = (tag.end - range.start).min(block.len());
            continue;
        }
        if is_escaped(text, start) {
            from = at + 1;
            continue;
        }
        let length = block[at..].bytes().take_while(|byte| *byte == b'`').count();
        let (signs, inside) = block[at..].split_at(length);
        let is_lone = length == 1 && is_blank(block[..at].chars().next_back()) && is_blank(inside.chars().next());
        let end = if is_lone || length >= most { None } else { inside.find(signs) };
        if let Some(end) = end {
            spans.insert(start, (start + length + end + length, code(&inside[..end], length, quotes)));
            from = at + length + end + length;
        } else {
            if !is_lone {
                most = most.min(length);
            }
            shown.push(start..start + length);
            from = at + length;
        }
    }
    (spans, shown)
}

/// Whether it is a blank, or nothing.
fn is_blank(c: Option<char>) -> bool {
    c.is_none_or(|c| c.is_ascii_whitespace())
}

/// What is between the signs, in so many quotations: several of them may have a blank beside them.
fn code(inside: &str, length: usize, quotes: usize) -> Cow<'_, str> {
    let inside = if length == 1 {
        inside
    } else {
        let inside = inside.strip_prefix(' ').unwrap_or(inside);
        inside.strip_suffix(' ').unwrap_or(inside)
    };
    let Some((first, rest)) = inside.split_once('\n') else { return inside.into() };
    let rest = rest.split('\n').map(|line| continued(line, quotes));
    let lines = std::iter::once(first).chain(rest).map(|line| line.strip_suffix('\r').unwrap_or(line));
    lines.collect::<Vec<_>>().join(" ").into()
}

/// A further line of a paragraph, without what says that it is in quotations.
fn continued(line: &str, quotes: usize) -> &str {
    let mut rest = line.trim_start_matches([' ', '\t']);
    for _ in 0..quotes {
        let Some(behind) = rest.strip_prefix('>') else { break };
        rest = behind.trim_start_matches([' ', '\t']);
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::kramdown::events_of;
    use crate::markup::kramdown::testing::replaced;

    fn found(text: &str) -> Vec<Found> {
        let mut found = differing(text, &events_of(text));
        found.sort_by_key(|found| found.range.start);
        found
    }

    fn read(text: &str) -> String {
        replaced(text, found(text), |found| match &found.meaning {
            Meaning::Html(html) => html.clone(),
            Meaning::Text(signs) => "'".repeat(signs.len()),
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn where_the_two_differ() {
        for (text, expected) in [
            ("a `b`` c", "a <code>b</code>' c"),
            ("比如` <x> `的", "比如<code> &lt;x&gt; </code>的"),
            ("a ` b` c` d", "a ' b<code> c</code> d"),
            ("`` `a ``", "`` `a ``"),
            ("``a: `` b", "<code>a:</code> b"),
            ("`a` \\`b <i title='`'>", "`a` \\`b <i title='`'>"),
            ("- `a`\n  ` b\n  `c`", "- `a`\n  ' b\n  <code>c</code>"),
            ("    `` `a\n", "    `` `a\n"),
            ("<p>`a`` b</p>\n", "<p>`a`` b</p>\n"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn code_over_lines_is_one_line() {
        assert_eq!(read("> a `b``\n> c` d"), "> a <code>b</code><code> c</code> d");
        assert_eq!(code("a\n  b", 1, 0), "a b");
        assert_eq!(code("List<T>\r\n>b ", 1, 0), "List<T> >b ");
        assert_eq!(code("a >\n> > > b", 1, 2), "a > > b");
        assert_eq!(read("`Vec<T>\nd ` e"), "`Vec<T>\nd ` e");
    }

    #[test]
    fn a_great_many_signs_take_no_time() {
        let text = (1..600).rev().map(|length| "`".repeat(length)).collect::<Vec<_>>().join(" ");
        assert!(found(&text).len() < 1000);
    }

    proptest::proptest! {
        #[test]
        fn finds_do_not_overlap(text in "(`{1,3}|[ab \\n*>-]|<b>|\\\\){0,40}") {
            let mut done = 0;
            for Found { range, .. } in found(&text) {
                assert!(range.start >= done && text[range.clone()].contains('`'));
                done = range.end;
            }
        }
    }
}
