//! Plain literals in a source text of Python or JavaScript -> [`Value`]s, without running it.
//!
//! Read are strings, numbers, truth values, lists and mappings of them, and names of what was read before. Anything
//! else is passed over: an item of a list, an entry of a mapping, or the whole.
//!
//! - `cursor`: blanks, comments, names and brackets
//! - `string`: strings of both languages
//! - `python`: the assignments of a text; `javascript`: what its exports and calls say

mod cursor;
mod javascript;
mod python;
mod string;

pub(super) use javascript::{Said, said};
pub(super) use python::assignments;

use self::cursor::Cursor;
use crate::value::Value;

/// The deepest that lists and mappings are nested; what is deeper is passed over.
const DEEPEST: usize = 50;

/// What a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Python,
    JavaScript,
}

/// Reads values, one behind the other.
pub(super) struct Reader<'a> {
    cursor: Cursor<'a>,
    /// What names stand for.
    known: Vec<(String, Value)>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, language: Language) -> Self {
        Self { cursor: Cursor::new(text, language), known: Vec::new() }
    }

    /// The value that stands here, when it is plain; in any case the cursor is at the end of the expression.
    fn value(&mut self) -> Option<Value> {
        self.expression(DEEPEST)
    }

    fn expression(&mut self, depth: usize) -> Option<Value> {
        let value = self.literal(depth);
        let is_whole = self.cursor.ends_expression();
        self.cursor.skip_expression();
        value.filter(|_| is_whole)
    }

    fn literal(&mut self, depth: usize) -> Option<Value> {
        self.cursor.skip_blanks();
        let depth = depth.checked_sub(1)?;
        match self.cursor.peek()? {
            '[' => Some(Value::Sequence(self.items(']', depth).0)),
            '{' => Some(Value::Mapping(self.entries(depth))),
            '(' => self.in_parentheses(depth),
            c if c.is_ascii_digit() || matches!(c, '-' | '+' | '.') => self.number(),
            _ => match self.cursor.string() {
                Some(text) => text.map(Value::String),
                None => self.name(),
            },
        }
    }

    /// Items up to a closing bracket, and how many there are, with those that are passed over.
    fn items(&mut self, close: char, depth: usize) -> (Vec<Value>, usize, bool) {
        let (mut items, mut count, mut has_comma) = (Vec::new(), 0, false);
        self.cursor.open();
        while self.cursor.is_before_item(close) {
            items.extend(self.expression(depth));
            count += 1;
            has_comma |= self.cursor.take(',');
        }
        self.cursor.close(close);
        (items, count, has_comma)
    }

    /// A tuple, or one value in parentheses.
    fn in_parentheses(&mut self, depth: usize) -> Option<Value> {
        let is_python = self.cursor.language() == Language::Python;
        let (mut items, count, has_comma) = self.items(')', depth);
        match (is_python, count, has_comma) {
            (true, 0, _) | (true, _, true) => Some(Value::Sequence(items)),
            (_, 1, false) => items.pop(),
            _ => None,
        }
    }

    fn entries(&mut self, depth: usize) -> Vec<(String, Value)> {
        let mut entries: Vec<(String, Value)> = Vec::new();
        self.cursor.open();
        while self.cursor.is_before_item('}') {
            let key = self.key();
            match key.filter(|_| self.cursor.take(':')) {
                Some(key) => {
                    let value = self.expression(depth);
                    entries.retain(|(known, _)| *known != key);
                    entries.extend(value.map(|value| (key, value)));
                }
                None => self.cursor.skip_expression(),
            }
            self.cursor.take(',');
        }
        self.cursor.close('}');
        entries
    }

    fn key(&mut self) -> Option<String> {
        if let Some(text) = self.cursor.string() {
            return text;
        }
        let is_bare = self.cursor.language() == Language::JavaScript;
        self.cursor.word().filter(|_| is_bare).map(str::to_owned)
    }

    fn number(&mut self) -> Option<Value> {
        let is_negative = self.cursor.take('-');
        let text = self.cursor.digits().replace('_', "");
        let whole = text.parse().ok().map(|number: i128| Value::Integer(if is_negative { -number } else { number }));
        let broken = || text.parse().ok().map(|number: f64| Value::Float(if is_negative { -number } else { number }));
        whole.or_else(broken)
    }

    fn name(&mut self) -> Option<Value> {
        let name = self.cursor.word()?;
        match (self.cursor.language(), name) {
            (Language::Python, "True") | (Language::JavaScript, "true") => Some(Value::Bool(true)),
            (Language::Python, "False") | (Language::JavaScript, "false") => Some(Value::Bool(false)),
            (Language::Python, "None") | (Language::JavaScript, "null" | "undefined") => Some(Value::Null),
            _ => self.known.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::read::json;
    use proptest::prelude::*;

    fn read(text: &str, language: Language) -> Option<Value> {
        Reader::new(text, language).value()
    }

    #[test]
    fn plain_literals_are_read() {
        use Language::{JavaScript, Python};
        let cases = [
            (Python, "'a' \"b\"", r#""ab""#),
            (
                Python,
                "{'a': 1, 'b': None, f(): 2, 'c': x(1, [2]), 'd': (1, -2.5,)}",
                r#"{"a": 1, "b": null, "d": [1, -2.5]}"#,
            ),
            (Python, "(('A', 'x'),  # note, 'B'\n ('B', 'y'))", r#"[["A", "x"], ["B", "y"]]"#),
            (Python, "('a'\n 'b')", r#""ab""#),
            (Python, "[1, 'x' + y, True]", "[1, true]"),
            (
                JavaScript,
                "{a: 1, 'b-c': [true, null,], d() { return {a: 2}; }, ...e, f: g, h: `i`, j: `${k}`}",
                r#"{"a": 1, "b-c": [true, null], "h": "i"}"#,
            ),
            (JavaScript, "{ // one, two\n a: /* b: */ 'it\\'s', }", r#"{"a": "it's"}"#),
            (JavaScript, "(1_000)", "1000"),
        ];
        for (language, text, expected) in cases {
            assert_eq!(read(text, language), Some(json(expected).unwrap()), "{text}");
        }
    }

    #[test]
    fn what_is_more_than_a_literal_is_none() {
        for text in ["a", "'a' + b", "[1].map(f)", "'a' if b else 'c'", "f('a')", "'%s' % x", "-", "{'a'", ""] {
            let expected = if text == "{'a'" { Some(Value::Mapping(Vec::new())) } else { None };
            assert_eq!(read(text, Language::Python), expected, "{text}");
        }
        assert_eq!(read(&"[".repeat(100_000), Language::Python).map(|value| value.items().len()), Some(1));
    }

    proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in "[a\\[\\]{}(),:'\"`/*#\\\\$\n =;.1-]{0,60}") {
            for language in [Language::Python, Language::JavaScript] {
                let _ = read(&text, language);
            }
            let _ = (assignments(&text), said(&text));
        }

        #[test]
        fn json_is_javascript(text in "[a-z \\\\\"'\n]{0,20}", number in any::<i32>(), flag in any::<bool>()) {
            let written = serde_json::json!({"text": text, "list": [number, flag, null]}).to_string();
            prop_assert_eq!(read(&written, Language::JavaScript), Some(json(&written).unwrap()));
        }
    }
}
