//! Fences of code that are none to kramdown: those with more than one word behind them, and those that nothing ends.
//!
//! In: Markdown. Out: where such fences are, which are shown as they are typed; what is below them is text.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::mark::{Meaning, Place};
use super::scan::Found;

/// The longest prefix of a line that is looked behind: nobody nests deeper.
const LONGEST_PREFIX: usize = 400;

/// A line that begins or ends code: what precedes its signs, where they are, and what is behind them.
struct Fence<'t> {
    prefix: usize,
    signs: Range<usize>,
    sign: u8,
    info: &'t str,
}

impl Fence<'_> {
    /// Whether one word at most is behind it.
    fn may_open(&self) -> bool {
        self.info.split_whitespace().nth(1).is_none() && !(self.sign == b'`' && self.info.contains('`'))
    }

    fn closes(&self, open: &Self) -> bool {
        let is_far = self.prefix > open.prefix + 3;
        self.sign == open.sign && self.signs.len() >= open.signs.len() && self.info.is_empty() && !is_far
    }
}

/// The fences in `text` that kramdown shows, when the parser says that there may be some.
pub(super) fn shown(text: &str, events: &[(Event<'_>, Range<usize>)]) -> Vec<Found> {
    let may_differ = |(event, range): &(Event<'_>, Range<usize>)| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
            info.split_whitespace().nth(1).is_some() || !is_closed(&text[range.clone()])
        }
        _ => false,
    };
    if !events.iter().any(may_differ) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let fences = fences(text);
    let (mut next, mut unclosed) = (0, HashMap::new());
    while let Some(open) = fences.get(next) {
        // nothing ends this one either, if nothing did that ends more
        let farthest = unclosed.entry((open.sign, open.signs.len())).or_insert(None);
        let is_hopeless = !open.may_open() || farthest.is_some_and(|prefix| open.prefix <= prefix);
        let closing = if is_hopeless { None } else { fences[next + 1..].iter().position(|fence| fence.closes(open)) };
        if closing.is_none() {
            let meaning = Meaning::Text(text[open.signs.clone()].to_owned());
            found.push(Found { range: open.signs.clone(), place: Place::Span, meaning });
            if !is_hopeless {
                *farthest = Some(open.prefix);
            }
        }
        next += closing.map_or(1, |lines| lines + 2);
    }
    found
}

/// Whether the last line of a block of code is a fence.
fn is_closed(block: &str) -> bool {
    let block = block.trim_end();
    let last = block.rfind('\n').map_or("", |newline| block[newline + 1..].trim_matches([' ', '\t', '>', '\r']));
    last.len() >= 3 && (last.bytes().all(|byte| byte == b'`') || last.bytes().all(|byte| byte == b'~'))
}

/// All lines that look like fences, in lists and quotations too.
fn fences(text: &str) -> Vec<Fence<'_>> {
    let mut from = 0;
    let lines = text.split_inclusive('\n').filter_map(|line| {
        let start = from;
        from += line.len();
        let content = line.trim_start_matches([' ', '\t', '>']);
        let sign = content.bytes().next().filter(|sign| matches!(sign, b'`' | b'~'))?;
        let length = content.bytes().take_while(|byte| *byte == sign).count();
        let prefix = line.len() - content.len();
        let signs = start + prefix..start + prefix + length;
        (length >= 3 && prefix <= LONGEST_PREFIX).then(|| Fence { prefix, signs, sign, info: content[length..].trim() })
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::kramdown::events_of;

    fn found(text: &str) -> Vec<usize> {
        let events = events_of(text);
        shown(text, &events).into_iter().map(|found| found.range.start).collect()
    }

    #[test]
    fn fences_that_are_none() {
        for (text, places) in [
            ("```ruby a.rb\nx\n```\n", vec![0, 15]),
            ("``` ruby\nx\n```\n", vec![]),
            ("~~~\nx\n", vec![0]),
            ("```\nx\n``\n\ny\n", vec![0]),
            ("```a\n    ```\n```\n", vec![]),
            ("```a\nb\n\n    ```\n\nc\n", vec![0, 12]),
            ("```\nx\n````\n\n- a\n\n  ```b c\n  d\n", vec![19]),
            ("```\na b\n```\n", vec![]),
            ("> ```\n> a\n\nb\n", vec![2]),
        ] {
            assert_eq!(found(text), places, "{text}");
        }
    }

    #[test]
    fn a_great_many_take_no_time() {
        let text = (3..400).map(|length| "`".repeat(length)).collect::<Vec<_>>().join("\nx\n\n");
        assert!(found(&text.repeat(20)).len() < 400);
        assert_eq!(found(&"~~~ a b\n\n".repeat(20_000)).len(), 20_000);
    }
}
