//! Tags and categories.
//!
//! A text with commas is split at them. One without is split at blanks where Jekyll's habits hold
//! (Jekyll, plain folders), except under a key in the singular; it is one term with Hugo and Zola.

use std::collections::HashSet;

use super::filename::Name;
use super::vocabulary::{Aliases, CATEGORIES, CATEGORY, Fields, Found, TAGS, member};
use super::{Rules, text};
use crate::config::Dialect;
use crate::generator::Generator;
use crate::value::Value;

/// The deepest that lists of terms are nested.
const DEEPEST: usize = 4;
/// How many of them a post has: there can be a feed for each.
const MOST: usize = 200;
/// So many are compared one by one.
const FEW: usize = 16;

/// The tags of a post, in the order written, without repeats.
pub(super) fn tags(fields: &mut Fields<'_>, generator: &Generator) -> Vec<String> {
    let mut collector = Collector::new(fields, generator.dialect(), Vec::new());
    let said = collector.fields.said(TAGS).filter(|found| is_taxonomy(&found.key, generator));
    said.for_each(|found| collector.take(found));
    collector.take_taxonomy(TAGS);
    collector.finish()
}

/// Whether a key names terms. To Hugo one in the singular does only where the site has a taxonomy of that name.
fn is_taxonomy(key: &str, generator: &Generator) -> bool {
    let is_named = || {
        let names = generator.settings().find_at("taxonomies").map(Value::pairs).unwrap_or_default();
        names.iter().filter_map(|(_, name)| name.as_str()).any(|name| name.eq_ignore_ascii_case(key))
    };
    generator.dialect() != Dialect::Hugo || key.ends_with(['s', 'S']) || is_named()
}

/// The categories of a post: Jekyll's folders, `category`, `categories`; with Pelican its folder, else the default.
pub(super) fn categories(fields: &mut Fields<'_>, rules: &Rules<'_>, name: &Name<'_>) -> Vec<String> {
    let dialect = rules.source.dialect;
    // Jekyll has those under the key in the plural first, an article of Pelican has none under it
    let keys: &[_] = match dialect {
        Dialect::Jekyll => &[CATEGORIES, CATEGORY],
        Dialect::Pelican => &[CATEGORY],
        _ => &[CATEGORY, CATEGORIES],
    };
    let folders = folders(rules, name).into_iter().map(str::to_owned).collect();
    let mut collector = Collector::new(fields, dialect, folders);
    for key in keys {
        let said = collector.fields.said(*key).filter(|found| is_taxonomy(&found.key, rules.generator));
        said.for_each(|found| collector.take(found));
    }
    [CATEGORY, CATEGORIES].into_iter().for_each(|of| collector.take_taxonomy(of));
    if collector.first.is_none() && dialect == Dialect::Pelican {
        let bundle = name.is_bundle.then_some("index");
        let parts: Vec<_> = name.folders.iter().copied().chain([name.base]).chain(bundle).collect();
        collector.terms.extend(rules.generator.default_category(&parts.join("/")));
    }
    collector.finish()
}

/// The folders above Jekyll's `_posts`.
fn folders<'a>(rules: &Rules<'a>, name: &Name<'a>) -> Vec<&'a str> {
    let mut folders = rules.generator.categories();
    folders.extend_from_slice(if rules.source.dialect == Dialect::Jekyll { name.above_posts() } else { &[] });
    folders
}

/// The categories as Jekyll has them in addresses: it splits a text at blanks and nowhere else, under the key in the
/// singular not at all.
pub(super) fn in_address(fields: &Fields<'_>, rules: &Rules<'_>, name: &Name<'_>) -> Vec<String> {
    let mut terms: Vec<_> = folders(rules, name).into_iter().map(str::to_owned).collect();
    for found in fields.said(CATEGORIES) {
        as_written(&found, |text, terms| terms.extend(text.split_whitespace().map(str::to_owned)), &mut terms);
    }
    for found in fields.said(CATEGORY) {
        as_written(&found, |text, terms| terms.push(text.to_owned()), &mut terms);
    }
    terms.truncate(MOST);
    terms
}

fn as_written(found: &Found<'_>, add: fn(&str, &mut Vec<String>), terms: &mut Vec<String>) {
    match found.value {
        Value::Sequence(items) => items.iter().for_each(|item| match item.text() {
            Some(text) => terms.push(text.into_owned()),
            None => drop(read(&Value::Sequence(vec![item.clone()]), Separator::Nothing, DEEPEST, terms)),
        }),
        _ => add(&found.text().unwrap_or_default(), terms),
    }
}

/// The terms of a value; a text is one.
pub(super) fn of(value: &Value) -> Vec<String> {
    let mut terms = Vec::new();
    let _ = read(value, Separator::Nothing, DEEPEST, &mut terms);
    terms
}

/// Collects the terms of several keys.
struct Collector<'r, 'f> {
    fields: &'r mut Fields<'f>,
    dialect: Dialect,
    terms: Vec<String>,
    /// The first key that was taken.
    first: Option<Found<'f>>,
}

impl<'r, 'f> Collector<'r, 'f> {
    fn new(fields: &'r mut Fields<'f>, dialect: Dialect, terms: Vec<String>) -> Self {
        Self { fields, dialect, terms, first: None }
    }

    fn take(&mut self, found: Found<'f>) {
        let separator = Separator::of(&found.key, self.dialect);
        let is_text = match found.plain {
            Some(plain) => {
                split(plain, separator, &mut self.terms);
                Some(())
            }
            None => read(found.value, separator, DEEPEST, &mut self.terms),
        };
        if is_text.is_none() {
            self.fields.misshapen(&found, "text, or a list of texts");
        }
        self.first.get_or_insert(found);
    }

    fn take_taxonomy(&mut self, of: Aliases) {
        self.fields.find_taxonomy(of).into_iter().for_each(|found| self.take(found));
    }

    /// Each once, and not too many.
    fn finish(self) -> Vec<String> {
        let mut terms = distinct(self.terms);
        if let (Some(found), true) = (self.first, terms.len() > MOST) {
            let message = format!("`{}` names {}, of which the first {MOST} count", found.key, terms.len());
            self.fields.warn(&found, message, "name fewer; there can be a feed for each");
            terms.truncate(MOST);
        }
        terms
    }
}

/// Without repeats, in their order.
fn distinct(mut terms: Vec<String>) -> Vec<String> {
    if terms.len() > FEW {
        let mut seen = HashSet::new();
        terms.retain(|term| seen.insert(term.clone()));
    } else if (1..terms.len()).any(|at| terms[..at].contains(&terms[at])) {
        let all = std::mem::take(&mut terms);
        all.into_iter().for_each(|term| {
            if !terms.contains(&term) {
                terms.push(term);
            }
        });
    }
    terms
}

/// What a text without commas is split at.
#[derive(Clone, Copy, PartialEq)]
enum Separator {
    Blank,
    Nothing,
    /// Commas are of the term.
    Never,
}

impl Separator {
    fn of(key: &str, dialect: Dialect) -> Self {
        let plural = key.ends_with(['s', 'S']);
        let habit = matches!(dialect, Dialect::Jekyll | Dialect::Commonmark);
        match dialect {
            // an article has one category, whatever stands in it
            Dialect::Pelican if !plural => Self::Never,
            _ if plural && habit => Self::Blank,
            _ => Self::Nothing,
        }
    }
}

fn read(value: &Value, separator: Separator, depth: usize, terms: &mut Vec<String>) -> Option<()> {
    match value {
        Value::Null => Some(()),
        Value::Sequence(items) if depth > 0 => items.iter().try_for_each(|item| match item {
            Value::Mapping(_) => {
                let (_, name) = member(item, &["name", "title", "slug"])?;
                read(name, Separator::Nothing, 0, terms)
            }
            Value::Sequence(_) => read(item, separator, depth - 1, terms),
            scalar => {
                add(terms, &scalar.text().unwrap_or_default());
                Some(())
            }
        }),
        other => {
            split(&other.text()?, separator, terms);
            Some(())
        }
    }
}

/// Adds the terms of a text.
fn split(text: &str, separator: Separator, terms: &mut Vec<String>) {
    match separator {
        Separator::Never => add(terms, text),
        _ if text.contains(',') => text.split(',').for_each(|part| add(terms, part)),
        Separator::Blank => text.split_whitespace().for_each(|part| add(terms, part)),
        Separator::Nothing => add(terms, text),
    }
}

fn add(terms: &mut Vec<String>, part: &str) {
    let term = text::on_one_line(part);
    if !term.is_empty() {
        // most are few, and are kept as long as the post
        terms.reserve_exact(usize::from(terms.is_empty()));
        terms.push(term.into_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::super::front_matter;
    use super::super::testing;
    use super::super::vocabulary::Keys;
    use super::*;
    use crate::generator::Texts;
    use Dialect::{Commonmark, Hugo, Jekyll, Zola};

    fn read(dialect: Dialect, yaml: &str) -> (Vec<String>, Vec<String>, usize) {
        let text = format!("---\n{yaml}\n---\n");
        let front = front_matter::read(&text).unwrap().front.unwrap();
        let keys = Keys::of(&front);
        let mut fields = Fields::new("a.md", &keys);
        let name = Name::of("Top/_posts/2024-01-02-a.md", dialect);
        let generator = Generator::new(dialect, "_posts", Value::Null, Texts::new());
        let tags = tags(&mut fields, &generator);
        let (site, source) = (testing::site("https://example.org/"), testing::source(dialect));
        let categories = categories(&mut fields, &testing::rules(&site, &source, &generator), &name);
        (tags, categories, fields.problems.len())
    }

    #[test]
    fn reads_tags_of_every_shape() {
        let cases: [(Dialect, &str, &[&str]); 14] = [
            (Jekyll, "tags: a b", &["a", "b"]),
            (Jekyll, "tag: a b", &["a b"]),
            (Jekyll, "tags: a, b c", &["a", "b c"]),
            (Commonmark, "tags: a b", &["a", "b"]),
            (Hugo, "tags: machine learning", &["machine learning"]),
            (Zola, "tags: a, b", &["a", "b"]),
            (Jekyll, "tags: [C#, 1.5, 2024, true, ~, '', ' x  y ']", &["C#", "1.5", "2024", "true", "x y"]),
            (Jekyll, "tags:\n- a\n- [b, a]", &["a", "b"]),
            (Jekyll, "tags: 1.10", &["1.10"]),
            (Hugo, "tags: [{name: x}]", &["x"]),
            (Zola, "taxonomies: {tags: [a, b c], categories: [k]}", &["a", "b c"]),
            (Zola, "taxonomies: {tag: [a], category: [k]}", &["a"]),
            (Jekyll, "tags:", &[]),
            (Jekyll, "title: x", &[]),
        ];
        for (dialect, yaml, expected) in cases {
            let (tags, _, problems) = read(dialect, yaml);
            assert_eq!((tags, problems), (expected.iter().map(ToString::to_string).collect(), 0), "{yaml}");
        }
        assert_eq!(read(Jekyll, "tags: {a: b}").2, 1);
    }

    #[test]
    fn no_term_is_there_twice() {
        let numbers = |numbers: &mut dyn Iterator<Item = usize>| numbers.map(|number| number.to_string()).collect();
        for most in [1, 3, FEW, FEW + 3] {
            let twice: Vec<String> = numbers(&mut (0..most).chain(0..most));
            assert_eq!(distinct(twice), numbers(&mut (0..most)) as Vec<String>, "{most}");
        }
    }

    #[test]
    fn keys_in_the_singular_are_hugos_where_the_site_says_so() {
        assert_eq!(read(Hugo, "tag: a\ncategory: b"), (vec![], vec![], 0));
        let settings = crate::value::read::yaml("taxonomies: {category: category, tag: tags}").unwrap();
        let generator = Generator::new(Hugo, "content", settings, Texts::new());
        assert!(is_taxonomy("category", &generator) && is_taxonomy("tags", &generator));
        assert!(!is_taxonomy("tag", &generator));
    }

    #[test]
    fn addresses_have_categories_as_jekyll_reads_them() {
        let terms = |yaml: &str| {
            let text = format!("---\n{yaml}\n---\n");
            let front = front_matter::read(&text).unwrap().front.unwrap();
            let generator = Generator::new(Jekyll, "_posts", Value::Null, Texts::new());
            let (site, source) = (testing::site("https://example.org/"), testing::source(Jekyll));
            let name = Name::of("Top/_posts/2024-01-02-a.md", Jekyll);
            in_address(&Fields::new("a.md", &Keys::of(&front)), &testing::rules(&site, &source, &generator), &name)
        };
        assert_eq!(terms("categories: foo, bar"), ["Top", "foo,", "bar"]);
        assert_eq!(terms("category: a, b\ncategories: c"), ["Top", "c", "a, b"]);
        assert_eq!(terms("category: [a, 1.5]\ncategories: [CI/CD, b c]"), ["Top", "CI/CD", "b c", "a", "1.5"]);
        assert_eq!(terms("categories: [{name: x}, [y], ~]"), ["Top", "x", "y"]);
        assert_eq!(terms("title: x"), ["Top"]);
    }

    #[test]
    fn merges_categories() {
        assert_eq!(read(Jekyll, "categories: [b, a]\ncategory: a b").1, ["Top", "b", "a", "a b"]);
        assert_eq!(read(Commonmark, "categories: [b, a]\ncategory: a b").1, ["a b", "b", "a"]);
        assert_eq!(read(Jekyll, "categories: x y").1, ["Top", "x", "y"]);
        assert_eq!(read(Hugo, "categories: x y").1, ["x y"]);
        assert_eq!(read(Zola, "taxonomies: {category: [x], categories: [y]}").1, ["x", "y"]);
    }
}
