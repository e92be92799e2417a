//! Lists as kramdown reads them: whatever its sign, an item belongs to the list before it, and a list of the other
//! kind that follows an item at once is in that item, however far it is indented.
//!
//! In: the events of the parser. Out: the signs and the blanks that make it read them so.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::mark::{Meaning, Place};
use super::scan::Found;

/// Blanks that may be between the sign of an item and its text.
const MOST_BLANKS: usize = 4;

/// How many columns a list is moved at most.
const FARTHEST: usize = 16;

/// The list that is open, or was the last one, among the blocks of a container.
#[derive(Debug, Clone, Default)]
struct Last {
    is_ordered: bool,
    /// None where it is no list, but code.
    sign: Option<String>,
    /// Where the text of its last item begins, in columns.
    column: usize,
    /// Up to where it or a list in it goes; nothing else came since.
    end: usize,
}

/// What has to change for the lists in `text`.
pub(super) fn lists(text: &str, events: &[(Event<'_>, Range<usize>)]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut open: Vec<Begun> = Vec::new();
    let mut levels = vec![Last::default()];
    for (event, range) in events {
        match event {
            Event::Start(Tag::List(first)) => {
                let (level, begun) = begin(text, range, (first.is_some(), levels.pop().unwrap_or_default()));
                if let Begun::In(by) = begun {
                    move_right(text, range, by, &mut found);
                }
                levels.push(level);
                open.push(begun);
            }
            Event::Start(Tag::Item) => {
                let item = item(text, range.start);
                if let Some(Begun::Joined(sign)) = open.last() {
                    found.push(put(item.sign.clone(), sign.clone()));
                }
                if let Some(level) = levels.last_mut().filter(|_| !matches!(open.last(), Some(Begun::In(_)))) {
                    level.column = item.column;
                }
                levels.push(Last::default());
            }
            Event::End(TagEnd::List(_)) => {
                open.pop();
                if let Some(level) = levels.last_mut() {
                    level.end = range.end;
                }
            }
            Event::Start(Tag::BlockQuote(_) | Tag::FootnoteDefinition(_)) => levels.push(Last::default()),
            Event::End(TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition) => {
                levels.pop();
            }
            _ => {}
        }
        if levels.is_empty() {
            levels.push(Last::default());
        }
    }
    found
}

/// What a list is to the one before it.
enum Begun {
    /// Nothing, or the same list.
    Alone,
    /// Its items have this sign instead.
    Joined(String),
    /// It is in the last item, so many columns further right.
    In(usize),
}

/// A list begins behind `last`; returns the list that is the last one on its level then.
fn begin(text: &str, range: &Range<usize>, (is_ordered, last): (bool, Last)) -> (Last, Begun) {
    let first = item(text, range.start);
    let between = text.get(last.end..range.start).filter(|_| last.end > 0);
    let follows = between.is_some_and(|between| between.trim_matches([' ', '>', '\n', '\r']).is_empty());
    if is_code(text, range.start) || (follows && last.sign.is_none()) {
        return (Last { is_ordered, ..Last::default() }, Begun::Alone);
    }
    let sign = text[first.sign.clone()].to_owned();
    if follows && last.is_ordered == is_ordered {
        let joined = last.sign.clone().filter(|last| !is_ordered && *last != sign);
        return (last, joined.map_or(Begun::Alone, Begun::Joined));
    }
    let is_next_line = follows && !ends_with_blank_line(&text[..range.start]);
    let by = last.column.saturating_sub(column(text, first.sign.start));
    if is_next_line && (1..=FARTHEST).contains(&by) && !text[range.clone()].contains(['|', '\t']) {
        return (last, Begun::In(by));
    }
    (Last { is_ordered, sign: Some(sign), column: 0, end: 0 }, Begun::Alone)
}

/// How many lines above a line are looked at for the end of a list.
const MOST_ABOVE: usize = 100;

/// Whether what begins on the line of byte `at` is code behind the end of a list: `^`, or a list of attributes.
fn is_code(text: &str, at: usize) -> bool {
    let begin = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let mut above = text[..begin].lines().rev().take(MOST_ABOVE).skip_while(|line| line.trim().is_empty());
    let ends_list = |line: &str| line == "^" || (line.starts_with("{:") && line.ends_with('}'));
    ends_with_blank_line(&text[..begin])
        && text[begin..].starts_with("    ")
        && above.next().is_some_and(|line| ends_list(line.trim_end()))
}

fn ends_with_blank_line(before: &str) -> bool {
    let line = before.trim_end_matches([' ', '>']);
    line.strip_suffix('\n').is_some_and(|above| above.trim_end_matches([' ', '>', '\r']).ends_with('\n'))
}

/// Puts blanks before each line of a list.
fn move_right(text: &str, list: &Range<usize>, by: usize, found: &mut Vec<Found>) {
    let begin = text[..list.start].rfind('\n').map_or(0, |newline| newline + 1);
    let mut at = begin;
    for line in text[begin..list.end].split_inclusive('\n') {
        let quote = line.len() - line.trim_start_matches(['>']).len();
        if !line.trim_matches([' ', '>', '\r', '\n']).is_empty() {
            found.push(put(at + quote..at + quote, " ".repeat(by)));
        }
        at += line.len();
    }
}

fn put(range: Range<usize>, characters: String) -> Found {
    Found { range, place: Place::Replaced(characters), meaning: Meaning::Nothing }
}

/// An item: its sign, and the column at which its text begins.
struct Item {
    sign: Range<usize>,
    column: usize,
}

fn item(text: &str, start: usize) -> Item {
    let start = text.len() - text[start..].trim_start_matches(' ').len();
    let digits = text[start..].bytes().take(10).take_while(u8::is_ascii_digit).count();
    let sign = start..(start + digits + 1).min(text.len());
    let blanks = text[sign.end..].bytes().take(MOST_BLANKS + 1).take_while(|byte| *byte == b' ').count();
    let blanks = if (1..=MOST_BLANKS).contains(&blanks) { blanks } else { 1 };
    Item { column: column(text, sign.start) + sign.len() + blanks, sign }
}

fn column(text: &str, at: usize) -> usize {
    at - text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

#[cfg(test)]
mod tests {
    use crate::config::Dialect;
    use crate::markup::kramdown::take_out;

    #[test]
    fn lists_that_kramdown_joins() {
        for (text, joined) in [
            ("1. a\n  - b\n  - c\n2. d\n", "1. a\n   - b\n   - c\n2. d\n"),
            ("1. a\n- b\n2. c\n* d\n\ne", "1. a\n   - b\n2. c\n   * d\n\ne"),
            ("- a\n* b\n+ c\n\n* d", "- a\n- b\n- c\n\n- d"),
            ("- a\n  * b\n  + c\n* d", "- a\n  * b\n  * c\n- d"),
            ("> 1. a\n>   - b\n> 2. c", "> 1. a\n>    - b\n> 2. c"),
        ] {
            assert_eq!(take_out(text, &Dialect::Jekyll.into()).text, joined, "{text}");
        }
        for text in ["1. a\n\n  - b\n", "1. a\n   - b\n2. c", "- a\n\ntext\n\n* b", "- a\n  - b\n- c", "* a\n# b\n- c"]
        {
            assert_eq!(take_out(text, &Dialect::Jekyll.into()).text, text, "{text}");
        }
    }

    #[test]
    fn code_behind_the_end_of_a_list_stays() {
        for end in ["{: .big}", "^"] {
            let code = "    - minus\n    + plus\n    1. one\n    * star\n";
            let text = format!("* one\n{end}\n\n{code}");
            let marked = take_out(&text, &Dialect::Jekyll.into());
            assert!(marked.text.ends_with(code), "{}", marked.text);
        }
        assert!(without_marks("* one\n\n    - two\n    + three").ends_with("    - three"));
    }

    proptest::proptest! {
        #[test]
        fn only_signs_and_blanks_change(text in "([-*+>]|1\\.|[ a\n]|\n  ){0,30}") {
            let solid = |text: &str| text.replace(['-', '*', '+', ' '], "");
            assert_eq!(solid(&without_marks(&text)), solid(&text));
        }
    }

    fn without_marks(text: &str) -> String {
        let marked = take_out(text, &Dialect::Jekyll.into());
        marked.restore(&marked.text).into_owned()
    }
}
