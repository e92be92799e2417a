//! What the configuration of Zola says of names and addresses.

use chrono::DateTime;
use unicode_normalization::UnicodeNormalization;
use url::Url;

use super::filename::Name;
use super::hugo::Spelling;
use super::location::zola_path;
use super::placeholder::Facts;
use super::{address, permalink};
use crate::config::Dialect;
use crate::generator::Generator;
use crate::value::Value;

/// How Zola makes slugs of paths: its setting `slugify.paths`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slugify {
    /// Letters of all scripts are spelled with ASCII ones.
    On,
    /// Only what file systems do not take goes.
    Safe,
    /// Everything stays.
    Off,
}

impl Slugify {
    /// What a generator says.
    pub fn of(generator: &Generator) -> Self {
        let setting = || generator.setting("slugify.paths").and_then(Value::as_str);
        match if generator.dialect() == Dialect::Zola { setting() } else { None } {
            Some("safe") => Self::Safe,
            Some("off") => Self::Off,
            _ => Self::On,
        }
    }

    /// The slug of a text.
    pub fn slug(self, text: &str) -> String {
        match self {
            Self::On => ::slug::slugify(text.nfc().collect::<String>()),
            Self::Safe => text.trim_end_matches([' ', '.']).replace(|c| "<>:\"/\\|?*".contains(c), ""),
            Self::Off => text.to_owned(),
        }
    }
}

/// The languages that a site of Zola has besides its first, in lower case; `None` when nobody knows, or it is none of Zola.
pub(super) fn languages(generator: &Generator) -> Option<Vec<String>> {
    let is_known = generator.dialect() == Dialect::Zola && *generator.settings() != Value::Null;
    is_known.then(|| codes(generator).map(str::to_lowercase).collect())
}

/// The codes of these languages, as they are written.
fn codes(generator: &Generator) -> impl Iterator<Item = &str> {
    let first = generator.setting("default_language").and_then(Value::as_str).unwrap_or("en");
    let all = generator.setting("languages").map(Value::pairs).unwrap_or_default();
    all.iter().map(|(code, _)| code.as_str()).filter(move |code| *code != first)
}

/// The folder that the URLs of a language are in: its code as the configuration writes it.
pub(super) fn folder_of(name: &Name<'_>, generator: &Generator) -> Option<String> {
    let key = name.language_key.as_deref()?;
    codes(generator).find(|code| code.to_lowercase() == key).map(str::to_owned)
}

/// A name with its date left where the configuration wants that.
pub(super) fn dated<'a>(name: Name<'a>, generator: &Generator) -> Name<'a> {
    let keeps = || generator.setting("slugify.paths_keep_dates").and_then(Value::as_bool) == Some(true);
    if generator.dialect() == Dialect::Zola && keeps() { Name { slug: name.base, ..name } } else { name }
}

/// The URL of a page that may be no post: by its path below the folder of all pages, and its text.
#[must_use]
pub fn page_url(relative: &str, text: &str, site: &Url, generator: &Generator) -> Url {
    let front = super::front_matter(text.as_bytes(), relative, generator);
    let says = |key: &str| front.at(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    if let Some(path) = says("path") {
        return address::below(site, &address::encoded(&zola_path(path)));
    }
    let name = dated(Name::in_languages(relative, Dialect::Zola, languages(generator).as_deref()), generator);
    let folder = folder_of(&name, generator);
    let facts = Facts {
        dialect: Dialect::Zola,
        slugify: Slugify::of(generator),
        date: DateTime::default(),
        relative,
        title: "",
        slug: says("slug"),
        name: &name,
        categories: &[],
        author: None,
        folders: &name.folders,
        sections: &name.folders,
        language: folder.as_deref(),
        spelling: Spelling::default(),
    };
    permalink::expand(permalink::default_permalink(Dialect::Zola), &facts, site).url().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::Texts;
    use crate::value::read;

    fn site(settings: &str) -> Generator {
        Generator::new(Dialect::Zola, "content", read::toml(settings).unwrap(), Texts::new())
    }

    #[test]
    fn what_is_written_may_stay() {
        assert_eq!(Slugify::On.slug("日本 what?"), "ri-ben-what");
        assert_eq!(Slugify::Safe.slug("日本 what?. "), "日本 what");
        assert_eq!(Slugify::Off.slug("日本 what?"), "日本 what?");
    }

    #[test]
    fn pages_that_are_no_posts_have_urls() {
        let generator = site("[slugify]\npaths_keep_dates = true\n[languages.zh-Hans]\n");
        let root = Url::parse("https://u.example/b/").unwrap();
        let url = |relative: &str, text: &str| page_url(relative, text, &root, &generator).to_string();
        assert_eq!(url("about.md", "+++\n+++\nx"), "https://u.example/b/about/");
        assert_eq!(url("a/B c/index.md", "+++\nslug = 'D e'\n+++\n"), "https://u.example/b/a/d-e/");
        assert_eq!(url("about.md", "+++\npath = 'p/q'\n+++\n"), "https://u.example/b/p/q/");
        assert_eq!(url("2024-01-02-x.zh-hans.md", "+++\n+++\n"), "https://u.example/b/zh-Hans/2024-01-02-x/");
        assert_eq!(url("x.fr.md", "+++\n+++\n"), "https://u.example/b/x-fr/");
    }
}
