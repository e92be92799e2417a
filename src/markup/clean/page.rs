//! The HTML as it is written: balanced whatever comes in, with what is learnt on the way.
//!
//! In: start tags, end tags and text in the order of the document. Out: HTML in which every
//! element that is open gets closed and every end tag closes one, and where the excerpt is in it.

use std::borrow::Cow;
use std::ops::Range;

use url::Url;

use super::element::Drawing;
use super::place::Places;
use super::unclosed::EndTags;
use super::{Cleaned, Part, element};
use crate::markup::{Notice, entity};
use crate::scan;

/// Elements that are deeper than this lose their tags: readers give up, or fall over, far earlier.
const DEEPEST: usize = 256;

/// Nobody reads more than this about one post.
pub(super) const MOST_NOTICES: usize = 100;

/// An element that is not closed yet.
pub(super) struct Open {
    id: u64,
    /// Empty when it has no tags of its own.
    pub(super) name: Cow<'static, str>,
    start: usize,
    content: usize,
    words: usize,
    images: usize,
    /// Written at its end when there was neither text nor a picture in it.
    pub(super) instead: Option<String>,
    /// What it belongs to, if that is no HTML.
    pub(super) drawing: Option<Drawing>,
}

/// An element that goes with all that is in it.
struct Hidden {
    id: u64,
    kind: Kept,
    text: String,
    line: u32,
}

/// What is to become of the text of an element that goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// Nothing.
    None,
    /// It is HTML for those without scripts; often it holds the true picture of a lazy one.
    Unscripted,
    /// It is a formula in the running text.
    Formula,
    /// It is a formula on its own.
    DisplayFormula,
}

/// Where the excerpt ends in what is written.
struct Cut {
    at: usize,
    closing: String,
}

/// See the file's head.
pub(super) struct Page {
    /// The document's own URL.
    pub(super) url: Url,
    /// What relative references resolve against: the same, until a `<base>` says otherwise.
    pub(super) base: Url,
    /// Whether this is a body or a summary.
    pub(super) part: Part,
    /// The line of the source that is being read.
    pub(super) line: u32,
    counted: usize,
    /// Up to which byte the HTML is known to be text, tags or comments.
    pub(super) read_to: usize,
    /// Where end tags are, when that had to be known.
    pub(super) end_tags: Option<EndTags>,
    pub(super) places: Places,
    pub(super) out: String,
    open: Vec<Open>,
    hidden: Option<Hidden>,
    last_id: u64,
    /// How many texts there were with something to read in them.
    words: usize,
    pub(super) images: usize,
    pub(super) image: Option<(String, String)>,
    pub(super) thumbnail: Option<(String, String)>,
    /// Pictures without alternative text: where they are written, their lines and their sources.
    pub(super) without_alt: Vec<(usize, u32, String)>,
    /// Where the last `figcaption` begins.
    last_caption: Option<usize>,
    cut: Option<Cut>,
    first_paragraph: Option<Range<usize>>,
    pub(super) notices: Vec<Notice>,
}

impl Page {
    pub(super) fn new(url: &Url, line: u32, part: Part) -> Self {
        Self {
            url: url.clone(),
            base: url.clone(),
            part,
            line,
            counted: 0,
            read_to: 0,
            end_tags: None,
            places: Places::default(),
            out: String::new(),
            open: Vec::new(),
            hidden: None,
            last_id: 0,
            words: 0,
            images: 0,
            image: None,
            thumbnail: None,
            without_alt: Vec::new(),
            last_caption: None,
            cut: None,
            first_paragraph: None,
            notices: Vec::new(),
        }
    }

    /// Moves on to byte `to` of `html`, so that `line` is right.
    pub(super) fn advance(&mut self, html: &str, to: usize) {
        if let Some(passed) = html.get(self.counted..to) {
            let lines = memchr::memchr_iter(b'\n', passed.as_bytes()).count();
            self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            self.counted = to;
        }
    }

    /// From byte `at` of the HTML on, the source is at `line`.
    pub(super) fn set_line(&mut self, line: u32, at: usize) {
        self.line = line;
        self.counted = at;
    }

    pub(super) fn notice(&mut self, message: String, mend: &str) {
        self.notice_on(self.line, message, mend);
    }

    fn notice_on(&mut self, line: u32, message: String, mend: &str) {
        if self.notices.len() < MOST_NOTICES {
            self.notices.push(Notice { line, message, mend: mend.to_owned() });
        }
    }

    pub(super) fn is_hidden(&self) -> bool {
        self.hidden.is_some()
    }

    /// The drawing that goes on here.
    pub(super) fn drawing(&self) -> Option<Drawing> {
        self.open.last()?.drawing
    }

    /// The innermost element that is open.
    pub(super) fn top(&mut self) -> Option<&mut Open> {
        self.open.last_mut()
    }

    /// Starts to leave out; returns the id to end it with.
    pub(super) fn hide(&mut self, kind: Kept) -> u64 {
        self.last_id += 1;
        self.hidden = Some(Hidden { id: self.last_id, kind, text: String::new(), line: self.line });
        self.last_id
    }

    /// Ends what the start of `name` ends without an end tag.
    pub(super) fn make_room_for(&mut self, name: &str) {
        while let Some(at) = self.open.iter().rposition(|open| !open.name.is_empty())
            && element::ends(name, &self.open[at].name)
        {
            while self.open.len() > at {
                self.close_last();
            }
        }
    }

    /// Ends drawings that HTML broke out of (`<svg></p>`): a reader must not take what follows for a part of them.
    pub(super) fn leave_drawing(&mut self) {
        let is_left = |open: &Open| open.drawing.is_some_and(|drawing| !drawing.holds_html_in(&open.name));
        while self.open.last().is_some_and(is_left) {
            self.close_last();
        }
    }

    /// Opens an element with what writes its attributes (` a="b"`); returns the id to end it with.
    pub(super) fn open(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        attributes: impl FnOnce(&mut String),
    ) -> Option<u64> {
        let name = name.into();
        self.make_room_for(&name);
        if self.open.len() >= DEEPEST {
            return None;
        }
        let start = self.out.len();
        if !name.is_empty() {
            self.tag(&name, attributes);
        }
        self.last_id += 1;
        let (content, words, images) = (self.out.len(), self.words, self.images);
        self.open.push(Open { id: self.last_id, name, start, content, words, images, instead: None, drawing: None });
        Some(self.last_id)
    }

    /// Writes a start tag, and nothing else.
    pub(super) fn tag(&mut self, name: &str, attributes: impl FnOnce(&mut String)) {
        self.out.push('<');
        self.out.push_str(name);
        attributes(&mut self.out);
        self.out.push('>');
    }

    /// Writes HTML that is balanced already; what its outermost elements end is ended.
    pub(super) fn graft(&mut self, html: &str) {
        let mut pieces = html.split('<');
        self.out.push_str(pieces.next().unwrap_or(""));
        let mut depth = 0_usize;
        for tag in pieces {
            let name = tag.split([' ', '>']).next().unwrap_or("");
            if name.starts_with('/') {
                depth = depth.saturating_sub(1);
            } else {
                if depth == 0 {
                    self.make_room_for(name);
                }
                depth += usize::from(!element::is_void(name));
            }
            self.out.push('<');
            self.out.push_str(tag);
        }
    }

    /// Ends an element, and those in it that are still open. One that ended earlier is none any more.
    pub(super) fn close(&mut self, id: u64) {
        if self.hidden.as_ref().is_some_and(|hidden| hidden.id == id) {
            if let Some(hidden) = self.hidden.take() {
                self.reveal(&hidden);
            }
        } else if let Ok(index) = self.open.binary_search_by_key(&id, |open| open.id) {
            while self.open.len() > index {
                self.close_last();
            }
        }
    }

    fn reveal(&mut self, hidden: &Hidden) {
        match hidden.kind {
            Kept::None => {}
            Kept::Unscripted => self.unscripted(&hidden.text),
            Kept::Formula => self.text(&format!("${}$", hidden.text.trim())),
            Kept::DisplayFormula => self.text(&format!("$${}$$", hidden.text.trim())),
        }
    }

    fn close_last(&mut self) {
        let Some(mut last) = self.open.pop() else { return };
        if let Some(instead) = last.instead.take().filter(|_| self.words == last.words && self.images == last.images) {
            self.out.push_str(&instead);
            self.images += 1;
        }
        if last.name == "p" && self.out.len() == last.content && last.content == last.start + "<p>".len() {
            return self.take_back(last.start);
        }
        if !last.name.is_empty() {
            self.out.push_str("</");
            self.out.push_str(&last.name);
            self.out.push('>');
        }
        self.forgive_pictures(&last);
        if last.name == "p" && self.first_paragraph.is_none() && self.words > last.words && self.in_the_text() {
            self.first_paragraph = Some(last.start..self.out.len());
        }
    }

    /// The text of a link, or the caption of a figure, says what the pictures in it show.
    fn forgive_pictures(&mut self, closed: &Open) {
        let is_said = match closed.name.as_ref() {
            "a" => self.words > closed.words,
            "figure" => self.last_caption.is_some_and(|at| at > closed.start),
            _ => false,
        };
        if is_said {
            self.without_alt.truncate(self.without_alt.partition_point(|(at, ..)| *at < closed.start));
        }
        if closed.name == "figcaption" && self.words > closed.words {
            self.last_caption = Some(closed.start);
        }
    }

    /// An empty paragraph was none.
    fn take_back(&mut self, to: usize) {
        self.out.truncate(to);
        if self.cut.as_ref().is_some_and(|cut| cut.at > to) {
            self.cut = Some(Cut { at: to, closing: self.closing() });
        }
    }

    fn in_the_text(&self) -> bool {
        self.open.iter().all(|open| open.name.is_empty() || element::carries_the_text(&open.name))
    }

    /// The end tags of all that is open.
    fn closing(&self) -> String {
        self.open.iter().rev().filter(|open| !open.name.is_empty()).flat_map(|open| ["</", &open.name, ">"]).collect()
    }

    /// The excerpt ends here, when it has not ended before.
    pub(super) fn cut(&mut self) {
        if self.cut.is_none() && self.hidden.is_none() {
            self.cut = Some(Cut { at: self.out.len(), closing: self.closing() });
        }
    }

    /// Text with character references as it stands in HTML.
    pub(super) fn markup_text(&mut self, text: &str) {
        if let Some(hidden) = &mut self.hidden {
            if hidden.kind != Kept::None {
                hidden.text.push_str(text);
            }
            return;
        }
        self.words += usize::from(text.chars().any(|c| !c.is_ascii_whitespace() && !is_forbidden(c)));
        let mut rest = text;
        while let Some((at, c)) = first_special(rest) {
            self.out.push_str(&rest[..at]);
            match c {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                _ => {}
            }
            rest = &rest[at + c.len_utf8()..];
        }
        self.out.push_str(rest);
    }

    /// Text as it is to be read.
    pub(super) fn text(&mut self, text: &str) {
        self.markup_text(&entity::escape_text(text));
    }

    /// What is told at the end, by line: also what was `told` of the HTML before.
    fn tell_last(&mut self, told: Vec<Notice>) {
        self.notices.splice(..0, told);
        if let Some(hidden) = self.hidden.take() {
            let message = "an element that feeds do not carry is never closed; what follows it is not shown".to_owned();
            self.notice_on(hidden.line, message, "close it");
        }
        for (_, line, source) in std::mem::take(&mut self.without_alt) {
            self.notice_on(line, format!("image `{source}` has no alternative text"), "say what it shows");
        }
        for (fragment, line) in std::mem::take(&mut self.places).missing() {
            let shown: String = fragment.chars().take(120).collect();
            let message = format!("link `{shown}` leads to no place in the post");
            self.notice_on(line, message, "give the place this id, or link to a whole address");
        }
        self.notices.truncate(MOST_NOTICES);
        self.notices.sort_by_key(|notice| notice.line);
    }

    /// Closes all that is open, and hands over; `told` is what was told of the HTML before.
    pub(super) fn finish(mut self, told: Vec<Notice>) -> Cleaned {
        self.tell_last(told);
        while !self.open.is_empty() {
            self.close_last();
        }
        let before_cut = self.cut.as_ref().map(|cut| format!("{}{}", &self.out[..cut.at], cut.closing));
        let first_paragraph = self.first_paragraph.as_ref().map(|range| self.out[range.clone()].to_owned());
        Cleaned {
            html: self.out,
            before_cut,
            first_paragraph,
            image: self.image.or(self.thumbnail),
            notices: self.notices,
        }
    }
}

/// The first character that HTML writes otherwise, or not at all, and where it is.
fn first_special(text: &str) -> Option<(usize, char)> {
    let is_control = |byte| byte < b' ' && byte != b'\n';
    let may_begin = |byte| scan::is_one_of(byte, [b'<', b'>', 0xef]) | is_control(byte);
    scan::first_char(text, may_begin, |c| matches!(c, '<' | '>') || is_forbidden(c))
}

/// Characters that neither HTML nor XML can hold (XML 1.0 §2.2).
fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}
