//! Tabs in the rows that make tables (`|---<tab>|---|`), which GFM takes for blanks and the parser for text.
//!
//! In: Markdown. Out: the same, as long as before, with blanks in their place. Code stays.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::scan;

/// `text` without tabs in such rows; `options` say how it is read.
#[must_use]
pub fn without_tabs(text: &str, options: impl FnOnce() -> Options) -> Cow<'_, str> {
    let rows = if scan::contains(text, '\t') { rows(text) } else { Vec::new() };
    if rows.is_empty() {
        return Cow::Borrowed(text);
    }
    let events = Parser::new_ext(text, options()).into_offset_iter();
    let code = events.filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_)))).map(|(_, range)| range);
    let code: Vec<Range<usize>> = code.collect();
    let is_code = |row: &Range<usize>| {
        let before = code.partition_point(|range| range.start <= row.start);
        before.checked_sub(1).is_some_and(|last| code[last].contains(&row.start))
    };
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for row in rows.into_iter().filter(|row| !is_code(row)) {
        out.push_str(&text[done..row.start]);
        out.push_str(&text[row.clone()].replace('\t', " "));
        done = row.end;
    }
    Cow::Owned(out + &text[done..])
}

/// Where such rows are, from their first sign.
fn rows(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut start) = (Vec::new(), 0);
    for line in text.split_inclusive('\n') {
        let row = line.find(['|', ':', '-']).map_or("", |first| &line[first..]);
        let is_row = row.contains('|') && row.contains('-') && row.contains('\t');
        start += line.len();
        if is_row && row.trim_end().bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t')) {
            found.push(start - row.len()..start);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::config::Dialect;
    use crate::markup::testing::Surroundings;
    use crate::post::Markup;

    fn html(dialect: Dialect, text: &str) -> String {
        Surroundings::of(dialect).render(text, Markup::Markdown).html
    }

    #[test]
    fn a_table_may_have_tabs_in_the_row_that_makes_it() {
        let table = "| Role\t| B |\n|---\t|:---\t|\n| a\t| b\t|\n";
        let spaced = table.replace('\t', " ");
        for dialect in [Dialect::Hugo, Dialect::Eleventy, Dialect::Commonmark] {
            assert!(html(dialect, &spaced).contains("<th>Role</th>"), "{}", html(dialect, &spaced));
            assert_eq!(html(dialect, table), html(dialect, &spaced));
            assert_eq!(html(dialect, "a\t| b\n---\t| ---\nc | d\n"), html(dialect, "a | b\n--- | ---\nc | d\n"));
        }
        let code = "```\na\n|---\t|---|\n```\n\n\t|---\t|\n";
        assert_eq!(html(Dialect::Hugo, code).matches("|---\t|").count(), 2, "{}", html(Dialect::Hugo, code));
    }
}
