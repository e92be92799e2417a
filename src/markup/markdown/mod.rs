//! Markdown -> HTML, with attribute lists applied.
//!
//! In: text with [marks](super::kramdown). Out: HTML that is not clean yet: raw HTML is passed on as
//! it is. It also says, in comments that `clean` reads, which line of the source comes next.
//!
//! - `writer`, `span`: events of the parser -> HTML, blocks and what is in them
//! - `block`: which blocks are open, and which one an attribute list means
//! - `buffer`: attributes can still be given to what is written
//! - `foreign`: tags that a word processor left behind
//! - `plain`: text in which Markdown has nothing to find
//! - `quotes`: inches and feet are no quotations; `typography`: signs as kramdown sets them
//! - `heading`: ids and the table of contents; `footnote`: the list at the end

mod block;
mod buffer;
mod footnote;
mod foreign;
mod heading;
mod lines;
mod plain;
mod quotes;
mod span;
mod typography;
mod writer;

use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd};

use super::extensions::Flavor;
use super::goldmark::Typographer;
use super::kramdown::Marked;
use crate::config::Dialect;

pub use lines::Lines;
pub use plain::plain_paragraph;

/// The id that a heading with this text has, where it is the first one.
#[must_use]
pub fn heading_id(text: &str, flavor: &Flavor) -> String {
    heading::Ids::of(flavor).give(text)
}

/// Writes `marked` as HTML. Ids of footnotes begin with a digest of `url`; `lines` are those of the source,
/// `flavor` says how it is read, and how ids of headings are made.
#[must_use]
pub fn to_html(marked: &Marked<'_>, lines: &Lines, url: &str, flavor: &Flavor) -> String {
    let text = marked.text.as_ref();
    let dialect = flavor.dialect;
    let mut typography =
        (dialect == Dialect::Jekyll).then(|| typography::Typography::of(marked, flavor.kramdown.quotes));
    let signs = flavor.goldmark.signs.as_ref().filter(|_| dialect == Dialect::Hugo);
    let mut typographer = signs.map(|signs| Typographer::new(text, signs));
    // what a tag that is not known should have said is no address
    let mut is_nowhere = false;
    let mut is_shown = move |event: &Event<'_>| match event {
        Event::Start(Tag::Link { dest_url, .. }) if dialect == Dialect::Eleventy && dest_url.is_empty() => {
            is_nowhere = true;
            false
        }
        Event::End(TagEnd::Link) => !std::mem::take(&mut is_nowhere),
        _ => true,
    };
    let (mut writer, mut run) = (writer::Writer::new(marked, lines, url, flavor), Run::default());
    for (event, range) in Parser::new_ext(text, flavor.options(text)).into_offset_iter() {
        let event = match (&mut typography, &mut typographer) {
            (Some(typography), _) => typography.mend(event, range.clone()),
            (None, Some(typographer)) => typographer.event(event, &range),
            (None, None) => quotes::mend(event, text, range.clone()),
        };
        match event {
            Event::Text(text) => run.push(text),
            event if is_shown(&event) => {
                run.write(&mut writer);
                writer.event(event, range);
            }
            _ => {}
        }
    }
    run.write(&mut writer);
    writer.finish()
}

/// Text that the parser has in pieces.
#[derive(Default)]
struct Run<'a> {
    first: Option<CowStr<'a>>,
    /// All of it, where there are more pieces.
    joined: String,
}

impl<'a> Run<'a> {
    fn push(&mut self, piece: CowStr<'a>) {
        match &self.first {
            None => self.first = Some(piece),
            Some(first) => {
                if self.joined.is_empty() {
                    self.joined.push_str(first);
                }
                self.joined.push_str(&piece);
            }
        }
    }

    /// Writes what there is, and begins anew.
    fn write(&mut self, writer: &mut writer::Writer<'_>) {
        if let Some(first) = self.first.take() {
            writer.text(if self.joined.is_empty() { &first } else { &self.joined });
            self.joined.clear();
        }
    }
}

/// HTML without the comments that say lines.
#[must_use]
pub fn without_lines(html: &str) -> String {
    let mut parts = html.split("<!--@");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + part.split_once("-->").map_or(part, |(_, rest)| rest))
}

#[cfg(test)]
mod tests;
