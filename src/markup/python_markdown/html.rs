//! Elements of HTML that begin a line: taken out up to their end tags, with all that is in them.
//!
//! An element that says `markdown="1"` is read on in. One that nothing ends goes up to the end of the text.

use super::Held;
use crate::scan;

/// Elements that are blocks.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "canvas",
    "center",
    "colgroup",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frame",
    "frameset",
    "group",
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
    "math",
    "menu",
    "nav",
    "noframes",
    "noscript",
    "object",
    "ol",
    "output",
    "p",
    "pre",
    "progress",
    "script",
    "section",
    "style",
    "summary",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
    "video",
];

/// Elements whose content is no HTML.
const RAW: [&str; 2] = ["script", "style"];

/// Elements that hold nothing.
const VOID: [&str; 8] = ["hr", "br", "img", "input", "link", "meta", "source", "wbr"];

/// Elements that say `markdown="1"` within each other.
const DEEPEST: usize = 16;

/// How often the tags of a text are looked at most to find the ends of its elements.
const MOST_LOOKS: usize = 32;

/// The text with a mark, between empty lines, in the place of each element.
pub(super) fn taken_out(text: &str, held: &mut Held) -> String {
    within(text, held, DEEPEST)
}

fn within(text: &str, held: &mut Held, depth: usize) -> String {
    if !text.contains('<') || depth == 0 {
        return text.to_owned();
    }
    let tags = tags(text);
    let left = MOST_LOOKS * tags.len();
    let mut scan = Scan { text, tags, out: String::with_capacity(text.len()), done: 0, next: 0, left, depth };
    while scan.next < scan.tags.len() {
        scan.tag(held);
    }
    scan.out.push_str(&text[scan.done..]);
    scan.out
}

/// A tag or a comment.
#[derive(Debug, Clone, Copy)]
struct Tag<'t> {
    start: usize,
    end: usize,
    name: &'t str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Start,
    End,
    /// A comment, or an element that holds nothing.
    Alone,
}

struct Scan<'t> {
    text: &'t str,
    tags: Vec<Tag<'t>>,
    out: String,
    done: usize,
    next: usize,
    left: usize,
    depth: usize,
}

impl Scan<'_> {
    /// Takes out the next tag with what it holds, when it begins a block.
    fn tag(&mut self, held: &mut Held) {
        let first = self.tags[self.next];
        let is_block = first.kind != Kind::End && (first.name.is_empty() || is_one_of(first.name, BLOCKS));
        if !is_block || first.start < self.done || !self.begins_line(first.start) {
            self.next += 1;
            return;
        }
        let written = &self.text[first.start..first.end];
        if first.kind == Kind::Start && says_markdown(written) {
            return self.open(first, held);
        }
        let last = if first.kind == Kind::Start { self.end_of(self.next) } else { Some(self.next) };
        let (mut end, next) = last.map_or((self.text.len(), self.tags.len()), |last| (self.tags[last].end, last + 1));
        // what stands behind an element in its line is in it
        let rest = &self.text[end..];
        let line = rest.find('\n').unwrap_or(rest.len());
        if rest[..line].trim_start().starts_with('<') && !rest[..line].contains("markdown") {
            end += line;
        }
        self.next = next;
        let piece = self.text[first.start..end].to_owned();
        self.put(first.start, end, piece, held);
    }

    /// An element with Markdown in it: its tags are taken out alone.
    fn open(&mut self, first: Tag<'_>, held: &mut Held) {
        let last = self.end_of(self.next);
        let written = without_markdown(&self.text[first.start..first.end]);
        self.put(first.start, first.end, written, held);
        self.next += 1;
        if let Some(last) = last.map(|last| self.tags[last]) {
            let inside = self.text[first.end..last.start].to_owned();
            let inside = within(&dedented(&inside), held, self.depth - 1);
            self.out.push_str(&inside);
            self.done = last.start;
            self.put(last.start, last.end, self.text[last.start..last.end].to_owned(), held);
            self.next = self.tags.partition_point(|tag| tag.start < last.end);
        }
    }

    fn put(&mut self, start: usize, end: usize, piece: String, held: &mut Held) {
        self.out.push_str(self.text[self.done.min(start)..start].trim_end_matches(' '));
        self.out.push_str("\n\n");
        self.out.push_str(&held.hold(piece));
        self.out.push_str("\n\n");
        let rest = &self.text[end..];
        self.done = end + (rest.len() - rest.trim_start_matches(' ').len());
    }

    /// Whether nothing but three blanks at most stand before it in its line.
    fn begins_line(&self, at: usize) -> bool {
        let before = &self.text[..at];
        let line = &before[before.trim_end_matches(' ').len()..];
        (before.len() == line.len() || before[..before.len() - line.len()].ends_with('\n')) && line.len() < 4
    }

    /// Which tag ends the element that a tag begins.
    fn end_of(&mut self, from: usize) -> Option<usize> {
        let mut open = 0_usize;
        let name = self.tags[from].name;
        for (number, tag) in self.tags.iter().enumerate().skip(from) {
            self.left = self.left.checked_sub(1)?;
            if !tag.name.eq_ignore_ascii_case(name) {
                continue;
            }
            match tag.kind {
                Kind::Start => open += 1,
                Kind::End => open -= 1,
                Kind::Alone => {}
            }
            if open == 0 {
                return Some(number);
            }
        }
        None
    }
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn says_markdown(tag: &str) -> bool {
    ["markdown=\"1\"", "markdown='1'", "markdown=1", "markdown=\"block\"", "markdown>"]
        .iter()
        .any(|said| tag.contains(said))
}

fn without_markdown(tag: &str) -> String {
    ["markdown=\"1\"", "markdown='1'", "markdown=1", "markdown=\"block\""]
        .iter()
        .fold(tag.to_owned(), |tag, said| tag.replace(said, ""))
        .replace("markdown>", ">")
}

/// Lines without the blanks that all of them begin with.
fn dedented(text: &str) -> String {
    let lines = || text.split('\n').filter(|line| !line.trim().is_empty());
    let least = lines().map(super::line::indent).min().unwrap_or(0);
    let cut = |line: &str| line.get(least..).unwrap_or_default().to_owned();
    text.split('\n').map(cut).collect::<Vec<_>>().join("\n")
}

/// All tags of a text.
fn tags(text: &str) -> Vec<Tag<'_>> {
    let (mut tags, mut at) = (Vec::new(), 0);
    let mut comments_end = true;
    while let Some(start) = text[at..].find('<').map(|found| at + found) {
        let behind = &text[start + 1..];
        let tag = if behind.starts_with("!--") {
            let end = if comments_end { behind.find("-->") } else { None };
            comments_end &= end.is_some();
            end.map(|end| Tag { start, end: start + 1 + end + 3, name: "", kind: Kind::Alone })
        } else {
            tag(text, start)
        };
        at = tag.map_or(start + 1, |tag| tag.end);
        if let Some(tag) = tag {
            tags.push(tag);
            if tag.kind == Kind::Start && is_one_of(tag.name, &RAW) {
                at = end_of_raw(text, at, tag.name);
            }
        }
    }
    tags
}

/// The tag at a place: `<name ...>`, `</name>`, `<name/>`.
fn tag(text: &str, start: usize) -> Option<Tag<'_>> {
    let behind = &text[start + 1..];
    let (behind, is_end) = behind.strip_prefix('/').map_or((behind, false), |behind| (behind, true));
    let length = behind.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
    let name = &behind[..length];
    let rest = &behind[length..];
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !rest.starts_with([' ', '\n', '>', '/']) {
        return None;
    }
    let close = scan::end_of_tag(&rest.as_bytes()[..rest.len().min(LONGEST)])?;
    let end = text.len() - rest.len() + close;
    let is_alone = rest[..close].ends_with("/>") || is_one_of(name, &VOID);
    let kind = if is_end {
        Kind::End
    } else if is_alone {
        Kind::Alone
    } else {
        Kind::Start
    };
    Some(Tag { start, end, name, kind })
}

/// The longest tag, in bytes.
const LONGEST: usize = 4_000;

/// Where the end tag of an element is that holds no HTML.
fn end_of_raw(text: &str, from: usize, name: &str) -> usize {
    let mut places = text[from..].match_indices("</");
    let is_end = |at: usize| text[at + 2..].get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name));
    places.find(|(at, _)| is_end(from + at)).map_or(text.len(), |(at, _)| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_go_up_to_their_ends() {
        let out = |text| {
            let mut held = Held::default();
            let out = taken_out(text, &mut held);
            held.put_back(&out).into_owned().replace("\n\n\n", "\n\n")
        };
        for text in ["a <div>b</div>", "    <div>\n", "<b>a</b>", "a < b", "</div>", "<div"] {
            assert_eq!(out(text), text);
        }
        let held = |text| {
            let mut held = Held::default();
            taken_out(text, &mut held).trim().to_owned()
        };
        assert!(!held("<div>\n<div>a</div>\n\nb</div>").contains('b'));
        assert!(held("<div>a</div> b").ends_with('b'));
        assert!(!held("<script>if (a < b) '<div>'</script>").contains('a'));
        assert!(!held("<!-- a\n\nb -->").contains('a'));
        assert!(held("<div markdown=\"1\">a</div>").contains("\n\na"));
    }
}
