//! Tables whose head has fewer cells than the line of dashes below it: Goldmark adds the rest.
//!
//! In: Markdown. Out: cells to be added, so that the parser finds those tables too.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::scan::Found;
use super::table::{MOST_COLUMNS, columns, lines, put};

/// The cells that heads in `text` lack; `options` say how it is read.
pub(super) fn cells(text: &str, options: Options) -> Vec<Found> {
    if !text.lines().any(|line| is_delimiter(line.trim_start_matches(['>', ' ', '\t']))) {
        return Vec::new();
    }
    let blocks = Parser::new_ext(text, options).into_offset_iter().filter_map(|(event, range)| match event {
        Event::Start(Tag::Paragraph | Tag::Item) => Some(range),
        _ => None,
    });
    let mut found: Vec<Found> = blocks.filter_map(|range| lacking(text, &range)).collect();
    found.dedup_by_key(|found| found.range.start);
    found
}

/// What the head at the start of a block lacks.
fn lacking(text: &str, range: &Range<usize>) -> Option<Found> {
    let second = text[range.clone()].match_indices('\n').nth(1).map_or(range.end, |(end, _)| range.start + end);
    let [head, dashes] = <[Range<usize>; 2]>::try_from(lines(text, range.start..second)).ok()?;
    let (own, wanted) = (columns(&text[head.clone()]), columns(&text[dashes.clone()]));
    let is_short = is_delimiter(&text[dashes]) && own < wanted && own > 0 && wanted <= MOST_COLUMNS;
    let end = if text[head.clone()].ends_with('|') { "" } else { "|" };
    is_short.then(|| put(head.end, format!("{end}{}", " |".repeat(wanted - own))))
}

/// Whether a line says how the columns of a table are set.
fn is_delimiter(line: &str) -> bool {
    line.contains('-')
        && line.contains('|')
        && line.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t' | b'\r'))
}
