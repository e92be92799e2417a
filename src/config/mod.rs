//! `feedwright.yaml` as plain, checked values.
//!
//! In: the text of the file, and how to judge a folder's dialect. Out: a [`Config`], or every
//! [`Problem`](crate::problem::Problem) with it. It imports no other room and touches no file.
//!
//! - `place`: where in the file something stands
//! - `syntax`: what the parser refuses, in words of people
//! - `syndication`: who is told, how readers are answered, a hub: plain values
//! - `wire`: the file as typed, key by key (serde, and the JSON Schema that editors use)
//! - `short`: what may be written shorter
//! - `check`: from what was typed to what is needed, with defaults
//! - `nearest`: unknown keys, with the known key that was probably meant
//! - `ids`: the file beside it that gives posts their ids

mod check;
mod ids;
mod nearest;
mod place;
mod short;
mod syndication;
mod syntax;
mod wire;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use chrono_tz::Tz;
use url::Url;

pub use check::{Surroundings, parse, told_size};
pub use ids::{Given, Ids, parse_ids, write_ids};
pub use nearest::nearest;
pub use syndication::{Announce, Cloud, Coding, Hub, Listen, Most, Serve};
pub use syntax::decode;
pub use wire::{Places, places, schema};

/// Everything that `feedwright.yaml` says.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// What the feeds say of the site.
    pub site: Site,
    /// The folders of posts, at least one.
    pub sources: Vec<Source>,
    /// The file with the ids of posts that came from elsewhere.
    pub ids_file: Option<PathBuf>,
    /// What is in it.
    pub ids: Ids,
    /// The folder that is published to.
    pub output: PathBuf,
    /// The URL under which `output` is served, with a slash at its end.
    pub output_url: Url,
    /// The feeds to make, at least one.
    pub feeds: Vec<FeedSpec>,
    /// Where the state is kept, when the configuration says so.
    pub state: Option<PathBuf>,
    /// The file that metrics are written to.
    pub metrics: Option<PathBuf>,
    /// Templates of shortcodes, by their names.
    pub shortcodes: BTreeMap<String, String>,
    /// When posts that vanished all at once are taken for deleted.
    pub accept_loss_after: Duration,
    /// How changes are noticed.
    pub watch: Watch,
    /// How much is read.
    pub limits: Limits,
    /// Who is told of what is published.
    pub announce: Announce,
    /// How readers are answered, where they are.
    pub serve: Option<Serve>,
    /// The hub of these feeds, where there is one.
    pub hub: Option<Hub>,
    /// Which compressed siblings are published beside each feed, sorted.
    pub compress: Vec<Coding>,
}

impl Config {
    /// The hubs that subscribers find in the feeds: our own first.
    pub fn hubs(&self) -> impl Iterator<Item = &Url> {
        let own = self.hub.as_ref().map(|hub| &hub.url);
        let others = self.announce.hubs.iter().filter(move |url| Some(*url) != own);
        own.into_iter().chain(others)
    }
}

/// What the feeds say of the site.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Plain text, not empty.
    pub title: String,
    /// `http` or `https`, with a slash at its end.
    pub url: Url,
    /// Plain text; may be empty.
    pub description: String,
    /// A language tag (BCP 47).
    pub language: Option<String>,
    /// For dates without an offset.
    pub timezone: Tz,
    /// Authors of posts that name none.
    pub authors: Vec<Person>,
    /// Rights, plain text.
    pub copyright: Option<String>,
    /// A small square picture (Atom's `icon`).
    pub icon: Option<Url>,
    /// A larger picture (RSS's `image`, Atom's `logo`).
    pub image: Option<Url>,
}

/// Somebody who wrote something: RFC 4287 §3.2.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
pub struct Person {
    /// Never empty.
    pub name: String,
    /// An address such as `ann@example.org`.
    pub email: Option<String>,
    /// An absolute URL.
    pub url: Option<String>,
}

impl Person {
    /// Reads `Ann`, `Ann <ann@example.org>`, `ann@example.org (Ann)` or a bare address.
    /// `None` when nothing is left of it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (name, email) = if text.contains('@') { Self::parted(text) } else { (text, None) };
        let name = if name.is_empty() { email.unwrap_or("") } else { name };
        let name = name.trim_matches('"').trim();
        (!name.is_empty()).then(|| Self { name: name.to_owned(), email: email.map(str::to_owned), url: None })
    }

    /// The name and the address in a text.
    fn parted(text: &str) -> (&str, Option<&str>) {
        let split = |open: char, close: char| {
            let (before, rest) = text.split_once(open)?;
            Some((before.trim(), rest.strip_suffix(close)?.trim()))
        };
        match (split('<', '>'), split('(', ')')) {
            (Some((name, email)), _) if is_email(email) => (name, Some(email)),
            (_, Some((email, name))) if is_email(email) => (name, Some(email)),
            _ if is_email(text) => (text.split('@').next().unwrap_or(text), Some(text)),
            _ => (text, None),
        }
    }
}

/// Whether `text` has the form that RSS and Atom want of an address (RFC 4287 §3.2.3).
#[must_use]
pub fn is_email(text: &str) -> bool {
    let mut parts = text.split('@');
    let (Some(local), Some(domain), None) = (parts.next(), parts.next(), parts.next()) else { return false };
    let plain = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_ascii_graphic() && !"()<>,;:\\\"[]@".contains(c));
    let labels = |domain: &str| domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
    plain(local) && plain(domain) && labels(domain)
}

/// One folder of posts and how to read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The folder; absolute, or relative to the working directory.
    pub path: PathBuf,
    /// Whose rules the posts follow.
    pub dialect: Dialect,
    /// The pattern of URLs, in any generator's placeholders.
    pub permalink: String,
    /// How the ids of posts without one are made.
    pub id: IdFormula,
    /// What counts as a change of a post that is worth telling.
    pub updates: Updates,
    /// Globs below `path`; empty: every Markdown and HTML file.
    pub include: Vec<String>,
    /// Globs below `path` of what is no post.
    pub exclude: Vec<String>,
    /// Whether a file without front matter and without a date in its name is passed over.
    pub require_front_matter: bool,
    /// Whether links are followed that lead out of the folder.
    pub follow_symlinks: bool,
}

/// Whose rules a folder of posts follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[allow(missing_docs)]
pub enum Dialect {
    Jekyll,
    Hugo,
    Zola,
    Eleventy,
    Pelican,
    /// A plain folder.
    Commonmark,
}

/// How the id of a post is made that does not say its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum IdFormula {
    /// The post's URL.
    Permalink,
    /// jekyll-feed's: the folder of the URL and the raw slug, without a last slash.
    Jekyll,
    /// Hugo's: the URL.
    Hugo,
    /// Zola's: the URL, with a last slash.
    Zola,
    /// Pelican's: `tag:host,YYYY-MM-DD:/path`.
    Pelican,
    /// `tag:host,YYYY-MM-DD:/path` (RFC 4151) with the path of the file, so that it survives new URLs.
    Tag,
}

/// What counts as a change of a post that is worth telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Deserialize, schemars::JsonSchema)]
pub enum Updates {
    /// What its author says: `updated` and the like.
    #[default]
    #[serde(rename = "front-matter")]
    Said,
    /// A change of its content, too, where its author does not say.
    #[serde(rename = "on-change")]
    OnChange,
}

/// One line of `feeds:`.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedSpec {
    /// Below `output`, with the placeholder of `per` in it (`tags/:tag.xml`).
    pub path: String,
    /// What it is written as.
    pub format: Format,
    /// How many entries at most; `None`: all.
    pub limit: Option<usize>,
    /// One feed for each of these.
    pub per: Option<Per>,
    /// Its title; else the site's (with the name of what it is per).
    pub title: Option<String>,
    /// Its description; else the site's.
    pub description: Option<String>,
    /// Whole bodies or summaries.
    pub content: Content,
    /// Only posts that have one of each of these that is not empty.
    pub only: Filter,
    /// No post that has one of any of these.
    pub exclude: Filter,
}

/// Names by which posts are chosen; compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "a mapping with `tags`, `categories` and so on")]
pub struct Filter {
    /// Tags.
    #[serde(deserialize_with = "short::one_or_many")]
    #[schemars(with = "short::OneOrMany<String>")]
    pub tags: Vec<String>,
    /// Categories.
    #[serde(deserialize_with = "short::one_or_many")]
    #[schemars(with = "short::OneOrMany<String>")]
    pub categories: Vec<String>,
    /// Names of authors.
    #[serde(deserialize_with = "short::one_or_many")]
    #[schemars(with = "short::OneOrMany<String>")]
    pub authors: Vec<String>,
    /// Sections: the first folder below the posts.
    #[serde(deserialize_with = "short::one_or_many")]
    #[schemars(with = "short::OneOrMany<String>")]
    pub sections: Vec<String>,
    /// Language tags.
    #[serde(deserialize_with = "short::one_or_many")]
    #[schemars(with = "short::OneOrMany<String>")]
    pub languages: Vec<String>,
}

/// The syndication formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// RSS 2.0
    Rss,
    /// Atom 1.0 (RFC 4287)
    Atom,
    /// JSON Feed 1.1
    Json,
}

/// What feeds can be made for each of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Per {
    Tag,
    Category,
    Author,
    Section,
    Language,
}

/// How much of a post a feed holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// The summary and the whole body.
    Full,
    /// The summary only.
    Summary,
}

/// How much is read; what is more is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long the file of a post may be, in bytes.
    pub post_size: u64,
    /// How many files there may be that could be posts.
    pub posts: usize,
}

/// How changes are noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Which kind of watcher.
    pub mode: WatchMode,
    /// How long it must be quiet before a change is taken up.
    pub settle: Duration,
    /// How often files are looked at when polling.
    pub interval: Duration,
    /// How often everything is looked at, whatever events came.
    pub rescan: Duration,
}

/// Which kind of watcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WatchMode {
    /// Events of the operating system, polling where there are none.
    Auto,
    /// Events of the operating system.
    Native,
    /// Looking at the files again and again (network file systems).
    Poll,
}

/// How many problems are told at once: to find the place of each can take a reading.
const MOST_PROBLEMS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_read_as_people_write_them() {
        let cases = [
            ("Ann", Some(("Ann", None))),
            ("Ann <ann@example.org>", Some(("Ann", Some("ann@example.org")))),
            ("ann@example.org (Ann)", Some(("Ann", Some("ann@example.org")))),
            ("ann@example.org", Some(("ann", Some("ann@example.org")))),
            ("Ann (the elder)", Some(("Ann (the elder)", None))),
            ("Ann, Bo and Cy", Some(("Ann, Bo and Cy", None))),
            ("  ", None),
        ];
        for (text, expected) in cases {
            let person = Person::parse(text);
            assert_eq!(
                person.as_ref().map(|person| (person.name.as_str(), person.email.as_deref())),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn addresses_have_one_at_and_a_whole_domain() {
        assert!(is_email("a.b+c@example.co.uk"));
        for wrong in ["", "a", "a@b", "a@.", "a@b..c", "a@b.", "a b@example.org", "a@b@example.org", "<a@example.org>"]
        {
            assert!(!is_email(wrong), "{wrong}");
        }
    }
}
