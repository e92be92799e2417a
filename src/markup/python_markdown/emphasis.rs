//! Emphasis by Python-Markdown's rules, which ask for blanks, not for punctuation: `**「a」**b` is strong, a sign with a blank
//! behind it begins nothing, one behind a blank ends nothing, and `_` within a word neither.
//!
//! In: the text of a block. Out: the same, with tags where `CommonMark` would see it otherwise, and a backslash before
//! each sign that means nothing.

use std::ops::Range;

use super::inline::Closes;

/// How many signs are looked at for what begins the emphasis that one ends.
const MOST_TRIED: usize = 100;

/// The text with its emphasis as `CommonMark` reads it.
pub(super) fn marked(text: &str) -> String {
    if !text.contains(['*', '_']) {
        return text.to_owned();
    }
    let mut signs = Signs { text, changes: Vec::new(), open: Vec::new() };
    for run in runs(text) {
        signs.run(run);
    }
    for run in std::mem::take(&mut signs.open) {
        signs.plain(run.start, run.left);
    }
    signs.write()
}

/// What becomes of a sign, or of several.
#[derive(Debug, Clone)]
struct Change {
    range: Range<usize>,
    becomes: &'static str,
}

/// Equal signs beside each other.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: usize,
    /// How many there were, and how many are not used yet.
    length: usize,
    left: usize,
    /// It can begin and end.
    is_both: bool,
}

struct Signs<'t> {
    text: &'t str,
    changes: Vec<Change>,
    /// What nothing ends yet.
    open: Vec<Run>,
}

impl Signs<'_> {
    fn before(&self, at: usize) -> Option<char> {
        self.text[..at].chars().next_back()
    }

    fn after(&self, at: usize) -> Option<char> {
        self.text[at..].chars().next()
    }

    fn run(&mut self, range: Range<usize>) {
        let (before, after) = (self.before(range.start), self.after(range.end));
        let is_smart = self.text.as_bytes()[range.start] == b'_';
        let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let is_inner = |c: Option<char>| is_smart && c.is_some_and(is_word);
        let begins = !is_blank(after) && !is_inner(before);
        let ends = !is_blank(before) && !is_inner(after);
        let mut run = Run { start: range.start, length: range.len(), left: range.len(), is_both: begins && ends };
        while ends && run.left > 0 {
            let Some(opener) = self.opener(run) else { break };
            self.pair(opener, &mut run);
        }
        if run.left > 0 && begins {
            self.open.push(run);
        } else if run.left > 0 {
            self.plain(run.start, run.left);
        }
    }

    /// The last run that is open and that this one can end.
    fn opener(&self, run: Run) -> Option<usize> {
        let sign = self.text.as_bytes()[run.start];
        let fits = |open: &Run| {
            // by threes they belong to each other only when each of them is such
            let is_odd = (open.length + run.length).is_multiple_of(3) && !run.length.is_multiple_of(3);
            // four end two and begin two
            let is_odd = is_odd && !matches!((open.length, run.length), (2, 4) | (4, 2));
            self.text.as_bytes()[open.start] == sign && !(is_odd && (open.is_both || run.is_both))
        };
        let found = self.open.iter().rev().take(MOST_TRIED).position(fits)?;
        Some(self.open.len() - 1 - found)
    }

    /// Makes an element of what one run begins and the other ends; what is open between them means nothing.
    fn pair(&mut self, opener: usize, closer: &mut Run) {
        for between in self.open.split_off(opener + 1) {
            self.plain(between.start, between.left);
        }
        let Some(mut open) = self.open.pop() else { return };
        let length = open.left.min(closer.left).min(2);
        open.left -= length;
        self.element(open.start + open.left, closer.start, length);
        closer.start += length;
        closer.left -= length;
        if open.left > 0 {
            self.open.push(open);
        }
    }

    fn element(&mut self, open: usize, close: usize, length: usize) {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let is_apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c.is_ascii() && !"*_".contains(c));
        let is_read = is_apart(self.before(open)) && is_letter(self.after(open + length));
        let is_read = is_read && is_letter(self.before(close)) && is_apart(self.after(close + length));
        if is_read {
            return;
        }
        let (start, end) = if length == 1 { ("<em>", "</em>") } else { ("<strong>", "</strong>") };
        self.changes.push(Change { range: open..open + length, becomes: start });
        self.changes.push(Change { range: close..close + length, becomes: end });
    }

    /// Signs that mean nothing. Those within words mean nothing to `CommonMark` either.
    fn plain(&mut self, at: usize, run: usize) {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let is_within = is_letter(self.before(at)) && is_letter(self.after(at + run));
        if self.text.as_bytes()[at] == b'_' && is_within || self.begins_abbreviation(at) {
            return;
        }
        self.changes.extend((at..at + run).map(|at| Change { range: at..at, becomes: "\\" }));
    }

    /// `*[HTML]: what it is`
    fn begins_abbreviation(&self, at: usize) -> bool {
        let is_first = self.before(at).is_none_or(|c| c == '\n');
        let line = self.text[at..].split('\n').next().unwrap_or_default();
        is_first && line.starts_with("*[") && line.contains("]:")
    }

    fn write(mut self) -> String {
        self.changes.sort_by_key(|change| change.range.start);
        let (mut out, mut done) = (String::with_capacity(self.text.len() + 16), 0);
        for Change { range, becomes } in self.changes {
            out.push_str(&self.text[done..range.start]);
            out.push_str(becomes);
            done = range.end;
        }
        out + &self.text[done..]
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Runs of signs of emphasis that are in no code, address, tag or list of attributes, and not escaped.
fn runs(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut closes = Closes::of(text);
    let (mut runs, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        match bytes[at] {
            sign @ (b'*' | b'_') => {
                let length = bytes[at..].iter().take_while(|byte| **byte == sign).count();
                runs.push(at..at + length);
                at += length - 1;
            }
            b'\\' => at += 1,
            b'`' => at = closes.end_of_code(at) - 1,
            b']' if matches!(bytes.get(at + 1), Some(b'(')) => at = end_of(text, at + 1, '(', ')'),
            b']' if matches!(bytes.get(at + 1), Some(b'[')) => at = end_of(text, at + 1, '[', ']'),
            b'[' if matches!(bytes.get(at + 1), Some(b'^')) => at = end_of(text, at, '[', ']'),
            b'{' if matches!(bytes.get(at + 1), Some(b':' | b'#' | b'.')) => at = end_of(text, at, '{', '}'),
            b'<' if bytes.get(at + 1).is_some_and(|next| next.is_ascii_alphabetic() || *next == b'/') => {
                at = end_of(text, at, '<', '>');
            }
            _ => {}
        }
        at += 1;
    }
    runs
}

/// The longest address or tag, in bytes.
const LONGEST: usize = 2_000;

/// The sign that closes the one at a place; that place where nothing does.
fn end_of(text: &str, at: usize, open: char, close: char) -> usize {
    let mut depth = 0_usize;
    for (offset, c) in text[at..].char_indices().take(LONGEST) {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return at + offset;
            }
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_count_whatever_stands_beside_them() {
        for (text, expected) in [
            ("**a** *b* _c_ __d__", "**a** *b* _c_ __d__"),
            ("**「a」**b", "<strong>「a」</strong>b"),
            ("a * b * c ** d", "a \\* b \\* c \\*\\* d"),
            ("2*3*4", "2<em>3</em>4"),
            ("__init__ a_b_c _x", "__init__ a_b_c \\_x"),
            ("**a *b* c**", "**a *b* c**"),
            ("***a***", "<em><strong>a</strong></em>"),
            ("**a****b**", "<strong>a</strong><strong>b</strong>"),
            ("__a____b__", "__a____b__"),
            ("**a ** b** c", "**a \\*\\* b** c"),
            ("*a **b", "\\*a \\*\\*b"),
            ("_a _b_ c_", "_a _b_ c_"),
            ("`*a*` [x](/*b*) <i a=\"*\"> \\*", "`*a*` [x](/*b*) <i a=\"*\"> \\*"),
            ("**「a\nb」**", "<strong>「a\nb」</strong>"),
            ("*[HTML]: Hyper", "*[HTML]: Hyper"),
            ("`__` _「a」_, b__c", "`__` <em>「a」</em>, b__c"),
        ] {
            assert_eq!(marked(text), expected, "{text}");
        }
    }
}
