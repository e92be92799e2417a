//! Stretches that a site keeps out of Markdown: formulas between signs of its choice.

use std::ops::Range;

/// The longest such stretch, in bytes.
const LONGEST: usize = 10_000;

/// The stretches of `text` between a pair of `delimiters`, in order; `is_text` says which bytes are text and no code.
#[must_use]
pub fn passed(text: &str, delimiters: &[[String; 2]], is_text: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut openings: Vec<Opening<'_>> =
        delimiters.iter().map(|pair| Opening { pair, at: next(text, pair, 0) }).collect();
    let (mut from, mut line) = (0, Line::at(text, 0));
    while let Some((at, [open, close])) = first(&openings) {
        if let Some(newline) = text[from.min(at)..at].rfind('\n') {
            line = Line::at(text, from.min(at) + newline + 1);
        }
        from = at + open.len();
        let inner = inner(text, from, line);
        let is_escaped = text[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        let length = inner.find(close.as_str()).filter(|_| is_text(from - 1) && !is_escaped);
        if let Some(length) = length {
            found.push(at..from + length + close.len());
            from += length + close.len();
        }
        for opening in &mut openings {
            if opening.at.is_some_and(|at| at < from) {
                opening.at = next(text, opening.pair, from);
            }
        }
    }
    found
}

/// Where the next stretch of a pair may begin.
struct Opening<'d> {
    pair: &'d [String; 2],
    at: Option<usize>,
}

/// A line of the text.
#[derive(Clone, Copy)]
enum Line {
    /// A row of a table: its cells are read one by one.
    Row,
    Other,
}

impl Line {
    fn at(text: &str, start: usize) -> Self {
        let is_row = text[start..].trim_start_matches(['>', ' ', '\t']).starts_with('|');
        if is_row { Self::Row } else { Self::Other }
    }
}

/// What a stretch from byte `from` on may hold: the rest of its paragraph or of its cell.
fn inner(text: &str, from: usize, line: Line) -> &str {
    let mut end = text.len().min(from + LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let inner = &text[from..end];
    let ended = match line {
        Line::Row => inner.find(['|', '\n']),
        Line::Other => inner.find("\n\n"),
    };
    ended.map_or(inner, |end| &inner[..end])
}

/// The first opening sign of a pair from byte `from` on.
fn next(text: &str, pair: &[String; 2], from: usize) -> Option<usize> {
    text[from..].find(pair[0].as_str()).map(|at| from + at)
}

/// The first of all opening signs; of two at one place the longer one.
fn first<'d>(openings: &[Opening<'d>]) -> Option<(usize, &'d [String; 2])> {
    let all = openings.iter().filter_map(|opening| Some((opening.at?, opening.pair)));
    all.min_by_key(|(at, pair)| (*at, std::cmp::Reverse(pair[0].len())))
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
        let behind = passed("| a \\( | b \\) |\n\\(x\\)", &delimiters, |_| true);
        assert!(matches!(behind.as_slice(), [range] if *range == (16..21)), "{behind:?}");
    }

    #[test]
    fn long_texts_take_no_long_time() {
        let delimiters = [["$", "$"], ["\\(", "\\)"]].map(|pair| pair.map(str::to_owned));
        for piece in ["$", "\\(", "$ ", "|$", "$\n"] {
            let text = format!("{}{}", " ".repeat(20_000), piece.repeat(20_000));
            assert!(passed(&text, &delimiters, |_| true).len() <= 10_000, "{piece}");
        }
    }
}
