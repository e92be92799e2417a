//! HTML of every kind, read as browsers read it.
//!
//! In: any HTML. Out: all of it on the page. `lol_html` reads the tags.

use std::cell::RefCell;
use std::rc::Rc;

use lol_html::html_content::{Comment, Doctype, Element, TextChunk, TextType};
use lol_html::{DocumentContentHandlers, HtmlRewriter, MemorySettings, Settings, element};

use super::attribute::{self, Attributes};
use super::element::{self, Drawing};
use super::page::Page;
use super::start::{self, Tag};

/// What the reader of tags may use: enough for 200,000 elements that are never closed.
const MEMORY: usize = 64 << 20;

/// Reads all of `html` onto `page`; `None` when that takes more memory than there is for it.
pub(super) fn read(html: &str, page: Page) -> Option<Page> {
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
    let (name, typed) = (element.tag_name(), element.tag_name_preserve_case());
    let drawing = drawing(page, element, &name);
    let tag = Tag {
        name: &name,
        typed: &typed,
        attributes: &attributes(element, drawing),
        drawing,
        fate: if drawing.is_some() { element::fate_in_drawing(&name) } else { element::fate(&name) },
        place: element.source_location().bytes(),
        is_self_closing: element.is_self_closing(),
    };
    start::element(page, html, &tag)
}

/// Those of an element: their names are in lower case, but in drawings as typed.
fn attributes(element: &Element, drawing: Option<Drawing>) -> Attributes<'static> {
    let mut attributes = Attributes::default();
    for attribute in element.attributes().iter().take(attribute::MOST) {
        let name = if drawing.is_some() { attribute.name_preserve_case() } else { attribute.name() };
        attributes.add(name, attribute.value());
    }
    attributes
}

/// What an element belongs to that is no HTML. The reader of tags goes on to believe so when HTML broke out of a
/// drawing, so the element must also begin a drawing, or be in one.
fn drawing(page: &Page, element: &Element, name: &str) -> Option<Drawing> {
    let is_read_so = element.namespace_uri() != "http://www.w3.org/1999/xhtml";
    let begun = Drawing::begun_by(name).filter(|_| is_read_so);
    // What holds HTML in a drawing is a part of the drawing, but is read as HTML already.
    begun.or_else(|| page.drawing().filter(|drawing| is_read_so || drawing.holds_html_in(name)))
}

fn read_text(page: &mut Page, chunk: &TextChunk<'_>) {
    page.read_to = chunk.source_location().bytes().end;
    match chunk.text_type() {
        TextType::Data | TextType::RCData => page.markup_text(chunk.as_str()),
        _ if page.is_hidden() => page.markup_text(chunk.as_str()),
        _ => page.text(chunk.as_str()),
    }
}

fn read_comment(page: &mut Page, comment: &Comment<'_>, html: &str) {
    let place = comment.source_location().bytes();
    page.read_to = place.end;
    page.comment(html, &comment.text(), place);
}
