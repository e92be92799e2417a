//! Finds the front matter of a file, reads it, and remembers where its keys stand.
//!
//! In: the text of a file (no byte order mark). Out: [`FrontMatter`] and where the body begins, or
//! the one [`Fault`] that makes it unreadable. It knows no key by name.
//!
//! - `fence`: where front matter begins and ends
//! - `header`: Pelican's, which is none of these; `html_head`: that of its articles in HTML
//! - `yaml`, `toml`, `json`: from text to entries; `yaml_fault`: what YAML's parser says, in our words
//! - `plain_yaml`: what most YAML is, read without its parser

mod fence;
mod header;
mod html_head;
mod json;
mod plain_yaml;
mod toml;
mod yaml;
mod yaml_fault;

use std::borrow::Cow;

use super::text::{Place, count, line_of};
use crate::config::Dialect;
use crate::value::{Budget, Value};

/// The most bytes that front matter may have: far more than any has, and too few to do harm.
const MOST_BYTES: usize = 1 << 20;
/// The deepest that its lists and mappings may be nested.
const DEEPEST: usize = 100;

/// What is wrong, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub place: Place,
    pub message: String,
    pub mend: String,
}

impl Fault {
    fn new(place: Place, message: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { place, message: message.into(), mend: mend.into() }
    }
}

/// A file in its two parts.
#[derive(Debug, PartialEq)]
pub(super) struct Document<'a> {
    /// `None` when the file has no front matter.
    pub front: Option<FrontMatter<'a>>,
    /// Where the body begins in the text, in bytes.
    pub body: usize,
}

/// What front matter says, at its top level, in the order written.
#[derive(Debug, Default, PartialEq)]
pub(super) struct FrontMatter<'a> {
    pub entries: Vec<Entry<'a>>,
    /// What is said for the post elsewhere, for keys that it does not have.
    pub given: Vec<Entry<'a>>,
    /// Keys that are said twice, and where the one is that counts.
    pub repeated: Vec<(String, Place)>,
}

impl FrontMatter<'_> {
    /// All of it as one mapping.
    pub fn into_value(self) -> Value {
        let all = self.entries.into_iter().chain(self.given);
        Value::Mapping(all.map(|entry| (entry.key.into_owned(), entry.value)).collect())
    }
}

/// A key and its value.
#[derive(Debug, PartialEq)]
pub(super) struct Entry<'a> {
    pub key: Cow<'a, str>,
    pub value: Value,
    /// Where the value begins in the file, or its key when that is not known.
    pub place: Place,
    /// A YAML scalar as it is written, when no quotes are around it.
    pub plain: Option<Cow<'a, str>>,
}

/// Takes an article of Pelican's apart.
pub(super) fn read_header(text: &str) -> Result<Document<'_>, Fault> {
    let Some((front, body)) = header::read(text).or_else(|| html_head::read(text)) else {
        return Ok(Document { front: None, body: 0 });
    };
    check_size(&text[..body])?;
    Ok(Document { front: Some(front), body })
}

/// What becomes of a key that stands twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeats {
    Refused,
    /// In YAML the later one counts.
    LastCounts,
}

impl Repeats {
    /// As the generator of a dialect has it. Those of Hugo that came before it refused them took the later one.
    pub fn of(dialect: Dialect) -> Self {
        if matches!(dialect, Dialect::Jekyll | Dialect::Hugo) { Self::LastCounts } else { Self::Refused }
    }
}

/// Takes a file apart.
pub(super) fn read(text: &str) -> Result<Document<'_>, Fault> {
    read_with(text, Repeats::Refused)
}

/// The same, and says what becomes of keys that stand twice.
pub(super) fn read_with(text: &str, repeats: Repeats) -> Result<Document<'_>, Fault> {
    if let Some((entries, body)) = plain_yaml::document(text) {
        let front = FrontMatter { entries, ..FrontMatter::default() };
        return Ok(Document { front: Some(front), body });
    }
    let Some(found) = fence::find(text)? else { return Ok(Document { front: None, body: 0 }) };
    let source = &text[found.content.clone()];
    let lines = line_of(text, found.content.start) - 1;
    let (mut entries, repeated) = check_size(source)
        .and_then(|()| match found.syntax {
            fence::Syntax::Yaml => yaml::read(source, repeats),
            fence::Syntax::Toml => toml::read(source).map(|entries| (entries, Vec::new())),
            fence::Syntax::Json => json::read(source).map(|entries| (entries, Vec::new())),
        })
        .map_err(|fault| fence::conflicted(source).unwrap_or(fault))
        .map_err(|fault| Fault { place: fault.place.below(lines), ..fault })?;
    entries.iter_mut().for_each(|entry| entry.place = entry.place.below(lines));
    let repeated = repeated.into_iter().map(|(key, place)| (key, place.below(lines))).collect();
    let front = FrontMatter { entries, given: Vec::new(), repeated };
    Ok(Document { front: Some(front), body: found.body })
}

/// How much the values may grow to.
fn budget(source: &str) -> Budget {
    Budget::new(source.len() * 4 + 100_000)
}

/// Refuses what would cost the parsers more than it is worth.
fn check_size(source: &str) -> Result<(), Fault> {
    if source.len() > MOST_BYTES {
        let message = "front matter is longer than 1 MiB";
        return Err(Fault::new(Place::START, message, "close it where the text begins"));
    }
    // counted at once, and gone through only when there is something to find
    if count(source.as_bytes(), |byte| matches!(byte, b'[' | b'{')) <= DEEPEST {
        return Ok(());
    }
    let mut depth = 0_usize;
    for (offset, byte) in source.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err(too_deep(Place::of(source, offset)));
        }
    }
    Ok(())
}

fn too_deep(place: Place) -> Fault {
    Fault::new(place, "front matter is nested too deeply", format!("at most {DEEPEST} levels are read"))
}

/// The top level must be keys with values.
fn top_level(value: Value) -> Result<Vec<(String, Value)>, Fault> {
    match value {
        Value::Mapping(pairs) => Ok(pairs),
        Value::Null => Ok(Vec::new()),
        other => {
            let message = format!("front matter is {}, not keys with values", other.kind());
            Err(Fault::new(Place::START, message, "write lines such as `title: A Title`"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fault(text: &str) -> (u32, u32, String) {
        let fault = read(text).unwrap_err();
        (fault.place.line, fault.place.column, fault.message)
    }

    #[test]
    fn reads_three_syntaxes_alike() {
        let files = [
            "---\ntitle: A\ntags: [x, y]\n---\nBody\n",
            "---  \r\ntitle: \"A\"\r\ntags: [x, y]\r\n... \r\nBody\n",
            "\n\n---\ntitle: A\ntags:\n- x\n- y\n----------\nBody\n",
            "+++\ntitle = 'A'\ntags = [\"x\", \"y\"]\n+++ \nBody\n",
            "{\n\"title\": \"A\",\n\"tags\": [\"x\", \"y\"]\n}\nBody\n",
            "---json\n{\"title\": \"A\", \"tags\": [\"x\", \"y\"]}\n---\nBody\n",
        ];
        for text in files {
            let document = read(text).unwrap();
            let entries = document.front.unwrap().entries;
            let pairs: Vec<_> = entries.iter().map(|entry| (&*entry.key, &entry.value)).collect();
            let tags = Value::Sequence(vec![Value::String("x".into()), Value::String("y".into())]);
            assert_eq!(pairs, [("title", &Value::String("A".into())), ("tags", &tags)], "{text}");
            assert_eq!(&text[document.body..], "Body\n", "{text}");
        }
    }

    #[test]
    fn of_a_key_that_stands_twice_the_last_may_count() {
        let text = "---\ndraft: true\ntitle: a\ndraft: false\n---\n";
        assert_eq!(read(text).unwrap_err().message, "duplicate key `draft`");
        for dialect in [Dialect::Jekyll, Dialect::Hugo] {
            let front = read_with(text, Repeats::of(dialect)).unwrap().front.unwrap();
            assert_eq!(front.repeated, [("draft".to_owned(), Place { line: 4, column: 8 })]);
            assert_eq!(front.into_value().entry("draft"), Some(&Value::Bool(false)));
        }
    }

    #[test]
    fn knows_where_values_stand() {
        let places = |text: &str| -> Vec<(String, u32, u32)> {
            let entries = read(text).unwrap().front.unwrap().entries;
            entries.into_iter().map(|entry| (entry.key.into_owned(), entry.place.line, entry.place.column)).collect()
        };
        let expected = [("title".to_owned(), 2, 8), ("date".to_owned(), 4, 7)];
        assert_eq!(places("---\ntitle: \"é: a\n  b\"\ndate: x\n---\n"), expected);
        assert_eq!(places("+++\ntitle= '''\na'''\ndate =  1\n+++\n"), [expected[0].clone(), ("date".into(), 4, 9)]);
        assert_eq!(places("{\"x\": {\"date\": 1},\n \"date\": \"é\"}\n"), [("x".into(), 1, 7), ("date".into(), 2, 10)]);
    }

    #[test]
    fn a_file_without_front_matter_is_all_body() {
        for text in
            ["", "Hello", "# Title\n---\n", "{% include x %}\n", "{:.class}\nText", "--\na\n", "{{ x }}", "----\na"]
        {
            assert_eq!(read(text), Ok(Document { front: None, body: 0 }), "{text}");
        }
    }

    #[test]
    fn tells_line_and_column_in_the_file() {
        let cases: &[(&str, u32, u32, &str)] = &[
            ("---\ntitle: a\ndate: 1\ntitle: b\n---\n", 4, 1, "duplicate key `title`"),
            ("\n---\nx:\n  a: 1\n  a: 2\n---\n", 5, 3, "duplicate key `a`"),
            ("---\ntitle: Rust: a tale\n---\n", 2, 12, "unquoted"),
            ("---\na: 1\n\tb: 2\n---\n", 3, 1, "tab"),
            ("---\na: 1\ntitle: \"Hello\ndate: 1\n---\n", 3, 8, "quote"),
            ("---\ntitle: @home\n---\n", 2, 8, "cannot begin"),
            ("---\ntitle: \"a\" b\n---\n", 2, 12, "quoted"),
            ("---\ntags: [a, b\n---\n", 2, 7, "not closed"),
            ("---\na: b\nc: d\u{7}e\n---\n", 3, 5, "U+0007"),
            ("---\na: b\nc: é\0e\n---\n", 3, 5, "U+0000"),
            ("---\ntags:\n\t- a\n---\n", 3, 1, "tab"),
            ("---\nlayout:\n  - x\n\t- y\n---\n", 4, 1, "tab"),
            ("---\ntitle: x\n date: 2024-01-02\n---\n", 3, 2, "`date` is indented"),
            ("---\nparams:\n  x: a: b\n---\n", 3, 7, "unquoted"),
            ("---\ntitle = x\ndate: 2024\n---\n", 2, 1, "neither a key"),
            ("---\ntitle: x\nfoo\ndate: 1\n---\n", 3, 1, "neither a key"),
            ("---\na: 1\ntitle: *x*\n---\n", 3, 8, "begins with `*`"),
            ("---\na: 1\ntitle: *x\n---\n", 3, 8, "begins with `*`"),
            ("---\ntitle: !x!y z\n---\n", 2, 8, "cannot begin with `!`"),
            ("---\ntitle: - x\n---\n", 2, 8, "list"),
            ("---\ntitle: |x\n  y\n---\n", 2, 9, "text follows"),
            ("---\n[a]: b\n---\n", 2, 1, "a key is a list"),
            ("---\na: 1\n--- b\n---\n", 3, 1, "`---`"),
            ("---\na:\n  - b: 1\n    b: 2\n---\n", 4, 5, "duplicate key `b`"),
            ("+++\ntitle = x\n+++\n", 2, 9, "not in quotes"),
            ("+++\ntitle: x\n+++\n", 2, 6, "`=`"),
            ("+++\ndate = 2024-13-02\n+++\n", 2, 8, "a date"),
            ("+++\n[a]\nx = 1\nx = 2\n+++\n", 4, 1, "duplicate key `x`"),
            ("{\"a\": {\"b\": 1, \"b\": 2}}\n", 1, 16, "duplicate key `b`"),
            ("{\"a\": 1, b: 2}\n", 1, 10, "not in double quotes"),
            ("---\na: b\n<<<<<<< HEAD\nc: 1\n=======\nc: 2\n>>>>>>> x\n---\n", 3, 1, "conflict markers"),
            ("---\ntitle: a\n", 1, 1, "`---` is not closed"),
            ("+++\ntitle = \"a\"\n", 1, 1, "`+++` is not closed"),
            ("+++\ntitle = \"a\"\ntitle = \"b\"\n+++\n", 3, 1, "duplicate key"),
            ("+++\ntitle = \"a\n+++\n", 2, 11, "front matter"),
            ("{\n \"a\": 1,\n \"a\": 2\n}\n", 3, 2, "duplicate key `a`"),
            ("{\n \"a\": 1,,\n}\n", 2, 9, "JSON"),
            ("{\n \"a\": 1,\n", 1, 1, "`{` is not closed"),
            ("---\n- a\n- b\n---\n", 2, 1, "list"),
        ];
        for (text, line, column, message) in cases {
            let told = fault(text);
            assert_eq!((told.0, told.1), (*line, *column), "{text}: {}", told.2);
            assert!(told.2.contains(message), "{text}: {}", told.2);
        }
    }

    #[test]
    fn parsers_have_no_say() {
        let jargon =
            ["expected '", "found ", "did not", "context", "invalid type", "deserializ", "ident", "literal", "EOF"];
        let files = [
            "---\ntitle: x\nfoo\ndate: 1\n---\n",
            "---\ntitle: - x\n---\n",
            "---\n%foo bar\na: 1\n---\n",
            "---\n? {a: b}\n: c\n---\n",
            "---\na: 1\n--- b\n---\n",
            "---\na: &\n---\n",
            "---\na: !<x\n---\n",
            "---\na: >9x\n---\n",
            "---\na: \"\\xzz\"\n---\n",
            "+++\ntitle = x\n+++\n",
            "+++\ntitle = 'a\u{7}b'\n+++\n",
            "+++\ntitle =\n+++\n",
            "+++\ntitle\n+++\n",
            "+++\n[a\nx = 1\n+++\n",
            "+++\na = 1__0\n+++\n",
            "{\"a\": tru}\n",
            "{\"a\": \"x\ny\"}\n",
            "{\"a\": \"\\ud800\"}\n",
            "{\"a\": 01}\n",
        ];
        for text in files {
            let fault = read(text).unwrap_err();
            let told = format!("{}; {}", fault.message, fault.mend);
            assert!(jargon.iter().all(|word| !told.contains(word)), "{text}: {told}");
            assert!(!fault.mend.is_empty());
        }
    }

    #[test]
    fn hostile_nesting_is_refused() {
        for open in ["[", "{", "- ", "? ", "a: "] {
            let text = format!("---\n{}\n---\n", open.repeat(60_000));
            assert!(read(&text).is_err(), "{open}");
        }
        for toml in
            [format!("+++\na{} = 1\n+++\n", ".a".repeat(60_000)), format!("+++\na = {}\n+++\n", "[".repeat(9_000))]
        {
            assert!(read(&toml).is_err());
        }
        assert!(read(&format!("---\na: {}\n---\n", "x".repeat(MOST_BYTES))).is_err());
    }

    #[test]
    fn an_empty_front_matter_is_one() {
        for text in ["---\n---\n", "---\n\n# nothing\n---\n", "+++\n+++\n", "{}\n", "---\n..."] {
            assert_eq!(read(text).unwrap().front, Some(FrontMatter::default()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(---\n|\\+\\+\\+\n|\\{\n?)?[-a-z\"'\\[\\]{}:,#&*!|>=.é\t\r\n ]{0,80}(\n---\n|\n\\+\\+\\+\n|\n\\})?\\PC*") {
            match read(&text) {
                Ok(document) => prop_assert!(text.is_char_boundary(document.body)),
                Err(fault) => prop_assert!(fault.place.line as usize <= text.matches('\n').count() + 1, "{:?}", fault),
            }
        }
    }
}
