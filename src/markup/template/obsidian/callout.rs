//! `> [!kind] Title` -> a quotation that begins with its title.

use std::ops::Range;

use super::Edit;

/// What becomes of the first line of a quotation, when it is one of a callout.
pub(super) fn edits(text: &str, quote: Range<usize>) -> Vec<Edit> {
    let end = text[quote.clone()].find('\n').map_or(quote.end, |end| quote.start + end);
    let line = text[quote.start..end].trim_end();
    let Some((kind, title)) = head(line) else { return Vec::new() };
    let start_of_line = text[..quote.start].rfind('\n').map_or(0, |at| at + 1);
    let from = quote.start + line.find("[!").unwrap_or(0);
    // what is before it is before each of its lines, but for the signs of a list
    let before: String = text[start_of_line..from].chars().map(|c| if c == '>' { '>' } else { ' ' }).collect();
    let to = quote.start + line.len();
    if title.is_empty() {
        return vec![(from..to, format!("**{}**\n{before}", capitalized(kind)))];
    }
    vec![(from..to - title.len(), "**".to_owned()), (to..to, format!("**\n{before}"))]
}

/// The kind and the title in the first line of a quotation.
fn head(line: &str) -> Option<(&str, &str)> {
    let inside = line.trim_start().strip_prefix('>')?.trim_start().strip_prefix("[!")?;
    let (kind, rest) = inside.split_once(']')?;
    let is_kind = !kind.is_empty() && kind.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '|' | ' '));
    let title = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    is_kind.then(|| (kind.split('|').next().unwrap_or(kind), title.trim_start()))
}

fn capitalized(kind: &str) -> String {
    let mut letters = kind.trim().chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}
