//! Lists at the end of headings: `# Title {#id}`.
//!
//! In: headings that end with a brace. Out: those lists that the dialect's generator takes for lists; all other
//! braces are text.

use std::ops::Range;

use super::attributes::{Grammar, Typed, parse};
use super::mark::{Meaning, Place};
use super::scan::Found;
use crate::config::Dialect;

/// The lists at the end of `headings`, in order.
pub(super) fn lists(text: &str, headings: &[Range<usize>], dialect: Dialect) -> Vec<Found> {
    headings.iter().filter_map(|heading| list(text, heading.clone(), dialect)).collect()
}

fn list(text: &str, heading: Range<usize>, dialect: Dialect) -> Option<Found> {
    let line = &text[heading.clone()];
    let open = line.rfind('{')?;
    let inner = &line[open + 1..];
    let before = &line[..open];
    let (Typed { own, .. }, length) = parse(inner, Grammar::Goldmark)?;
    let begins = |signs: &[char]| inner.trim_start().starts_with(signs);
    let is_list = match dialect {
        Dialect::Jekyll => own.id.is_some() && own.classes.is_empty() && own.pairs.is_empty() && begins(&['#']),
        Dialect::Commonmark | Dialect::Pelican => begins(&['#', '.']),
        Dialect::Eleventy => false,
        Dialect::Hugo | Dialect::Zola => true,
    };
    if length < inner.len() || !is_list || !before.ends_with([' ', '\t', '#']) || inner.contains('\n') {
        return None;
    }
    let start = heading.start + before.len() - closing(before);
    Some(Found { range: start..heading.end, place: Place::Span, meaning: Meaning::Attributes(own) })
}

/// The length of the signs that close a heading (`# Title #`), which stand before its list.
fn closing(before: &str) -> usize {
    let title = before.trim_end().trim_end_matches('#');
    let is_closed = before.starts_with('#') && !title.is_empty() && title.ends_with([' ', '\t']);
    if is_closed { before.len() - title.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lists_are_lists() {
        let found = |text: &str, dialect| list(text, 0..text.len(), dialect).map(|found| found.range.start);
        for (text, jekyll, hugo, plain) in [
            ("# Title {#id}", Some(8), Some(8), Some(8)),
            ("# Title ## {#id}", Some(8), Some(8), Some(8)),
            ("Title {#id}", Some(6), Some(6), Some(6)),
            ("# Title {#id .class k=v}", None, Some(8), Some(8)),
            ("# Title {.class}", None, Some(8), Some(8)),
            ("# Title {k=\"v\"}", None, Some(8), None),
            ("# The set {a, b}", None, None, None),
            ("# Using ${HOME}", None, None, None),
            ("# LaTeX \\frac{a}{b}", None, None, None),
            ("# JSON {\"a\": 1}", None, None, None),
            ("# Match {:ok, v}", None, None, None),
            ("## CSS body { color: red }", None, None, None),
            ("# Bash {1..10}", None, None, None),
            ("# Empty {}", None, None, None),
            ("# Escaped \\{#id}", None, None, None),
        ] {
            assert_eq!(found(text, Dialect::Jekyll), jekyll, "{text}");
            assert_eq!(found(text, Dialect::Hugo), hugo, "{text}");
            assert_eq!(found(text, Dialect::Commonmark), plain, "{text}");
        }
    }
}
