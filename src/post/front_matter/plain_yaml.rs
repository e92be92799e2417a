//! The YAML that nearly all front matter is written in, read line by line, at a tenth of what YAML's parser costs.
//!
//! In: the text between the fences. Out: what `yaml` makes of it, or `None` for all that is not plainly of this kind:
//! then `yaml` reads it, and tells what is wrong. Of this kind are lines `key: value` with different keys. A value is
//! nothing, a text on its line, a whole number, `true` or `false`; or a list of these, in brackets or in lines `- text`.

use super::super::text::{is_printable, lines};
use super::{Entry, Place, check_size, fence};
use crate::value::Value;

/// More keys are not compared with each other here.
const MOST_KEYS: usize = 64;
/// YAML has a limit too (1.2 §7.4.2), far from any key.
const LONGEST_KEY: usize = 100;
/// What is a number for sure and fits into one.
const MOST_DIGITS: usize = 18;

/// Reads a file that begins with such lines between two lines `---`, and tells where its body begins.
pub(super) fn document(text: &str) -> Option<(Vec<Entry<'_>>, usize)> {
    let fence = "---\n";
    let mut reader = Reader::new(2);
    let mut content = fence.len();
    for line in lines(text.strip_prefix(fence)?) {
        if fence::closes(line, "---") {
            // what is too much is told elsewhere
            check_size(&text[fence.len()..content]).ok()?;
            return Some((reader.finish()?, content + line.len()));
        }
        reader.take(line)?;
        content += line.len();
    }
    None
}

/// Reads the text between the fences; places are in that text.
pub(super) fn read(source: &str) -> Option<Vec<Entry<'_>>> {
    let mut reader = Reader::new(1);
    lines(source).try_for_each(|line| reader.take(line))?;
    reader.finish()
}

/// Reads line by line.
struct Reader<'a> {
    entries: Vec<Entry<'a>>,
    open: Open,
    /// The number of the next line.
    number: u32,
}

impl<'a> Reader<'a> {
    fn new(number: u32) -> Self {
        Self { entries: Vec::with_capacity(8), open: Open::Nothing, number }
    }

    fn take(&mut self, line: &'a str) -> Option<()> {
        let end = match line.as_bytes() {
            [.., b'\r', b'\n'] => 2,
            [.., b'\n'] => 1,
            _ => 0,
        };
        let line = &line[..line.len() - end];
        is_usual(line).then_some(())?;
        match line.bytes().next() {
            None => {}
            Some(b' ' | b'-') => self.open = add_item(&mut self.entries, line, self.open)?,
            Some(_) => self.add(pair(line, self.number)?)?,
        }
        self.number = self.number.checked_add(1)?;
        Some(())
    }

    fn add(&mut self, entry: Entry<'a>) -> Option<()> {
        self.open = if entry.value == Value::Null { Open::Key } else { Open::Nothing };
        let is_new = self.entries.len() < MOST_KEYS && self.entries.iter().all(|other| other.key != entry.key);
        is_new.then(|| self.entries.push(entry))
    }

    fn finish(self) -> Option<Vec<Entry<'a>>> {
        (!self.entries.is_empty()).then_some(self.entries)
    }
}

/// What a line `- text` belongs to.
#[derive(Clone, Copy)]
enum Open {
    Nothing,
    /// A key without a value on its line.
    Key,
    /// A list whose lines are indented so far.
    List(usize),
}

/// Whether a line has no characters that YAML takes for something else than text; of ASCII's blanks it has the usual one.
fn is_usual(line: &str) -> bool {
    let usual = |c: char| matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..);
    is_printable(line.as_bytes()) || line.chars().all(usual)
}

/// Which bytes a key is made of: letters, digits and some signs.
const IS_OF_KEY: [bool; 256] = {
    let (mut is_of_key, mut byte) = ([false; 256], 0_u8);
    while byte < 0x80 {
        is_of_key[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        byte += 1;
    }
    is_of_key
};

/// `key: value`
fn pair(line: &str, number: u32) -> Option<Entry<'_>> {
    let (key, rest) = line.split_at(line.bytes().position(|byte| !IS_OF_KEY[usize::from(byte)])?);
    let rest = matches!(rest.as_bytes(), [b':'] | [b':', b' ', ..]).then(|| &rest[1..])?;
    let is_name = key.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && key.len() <= LONGEST_KEY;
    let is_text = is_name && !is_word_of_yaml(key);
    let written = rest.trim_ascii();
    let value = match written.bytes().next() {
        None => Value::Null,
        Some(b'[') => list(written)?,
        Some(_) => scalar(written)?,
    };
    let column = if written.is_empty() { 0 } else { line.len() - rest.trim_ascii_start().len() };
    let place = Place { line: number, column: u32::try_from(column).ok()?.checked_add(1)? };
    let is_quoted = matches!(written.bytes().next(), Some(b'"' | b'\''));
    let is_plain = !is_quoted && !matches!(value, Value::Null | Value::Sequence(_));
    is_text.then(|| Entry { key: key.into(), value, place, plain: is_plain.then(|| written.into()) })
}

/// `- text`, below the last key; what the next such line belongs to.
fn add_item(entries: &mut [Entry<'_>], line: &str, open: Open) -> Option<Open> {
    let text = line.trim_ascii_start();
    let indent = line.len() - text.len();
    let item = scalar(text.strip_prefix("- ")?.trim_ascii())?;
    match (open, &mut entries.last_mut()?.value) {
        (Open::Key, value) => *value = Value::Sequence(vec![item]),
        (Open::List(other), Value::Sequence(items)) if other == indent => items.push(item),
        _ => return None,
    }
    Some(Open::List(indent))
}

/// `[one, "two"]`
fn list(text: &str) -> Option<Value> {
    let mut rest = text.strip_prefix('[')?.strip_suffix(']')?.trim_ascii();
    let mut items = Vec::new();
    while !rest.is_empty() {
        let quote = rest.bytes().next().filter(|first| matches!(first, b'"' | b'\''));
        let end = match quote {
            Some(quote) => memchr::memchr(quote, &rest.as_bytes()[1..])? + 2,
            None => memchr::memchr(b',', rest.as_bytes()).unwrap_or(rest.len()),
        };
        let (item, behind) = rest.split_at(end);
        if quote.is_none() && item.bytes().any(is_mark) {
            return None;
        }
        items.push(scalar(item.trim_ascii_end())?);
        rest = match behind.trim_ascii_start() {
            "" => "",
            more => Some(more.strip_prefix(',')?.trim_ascii_start()).filter(|more| !more.is_empty())?,
        };
    }
    Some(Value::Sequence(items))
}

/// Marks of lists and mappings.
fn is_mark(byte: u8) -> bool {
    matches!(byte, b'[' | b']' | b'{' | b'}' | b':' | b'?')
}

/// A text, a number or a truth value, with no blanks around it.
fn scalar(text: &str) -> Option<Value> {
    match text.bytes().next()? {
        quote @ (b'"' | b'\'') => quoted(text, quote).map(string),
        _ if is_apart(text) || has_blanks_around(text) => None,
        b'0'..=b'9' => number(text),
        b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'(' | 0x80.. => word(text),
        _ => None,
    }
}

/// Whether blanks are around a text that are none of ASCII's.
fn has_blanks_around(text: &str) -> bool {
    matches!(text.as_bytes(), [0x80..=0xff, ..] | [.., 0x80..=0xff]) && text.trim().len() < text.len()
}

/// Whether a text without quotes is none for YAML: it has a key, or a comment behind it.
fn is_apart(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b':', b'#', bytes).any(|at| match bytes[at] {
        b':' => bytes.get(at + 1).is_none_or(|next| *next == b' '),
        _ => at > 0 && bytes[at - 1] == b' ',
    })
}

fn string(text: &str) -> Value {
    Value::String(text.to_owned())
}

/// What is between two quotes that are the only ones, without escapes.
fn quoted(text: &str, quote: u8) -> Option<&str> {
    let inside = text[1..].strip_suffix(char::from(quote))?;
    let escape = if quote == b'"' { b'\\' } else { quote };
    memchr::memchr2(quote, escape, inside.as_bytes()).is_none().then_some(inside)
}

/// What begins with a digit: a whole number, or a text such as a date or a version. No number has a hyphen behind a
/// digit, or two dots.
fn number(text: &str) -> Option<Value> {
    let bytes = text.as_bytes();
    if bytes.iter().all(u8::is_ascii_digit) {
        let is_decimal = bytes.len() == 1 || bytes.len() <= MOST_DIGITS && bytes[0] != b'0';
        return is_decimal.then(|| text.parse().ok().map(Value::Integer))?;
    }
    let is_parted = || bytes.windows(2).any(|two| two[0].is_ascii_digit() && two[1] == b'-');
    let is_version = || text.matches('.').nth(1).is_some();
    (is_parted() || is_version() || text.contains([' ', ':', '/'])).then(|| string(text))
}

/// What begins with a letter.
fn word(text: &str) -> Option<Value> {
    match text {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => (!is_word_of_yaml(text)).then(|| string(text)),
    }
}

/// Whether it is no text for YAML, in some spelling.
fn is_word_of_yaml(text: &str) -> bool {
    matches!(text.len(), 4 | 5) && ["null", "true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::super::yaml::parsed;
    use super::super::{Fault, Repeats};
    use super::*;
    use proptest::prelude::*;

    /// What YAML's parser makes of it, when it makes the same of it for everybody.
    fn expected(source: &str) -> Result<Vec<Entry<'_>>, Fault> {
        let (entries, repeated) = parsed(source, Repeats::Refused)?;
        assert_eq!(repeated, []);
        assert_eq!(parsed(source, Repeats::LastCounts).map(|(entries, _)| entries).as_ref(), Ok(&entries));
        Ok(entries)
    }

    #[test]
    fn reads_what_is_usual() {
        let long = format!("title: {}\ntags:\n  - {}\n", "x ".repeat(3000), "y".repeat(3000));
        let files = [
            "title: Rust:a tale\n",
            "title: A title, with 3 [words] & C#\ndate: 2024-01-02T10:00:00Z\ntags: [a, \"b, c\", 'd']\ndraft: false\n",
            "title: \"It's: quoted # here\"\n\ndate: 2024-01-02 10:00:00 +0200\nweight: 10\nempty:\nurl: /a/b.html\n",
            "a_b-c.d: x\r\ntags:\r\n- one\r\n- two words\r\n- 3\r\nlist:\r\n\r\n  - 'x'\r\n\r\n  - true\r\n",
            "layout: post\ntitle: 日本語、ünïted 10%\nnone: []\nversion: 1-2\nday: 2024-1-2\nn: 0\ntime: 10:00\nof: 1/2\nv: 1.2.3",
            &long,
        ]
        .map(str::to_owned);
        for source in files {
            let entries = read(&source);
            assert!(entries.is_some(), "{source}");
            assert_eq!(entries.ok_or(()).as_ref(), expected(&source).as_ref().map_err(|_| &()), "{source}");
        }
    }

    #[test]
    fn leaves_the_rest_to_the_parser() {
        let lines = [
            "a: 1\na: 2",
            "a: b # c",
            "a: b: c",
            "a: b:",
            "a: \"b\" c",
            "a: 'it''s'",
            "a: \"\\n\"",
            "a: {b: c}",
            "a: |\n  b",
            "a: b\n  c",
            "a:\n  b: c",
            "a:\n  - b: c",
            "a:\n  - b\n - c",
            "a:\n  - b\n  c",
            "- a",
            "a: ~",
            "a: null",
            "a: True",
            "a: 1.5",
            "a: 007",
            "a: 0x1f",
            "a: 1e5",
            "a: -1",
            "a: .inf",
            "a: &b c",
            "a: *b",
            "a: !b c",
            "a: @b",
            "a: - b",
            "a",
            "a : b",
            "a:b",
            "null: a",
            "1: a",
            "<<: a",
            "'a': b",
            "a: [b, [c]]",
            "a: [b,]",
            "a: [b, {c: d}]",
            "a: [b: c]",
            "a: [b",
            "a: b\u{2028}c",
            "a: \u{feff}b",
            "a: \u{a0}b",
            "a: b\tc",
            "\ta: b",
            " a: b",
            "a: b\n--- c",
            "# a",
            "",
            "a:\n-",
        ];
        for source in lines {
            assert_eq!(read(source), None, "{source}");
        }
    }

    /// Scalars of all kinds, mostly plain ones.
    const SCALARS: &str = "[a-z]{1,4}|[A-Za-z0-9:#,.' é\u{a0}\"-]{0,8}|\"[a-z:#,'\\\\ ]{0,5}\"|'[a-z:#,\" ]{0,5}'|[0-9]{1,20}|\
        [0-9xXobe._+-]{1,6}|20[0-9]{2}-[01][0-9]-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z| [+-]0[0-9]00)?)?|\
        true|false|True|null|NULL|~|yes|no|inf|nan|infinity|\\.inf|-x|/a/b|\\(a\\)|[&*!|>%@`?]a|\\PC{0,4}";

    /// Front matter that is mostly of this kind.
    fn front_matter() -> impl Strategy<Value = String> {
        let list = prop::collection::vec(SCALARS, 0..4);
        let item = (prop::sample::select(vec!["- ", "- ", "  - ", " -  ", "-", "  "]), SCALARS);
        let below = prop::collection::vec(item, 0..3).prop_map(|items| {
            items.into_iter().map(|(mark, item)| format!("\n{mark}{item}")).collect::<Vec<_>>().concat()
        });
        let value = prop_oneof![
            6 => SCALARS.prop_map(|scalar| scalar),
            2 => (list, "[ ]{0,2}").prop_map(|(items, blank)| format!("[{blank}{}{blank}]", items.join(&format!(",{blank}")))),
            2 => below,
            1 => "[a-z]{1,3}".prop_map(|text| format!("|\n  {text}")),
        ];
        let key = "[a-z]{1,3}|[A-Za-z_][a-z_.-]{0,4}|null|true|inf|[0-9'\"é<]{1,3}";
        let line =
            (key, prop::sample::select(vec![": ", ": ", ": ", ":  ", ":", " : "]), value, "( | #[a-z]|\n|\n\n|\r)?");
        let lines = prop::collection::vec(line, 0..5);
        (lines, prop::sample::select(vec!["\n", "\n", "\r\n"])).prop_map(|(lines, end)| {
            lines
                .into_iter()
                .map(|(key, colon, value, tail)| format!("{key}{colon}{value}{tail}\n").replace('\n', end))
                .collect()
        })
    }

    /// What a file says that has such lines between fences, when it is read by parts.
    fn by_parts(text: &str) -> Option<(Vec<Entry<'_>>, usize)> {
        let found = fence::find(text).ok()??;
        let source = &text[found.content];
        check_size(source).ok()?;
        let entries = read(source)?.into_iter().map(|entry| Entry { place: entry.place.below(1), ..entry });
        Some((entries.collect(), found.body))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn files_are_read_as_by_parts(source in front_matter(), end in "(---|-----|\\.\\.\\.|--|\\+\\+\\+)[ \r]?\n?", rest in "[a-c:\n-]{0,5}") {
            let text = format!("---\n{source}{end}{rest}");
            prop_assert_eq!(document(&text), by_parts(&text), "{}", text);
        }

        #[test]
        fn what_it_answers_is_what_the_parser_says(source in front_matter()) {
            if let Some(entries) = read(&source) {
                prop_assert_eq!(expected(&source), Ok(entries), "{}", source);
            }
        }

        #[test]
        fn of_any_text_too(source in "(([a-c]: ?)?[-a-c0-9'\"\\[\\]{}:,#&*!|>=.é\\\\\t\r ]{0,12}\n){0,4}|\\PC*") {
            if let Some(entries) = read(&source) {
                prop_assert_eq!(expected(&source), Ok(entries), "{}", source);
            }
        }
    }
}
