//! An Eleventy site: what its configuration and its data say in plain literals, and where dated posts lie.

use super::draft::{Draft, Line};
use super::feed_template::{self, FeedTemplate};
use super::feeds::{Known, Limit};
use super::ignored::Ignored;
use super::pages::{self, Kind, Page};
use super::said::{Said, Settings};
use super::yaml::Node;
use super::{Blog, collection, jekyll, join};
use crate::config::{Dialect, Format, IdFormula};
use crate::generator::{Generator, Texts, places};
use crate::value::Value;

pub(super) fn draft(blog: &Blog) -> Draft {
    let generator = generator(blog);
    let said = Settings::of("Eleventy's data", generator.settings().clone());
    let input = generator.prefix().to_owned();
    let templates = feed_template::all(blog, &said);
    let mut draft = Draft { generator: super::kind(blog.dialect), ..Draft::default() };
    site(blog, &said, &templates, &mut draft);
    let ignored = Ignored::of(blog, &said, &input);
    let mut pages = pages::try_out(blog, &input);
    pages.retain(|page| !ignored.hold(&join(&input, &page.path)));
    let of_plug_in = has_plug_in(&said).then(|| said.text("feed.collection.name"));
    let names = of_plug_in.iter().map(Option::as_deref).chain(templates.iter().map(FeedTemplate::collection));
    let names: Vec<Option<&str>> = names.collect();
    let chosen = collection::choose(&mut pages, &names, (blog, &generator, &input));
    let folder_of_posts = pages::common_folder(&pages);
    let mut source =
        vec![Line::text("path", blog.told(&join(&input, &folder_of_posts)), "where the files with dates are")];
    source.extend(excluded(blog, (&pages, &chosen), &ignored, (&input, &folder_of_posts)));
    draft.sources.push(source);
    draft.posts = pages.iter().filter(|page| page.kind == Kind::Post).count();
    let output = folder(&said, "dir.output").unwrap_or_else(|| "_site".to_owned());
    draft.output(
        blog,
        &output,
        "Eleventy builds into this folder, and writes its own feeds again: run `feedwright --once` after it.",
    );
    let lost = generator.uncomputed();
    draft.open.extend(lost.iter().map(|lost| format!("`{}` {}; {}", lost.path, lost.message, lost.mend)));
    let known = feeds(&said, &templates, &mut draft);
    if known.is_empty() {
        draft.open.push("no feed of this site was found: three new ones are made".to_owned());
    }
    draft.feeds(known);
    draft
}

/// `site:`, from the data and from what the templates of feeds say.
fn site(blog: &Blog, said: &Settings, templates: &[FeedTemplate], draft: &mut Draft) {
    let first = |keys: &[&str], of_template: fn(&FeedTemplate, &Settings) -> Option<Said>| {
        let of_templates = || templates.iter().find_map(|template| of_template(template, said));
        said.first(keys).or_else(of_templates)
    };
    draft.address(blog, address(said).or_else(|| first(&[], FeedTemplate::url)));
    let title = said.first(&["feed.metadata.title"]).or_else(|| first(&[], FeedTemplate::title));
    let names = ["metadata.title", "site.title", "site.name", "meta.title", "title"];
    draft.title(title.or_else(|| said.first(&names)));
    draft.say(
        "description",
        first(
            &["feed.metadata.subtitle", "metadata.description", "site.description", "meta.description"],
            FeedTemplate::description,
        ),
    );
    draft.language(first(
        &["feed.metadata.language", "metadata.language", "site.language", "site.lang", "metadata.lang"],
        FeedTemplate::language,
    ));
    let authors = ["feed.metadata.author", "metadata.author", "site.author", "author"];
    draft.authors(first(&authors, FeedTemplate::author));
}

/// What is left out of a folder of posts below that of the input: pages without a date, those that no feed lists, and what
/// Eleventy passes over. `chosen`: the collections by which pages were chosen.
fn excluded(
    blog: &Blog,
    (pages, chosen): (&[Page], &[String]),
    ignored: &Ignored,
    (input, folder): (&str, &str),
) -> Option<Line> {
    let undated = pages::undated(pages, folder).into_iter().map(|glob| (glob, "no date".to_owned()));
    let names: Vec<String> = chosen.iter().map(|name| format!("`collections.{name}`")).collect();
    let others = pages::of_kind(Kind::Other, pages, folder).into_iter();
    let others = others.map(|glob| (glob, format!("not in {}", names.join(", "))));
    let all: Vec<(String, String)> = undated.chain(others).chain(ignored.below(blog, &join(input, folder))).collect();
    let mut reasons: Vec<&str> = Vec::new();
    for (_, from) in &all {
        if !reasons.contains(&from.as_str()) {
            reasons.push(from);
        }
    }
    let reasons = reasons.join("; ");
    (!all.is_empty()).then(|| Line::new("exclude", Node::texts(all.into_iter().map(|(glob, _)| glob)), reasons))
}

/// Its generator, with the configuration, the global data, and the data beside posts, for the folder of its input.
fn generator(blog: &Blog) -> Generator {
    let merged = blog.settings.merged.clone();
    let input = folder(&Settings::of("", merged.clone()), "dir.input").unwrap_or_default();
    let material = places::material(Dialect::Eleventy, &merged);
    let is_data = |path: &&String| {
        let is_beside = |path: &str| places::is_beside_posts(Dialect::Eleventy, path);
        material.iter().any(|place| *path == place || super::below(place, path).is_some())
            || super::below(&input, path).is_some_and(is_beside)
    };
    let text = |path: &String| Some((path.clone(), blog.text(path)?));
    let texts: Texts = blog.files.iter().filter(is_data).filter_map(text).collect();
    Generator::new(Dialect::Eleventy, input, merged, texts)
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

/// Whether the feed of the plug-in is set up.
fn has_plug_in(said: &Settings) -> bool {
    said.at("feed").is_some_and(|feed| !feed.value.pairs().is_empty())
}

/// The feed of the plug-in, and those that are templates of the site's own.
fn feeds(said: &Settings, templates: &[FeedTemplate], draft: &mut Draft) -> Vec<Known> {
    let mut known = Vec::new();
    if has_plug_in(said) {
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
    for FeedTemplate { file, address, found, .. } in templates {
        known.push(Known::new(address, found.format, found.limit.or_fewer(draft.posts), file));
        if found.id != Some(IdFormula::Permalink) {
            draft.open.push(jekyll::unknown_ids(file));
        }
    }
    known
}
