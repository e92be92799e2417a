//! Finds attribute lists and extensions: in text, never in code.
//!
//! In: Markdown, and which bytes of it are text. Out: what was found, in the order of the text, with references
//! looked up.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::attributes::{AttributeList, Grammar, Typed, parse, parse_leniently};
use super::mark::{Meaning, Place};
use super::structure::{Structure, Within};
use crate::config::Dialect;

/// A list or extension in the source.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) range: Range<usize>,
    pub(super) place: Place,
    pub(super) meaning: Meaning,
}

/// A list whose references are not looked up yet.
struct Candidate {
    found: Found,
    references: Vec<String>,
    /// Only what names a known list is one: in HTML, and in running text but behind an element.
    doubtful: bool,
}

/// Finds what kramdown knows.
pub(super) fn kramdown(text: &str, Structure { stretches, ends, .. }: &Structure, dialect: Dialect) -> Vec<Found> {
    let mut scan = Scan { ends: ends.clone(), is_plain: dialect == Dialect::Commonmark, ..Scan::new(text) };
    for stretch in stretches {
        let mut from = stretch.range.start.max(scan.passed);
        while let Some(at) = text.get(from..stretch.range.end).and_then(|rest| rest.find("{:")).map(|at| at + from) {
            let backslashes = text.as_bytes()[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
            let end = if backslashes % 2 == 1 { None } else { scan.kramdown_at(at, stretch.within) };
            from = end.unwrap_or(at + 2);
            scan.passed = from;
        }
    }
    scan.resolve()
}

/// Finds what Goldmark knows: a list alone on the line after a block.
pub(super) fn goldmark(text: &str, Structure { stretches, .. }: &Structure) -> Vec<Found> {
    let mut scan = Scan::new(text);
    for stretch in stretches.iter().filter(|stretch| stretch.within == Within::Text) {
        let mut from = stretch.range.start.max(scan.passed);
        while let Some(at) = text.get(from..stretch.range.end).and_then(|rest| rest.find('{')).map(|at| at + from) {
            from = scan.goldmark_at(at).unwrap_or(at + 1);
            scan.passed = from;
        }
    }
    scan.resolve()
}

/// How far the prefix of a line is looked at: nobody nests deeper.
const LONGEST_PREFIX: usize = 400;

/// How many attributes references bring into a text; those behind bring none.
const MOST_REFERRED: usize = 100_000;

struct Scan<'a> {
    text: &'a str,
    /// Where the line of the last find began, and up to where line ends were looked for.
    line: (usize, usize),
    /// Everything before was read.
    passed: usize,
    /// Nothing says that the author writes for kramdown: only what cannot be mistaken is a list.
    is_plain: bool,
    /// Where elements end.
    ends: HashSet<usize>,
    candidates: Vec<Candidate>,
    /// Lists with a name (`{:name: .class}`).
    named: HashMap<String, AttributeList>,
    /// Ends of extensions that do not occur any more.
    exhausted: Vec<&'static str>,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            line: (0, 0),
            passed: 0,
            is_plain: false,
            ends: HashSet::new(),
            candidates: Vec::new(),
            named: HashMap::new(),
            exhausted: Vec::new(),
        }
    }

    /// What precedes `at` on its line.
    fn prefix(&mut self, at: usize) -> &'a str {
        if let Some(newline) = self.text[self.line.1..at].rfind('\n') {
            self.line.0 = self.line.1 + newline + 1;
        }
        self.line.1 = at;
        &self.text[self.line.0..at]
    }

    /// What follows `at` on its line.
    fn suffix(&self, at: usize) -> &'a str {
        let blank = self.text[at..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
        let rest = &self.text[at + blank..];
        if rest.is_empty() || rest.starts_with('\n') { "" } else { rest }
    }

    /// How a mark from `start` to `end` has to look.
    fn place(&mut self, start: usize, end: usize, within: Within) -> Place {
        let prefix = self.prefix(start);
        if within == Within::Html || (is_container_prefix(prefix) && self.suffix(end).is_empty()) {
            Place::Block
        } else {
            Place::Span
        }
    }

    /// Reads what begins with `{:` at byte `at`; returns where it ends.
    fn kramdown_at(&mut self, at: usize, within: Within) -> Option<usize> {
        let inner = at + 2;
        match self.text.as_bytes().get(inner) {
            Some(b':') => return self.extension(at, within),
            Some(b'/') => return self.stray_end(at, within),
            _ => {}
        }
        if let Some((name, length)) = definition(&self.text[inner..]) {
            let (typed, list_length) = parse(&self.text[inner + length..], Grammar::Kramdown)?;
            let end = inner + length + list_length;
            let place = self.place(at, end, within);
            if within == Within::Html || place != Place::Block || (self.is_plain && typed.own.is_empty()) {
                return None;
            }
            self.named.entry(name.to_owned()).or_default().merge(&typed.own);
            return Some(self.found(at..end, place, Meaning::Nothing));
        }
        let (typed, length) =
            parse(&self.text[inner..], Grammar::Kramdown).or_else(|| self.lenient_list(at, within))?;
        let end = self.list(at..inner + length, typed, within);
        if self.ends.contains(&at) {
            self.ends.insert(end);
        }
        Some(end)
    }

    /// Behind an element and alone on its line a list is one whatever it holds, or nearly (Elixir has `{:ok, value}`).
    fn lenient_list(&mut self, at: usize, within: Within) -> Option<(Typed, usize)> {
        let prefix = self.prefix(at);
        let behind_element = self.ends.contains(&at);
        if within == Within::Html || !(behind_element || is_container_prefix(prefix) || is_item_prefix(prefix)) {
            return None;
        }
        let inner = &self.text[at + 2..];
        if self.is_plain && !inner.starts_with([' ', '.', '#']) {
            return None;
        }
        let (typed, length) = parse_leniently(inner)?;
        let is_alone = is_container_prefix(prefix) && self.suffix(at + 2 + length).is_empty();
        let is_certain = !typed.own.is_empty() || (is_alone && inner.starts_with(' '));
        (behind_element || (is_certain && (is_alone || is_item_prefix(prefix)))).then_some((typed, length))
    }

    fn list(&mut self, range: Range<usize>, typed: Typed, within: Within) -> usize {
        let place = self.place(range.start, range.end, within);
        let only_references = typed.own.is_empty();
        let prefix = self.prefix(range.start);
        let is_meant = place == Place::Block || self.ends.contains(&range.start) || is_item_prefix(prefix);
        let doubtful = only_references && (!is_meant || self.is_plain || within == Within::Html);
        let end = range.end;
        let found = Found { range, place, meaning: Meaning::Attributes(typed.own) };
        self.candidates.push(Candidate { found, references: typed.references, doubtful });
        end
    }

    fn goldmark_at(&mut self, at: usize) -> Option<usize> {
        let (typed, length) = parse(&self.text[at + 1..], Grammar::Goldmark)?;
        let end = at + 1 + length;
        let after_text = self.prefix(at).len() <= LONGEST_PREFIX && self.line.0 > 0 && {
            let before = &self.text[..self.line.0 - 1];
            !before[before.rfind('\n').map_or(0, |newline| newline + 1)..]
                .trim_matches([' ', '\t', '>', '\r'])
                .is_empty()
        };
        let alone = self.place(at, end, Within::Text) == Place::Block;
        (alone && after_text).then(|| self.found(at..end, Place::Block, Meaning::Attributes(typed.own)))
    }

    fn found(&mut self, range: Range<usize>, place: Place, meaning: Meaning) -> usize {
        let end = range.end;
        let found = Found { range, place, meaning };
        self.candidates.push(Candidate { found, references: Vec::new(), doubtful: false });
        end
    }

    /// `{::name ...}` with all up to `{:/}`, or `{::name ... /}`.
    fn extension(&mut self, at: usize, within: Within) -> Option<usize> {
        let after = &self.text[at + 3..];
        let length = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let name = ["comment", "nomarkdown", "options"].into_iter().find(|name| *name == &after[..length]);
        let limit = after.bytes().take(LONGEST_PREFIX).position(|byte| byte == b'}').filter(|_| length > 0)?;
        let body = at + 3 + limit + 1;
        let close = if after[..limit].ends_with('/') { None } else { self.end_of_extension(body, name.unwrap_or("")) };
        let (meaning, end) = match (name, close) {
            (Some("nomarkdown"), Some((from, to))) => (Meaning::Html(self.text[body..from].to_owned()), to),
            (Some(_), Some((_, to))) => (Meaning::Nothing, to),
            _ => (Meaning::Nothing, body),
        };
        let place = self.place(at, end, within);
        Some(self.found(at..end, place, meaning))
    }

    /// The end tag of an extension behind byte `from`: where it begins and ends.
    fn end_of_extension(&mut self, from: usize, name: &'static str) -> Option<(usize, usize)> {
        if self.exhausted.contains(&name) {
            return None;
        }
        let rest = &self.text[from..];
        let found = rest.match_indices("{:/").find_map(|(at, _)| {
            let end = &rest[at + 3..];
            let named = end.strip_prefix(name).is_some_and(|end| end.starts_with('}'));
            if end.starts_with('}') { Some((at, 4)) } else { named.then_some((at, 4 + name.len())) }
        });
        if found.is_none() {
            self.exhausted.push(name);
        }
        found.map(|(at, length)| (from + at, from + at + length))
    }

    /// `{:/name}` that ends nothing.
    fn stray_end(&mut self, at: usize, within: Within) -> Option<usize> {
        let name = self.text[at + 3..].bytes().take_while(u8::is_ascii_alphabetic).count();
        let end = at + 3 + name + 1;
        (self.text.as_bytes().get(end - 1) == Some(&b'}')).then(|| {
            let place = self.place(at, end, within);
            self.found(at..end, place, Meaning::Nothing)
        })
    }

    /// Looks references up, and lets go of what turns out to be text.
    fn resolve(self) -> Vec<Found> {
        let named = self.named;
        let mut left = MOST_REFERRED;
        let resolve = |mut candidate: Candidate| {
            let known: Vec<_> = candidate.references.iter().filter_map(|name| named.get(name)).collect();
            if candidate.doubtful && known.is_empty() {
                return None;
            }
            if let Meaning::Attributes(list) = &mut candidate.found.meaning {
                let own = std::mem::take(list);
                for other in known {
                    let costs = other.len() + 1;
                    if costs <= left {
                        left -= costs;
                        list.merge(other);
                    }
                }
                list.merge(&own);
            }
            Some(candidate.found)
        };
        self.candidates.into_iter().filter_map(resolve).collect()
    }
}

/// The name of a named list, and the length up to behind its second colon.
fn definition(text: &str) -> Option<(&str, usize)> {
    let end = text.char_indices().take(200).find(|(_, c)| !c.is_alphanumeric() && !"_-".contains(*c))?.0;
    (end > 0 && text[end..].starts_with(':')).then(|| (&text[..end], end + 1))
}

/// Whether only quotation marks and blanks precede.
fn is_container_prefix(prefix: &str) -> bool {
    prefix.len() <= LONGEST_PREFIX && prefix.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'>'))
}

/// Whether the mark of a list item precedes.
fn is_item_prefix(prefix: &str) -> bool {
    if prefix.len() > LONGEST_PREFIX {
        return false;
    }
    let mark = prefix.trim_matches([' ', '\t', '>']);
    matches!(mark, "-" | "*" | "+" | ":")
        || mark.strip_suffix(['.', ')']).is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}
