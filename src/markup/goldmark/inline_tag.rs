//! Text between signs that Goldmark, or Hugo's extras to it, has elements for: `~~a~~`, `x^2^`, `==a==`.
//!
//! In: the events of the parser, and which signs a site has. Out: where its elements begin and end, in each block in which
//! the parser sees it otherwise.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::value::Value;

/// How many open signs are looked at for the one that a sign closes.
const MOST_OPEN: usize = 64;

/// A sign and what is made of what it encloses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InlineTag {
    /// The sign.
    pub sign: u8,
    /// The names of the elements for one sign and for two; none: they are text.
    pub elements: [Option<&'static str>; 2],
}

/// The signs that the `markup.goldmark.extensions` of a site have; null: those that Hugo has by itself.
#[must_use]
pub fn of_settings(extensions: &Value) -> Vec<InlineTag> {
    let is = |path: &str| extensions.find_at(path).and_then(Value::as_bool);
    let extra = |name: &str, element| is(&format!("extras.{name}.enable")).filter(|on| *on).map(|_| element);
    let struck = Some("del").filter(|_| is("strikethrough") != Some(false));
    let (small, deleted) = (extra("subscript", "sub"), extra("delete", "del"));
    let superscript = extra("superscript", "sup");
    let tags = [
        InlineTag { sign: b'~', elements: [struck.or(small), struck.or(deleted).or(small)] },
        InlineTag { sign: b'^', elements: [superscript, superscript] },
        InlineTag { sign: b'+', elements: [None, extra("insert", "ins")] },
        InlineTag { sign: b'=', elements: [None, extra("mark", "mark")] },
    ];
    tags.into_iter().filter(|tag| tag.sign == b'~' || tag.elements != [None, None]).collect()
}

/// A sign that is read otherwise, and what stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// A tag.
    Html(String),
    /// The sign itself.
    Text(String),
}

/// What is read otherwise in `text`; `is_apart` says which bytes are no text of Markdown.
#[must_use]
pub fn differing(
    text: &str,
    events: &[(Event<'_>, Range<usize>)],
    tags: &[InlineTag],
    is_apart: impl Fn(usize) -> bool,
) -> Vec<(Range<usize>, Read)> {
    let is_sign = |at: usize| tags.iter().any(|tag| tag.sign == text.as_bytes()[at]) && !is_escaped(text, at);
    let (mut found, mut levels, mut is_code) = (Vec::new(), vec![Level::default()], false);
    for (event, range) in events {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Start(Tag::Strikethrough) => {
                let length = if text[range.clone()].starts_with("~~") { 2 } else { 1 };
                let own = [range.start..range.start + length, range.end - length..range.end];
                levels.last_mut().into_iter().for_each(|level| level.own.push(own.clone()));
                levels.last_mut().into_iter().for_each(|level| level.signs.extend(own.iter().cloned().flatten()));
            }
            Event::End(TagEnd::Strikethrough) => {}
            Event::Start(_) => levels.push(Level::default()),
            Event::End(_) => {
                let level = if levels.len() > 1 { levels.pop() } else { None };
                found.extend(level.into_iter().flat_map(|level| level.read(text, tags)));
            }
            Event::Text(shown) if !is_code && text.get(range.clone()) == Some(shown) => {
                let signs = range.clone().filter(|at| is_sign(*at) && !is_apart(*at));
                levels.last_mut().into_iter().for_each(|level| level.signs.extend(signs.clone()));
            }
            _ => {}
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found
}

fn is_escaped(text: &str, at: usize) -> bool {
    text.as_bytes()[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// The signs in a block, or in a link or emphasis in it, and the elements that the parser made of them.
#[derive(Default)]
struct Level {
    signs: Vec<usize>,
    own: Vec<[Range<usize>; 2]>,
}

impl Level {
    /// What its signs are, when it is something else than the parser took them for.
    fn read(mut self, text: &str, tags: &[InlineTag]) -> Vec<(Range<usize>, Read)> {
        self.signs.sort_unstable();
        let elements = elements(text, &self.signs, tags);
        let mut places: Vec<[Range<usize>; 2]> = elements.iter().map(|(place, _)| place.clone()).collect();
        places.sort_by_key(|[open, _]| open.start);
        self.own.sort_by_key(|[open, _]| open.start);
        if places == self.own && elements.iter().all(|(_, name)| *name == "del") {
            return Vec::new();
        }
        let mut used: Vec<usize> = places.into_iter().flatten().flatten().collect();
        used.sort_unstable();
        let shown = self.signs.into_iter().filter(|at| used.binary_search(at).is_err());
        let shown = shown.map(|at| (at..at + 1, Read::Text(text[at..=at].to_owned())));
        let tags = elements.into_iter().flat_map(|([open, close], name)| {
            [(open, Read::Html(format!("<{name}>"))), (close, Read::Html(format!("</{name}>")))]
        });
        shown.collect::<Vec<_>>().into_iter().chain(tags).collect()
    }
}

/// Signs that follow each other.
struct Run {
    range: Range<usize>,
    length: usize,
    elements: [Option<&'static str>; 2],
    sign: u8,
    opens: bool,
    closes: bool,
}

impl Run {
    /// How many signs of it open what `closer` closes; 0: none.
    fn consumed_by(&self, closer: &Self) -> usize {
        let is_odd = (self.length + closer.length).is_multiple_of(3) && (self.closes || closer.opens);
        match () {
            () if self.sign != closer.sign || is_odd => 0,
            () if self.range.len() >= 2 && closer.range.len() >= 2 => 2,
            () => 1,
        }
    }
}

/// The elements that the signs make, in the order of their ends.
fn elements(text: &str, signs: &[usize], tags: &[InlineTag]) -> Vec<([Range<usize>; 2], &'static str)> {
    let (mut found, mut open) = (Vec::new(), Vec::<Run>::new());
    for mut run in runs(text, signs, tags) {
        while run.closes && !run.range.is_empty() {
            let nearest = open.iter().enumerate().rev().take(MOST_OPEN);
            let opener = nearest.map(|(at, opener)| (at, opener.consumed_by(&run))).find(|(_, count)| *count > 0);
            let Some((at, count)) = opener else { break };
            open.truncate(at + 1);
            let opener = &mut open[at];
            // an element is that of the run which opens it
            let name = opener.elements[opener.length.min(2) - 1];
            let places = [opener.range.end - count..opener.range.end, run.range.start..run.range.start + count];
            found.extend(name.map(|name| (places, name)));
            opener.range.end -= count;
            run.range.start += count;
            open.pop_if(|opener| opener.range.is_empty());
        }
        if run.opens && !run.range.is_empty() {
            open.push(run);
        }
    }
    found
}

/// The runs that can open or close something.
fn runs(text: &str, signs: &[usize], tags: &[InlineTag]) -> Vec<Run> {
    let follows = |a: &usize, b: &usize| a + 1 == *b && text.as_bytes()[*a] == text.as_bytes()[*b];
    let runs = signs.chunk_by(follows).filter_map(|run| {
        let (range, sign) = (run[0]..run[0] + run.len(), text.as_bytes()[run[0]]);
        let tag = tags.iter().find(|tag| tag.sign == sign)?;
        tag.elements.get(run.len() - 1).copied().flatten()?;
        let before = text[..range.start].chars().next_back().unwrap_or('\n');
        let after = text[range.end..].chars().next().unwrap_or('\n');
        // Hugo's extras take signs of charge and the prime for letters behind `^`
        let after = if sign == b'^' && matches!(after, '+' | '-' | '\'') { 'z' } else { after };
        let (opens, closes) = flanks(before, after);
        Some(Run { length: run.len(), range, elements: tag.elements, sign, opens, closes })
    });
    runs.collect()
}

/// Whether a run between these opens and closes (`CommonMark` 0.31 §6.2, left- and right-flanking).
fn flanks(before: char, after: char) -> (bool, bool) {
    let is_mark = |c: char| c.is_ascii_punctuation() || (!c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace());
    let opens = !after.is_whitespace() && (!is_mark(after) || before.is_whitespace() || is_mark(before));
    let closes = !before.is_whitespace() && (!is_mark(before) || after.is_whitespace() || is_mark(after));
    (opens, closes)
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::Parser;

    use super::*;
    use crate::config::Dialect;
    use crate::markup::extensions::options;
    use crate::value::read;

    const EXTRAS: &str = "strikethrough: false\nextras: {delete: {enable: true}, insert: {enable: true}, mark: {enable: \
                          true}, subscript: {enable: true}, superscript: {enable: true}}";

    fn read(text: &str, settings: &str) -> String {
        let events: Vec<_> = Parser::new_ext(text, options(text, Dialect::Hugo)).into_offset_iter().collect();
        let tags = of_settings(&read::yaml(settings).expect("YAML"));
        let (mut out, mut done) = (String::new(), 0);
        for (range, read) in differing(text, &events, &tags, |_| false) {
            out.push_str(&text[done..range.start]);
            match read {
                Read::Html(html) => out.push_str(&html),
                Read::Text(_) => out.push('#'),
            }
            done = range.end;
        }
        out + &text[done..]
    }

    #[test]
    fn one_sign_strikes_out_as_well_within_words() {
        for (text, expected) in [
            ("8~10, 3~5", "8<del>10, 3</del>5"),
            ("a ~b~ c ~~d~~", "a ~b~ c ~~d~~"),
            ("~ no ~", "~ no ~"),
            ("~~~z~~~ b", "~~~z~~~ b"),
            ("8~10 \\~ 3~5 `~a~`", "8<del>10 \\~ 3</del>5 `~a~`"),
            ("8~10\n\n3~5", "8~10\n\n3~5"),
            ("8~10 [3~5](/a~b)", "8~10 [3~5](/a~b)"),
        ] {
            assert_eq!(read(text, "null"), expected, "{text}");
        }
    }

    #[test]
    fn extras_have_elements_of_their_own() {
        for (text, expected) in [
            ("H~2~O x^2^ ++a++ ==b== ~~c~~", "H<sub>2</sub>O x<sup>2</sup> <ins>a</ins> <mark>b</mark> <del>c</del>"),
            ("x^-1^ C++ and C++", "x<sup>-1</sup> C## and C##"),
            ("a = b", "a = b"),
            ("~a ==b~ c==", "<sub>a ##b</sub> c##"),
            ("\\~x~ y~", "\\~x~ y~"),
        ] {
            assert_eq!(read(text, EXTRAS), expected, "{text}");
        }
        assert_eq!(read("a ~b~ ~~c~~", "strikethrough: false"), "a #b# ##c##");
    }

    proptest::proptest! {
        #[test]
        fn signs_are_read_once(text in "([~^+=]{1,3}|[a *`\\n\\[\\\\]|\\]\\(b\\)|「){0,30}") {
            let events: Vec<_> = Parser::new_ext(&text, options(&text, Dialect::Hugo)).into_offset_iter().collect();
            let tags = of_settings(&read::yaml(EXTRAS).expect("YAML"));
            let mut done = 0;
            for (range, _) in differing(&text, &events, &tags, |_| false) {
                assert!(range.start >= done && text[range.clone()].bytes().all(|byte| b"~^+=".contains(&byte)));
                done = range.end;
            }
        }
    }
}
