//! `%%` what only the author sees `%%`: within a line, or from a line that begins with it to one that ends with it.

use std::ops::Range;

use super::Edit;

/// The comments of a text, taken out; none begins in `code`.
pub(super) fn edits(text: &str, code: &[Range<usize>]) -> Vec<Edit> {
    let is_code = |at: usize| {
        let number = code.partition_point(|range| range.end <= at);
        code.get(number).is_some_and(|range| range.contains(&at))
    };
    let marks: Vec<usize> = text.match_indices("%%").map(|(at, _)| at).filter(|at| !is_code(*at)).collect();
    let closing: Vec<usize> = marks.iter().copied().filter(|at| is_last_of_line(text, at + 2)).collect();
    let (mut edits, mut done) = (Vec::new(), 0);
    for (number, start) in marks.iter().copied().enumerate().filter(|(_, start)| *start < text.len()) {
        if start < done {
            continue;
        }
        let within_line = marks.get(number + 1).filter(|end| !text[start..**end].contains('\n'));
        let behind =
            || closing.get(closing.partition_point(|end| *end < start + 2)).filter(|_| is_first_of_line(text, start));
        if let Some(end) = within_line.or_else(behind) {
            done = end + 2;
            edits.push((start..done, String::new()));
        }
    }
    edits
}

fn is_first_of_line(text: &str, at: usize) -> bool {
    text[..at].trim_end_matches([' ', '\t']).ends_with('\n') || text[..at].trim().is_empty()
}

fn is_last_of_line(text: &str, at: usize) -> bool {
    text[at..].trim_start_matches([' ', '\t', '\r']).starts_with('\n') || text[at..].trim().is_empty()
}
