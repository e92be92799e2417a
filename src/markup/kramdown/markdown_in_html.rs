//! `<div markdown="1">`: an element of HTML that says that there is Markdown in it.
//!
//! In: Markdown. Out: [`Parted`], the same with blank lines around what is in such elements, since that is what
//! ends HTML in `CommonMark`. Line by line; tags in code stay what they are.

use std::borrow::Cow;

use memchr::memmem;

use super::settings::InHtml;
use crate::config::Dialect;
use crate::markup::extensions::Flavor;
use crate::scan;

/// Elements that can hold Markdown, or stand beside it in one that does.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "header",
    "li",
    "main",
    "nav",
    "ol",
    "p",
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

/// Those of them in which kramdown reads none that do not say it.
const HOLD_NO_BLOCKS: &[&str] = &["center", "dl", "dt", "ol", "table", "tbody", "tfoot", "th", "thead", "tr", "ul"];

/// Elements in which everything is as it is typed.
const RAW: &[&str] = &["pre", "script", "style", "textarea"];

/// How far items of lists are indented that are looked at, in columns.
const MOST_INDENTED: usize = 64;

/// Elements within each other that are looked at.
const DEEPEST: usize = 64;

/// Text in which HTML and Markdown are apart.
#[derive(Debug)]
pub struct Parted<'a> {
    /// The Markdown.
    pub text: Cow<'a, str>,
    /// Where the newlines are in it that its source does not have, in order.
    pub inserted: Vec<usize>,
}

/// Puts blank lines around the Markdown in elements of HTML that say that it is there.
#[must_use]
pub fn part<'t>(text: &'t str, flavor: &Flavor) -> Parted<'t> {
    let default = flavor.kramdown.html;
    let says_options = flavor.dialect == Dialect::Jekyll && text.contains("parse_block_html");
    let may_hold = memmem::find(text.as_bytes(), b"markdown=").is_some()
        || (default == InHtml::Markdown || says_options) && text.contains('<');
    if !matches!(flavor.dialect, Dialect::Jekyll | Dialect::Commonmark) || !may_hold {
        return Parted { text: Cow::Borrowed(text), inserted: Vec::new() };
    }
    let mut scan = Scan::of(default);
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        scan.line(line, lines.peek().copied().unwrap_or(""));
        if says_options && scan.fence.is_none() && scan.raw.is_none() && !scan.was_code {
            scan.default = option(line).unwrap_or(scan.default);
        }
    }
    Parted { text: Cow::Owned(scan.out), inserted: scan.inserted }
}

/// What `{::options parse_block_html="true" /}` says of all that is behind it.
fn option(line: &str) -> Option<InHtml> {
    let options = line.trim().strip_prefix("{::options ")?.strip_suffix("/}")?;
    match options.split_once("parse_block_html=")?.1.trim_start_matches(['"', '\'']) {
        said if said.starts_with("true") => Some(InHtml::Markdown),
        _ => Some(InHtml::Html),
    }
}

/// An element that is open.
struct Open {
    name: &'static str,
    /// What it becomes: a paragraph cannot hold the paragraphs that Markdown makes.
    written: &'static str,
    holds_markdown: bool,
}

struct Scan {
    /// What is in elements that do not say it.
    default: InHtml,
    out: String,
    inserted: Vec<usize>,
    open: Vec<Open>,
    /// The fence of the block of code that is open.
    fence: Option<String>,
    /// The end of what is open in which nothing is read: a comment, or an element of code.
    raw: Option<String>,
    /// How far the text of the item of a list is indented that may be open; 0 outside lists.
    item: usize,
    /// The indentation that keeps what is written in that item.
    base: String,
    was_blank: bool,
    was_code: bool,
}

impl Scan {
    fn of(default: InHtml) -> Self {
        Self {
            default,
            out: String::new(),
            inserted: Vec::new(),
            open: Vec::new(),
            fence: None,
            raw: None,
            item: 0,
            base: String::new(),
            was_blank: false,
            was_code: false,
        }
    }

    fn line(&mut self, line: &str, next: &str) {
        let content = line.trim_start();
        let is_blank = content.is_empty();
        if self.open.is_empty() && !is_blank {
            self.item = match item_indent(content) {
                Some(own) => indent(line).min(MOST_INDENTED) + own,
                None if self.was_blank && indent(line) == 0 => 0,
                None => self.item,
            };
        }
        self.was_code = indent(line) >= 4 + self.item && !is_blank && (self.was_blank || self.was_code);
        self.was_blank = is_blank;
        if self.raw.is_none() && self.is_fenced(content) {
            return self.out.push_str(line);
        }
        if self.open.is_empty() && self.raw.is_none() {
            self.base = " ".repeat(indent(line).min(self.item));
        }
        let begins = content.starts_with('<') && !self.was_code;
        if self.open.is_empty() && self.raw.is_none() && !begins {
            return self.out.push_str(line);
        }
        let mut rest = line;
        while let Some((before, tag, after)) = self.next_tag(rest) {
            self.out.push_str(before);
            self.tag(tag, after, next);
            rest = after;
        }
        self.out.push_str(rest);
    }

    /// Whether the line is in a block of code, or is its fence.
    fn is_fenced(&mut self, content: &str) -> bool {
        let mark = content.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = mark.map_or(0, |mark| content.chars().take_while(|c| *c == mark).count());
        let fence = &content[..length];
        match &self.fence {
            Some(open)
                if length >= open.len() && fence.starts_with(open.as_str()) && content[length..].trim().is_empty() =>
            {
                self.fence = None;
            }
            Some(_) => {}
            None if length >= 3 && !(mark == Some('`') && content[length..].contains('`')) => {
                self.fence = Some(fence.to_owned());
            }
            None => return false,
        }
        true
    }

    /// The next tag that counts on a line: what is before it, itself, what is behind it.
    fn next_tag<'l>(&mut self, line: &'l str) -> Option<(&'l str, &'l str, &'l str)> {
        let split = |from: usize, to: usize| (&line[..from], &line[from..to], &line[to..]);
        let mut from = 0;
        if let Some(end) = &self.raw {
            let at = find_ignoring_case(line, end)?;
            from = at + end.len();
            self.raw = None;
        }
        while let Some(at) = line[from..].find(['<', '`']).map(|at| at + from) {
            let rest = &line[at..];
            if rest.starts_with('`') {
                let length = rest.bytes().take_while(|byte| *byte == b'`').count();
                let closing = rest[length..].find(&rest[..length]).map_or(length, |end| length + end + length);
                from = at + closing;
                continue;
            }
            if rest.starts_with("<!--") {
                let Some(end) = rest.find("-->") else {
                    self.raw = Some("-->".to_owned());
                    return None;
                };
                from = at + end + 3;
                continue;
            }
            if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
                from = at + 1;
                continue;
            }
            let end = at + scan::end_of_tag(rest.as_bytes())?;
            let name = tag_name(rest);
            if RAW.iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
                let close = format!("</{}", name.to_ascii_lowercase());
                let Some(closed) = find_ignoring_case(&line[end..], &close) else {
                    self.raw = Some(close);
                    return None;
                };
                from = end + closed + close.len();
                continue;
            }
            if BLOCKS.iter().any(|block| name.eq_ignore_ascii_case(block)) {
                return Some(split(at, end));
            }
            from = end;
        }
        None
    }

    fn tag(&mut self, tag: &str, after: &str, next: &str) {
        let Some(name) = BLOCKS.iter().copied().find(|block| tag_name(tag).eq_ignore_ascii_case(block)) else { return };
        if tag.starts_with("</") {
            return self.end_tag(name, tag, (after, next));
        }
        let is_unsaid = self.may_hold_markdown(name, tag);
        let holds_markdown = says_markdown(tag) || is_unsaid;
        let is_opened = self.open.len() < DEEPEST && !tag.ends_with("/>");
        let written = if name == "p" && holds_markdown && is_opened { "div" } else { name };
        match tag.get(1 + name.len()..).filter(|_| written != name || is_unsaid) {
            // what is read later asks for it
            Some(rest) if is_unsaid => self.out.extend(["<", written, " markdown=\"1\"", rest]),
            Some(rest) => self.out.extend(["<", written, rest]),
            None => self.out.push_str(tag),
        }
        if (!self.open.is_empty() || holds_markdown || self.default == InHtml::Markdown) && is_opened {
            self.open.push(Open { name, written, holds_markdown });
            if holds_markdown {
                self.blank_line_before(after, next);
            }
        }
    }

    /// Whether an element that does not say it holds Markdown: it may hold blocks, and stands in none that is HTML alone.
    fn may_hold_markdown(&self, name: &str, tag: &str) -> bool {
        self.default == InHtml::Markdown
            && !HOLD_NO_BLOCKS.contains(&name)
            && !tag.contains(" markdown=")
            && self.open.last().is_none_or(|open| open.holds_markdown)
    }

    fn end_tag(&mut self, name: &str, tag: &str, (after, next): (&str, &str)) {
        let Some(at) = self.open.iter().rposition(|open| open.name == name) else {
            return self.out.push_str(tag);
        };
        let Open { written, holds_markdown: held_markdown, .. } = self.open[at];
        self.open.truncate(at);
        if held_markdown {
            self.blank_line_after_markdown();
        }
        match tag.get(2 + name.len()..).filter(|_| written != name) {
            Some(rest) => self.out.extend(["</", written, rest]),
            None => self.out.push_str(tag),
        }
        let stands_in_markdown = self.open.last().map_or(held_markdown, |open| open.holds_markdown);
        let follows = if after.trim().is_empty() { next } else { after };
        if stands_in_markdown && !follows.trim_start().starts_with('<') && indent(follows) < 4 {
            self.blank_line_before(after, next);
        }
    }

    /// What comes is Markdown: the rest of this line, or else the next one.
    fn blank_line_before(&mut self, after: &str, next: &str) {
        if !after.trim().is_empty() {
            self.newline();
            self.newline();
            self.out.push_str(&self.base);
        } else if !next.trim().is_empty() {
            self.newline();
        }
    }

    /// Ends the Markdown before an end tag, which must not be code for its indentation.
    fn blank_line_after_markdown(&mut self) {
        let blanks = self.out.len() - self.out.trim_end_matches([' ', '\t']).len();
        if self.out[..self.out.len() - blanks].ends_with('\n') {
            self.out.truncate(self.out.len() - blanks);
        } else {
            self.newline();
        }
        self.newline();
        self.out.push_str(&self.base);
    }

    fn newline(&mut self) {
        self.inserted.push(self.out.len());
        self.out.push('\n');
    }
}

/// How far the text of an item of a list stands from its mark, when `line` begins with one.
fn item_indent(line: &str) -> Option<usize> {
    let digits = line.bytes().take(10).take_while(u8::is_ascii_digit).count();
    let signs: &[char] = if digits == 0 { &['-', '*', '+'] } else { &['.', ')'] };
    let text = line[digits..].strip_prefix(signs).filter(|text| text.starts_with([' ', '\t']))?;
    let blanks = indent(text);
    Some(digits + 1 + if blanks > 4 { 1 } else { blanks })
}

/// How far a line is indented, in columns.
fn indent(line: &str) -> usize {
    line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).map(|byte| if byte == b'\t' { 4 } else { 1 }).sum()
}

/// The name of the tag that `text` starts with.
fn tag_name(text: &str) -> &str {
    let name = text.trim_start_matches(['<', '/']);
    &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())]
}

/// Whether the attribute of a start tag says that there is Markdown in the element.
fn says_markdown(tag: &str) -> bool {
    let Some(value) = tag.split_once(" markdown=").map(|(_, value)| value.trim_start_matches(['"', '\''])) else {
        return false;
    };
    ["1", "block", "span"]
        .iter()
        .any(|says| value.strip_prefix(says).is_some_and(|rest| rest.starts_with(['"', '\'', '>', ' ', '/'])))
}

fn find_ignoring_case(text: &str, what: &str) -> Option<usize> {
    let found = |at: &usize| text[*at..].get(..what.len()).is_some_and(|found| found.eq_ignore_ascii_case(what));
    text.match_indices(&what[..2]).map(|(at, _)| at).find(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_stands_apart() {
        for (text, parted) in [
            ("<div markdown=\"1\">\n*a*\n</div>\nb", "<div markdown=\"1\">\n\n*a*\n\n</div>\n\nb"),
            ("<div class='x' markdown='block'>*a*</div>", "<div class='x' markdown='block'>\n\n*a*\n\n</div>"),
            (
                "<div>\n  <p markdown=1>a\n    </p>\n  <p>c</p>\n</div>",
                "<div>\n  <div markdown=1>\n\na\n\n</div>\n  <p>c</p>\n</div>",
            ),
            (
                "<P class=\"x\" markdown=\"1\">a <b>b</b></p>",
                "<div class=\"x\" markdown=\"1\">\n\na <b>b</b>\n\n</div>",
            ),
            (
                "1. a\n\n   <div markdown=\"1\">\n   *n*\n   </div>\n\n1. b",
                "1. a\n\n   <div markdown=\"1\">\n\n   *n*\n\n   </div>\n\n1. b",
            ),
            (
                "10. a\n\n    <div markdown=\"1\">*n*</div>\n\n<div>\n    <p markdown=1>b</p></div>",
                "10. a\n\n    <div markdown=\"1\">\n\n    *n*\n\n    </div>\n\n\
                 <div>\n    <div markdown=1>\n\nb\n\n</div></div>",
            ),
            ("- a\n\n  <div markdown=\"1\">*n*</div>\n", "- a\n\n  <div markdown=\"1\">\n\n  *n*\n\n  </div>\n"),
            (
                "<details markdown=\"1\"><summary>S</summary>\na\n</details>",
                "<details markdown=\"1\">\n\n<summary>S</summary>\n\na\n\n</details>",
            ),
            (
                "<div markdown=\"1\">\n<div>\nb\n</div>\n`</div>`\n```\n</div>\n```\n</div>",
                "<div markdown=\"1\">\n\n<div>\nb\n</div>\n\n`</div>`\n```\n</div>\n```\n\n</div>",
            ),
        ] {
            let Parted { text: out, inserted } = part(text, &Dialect::Jekyll.into());
            assert_eq!(out, parted, "{text}");
            assert!(inserted.is_sorted() && inserted.iter().all(|at| out.as_bytes()[*at] == b'\n'), "{text}");
            assert_eq!(out.matches('\n').count() - inserted.len(), text.matches('\n').count(), "{text}");
        }
    }

    #[test]
    fn what_says_nothing_of_markdown_stays() {
        for text in [
            "<div>\na\n</div>",
            "<div markdown=\"0\">\na\n</div>",
            "write `<div markdown=\"1\">`\na\n</div>",
            "```\n<div markdown=\"1\">\na\n</div>\n```",
            "a\n\n    <div markdown=\"1\">\n    a\n    </div>",
            "<pre>\n<div markdown=\"1\">\na\n</div>\n</pre>",
            "<!--\n<div markdown=\"1\">\na\n</div>\n-->",
        ] {
            assert_eq!(part(text, &Dialect::Jekyll.into()).text, text, "{text}");
        }
    }

    #[test]
    fn where_markdown_is_read_everywhere_blocks_hold_it() {
        let mut flavor = Flavor::from(Dialect::Jekyll);
        flavor.kramdown.html = InHtml::Markdown;
        for (text, parted) in [
            ("<div>\n*a*\n</div>\n", "<div markdown=\"1\">\n\n*a*\n\n</div>\n"),
            ("<p class=\"b\">*a*</p>", "<div markdown=\"1\" class=\"b\">\n\n*a*\n\n</div>"),
            ("<section markdown=\"0\">*a*</section>", "<section markdown=\"0\">*a*</section>"),
            ("<ul><li>*a*</li></ul>", "<ul><li>*a*</li></ul>"),
            ("<table><tr><td>*a*</td></tr></table>", "<table><tr><td>*a*</td></tr></table>"),
            ("<b>*a*</b> c", "<b>*a*</b> c"),
        ] {
            assert_eq!(part(text, &flavor).text, parted, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn only_blanks_and_newlines_change(text in
            "(<div markdown=\"1\">|<p markdown=1>|</?(div|p|pre|details)>|<!--|-->|```|`|[a<>\" \t]|\n|\n    ){0,30}") {
            let Parted { text: out, inserted } = part(&text, &Dialect::Jekyll.into());
            let solid = |text: &str| text.split_whitespace().collect::<String>().replace("div", "p");
            assert_eq!(solid(&out), solid(&text));
            assert_eq!(out.matches('\n').count() - inserted.len(), text.matches('\n').count());
        }
    }
}
