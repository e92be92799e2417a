//! Hugo's shortcodes -> Markdown or HTML without them.
//!
//! In: a body. Out: its text with the output of each shortcode in its place, finished HTML held back. What a feed
//! reader cannot run becomes a link. Of a site's own shortcode, unless there is a template that can be followed, stays
//! what it encloses: that is told once for each name.
//!
//! - `parse`, `arguments`: where shortcodes are, and what they say
//! - `builtin`: those that Hugo brings along
//! - `own`: a site's own, by their templates, else by what they enclose
//! - `go`: those templates
//! - `reference`: addresses of other pages

mod arguments;
mod builtin;
mod go;
mod own;
mod parse;
mod reference;

use std::borrow::Cow;
use std::collections::BTreeMap;

use self::parse::{Piece, Shortcode, parse};
use super::{Expanded, Held};
use crate::markup::extensions::Flavor;
use crate::markup::markdown::Lines;
use crate::markup::{Body, Notice, entity, fragment_to_html};

/// How many bytes templates may add to a body.
const MOST_ADDED: usize = 4 << 20;

/// Expands the shortcodes of a body.
pub(super) fn expand<'a>(body: &Body<'a>) -> Expanded<'a> {
    let text = Held::without_marks(body.text);
    if !text.contains("{{<") && !text.contains("{{%") {
        return Expanded { text, held: Held::default(), notices: Vec::new() };
    }
    let (pieces, unended) = parse(&text);
    let mut page = Page::of(body);
    if let Some(at) = unended {
        page.note(at, "a shortcode is not ended, and the rest of its line is left out", "end it with `>}}` or `%}}`");
    }
    let expanded = page.text(&pieces);
    page.note_unknown();
    Expanded { text: Cow::Owned(expanded), held: page.held, notices: page.notices }
}

/// A body whose shortcodes are being expanded.
struct Page<'b, 'a> {
    body: &'b Body<'a>,
    held: Held,
    newlines: Vec<usize>,
    /// The line of the shortcode that is being expanded.
    line: u32,
    /// Shortcodes that nobody here knows: where the first of each name is, and whether one encloses something.
    unknown: BTreeMap<String, (usize, bool)>,
    /// How many bytes templates added.
    added: usize,
    notices: Vec<Notice>,
}

/// What a shortcode comes to.
enum Output {
    /// Finished HTML.
    Html(String),
    /// As if it had been written there.
    Text(String),
}

impl<'b, 'a> Page<'b, 'a> {
    fn of(body: &'b Body<'a>) -> Self {
        let newlines = body.text.match_indices('\n').map(|(at, _)| at).collect();
        Self {
            body,
            held: Held::default(),
            newlines,
            line: body.line,
            unknown: BTreeMap::new(),
            added: 0,
            notices: Vec::new(),
        }
    }

    fn text(&mut self, pieces: &[Piece<'_>]) -> String {
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Shown(text) => out.push_str(text),
                Piece::Shortcode(shortcode) => {
                    let inner = shortcode.inner.as_ref().map(|inner| self.text(inner));
                    match self.output(shortcode, inner.as_deref()) {
                        Output::Html(html) => out.push_str(&self.held.hold(html)),
                        Output::Text(text) => {
                            let is_block = text.contains('\n') && (out.is_empty() || out.ends_with('\n'));
                            out.push_str(&if is_block { format!("\n{}\n\n", text.trim_end()) } else { text });
                        }
                    }
                }
            }
        }
        out
    }

    fn output(&mut self, shortcode: &Shortcode<'_>, inner: Option<&str>) -> Output {
        self.line = self.line_at(shortcode.at);
        self.by_template(shortcode, inner)
            .or_else(|| self.builtin(shortcode, inner))
            .unwrap_or_else(|| self.unknown(shortcode, inner))
    }

    /// Markdown as HTML; marks in it stay.
    fn markdown(&self, text: &str) -> String {
        let flavor = Flavor::of(self.body.dialect, self.body.around.generator);
        fragment_to_html(text, self.body, &flavor, |_| Lines::of("", self.line))
    }

    /// Markdown with HTML that a template wrote, where the site leaves out HTML that authors write.
    fn trusted(&self, text: &str) -> Option<String> {
        let mut flavor = Flavor::of(self.body.dialect, self.body.around.generator);
        let is_left_out = std::mem::take(&mut flavor.goldmark.omits_html);
        (is_left_out && text.contains('<'))
            .then(|| fragment_to_html(text, self.body, &flavor, |_| Lines::of("", self.line)))
    }

    /// Markdown within a line as HTML.
    fn span(&self, text: &str) -> String {
        let html = self.markdown(text);
        let one = html.trim().strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>"));
        one.filter(|one| !one.contains("<p>")).map_or_else(|| html.trim().to_owned(), str::to_owned)
    }

    fn line_at(&self, at: usize) -> u32 {
        let lines = self.newlines.partition_point(|newline| *newline < at);
        self.body.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX))
    }

    fn note(&mut self, at: usize, message: &str, mend: &str) {
        let line = self.line_at(at);
        self.notices.push(Notice { line, message: message.to_owned(), mend: mend.to_owned() });
    }
}

/// Text as HTML.
fn escaped(text: &str) -> String {
    entity::escape_text(text)
}

/// `name="value"` with a blank before it; nothing of an empty value.
fn attribute(name: &str, value: Option<&str>) -> String {
    let mut out = String::new();
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        entity::write_attribute(&mut out, name, value);
    }
    out
}

/// A paragraph with a link.
fn link(url: &str, text: &str) -> Output {
    Output::Html(format!("<p><a{}>{}</a></p>", attribute("href", Some(url)), escaped(text)))
}

#[cfg(test)]
mod tests;
