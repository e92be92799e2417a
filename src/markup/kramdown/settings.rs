//! What a site says of kramdown.

use crate::generator::{Generator, Quotes};
use crate::value::Value;

/// How kramdown is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Whether the lines of code are numbered.
    pub numbers_lines: bool,
    /// Whether lines end where their author did (`hard_wrap`).
    pub wraps_hard: bool,
    /// Whether headings have ids that they do not say themselves (`auto_ids`).
    pub names_headings: bool,
    /// What is read in elements of HTML (`parse_block_html`).
    pub html: InHtml,
    /// The quotation marks (`smart_quotes`).
    pub quotes: Quotes,
}

/// What is read in elements of HTML that do not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InHtml {
    /// HTML alone.
    Html,
    /// Markdown, in those that may hold blocks.
    Markdown,
}

impl Default for Settings {
    fn default() -> Self {
        let quotes = Quotes::default();
        Self { numbers_lines: false, wraps_hard: false, names_headings: true, html: InHtml::Html, quotes }
    }
}

impl Settings {
    /// As the configuration of a Jekyll site has it.
    #[must_use]
    pub fn of(generator: &Generator) -> Self {
        let kramdown = generator.setting("kramdown").unwrap_or(&Value::Null);
        let says = |key| kramdown.entry(key).and_then(Value::as_bool);
        Self {
            numbers_lines: numbers_lines(kramdown),
            wraps_hard: says("hard_wrap").unwrap_or(false),
            names_headings: says("auto_ids").unwrap_or(true),
            html: if says("parse_block_html") == Some(true) { InHtml::Markdown } else { InHtml::Html },
            quotes: generator.quotes(),
        }
    }
}

/// What the settings of the highlighter say.
fn numbers_lines(kramdown: &Value) -> bool {
    let places = ["syntax_highlighter_opts.block.line_numbers", "syntax_highlighter_opts.line_numbers"];
    places.iter().find_map(|place| kramdown.at(place)).and_then(Value::as_bool).unwrap_or(false)
}
