//! The numbers of lines that Jekyll and Hugo set beside code, for blogs that ask for them.
//!
//! In: the number of the first line, and how many there are. Out: the HTML before the code and behind it, or the number
//! before each of its lines.

use std::fmt::Write as _;

/// Numbers of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbering {
    /// Of the first line.
    pub first: usize,
    /// Where they stand.
    pub place: Place,
}

/// Where the numbers of lines stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a column of their own.
    Column,
    /// Before each line.
    Line,
}

/// What follows code that has its numbers in a column.
pub const END: &str = "</td></tr></tbody></table>\n";

/// What precedes code of so many lines that has its numbers in a column.
#[must_use]
pub fn start(first: usize, lines: usize) -> String {
    let mut html = String::from("<table><tbody><tr><td><pre>");
    for line in (first..).take(lines) {
        let _ = writeln!(html, "{line}");
    }
    html + "</pre></td><td>"
}

/// What precedes a line that has its number before it.
#[must_use]
pub fn before(line: usize) -> String {
    format!("<span style=\"padding-right: 0.5em\">{line}</span>")
}

/// Code in a `pre`, with its numbers; `code` is HTML, and `start` and `end` are what it stands between.
#[must_use]
pub fn numbered(code: &str, [begin, end]: [&str; 2], numbering: Numbering) -> String {
    match numbering.place {
        Place::Column => format!("{}{begin}{code}{end}{END}", start(numbering.first, code.lines().count())),
        Place::Line => {
            let lines = code.split_inclusive('\n').zip(numbering.first..);
            let lines: String = lines.map(|(line, number)| before(number) + line).collect();
            format!("{begin}{lines}{end}")
        }
    }
}
