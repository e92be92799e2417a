//! What the placeholders of permalinks stand for.

use std::collections::HashSet;
use std::fmt::Write as _;

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, FixedOffset};

use super::address;
use super::filename::Name;
use super::slug;
use crate::config::{self, Dialect};

/// Parts of the date, as `strftime` has them.
const DATES: &[(&str, &str)] = &[
    ("year", "%Y"),
    ("short_year", "%y"),
    ("month", "%m"),
    ("i_month", "%-m"),
    ("short_month", "%b"),
    ("long_month", "%B"),
    ("monthname", "%B"),
    ("day", "%d"),
    ("i_day", "%-d"),
    ("y_day", "%j"),
    ("yearday", "%-j"),
    ("w_year", "%G"),
    ("week", "%V"),
    ("w_day", "%u"),
    ("weekday", "%w"),
    ("weekdayname", "%A"),
    ("short_day", "%a"),
    ("long_day", "%A"),
    ("hour", "%H"),
    ("minute", "%M"),
    ("second", "%S"),
    ("date", "%Y-%m-%d"),
];

/// The others.
const NAMES: &[&str] = &[
    "title",
    "slug",
    "categories",
    "slugified_categories",
    "category",
    "output_ext",
    "section",
    "sections",
    "contentbasename",
    "slugorcontentbasename",
    "filename",
    "slugorfilename",
    "path",
    "basename",
    "name",
    "collection",
    "author",
    "lang",
    "language",
];

/// What a permalink is made of.
#[derive(Clone, Copy)]
pub(super) struct Facts<'a> {
    pub dialect: Dialect,
    /// In the zone that it is shown in.
    pub date: DateTime<FixedOffset>,
    /// Empty when there is none.
    pub title: &'a str,
    /// The post's own.
    pub slug: Option<&'a str>,
    pub name: &'a Name,
    pub categories: &'a [String],
    pub author: Option<&'a str>,
    /// The folders that its URL is in.
    pub sections: &'a [String],
    /// Of a translation, which has its URL below that of its language.
    pub language: Option<&'a str>,
}

/// Whether there is such a placeholder.
pub(super) fn is_known(name: &str) -> bool {
    NAMES.contains(&name) || date_format(name).is_some()
}

/// Whether a date can be written so.
pub(super) fn is_format(format: &str) -> bool {
    StrftimeItems::new(format).all(|item| !matches!(item, Item::Error))
}

/// The placeholder that was probably meant.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let all = NAMES.iter().copied().chain(DATES.iter().map(|(known, _)| *known));
    config::nearest(name, all)
}

fn date_format(name: &str) -> Option<&'static str> {
    DATES.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
}

/// What a known placeholder stands for, encoded.
pub(super) fn fill(name: &str, argument: Option<&str>, facts: &Facts<'_>) -> String {
    if let Some(format) = date_format(name) {
        let format = argument.filter(|format| is_format(format)).unwrap_or(format);
        return address::encoded(&written(facts.date, format));
    }
    let own = |name: String| address::segment(&or_date(name, facts.date));
    match name {
        "title" => own(title(facts)),
        "slug" => own(slug_of(facts)),
        "slugorcontentbasename" | "slugorfilename" => {
            own(facts.slug.map_or_else(|| base(facts), |slug| sluggish(slug, facts)))
        }
        "contentbasename" | "filename" | "basename" => own(base(facts)),
        "name" => own(slug::jekyll(&facts.name.base)),
        "categories" => path(facts.categories.iter().map(|category| category.to_lowercase())),
        "slugified_categories" => path(facts.categories.iter().map(|category| slug::jekyll(category))),
        "category" => facts.categories.first().map(|category| address::segment(category)).unwrap_or_default(),
        "author" => facts.author.map(|author| address::segment(&slug::jekyll(author))).unwrap_or_default(),
        "lang" | "language" => facts.language.map(address::segment).unwrap_or_default(),
        "output_ext" => ".html".to_owned(),
        "collection" => "posts".to_owned(),
        "section" => facts.sections.first().map(|section| folder(section, facts)).unwrap_or_default(),
        "sections" => path_of(range(facts.sections, argument.unwrap_or(":")), facts),
        "path" => format!("{}/{}", path_of(facts.sections, facts), address::segment(&facts.name.base)),
        _ => String::new(),
    }
}

fn written(date: DateTime<FixedOffset>, format: &str) -> String {
    let mut text = String::new();
    // a format that chrono cannot write leaves nothing rather than a panic
    if write!(text, "{}", date.format(format)).is_err() {
        text.clear();
    }
    text
}

/// With Jekyll the name of the file, its case kept; in a plain folder its slug, so that a mended title
/// changes no address; elsewhere the slug of the title.
fn title(facts: &Facts<'_>) -> String {
    if facts.dialect == Dialect::Jekyll {
        let raw = facts.slug.unwrap_or(&facts.name.slug);
        return or_raw(slug::jekyll_pretty(raw), raw);
    }
    if facts.dialect == Dialect::Commonmark {
        return slug_of(facts);
    }
    let made = sluggish(facts.title, facts);
    if made.is_empty() { slug_of(facts) } else { made }
}

/// The post's own slug, or what the dialect makes it of: the name, with Hugo the title.
fn slug_of(facts: &Facts<'_>) -> String {
    match (facts.slug, facts.dialect) {
        (Some(own), _) => or_raw(sluggish(own, facts), own),
        (None, Dialect::Hugo) if !sluggish(facts.title, facts).is_empty() => sluggish(facts.title, facts),
        (None, _) => or_raw(sluggish(&facts.name.slug, facts), &facts.name.slug),
    }
}

/// The name of the file or of its bundle.
fn base(facts: &Facts<'_>) -> String {
    let name = if facts.dialect == Dialect::Hugo { &facts.name.base } else { &facts.name.slug };
    or_raw(sluggish(name, facts), name)
}

fn sluggish(text: &str, facts: &Facts<'_>) -> String {
    match facts.dialect {
        Dialect::Jekyll => slug::jekyll(text),
        Dialect::Eleventy | Dialect::Pelican | Dialect::Commonmark => slug::jekyll(&text.replace(is_unseen, "")),
        Dialect::Hugo => slug::hugo(text),
        Dialect::Zola => slug::zola(text),
    }
}

/// What only says how the character before it is drawn: it goes with its emoji.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// A name of which no slug is left (emoji alone) stands for itself.
fn or_raw(slug: String, raw: &str) -> String {
    if slug.is_empty() { raw.to_owned() } else { slug }
}

/// A name that would leave no segment of a path, since it is empty or all dots, is its date.
pub(super) fn or_date(name: String, date: DateTime<FixedOffset>) -> String {
    if name.trim_matches('.').is_empty() { written(date, "%Y-%m-%d") } else { name }
}

/// Distinct names, one below the other.
fn path(names: impl Iterator<Item = String>) -> String {
    let mut seen = HashSet::new();
    let segments = names.map(|name| address::segment(&name)).filter(|segment| seen.insert(segment.clone()));
    segments.collect::<Vec<_>>().join("/")
}

fn path_of(folders: &[String], facts: &Facts<'_>) -> String {
    folders.iter().map(|name| folder(name, facts)).collect::<Vec<_>>().join("/")
}

fn folder(name: &str, facts: &Facts<'_>) -> String {
    let name = if facts.dialect == Dialect::Hugo { slug::hugo(name) } else { name.to_owned() };
    address::segment(&name)
}

/// Hugo's `[1]`, `[last]`, `[1:]`, `[:last]`, `[1:last]` of some folders.
fn range<'a>(folders: &'a [String], argument: &str) -> &'a [String] {
    let last = folders.len().saturating_sub(1);
    let at = |text: &str, default: usize| match text.trim() {
        "" => Some(default),
        "last" => Some(last),
        number => number.parse().ok(),
    };
    let bounds = match argument.split_once(':') {
        None => at(argument, 0).map(|one| (one, one.saturating_add(1))),
        Some((from, to)) => at(from, 0).zip(at(to, folders.len())),
    };
    let (from, to) = bounds.unwrap_or((0, 0));
    folders.get(from..to.min(folders.len())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_folders() {
        let folders = ["a", "b", "c"].map(str::to_owned);
        let cases: [(&str, &[&str]); 9] = [
            (":", &["a", "b", "c"]),
            ("1:", &["b", "c"]),
            (":last", &["a", "b"]),
            ("1:last", &["b"]),
            ("0", &["a"]),
            ("last", &["c"]),
            ("9", &[]),
            ("2:1", &[]),
            ("x", &[]),
        ];
        for (argument, expected) in cases {
            assert_eq!(range(&folders, argument), expected, "{argument}");
        }
        assert!(range(&[], "last").is_empty());
    }

    #[test]
    fn formats_are_checked() {
        assert!(is_format("%Y/%m"));
        assert!(!is_format("%Q"));
        assert!(!is_format("%"));
    }

    #[test]
    fn finds_the_nearest() {
        assert_eq!(nearest("catagories"), Some("categories"));
        assert_eq!(nearest("zzzzzz"), None);
    }
}
