//! Pelican's header: lines `Key: value` at the start of a file, between `---` or not. It is no YAML: quotes stay.

use std::collections::HashSet;

use super::{Entry, FrontMatter, Place};
use crate::value::Value;

/// Keys whose values are lists, parted at `;`, or else at commas.
const LISTS: [&str; 2] = ["tags", "authors"];

/// Reads the header of a text, and where the body begins; `None` when there is none.
pub(super) fn read(text: &str) -> Option<(FrontMatter<'static>, usize)> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut seen = HashSet::new();
    let mut offset = 0;
    for (line, number) in text.split_inclusive('\n').zip(1..) {
        let plain = line.trim_end();
        let is_fence = ["---", "..."].iter().any(|fence| {
            plain.strip_prefix(fence).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
        });
        if is_fence && number == 1 && !plain.starts_with('.') {
            offset += line.len();
            continue;
        }
        if plain.is_empty() || is_fence {
            offset += line.len();
            break;
        }
        match (pair(plain), continued(plain), entries.last_mut()) {
            (Some((key, value)), ..) => {
                add(&mut entries, &mut seen, (key, value), Place { line: number, column: column(plain, value) });
            }
            (None, Some(more), Some(last)) => append(last, more),
            _ => break,
        }
        offset += line.len();
    }
    front(entries).map(|front| (front, offset))
}

/// What a header says; `None`: nothing.
pub(super) fn front(mut entries: Vec<Entry<'static>>) -> Option<FrontMatter<'static>> {
    for entry in &mut entries {
        entry.value = listed(&entry.key, std::mem::take(&mut entry.value));
    }
    (!entries.is_empty()).then(|| FrontMatter { entries, ..FrontMatter::default() })
}

/// `Key: value`, indented by three blanks at most.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let name = key.trim_start_matches(' ');
    let right = key.len() - name.len() <= 3 && !name.is_empty();
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    (right && is_name).then(|| (name, value.trim()))
}

fn continued(line: &str) -> Option<&str> {
    line.strip_prefix("    ").or_else(|| line.strip_prefix('\t')).map(str::trim)
}

fn column(line: &str, value: &str) -> u32 {
    let before = &line[..line.len() - value.len()];
    u32::try_from(before.chars().count()).unwrap_or(u32::MAX).saturating_add(1)
}

/// A key that stands twice counts with its first value.
pub(super) fn add(entries: &mut Vec<Entry<'_>>, seen: &mut HashSet<String>, (key, value): (&str, &str), place: Place) {
    let key = key.to_lowercase();
    if seen.insert(key.clone()) {
        entries.push(Entry { key: key.into(), value: Value::String(value.to_owned()), place, plain: None });
    }
}

fn append(entry: &mut Entry<'_>, more: &str) {
    if let Value::String(text) = &mut entry.value {
        text.push('\n');
        text.push_str(more);
    }
}

/// The value of a key, a list where the key holds one.
fn listed(key: &str, value: Value) -> Value {
    match value {
        Value::String(text) if LISTS.contains(&key) => {
            let separator = if text.contains(';') { ';' } else { ',' };
            let items = text.split([separator, '\n']).map(str::trim).filter(|item| !item.is_empty());
            Value::Sequence(items.map(|item| Value::String(item.to_owned())).collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::read::json;
    use proptest::prelude::*;

    fn header(text: &str) -> Option<(Value, &str)> {
        read(text).map(|(front, body)| (front.into_value(), &text[body..]))
    }

    #[test]
    fn lines_are_keys_and_values() {
        let cases = [
            (
                "Title: A: \"b\"\nDATE: 2024-01-02\nTags: a, b c\n\nBody\n",
                r#"{"title": "A: \"b\"", "date": "2024-01-02", "tags": ["a", "b c"]}"#,
                "Body\n",
            ),
            (
                "---\ntitle: x\nauthors: Lee, Ann; Bo\n---\nBody",
                r#"{"title": "x", "authors": ["Lee, Ann", "Bo"]}"#,
                "Body",
            ),
            (
                "Summary: one\n    two\nSlug: s\nBody: no\nmore",
                r#"{"summary": "one\ntwo", "slug": "s", "body": "no"}"#,
                "more",
            ),
        ];
        for (text, expected, body) in cases {
            assert_eq!(header(text), Some((json(expected).unwrap(), body)), "{text}");
        }
        for text in ["", "\nTitle: x\n", "Body\n", "# Title: x\n", "    Title: x\n", "---\n---\n"] {
            assert_eq!(header(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_has_a_body(text in "([A-Za-zé:;, \n\t.-]|---\n){0,60}") {
            if let Some((_, body)) = read(&text) {
                prop_assert!(text.get(body..).is_some());
            }
        }
    }
}
