//! Tables as kramdown reads them: every block whose lines all hold a `|` is one, a head is not needed, lines of dashes
//! part bodies, and no `|` in code parts cells.
//!
//! In: the events of the parser. Out: what to put where so that the parser finds those tables: an empty head, more
//! columns, no second line of dashes.

use std::iter::Peekable;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::mark::{Meaning, Place};
use super::scan::Found;

/// The widest table, in columns.
pub(super) const MOST_COLUMNS: usize = 64;

/// What has to change for the tables in `text`.
pub(super) fn tables(text: &str, events: &[(Event<'_>, Range<usize>)]) -> Vec<Found> {
    let mut found = Vec::new();
    if !text.contains('|') {
        return found;
    }
    let mut events = events.iter().peekable();
    while let Some((event, range)) = events.next() {
        match event {
            Event::Start(Tag::Table(_)) => known(text, range.clone(), &mut found),
            Event::Start(Tag::Paragraph) => {
                pass_line(&mut events, range.start);
                let ended = events.next_if(|(event, _)| *event == Event::End(TagEnd::Paragraph)).is_some();
                let solid = range.start..range.start + text[range.clone()].trim_end().len();
                let has_list = matches!(events.peek(), Some((Event::Start(Tag::List(_)), _)));
                if ended && (has_list || ends_block(text, solid.end)) {
                    unknown(text, solid, &mut found);
                }
            }
            Event::Start(Tag::Item) => {
                let Some(start) =
                    events.peek().filter(|(event, _)| is_within_line(event)).map(|(_, first)| first.start)
                else {
                    continue;
                };
                let end = pass_line(&mut events, start);
                let is_all = matches!(events.peek(), Some((Event::End(TagEnd::Item) | Event::Start(Tag::List(_)), _)));
                if is_all {
                    unknown(text, start..start + text[start..end].trim_end().len(), &mut found);
                }
            }
            _ => {}
        }
    }
    found
}

/// Passes what is within lines; returns where it ends.
fn pass_line<'e>(events: &mut Peekable<impl Iterator<Item = &'e (Event<'e>, Range<usize>)>>, start: usize) -> usize {
    let mut end = start;
    while let Some((_, within)) = events.next_if(|(event, _)| is_within_line(event)) {
        end = end.max(within.end);
    }
    end
}

fn is_within_line(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => {
            matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
        }
        Event::End(tag) => {
            matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
        }
        Event::Rule | Event::Html(_) => false,
        _ => true,
    }
}

/// A table that the parser finds itself.
fn known(text: &str, range: Range<usize>, found: &mut Vec<Found>) {
    found.extend(rule_before(text, range.start));
    let lines = lines(text, range);
    let [head, dashes, rows @ ..] = lines.as_slice() else { return };
    let columns = lines.iter().map(|line| columns(&text[line.clone()])).max().unwrap_or(0);
    let own = self::columns(&text[head.clone()]);
    if columns > own && columns <= MOST_COLUMNS {
        let ends = |line: &Range<usize>| if text[line.clone()].ends_with('|') { "" } else { "|" };
        found.push(put(head.end, format!("{}{}", ends(head), " |".repeat(columns - own))));
        found.push(put(dashes.end, format!("{}{}", ends(dashes), "-|".repeat(columns - own))));
    }
    found.extend(rows.iter().filter(|row| is_rule(&text[(*row).clone()])).map(|row| without_line(text, row)));
    found.extend(lines.iter().flat_map(|line| pipes_in_code(text, line.clone())));
}

/// A line of dashes before the head.
fn rule_before(text: &str, table: usize) -> Option<Found> {
    let line = text[..table].rfind('\n').map_or(0, |newline| newline + 1);
    let start = text[..line.saturating_sub(1)].rfind('\n').map_or(0, |newline| newline + 1);
    let rule = text[start..line].trim_matches([' ', '\t', '>', '\n', '\r']);
    let is_rule = rule.contains('|') && is_rule(rule) && prefix(text, start).is_some();
    is_rule.then(|| without(start..line))
}

/// A paragraph, or an item of a list, that may be one.
fn unknown(text: &str, range: Range<usize>, found: &mut Vec<Found>) {
    let mut lines = lines(text, range);
    lines.retain(|line| !(text[line.clone()].starts_with("{:") && text[line.clone()].ends_with('}')));
    let Some(begin) = lines.first().map(|line| line.start) else { return };
    let columns = lines.iter().map(|line| columns(&text[line.clone()])).max().unwrap_or(0);
    let Some(prefix) = prefix(text, begin) else { return };
    if columns == 0 || columns > MOST_COLUMNS || !lines.iter().all(|line| holds_pipe(&text[line.clone()])) {
        return;
    }
    if lines.iter().all(|line| is_rule(&text[line.clone()])) {
        return;
    }
    let mut rules = lines.extract_if(.., |line| is_rule(&text[line.clone()])).peekable();
    let leads = rules.next_if(|rule| rule.start == begin);
    let head_ends = rules.next();
    let line = |cell: &str| format!("{}|\n{prefix}", cell.repeat(columns));
    let rest: Vec<_> = rules.collect();
    let own = lines.first().map_or(0, |first| self::columns(&text[first.clone()]));
    let is_head = |rule: &Range<usize>| lines.get(1).is_none_or(|second| second.start > rule.start);
    match (&leads, head_ends) {
        // the parser finds it without the first line of dashes
        (Some(_), Some(rule)) if self::columns(&text[rule.clone()]) == own && is_head(&rule) => {}
        // one line of a head, of another width than the dashes below it
        (_, Some(rule)) if is_head(&rule) => {
            let ends = if text[lines[0].clone()].ends_with('|') { "" } else { "|" };
            found.push(put(lines[0].end, format!("{ends}{}", " |".repeat(columns - own))));
            found.push(Found {
                range: rule,
                place: Place::Replaced("|-".repeat(columns) + "|"),
                meaning: Meaning::Nothing,
            });
        }
        (_, rule) => {
            found.push(put(begin, line("| ") + &line("|-")));
            found.extend(rule.map(|rule| without_line(text, &rule)));
        }
    }
    found.extend(leads.map(|leads| without_first(text, &leads)));
    found.extend(rest.iter().map(|rule| without_line(text, rule)));
    found.extend(lines.iter().flat_map(|line| pipes_in_code(text, line.clone())));
}

/// What stands before the lines behind the one that byte `at` is on; none when the block cannot be a table there.
fn prefix(text: &str, at: usize) -> Option<String> {
    let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let own = &text[line..at];
    let is_container = |c: char| matches!(c, ' ' | '>' | '\r');
    let before = text[..line].lines().next_back().map_or("", |before| before.trim_matches(is_container));
    let follows = !before.is_empty() && !before.starts_with("{:");
    let begins_item = !own.trim_matches(is_container).is_empty();
    if own.contains('\t') || own.len() > 100 || !own.is_ascii() || (follows && !begins_item) {
        return None;
    }
    Some(own.chars().map(|c| if c == '>' { '>' } else { ' ' }).collect())
}

fn ends_block(text: &str, end: usize) -> bool {
    let mut lines = text[end..].split('\n').skip(1);
    let next = lines.next().unwrap_or("").trim_matches([' ', '\t', '>', '\r']);
    next.is_empty() || next.starts_with("{:")
}

/// The lines of a block, without what precedes them.
pub(super) fn lines(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut at = range.start;
    let line = |line: &str| {
        let (start, solid) = (at, line.trim_end());
        at += line.len();
        let content = if start == range.start { solid } else { solid.trim_start_matches([' ', '\t', '>']) };
        start + solid.len() - content.len()..start + solid.len()
    };
    text[range.clone()].split_inclusive('\n').map(line).filter(|line| !line.is_empty()).collect()
}

/// The pipes of a line: those that part cells, and those in code. One right behind a backslash never parts them.
fn pipes(line: &str) -> (Vec<usize>, Vec<usize>) {
    let (mut parting, mut in_code) = (Vec::new(), Vec::new());
    let mut at = 0;
    let mut unclosed = Vec::new();
    let bytes = line.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'|' if !line[..at].ends_with('\\') => parting.push(at),
            b'`' => {
                let length = bytes[at..].iter().take_while(|byte| **byte == b'`').count();
                let fence = &line[at..at + length];
                let closing = if unclosed.contains(&length) { None } else { line[at + length..].find(fence) };
                let Some(close) = closing else {
                    unclosed.push(length);
                    at += length;
                    continue;
                };
                let code = at + length..at + length + close;
                in_code.extend(line[code.clone()].match_indices('|').map(|(pipe, _)| code.start + pipe));
                at = code.end + length;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    (parting, in_code)
}

fn holds_pipe(line: &str) -> bool {
    !pipes(line).0.is_empty()
}

/// How many cells a line has.
pub(super) fn columns(line: &str) -> usize {
    let parting = pipes(line).0;
    let leads = parting.first() == Some(&0);
    let ends = parting.last().is_some_and(|last| line[last + 1..].trim().is_empty());
    if parting.is_empty() { 0 } else { (parting.len() + 1).saturating_sub(usize::from(leads) + usize::from(ends)) }
}

/// Whether a line only parts rows.
fn is_rule(line: &str) -> bool {
    line.contains(['-', '='])
        && line.bytes().all(|byte| matches!(byte, b'|' | b'+' | b':' | b' ' | b'\t' | b'-' | b'='))
}

fn pipes_in_code(text: &str, line: Range<usize>) -> Vec<Found> {
    let shown = |at: usize| {
        let range = line.start + at..line.start + at + 1;
        Found { range, place: Place::Span, meaning: Meaning::Text("|".to_owned()) }
    };
    pipes(&text[line.clone()]).1.into_iter().map(shown).collect()
}

/// These characters more.
pub(super) fn put(at: usize, characters: String) -> Found {
    Found { range: at..at, place: Place::Replaced(characters), meaning: Meaning::Nothing }
}

/// Leaves the first line of a block out.
fn without_first(text: &str, line: &Range<usize>) -> Found {
    let rest = text[line.end..].trim_start_matches(['\n', '\r', ' ', '\t', '>']);
    without(line.start..text.len() - rest.len())
}

/// Leaves another line of a block out.
fn without_line(text: &str, line: &Range<usize>) -> Found {
    without(text[..line.start].rfind('\n').unwrap_or(line.start)..line.end)
}

fn without(range: Range<usize>) -> Found {
    Found { range, place: Place::Replaced(String::new()), meaning: Meaning::Nothing }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rewritten;
    use crate::config::Dialect;
    use crate::markup::kramdown::take_out;

    #[test]
    fn tables_that_only_kramdown_knows() {
        for (text, table) in [
            ("a | b\nc | d", "| | |\n|-|-|\na | b\nc | d"),
            ("- a | b\n- c", "- | | |\n  |-|-|\n  a | b\n- c"),
            ("> a | b\n> c | d", "> | | |\n> |-|-|\n> a | b\n> c | d"),
            ("|-|-|\n|a|b|\n|-|-|\n|c|d|", "|a|b|\n|-|-|\n|c|d|"),
            ("|-|-\n|a|b|\n|-|-|\n|c|d|\n|-|\n|e|", "|a|b|\n|-|-|\n|c|d|\n|e|"),
            ("{: .c}\na | b\n", "<!--\u{ffff}0-->\n| | |\n|-|-|\na | b\n"),
            ("- a | b\n  - c", "- | | |\n  |-|-|\n  a | b\n  - c"),
            ("|-|-|\n|a|b|\n", "| | |\n|-|-|\n|a|b|\n"),
            ("|a|b|\n|-|-|\n|c|d|\n|-|-|\n|e|f|\n|=|\n|g|", "|a|b|\n|-|-|\n|c|d|\n|e|f|\n|g|"),
            ("|a|\n|-|-|\n|b|c|", "|a| |\n|-|-|\n|b|c|"),
            ("a|b\nc|d\n-|-\ne|f", "| | |\n|-|-|\na|b\nc|d\ne|f"),
            ("|a|\n|-|\n|b|c|", "|a| |\n|-|-|\n|b|c|"),
            ("|----|\n| a | b |\n|----|\n| c | d |", "| a | b |\n|-|-|\n| c | d |"),
        ] {
            assert_eq!(rewritten(text), table, "{text}");
        }
        assert!(rewritten("|a|\n|-|\n|`b|c`|").contains("`b{"));
    }

    #[test]
    fn what_is_no_table_stays() {
        for text in
            ["a \\| b", "the norm $\\\\|x\\\\|$", "a | b\nc", "text\na | b", "`a | b`", "a | b\n# c", "    a | b\n"]
        {
            assert_eq!(rewritten(text), text, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn only_rows_of_signs_come_and_go(text in "([ab |>\n-]|\n\\||--|`|\\\\|\n- ){0,40}") {
            let marked = take_out(&text, &Dialect::Jekyll.into());
            let solid = |text: &str| text.replace(['|', '-', ' ', '>', '\n'], "");
            assert_eq!(solid(&marked.restore(&marked.text)), solid(&text));
        }
    }
}
