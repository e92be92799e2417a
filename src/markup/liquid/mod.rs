//! Liquid, the templates of Jekyll and Eleventy, in a body -> text.
//!
//! The `liquid` crates parse and run it, but refuse what Ruby's Liquid lets pass, and a whole text for one wrong tag.
//! So the text is taken apart first (`lexer`) and made into a template that they take (`assemble`): each piece is
//! tried by itself, and one that is wrong is told with its line and left out, while the rest stands. What is not
//! there is nothing (`runtime`), as in Ruby. Loops, depth and size are bounded.
//!
//! - `lexer`: text, outputs and tags
//! - `assemble`: pieces -> one template; `literal`: text within it; `nunjucks`: comments that are no Liquid
//! - `language`: the tags and filters that there are
//! - `runtime`: what variables are; `globals`: `site`, `page` and so on; `view`: values as Liquid has them
//! - `tags`, `filters`: those that the crates lack, or have otherwise than Jekyll

mod assemble;
mod filters;
mod globals;
mod language;
mod lexer;
mod links;
mod literal;
mod nunjucks;
mod runtime;
mod tags;
mod view;

use std::borrow::Cow;

use liquid_core::runtime::Template;
use liquid_core::{Renderable, parser};

use self::assemble::assemble;
use self::globals::Globals;
use self::runtime::{Bounded, Ground, Register};
use super::template::{Expanded, Held};
use super::{Body, Notice, markdown_it};
use crate::config::Dialect;

/// Expands the Liquid of a body.
pub(super) fn expand<'a>(body: &Body<'a>) -> Expanded<'a> {
    let text = Held::without_marks(body.text);
    let has_comments = body.dialect == Dialect::Eleventy && is_nunjucks(body);
    let text = if has_comments { nunjucks::without_comments(text) } else { text };
    let off = body.around.front.entry("render_with_liquid").and_then(crate::value::Value::as_bool) == Some(false);
    let is_template =
        body.dialect != Dialect::Eleventy || markdown_it::expands(body.around.generator.settings(), body.around.front);
    if off || !is_template || !lexer::has_any(&text) {
        return Expanded { text, held: Held::default(), notices: Vec::new() };
    }
    let ground = Ground::new(Globals::new(body.around));
    let newlines: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let lines = |at: usize| {
        let before = newlines.partition_point(|newline| *newline < at);
        body.line.saturating_add(u32::try_from(before).unwrap_or(u32::MAX))
    };
    let (expanded, mut notices) = run(&text, &lines, &ground);
    let Register { held, notices: told, .. } = std::mem::take(&mut *ground.register());
    notices.extend(told);
    notices.sort_by_key(|notice| notice.line);
    notices.dedup();
    Expanded { text: Cow::Owned(expanded), held, notices }
}

/// Whether a body is a template of Nunjucks.
fn is_nunjucks(body: &Body<'_>) -> bool {
    let engine = |value: &crate::value::Value| value.as_text();
    let own = body.around.front.entry("templateEngineOverride").and_then(engine);
    let all = || body.around.generator.setting("markdownTemplateEngine").and_then(engine);
    own.or_else(all).is_some_and(|engines| engines.split(',').any(|engine| engine.trim() == "njk"))
}

/// Expands a text in a runtime. `line_of`: the line of a byte of the text, for what is told.
fn run(text: &str, line_of: &dyn Fn(usize) -> u32, runtime: &dyn liquid_core::Runtime) -> (String, Vec<Notice>) {
    let (source, mut notices) = assemble(text, line_of);
    let mut out = Bounded::default();
    let rendered = parser::parse(&source, language::language())
        .and_then(|elements| Template::new(elements).render_to(&mut out, runtime));
    if let Err(error) = rendered {
        let reason = error.to_string();
        let reason = reason.lines().next().unwrap_or_default().trim_start_matches("liquid: ").to_lowercase();
        let message = format!("its templates could not be expanded: {reason}");
        let mend = "what comes behind that place is left out";
        notices.push(Notice { line: line_of(0), message, mend: mend.to_owned() });
    }
    (out.into_text(), notices)
}

#[cfg(test)]
mod tests;
