//! The keys of all generators as one vocabulary, and [`Fields`], which looks them up.
//!
//! A key is known by its letters and digits: `last_modified_at`, `lastModifiedAt` and
//! `Last-Modified-At` are one. Of several aliases the first in the list that says something counts.
//! What has a wrong shape becomes a [`Problem`] at the place of its value.
//!
//! - `aliases`: the keys that mean one thing; `names`: all of them, numbered
//! - `keys`: the entries of a file, by what their keys are known by

mod aliases;
mod keys;
mod names;

use std::borrow::Cow;

pub(super) use self::aliases::*;
pub(super) use self::keys::Keys;
use super::front_matter::Entry;
use super::nested;
use super::text::Place;
use crate::problem::{Problem, Severity};
use crate::value::Value;

/// After how many problems nested values are not looked for.
const MOST_PLACED: usize = 100;
/// How much of a value is told.
const TOLD: usize = 60;

/// A key that was found, as written, and its value.
#[derive(Debug, Clone)]
pub(super) struct Found<'a> {
    pub key: Cow<'a, str>,
    pub value: &'a Value,
    pub place: Place,
    /// Whether it is a YAML scalar without quotes.
    pub plain: Option<&'a str>,
}

impl<'a> Found<'a> {
    fn of(entry: &'a Entry<'a>) -> Self {
        let (key, plain) = (Cow::Borrowed(&*entry.key), entry.plain.as_deref());
        Self { key, value: &entry.value, place: entry.place, plain }
    }

    /// A scalar as it is written.
    pub fn text(&self) -> Option<Cow<'a, str>> {
        let scalar = matches!(self.value, Value::Bool(_) | Value::Integer(_) | Value::Float(_));
        self.plain.filter(|_| scalar).map(Cow::Borrowed).or_else(|| self.value.text())
    }

    /// Yes or no, in the words that people use.
    pub fn flag(&self) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(*flag),
            Value::Integer(0) => Some(false),
            Value::Integer(1) => Some(true),
            Value::String(text) => flag(text),
            _ => None,
        }
    }
}

/// Reads `yes`, `off` and the like.
fn flag(text: &str) -> Option<bool> {
    let is_one_of = |words: [&str; 5]| words.iter().any(|word| text.trim().eq_ignore_ascii_case(word));
    match () {
        () if is_one_of(["true", "yes", "on", "y", "1"]) => Some(true),
        () if is_one_of(["false", "no", "off", "n", "0"]) => Some(false),
        () => None,
    }
}

/// The front matter of a file, by meaning; collects what is wrong with it.
pub(super) struct Fields<'a> {
    pub path: &'a str,
    /// The file up to its body, to find nested values in.
    text: &'a str,
    keys: &'a Keys<'a>,
    pub problems: Vec<Problem>,
}

impl<'a> Fields<'a> {
    /// For the file at `path`.
    pub fn new(path: &'a str, keys: &'a Keys<'a>) -> Self {
        Self { path, text: "", keys, problems: Vec::new() }
    }

    /// The same, in a file that begins with `text`.
    pub fn within(self, text: &'a str) -> Self {
        Self { text, ..self }
    }

    /// What was found, at the place of a value nested in it under `key`.
    pub fn nested<'f>(&self, found: &Found<'f>, key: &str, value: &str) -> Found<'f> {
        // a file of which so much is told is not searched any further
        let search = || nested::find(self.text, found.place, key, value);
        let place = if self.problems.len() < MOST_PLACED { search() } else { None };
        Found { place: place.unwrap_or(found.place), ..found.clone() }
    }

    /// The first of the keys that says something.
    pub fn find(&self, aliases: Aliases) -> Option<Found<'a>> {
        self.keys.first(&aliases).map(Found::of)
    }

    /// The one key of this name that says something.
    pub fn named(&self, key: &str) -> Option<Found<'a>> {
        self.keys.named(&name(key)).next().filter(|entry| !entry.value.is_blank()).map(Found::of)
    }

    /// The keys that say something, in the order of the aliases; the post's own come first.
    pub fn said(&self, aliases: Aliases) -> impl Iterator<Item = Found<'a>> + use<'a> {
        self.keys.said(&aliases).map(Found::of)
    }

    /// The value of a key, the post's own or given.
    pub fn written(&self, key: &str) -> Option<&'a Value> {
        self.keys.named(&name(key)).next().map(|entry| &entry.value)
    }

    /// As [`Fields::find`], and then in the mappings of themes (`params`, `extra`).
    pub fn find_anywhere(&self, aliases: Aliases) -> Option<Found<'a>> {
        let has_nests = self.keys.has(&NESTS);
        let inside = || NESTS.names.iter().find_map(|nest| self.inside(nest, aliases));
        self.find(aliases).or_else(|| has_nests.then(inside)?)
    }

    /// The first of the keys among Zola's `[taxonomies]`.
    pub fn find_taxonomy(&self, aliases: Aliases) -> Option<Found<'a>> {
        let inside = || TAXONOMIES.names.iter().find_map(|nest| self.inside(nest, aliases));
        if self.keys.has(&TAXONOMIES) { inside() } else { None }
    }

    fn inside(&self, nest: &str, aliases: Aliases) -> Option<Found<'a>> {
        let member_of = |entry: &'a Entry<'a>| Some((entry, member(&entry.value, aliases.names)?));
        let (entry, (key, value)) = self.keys.named(nest).find_map(member_of)?;
        let found = Found { key: format!("{}.{key}", entry.key).into(), value, place: entry.place, plain: None };
        Some(self.nested(&found, key, &value.text().unwrap_or_default()))
    }

    /// Text on as many lines as it has.
    pub fn text(&mut self, aliases: Aliases) -> Option<Cow<'a, str>> {
        let found = self.find(aliases)?;
        self.text_of(&found)
    }

    /// The text of what was found, or a problem.
    pub fn text_of<'f>(&mut self, found: &Found<'f>) -> Option<Cow<'f, str>> {
        let text = found.text();
        if text.is_none() {
            self.misshapen(found, "text");
        }
        text
    }

    /// The text of what was found, or a warning: the post does without it.
    pub fn spare_text_of<'f>(&mut self, found: &Found<'f>) -> Option<Cow<'f, str>> {
        let text = found.text();
        if text.is_none() {
            self.tell_shape(Severity::Warning, found, "text");
        }
        text
    }

    /// Yes or no, or a problem.
    pub fn flag(&mut self, aliases: Aliases) -> Option<bool> {
        let found = self.find(aliases)?;
        let flag = found.flag();
        if flag.is_none() {
            self.misshapen(&found, "`true` or `false`");
        }
        flag
    }

    /// Tells that a value has not the shape that its key wants.
    pub fn misshapen(&mut self, found: &Found<'_>, expected: &str) {
        self.tell_shape(Severity::Error, found, expected);
    }

    fn tell_shape(&mut self, severity: Severity, found: &Found<'_>, expected: &str) {
        let what = found.text().map_or_else(|| found.value.kind().to_owned(), |text| format!("`{}`", told(&text)));
        let message = format!("`{}` is {what}", found.key);
        self.tell(severity, found, message, format!("expected {expected}"));
    }

    /// Tells something about a value.
    pub fn tell(&mut self, severity: Severity, found: &Found<'_>, message: impl Into<String>, mend: impl Into<String>) {
        let problem = Problem::error(self.path, message).at(found.place.line, found.place.column).mend(mend);
        self.problems.push(Problem { severity, ..problem });
    }

    /// Tells that something would be better otherwise.
    pub fn warn(&mut self, found: &Found<'_>, message: impl Into<String>, mend: impl Into<String>) {
        self.tell(Severity::Warning, found, message, mend);
    }

    /// Tells what makes the post unreadable.
    pub fn refuse(&mut self, found: &Found<'_>, message: impl Into<String>, mend: impl Into<String>) {
        self.tell(Severity::Error, found, message, mend);
    }
}

/// The member of a mapping with the first of the keys that says something, and its key.
pub(super) fn member<'a>(value: &'a Value, aliases: &[&str]) -> Option<(&'a str, &'a Value)> {
    let Value::Mapping(pairs) = value else { return None };
    let said = pairs.iter().filter(|(_, value)| !value.is_blank());
    let ranked = said.filter_map(|(key, value)| {
        let known = name(key);
        aliases.iter().position(|alias| *alias == known).map(|rank| (rank, key.as_str(), value))
    });
    ranked.min_by_key(|(rank, ..)| *rank).map(|(_, key, value)| (key, value))
}

/// What a key is known by.
pub(super) fn name(key: &str) -> Cow<'_, str> {
    if key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return key.into();
    }
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// As much of a value as is told.
pub(super) fn told(text: &str) -> String {
    let line = super::text::on_one_line(text);
    match line.char_indices().nth(TOLD) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::front_matter::{self, FrontMatter};
    use super::*;
    use crate::config::Dialect;

    fn text(yaml: &str) -> String {
        format!("---\n{yaml}---\n")
    }

    fn front(text: &str) -> FrontMatter<'_> {
        front_matter::read(text).unwrap().front.unwrap()
    }

    #[test]
    fn aliases_are_asked_in_turn() {
        let text = text("Pub-Date: 2\nlastModifiedAt: 3\ndate:\nTitle: a\ntitle: b\n");
        let front = front(&text);
        let keys = Keys::of(&front);
        let fields = Fields::new("a.md", &keys);
        assert_eq!(fields.find(date(Dialect::Commonmark)).unwrap().key, "Pub-Date");
        assert_eq!(fields.find(UPDATED).unwrap().place, Place { line: 3, column: 17 });
        assert_eq!(fields.find(TITLE).unwrap().value, &Value::String("b".into()));
        assert!(fields.find(SLUG).is_none());
    }

    #[test]
    fn of_keys_known_alike_the_one_written_so_counts() {
        let value = |yaml: &str| {
            let text = text(yaml);
            let front = front(&text);
            let keys = Keys::of(&front);
            Fields::new("a.md", &keys).find(SLUG).map(|found| found.value.clone())
        };
        for (yaml, expected) in
            [("Slug: 1\nSLUG: 2\n", 1), ("slug: 1\nSlug: 2\n", 1), ("Slug: 1\nslug: 2\nSLUG: 3\n", 2)]
        {
            assert_eq!(value(yaml), Some(Value::Integer(expected)), "{yaml}");
        }
    }

    #[test]
    fn scalars_are_text_and_lists_are_told() {
        let text = text("title: 1.10\nslug: true\nid: 007\nlang: [a]\ndraft: maybe\nfeed: \"Yes\"\n");
        let front = front(&text);
        let keys = Keys::of(&front);
        let mut fields = Fields::new("a.md", &keys);
        assert_eq!(fields.text(TITLE).as_deref(), Some("1.10"));
        assert_eq!(fields.text(SLUG).as_deref(), Some("true"));
        assert_eq!(fields.text(id(Dialect::Commonmark)).as_deref(), Some("007"));
        assert_eq!(
            (fields.text(language(Dialect::Commonmark)), fields.flag(DRAFT), fields.flag(FEED)),
            (None, None, Some(true))
        );
        let told: Vec<_> = fields.problems.iter().map(ToString::to_string).collect();
        let expected =
            ["a.md:5:7: `lang` is a list; expected text", "a.md:6:8: `draft` is `maybe`; expected `true` or `false`"];
        assert_eq!(told, expected);
    }

    #[test]
    fn looks_into_the_mappings_of_themes() {
        let text = text("x: 1\nextra:\n  Image: a.png\ntaxonomies: {tags: [a]}\n");
        let front = front(&text);
        let keys = Keys::of(&front);
        let fields = Fields::new("a.md", &keys).within("---\nx: 1\nextra:\n  Image: a.png\n");
        let image = fields.find_anywhere(IMAGE).unwrap();
        assert_eq!((&*image.key, image.place.line), ("extra.Image", 4));
        assert_eq!(fields.find_taxonomy(TAGS).unwrap().key, "taxonomies.tags");
        assert!(fields.find(IMAGE).is_none());
    }

    #[test]
    fn long_values_are_cut_when_told() {
        assert_eq!(told(&"é".repeat(100)).chars().count(), 61);
        assert_eq!(told("a\nb"), "a b");
    }
}
