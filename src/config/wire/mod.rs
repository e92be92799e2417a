//! `feedwright.yaml` as typed: every key that there is, nothing checked yet.
//!
//! What may be written shorter is in `short`. Unknown keys are refused by serde; `nearest` makes the
//! message helpful. The JSON Schema that editors complete from is derived from these same types.
//!
//! - `syndication`: who is told, how readers are answered, a hub

pub(super) mod syndication;

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema};

use super::{Coding, Content, Filter, Format, IdFormula, Per, Updates, WatchMode};
use crate::config::short::{Limit, OneOrMany, PersonFields, Short, TextOr};

/// The JSON Schema of `feedwright.yaml`, as pretty JSON with a newline at its end.
///
/// # Panics
/// Never: a schema always serialises.
#[must_use]
pub fn schema() -> String {
    let schema = schemars::schema_for!(File);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}

/// The configuration of Feedwright.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with `site`, `posts`, `feeds` and so on")]
#[schemars(title = "feedwright.yaml")]
pub(super) struct File {
    /// What the feeds say of the site.
    pub site: Site,
    /// The folder of posts, or a list of them.
    #[serde(default)]
    pub posts: OneOrMany<TextOr<Source>>,
    /// A file with the ids of posts that came from elsewhere, one line for each: `posts/rain.md: https://old.example/?p=123`.
    #[serde(default)]
    #[schemars(length(min = 1), extend("examples" = ["feedwright.ids.yaml"]))]
    pub ids: Option<String>,
    /// The folder that is published to. Files in it that Feedwright did not write are never touched.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub output: Option<String>,
    /// The URL under which `output` is served; else `site.url`.
    #[serde(default)]
    #[schemars(regex(pattern = FOLDER_URL))]
    pub output_url: Option<String>,
    /// The feeds to make; else `rss.xml`, `atom.xml` and `feed.json`.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub feeds: Option<Vec<TextOr<Feed>>>,
    /// The folder for what outlives the process; else the user's state folder.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub state: Option<String>,
    /// A file for metrics in the folder of `node_exporter`'s textfile collector; its name ends in `.prom`.
    #[serde(default)]
    #[schemars(regex(pattern = r"[^/]\.prom\s*$"), extend("examples" = ["/var/lib/node_exporter/textfile_collector/feedwright.prom"]))]
    pub metrics: Option<String>,
    /// Templates of Hugo's shortcodes, by their names: HTML with `{{ name }}` for a named argument, `{{ 0 }}` for the
    /// first one and `{{ inner }}` for what is enclosed, or as in Hugo's `layouts/shortcodes`.
    #[serde(default)]
    #[schemars(extend("examples" = [{"note": "<aside>{{ inner }}</aside>"}]))]
    pub shortcodes: BTreeMap<String, String>,
    /// When posts that vanished all at once are taken for deleted, from `0s` (at once) to `30d`; else `1d`.
    #[serde(default)]
    #[schemars(regex(pattern = DURATION), extend("examples" = ["1h", "1d", "7d"]))]
    pub accept_loss_after: Option<String>,
    /// How changes are noticed.
    #[serde(default)]
    pub watch: Option<Watch>,
    /// How much is read; what is more is told.
    #[serde(default)]
    pub limits: Option<Limits>,
    /// The hubs that are told of new versions, and that subscribers find in the feeds (`WebSub`).
    #[serde(default)]
    pub websub: Option<TextOr<syndication::WebSub>>,
    /// The rssCloud server that is told of new versions of RSS feeds, and that readers find in them.
    #[serde(default)]
    pub rsscloud: Option<TextOr<syndication::RssCloud>>,
    /// Addresses of directories that take `weblogUpdates.extendedPing` (XML-RPC).
    #[serde(default)]
    pub ping: OneOrMany<String>,
    /// Where feed readers are answered; else nowhere: the feeds are files for a web server.
    #[serde(default)]
    pub serve: Option<TextOr<syndication::Serve>>,
    /// Whether `serve` is a `WebSub` hub for these feeds, too; else it is none.
    #[serde(default)]
    pub hub: syndication::Hub,
    /// Which compressed siblings of each feed are published beside it, for web servers that send them as they are.
    #[serde(default)]
    pub compress: OneOrMany<Coding>,
}

/// Where a configuration says that things are.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(default)]
pub struct Places {
    /// The ids file.
    pub ids: Option<String>,
    /// The folder that is published to.
    pub output: Option<String>,
    /// The folder of the state.
    pub state: Option<String>,
}

/// Where a configuration says that things are, whatever else it says: where it is broken, by those of its lines that
/// say so by themselves.
#[must_use]
pub fn places(text: &str) -> Places {
    serde_yaml::from_str(text).unwrap_or_else(|_| {
        let of_line = |line| serde_yaml::from_str(line).unwrap_or_default();
        let own = text.lines().filter(|line| !line.starts_with([' ', '\t']));
        own.map(of_line).fold(Places::default(), |found, line: Places| Places {
            ids: line.ids.or(found.ids),
            output: line.output.or(found.output),
            state: line.state.or(found.state),
        })
    })
}

#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with `title`, `url` and so on")]
#[schemars(transform = add_aliases)]
pub(super) struct Site {
    /// The title of the site.
    #[schemars(regex(pattern = r"\S"))]
    pub title: String,
    /// The address of the site; everything relative is resolved against it.
    #[schemars(url, regex(pattern = FOLDER_URL))]
    pub url: String,
    /// What the site is about, plain text.
    #[serde(default)]
    pub description: Option<String>,
    /// A language tag such as `en` or `pt-BR`.
    #[serde(default)]
    #[schemars(regex(pattern = "^$|^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"))]
    pub language: Option<String>,
    /// For dates without an offset: a name such as `America/Los_Angeles`; else UTC.
    #[serde(default)]
    #[schemars(length(min = 1), extend("examples" = ["Europe/London", "America/Los_Angeles", "UTC"]))]
    pub timezone: Option<String>,
    /// Who writes here, where a post does not say.
    #[serde(default, alias = "authors")]
    pub author: OneOrMany<TextOr<PersonFields>>,
    /// Rights, plain text.
    #[serde(default)]
    pub copyright: Option<String>,
    /// A small square picture.
    #[serde(default)]
    pub icon: Option<String>,
    /// A larger picture: RSS's image, Atom's logo.
    #[serde(default)]
    pub image: Option<String>,
}

#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "a folder, or a mapping with `path`, `permalink` and so on")]
pub(super) struct Source {
    /// The folder; else `posts`.
    #[schemars(length(min = 1))]
    pub path: Option<String>,
    /// Whose rules the posts follow; `auto` judges from the folder around them.
    pub dialect: Option<DialectName>,
    /// The pattern of URLs; Jekyll's, Hugo's and Zola's placeholders are understood.
    #[schemars(regex(pattern = r"\S"), extend("examples" = ["/blog/:title/", "/:year/:month/:slug/"]))]
    pub permalink: Option<String>,
    /// How the ids of posts without one are made; else `permalink`.
    pub id: Option<IdFormula>,
    /// Whether only what a post says counts as a change (`front-matter`), or its content, too (`on-change`); else
    /// `front-matter`.
    pub updated: Option<Updates>,
    /// Globs below `path` of what is a post; else every Markdown and HTML file.
    pub include: OneOrMany<String>,
    /// Globs below `path` of what is no post.
    pub exclude: OneOrMany<String>,
    /// Whether a file without front matter and without a date in its name is passed over; else true.
    pub require_front_matter: Option<bool>,
    /// Whether links are followed that lead out of the folder; else false.
    pub follow_symlinks: Option<bool>,
}

impl Short for Source {
    const EXPECTED: &'static str = "a folder, or a mapping with `path`, `permalink` and so on";

    fn from_text(text: &str) -> Self {
        Self { path: Some(text.to_owned()), ..Self::default() }
    }
}

#[derive(Debug, Clone, Copy, Default, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum DialectName {
    #[default]
    Auto,
    Jekyll,
    Hugo,
    Zola,
    Eleventy,
    Pelican,
    Commonmark,
}

#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a path, or a mapping with `path`, `format` and so on")]
pub(super) struct Feed {
    /// Below `output`; with `per`, its placeholder in it: `tags/:tag.xml`.
    #[schemars(length(min = 1), extend("examples" = ["rss.xml", "tags/:tag.xml"]))]
    pub path: String,
    /// The format; else told by the path.
    #[serde(default)]
    pub format: Option<Format>,
    /// How many entries at most, or `all`; else 20.
    #[serde(default)]
    pub limit: Option<Limit>,
    /// One feed for each tag, category, author, section or language.
    #[serde(default)]
    pub per: Option<Per>,
    /// Its title; else the site's.
    #[serde(default)]
    pub title: Option<String>,
    /// Its description; else the site's.
    #[serde(default)]
    pub description: Option<String>,
    /// Whole bodies or summaries; else `full`.
    #[serde(default)]
    pub content: Option<Content>,
    /// Only posts with one of these tags.
    #[serde(default)]
    pub tags: OneOrMany<String>,
    /// Only posts in one of these categories.
    #[serde(default)]
    pub categories: OneOrMany<String>,
    /// Only posts by one of these authors.
    #[serde(default)]
    pub authors: OneOrMany<String>,
    /// Only posts in one of these sections (the first folder below the posts).
    #[serde(default)]
    pub sections: OneOrMany<String>,
    /// Only posts in one of these languages.
    #[serde(default)]
    pub languages: OneOrMany<String>,
    /// No posts with any of these.
    #[serde(default)]
    pub exclude: Option<Filter>,
}

impl Short for Feed {
    const EXPECTED: &'static str = "a path, or a mapping with `path`, `format` and so on";

    fn from_text(text: &str) -> Self {
        Self { path: text.to_owned(), ..Self::default() }
    }
}

#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "a mapping with `mode`, `settle` and so on")]
pub(super) struct Watch {
    /// `auto`, `native` or `poll`; else `auto`.
    pub mode: Option<WatchMode>,
    /// How long it must be quiet before a change is taken up, at most `1m`; else `20ms`.
    #[schemars(regex(pattern = DURATION), extend("examples" = ["20ms", "1s"]))]
    pub settle: Option<String>,
    /// How often files are looked at when polling, from `100ms` to `1h`; else `2s`.
    #[schemars(regex(pattern = DURATION), extend("examples" = ["2s", "1m"]))]
    pub interval: Option<String>,
    /// How often everything is looked at, whatever events came, from `1s` to `7d`, or `0s` for never; else `1h`.
    #[schemars(regex(pattern = DURATION), extend("examples" = ["1h", "1d", "0s"]))]
    pub rescan: Option<String>,
}

#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "a mapping with `post_size` and `posts`")]
pub(super) struct Limits {
    /// How long the file of a post may be, from `1KB` to `1GB`; else `5MB`. A longer one is left out.
    #[schemars(regex(pattern = SIZE), extend("examples" = ["5MB", "500KB"]))]
    pub post_size: Option<String>,
    /// How many files there may be in all folders of posts that could be posts; else 100000. With more the old feeds stand.
    #[schemars(range(min = 1))]
    pub posts: Option<usize>,
}

/// `http` or `https`, with a host and nobody's name or password.
const FOLDER_URL: &str = r"^\s*[hH][tT][tT][pP][sS]?://[^\s/?#@]+([/?#].*)?$";

const SIZE: &str = r"^\s*[0-9]+\s*([kKmMgG]([iI]?[bB])?|[bB])\s*$";

const DURATION: &str = r"^\s*[0-9]+\s*(ms|s|m|min|h|d)\s*$";

/// Keys that have a second name.
fn add_aliases(site: &mut Schema) {
    let properties = site.get_mut("properties").and_then(serde_json::Value::as_object_mut);
    if let Some((properties, author)) = properties.and_then(|all| all.get("author").cloned().map(|one| (all, one))) {
        properties.insert("authors".to_owned(), author);
    }
}
