//! Stretches that a site keeps out of Markdown: formulas between signs of its choice.

use std::ops::Range;

/// The longest such stretch, in bytes.
const LONGEST: usize = 10_000;

/// The stretches of `text` between a pair of `delimiters`, in order; `is_text` says which bytes are text and no code.
#[must_use]
pub fn passed(text: &str, delimiters: &[[String; 2]], is_text: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((at, [open, close])) = next(text, from, delimiters) {
        from = at + open.len();
        let mut end = text.len().min(from + LONGEST);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let inner = &text[from..end];
        let inner = inner.split("\n\n").next().unwrap_or(inner);
        let is_escaped = text[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        let length = inner.find(close.as_str()).filter(|_| is_text(from - 1) && !is_escaped);
        if let Some(length) = length {
            found.push(at..from + length + close.len());
            from += length + close.len();
        }
    }
    found
}

/// The next opening sign from byte `from` on.
fn next<'d>(text: &str, from: usize, delimiters: &'d [[String; 2]]) -> Option<(usize, &'d [String; 2])> {
    let first = |pair: &'d [String; 2]| text[from..].find(pair[0].as_str()).map(|at| (from + at, pair));
    delimiters.iter().filter_map(first).min_by_key(|(at, pair)| (*at, std::cmp::Reverse(pair[0].len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_in_one_paragraph_and_never_code() {
        let delimiters = [["\\(", "\\)"], ["\\[", "\\]"]].map(|pair| pair.map(str::to_owned));
        let text = "a \\(x_1\\) b \\[y\nz\\] \\(open\n\n\\)";
        let shown: Vec<_> = passed(text, &delimiters, |_| true).into_iter().map(|range| &text[range]).collect();
        assert_eq!(shown, ["\\(x_1\\)", "\\[y\nz\\]"]);
        assert!(passed(text, &delimiters, |_| false).is_empty());
    }
}
