//! Where Eleventy puts a post: by the path of its file, or by the template of its permalink.
//!
//! Of templates are read `{{ name | filter: "argument" }}` with the names of front matter and of `page`, and the filters
//! `slugify`, `slug`, `date`, `downcase`, `lower`, `upcase`, `upper`, and those of the blog's own that are called after dates
//! and are given a format of Moment or Luxon; an unknown one makes the template unreadable.

use chrono::format::{Item, StrftimeItems};
use unicode_normalization::UnicodeNormalization;

use super::date::digits;
use super::placeholder::Facts;
use super::vocabulary::{Fields, Found, told};
use super::{date_tokens, npm_slug};
use crate::config::Dialect;
use crate::value::Value;

/// The path of the page that the file at `path` below the folder of input makes; a date in its name stays.
pub(super) fn default_path(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let last = folder.rsplit('/').next().unwrap_or_default();
    if name == "index" || name == last { format!("/{folder}/") } else { format!("/{folder}/{name}/") }
}

/// The folder and the name of a file, without date and extension.
fn stem(path: &str) -> (&str, &str) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    (folder, undated(name.rsplit_once('.').map_or(name, |(stem, _)| stem)))
}

/// Eleventy's `page.fileSlug`: the name of a file without its date; of an index its folder's.
#[must_use]
pub fn file_slug(path: &str) -> &str {
    let (folder, slug) = stem(path);
    if slug == "index" { undated(folder.rsplit('/').next().unwrap_or_default()) } else { slug }
}

/// What stands behind the first `2024-01-02-`; without one the whole.
fn undated(name: &str) -> &str {
    let is_dated = |text: &str| {
        let mut parts = text.splitn(4, '-');
        let right =
            [4, 2, 2].iter().all(|length| parts.next().is_some_and(|part| digits(part, *length..=*length).is_some()));
        right && parts.next().is_some()
    };
    let found = name.char_indices().map(|(at, _)| at).find(|at| is_dated(name[*at..].get(..11).unwrap_or_default()));
    found.map_or(name, |at| &name[at + 11..])
}

/// The permalink that is for files, of one that says several: `{build: ..., serverless: ...}`.
pub(super) fn built(found: Found<'_>, dialect: Dialect) -> Found<'_> {
    match found.value.entry("build") {
        Some(value) if dialect == Dialect::Eleventy => Found { value, plain: None, ..found },
        _ => found,
    }
}

/// What templates are filled with.
pub(super) struct Page<'a, 'f> {
    pub fields: &'a Fields<'f>,
    pub facts: &'a Facts<'a>,
    /// The file below the folder of input.
    pub path: &'a str,
}

/// The title that a post computes; `None`, and a warning where it cannot be known, when it computes none. `path` is
/// where it is below the input.
pub(super) fn computed_title(
    fields: &mut Fields<'_>,
    facts: &Facts<'_>,
    path: impl FnOnce() -> String,
) -> Option<String> {
    let found = computed(fields, facts.dialect)?;
    let template = found.value.entry("title")?.as_str()?;
    let title = Page { fields, facts, path: &path() }.expand(template);
    if title.is_none() {
        let message = format!("`eleventyComputed.title` is not understood: `{}`", told(template));
        fields.warn(&found, message, "write the title itself; until then the one that is not computed is shown");
    }
    title
}

/// Whether a post computes its address. One that does not has it before its title is computed.
pub(super) fn computes_address(fields: &Fields<'_>, dialect: Dialect) -> bool {
    computed(fields, dialect).is_some_and(|found| found.value.entry("permalink").is_some())
}

fn computed<'a>(fields: &Fields<'a>, dialect: Dialect) -> Option<Found<'a>> {
    if dialect == Dialect::Eleventy { fields.named("eleventyComputed") } else { None }
}

impl Page<'_, '_> {
    /// A template, expanded; `None` when something in it is not known.
    pub fn expand(&self, template: &str) -> Option<String> {
        let mut path = String::new();
        let mut rest = template;
        while let Some((before, behind)) = rest.split_once("{{") {
            let (expression, after) = behind.split_once("}}")?;
            path.push_str(before);
            path.push_str(&self.output(expression.trim_matches(['-', ' ']))?);
            rest = after;
        }
        path.push_str(rest);
        (!path.contains("{%")).then(|| path.trim().to_owned())
    }

    fn output(&self, expression: &str) -> Option<String> {
        let mut parts = expression.split('|').map(str::trim);
        let name = parts.next()?;
        let mut value = self.variable(name);
        for filter in parts {
            value = Some(self.filtered(name, value, filter)?);
        }
        value
    }

    fn variable(&self, name: &str) -> Option<String> {
        let (folder, slug) = stem(self.path);
        match name {
            "title" => Some(self.facts.title.to_owned()),
            "page.fileSlug" => Some(file_slug(self.path).to_owned()),
            "page.filePathStem" => Some(format!("/{folder}/{slug}").replace("//", "/")),
            "page.outputFileExtension" => Some("html".to_owned()),
            "page.date" | "date" => Some(self.facts.date.format("%Y-%m-%d").to_string()),
            _ if name.starts_with(['"', '\'']) => Some(unquoted(name).to_owned()),
            _ => self.fields.written(name).and_then(Value::as_text),
        }
    }

    fn filtered(&self, name: &str, value: Option<String>, filter: &str) -> Option<String> {
        let end = filter.find([':', '(']).unwrap_or(filter.len());
        let argument = unquoted(filter[end..].trim_matches([':', '(', ')', ' ']));
        let is_date = matches!(name, "page.date" | "date");
        match filter[..end].trim() {
            "slugify" => value.map(|text| slugified(&text)),
            "slug" => value.map(|text| npm_slug::slug(&text)),
            "downcase" | "lower" => value.map(|text| text.to_lowercase()),
            "upcase" | "upper" => value.map(|text| text.to_uppercase()),
            "default" => Some(value.filter(|text| !text.is_empty()).unwrap_or_else(|| argument.to_owned())),
            filter if filter.to_lowercase().contains("date") && is_date && !argument.contains('%') => {
                date_tokens::formatted(argument, self.facts.date)
            }
            "date" if is_date => {
                let is_right = StrftimeItems::new(argument).all(|item| !matches!(item, Item::Error));
                is_right.then(|| self.facts.date.naive_utc().and_utc().format(argument).to_string())
            }
            _ => None,
        }
    }
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['"', '\''])
}

/// Letters that it spells as in German.
const GERMAN: [(char, &str); 7] =
    [('ä', "ae"), ('ö', "oe"), ('ü', "ue"), ('Ä', "Ae"), ('Ö', "Oe"), ('Ü', "Ue"), ('ß', "ss")];

/// The slugs of Eleventy's `slugify`: letters of all scripts with ASCII ones, `&` as a word, no hyphen in `it's`.
fn slugified(text: &str) -> String {
    let text = text.nfc().collect::<String>().replace('&', " and ").replace('\u{2019}', "'");
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        let is_joined = c == '\'' && plain.ends_with(|c: char| c.is_ascii_alphanumeric());
        let mut ahead = characters.clone();
        let is_last =
            matches!(ahead.next(), Some('s' | 'S' | 't' | 'T')) && ahead.next().is_none_or(char::is_whitespace);
        if !(is_joined && is_last) {
            plain.push(c);
        }
    }
    ::slug::slugify(GERMAN.iter().fold(plain, |text, (letter, spelled)| text.replace(*letter, spelled)))
}

/// Without what a server adds by itself.
pub(super) fn without_index(path: &str) -> &str {
    let plain =
        ["/index.html", "/index"].iter().find_map(|end| path.strip_suffix(end).map(|rest| &path[..=rest.len()]));
    if path == "index.html" { "/" } else { plain.unwrap_or(path) }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{broken, post};
    use super::*;
    use Dialect::Eleventy;

    #[test]
    fn pages_stand_where_their_files_are() {
        let cases = [
            ("blog/2024-01-02-a b.md", "/blog/2024-01-02-a b/"),
            ("blog/2024-01-02-x/index.md", "/blog/2024-01-02-x/"),
            ("posts/posts.md", "/posts/"),
            ("v2-2024-01-02-x.md", "//v2-2024-01-02-x/"),
            ("2024-1-2-x.md", "//2024-1-2-x/"),
        ];
        for (path, expected) in cases {
            assert_eq!(default_path(path), expected);
        }
        assert_eq!(without_index("/a/index.html"), "/a/");
    }

    #[test]
    fn permalinks_are_templates() {
        let url = |permalink: &str| {
            let text = format!("---\ntitle: It's R&D\ndate: 2024-01-02\nkey: K\npermalink: \"{permalink}\"\n---\n");
            post(Eleventy, "a/2024-01-02-one.md", &text).0.url
        };
        assert_eq!(url("/b/{{ title | slugify }}/index.html"), "https://example.org/b/its-r-and-d/");
        assert_eq!(url("{{ page.date | date: '%Y/%m' }}/{{page.fileSlug}}/"), "https://example.org/2024/01/one/");
        assert_eq!(url("{{ page.filePathStem }}.html"), "https://example.org/a/one.html");
        assert_eq!(url("/{{ page.date | date('YYYY/MM') }}/{{ page.fileSlug }}/"), "https://example.org/2024/01/one/");
        assert_eq!(url("/{{ page.date | readableDate('yyyy/LL/dd') }}/"), "https://example.org/2024/01/02/");
        assert_eq!(url("/{{ title | slug }}/"), "https://example.org/it's-randd/");
        assert_eq!(slugified("Über alles"), "ueber-alles");
        assert_eq!(slugified("It's dos and don'ts, isn't it"), "its-dos-and-don-ts-isnt-it");
        assert_eq!(url("/{{ key | downcase }}/"), "https://example.org/k/");
        for wrong in ["title | mine", "page.date | date: 'blog'", "title | date: 'YYYY'"] {
            let text = format!("---\ntitle: x\ndate: 2024-01-02\npermalink: \"/{{{{ {wrong} }}}}/\"\n---\n");
            assert!(broken(Eleventy, "a.md", &text)[0].contains("is a template"), "{wrong}");
        }
    }

    #[test]
    fn permalinks_and_titles_are_computed() {
        let of = |yaml: &str| {
            let text = format!("---\ntitle: T\nname: N\ndate: 2024-01-02\n{yaml}\n---\n");
            let (post, problems) = post(Eleventy, "one.md", &text);
            (post.title, post.url, problems.len())
        };
        let is = |title: &str, url: &str, problems| (title.to_owned(), format!("https://example.org{url}"), problems);
        assert_eq!(of("permalink: {build: '/b/{{ page.fileSlug }}/'}"), is("T", "/b/one/", 0));
        let computed = "eleventyComputed: {permalink: '/{{ title }}/', title: '{{ name }} {{ page.fileSlug }}'}";
        assert_eq!(of(computed), is("N one", "/N%20one/", 0));
        assert_eq!(of("eleventyComputed: {title: '{{ title | mine }}'}"), is("T", "/one/", 1));
    }

    #[test]
    fn only_a_uri_is_an_id() {
        let id = |dialect, id: &str| {
            let fence = if dialect == Dialect::Pelican { "" } else { "---\n" };
            let text = format!("{fence}title: x\ndate: 2024-01-02\nid: {id}\n{fence}\nText.\n");
            let (post, problems) = post(dialect, "2024-01-02-one.md", &text);
            (post.id, problems.len())
        };
        for dialect in [Eleventy, Dialect::Pelican] {
            let made = id(dialect, "").0;
            assert!(made.starts_with("https://example.org/"), "{made}");
            assert_eq!(id(dialect, "17"), (made.clone(), 0));
            assert_eq!(id(dialect, "word"), (made, 0));
            assert_eq!(id(dialect, "tag:example.org,2005:1").0, "tag:example.org,2005:1");
        }
        assert_eq!(id(Dialect::Commonmark, "17"), ("urn:feedwright:17".to_owned(), 1));
    }

    #[test]
    fn a_post_without_a_page_is_in_no_feed() {
        assert!(!post(Eleventy, "a.md", "---\ntitle: x\ndate: 2024-01-02\npermalink: false\n---\n").0.listed);
    }
}
