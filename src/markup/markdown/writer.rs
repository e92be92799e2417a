//! Events of the Markdown parser -> HTML: the blocks.

use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, HeadingLevel, Tag, TagEnd};

use super::block::{Blocks, Kind, Open};
use super::buffer::{Buffer, TagPlace};
use super::footnote::Footnotes;
use super::heading::{Heading, Ids, contents};
use super::lines::Lines;
use super::span::Image;
use crate::config::Dialect;
use crate::markup::extensions::Flavor;
use crate::markup::goldmark::Settings;
use crate::markup::kramdown::{AttributeList, InlineCode, Marked, Meaning, Piece, is_block_mark, pieces};
use crate::markup::line_numbers::{self, Numbering, Place};
use crate::markup::rouge;

/// What is being written, and what is open in it.
#[expect(clippy::struct_excessive_bools, reason = "where the parser stands in each of several independent respects")]
pub(super) struct Writer<'a> {
    pub(super) marked: &'a Marked<'a>,
    pub(super) goldmark: &'a Settings,
    pub(super) flavor: &'a Flavor,
    /// What a term of a definition list is: Zola's may have several lines.
    term: Kind,
    lines: &'a Lines,
    /// The line that was last said.
    said: u32,
    /// The document, and the footnotes that are open in it.
    buffers: Vec<Buffer>,
    labels: Vec<String>,
    pub(super) blocks: Blocks,
    pub(super) open_spans: Vec<TagPlace>,
    /// The span that ended just before.
    pub(super) span: Option<TagPlace>,
    pub(super) image: Option<Image>,
    /// The text of the heading that is open.
    pub(super) heading: Option<String>,
    headings: Vec<Heading>,
    ids: Ids,
    /// The elements of raw HTML in which abbreviations are not explained.
    pub(super) unexplained: InlineCode,
    /// How often each abbreviation was explained.
    pub(super) explained: Vec<usize>,
    pub(super) footnotes: Footnotes,
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    /// Where the head of the table begins.
    head: usize,
    pub(super) in_code: bool,
    /// Where the code that is open has the numbers of its lines, and those that are still to come.
    pub(super) numbers: Option<(Place, Range<usize>)>,
    /// Whether `:smile:` is a picture.
    pub(super) has_emoji: bool,
    /// Whether footnotes stand where they are written.
    has_notes_in_place: bool,
    /// The block of HTML that is open holds only marks so far.
    only_marks: bool,
    /// The last mark on a line of its own was for the block before it.
    meant_before: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(marked: &'a Marked<'a>, lines: &'a Lines, url: &str, flavor: &'a Flavor) -> Self {
        Self {
            marked,
            goldmark: &flavor.goldmark,
            flavor,
            term: if flavor.dialect == Dialect::Zola { Kind::Other } else { Kind::Term },
            lines,
            said: 0,
            // a fourth is for tags
            buffers: vec![Buffer::with_capacity(marked.text.len() + marked.text.len() / 4)],
            labels: Vec::new(),
            blocks: Blocks::default(),
            open_spans: Vec::new(),
            span: None,
            image: None,
            heading: None,
            headings: Vec::new(),
            ids: Ids::of(flavor),
            has_emoji: flavor.goldmark.emoji || flavor.zola.emoji,
            has_notes_in_place: flavor.dialect == Dialect::Zola && flavor.zola.notes_in_place,
            unexplained: InlineCode::default(),
            explained: vec![0; marked.abbreviations.len()],
            footnotes: match flavor.dialect {
                Dialect::Hugo => Footnotes::of(url).uncounted(),
                Dialect::Zola if flavor.zola.notes_in_place => Footnotes::of(url).uncounted(),
                Dialect::Eleventy => Footnotes::of(url).bracketed(),
                _ => Footnotes::of(url),
            },
            alignments: Vec::new(),
            column: 0,
            in_head: false,
            head: 0,
            in_code: false,
            numbers: None,
            only_marks: false,
            meant_before: false,
        }
    }

    /// What is written to now.
    pub(super) fn buffer(&mut self) -> &mut Buffer {
        if self.buffers.is_empty() {
            self.buffers.push(Buffer::default());
        }
        let last = self.buffers.len() - 1;
        &mut self.buffers[last]
    }

    pub(super) fn raw(&mut self, html: &str) {
        self.buffer().html.push_str(html);
    }

    /// Writes the next event.
    pub(super) fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Html(html) => self.html(&html, range),
            Event::Rule => {
                self.open_block("hr", "", Kind::Other);
                self.close_block("\n");
            }
            inline => self.inline(inline, range),
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        if !matches!(tag, Tag::Image { .. } | Tag::Link { .. }) {
            self.span = None;
        }
        match tag {
            Tag::Paragraph => self.open_block("p", "", Kind::Other),
            Tag::Heading { .. } => self.start_heading(tag),
            Tag::BlockQuote(kind) => self.start_quote(kind),
            Tag::CodeBlock(kind) => self.start_code(&kind, range),
            Tag::HtmlBlock => self.only_marks = true,
            Tag::List(None) => self.open_block("ul", "", Kind::List("ul")),
            Tag::List(Some(1)) => self.open_block("ol", "", Kind::List("ol")),
            Tag::List(Some(first)) => self.open_block("ol", &format!(" start=\"{first}\""), Kind::List("ol")),
            Tag::Item => self.open_block("li", "", Kind::Item),
            Tag::FootnoteDefinition(label) => self.start_footnote(&label),
            Tag::DefinitionList => self.open_block("dl", "", Kind::Other),
            Tag::DefinitionListTitle => self.open_block("dt", "", self.term),
            Tag::DefinitionListDefinition => self.open_block("dd", "", Kind::Item),
            Tag::Table(alignments) => {
                self.alignments = alignments;
                self.open_block("table", "", Kind::Other);
            }
            Tag::TableHead => {
                self.in_head = true;
                self.column = 0;
                self.head = self.buffer().html.len();
                self.raw("<thead><tr>");
            }
            Tag::TableRow => {
                self.column = 0;
                self.raw("<tr>");
            }
            Tag::TableCell => self.start_cell(),
            Tag::MetadataBlock(_) => {}
            span => self.start_span(span, range),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.close_block("</p>\n"),
            TagEnd::Heading(level) => self.end_heading(level),
            TagEnd::BlockQuote(_) => self.close_block("</blockquote>\n"),
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.close_block("</code></pre>\n");
                if self.numbers.take().is_some_and(|(place, _)| place == Place::Column) {
                    self.raw(line_numbers::END);
                }
            }
            TagEnd::HtmlBlock if self.only_marks => {}
            TagEnd::HtmlBlock => self.blocks.forget_last(),
            TagEnd::List(true) => self.close_block("</ol>\n"),
            TagEnd::List(false) => self.close_block("</ul>\n"),
            TagEnd::Item => self.close_block("</li>\n"),
            TagEnd::FootnoteDefinition => self.end_footnote(),
            TagEnd::DefinitionList => self.close_block("</dl>\n"),
            TagEnd::DefinitionListTitle => self.close_block("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.close_block("</dd>\n"),
            TagEnd::Table => self.close_block("</tbody></table>\n"),
            TagEnd::TableHead => self.end_head(),
            TagEnd::TableRow => self.raw("</tr>\n"),
            TagEnd::TableCell => self.raw(if self.in_head { "</th>" } else { "</td>" }),
            TagEnd::MetadataBlock(_) => {}
            span => self.end_span(span),
        }
    }

    /// Writes a start tag; attributes that were meant for the next block go to it.
    pub(super) fn open_block(&mut self, name: &str, rest: &str, kind: Kind) {
        let start = self.buffer().html.len();
        let place = self.buffer().start(name, rest);
        let content = self.buffer().html.len();
        let own = self.blocks.open(Open { place: Some(place), kind, start, content, last: None, toc: false });
        self.give(place, &own);
    }

    /// Whether the end of a line ends a term of a definition list.
    pub(super) fn is_in_term(&self) -> bool {
        self.open_spans.is_empty() && self.blocks.top().is_some_and(|block| block.kind == Kind::Term)
    }

    /// Begins the next one.
    pub(super) fn next_term(&mut self) {
        self.close_block("</dt>\n");
        self.open_block("dt", "", Kind::Term);
    }

    pub(super) fn give(&mut self, place: TagPlace, list: &AttributeList) {
        if !list.is_empty() {
            self.buffer().attributes(place).merge(list);
        }
    }

    fn close_block(&mut self, end_tag: &str) {
        self.unexplained = InlineCode::default();
        self.span = None;
        self.raw(end_tag);
        let end = self.buffer().html.len();
        if let Some(block) = self.blocks.close(end).filter(|block| block.toc) {
            self.replace_by_contents(block.kind, (block.start, end));
        }
    }

    fn replace_by_contents(&mut self, kind: Kind, (start, end): (usize, usize)) {
        if let (Kind::List(element), 1) = (kind, self.buffers.len()) {
            self.buffer().replace_by_contents(start..end, element);
        }
    }

    fn start_heading(&mut self, tag: Tag<'_>) {
        let Tag::Heading { level, id, classes, attrs: attributes } = tag else { return };
        let name = level.to_string();
        let mut own = AttributeList { id: id.map(CowStr::into_string), ..AttributeList::default() };
        own.classes.extend(classes.iter().map(|class| self.marked.restore(class).into_owned()));
        for (key, value) in &attributes {
            if let Some(value) = value {
                own.set(key, self.marked.restore(value).into_owned());
            }
        }
        self.open_block(&name, "", Kind::Other);
        if let Some(place) = self.blocks.top().and_then(|block| block.place) {
            self.give(place, &own);
        }
        self.heading = Some(String::new());
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        let text = self.heading.take().unwrap_or_default();
        let place = self.blocks.top().and_then(|block| block.place);
        let html = &mut self.buffer().html;
        html.truncate(html.trim_end_matches([' ', '\t']).len());
        self.close_block(&format!("</{level}>\n"));
        let Some(place) = place.filter(|_| self.flavor.kramdown.names_headings) else { return };
        let id = self.ids.give(&text);
        self.buffer().attributes(place).id.get_or_insert(id);
        if self.buffers.len() == 1 {
            self.headings.push(Heading { level: level as u8, text, place });
        }
    }

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>) {
        self.open_block("blockquote", "", Kind::Other);
        let title = match kind {
            None => return,
            Some(BlockQuoteKind::Note) => "Note",
            Some(BlockQuoteKind::Tip) => "Tip",
            Some(BlockQuoteKind::Important) => "Important",
            Some(BlockQuoteKind::Warning) => "Warning",
            Some(BlockQuoteKind::Caution) => "Caution",
        };
        self.raw(&format!("<p><strong>{title}</strong></p>\n"));
    }

    fn start_code(&mut self, kind: &CodeBlockKind<'_>, range: Range<usize>) {
        if let Some(numbering) = self.numbering(kind) {
            let lines = lines_of_code(&self.marked.text[range], kind);
            // Hugo takes away what is blank at the end
            let is_counted = |line: &&str| self.flavor.dialect != Dialect::Hugo || !line.trim().is_empty();
            self.number(numbering, lines.iter().rposition(is_counted).map_or(0, |last| last + 1));
        }
        self.open_block("pre", "", Kind::Other);
        self.in_code = true;
        let language = match kind {
            CodeBlockKind::Fenced(info) => language(info),
            CodeBlockKind::Indented => "",
        };
        self.raw("<code");
        if !language.is_empty() {
            self.raw(" class=\"language-");
            self.buffer().text(language);
            self.raw("\"");
        }
        self.raw(">");
    }

    /// Which numbers the lines of code have, if any.
    fn numbering(&self, kind: &CodeBlockKind<'_>) -> Option<Numbering> {
        match kind {
            _ if self.flavor.kramdown.numbers_lines => {
                is_coloured(kind).then_some(Numbering { first: 1, place: Place::Column })
            }
            CodeBlockKind::Fenced(info) if self.flavor.dialect == Dialect::Hugo => {
                self.goldmark.numbers.behind_fence(info)
            }
            _ => None,
        }
    }

    /// Sets numbers to the lines of the code that is to come.
    fn number(&mut self, Numbering { first, place }: Numbering, lines: usize) {
        if place == Place::Column {
            self.raw(&line_numbers::start(first, lines));
        }
        self.numbers = Some((place, first..first.saturating_add(lines)));
    }

    fn start_cell(&mut self) {
        let alignment = self.alignments.get(self.column).copied().unwrap_or(Alignment::None);
        self.column += 1;
        self.raw(if self.in_head { "<th" } else { "<td" });
        self.raw(match alignment {
            Alignment::None => ">",
            Alignment::Left => " style=\"text-align: left\">",
            Alignment::Center => " style=\"text-align: center\">",
            Alignment::Right => " style=\"text-align: right\">",
        });
    }

    /// A head without anything in it is none.
    fn end_head(&mut self) {
        self.in_head = false;
        let start = self.head;
        let html = &mut self.buffer().html;
        let tags = html[start..].split('<').skip(1);
        let is_empty = tags.into_iter().all(|tag| tag.ends_with('>') && tag.trim_start_matches('/').starts_with('t'));
        if is_empty {
            html.truncate(start);
            return self.raw("<tbody>\n");
        }
        self.raw("</tr></thead><tbody>\n");
    }

    fn start_footnote(&mut self, label: &str) {
        self.blocks.open(Open { place: None, kind: Kind::Other, start: 0, content: 0, last: None, toc: false });
        self.buffers.push(Buffer::default());
        self.labels.push(label.to_owned());
        self.said = 0;
    }

    fn end_footnote(&mut self) {
        self.blocks.close(0);
        self.said = 0;
        if let (Some(label), Some(buffer)) = (self.labels.pop(), self.buffers.pop()) {
            let html = buffer.finish(|_, _| String::new());
            if self.has_notes_in_place {
                let here = self.footnotes.define_here(&label, &html);
                self.raw(&here);
            } else {
                self.footnotes.define(&label, html);
            }
        }
    }

    /// A line of a block of HTML; perhaps a mark.
    fn html(&mut self, html: &str, range: Range<usize>) {
        match is_block_mark(html) {
            Some(number) if self.only_marks => self.block_mark(number, range.start),
            Some(_) => {}
            None => {
                if self.only_marks {
                    self.say_line(range.start);
                }
                self.only_marks = false;
                let shown = self.marked.in_html(html);
                if !self.goldmark.omits_html || is_comment(&shown) {
                    self.raw(&shown);
                }
            }
        }
    }

    /// An attribute list or extension on a line of its own.
    fn block_mark(&mut self, number: usize, at: usize) {
        let marked = self.marked;
        match marked.marks.get(number).map(|mark| &mark.meaning) {
            Some(Meaning::Attributes(list)) => self.block_attributes(list, at),
            Some(Meaning::Html(html)) => {
                self.say_line(at);
                self.raw(html);
                self.raw("\n");
                self.blocks.forget_last();
                self.meant_before = true;
            }
            _ => {}
        }
    }

    fn block_attributes(&mut self, list: &AttributeList, at: usize) {
        let before = &self.marked.text[..at.min(self.marked.text.len())];
        let line =
            before.rfind('\n').map_or("", |end| &before[before[..end].rfind('\n').map_or(0, |start| start + 1)..end]);
        let line = line.trim_matches([' ', '\t', '>', '\r']);
        let follows = if is_block_mark(line).is_some() { self.meant_before } else { !line.is_empty() };
        let target = self.blocks.before().filter(|_| follows);
        self.meant_before = follows && (target.is_some() || self.meant_before);
        match target {
            Some(target) => {
                self.give(target.place, list);
                if list.toc {
                    self.replace_by_contents(target.kind, target.span);
                }
            }
            None if self.meant_before => {}
            None => self.blocks.keep_for_next(list),
        }
    }

    /// Says which line of the source comes next, when it is another one.
    pub(super) fn say_line(&mut self, offset: usize) {
        let line = self.lines.at(self.marked.source_offset(offset));
        if line != self.said {
            self.said = line;
            self.raw("<!--@");
            self.raw(&line.to_string());
            self.raw("-->");
        }
    }

    /// The whole document, footnotes last.
    pub(super) fn finish(mut self) -> String {
        let footnotes = if self.has_notes_in_place { String::new() } else { self.footnotes.list() };
        let mut document = std::mem::take(self.buffer());
        document.html.push_str(&footnotes);
        let mut headings = Vec::new();
        for heading in &self.headings {
            let own = document.attributes(heading.place);
            if !own.classes.iter().any(|class| class == "no_toc") {
                headings.push((heading.level, own.id.clone().unwrap_or_default(), heading.text.as_str()));
            }
        }
        document.finish(|element, list| contents(&headings, element, list))
    }
}

/// Whether a piece of HTML shows nothing, but may say where an excerpt ends.
pub(super) fn is_comment(html: &str) -> bool {
    html.trim().strip_prefix("<!--").is_some_and(|comment| comment.find("-->") == Some(comment.len() - "-->".len()))
}

/// Whether Jekyll colours it: without a language, or with one that is known.
fn is_coloured(kind: &CodeBlockKind<'_>) -> bool {
    match kind {
        CodeBlockKind::Fenced(info) => {
            info.trim().is_empty() || rouge::knows(info.split('?').next().unwrap_or("").trim())
        }
        CodeBlockKind::Indented => true,
    }
}

/// The language in the info string of a fence: its first word, also in the forms of other processors.
fn language(info: &str) -> &str {
    let info = info.trim().trim_start_matches(['{', '.', ' ']);
    info.split(|c: char| c.is_whitespace() || ",{}:;".contains(c)).next().unwrap_or("")
}

/// The lines of code in the source of a block.
fn lines_of_code<'s>(source: &'s str, kind: &CodeBlockKind<'_>) -> Vec<&'s str> {
    let mut lines: Vec<&str> = source.trim_end().lines().collect();
    if let CodeBlockKind::Fenced(_) = kind {
        lines.pop_if(|last| last.ends_with(['`', '~']));
        lines = lines.split_off(1.min(lines.len()));
    }
    lines
}

/// The text of marked text.
pub(super) fn without_marks(text: &str) -> String {
    pieces(text).filter_map(|piece| if let Piece::Text(text) = piece { Some(text) } else { None }).collect()
}
