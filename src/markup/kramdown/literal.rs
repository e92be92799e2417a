//! What `CommonMark` reads as signs of its own and kramdown does not, or the other way round: `1) a`, `~a~`, `\&`, `<<a>>`,
//! a line under several lines, `\\\\` at the end of a line, `^` on a line of its own, `[a] [b]`.
//!
//! In: the events of the parser. Out: where those signs are, and what kramdown makes of them.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::mark::{Meaning, Place};
use super::scan::Found;
use super::structure::is_escaped;

/// Signs that a backslash takes its meaning from in `CommonMark` only.
const NOT_ESCAPED: &[char] = &['%', '&', ',', '/', ';', '?', '@', '^'];

/// The longest text of a link that is looked for in front of its reference, in bytes.
const LONGEST_LABEL: usize = 300;

/// The signs in `text` that kramdown shows.
pub(super) fn literals(text: &str, events: &[(Event<'_>, Range<usize>)]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut is_code = false;
    let mut before = 0..0;
    for (event, range) in events {
        match event {
            Event::Start(Tag::Heading { .. }) => found.extend(underline(text, range.clone())),
            Event::Start(
                Tag::Link { link_type: LinkType::Shortcut, .. } | Tag::Image { link_type: LinkType::Shortcut, .. },
            ) => {
                found.extend(blanks_in_link(text, range.start, &before));
            }
            Event::SoftBreak => found.extend(line_break(text, range.start)),
            Event::Text(_) if !is_code && is_end_of_block(text, range) => {
                found.push(Found { range: range.clone(), place: Place::Block, meaning: Meaning::Nothing });
            }
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
        before = match event {
            Event::Text(_) | Event::SoftBreak => before.start..range.end,
            Event::Start(_) => range.start..range.start,
            _ => range.end..range.end,
        };
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
    let sign = text[range.clone()].chars().next().filter(|sign| NOT_ESCAPED.contains(sign))?;
    if !is_escaped(text, range.start) {
        return None;
    }
    Some(shown(range.start - 1..range.start + 1, &format!("\\{sign}")))
}

/// The line under a paragraph of several lines, or under one that follows something else: it makes no heading.
fn underline(text: &str, heading: Range<usize>) -> Option<Found> {
    let lines = text[heading.clone()].trim_end();
    let content = lines[..lines.rfind('\n')?].trim_start_matches([' ', '\t']);
    let line = text[..heading.start].rfind('\n').map_or(0, |newline| newline + 1);
    let above = text[..line].lines().next_back().unwrap_or("").trim_matches([' ', '\t', '>', '\r']);
    let begins_line = text[line..heading.start].trim_matches([' ', '>']).is_empty();
    let follows = begins_line && !above.is_empty() && !above.starts_with("{:") && above != "^";
    let at = heading.start + lines.trim_end_matches(['=', '-']).len();
    let is_one = !content.starts_with('#') && (content.contains('\n') || follows);
    is_one.then_some(Found { range: at..at, place: Place::Span, meaning: Meaning::Nothing })
}

/// Blanks between the two brackets of a link. `before` is the text that precedes.
fn blanks_in_link(text: &str, start: usize, before: &Range<usize>) -> Option<Found> {
    let label = text.get(before.start..start).unwrap_or("");
    let first = label.trim_end_matches([' ', '\n']);
    let blanks = &label[first.len()..];
    let inner = first.strip_suffix(']').filter(|_| (1..=4).contains(&blanks.len()) && !blanks.contains("\n\n"))?;
    let from = inner.floor_char_boundary(inner.len().saturating_sub(LONGEST_LABEL));
    let is_label = inner[from..].rfind(['[', ']']).is_some_and(|at| inner[from + at..].starts_with('['));
    let range = before.start + first.len()..start;
    is_label.then(|| Found { range, place: Place::Replaced(String::new()), meaning: Meaning::Nothing })
}

/// Two backslashes at the end of a line.
fn line_break(text: &str, end: usize) -> Option<Found> {
    let backslashes = text[..end].bytes().rev().take_while(|byte| *byte == b'\\').count();
    let meaning = Meaning::Html("<br>".to_owned());
    (backslashes == 2).then(|| Found { range: end - 2..end, place: Place::Span, meaning })
}

fn is_end_of_block(text: &str, range: &Range<usize>) -> bool {
    let begins = text[..range.start].is_empty() || text[..range.start].ends_with('\n');
    text[range.clone()] == *"^" && begins && text[range.end..].lines().next().is_none_or(|rest| rest.trim().is_empty())
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
            ("a\nb\n---\n\nc\n---\n\n# d\ne\n===", vec!["", ""]),
            ("[a] [b] [c]\n[b]. ![d] [b] [e] [f]\n\n[b]: x", vec![" ", "\n", " "]),
            ("a \\\\\nb \\\\ c\n\\\\\\\\\nd", vec!["\\\\"]),
            ("a\n^\nb ^ c", vec!["^"]),
            ("<<a b>> <i>c</i> <<https://a.b/>>", vec!["<<", "<<"]),
        ] {
            assert_eq!(found(text), signs, "{text}");
        }
    }
}
