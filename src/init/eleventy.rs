//! An Eleventy site: what its configuration and its data say in plain literals, and where dated posts lie.

use super::draft::{Draft, Line};
use super::feeds::{Known, Limit};
use super::ignored::Ignored;
use super::pages::{self, Kind, Page};
use super::said::{Said, Settings};
use super::yaml::Node;
use super::{Blog, jekyll, join, template};
use crate::config::{Dialect, Format, IdFormula};
use crate::generator::{Generator, Texts, places};
use crate::post;
use crate::value::Value;

pub(super) fn draft(blog: &Blog) -> Draft {
    let said = data(blog);
    let input = folder(&said, "dir.input").unwrap_or_default();
    let ignored = Ignored::of(blog, &said, &input);
    let mut pages = pages::try_out(blog, &input);
    pages.retain(|page| !ignored.hold(&join(&input, &page.path)));
    let mut draft = Draft { generator: super::kind(blog.dialect), ..Draft::default() };
    draft.address(blog, address(&said));
    draft.title(said.first(&[
        "feed.metadata.title",
        "metadata.title",
        "site.title",
        "site.name",
        "meta.title",
        "title",
    ]));
    draft.say(
        "description",
        said.first(&["feed.metadata.subtitle", "metadata.description", "site.description", "meta.description"]),
    );
    draft.language(said.first(&[
        "feed.metadata.language",
        "metadata.language",
        "site.language",
        "site.lang",
        "metadata.lang",
    ]));
    draft.authors(said.first(&["feed.metadata.author", "metadata.author", "site.author", "author"]));
    let folder_of_posts = pages::common_folder(&pages);
    let mut source =
        vec![Line::text("path", blog.told(&join(&input, &folder_of_posts)), "where the files with dates are")];
    source.extend(excluded(blog, &pages, &ignored, (&input, &folder_of_posts)));
    draft.sources.push(source);
    draft.posts = pages.iter().filter(|page| page.kind == Kind::Post).count();
    let output = folder(&said, "dir.output").unwrap_or_else(|| "_site".to_owned());
    draft.output(
        blog,
        &output,
        "Eleventy builds into this folder, and writes its own feeds again: run `feedwright --once` after it.",
    );
    let known = feeds(blog, &said, &mut draft);
    if known.is_empty() {
        draft.open.push("no feed of this site was found: three new ones are made".to_owned());
    }
    draft.feeds(known);
    draft
}

/// What is left out of a folder of posts below that of the input: pages without a date, and what Eleventy passes over.
fn excluded(blog: &Blog, pages: &[Page], ignored: &Ignored, (input, folder): (&str, &str)) -> Option<Line> {
    let undated = pages::undated(pages, folder).into_iter().map(|glob| (glob, "no date".to_owned()));
    let all: Vec<(String, String)> = undated.chain(ignored.below(blog, &join(input, folder))).collect();
    let mut reasons: Vec<&str> = Vec::new();
    for (_, from) in &all {
        if !reasons.contains(&from.as_str()) {
            reasons.push(from);
        }
    }
    let reasons = reasons.join("; ");
    (!all.is_empty()).then(|| Line::new("exclude", Node::texts(all.into_iter().map(|(glob, _)| glob)), reasons))
}

/// The configuration and the global data, over each other.
fn data(blog: &Blog) -> Settings {
    let merged = blog.settings.merged.clone();
    let material = places::material(Dialect::Eleventy, &merged);
    let is_data = |path: &&String| material.iter().any(|place| *path == place || super::below(place, path).is_some());
    let text = |path: &String| Some((path.clone(), blog.text(path)?));
    let texts: Texts = blog.files.iter().filter(is_data).filter_map(text).collect();
    let generator = Generator::new(Dialect::Eleventy, "", merged, texts);
    Settings::of("Eleventy's data", generator.settings().clone())
}

/// The address with `pathPrefix`.
fn address(said: &Settings) -> Option<Said> {
    let url = said.first(&[
        "feed.metadata.base",
        "metadata.url",
        "site.url",
        "metadata.base",
        "site.baseUrl",
        "meta.url",
        "url",
    ])?;
    let prefix =
        said.text("pathPrefix").map(|prefix| prefix.trim_matches('/').to_owned()).filter(|prefix| !prefix.is_empty());
    let text = url.text()?;
    match prefix {
        Some(prefix) if !text.trim_end_matches('/').ends_with(&format!("/{prefix}")) => {
            let whole = format!("{}/{prefix}/", text.trim_end_matches('/'));
            Some(Said { value: Value::String(whole), from: format!("{} and `pathPrefix`", url.from) })
        }
        _ => Some(url),
    }
}

fn folder(said: &Settings, key: &str) -> Option<String> {
    let named = said.text(key)?;
    let named = places::folder(&named);
    Some(if named == "." { String::new() } else { named.to_owned() })
}

/// The feed of the plug-in, and those that are templates of the site's own.
fn feeds(blog: &Blog, said: &Settings, draft: &mut Draft) -> Vec<Known> {
    let mut known = Vec::new();
    if said.at("feed").is_some_and(|feed| !feed.value.pairs().is_empty()) {
        let format = match said.text("feed.type").as_deref() {
            Some("rss") => Format::Rss,
            Some("json") => Format::Json,
            _ => Format::Atom,
        };
        let limit =
            said.text("feed.collection.limit").and_then(|limit| limit.parse().ok()).map_or(Limit::All, Limit::said);
        let path = said.text("feed.outputPath").unwrap_or_else(|| "feed.xml".to_owned());
        known.push(Known::new(path, format, limit.or_fewer(draft.posts), "Eleventy's feed plug-in"));
    }
    let is_template = |path: &&String| {
        [".njk", ".liquid", ".hbs"].iter().any(|extension| path.ends_with(extension)) && !path.contains("_includes")
    };
    for path in blog.files.iter().filter(is_template) {
        let Some(text) = blog.text(path) else { continue };
        let Some(found) = template::read(&text) else { continue };
        let front = post::front_matter(text.as_bytes(), path, &Generator::silent(Dialect::Eleventy));
        let Some(address) = front.entry("permalink").and_then(Value::as_text).filter(|address| !address.contains('{'))
        else {
            continue;
        };
        known.push(Known::new(address, found.format, found.limit.or_fewer(draft.posts), path));
        if found.id != Some(IdFormula::Permalink) {
            draft.open.push(jekyll::unknown_ids(path));
        }
    }
    known
}
