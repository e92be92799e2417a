//! `[a\_b][]` and `[a\_b]`: kramdown looks for the definition of what is shown, `[a_b]: ...`; `CommonMark` for that of what
//! is typed.
//!
//! In: Markdown. Out: the ends of such labels, with what is shown as the label; the beginnings of those that mean nothing.

use std::collections::HashSet;

use super::mark::{Meaning, Place};
use super::scan::Found;
use super::structure::Structure;

/// How far the brackets may be from a backslash.
const LONGEST_LABEL: usize = 200;

/// The references in `text` whose labels have backslashes in them.
pub(super) fn with_backslashes(text: &str, structure: &Structure) -> Vec<Found> {
    if !text.contains("]:") {
        return Vec::new();
    }
    let (mut found, mut done, mut labels) = (Vec::new(), 0, None);
    for (at, _) in text.match_indices('\\') {
        let Some((start, end)) = brackets(text, at).filter(|_| at >= done && structure.is_text(at + 1)) else {
            continue;
        };
        done = end;
        let labels = labels.get_or_insert_with(|| defined(text));
        found.extend(reference(text, (start, end), labels));
    }
    found
}

/// Where the label around a backslash begins and ends; there are no other brackets in it.
fn brackets(text: &str, at: usize) -> Option<(usize, usize)> {
    let from = text.floor_char_boundary(at.saturating_sub(LONGEST_LABEL));
    let to = text.floor_char_boundary(at + LONGEST_LABEL);
    let start = from + text[from..at].rfind(['[', ']', '\n']).filter(|found| text[from + found..].starts_with('['))?;
    let end = at + text[at..to].find(['[', ']', '\n']).filter(|found| text[at + found..].starts_with(']'))?;
    (!text[..start].ends_with(['\\', ']', '!']) && !text[..end].ends_with('\\')).then_some((start, end))
}

/// The labels that have a definition, in lower case.
fn defined(text: &str) -> HashSet<String> {
    let label = |line: &str| Some(line.trim_start().strip_prefix('[')?.split_once("]:")?.0.to_lowercase());
    text.lines().filter_map(label).collect()
}

fn reference(text: &str, (start, end): (usize, usize), labels: &HashSet<String>) -> Option<Found> {
    let rest = &text[end + 1..];
    let behind = if rest.starts_with("[]") { end + 3 } else { end + 1 };
    if text[behind..].starts_with(['(', '[', ':']) {
        return None;
    }
    let typed = &text[start + 1..end];
    let shown = unescaped(typed);
    let (range, characters) = if labels.contains(&shown.to_lowercase()) {
        (end..behind, format!("][{shown}]"))
    } else if labels.contains(&typed.to_lowercase()) {
        (start..start + 1, "\\[".to_owned())
    } else {
        return None;
    };
    Some(Found { range, place: Place::Replaced(characters), meaning: Meaning::Nothing })
}

/// Without the backslashes before signs.
fn unescaped(text: &str) -> String {
    let mut characters = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = characters.next() {
        let escaped = if c == '\\' { characters.next_if(char::is_ascii_punctuation) } else { None };
        out.push(escaped.unwrap_or(c));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::testing::rewritten;
    use super::*;
    use crate::config::Dialect;

    #[test]
    fn what_is_shown_is_looked_for() {
        for (text, expected) in [
            ("x [a\\_b][] y\n\n[a_b]: /u\n", "x [a\\_b][a_b] y\n\n[a_b]: /u\n"),
            ("[A\\_b] y\n\n[a_b]: /u\n", "[A\\_b][A_b] y\n\n[a_b]: /u\n"),
            ("[a\\_b][] y\n\n[a\\_b]: /u\n", "\\[a\\_b][] y\n\n[a\\_b]: /u\n"),
        ] {
            assert_eq!(rewritten(text), expected);
        }
    }

    #[test]
    fn the_rest_stays() {
        for text in [
            "[c][a\\_b] [a\\_b](/x)\n\n[a\\_b]: /u\n",
            "`[a\\_b]`\n\n[a_b]: /u\n",
            "[a\\_b] and [ab]\n\n[c]: /u\n",
            "\\[a\\_b]\n\n[a_b]: /u\n",
        ] {
            assert_eq!(rewritten(text), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn only_brackets_change(text in "(\\[[ab]\\]: /u\n|[ab_\\\\\\[\\]`()\n é-]){0,30}") {
            let mut done = 0;
            for found in with_backslashes(&text, &Structure::of(&text, Dialect::Jekyll)) {
                proptest::prop_assert!(found.range.start >= done);
                done = found.range.end;
                proptest::prop_assert!(text[found.range].chars().all(|c| matches!(c, '[' | ']')));
            }
        }
    }
}
