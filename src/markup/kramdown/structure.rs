//! What the Markdown parser says of a text: which bytes of it are text, never code, and where elements end.
//!
//! It reads lists as text, which is what they are to it.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::html_text::{self, InlineCode};
use crate::config::Dialect;
use crate::markup::extensions::options;

/// A stretch of source in which lists are read.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    pub(super) range: Range<usize>,
    pub(super) within: Within,
}

/// Whether what a tag begins is within the lines of a block.
pub(super) fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

/// What a list stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// Markdown
    Text,
    /// A block of HTML.
    Html,
}

/// See the file's head.
#[derive(Debug, Default)]
pub(super) struct Structure {
    /// Text, also that of HTML blocks, in order.
    pub(super) stretches: Vec<Stretch>,
    /// Behind links, pictures, code and the like.
    pub(super) ends: HashSet<usize>,
    /// What is in each heading that ends with a brace, in order.
    pub(super) headings: Vec<Range<usize>>,
    in_code_block: bool,
    raw_code: InlineCode,
    /// How many pictures are open: tags in their alternative text are not shown.
    pictures: usize,
}

impl Structure {
    /// Asks the parser.
    pub(super) fn of(text: &str, dialect: Dialect) -> Self {
        Self::of_events(text, Parser::new_ext(text, options(text, dialect)).into_offset_iter())
    }

    /// From what the parser said.
    pub(super) fn of_events<'e>(text: &str, events: impl Iterator<Item = (Event<'e>, Range<usize>)>) -> Self {
        let mut structure = Self::default();
        for (event, range) in events {
            structure.event(&event, range, text);
        }
        structure.stretches.sort_by_key(|stretch| stretch.range.start);
        structure
    }

    /// The stretch that the byte at `at` is in.
    pub(super) fn stretch_at(&self, at: usize) -> Option<&Stretch> {
        let passed = self.stretches.partition_point(|stretch| stretch.range.start <= at);
        self.stretches[..passed].last().filter(|stretch| stretch.range.contains(&at))
    }

    /// Whether the byte at `at` is Markdown.
    pub(super) fn is_text(&self, at: usize) -> bool {
        self.stretch_at(at).is_some_and(|stretch| stretch.within == Within::Text)
    }

    /// That of a block of HTML.
    pub(super) fn of_html(html: &str) -> Self {
        let mut structure = Self::default();
        structure.html(html, 0);
        structure
    }

    fn html(&mut self, html: &str, start: usize) {
        let within = |shown: Range<usize>| start + shown.start..start + shown.end;
        let stretches = html_text::ranges(html).into_iter();
        self.stretches.extend(stretches.map(|shown| Stretch { range: within(shown), within: Within::Html }));
    }

    fn event(&mut self, event: &Event<'_>, range: Range<usize>, text: &str) {
        match event {
            Event::Start(tag) => self.start(tag, range, text),
            Event::End(tag) => self.end(*tag, range),
            Event::Code(_) => {
                self.ends.insert(range.end);
            }
            Event::InlineHtml(tag) if self.pictures == 0 => {
                self.raw_code.pass(tag);
                if tag.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("<img")) {
                    self.ends.insert(range.end);
                }
            }
            Event::Text(_) if !self.in_code_block && !self.raw_code.is_open() => self.text(range),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>, text: &str) {
        match tag {
            Tag::CodeBlock(_) => self.in_code_block = true,
            Tag::Image { .. } => self.pictures += 1,
            Tag::HtmlBlock => self.html(&text[range.clone()], range.start),
            Tag::Heading { .. } => {
                self.headings.extend(end_of_heading(text, range.clone()));
                self.stretches.push(Stretch { range: heading_tail(text, range), within: Within::Text });
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::CodeBlock => self.in_code_block = false,
            TagEnd::Image => {
                self.pictures = self.pictures.saturating_sub(1);
                self.ends.insert(range.end);
            }
            TagEnd::Link | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.ends.insert(range.end);
            }
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell => {
                self.raw_code = InlineCode::default();
            }
            _ => {}
        }
    }

    fn text(&mut self, range: Range<usize>) {
        let last = self.stretches.last_mut();
        match last.filter(|last| last.within == Within::Text && last.range.end == range.start) {
            Some(last) => last.range.end = range.end,
            None => self.stretches.push(Stretch { range, within: Within::Text }),
        }
    }
}

/// Whether a backslash takes its meaning from the sign at byte `at`.
#[must_use]
pub fn is_escaped(text: &str, at: usize) -> bool {
    text.as_bytes()[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// The text of a heading without what underlines it, when it ends with a brace.
fn end_of_heading(text: &str, heading: Range<usize>) -> Option<Range<usize>> {
    let lines = text[heading.clone()].trim_end();
    let line = lines.rfind('\n').map_or(lines, |underline| lines[..underline].trim_end());
    line.ends_with('}').then_some(heading.start..heading.start + line.len())
}

/// Where the attributes of a heading may stand: from its last `{:` on.
fn heading_tail(text: &str, heading: Range<usize>) -> Range<usize> {
    let line = text[heading.clone()].trim_end();
    match line.rfind("{:").filter(|_| line.ends_with('}')) {
        Some(at) => heading.start + at..heading.start + line.len(),
        None => heading.start..heading.start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_code() {
        let text = "a `b` *c*\n\n    d\n\n<p>e<pre>f</pre>\n\n<kbd>g</kbd>h";
        let structure = Structure::of(text, Dialect::Jekyll);
        let shown: Vec<_> = structure.stretches.iter().map(|stretch| text[stretch.range.clone()].trim()).collect();
        assert_eq!(shown.concat(), "aceh");
        assert!(structure.ends.contains(&"a `b`".len()) && structure.ends.contains(&"a `b` *c*".len()));
    }
}
