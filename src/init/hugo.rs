//! A Hugo site: its configuration in any of its forms, its sections and languages.

mod feeds;

use std::collections::BTreeSet;

use super::draft::{Draft, Line};
use super::pages::{self, Kind, Page};
use super::said::{Said, find};
use super::yaml::Node;
use super::{Blog, join};
use crate::generator::places;
use crate::post;
use crate::value::Value;

pub(super) fn draft(blog: &Blog) -> Draft {
    let languages = Languages::of(blog);
    let mut draft = Draft { generator: super::kind(blog.dialect), ..Draft::default() };
    draft.address(blog, languages.said(blog, &["baseURL"]));
    draft.title(languages.said(blog, &["title"]));
    draft.say("description", languages.said(blog, &["params.description", "description", "params.subtitle"]));
    draft.language(languages.tag(blog));
    draft.timezone(languages.said(blog, &["timeZone"]));
    draft.authors(languages.said(blog, &["params.author", "author", "params.authors"]));
    let rights = languages.said(blog, &["copyright"]);
    draft.say("copyright", rights.filter(|said| said.text().is_some_and(|text| !text.contains('{'))));
    let folders: Vec<Folder> = languages.folders(blog).into_iter().map(|path| Folder::of(blog, path)).collect();
    draft.posts = folders.iter().flat_map(Folder::posts).count();
    for source in folders.iter().map(|folder| folder.source(blog)) {
        // two languages may have their posts in one folder
        if draft.sources.iter().all(|known| known.first() != source.first()) {
            draft.sources.push(source);
        }
    }
    let output = blog.settings.text("publishDir").unwrap_or_else(|| "public".to_owned());
    draft.output(
        blog,
        &output,
        "Hugo builds into this folder too, and writes its own feeds again: run `feedwright --once` after it.",
    );
    draft.open.extend(languages.elsewhere(blog));
    draft.open.extend(render_hooks(blog));
    let known = feeds::known(blog, &languages, &folders, &mut draft);
    if known.is_empty() {
        draft.open.push("RSS is switched off in Hugo: three new feeds are made".to_owned());
    }
    draft.feeds(known);
    draft
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

    /// The language of the site, which is the default one's.
    fn tag(&self, blog: &Blog) -> Option<Said> {
        let said = self.said(blog, &["locale", "languageCode"]).filter(|said| self.all.is_empty() || is_tag(said));
        said.or_else(|| blog.settings.at("defaultContentLanguage")).or_else(|| {
            let value = || Value::String(self.default.clone());
            (!self.all.is_empty()).then(|| Said { value: value(), from: "languages".to_owned() })
        })
    }

    /// The languages of its posts: the one that files are named by, and that of the site, which the others have.
    fn tags(&self, blog: &Blog) -> Vec<String> {
        let tag = self.tag(blog).and_then(|said| said.text()).filter(|tag| !tag.eq_ignore_ascii_case(&self.default));
        [self.default.clone()].into_iter().chain(tag).collect()
    }

    /// What is to be told of languages that have a `baseURL` of their own: a configuration has one `site.url`.
    fn elsewhere(&self, blog: &Blog) -> Option<String> {
        let url = |language: &String| blog.settings.text(&format!("languages.{language}.baseURL"));
        let main = self.said(blog, &["baseURL"]).and_then(|said| said.text());
        let others = self.all.iter().filter(|language| **language != self.default);
        let others = others.filter_map(|language| url(language).filter(|url| main.as_ref() != Some(url)));
        let others: Vec<String> = others.map(|url| format!("`{url}`")).collect();
        let told = || {
            format!(
                "the languages at {} are told to be below `site.url`: give each of them a configuration of its own",
                others.join(", ")
            )
        };
        (!others.is_empty()).then(told)
    }

    /// The folders of content: one, or one for each language.
    fn folders(&self, blog: &Blog) -> Vec<String> {
        let plain = |path: String| places::folder(&path).to_owned();
        let common = plain(blog.settings.text("contentDir").unwrap_or_else(|| "content".to_owned()));
        let own = |name: &String| blog.settings.text(&format!("languages.{name}.contentDir")).map(plain);
        let mut folders: Vec<String> =
            self.all.iter().map(|name| own(name).unwrap_or_else(|| common.clone())).collect();
        folders.sort_by_key(|folder| (own(&self.default).as_ref() != Some(folder), folder.clone()));
        folders.dedup();
        if folders.is_empty() { vec![own(&self.default).unwrap_or(common)] } else { folders }
    }
}

fn is_tag(said: &Said) -> bool {
    said.text().is_some_and(|text| post::language_tag(&text).is_some())
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

    /// The posts. A dated page that is in no section is none where most are in sections: it is an "About", not news.
    fn posts(&self) -> impl Iterator<Item = &Page> {
        let is_sectioned = self.is_sectioned();
        let dated = self.pages.iter().filter(|page| page.kind == Kind::Post);
        dated.filter(move |page| !is_sectioned || page.section().is_some())
    }

    /// Whether most dated pages are in sections.
    fn is_sectioned(&self) -> bool {
        let dated = self.pages.iter().filter(|page| page.kind == Kind::Post);
        let (within, without): (Vec<&Page>, Vec<&Page>) = dated.partition(|page| page.section().is_some());
        within.len() > without.len()
    }

    /// The sections with posts; none: there are no sections.
    fn sections(&self) -> BTreeSet<&str> {
        self.posts().filter_map(Page::section).collect()
    }

    /// The folder to read: the section that all posts are in, else all content but what is no post.
    /// Hugo's own `[permalinks]` hold for it.
    fn source(&self, blog: &Blog) -> Vec<Line> {
        let sections = self.sections();
        let is_one = sections.len() == 1 && self.is_sectioned();
        let section = if is_one { sections.first().copied().unwrap_or_default() } else { "" };
        let folder = join(&self.path, section);
        let mut lines = vec![Line::text("path", blog.told(&folder), "")];
        lines.push(Line::text("id", "hugo", "the page's address, so that no subscriber sees a post twice"));
        let mut excluded = Vec::new();
        if section.is_empty() && self.is_sectioned() {
            let at_root = self.pages.iter().filter(|page| page.kind != Kind::Undated && page.section().is_none());
            excluded.extend(at_root.map(|page| pages::escaped(&page.path)));
        }
        excluded.extend(pages::undated(&self.pages, section));
        excluded.extend(ignored(blog, &folder));
        if !excluded.is_empty() {
            lines.push(Line::new("exclude", Node::texts(excluded), "no posts: pages without a section or a date"));
        }
        lines
    }
}

/// What is to be told of templates that make links, pictures and the like of Markdown.
fn render_hooks(blog: &Blog) -> Option<String> {
    let hooks =
        blog.below("layouts").filter(|path| path.starts_with("_markup/render-") || path.contains("/_markup/render-"));
    let hooks: Vec<String> = hooks.map(|path| format!("`layouts/{path}`")).collect();
    (!hooks.is_empty()).then(|| {
        format!("what {} makes of Markdown: render hooks are not run, and Hugo's own HTML is shown", hooks.join(", "))
    })
}

/// `ignoreFiles`, where the expressions are plain enough to be globs, and something in the folder is meant.
fn ignored(blog: &Blog, folder: &str) -> Vec<String> {
    let expressions = texts(find(&blog.settings.merged, "ignoreFiles"));
    let globs = expressions.iter().filter_map(|expression| {
        let ends = expression.ends_with('$');
        let plain = expression.trim_end_matches('$').replace("\\.", ".");
        let is_plain =
            !plain.contains(['\\', '^', '$', '[', ']', '(', ')', '|', '+', '?', '*', '{', '}']) && !plain.is_empty();
        let is_met = blog.below(folder).any(|path| if ends { path.ends_with(&plain) } else { path.contains(&plain) });
        (is_plain && is_met).then(|| format!("*{plain}{}", if ends { "" } else { "*" }))
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
