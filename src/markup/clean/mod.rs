//! One pass over HTML: what a feed reader can show, complete and harmless.
//!
//! In: any HTML, whole or broken, and the URL it stands under. Out: [`Cleaned`]. URLs are absolute,
//! what runs, tracks or needs a browser is gone, elements are balanced. The text is never changed.
//!
//! `plain_html` reads the tags of nearly all HTML, `any_html` those of the rest; what is written is written by
//! [`page::Page`], as a rewriter alone would pass broken nesting on, and what follows a body in a feed reader would
//! suffer from it.
//!
//! - `start`: what the start of an element does
//! - `element`: what becomes of each element
//! - `attribute`, `style`: what is safe on them
//! - `media`: pictures, players, frames
//! - `place`: links that lead nowhere
//! - `page`: what is written, balanced
//! - `self_closing`, `unclosed`: tags that would swallow what follows them

mod any_html;
mod attribute;
mod comment;
mod element;
mod media;
mod page;
mod place;
mod plain_html;
mod self_closing;
mod start;
mod style;
mod unclosed;

use std::borrow::Cow;

use url::Url;

use self::page::Page;
use crate::markup::{Notice, entity};

/// Which part of a feed's entry is cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The whole text; places in it have their ids.
    Body,
    /// Shown beside or without the text: no ids, no footnotes, links to places in it lead to the post.
    Summary,
}

/// What the pass came to.
#[derive(Debug, Default, PartialEq, Eq)]
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
    let page = || Page::new(url, line, part);
    match plain_html::read(&html, page()) {
        Some(page) => page.finish(Vec::new()),
        None => clean_any(&html, page),
    }
}

/// The same for HTML of every kind.
fn clean_any(html: &str, page: impl Fn() -> Page) -> Cleaned {
    let mut html = self_closing::expand(html);
    let mut told = Vec::new();
    for again in (0..unclosed::MOST).rev() {
        let Some(mut page) = any_html::read(&html, page()) else { break };
        let Some(at) = unclosed::tag(&html, page.read_to) else { return page.finish(told) };
        page.notices.clear();
        page.note_unclosed_tag(&html, at);
        told.append(&mut page.notices);
        html = Cow::Owned(unclosed::as_text(&html, at, again));
    }
    let page = page();
    let line = page.line;
    any_html::read(&html, page).map_or_else(|| as_text(&html, line), |page| page.finish(told))
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

#[cfg(test)]
mod tests;
