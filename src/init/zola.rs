//! A Zola site: `config.toml`, the sections of `content`, and the feeds that are switched on.

use super::draft::{Draft, Line};
use super::feeds::{Known, Limit};
use super::pages::{self, Page};
use super::said::find;
use super::yaml::Node;
use super::{Blog, jekyll, template};
use crate::config::{Format, IdFormula, Per};
use crate::generator::Generator;
use crate::post;
use crate::value::Value;

/// The folder of all pages.
const CONTENT: &str = "content";

pub(super) fn draft(blog: &Blog) -> Draft {
    let said = &blog.settings;
    let pages = pages::try_out(blog, CONTENT);
    let mut draft = Draft { generator: super::kind(blog.dialect), ..Draft::default() };
    draft.address(blog, said.at("base_url"));
    draft.title(said.at("title").or_else(|| section(blog, "", "title")));
    draft.say("description", said.at("description").or_else(|| section(blog, "", "description")));
    draft.language(said.at("default_language").or_else(|| own_language(blog)));
    draft.authors(said.first(&["author", "extra.author"]));
    let folder = pages::common_section(&pages);
    let mut source = vec![Line::text("path", blog.told(&super::join(CONTENT, &folder)), "")];
    source.push(Line::text("id", "zola", "the page's address, so that no subscriber sees a post twice"));
    let undated = pages::undated(&pages, &folder);
    if !undated.is_empty() {
        source.push(Line::new("exclude", Node::texts(undated), "no date: Zola leaves them out of its feeds too"));
    }
    draft.posts = pages.iter().filter(|page| page.kind == pages::Kind::Post).count();
    draft.sources.push(source);
    let output = said.text("output_dir").unwrap_or_else(|| "public".to_owned());
    draft.output(
        blog,
        &output,
        "Zola builds into this folder and empties it each time: run `feedwright --once` after it.",
    );
    let known = feeds(blog, &pages, &folder, &mut draft);
    if known.is_empty() {
        draft.open.push("no feed is switched on in Zola (`generate_feeds`): three new ones are made".to_owned());
    }
    draft.feeds(known);
    draft
}

/// Zola's own default, where posts in several languages are told apart by it.
fn own_language(blog: &Blog) -> Option<super::Said> {
    let told = || super::Said { value: Value::String("en".to_owned()), from: "Zola's default_language".to_owned() };
    (!languages(blog).is_empty()).then(told)
}

/// What the page of a section says of itself.
fn section(blog: &Blog, folder: &str, key: &str) -> Option<super::Said> {
    let path = super::join(&super::join(CONTENT, folder), "_index.md");
    let value =
        post::front_matter(blog.text(&path)?.as_bytes(), &path, &Generator::silent(blog.dialect)).entry(key)?.clone();
    (!value.is_blank()).then(|| super::Said { value, from: format!("{path}: {key}") })
}

/// A feed's file name with its format, its limit, and what says so.
struct File {
    name: String,
    format: Format,
    limit: Limit,
    from: String,
}

fn feeds(blog: &Blog, pages: &[Page], folder: &str, draft: &mut Draft) -> Vec<Known> {
    let files = files(blog, pages, draft);
    let said = &blog.settings;
    let languages = languages(blog);
    let mut known = Vec::new();
    let whole = |of: &str, file: &File, from: &str| {
        Known::new(super::join(of, &file.name), file.format, file.limit, format!("{from}{}", file.from))
    };
    if said.is("generate_feeds") || said.is("generate_feed") {
        known.extend(files.iter().map(|file| {
            let feed = whole("", file, "");
            let own = said.text("default_language").unwrap_or_else(|| "en".to_owned());
            if languages.is_empty() { feed } else { feed.with("languages", Node::Text(own)) }
        }));
    }
    for section in sections(blog) {
        let from = format!("{CONTENT}/{section}/_index.md: generate_feeds");
        known.extend(files.iter().map(|file| {
            let feed = Known { from: from.clone(), ..whole(&section, file, "") };
            if section == folder { feed } else { in_section(feed, blog, &section) }
        }));
    }
    for (language, settings) in languages {
        let is_on = |key| find(settings, key).and_then(Value::as_bool) == Some(true);
        if is_on("generate_feeds") || is_on("generate_feed") {
            let from = format!("languages.{language}.generate_feeds");
            let of = |file| Known { from: from.clone(), ..whole(language, file, "") };
            known.extend(files.iter().map(|file| of(file).with("languages", Node::text(language))));
        }
    }
    known.extend(of_taxonomies(blog, &files));
    known
}

/// A feed of one section alone.
fn in_section(feed: Known, blog: &Blog, name: &str) -> Known {
    let feed = match section(blog, name, "title").and_then(|said| said.text()) {
        Some(title) => feed.with("title", Node::Text(title)),
        None => feed,
    };
    feed.with("sections", Node::text(name))
}

/// The sections whose page asks for a feed: the first folders of `content` alone.
fn sections(blog: &Blog) -> Vec<String> {
    let folders =
        blog.below(CONTENT).filter_map(|path| path.strip_suffix("/_index.md")).filter(|path| !path.contains('/'));
    let is_on = |folder: &&str| {
        let asks = |key| section(blog, folder, key).is_some_and(|said| said.value == Value::Bool(true));
        asks("generate_feeds") || asks("generate_feed")
    };
    folders.filter(is_on).map(str::to_owned).collect()
}

fn languages<'a>(blog: &'a Blog) -> Vec<(&'a String, &'a Value)> {
    let all = find(&blog.settings.merged, "languages").map(Value::pairs).unwrap_or_default();
    all.iter().map(|(name, settings)| (name, settings)).collect()
}

/// The files that a feed is written to.
fn files(blog: &Blog, pages: &[Page], draft: &mut Draft) -> Vec<File> {
    let said = &blog.settings;
    let posts = pages.iter().filter(|page| page.kind == pages::Kind::Post).count();
    let names = said.first(&["feed_filenames", "feed_filename"]);
    let (names, from) = match &names {
        Some(names) => (texts(&names.value), names.from.clone()),
        None => (vec!["atom.xml".to_owned()], "generate_feeds".to_owned()),
    };
    let limit = said.at("feed_limit").and_then(|limit| limit.text()?.parse().ok()).map_or(Limit::All, Limit::said);
    let file = |name: String| {
        let own = own_template(blog, &name);
        let told = own.as_ref().map(|(_, found)| found.format).or_else(|| Format::told_by(&name));
        let format = match (told, name.rsplit_once('.').map(|(_, extension)| extension)) {
            (Some(Format::Json), _) if own.is_none() => None,
            (Some(format), _) => Some(format),
            (None, Some("xml")) => Some(Format::Atom),
            (None, _) => None,
        };
        let Some(format) = format else {
            draft.open.push(format!("`{name}` is written by a template that is no feed: leave it to Zola"));
            return None;
        };
        let from = own.as_ref().map_or_else(|| from.clone(), |(path, _)| format!("{from}; {path}"));
        if let Some((path, _)) = own.as_ref().filter(|(_, found)| found.id.is_none_or(|id| id != IdFormula::Permalink))
        {
            draft.open.push(jekyll::unknown_ids(path));
        }
        let limit = own.map_or(limit, |(_, found)| if found.limit == Limit::All { limit } else { found.limit });
        Some(File { name, format, limit: limit.or_fewer(posts), from })
    };
    names.into_iter().filter_map(file).collect()
}

/// The site's or its theme's own template of a feed.
fn own_template(blog: &Blog, name: &str) -> Option<(String, template::Template)> {
    let theme = blog.settings.text("theme").map(|theme| format!("themes/{theme}/templates/{name}"));
    let places = [Some(format!("templates/{name}")), theme];
    places.into_iter().flatten().find_map(|path| Some((path.clone(), template::read(&blog.text(&path)?)?)))
}

fn texts(value: &Value) -> Vec<String> {
    let items = if let Value::Sequence(items) = value { items.as_slice() } else { std::slice::from_ref(value) };
    items.iter().filter_map(Value::as_text).collect()
}

/// Feeds of each tag, category and author, where a taxonomy asks for them.
fn of_taxonomies(blog: &Blog, files: &[File]) -> Vec<Known> {
    let Some(said) = blog.settings.at("taxonomies") else { return Vec::new() };
    let asking = said
        .value
        .items()
        .iter()
        .filter(|one| ["feed", "rss"].iter().any(|key| one.entry(key) == Some(&Value::Bool(true))));
    let pers = asking.filter_map(|one| {
        let name = one.entry("name")?.as_str()?.to_owned();
        let per = match name.as_str() {
            "tags" | "tag" => Per::Tag,
            "categories" | "category" => Per::Category,
            "authors" | "author" => Per::Author,
            _ => return None,
        };
        Some((name, per))
    });
    let feeds = pers.flat_map(|(name, per)| {
        let feed = |file: &File| {
            let path = format!("{name}/{}/{}", per.placeholder(), file.name);
            Known::new(path, file.format, file.limit, format!("{}, `{name}`", said.from)).per(per)
        };
        files.iter().map(feed).collect::<Vec<_>>()
    });
    feeds.collect()
}
