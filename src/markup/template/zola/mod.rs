//! Zola's shortcodes in a body -> what their templates make of them.
//!
//! As in Zola, those whose template is Markdown are read with the rest of the body, and HTML is put in afterwards; in
//! blocks of code their text is shown. One that fails is told, and leaves the text, or the picture, that it was given.
//!
//! - `parse`, `literal`: shortcodes as they are written
//! - `engine`: renders their templates; `bound` and `meter` keep it from running for ever
//! - `picture`: what is left of one that fails
//! - `builtin`: templates of Zola itself
//! - `context`, `function`, `filter`: what templates can use

mod bound;
mod builtin;
mod context;
mod engine;
mod filter;
mod function;
mod literal;
mod meter;
mod parse;
mod picture;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use self::engine::{Engine, Given, Made};
use self::parse::{Call, Piece, pieces};
use super::{Expanded, Held, program};
use crate::markup::extensions::Flavor;
use crate::markup::{Body, Notice};
use crate::post::Markup;

/// How many things are told of one body.
const MOST_TOLD: usize = 20;

/// Expands the shortcodes of a body.
pub(super) fn expand<'a>(body: &Body<'a>) -> Expanded<'a> {
    let text = Held::without_marks(body.text);
    if !text.contains("{{") && !text.contains("{%") {
        return Expanded { text, held: Held::default(), notices: Vec::new() };
    }
    let mut expander = Expander {
        text: &text,
        line: body.line,
        code: Code::of(&text, &Flavor::of(body.dialect, body.around.generator)),
        engine: Engine::new(body),
        held: Held::default(),
        notices: Vec::new(),
        times: HashMap::new(),
    };
    let mut out = String::with_capacity(text.len());
    for piece in pieces(&text) {
        expander.write(&piece, &mut out);
    }
    Expanded { text: Cow::Owned(out), held: expander.held, notices: expander.notices }
}

/// What is being expanded.
struct Expander<'t, 'a> {
    text: &'t str,
    /// Its first line in the file.
    line: u32,
    code: Code,
    engine: Engine<'a>,
    held: Held,
    notices: Vec<Notice>,
    /// How often each shortcode was used.
    times: HashMap<&'t str, usize>,
}

impl<'t> Expander<'t, '_> {
    fn write(&mut self, piece: &Piece<'t>, out: &mut String) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Shown(text) => out.push_str(text),
            Piece::Stray(written) if self.code.place(self.offset(written)) != Place::Text => out.push_str(written),
            Piece::Stray(written) => {
                let mend = "write `{%` and `%}` around its name, and `{% end %}` behind its text";
                self.tell(written, format!("`{}` has nothing that it belongs to", shown(written)), mend);
            }
            Piece::Call(call) => match self.code.place(self.offset(call.written)) {
                Place::Span => out.push_str(call.written),
                Place::Block if !self.engine.knows(call.name) => out.push_str(call.written),
                Place::Block => out.push_str(&self.make(call).text),
                Place::Text => match self.make(call) {
                    Made { text, markup: Markup::Markdown } => out.push_str(&text),
                    Made { text, markup: Markup::Html } => out.push_str(&self.held.hold(text)),
                },
            },
        }
    }

    /// Renders a shortcode; of one that fails its text is left.
    fn make(&mut self, call: &Call<'t>) -> Made {
        let times = self.times.entry(call.name).or_default();
        *times += 1;
        let nth = *times;
        let body = call.body.as_ref().map(|pieces| self.inner(pieces));
        let given = Given { name: call.name, arguments: &call.arguments, body: body.as_deref(), nth };
        match self.engine.render(&given) {
            Ok(made) => made,
            Err(reason) => {
                let message = format!("the shortcode `{}` is not expanded: {reason}", call.name);
                self.tell(call.written, message, "mend its template, or write what it stands for");
                let text = body.as_deref().or_else(|| call.arguments.get("body")?.as_str());
                let html = text.and_then(|text| program::shown(call.name, text));
                let html = html.or_else(|| picture::named(&call.arguments).filter(|_| body.is_none()));
                let markup = if html.is_some() { Markup::Html } else { Markup::Markdown };
                Made { text: html.or(body).unwrap_or_default(), markup }
            }
        }
    }

    /// The text of a shortcode with those in it rendered, whatever they are.
    fn inner(&mut self, pieces: &[Piece<'t>]) -> String {
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Piece::Call(call) => out.push_str(&self.make(call).text),
                piece => self.write(piece, &mut out),
            }
        }
        out.trim().to_owned()
    }

    /// Tells something once.
    fn tell(&mut self, written: &str, message: String, mend: &str) {
        if self.notices.len() < MOST_TOLD && !self.notices.iter().any(|notice| notice.message == message) {
            let lines = self.text[..self.offset(written)].matches('\n').count();
            let line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            self.notices.push(Notice { line, message, mend: mend.to_owned() });
        }
    }

    /// Where a part of the text is in it.
    fn offset(&self, part: &str) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len())
    }
}

/// As much as is told of what is written.
fn shown(written: &str) -> String {
    written.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect()
}

/// Where a shortcode stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    /// In code within a line.
    Span,
    /// In a block of code.
    Block,
}

/// Where code is in a text, in order.
struct Code(Vec<(Range<usize>, Place)>);

impl Code {
    fn of(text: &str, flavor: &Flavor) -> Self {
        let mut code = Vec::new();
        for (event, range) in Parser::new_ext(text, flavor.options(text)).into_offset_iter() {
            match event {
                Event::Code(_) => code.push((range, Place::Span)),
                Event::Start(Tag::CodeBlock(_)) => code.push((range, Place::Block)),
                _ => {}
            }
        }
        Self(code)
    }

    fn place(&self, at: usize) -> Place {
        let number = self.0.partition_point(|(range, _)| range.end <= at);
        self.0.get(number).filter(|(range, _)| range.contains(&at)).map_or(Place::Text, |(_, place)| *place)
    }
}
