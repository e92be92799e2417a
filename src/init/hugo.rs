//! A Hugo site: its configuration in any of its forms, its sections and languages.

mod feeds;

use std::collections::BTreeSet;

use super::draft::{Draft, Line};
use super::pages::{self, Kind, Page};
use super::said::{Said, find};
use super::yaml::Node;
use super::{Blog, join};
use crate::value::Value;

pub(super) fn draft(blog: &Blog) -> Draft {
    let languages = Languages::of(blog);
    let mut draft = Draft { generator: super::kind(blog.dialect), ..Draft::default() };
    draft.address(blog, languages.said(blog, &["baseURL"]).or_else(|| production(blog)));
    draft.title(languages.said(blog, &["title"]));
    draft.say("description", languages.said(blog, &["params.description", "description", "params.subtitle"]));
    draft.language(languages.tag(blog));
    draft.timezone(languages.said(blog, &["timeZone"]));
    draft.authors(languages.said(blog, &["params.author", "author", "params.authors"]));
    let rights = languages.said(blog, &["copyright"]);
    draft.say("copyright", rights.filter(|said| said.text().is_some_and(|text| !text.contains('{'))));
    let folders: Vec<Folder> = languages.folders(blog).into_iter().map(|path| Folder::of(blog, path)).collect();
    draft.posts = folders.iter().flat_map(Folder::posts).count();
    draft.sources = folders.iter().flat_map(|folder| folder.sources(blog)).collect();
    let output = blog.settings.text("publishDir").unwrap_or_else(|| "public".to_owned());
    draft.output(
        blog,
        &output,
        "Hugo builds into this folder too, and writes its own feeds again: run `feedwright --once` after it.",
    );
    let known = feeds::known(blog, &languages, &folders, &mut draft);
    if known.is_empty() {
        draft.open.push("RSS is switched off in Hugo: three new feeds are made".to_owned());
    }
    draft.feeds(known);
    draft
}

/// The address that is for production alone.
fn production(blog: &Blog) -> Option<Said> {
    let files = blog.files.iter().filter(|path| path.starts_with("config/production/"));
    files.into_iter().find_map(|path| {
        let value = crate::value::read::by_name(path, &blog.text(path)?)?.ok()?;
        let url = find(&value, "baseURL").filter(|url| !url.is_blank())?.clone();
        Some(Said { value: url, from: format!("{path}: baseURL") })
    })
}

/// The languages of a site.
struct Languages {
    /// The one that has its pages at the root.
    default: String,
    /// All of them, when there are several.
    all: Vec<String>,
}

impl Languages {
    fn of(blog: &Blog) -> Self {
        let disabled = texts(find(&blog.settings.merged, "disableLanguages"));
        let languages = find(&blog.settings.merged, "languages").map(Value::pairs).unwrap_or_default();
        let is_on = |(name, settings): &&(String, Value)| {
            let is_off = find(settings, "disabled").and_then(Value::as_bool) == Some(true);
            !is_off && !disabled.contains(name)
        };
        let all: Vec<String> = languages.iter().filter(is_on).map(|(name, _)| name.clone()).collect();
        let first = all.iter().find(|name| *name == "en").or(all.first()).cloned();
        let default = blog.settings.text("defaultContentLanguage").or(first).unwrap_or_else(|| "en".to_owned());
        Self { default, all: if all.len() > 1 { all } else { Vec::new() } }
    }

    /// What is said of the default language, else of the site.
    fn said(&self, blog: &Blog, paths: &[&str]) -> Option<Said> {
        let of_language = |path: &&str| blog.settings.at(&format!("languages.{}.{path}", self.default));
        paths.iter().find_map(|path| of_language(path).or_else(|| blog.settings.at(path)))
    }

    /// The language of the site; with several it is the one by which files are named.
    fn tag(&self, blog: &Blog) -> Option<Said> {
        if self.all.is_empty() {
            return self.said(blog, &["locale", "languageCode"]).or_else(|| blog.settings.at("defaultContentLanguage"));
        }
        let from = blog.settings.at("defaultContentLanguage").map_or_else(|| "languages".to_owned(), |said| said.from);
        Some(Said { value: Value::String(self.default.clone()), from })
    }

    /// The folders of content: one, or one for each language.
    fn folders(&self, blog: &Blog) -> Vec<String> {
        let plain = |path: String| path.trim_start_matches("./").trim_matches('/').to_owned();
        let common = plain(blog.settings.text("contentDir").unwrap_or_else(|| "content".to_owned()));
        let own = |name: &String| blog.settings.text(&format!("languages.{name}.contentDir")).map(plain);
        let mut folders: Vec<String> =
            self.all.iter().map(|name| own(name).unwrap_or_else(|| common.clone())).collect();
        folders.sort_by_key(|folder| (own(&self.default).as_ref() != Some(folder), folder.clone()));
        folders.dedup();
        if folders.is_empty() { vec![own(&self.default).unwrap_or(common)] } else { folders }
    }
}

/// A folder of content with its pages.
struct Folder {
    path: String,
    pages: Vec<Page>,
}

impl Folder {
    fn of(blog: &Blog, path: String) -> Self {
        let pages = pages::try_out(blog, &path);
        Self { path, pages }
    }

    fn posts(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().filter(|page| page.kind == Kind::Post)
    }

    /// The sections with posts; `None`: posts that are in none.
    fn sections(&self) -> BTreeSet<Option<&str>> {
        self.posts().map(Page::section).collect()
    }

    /// The folders to read: each section with a pattern of its own, and the rest together.
    fn sources(&self, blog: &Blog) -> Vec<Vec<Line>> {
        let sections = self.sections();
        let own: Vec<(&str, Said)> =
            sections.iter().flatten().filter_map(|section| Some((*section, pattern(blog, section)?))).collect();
        let is_own = |section: &str| own.iter().any(|(own, _)| *own == section);
        let rest: Vec<Option<&str>> = sections.iter().copied().filter(|section| !section.is_some_and(is_own)).collect();
        let mut sources: Vec<Vec<Line>> =
            own.iter().map(|(section, pattern)| self.source(blog, section, Some(pattern), &[])).collect();
        match &rest[..] {
            [] if own.is_empty() => sources.push(self.source(blog, "", None, &[])),
            [] => {}
            [Some(section)] if self.path == "content" || self.path.ends_with("/content") => {
                sources.push(self.source(blog, section, None, &[]));
            }
            _ => {
                let apart: Vec<String> = own.iter().map(|(section, _)| (*section).to_owned()).collect();
                sources.push(self.source(blog, "", None, &apart));
            }
        }
        sources
    }

    fn source(&self, blog: &Blog, section: &str, pattern: Option<&Said>, apart: &[String]) -> Vec<Line> {
        let mut lines = vec![Line::text("path", blog.told(&join(&self.path, section)), "")];
        if let Some((text, said)) = pattern.and_then(|said| Some((said.text()?, said))) {
            lines.push(Line::text("permalink", text, &said.from));
        }
        lines.push(Line::text("id", "hugo", "the page's address, so that no subscriber sees a post twice"));
        let mut excluded = apart.to_vec();
        excluded.extend(pages::undated(&self.pages, section));
        excluded.extend(ignored(blog));
        if !excluded.is_empty() {
            let why = if apart.is_empty() { "no date, or not Hugo's" } else { "read above, no date, or not Hugo's" };
            lines.push(Line::new("exclude", Node::texts(excluded), why));
        }
        lines
    }
}

/// The pattern of `[permalinks]` for a section.
fn pattern(blog: &Blog, section: &str) -> Option<Said> {
    let said = blog.settings.first(&[&format!("permalinks.page.{section}"), &format!("permalinks.{section}")])?;
    said.value.as_str().is_some().then_some(said)
}

/// `ignoreFiles`, where the expressions are plain enough to be globs.
fn ignored(blog: &Blog) -> Vec<String> {
    let expressions = texts(find(&blog.settings.merged, "ignoreFiles"));
    let globs = expressions.iter().filter_map(|expression| {
        let ends = expression.ends_with('$');
        let plain = expression.trim_end_matches('$').replace("\\.", ".");
        let is_plain =
            !plain.contains(['\\', '^', '$', '[', ']', '(', ')', '|', '+', '?', '*', '{', '}']) && !plain.is_empty();
        is_plain.then(|| format!("*{plain}{}", if ends { "" } else { "*" }))
    });
    globs.collect()
}

/// A text or a list of texts.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Sequence(items)) => items.iter().filter_map(Value::as_text).collect(),
        value => value.and_then(Value::as_text).into_iter().collect(),
    }
}
