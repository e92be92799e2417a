//! Abbreviations: `*[HTML]: HyperText Markup Language`, a block of its own that is not shown.
//!
//! In: Markdown and which bytes of it are text. Out: the definitions, and where they stand.

use std::ops::Range;

use super::structure::{Stretch, Within};

/// How many are looked for in a text.
const MOST: usize = 64;

/// The longest explanation, in characters.
const LONGEST: usize = 500;

/// A word, and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Abbreviation {
    /// As it stands in the text.
    pub word: String,
    /// What it is short for; may be empty.
    pub title: String,
}

/// The definitions in `text`, with their places, in order.
pub(super) fn definitions(text: &str, stretches: &[Stretch]) -> Vec<(Range<usize>, Abbreviation)> {
    let mut found: Vec<(Range<usize>, Abbreviation)> = Vec::new();
    if !text.contains("*[") {
        return found;
    }
    let (mut at, mut may_begin) = (0, true);
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let solid = line.trim_end();
        let definition = definition(solid.trim_start()).filter(|_| may_begin && indent < 4 && found.len() < MOST);
        let begin = at + indent;
        may_begin = solid.is_empty();
        if let Some(abbreviation) = definition.filter(|_| is_text(begin, stretches)) {
            found.push((begin..at + solid.len(), abbreviation));
            may_begin = true;
        }
        at += line.len();
    }
    found
}

fn definition(line: &str) -> Option<Abbreviation> {
    let (word, title) = line.strip_prefix("*[")?.split_once("]:")?;
    (!word.trim().is_empty())
        .then(|| Abbreviation { word: word.to_owned(), title: title.trim().chars().take(LONGEST).collect() })
}

fn is_text(at: usize, stretches: &[Stretch]) -> bool {
    let before = stretches.partition_point(|stretch| stretch.range.start <= at);
    let mut before = stretches[..before].iter().rev().take(2);
    before.any(|stretch| stretch.within == Within::Text && stretch.range.contains(&at))
}

/// Where the words of `known` that have an explanation stand in `text` on their own, in order, each with its number.
pub fn uses(text: &str, known: &[Abbreviation]) -> Vec<(Range<usize>, usize)> {
    let mut found = Vec::new();
    let explained = known.iter().enumerate().filter(|(_, abbreviation)| !abbreviation.title.is_empty());
    for (number, Abbreviation { word, .. }) in explained {
        let places = text.match_indices(word).map(|(at, word)| at..at + word.len());
        let alone = |place: &Range<usize>| {
            let before = text[..place.start].chars().next_back();
            let after = text[place.end..].chars().next();
            !before.into_iter().chain(after).any(char::is_alphanumeric)
        };
        found.extend(places.filter(alone).map(|place| (place, number)));
    }
    found.sort_by_key(|(place, _)| (place.start, std::cmp::Reverse(place.end)));
    let mut done = 0;
    found.retain(|(place, _)| {
        let is_free = place.start >= done;
        done = if is_free { place.end } else { done };
        is_free
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_stand_alone() {
        let known = ["HTML", "HTML 5", "C++"].map(|word| Abbreviation { word: word.into(), title: "t".into() });
        let found =
            |text| uses(text, &known).into_iter().map(|(place, number)| (&text[place], number)).collect::<Vec<_>>();
        assert_eq!(found("HTML, XHTML, HTML 5 (C++)"), [("HTML", 0), ("HTML 5", 1), ("C++", 2)]);
        assert_eq!(found("HTMLs"), []);
    }
}
