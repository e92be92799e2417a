//! What is wrong with somebody's input, a post or the configuration: where, what, and the mend.
//!
//! A [`Problem`] is never a failure of the world (those are `anyhow` errors of the shell): it is
//! collected, told, and the build goes on without what it concerns.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

/// How much a problem weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// What it concerns is left out.
    Error,
    /// It works, but readers would be better off without it.
    Warning,
}

/// One thing that is wrong, as it is told: `path:line:column: message; mend`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Problem {
    /// The file as people name it: relative to the configuration file, with `/`.
    pub path: String,
    /// Line in the file, from 1; absent when the whole file is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Whether the post is left out or only could be better.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop, the thing in backticks.
    pub message: String,
    /// What to do about it; empty when the message says it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub mend: String,
}

impl Problem {
    /// An error of the file at `path`.
    pub fn error(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            line: None,
            column: None,
            severity: Severity::Error,
            message: message.into(),
            mend: String::new(),
        }
    }

    /// A warning about the file at `path`.
    pub fn warning(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(path, message) }
    }

    /// Says where in the file: line and column, both from 1.
    #[must_use]
    pub fn at(mut self, line: u32, column: u32) -> Self {
        self.line = Some(line);
        self.column = Some(column);
        self
    }

    /// Says on which line, from 1, when nobody knows where on it.
    #[must_use]
    pub fn on_line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self.column = None;
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = mend.into();
        self
    }

    /// Whether what it concerns is left out.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The message with its mend, without the place.
    #[must_use]
    pub fn text(&self) -> String {
        if self.mend.is_empty() { self.message.clone() } else { format!("{}; {}", self.message, self.mend) }
    }
}

impl fmt::Display for Problem {
    /// On one line, whatever the names of files and titles hold: nobody forges a line of a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", one_line(&self.path))?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        if let Some(column) = self.column {
            write!(f, "{column}:")?;
        }
        if self.severity == Severity::Warning {
            write!(f, " warning:")?;
        }
        write!(f, " {}", one_line(&self.text()))
    }
}

/// The text with control characters, and those that turn the direction of text, written out.
#[must_use]
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(misleads) {
        return Cow::Borrowed(text);
    }
    let written = |c: char| if misleads(c) { c.escape_default().to_string() } else { c.to_string() };
    Cow::Owned(text.chars().map(written).collect())
}

/// Whether a terminal could show something else for it than what is there.
fn misleads(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_told_with_place_and_mend() {
        let problem = Problem::error("posts/a.md", "unknown date `2024-13-02`").at(3, 1).mend("expected YYYY-MM-DD");
        assert_eq!(problem.to_string(), "posts/a.md:3:1: unknown date `2024-13-02`; expected YYYY-MM-DD");
    }

    #[test]
    fn an_unknown_column_is_not_told() {
        let problem = Problem::warning("a.md", "image `x.png` has no alternative text").at(1, 2).on_line(7);
        assert_eq!(problem.to_string(), "a.md:7: warning: image `x.png` has no alternative text");
    }

    #[test]
    fn no_name_forges_a_line() {
        let problem = Problem::error("a\nposts/b.md:1: all is well", "is empty");
        assert_eq!(problem.to_string(), "a\\nposts/b.md:1: all is well: is empty");
        let problem = Problem::error("\u{202e}dm.a", "is empty");
        assert_eq!(problem.to_string(), "\\u{202e}dm.a: is empty");
    }

    #[test]
    fn a_warning_says_so_and_a_whole_file_has_no_line() {
        assert_eq!(Problem::warning("a.md", "has no title").to_string(), "a.md: warning: has no title");
    }
}
