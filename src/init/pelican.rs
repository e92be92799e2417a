//! A Pelican blog: the plain assignments of `pelicanconf.py` and `publishconf.py`.

use super::Blog;
use super::draft::{Draft, Line};
use super::feeds::{Known, Limit};
use super::pages::{self, Kind};
use super::said::find;
use super::yaml::Node;
use crate::config::{Dialect, Format, Per};
use crate::value::Value;

/// How many entries Pelican's feeds have that is not told otherwise.
const LIMIT: usize = 100;

/// The folder of what is no article.
const PAGES: &str = "pages";

pub(super) fn draft(blog: &Blog) -> Draft {
    let said = &blog.settings;
    let usual = || if blog.files.iter().any(|path| path.starts_with("content/")) { "content" } else { "." }.to_owned();
    let content = said.text("PATH").unwrap_or_else(usual);
    let content = content.trim_start_matches("./").trim_matches(['/', '.']).to_owned();
    let pages = pages::try_out(blog, &content);
    let mut draft = Draft { generator: super::kind(blog.dialect), ..Draft::default() };
    draft.address(blog, said.first(&["SITEURL", "FEED_DOMAIN"]));
    draft.title(said.at("SITENAME"));
    draft.say("description", said.at("SITESUBTITLE"));
    draft.language(said.at("DEFAULT_LANG"));
    draft.timezone(said.at("TIMEZONE"));
    draft.authors(said.at("AUTHOR"));
    let mut source = vec![Line::text("path", blog.told(&content), "")];
    if let Some(pattern) = said.at("ARTICLE_URL") {
        let text = format!("/{}", pattern.text().unwrap_or_default().trim_start_matches('/'));
        source.extend(draft.permalink(Dialect::Pelican, &text, &pattern.from));
    }
    source.push(Line::text("id", "pelican", "as Pelican makes them, so that no subscriber sees a post twice"));
    let mut excluded = pages::undated(&pages, "");
    excluded.retain(|path| super::below(PAGES, path).is_none() && path != PAGES);
    if blog.below(&content).any(|path| super::below(PAGES, path).is_some()) {
        excluded.push(PAGES.to_owned());
    }
    if !excluded.is_empty() {
        source.push(Line::new("exclude", Node::texts(excluded), "no articles: pages, or no date"));
    }
    draft.sources.push(source);
    draft.posts = pages.iter().filter(|page| page.kind == Kind::Post && page.section() != Some(PAGES)).count();
    let output = said.text("OUTPUT_PATH").unwrap_or_else(|| "output".to_owned());
    draft.output(
        blog,
        &output,
        "Pelican builds into this folder, and writes its own feeds again: run `feedwright --once` after it.",
    );
    let of_rest = blog.below(&content).filter(|path| extension(path) == "rst").count();
    if of_rest > 0 {
        draft.open.push(format!(
            "{of_rest} files are reStructuredText, which is not read: write them as Markdown (`pandoc -t gfm`)"
        ));
    }
    let known = feeds(blog);
    draft.feeds(known);
    draft
}

/// The feeds that are switched on; of categories and authors only where their paths differ.
fn feeds(blog: &Blog) -> Vec<Known> {
    let said = |key: &str| find(&blog.settings.merged, key);
    let limit = said("FEED_MAX_ITEMS").and_then(Value::as_text).and_then(|text| text.parse().ok());
    let limit = limit.map_or(Limit::Of(LIMIT), Limit::said);
    let path = |key: &str, default: Option<&str>| match said(key) {
        None => default.map(str::to_owned),
        Some(value) => value.as_text().filter(|text| !text.is_empty()),
    };
    let all = [
        ("FEED_ALL_ATOM", Some("feeds/all.atom.xml"), Format::Atom, None),
        ("FEED_ALL_RSS", None, Format::Rss, None),
        ("FEED_ATOM", None, Format::Atom, None),
        ("FEED_RSS", None, Format::Rss, None),
        ("CATEGORY_FEED_ATOM", Some("feeds/{slug}.atom.xml"), Format::Atom, Some(Per::Category)),
        ("CATEGORY_FEED_RSS", None, Format::Rss, Some(Per::Category)),
        ("TAG_FEED_ATOM", None, Format::Atom, Some(Per::Tag)),
        ("TAG_FEED_RSS", None, Format::Rss, Some(Per::Tag)),
    ];
    let feeds = all.into_iter().filter_map(|(key, default, format, per)| {
        let path = path(key, default)?;
        let from = blog.settings.at(key).map_or_else(|| format!("Pelican's {key}"), |said| said.from);
        Some(match per {
            None => Known::new(path, format, limit, from),
            Some(per) => Known::new(
                path.replace("{slug}", per.placeholder()).replace("%s", per.placeholder()),
                format,
                limit,
                from,
            )
            .per(per),
        })
    });
    feeds.collect()
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}
