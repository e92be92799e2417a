//! JSON front matter -> entries.

use std::collections::HashMap;

use serde::de::DeserializeSeed;

use super::super::text::Places;
use super::{Entry, Fault, Place, budget, top_level};
use crate::value::{DUPLICATE, TOO_MUCH};

/// Reads an object; places are in its text.
pub(super) fn read(source: &str) -> Result<Vec<Entry<'static>>, Fault> {
    let mut deserializer = serde_json::Deserializer::from_str(source);
    let budget = budget(source);
    let value = budget
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| explain(source, &error))?;
    let places = places(source);
    let at = |key: &str| places.get(key).copied().unwrap_or(Place::START);
    let entries = top_level(value)?.into_iter();
    Ok(entries.map(|(key, value)| Entry { place: at(&key), key: key.into(), value, plain: None }).collect())
}

/// Where the values of the outermost keys begin. Keys with escapes are not looked for.
fn places(source: &str) -> HashMap<&str, Place> {
    let mut found = HashMap::new();
    let mut places = Places::of(source);
    let mut depth = 0_usize;
    let mut last = "";
    let mut offset = 0;
    while let Some(byte) = source.as_bytes().get(offset) {
        match byte {
            b'"' => {
                let length = string_length(&source[offset + 1..]);
                last = &source[offset + 1..offset + 1 + length];
                offset += length + 1;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b':' if depth == 1 => {
                let rest = &source[offset + 1..];
                found.insert(last, places.at(offset + 1 + rest.len() - rest.trim_start().len()));
            }
            _ => {}
        }
        offset += 1;
    }
    found
}

/// The bytes up to the quote that ends a string.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return offset,
            _ => {}
        }
    }
    text.len()
}

fn explain(source: &str, error: &serde_json::Error) -> Fault {
    let line = source.split_inclusive('\n').nth(error.line().saturating_sub(1)).unwrap_or("");
    let column = Place::of(line, error.column().saturating_sub(1)).column;
    let place = Place { line: u32::try_from(error.line().max(1)).unwrap_or(u32::MAX), column };
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text).replace(['\n', '\r'], " ");
    if let Some(key) = message.strip_prefix(DUPLICATE) {
        // the parser stands behind the key
        let length = u32::try_from(key.chars().count()).unwrap_or(0);
        let column = place.column.saturating_sub(length.saturating_sub(1)).max(1);
        return Fault::new(Place { column, ..place }, format!("{DUPLICATE}{key}"), "remove one of the two");
    }
    let (what, mend) = in_our_words(&message);
    Fault::new(place, format!("front matter is not JSON: {what}"), mend)
}

/// The parser's words in ours, and what to do.
fn in_our_words(message: &str) -> (&str, &'static str) {
    const PAIRS: &str = "write `\"key\": \"value\"`, with commas between";
    let has = |part: &str| message.contains(part);
    match () {
        () if has("expected `") => (message, PAIRS),
        () if has("key must be") => ("a key is not in double quotes", PAIRS),
        () if has("trailing comma") => ("a comma stands before a closing bracket", "remove the comma"),
        () if has("control character") => {
            ("a line break or a control character stands in a text", "write `\\n` for a line break")
        }
        () if has("escape") || has("surrogate") => ("unknown escape in a text", "write `\\\\` for a backslash"),
        () if has("number") => ("a number cannot be read", "put it in quotes"),
        () if has("limit") || has(TOO_MUCH) => ("it grows too large or too deep when it is read", "make it smaller"),
        () if has("value") || has("ident") => ("a value is missing, or not in quotes", PAIRS),
        () => ("it cannot be read from here on", PAIRS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_outer_keys() {
        let source = "{\"a\": {\"b\": 1}, \"c\" :\n [\":\", 2], \"d\": \"\\\"x:\"}";
        let mut found: Vec<_> = places(source).into_iter().map(|(key, at)| (key, at.line, at.column)).collect();
        found.sort_unstable();
        assert_eq!(found, [("a", 1, 7), ("c", 2, 2), ("d", 2, 17)]);
    }
}
