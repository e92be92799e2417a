//! Colons that begin a line, and no definition: Goldmark and kramdown want a blank behind those that do.
//!
//! In: Markdown. Out: the colons that the parser takes for more than they are, as text.

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
    definitions.map(shown).collect()
}

/// Not with a backslash: code over several lines may hold such a colon.
fn shown(at: usize) -> Found {
    Found { range: at..at + 1, place: Place::Span, meaning: Meaning::Text(":".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rewritten;

    #[test]
    fn a_colon_wants_a_blank_behind_it() {
        for (text, expected) in [
            ("Done\n:smile: end", "Done\n{0}smile: end"),
            ("a\n:)", "a\n{0})"),
            ("> - a\n>   :b", "> - a\n>   {0}b"),
            ("a\n\n:b\n:c", "a\n\n{0}b\n{1}c"),
            ("a\n: b", "a\n: b"),
            ("a\n:\tb", "a\n:\tb"),
            (":metal:", ":metal:"),
        ] {
            assert_eq!(rewritten(text).replace('\u{ffff}', ""), expected, "{text}");
        }
    }
}
