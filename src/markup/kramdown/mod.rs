//! Attribute lists and extensions of kramdown, and the attribute lists of Goldmark: taken out of the text.
//!
//! In: Markdown. Out: [`Marked`]: Markdown with a mark in the place of each list, which Markdown leaves
//! alone, and what each mark stands for. `markdown` applies them when it knows which element is meant.
//! Text without attribute lists comes out as it is.
//!
//! - `settings`: what a site says of kramdown
//! - `attributes`: what stands between the braces
//! - `structure`: which bytes are text, and never code
//! - `scan`: where lists are
//! - `heading`: lists at the end of headings
//! - `fence`, `code_span`, `formula`, `raw_html`, `emphasis`, `strikethrough`, `literal`: what kramdown reads otherwise than `CommonMark`
//! - `table`: tables that need no head; `list`: lists that are joined
//! - `abbreviation`: definitions of abbreviations
//! - `definition`: what neither Goldmark nor kramdown reads as a definition; `short_head`: what it reads as a table
//! - `address`: addresses with blanks; `link_definition`: definitions that `CommonMark` refuses; `reference`: labels with
//!   backslashes
//! - `python_markdown`, `attrs`: what Pelican's reader, and a plug-in of Eleventy's, have of all that; `markdown_it`: what
//!   Eleventy's reader reads otherwise
//! - `html_text`: the same for blocks of HTML
//! - `markdown_in_html`: elements of HTML that say that there is Markdown in them, before all that
//! - `mark`: what is put in their place

mod abbreviation;
mod address;
mod attributes;
mod attrs;
mod code_span;
mod definition;
mod emphasis;
mod fence;
mod formula;
mod heading;
mod html_text;
mod link_definition;
mod list;
mod literal;
mod mark;
mod markdown_in_html;
mod markdown_it;
mod python_markdown;
mod raw_html;
mod reference;
mod scan;
mod settings;
mod short_head;
mod strikethrough;
mod structure;
mod table;
#[cfg(test)]
mod testing;

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memmem};
use pulldown_cmark::{Event, Parser};

pub use abbreviation::{Abbreviation, uses};
pub use address::{encode_blanks, first_with_blanks};
pub use attributes::AttributeList;
pub use html_text::InlineCode;
pub use link_definition::plain_definitions;
pub use mark::{Emphasis, MARK, Mark, Meaning, Piece, has_mark, is_block_mark, pieces};
pub use markdown_in_html::part;
pub use settings::Settings;

pub use structure::is_escaped;

use self::structure::Structure;
use crate::config::Dialect;
use crate::markup::extensions::{Flavor, options};
use crate::markup::goldmark::{self, Address, Settings as OfGoldmark, addresses, passed};
use crate::markup::{emoji, entity};

/// Text with marks in it.
#[derive(Debug)]
pub struct Marked<'a> {
    /// The Markdown.
    pub text: Cow<'a, str>,
    /// What the marks stand for, by their number.
    pub marks: Vec<Mark>,
    /// Words to be explained.
    pub abbreviations: Vec<Abbreviation>,
    /// Where marks begin in `text`, and how many bytes the source is ahead behind each.
    shifts: Vec<(usize, isize)>,
}

impl Marked<'_> {
    /// The byte of the source that a byte of `text` comes from.
    #[must_use]
    pub fn source_offset(&self, offset: usize) -> usize {
        let passed = self.shifts.partition_point(|(at, _)| *at <= offset);
        let ahead = passed.checked_sub(1).map_or(0, |last| self.shifts[last].1);
        offset.saturating_add_signed(ahead)
    }

    /// `text` with the source in the place of each mark, as it has to be in code.
    #[must_use]
    pub fn restore<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !has_mark(text) {
            return Cow::Borrowed(text);
        }
        let source = |piece| match piece {
            Piece::Text(text) => text,
            Piece::Mark(number) => self.marks.get(number).map_or("", |mark| mark.source.as_str()),
        };
        Cow::Owned(pieces(text).map(source).collect())
    }

    /// `text` as it has to be in raw HTML, where attribute lists mean nothing.
    #[must_use]
    pub fn in_html<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !has_mark(text) {
            return Cow::Borrowed(text);
        }
        let shown = |piece| match piece {
            Piece::Text(text) => text,
            Piece::Mark(number) => match self.marks.get(number).map(|mark| &mark.meaning) {
                Some(Meaning::Html(html)) => html,
                Some(Meaning::Text(_) | Meaning::Start(_) | Meaning::End(_)) => &self.marks[number].source,
                _ => "",
            },
        };
        Cow::Owned(pieces(text).map(shown).collect())
    }
}

/// Takes the attribute lists of a dialect out of `text`.
#[must_use]
pub fn take_out<'t>(text: &'t str, flavor: &Flavor) -> Marked<'t> {
    let text = if has_mark(text) { Cow::Owned(text.replace(MARK, "")) } else { Cow::Borrowed(text) };
    let (found, abbreviations) = find(&text, flavor);
    if found.is_empty() {
        return Marked { text, marks: Vec::new(), abbreviations, shifts: Vec::new() };
    }
    let mut out = String::with_capacity(text.len());
    let (mut marks, mut shifts, mut done) = (Vec::new(), Vec::new(), 0);
    for found in found {
        out.push_str(&text[done..found.range.start]);
        shifts.push((out.len(), found.range.start.cast_signed() - out.len().cast_signed()));
        out.push_str(&found.place.mark(marks.len()));
        shifts.push((out.len(), found.range.end.cast_signed() - out.len().cast_signed()));
        marks.push(Mark { source: text[found.range.clone()].to_owned(), meaning: found.meaning });
        done = found.range.end;
    }
    out.push_str(&text[done..]);
    Marked { text: Cow::Owned(out), marks, abbreviations, shifts }
}

/// What is to be taken out, in order and without overlaps.
fn find(text: &str, flavor: &Flavor) -> (Vec<scan::Found>, Vec<Abbreviation>) {
    let dialect = flavor.dialect;
    match dialect {
        Dialect::Jekyll if text.contains(SIGNS) => find_jekyll(text),
        Dialect::Commonmark
            if memchr(b'{', text.as_bytes()).is_some() || memmem::find(text.as_bytes(), b"*[").is_some() =>
        {
            find_lists(text, &Structure::of(text, dialect), dialect)
        }
        Dialect::Pelican => python_markdown::find(text),
        Dialect::Eleventy => (in_order(as_markdown_it(text, flavor)), Vec::new()),
        Dialect::Hugo => (in_order(as_goldmark(text, &flavor.goldmark)), Vec::new()),
        _ => (Vec::new(), Vec::new()),
    }
}

/// What markdown-it and its plug-ins know, by the settings of a site.
fn as_markdown_it(text: &str, flavor: &Flavor) -> Vec<scan::Found> {
    let settings = &flavor.markdown_it;
    let has_lists = settings.has_attributes && text.contains('{');
    if !has_lists && !markdown_it::may_differ(text, settings) {
        return Vec::new();
    }
    let events: Vec<_> = Parser::new_ext(text, flavor.options(text)).into_offset_iter().collect();
    let mut found = markdown_it::differing(text, settings, &events);
    if has_lists {
        found.extend(attrs::lists(text, events));
    }
    found
}

/// What Goldmark knows, by the settings of a site.
fn as_goldmark(text: &str, settings: &OfGoldmark) -> Vec<scan::Found> {
    let mut found = apart_from_tags(text, settings);
    found.extend(inline_tags(text, settings, &found));
    found
}

/// Struck out text and the like that Goldmark reads otherwise, outside of what was found.
fn inline_tags(text: &str, settings: &OfGoldmark, found: &[scan::Found]) -> Vec<scan::Found> {
    if !settings.inline_tags.iter().any(|tag| text.as_bytes().contains(&tag.sign)) {
        return Vec::new();
    }
    let mut ranges: Vec<_> = found.iter().map(|found| found.range.clone()).collect();
    ranges.sort_by_key(|range| range.start);
    let is_apart = |at: usize| {
        let before = ranges.partition_point(|range| range.start <= at);
        before.checked_sub(1).is_some_and(|last| ranges[last].contains(&at))
    };
    let options = options(text, Dialect::Hugo) - settings.left_out;
    let events: Vec<_> = Parser::new_ext(text, options).into_offset_iter().collect();
    let differing = goldmark::differing(text, &events, &settings.inline_tags, is_apart);
    let meant = differing.into_iter().map(|(range, read)| {
        let meaning = match read {
            goldmark::Read::Html(html) => Meaning::Html(html),
            goldmark::Read::Text(text) => Meaning::Text(text),
        };
        scan::Found { range, place: mark::Place::Span, meaning }
    });
    meant.collect()
}

/// What else it knows: addresses, lists of attributes, and what is no Markdown.
fn apart_from_tags(text: &str, settings: &OfGoldmark) -> Vec<scan::Found> {
    let addresses = settings.linkify.as_ref().map(|scheme| addresses(text, scheme)).unwrap_or_default();
    let mut found: Vec<_> = addresses.into_iter().map(link).collect();
    let options = options(text, Dialect::Hugo) - settings.left_out;
    found.extend(definition::colons(text, options));
    found.extend(short_head::cells(text, options));
    if settings.emoji {
        found.extend(emoji::escapes(text).into_iter().map(|at| {
            let meaning = Meaning::Text(text[at + 1..at + 2].to_owned());
            scan::Found { range: at..at + 2, place: mark::Place::Span, meaning }
        }));
    }
    if !text.contains('{') && settings.delimiters.is_empty() {
        return found;
    }
    let structure = Structure::of(text, Dialect::Hugo);
    if settings.block_attributes {
        found.extend(scan::goldmark(text, &structure));
    }
    found.extend(heading::lists(text, &structure.headings, Dialect::Hugo));
    let is_running = |at: usize| structure.stretch_at(at).is_some();
    found.extend(passed(text, &settings.delimiters, is_running).into_iter().map(|range| {
        let meaning = Meaning::Html(entity::escape_text(&text[range.clone()]));
        scan::Found { range, place: mark::Place::Span, meaning }
    }));
    found
}

/// An address without marks, as the link that Goldmark makes of it.
fn link(address: Address) -> scan::Found {
    let meaning = Meaning::Link { shown: address.shown, target: address.target };
    scan::Found { range: address.range, place: mark::Place::Span, meaning }
}

/// What can be something else to kramdown.
const SIGNS: &[char] = &['{', '$', '*', '_', '~', '\\', '<', ')', '|', '^', '[', '=', '-', '+', '`', ':'];

/// All that kramdown reads otherwise.
fn find_jekyll(text: &str) -> (Vec<scan::Found>, Vec<Abbreviation>) {
    let mut found = find_untouched(text);
    let masked = masked(text, &found);
    let events = events_of(&masked);
    found.extend(literal::literals(&masked, &events));
    found.extend(raw_html::typed_tags(&masked, &events));
    found.extend(table::tables(&masked, &events));
    found.extend(list::lists(&masked, &events));
    found.extend(strikethrough::differing(&masked, &events));
    let emphasis = emphasis::differing(&masked, &events);
    let mut structure = Structure::of_events(&masked, events.into_iter());
    structure.ends.extend(emphasis.iter().map(|found| found.range.end));
    found.extend(emphasis);
    found.extend(reference::with_backslashes(&masked, &structure));
    let (lists, abbreviations) = find_lists(&masked, &structure, Dialect::Jekyll);
    found.extend(lists);
    (in_order(found), abbreviations)
}

/// Fences that are shown.
fn fences(text: &str) -> Vec<scan::Found> {
    let may_be_one = text.contains("```") || text.contains("~~~");
    if may_be_one { fence::shown(text, &events_of(text)) } else { Vec::new() }
}

/// Fences and colons that are shown, and formulas, code and elements of HTML, in which nothing is read.
fn find_untouched(text: &str) -> Vec<scan::Found> {
    let colons = definition::colons(text, options(text, Dialect::Jekyll));
    if !text.contains(['<', '`']) && !text.contains("$$") && !text.contains("~~~") {
        return in_order(colons);
    }
    let mut shown = fences(text);
    shown.extend(colons);
    let shown = in_order(shown);
    let masked = masked(text, &shown);
    let events = events_of(&masked);
    let mut found = raw_html::elements(&masked, &events);
    // what is shown of a fence may begin code within a line, as in the text that is not masked
    found.extend(code_span::differing(text, &events));
    found.extend(formula::formulas(&masked, &Structure::of_events(&masked, events.into_iter()).stretches));
    found.extend(shown);
    in_order(found)
}

fn events_of(text: &str) -> Vec<(Event<'_>, Range<usize>)> {
    Parser::new_ext(text, options(text, Dialect::Jekyll)).into_offset_iter().collect()
}

/// `text` with other bytes, as many, in the place of what was found.
fn masked<'t>(text: &'t str, found: &[scan::Found]) -> Cow<'t, str> {
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for found in found {
        out.push_str(&text[out.len()..found.range.start]);
        out.extend(std::iter::repeat_n('x', found.range.len()));
    }
    out.push_str(&text[out.len()..]);
    Cow::Owned(out)
}

/// Attribute lists, extensions and abbreviations.
fn find_lists(text: &str, structure: &Structure, dialect: Dialect) -> (Vec<scan::Found>, Vec<Abbreviation>) {
    let mut found = scan::kramdown(text, structure, dialect);
    found.extend(heading::lists(text, &structure.headings, dialect));
    let (places, abbreviations): (Vec<_>, Vec<_>) =
        abbreviation::definitions(text, &structure.stretches).into_iter().unzip();
    let hidden = |range| scan::Found { range, place: mark::Place::Block, meaning: Meaning::Nothing };
    found.extend(places.into_iter().map(hidden));
    (in_order(found), abbreviations)
}

/// What was found, in the order of the text; what begins in another is left out.
fn in_order(mut found: Vec<scan::Found>) -> Vec<scan::Found> {
    found.sort_by_key(|found| found.range.start);
    let mut done = 0;
    found.retain(|found| {
        let is_free = found.range.start >= done;
        done = done.max(found.range.end);
        is_free
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> String {
        testing::rewritten(text).replace(MARK, "@")
    }

    #[test]
    fn lists_behind_spans_and_blocks_are_marked() {
        for (text, expected) in [
            ("![a](b){:.c}", "![a](b){@0}"),
            ("text\n{: .c}\n", "text\n<!--@0-->\n"),
            ("> q\n> {: .c}\n", "> q\n> <!--@0-->\n"),
            ("- {:.c} item", "- {@0} item"),
            ("{:n: .c}\n\ntext", "<!--@0-->\n\ntext"),
            ("a {::comment}x *y{:/comment} b", "a {@0} b"),
            ("{::options toc_levels=\"1\" /}\n\nx", "<!--@0-->\n\nx"),
        ] {
            assert_eq!(marked(text), expected, "{text}");
        }
    }

    #[test]
    fn code_and_what_is_no_list_stay() {
        for text in [
            "`{:.c}`",
            "```\n{:.c}\n```",
            "    {:.c}\n",
            "use {:?} here",
            "\\{:.c}",
            "[a](b{:.c})",
            "word {:x}",
            "<pre>\n{:.c}\n</pre>",
        ] {
            assert_eq!(marked(text), text, "{text}");
        }
    }

    #[test]
    fn dialects_without_them_keep_the_text() {
        let text = "![a](b){:.c}";
        assert_eq!(take_out(text, &Dialect::Zola.into()).text, text);
        assert_eq!(take_out(text, &Dialect::Hugo.into()).text, text);
        assert_eq!(take_out("text\n{.c}\n", &Dialect::Hugo.into()).text.replace(MARK, "@"), "text\n<!--@0-->\n");
    }

    #[test]
    fn every_byte_is_found_again_in_the_source() {
        let text = "a ![a](b){:.c} b\n\ntext\n{: .c}\n\nend";
        let marked = take_out(text, &Dialect::Jekyll.into());
        let end = marked.text.find("end").expect("the end");
        assert_eq!(marked.source_offset(end), text.find("end").expect("the end"));
        assert_eq!(marked.source_offset(0), 0);
        assert_eq!(marked.restore(&marked.text), text);
    }

    proptest::proptest! {
        #[test]
        fn restoring_gives_the_source_back(text in "([a-z`*>\n -]|\\{:|:\\}|\\.c|\\{::comment\\}|\\{:/\\}|\u{ffff}){0,30}") {
            let marked = take_out(&text, &Dialect::Jekyll.into());
            // lists that are joined get other signs and blanks
            let solid = |text: &str| text.replace([MARK, '-', '*', ' '], "");
            assert_eq!(solid(&marked.restore(&marked.text)), solid(&text));
            let marked = take_out(&text, &Dialect::Commonmark.into());
            assert_eq!(marked.restore(&marked.text), text.replace(MARK, ""));
        }
    }
}
