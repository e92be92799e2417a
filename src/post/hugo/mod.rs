//! What a Hugo site's configuration says of its posts: their languages, addresses and dates, and what cascades to them.
//!
//! In: the [`Generator`] of a folder. Out: answers, all of them those of a site without configuration where there is none.
//!
//! - `cascade`: front matter that sections and the configuration give to posts
//! - `edition`: what references mean in one of its languages

mod cascade;
mod edition;

pub use edition::Edition;

use super::filename::Name;
use crate::config::Dialect;
use crate::generator::{Generator, places};
use crate::value::Value;

/// A Hugo site.
#[derive(Clone, Copy)]
pub(super) struct Hugo<'a> {
    generator: &'a Generator,
}

/// Where a file is in a Hugo site.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Place<'a> {
    /// The folders that it is in below `content`.
    pub folders: Vec<&'a str>,
    /// Those of them that are sections: the first one, and those with an `_index` page.
    pub sections: Vec<&'a str>,
    /// Its language, as the configuration calls it.
    pub language: Option<String>,
}

/// How addresses are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Spelling {
    /// `disablePathToLower`
    pub keeps_case: bool,
    /// `removePathAccents`
    pub drops_accents: bool,
    /// `uglyURLs`: `/a/b.html`
    pub is_ugly: bool,
}

impl<'a> Hugo<'a> {
    /// The site of a generator; `None` when that is another one, or says nothing.
    pub fn of(generator: &'a Generator) -> Option<Self> {
        let says = generator.dialect() == Dialect::Hugo && !generator.settings().pairs().is_empty();
        says.then_some(Self { generator })
    }

    fn setting(self, path: &str) -> Option<&'a Value> {
        self.generator.settings().find_at(path)
    }

    fn is(self, path: &str) -> bool {
        self.setting(path).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The languages of the site, in lower case.
    pub fn languages(self) -> Vec<String> {
        let languages = self.setting("languages").map(Value::pairs).unwrap_or_default();
        let mut names: Vec<String> = languages.iter().map(|(name, _)| name.to_lowercase()).collect();
        let default = self.default_language();
        if !names.contains(&default) {
            names.push(default);
        }
        names
    }

    fn default_language(self) -> String {
        self.setting("defaultContentLanguage").and_then(Value::as_str).unwrap_or("en").to_lowercase()
    }

    /// The folder that the addresses of a language are in.
    pub fn folder_of(self, language: Option<&str>) -> Option<String> {
        let default = self.default_language();
        let language = language.map_or(default.clone(), str::to_lowercase);
        (language != default || self.is("defaultContentLanguageInSubdir")).then_some(language)
    }

    /// Where the file of this name is.
    pub fn place(self, relative: &'a str, name: &Name<'_>) -> Place<'a> {
        let path = self.generator.path_of(relative);
        let (root, by_folder) = self.content_of(&path);
        let parts = |path: &'a str| path.split('/').filter(|part| !part.is_empty());
        let above = root.split('/').filter(|part| !part.is_empty()).count();
        let mut folders: Vec<_> = parts(self.generator.prefix()).chain(parts(relative)).skip(above).collect();
        let leaves = if name.is_bundle { 2 } else { 1 };
        folders.truncate(folders.len().saturating_sub(leaves));
        let is_section = |number: usize| {
            let index = format!("{root}/{}/_index.", folders[..=number].join("/"));
            number == 0 || self.generator.texts_from(&index).next().is_some()
        };
        let sections = (0..folders.len()).filter(|number| is_section(*number)).map(|at| folders[at]).collect();
        let by_name = name.language_key.clone().filter(|key| self.languages().contains(key));
        Place { sections, folders, language: by_name.or(by_folder) }
    }

    /// The folder of content that a file is in, and whose language that is.
    fn content_of(self, path: &str) -> (&str, Option<String>) {
        let holds = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let of_languages =
            self.setting("languages").map(Value::pairs).unwrap_or_default().iter().filter_map(|(key, of)| {
                let folder = places::folder(of.find_at("contentDir")?.as_str()?);
                holds(folder).then(|| (&path[..folder.len()], Some(key.to_lowercase())))
            });
        let own = places::folder(self.setting("contentDir").and_then(Value::as_str).unwrap_or("content"));
        let own = if holds(own) { (&path[..own.len()], None) } else { ("", None) };
        of_languages
            .max_by_key(|(folder, _)| folder.len())
            .filter(|(folder, _)| folder.len() >= own.0.len())
            .unwrap_or(own)
    }

    /// The pattern of the addresses of a section in a language; one with patterns of its own has no others.
    pub fn permalink(self, section: Option<&str>, language: Option<&str>) -> Option<&'a str> {
        let of = |table: &str| {
            let table = self.setting(table)?.pairs();
            let named = section.and_then(|section| table.iter().find(|(name, _)| name.eq_ignore_ascii_case(section)));
            named.or_else(|| table.iter().find(|(name, _)| name == "/" && section.is_none()))?.1.as_str()
        };
        let in_tables = |tables: &str| of(&format!("{tables}.page")).or_else(|| of(tables));
        let language = language.map_or_else(|| self.default_language(), str::to_owned);
        let own = format!("languages.{language}.permalinks");
        let tables = if self.setting(&own).is_some() { own.as_str() } else { "permalinks" };
        in_tables(tables).filter(|pattern| !pattern.trim().is_empty())
    }

    /// How the addresses of a section are spelled.
    pub fn spelling(self, section: Option<&str>) -> Spelling {
        let of_section = || self.setting("uglyURLs")?.find_at(section?)?.as_bool();
        Spelling {
            keeps_case: self.is("disablePathToLower"),
            drops_accents: self.is("removePathAccents"),
            is_ugly: of_section().unwrap_or_else(|| self.is("uglyURLs")),
        }
    }

    /// Where a date is looked for, in order, when the configuration says it: keys, `:filename`, `:default`.
    pub fn dates(self, date: &str) -> Option<Vec<&'a str>> {
        let listed = self.setting(&format!("frontmatter.{date}"))?;
        let names: Vec<&str> =
            listed.as_str().into_iter().chain(listed.items().iter().filter_map(Value::as_str)).collect();
        Some(names).filter(|names| !names.is_empty())
    }

    /// Whether the date in the name of a file is none of its slug.
    pub fn reads_names(self) -> bool {
        let reads = |date| {
            self.dates(date).is_some_and(|names| names.iter().any(|name| name.eq_ignore_ascii_case(":filename")))
        };
        ["date", "publishDate", "lastmod", "expiryDate"].into_iter().any(reads)
    }

    /// The keys and values of front matter that a post gets from around it: of the nearest section first.
    pub fn cascaded(self, relative: &str) -> Vec<(String, Value)> {
        let name = Name::in_languages(relative, Dialect::Hugo, Some(&self.languages()));
        let language = self.place(relative, &name).language.unwrap_or_else(|| self.default_language());
        let path = self.generator.path_of(relative);
        let (root, _) = self.content_of(&path);
        cascade::entries(self.generator, (&path, root), &language)
    }
}

#[cfg(test)]
mod tests;
