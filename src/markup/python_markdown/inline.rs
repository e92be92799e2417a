//! What means nothing to Python-Markdown within lines, and would to `CommonMark`: a backslash before another sign than
//! those that it escapes.

use std::collections::HashMap;

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
