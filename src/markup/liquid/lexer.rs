//! A text -> its pieces: text, `{{ outputs }}` and `{% tags %}`, with `raw` and `comment` read and blanks trimmed.
//!
//! It sees what Ruby's Liquid sees: an end belongs to the next start, and a start without an end is text.

/// A piece of a template, and the byte it begins at.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub at: usize,
    pub kind: Kind<'a>,
}

/// What a piece is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    Text(&'a str),
    /// What stands between `{{` and `}}`.
    Output(&'a str),
    /// The name of a tag and what follows it.
    Tag(&'a str, &'a str),
}

/// Whether a text holds anything of Liquid.
pub(super) fn has_any(text: &str) -> bool {
    text.match_indices('{').any(|(at, _)| text[at + 1..].starts_with(['{', '%']))
}

/// Takes a text apart.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut lexer = Lexer { text, at: 0, pieces: Vec::new(), trims: false };
    while let Some(start) = lexer.next_start() {
        lexer.take(&start);
    }
    lexer.text_until(text.len(), false);
    lexer.pieces
}

/// Where a `{{` or `{%` is, and where what is in it ends.
struct Start {
    at: usize,
    inner: (usize, usize),
    end: usize,
    is_tag: bool,
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    pieces: Vec<Piece<'a>>,
    /// Whether blanks at the start of the next text go.
    trims: bool,
}

impl Lexer<'_> {
    fn next_start(&self) -> Option<Start> {
        let bytes = self.text.as_bytes();
        let mut from = self.at;
        loop {
            let at = from + self.text[from..].find('{')?;
            let is_tag = match bytes.get(at + 1) {
                Some(b'%') => true,
                Some(b'{') => false,
                _ => {
                    from = at + 1;
                    continue;
                }
            };
            let close = if is_tag { "%}" } else { "}}" };
            // nothing is closed behind here either
            let inner_end = at + 2 + self.text[at + 2..].find(close)?;
            return Some(Start { at, inner: (at + 2, inner_end), end: inner_end + 2, is_tag });
        }
    }

    fn take(&mut self, start: &Start) {
        let inner = &self.text[start.inner.0..start.inner.1];
        self.text_until(start.at, inner.starts_with('-'));
        let trims = inner.len() > 1 && inner.ends_with('-');
        let inner = inner.strip_prefix('-').unwrap_or(inner);
        let inner = inner.strip_suffix('-').unwrap_or(inner).trim();
        self.at = start.end;
        self.trims = trims;
        if !start.is_tag {
            self.pieces.push(Piece { at: start.at, kind: Kind::Output(inner) });
            return;
        }
        let length = inner.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(inner.len());
        match &inner[..length] {
            name @ ("raw" | "comment" | "verbatim") => self.skip_to_end_of(name),
            "" => {}
            name => self.pieces.push(Piece { at: start.at, kind: Kind::Tag(name, inner[length..].trim()) }),
        }
    }

    /// Goes on behind `{% endraw %}`; what is before it is text, or with `comment` nothing. Without an end it is all text.
    fn skip_to_end_of(&mut self, name: &str) {
        let (body, rest) = self.end_of(name).unwrap_or((self.text.len(), self.text.len()));
        if name == "comment" {
            self.at = body;
        } else {
            self.text_until(body, false);
        }
        self.trims = self.text[..rest].ends_with("-%}");
        self.at = rest;
    }

    /// Where a body ends, and where its end tag does.
    fn end_of(&self, name: &str) -> Option<(usize, usize)> {
        let mut from = self.at;
        loop {
            let at = from + self.text[from..].find("{%")?;
            let end = at + 2 + self.text[at + 2..].find("%}")?;
            let inner = self.text[at + 2..end].trim_matches('-').trim();
            if inner.strip_prefix("end") == Some(name) {
                return Some((at, end + 2));
            }
            from = at + 2;
        }
    }

    fn text_until(&mut self, end: usize, trims_end: bool) {
        let (mut at, mut text) = (self.at, self.text.get(self.at..end).unwrap_or_default());
        if self.trims {
            at += text.len() - text.trim_start().len();
            text = text.trim_start();
        }
        let text = if trims_end { text.trim_end() } else { text };
        if !text.is_empty() {
            self.pieces.push(Piece { at, kind: Kind::Text(text) });
        }
        self.trims = false;
        self.at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind<'_>> {
        pieces(text).into_iter().map(|piece| piece.kind).collect()
    }

    #[test]
    fn text_outputs_and_tags_are_told_apart() {
        use Kind::{Output, Tag, Text};
        let cases: [(&str, Vec<Kind>); 9] = [
            ("a {{ b }} c", vec![Text("a "), Output("b"), Text(" c")]),
            ("{% if a == 1 %}x{% endif %}", vec![Tag("if", "a == 1"), Text("x"), Tag("endif", "")]),
            ("a \n{%- x -%}\n b", vec![Text("a"), Tag("x", ""), Text("b")]),
            ("{% raw %}{{ a }}{% endraw %}!", vec![Text("{{ a }}"), Text("!")]),
            ("a{% comment %}{% b %}{%endcomment%}c", vec![Text("a"), Text("c")]),
            ("a {{ b", vec![Text("a {{ b")]),
            ("{ {a} {: .b}", vec![Text("{ {a} {: .b}")]),
            ("{% link _posts/a b.md %}", vec![Tag("link", "_posts/a b.md")]),
            ("{% raw %}{{ a }}", vec![Text("{{ a }}")]),
        ];
        for (text, expected) in cases {
            assert_eq!(kinds(text), expected, "{text}");
        }
        assert!(has_any("a {% b") && !has_any("{:.a} { b }"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_apart(text in "(\\{\\{|\\}\\}|\\{%|%\\}|-| |raw|endraw|comment|é|\n|a){0,40}") {
            let all: usize = pieces(&text).iter().map(|piece| match piece.kind {
                Kind::Text(text) | Kind::Output(text) | Kind::Tag(text, _) => text.len(),
            }).sum();
            assert!(all <= text.len());
        }
    }
}
