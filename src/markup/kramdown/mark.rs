//! Marks: what is put in the place of an attribute list, so that Markdown leaves it alone.
//!
//! A mark holds a character that XML forbids and that is taken out of the source before, so nobody
//! can write one. In running text it begins and ends with the braces of the list itself, as
//! emphasis depends on such neighbours; on a line of its own it is a comment, as that ends paragraphs.

use super::attributes::AttributeList;
use crate::scan;

/// What is in every mark, and in nothing else.
pub const MARK: char = '\u{ffff}';

/// What a mark stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What the author wrote.
    pub source: String,
    /// What it means.
    pub meaning: Meaning,
}

/// What an author meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// Attributes of an element beside it.
    Attributes(AttributeList),
    /// HTML that Markdown must not touch.
    Html(String),
    /// An address that is shown as it is typed, and where it leads.
    #[allow(missing_docs)]
    Link { shown: String, target: String },
    /// Text that Markdown must not touch.
    Text(String),
    /// An element of emphasis begins.
    Start(Emphasis),
    /// It ends.
    End(Emphasis),
    /// Nothing to be seen.
    Nothing,
}

/// The two elements of emphasis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emphasis {
    /// `*a*`
    Em,
    /// `**a**`
    Strong,
}

/// How a mark has to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Within a line.
    Span,
    /// Alone on its line, or within a block of HTML.
    Block,
    /// The same, with text behind it that begins a line of its own.
    Apart,
    /// No mark: these characters instead.
    Replaced(String),
}

impl Place {
    /// The mark with this number.
    pub(super) fn mark(&self, number: usize) -> String {
        match self {
            Self::Span => format!("{{{MARK}{number}}}"),
            Self::Block => format!("<!--{MARK}{number}-->"),
            Self::Replaced(characters) => characters.clone(),
            Self::Apart => format!("<!--{MARK}{number}-->\n"),
        }
    }
}

/// A piece of marked text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text without marks.
    Text(&'a str),
    /// The number of a mark.
    Mark(usize),
}

/// Whether there is a mark in a text.
#[must_use]
pub fn has_mark(text: &str) -> bool {
    scan::contains(text, MARK)
}

/// Splits marked text at its marks.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    let mut mark = None;
    std::iter::from_fn(move || {
        if let Some(number) = mark.take() {
            return Some(Piece::Mark(number));
        }
        if rest.is_empty() {
            return None;
        }
        let whole = rest;
        let Some((at, number, end)) = next_mark(whole) else {
            rest = "";
            return Some(Piece::Text(whole));
        };
        rest = &whole[end..];
        mark = number;
        Some(Piece::Text(&whole[..at]))
    })
}

/// The number of the mark that `line` consists of.
#[must_use]
pub fn is_block_mark(line: &str) -> Option<usize> {
    let digits = line.trim().strip_prefix("<!--")?.strip_suffix("-->")?.strip_prefix(MARK)?;
    digits.parse().ok()
}

/// Start, number and end of the next mark; a stray [`MARK`] (from a character reference) has no number.
fn next_mark(text: &str) -> Option<(usize, Option<usize>, usize)> {
    let at = text.find(MARK)?;
    let after = &text[at + MARK.len_utf8()..];
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let number = after[..digits].parse().ok();
    let end = at + MARK.len_utf8() + digits;
    for (open, close) in [("{", "}"), ("<!--", "-->")] {
        if number.is_some() && text[..at].ends_with(open) && text[end..].starts_with(close) {
            return Some((at - open.len(), number, end + close.len()));
        }
    }
    Some((at, None, at + MARK.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_and_strays_vanish() {
        let text = format!("a{}b{}{MARK}7c", Place::Span.mark(3), Place::Block.mark(12));
        let found: Vec<_> = pieces(&text).filter(|piece| *piece != Piece::Text("")).collect();
        assert_eq!(found, [Piece::Text("a"), Piece::Mark(3), Piece::Text("b"), Piece::Mark(12), Piece::Text("7c")]);
        assert_eq!(is_block_mark(&format!(" {}\n", Place::Block.mark(5))), Some(5));
        assert_eq!(is_block_mark("<!--5-->"), None);
    }
}
