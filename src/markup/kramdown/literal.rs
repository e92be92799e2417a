//! What `CommonMark` reads as signs of its own and kramdown does not: `1) a`, `~a~`, `\&`, `<<a>>`.
//!
//! In: the events of the parser. Out: where those signs are, which mean the text that kramdown shows for them.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::mark::{Meaning, Place};
use super::scan::Found;

/// Signs that a backslash takes its meaning from in `CommonMark` only.
const NOT_ESCAPED: &[char] = &['%', '&', ',', '/', ';', '?', '@', '^'];

/// The signs in `text` that kramdown shows.
pub(super) fn literals(text: &str, events: &[(Event<'_>, Range<usize>)]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut is_code = false;
    for (event, range) in events {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Start(Tag::Item) => found.extend(bracket_of_item(text, range.start)),
            Event::Start(Tag::Strikethrough) if !text[range.clone()].starts_with("~~") => {
                found.extend([shown(range.start..range.start + 1, "~"), shown(range.end - 1..range.end, "~")]);
            }
            Event::Start(Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. }) | Event::InlineHtml(_)
                if text[..range.start].ends_with('<') =>
            {
                found.push(shown(range.start - 1..range.start + 1, "\u{ab}"));
            }
            Event::Text(_) if !is_code => found.extend(backslash(text, range.clone())),
            _ => {}
        }
    }
    found
}

fn shown(range: Range<usize>, as_text: &str) -> Found {
    Found { range, place: Place::Span, meaning: Meaning::Text(as_text.to_owned()) }
}

/// The bracket behind the number of an item: only a full stop makes one.
fn bracket_of_item(text: &str, start: usize) -> Option<Found> {
    let item = text[start..].trim_start_matches([' ', '\t']);
    let at = text.len() - item.len() + item.bytes().take(10).take_while(u8::is_ascii_digit).count();
    text[at..].starts_with(')').then(|| shown(at..at + 1, ")"))
}

/// A backslash before text that it does not mean.
fn backslash(text: &str, range: Range<usize>) -> Option<Found> {
    let before = text[..range.start].bytes().rev().take_while(|byte| *byte == b'\\').count();
    let sign = text[range.clone()].chars().next().filter(|sign| before % 2 == 1 && NOT_ESCAPED.contains(sign))?;
    Some(shown(range.start - 1..range.start + 1, &format!("\\{sign}")))
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::Parser;

    use super::*;
    use crate::config::Dialect;
    use crate::markup::extensions::options;

    fn found(text: &str) -> Vec<&str> {
        let events: Vec<_> = Parser::new_ext(text, options(text, Dialect::Jekyll)).into_offset_iter().collect();
        literals(text, &events).into_iter().map(|found| &text[found.range]).collect()
    }

    #[test]
    fn signs_of_commonmark_alone() {
        for (text, signs) in [
            ("1) a\n2) b", vec![")", ")"]),
            ("1. a\n2. b\n- c", vec![]),
            ("~a~ ~~b~~", vec!["~", "~"]),
            ("\\& \\, \\\\& \\* `\\&`", vec!["\\&", "\\,"]),
            ("    \\&\n", vec![]),
            ("<<a b>> <i>c</i> <<https://a.b/>>", vec!["<<", "<<"]),
        ] {
            assert_eq!(found(text), signs, "{text}");
        }
    }
}
