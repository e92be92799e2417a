//! Elements of HTML in which kramdown reads no Markdown, up to their ends: `CommonMark` reads it behind blank lines
//! in them, and within lines.
//!
//! In: the events of the parser. Out: the elements whose content is to be left alone, and where an element within a
//! line (`<a>`, `<img>`) begins a paragraph, which `CommonMark` takes for a block of HTML.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::html_text;
use super::mark::{Meaning, Place};
use super::scan::{self, Found};
use super::structure::Structure;
use crate::config::Dialect;
use crate::markup::entity::escape_text;

/// Elements that stand within lines.
const WITHIN_LINES: &[&str] = &[
    "a", "abbr", "acronym", "b", "big", "bdo", "br", "button", "cite", "code", "del", "dfn", "em", "i", "img", "input",
    "ins", "kbd", "label", "mark", "option", "q", "rb", "rbc", "rp", "rt", "rtc", "ruby", "samp", "select", "small",
    "span", "strong", "sub", "sup", "tt", "u", "var",
];

/// Elements of HTML within lines in which Markdown is not read.
const RAW_WITHIN_LINES: &[&str] =
    &["audio", "center", "code", "font", "kbd", "mark", "s", "samp", "strike", "svg", "u", "var", "video"];

/// Elements that stand in no line: their tags are text there.
const BLOCKS: &[&str] = &[
    "address",
    "applet",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "col",
    "colgroup",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "iframe",
    "legend",
    "li",
    "main",
    "map",
    "menu",
    "nav",
    "ol",
    "optgroup",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Elements whose content nobody sees, and of which nothing but their end tag is the end.
const SWALLOWING: &[&str] =
    &["noembed", "noframes", "noscript", "plaintext", "script", "style", "textarea", "title", "xmp"];

/// Elements that hold nothing.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "command", "embed", "hr", "img", "input", "keygen", "link", "meta", "param", "source",
    "track", "wbr",
];

/// The longest comment, in bytes.
const LONGEST_COMMENT: usize = 10_000;

/// How often a text is read at most to find the ends of its elements.
const MOST_READ: usize = 16;

/// The elements in `text`, in order.
pub(super) fn elements(text: &str, events: &[(Event<'_>, Range<usize>)]) -> Vec<Found> {
    let mut scan = Scan { text, done: 0, left: MOST_READ * text.len(), found: Vec::new() };
    for (event, range) in events {
        let Some(tag) = text.get(range.clone()).map(str::trim_start).filter(|_| range.start >= scan.done) else {
            continue;
        };
        let start = range.end - tag.len();
        match event {
            Event::Start(Tag::HtmlBlock) => scan.block(start, range.end),
            Event::InlineHtml(_) if scan.begins_line(start) && !is_one_of(tag, WITHIN_LINES) => {
                scan.block(start, start);
            }
            Event::InlineHtml(_) if is_one_of(tag, RAW_WITHIN_LINES) => scan.span(start, range.end),
            _ => {}
        }
    }
    scan.found
}

/// The tags within lines that are shown as they are typed.
pub(super) fn typed_tags(text: &str, events: &[(Event<'_>, Range<usize>)]) -> Vec<Found> {
    let tags = events.iter().filter(|(event, range)| matches!(event, Event::InlineHtml(_)) && is_text(text, range));
    let shown = |range: &Range<usize>| Meaning::Html(escape_text(&text[range.clone()]));
    tags.map(|(_, range)| Found { range: range.clone(), place: Place::Span, meaning: shown(range) }).collect()
}

/// Whether a tag within a line is text to kramdown, or would swallow what follows its paragraph.
fn is_text(text: &str, range: &Range<usize>) -> bool {
    let tag = &text[range.clone()];
    let typed = tag.replacen("</", "<", 1);
    let name = name_of(&typed);
    let is_among = |names: &[&str]| names.iter().any(|other| other.eq_ignore_ascii_case(name));
    let limit = text.floor_char_boundary(range.end + LONGEST_COMMENT);
    let is_closed = || {
        let paragraph = text[range.end..limit].split("\n\n").next().unwrap_or_default();
        paragraph.match_indices("</").any(|(at, _)| is_named(&paragraph[at + 2..], name))
    };
    is_among(BLOCKS) || (is_among(SWALLOWING) && !tag.starts_with("</") && !is_closed())
}

struct Scan<'a> {
    text: &'a str,
    /// Everything before was read.
    done: usize,
    /// How many bytes may still be read to find ends.
    left: usize,
    found: Vec<Found>,
}

impl Scan<'_> {
    /// Whether only blanks and quotation marks precede on the line.
    fn begins_line(&self, at: usize) -> bool {
        let line = self.text[..at].trim_end_matches([' ', '\t', '>']);
        line.is_empty() || line.ends_with('\n')
    }

    /// An element that begins a line at byte `start`; the parser's block of HTML ends at `known`.
    fn block(&mut self, start: usize, known: usize) {
        let tag = &self.text[start..];
        if is_one_of(tag, WITHIN_LINES) {
            self.found.push(Found { range: start..start, place: Place::Span, meaning: Meaning::Nothing });
            return;
        }
        let Some(mut end) = self.end_of_element(start) else { return };
        while let Some(behind) = self.next_on_line(end).and_then(|next| self.end_of_element(next)) {
            end = behind;
        }
        let html = &self.text[start..end];
        if html.contains("markdown=") {
            return;
        }
        self.done = end;
        let line_ends = self.text[end..].split('\n').next().is_none_or(|rest| rest.trim().is_empty());
        let is_known = end <= known && self.text[end..known].trim().is_empty();
        if is_known && line_ends {
            return;
        }
        let place = if line_ends { Place::Block } else { Place::Apart };
        self.found.push(Found { range: start..end, place, meaning: Meaning::Html(shown(html)) });
    }

    /// Where the element begins that follows another on its line, and is no part of a paragraph either.
    fn next_on_line(&self, end: usize) -> Option<usize> {
        let rest = self.text[end..].trim_start_matches([' ', '\t']);
        let is_one = rest.starts_with('<') && !name_of(rest).is_empty() && !is_one_of(rest, WITHIN_LINES);
        is_one.then_some(self.text.len() - rest.len())
    }

    /// What is in an element within a line, whose start tag ends at byte `from`.
    fn span(&mut self, start: usize, from: usize) {
        let Some(end) = self.end_of_element(start) else { return };
        let Some(length) = self.text[from..end].rfind("</") else { return };
        let inner = &self.text[from..from + length];
        self.done = end;
        if inner.contains("\n\n") || !inner.contains(['*', '_', '"', '\'', '-', '.', '`', '[', '\\', '$', '<', '>']) {
            return;
        }
        let is_code = html_text::ranges(&self.text[start..end]).iter().all(Range::is_empty);
        let html = if is_code { inner.to_owned() } else { shown(inner) };
        let range = from..from + length;
        self.found.push(Found { range, place: Place::Span, meaning: Meaning::Html(html) });
    }

    /// Behind the end tag of the element that begins at byte `start`.
    fn end_of_element(&mut self, start: usize) -> Option<usize> {
        let name = name_of(&self.text[start..]);
        let limit = self.text.floor_char_boundary(start.saturating_add(self.left));
        let text = &self.text[..limit];
        let mut end = tag_end(text, start).filter(|_| !name.is_empty())?;
        if VOID.iter().any(|void| void.eq_ignore_ascii_case(name)) || text[..end].ends_with("/>") {
            return Some(end);
        }
        let mut depth = 1_usize;
        while let Some(at) = text[end..].find('<').map(|at| at + end) {
            let tag = &text[at..];
            let behind = tag_end(text, at);
            end = behind.unwrap_or(at + 1);
            if behind.is_none() {
                continue;
            }
            if tag.strip_prefix("</").is_some_and(|end| is_named(end, name)) {
                depth -= 1;
            } else if is_named(&tag[1..], name) && !text[..end].ends_with("/>") {
                depth += 1;
            }
            if depth == 0 {
                self.left -= end - start;
                return Some(end);
            }
        }
        self.left = self.left.saturating_sub(text.len() - start);
        None
    }
}

/// `html` as it is shown: without the attribute lists in its text, and with what only looks like a tag as text.
fn shown(html: &str) -> String {
    let html = without_lists(html);
    let mut out = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some(at) = rest.find('<') {
        let tag = tag_end(rest, at);
        let end = tag.unwrap_or(at + 1);
        out.push_str(&rest[..at]);
        out.push_str(if tag.is_some() { &rest[at..end] } else { "&lt;" });
        rest = &rest[end..];
    }
    out + rest
}

/// Behind the tag or comment that begins at byte `open`; `<https://a.b>` and `<a@b.c>` are none.
fn tag_end(html: &str, open: usize) -> Option<usize> {
    let rest = html.get(open + 1..)?;
    if rest.starts_with("!--") {
        // the longest comment that is looked for, so that no byte is looked at again and again
        let limit = rest.floor_char_boundary(LONGEST_COMMENT);
        return rest[..limit].find("-->").map(|end| open + end + 4);
    }
    let name = rest.trim_start_matches('/');
    let behind = name.trim_start_matches(|c: char| c.is_alphanumeric() || "-_.:".contains(c));
    let begins = name.starts_with(|c: char| c.is_alphabetic() || c == '_') && !name.starts_with("http");
    let closes = behind.starts_with(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
    let mut quote = None;
    for (at, byte) in behind.bytes().enumerate().filter(|_| begins && closes) {
        match (quote, byte) {
            (None, b'>') => return Some(html.len() - behind.len() + at + 1),
            (None, b'<') => return None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// `html` without the attribute lists in its text, which nobody should see.
fn without_lists(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut done = 0;
    if html.contains("{:") {
        for found in scan::kramdown(html, &Structure::of_html(html), Dialect::Jekyll) {
            out.push_str(&html[done..found.range.start]);
            done = found.range.end;
        }
    }
    out.push_str(&html[done..]);
    out
}

/// The name of the element whose start tag `tag` begins with.
fn name_of(tag: &str) -> &str {
    let name = tag.strip_prefix('<').filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())).unwrap_or("");
    &name[..name.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(name.len())]
}

fn is_one_of(tag: &str, names: &[&str]) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(name_of(tag)))
}

fn is_named(tag: &str, name: &str) -> bool {
    let rest = tag.get(..name.len()).filter(|found| found.eq_ignore_ascii_case(name)).map(|_| &tag[name.len()..]);
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-'))
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::Parser;

    use super::*;
    use crate::markup::extensions::options;

    fn found(text: &str) -> Vec<&str> {
        let events: Vec<_> = Parser::new_ext(text, options(text, Dialect::Jekyll)).into_offset_iter().collect();
        elements(text, &events).into_iter().map(|found| &text[found.range]).collect()
    }

    #[test]
    fn elements_that_commonmark_ends_early() {
        for (text, elements) in [
            ("<div>\n\n*a*\n\n    <p>b</p>\n</div>\nc", vec!["<div>\n\n*a*\n\n    <p>b</p>\n</div>"]),
            ("<div><div>a\n\n</div></div> *b*", vec!["<div><div>a\n\n</div></div>"]),
            ("a\n<font color=\"x\">*b*</font>\nc", vec!["<font color=\"x\">*b*</font>"]),
            ("a <code>*b*</code> <u>c</u> <b>*d*</b>", vec!["*b*"]),
            ("<a href=\"b\">\n*c*\n</a>", vec![""]),
            ("<p>a</p>\n*b*", vec!["<p>a</p>"]),
            ("<p>a</p> <div>b</div> <i>c</i>", vec!["<p>a</p> <div>b</div>"]),
        ] {
            assert_eq!(found(text), elements, "{text}");
        }
    }

    #[test]
    fn tags_that_stand_in_no_line_are_text() {
        for (text, tags) in [
            ("a <DIV> b </p>", vec!["<DIV>", "</p>"]),
            ("- a <title> b\n\n</title>", vec!["<title>"]),
            ("| a | <ul><li>b |\n", vec!["<ul>", "<li>"]),
            ("a <style>b</style> <b>c</b> `<div>`", vec![]),
        ] {
            let events: Vec<_> = Parser::new_ext(text, options(text, Dialect::Jekyll)).into_offset_iter().collect();
            let found: Vec<_> = typed_tags(text, &events).into_iter().map(|found| &text[found.range]).collect();
            assert_eq!(found, tags, "{text}");
        }
    }

    #[test]
    fn what_commonmark_reads_alike_stays() {
        for text in [
            "<div>\na\n</div>\n\nb",
            "<div>\n\n*a*",
            "<hr>\n\n*a*",
            "<script src=a></script><noscript><p>b</p></noscript>\n",
            "<div markdown=\"1\">\n\n*a*\n\n</div>",
            "`<code>*b*</code>`",
            "<!-- a -->",
            "</div>\n\na",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_tag_is_shown() {
        let html = "<p title=\"a<b\">a < b <https://c.d> <e@f> <!-- <g> --> <h/></p>";
        assert_eq!(shown(html), "<p title=\"a<b\">a &lt; b &lt;https://c.d> &lt;e@f> <!-- <g> --> <h/></p>");
    }

    #[test]
    fn many_elements_without_ends_take_no_time() {
        for many in ["<div>\n\n", "<div markdown=\"1\">\n\n", "<u <u \"", "<u><!-- ", "<u><a '", "a <code>`"] {
            assert!(found(&many.repeat(20_000)).is_empty(), "{many}");
            shown(&many.repeat(20_000));
        }
    }
}
