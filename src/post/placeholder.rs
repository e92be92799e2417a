//! What the placeholders of permalinks stand for.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, FixedOffset};

use super::address;
use super::filename::Name;
use super::hugo::Spelling;
use super::slug;
use super::zola::Slugify;
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

/// What a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder<'a> {
    Title,
    Slug,
    SlugOrBase,
    Base,
    /// The name of the file as Jekyll makes a slug of it.
    Name,
    Path,
    Categories,
    SluggedCategories,
    Category,
    Author,
    Language,
    Extension,
    Collection,
    Section,
    Sections,
    /// In the format that `strftime` has for it.
    Date(&'static str),
    /// A layout of Go.
    Layout(&'a str),
}

/// Those that are no dates.
const NAMES: &[(&str, Placeholder<'_>)] = &[
    ("title", Placeholder::Title),
    ("slug", Placeholder::Slug),
    ("categories", Placeholder::Categories),
    ("slugified_categories", Placeholder::SluggedCategories),
    ("category", Placeholder::Category),
    ("output_ext", Placeholder::Extension),
    ("section", Placeholder::Section),
    ("sections", Placeholder::Sections),
    ("contentbasename", Placeholder::Base),
    ("slugorcontentbasename", Placeholder::SlugOrBase),
    ("filename", Placeholder::Base),
    ("slugorfilename", Placeholder::SlugOrBase),
    ("path", Placeholder::Path),
    ("basename", Placeholder::Base),
    ("name", Placeholder::Name),
    ("collection", Placeholder::Collection),
    ("author", Placeholder::Author),
    ("lang", Placeholder::Language),
    ("language", Placeholder::Language),
];

/// What a permalink is made of.
#[derive(Clone, Copy)]
pub(super) struct Facts<'a> {
    pub dialect: Dialect,
    /// How Zola makes slugs.
    pub slugify: Slugify,
    /// In the zone that it is shown in.
    pub date: DateTime<FixedOffset>,
    /// Empty when there is none.
    pub title: &'a str,
    /// The post's own.
    pub slug: Option<&'a str>,
    pub name: &'a Name<'a>,
    /// The file below the folder of posts.
    pub relative: &'a str,
    pub categories: &'a [String],
    pub author: Option<&'a str>,
    /// The folders that it is in, from the root of its blog.
    pub folders: &'a [&'a str],
    /// Those of them that are sections.
    pub sections: &'a [&'a str],
    /// Of a translation, which has its URL below that of its language.
    pub language: Option<&'a str>,
    /// How Hugo's configuration wants it.
    pub spelling: Spelling,
}

/// The placeholder of a name.
pub(super) fn named(name: &str) -> Option<Placeholder<'_>> {
    let named = NAMES.iter().find(|(known, _)| *known == name).map(|(_, placeholder)| *placeholder);
    let date = || DATES.iter().find(|(known, _)| *known == name).map(|(_, format)| Placeholder::Date(format));
    named.or_else(date).or_else(|| layout(name).map(|_| Placeholder::Layout(name)))
}

/// The parts of Go's layouts of dates, the longest first.
const LAYOUTS: &[(&str, &str)] = &[
    ("January", "%B"),
    ("Monday", "%A"),
    ("2006", "%Y"),
    ("Jan", "%b"),
    ("Mon", "%a"),
    ("002", "%j"),
    ("01", "%m"),
    ("02", "%d"),
    ("03", "%I"),
    ("04", "%M"),
    ("05", "%S"),
    ("06", "%y"),
    ("15", "%H"),
    ("PM", "%p"),
    ("1", "%-m"),
    ("2", "%-d"),
    ("3", "%-I"),
    ("4", "%-M"),
    ("5", "%-S"),
];

/// A layout of Go (`2006`, `Jan`, `20060102`), which Hugo takes for the name of a placeholder, as a format.
fn layout(name: &str) -> Option<String> {
    let begins = name.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit());
    let (mut format, mut rest) = (String::new(), Some(name).filter(|_| begins)?);
    while let Some(first) = rest.chars().next() {
        let known = LAYOUTS.iter().find(|(part, _)| rest.starts_with(part));
        let (part, written) = known.copied().unwrap_or((&rest[..first.len_utf8()], &rest[..first.len_utf8()]));
        format.push_str(written);
        rest = &rest[part.len()..];
    }
    (format != name).then_some(format)
}

/// Whether a date can be written so.
pub(super) fn is_format(format: &str) -> bool {
    StrftimeItems::new(format).all(|item| !matches!(item, Item::Error))
}

/// The placeholder that was probably meant.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let all = NAMES.iter().map(|(known, _)| *known).chain(DATES.iter().map(|(known, _)| *known));
    config::nearest(name, all)
}

/// What a placeholder stands for, encoded.
pub(super) fn fill<'a>(placeholder: Placeholder<'_>, argument: Option<&str>, facts: &Facts<'a>) -> Cow<'a, str> {
    let own = |name: Cow<'a, str>| segments(or_date(name, facts.date), facts);
    let date = |format: &str| address::encoded(&written(facts.date, format)).into();
    let category = || facts.categories.first().map(String::as_str);
    match placeholder {
        Placeholder::Title => own(title(facts)),
        Placeholder::Slug => own(slug_of(facts)),
        Placeholder::SlugOrBase => own(facts.slug.map_or_else(|| base(facts), |slug| sluggish(slug, facts))),
        Placeholder::Base => own(base(facts)),
        Placeholder::Path if facts.dialect == Dialect::Hugo => hugo_path(facts),
        Placeholder::Path => format!("{}/{}", path_of(facts.folders, facts), address::segment(facts.name.base)).into(),
        Placeholder::Name => own(slug::jekyll(facts.name.base)),
        Placeholder::Categories => path(facts.categories.iter().map(|category| category.to_lowercase()), facts),
        Placeholder::SluggedCategories => {
            path(facts.categories.iter().map(|category| slug::jekyll(category).into_owned()), facts)
        }
        Placeholder::Category if facts.dialect == Dialect::Pelican => {
            category().map(|category| address::segment(slug::pelican(category))).unwrap_or_default()
        }
        Placeholder::Category => category().map(address::segment).unwrap_or_default(),
        Placeholder::Author => facts.author.map(|author| address::segment(sluggish(author, facts))).unwrap_or_default(),
        Placeholder::Language => facts.language.map(address::segment).unwrap_or_default(),
        Placeholder::Extension => ".html".into(),
        Placeholder::Collection => "posts".into(),
        Placeholder::Section => facts.sections.first().map(|section| folder(section, facts)).unwrap_or_default(),
        Placeholder::Sections => {
            path_of(argument.map_or(facts.sections, |argument| range(facts.sections, argument)), facts)
        }
        Placeholder::Date(format) => date(argument.filter(|format| is_format(format)).unwrap_or(format)),
        Placeholder::Layout(name) => layout(name).map(|format| date(&format)).unwrap_or_default(),
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

/// Where Hugo puts a post without a pattern: in its folders, as its slug or its file is called.
fn hugo_path<'a>(facts: &Facts<'a>) -> Cow<'a, str> {
    let name = match facts.slug {
        Some(own) => or_raw(sluggish(own, facts), own),
        None => or_raw(in_path(facts.name.base, facts).into(), facts.name.base),
    };
    format!("{}/{}", path_of(facts.folders, facts), segments(or_date(name, facts.date), facts)).into()
}

/// A name as a part of a path; in Hugo a slash in a slug is one in the path too.
fn segments<'a>(name: Cow<'a, str>, facts: &Facts<'_>) -> Cow<'a, str> {
    match facts.dialect {
        Dialect::Hugo if name.contains('/') => joined(name.split('/').map(address::segment)).into_owned().into(),
        _ => address::segment(name),
    }
}

/// With Jekyll the name of the file, its case kept; in a plain folder its slug, so that a mended title
/// changes no address; elsewhere the slug of the title.
fn title<'a>(facts: &Facts<'a>) -> Cow<'a, str> {
    if facts.dialect == Dialect::Jekyll {
        let raw = facts.slug.unwrap_or(facts.name.slug);
        return or_raw(slug::jekyll_pretty(raw).into(), raw);
    }
    if facts.dialect == Dialect::Commonmark {
        return slug_of(facts);
    }
    let made = of_title(facts);
    if made.is_empty() { slug_of(facts) } else { made.into() }
}

/// The slug of the title; a slash in a title makes no folder.
fn of_title(facts: &Facts<'_>) -> String {
    sluggish(&facts.title.replace('/', "-"), facts).into_owned()
}

/// The post's own slug, or what the dialect makes it of: the name, with Hugo the title.
fn slug_of<'a>(facts: &Facts<'a>) -> Cow<'a, str> {
    match (facts.slug, facts.dialect) {
        (Some(own), Dialect::Pelican) => own.into(),
        (Some(own), _) => or_raw(sluggish(own, facts), own),
        (None, Dialect::Hugo) if !of_title(facts).is_empty() => of_title(facts).into(),
        (None, _) => or_raw(sluggish(facts.name.slug, facts), facts.name.slug),
    }
}

/// The name of the file or of its bundle.
fn base<'a>(facts: &Facts<'a>) -> Cow<'a, str> {
    if facts.dialect == Dialect::Hugo {
        // its placeholders read a plus as a blank
        return or_raw(sluggish(&facts.name.base.replace('+', " "), facts).into_owned().into(), facts.name.base);
    }
    or_raw(sluggish(facts.name.slug, facts), facts.name.slug)
}

fn sluggish<'a>(text: &'a str, facts: &Facts<'_>) -> Cow<'a, str> {
    match facts.dialect {
        Dialect::Jekyll => slug::jekyll(text),
        Dialect::Pelican => slug::pelican(text).into(),
        Dialect::Eleventy | Dialect::Commonmark if text.is_ascii() => slug::jekyll(text),
        Dialect::Eleventy | Dialect::Commonmark => slug::jekyll(&text.replace(is_unseen, "")).into_owned().into(),
        Dialect::Hugo => spelled(slug::hugo(text), facts).into(),
        Dialect::Zola => facts.slugify.slug(text).into(),
    }
}

/// A name of a file or folder as Hugo puts it into paths.
fn in_path(name: &str, facts: &Facts<'_>) -> String {
    spelled(slug::hugo_path(name), facts)
}

/// A slug of Hugo as the site wants it.
fn spelled(slug: String, facts: &Facts<'_>) -> String {
    let slug = if facts.spelling.drops_accents { slug::without_accents(&slug) } else { slug };
    if facts.spelling.keeps_case { slug } else { slug.to_lowercase() }
}

/// What only says how the character before it is drawn: it goes with its emoji.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// A name of which no slug is left (emoji alone) stands for itself.
fn or_raw<'a>(slug: Cow<'a, str>, raw: &'a str) -> Cow<'a, str> {
    if slug.is_empty() { raw.into() } else { slug }
}

/// A name that would leave no segment of a path, since it is empty or all dots, is its date.
pub(super) fn or_date(name: Cow<'_, str>, date: DateTime<FixedOffset>) -> Cow<'_, str> {
    if name.bytes().all(|byte| byte == b'.') { written(date, "%Y-%m-%d").into() } else { name }
}

/// Distinct names, one below the other; with Jekyll a slash in one makes a folder.
fn path<'a>(names: impl Iterator<Item = String>, facts: &Facts<'_>) -> Cow<'a, str> {
    let mut seen = HashSet::new();
    joined(names.filter(|name| seen.insert(name.clone())).map(|name| match facts.dialect {
        Dialect::Jekyll => address::encoded_path(&name).into(),
        _ => address::segment(name),
    }))
}

fn path_of<'a>(folders: &[&'a str], facts: &Facts<'_>) -> Cow<'a, str> {
    joined(folders.iter().map(|name| folder(name, facts)))
}

/// Parts of a path, one below the other.
fn joined<'a>(mut parts: impl Iterator<Item = Cow<'a, str>>) -> Cow<'a, str> {
    let first = parts.next().unwrap_or_default();
    parts.fold(first, |mut path, part| {
        path.to_mut().push('/');
        path.to_mut().push_str(&part);
        path
    })
}

fn folder<'a>(name: &'a str, facts: &Facts<'_>) -> Cow<'a, str> {
    if facts.dialect == Dialect::Hugo { address::segment(in_path(name, facts)) } else { address::segment(name) }
}

/// Hugo's `[1]`, `[last]`, `[1:]`, `[:last]`, `[1:last]` of some folders.
fn range<'a, 'b>(folders: &'b [&'a str], argument: &str) -> &'b [&'a str] {
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
        let folders = ["a", "b", "c"];
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
    fn layouts_of_go_are_formats() {
        let cases = [("2006", "%Y"), ("Jan", "%b"), ("20060102", "%Y%m%d"), ("January_2", "%B_%-d"), ("06x", "%yx")];
        for (typed, format) in cases {
            assert_eq!(layout(typed).as_deref(), Some(format), "{typed}");
        }
        for other in ["title", "Title", "80", "é", "mon", ""] {
            assert_eq!(layout(other), None, "{other}");
        }
    }

    #[test]
    fn finds_the_nearest() {
        assert_eq!(nearest("catagories"), Some("categories"));
        assert_eq!(nearest("zzzzzz"), None);
    }
}
