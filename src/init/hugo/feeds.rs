//! The feeds that a Hugo site has: of its home pages, its sections and its terms.

use super::super::draft::Draft;
use super::super::feeds::{Known, Limit};
use super::super::said::find;
use super::super::yaml::Node;
use super::super::{Blog, jekyll, template};
use super::{Folder, Languages, texts};
use crate::config::{Format, IdFormula, Per};
use crate::value::Value;

/// A file that Hugo writes a feed to, in each folder that has one.
struct File {
    name: String,
    format: Format,
    from: String,
}

pub(super) fn known(blog: &Blog, languages: &Languages, folders: &[Folder], draft: &mut Draft) -> Vec<Known> {
    let posts = folders.iter().flat_map(Folder::posts).count();
    let (limit, why) = limit(blog);
    let limit = limit.or_fewer(posts);
    let why = if why.is_empty() { String::new() } else { format!("; {why}") };
    let own = own_template(blog);
    if let Some((path, _, _)) =
        own.as_ref().filter(|(_, found, _)| found.id.is_none_or(|id| id != IdFormula::Permalink))
    {
        draft.open.push(jekyll::unknown_ids(path));
    }
    let main = own.as_ref().filter(|(.., is_main)| *is_main).map(|_| main_sections(blog, folders));
    let limit = own.as_ref().map(|(_, found, _)| found.limit).filter(|own| *own != Limit::All).unwrap_or(limit);
    let home = |folder: &str, file: &File| {
        let path = super::join(folder, &file.name);
        Known::new(path, file.format, limit, format!("{}{why}", file.from))
    };
    let in_folder = if blog.settings.is("defaultContentLanguageInSubdir") { languages.default.as_str() } else { "" };
    let of_home = files(blog, "home");
    let mut feeds: Vec<Known> = of_home.iter().map(|file| home(in_folder, file)).collect();
    for feed in &mut feeds {
        if let Some(main) = &main {
            feed.more.push(("sections", Node::texts(main.clone())));
        }
        if !languages.all.is_empty() {
            let tags = languages.tags(blog);
            let node = if tags.len() > 1 { Node::texts(tags) } else { Node::text(&languages.default) };
            feed.more.push(("languages", node));
        }
    }
    for language in languages.all.iter().filter(|language| **language != languages.default) {
        let title = blog.settings.text(&format!("languages.{language}.title"));
        feeds.extend(of_home.iter().map(|file| {
            let feed = home(language, file);
            let feed = match title.clone() {
                Some(title) => feed.with("title", Node::Text(title)),
                None => feed,
            };
            feed.with("languages", Node::text(language))
        }));
    }
    let of_parts = parts(blog, folders);
    let part = |(path, per, kind): (String, Per, &'static str)| {
        let feed = move |file: File| {
            let from = format!("Hugo's, of each {kind}");
            Known::new(super::join(&path, &file.name), file.format, limit, from).per(per)
        };
        files(blog, kind).into_iter().map(feed)
    };
    if languages.all.is_empty() {
        feeds.extend(of_parts.into_iter().flat_map(part));
    } else if !of_parts.is_empty() {
        draft
            .open
            .push("the feeds of sections and terms in several languages are not made: leave them to Hugo".to_owned());
    }
    feeds
}

/// How many entries Hugo's feeds have, and what says so.
fn limit(blog: &Blog) -> (Limit, String) {
    let said = blog.settings.first(&["services.rss.limit", "rssLimit"]);
    match said.and_then(|said| Some((said.text()?.parse().ok()?, said.from))) {
        Some((number, from)) => (Limit::said(number), from),
        None => (Limit::All, "Hugo sets no limit".to_owned()),
    }
}

/// Where feeds of parts stand, per what, and of which kind of page.
fn parts(blog: &Blog, folders: &[Folder]) -> Vec<(String, Per, &'static str)> {
    let mut parts = Vec::new();
    if folders.iter().any(|folder| !folder.sections().is_empty()) {
        parts.push((":section".to_owned(), Per::Section, "section"));
    }
    let mut pages = folders.iter().flat_map(Folder::posts);
    let (is_tagged, is_categorised) = pages.by_ref().fold((false, false), |(tags, categories), page| {
        (tags || !page.tags.is_empty(), categories || page.is_categorised)
    });
    for name in taxonomies(blog) {
        let per = match name.as_str() {
            "tags" if is_tagged => Per::Tag,
            "categories" if is_categorised => Per::Category,
            _ => continue,
        };
        parts.push((format!("{name}/{}", per.placeholder()), per, "term"));
    }
    parts
}

fn taxonomies(blog: &Blog) -> Vec<String> {
    match find(&blog.settings.merged, "taxonomies") {
        Some(said) => said.pairs().iter().filter_map(|(_, plural)| plural.as_text()).collect(),
        None => vec!["tags".to_owned(), "categories".to_owned()],
    }
}

/// The feeds that pages of a kind have.
fn files(blog: &Blog, kind: &str) -> Vec<File> {
    let disabled = texts(find(&blog.settings.merged, "disableKinds"));
    let is_off = |name: &str| disabled.iter().any(|kind| kind.eq_ignore_ascii_case(name));
    if is_off(kind) || (kind == "term" && is_off("taxonomyTerm")) {
        return Vec::new();
    }
    let outputs = blog.settings.first(&[&format!("outputs.{kind}")]);
    let names = match &outputs {
        Some(said) => texts(Some(&said.value)),
        None => vec!["RSS".to_owned()],
    };
    let from = outputs.map_or_else(|| "Hugo's".to_owned(), |said| said.from);
    let names = names.into_iter().filter(|name| !(name.eq_ignore_ascii_case("rss") && is_off("rss")));
    names.filter_map(|name| file(blog, &name, &from)).collect()
}

/// The file of an output format, when that is a feed.
fn file(blog: &Blog, name: &str, from: &str) -> Option<File> {
    let said = |key: &str| blog.settings.text(&format!("outputFormats.{name}.{key}"));
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    let media =
        said("mediaType").unwrap_or_else(|| if is("rss") { "application/rss+xml".to_owned() } else { String::new() });
    let format = match media.as_str() {
        "application/rss+xml" | "application/rss" => Format::Rss,
        "application/atom+xml" => Format::Atom,
        "application/feed+json" => Format::Json,
        "application/json" if name.to_ascii_lowercase().contains("feed") => Format::Json,
        _ => return None,
    };
    let types = find(&blog.settings.merged, "mediaTypes").map(Value::pairs).unwrap_or_default();
    let own = types
        .iter()
        .find(|(name, _)| *name == media)
        .and_then(|(_, settings)| texts(find(settings, "suffixes")).into_iter().next());
    let suffix = own.unwrap_or_else(|| if format == Format::Json { "json".to_owned() } else { "xml".to_owned() });
    let base = said("baseName").unwrap_or_else(|| "index".to_owned());
    Some(File { name: format!("{base}.{suffix}"), format, from: from.to_owned() })
}

/// The site's or its theme's own template of the home feed, and whether it is of the main sections alone.
fn own_template(blog: &Blog) -> Option<(String, template::Template, bool)> {
    let names = ["index.rss.xml", "home.rss.xml", "_default/home.rss.xml", "_default/rss.xml", "rss.xml", "index.xml"];
    let themes = texts(find(&blog.settings.merged, "theme"));
    let folders =
        std::iter::once("layouts".to_owned()).chain(themes.into_iter().map(|theme| format!("themes/{theme}/layouts")));
    let mut paths = folders.flat_map(|folder| names.map(|name| format!("{folder}/{name}")));
    paths.find_map(|path| {
        let text = blog.text(&path)?;
        Some((path, template::read(&text)?, text.to_lowercase().contains("mainsections")))
    })
}

/// The sections that a site calls its main ones; else the one with the most posts.
fn main_sections(blog: &Blog, folders: &[Folder]) -> Vec<String> {
    let said = blog.settings.first(&["params.mainSections", "mainSections"]).map(|said| texts(Some(&said.value)));
    let most = || {
        let sections: Vec<&str> = folders.iter().flat_map(Folder::sections).collect();
        let posts = |section: &str| {
            folders.iter().flat_map(Folder::posts).filter(|page| page.section() == Some(section)).count()
        };
        sections.into_iter().max_by_key(|section| posts(section)).map(str::to_owned).into_iter().collect()
    };
    said.unwrap_or_else(most)
}
