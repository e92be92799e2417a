//! Text that is struck out as kramdown reads it, where `CommonMark` reads it otherwise: `~~~a~~~`, `~~“a”~~b`.
//!
//! In: the events of the parser. Out: for each block in which the two differ, what each `~` in it means.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::mark::{Meaning, Place};
use super::scan::Found;
use super::structure::is_inline;

/// The signs in `text` that kramdown reads otherwise.
pub(super) fn differing(text: &str, events: &[(Event<'_>, Range<usize>)]) -> Vec<Found> {
    let mut found = Vec::new();
    if !text.contains("~~") {
        return found;
    }
    let (mut signs, mut owns, mut is_code) = (Vec::new(), Vec::new(), false);
    for (event, range) in events {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Text(shown) if !is_code && text.get(range.clone()) == Some(shown) => {
                signs.extend(range.clone().filter(|at| text.as_bytes()[*at] == b'~'));
            }
            Event::Start(Tag::Strikethrough) if text[range.clone()].starts_with("~~") => {
                signs.extend([range.start, range.start + 1, range.end - 2, range.end - 1]);
                owns.push((range.start, range.end - 2));
            }
            Event::Start(tag) if !is_inline(tag) => block(text, &mut signs, &mut owns, &mut found),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell) => {
                block(text, &mut signs, &mut owns, &mut found);
            }
            _ => {}
        }
    }
    block(text, &mut signs, &mut owns, &mut found);
    found
}

/// What the signs of a block mean, when it is something else than the parser took them for.
fn block(text: &str, signs: &mut Vec<usize>, owns: &mut Vec<(usize, usize)>, found: &mut Vec<Found>) {
    let (mut signs, mut owns) = (std::mem::take(signs), std::mem::take(owns));
    signs.sort_unstable();
    owns.sort_unstable();
    let spans = spans(text, &signs);
    if spans == owns {
        return;
    }
    let span = |at, meaning| Found { range: at..at + 2, place: Place::Span, meaning };
    let mut used = Vec::new();
    for (open, close) in spans {
        used.extend([open, open + 1, close, close + 1]);
        found.push(span(open, Meaning::Html("<del>".to_owned())));
        found.push(span(close, Meaning::Html("</del>".to_owned())));
    }
    let shown = |at| Found { range: at..at + 1, place: Place::Span, meaning: Meaning::Text("~".to_owned()) };
    found.extend(signs.into_iter().filter(|at| used.binary_search(at).is_err()).map(shown));
}

/// Where struck out text begins and ends: the first two signs behind text end it, whatever their neighbours are.
fn spans(text: &str, signs: &[usize]) -> Vec<(usize, usize)> {
    let ends_with_text = |at: usize| !text[..at].ends_with(|c: char| c.is_ascii_whitespace() || c == '~');
    let begins_text = |at: usize| !text[at..].starts_with(|c: char| c.is_ascii_whitespace() || c == '~');
    let pairs = signs.windows(2).filter(|pair| pair[0] + 1 == pair[1]).map(|pair| pair[0]);
    let (mut spans, mut open) = (Vec::new(), None);
    for at in pairs {
        match open {
            Some(from) if at > from + 2 && ends_with_text(at) => {
                spans.push((from, at));
                open = None;
            }
            None if begins_text(at + 2) && spans.last().is_none_or(|(_, last)| at > last + 1) => open = Some(at),
            _ => {}
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::kramdown::events_of;
    use crate::markup::kramdown::testing::replaced;

    fn read(text: &str) -> String {
        replaced(text, differing(text, &events_of(text)), |found| match &found.meaning {
            Meaning::Html(html) => html.clone(),
            Meaning::Text(_) => "-".to_owned(),
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn where_the_two_differ() {
        for (text, expected) in [
            ("力～ ~~~一~~~。", "力～ -<del>一</del>-。"),
            ("a~~「b」~~c", "a<del>「b」</del>c"),
            ("a~~~b~~c", "a-<del>b</del>c"),
            ("~~a~~ b", "~~a~~ b"),
            ("a ~~~ b", "a ~~~ b"),
            ("`~~~a~~~`", "`~~~a~~~`"),
            ("~~~\n~~~a~~~\n~~~", "~~~\n~~~a~~~\n~~~"),
            ("a~~~\n\nb~~~c", "a~~~\n\nb~~~c"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_found_is_signs(text in "(~{1,4}|[a「 *`\\n\\[]|\\]\\(b\\)){0,30}") {
            let mut found = differing(&text, &events_of(&text));
            found.sort_by_key(|found| found.range.start);
            let mut done = 0;
            for Found { range, .. } in found {
                assert!(range.start >= done && text[range.clone()].bytes().all(|byte| byte == b'~'));
                done = range.end;
            }
        }
    }
}
