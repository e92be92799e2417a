//! Attribute lists as `markdown-it-attrs` has them: `{.class #id}` right behind an element in a line, at the end of a
//! heading, and at the end of a paragraph or an item.
//!
//! In: the events of the parser. Out: the lists. One at the end of a block only styles it, and is taken away.

use std::ops::Range;

use pulldown_cmark::{Event, TagEnd};

use super::attributes::{AttributeList, Grammar, Typed, parse};
use super::mark::{Meaning, Place};
use super::scan::{self, Found};
use super::structure::Structure;

/// The lists of a text, in no order.
pub(super) fn lists(text: &str, events: Vec<(Event<'_>, Range<usize>)>) -> Vec<Found> {
    let ends = |(event, range): &(Event<'_>, Range<usize>)| {
        matches!(event, Event::End(TagEnd::Paragraph | TagEnd::Item)).then(|| range.clone())
    };
    let blocks: Vec<Range<usize>> = events.iter().filter_map(ends).collect();
    let structure = Structure::of_events(text, events.into_iter());
    let mut found = scan::goldmark(text, &structure);
    let of_heading = |heading: &Range<usize>| {
        let (range, own) = at_end(text, heading.clone())?;
        Some(Found { range, place: Place::Span, meaning: Meaning::Attributes(own) })
    };
    found.extend(structure.headings.iter().filter_map(of_heading));
    found.extend(structure.ends.iter().filter_map(|end| behind(text, *end)));
    let styles = blocks.into_iter().filter_map(|block| at_end(text, block));
    found.extend(styles.map(|(range, _)| Found { range, place: Place::Span, meaning: Meaning::Nothing }));
    found
}

/// The list right behind an element.
fn behind(text: &str, end: usize) -> Option<Found> {
    let line = text.get(end..)?.lines().next()?.strip_prefix('{')?;
    let (Typed { own, .. }, length) = parse(line, Grammar::Goldmark)?;
    Some(Found { range: end..end + 1 + length, place: Place::Span, meaning: Meaning::Attributes(own) })
}

/// The list at the end of the last line of a block, with a colon or without.
fn at_end(text: &str, block: Range<usize>) -> Option<(Range<usize>, AttributeList)> {
    let whole = text[block.clone()].trim_end();
    let open = whole.rfind('{').filter(|open| !whole[*open..].contains('\n'))?;
    let start = open + if whole[open..].starts_with("{:") { 2 } else { 1 };
    let (Typed { own, .. }, length) = parse(&whole[start..], Grammar::Goldmark)?;
    let before = whole[..open].trim_end_matches(' ');
    let is_last = start + length == whole.len() && before.len() < open;
    let range = block.start + before.len()..block.start + whole.len();
    is_last.then_some((range, own))
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::Parser;

    use super::*;
    use crate::config::Dialect;
    use crate::markup::extensions::options;

    #[test]
    fn lists_stand_behind_elements_and_at_ends() {
        let found = |text: &str| {
            let events = Parser::new_ext(text, options(text, Dialect::Eleventy)).into_offset_iter().collect();
            let mut found: Vec<_> = lists(text, events).into_iter().map(|found| text[found.range].to_owned()).collect();
            found.sort();
            found.dedup();
            found
        };
        assert_eq!(found("![a](b){ .c } d"), ["{ .c }"]);
        assert_eq!(found("a b {.c}\n\n- d {#e}\n- f\n"), [" {#e}", " {.c}"]);
        assert_eq!(found("# a {.b}\n\n## `c` {: #d }\n"), [" {.b}", " {: #d }"]);
        for text in ["a {b c}", "`{.a}`", "a {.b} c", "```\na {.b}\n```\n", "a`{.b}`"] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
