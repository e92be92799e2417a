//! Any text as a literal of a template.

/// Stands for a quotation mark; no text has it.
const QUOTE: char = '\u{fdd0}';

/// A text in quotation marks.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace(QUOTE, "").replace('"', "\u{fdd0}"))
}

/// The text that [`quoted`] was given.
pub(super) fn unquoted(literal: &str) -> String {
    literal.replace(QUOTE, "\"")
}
