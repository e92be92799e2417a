//! The keys of all generators as one vocabulary, and [`Fields`], which looks them up.
//!
//! A key is known by its letters and digits: `last_modified_at`, `lastModifiedAt` and
//! `Last-Modified-At` are one. Of several aliases the first in the list that says something counts.
//! What has a wrong shape becomes a [`Problem`] at the place of its value.

use std::borrow::Cow;

use super::front_matter::{Entry, FrontMatter};
use super::nested;
use super::text::Place;
use crate::config::Dialect;
use crate::problem::{Problem, Severity};
use crate::value::Value;

/// The keys that mean one thing, the most telling first.
#[derive(Clone, Copy)]
pub(super) struct Aliases {
    names: &'static [&'static str],
    /// The [`mark`]s of all of them.
    marks: u64,
}

impl Aliases {
    /// These keys, as they are known.
    pub const fn of(names: &'static [&'static str]) -> Self {
        let (mut marks, mut at) = (0, 0);
        while at < names.len() {
            marks |= mark(names[at]);
            at += 1;
        }
        Self { names, marks }
    }
}

pub(super) const TITLE: Aliases = Aliases::of(&["title"]);
const DATE: Aliases = Aliases::of(&[
    "date",
    "pubdate",
    "publishdate",
    "published",
    "publishedat",
    "publisheddate",
    "publishedon",
    "publicationdate",
    "datepublished",
    "posted",
    "postedat",
    "created",
    "createdat",
    "createddate",
    "datecreated",
]);
/// Hugo's order: when a post comes out is asked before its date.
pub(super) const HUGO_DATE: Aliases = Aliases::of(&[
    "publishdate",
    "pubdate",
    "published",
    "date",
    "publishedat",
    "publisheddate",
    "publishedon",
    "publicationdate",
    "datepublished",
    "lastmod",
    "modified",
]);
/// What Hugo calls a date, besides when a post comes out.
pub(super) const OWN_DATE: Aliases = Aliases::of(&["date"]);
/// The keys of Hugo's default for when a post comes out, without those for when it was changed.
pub(super) const COMES_OUT: Aliases = Aliases::of(&["publishdate", "pubdate", "published", "date"]);
pub(super) const UPDATED: Aliases = Aliases::of(&[
    "lastmodifiedat",
    "lastmod",
    "lastmodified",
    "lastmodifieddate",
    "modified",
    "modifiedat",
    "modifieddate",
    "datemodified",
    "updated",
    "updatedat",
    "updatedon",
    "updateddate",
    "updatedate",
    "dateupdated",
    "lastupdated",
    "revised",
]);
pub(super) const EXPIRES: Aliases =
    Aliases::of(&["expirydate", "unpublishdate", "expires", "expiresat", "expiry", "expirationdate", "expiredate"]);
pub(super) const SLUG: Aliases = Aliases::of(&["slug"]);
const PERMALINK: Aliases = Aliases::of(&["permalink", "url", "path"]);
const JEKYLL_PERMALINK: Aliases = Aliases::of(&["permalink"]);
const HUGO_PERMALINK: Aliases = Aliases::of(&["url"]);
const ZOLA_PERMALINK: Aliases = Aliases::of(&["path"]);
const ID: Aliases = Aliases::of(&["id", "guid", "uuid"]);
const OWN_ID: Aliases = Aliases::of(&["id"]);
pub(super) const SUMMARY: Aliases = Aliases::of(&["description", "summary", "excerpt", "abstract"]);
pub(super) const HUGO_SUMMARY: Aliases = Aliases::of(&["summary", "description", "excerpt", "abstract"]);
pub(super) const AUTHORS: Aliases = Aliases::of(&["author", "authors"]);
pub(super) const TAGS: Aliases = Aliases::of(&["tags", "tag"]);
pub(super) const CATEGORY: Aliases = Aliases::of(&["category"]);
pub(super) const CATEGORIES: Aliases = Aliases::of(&["categories"]);
pub(super) const DRAFT: Aliases = Aliases::of(&["draft", "isdraft"]);
pub(super) const PUBLISHED: Aliases = Aliases::of(&["published", "publish"]);
pub(super) const STATUS: Aliases = Aliases::of(&["status"]);
pub(super) const FEED: Aliases = Aliases::of(&["feed", "infeed"]);
pub(super) const NO_FEED: Aliases = Aliases::of(&["excludefromfeed", "eleventyexcludefromcollections"]);
pub(super) const HEADLESS: Aliases = Aliases::of(&["headless"]);
pub(super) const BUILD: Aliases = Aliases::of(&["build"]);
const LANGUAGE: Aliases = Aliases::of(&["lang", "language", "locale"]);
const OWN_LANGUAGE: Aliases = Aliases::of(&["lang"]);
pub(super) const LINK: Aliases = Aliases::of(&["link", "externalurl", "externallink", "linkurl"]);
pub(super) const IMAGE: Aliases = Aliases::of(&[
    "image",
    "featuredimage",
    "featuredimg",
    "cover",
    "coverimage",
    "thumbnail",
    "images",
    "featureimage",
    "heroimage",
    "ogimage",
    "socialimage",
    "banner",
    "header",
]);
pub(super) const IMAGE_ALT: Aliases = Aliases::of(&["imagealt", "featuredimagealt", "coveralt", "alt"]);
pub(super) const ENCLOSURES: Aliases = Aliases::of(&["enclosure", "enclosures", "audio", "video", "podcast"]);
pub(super) const ENCLOSED_FILE: Aliases = Aliases::of(&["podcastfile", "audiofile", "audiourl", "mp3", "file"]);
pub(super) const ENCLOSED_LENGTH: Aliases =
    Aliases::of(&["podcastbytes", "podcastlength", "podcastfilesize", "audiolength", "filesize", "bytes", "length"]);
pub(super) const ENCLOSED_DURATION: Aliases = Aliases::of(&["podcastduration", "audioduration", "duration"]);
pub(super) const ENCLOSED_TYPE: Aliases = Aliases::of(&["podcasttype", "audiotype", "mimetype", "mediatype"]);

/// The keys of a post's own address. A generator knows one of them; what others mean by it is its theme's business.
pub(super) const fn permalink(dialect: Dialect) -> Aliases {
    match dialect {
        Dialect::Jekyll | Dialect::Eleventy => JEKYLL_PERMALINK,
        Dialect::Hugo | Dialect::Pelican => HUGO_PERMALINK,
        Dialect::Zola => ZOLA_PERMALINK,
        Dialect::Commonmark => PERMALINK,
    }
}

/// The keys of a post's own id. What an export left in `guid` is no id of the feeds that a generator makes.
pub(super) const fn id(dialect: Dialect) -> Aliases {
    if matches!(dialect, Dialect::Commonmark) { ID } else { OWN_ID }
}

/// The keys for when a post comes out. In Jekyll the name of the file says it before other keys could.
pub(super) const fn date(dialect: Dialect) -> Aliases {
    match dialect {
        Dialect::Hugo => HUGO_DATE,
        Dialect::Jekyll => OWN_DATE,
        _ => DATE,
    }
}

/// The keys of a post's language. With Hugo and Zola it is said by names of files and folders, and `language` may be one that
/// programs are written in.
pub(super) const fn language(dialect: Dialect) -> Aliases {
    if matches!(dialect, Dialect::Hugo | Dialect::Zola) { OWN_LANGUAGE } else { LANGUAGE }
}

/// The mappings in which themes keep keys of their own.
const NESTS: Aliases = Aliases::of(&["params", "extra"]);
/// Where Zola keeps tags and the like.
const TAXONOMIES: &str = "taxonomies";
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
    fn of(entry: &'a Entry) -> Self {
        let (key, plain) = (Cow::Borrowed(&*entry.key), entry.plain.as_deref());
        Self { key, value: &entry.value, place: entry.place, plain }
    }

    /// A scalar as it is written.
    pub fn text(&self) -> Option<String> {
        let scalar = matches!(self.value, Value::Bool(_) | Value::Integer(_) | Value::Float(_));
        self.plain.filter(|_| scalar).map(str::to_owned).or_else(|| self.value.as_text())
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
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" => Some(true),
        "false" | "no" | "off" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// The front matter of a file, by meaning; collects what is wrong with it.
pub(super) struct Fields<'a> {
    pub path: &'a str,
    /// The file up to its body, to find nested values in.
    text: &'a str,
    entries: Known<'a>,
    /// What is said for the post elsewhere.
    given: Known<'a>,
    /// The marks of both.
    marks: u64,
    pub problems: Vec<Problem>,
}

impl<'a> Fields<'a> {
    /// For the file at `path`.
    pub fn new(path: &'a str, front: &'a FrontMatter) -> Self {
        let (entries, given) = (Known::of(&front.entries), Known::of(&front.given));
        let marks = entries.marks | given.marks;
        Self { path, text: "", entries, given, marks, problems: Vec::new() }
    }

    /// The same, in a file that begins with `text`.
    pub fn within(self, text: &'a str) -> Self {
        Self { text, ..self }
    }

    /// What was found, at the place of a value nested in it under `key`.
    pub fn nested(&self, found: &Found<'a>, key: &str, value: &str) -> Found<'a> {
        // a file of which so much is told is not searched any further
        let search = || nested::find(self.text, found.place, key, value);
        let place = if self.problems.len() < MOST_PLACED { search() } else { None };
        Found { place: place.unwrap_or(found.place), ..found.clone() }
    }

    /// The first of the keys that says something.
    pub fn find(&self, aliases: Aliases) -> Option<Found<'a>> {
        if self.marks & aliases.marks == 0 { None } else { self.said(aliases).next() }
    }

    /// The one key of this name that says something.
    pub fn named(&self, key: &str) -> Option<Found<'a>> {
        let known = name(key);
        let entry = self.entries.get(&known).or_else(|| self.given.get(&known));
        entry.filter(|entry| !entry.value.is_blank()).map(Found::of)
    }

    /// All of the keys that say something, in the order of the aliases; the post's own come first.
    pub fn all(&self, aliases: Aliases) -> Vec<Found<'a>> {
        if self.marks & aliases.marks == 0 { Vec::new() } else { self.said(aliases).collect() }
    }

    /// The same, one after the other.
    pub fn said(&self, aliases: Aliases) -> impl Iterator<Item = Found<'a>> {
        let both = [&self.entries, &self.given].into_iter().filter(move |known| known.marks & aliases.marks != 0);
        let entries = both.flat_map(move |known| aliases.names.iter().filter_map(|alias| known.get(alias)));
        entries.filter(|entry| !entry.value.is_blank()).map(Found::of)
    }

    /// The value of a key, the post's own or given.
    pub fn written(&self, key: &str) -> Option<&'a Value> {
        let known = name(key);
        [&self.entries, &self.given].into_iter().find_map(|entries| entries.get(&known)).map(|entry| &entry.value)
    }

    /// As [`Fields::find`], and then in the mappings of themes (`params`, `extra`).
    pub fn find_anywhere(&self, aliases: Aliases) -> Option<Found<'a>> {
        let has_nests = self.marks & NESTS.marks != 0;
        let inside = || NESTS.names.iter().find_map(|nest| self.inside(nest, aliases));
        self.find(aliases).or_else(|| has_nests.then(inside)?)
    }

    /// The first of the keys among Zola's `[taxonomies]`.
    pub fn find_taxonomy(&self, aliases: Aliases) -> Option<Found<'a>> {
        if self.marks & mark(TAXONOMIES) == 0 { None } else { self.inside(TAXONOMIES, aliases) }
    }

    fn inside(&self, nest: &str, aliases: Aliases) -> Option<Found<'a>> {
        let mut entries = [&self.entries, &self.given].into_iter().filter_map(|entries| entries.get(nest));
        let (entry, (key, value)) = entries.find_map(|entry| Some((entry, member(&entry.value, aliases.names)?)))?;
        let found = Found { key: format!("{}.{key}", entry.key).into(), value, place: entry.place, plain: None };
        Some(self.nested(&found, key, &value.as_text().unwrap_or_default()))
    }

    /// Text on as many lines as it has.
    pub fn text(&mut self, aliases: Aliases) -> Option<String> {
        let found = self.find(aliases)?;
        self.text_of(&found)
    }

    /// The text of what was found, or a problem.
    pub fn text_of(&mut self, found: &Found<'_>) -> Option<String> {
        let text = found.text();
        if text.is_none() {
            self.misshapen(found, "text");
        }
        text
    }

    /// The text of what was found, or a warning: the post does without it.
    pub fn spare_text_of(&mut self, found: &Found<'_>) -> Option<String> {
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

/// Entries by what they are known by, in order.
struct Known<'a> {
    entries: Vec<(Cow<'a, str>, &'a Entry)>,
    /// The [`mark`]s of all of them: nearly all that is asked for is not there, which these tell at once.
    marks: u64,
}

impl<'a> Known<'a> {
    /// Of keys that are known alike the one counts that is written so, else the first.
    fn of(entries: &'a [Entry]) -> Self {
        let mut known: Vec<_> = entries.iter().map(|entry| (name(&entry.key), entry)).collect();
        known.sort_by(|(one, _), (other, _)| one.cmp(other));
        known.dedup_by(|(name, later), (kept, entry)| {
            if name == kept && *name == later.key {
                *entry = later;
            }
            name == kept
        });
        let marks = known.iter().fold(0, |marks, (name, _)| marks | mark(name));
        Self { entries: known, marks }
    }

    fn get(&self, known: &str) -> Option<&'a Entry> {
        if self.marks & mark(known) == 0 {
            return None;
        }
        self.entries.binary_search_by(|(name, _)| (**name).cmp(known)).ok().map(|at| self.entries[at].1)
    }
}

/// One bit for a name, by its first byte and its length.
const fn mark(name: &str) -> u64 {
    let first = match name.as_bytes() {
        [] => 0,
        [first, ..] => *first as usize,
    };
    1 << ((first + 7 * name.len()) % 64)
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
    let line = super::text::one_line(text);
    match line.char_indices().nth(TOLD) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::super::front_matter;
    use super::*;

    fn front(yaml: &str) -> FrontMatter {
        front_matter::read(&format!("---\n{yaml}---\n")).unwrap().front.unwrap()
    }

    #[test]
    fn aliases_are_asked_in_turn() {
        let front = front("Pub-Date: 2\nlastModifiedAt: 3\ndate:\nTitle: a\ntitle: b\n");
        let fields = Fields::new("a.md", &front);
        assert_eq!(fields.find(DATE).unwrap().key, "Pub-Date");
        assert_eq!(fields.find(UPDATED).unwrap().place, Place { line: 3, column: 17 });
        assert_eq!(fields.find(TITLE).unwrap().value, &Value::String("b".into()));
        assert!(fields.find(SLUG).is_none());
    }

    #[test]
    fn of_keys_known_alike_the_one_written_so_counts() {
        let value = |yaml: &str| Fields::new("a.md", &front(yaml)).find(SLUG).map(|found| found.value.clone());
        for (yaml, expected) in
            [("Slug: 1\nSLUG: 2\n", 1), ("slug: 1\nSlug: 2\n", 1), ("Slug: 1\nslug: 2\nSLUG: 3\n", 2)]
        {
            assert_eq!(value(yaml), Some(Value::Integer(expected)), "{yaml}");
        }
    }

    #[test]
    fn scalars_are_text_and_lists_are_told() {
        let front = front("title: 1.10\nslug: true\nid: 007\nlang: [a]\ndraft: maybe\nfeed: \"Yes\"\n");
        let mut fields = Fields::new("a.md", &front);
        assert_eq!(fields.text(TITLE).as_deref(), Some("1.10"));
        assert_eq!(fields.text(SLUG).as_deref(), Some("true"));
        assert_eq!(fields.text(ID).as_deref(), Some("007"));
        assert_eq!((fields.text(LANGUAGE), fields.flag(DRAFT), fields.flag(FEED)), (None, None, Some(true)));
        let told: Vec<_> = fields.problems.iter().map(ToString::to_string).collect();
        let expected =
            ["a.md:5:7: `lang` is a list; expected text", "a.md:6:8: `draft` is `maybe`; expected `true` or `false`"];
        assert_eq!(told, expected);
    }

    #[test]
    fn looks_into_the_mappings_of_themes() {
        let front = front("x: 1\nextra:\n  Image: a.png\ntaxonomies: {tags: [a]}\n");
        let fields = Fields::new("a.md", &front).within("---\nx: 1\nextra:\n  Image: a.png\n");
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
