//! The numbers of lines that Jekyll sets beside code, for blogs that ask for them.
//!
//! In: how many lines there are. Out: the HTML before the code and behind it.

use std::fmt::Write as _;

/// What follows the code.
pub const END: &str = "</td></tr></tbody></table>\n";

/// What precedes code of so many lines.
#[must_use]
pub fn start(lines: usize) -> String {
    let mut html = String::from("<table><tbody><tr><td><pre>");
    for line in 1..=lines {
        let _ = writeln!(html, "{line}");
    }
    html + "</pre></td><td>"
}
