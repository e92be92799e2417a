//! Where front matter begins and ends.
//!
//! YAML stands between `---` and `---` (longer is as good, as with Hugo) or `...`, TOML between
//! `+++` and `+++`, JSON is an object. Blank lines may stand before it, blanks behind each fence.
//! What was meant as front matter, and is none, is refused rather than published as a body.

use std::ops::Range;

use super::super::text::lines;
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
    if first.starts_with(CONFLICT) {
        return Err(conflict(Place::of(text, start)));
    }
    match opened(first.trim_end()) {
        Some((syntax, fence)) => fenced(text, start + first.len(), syntax, fence).map(Some),
        None if has_key_behind(first) => fenced(text, start + 3, Syntax::Yaml, "---").map(Some),
        None if is_object(&text[start..]) => object(text, start).map(Some),
        None => not_meant(text, start).map(|()| None),
    }
}

/// How a conflict of two versions begins that a merge leaves to people.
const CONFLICT: &str = "<<<<<<< ";

fn conflict(place: Place) -> Fault {
    Fault::new(place, "has the conflict markers of a merge", "resolve them")
}

/// The conflict of a merge in front matter, if it has one.
pub(super) fn conflicted(front_matter: &str) -> Option<Fault> {
    let mut lines = front_matter.lines().zip(1..);
    lines.find(|(line, _)| line.starts_with(CONFLICT)).map(|(_, line)| conflict(Place { line, column: 1 }))
}

/// Refuses what looks like front matter, though nothing of it can be read as such.
fn not_meant(text: &str, start: usize) -> Result<(), Fault> {
    let first = line_at(text, start);
    let mut below = text[start + first.len()..].lines().take(LOOKED_AT);
    let place = Place::of(text, start);
    if first.starts_with([' ', '\t']) && opened(first.trim()).is_some() {
        let message = format!("the `{}` that opens the front matter is indented", first.trim());
        return if below.next().is_some_and(is_key) {
            Err(Fault::new(place, message, "move it to the left"))
        } else {
            Ok(())
        };
    }
    let Some(inside) = first.strip_prefix('{') else { return Ok(()) };
    let inside = inside.trim();
    let is_meant = match inside {
        _ if inside.is_empty() || inside.starts_with("//") || inside.starts_with("/*") => below.any(is_key),
        _ if inside.starts_with('\'') => is_key(inside),
        _ => is_key(inside) && KEYS.iter().any(|key| inside.starts_with(key)),
    };
    if !is_meant {
        return Ok(());
    }
    let mend = "write `\"key\": \"value\"`, without comments, or lines between `---` and `---`";
    Err(Fault::new(place, "front matter that begins with `{` is not JSON", mend))
}

/// How many lines are looked at to tell what a file is.
const LOOKED_AT: usize = 20;
/// The keys by which an object is known that has no quotes.
const KEYS: [&str; 6] = ["title", "date", "layout", "draft", "slug", "tags"];

/// Whether a line looks like a key with a value: `title: x`, `'title': x`, `title = x`.
fn is_key(line: &str) -> bool {
    let line = line.trim_start();
    let unquoted = line.trim_start_matches(['"', '\'']);
    let end = unquoted.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(unquoted.len());
    end > 0 && unquoted[end..].trim_start_matches(['"', '\'', ' ']).starts_with([':', '='])
}

/// The line that begins at `start`, with its end.
fn line_at(text: &str, start: usize) -> &str {
    lines(&text[start..]).next().unwrap_or("")
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

/// Whether the first key stands right behind the fence: `---title: x`.
fn has_key_behind(line: &str) -> bool {
    let key = line.strip_prefix("---").filter(|key| key.starts_with(|c: char| c.is_ascii_lowercase()));
    key.is_some_and(|key| is_key(key) && key.split_once(':').is_some_and(|(key, _)| !key.contains(['=', ' '])))
}

/// Front matter whose content begins at `begin`.
fn fenced(text: &str, begin: usize, syntax: Syntax, fence: &'static str) -> Result<Found, Fault> {
    let mut offset = begin;
    for line in lines(&text[begin..]) {
        if closes(line, fence) {
            return Ok(Found { syntax, content: begin..offset, body: offset + line.len() });
        }
        offset += line.len();
    }
    let also = if fence == "---" { " (or `...`)" } else { "" };
    let mend = format!("end the front matter with a line `{fence}`{also}");
    let opening = Place { column: 1, ..Place::of(text, begin.saturating_sub(1)) };
    Err(Fault::new(opening, format!("front matter that begins with `{fence}` is not closed"), mend))
}

/// Whether a line closes front matter that such a fence opens.
pub(super) fn closes(line: &str, fence: &str) -> bool {
    if !matches!(line.bytes().next(), Some(b'-' | b'+' | b'.')) {
        return false;
    }
    let line = line.trim_end();
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
            (" ---\n\nText: x\n", None),
            ("{note} Text: x\n", None),
            ("{\nText\n}\n", None),
            ("{: .class}\ntitle: x\n", None),
            ("{% if x %}\ntitle: x\n", None),
            ("{{ x }}\ntitle: x\n", None),
            ("{#id}\ntitle: x\n", None),
            ("Text\n<<<<<<< HEAD\n", None),
            ("--- x\na: 1\n---\n", None),
            ("---a: 1\nb: 2\n---\nx", Some((Syntax::Yaml, "a: 1\nb: 2\n", "x"))),
            ("---\u{2014} a: 1\n---\n", None),
            ("++++\n", None),
            ("{ :x }", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_meant_as_front_matter_is_no_body() {
        let cases = [
            ("<<<<<<< HEAD\n---\ntitle: a\n", 1, "has the conflict markers of a merge"),
            ("\n  ---\ntitle: a\n  ---\n", 2, "the `---` that opens the front matter is indented"),
            (" +++\ntitle = 'a'\n +++\n", 1, "the `+++` that opens the front matter is indented"),
            ("{ // c\n \"title\": \"x\"\n}\n", 1, "front matter that begins with `{` is not JSON"),
            ("{'title': 'x'}\n", 1, "front matter that begins with `{` is not JSON"),
            ("{\n  title: x\n}\n", 1, "front matter that begins with `{` is not JSON"),
            ("{title: x}\n", 1, "front matter that begins with `{` is not JSON"),
        ];
        for (text, line, message) in cases {
            let fault = find(text).unwrap_err();
            assert_eq!((fault.place, fault.message.as_str()), (Place { line, column: 1 }, message), "{text}");
        }
        assert_eq!(conflicted("title: x\n<<<<<<< HEAD\n").unwrap().place, Place { line: 2, column: 1 });
        assert_eq!(conflicted("title: x\n"), None);
    }

    #[test]
    fn says_what_closes_it() {
        let fault = find("\n---\na: 1\n").unwrap_err();
        assert_eq!(fault.place, Place { line: 2, column: 1 });
        assert_eq!(fault.mend, "end the front matter with a line `---` (or `...`)");
    }
}
