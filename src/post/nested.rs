//! Where a nested value stands in front matter.
//!
//! Parsers tell the places of the outermost keys at most. A nested one is looked for in the text
//! from there on, by its key and the value behind it, which goes for YAML, TOML and JSON alike.

use super::text::Place;

/// How much of a value is compared.
const COMPARED: usize = 60;

/// The place of `value` behind a nested `key`, both as written, at or behind `from`.
pub(super) fn find(text: &str, from: Place, key: &str, value: &str) -> Option<Place> {
    if key.is_empty() {
        return None;
    }
    let start = offset(text, from);
    let mut first = value.trim().lines().next().unwrap_or("");
    if let Some((end, _)) = first.char_indices().nth(COMPARED) {
        first = &first[..end];
    }
    let rest = &text[start..];
    let found = rest.match_indices(key).find_map(|(at, _)| {
        let is_whole = !rest[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'));
        let behind = rest[at + key.len()..].trim_start_matches(['"', '\'']).trim_start_matches(' ');
        let written = behind.strip_prefix([':', '='])?.trim_start_matches([' ', '\t']);
        let plain = written.trim_start_matches(['"', '\'']);
        (is_whole && plain.starts_with(first)).then(|| start + rest.len() - written.len())
    })?;
    Some(Place::of(text, found))
}

/// The byte at a place.
fn offset(text: &str, place: Place) -> usize {
    let lines = text.split_inclusive('\n').take(place.line as usize - 1);
    let start: usize = lines.map(str::len).sum();
    let column = text[start..].char_indices().nth(place.column as usize - 1);
    column.map_or(text.len(), |(offset, _)| start + offset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn finds_values_in_every_syntax() {
        let cases = [
            ("---\nlength: lots\nenclosure:\n  url: /length\n  length: lots\n", (3, 1), (5, 11)),
            ("---\nenclosure: {url: x, length: 'lots'}\n", (2, 12), (2, 29)),
            ("+++\n[enclosure]\nmy_length = 'lots'\nlength = 'lots'\n", (2, 2), (4, 10)),
            ("{\"enclosure\": {\"é\": 1, \"length\": \"lots\"}}", (1, 15), (1, 34)),
            ("---\na:\n- length: 5\n- length: lots\n", (2, 1), (4, 11)),
        ];
        for (text, (line, column), expected) in cases {
            let found = find(text, Place { line, column }, "length", "lots").map(|place| (place.line, place.column));
            assert_eq!(found, Some(expected), "{text}");
        }
        assert_eq!(find("length: a\n", Place::START, "length", "b"), None);
        assert_eq!(find("", Place { line: 9, column: 9 }, "a", ""), None);
    }

    proptest! {
        #[test]
        fn any_text_is_searched(text in "[ab:=\n é\"]{0,30}", line in 1..9_u32, column in 1..9_u32) {
            let _ = find(&text, Place { line, column }, "a", "b");
        }
    }
}
