//! `^id` at the end of a block, by which `[[Note#^id]]` names it: nobody sees it.

use std::ops::Range;

use super::Edit;

/// What becomes of the last words of a block that ends at the end of `stretch`, running text.
pub(super) fn edit(text: &str, stretch: Range<usize>) -> Option<Edit> {
    let shown = text[stretch.clone()].trim_end();
    let before = shown.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '-').strip_suffix('^')?;
    let end = stretch.start + shown.len();
    let is_apart = before.ends_with([' ', '\t']) || (before.is_empty() && begins_word(text, stretch.start));
    let is_named = before.len() + 1 < shown.len();
    (is_apart && is_named).then(|| (stretch.start + before.trim_end().len()..end, String::new()))
}

/// Whether what stands at byte `at` is behind a blank or begins a line.
fn begins_word(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_none_or(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str) -> String {
        edit(text, 0..text.len())
            .map_or_else(|| text.to_owned(), |(range, _)| format!("{}{}", &text[..range.start], &text[range.end..]))
    }

    #[test]
    fn ids_go() {
        for (text, expected) in [("a b ^c-1", "a b"), ("^c1", ""), ("a \t^c ", "a ")] {
            assert_eq!(left(text), expected, "{text}");
        }
    }

    #[test]
    fn the_rest_stays() {
        for text in ["a^2", "a ^ b", "a ^", "a ^b c", "a ^b_c", ""] {
            assert_eq!(left(text), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_left_is_of_the_text(text in "[a^ \\-é\t]{0,20}") {
            proptest::prop_assert!(left(&text).len() <= text.len());
        }
    }
}
