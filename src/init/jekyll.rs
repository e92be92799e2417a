//! A Jekyll blog: `_config.yml`, jekyll-feed's settings, and the folders `_posts` wherever they are.

mod own;

use std::collections::BTreeSet;

use super::Blog;
use super::draft::{Draft, Line};
use super::feeds::{Known, Limit};
use super::pages::escaped;
use super::said::Said;
use super::yaml::Node;
use crate::config::{Dialect, Format, IdFormula, Per};
use crate::generator::{Generator, places};
use crate::post;
use crate::value::Value;

/// How many entries jekyll-feed shows that is not told otherwise.
const LIMIT: usize = 10;

pub(super) fn draft(blog: &Blog) -> Draft {
    let said = &blog.settings;
    let mut draft = Draft { generator: super::kind(blog.dialect), ..Draft::default() };
    draft.address(blog, address(blog));
    draft.title(said.first(&["title", "name"]));
    draft.say("description", said.at("description"));
    draft.language(said.first(&["lang", "language", "locale"]));
    draft.timezone(said.at("timezone"));
    if said.at("timezone").is_none() {
        let advice = "if Jekyll runs on a machine in another zone, set `site.timezone`";
        draft.open.push(format!("no `timezone` is set: UTC is taken, as on GitHub Pages; {advice}"));
    }
    draft.open.extend(unread_markdown(blog));
    draft.authors(author(blog).or_else(|| own::author(blog)));
    draft.say("icon", said.at("feed.icon"));
    draft.say("image", said.at("feed.logo"));
    let (id, from, known) = feeds(blog, &mut draft);
    let folders = folders(blog);
    draft.sources = folders.iter().map(|folder| source(blog, folder, (id, &from), &mut draft)).collect();
    let names = |folder: &String| blog.below(folder).filter(|name| is_post(name)).count();
    draft.posts = folders.iter().map(names).sum();
    let output = said.text("destination").unwrap_or_else(|| "_site".to_owned());
    let why = "Jekyll builds into this folder and empties it each time: run `feedwright --once` after it.";
    draft.output(blog, &output, why);
    draft.feeds(known);
    draft
}

/// What the configuration says of Markdown that is not heeded.
fn unread_markdown(blog: &Blog) -> Option<String> {
    let is_other = |said: &Said, known: &[&str]| {
        said.text().is_some_and(|name| !known.iter().any(|known| name.eq_ignore_ascii_case(known)))
    };
    let reader = blog.settings.at("markdown");
    if let Some(Said { value, from }) = reader.filter(|said| is_other(said, Generator::MARKDOWN)) {
        let name = value.as_text()?;
        return Some(format!("`{name}` ({from}) is not known here: posts are read as kramdown reads them"));
    }
    let input = blog.settings.at("kramdown.input").filter(|said| is_other(said, &["GFM"]))?;
    let name = input.value.as_text()?;
    Some(format!("`{name}` ({}) is not known here: posts are read as kramdown's `GFM` reads them", input.from))
}

/// `url` and `baseurl`, one behind the other as Jekyll has it: a slash at the end of `url` is in the ids of all entries.
fn address(blog: &Blog) -> Option<Said> {
    let Said { value, mut from } = blog.settings.at("url")?;
    let url = value.as_text()?;
    let url = url.trim();
    let base = blog.settings.text("baseurl").unwrap_or_default();
    let path = base.trim_matches('/');
    if !path.is_empty() {
        from.push_str(" and `baseurl`");
    }
    if url.ends_with('/') && !url.ends_with("//") {
        from.push_str("; with its last slash Jekyll writes two");
    }
    Some(Said { value: Value::String(format!("{url}/{path}")), from })
}

/// `author`, which may be a key of `_data/authors.yml`; Chirpy's `social`.
fn author(blog: &Blog) -> Option<Said> {
    let said = blog.settings.first(&["author", "authors", "social.name"])?;
    let Some(key) = said.value.as_str() else { return Some(said) };
    let known = ["yml", "yaml", "json", "toml"].iter().find_map(|extension| {
        let path = in_source(blog, &format!("{}/authors.{extension}", folder(blog, "data_dir", "_data")));
        let value = crate::value::read::by_name(&path, &blog.text(&path)?)?.ok()?;
        Some(Said { value: value.entry(key)?.clone(), from: format!("{path}: {key}") })
    });
    Some(known.unwrap_or(said))
}

/// The folders `_posts` with posts in them.
fn folders(blog: &Blog) -> Vec<String> {
    let collections = collections_folder(blog);
    let excluded = texts(blog, "exclude");
    let folders = blog.files.iter().filter(|path| post::may_be_post(path)).filter_map(|path| {
        let at = if path.starts_with("_posts/") { 0 } else { path.find("/_posts/")? + 1 };
        let folder = &path[..at + "_posts".len()];
        let above = super::below(&collections, folder)?;
        let is_hidden = above.trim_end_matches("_posts").split('/').any(|part| part.starts_with(['_', '.']));
        let is_excluded = excluded.iter().any(|name| super::below(name.trim_matches('/'), path).is_some());
        (is_post(path) && !is_hidden && !is_excluded).then_some(folder)
    });
    folders.collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect()
}

/// Whether Jekyll takes a file in `_posts` for a post: its name says a date.
fn is_post(path: &str) -> bool {
    post::may_be_post(path) && post::is_dated_name(path, Dialect::Jekyll)
}

fn collections_folder(blog: &Blog) -> String {
    folder(blog, "collections_dir", "")
}

/// A folder that the configuration names.
fn folder(blog: &Blog, key: &str, default: &str) -> String {
    places::folder(blog.settings.text(key).as_deref().unwrap_or(default)).to_owned()
}

/// A path below the folder that Jekyll reads.
fn in_source(blog: &Blog, path: &str) -> String {
    places::below_source(&folder(blog, "source", ""), path)
}

/// One folder `_posts`.
fn source(blog: &Blog, folder: &str, (id, from): (IdFormula, &str), draft: &mut Draft) -> Vec<Line> {
    let mut lines = vec![Line::text("path", blog.told(folder), "")];
    if let Some((pattern, from)) = permalink(blog, folder).filter(|(pattern, _)| pattern != "date") {
        lines.extend(draft.permalink(Dialect::Jekyll, &pattern, &from));
    }
    if id == IdFormula::Jekyll {
        lines.push(Line::text("id", "jekyll", from));
    }
    let names = blog.below(folder).filter(|name| post::may_be_post(name));
    let undated: Vec<String> = names.filter(|name| !is_post(name)).map(escaped).collect();
    if !undated.is_empty() {
        lines.push(Line::new("exclude", Node::texts(undated), "no date in the name: Jekyll passes over them too"));
    }
    lines
}

/// The pattern of addresses: of front matter defaults, of the collection, of the site.
fn permalink(blog: &Blog, folder: &str) -> Option<(String, String)> {
    let text = |said: Said| Some((said.text()?, said.from));
    let defaults = blog.settings.at("defaults").map(|said| said.value).unwrap_or_default();
    let of_posts = defaults.items().iter().rev().find_map(|default| {
        let scope = |key| default.entry("scope").and_then(|scope| scope.entry(key)).and_then(Value::as_str);
        let is_here =
            scope("path").is_none_or(|path| super::below(path.trim_matches('/'), folder).is_some() || path == folder);
        let is_posts = scope("type").is_none_or(|kind| kind == "posts");
        let pattern = default.at("values.permalink")?.as_text()?;
        (is_here && is_posts && pattern.contains(':')).then_some(pattern)
    });
    let of_defaults = of_posts.map(|pattern| (pattern, "the front matter `defaults` of _config.yml".to_owned()));
    of_defaults.or_else(|| text(blog.settings.first(&["collections.posts.permalink", "permalink"])?))
}

/// The formula of ids with what says so, and the feeds that there are.
fn feeds(blog: &Blog, draft: &mut Draft) -> (IdFormula, String, Vec<Known>) {
    let (mut known, mut id) = own::feeds(blog, draft);
    let plugin = plugin(blog);
    if let Some(from) = &plugin {
        let of_plugin = of_plugin(blog, from, draft);
        let is_new = |feed: &Known| !known.iter().any(|own| own.path == feed.path);
        // the plug-in makes no feed where there is one already: then its ids are those of the blog's own
        if of_plugin.first().is_some_and(is_new) {
            let why = "as jekyll-feed makes them, so that no subscriber sees a post twice";
            id = Some((IdFormula::Jekyll, why.to_owned()));
        }
        let more: Vec<Known> = of_plugin.into_iter().filter(is_new).collect();
        known.extend(more);
    } else if known.is_empty() && is_chirpy(blog) {
        known.push(Known::new("feed.xml", Format::Atom, Limit::Of(5), "the theme's"));
    }
    if known.is_empty() {
        draft.open.push("no feed of this blog was found: three new ones are made".to_owned());
    }
    let (id, from) = id.unwrap_or((IdFormula::Permalink, String::new()));
    (id, from, known)
}

/// What to do about ids that no formula makes.
pub(super) fn unknown_ids(path: &str) -> String {
    format!(
        "`{path}` makes ids by a formula that is not known here: fetch the feed as it is now, and keep its ids with \
         `feedwright init --force --ids-from FEED`"
    )
}

/// What says that jekyll-feed runs.
fn plugin(blog: &Blog) -> Option<String> {
    let of_settings = ["plugins", "gems"].iter().find_map(|key| {
        let said = blog.settings.at(key)?;
        let is_it = |value: &Value| value.as_str() == Some("jekyll-feed");
        (said.value.items().iter().any(is_it) || is_it(&said.value)).then_some("jekyll-feed")
    });
    let in_gemfile = || {
        let text = blog.text("Gemfile")?;
        let gems = text.lines().map(str::trim_start).filter(|line| line.starts_with("gem"));
        gems.into_iter().any(|line| line.contains("jekyll-feed")).then_some("jekyll-feed in the Gemfile")
    };
    let configured =
        || blog.settings.at("feed").filter(|feed| !feed.value.pairs().is_empty()).map(|_| "_config.yml: feed");
    of_settings.or_else(in_gemfile).or_else(configured).map(str::to_owned)
}

fn is_chirpy(blog: &Blog) -> bool {
    let themes = [blog.settings.text("theme"), blog.settings.text("remote_theme")];
    themes.iter().flatten().any(|theme| theme.contains("chirpy"))
}

/// The feeds that jekyll-feed makes.
fn of_plugin(blog: &Blog, from: &str, draft: &mut Draft) -> Vec<Known> {
    let said = &blog.settings;
    let (limit, from) = match said.at("feed.posts_limit").and_then(|said| Some((said.text()?.parse().ok()?, said.from)))
    {
        Some((number, of_limit)) => (Limit::said(number), format!("{from}; {of_limit}")),
        None => (Limit::Of(LIMIT), format!("{from}, which shows {LIMIT} posts")),
    };
    let path = said.text("feed.path").unwrap_or_else(|| "feed.xml".to_owned());
    let is_address = path.contains("://");
    if is_address {
        let told = "is an address and no path below the site";
        draft
            .open
            .push(format!("`{path}` (_config.yml: feed.path) {told}: `feed.xml` is taken; see `path` in `feeds`"));
    }
    let path = if is_address { "feed.xml".to_owned() } else { path };
    let feed = |path: String, from: &str| {
        let feed = Known::new(path, Format::Atom, limit, from);
        if said.is("feed.excerpt_only") { feed.with("content", Node::text("summary")) } else { feed }
    };
    let mut feeds = vec![feed(path, &from)];
    for category in texts(blog, "feed.categories").into_iter().chain(texts(blog, "feed.collections.posts.categories")) {
        let title = format!("{} | {}", draft.site_text("title").unwrap_or_default(), capital(&category));
        let of_category = feed(format!("feed/{category}.xml"), "_config.yml: feed.categories");
        feeds.push(of_category.with("title", Node::Text(title)).with("categories", Node::Text(category)));
    }
    feeds.extend(of_tags(blog, limit));
    for collection in collections(blog).into_iter().filter(|collection| collection != "posts") {
        draft.open.push(format!("the feed of the collection `{collection}` is not made: leave it to jekyll-feed"));
    }
    feeds
}

/// Those that it makes of tags.
fn of_tags(blog: &Blog, limit: Limit) -> Vec<Known> {
    let Some(tags) = blog.settings.at("feed.tags") else { return Vec::new() };
    if tags.value == Value::Bool(false) {
        return Vec::new();
    }
    let folder = blog.settings.text("feed.tags.path").unwrap_or_else(|| "feed/by_tag/".to_owned());
    let folder = folder.trim_matches('/');
    let only = texts(blog, "feed.tags.only");
    if only.is_empty() {
        return vec![Known::new(format!("{folder}/:tag.xml"), Format::Atom, limit, tags.from).per(Per::Tag)];
    }
    let feed = |tag: String| {
        Known::new(format!("{folder}/{tag}.xml"), Format::Atom, limit, "_config.yml: feed.tags")
            .with("tags", Node::Text(tag))
    };
    only.into_iter().map(feed).collect()
}

/// The collections that it makes feeds of.
fn collections(blog: &Blog) -> Vec<String> {
    let Some(said) = blog.settings.at("feed.collections") else { return Vec::new() };
    match &said.value {
        Value::Mapping(pairs) => pairs.iter().map(|(name, _)| name.clone()).collect(),
        _ => texts(blog, "feed.collections"),
    }
}

/// A text or a list of texts.
fn texts(blog: &Blog, path: &str) -> Vec<String> {
    let Some(said) = blog.settings.at(path) else { return Vec::new() };
    match &said.value {
        Value::Sequence(items) => items.iter().filter_map(Value::as_text).collect(),
        value => value.as_text().into_iter().collect(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
