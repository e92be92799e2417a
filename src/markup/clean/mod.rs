//! One pass over HTML: what a feed reader can show, complete and harmless.
//!
//! In: any HTML, whole or broken, and the URL it stands under. Out: [`Cleaned`]. URLs are absolute,
//! what runs, tracks or needs a browser is gone, elements are balanced. The text is never changed.
//!
//! `lol_html` reads the tags; what is written is written by [`page::Page`], as a rewriter alone would
//! pass broken nesting on, and what follows a body in a feed reader would suffer from it.
//!
//! - `element`: what becomes of each element
//! - `attribute`, `style`: what is safe on them
//! - `media`: pictures, players, frames
//! - `place`: links that lead nowhere
//! - `page`: what is written, balanced
//! - `self_closing`, `unclosed`: tags that would swallow what follows them

mod attribute;
mod element;
mod media;
mod page;
mod place;
mod self_closing;
mod style;
mod unclosed;

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use lol_html::html_content::{Comment, Doctype, Element, TextChunk, TextType};
use lol_html::{DocumentContentHandlers, HtmlRewriter, MemorySettings, Settings, element};
use url::Url;

use self::attribute::Attributes;
use self::element::{Drawing, Fate};
use self::page::{Kept, Page};
use self::unclosed::EndTags;
use crate::markup::entity::{self, write_attribute as write};
use crate::markup::{Notice, absolute_url, excerpt};

/// What the reader of tags may use: enough for 200,000 elements that are never closed.
const MEMORY: usize = 64 << 20;

/// Which part of a feed's entry is cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The whole text; places in it have their ids.
    Body,
    /// Shown beside or without the text: no ids, no footnotes, links to places in it lead to the post.
    Summary,
}

/// What the pass came to.
#[derive(Debug, Default)]
pub struct Cleaned {
    /// Balanced HTML.
    pub html: String,
    /// What comes before the mark that ends the excerpt, balanced, when there is a mark.
    pub before_cut: Option<String>,
    /// The first paragraph of the text itself.
    pub first_paragraph: Option<String>,
    /// The first picture: absolute URL and alternative text.
    pub image: Option<(String, String)>,
    /// What could be better.
    pub notices: Vec<Notice>,
}

/// Cleans `html`, which stands at `url` and whose first line is `line` of its file.
#[must_use]
pub fn clean(html: &str, url: &Url, line: u32, part: Part) -> Cleaned {
    let html = entity::without_controls(html);
    let mut html = self_closing::expand(&html);
    let mut told = Vec::new();
    for again in (0..unclosed::MOST).rev() {
        let Some(mut page) = read(&html, Page::new(url, line, part)) else { break };
        let Some(at) = unclosed::tag(&html, page.read_to) else { return page.finish(told) };
        page.notices.clear();
        page.note_unclosed_tag(&html, at);
        told.append(&mut page.notices);
        html = Cow::Owned(unclosed::as_text(&html, at, again));
    }
    match read(&html, Page::new(url, line, part)) {
        Some(page) => page.finish(told),
        None => as_text(&html, line),
    }
}

/// What could not be read as HTML is shown as it is written.
fn as_text(html: &str, line: u32) -> Cleaned {
    let message = "the HTML is nested too deep to be read, and is shown as it is written".to_owned();
    let notice = Notice { line, message, mend: "close the elements that are never closed".to_owned() };
    let mut page = String::from("<p>");
    entity::escape_into(&mut page, html);
    page.push_str("</p>");
    Cleaned { html: page, notices: vec![notice], ..Cleaned::default() }
}

/// Reads all of `html` onto `page`; `None` when that takes more memory than there is for it.
fn read(html: &str, page: Page) -> Option<Page> {
    let page = Rc::new(RefCell::new(page));
    read_onto(html, &page).ok()?;
    Some(Rc::try_unwrap(page).ok()?.into_inner())
}

fn read_onto(html: &str, page: &Rc<RefCell<Page>>) -> Result<(), lol_html::errors::RewritingError> {
    let settings = Settings::new()
        .with_strict(false)
        .with_memory_settings(MemorySettings::new().with_max_allowed_memory_usage(MEMORY))
        .append_element_content_handler(element!("*", |element: &mut Element| {
            start(page, element, html);
            Ok(())
        }))
        .append_document_content_handler(
            DocumentContentHandlers::default()
                .doctype(|doctype: &mut Doctype<'_>| {
                    page.borrow_mut().read_to = doctype.source_location().bytes().end;
                    Ok(())
                })
                .comments(|comment: &mut Comment<'_>| {
                    read_comment(&mut page.borrow_mut(), comment, html);
                    Ok(())
                })
                .text(|chunk: &mut TextChunk<'_>| {
                    read_text(&mut page.borrow_mut(), chunk);
                    Ok(())
                }),
        );
    let mut reader = HtmlRewriter::new(settings, |_: &[u8]| {});
    reader.write(html.as_bytes())?;
    reader.end()
}

fn start(page: &Rc<RefCell<Page>>, element: &mut Element, html: &str) {
    let id = start_element(&mut page.borrow_mut(), element, html);
    match (id, element.end_tag_handlers()) {
        (Some(id), Some(handlers)) => {
            let later = Rc::clone(page);
            handlers.push(Box::new(move |end| {
                let mut page = later.borrow_mut();
                page.read_to = end.source_location().bytes().end;
                page.close(id);
                Ok(())
            }));
        }
        (Some(id), None) => page.borrow_mut().close(id),
        (None, _) => {}
    }
}

/// Returns the id to end it with, when it has an end that matters.
fn start_element(page: &mut Page, element: &Element, html: &str) -> Option<u64> {
    let place = element.source_location().bytes();
    page.advance(html, place.start);
    page.read_to = place.end;
    if page.is_hidden() {
        return None;
    }
    let name = element.tag_name();
    let drawing = drawing(page, element, &name);
    if drawing.is_none() {
        page.leave_drawing();
    }
    let attributes = if drawing.is_some() { Attributes::of_drawing(element) } else { Attributes::of(element) };
    page.note_place(&name, &attributes);
    let id = if let Some(drawing) = drawing {
        start_in_drawing(page, element, &attributes, drawing)
    } else if element::fate(&name) == Fate::Unknown {
        // with an end tag it was meant as an element, which browsers do not show either
        if !page.end_tags.get_or_insert_with(|| EndTags::of(html)).follows(&name, place.start) {
            page.text(html.get(place).unwrap_or(""));
        }
        None
    } else {
        start_by_fate(page, &name, &attributes)
    };
    // `<p />` begins a paragraph, as browsers have it, and as those mean it who write it between two
    if element.is_self_closing() && !element::is_void(&name) && name != "p" {
        id.into_iter().for_each(|id| page.close(id));
        return None;
    }
    id
}

/// What an element belongs to that is no HTML. The reader of tags goes on to believe so when HTML broke out of a
/// drawing, so the element must also begin a drawing, or be in one.
fn drawing(page: &Page, element: &Element, name: &str) -> Option<Drawing> {
    let is_read_so = element.namespace_uri() != "http://www.w3.org/1999/xhtml";
    let begun = Drawing::begun_by(name).filter(|_| is_read_so);
    // What holds HTML in a drawing is a part of the drawing, but is read as HTML already.
    begun.or_else(|| page.drawing().filter(|drawing| is_read_so || drawing.holds_html_in(name)))
}

/// In SVG and `MathML` everything stays that neither acts nor loads.
fn start_in_drawing(page: &mut Page, element: &Element, attributes: &Attributes, drawing: Drawing) -> Option<u64> {
    match element::fate_in_drawing(&element.tag_name()) {
        Fate::Keep(_) => {}
        Fate::Drop => return Some(page.hide(Kept::None)),
        _ => return None,
    }
    let mut written = String::new();
    let href = attributes.first_of(&["href", "xlink:href"]).map(|href| media::link_target(page, href));
    if let Some(href) = href.and_then(absolute_url::Target::into_string) {
        write(&mut written, "href", &href);
    }
    attributes.write_drawing(&mut written);
    let id = page.open(element.tag_name_preserve_case(), &written)?;
    if let Some(opened) = page.top() {
        opened.drawing = Some(drawing);
    }
    Some(id)
}

/// Does with an element of HTML what its fate is; returns the id to end it with, when it is to be ended.
fn start_by_fate(page: &mut Page, name: &str, attributes: &Attributes) -> Option<u64> {
    match element::fate(name) {
        Fate::Keep(_) if is_footnote_mark(page, name, attributes) || is_second_formula(attributes) => {
            return Some(page.hide(Kept::None));
        }
        Fate::Keep(kept) => return keep(page, kept, attributes),
        Fate::Void(kept) => {
            page.make_room_for(kept);
            let mut written = String::new();
            attributes.write_safe(&mut written, page.part, &[]);
            page.tag(kept, &written);
        }
        Fate::Unwrap => return unwrap(page, name, attributes),
        Fate::Drop if element::is_void(name) => {}
        Fate::Drop => return Some(page.hide(Kept::None)),
        Fate::NoScript => return Some(page.hide(Kept::Unscripted)),
        Fate::Script => return Some(page.hide(formula(attributes))),
        Fate::Image => page.picture(attributes),
        Fate::Source => page.source(attributes),
        Fate::Player(kept) => return page.player(kept, attributes),
        Fate::Embed => page.frame(attributes),
        Fate::Frame => {
            page.frame(attributes);
            return Some(page.hide(Kept::None));
        }
        Fate::Base => {
            if let Some(base) = attributes.get("href").and_then(|href| page.url.join(href.trim()).ok()) {
                page.base = base;
            }
        }
        Fate::Input => tick(page, attributes),
        Fate::Unknown => {}
    }
    None
}

fn keep(page: &mut Page, name: &'static str, attributes: &Attributes) -> Option<u64> {
    let mut written = String::new();
    if let Some(href) = attributes.get("href").filter(|_| name == "a") {
        let target = media::link_target(page, href);
        if !place::is_handle(attributes) {
            page.note_link(href, &target);
        }
        if let Some(href) = page.reference(href, target) {
            write(&mut written, "href", &href);
        }
    }
    for quoted in ["cite", "background"] {
        let target =
            attributes.get(quoted).filter(|url| !url.trim().is_empty()).map(|url| media::link_target(page, url));
        if let Some(url) = target.and_then(absolute_url::Target::into_string) {
            write(&mut written, quoted, &url);
        }
    }
    attributes.write_safe(&mut written, page.part, &["controls", "download", "sizes"]);
    page.open(name, &written)
}

/// Takes the tags away; a plug-in that has nothing to show in its place becomes a link.
fn unwrap(page: &mut Page, name: &str, attributes: &Attributes) -> Option<u64> {
    match name {
        "object" => {
            let link = page.frame_link(attributes);
            let id = page.open("", "");
            if let Some(object) = page.top().filter(|_| id.is_some()) {
                object.instead = link;
            }
            id
        }
        "option" | "optgroup" => {
            page.text(" ");
            None
        }
        _ => None,
    }
}

/// A formula for a script that typesets formulas is readable as it is.
fn formula(attributes: &Attributes) -> Kept {
    match attributes.get("type").map(|kind| kind.trim().to_ascii_lowercase()) {
        Some(kind) if kind.starts_with("math/tex") && kind.contains("display") => Kept::DisplayFormula,
        Some(kind) if kind.starts_with("math/tex") => Kept::Formula,
        _ => Kept::None,
    }
}

/// A box to tick in a list of tasks.
fn tick(page: &mut Page, attributes: &Attributes) {
    if attributes.get("type").is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox")) {
        page.text(if attributes.get("checked").is_some() { "\u{2611} " } else { "\u{2610} " });
    }
}

/// `KaTeX` writes each formula twice: in `MathML`, and for its style sheet, which feed readers do not have.
fn is_second_formula(attributes: &Attributes) -> bool {
    attributes.get("class") == Some("katex-html")
}

/// Whether a summary must leave it out, as its footnote is not there.
fn is_footnote_mark(page: &Page, name: &str, attributes: &Attributes) -> bool {
    let says = |attribute, what: &str| attributes.get(attribute).is_some_and(|value| value.contains(what));
    page.part == Part::Summary
        && match name {
            "sup" => attributes.get("id").is_some_and(|id| id.starts_with("fnref")) || says("class", "footnote"),
            "a" => attributes.get("href").is_some_and(|href| href.starts_with("#fn")) || says("role", "doc-noteref"),
            _ => false,
        }
}

fn read_text(page: &mut Page, chunk: &TextChunk<'_>) {
    page.read_to = chunk.source_location().bytes().end;
    match chunk.text_type() {
        TextType::Data | TextType::RCData => page.markup_text(chunk.as_str()),
        _ if page.is_hidden() => page.markup_text(chunk.as_str()),
        _ => page.text(chunk.as_str()),
    }
}

/// Comments go; one may say where the excerpt ends, or which line of the source comes now.
fn read_comment(page: &mut Page, comment: &Comment<'_>, html: &str) {
    let text = comment.text();
    let place = comment.source_location().bytes();
    page.read_to = place.end;
    if let Some(line) = text.strip_prefix('@').and_then(|line| line.parse().ok()) {
        page.set_line(line, place.end);
    } else if excerpt::is_end_mark(&text) {
        page.cut();
    } else if !page.is_hidden() {
        page.advance(html, place.start);
        page.note_unclosed_comment(html.get(place).unwrap_or("<!-->"));
    }
}

#[cfg(test)]
mod tests;
