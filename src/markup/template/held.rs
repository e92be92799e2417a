//! Finished HTML that is held back until Markdown is done.

use std::borrow::Cow;

use crate::scan;

/// Stands around the number of a piece; no text has it.
const MARK: char = '\u{fffe}';

/// How many bytes are put back at most.
const MOST: usize = 8 << 20;

/// Pieces of HTML, by the numbers of their marks.
#[derive(Debug, Default)]
pub(in super::super) struct Held {
    pieces: Vec<String>,
}

impl Held {
    /// A text that may be given marks.
    pub fn without_marks(text: &str) -> Cow<'_, str> {
        if scan::contains(text, MARK) { Cow::Owned(text.replace(MARK, "")) } else { Cow::Borrowed(text) }
    }

    /// Holds HTML back; the mark to be written in its place, where a word may stand.
    pub fn hold(&mut self, html: impl Into<String>) -> String {
        self.pieces.push(html.into());
        format!("{MARK}{}{MARK}", self.pieces.len() - 1)
    }

    /// HTML with the pieces in the places of their marks. A paragraph of nothing but one mark gives way to the piece.
    pub fn put_back<'h>(&self, html: &'h str) -> Cow<'h, str> {
        if self.pieces.is_empty() { Cow::Borrowed(html) } else { Cow::Owned(self.put(html, &mut { MOST })) }
    }

    /// Pieces may hold others more than once, and those again: so only as much is put back as is `left`.
    fn put(&self, html: &str, left: &mut usize) -> String {
        let mut out = String::with_capacity(html.len());
        let mut parts = html.split(MARK);
        out.push_str(parts.next().unwrap_or_default());
        while let (Some(number), Some(mut text)) = (parts.next(), parts.next()) {
            let piece = number.parse().ok().and_then(|number: usize| self.pieces.get(number));
            if out.ends_with("<p>") && text.trim_start().starts_with("</p>") {
                out.truncate(out.len() - "<p>".len());
                text = text.trim_start().strip_prefix("</p>").unwrap_or(text);
            }
            if let Some(piece) = piece
                && let Some(rest) = left.checked_sub(piece.len() + 1)
            {
                *left = rest;
                out.push_str(&self.put(piece, left));
            }
            out.push_str(text);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_where_they_were() {
        let mut held = Held::default();
        let (block, span) = (held.hold("<figure></figure>"), held.hold("<b>x</b>"));
        let html = format!("<p>{block}</p>\n<p>a {span} b</p>");
        assert_eq!(held.put_back(&html), "<figure></figure>\n<p>a <b>x</b> b</p>");
        assert_eq!(Held::without_marks(&span), "1");
    }

    #[test]
    fn pieces_that_hold_each_other_twice_end() {
        let mut held = Held::default();
        let mut mark = held.hold("x");
        for _ in 0..60 {
            mark = held.hold(format!("{mark}{mark}"));
        }
        assert!(held.put_back(&mark).len() <= MOST);
    }

    #[test]
    fn pieces_may_hold_pieces() {
        let mut held = Held::default();
        let inner = held.hold("<i>x</i>");
        let outer = held.hold(format!("<div>{inner}</div>"));
        assert_eq!(held.put_back(&outer), "<div><i>x</i></div>");
    }
}
