//! Templates of the generators in a body -> text without them.
//!
//! In: a [`Body`] and what stands [around](super::around) it. Out: [`Expanded`]: Markdown or HTML, with marks in the place of
//! finished HTML that Markdown must not touch, and which line of the source each line comes from.
//!
//! - `held`: that HTML
//! - `origin`: those lines
//! - `program`: shortcodes whose text a program of the page would read
//! - `hugo`, `zola`: their shortcodes; `obsidian`: its marks

mod held;
mod hugo;
mod obsidian;
mod origin;
mod program;
mod zola;

use std::borrow::Cow;

pub(super) use held::Held;
pub(super) use origin::origin;

use super::{Body, Notice, liquid};
use crate::config::Dialect;

/// A body without templates.
#[derive(Debug)]
pub(super) struct Expanded<'a> {
    /// Markdown or HTML.
    pub text: Cow<'a, str>,
    /// What its marks stand for.
    pub held: Held,
    /// What could not be understood, and was left out.
    pub notices: Vec<Notice>,
}

/// Expands the templates of a body.
pub(super) fn expand<'a>(body: &Body<'a>) -> Expanded<'a> {
    match body.dialect {
        Dialect::Jekyll | Dialect::Eleventy => liquid::expand(body),
        Dialect::Hugo => hugo::expand(body),
        Dialect::Zola => zola::expand(body),
        Dialect::Commonmark => obsidian::expand(body),
        Dialect::Pelican => {
            Expanded { text: Held::without_marks(body.text), held: Held::default(), notices: Vec::new() }
        }
    }
}
