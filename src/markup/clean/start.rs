//! What the start of an element does to the page.
//!
//! In: a [`Tag`], whichever reader found it. Out: what is written of it, and the id to end it with.

use std::ops::Range;

use super::attribute::Attributes;
use super::element::{self, Drawing, Fate};
use super::page::{Kept, Page};
use super::unclosed::EndTags;
use super::{Part, media, place};
use crate::markup::absolute_url::Target;
use crate::markup::entity::write_attribute as write;

/// A start tag.
pub(super) struct Tag<'a> {
    /// In lower case.
    pub(super) name: &'a str,
    /// As it is typed.
    pub(super) typed: &'a str,
    pub(super) attributes: &'a Attributes<'a>,
    /// What the element belongs to, if that is no HTML.
    pub(super) drawing: Option<Drawing>,
    /// What becomes of it there.
    pub(super) fate: Fate,
    /// Where the tag is in the HTML.
    pub(super) place: Range<usize>,
    pub(super) is_self_closing: bool,
}

/// Starts an element of `html`; returns the id to end it with, when it has an end that matters.
pub(super) fn element(page: &mut Page, html: &str, tag: &Tag<'_>) -> Option<u64> {
    page.advance(html, tag.place.start);
    page.read_to = tag.place.end;
    if page.is_hidden() {
        return None;
    }
    if tag.drawing.is_none() {
        page.leave_drawing();
    }
    page.note_place(tag.name, tag.attributes);
    let id = match (tag.drawing, tag.fate) {
        (Some(drawing), _) => in_drawing(page, tag, drawing),
        (None, Fate::Unknown) => {
            // with an end tag it was meant as an element, which browsers do not show either
            if !page.end_tags.get_or_insert_with(|| EndTags::of(html)).follows(tag.name, tag.place.start) {
                page.text(html.get(tag.place.clone()).unwrap_or(""));
            }
            None
        }
        (None, fate) => by_fate(page, fate, tag),
    };
    // `<p />` begins a paragraph, as browsers have it, and as those mean it who write it between two
    if tag.is_self_closing && !element::is_void(tag.name) && tag.name != "p" {
        id.into_iter().for_each(|id| page.close(id));
        return None;
    }
    id
}

/// In SVG and `MathML` everything stays that neither acts nor loads.
fn in_drawing(page: &mut Page, tag: &Tag<'_>, drawing: Drawing) -> Option<u64> {
    match tag.fate {
        Fate::Keep(_) => {}
        Fate::Drop => return Some(page.hide(Kept::None)),
        _ => return None,
    }
    let href = tag.attributes.first_of(&["href", "xlink:href"]).map(|href| media::link_target(page, href));
    let href = href.and_then(Target::into_string);
    let id = page.open(tag.typed.to_owned(), |out| {
        href.into_iter().for_each(|href| write(out, "href", &href));
        tag.attributes.write_drawing(out);
    })?;
    if let Some(opened) = page.top() {
        opened.drawing = Some(drawing);
    }
    Some(id)
}

/// Does with an element of HTML what its fate is; returns the id to end it with, when it is to be ended.
fn by_fate(page: &mut Page, fate: Fate, tag: &Tag<'_>) -> Option<u64> {
    let (name, attributes) = (tag.name, tag.attributes);
    match fate {
        Fate::Keep(_) if is_footnote_mark(page, name, attributes) || is_second_formula(attributes) => {
            return Some(page.hide(Kept::None));
        }
        Fate::Keep(kept) => return keep(page, kept, attributes),
        Fate::Void(kept) => {
            page.make_room_for(kept);
            let part = page.part;
            page.tag(kept, |out| attributes.write_safe(out, part, &[]));
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
    if attributes.is_empty() {
        return page.open(name, |_| {});
    }
    let href = attributes.get("href").filter(|_| name == "a").and_then(|href| link(page, href, attributes));
    let others = ["cite", "background"].map(|name| {
        let url = attributes.get(name).filter(|url| !url.trim().is_empty());
        (name, url.and_then(|url| media::link_target(page, url).into_string()))
    });
    let part = page.part;
    page.open(name, |out| {
        for (name, url) in [("href", href)].into_iter().chain(others) {
            url.into_iter().for_each(|url| write(out, name, &url));
        }
        attributes.write_safe(out, part, &["controls", "download", "sizes"]);
    })
}

/// Where a link leads to, when it leads anywhere.
fn link(page: &mut Page, href: &str, attributes: &Attributes) -> Option<String> {
    let target = media::link_target(page, href);
    if !place::is_handle(attributes) {
        page.note_link(href, &target);
    }
    page.reference(href, target)
}

/// Takes the tags away; a plug-in that has nothing to show in its place becomes a link.
fn unwrap(page: &mut Page, name: &str, attributes: &Attributes) -> Option<u64> {
    match name {
        "object" => {
            let link = page.frame_link(attributes);
            let id = page.open("", |_| {});
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
