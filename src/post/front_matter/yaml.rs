//! YAML front matter -> entries.
//!
//! The parser tells neither where a value stood nor whether it was quoted, so the lines of the top
//! level are looked at once more ([`lines`]).

use std::borrow::Cow;
use std::collections::HashMap;

use serde::de::DeserializeSeed;

use super::yaml_fault::{character, explain, tabbed};
use super::{Entry, Fault, Place, Repeats, budget, plain_yaml, top_level};
use crate::value::Value;

/// Entries, and the keys that are said twice.
type Said<'a> = (Vec<Entry<'a>>, Vec<(String, Place)>);

/// Reads the text between the fences; places are in that text.
pub(super) fn read(source: &str, repeats: Repeats) -> Result<Said<'_>, Fault> {
    plain_yaml::read(source).map_or_else(|| parsed(source, repeats), |entries| Ok((entries, Vec::new())))
}

/// The same, of any YAML.
pub(super) fn parsed(source: &str, repeats: Repeats) -> Result<Said<'static>, Fault> {
    let source = &one_kind_of_break(source);
    character(source)?;
    if let Some(place) = tab(source) {
        return Err(tabbed(place));
    }
    let budget = match repeats {
        Repeats::Refused => budget(source),
        Repeats::LastCounts => budget(source).taking_the_last(),
    };
    let parsed = budget.deserialize(serde_yaml::Deserializer::from_str(source));
    let value = match parsed {
        Ok(value) => value,
        Err(_) if source.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) => {
            Value::Null
        }
        Err(error) => return Err(explain(source, &error)),
    };
    let lines = lines(source);
    let place = |key: String| (lines.get(&key).map_or(Place::START, |line| line.place), key);
    let repeated = budget.repeated().into_iter().map(place).map(|(place, key)| (key, place)).collect();
    Ok((top_level(value)?.into_iter().map(|(key, value)| entry(key, value, &lines)).collect(), repeated))
}

/// The text with blanks for the characters that break lines in YAML 1.1 alone, so that nobody is
/// told of a line that no editor shows.
fn one_kind_of_break(source: &str) -> Cow<'_, str> {
    let breaks = ['\u{85}', '\u{2028}', '\u{2029}'];
    if source.contains(breaks) { source.replace(breaks, " ").into() } else { source.into() }
}

fn entry(key: String, value: Value, lines: &HashMap<String, Line>) -> Entry<'static> {
    let line = lines.get(&key);
    let plain = line.map(|line| line.value.clone()).filter(|plain| match &value {
        Value::String(text) => text == plain,
        Value::Bool(_) | Value::Integer(_) | Value::Float(_) => !plain.starts_with(['"', '\'', '&', '!', '*']),
        _ => false,
    });
    Entry { place: line.map_or(Place::START, |line| line.place), key: key.into(), value, plain: plain.map(Cow::Owned) }
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
            found.insert(key, Line { place: Place { line: number, column }, value: uncommented(value) });
        }
    }
    found
}

/// The key of a line at `indent`, and what is behind its colon.
pub(super) fn key(line: &str, indent: usize) -> Option<(String, &str)> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Result<Vec<Entry<'_>>, Fault> {
        super::read(source, Repeats::Refused).map(|(entries, _)| entries)
    }

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
    fn breaks_that_editors_do_not_show_are_none() {
        let entries = read("title: a\u{2028}b\u{85}c\ndate: 2020-01-01\n").unwrap();
        assert_eq!(entries[0].value, Value::String("a b c".into()));
        assert_eq!(entries[1].place, Place { line: 2, column: 7 });
    }

    #[test]
    fn a_whole_front_matter_may_be_indented() {
        let entries = read("  title: a\n  date: 2020-01-01\n").unwrap();
        assert_eq!(entries[1].place, Place { line: 2, column: 9 });
        assert_eq!(entries[1].plain.as_deref(), Some("2020-01-01"));
    }
}
