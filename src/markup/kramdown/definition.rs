//! Colons that begin a line, and no definition: Goldmark wants a blank behind those that do.
//!
//! In: Markdown. Out: the colons that the parser takes for more than they are, to be escaped.

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::mark::{Meaning, Place};
use super::scan::Found;

/// The colons in `text` that define nothing; `options` say how it is read.
pub(super) fn colons(text: &str, options: Options) -> Vec<Found> {
    let begins_word = |rest: &str| rest.starts_with(|c: char| !c.is_ascii_whitespace());
    let is_used =
        text.lines().any(|line| line.trim_start_matches([' ', '>']).strip_prefix(':').is_some_and(begins_word));
    if !is_used {
        return Vec::new();
    }
    let definitions = Parser::new_ext(text, options).into_offset_iter().filter_map(|(event, range)| {
        let is_one = event == Event::Start(Tag::DefinitionListDefinition);
        (is_one && text[range.start..].strip_prefix(':').is_some_and(begins_word)).then_some(range.start)
    });
    definitions.map(escaped).collect()
}

fn escaped(at: usize) -> Found {
    Found { range: at..at + 1, place: Place::Replaced("\\:".to_owned()), meaning: Meaning::Nothing }
}
