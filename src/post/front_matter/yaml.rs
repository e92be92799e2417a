//! YAML front matter -> entries.
//!
//! The parser tells neither where a value stood nor whether it was quoted, so the lines of the top
//! level are looked at once more ([`lines`]).

use std::collections::HashMap;

use serde::de::DeserializeSeed;

use super::super::value::{DUPLICATE, TOO_MUCH, Value};
use super::{Entry, Fault, Place, budget, top_level};

const QUOTE_IT: &str = "put the value in quotes";

/// Reads the text between the fences; places are in that text.
pub(super) fn read(source: &str) -> Result<Vec<Entry>, Fault> {
    if let Some(place) = tab(source) {
        let message = "a tab is used to indent, which YAML does not allow";
        return Err(Fault::new(place, message, "use blanks"));
    }
    let parsed = budget(source).deserialize(serde_yaml::Deserializer::from_str(source));
    let value = match parsed {
        Ok(value) => value,
        Err(_) if source.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) => {
            Value::Null
        }
        Err(error) => return Err(explain(source, &error)),
    };
    let lines = lines(source);
    Ok(top_level(value)?.into_iter().map(|(key, value)| entry(key, value, &lines)).collect())
}

fn entry(key: String, value: Value, lines: &HashMap<String, Line>) -> Entry {
    let line = lines.get(&key);
    let plain = line.map(|line| line.value.clone()).filter(|plain| match &value {
        Value::String(text) => text == plain,
        Value::Bool(_) | Value::Integer(_) | Value::Float(_) => !plain.starts_with(['"', '\'', '&', '!', '*']),
        _ => false,
    });
    Entry { place: line.map_or(Place::START, |line| line.place), key, value, plain }
}

/// A key of the top level as it is written.
#[derive(Debug, PartialEq)]
struct Line {
    /// Of the value when it is on the line, else of the key.
    place: Place,
    /// The rest of the line, without a comment.
    value: String,
}

/// The keys of the top level, each with the rest of its line.
fn lines(source: &str) -> HashMap<String, Line> {
    let meant = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let indent = source.lines().find(meant).map_or(0, |line| line.len() - line.trim_start().len());
    let mut found = HashMap::new();
    let mut open = None;
    for (line, number) in source.lines().zip(1_u32..) {
        let inside = open.is_some();
        let rest = if inside { Some((None, line)) } else { key(line, indent).map(|(key, rest)| (Some(key), rest)) };
        let Some((key, rest)) = rest else { continue };
        let value = rest.trim_start();
        open = match open {
            Some(quote) => {
                if closes(line, quote) {
                    None
                } else {
                    Some(quote)
                }
            }
            None => value.chars().next().filter(|c| matches!(c, '"' | '\'') && !closes(&value[1..], *c)),
        };
        if let Some(key) = key {
            let before = if value.is_empty() { indent } else { line.len() - value.len() };
            let column = Place::of(line, before).column;
            found.entry(key).or_insert(Line { place: Place { line: number, column }, value: uncommented(value) });
        }
    }
    found
}

/// The key of a line at `indent`, and what is behind its colon.
fn key(line: &str, indent: usize) -> Option<(String, &str)> {
    let line = line.get(indent..).filter(|_| line.len() - line.trim_start().len() == indent)?;
    let quote = line.chars().next().filter(|c| matches!(c, '"' | '\''));
    let (name, rest) = if let Some(quote) = quote {
        let (name, rest) = line[1..].split_once(quote)?;
        (name, rest.trim_start().strip_prefix(':')?)
    } else {
        let ends = |at: &usize| line[at + 1..].chars().next().is_none_or(char::is_whitespace);
        let colon = line.match_indices(':').map(|(at, _)| at).find(ends)?;
        (line[..colon].trim_end(), &line[colon + 1..])
    };
    (!name.is_empty() && !name.starts_with(['#', '-', '?'])).then(|| (name.to_owned(), rest))
}

/// Whether a quoted scalar that goes on in `text` ends in it.
fn closes(text: &str, quote: char) -> bool {
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' if quote == '"' => drop(characters.next()),
            _ if c != quote => {}
            '\'' if characters.peek() == Some(&'\'') => drop(characters.next()),
            _ => return true,
        }
    }
    false
}

fn uncommented(value: &str) -> String {
    let comment =
        value.match_indices('#').find(|(at, _)| value[..*at].is_empty() || value[..*at].ends_with([' ', '\t']));
    value[..comment.map_or(value.len(), |(at, _)| at)].trim_end().to_owned()
}

/// The first tab that indents a line outside of quotes and blocks.
fn tab(source: &str) -> Option<Place> {
    let mut blank = true;
    for (line, number) in source.lines().zip(1_u32..) {
        let indentation = &line[..line.len() - line.trim_start().len()];
        let tabbed = indentation.contains('\t') && key(line.trim_start(), 0).is_some();
        if tabbed && blank {
            let column = indentation.find('\t').map_or(1, |at| Place::of(indentation, at).column);
            return Some(Place { line: number, column });
        }
        let trimmed = line.trim_end();
        blank = !trimmed.ends_with(['|', '>', '"', '\'', '-', '+']) && (blank || indentation.is_empty());
        blank &= !indentation.is_empty() || !opens_block(trimmed);
    }
    None
}

/// Whether lines below may begin with anything: a block scalar, or quotes that stay open.
fn opens_block(line: &str) -> bool {
    key(line, 0).is_some_and(|(_, rest)| {
        let value = rest.trim();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        value.starts_with(['|', '>', '[', '{']) || quote.is_some_and(|quote| !closes(&value[1..], quote))
    })
}

/// The parser's words in ours, and what to do.
fn explain(source: &str, error: &serde_yaml::Error) -> Fault {
    let text = error.to_string();
    let at = error.location().map_or(Place::START, |at| place(source, at.line(), at.column()));
    let has = |part: &str| text.contains(part);
    let begun = begun(source, &text).unwrap_or(at);
    if let Some((_, key)) = text.split_once(DUPLICATE) {
        let key = key.split('`').nth(1).unwrap_or("");
        return Fault::new(at, format!("{DUPLICATE}`{key}`"), "remove one of the two");
    }
    if has("mapping values are not allowed") {
        return Fault::new(at, "the value holds an unquoted `: `", QUOTE_IT);
    }
    if has("quoted scalar") && (has("end of stream") || has("document indicator")) {
        return Fault::new(begun, "a quote is opened and never closed", "close it, or write it twice inside quotes");
    }
    if has("flow sequence") || has("flow mapping") {
        return Fault::new(
            begun,
            "a list or mapping in brackets is not closed",
            "close it, or put the value in quotes",
        );
    }
    if has("cannot start any token") {
        let character =
            source.lines().nth(at.line as usize - 1).and_then(|line| line.chars().nth(at.column as usize - 1));
        return Fault::new(at, format!("a value cannot begin with `{}`", character.unwrap_or(' ')), QUOTE_IT);
    }
    if has("escape") {
        return Fault::new(
            at,
            "unknown escape in a text in double quotes",
            "write `\\\\` for a backslash, or use single quotes",
        );
    }
    if has("anchor") || has("alias") {
        return Fault::new(at, "a value that begins with `*` or `&` refers to another", QUOTE_IT);
    }
    if has("limit exceeded") || has(TOO_MUCH) {
        return Fault::new(
            at,
            "front matter grows too large or too deep when it is read",
            "use fewer aliases and levels",
        );
    }
    if has("did not find expected key") {
        return expected_key(source, at);
    }
    let message = text.split(" at line ").next().unwrap_or(&text).replace(['\n', '\r'], " ");
    Fault::new(at, format!("front matter is not YAML: {message}"), "put values with special characters in quotes")
}

/// Where the thing began that the parser was reading: `..., while scanning X at line L column C`.
fn begun(source: &str, text: &str) -> Option<Place> {
    let (_, context) = text.split_once("while ")?;
    let (_, at) = context.split_once(" at line ")?;
    let (line, column) = at.split_once(" column ")?;
    let column = column.split(|c: char| !c.is_ascii_digit()).next()?;
    Some(place(source, line.parse().ok()?, column.parse().ok()?))
}

/// Something stands where a key should: mostly text behind a closing quote or bracket.
fn expected_key(source: &str, at: Place) -> Fault {
    let line = source.lines().nth(at.line as usize - 1).unwrap_or("");
    let before: String = line.chars().take(at.column as usize - 1).collect();
    match before.trim_end().chars().last() {
        Some('"' | '\'') => Fault::new(at, "text follows a quoted value", "put all of the value in one pair of quotes"),
        Some(']' | '}') => Fault::new(at, "text follows a value in brackets", QUOTE_IT),
        _ => Fault::new(
            at,
            "a line is neither a key nor part of a value",
            "write `key: value`, and indent what belongs to it",
        ),
    }
}

/// The place of what is on the parser's `line`, which ends at more characters than ours.
fn place(source: &str, line: usize, column: usize) -> Place {
    let mut rest = source;
    for _ in 1..line {
        let Some(end) = rest.find(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) else { break };
        let length =
            if rest[end..].starts_with("\r\n") { 2 } else { rest[end..].chars().next().map_or(1, char::len_utf8) };
        rest = &rest[end + length..];
    }
    let offset = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(offset, _)| offset);
    Place::of(source, source.len() - rest.len() + offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_at_lines() {
        let source =
            "# c\ntitle: \"a: b\n  key: x\"\n'date' : 2020-1-1 # why\nurl: http://a#b\nempty:\nlist:\n- a: 1\n";
        let lines = lines(source);
        let of = |key: &str| lines.get(key).map(|line| (line.place.line, line.place.column, line.value.as_str()));
        assert_eq!(of("date"), Some((4, 10, "2020-1-1")));
        assert_eq!(of("url"), Some((5, 6, "http://a#b")));
        assert_eq!(of("empty"), Some((6, 1, "")));
        assert_eq!(of("list"), Some((7, 1, "")));
        assert_eq!(lines.len(), 5);
    }

    #[test]
    fn tells_quoted_from_plain() {
        let entries =
            read("a: 2020-01-01 10:00:00\nb: \"2020-01-01\"\nc: 1.10\nd: '7'\ne: x\n  y\nf: !!str 5\n").unwrap();
        let plain: Vec<_> = entries.iter().map(|entry| entry.plain.as_deref()).collect();
        assert_eq!(plain, [Some("2020-01-01 10:00:00"), None, Some("1.10"), None, None, None]);
    }

    #[test]
    fn tabs_are_told_only_where_they_indent() {
        assert_eq!(tab("a: 1\n\tb: 2\n"), Some(Place { line: 2, column: 1 }));
        assert_eq!(tab("a:\n  \tb: 2\n"), Some(Place { line: 2, column: 3 }));
        for fine in ["a: |\n  x\n  \ty: 1\n", "a: \"b\n\tc: d\"\n", "a:\t1\n", "a: [\n\tb: c]\n"] {
            assert_eq!(tab(fine), None, "{fine}");
        }
    }

    #[test]
    fn a_whole_front_matter_may_be_indented() {
        let entries = read("  title: a\n  date: 2020-01-01\n").unwrap();
        assert_eq!(entries[1].place, Place { line: 2, column: 9 });
        assert_eq!(entries[1].plain.as_deref(), Some("2020-01-01"));
    }
}
