//! What means nothing to Python-Markdown within lines, and would to `CommonMark`: a backslash before another sign than
//! those that it escapes.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// What a backslash is an escape before.
const ESCAPED: &[u8] = b"\\`*_{}[]()>#+-.!|";

/// Where runs of backquotes end that begin code.
pub(super) struct Closes {
    /// Where runs begin, by their length.
    runs: HashMap<usize, Vec<usize>>,
    lengths: HashMap<usize, usize>,
}

impl Closes {
    /// Of a text.
    pub fn of(text: &str) -> Self {
        let mut closes = Self { runs: HashMap::new(), lengths: HashMap::new() };
        let mut at = 0;
        while let Some(start) = text[at..].find('`').map(|found| at + found) {
            let length = text[start..].bytes().take_while(|byte| *byte == b'`').count();
            closes.runs.entry(length).or_default().push(start);
            closes.lengths.insert(start, length);
            at = start + length;
        }
        closes
    }

    /// Where the code that a run at `at` begins ends; without an end, where the run does.
    pub fn end_of_code(&mut self, at: usize) -> usize {
        let length = self.lengths.get(&at).copied().unwrap_or(1);
        let later = self.runs.get(&length).and_then(|runs| runs.get(runs.partition_point(|start| *start <= at)));
        later.map_or(at + length, |start| start + length)
    }
}

/// The text with two backslashes for one that escapes nothing.
pub(super) fn escaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut closes = Closes::of(text);
    let (mut out, mut done, mut at) = (String::with_capacity(text.len()), 0, 0);
    while let Some(found) = memchr::memchr2(b'\\', b'`', &bytes[at..]) {
        at += found;
        if bytes[at] == b'`' {
            at = closes.end_of_code(at);
            continue;
        }
        let next = bytes.get(at + 1);
        if next.is_none_or(|next| (next.is_ascii_punctuation() || *next == b'\n') && !ESCAPED.contains(next)) {
            out.push_str(&text[done..=at]);
            done = at;
        }
        at += if next.is_some_and(u8::is_ascii) { 2 } else { 1 };
    }
    out + &text[done..]
}

/// What a link is called where its address stands: case and runs of blanks do not matter.
pub(super) fn name(written: &str) -> String {
    written.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The text without the blank that may part a link's text from the name of its address: `[text] [name]`.
pub(super) fn joined<'t>(text: &'t str, names: &HashSet<String>) -> Cow<'t, str> {
    if names.is_empty() || !["] [", "]\n["].iter().any(|between| text.contains(between)) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut closes = Closes::of(text);
    let (mut out, mut done, mut at, mut opens) = (String::with_capacity(text.len()), 0, 0, None);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'`' => at = closes.end_of_code(at) - 1,
            b'[' => opens = Some(at),
            b']' => {
                let is_text = opens.take().is_some_and(|open| is_text(&bytes[..at], open));
                let named = text.get(at + 1..).and_then(|rest| rest.strip_prefix([' ', '\n'])?.strip_prefix('['));
                let named = named.and_then(|rest| rest.split_once(']')).filter(|_| is_text);
                if let Some((written, _)) = named.filter(|(written, _)| names.contains(&name(written))) {
                    out.push_str(&text[done..=at]);
                    done = at + 2;
                    at = done + written.len() + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    if done == 0 { Cow::Borrowed(text) } else { Cow::Owned(out + &text[done..]) }
}

/// Whether what stands behind a bracket is the text of a link: no note, and no name behind another text.
fn is_text(bytes: &[u8], open: usize) -> bool {
    bytes.get(open + 1) != Some(&b'^') && !bytes[..open].ends_with(b"]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_keeps_its_backslashes() {
        for (text, expected) in [
            ("\\a \\~ \\*", "\\a \\\\~ \\*"),
            ("`\\~` \\~", "`\\~` \\\\~"),
            ("a\\", "a\\\\"),
            ("`a \\~", "`a \\\\~"),
            ("\\é\\\\", "\\é\\\\"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
