//! Events of the Markdown parser -> HTML: what is within a line.

use std::ops::Range;

use memchr::memchr3;
use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};

use super::foreign;
use super::writer::{Writer, is_comment, without_marks};
use crate::markup::extensions::extensions;
use crate::markup::kramdown::{Emphasis, MARK, Meaning, Piece, pieces, uses};
use crate::markup::line_numbers::{self, Place};
use crate::markup::{emoji, entity, excerpt, math};

/// How often each abbreviation is explained: at its first uses.
const MOST_EXPLAINED: usize = 20;

/// The first byte of a mark.
const MARK_START: u8 = MARK.encode_utf8(&mut [0; 4]).as_bytes()[0];

/// A picture whose alternative text is being read.
pub(super) struct Image {
    source: String,
    title: String,
    alt: String,
    /// How many pictures are open in it, itself included.
    depth: usize,
}

impl Writer<'_> {
    pub(super) fn start_span(&mut self, tag: Tag<'_>, range: Range<usize>) {
        if let (Some(image), Tag::Image { .. }) = (&mut self.image, &tag) {
            image.depth += 1;
            return;
        }
        if self.image.is_some() {
            return;
        }
        self.span = None;
        let place = match tag {
            Tag::Emphasis => self.buffer().start("em", ""),
            Tag::Strong => self.buffer().start("strong", ""),
            Tag::Strikethrough => self.buffer().start("del", ""),
            Tag::Superscript => self.buffer().start("sup", ""),
            Tag::Subscript => self.buffer().start("sub", ""),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.say_line(range.start);
                let mut target = self.marked.restore(&dest_url);
                if link_type == LinkType::Email {
                    target = format!("mailto:{target}").into();
                }
                let title = self.marked.restore(&title);
                self.buffer().start_with("a", |html| {
                    entity::write_attribute(html, "href", &target);
                    if !title.is_empty() {
                        entity::write_attribute(html, "title", &title);
                    }
                })
            }
            Tag::Image { dest_url, title, .. } => {
                self.say_line(range.start);
                let source = self.marked.restore(&dest_url).into_owned();
                let title = self.marked.restore(&title).into_owned();
                self.image = Some(Image { source, title, alt: String::new(), depth: 1 });
                return;
            }
            _ => return,
        };
        self.open_spans.push(place);
    }

    pub(super) fn end_span(&mut self, tag: TagEnd) {
        if tag == TagEnd::Image {
            return self.end_image();
        }
        if self.image.is_some() {
            return;
        }
        self.raw(match tag {
            TagEnd::Emphasis => "</em>",
            TagEnd::Strong => "</strong>",
            TagEnd::Strikethrough => "</del>",
            TagEnd::Superscript => "</sup>",
            TagEnd::Subscript => "</sub>",
            TagEnd::Link => "</a>",
            _ => return,
        });
        self.span = self.open_spans.pop();
    }

    /// A picture without alternative text gets no `alt`, so that `clean` can tell.
    fn end_image(&mut self) {
        let Some(mut image) = self.image.take() else { return };
        image.depth -= 1;
        if image.depth > 0 {
            self.image = Some(image);
            return;
        }
        let mut rest = attribute("src", &image.source);
        if !image.alt.trim().is_empty() {
            rest.push_str(&attribute("alt", &image.alt));
        }
        if !image.title.is_empty() {
            rest.push_str(&attribute("title", &image.title));
        }
        self.span = Some(self.buffer().start("img", &rest));
    }

    pub(super) fn inline(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Text(text) => self.text(&text),
            Event::Code(code) => self.code(&code),
            Event::SoftBreak | Event::HardBreak if self.is_in_term() => self.next_term(),
            Event::SoftBreak if self.goldmark.joins_cjk && self.is_between_wide(&range) => {}
            Event::SoftBreak => self.line_break(if self.flavor.keeps_lines() { "<br>\n" } else { "\n" }),
            Event::HardBreak => self.line_break("<br>\n"),
            Event::InlineHtml(html) => self.inline_html(&html, range),
            Event::InlineMath(tex) => self.formula(&tex, range),
            Event::DisplayMath(tex) => {
                let tex = format!("$${}$$", self.marked.restore(&tex));
                self.plain(&tex);
            }
            Event::FootnoteReference(label) if self.image.is_none() => {
                self.span = None;
                let mention = self.footnotes.mention(&label);
                self.raw(&mention);
            }
            Event::TaskListMarker(done) => {
                self.raw(if done { "<input type=\"checkbox\" checked>" } else { "<input type=\"checkbox\">" });
            }
            _ => {}
        }
    }

    /// Running text, with marks in it.
    pub(super) fn text(&mut self, text: &str) {
        if self.in_code {
            return self.code_block(&self.marked.restore(text));
        }
        if self.is_plain(text) {
            return self.plain(text);
        }
        for piece in pieces(text) {
            match piece {
                Piece::Text("") => {}
                Piece::Text(text) if self.has_emoji => self.text_with_end_mark(&emoji::drawn(text)),
                Piece::Text(text) => self.text_with_end_mark(&foreign::without_tags(text)),
                Piece::Mark(number) => self.span_mark(number),
            }
        }
    }

    /// Whether there is nothing in a text but what is shown as it is: no mark, tag, name or abbreviation.
    fn is_plain(&self, text: &str) -> bool {
        let may_have_more = self.has_emoji || !self.marked.abbreviations.is_empty() || text.is_empty();
        !may_have_more && memchr3(b'<', b'{', MARK_START, text.as_bytes()).is_none()
    }

    /// A stretch of a block of code, with the numbers that stand before its lines.
    fn code_block(&mut self, code: &str) {
        for line in code.split_inclusive('\n') {
            let starts = self.buffer().html.ends_with(['\n', '>']);
            let number = match &mut self.numbers {
                Some((Place::Line, numbers)) if starts => numbers.next(),
                _ => None,
            };
            if let Some(number) = number {
                self.raw(&line_numbers::before(number));
            }
            self.buffer().text(line);
        }
    }

    /// Text to be shown as it is.
    fn plain(&mut self, text: &str) {
        self.span = None;
        if let Some(image) = &mut self.image {
            image.alt.push_str(text);
            return;
        }
        if let Some(heading) = &mut self.heading {
            heading.push_str(text);
        }
        self.buffer().text(text);
    }

    /// MDX has no comments of HTML: there the excerpt ends with `{/* more */}`.
    fn text_with_end_mark(&mut self, text: &str) {
        if let Some((before, rest)) = text.split_once("{/*")
            && let Some((comment, after)) = rest.split_once("*/}")
            && excerpt::is_end_mark(comment)
            && self.image.is_none()
        {
            self.plain(before);
            self.raw("<!--more-->");
            return self.plain(after);
        }
        self.prose(text);
    }

    /// Text in which abbreviations are explained.
    fn prose(&mut self, text: &str) {
        let marked = self.marked;
        let mut done = 0;
        if self.image.is_none() && !self.unexplained.is_open() {
            for (place, number) in uses(text, &marked.abbreviations) {
                let Some(times) = self.explained.get_mut(number).filter(|times| **times < MOST_EXPLAINED) else {
                    continue;
                };
                *times += 1;
                if done < place.start {
                    self.plain(&text[done..place.start]);
                }
                let title = attribute("title", &marked.abbreviations[number].title);
                self.raw(&format!("<abbr{title}>"));
                self.plain(&text[place.clone()]);
                self.raw("</abbr>");
                done = place.end;
            }
        }
        if done < text.len() {
            self.plain(&text[done..]);
        }
    }

    /// An attribute list or extension within a line.
    fn span_mark(&mut self, number: usize) {
        let marked = self.marked;
        match marked.marks.get(number).map(|mark| &mark.meaning) {
            Some(Meaning::Attributes(list)) if self.image.is_none() => {
                let here = self.buffer().html.len();
                let heading = self.heading.as_ref().and_then(|_| self.blocks.top()?.place);
                if let Some(place) = self.span.or(heading).or_else(|| self.blocks.item_beginning_at(here)) {
                    self.give(place, list);
                }
            }
            Some(Meaning::Html(html)) if self.image.is_none() => {
                self.span = None;
                if let Some(heading) = &mut self.heading {
                    heading.push_str(&excerpt::text_of(html));
                }
                self.raw(html);
            }
            Some(Meaning::Link { shown, target }) => {
                let place = self.buffer().start("a", &attribute("href", target));
                self.plain(shown);
                self.raw("</a>");
                self.span = Some(place);
            }
            Some(Meaning::Text(text)) => self.plain(text),
            Some(Meaning::Start(kind)) => self.start_span(emphasis(*kind), 0..0),
            Some(Meaning::End(kind)) => self.end_span(emphasis(*kind).to_end()),
            _ => {}
        }
    }

    fn code(&mut self, code: &str) {
        let code = self.marked.restore(code);
        if self.image.is_some() {
            return self.plain(&code);
        }
        let place = self.buffer().start("code", "");
        self.plain(&code);
        self.raw("</code>");
        self.span = Some(place);
    }

    fn line_break(&mut self, html: &str) {
        if self.image.is_some() || self.heading.is_some() {
            self.plain(" ");
        } else {
            self.span = None;
            self.raw(html);
        }
    }

    /// Whether a line ends and the next begins with a letter of Chinese, Japanese or Korean.
    fn is_between_wide(&self, range: &Range<usize>) -> bool {
        let is_wide = |c: char| matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}');
        let text = &self.marked.text;
        let before = text[..range.start].trim_end().chars().next_back();
        let after = text[range.end..].trim_start().chars().next();
        before.is_some_and(is_wide) && after.is_some_and(is_wide)
    }

    fn inline_html(&mut self, html: &str, range: Range<usize>) {
        if self.image.is_some() || (self.goldmark.omits_html && !is_comment(html)) {
            return;
        }
        self.say_line(range.start);
        self.unexplained.pass_unexplained(html);
        let shown = self.marked.in_html(html);
        self.span = match shown.get(..4) {
            Some(start) if start.eq_ignore_ascii_case("<img") => {
                let (name, rest) = shown[1..].split_at(3);
                Some(self.buffer().start(name, rest.strip_suffix('>').unwrap_or(rest)))
            }
            _ => {
                self.raw(&shown);
                None
            }
        };
    }

    /// A formula is left as it is; what only has dollar signs is Markdown like the rest.
    fn formula(&mut self, tex: &str, range: Range<usize>) {
        let next = self.marked.text.get(range.end..).and_then(|rest| rest.chars().next());
        if math::is_formula(tex, next) {
            let tex = format!("${}$", self.marked.restore(tex));
            return self.plain(&tex);
        }
        self.plain("$");
        let events: Vec<_> = Parser::new_ext(tex, extensions()).collect();
        if matches!(events.first(), Some(Event::Start(Tag::Paragraph)))
            && !events[1..].contains(&Event::Start(Tag::Paragraph))
        {
            let blanks = tex.len() - tex.trim_end().len();
            for event in events.into_iter().filter(is_within_line) {
                self.event(event, range.clone());
            }
            self.plain(&tex[tex.len() - blanks..]);
        } else {
            self.plain(&without_marks(tex));
        }
        self.plain("$");
    }
}

fn emphasis(kind: Emphasis) -> Tag<'static> {
    match kind {
        Emphasis::Em => Tag::Emphasis,
        Emphasis::Strong => Tag::Strong,
    }
}

fn is_within_line(event: &Event<'_>) -> bool {
    !matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph))
}

fn attribute(name: &str, value: &str) -> String {
    let mut written = String::new();
    entity::write_attribute(&mut written, name, value);
    written
}
