//! Where front matter begins and ends.
//!
//! YAML stands between `---` and `---` (longer is as good, as with Hugo) or `...`, TOML between
//! `+++` and `+++`, JSON is an object. Blank lines may stand before it, blanks behind each fence.

use std::ops::Range;

use super::{Fault, Place};

/// What front matter is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Yaml,
    Toml,
    Json,
}

/// Where it is, in bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub syntax: Syntax,
    pub content: Range<usize>,
    /// The first byte behind it and its line.
    pub body: usize,
}

/// Finds the front matter of `text`, if it has any.
pub(super) fn find(text: &str) -> Result<Option<Found>, Fault> {
    let start = text.len() - text.trim_start().len();
    let start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let first = line_at(text, start);
    match opened(first.trim_end()) {
        Some((syntax, fence)) => fenced(text, start, syntax, fence).map(Some),
        None if is_object(&text[start..]) => object(text, start).map(Some),
        None => Ok(None),
    }
}

/// The line that begins at `start`, with its end.
fn line_at(text: &str, start: usize) -> &str {
    text[start..].split_inclusive('\n').next().unwrap_or("")
}

/// The syntax that a line opens, and its fence.
fn opened(line: &str) -> Option<(Syntax, &'static str)> {
    match line {
        "+++" => return Some((Syntax::Toml, "+++")),
        _ => line.strip_prefix("---"),
    }
    .and_then(|name| match name.trim() {
        "" | "yaml" | "yml" if !name.starts_with('-') => Some((Syntax::Yaml, "---")),
        "toml" => Some((Syntax::Toml, "---")),
        "json" => Some((Syntax::Json, "---")),
        _ => None,
    })
}

fn fenced(text: &str, start: usize, syntax: Syntax, fence: &'static str) -> Result<Found, Fault> {
    let begin = start + line_at(text, start).len();
    let mut offset = begin;
    for line in text[begin..].split_inclusive('\n') {
        if closes(line.trim_end(), fence) {
            return Ok(Found { syntax, content: begin..offset, body: offset + line.len() });
        }
        offset += line.len();
    }
    let also = if fence == "---" { " (or `...`)" } else { "" };
    let mend = format!("end the front matter with a line `{fence}`{also}");
    Err(Fault::new(Place::of(text, start), format!("front matter that begins with `{fence}` is not closed"), mend))
}

fn closes(line: &str, fence: &str) -> bool {
    line == fence || fence == "---" && (line == "..." || line.len() > 3 && line.bytes().all(|byte| byte == b'-'))
}

/// Whether `text` begins with a JSON object rather than with a template or an attribute list.
fn is_object(text: &str) -> bool {
    text.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with(['"', '}']))
}

fn object(text: &str, start: usize) -> Result<Found, Fault> {
    let Some(length) = object_length(&text[start..]) else {
        let place = Place::of(text, start);
        return Err(Fault::new(place, "front matter that begins with `{` is not closed", "end it with `}`"));
    };
    let end = start + length;
    let line = line_at(text, end);
    let body = if line.trim().is_empty() { end + line.len() } else { end };
    Ok(Found { syntax: Syntax::Json, content: start..end, body })
}

/// The bytes up to the brace that closes the first one.
fn object_length(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return Some(offset + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(Syntax, &str, &str)> {
        find(text).unwrap().map(|found| (found.syntax, &text[found.content], &text[found.body..]))
    }

    #[test]
    fn finds_fences() {
        let cases = [
            ("---\na: 1\n---\nx", Some((Syntax::Yaml, "a: 1\n", "x"))),
            ("---\t\r\na: 1\r\n---\r\nx", Some((Syntax::Yaml, "a: 1\r\n", "x"))),
            ("  \n---\na: 1\n...", Some((Syntax::Yaml, "a: 1\n", ""))),
            ("---\na: |\n  ---\n---\n---\n", Some((Syntax::Yaml, "a: |\n  ---\n", "---\n"))),
            ("+++\na = 1\n+++", Some((Syntax::Toml, "a = 1\n", ""))),
            ("---toml\na = 1\n---\n", Some((Syntax::Toml, "a = 1\n", ""))),
            ("{\"a\": \"}\\\"\", \"b\": {}} x", Some((Syntax::Json, "{\"a\": \"}\\\"\", \"b\": {}}", " x"))),
            (" ---\na: 1\n---\n", None),
            ("--- x\na: 1\n---\n", None),
            ("++++\n", None),
            ("{ :x }", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn says_what_closes_it() {
        let fault = find("\n---\na: 1\n").unwrap_err();
        assert_eq!(fault.place, Place { line: 2, column: 1 });
        assert_eq!(fault.mend, "end the front matter with a line `---` (or `...`)");
    }
}
